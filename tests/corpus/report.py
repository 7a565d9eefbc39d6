"""What is missing of notebooks, as JSON and as a table. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.corpus.shown import FORMULA, KINDS, Missing, Shown, words

OUTPUTS = ("site", "pdf")
_EXAMPLES = 400
"""Missing things of one notebook that are listed; all are counted."""


def counts(shown: Shown) -> dict[str, int]:
    """Return how much of each kind an output shows."""
    every = (word for part in shown.parts for word in words(part.text))
    found = Counter("formula" if word == FORMULA else "word" for word in every)
    found.update(one.kind for one in shown.visuals)
    found["link"] = len(shown.links)
    return {kind: found[kind] for kind in KINDS}


def outcome(missing: Sequence[Missing]) -> dict[str, Any]:
    """Return what is missing in one output of a notebook: counted, and in silence also listed."""
    silent = [one for one in missing if not one.notice]
    return {
        "named": dict(Counter(one.kind for one in missing if one.notice)),
        "silent": dict(Counter(one.kind for one in silent)),
        "list": [[one.kind, one.place, one.what] for one in silent[:_EXAMPLES]],
    }


def row(result: Mapping[str, Any]) -> str:
    """Return a line about one notebook."""
    if "unread" in result:
        return f"{result['notebook']}: not compared: {result['unread']}"
    parts = [_cell(name, result[name]) for name in OUTPUTS if name in result]
    return f"{result['notebook']}: {'; '.join(parts)}"


def _cell(name: str, found: Mapping[str, Any]) -> str:
    if "failed" in found:
        return f"{name} not made: {found['failed']}"
    silent = ", ".join(f"{number} {kind}" for kind, number in found["silent"].items())
    return f"{name} {f'silent {silent}' if silent else 'whole'}"


def totals(results: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of all notebooks together."""
    compared = [one for one in results if "unread" not in one]
    lines = [f"\n{len(compared)} notebooks compared, {len(results) - len(compared)} not"]
    there = (sum(one["there"][kind] for one in compared) for kind in KINDS)
    lines.append(f"{'':8}{'not made':>10}" + "".join(f"{kind:>18}" for kind in KINDS))
    lines.append(f"{'there':18}" + "".join(f"{number:18,}" for number in there))
    for name in OUTPUTS:
        mine = [one[name] for one in compared if name in one]
        if not mine:
            continue
        made = [one for one in mine if "failed" not in one]
        silent, named = (_cells(made, what) for what in ("silent", "named"))
        whole = sum(not one["silent"] for one in made)
        lines += [f"{name:8}{len(mine) - len(made):10}{silent}", f"{'':18}{named}"]
        lines.append(f"{'':8}{whole} of {len(mine)} notebooks lack nothing in silence")
    return "\n".join(lines)


def _cells(outcomes: Sequence[Mapping[str, Any]], what: str) -> str:
    sums = (sum(one[what].get(kind, 0) for one in outcomes) for kind in KINDS)
    return "".join(f"{f'{number:,} {what}':>18}" for number in sums)


def has_silent(results: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether anything is missing in silence, or an output wasn't made."""
    outcomes = (one[name] for one in results for name in OUTPUTS if name in one)
    return any("failed" in one or one["silent"] for one in outcomes)
