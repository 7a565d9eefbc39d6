"""A page of prepkit's own site, copied or saved whole: the labels around its texts left out. Pure.

Such a page has the site's menu above, the form with its labels in the middle, and links below. It
is known by the form: the heading "Your answer" after the key points, and one of the form's labels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from prepkit.bank.importer.lines import KNOWN, name_of
from prepkit.bank.importer.mending import Mending, Row
from prepkit.forms import FORMS

_PLACE = re.compile(r"Q\s?\d{1,3} of \d{1,3}")
_CHECK_OFF = "Check off what your answer covers."
_FORM = re.compile(
    r"[\d,]+ words?(?:, at least [\d,]+)? · aim for [\d,]+\N{EN DASH}[\d,]+"
    r"|[\d,]+ words? · about .{1,20} out loud|.{4,40} · [\d,]+ words?"
    r"|Earlier versions(?: \(\d+\))?"
    r"|Practise out loud|\d{1,2}:\d\d(?::\d\d)?|aim for [\d:]+\N{EN DASH}[\d:]+(?: min)?"
    r"|Start|Pause|Resume|Reset|Clear"
    r"|Saved(?: .{0,40})?|What you write is saved in this browser only\..*"
    r"|Turn on JavaScript to write your answer here\..*|Export my answers|All your answers"
)
_SAID = (
    "Loading …", "Loading your answer …", "Not loaded", "Saving …", "Not saved yet", "Not saved",
    "Choose a version", "Nothing written yet. Saves as you type.",
    "Saved. We'll bring this back on {}.", "Not saved: {}", "Not saved yet: {}",
    "Your saved answer hasn't loaded yet: {}", "Disconnected: {}",
    "Your saved answer can't be read: {}", "This browser's storage is full or turned off: {}",
    "You typed in {} before your saved text had loaded",
    "You typed in {} before your saved text had loaded. Pick one below; we keep both.",
    "{} was changed in two places",
    "{} was changed in two places. Pick one below; we keep both.",
    "{} were changed in two places. Pick one below; we keep both.",
    "To read only: nothing changes this answer here.",
    "Above: what you typed here (not saved). {}", "(empty)", "Keep both, one after the other",
    "Keep only what I typed", "Keep mine", "Use the saved version",
    "Whichever you pick, the other one stays under “Earlier versions”.",
    "The earlier versions can't be read: {}",
    "Snapshots from when you paused or made a big cut. Restoring one keeps your current text too.",
    "No earlier versions yet.", "Restore", "How did it go?",
    "Saved. It goes into your export, and the workbook then tells you when to practise this again.",
)  # fmt: skip
"""What the form says at one time or another: people copy a page while it loads or saves, too."""
_APOSTROPHE = "['\N{RIGHT SINGLE QUOTATION MARK}]"
_SAYING = re.compile(
    "|".join(re.escape(one).replace(r"\{\}", ".+").replace("'", _APOSTROPHE) for one in _SAID)
)
_RATING = re.compile(
    r"(?:Stumbled|Got through it|Smooth|Very easy)(?: (?:today|tomorrow|in \d+ (?:day|month)s?))?"
)

_HINTS = {
    "a made up example draft yours before you look",
    "about the example what speaks for it and what is missing",
    "the same question as many people answer it and what would lift it most",
    name_of(_CHECK_OFF),
}
"""Lines below headings that belong to the page, as `name_of` gives them."""

_LEGEND = re.compile(r"(?:- )?(?:Stated|Published value|Inferred): .+")
_SOURCE = re.compile(r"[^:]{3,60}: [\w.-]+\.\w+, (?:dated .{4,20}, )?read \d{1,2} \w+ \d{4}")
_ROUNDS = "rounds at these companies"
"""The heading of what is known of interviews, which a bank has with its companies."""
_END = re.compile(
    r"(?:← Previous|Next →|On this page|What you write here stays in this browser\.).*"
)
_PARTS = {part.title for form in FORMS.values() for part in form.parts}

_HEADINGS = {*KNOWN, "background"}
"""Headings below the form; the last one is what the site calls the notes."""

_MENU = "the site's menu"
_LABELS = "the labels of the site's form"
_HINT = "a hint of the site"


def mend_own_page(rows: Sequence[Row], mending: Mending) -> list[Row]:
    """Return the lines of a question page of prepkit's site as a page of Markdown.

    Lines of any other page are returned as they are.
    """
    names = [name_of(_bare(row)) for row in rows]
    if not _is_own(rows, names):
        return list(rows)
    why, answer = names.index("why this is asked"), names.index("your answer")
    end = _end(rows, answer)
    rest = next((one for one in range(answer + 1, end) if names[one] in _HEADINGS), end)
    for row in rows[end:]:
        mending.leave(_MENU, row.text)
    form = _form(rows[answer:rest], mending)
    return [
        *_front_matter(form),
        *_top(rows[:why], mending),
        Row(rows[why].number, "## Why this is asked"),
        *_without_hints(rows[why + 1 : answer], mending),
        *form,
        *_without_hints(rows[rest:end], mending),
    ]


def _bare(row: Row) -> str:
    """Return a line without the marks of headings, items, labels and emphasis."""
    return re.sub(r"^[ \t]*#{1,6}[ \t]+", "", row.text).strip(" \t*")


def _is_own(rows: Sequence[Row], names: Sequence[str]) -> bool:
    if "why this is asked" not in names or "your answer" not in names:
        return False
    why, answer = names.index("why this is asked"), names.index("your answer")
    return (
        why < answer
        and "key points to cover" in names[why:answer]
        and any(_PLACE.search(_bare(row)) for row in rows[:why])
        and any(_bare(row) == _CHECK_OFF or _END.fullmatch(_bare(row)) for row in rows[why:])
    )


def _is_label(bare: str) -> bool:
    return any(each.fullmatch(bare) for each in (_FORM, _RATING, _SAYING))


def _end(rows: Sequence[Row], start: int) -> int:
    """Return the place of the first line below the page's own text."""
    places = (place for place in range(start, len(rows)) if _END.fullmatch(_bare(rows[place])))
    return next(places, len(rows))


