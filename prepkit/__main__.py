"""The command line: parse, call one function, print what was written.

Exit codes: 0 when done, 1 when the input is wrong or something could not be done, 2 when the
command itself is wrong. Modules are imported when their command is used, so that each starts
quickly; the defaults of paths are here.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prepkit.answers import AnswerStore
    from prepkit.packets.run import Plan, Workers
    from prepkit.site.settings import Settings

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are printed on stderr."""
    arguments = _parser().parse_args(argv)
    from prepkit.errors import PrepkitError

    command: Command = arguments.command
    try:
        code = command(arguments)
        sys.stdout.flush()
        return code
    except PrepkitError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough; nor is there anybody to hear of it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="prepkit", description="An interview-preparation workbook for engineering leaders."
    )
    parser.add_argument("--version", action="version", version=f"prepkit {version('prepkit')}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    lab = _add(commands, "lab", _lab, "open the workbook in JupyterLab")
    lab.add_argument("--no-browser", action="store_true", help="only print the address")
    lab.add_argument(
        "--port",
        type=_port,
        help="where to serve; keep to one, since browsers keep unsaved drafts by address",
    )
    lab.add_argument(
        "--folder",
        type=Path,
        help="where your notebooks are (default: prepkit in your documents folder)",
    )

    _add_handout(_add(commands, "handout", _handout, "print questions as a PDF, a sheet each"))

    _add_packets(_add(commands, "packets", _packets, "make a packet for each student of a roster"))

    _add_site(_add(commands, "site", _site, "make a static site of the questions and notebooks"))

    check = _add(commands, "check", _check, "check a question bank: every problem, with its line")
    check.add_argument("folder", nargs="?", type=Path, help="the bank (default: prepkit's own)")
    check.add_argument(
        "--strict",
        action="store_true",
        help="also what an editor asks: wording, lengths, likeness, spread, spelling",
    )

    pages = _add(commands, "import", _import, "turn question pages into question files")
    pages.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a pasted or Markdown page, or a folder"
    )
    pages.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="a question bank")
    pages.add_argument("--category", metavar="SLUG", help="where a page doesn't name its category")

    answers = _add(commands, "answers", None, "export, import and look back at your answers")
    _add_answers(answers.add_subparsers(title="commands", required=True, metavar="COMMAND"))
    return parser


def _add_handout(handout: argparse.ArgumentParser) -> None:
    chosen = handout.add_argument_group("what to print").add_mutually_exclusive_group(required=True)
    chosen.add_argument(
        "ids", nargs="*", default=[], metavar="QUESTION", help="technical-leadership/06"
    )
    chosen.add_argument("--category", metavar="SLUG", help="all questions of a category")
    chosen.add_argument("--company", metavar="NAME", help="all questions that list a company")
    chosen.add_argument(
        "--company-sheet",
        metavar="NAME",
        help="a company on a page: its values, the questions that probe each, your answers so far",
    )

    layout = handout.add_argument_group("how").add_mutually_exclusive_group()
    layout.add_argument(
        "--answered", action="store_true", help="print your stored answers, not empty boxes"
    )
    layout.add_argument(
        "--story",
        action="store_true",
        help="a page an answer, for the last minute before the call: first sentences and numbers",
    )
    handout.add_argument(
        "--no-cover",
        action="store_true",
        help="print several questions without a cover and a table of contents",
    )
    handout.add_argument("--paper", choices=["a4", "us-letter"], default="a4")
    handout.add_argument("--for", dest="student", metavar="NAME", help="put a name on each page")
    handout.add_argument("--date", type=_date, help="the date of the PDF, YYYY-MM-DD")
    handout.add_argument(
        "--archive",
        action="store_true",
        help="conform to PDF/A-2a (for archives) as well as PDF/UA-1; takes --date, or the date of"
        " the newest answer that is printed",
    )
    handout.add_argument(
        "--strict", action="store_true", help="exit with 1 if anything is not printed as it is"
    )
    handout.add_argument(
        "-o", "--output", type=Path, help="the PDF (default: named after what is in it)"
    )
    _add_bank(handout)
    handout.set_defaults(wrong=handout.error)


