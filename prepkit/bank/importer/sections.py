"""The lines of one section -> its items, parts or companies; other text is kept for Notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from prepkit.bank.importer.lines import (
    BULLET,
    LEVEL_LABEL,
    LEVEL_NAMES,
    Line,
    PageSection,
    label_of,
    name_of,
    part_label,
    safe,
)
from prepkit.bank.section_reader import CELL_END, is_no_value
from prepkit.bank.sections import OPTIONAL_LEVELS
from prepkit.forms import FORMS, Kind
from prepkit.records import LEVELS, Ask

_TEMPLATE_PROMPTS = {
    "describe the context what was happening what team company what was at stake",
    "what was your specific responsibility or challenge",
    "what specific steps did you take be detailed about your actions",
    "what was the outcome use metrics where possible what did you learn",
    "your answer",
    "your answer here",
    "",
}
"""What the page shows in an empty answer, as `name_of` gives it."""

_SUBTITLES = {"star format", "star method", "in star format"}
_COLUMNS = {
    "company": "company",
    "value": "value",
    "principle": "value",
    "focus": "focus",
    "variation": "focus",
    "variation focus": "focus",
    "focus area": "focus",
    "what they look for": "focus",
    "how we know": "basis",
    "basis": "basis",
    "source": "basis",
}
_BASIS = "how it is known what a company looks for"
_FLAT_HEAD = re.compile(r"\W*company\b[\W_]*(.*)", re.IGNORECASE)
_RULE = re.compile(r"[\s|:+-]*-[\s|:+-]*")
_AFTER_NAME = re.compile(r"[ \t]*[:\t]|[ \t]{2,}|[ \t]+[\N{EN DASH}\N{EM DASH}-](?=[ \t])|[ \t]")
_NAME_AND_MARK = re.compile(
    r"([^\t:]{1,40}?)(?:\t+|[ ]*:[ \t]+|[ ]{2,}|[ ]+[\N{EN DASH}\N{EM DASH}-][ ]+)"
)
_COOKIE_WORDS = re.compile(
    r"\b(cookies?|(web)?site|visitors?|ads|advert\w*|campaigns?|consent|auth|page views)\b", re.I
)
_COOKIE_LABELS = {
    "strictly necessary", "functional", "analytics", "marketing", "performance", "always on",
    "always active", "accept", "accept all", "reject", "reject all", "decline", "save", "close",
    "save preferences", "cancel",
}  # fmt: skip


@dataclass(slots=True)
class Leftovers:
    """What didn't go into the question: texts for its notes, and lines left out."""

    moved: list[tuple[str, str]] = field(default_factory=list)
    """Heading and text of each piece that goes to Notes."""
    left_out: dict[str, list[str]] = field(default_factory=dict)
    """The lines that are left out, by reason."""
    guesses: list[str] = field(default_factory=list)

    def move(self, heading: str, text: str) -> None:
        """Keep a text for Notes; it joins the last one if that has the same heading."""
        text = safe(text)
        if self.moved and self.moved[-1][0] == heading:
            text = f"{self.moved.pop()[1]}\n\n{text}".strip()
        self.moved.append((heading, text))

    def leave(self, reason: str, line: str) -> None:
        """Leave a line out."""
        self.left_out.setdefault(reason, []).append(line)


def read_items(section: PageSection, leftovers: Leftovers) -> tuple[str, ...]:
    """Read a list: bulleted, numbered or one item per line."""
    bulleted = any(BULLET.match(line.text) for line in section.lines if not line.code)
    items: list[list[str]] = []
    base, gap = None, False
    for line in section.lines:
        found = None if line.code else BULLET.match(line.text)
        if not line.text and not line.code:
            gap = True
            continue
        if found and (base is None or line.indent <= base + 1):
            base = line.indent if base is None else base
            items.append([found[2] or ""])
        elif not bulleted and not line.code:
            items.append([line.bare])
        elif items and (line.code or not gap or line.indent > (base or 0) or items[-1] == [""]):
            marked = bool(found) and not line.bare[0].isdigit()
            text = f"- {found[2] or ''}" if found and marked else line.bare
            items[-1] += [""] * (gap and items[-1] != [""]) + [line.text if line.code else text]
        else:
            leftovers.move(section.heading, line.text)
        gap = False
    return tuple(text for text in (safe_item("\n".join(item)) for item in items) if text)


