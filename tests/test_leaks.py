"""Nothing private is published: what is found in notebooks, where, and what is left out anyway."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import json
import pickle
import sys
from base64 import b64encode
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from prepkit.answers import AnswerStore, StoreError, stored_texts
from prepkit.answers.exchange import Export
from prepkit.answers.exchange_json import to_json
from prepkit.answers.exchange_markdown import to_markdown
from prepkit.bank import Bank, load_bank
from prepkit.notebook.leak_detector import LeakDetector, Searched
from prepkit.notebook.leaks import Leak, find_leaks, leaks_message, question_texts
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.records import Student
from prepkit.site.article import Renderer
from prepkit.widgets.hand_in import HandIn
from prepkit.widgets.star_form import StarForm
from prepkit.widgets.worksheet import Worksheet
from tests.platforms import refusal

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"

QUESTION = "technical-leadership/06"
ANSWER = (
    "Our nightly import took nine hours, and the sales team couldn\u2019t see yesterday\u2019s "
    "orders before noon. I didn't own the pipeline. Nobody had measured it & nobody wanted to "
    "\u201ctouch\u201d it."
)
FIRST = "our nightly import took nine hours and the"
NOTHING = LeakDetector([])


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    store = AnswerStore(tmp_path / "answers.sqlite")
    store.save(QUESTION, "situation", ANSWER, based_on=0)
    return store


def data(**bundle: Any) -> dict[str, Any]:
    """Return an output; ``text_html`` is the type ``text/html``."""
    types = {name.replace("_", "/", 1): value for name, value in bundle.items()}
    return {"output_type": "display_data", "metadata": {}, "data": types}


def with_output(*outputs: Any, **cell: Any) -> Any:
    return new_notebook(cells=[{**new_code_cell("1"), "outputs": list(outputs), **cell}])


def places(nb: Any, *texts: str) -> list[str]:
    """Return where answers are found."""
    return [str(one) for one in find_leaks(nb, LeakDetector(texts or [ANSWER]))]


ROWS: list[tuple[Any, str]] = [
    (new_notebook(cells=[new_markdown_cell(f"# A title\n\n{ANSWER}")]), "cell 1, source"),
    (new_notebook(cells=[new_code_cell(f"text = {ANSWER!r}")]), "cell 1, source"),
    (with_output(new_output("stream", text=ANSWER)), "cell 1, output 1"),
    (with_output(data(text_plain=[f"{ANSWER}\n"])), "cell 1, output 1 (text/plain)"),
    (
        with_output(data(text_html=f"<p>{ANSWER.replace('&', '&amp;')}")),
        "cell 1, output 1 (text/html)",
    ),
    (
        with_output(data(text_html=ANSWER.replace("nine", "<b>ni</b>ne").replace(". ", ".<br>"))),
        "cell 1, output 1 (text/html)",
    ),
    (with_output(data(text_html=f"<!-- {ANSWER} -->")), "cell 1, output 1 (text/html)"),
    (with_output(data(text_html=f'<p title="{ANSWER}">')), "cell 1, output 1 (text/html)"),
    (
        with_output(data(text_html=f"<script>show({json.dumps(ANSWER)})</script>")),
        "cell 1, output 1 (text/html)",
    ),
    (
        with_output({**data(), "data": {"application/vnd.x+json": {"a": [{"b": ANSWER}]}}}),
        "cell 1, output 1 (application/vnd.x+json)",
    ),
    (
        with_output({**data(), "data": {"image/svg+xml": f"<svg><text>{ANSWER}</text></svg>"}}),
        "cell 1, output 1 (image/svg+xml)",
    ),
    (
        with_output(new_output("error", ename="E", evalue="", traceback=[f"\x1b[31m{ANSWER}"])),
        "cell 1, output 1 (error)",
    ),
    (
        with_output({**data(), "metadata": {"a": {"b": ANSWER}}}),
        "cell 1, output 1 (metadata)",
    ),
    (with_output(metadata={"note": ["x", ANSWER]}), "cell 1, cell metadata"),
    (
        new_notebook(
            cells=[
                new_markdown_cell(
                    "a",
                    attachments={"a.txt": {"text/plain": b64encode(ANSWER.encode()).decode()}},
                )
            ]
        ),
        "cell 1, attachment a.txt",
    ),
    (
        new_notebook(
            cells=[
                new_markdown_cell(
                    f"[a](data:text/plain;base64,{b64encode(ANSWER.encode()).decode()})"
                )
            ]
        ),
        "cell 1, source",
    ),
    (new_notebook(metadata={"drafts": {QUESTION: {"task": ANSWER}}}), "notebook metadata"),
    (
        new_notebook(metadata={"widgets": {WIDGET_STATE: {"state": {"a": {"value": ANSWER}}}}}),
        "widget state",
    ),
]


@pytest.mark.parametrize(("nb", "place"), ROWS)
def test_an_answer_is_found_wherever_it_stands(nb: Any, place: str) -> None:
    assert places(nb) == [f"{place}: a stored answer, “{FIRST}”"]


def test_only_what_the_build_leaves_out_stops_nothing() -> None:
    nb = ROWS[-1][0]
    (found,) = find_leaks(nb, LeakDetector([ANSWER]))
    assert found.dropped
    assert leaks_message({Path("a.ipynb"): [found]}) == ""
    article = Renderer(worksheet=lambda data: "").article(nb, "a")
    assert FIRST not in article.html


@pytest.mark.parametrize(
    "shown",
    [
        "I did not: OUR nightly   import took\nnine hours and the sales team couldn't see a thing",
        "As said: nobody had measured it and nobody -- Nobody had measured it &amp; nobody wanted "
        "to &quot;touch&quot; it.",
        "“I didn't own the pipeline.”" + " Nobody had measured it & nobody wanted to 'touch' it",
    ],
)
def test_a_good_part_of_an_answer_is_enough(shown: str) -> None:
    assert len(places(new_notebook(cells=[new_markdown_cell(shown)]))) == 1


@pytest.mark.parametrize(
    "shown",
    [
        "Our nightly import took nine hours, and the sales team",
        "I didn't own the pipeline.",
        "and the sales team couldn't see it; nobody wanted to touch it",
    ],
)
def test_a_few_words_in_common_are_no_part_of_an_answer(shown: str) -> None:
    assert places(new_notebook(cells=[new_markdown_cell(shown)])) == []


def test_a_short_answer_is_found_alone_and_in_a_sentence() -> None:
    short = "Cut costs by 40%"
    for shown in (short, f"We {short} a year"):
        assert places(with_output(data(text_plain=shown)), short) == [
            "cell 1, output 1 (text/plain): a stored answer, “cut costs by 40”"
        ]
    assert len(places(with_output(data(text_html=f"<td>x</td><td>{short}.</td>")), short)) == 1
    assert places(new_notebook(cells=[new_markdown_cell("Cut costs 40")]), short) == []


def test_an_answer_of_two_words_is_found_on_a_line_of_its_own_alone() -> None:
    short = "Cut costs"
    assert places(with_output(data(text_plain=f"Why?\n{short}!\nWhen?")), short) == [
        "cell 1, output 1 (text/plain): a stored answer, “cut costs!”"
    ]
    assert places(with_output(data(text_plain=f"We {short} a year")), short) == []
    assert places(new_notebook(cells=[new_markdown_cell("Costs")]), "Costs") == []


def test_backslashes_and_entities_of_an_answer_are_no_hiding_place() -> None:
    answer = "I moved C:\\new\\reports to the &amp; share, and \\u0041 wrote down how"
    for shown in (answer, repr(answer), json.dumps(answer), escape(answer)):
        assert len(places(with_output(data(text_plain=f"Then {shown}.")), answer)) == 1


def test_texts_that_were_typed_step_by_step_are_found_whole() -> None:
    steps = [ANSWER[:end] for end in range(1, len(ANSWER) + 1)]
    assert len(places(new_notebook(cells=[new_markdown_cell(ANSWER[:60])]), *steps)) == 1
    assert len(places(new_notebook(cells=[new_markdown_cell(ANSWER)]), *steps)) == 1


def test_known_texts_don_t_go_to_other_processes() -> None:
    with pytest.raises(TypeError) as caught:
        pickle.dumps(LeakDetector([ANSWER]))
    assert str(caught.value) == (
        "LeakDetector can't be sent to another process: make a new one there"
    )


def test_what_terminals_obey_is_not_in_the_message() -> None:
    found = Leak("packet", 0, "notebook metadata", "a\x1b[31m\ud800\n")
    assert str(found) == (r"notebook metadata: a packet made for a student, “a\x1b[31m\ud800\n”")


def test_texts_without_spaces_between_words_are_found() -> None:
    answer = "夜間の取り込みに九時間かかり、営業は昼まで注文を見られませんでした。"
    assert (
        len(places(new_notebook(cells=[new_markdown_cell(f"前書き{answer}後書き")]), answer)) == 1
    )
    assert places(new_notebook(cells=[new_markdown_cell("夜間の取り込み")]), answer) == []


def test_an_answer_may_quote_its_question(bank: Bank) -> None:
    entry = bank[QUESTION]
    answer = f"{entry.question.text} That is what I was asked by three firms."
    known = LeakDetector([answer], question_texts([entry.question]))
    nb = with_output(data(**Worksheet(entry)._repr_mimebundle_()))
    assert find_leaks(nb, known) == []
    assert len(find_leaks(new_notebook(cells=[new_markdown_cell(answer)]), known)) == 1


WORDS = st.lists(
    st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h", "one", "two", "it's", "été"]),
    min_size=6,
    max_size=30,
)


@given(
    words=WORDS, before=WORDS, after=WORDS, gap=st.sampled_from([" ", "\n", "  ", ", ", "\u00a0"])
)
def test_a_whole_answer_is_found_between_any_words(
    words: list[str], before: list[str], after: list[str], gap: str
) -> None:
    text = " ".join(words)
    found = LeakDetector([text]).search([Searched.of(gap.join([*before, *words, *after]))])
    assert found.words[0]


def test_hand_ins_worksheets_and_forms_with_answers_are_found(
    bank: Bank, store: AnswerStore
) -> None:
    entry, answer = bank[QUESTION], store.answer(QUESTION)
    sheet = Worksheet(entry, answer)._repr_mimebundle_()
    form = StarForm(entry, store, with_answer=True).fallback()
    hand_in = HandIn(store, [entry], student_id="ada")
    carried = {**data(), "data": hand_in.bundle(), "metadata": {"prepkit": {"student_id": "ada"}}}
    outputs = [{**data(), "data": each} for each in (sheet, form)]
    found = find_leaks(with_output(*outputs, carried), NOTHING)
    assert [(one.kind, one.place) for one in found] == [
        ("worksheet", "output 1"),
        ("hand-in", "output 3"),
        ("form", "output 2 (text/plain)"),
        ("form", "output 2 (text/html)"),
    ]


def test_the_form_of_an_earlier_version_with_an_answer_is_found() -> None:
    old = "The answer as it was stored when this was shown, last saved on 1 May 2026, 12:30 UTC."
    html = f"<div>My own words</div><p><small>{old}</small></p>"
    output = {**data(), "data": {"text/html": html}}
    assert [one.kind for one in find_leaks(with_output(output), NOTHING)] == ["form"]


def test_a_worksheet_with_ticks_alone_is_found(bank: Bank, store: AnswerStore) -> None:
    entry = bank["leading-people/01"]
    point = entry.question.key_points[0]
    store.save(entry.id, "key_points", point, based_on=0)
    nb = with_output(
        {**data(), "data": Worksheet(entry, store.answer(entry.id))._repr_mimebundle_()}
    )
    (found,) = find_leaks(nb, NOTHING)
    assert (found.kind, found.words) == ("worksheet", " ".join(point.split()[:8])[:60])


def test_forms_and_worksheets_without_an_answer_are_public(bank: Bank, tmp_path: Path) -> None:
    entry, store = bank[QUESTION], AnswerStore(tmp_path / "empty.sqlite")
    outputs = [Worksheet(entry)._repr_mimebundle_(), StarForm(entry, store).fallback()]
    assert find_leaks(with_output(*({**data(), "data": one} for one in outputs)), NOTHING) == []


def test_exported_answers_are_found_without_any_store() -> None:
    export = Export({QUESTION: {"task": ANSWER}})
    markdown = to_markdown(export.texts())
    for text in (to_json(export), json.dumps(to_json(export)), markdown):
        (found,) = find_leaks(with_output(new_output("stream", text=text)), NOTHING)
        assert found.kind == "file of answers"


def test_a_student_s_notebooks_are_found() -> None:
    injected = new_code_cell(
        'student_id = "ada"\nname = "Ada"', metadata={"tags": ["injected-parameters"]}
    )
    packet = new_notebook(
        cells=[injected], metadata={"prepkit": {"packet": {"student_id": "ada", "key": "k"}}}
    )
    assert find_leaks(packet, NOTHING) == [
        Leak("packet", 1, "source", "ada"),
        Leak("packet", 0, "notebook metadata", "ada"),
    ]
    fill_in = fill_in_notebook(Student(student_id="bo", name="Bo"), [QUESTION])
    assert [one.kind for one in find_leaks(fill_in, NOTHING)] == ["packet"]
    own = new_code_cell('company = "Acme"', metadata={"tags": ["injected-parameters"]})
    assert find_leaks(new_notebook(cells=[own]), NOTHING) == []


def test_the_message_tells_of_all_notebooks_at_once() -> None:
    found = {
        Path("a.ipynb"): [Leak("answer", 2, "output 1 (text/html)", "Our import took")],
        Path("b.ipynb"): [],
        Path("c.ipynb"): [
            Leak("packet", 0, "notebook metadata", "ada"),
            Leak("answer", 0, "widget state", "x", dropped=True),
        ],
    }
    assert leaks_message(found) == (
        "Nothing was published: 2 notebooks hold private text:\n"
        "  a.ipynb, cell 2, output 1 (text/html): a stored answer, “Our import took”\n"
        "  c.ipynb, notebook metadata: a packet made for a student, “ada”\n"
        "Clear the outputs (in JupyterLab: Edit > Clear Outputs of All Cells) or delete the text, "
        "save, and build again. To publish it anyway, add --allow-answers."
    )


def test_stored_texts_are_all_revisions_of_the_user_and_the_students(
    tmp_path: Path, store: AnswerStore
) -> None:
    store.save(QUESTION, "situation", "A later text.", based_on=1)
    store.save(QUESTION, "key_points", "A point of the bank", based_on=0)
    students = AnswerStore(tmp_path / "students" / "ada.sqlite")
    students.save(QUESTION, "task", "What Ada wrote.", based_on=0)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert stored_texts(tmp_path) == {ANSWER, "A later text.", "What Ada wrote."}
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_without_a_store_there_are_no_texts_and_none_is_made(tmp_path: Path) -> None:
    assert stored_texts(tmp_path / "none") == frozenset()
    assert not (tmp_path / "none").exists()


def test_a_store_that_can_t_be_read_stops_the_build(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    path.mkdir()
    with pytest.raises(StoreError) as caught:
        stored_texts(tmp_path)
    assert str(caught.value) == (
        f"{path} can't be read ({refusal(path.read_bytes)}), so we can't tell which texts "
        "must not be published. Check its permissions, or add --allow-answers."
    )


def steps(work: Callable[[], object]) -> int:
    """Return how many functions, of Python and of C, some work calls."""
    count = 0

    def counted(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.long
def test_searching_for_hundreds_of_texts_is_no_more_work_than_for_one(bank: Bank) -> None:
    texts = [f"{number} {ANSWER} {number} {ANSWER[::-1]} " * 2 for number in range(400)]
    cells = [{**data(), "data": Worksheet(bank[name])._repr_mimebundle_()} for name in [QUESTION]]
    nb = with_output(*cells)
    one, many = LeakDetector(texts[:1]), LeakDetector(texts)
    assert find_leaks(nb, many) == []
    assert steps(lambda: find_leaks(nb, many)) < 1.5 * steps(lambda: find_leaks(nb, one))
    few = steps(lambda: LeakDetector(texts[:100]))
    assert steps(lambda: LeakDetector(texts)) < 6 * few


@pytest.mark.slow
def test_an_executed_notebook_tells_its_answer_at_every_place(tmp_path: Path) -> None:
    from nbclient import NotebookClient

    source = f"""
