"""Making one packet on any machine: run the notebook, print it, write the files.

A packet that goes wrong gives an outcome that says so, never an exception: the others continue.
"""

from __future__ import annotations

import atexit
import copy
import io
import logging
import shutil
import threading
import time
import traceback
import zipfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from prepkit.engine import client
from prepkit.engine.private import GRAMMARS, without_module
from prepkit.errors import PrepkitError
from prepkit.handouts import Layout, handout_pdf
from prepkit.notebook.mime import SHEET_MIME
from prepkit.notebook.pictures import clean_pictures
from prepkit.packets.cache_key import package_digest
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.packets.jobs import (
    ANSWERS_FILE,
    FEEDBACK_FILE,
    FORMATS,
    RUN,
    Job,
    RunConfig,
    file_names,
    signed_run,
)
from prepkit.packets.kept import content_digest, put, withdraw
from prepkit.packets.manifest import Outcome
from prepkit.packets.page import packet_page
from prepkit.packets.storage import (
    WRITTEN,
    DiskFullError,
    Output,
    OutputError,
    failed_name,
    open_output,
)
from prepkit.sheet import Sheet, read_sheet
from prepkit.text import pluralize, shorten, strip_ansi

with without_module(GRAMMARS):
    import nbformat
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

_ENGINE = "prepkit"
_PRELOAD = "prepkit.packets.preload:preload"
_LONGEST = 400
"""The most characters in a message: an error can contain the data that it is about."""

# The fork server runs one child at a time, but a cluster's worker may have several threads.
_ONE_AT_A_TIME = threading.Lock()


class _WrongWorkerError(PrepkitError):
    """The worker can't make any packet of this run."""


def make_packet(job: Job, config: RunConfig) -> Outcome:
    """Make one packet and put its files where `config` says.

    Returns
    -------
    Outcome
        Also if the packet could not be made: it says why, and whether another try may help.
    """
    began = time.monotonic()
    try:
        with _ONE_AT_A_TIME:
            outcome = _make_files(job, config, open_output(config.output))
    except _WrongWorkerError as error:
        outcome = job.failed(str(error), retryable=True, aborts_run=True)
    except (OutputError, OSError) as error:
        is_full = isinstance(error, DiskFullError)
        outcome = job.failed(str(error), retryable=True, aborts_run=is_full)
    except Exception as error:
        outcome = job.failed(_explain(error, config))
    return outcome.model_copy(
        update={
            "error": _one_line(outcome.error),
            "notices": tuple(map(_one_line, outcome.notices)),
            "seconds": round(time.monotonic() - began, 3),
        }
    )


def _make_files(job: Job, config: RunConfig, output: Output) -> Outcome:
    if config.package != package_digest():
        raise _WrongWorkerError(
            "A worker has a different version of prepkit from the machine that started the run:"
            " install the same version on both."
        )
    _check_run(config, output)
    bank = _bank_folder(config)
    client.prepare(config.modules, preload=[_PRELOAD], arguments=[str(bank or "")])
    logging.getLogger("papermill").setLevel(logging.ERROR)
    nb = _parameterized(job, config)
    try:
        with output.scratch() as folder:
            _write_inputs(folder, job, config, bank)
            _run_notebook(nb, folder, config.seconds)
        raise_for_execution_errors(nb, None)
        _forget_times(nb)
        contents, notices = _packet_files(nb, job, config)
    except Exception as error:
        if isinstance(error, OSError | OutputError) and not isinstance(error, CellTimeoutError):
            raise  # a problem of this machine or of the output, and not of this packet
        _check_run(config, output)
        return _failure(error, nb, job, config, output)
    _check_run(config, output)
    notices += _replace_files(contents, job, output)
    files = {name: content_digest(content) for name, content in contents.items()}
    return Outcome(
        student_id=job.student.student_id,
        key=job.key,
        state="done",
        files={**job.written, **files} if job.is_current else files,
        page_code=job.page_code,
        questions=question_ids(nb),
        notices=tuple(notices),
    )


def _replace_files(contents: Mapping[str, bytes], job: Job, output: Output) -> list[str]:
    """Write a packet's files over the earlier ones; return what the coach should know."""
    notices: list[str] = []
    known = _announce(contents, job, output)
    for name, content in contents.items():
        kept = put(output, name, content, known=known.get(name, ()))
        notices += _kept_notice(name, kept)
    if not job.is_current:
        stale = {name: texts for name, texts in known.items() if name not in contents}
        notices += _withdrawn(output, stale)
    output.remove(failed_name(job.student.student_id))
    return notices