def _add_packets(packets: argparse.ArgumentParser) -> None:
    packets.add_argument(
        "roster", type=Path, help="a .csv, .xlsx or .parquet file, a row a student"
    )
    packets.add_argument(
        "-o",
        "--output",
        required=True,
        type=_place,
        metavar="DIR",
        help="where the packets go: a folder, or a URL such as s3://bucket/spring",
    )
    packets.add_argument(
        "--template", type=Path, help="the notebook to run (default: packet.ipynb of the workbook)"
    )
    packets.add_argument(
        "--format",
        type=_formats,
        default=("ipynb", "pdf", "fill-in"),
        metavar="LIST",
        help="of ipynb, pdf, fill-in and html, with commas between (default: ipynb,pdf,fill-in)",
    )
    packets.add_argument("--only", nargs="+", default=[], metavar="ID", help="only these students")
    packets.add_argument(
        "--retry-failed",
        action="store_true",
        help="try again also what failed by an error in the notebook",
    )
    packets.add_argument(
        "--dry-run", action="store_true", help="say what would be made, and write nothing"
    )
    packets.add_argument(
        "--date",
        type=_date,
        help="the date of the packets (default: that of the packets there, else today)",
    )
    packets.add_argument("--paper", choices=["a4", "us-letter"])
    packets.add_argument(
        "--answers",
        type=Path,
        metavar="FOLDER",
        help="the answers collected from students (default: where 'answers collect' puts them)",
    )
    packets.add_argument(
        "--seconds", type=_count, default=300, help="how long a cell may take (default: 300)"
    )
    where = packets.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=_count, help="processes of this machine (default: one a core)"
    )
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="a Dask cluster, such as tcp://10.0.0.5:8786"
    )
    _add_bank(packets)


def _add_site(site: argparse.ArgumentParser) -> None:
    site.add_argument(
        "notebooks",
        nargs="*",
        type=Path,
        metavar="NOTEBOOK",
        help="notebooks that were run, or folders of such, to publish besides the questions",
    )
    site.add_argument(
        "-o", "--output", type=Path, default=Path("build/site"), help="(default: build/site)"
    )
    site.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="title, address, scripts and more (default: site.toml, where there is one)",
    )
    site.add_argument("--title", help="what the site is called")
    site.add_argument(
        "--base-url",
        type=_address,
        metavar="URL",
        help="where the site will be: for its sitemap, its feed, and links from elsewhere",
    )
    site.add_argument("--no-bank", action="store_true", help="publish the notebooks alone")
    site.add_argument(
        "--allow-answers",
        action="store_true",
        help="publish notebooks although they hold answers that somebody has written",
    )
    site.add_argument(
        "--trust-html",
        action="store_true",
        help="publish the HTML of notebooks as it is, with the scripts in it",
    )
    site.add_argument(
        "--watch", action="store_true", help="show the site here, and build it again on each change"
    )
    site.add_argument("--port", type=_port, default=8000, help="for --watch (default: 8000)")
    site.add_argument("--no-browser", action="store_true", help="with --watch: print the address")
    _add_bank(site)


