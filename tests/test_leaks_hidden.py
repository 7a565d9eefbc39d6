"""An answer is found however it is set, and nothing else is taken for one."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import base64
import html
import json
import random
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from prepkit import engine
from prepkit.bank import Bank, load_bank
from prepkit.files import shipped
from prepkit.notebook.encoded import texts_inside, texts_of
from prepkit.notebook.folding import fold, letters, words
from prepkit.notebook.leak_detector import LeakDetector
from prepkit.notebook.leaks import find_leaks, question_texts
from prepkit.notebook.tables import by_columns

ANSWER = (
    "Our nightly import took nine hours, and the sales team couldn\u2019t see yesterday\u2019s "
    "orders before noon. I didn't own the pipeline. Nobody had measured it, so I spent two weeks "
    "finding out where the time went before I asked anybody to change a line."
)
SHORT = "Cut the storage bill by half"
WORDS = ANSWER.split()
CYRILLIC = str.maketrans(
    "aeopcxyiAEOPCXTH",
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456"
    "\u0410\u0415\u041e\u0420\u0421\u0425\u0422\u041d",
)
GREEK = str.maketrans("oviaTHNZ", "\u03bf\u03bd\u03b9\u03b1\u03a4\u0397\u039d\u0396")


def chunks(size: int) -> list[str]:
    return [" ".join(WORDS[place : place + size]) for place in range(0, len(WORDS), size)]


def markdown(*texts: str) -> Any:
    # Ids drawn by chance come twice among thousands of cells.
    cells = [new_markdown_cell(text, id=f"text-{number}") for number, text in enumerate(texts)]
    return new_notebook(cells=cells)


def code(*sources: str) -> Any:
    return new_notebook(cells=[new_code_cell(source) for source in sources])


def bundle(**data: Any) -> Any:
    """Return an output; ``text_html`` is the type ``text/html``."""
    types = {name.replace("_", "/", 1): value for name, value in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": types}


def shown(*outputs: Any) -> Any:
    return new_notebook(cells=[new_code_cell("show()", outputs=list(outputs))])


def streams(*texts: str) -> Any:
    return shown(*(new_output("stream", text=f"{text}\n") for text in texts))


def in_words(mark: str, text: str = ANSWER) -> str:
    """Return a text with a mark in the middle of each word of more than three letters."""
    return re.sub(r"(\w\w)(\w\w+)", rf"\1{mark}\2", text)


def encoded(text: str = ANSWER) -> str:
    return base64.b64encode(text.encode()).decode()


def wrapped(text: str, width: int, end: str = "\n") -> str:
    return end.join(text[place : place + width] for place in range(0, len(text), width))


FRAME = pd.DataFrame({"text": chunks(5)})
NAMED = pd.DataFrame(
    {"text": chunks(3), "who": ["ada", "ben"] * 7 + ["cy"] * (len(chunks(3)) - 14)}
)

FOR_ADDRESSES = base64.urlsafe_b64encode(f"{ANSWER} ???>>>".encode()).decode()

HIDDEN: dict[str, Any] = {
    "five words per Markdown cell": markdown(*chunks(5)),
    "three words per Markdown cell": markdown(*chunks(3)),
    "one word per Markdown cell": markdown(*WORDS),
    "five words per cell, with headings between": markdown(
        *(part for number, each in enumerate(chunks(5)) for part in (f"## Part {number}", each))
    ),
    "five words per code cell": code(*(f"print({each!r})" for each in chunks(5))),
    "a comment per code cell": code(*(f"# {each}" for each in chunks(4))),
    "a list of words in code": code(f"words = {WORDS!r}"),
    "strings added up in code": code(" + ".join(f"{each + ' '!r}" for each in chunks(4))),
    "strings on lines of code": code(
        "text = (\n" + "\n".join(f"    {each + ' '!r}" for each in chunks(4)) + "\n)"
    ),
    "variables in code": code(
        "\n".join(f"part_{n} = {each!r}" for n, each in enumerate(chunks(5)))
    ),
    "five words per stream": streams(*chunks(5)),
    "one word per stream": streams(*WORDS),
    "five words per output": shown(*(bundle(text_plain=repr(each)) for each in chunks(5))),
    "five words per output, plain and HTML": shown(
        *(bundle(text_plain=each, text_html=f"<p>{html.escape(each)}</p>") for each in chunks(5))
    ),
    "pieces in cells and outputs in turns": new_notebook(
        cells=[
            new_markdown_cell(each)
            if number % 2
            else new_code_cell("x", outputs=[bundle(text_html=f"<b>{each}</b>")])
            for number, each in enumerate(chunks(5))
        ]
    ),
    "lines with numbers": streams("\n".join(f"{n:3d} {each}" for n, each in enumerate(chunks(5)))),
    "lines with numbers and colons": markdown(
        "\n".join(f"{n}: {each}" for n, each in enumerate(chunks(3)))
    ),
    "lines with a word and a number": streams(
        "\n".join(f"Line {n}: {each}" for n, each in enumerate(chunks(5)))
    ),
    "a list": markdown("\n".join(f"- {each}" for each in chunks(2))),
    "a numbered list": markdown("\n".join(f"{n}. {each}" for n, each in enumerate(chunks(3), 1))),
    "a quotation": markdown("\n".join(f"> {each}" for each in chunks(4))),
    "a log": streams(
        "\n".join(f"2026-01-05 10:00:{n:02d} INFO {each}" for n, each in enumerate(chunks(5)))
    ),
    "a frame in HTML": shown(bundle(text_html=FRAME.to_html())),
    "a frame as text": shown(bundle(text_plain=FRAME.to_string())),
    "a frame with two columns in HTML": shown(bundle(text_html=NAMED.to_html())),
    "a frame with two columns as text": shown(bundle(text_plain=NAMED.to_string())),
    "a frame with columns the other way": shown(bundle(text_html=NAMED[["who", "text"]].to_html())),
    "a frame of single words": shown(
        bundle(text_html=pd.DataFrame({"a": WORDS, "b": ["x"] * len(WORDS)}).to_html())
    ),
    "a Markdown table": markdown(
        "| n | text |\n|---|---|\n" + "\n".join(f"| row | {each} |" for each in chunks(3))
    ),
    "CSV": streams("\n".join(f'{n},"{each}"' for n, each in enumerate(chunks(5)))),
    "records of JSON": shown(
        bundle(**{"application_json": [{"n": n, "text": each} for n, each in enumerate(chunks(5))]})
    ),
    "a list of JSON": shown(bundle(**{"application_json": WORDS})),
    "JSON in JSON": streams(json.dumps(json.dumps({"a": [json.dumps(ANSWER)]}))),
    "soft hyphens": markdown(in_words("\u00ad")),
    "soft hyphens as entities": markdown(in_words("&shy;")),
    "zero-width spaces": markdown(in_words("\u200b")),
    "zero-width joiners": markdown(in_words("\u200d")),
    "byte order marks": markdown(in_words("\ufeff")),
    "word joiners": markdown(in_words("\u2060")),
    "invisible entities": shown(bundle(text_html=in_words("&#8203;"))),
    "tags of plane 14": markdown(in_words("\U000e0041")),
    "directions": markdown("\u202e".join(chunks(5))),
    "strokes over letters": markdown(re.sub(r"(\w)", "\\1\u0336", ANSWER)),
    "accents": markdown(ANSWER.replace("o", "\u00f6").replace("e", "\u00e9")),
    "bold within words": markdown(in_words("**")),
    "italics within words": markdown(in_words("*")),
    "code within words": markdown(in_words("`")),
    "struck out within words": markdown(in_words("~~")),
    "every word bold": markdown(" ".join(f"**{each}**" for each in WORDS)),
    "every word a link": markdown(
        " ".join(f"[{each}](https://example.org/{n})" for n, each in enumerate(WORDS))
    ),
    "elements within words": shown(bundle(text_html=in_words("<b></b>"))),
    "comments within words": shown(bundle(text_html=in_words("<!-- x -->"))),
    "break opportunities": shown(bundle(text_html=in_words("<wbr>"))),
    "an element per letter": shown(
        bundle(text_html="".join(f"<i>{html.escape(each)}</i>" for each in ANSWER))
    ),
    "an attribute": shown(bundle(text_html=f'<img alt="{html.escape(ANSWER)}">')),
    "attributes of many elements": shown(
        bundle(text_html="".join(f'<p title="{html.escape(each)}"></p>' for each in chunks(5)))
    ),
    "a comment": shown(bundle(text_html=f"<p>x</p><!-- {ANSWER} -->")),
    "a script": shown(bundle(text_html=f"<script>var a = {json.dumps(ANSWER)}</script>")),
    "letters apart": markdown(" ".join(ANSWER)),
    "words cut at the ends of lines": markdown(wrapped(ANSWER, 11, "-\n")),
    "no spaces": markdown(ANSWER.replace(" ", "")),
    "snake case": code(ANSWER.replace(" ", "_").replace(".", "")),
    "Cyrillic letters": markdown(ANSWER.translate(CYRILLIC)),
    "Greek letters": markdown(ANSWER.translate(GREEK)),
    "mathematical letters": markdown(
        "".join(chr(0x1D41A + ord(each) - 97) if "a" <= each <= "z" else each for each in ANSWER)
    ),
    "letters of full width": markdown(
        "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in ANSWER)
    ),
    "letters in circles": markdown(
        "".join(chr(0x24D0 + ord(each) - 97) if "a" <= each <= "z" else each for each in ANSWER)
    ),
    "capitals": markdown(ANSWER.upper()),
    "TeX": markdown(" ".join(f"$\\text{{{each}}}$" for each in WORDS)),
    "percent forms": markdown(f"[a](https://example.org/?q={quote(ANSWER)})"),
    "percent forms with plus": markdown(quote_plus(ANSWER)),
    "percent forms of every letter": markdown("".join(f"%{each:02X}" for each in ANSWER.encode())),
    "percent forms twice": markdown(quote(quote(ANSWER))),
    "numeric entities": shown(bundle(text_html="".join(f"&#{ord(each)};" for each in ANSWER))),
    "escapes of Python": code(
        "".join(f"\\x{ord(each):02x}" if ord(each) < 256 else each for each in ANSWER)
    ),
    "escapes of JSON": code("".join(f"\\u{ord(each):04x}" for each in ANSWER)),
    "base64 alone": markdown(encoded()),
    "base64 in other text": markdown(f"Here is the key: {encoded()} and so on."),
    "base64 in code": code(f'import base64\nbase64.b64decode("{encoded()}")'),
    "base64 for addresses": markdown(f"see https://example.org/{FOR_ADDRESSES}"),
    "base64 without its end": markdown(f"x {encoded().rstrip('=')} y"),
    "base64 on many lines": streams(wrapped(encoded(), 76)),
    "base64 on short lines": streams(wrapped(encoded(), 24)),
    "base64 on lines of code": code("data = (\n" + wrapped(encoded(), 60, '"\n    b"') + '"\n)'),
    "base64 on numbered lines": streams(
        "\n".join(f"{n:3d} {each}" for n, each in enumerate(wrapped(encoded(), 60).split("\n")))
    ),
    "base64 of each piece": streams(*(encoded(each) for each in chunks(5))),
    "base64 of base64": markdown(f"x {encoded(encoded())}"),
    "base64 of UTF-16": markdown(base64.b64encode(ANSWER.encode("utf-16")).decode()),
    "base64 in an attribute": shown(
        bundle(text_html=f'<a href="data:text/plain;base64,{encoded()}">a</a>')
    ),
    "base64 of a drawing": markdown(
        f"![a](data:image/svg+xml;base64,{encoded(f'<svg><text>{ANSWER}</text></svg>')})"
    ),
    "base64 in metadata": new_notebook(metadata={"x": {"y": encoded()}}),
    "pieces in the metadata of cells": new_notebook(
        cells=[new_markdown_cell("a", metadata={"note": each}) for each in chunks(5)]
    ),
    "tags of cells": new_notebook(
        cells=[
            new_markdown_cell("a", metadata={"tags": [each.replace(",", "")]}) for each in chunks(5)
        ]
    ),
    "names of attachments": new_notebook(
        cells=[new_markdown_cell("a", attachments={f"{ANSWER}.png": {"image/png": "AAAA"}})]
    ),
    "a drawing, word by word": shown(
        bundle(
            **{
                "image_svg+xml": "<svg>"
                + "".join(f"<text>{each}</text>" for each in WORDS)
                + "</svg>"
            }
        )
    ),
    "an error, line by line": shown(
        new_output(
            "error",
            ename="E",
            evalue="",
            traceback=[f"\x1b[31m{each}\x1b[0m" for each in chunks(4)],
        )
    ),
    "colours of a terminal": streams(
        "".join(f"\x1b[3{n % 8}m{each} " for n, each in enumerate(WORDS))
    ),
    "a diff": streams("\n".join(f"+ {each}" for each in chunks(4))),
    "a piece left out": markdown(*(each for number, each in enumerate(chunks(5)) if number != 3)),
    "other text between": markdown(*(f"{each} {'lorem ipsum dolor ' * 4}" for each in chunks(5))),
}


@pytest.mark.parametrize("nb", HIDDEN.values(), ids=HIDDEN)
def test_an_answer_is_found_however_it_is_hidden(nb: Any) -> None:
    other = "Something else that was written about another question, at another time."
    found = find_leaks(nb, LeakDetector([other, ANSWER, SHORT]))
    assert found
    assert {(one.kind, one.dropped) for one in found} == {("answer", False)}


SHORT_HIDDEN: dict[str, Any] = {
    "in a sentence": markdown(f"At that firm, I {SHORT.lower()} in a year."),
    "in other words": streams(f"x {SHORT} y"),
    "in a cell of a table": shown(bundle(text_html=f"<td>a</td><td>We {SHORT} then</td>")),
    "soft hyphens": markdown(f"We {in_words(chr(0xAD), SHORT)} then"),
    "bold within words": markdown(f"We {in_words('**', SHORT)} then"),
    "Cyrillic": markdown(f"We {SHORT.translate(CYRILLIC)} then"),
    "percent forms": markdown(f"a?q={quote(SHORT)}&b"),
    "base64": markdown(f"x {encoded(SHORT)} y"),
    "one word per cell": markdown("x", *SHORT.split(), "y"),
}


@pytest.mark.parametrize("nb", SHORT_HIDDEN.values(), ids=SHORT_HIDDEN)
def test_a_short_answer_is_found_inside_other_text(nb: Any) -> None:
    assert find_leaks(nb, LeakDetector([ANSWER, SHORT]))
    assert find_leaks(nb, LeakDetector([ANSWER])) == []


@pytest.mark.parametrize("short", ["Saved millions", "Mentoring", "in of the", "When I was at"])
def test_a_word_or_two_and_a_mere_beginning_are_no_answer_inside_other_text(short: str) -> None:
    assert find_leaks(markdown(f"We talked: {short} and so on."), LeakDetector([short])) == []


def test_every_piece_is_told_at_its_place() -> None:
    nb = markdown("Before", *chunks(5)[:4], "After")
    found = [str(one) for one in find_leaks(nb, LeakDetector([ANSWER]))]
    words = "our nightly import took nine hours and the"
    assert found == [f"cell {n}, source: a stored answer, “{words}”" for n in range(2, 6)]


def test_steps_of_typing_are_no_short_answers() -> None:
    steps = [ANSWER[:end] for end in range(1, len(ANSWER) + 1)]
    nb = markdown("Our nightly import is quick, and our nightly batches are not.")
    assert find_leaks(nb, LeakDetector(steps)) == []


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture(scope="module")
def candidate(bank: Bank) -> LeakDetector:
    """Return a candidate's answers: of their own, and close to what the workbook says."""
    questions = [bank[key].question for key in bank]
    close = [
        f"{question.text} {' '.join(question.key_points)} I did that in spring at a firm of nine."
        for question in questions
    ]
    own = [ANSWER, SHORT, "My team shipped it", "I don't know yet what to say here, ask Ada."]
    return LeakDetector([*own, *close], question_texts(questions))