def safe_item(text: str) -> str:
    """Return a list item that a question file can hold: every code block in it is closed."""
    # Made safe together with its mark "- ", because that is how the file will have it.
    return safe(f"- {text.strip()}").removeprefix("- ").strip() if text.strip() else ""


def read_parts(section: PageSection, leftovers: Leftovers, kind: Kind) -> dict[str, str] | None:
    """Read the parts of a template or an example; None if some are missing."""
    parts: dict[str, list[str]] = {}
    current = ""
    known = part_label(kind)
    for index, line in enumerate(section.lines):
        label = label_of(line, known)
        if label and label[0] not in parts:
            current = label[0]
            parts[current] = [label[1]]
        elif name_of(line.text) in _SUBTITLES:
            leftovers.leave("a subtitle", line.bare)
        elif _is_letter_of_next(line.bare, section.lines[index + 1 :], known):
            leftovers.leave("the letter beside a part's name", line.bare)
        elif current:
            parts[current].append(line.text)
        elif line.text:
            leftovers.move(section.heading, line.text)
    texts = {part: "\n".join(text).strip() for part, text in parts.items()}
    # An empty template: its prompts belong to the page, not to the question.
    for part in [part for part, text in texts.items() if name_of(text) in _TEMPLATE_PROMPTS]:
        text = texts.pop(part)
        if text:
            leftovers.leave("a prompt from the page's empty answer template", text)
    form = FORMS[kind].parts
    if all(part.name in texts for part in form):
        return {part.name: safe(texts[part.name]) for part in form}
    titles = {part.name: part.title for part in form}
    for name, text in texts.items():
        leftovers.move(section.heading, f"**{titles[name]}:** {text}")
    return None


def _is_letter_of_next(text: str, following: Sequence[Line], known: re.Pattern[str]) -> bool:
    """Tell whether a text is just the first letter of the label in the next non-empty line."""
    line = next((line for line in following if line.text), None)
    label = label_of(line, known) if line and len(text) == 1 else None
    return bool(label and label[0][0].upper() == text)


def read_levels(section: PageSection, leftovers: Leftovers) -> dict[str, str]:
    """Read what each level is expected to show; empty if a level that is required is missing."""
    levels: dict[str, list[str]] = {}
    before: list[str] = []
    current = before
    for line in section.lines:
        found = BULLET.match(line.text)
        label = label_of(Line(found[2] or "", line.code) if found else line, LEVEL_LABEL)
        level = LEVEL_NAMES[label[0]] if label else ""
        if label and level not in levels:
            current = levels[level] = [label[1]]
        else:
            current.append(line.text if line.code else line.bare)
    texts = {level: safe_item("\n".join(text)) for level, text in levels.items()}
    if "\n".join(before).strip():
        leftovers.move(section.heading, "\n".join(before))
    if all(texts.get(level) for level in LEVELS if level not in OPTIONAL_LEVELS):
        return {level: text for level, text in texts.items() if text}
    for level, text in texts.items():
        leftovers.move(section.heading, f"**{level}**: {text}")
    return {}


def read_asks(
    section: PageSection, leftovers: Leftovers, companies: Iterable[str]
) -> tuple[Ask, ...]:
    """Read the companies from a Markdown table, or from a table flattened to lines."""
    for line in section.lines:
        if line.code:
            leftovers.move(section.heading, line.text)
    texts = [line.bare for line in section.lines if line.text and not line.code]
    if _cells_on_lines(texts):
        cells = texts[2:]
        if len(cells) % 2:
            leftovers.move(section.heading, cells.pop())
        pairs = zip(cells[::2], cells[1::2], strict=True)
        return tuple(Ask(company=company, focus=focus) for company, focus in pairs)
    names = sorted(companies, key=len, reverse=True)  # "UK Civil Service" before "UK"
    asks: list[Ask] = []
    columns: list[str] = []
    is_flat = False
    for text in texts:
        if _RULE.fullmatch(text):
            continue
        if row := _cells(text, columns):
            if not columns and name_of(row[0]) == "company":
                columns = [_COLUMNS.get(name_of(cell), "focus") for cell in row]
                continue
            ask = _ask(row, columns, leftovers)
        elif not asks and not columns and _is_head(text):
            columns, is_flat = ["company", "focus"], True
            continue
        else:
            ask = _flat_ask(text, names, is_flat, leftovers)
        if ask:
            asks.append(ask)
        else:
            leftovers.move(section.heading, text)
    return tuple(asks)


