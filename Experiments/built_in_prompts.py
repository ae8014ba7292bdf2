"""The prompts that skip-search has built in, and files of prompts."""

import json
import re
from pathlib import Path

BUILT_IN = Path(__file__).resolve().parent.parent / "Sources" / "DraftEvaluation" / "Prompts"


def built_in():
    """(word problems, instructions): the program's own prompts, read from its source."""
    def texts(name):
        source = (BUILT_IN / f"BuiltInPrompts+{name}.swift").read_text()
        body = re.search(r'"""\n(.*?)\n\s*"""', source, re.S).group(1)
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", body)]

    question = lambda text: {"messages": [{"role": "user", "content": text}]}
    problems, tasks = texts("WordProblems"), texts("Instructions")
    if len(problems) != 3 * len(tasks):
        raise RuntimeError("the built-in prompts are not as they were; see BuiltInPrompts.swift")
    return [question(t) for t in problems], [question(t) for t in tasks]


def built_in_set():
    """In the program's order: three word problems, then an instruction."""
    problems, tasks = built_in()
    return [p for i, task in enumerate(tasks) for p in [*problems[3 * i:3 * i + 3], task]]


def kept_back(index):
    """Whether a search keeps a prompt back for its last measurement; CalibrationSplit.swift."""
    return index % 3 == 2


def write_prompts(path, prompts):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(p) + "\n" for p in prompts))
    return path


def read_prompts(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines() if line.strip()]