import ipywidgets
from IPython.display import display
from prepkit.answers import AnswerStore
from pathlib import Path
store = AnswerStore(Path({str(tmp_path)!r}) / "answers.sqlite")
text = store.answer({QUESTION!r}).text("situation")
display(ipywidgets.Textarea(value=text))
print(text)
"""
    store = AnswerStore(tmp_path / "answers.sqlite")
    store.save(QUESTION, "situation", ANSWER, based_on=0)
    nb = new_notebook(cells=[new_code_cell(source), new_markdown_cell("![a](attachment:a.md)")])
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    NotebookClient(nb, iopub_timeout=600, store_widget_state=True).execute()
    nb.cells[0].metadata["note"] = ANSWER
    nb.cells[1]["attachments"] = {"a.md": {"text/markdown": b64encode(ANSWER.encode()).decode()}}
    path = tmp_path / "a.ipynb"
    nbformat.write(nb, path)
    known = LeakDetector(stored_texts(tmp_path))
    found = find_leaks(nbformat.read(path, 4), known)
    assert [(one.cell, one.place, one.dropped) for one in found] == [
        (1, "output 1 (text/plain)", False),
        (1, "output 2", False),
        (1, "cell metadata", False),
        (2, "attachment a.md", False),
        (0, "widget state", True),
    ]


def test_damaged_cells_and_outputs_are_passed_over() -> None:
    said = {"output_type": "stream", "text": ANSWER}
    nb = {"cells": [None, "text", {"outputs": [3, said]}], "metadata": []}
    (found,) = find_leaks(nb, LeakDetector([ANSWER]))
    assert (found.cell, found.place) == (3, "output 2")
