extension TransformersModule {
  /// Generation with the draft, and the command line.
  static let generation = #"""
    def end_tokens(model):
        """The tokens that end a text, by the model's generation_config.json."""
        ends = model.generation_config.eos_token_id
        return set(ends if isinstance(ends, (list, tuple)) else [] if ends is None else [ends])


    @torch.inference_mode()
    def generate(model, input_ids, max_new_tokens=256):
        """Greedy self-speculative decoding: the tokens that `model.generate(input_ids,
        do_sample=False)` gives, up to what rounding does to a pass over several tokens, which may
        tip a near tie. (Beyond the length from which a model's rotary embedding depends on that
        of the text, "dynamic" and "longrope", the texts may differ.)

        input_ids: [1, n], n >= 1, of one text without padding. Returns the new tokens as a list, and
        a dictionary of counts: `drafted`, `accepted`, `looked_up`, `calls` (of the full model behind
        the prompt).
        """
        if input_ids.shape[0] != 1 or input_ids.shape[1] == 0:
            raise ValueError("expected the ids of one text, [1, n]")
        if max_new_tokens < 1:
            return [], {"drafted": 0, "accepted": 0, "looked_up": 0, "calls": 0}
        run = [i for i in range(LAYERS) if i not in SKIP_ATTN]
        device, ends, rule = model.device, end_tokens(model), StopRule()
        cache = DraftCache(run[0] if run else 0)
        # transformers is about to rename it.
        named = "cache" in inspect.signature(model.forward).parameters
        cache_name = "cache" if named else "past_key_values"
        counts = {"drafted": 0, "accepted": 0, "looked_up": 0, "calls": 0}

        def forward(tokens, keep):
            """Logits of the last `keep` of the tokens, which are written behind the cache's."""
            ids = torch.tensor([tokens], device=device)
            out = model(input_ids=ids, use_cache=True, logits_to_keep=keep, **{cache_name: cache})
            return out.logits[0]

        text = input_ids[0].tolist()
        new = [int(forward(text, 1)[-1].argmax())]
        text.append(new[0])
        lookup = Lookup(text) if LOOKUP else None
        while len(new) < max_new_tokens and new[-1] not in ends:
            known = len(text) - 1
            # A round adds a token more than it drafts.
            room = max_new_tokens - len(new) - 1
            draft = lookup.draft(room, ends) if lookup else []
            looked_up = len(draft)
            rule.begin()
            most = min(MAXIMUM, room - looked_up)
            if most > 0 and not (draft and (not LOOKUP["continues"] or draft[-1] in ends)):
                with skipping(model):
                    ahead = text[-1:] + draft
                    for _ in range(most):
                        logits = forward(ahead, 1)[-1]
                        token = int(logits.argmax())
                        draft.append(token)
                        ahead = [token]
                        sure = 1.0
                        if STOP["kind"] != "fixed":
                            sure = float(logits.float().softmax(-1)[token])
                        if token in ends or rule.stops(sure):
                            break
                cache.crop(known)
            checked = forward(text[-1:] + draft, len(draft) + 1).argmax(-1).tolist()
            right = 0
            while right < len(draft) and draft[right] == checked[right]:
                right += 1
            added = checked[:right + 1]
            # Nothing stands behind an end.
            for i, token in enumerate(added):
                if token in ends:
                    added = added[:i + 1]
                    break
            text += added
            new += added
            for token in added if lookup else []:
                lookup.append(token)
            cache.crop(len(text) - 1)
            if right >= looked_up:
                rule.follow(len(draft) - looked_up, right - looked_up)
            counts["drafted"] += len(draft)
            counts["accepted"] += right
            counts["looked_up"] += looked_up
            counts["calls"] += 1
        return new, counts


    @torch.inference_mode()
    def plain(model, input_ids, max_new_tokens=256):
        """The new tokens of `model.generate` under greedy search, as a list."""
        out = model.generate(
            input_ids, attention_mask=torch.ones_like(input_ids), do_sample=False, num_beams=1,
            max_new_tokens=max_new_tokens)
        return out[0, input_ids.shape[1]:].tolist()


    def main():
        for sentence in OMISSIONS:
            print(f"Note: {sentence}", file=sys.stderr)
        parser = argparse.ArgumentParser(description="Generates with the draft, and plainly.")
        parser.add_argument("--model", default=MODEL, help="a Hugging Face directory or name")
        parser.add_argument("--prompt", required=True)
        parser.add_argument("--chat", action="store_true", help="through the model's chat template")
        parser.add_argument("--max-tokens", type=int, default=128)
        parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
        parser.add_argument("--dtype", default="auto", help="float32, bfloat16, …; the model's own")
        options = parser.parse_args()
        tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
        model = transformers.AutoModelForCausalLM.from_pretrained(options.model, dtype=options.dtype)
        model = model.to(options.device).eval()
        if options.chat:
            message = [{"role": "user", "content": options.prompt}]
            prompt = tokenizer.apply_chat_template(message, add_generation_prompt=True, tokenize=False)
            ids = tokenizer(prompt, add_special_tokens=False, return_tensors="pt").input_ids
        else:
            ids = tokenizer(options.prompt, return_tensors="pt").input_ids
        ids = ids.to(model.device)
        # The first call of each prepares what later ones find ready.
        plain(model, ids, 4)
        generate(model, ids, 4)
        start = time.perf_counter()
        expected = plain(model, ids, options.max_tokens)
        middle = time.perf_counter()
        new, counts = generate(model, ids, options.max_tokens)
        end = time.perf_counter()
        print(tokenizer.decode(new, skip_special_tokens=True))
        rate = counts["accepted"] / counts["drafted"] if counts["drafted"] else float("nan")
        print(
            f"\nacceptance {rate:.3f} ({counts['accepted']} of {counts['drafted']}, "
            f"{counts['looked_up']} looked up), {len(new) / (end - middle):.1f} tokens/s, "
            f"plain {len(expected) / (middle - start):.1f} tokens/s, prompt included",
            file=sys.stderr)
        if new != expected:
            print("Note: the texts differ, by rounding at a near tie.", file=sys.stderr)


    if __name__ == "__main__":
        main()
    """#
}