def _announce(contents: Mapping[str, bytes], job: Job, output: Output) -> dict[str, set[str]]:
    """Note what is about to be written; return the digests of what may be there now, by name."""
    student = job.student.student_id
    place, own = f"{WRITTEN}/{student}", file_names(student, FORMATS).values()
    lines = set((output.read(place) or b"").decode().splitlines())
    lines |= {f"{text} {name}" for name, text in job.written.items()}
    known: dict[str, set[str]] = {}
    for line in lines:
        text, _, name = line.partition(" ")
        if name in own:
            known.setdefault(name, set()).add(text)
    coming = {f"{content_digest(content)} {name}" for name, content in contents.items()}
    if not coming <= lines:
        output.write(place, "\n".join(sorted(lines | coming)).encode())
    return known


def _failure(
    error: Exception, nb: nbformat.NotebookNode, job: Job, config: RunConfig, output: Output
) -> Outcome:
    """Write the notebook that failed, and remove an earlier packet that is out of date."""
    output.write(failed_name(job.student.student_id), _notebook_bytes(nb))
    if _is_retryable(error):
        return job.failed(_explain(error, config), retryable=True)
    notices = _withdrawn(output, _announce({}, job, output))
    return job.failed(_explain(error, config), files={}, notices=notices)


def _check_run(config: RunConfig, output: Output) -> None:
    """Refuse to write for a run that has ended.

    When a run is killed, a cluster's worker continues for a while, and the next run may have begun.
    """
    if (output.read(RUN) or b"").decode() != config.run:
        raise _WrongWorkerError(
            f"A worker can't find this run in {config.output}: either not all machines share that"
            " place (choose a shared one with -o), or another run has started writing there."
        )


def _is_retryable(error: Exception) -> bool:
    if isinstance(error, PapermillExecutionError):
        return error.ename == "OSError" and str(error.evalue).startswith("[Errno 28]")  # disk full
    return isinstance(error, CellTimeoutError | DeadKernelError)


def _explain(error: Exception, config: RunConfig) -> str:
    """Return why a packet failed."""
    if isinstance(error, PapermillExecutionError):
        failed = f"cell [{error.exec_count}] of the notebook failed: {error.ename}: {error.evalue}"
        if error.ename == "SystemExit":
            failed += " (it ends Python, as sys.exit does: take that out of the template)"
        return failed
    if isinstance(error, CellTimeoutError):
        return (
            f"a cell ran longer than {pluralize(config.seconds, 'second')}: allow more with"
            " --seconds"
        )
    if isinstance(error, DeadKernelError | PrepkitError):
        return str(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return f"prepkit itself failed, please report it: {type(error).__name__}: {error} ({where})"


def _one_line(text: str) -> str:
    """Return a text as one line, not too long, without characters that control a terminal."""
    plain = "".join(each if each.isprintable() else " " for each in strip_ansi(text))
    return shorten(" ".join(plain.split()), _LONGEST)


def _withdrawn(output: Output, stale: Mapping[str, Collection[str]]) -> list[str]:
    """Remove files that are out of date, by name; return what the coach should know."""
    notices: list[str] = []
    for name, known in stale.items():
        notices += _kept_notice(name, withdraw(output, name, known=known))
    return notices


def _kept_notice(name: str, kept: str | None) -> list[str]:
    return [f"somebody had changed {name}: their file is kept as “{kept}”"] if kept else []


def _parameterized(job: Job, config: RunConfig) -> nbformat.NotebookNode:
    """Return the template with the student's parameters."""
    nb: nbformat.NotebookNode = parameterize_notebook(
        copy.deepcopy(_read_template(config.template)), job.parameters, engine_name=_ENGINE
    )
    for cell in nb.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
            cell.metadata["jupyter"] = {"source_hidden": True}
    nb.metadata["prepkit"] = {"packet": {"student_id": job.student.student_id, "key": job.key}}
    return nb


@lru_cache(maxsize=1)
def _read_template(text: str) -> nbformat.NotebookNode:
    nb: nbformat.NotebookNode = load_notebook_node(nbformat.reads(text, as_version=4))
    return nb


def _write_inputs(folder: Path, job: Job, config: RunConfig, bank: Path | None) -> None:
    """Put the files that the notebook reads into the folder in which it runs."""
    if job.answers:
        (folder / ANSWERS_FILE).write_text(job.answers, encoding="utf-8")
    if job.feedback:
        (folder / FEEDBACK_FILE).write_text(job.feedback, encoding="utf-8")
    if bank:
        try:
            (folder / config.bank_name).symlink_to(bank, target_is_directory=True)
        except OSError:  # Windows lets only some users make links
            shutil.copytree(bank, folder / config.bank_name)


def _run_notebook(nb: nbformat.NotebookNode, folder: Path, seconds: int) -> None:
    papermill_engines.execute_notebook_with_engine(
        _ENGINE,
        nb,
        papermill_engines.nb_kernel_name(_ENGINE, nb),
        progress_bar=False,
        execution_timeout=seconds,
        folder=str(folder),
        coalesce_streams=True,
    )


def _forget_times(nb: nbformat.NotebookNode) -> None:
    """Remove papermill's times, so that the same packet made again is the same file."""
    for name in ("start_time", "end_time", "duration", "environment_variables"):
        nb.metadata.papermill.pop(name, None)
    for cell in nb.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]