def _add_answers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = _add(commands, "export", _export, "write all answers to a file")
    export.add_argument("file", type=Path, help=".json (everything, with history) or .md (to read)")
    export.add_argument("--replace", action="store_true", help="replace a file that is there")

    back = _add(commands, "import", _import_answers, "add answers from a file; overwrites nothing")
    back.add_argument("file", type=Path, help="a .json or .md file that was exported")
    _add_keep(back)

    collect = _add(commands, "collect", _collect, "add answers that students sent back")
    collect.add_argument(
        "folder", type=Path, help="where the returned notebooks and JSON files are, at any depth"
    )
    collect.add_argument(
        "--into",
        type=Path,
        metavar="FOLDER",
        help="where the answers are kept, a file a student (default: in your user data folder)",
    )
    collect.add_argument(
        "--roster", type=Path, metavar="FILE", help="take answers only of the students in it"
    )
    _add_keep(collect)

    history = _add(commands, "history", _history, "list the saved versions of an answer")
    history.add_argument("question", metavar="QUESTION", help="technical-leadership/06")
    history.add_argument("field", nargs="?", metavar="PART", help="situation, task, action, result")

    restore = _add(commands, "restore", _restore, "make a saved version current again")
    restore.add_argument("question", metavar="QUESTION", help="technical-leadership/06")
    restore.add_argument("field", metavar="PART", help="situation, task, action or result")
    restore.add_argument("revision", type=int, metavar="VERSION", help="its number in the history")


def _add_keep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep",
        choices=["stored", "imported"],
        default="stored",
        help="which text is current where both changed (default: stored); neither is lost",
    )


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: Command | None,
    what: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    if command:
        parser.set_defaults(command=command)
    return parser


def _add_bank(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bank", type=Path, metavar="FOLDER", help="(default: prepkit's own)")


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else 0
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; a port is a number up to 65535")
    return port


def _place(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("expected a folder, or a URL such as s3://bucket/spring")
    return text


def _address(text: str) -> str:
    from prepkit.site.settings import site_address

    try:
        return site_address(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r}: expected an address such as https://example.org/practice/"
        ) from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 1")
    return int(text)


def _formats(text: str) -> tuple[str, ...]:
    from prepkit.packets.jobs import FORMATS

    wanted = [part.strip() for part in text.split(",")]
    unknown = [part for part in wanted if part not in FORMATS]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{', '.join(map(repr, unknown))}: expected some of {', '.join(FORMATS)}"
        )
    return tuple(name for name in FORMATS if name in wanted)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no date; write it as in 2026-01-31"
        ) from None


@contextmanager
def _answers() -> Iterator[AnswerStore]:
    """Open the user's answers, and say so where a damaged file had to be repaired."""
    from prepkit.answers import AnswerStore

    with AnswerStore() as store:
        try:
            yield store
        finally:
            if store.recovered:
                print(store.recovered, file=sys.stderr)


def _lab(arguments: argparse.Namespace) -> int:
    import platformdirs

    from prepkit.answers import user_folder
    from prepkit.workbook import DEFAULT_PORT, copy_notebooks, default_notebooks, serve

    folder = arguments.folder or Path(platformdirs.user_documents_dir()) / "prepkit"
    report = copy_notebooks(default_notebooks(), folder, version=version("prepkit"))
    print(*report.lines, sep="\n", flush=True)
    return serve(
        folder,
        home=user_folder(),
        port=arguments.port or DEFAULT_PORT,
        open_browser=not arguments.no_browser,
    )


def _handout(arguments: argparse.Namespace) -> int:
    if arguments.company_sheet and (arguments.story or arguments.answered):
        arguments.wrong("a company sheet has a layout of its own: leave out --story and --answered")
    from prepkit.bank import load_bank
    from prepkit.handouts import build_handout, company_sheet_pdf, write_handout
    from prepkit.practice.names import category_questions, company_questions

    bank = load_bank(arguments.bank)
    answers = None
    if arguments.answered or arguments.story or arguments.company_sheet:
        with _answers() as store:
            answers = store.load()
    how = {name: getattr(arguments, name) for name in ("paper", "student", "date", "archive")}
    path = arguments.output or _handout_name(arguments)
    if arguments.company_sheet:
        handout = company_sheet_pdf(bank, arguments.company_sheet, answers or {}, **how)
        write_handout(handout, path)
        notices = handout.notices
    else:
        ids, title = arguments.ids, None
        if arguments.category:
            ids = category_questions(bank, arguments.category)
        elif arguments.company:
            name, ids = company_questions(bank, arguments.company)
            title = f"Questions for {name}"
        _, notices = build_handout(
            bank,
            ids,
            answers,
            path,
            title=title,
            cover=not arguments.no_cover,
            story=arguments.story,
            **how,
        )
    for notice in notices:
        print(f"{path}: {notice}", file=sys.stderr)
    print(path)
    if arguments.strict and notices:
        print(
            f"{path}: written, but not everything is printed as it is (--strict)", file=sys.stderr
        )
        return 1
    return 0


