"""What our two outputs leave out of other people's notebooks without a word.

Run with ``python tests/corpus FOLDER``, any folder of notebooks that have been run, with the
pictures and files beside them; none come with prepkit. Each notebook is published and printed, and
both are compared with nbconvert's page: words, formulas, pictures, shapes, charts, videos and links
that Chromium shows there, and that ours lack without a notice in that place. The goal is 0 that is
silent; the script ends with 1 where anything is.

Two things are left out of the comparison. Shapes that style sheets draw are not looked for in a
PDF, which doesn't tell them from lines. The row numbers of a frame without an index of its own
aren't looked for at all: print leaves them out.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.corpus import ours, pages, report
from tests.corpus.shown import Shown, missing


class Job(NamedTuple):
    """A notebook to compare."""

    folder: Path
    notebook: Path
    work: Path
    site: ours.Site | None
    outputs: tuple[str, ...]


def main() -> int:
    """Compare, and print a line for each notebook and the totals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that is missing here")
    parser.add_argument("--only", default="", metavar="TEXT", help="only paths with this in them")
    parser.add_argument("--output", choices=report.OUTPUTS, help="only this output")
    parser.add_argument(
        "--each", action="store_true", help="build a site for each notebook alone, not one for all"
    )
    parser.add_argument(
        "--again", type=Path, metavar="FILE", help="only what wasn't whole in this file of --json"
    )
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    os.nice(10)
    folder = chosen.folder.resolve()
    notebooks = [
        path
        for path in sorted(folder.rglob("*.ipynb"))
        if chosen.only in str(path) and ".ipynb_checkpoints" not in path.parts
    ]
    if chosen.again:
        before = json.loads(chosen.again.read_text("utf-8"))
        names = {one["notebook"] for one in before if report.has_silent([one])}
        notebooks = [path for path in notebooks if str(path.relative_to(folder)) in names]
    outputs = (chosen.output,) if chosen.output else report.OUTPUTS
    results = []
    with tempfile.TemporaryDirectory() as name:
        site = None
        if "site" in outputs and not chosen.each:
            site = ours.site_of(notebooks if chosen.only else [folder], Path(name, "site"))
        jobs = [Job(folder, one, Path(name), site, outputs) for one in notebooks]
        with ProcessPoolExecutor(chosen.workers) as pool:
            for result in pool.map(compared, jobs):
                results.append(result)
                print(report.row(result), flush=True)
    print(report.totals(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf-8")
    return int(report.has_silent(results))


def compared(job: Job) -> dict[str, Any]:
    """Return what is missing of one notebook, as JSON."""
    found: dict[str, Any] = {"notebook": str(job.notebook.relative_to(job.folder))}
    with pages.chromium() as browser:
        try:
            wanted = pages.theirs(browser, job.folder, job.notebook)
        except Exception as error:  # nbconvert raises many kinds for notebooks that it can't read
            return {**found, "unread": f"{type(error).__name__}: {error}"[:200]}
        found["there"] = report.counts(wanted)
        for output in job.outputs:
            make = published if output == "site" else printed
            try:
                shown, notices = make(browser, job)
            except ours.FailedError as error:
                found[output] = {"failed": str(error)[:300]}
            else:
                lacking = missing(wanted, shown, notices)
                if output == "pdf":
                    lacking = [one for one in lacking if one.kind != "drawing"]
                found[output] = report.outcome(lacking)
    return found


def published(browser: pages.Chromium, job: Job) -> tuple[Shown, list[str]]:
    """Return what a notebook's page shows, and the notices about it."""
    site = job.site
    if site is None:
        folder = Path(tempfile.mkdtemp(dir=job.work))
        site = ours.site_of([job.notebook], folder)
    notices = ours.about(site.notices, job.notebook)
    if str(job.notebook) not in site.pages:
        raise ours.FailedError("; ".join(notices) or "it has no page, and no notice says so")
    return pages.our_page(browser, site.folder, site.pages[str(job.notebook)]), notices


def printed(browser: pages.Chromium, job: Job) -> tuple[Shown, list[str]]:
    """Return what a notebook's PDF shows, and the notices about it."""
    path = Path(tempfile.mkdtemp(dir=job.work)) / "notebook.pdf"
    notices = ours.print_to(path, job.notebook)
    return pages.our_pdf(path), notices


if __name__ == "__main__":
    sys.exit(main())
