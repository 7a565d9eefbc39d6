"""The command line: what it prints, where, and its exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from prepkit.__main__ import main
from prepkit.answers import AnswerStore, user_folder
from prepkit.answers.planned import Planned, save_planned
from prepkit.bank import load_bank
from tests.site_samples import write_bank

QUESTION = "technical-leadership/06"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test answers of its own, and a folder to write to."""
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.mark.long
def test_check_says_that_the_shipped_bank_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    printed = capsys.readouterr()
    assert printed.out.endswith(": 150 questions in 17 categories, no problems\n")
    assert printed.err == ""


def test_check_of_a_folder_that_is_no_bank_says_what_one_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "questions/, categories.yaml and companies.yaml" in printed.err


@pytest.mark.long
def test_a_handout_is_named_after_its_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handout", QUESTION]) == 0
    assert capsys.readouterr() == ("technical-leadership-06.pdf\n", "")
    pages = pypdf.PdfReader(tmp_path / "technical-leadership-06.pdf").pages
    assert len(pages) == 4
    assert pages[0].mediabox.width == pytest.approx(595.28, abs=0.1)


@pytest.mark.long
def test_a_compact_handout_is_one_double_sided_sheet(tmp_path: Path) -> None:
    assert main(["handout", QUESTION, "--compact"]) == 0
    assert len(pypdf.PdfReader(tmp_path / "technical-leadership-06.pdf").pages) == 2


@pytest.mark.parametrize(
    "option",
    [["--story", QUESTION], ["--company-sheet", "Amazon"], ["--day-pack", "Amazon"]],
)
def test_only_worksheets_can_be_compact(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["handout", "--compact", *option])
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(
        "error: --compact is for worksheets: a company or a story has one layout only\n"
    )


@pytest.mark.long
def test_an_answered_handout_prints_what_is_stored(tmp_path: Path) -> None:
    store = AnswerStore()
    store.save(QUESTION, "situation", "The ferry bookings stood still.", based_on=0)
    command = ["handout", QUESTION, "--answered", "-o", "mine.pdf", "--paper", "us-letter"]
    assert main([*command, "--for", "Ada Marin"]) == 0
    reader = pypdf.PdfReader(tmp_path / "mine.pdf")
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "The ferry bookings stood still." in text
    assert "Ada Marin" in text
    assert reader.pages[0].mediabox.width == 612


def texts(path: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages]


@pytest.mark.slow
def test_a_category_is_printed_with_a_cover_or_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handout", "--category", "technical-leadership"]) == 0
    assert capsys.readouterr() == ("technical-leadership.pdf\n", "")
    covered = pypdf.PdfReader(tmp_path / "technical-leadership.pdf").pages
    assert len(covered) == 2 + 4 * 10
    assert "10 questions" in covered[0].extract_text()
    assert main(["handout", "--category", "technical-leadership", "--no-cover"]) == 0
    sheets = pypdf.PdfReader(tmp_path / "technical-leadership.pdf").pages
    assert len(sheets) == 4 * 10
    assert "Q1" in sheets[0].extract_text()


@pytest.mark.slow
def test_a_company_chooses_its_questions_and_names_the_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handout", "--company", "shopify"]) == 0
    assert capsys.readouterr() == ("shopify.pdf\n", "")
    metadata = pypdf.PdfReader(tmp_path / "shopify.pdf").metadata
    assert metadata
    assert metadata.title == "Questions for Shopify"


@pytest.mark.long
def test_a_story_is_one_page_and_needs_an_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handout", QUESTION, "--story"]) == 1
    assert capsys.readouterr() == (
        "",
        f"There is no saved answer for {QUESTION}, so there is nothing to put on a story sheet."
        " Write an answer first, or print a worksheet to write on.\n",
    )
    store = AnswerStore()
    store.save(QUESTION, "situation", "The ferry stood still. For 9 days.", based_on=0)
    assert main(["handout", QUESTION, "--story"]) == 0
    assert capsys.readouterr() == ("technical-leadership-06-story.pdf\n", "")
    (page,) = texts(tmp_path / "technical-leadership-06-story.pdf")
    assert "The ferry stood still. For 9 days." in page