def _handout_name(arguments: argparse.Namespace) -> Path:
    """Return the PDF's name, such as ``technical-leadership-06-story.pdf``."""
    named = arguments.company_sheet or arguments.company or arguments.category or arguments.ids[0]
    kind = "-sheet" if arguments.company_sheet else "-story" if arguments.story else ""
    return Path(f"{re.sub(r'[^a-z0-9]+', '-', named.lower()).strip('-')}{kind}.pdf")


def _packets(arguments: argparse.Namespace) -> int:
    import signal

    from prepkit.answers import students_folder, user_folder
    from prepkit.packets.progress import shown_progress
    from prepkit.packets.run import Options, build_packets, plan_packets
    from prepkit.workbook import default_notebooks

    options = Options(
        template=arguments.template or default_notebooks() / "packet.ipynb",
        bank=arguments.bank,
        answers=arguments.answers or students_folder(user_folder()),
        formats=arguments.format,
        only=tuple(arguments.only),
        retry_failed=arguments.retry_failed,
        day=arguments.date,
        paper=arguments.paper,
        seconds=arguments.seconds,
    )
    plan = plan_packets(arguments.roster, arguments.output, options, today=date.today())
    for line in plan.lines:
        print(line, file=sys.stderr)
    if arguments.dry_run:
        for job, reason in plan.jobs:
            print(f"{job.student.student_id}  {reason}")
        return 0
    # A system that shuts down asks with SIGTERM: it is answered as Ctrl-C is.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        workers = _workers(arguments, plan)
        with shown_progress(len(plan.jobs)) as progress:
            report = build_packets(plan, workers, progress=progress)
    except KeyboardInterrupt:
        print("Interrupted: run the same command again to go on.", file=sys.stderr)
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)
    print(report)
    if report.interrupted:
        return 130
    return 1 if report.failed else 0


def _workers(arguments: argparse.Namespace, plan: Plan) -> Workers:
    if arguments.scheduler and plan.jobs:
        from prepkit.packets.cluster import ClusterWorkers

        cluster = ClusterWorkers(plan.kit, arguments.scheduler)
        if not cluster.threads:
            print(
                "The cluster has no workers yet, and the run waits for them: start some with"
                f" 'dask worker {arguments.scheduler} --nthreads 1'.",
                file=sys.stderr,
            )
        return cluster
    from prepkit.packets.local import LocalWorkers

    return LocalWorkers(plan.kit, min(arguments.workers or os.cpu_count() or 1, len(plan.jobs)))


def _site(arguments: argparse.Namespace) -> int:
    from prepkit.bank import shipped_folder
    from prepkit.site.progress import shown_progress
    from prepkit.site.publishing import publish

    def private() -> frozenset[str]:
        from prepkit.answers import stored_texts, user_folder

        return stored_texts(user_folder())

    said: set[str] = set()

    def build() -> None:
        with shown_progress() as progress:
            report = publish(
                arguments.output,
                arguments.notebooks,
                settings=_site_settings(arguments),
                bank_folder=arguments.bank,
                with_bank=not arguments.no_bank,
                private=None if arguments.allow_answers else private,
                now=datetime.now(UTC),
                progress=progress,
            )
        for notice in report.notices:
            if notice not in said:  # once for all builds of --watch
                print(notice, file=sys.stderr)
        said.update(report.notices)
        print(report, flush=True)

    if not arguments.watch:
        build()
        return 0
    from prepkit.site.watch import serve

    bank = [] if arguments.no_bank else [arguments.bank or shipped_folder()]
    settings = [path] if (path := _settings_file(arguments)) else []
    if folder := _site_settings(arguments).files:
        settings.append(folder)
    serve(
        arguments.output,
        port=arguments.port,
        rebuild=build,
        watched=[*arguments.notebooks, *bank, *settings],
        open_browser=not arguments.no_browser,
    )
    return 0


