"""Conversations with a program that answers each line of its input with a line of JSON: `ask-tell`,
`skip-search evaluate --stdin` and `bench --stdin`, and the llama.cpp worker that speaks like the last."""

import json
import subprocess
import tempfile


class Lines:
    """A running program: a context manager, or to be closed."""

    def __init__(self, command):
        # To a file: a pipe that nobody reads would stop the program when it is full.
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.errors, text=True)

    def ask(self, request):
        """The answer to a request: a line of text, or anything else as JSON."""
        line = request if isinstance(request, str) else json.dumps(request)
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # Its last words say why.
        return self.answer()

    def answer(self):
        """The next line that the program writes."""
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            raise RuntimeError(f"{self.process.args[0]} ended early: {self.errors.read()[-500:]}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def close(self):
        try:
            self.process.stdin.close()
            self.process.wait(timeout=60)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