@pytest.mark.long
def test_a_company_sheet_is_one_page_with_the_answers_so_far(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = AnswerStore()
    store.save("technical-leadership/02", "situation", "The ferry stood still.", based_on=0)
    assert main(["handout", "--company-sheet", "SHOPIFY", "--for", "Ada Marin"]) == 0
    assert capsys.readouterr() == ("shopify-sheet.pdf\n", "")
    (page,) = texts(tmp_path / "shopify-sheet.pdf")
    assert "1 in progress" in page
    assert "Ada Marin" in page


@pytest.mark.long
def test_a_day_pack_is_named_after_the_company_and_takes_the_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_planned(Planned(level="director", companies=("Shopify",)), user_folder())
    assert main(["handout", "--day-pack", "SHOPIFY"]) == 0
    assert capsys.readouterr() == ("shopify-day.pdf\n", "")
    first, *_ = texts(tmp_path / "shopify-day.pdf")
    assert "Director" in first
    assert "You have no complete story or answer yet" in first


@pytest.mark.long
def test_strict_fails_after_the_file_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = AnswerStore()
    store.save(QUESTION, "situation", "bell\x07", based_on=0)
    command = ["handout", QUESTION, "--answered", "-o", "mine.pdf"]
    notice = f"mine.pdf: {QUESTION}: unprintable characters are left out: U+0007\n"
    assert main(command) == 0
    assert capsys.readouterr() == ("mine.pdf\n", notice)
    (tmp_path / "mine.pdf").unlink()
    assert main([*command, "--strict"]) == 1
    said = "mine.pdf was written, but not everything is printed as it is: see above (--strict)\n"
    assert capsys.readouterr() == ("mine.pdf\n", notice + said)
    assert (tmp_path / "mine.pdf").exists()
    assert main(["handout", QUESTION, "--strict"]) == 0


@pytest.mark.long
def test_an_archived_handout_takes_a_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handout", QUESTION, "--archive"]) == 1
    assert capsys.readouterr() == (
        "",
        "A PDF for archives needs a date: give one, such as 2026-01-31.\n",
    )
    command = ["handout", QUESTION, "--archive", "--date", "2026-01-31", "--for", "Ada Marin"]
    assert main([*command, "-o", "old.pdf"]) == 0
    reader = pypdf.PdfReader(tmp_path / "old.pdf")
    assert reader.metadata
    assert reader.metadata.author == "Ada Marin"
    assert reader.xmp_metadata
    assert b"pdfaid:part>2<" in reader.xmp_metadata.stream.get_data()


def test_an_unknown_question_is_refused_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handout", "technical-leadership/66"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "'technical-leadership/06'" in printed.err
    assert not list(tmp_path.glob("*.pdf"))


@pytest.mark.long
def test_answers_go_out_and_come_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = AnswerStore()
    first = store.save(QUESTION, "task", "Mine to fix.", based_on=0)
    store.save(QUESTION, "task", "Mine to fix by May.", based_on=first.revision)
    before = store.history()
    assert main(["answers", "export", "out.json"]) == 0
    (tmp_path / "home").rename(tmp_path / "old")
    assert main(["answers", "import", "out.json"]) == 0
    store = AnswerStore()
    assert store.history() == before
    assert main(["answers", "restore", QUESTION, "task", "1"]) == 0
    assert main(["answers", "history", QUESTION, "task"]) == 0
    printed = capsys.readouterr().out
    assert f"{QUESTION} task: the current version is now 3." in printed
    assert printed.count("    Mine to fix.\n") == 2


@pytest.mark.long
def test_answers_as_markdown_have_the_questions_as_headings(tmp_path: Path) -> None:
    store = AnswerStore()
    store.save(QUESTION, "task", "Mine to fix.", based_on=0)
    store.save("retired/01", "task", "Not in the bank.", based_on=0)
    assert main(["answers", "export", "out.md"]) == 0
    page = (tmp_path / "out.md").read_text("utf-8")
    title = load_bank()[QUESTION].question.text
    assert f"## {title}\n\nQuestion: {QUESTION}\n\n### Task\n\n> Mine to fix.\n" in page
    assert "## retired/01\n\nQuestion: retired/01\n\n### Task\n" in page
    (tmp_path / "home").rename(tmp_path / "old")
    assert main(["answers", "import", "out.md"]) == 0
    assert [(one.question, one.text) for one in AnswerStore().history()] == [
        ("retired/01", "Not in the bank."),
        (QUESTION, "Mine to fix."),
    ]


def test_history_of_a_question_without_answers_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["answers", "history", QUESTION]) == 1
    assert capsys.readouterr() == ("", f"Nothing is saved for {QUESTION}.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lab", "--port", "70000"], "'70000' is not a port: give a number from 1 to 65535"),
        (["handout", QUESTION, "--date", "May"], "'May' is not a date: write it as in 2026-01-31"),
        (
            ["handout"],
            "one of the arguments QUESTION --category --company --company-sheet --day-pack is"
            " required",
        ),
        (
            ["handout", QUESTION, "--company", "Amazon"],
            "argument --company: not allowed with argument QUESTION",
        ),
        (
            ["handout", "--company-sheet", "Amazon", "--story"],
            "--company-sheet has its own layout: leave out --story and --answered",
        ),
        (
            ["packets", "roster.csv", "--retry"],
            "prepkit packets: error: unknown option --retry; did you mean '--retry-failed'?",
        ),
        (
            ["handout", QUESTION, "--answred"],
            "unknown option --answred; did you mean '--answered'?",
        ),
        (["answers", "export", "--a=b"], "prepkit answers export: error: unknown option --a"),
        (["--vers"], "prepkit: error: unknown option --vers; did you mean '--version'?"),
    ],
)
def test_a_wrong_option_is_told_with_what_would_be_right(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.long
def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from prepkit.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(*{'pandas', 'pydantic', 'nbconvert'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert printed.stdout.splitlines()[-1] == ""


@pytest.mark.long
@pytest.mark.parametrize(
    "module", ["prepkit.command_line", "prepkit.commands", "prepkit.terminal", "prepkit.errors"]
)
def test_ctrl_c_while_a_command_loads_ends_it_without_a_traceback(module: str) -> None:
    code = (
        "import sys\n"
        "class CtrlC:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}: raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, CtrlC())\n"
        "from prepkit.__main__ import main\n"
        "sys.exit(main(['check']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_damaged_answers_file_is_repaired_and_the_user_is_told(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    (home / "answers.sqlite").write_bytes(b"this is no database" * 200)
    assert main(["answers", "history", QUESTION]) == 1
    repaired, nothing = capsys.readouterr().err.splitlines()
    assert "answers.corrupt-" in repaired
    assert nothing == f"Nothing is saved for {QUESTION}."


@pytest.mark.long
def test_a_character_that_the_output_does_not_have_is_no_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "prepkit", "handout", QUESTION, "-o", "Łódź.pdf"]
    # As on Windows, where output goes into a file or another program.
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.rstrip() == b"\\u0141\xf3d\\u017a.pdf"
    assert (tmp_path / "Łódź.pdf").is_file()


@pytest.mark.long
def test_output_that_nobody_reads_to_the_end_is_no_error() -> None:
    store = AnswerStore()
    for revision in range(50):
        store.save(QUESTION, "task", f"{revision} " + "word " * 1000, based_on=revision)
    command = [sys.executable, "-m", "prepkit", "answers", "history", QUESTION]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


def test_check_names_the_problems_of_a_rubric_and_of_reference_ratings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bank = write_bank(tmp_path / "bank", questions=1)
    wrong = (
        "- question: craft/02\n  answer: weaker\n  scores:\n"
        "    - {dimension: Pace, score: 2, quote: a, reason: b}\n"
    )
    (bank / "calibration.yaml").write_text(wrong, "utf-8")
    assert main(["check", str(bank)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "The question bank has 2 problems:",
        f"  {bank / 'calibration.yaml'}:1: the bank has no question 'craft/02'; did you mean"
        " 'craft/01'?",
        f"  {bank / 'calibration.yaml'}:4: rubric.yaml has no dimension 'Pace'",
    ]
    (bank / "rubric.yaml").write_text("- name: Pace\n", "utf-8")
    assert main(["check", str(bank)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "The question bank has 5 problems:"
    assert all(line.startswith(f"  {bank / 'rubric.yaml'}:1: ") for line in lines[1:])


def test_check_names_the_problems_of_questions_and_synonyms_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bank = write_bank(tmp_path / "bank", questions=1)
    (bank / "synonyms.yaml").write_text("- of: [growth]\n  word: [scale]\n", "utf-8")
    (bank / "questions/craft/01-topic.md").write_text(
        (bank / "questions/craft/01-topic.md").read_text("utf-8").replace("## Tips", "## Tipps"),
        "utf-8",
    )
    assert main(["check", str(bank)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "The question bank has 3 problems:"
    assert lines[1].startswith(f"  {bank / 'questions/craft/01-topic.md'}:")
    assert lines[2:] == [
        f"  {bank / 'synonyms.yaml'}:1: 'words: …' is missing",
        f"  {bank / 'synonyms.yaml'}:2: unknown key 'word'; did you mean 'words'?",
    ]