def _settings_file(arguments: argparse.Namespace) -> Path | None:
    default = Path("site.toml")
    chosen: Path | None = arguments.settings
    return chosen or (default if default.exists() else None)


def _site_settings(arguments: argparse.Namespace) -> Settings:
    from prepkit.site.settings import Settings, load_settings

    path = _settings_file(arguments)
    settings = load_settings(path) if path else Settings()
    given = {"title": arguments.title, "base_url": arguments.base_url}
    chosen = {name: value for name, value in given.items() if value}
    return settings.model_copy(
        update={**chosen, "trust_html": settings.trust_html or arguments.trust_html}
    )


def _check(arguments: argparse.Namespace) -> int:
    from prepkit.bank import shipped_folder
    from prepkit.bank.loader import read_placed, read_words
    from prepkit.bank.synonyms import read_synonyms
    from prepkit.errors import BankError, Problem
    from prepkit.text import pluralize

    folder = arguments.folder or shipped_folder()
    wrong: list[Problem] = []
    try:
        read_synonyms(folder)
    except BankError as error:
        wrong += error.problems
    try:
        records, placed = read_placed(folder)
    except BankError as error:
        raise BankError([*error.problems, *wrong]) from None
    if wrong:
        raise BankError(wrong)
    if arguments.strict:
        from prepkit.bank.checks import editorial_problems

        words = read_words(folder)
        problems = editorial_problems(records, placed, words=words, today=date.today())
        if problems:
            raise BankError(problems)
    questions = pluralize(len(placed), "question")
    categories = pluralize(len(records.categories), "category", "categories")
    print(f"{folder}: {questions} in {categories}, no problems")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from prepkit.bank.importer.importing import import_pages

    report = import_pages(arguments.paths, arguments.into, category=arguments.category)
    for imported in report:
        print(imported, file=sys.stderr if imported.error else sys.stdout)
    return 1 if any(imported.error for imported in report) else 0


def _export(arguments: argparse.Namespace) -> int:
    from prepkit.answers import export_answers

    with _answers() as store:
        print(export_answers(store, arguments.file, replace=arguments.replace))
    return 0


def _import_answers(arguments: argparse.Namespace) -> int:
    from prepkit.answers import import_file

    with _answers() as store:
        report = import_file(store, arguments.file, keep=arguments.keep)
    print(report)
    return 1 if report.conflicts else 0


def _collect(arguments: argparse.Namespace) -> int:
    from prepkit.answers import collect_answers, students_folder, user_folder
    from prepkit.packets.roster import read_sheet, student_ids

    into = arguments.into or students_folder(user_folder())
    known = student_ids(read_sheet(arguments.roster)) if arguments.roster else None
    report = collect_answers(arguments.folder, into, known=known, keep=arguments.keep)
    print(report)
    print(f"The answers are in {into}")
    for problem in report.problems:
        print(problem, file=sys.stderr)
    return 1 if report.problems or report.conflicts else 0


def _history(arguments: argparse.Namespace) -> int:
    with _answers() as store:
        revisions = store.history(arguments.question, arguments.field)
    if not revisions:
        print(f"Nothing is stored for {arguments.question}.", file=sys.stderr)
        return 1
    for revision in revisions:
        moment = revision.saved_at.astimezone()
        print(f"{revision.field} {revision.revision}  {moment:%Y-%m-%d %H:%M}  {revision.origin}")
        print(*(f"    {line}" for line in revision.text.splitlines()), sep="\n")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    with _answers() as store:
        revision = store.restore(arguments.question, arguments.field, arguments.revision)
    print(f"{revision.question} {revision.field}: the current version is now {revision.revision}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
