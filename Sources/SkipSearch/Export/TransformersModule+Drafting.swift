extension TransformersModule {
  /// What a draft is made of: skips, cache, stop rule, lookups.
  static let drafting = #"""
    def decoder_layers(model):
        """The decoder layers of a causal language model, found by what they consist of."""
        for name, module in model.named_modules():
            if "vision" in name or "audio" in name:
                continue
            layers = getattr(module, "layers", None)
            if isinstance(layers, torch.nn.ModuleList) and len(layers) and all(
                    hasattr(layer, "self_attn") and hasattr(layer, "mlp") for layer in layers):
                return layers
        raise ValueError(f"{type(model).__name__} has no decoder layers with self_attn and mlp")


    @contextlib.contextmanager
    def skipping(model, attn=None, mlp=None):
        """The model without some sub-layers, the draft's unless others are given: each adds zero to
        the residual stream, and skipped attention writes no keys. Normalization layers behind a
        sub-layer (Gemma) leave zero as it is."""
        attn = SKIP_ATTN if attn is None else attn
        mlp = SKIP_MLP if mlp is None else mlp
        layers = decoder_layers(model)
        if len(layers) != LAYERS:
            raise ValueError(f"the draft is for a model of {LAYERS} layers, this one has {len(layers)}")

        def without_attention(*args, hidden_states=None, **_):
            return torch.zeros_like(args[0] if args else hidden_states), None

        def without_mlp(*args, hidden_states=None, **_):
            return torch.zeros_like(args[0] if args else hidden_states)

        parts = [(layers[i].self_attn, without_attention) for i in attn]
        parts += [(layers[i].mlp, without_mlp) for i in mlp]
        # Whoever has put a forward of their own there (accelerate does) gets it back.
        before = [part.__dict__.get("forward") for part, _ in parts]
        try:
            for part, forward in parts:
                part.forward = forward
            yield
        finally:
            for (part, _), own in zip(parts, before):
                if own is None:
                    part.__dict__.pop("forward", None)
                else:
                    part.forward = own


    class DraftCache(transformers.DynamicCache):
        """A cache whose skipped layers fall behind while a round drafts. Lengths and masks are those
        of a layer that is run; `crop` brings all layers to the same length. Layers with a sliding
        window keep all keys, and the mask hides those outside: a window that has moved on cannot go
        back."""

        def __init__(self, live):
            super().__init__()
            self.live = live

        def get_seq_length(self, layer_idx=0):
            return super().get_seq_length(self.live)

        def get_mask_sizes(self, query, layer_idx=0):
            return super().get_mask_sizes(query, self.live)

        def crop(self, length):
            for layer in self.layers:
                if layer.is_initialized and layer.keys.shape[-2] > length:
                    layer.keys = layer.keys[..., :length, :]
                    layer.values = layer.values[..., :length, :]


    class StopRule:
        """When a round stops drafting, by the probabilities that the draft gives its tokens."""

        def __init__(self):
            self.threshold, self.matchness = STOP.get("initial", 0.0), 0.0

        def begin(self):
            self.steps, self.product = 0, 1.0

        def stops(self, confidence):
            kind = STOP["kind"]
            self.steps, self.product = self.steps + 1, self.product * confidence
            if kind == "fixed":
                return False
            if kind == "confidence":
                return confidence < STOP["threshold"]
            if kind == "adaptive":
                return confidence < self.threshold
            least = STOP["thresholds"]
            return self.steps > len(least) or self.product < least[self.steps - 1]

        def follow(self, drafted, accepted):
            """Draft & Verify's adaptive threshold (Zhang et al., ACL 2024, section 3.4)."""
            if STOP["kind"] != "adaptive" or drafted == 0:
                return
            a, t = STOP["acceptance_decay"], STOP["threshold_decay"]
            self.matchness = a * self.matchness + (1 - a) * accepted / drafted
            step = STOP["step"] if self.matchness < STOP["target"] else (
                -STOP["step"] if drafted < MAXIMUM else 0.0)
            self.threshold = t * self.threshold + (1 - t) * (self.threshold + step)


    class Lookup:
        """What followed the longest earlier match of the text's end, the last one among equals
        (prompt lookup decoding, Saxena 2023)."""

        longest = 16

        def __init__(self, ids):
            self.ids, self.places = [], {}
            for token in ids:
                self.append(token)

        def append(self, token):
            self.places.setdefault(token, []).append(len(self.ids))
            self.ids.append(token)

        def draft(self, most, ends):
            ids, end = self.ids, len(self.ids) - 1
            best, distance = 0, 0
            for place in reversed(self.places[ids[-1]][:-1]):
                length = 1
                while (length < min(place + 1, self.longest)
                       and ids[place - length] == ids[end - length]):
                    length += 1
                if length > best:
                    best, distance = length, end - place
                    if length == self.longest:
                        break
            if not best:
                return []
            limits = LOOKUP["limits"]
            count = min(most, limits[min(best, len(limits) - 1)])
            # A match that overlaps the end goes on with what is drafted: a period that is repeated.
            found = [ids[len(ids) - distance + i % distance] for i in range(count)]
            for i, token in enumerate(found):
                if token in ends:
                    return found[:i + 1]
            return found
    """#
}
