"""Nothing private is published: finds a person's own texts in a notebook.

A notebook that has been run can contain what its author wrote: in sources, outputs, attachments and
metadata. Text that the build leaves out anyway, such as the state of widgets, is found too and is
marked as such.
"""

from __future__ import annotations

import json
import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Literal, NoReturn

from prepkit.forms import FORMS
from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.mime import ANSWER_NOTES, EXPORT_FORMAT, HAND_IN_MIME, SHEET_MIME
from prepkit.records import Question
from prepkit.text import pluralize, strip_ansi

LeakKind = Literal["answer", "hand-in", "worksheet", "form", "packet", "file of answers"]

RUN = 12
"""This many words in a row that match an answer are not a coincidence."""
LEAST = 6
"""A sentence needs at least this many words to be looked for inside other texts."""
_LEAST_ALONE = 2

_NAMES: Mapping[LeakKind, str] = {
    "answer": "a stored answer",
    "hand-in": "answers handed in",
    "worksheet": "a worksheet with an answer",
    "form": "a form with an answer",
    "packet": "a packet made for a student",
    "file of answers": "an exported file of answers",
}
_SHOWN_WORDS = 8
_SHOWN_LENGTH = 60

# A word, or a single character in scripts that have no spaces between words.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)
_APOSTROPHE = re.compile("(?<=\\w)['\u2018\u2019\u02bc](?=\\w)")
_SENTENCE_END = re.compile(r"(?<=[.!?\u3002\uff01\uff1f])[\"'\u201d\u2019)]*\s+|\n")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrt])")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|code|del|em|font|i|ins|kbd|mark|s|small|span|strong|sub|sup|tt|u|wbr)\b[^>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<!--|-->|</?[a-zA-Z][^>]*>")
_DATA = re.compile(r"data:(?!image/(?!svg))[\w/+.-]*[^,\s\"']*;base64,([A-Za-z0-9+/=]+)")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{16,}={0,2}\s*")
_EXPORT_JSON = re.compile(rf'\\?"format\\?"\s*:\s*\\?"{EXPORT_FORMAT}\\?"')
_TITLES = {part.title for form in FORMS.values() for part in form.parts} | {"Key points"}
_EXPORT_MARKDOWN = re.compile(
    rf"^# Answers\s*\n+## \S.*\n+### (?:{'|'.join(sorted(_TITLES))})\s*\n+>", re.M
)
_FORM = re.compile("|".join(map(re.escape, ANSWER_NOTES)))
_PARAMETER = re.compile(r"^(?:student_id|name|notes)\s*(?::[^=\n]+)?=\s*(['\"])(?!\1)", re.M)
_STUDENT = re.compile(r"^student_id\s*(?::[^=\n]+)?=\s*(['\"])(?!\1)(.*?)\1", re.M)


@dataclass(frozen=True, slots=True)
class Leak:
    """Something private in a notebook."""

    kind: LeakKind
    cell: int
    """Counted from 1; 0 for the notebook itself."""
    place: str
    """Such as ``source``, ``output 1 (text/html)``, ``attachment plan.txt``, ``metadata``."""
    words: str
    """Its first words."""
    dropped: bool = False
    """Whether the build leaves it out anyway."""

    def __str__(self) -> str:
        where = f"cell {self.cell}, {self.place}" if self.cell else self.place
        shown = f", “{self.words}”" if self.words else ""
        text = f"{where}: {_NAMES[self.kind]}{shown}"
        # A notebook may contain control characters, which a terminal would obey or can't show.
        return "".join(each if each.isprintable() else "\ufffd" for each in text)


