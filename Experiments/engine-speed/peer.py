"""A llama.cpp worker: loads a GGUF once, then times the passes that each line of its input names.

Speaks the same lines as `skip-search bench --stdin`: `decode 5`, `verify 8 5`, `prefill 1`. Run by
compare.py; needs the package llama-cpp-python.
"""

import ctypes
import json
import sys
import time

import llama_cpp as llama

CONTEXT = 32  # decoding and verification start after this many tokens, as `bench` does
PREFILL = 256


class Peer:
    def __init__(self, path, threads):
        # Its chatter goes away; its errors come as null pointers.
        self.silence = llama.llama_log_callback(lambda level, text, data: None)
        llama.llama_log_set(self.silence, ctypes.c_void_p(0))
        llama.llama_backend_init()
        parameters = llama.llama_model_default_params()
        parameters.use_mmap = True
        self.model = llama.llama_model_load_from_file(path.encode(), parameters)
        if not self.model:
            raise SystemExit(f"llama.cpp could not load {path}")
        context = llama.llama_context_default_params()
        context.n_ctx = PREFILL + 64
        context.n_batch = context.n_ubatch = PREFILL
        context.n_threads = context.n_threads_batch = threads
        self.context = llama.llama_init_from_model(self.model, context)
        if not self.context:
            raise SystemExit("llama.cpp could not make a context")
        self.vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(self.model))
        self.batch = llama.llama_batch_init(PREFILL, 0, 1)
        self.prompt = [i * 31 % self.vocabulary for i in range(PREFILL)]

    def forget(self, position):
        llama.llama_memory_seq_rm(llama.llama_get_memory(self.context), 0, position, -1)

    def run(self, tokens, position, all_logits):
        """Seconds of one pass over `tokens` at `position`, whose cache is then forgotten again."""
        batch = self.batch
        batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            batch.token[i] = token
            batch.pos[i] = position + i
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = 0
            batch.logits[i] = all_logits or i == len(tokens) - 1
        start = time.perf_counter()
        if llama.llama_decode(self.context, batch) != 0:
            raise SystemExit("llama.cpp could not decode")
        # Waits for the result, as reading it would.
        llama.llama_synchronize(self.context)
        return time.perf_counter() - start

    def logits(self):
        pointer = llama.llama_get_logits_ith(self.context, -1)
        return [pointer[i] for i in range(self.vocabulary)]

    def once(self, what, rows):
        if what == "prefill":
            self.forget(0)
            return self.run(self.prompt, 0, False)
        self.forget(CONTEXT)
        return self.run(self.prompt[:rows], CONTEXT, True)


def main():
    peer = Peer(sys.argv[1], int(sys.argv[2]))
    peer.run(peer.prompt[:16], 0, False)
    print(json.dumps({"logits": peer.logits()}), flush=True)
    peer.once("prefill", 0)
    for line in sys.stdin:
        what, *numbers = line.split()
        passes = int(numbers[-1])
        rows = int(numbers[0]) if what == "verify" else 1
        # A pass that does not count, as `bench --stdin` does: what fits a cache gets there.
        if what != "prefill":
            peer.once(what, rows)
        seconds = [peer.once(what, rows) for _ in range(passes)]
        print(json.dumps({"seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
