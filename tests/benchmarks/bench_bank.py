"""Measure load_bank: CPU a question when cold, growth with size, reload, and the naive way's CPU.

Run it as a script: ``python tests/benchmarks/bench_bank.py [SIZE …]``. Each load is cold, in a
process of its own; imports are not counted. All ratios compare loads of the same run.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZES = (10, 100, 1_000, 10_000)
FRAMES = (
    *("questions", "parts", "items", "key_points", "tips", "follow_ups", "levels"),
    *("companies", "asks"),
)
LIMIT_MS = 3.0

WORDS = (
    *("the", "team", "had", "a", "plan", "for", "growth", "and", "cost"),
    *("under", "load", "with", "few", "people", "and", "less", "time"),
)


def sentence(seed: int, words: int) -> str:
    """Return a sentence that differs from seed to seed."""
    return " ".join(WORDS[(seed + 7 * step) % len(WORDS)] for step in range(words)) + "."


def question_text(category: str, seed: int) -> str:
    """Return a whole question file, of the size of those that ship."""
    parts = ("Situation", "Task", "Action", "Result")
    levels = (
        *("senior engineer", "staff engineer", "engineering manager"),
        *("senior manager", "director"),
    )
    stars = "\n".join(f"### {part}\n\n{sentence(seed, 60)}\n" for part in parts)
    return "\n".join(
        [
            f"---\ncategory: {category}\nkind: past-event\ntags: [scaling, cost]\n---",
            f"# Question {seed}: {sentence(seed, 12)}\n",
            f"## Why this is asked\n\n{sentence(seed, 80)}\n",
            "## Key points to cover\n",
            *(f"- {sentence(seed + item, 15)}" for item in range(5)),
            "\n## Follow-up questions\n",
            *(f"- {sentence(seed + item, 12)}" for item in range(4)),
            "\n## By level\n",
            *(f"- **{level}**: {sentence(seed, 30)}" for level in levels),
            "\n## Also asked as\n",
            *(f"- Wording {seed}, {item}: {sentence(seed + item, 10)}" for item in range(3)),
            f"\n## STAR template\n\n{stars}",
            "## Tips\n",
            *(f"- {sentence(seed + item, 20)}" for item in range(3)),
            f"\n## Example answer\n\n{stars}",
            "## What the interviewer notes\n",
            *(f"+ {item}: {sentence(seed + item, 20)}" for item in range(1, 4)),
            f"- 4: {sentence(seed, 20)}",
            f"\n## A weaker answer\n\n### As told\n\n{sentence(seed, 80)}\n",
            f"### What would lift it most\n\n{sentence(seed, 20)}\n\n### Ratings\n",
            f"- **This answer**: 2 of 5. {sentence(seed, 20)}",
            f"- **The example**: 4 of 5. {sentence(seed, 20)}\n",
            "## Companies\n\n| Company | Value | Focus |\n| --- | --- | --- |",
            *(f"| Company {item} | Value {item} | {sentence(seed, 9)} |" for item in range(5)),
            "| Company 9 | \N{EN DASH} | All of it. |\n",
        ]
    )


def write_bank(folder: Path, size: int) -> None:
    """Write a bank of `size` questions; a category holds at most 99."""
    categories = []
    for start in range(0, size, 99):
        category = f"category-{start // 99:03d}"
        categories.append(f"- slug: {category}\n  title: T\n  icon: i\n  description: d\n")
        (folder / "questions" / category).mkdir(parents=True)
        for number in range(1, min(99, size - start) + 1):
            path = folder / "questions" / category / f"{number:02d}-question.md"
            path.write_text(question_text(category, start + number), encoding="utf-8")
    companies = [
        f"- name: Company {item}\n  values:\n    - name: Value {item}\n"
        "      source_url: https://example.org/values\n      source_kind: owner\n"
        "      checked: 2026-01-31\n      used_in_interviews: stated\n"
        for item in range(10)
    ]
    (folder / "categories.yaml").write_text("".join(categories), encoding="utf-8")
    (folder / "companies.yaml").write_text("".join(companies), encoding="utf-8")


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds that `work` takes in this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure_ours(folder: Path) -> list[float]:
    """Return the CPU seconds of a cold load with all frames, and of a second load."""
    import pandas as pd

    from prepkit.bank import load_bank

    pd.DataFrame({"warm": [1]})

    def load() -> None:
        bank = load_bank(folder)
        for name in FRAMES:
            getattr(bank, name)

    return [cpu(load), cpu(load)]


def measure_naive(folder: Path) -> list[float]:
    """Return the CPU seconds of what a notebook would do: safe_load, render, collect, frame."""
    import pandas as pd
    import yaml
    from markdown_it import MarkdownIt

    def load() -> None:
        render = MarkdownIt("commonmark").enable("table").render
        rows = []
        for path in sorted(folder.glob("questions/*/*.md")):
            _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
            rows.append({**yaml.safe_load(front), "file": path.name, "html": render(body)})
        pd.DataFrame(rows)

    return [cpu(load)]


def in_fresh_process(way: str, folder: Path) -> list[float]:
    """Run one of the two measurements in a process of its own."""
    run = subprocess.run(
        [sys.executable, __file__, way, str(folder)], check=True, capture_output=True, text=True
    )
    return [float(seconds) for seconds in json.loads(run.stdout)]


def main(sizes: tuple[int, ...]) -> int:
    """Print the table; return 1 where a question costs more than the limit."""
    print("questions  ms a question  times the size before  reload / cold  naive / ours")
    before, worst = 0.0, 0.0
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_bank(folder, size)
            # The best of three: other work on the machine only ever adds.
            runs = [in_fresh_process("ours", folder) for _ in range(3 if size < 10_000 else 1)]
            cold, again = min(runs)
            naive = min(in_fresh_process("naive", folder))
        each = 1000 * cold / size
        growth = f"{each / before:.2f}" if before else "-"
        print(f"{size:9,}  {each:13.2f}  {growth:>21}  {again / cold:13.3f}  {naive / cold:12.1f}")
        before, worst = each, max(worst, each)
    print(f"limit: {LIMIT_MS} ms a question; the worst was {worst:.2f}")
    return int(worst > LIMIT_MS)


if __name__ == "__main__":
    if sys.argv[1:2] in (["ours"], ["naive"]):
        measure = measure_ours if sys.argv[1] == "ours" else measure_naive
        print(json.dumps(measure(Path(sys.argv[2]))))
    else:
        sys.exit(main(tuple(map(int, sys.argv[1:])) or SIZES))