class LeakDetector:
    """Texts that must not be published, prepared for a search in many notebooks.

    Parameters
    ----------
    texts
        The texts of answers, current and earlier ones.
    public
        Texts that are published anyway, such as the questions, since an answer may quote them.
    """

    def __init__(self, texts: Iterable[str], public: Iterable[str] = ()) -> None:
        self._starts: set[int] = set()
        self._runs: dict[int, set[int]] = {}
        self._alone: set[tuple[str, ...]] = set()
        for text in _longest(texts):
            self._add(text)
        for text in public:
            words = _words(_unescaped(text))
            self._alone.discard(tuple(words))
            for length, runs in self._runs.items():
                runs.difference_update(_hashes(words, length))

    def __bool__(self) -> bool:
        return bool(self._starts or self._alone)

    def __reduce__(self) -> NoReturn:
        # It keeps hashes of words, and Python's hashes of texts differ between processes.
        raise TypeError("LeakDetector can't be sent to another process: make a new one there")

    def _add(self, text: str) -> None:
        text = _unescaped(text)
        words = _words(text)
        if len(words) < LEAST:
            if len(words) >= _LEAST_ALONE:
                self._alone.add(tuple(words))
            return
        sentences = [_words(part) for part in _SENTENCE_END.split(text)]
        for run in [words, *sentences]:
            length = min(len(run), RUN)
            if length >= LEAST:
                self._runs.setdefault(length, set()).update(_hashes(run, length))
                self._starts.update(_hashes(run[: len(run) - length + LEAST], LEAST))

    def found_in(self, text: str) -> str:
        """Return the first private words in `text`, or an empty string."""
        if not self:
            return ""
        for reading in _readings(text):
            words = _words(reading)
            starts = list(_hashes(words, LEAST))
            if not self._starts.isdisjoint(starts):
                for place, start in enumerate(starts):
                    if start in self._starts and self._runs_at(words, place):
                        return " ".join(words[place : place + _SHOWN_WORDS])
            if self._alone:
                for line in (reading, *reading.split("\n")) if len(reading) < 10**6 else ():
                    if len(line) < 400 and tuple(_words(line)) in self._alone:
                        return line.strip()[:_SHOWN_LENGTH]
        return ""

    def _runs_at(self, words: Sequence[str], place: int) -> bool:
        return any(
            len(words) >= place + length and hash(tuple(words[place : place + length])) in runs
            for length, runs in self._runs.items()
        )


def find_leaks(nb: Mapping[str, Any], known: LeakDetector) -> list[Leak]:
    """Return what is private in a notebook of format 4, in the order of its cells.

    Private are: the `known` texts; answers that were handed in or exported, on a worksheet or in
    the text of a form; and packets made for a student. Each is reported once per place.
    """
    found: dict[tuple[int, str, LeakKind], Leak] = {}

    def add(one: Leak) -> None:
        found.setdefault((one.cell, one.place, one.kind), one)

    for one in _packet_marks(nb):
        add(one)
    for number, cell in _numbered(nb.get("cells")):
        for count, output in _numbered(cell.get("outputs")):
            for one in _answers_in(output, number, f"output {count}"):
                add(one)
    for number, place, part in _parts(nb):
        for text in _texts(part):
            kinds: tuple[tuple[LeakKind, str], ...] = (
                ("answer", known.found_in(text)),
                ("form", _form_words(text)),
                ("file of answers", _export_words(text)),
            )
            for kind, words in kinds:
                if words:
                    add(Leak(kind, number, place, words, dropped=place == "widget state"))
    return sorted(found.values(), key=lambda one: (one.cell == 0, one.cell))


def leaks_message(found: Mapping[Path, Sequence[Leak]]) -> str:
    """Return the message that stops a build, for all notebooks; empty if nothing is private.

    Text that the build leaves out anyway doesn't stop it.
    """
    told = {
        path: stops
        for path, all_of in found.items()
        if (stops := [x for x in all_of if not x.dropped])
    }
    if not told:
        return ""
    lines = [f"  {path}, {one}" for path, stops in told.items() for one in stops]
    return "\n".join(
        [
            f"Nothing was published: {pluralize(len(told), 'notebook')} "
            f"{'holds' if len(told) == 1 else 'hold'} private text:",
            *lines,
            "Clear the outputs (in JupyterLab: Edit > Clear Outputs of All Cells) or delete the "
            "text, save, and build again. To publish it anyway, add --allow-answers.",
        ]
    )


def question_texts(questions: Iterable[Question]) -> Iterator[str]:
    """Yield every text of some questions, which is public even where an answer repeats it."""
    for question in questions:
        yield from _texts(question.model_dump(mode="json"))


def _words(text: str) -> list[str]:
    return _WORD.findall(_APOSTROPHE.sub("", text).casefold())


def _hashes(words: Sequence[str], length: int) -> Iterator[int]:
    """Return the hash of each run of `length` words."""
    return map(hash, zip(*(words[first:] for first in range(length)), strict=False))


def _longest(texts: Iterable[str]) -> Iterator[str]:
    """Yield the texts, without long ones that another text only continues (steps of typing)."""
    ordered = sorted(set(texts))
    for place, text in enumerate(ordered, 1):
        after = ordered[place] if place < len(ordered) else ""
        if not after.startswith(text) or len(text) < 40 * RUN:
            yield text


def _readings(text: str) -> Iterator[str]:
    """Yield a text without its tags, if it has any, and as it is."""
    if "<" in text:
        yield _unescaped(_TAG.sub("\n", _INLINE.sub("", text)))
    yield _unescaped(text)


def _unescaped(text: str) -> str:
    """Return a text without entities and the escapes of JSON and Python."""
    # Twice, because an answer may contain entities itself, which HTML escapes once more.
    plain = unescape(unescape(text)) if "&" in text else text
    if "\\" in plain:
        plain = _ESCAPED.sub(lambda one: chr(int(one[1], 16)) if one[1] else "\n", plain)
    return plain if plain.isascii() else unicodedata.normalize("NFKC", plain)


