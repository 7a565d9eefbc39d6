"""Notebooks of other people as a site and as PDFs: CPU and weight, against four other ways.

Run with ``python tests/benchmarks/bench_strangers.py FOLDER [--notebooks N] [--pdfs N] [--rounds N]
[--venvs FOLDER]``. FOLDER is any folder of notebooks that have been run; none come with prepkit, so
without one nothing is measured. Sphinx with myst-nb and mkdocs-jupyter are installed from a package
index into virtual environments that are thrown away afterwards, or kept with ``--venvs``. They are
no dependencies of ours.

All ways get the same notebooks, which are those that each way can read: format 4, valid, with
another name than any before. None runs them again. Seconds are CPU seconds of whole processes with
their children, the least of the rounds, in which the ways take turns. A page's weight is that of
all files of a site, what pages share too, divided by the pages.
"""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.bench_handout import WEBPDF, chromium
from tests.benchmarks.bench_site import Cost, cost

SPHINX = """
extensions = ["myst_nb"]
nb_execution_mode = "off"
project = "Notebooks"
html_theme = "alabaster"
exclude_patterns = ["_build"]
"""
MKDOCS = """
site_name: Notebooks
theme: {name: material}
plugins: [search, mkdocs-jupyter]
"""
PRINT = """
import json, sys
from pathlib import Path
from prepkit.handouts import handout_pdf
source = Path(sys.argv[1])
nb = json.loads(source.read_text(encoding="utf-8"))
source.with_suffix(".ours.pdf").write_bytes(handout_pdf(nb, code=True, folder=source.parent).pdf)
"""


class Way(NamedTuple):
    """A way to a site."""

    name: str
    command: list[str]
    folder: Path
    """Where the command runs."""
    output: Path


def chosen(folder: Path, most: int) -> list[Path]:
    """Return notebooks that every way can read, evenly from the whole folder."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.ipynb")):
        try:
            with warnings.catch_warnings(action="error"):
                nb = nbformat.read(path, as_version=nbformat.NO_CONVERT)
                nbformat.validate(nb)
        except Exception:  # whatever is wrong with it
            continue
        if nb.nbformat != 4 or not nb.metadata.get("kernelspec"):
            continue
        widgets = nb.metadata.get("widgets")
        stored = not widgets or "application/vnd.jupyter.widget-state+json" in widgets
        if stored and any(cell.get("outputs") for cell in nb.cells):
            found.setdefault(path.name.lower(), path)
    paths = list(found.values())
    step = max(1.0, len(paths) / most)
    return [paths[int(number * step)] for number in range(min(most, len(paths)))]


def lay_out(notebooks: list[Path], folder: Path) -> list[str]:
    """Copy notebooks into one folder, for every way the same; return their names."""
    folder.mkdir(parents=True)
    names = []
    for number, path in enumerate(notebooks):
        names.append(f"{number:03d}-{path.name.replace(' ', '-')}")
        shutil.copy(path, folder / names[-1])
    return names


def environment(folder: Path, *packages: str) -> Path:
    """Return the Python of a virtual environment with packages, which is made if need be."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *packages], check=True)
    return python


def ways(work: Path, names: list[str], venvs: Path) -> list[Way]:
    """Return all ways to a site, ours first."""
    source = work / "in"
    sphinx, mkdocs = work / "sphinx", work / "mkdocs"
    shutil.copytree(source, sphinx)
    (sphinx / "conf.py").write_text(SPHINX)
    listed = "\n".join(f"   {Path(name).stem}" for name in names)
    (sphinx / "index.rst").write_text(f"Notebooks\n=========\n\n.. toctree::\n\n{listed}\n")
    shutil.copytree(source, mkdocs / "docs")
    (mkdocs / "mkdocs.yml").write_text(MKDOCS)
    (mkdocs / "docs" / "index.md").write_text("# Notebooks\n")
    python = sys.executable
    nbconvert = [python, "-m", "nbconvert", "--to", "html", "--template", "lab", *names]
    ours = [python, "-m", "prepkit", "site", ".", "--no-bank", "--allow-answers", "-o"]
    with_sphinx = str(environment(venvs / "sphinx", "sphinx", "myst-nb"))
    with_mkdocs = str(environment(venvs / "mkdocs", "mkdocs-jupyter", "mkdocs-material"))
    built = work / "built"
    build = [with_sphinx, "-m", "sphinx", "-q", "-b", "html", "-d", str(work / "trees"), "."]
    return [
        Way("prepkit", [*ours, str(built / "ours")], source, built / "ours"),
        Way(
            "nbconvert, lab template",
            [*nbconvert, "--output-dir", str(built / "lab")],
            source,
            built / "lab",
        ),
        Way("Sphinx with myst-nb", [*build, str(built / "sphinx")], sphinx, built / "sphinx"),
        Way(
            "mkdocs-jupyter",
            [with_mkdocs, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(built / "mkdocs")],
            mkdocs,
            built / "mkdocs",
        ),
    ]


