"""A pasted question page -> the fields of a question file, without losing any of its content.

A page is plain text copied from a browser, or Markdown with the usual headings. Text that fits no
section goes to the question's notes; what belongs only to the web page, such as its cookie dialog,
is left out. Both are reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prepkit.bank.front_matter import RENAMED_KINDS
from prepkit.bank.importer.lines import (
    Line,
    PageSection,
    cut,
    heading_of,
    lines_of,
    paragraphs,
    safe,
)
from prepkit.bank.importer.mending import Repair
from prepkit.bank.importer.remarks import keep_notes, read_notes, read_weaker
from prepkit.bank.importer.repairs import repair
from prepkit.bank.importer.sections import (
    Leftovers,
    read_asks,
    read_cookies,
    read_items,
    read_levels,
    read_parts,
)
from prepkit.bank.sections import BY_FIELD, unfinished
from prepkit.bank.source_map import SourceMap, read_yaml
from prepkit.errors import PrepkitError, Problems
from prepkit.forms import KINDS, Kind
from prepkit.records import SLUG, Question

__all__ = ["PastedPage", "read_page"]

COMPANIES = (
    "Airbnb", "Amazon", "Apple", "Atlassian", "Bloomberg", "Booking.com", "Capital One",
    "Cloudflare", "Databricks", "Dropbox", "GitHub", "GitLab", "Goldman Sachs", "Google",
    "JPMorgan Chase", "Jane Street", "LinkedIn", "Lyft", "Meta", "Microsoft", "Morgan Stanley",
    "NVIDIA", "Netflix", "Oracle", "Palantir", "Salesforce", "Shopify", "Snap", "Snowflake",
    "Spotify", "Square", "Stripe", "Two Sigma", "UK Civil Service", "Uber", "X",
)  # fmt: skip
"""Names that are recognised in a table that lost its columns, besides the caller's."""