def _packet_files(
    nb: nbformat.NotebookNode, job: Job, config: RunConfig
) -> tuple[dict[str, bytes], list[str]]:
    """Return the packet's files by name, and what the coach should know about them."""
    names = file_names(job.student.student_id, config.formats)
    notices: list[str] = []
    reason = nb.metadata.papermill.get("ordinary_kernel")
    if reason:
        notices.append(f"run in an ordinary Jupyter kernel, which is slower: {reason}")
    contents: dict[str, bytes] = {}
    if "pdf" in names:
        handout = handout_pdf(
            nb,
            Layout(
                paper=config.paper,
                student=job.student.name,
                date=config.day,
                compact=config.compact,
            ),
            folder=Path(config.template_folder),
        )
        contents[names["pdf"]] = handout.pdf
        notices += handout.notices
    sheets = sheets_in(nb)
    if "fill-in" in names and sheets:
        filled = fill_in_notebook(
            job.student,
            tuple(sheets),
            bank_folder=config.bank_name,
            run=signed_run(config),
            signing_key=job.signing_key,
        )
        contents[names["fill-in"]] = _notebook_bytes(filled)
    if "html" in names:
        contents[names["html"]] = _encoded(packet_page(nb, job.student.name))
    if "html-form" in names and sheets:
        contents[names["html-form"]] = _encoded(_form_page(tuple(sheets.values()), job, config))
    if "ipynb" in names:
        clean_pictures(nb)
        contents[names["ipynb"]] = _notebook_bytes(nb)
    return contents, notices


def _form_page(sheets: Sequence[Sheet], job: Job, config: RunConfig) -> str:
    # Imported here: most packets have no web page.
    from prepkit.answers.exchange_json import from_json
    from prepkit.answers.students import exported_answers
    from prepkit.packets.html_form import html_form
    from prepkit.practice.feedback import read_student_feedback

    now = datetime.now(UTC)
    return html_form(
        job.student,
        sheets,
        coach=config.key_name,
        run=signed_run(config),
        signing_key=job.signing_key,
        answers=exported_answers(from_json(job.answers), now) if job.answers else None,
        feedback=read_student_feedback(job.feedback) if job.feedback else None,
    )


def sheets_in(nb: Mapping[str, Any]) -> dict[str, Sheet]:
    """Return the worksheets that an executed notebook shows, in order, by the question's id."""
    found: dict[str, Sheet] = {}
    for cell in nb["cells"]:
        for output in cell.get("outputs", []):
            stored = output.get("data", {}).get(SHEET_MIME)
            if stored:
                sheet = read_sheet(stored)
                found[sheet.id] = sheet
    return found


def question_ids(nb: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the questions whose worksheets an executed notebook shows, in order."""
    return tuple(sheets_in(nb))


def _notebook_bytes(nb: nbformat.NotebookNode) -> bytes:
    return _encoded(f"{nbformat.writes(nb)}\n")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # no file can hold half a character (a lone surrogate)


def _bank_folder(config: RunConfig) -> Path | None:
    """Return a folder with the coach's own bank; None if there is none."""
    if config.bank is None:
        return None
    folder = _unpacked(config.bank, config.output)
    if not folder.is_dir():  # removed at the end of a run, while a cluster's worker lives on
        _unpacked.cache_clear()
        folder = _unpacked(config.bank, config.output)
    return folder


@lru_cache(maxsize=1)
def _unpacked(bank: bytes, place: str) -> Path:
    scratch = ExitStack()
    folder: Path = scratch.enter_context(open_output(place).scratch())
    atexit.register(scratch.close)
    with zipfile.ZipFile(io.BytesIO(bank)) as archive:
        archive.extractall(folder)
    return folder.resolve()
