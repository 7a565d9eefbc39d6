"""The site's search index, which Pagefind makes from the built pages, in parts that are reused.

The search page asks Pagefind for one word at a time and adds up the scores
(prepkit/static/search.js).
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from prepkit.errors import PrepkitError
from prepkit.files import digest
from prepkit.site.build_dir import link_or_copy
from prepkit.site.search import KEYS, index_words, rank_words, with_keys

INDEX = "pagefind"
"""The folder of the index, in the site's folder."""

IN_A_PART = 60
PARTS_AT_MOST = 20
"""Pages per part, and the most parts: a browser asks every part for each word."""

Facets: TypeAlias = dict[str, list[str]]
"""The values of a page by the name of a filter, such as ``{"level": ["Director"]}``."""

_UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js")
"""Files that Pagefind adds for sites that use its own search box."""

_MARK = b"pagefind_dcd"
"""How Pagefind's files begin once they are unpacked."""


def index_site(
    folder: Path,
    digests: Mapping[str, str],
    *,
    old: Path | None = None,
    code: str = "",
    language: str = "en",
) -> None:
    """Write the search index of a built site to ``folder/pagefind``, replacing any that is there.

    Pagefind can't update an index, only make a new one, and that takes longer than building the
    pages. So the index of a large site has several parts, and a part whose pages haven't changed is
    reused. The search page combines the parts. Pagefind writes its filters in a different order
    each time, so two indexes of the same pages differ in some bytes.

    Parameters
    ----------
    folder : Path
        Has the pages.
    digests : mapping
        The `page_digest` of each page to index, by its path in the folder.
    old : Path, optional
        The index of an earlier build of the site.
    code : str
        The digest of the code that makes indexes.
    language : str
        The language of the texts, whose endings search leaves out; menus may be in another one.

    Raises
    ------
    PrepkitError
        If Pagefind is missing or fails, or if there is no page to index.
    """
    index = folder / INDEX
    shutil.rmtree(index, ignore_errors=True)
    parts = _split_into_parts(digests, digest(code, language))
    if not parts:
        raise PrepkitError(f"{folder} has no page that search could find.")
    known = _known_parts(old)
    counts: Counter[str] = Counter()
    facets: dict[str, Facets] = {}
    for number, (key, pages) in enumerate(parts.items()):
        part = index / str(number)
        # The first part also has the program, so only an old first part can become the first one.
        taken = known.get((key, number == 0))
        if taken is None:
            _make_part(folder, pages, part, language, first=number == 0)
        else:
            shutil.copytree(taken, part, copy_function=link_or_copy)
        counts.update(json.loads((part / "counts.json").read_bytes()))
        facets.update(json.loads((part / "facets.json").read_bytes()))
    words = rank_words(counts)
    _write_json(
        index / "words.json",
        {"parts": len(parts), "whole": len(words) == len(counts), "words": words},
    )
    _write_json(index / "facets.json", _by_value(facets))
    _write_json(index / "made-of.json", list(parts))


def _by_value(facets: Mapping[str, Facets]) -> dict[str, Any]:
    """Return the ids of all pages, and the places in that list of those with each value.

    Pagefind knows this too. But asked for pages without a word, it has a browser fetch all of the
    index, which for thousands of pages takes many seconds.
    """
    places: dict[str, dict[str, list[int]]] = {}
    for place, values_of in enumerate(facets.values()):
        for name, values in values_of.items():
            for value in values:
                places.setdefault(name, {}).setdefault(value, []).append(place)
    return {"ids": list(facets), "facets": places}