_PLACE = r"(?:Q|Question)\s*#?(?P<number>\d{1,3})(?:\s*(?:of|/)\s*(?P<of>\d{1,3}))?"
_META = re.compile(
    rf"(?P<category>.*?)[\s·•|,:/\N{{EN DASH}}\N{{EM DASH}}-]*\b{_PLACE}\W*", re.IGNORECASE
)
_CATEGORY = re.compile(
    r"\W*category[*_\s]*[:|]+[*_\s]*(?P<category>\w[^|:]{0,58}?)[*_\s|]*", re.IGNORECASE
)
_NUMBERED = re.compile(
    rf"{_PLACE}\s*[:.)\N{{EN DASH}}\N{{EM DASH}}-]\s*(?P<text>.+)", re.IGNORECASE | re.DOTALL
)
_LABELLED = re.compile(r"(?:interview )?question\s*:[*_\s]*(.+)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class PastedPage:
    """What was found on a question page.

    Category and number are known only if the page states them; `question` makes the record with
    the category and number that the caller chooses.
    """

    fields: Mapping[str, Any]
    """The fields of Question, without category and number."""
    number: int | None = None
    of: int | None = None
    category: str | None = None
    """The title of the category, as it is on the page."""
    slug: str | None = None
    """The slug of the category, if the page's front matter has it."""
    icon: str | None = None
    moved: tuple[tuple[str, str], ...] = ()
    """Heading and text of what went to Notes because it fits no section."""
    left_out: tuple[str, ...] = ()
    """What was left out because it isn't content, in plain sentences."""
    guesses: tuple[str, ...] = ()
    """What was guessed where the page isn't clear, in plain sentences."""
    repairs: tuple[Repair, ...] = ()
    """What was repaired in the text before it was read."""

    def question(self, category: str, number: int) -> Question:
        """Return the question as a record of the category with the slug `category`."""
        return Question(category=category, number=number, **self.fields)

    @property
    def missing(self) -> tuple[str, ...]:
        """The headings of a complete question file for which the page has no text."""
        # Prompts don't count as missing: each kind of question brings its own.
        sections = [one for one in unfinished(self.fields) if one.field != "prompts"]
        return tuple(section.heading for section in sections)


def read_page(
    text: str,
    *,
    source: str,
    companies: Iterable[str] = (),
    is_word: Callable[[str], bool] = lambda word: False,
) -> PastedPage:
    """Read a pasted question page.

    Parameters
    ----------
    text : str
        The page, as plain text, Markdown, wiki markup or HTML.
    source : str
        Where the page comes from; named in errors.
    companies : iterable of str, optional
        Names of companies to recognise in a table that lost its columns.
    is_word : callable, optional
        Tells whether a word in lowercase is in a dictionary, for words that a page cut in two.

    Returns
    -------
    PastedPage

    Raises
    ------
    PrepkitError
        If the page has no question, or too little of one; the message says what is missing.
    """
    leftovers = Leftovers()
    repaired = repair(text, is_word)
    for reason, words in repaired.left_out:
        leftovers.leave(reason, words)
    text = _without_comments(repaired.text, leftovers)
    lines, front = _front_matter(lines_of(text), leftovers)
    kind: Kind = front.get("kind", KINDS[0])
    top, *found = cut(lines, kind)
    if not any(section.name in ("why", "key_points") for section in found):
        raise PrepkitError(
            f"{source}: no question found; a question page has the headings"
            " 'Why this is asked' and 'Key points to cover'"
        )
    page = _read_top(
        top, next((one for one in found if one.name == "text"), None), leftovers, source
    )
    fields: dict[str, Any] = {**front, **page.fields}
    slug = fields.pop("category", None)
    names = sorted({*companies, *COMPANIES})
    notes = ""
    for section in found:
        if section.name == "notes":
            notes = _safe_notes(section.text)
        elif section.name != "text":
            _read_section(section, kind, fields, leftovers, names)
    if not fields.get("why"):
        raise PrepkitError(f"{source}: there is no text under 'Why this is asked'")
    if not fields.get("key_points"):
        raise PrepkitError(f"{source}: there are no items under 'Key points to cover'")
    if told := fields.get("interviewer_notes"):
        fields["interviewer_notes"] = keep_notes(told, len(fields["key_points"]), leftovers)
    pieces = [f"### {_one_line(heading)}\n\n{body}".strip() for heading, body in leftovers.moved]
    fields["notes"] = "\n\n".join(piece for piece in [notes, *pieces] if piece)
    return replace(
        page,
        fields=fields,
        slug=slug,
        moved=tuple(leftovers.moved),
        left_out=tuple(
            f"{reason}: {' / '.join(' '.join(line.split()) for line in lines)}"
            for reason, lines in leftovers.left_out.items()
        ),
        guesses=tuple(leftovers.guesses),
        repairs=repaired.repairs,
    )


def _safe_notes(text: str) -> str:
    """Return running text for Notes, in which headings of level 3 are allowed."""
    return "\n".join(
        line if line.startswith("### ") else escaped
        for line, escaped in zip(text.split("\n"), safe(text).split("\n"), strict=True)
    )


def _read_section(
    section: PageSection, kind: Kind, fields: dict[str, Any], leftovers: Leftovers, names: list[str]
) -> None:
    """Read one section below a heading into its field, or keep it for Notes."""
    name = section.name
    match BY_FIELD[name].syntax if name in BY_FIELD else name:
        case "items":
            fields[name] = read_items(section, leftovers)
        case "parts":
            fields[name] = read_parts(section, leftovers, kind)
        case "levels":
            fields[name] = read_levels(section, leftovers)
        case "asks":
            fields[name] = read_asks(section, leftovers, names)
        case "marks":
            fields[name] = read_notes(section, leftovers)
        case "weaker":
            fields[name] = read_weaker(section, leftovers)
        case "prose":
            fields[name] = safe(section.text)
        case "cookies":
            read_cookies(section, leftovers)
        case _ if section.heading or section.text:
            leftovers.move(section.heading, section.text)


def _without_comments(text: str, leftovers: Leftovers) -> str:
    """Take out HTML comments."""
    # No regular expression: where many begin and none ends, it would look for each end again.
    kept: list[str] = []
    place = 0
    while (begin := text.find("<!--", place)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        kept.append(text[place:begin])
        if comment := text[begin + 4 : end].strip():
            leftovers.leave("a hidden comment", comment)
        place = end + 3
    return "".join([*kept, text[place:]])


def _front_matter(lines: list[Line], leftovers: Leftovers) -> tuple[list[Line], dict[str, Any]]:
    """Take the known fields from a Markdown page's front matter; other lines go to Notes."""
    start = next((index for index, line in enumerate(lines) if line.text), 0)
    texts = [line.text for line in lines]
    if not lines or texts[start] != "---" or "---" not in texts[start + 1 :]:
        return lines, {}
    end = texts.index("---", start + 1)
    block = texts[start + 1 : end]
    given = read_yaml("\n".join(block), SourceMap(Path()), Problems())
    data = given if isinstance(given, dict) else {}
    fields: dict[str, Any] = {}
    if isinstance(data.get("category"), str) and SLUG.fullmatch(data["category"]):
        fields["category"] = data["category"]
    kind = str(data.get("kind"))
    kind = RENAMED_KINDS.get(kind, kind)
    if kind in KINDS:
        fields["kind"] = kind
    tags = data.get("tags")
    if isinstance(tags, list) and all(isinstance(one, str) and SLUG.fullmatch(one) for one in tags):
        fields["tags"] = tuple(tags)
    if set(data) - set(fields) or not data:
        leftovers.move("Front matter", "\n".join(f"    {line}" for line in block if line))
    return lines[end + 1 :], fields


def _read_top(
    top: PageSection, own: PageSection | None, leftovers: Leftovers, source: str
) -> PastedPage:
    """Find the question, its category and number in the text above the first known heading."""
    category = icon = number = of = None
    lines: list[Line] = []
    after = 0
    for line in top.lines:
        heading = heading_of(line)
        text = (heading[1] if heading else line.bare).strip("*_ ")
        meta = None if line.code or number else _META.fullmatch(text)
        if line.text and not line.code and not re.search(r"\w", line.text):
            if icon is None and not line.text.isascii():
                icon = line.bare
            else:
                leftovers.leave("a line without words", line.bare)
            line = Line("")
        elif meta:
            number, of = int(meta["number"]), int(meta["of"]) if meta["of"] else None
            title = re.sub(r"^[\W_]+|[\W_]+$", "", meta["category"])
            category = title or None
            line = Line("")
            after = len(lines) + 1
        elif category is None and not line.code and (named := _CATEGORY.fullmatch(text)):
            category = named["category"]
            line = Line("")
        lines.append(line)
    if own is not None:
        text = " ".join(own.text.split())
        _keep(lines, leftovers)
    else:
        text = _take_question(lines, after, leftovers)
    if labelled := _LABELLED.fullmatch(text):
        text = labelled[1]
    if (numbered := _NUMBERED.fullmatch(text)) and number is None:
        number, text = int(numbered["number"]), numbered["text"]
        of = int(numbered["of"]) if numbered["of"] else None
    if not re.search(r"\w", text):
        raise PrepkitError(f"{source}: no question found; there is no text above the first heading")
    return PastedPage({"text": text}, number=number, of=of, category=category, icon=icon)


def _take_question(lines: list[Line], after: int, leftovers: Leftovers) -> str:
    """Return the question among the lines above the first heading; the others go to Notes."""
    runs = [
        (begin, run)
        for begin, run in paragraphs(lines)
        if not run[0].code and re.search(r"\w", run[0].text)
    ]
    later = [(begin, run) for begin, run in runs if begin >= after] or runs
    headings = [(begin, run) for begin, run in later if heading_of(run[0])]
    asking = [each for each in [*headings, *later] if _asks(each[1][-1])]
    chosen = asking or headings or (later if after else later[::-1])
    if not chosen:
        _keep(lines, leftovers)
        return ""
    begin, question = chosen[0]
    _keep([*lines[:begin], Line(""), *lines[begin + len(question) :]], leftovers)
    heading = heading_of(question[0])
    words = heading[1] if heading else " ".join(line.bare for line in question)
    return re.sub(r"^[>*_\s]+|[*_\s]+$", "", words)


def _asks(line: Line) -> bool:
    return line.bare.rstrip('*_ "”').endswith("?")


def _keep(lines: list[Line], leftovers: Leftovers) -> None:
    """Keep lines above the first heading for Notes."""
    text = "\n".join(line.text for line in lines)
    if text.strip():
        leftovers.move("Text above the first heading", text)


def _one_line(heading: str) -> str:
    return " ".join(heading.split()).strip("# ") or "Other text"
