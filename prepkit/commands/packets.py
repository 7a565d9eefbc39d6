"""``prepkit packets``: a coach makes one packet per student."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.commands.options import (
    PAPERS,
    Commands,
    add_bank,
    add_command,
    add_flag,
    count,
    day,
    names_in,
)

if TYPE_CHECKING:
    from prepkit.packets.plan import Options, RunPlan
    from prepkit.packets.workers import Workers


def add(commands: Commands) -> None:
    """Add the command."""
    summary = "make one packet per student in a roster"
    packets = add_command(commands, "packets", summary, _packets)
    _add_what(packets)
    _add_how(packets)
    add_bank(packets)


def _add_what(packets: argparse.ArgumentParser) -> None:
    """Add the options that say what to make, for which students and from what."""
    packets.add_argument(
        "roster", type=Path, help="a spreadsheet (.xlsx, .ods, .csv, …) with one row per student"
    )
    packets.add_argument(
        "-o",
        "--output",
        required=True,
        type=_destination,
        metavar="DIR",
        help="where to put the packets: a folder, or a URL such as s3://bucket/spring",
    )
    packets.add_argument(
        "--template",
        type=Path,
        help="the notebook to run for each student (default: the workbook's coach/packet.ipynb)",
    )
    packets.add_argument(
        "--format",
        type=_formats,
        default=("ipynb", "pdf", "fill-in"),
        metavar="LIST",
        help="which files to make, separated by commas: ipynb, pdf, fill-in (a notebook), html (a"
        " web page to read), html-form (a web page to fill in) (default: ipynb,pdf,fill-in)",
    )
    packets.add_argument(
        "--only",
        action="extend",
        nargs="+",
        default=[],
        metavar="ID",
        help="make packets for these students only",
    )
    add_flag(
        packets,
        "--retry-failed",
        "try again the packets that failed because of an error in the notebook",
    )
    add_flag(packets, "--dry-run", "list what would be made, and write nothing")
    packets.add_argument(
        "--date",
        type=day,
        help="the date of the packets, as in 2026-01-31 (default: the date of the packets already"
        " there, or else today)",
    )
    packets.add_argument("--paper", choices=PAPERS, help="paper size (default: the template's)")
    packets.add_argument(
        "--no-compact",
        dest="compact",
        action="store_false",
        help="in the PDF, two sheets of paper per question, with room for a whole answer by hand"
        " (default: one double-sided sheet, with boxes for short notes)",
    )
    packets.add_argument(
        "--answers",
        type=Path,
        metavar="FOLDER",
        help="the students' answers (default: where 'prepkit answers collect' puts them)",
    )
    add_flag(packets, "--no-names", "don't say who wrote the ratings and comments in a packet")


def _add_how(packets: argparse.ArgumentParser) -> None:
    """Add the options that say how long a cell may run, and which processes run it."""
    packets.add_argument(
        "--seconds", type=count, default=300, help="how long one cell may run (default: 300)"
    )
    where = packets.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=count,
        help="how many packets to make at the same time (default: one per core)",
    )
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="make them on a Dask cluster, such as tcp://10.0.0.5:8786",
    )


def _destination(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("give a folder, or a URL such as s3://bucket/spring")
    return text


def _formats(text: str) -> tuple[str, ...]:
    from prepkit.packets.jobs import FORMATS

    return names_in(text, FORMATS)


def _packets(arguments: argparse.Namespace) -> int:
    from prepkit.answers import students_folder, user_folder
    from prepkit.answers.signatures import new_key, read_keys, store_key
    from prepkit.answers.students import feedback_folder
    from prepkit.packets.jobs import TO_FILL_IN
    from prepkit.packets.plan import Options, plan_packets
    from prepkit.packets.run import build_packets, report_to
    from prepkit.progress_bar import progress_bar
    from prepkit.workbook import default_notebooks

    home = user_folder()
    keys = read_keys(home)
    if not keys and set(TO_FILL_IN) & set(arguments.format):
        keys = new_key()
    options = Options(
        template=arguments.template or default_notebooks() / "coach/packet.ipynb",
        bank=arguments.bank,
        answers=arguments.answers or students_folder(home),
        formats=arguments.format,
        only=tuple(arguments.only),
        retry_failed=arguments.retry_failed,
        day=arguments.date,
        paper=arguments.paper,
        compact=arguments.compact,
        seconds=arguments.seconds,
        keys=keys,
        feedback=feedback_folder(home),
        names=not arguments.no_names,
    )
    plan = _plan(arguments, options)
    if arguments.dry_run:
        for job, reason in plan.jobs:
            print(f"{job.student.student_id}  {reason}")
        return 0
    if keys and store_key(home, keys) != keys:  # another run has stored its key meanwhile
        options = replace(options, keys=read_keys(home))
        plan = plan_packets(arguments.roster, arguments.output, options, today=date.today())
    # A computer that shuts down sends SIGTERM: treat it like Ctrl-C, and end the run cleanly.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        workers = _workers(arguments, plan)
        with progress_bar("Packets", stays=True) as show:
            report = build_packets(plan, workers, progress=report_to(show, len(plan.jobs)))
    except KeyboardInterrupt:
        print("Interrupted: run the same command again to continue.", file=sys.stderr)
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)
    print(report)
    if report.interrupted:
        return 130
    return 1 if report.failed else 0


def _plan(arguments: argparse.Namespace, options: Options) -> RunPlan:
    """Return what has to be done, and tell how the roster was understood, which is kept."""
    from prepkit.packets.plan import plan_packets
    from prepkit.packets.roster.check import answerable, keep, lines_to_tell
    from prepkit.packets.roster.file import RosterError

    try:
        plan = plan_packets(arguments.roster, arguments.output, options, today=date.today())
    except RosterError as error:
        if arguments.dry_run:
            raise
        raise answerable(arguments.roster, error) from error
    understood = plan.understood
    for line in (*lines_to_tell(understood), *plan.lines):
        print(line, file=sys.stderr)
    if understood.is_new and not understood.is_edited and not arguments.dry_run:
        print(keep(arguments.roster, understood), file=sys.stderr)
    return plan


def _workers(arguments: argparse.Namespace, plan: RunPlan) -> Workers:
    if arguments.scheduler and plan.jobs:
        from prepkit.packets.cluster import ClusterWorkers

        cluster = ClusterWorkers(plan.config.package, arguments.scheduler)
        if not cluster.threads:
            print(
                "Waiting for workers: the cluster has none yet. Start some with"
                f" 'dask worker {arguments.scheduler} --nthreads 1'.",
                file=sys.stderr,
            )
        return cluster
    from prepkit.packets.local import LocalWorkers

    return LocalWorkers(min(arguments.workers or os.cpu_count() or 1, len(plan.jobs)))