@pytest.mark.long
@pytest.mark.parametrize(
    "path", sorted(shipped("notebooks").rglob("*.ipynb")), ids=lambda p: p.name
)
def test_the_workbook_s_own_pages_are_no_answers(path: Path, candidate: LeakDetector) -> None:
    assert find_leaks(nbformat.read(path, 4), candidate) == []


@pytest.mark.long
def test_the_bank_s_own_texts_are_no_answers(bank: Bank, candidate: LeakDetector) -> None:
    texts = list(question_texts(bank[key].question for key in bank))
    assert find_leaks(markdown(*texts), candidate) == []
    assert find_leaks(markdown("\n".join(texts)), candidate) == []


def noise(seed: int, vocabulary: list[str], count: int) -> str:
    return " ".join(random.Random(seed).choices(vocabulary, k=count))


@pytest.mark.long
def test_ordinary_notebooks_hold_no_answers(bank: Bank, candidate: LeakDetector) -> None:
    vocabulary = " ".join(question_texts(bank[key].question for key in bank)).split()
    numbers = pd.DataFrame({name: range(2000) for name in "abcdef"}) / 7
    rng = random.Random(1)
    pixels = base64.b64encode(rng.randbytes(200_000)).decode()
    ordinary = {
        "prose of the same words": markdown(*(noise(n, vocabulary, 400) for n in range(40))),
        "code": code(
            *(path.read_text("utf-8") for path in Path(engine.__file__).parent.glob("*.py"))
        ),
        "numbers": shown(bundle(text_plain=numbers.to_string(), text_html=numbers.to_html())),
        "a log": streams(
            *(f"2026-01-01 10:00:00 INFO worker {noise(n, vocabulary, 9)}" for n in range(500))
        ),
        "pictures": shown(
            bundle(
                **{"image_png": pixels, "text_html": f'<img src="data:image/png;base64,{pixels}">'}
            ),
        ),
        "random letters": markdown(pixels),
    }
    for name, nb in ordinary.items():
        assert find_leaks(nb, candidate) == [], name