def least(costs: list[Cost]) -> Cost:
    """Return the least of what was measured."""
    return Cost(min(one.cpu for one in costs), min(one.mib for one in costs))


def in_turns(ways: list[Callable[[], Cost]], rounds: int) -> list[Cost]:
    """Return what each way takes, measured in turns."""
    found: list[list[Cost]] = [[] for _ in ways]
    for _ in range(rounds):
        for costs, way in zip(found, ways, strict=True):
            costs.append(way())
    return [least(costs) for costs in found]


def size(folder: Path) -> int:
    """Return the bytes of all files of a site."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def sites(notebooks: list[Path], rounds: int, work: Path, venvs: Path) -> None:
    """Print the table of sites."""
    names = lay_out(notebooks, work / "in")
    compared = ways(work, names, venvs)

    def measured(way: Way) -> Callable[[], Cost]:
        def build() -> Cost:
            shutil.rmtree(way.output, ignore_errors=True)
            shutil.rmtree(work / "trees", ignore_errors=True)
            return cost(way.command, way.folder)

        return build

    costs = in_turns([measured(way) for way in compared], rounds)
    print(f"{len(names)} notebooks as a site")
    print(f"{'':28}{'CPU s':>9}{'/ ours':>8}{'MiB':>7}{'KiB a page':>12}{'/ ours':>8}{'pages':>7}")
    ours = size(compared[0].output)
    for way, found in zip(compared, costs, strict=True):
        own = size(way.output)
        pages = sum(
            any(
                out.stem.startswith(name[:3]) or out.parent.name.startswith(name[:3])
                for name in names
            )
            for out in way.output.rglob("*.html")
        )
        print(
            f"{way.name:28}{found.cpu:9.2f}{found.cpu / costs[0].cpu:8.2f}{found.mib:7.0f}"
            f"{own / len(names) / 1024:12.0f}{own / ours:8.2f}{pages:7}"
        )


def prints(notebooks: list[Path], rounds: int, work: Path) -> None:
    """Print the table of PDFs."""
    browser = chromium()
    if browser is None:
        print("left out: PDFs, for there is no Chromium for webpdf")
        return
    folder = work / "print"
    folder.mkdir()
    path = folder / "notebook.ipynb"

    def of(command: list[str]) -> Cost:
        total = Cost(0, 0)
        for notebook in notebooks:
            shutil.copy(notebook, path)
            spent = cost([sys.executable, "-c", *command], folder)
            total = Cost(total.cpu + spent.cpu, max(total.mib, spent.mib))
        return total

    ours, theirs = in_turns([lambda: of([PRINT, str(path)]), lambda: of([WEBPDF, browser])], rounds)
    print(f"\n{len(notebooks)} notebooks as PDFs, one by one")
    print(f"{'':28}{'CPU s':>9}{'/ ours':>8}{'MiB':>7}")
    for name, found in (("prepkit", ours), ("nbconvert --to webpdf", theirs)):
        print(f"{name:28}{found.cpu:9.2f}{found.cpu / ours.cpu:8.2f}{found.mib:7.0f}")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--notebooks", type=int, default=100)
    parser.add_argument("--pdfs", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--venvs", type=Path)
    given = parser.parse_args()
    if given.folder is None:
        print("left out: notebooks of other people, for no folder of them was named")
        return
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        notebooks = chosen(given.folder, given.notebooks)
        sites(notebooks, given.rounds, work, given.venvs or work / "venvs")
        if given.pdfs:
            prints(chosen(given.folder, given.pdfs), given.rounds, work)


if __name__ == "__main__":
    main()