def _cells(text: str, columns: Sequence[str]) -> list[str]:
    """Return the cells of a table's row, between bars or tabs; empty for any other line.

    Only in a table with more than two columns do tabs count: elsewhere, they may be gaps.
    """
    if text.startswith("|"):
        return [cell.strip().replace("\\|", "|") for cell in CELL_END.split(text.strip("|"))]
    cells = [cell.strip() for cell in text.split("\t")]
    is_head = not columns and len(cells) > 2 and name_of(cells[0]) == "company"
    return cells if is_head or len(cells) == len(columns) > 2 else []


def _cells_on_lines(texts: Sequence[str]) -> bool:
    """Tell whether a table was flattened to one cell per line: then its header is two lines."""
    heads = [name_of(text) for text in texts[:2]]
    return len(heads) == 2 and heads[0] == "company" and _COLUMNS.get(heads[1]) == "focus"


def _is_head(text: str) -> bool:
    """Tell whether a line is ``Company Variation / Focus`` or the like."""
    found = _FLAT_HEAD.fullmatch(text)
    words = name_of(found[1]).split() if found else []
    return bool(words) and set(words) <= {word for name in _COLUMNS for word in name.split()}


def _ask(row: Sequence[str], columns: Sequence[str], leftovers: Leftovers) -> Ask | None:
    """Return the row of a Markdown table as a record; None if it isn't valid."""
    columns = columns or (["company", "focus"] if len(row) == 2 else ["company", "value", "focus"])
    if len(row) != len(columns) or sorted(set(columns)) != sorted(columns):
        return None
    found: Mapping[str, str] = dict(zip(columns, row, strict=True))
    company, focus = _unmarked(found.get("company", "")), found.get("focus", "")
    value = found.get("value", "")
    if not company or not focus:
        return None
    if basis := found.get("basis", ""):
        leftovers.leave(_BASIS, f"{company}: {basis}")
    return Ask(
        company=company, value=value if value and not is_no_value(value) else None, focus=focus
    )


def _flat_ask(text: str, names: Sequence[str], in_table: bool, leftovers: Leftovers) -> Ask | None:
    """Return a line such as ``Amazon Dive Deep`` as a record; None if it isn't one."""
    bullet = BULLET.match(text)
    row = (bullet[2] or "") if bullet else text
    marked = re.match(r"(\*\*|__)(.+?)\1", row)
    row = (marked[2].rstrip(":") + ": " + row[marked.end() :].lstrip(" :")) if marked else row
    for name in names:
        after = _AFTER_NAME.match(row, len(name))
        if row.casefold().startswith(name.casefold()) and after:
            focus = row[after.end() :].strip(" \t:")
            return Ask(company=name, focus=focus) if focus else None
    found = _NAME_AND_MARK.match(row)
    if found is None and in_table:
        found = re.match(r"([A-Z0-9][^\s:]*)[ ]+", row)
        if found:
            leftovers.guesses.append(f"'{found[1]}' was taken as the company in '{row}'; check it")
    if found is None or (not in_table and not (bullet or marked)):
        return None
    company, focus = _unmarked(found[1]), row[found.end() :].strip()
    return Ask(company=company, focus=focus) if company and focus else None


def _unmarked(text: str) -> str:
    return text.strip(" \t*_")


def read_cookies(section: PageSection, leftovers: Leftovers) -> None:
    """Leave out the lines of a cookie dialog; any other text below its heading goes to Notes."""
    leftovers.leave("the cookie dialog", section.heading)
    for line in section.lines:
        if name_of(line.text) in _COOKIE_LABELS or _COOKIE_WORDS.search(line.text):
            leftovers.leave("the cookie dialog", line.bare)
        elif line.text:
            leftovers.move("Text below the cookie dialog", line.text)
