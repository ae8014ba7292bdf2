"""Passes of a Hugging Face causal model without some of its sub-layers, over keys and values that the
caller keeps: the model's own classes, with three changes from outside.

- A skipped sub-layer adds zero (its forward is replaced for the while). Skipped attention writes no
  keys: nobody reads them, because it is skipped at every step of a round.
- Keys and values lie in buffers of fixed size, of which each pass writes a part and reads what comes
  before: going back after a rejected draft is a number, and rounds of different texts stand side by
  side as rows of one batch.
- Each attention layer is given the mask that the rows' positions ask for.
"""

import contextlib
import inspect

import torch
import transformers


def decoder_layers(model):
    """The decoder layers of a model, found by what they consist of."""
    for name, module in model.named_modules():
        if "vision" in name or "audio" in name:
            continue
        layers = getattr(module, "layers", None)
        if isinstance(layers, torch.nn.ModuleList) and len(layers) and all(
                hasattr(layer, "self_attn") and hasattr(layer, "mlp") for layer in layers):
            return layers
    raise ValueError(
        f"{type(model).__name__} has no decoder layers with self_attn and mlp: its sub-layers are not "
        "known by their names")


class Buffers(transformers.DynamicCache):
    """Keys and values of all layers: [layers, rows, heads, positions, head size].

    A pass writes behind `used` positions and reads them all. `positions` says where in its text each
    stands, row by row; what is beyond the row's own position is not looked at.
    """

    def __init__(self, keys, values, positions, used=0):
        super().__init__()
        self.keys, self.values, self.positions, self.used = keys, values, positions, used

    @classmethod
    def empty(cls, passes, rows, size):
        layers, heads, head = passes.cache_shape
        shape = (layers, rows, heads, size, head)
        device, dtype = passes.device, passes.dtype
        # Zeros, not what was there before: a NaN times a weight of 0 is a NaN.
        return cls(
            torch.zeros(shape, device=device, dtype=dtype),
            torch.zeros(shape, device=device, dtype=dtype),
            torch.zeros((rows, size), device=device, dtype=torch.long))

    def update(self, key_states, value_states, layer_idx, *_, **__):
        end = self.used + key_states.shape[-2]
        self.keys[layer_idx, :, :, self.used:end] = key_states
        self.values[layer_idx, :, :, self.used:end] = value_states
        return self.keys[layer_idx, :, :, :end], self.values[layer_idx, :, :, :end]

    def get_seq_length(self, *_, **__):
        return self.used

    def get_mask_sizes(self, query_length, *_, **__):
        count = query_length if isinstance(query_length, int) else len(query_length)
        return self.used + count, 0

    def rows(self, kept):
        """The same with some of the rows."""
        return Buffers(
            self.keys[:, kept], self.values[:, kept], self.positions[kept], self.used)


class Passes:
    """A model, ready for passes."""

    def __init__(self, model, device):
        self.model, self.device = model.eval(), torch.device(device)
        self.layers = decoder_layers(model)
        self.config = model.config.get_text_config()
        self.dtype = next(model.parameters()).dtype
        self.windows = [self._window(index) for index in range(len(self.layers))]
        names = inspect.signature(model.forward).parameters
        self.cache_name = "cache" if "cache" in names else "past_key_values"
        self.mask = {}
        for layer, window in zip(self.layers, self.windows):
            layer.self_attn.register_forward_pre_hook(self._masking(window), with_kwargs=True)
        self.cache_shape = self._measure_cache()

    def _window(self, index):
        """The positions that a layer sees; None for all."""
        window = getattr(self.config, "sliding_window", None)
        kinds = getattr(self.config, "layer_types", None)
        if kinds is not None:
            return window if kinds[index] == "sliding_attention" else None
        return window if getattr(self.config, "use_sliding_window", True) else None

    def context(self, wanted=None):
        """The most positions of a text: `wanted`, or the model's; no more than those within which its
        rotary embedding does not depend on how long a pass's texts are."""
        most = wanted or getattr(self.config, "max_position_embeddings", None) or 4096
        rope = (getattr(self.config, "rope_parameters", None)
                or getattr(self.config, "rope_scaling", None) or {})
        kinds = rope.values() if all(isinstance(v, dict) for v in rope.values()) else [rope]
        for kind in kinds:
            if kind.get("rope_type", kind.get("type")) in ("dynamic", "longrope"):
                most = min(most, kind.get("original_max_position_embeddings")
                           or getattr(self.config, "original_max_position_embeddings", None)
                           or self.config.max_position_embeddings)
        return most

    def _masking(self, window):
        def give(_module, args, kwargs):
            if "attention_mask" in kwargs and self.mask:
                kwargs["attention_mask"] = self.mask[window]
            return args, kwargs
        return give

    @torch.inference_mode()
    def _measure_cache(self):
        cache = transformers.DynamicCache()
        ids = torch.zeros((1, 1), dtype=torch.long, device=self.device)
        self.model(input_ids=ids, use_cache=True, **{self.cache_name: cache})
        shapes = {(layer.keys.shape, layer.values.shape) for layer in cache.layers}
        if len(shapes) != 1 or len(cache.layers) != len(self.layers):
            raise ValueError("layers with keys and values of different shapes are not supported")
        (keys, values), = shapes
        if keys != values:
            raise ValueError("keys and values of different sizes are not supported")
        return len(cache.layers), keys[1], keys[3]

    @contextlib.contextmanager
    def skipping(self, attn, mlp):
        """Without these sub-layers."""
        parts = [(self.layers[i].self_attn, lambda x: (torch.zeros_like(x), None)) for i in attn]
        parts += [(self.layers[i].mlp, torch.zeros_like) for i in mlp]

        def nothing(result):
            def forward(*args, hidden_states=None, **_):
                return result(args[0] if args else hidden_states)
            return forward
        try:
            for part, result in parts:
                part.forward = nothing(result)
            yield
        finally:
            for part, _ in parts:
                # The instance's attribute hides the class's method.
                part.__dict__.pop("forward", None)

    @torch.inference_mode()
    def run(self, tokens, positions, buffers, last_only=False):
        """Logits in float32 [rows, tokens or 1, vocabulary] of `tokens` at `positions`, both
        [rows, count]. Their keys and values are written behind what is used, which stays as it was:
        the caller says how much of them it keeps."""
        count = tokens.shape[1]
        end = buffers.used + count
        buffers.positions[:, buffers.used:end] = positions
        keys, queries = buffers.positions[:, None, None, :end], positions[:, None, :, None]
        least = torch.finfo(self.dtype).min
        self.mask = {}
        for window in set(self.windows):
            seen = keys <= queries
            if window is not None:
                seen &= keys > queries - window
            self.mask[window] = torch.zeros(seen.shape, device=self.device, dtype=self.dtype)
            self.mask[window].masked_fill_(~seen, least)
        try:
            out = self.model(
                input_ids=tokens, position_ids=positions, attention_mask=self.mask[self.windows[0]],
                use_cache=True, logits_to_keep=1 if last_only else 0,
                **{self.cache_name: buffers})
        finally:
            self.mask = {}
        return out.logits.float() if self.dtype != torch.float64 else out.logits

    def wait(self):
        """Until all that was asked of the device is done."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def tensor(self, values):
        return torch.tensor(values, device=self.device, dtype=torch.long)