def _front_matter(form: Sequence[Row]) -> list[Row]:
    """Return the question's kind, which a page shows only by the parts of its answer."""
    titles = {row.text.removeprefix("### ") for row in form}
    for kind, one in FORMS.items():
        if all(part.title in titles for part in one.parts):
            return [Row(form[0].number, line) for line in ("---", f"kind: {kind}", "---")]
    return []


def _top(rows: Sequence[Row], mending: Mending) -> list[Row]:
    """Return icon, category, number and question as the page's first lines."""
    texts = {place: _bare(row) for place, row in enumerate(rows) if row.text.strip()}
    places = ((place, _PLACE.search(text)) for place, text in texts.items())
    place, found = next((place, found) for place, found in places if found)
    question = [*texts][-1]
    above = [one for one in texts if one < place]
    icon = [one for one in above if not re.search(r"\w", texts[one])][-1:]
    taken = {*icon, place, question}
    category = texts[place][: found.start()].strip(" ·")
    if not category and above:
        category = texts[above[-1]]
        taken.add(above[-1])
    for one in texts:
        if one not in taken:
            mending.leave(_MENU, rows[one].text)
    return [
        *(rows[one] for one in icon),
        Row(rows[place].number, f"{category} · {found[0]}".strip(" ·")),
        Row(rows[question].number, f"# {texts[question]}"),
    ]


def _without_hints(rows: Sequence[Row], mending: Mending) -> list[Row]:
    """Return sections without the page's own hints, and with Markdown's headings."""
    found: list[Row] = []
    in_rounds = False
    for row in rows:
        bare = _bare(row)
        name = name_of(bare)
        in_rounds = name == _ROUNDS or (in_rounds and name not in _HEADINGS)
        if in_rounds:
            mending.leave("what the page says about interviews at these companies", bare)
        elif name in _HINTS:
            mending.leave(_HINT, bare)
        elif _LEGEND.fullmatch(bare) or _SOURCE.fullmatch(bare):
            mending.leave("what the page says about how it is known", bare)
        elif name == "background":
            found.append(Row(row.number, "## Notes"))
        elif name in KNOWN and not row.text.lstrip().startswith("#"):
            found += [Row(row.number, ""), Row(row.number, f"## {bare}")]
        else:
            found.append(row)
    return found


def _form(rows: Sequence[Row], mending: Mending) -> list[Row]:
    """Return the prompts of the form as an answer template, without the form's labels."""
    prompts: dict[str, list[Row]] = {}
    above: list[Row] = []
    current = above
    for row in rows:
        bare = _bare(row)
        label, _, rest = bare.partition(":")
        title = label.strip("* ")
        if title in _PARTS and title not in prompts:
            current = prompts[title] = [Row(row.number, rest.strip("* "))] if rest else []
        elif not bare or len(bare) == 1 or name_of(bare) == "your answer" or _is_label(bare):
            mending.leave(_LABELS, bare)
        elif current is above or not current:
            current.append(row)
        else:  # below a prompt: what somebody wrote into the form
            above.append(row)
    start = rows[0].number
    found = [Row(start, line) for line in ("", "## Answer template", "")] if prompts else []
    for title, lines in prompts.items():
        found += [Row(start, f"### {title}"), Row(start, ""), *lines, Row(start, "")]
    if above:
        found += [Row(start, ""), Row(start, "## Your answer"), *above]
    return found
