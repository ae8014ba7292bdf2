"""The prompts that skip-search has built in, and files of prompts."""

import json
import re
import textwrap
from pathlib import Path

BUILT_IN = Path(__file__).resolve().parent.parent / "Sources" / "DraftEvaluation" / "Prompts"


def built_in():
    """{kind: texts}: the program's own prompts, read from its source."""
    def texts(name):
        source = (BUILT_IN / f"BuiltInPrompts+{name}.swift").read_text()
        # A backslash at the end of a line continues it; there is no other.
        return [textwrap.dedent(body).replace("\\\n", "").rstrip("\n")
                for body in re.findall(r'"""\n(.*?)[ ]*"""', source, re.S)]

    edits = [text for pair in zip(texts("CodeEdits"), texts("TextEdits")) for text in pair]
    kinds = {"word problem": texts("WordProblems"), "instruction": texts("Instructions"),
             "edit": edits, "summary": texts("Summaries")}
    if len({len(of_kind) for of_kind in kinds.values()}) != 1:
        raise RuntimeError("the built-in prompts are not as they were; see BuiltInPrompts.swift")
    return kinds


def built_in_set():
    """In the program's order; BuiltInPrompts.swift says why."""
    kinds = list(built_in().items())
    count = len(kinds[0][1])
    prompts = []
    for index in range(4 * count):
        kind, texts = kinds[(index + [0, 1, 3, 2][index // count]) % 4]
        message = {"role": "user", "content": texts[index // 4]}
        prompts.append({"kind": kind, "messages": [message]})
    return prompts


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