def _form_words(text: str) -> str:
    if "saved" not in text:  # quick, and all of `ANSWER_NOTES` have that word
        return ""
    for reading in _readings(text):
        if _FORM.search(" ".join(reading.split())):
            return _first_words(" ".join(reading.split()))
    return ""


def _export_words(text: str) -> str:
    if _EXPORT_JSON.search(text) or _EXPORT_MARKDOWN.search(text):
        return _first_words(text)
    return ""


def _first_words(text: str) -> str:
    return " ".join(text.split()[:_SHOWN_WORDS])[:_SHOWN_LENGTH]


def _parts(nb: Mapping[str, Any]) -> Iterator[tuple[int, str, Any]]:
    """Yield every part of a notebook that can contain text, with its cell and its place."""
    for number, cell in _numbered(nb.get("cells")):
        yield number, "source", joined(cell.get("source"))
        for count, output in _numbered(cell.get("outputs")):
            where = f"output {count}"
            yield number, where, joined(output.get("text"))
            trace = "\n".join(map(str, sequence(output.get("traceback"))))
            yield number, f"{where} (error)", [joined(output.get("evalue")), trace]
            for mime, value in _without_pixels(mapping(output.get("data"))).items():
                if mime != HAND_IN_MIME:
                    yield number, f"{where} ({mime})", value
            yield number, f"{where} (metadata)", output.get("metadata")
        for name, bundle in mapping(cell.get("attachments")).items():
            yield number, f"attachment {name}", {name: _without_pixels(mapping(bundle))}
        yield number, "cell metadata", cell.get("metadata")
    for key, value in mapping(nb.get("metadata")).items():
        yield 0, "widget state" if key == "widgets" else "notebook metadata", value


def _numbered(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return enumerate(map(mapping, sequence(value)), 1)


def _without_pixels(bundle: Mapping[str, Any]) -> dict[str, Any]:
    return {
        mime: value
        for mime, value in bundle.items()
        if "svg" in mime or not mime.startswith("image/")
    }


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value, including names, and texts encoded inside texts."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            text = strip_ansi(one)
            yield text
            waiting += _other_forms(text)
        elif isinstance(one, Mapping):
            waiting += [*one.values(), *one.keys()]
        elif isinstance(one, list | tuple):
            # Notebooks store a text as a list of its lines, or of parts of them.
            if len(one) > 1 and all(isinstance(part, str) for part in one):
                waiting.append("".join(one))
            waiting += one


def _other_forms(text: str) -> Iterator[Any]:
    """Yield what a text decodes to as JSON, as base64, and in its ``data:`` addresses."""
    if text.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            yield json.loads(text)
    codes = _DATA.findall(text) if ";base64," in text else []
    if _BASE64.fullmatch(text):
        codes.append(text)
    for code in codes:
        with suppress(ValueError):  # a picture, or text that isn't base64 at all
            raw = b64decode("".join(code.split()), validate=True)
            is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
            yield raw.decode("utf-16" if is_wide else "utf-8-sig")


def _answers_in(output: Any, number: int, place: str) -> Iterator[Leak]:
    """Yield the answers in an output: one that was handed in, or one on a worksheet."""
    data = mapping(output.get("data"))
    owner = mapping(mapping(output.get("metadata")).get("prepkit")).get("student_id")
    if HAND_IN_MIME in data or owner:
        yield Leak("hand-in", number, place, str(owner or ""))
    sheet = data.get(SHEET_MIME)
    if isinstance(sheet, str):
        try:
            sheet = json.loads(sheet)
        except (ValueError, RecursionError):
            sheet = None
    sheet = mapping(sheet)
    texts = [str(text) for text in mapping(sheet.get("answer")).values() if str(text).strip()]
    if texts or sheet.get("answered") or sheet.get("ticked"):
        words = texts[0] if texts else "; ".join(map(str, sequence(sheet.get("ticked"))))
        yield Leak("worksheet", number, place, _first_words(words))


def _packet_marks(nb: Mapping[str, Any]) -> Iterator[Leak]:
    """Yield where a notebook says for which student it was made."""
    ours = mapping(mapping(nb.get("metadata")).get("prepkit"))
    student = mapping(ours.get("packet")).get("student_id") or ours.get("student_id")
    if "packet" in ours or student:
        yield Leak("packet", 0, "notebook metadata", str(student or ""))
    for number, cell in _numbered(nb.get("cells")):
        tags = sequence(mapping(cell.get("metadata")).get("tags"))
        source = joined(cell.get("source"))
        named = _STUDENT.search(source)
        if "injected-parameters" in tags and (named or (student and _PARAMETER.search(source))):
            yield Leak("packet", number, "source", named[2] if named else str(student))