def test_folded_texts_are_the_same_if_they_look_the_same() -> None:
    assert fold("\u0410\u0441\u0435 \ufb01ne &amp; \\u0041 \u201cq\u201d") == 'ace fine & a "q"'
    assert words(fold("Don\u2019t **st**op\u00ad, it's 3 \u4e2d\u6587")) == [
        *("dont", "stop", "its", "3"),
        *("\u4e2d", "\u6587"),
    ]
    assert letters(fold("1 Caf\u00e9-\n2 Z\u00fcrich \u4e2d")) == "cafezurich\u4e2d"


def test_texts_inside_a_text_are_decoded() -> None:
    assert "a \u00e9 b" in next(iter(texts_inside("x=a%20%C3%A9+b")))
    assert list(texts_inside(f"x {encoded('twelve words of text')} y")) == ["twelve words of text"]
    assert list(texts_inside("internationalization of organizations")) == []
    assert list(texts_of({"a": ["b", {"c": 1}], "d": ["e\n", "f"]})) == ["a", "b", "c", "d", "e\nf"]


def test_tables_are_read_by_their_columns() -> None:
    frame = pd.DataFrame({"a": ["one two", "three"], "b": [1.5, 2.5]})
    for text in (frame.to_html(), frame.to_string()):
        for columns in by_columns(text):
            assert "a\none two\nthree\nb" in re.sub(r"\s*\n\s*", "\n", columns)
    assert list(by_columns("no table\nhere")) == []