def _split_into_parts(digests: Mapping[str, str], code: str) -> dict[str, list[str]]:
    """Return the pages to index, by the key of their part."""
    count = min(max(len(digests) // IN_A_PART, 1), PARTS_AT_MOST)
    pages: dict[int, list[str]] = {}
    for path in sorted(digests):
        # By address, so that adding or removing a page doesn't move others to another part.
        pages.setdefault(int(digest(path), 16) % count, []).append(path)
    made_by = digest(code, version("pagefind_bin"))
    return {
        digest(made_by, *(f"{path} {digests[path]}" for path in paths)): paths
        for _, paths in sorted(pages.items())
    }


def _known_parts(old: Path | None) -> dict[tuple[str, bool], Path]:
    """Return the parts of an earlier index, by their key and whether they were the first."""
    if old is None:
        return {}
    try:
        keys = json.loads((old / "made-of.json").read_bytes())
    except (OSError, ValueError):
        return {}
    found = {(key, number == 0): old / str(number) for number, key in enumerate(keys)}
    made = ("counts.json", "facets.json")
    return {
        key: part for key, part in found.items() if all((part / name).is_file() for name in made)
    }


def _make_part(
    folder: Path, pages: Iterable[str], part: Path, language: str, *, first: bool
) -> None:
    """Index some of the pages of a site."""
    # Pagefind needs a folder, not a list. Hard links are free, but only within one file system.
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".search-") as name:
        some = Path(name)
        for page in pages:
            (some / page).parent.mkdir(parents=True, exist_ok=True)
            if (keyed := with_keys((folder / page).read_bytes())) is None:
                link_or_copy(folder / page, some / page)
            else:
                (some / page).write_bytes(keyed)
        _run_pagefind(some, part, language)
    _remove_unused(part, first=first)
    counts: Counter[str] = Counter()
    facets: dict[str, Facets] = {}
    for path in sorted((part / "fragment").glob("*.pf_fragment")):
        fragment = _read_fragment(path)
        counts.update(index_words(_indexed_text(fragment)))
        # Pagefind writes them in a different order each time.
        facets[path.stem] = {name: sorted(of) for name, of in sorted(fragment["filters"].items())}
    _write_json(part / "counts.json", dict(sorted(counts.items())))
    _write_json(part / "facets.json", facets)


def _run_pagefind(site: Path, output: Path, language: str) -> None:
    """Run Pagefind on the pages of a folder."""
    program = _pagefind_program()
    # Pagefind also reads settings from the environment and the current folder; they must not count.
    environment = {name: value for name, value in os.environ.items() if "PAGEFIND_" not in name}
    command = [str(program), "--site", ".", "--output-path", str(output.absolute()), "--silent"]
    # Otherwise Pagefind makes an index for each language that a page is in, and searches only one.
    command += ["--force-language", language.split("-")[0]]
    try:
        run = subprocess.run(
            command,
            cwd=site,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise PrepkitError(
            f"Pagefind can't be started ({program}: {error.strerror}). Install it again:"
            " pip install --force-reinstall pagefind_bin"
        ) from None
    if run.returncode:
        # Pagefind prints its error twice.
        lines = dict.fromkeys(line.strip() for line in (run.stderr or run.stdout).splitlines())
        why = " ".join(lines).removeprefix("Error: ")
        why = why or f"it stopped with exit status {run.returncode}"
        raise PrepkitError(f"Pagefind couldn't make the search index: {why}")


def _write_json(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, encoding="utf-8")


def _remove_unused(part: Path, *, first: bool) -> None:
    """Delete what the search page doesn't fetch, such as the program in all parts but the first."""
    # Browsers never ask for these files, but a publisher would upload them once per part.
    unused = [path for pattern in _UNUSED for path in part.glob(pattern)]
    entry = json.loads((part / "pagefind-entry.json").read_bytes())
    if not first:
        unused += [*part.glob("*.js"), *part.glob("wasm.*")]
    elif all(language["wasm"] for language in entry["languages"].values()):
        unused.append(part / "wasm.unknown.pagefind")
    for path in set(unused):
        path.unlink()


def _pagefind_program() -> Path:
    """Return the path of Pagefind's program."""
    try:
        from pagefind_bin import get_executable  # type: ignore[import-untyped]

        return Path(get_executable()).absolute()
    except (ImportError, FileNotFoundError):
        raise PrepkitError(
            "The site's search needs Pagefind. Install it: pip install pagefind_bin"
        ) from None


def _read_fragment(path: Path) -> dict[str, Any]:
    """Return what Pagefind has kept of one page."""
    content = gzip.decompress(path.read_bytes())
    if not content.startswith(_MARK):
        raise PrepkitError(
            f"{path} wasn't written by Pagefind 1.5, the version that prepkit reads."
            " Install it: pip install pagefind_bin==1.5.*"
        )
    fragment: dict[str, Any] = json.loads(content.removeprefix(_MARK))
    return fragment


def _indexed_text(fragment: Mapping[str, Any]) -> str:
    """Return all text that Pagefind has indexed from one page."""
    # The keys are other forms of words that the rest has as they are written.
    fields = (text for name, text in fragment["meta"].items() if name != KEYS)
    return " ".join([fragment["content"], *fields])
