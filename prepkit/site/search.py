"""The site's search: Pagefind's index, the words that people type, and the words there are.

Pagefind reads the built pages. It takes what stands in ``data-pagefind-body`` as text, and what
``data-pagefind-meta`` names as fields that are searched but never shown in an excerpt: that is
where `search_words` goes, in the page's head::

    <meta content="…" data-pagefind-meta="words[content]">
    <meta content="Leading people · Q8" data-pagefind-meta="place[content]">
    <meta content="Acme" data-pagefind-filter="company[content]">

The page asks Pagefind for one word at a time and adds the scores up (assets/search.js).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from prepkit.bank.synonyms import Synonyms
from prepkit.errors import PrepkitError
from prepkit.records import LEVELS, Category, Question

INDEX = "pagefind"
"""The folder of a site that holds its index."""

IN_A_PART = 60
PARTS_AT_MOST = 20
"""A browser asks each part of an index for each word."""

SUGGESTIONS = 6
WORDS_AT_MOST = 30_000
"""How many words a browser is given to correct misspelt ones by: the most frequent ones."""

_UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js")
"""What Pagefind adds for pages that use its own boxes."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_JOINED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_IGNORED = b"data-pagefind-ignore"
_MARK = b"pagefind_dcd"
"""What a file of Pagefind's begins with once it's unpacked."""


def search_words(question: Question, synonyms: Sequence[Synonyms]) -> str:
    """Return words to find a question by that its page doesn't show: its tags, and synonyms.

    An entry of `synonyms` counts where one of its `of` is among the question's tags or in its
    first line, there as whole words that stand next to each other.
    """
    heads = [_spaced(text) for text in (question.text, *question.tags)]
    found = [tag.replace("-", " ") for tag in question.tags]
    for entry in synonyms:
        if any(f" {_spaced(of).strip()} " in head for of in entry.of for head in heads):
            found.extend(entry.words)
    return " ".join(dict.fromkeys(found))


def _spaced(text: str) -> str:
    """Return the words of a text in small letters with one space before and after each."""
    words = re.findall(r"\w+", text.casefold())
    return f" {' '.join(words)} "


def search_settings(
    questions: Iterable[Question], categories: Iterable[Category]
) -> dict[str, object]:
    """Return what the search page reads from ``<script type="application/json" id="search-data">``.

    ``suggestions`` are searches to begin with, the tags that most questions have; ``order`` is the
    order of a filter's values where it isn't the alphabet's.
    """
    tags = Counter(tag for question in questions for tag in question.tags)
    return {
        "suggestions": [tag.replace("-", " ") for tag, _ in tags.most_common(SUGGESTIONS)],
        "order": {
            "category": [category.title for category in categories],
            "level": [level.capitalize() for level in LEVELS],
        },
    }


def index_site(
    folder: Path, old: Path | None = None, digests: Mapping[str, str] | None = None
) -> None:
    """Write the search index of a built site to ``folder/pagefind``, instead of one that is there.

    Pagefind can't change an index, only make one, and takes longer for that than pages do to be
    made. So the index of a large site comes in parts, and a part whose pages are the same is taken
    over. The search page puts the parts together. Pagefind writes its filters in another order each
    time, so two indexes of the same pages differ in some bytes.

    Parameters
    ----------
    folder : Path
        Holds the pages. Those with an element ``data-pagefind-body`` are indexed; the page's
        ``<html>`` must name its language.
    old : Path, optional
        The index of an earlier build of the site.
    digests : mapping, optional
        The `page_digest` of each page to index, by its path below the folder, where they are
        known: else the pages are looked for.

    Raises
    ------
    PrepkitError
        Where Pagefind is missing or fails, or there is no page to index.
    """
    index = folder / INDEX
    shutil.rmtree(index, ignore_errors=True)
    parts = _parts(_digests(folder) if digests is None else digests)
    if not parts:
        raise PrepkitError(f"There is no page to search in {folder}.")
    known = _known_parts(old)
    counts: Counter[str] = Counter()
    for number, (key, pages) in enumerate(parts.items()):
        part = index / str(number)
        # The first part also holds the program, so none but an old first part can be the first.
        taken = known.get((key, number == 0))
        if taken is None:
            _make_part(folder, pages, part, first=number == 0)
        else:
            shutil.copytree(taken, part, copy_function=_link)
        counts.update(json.loads((part / "counts.json").read_bytes()))
    _write_json(index / "words.json", {"parts": len(parts), "words": _ranked(counts)})
    _write_json(index / "made-of.json", list(parts))


def page_digest(page: bytes) -> str:
    """Return the digest of what Pagefind reads of a page; an empty text where it reads nothing."""
    if b"data-pagefind-body" not in page:
        return ""
    return hashlib.sha256(_read_by_pagefind(page)).hexdigest()


def _digests(folder: Path) -> dict[str, str]:
    """Return the digest of each page that is to be indexed."""
    found = {
        file.relative_to(folder).as_posix(): page_digest(file.read_bytes())
        for file in sorted(folder.rglob("*.html"))
    }
    return {path: digest for path, digest in found.items() if digest}


def _parts(digests: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the pages to index, by the key of the part that they belong to."""
    count = min(max(len(digests) // IN_A_PART, 1), PARTS_AT_MOST)
    pages: dict[int, list[str]] = {}
    for path in sorted(digests):
        # By its address: a page that comes or goes moves no other one into another part.
        place = int(hashlib.sha256(path.encode()).hexdigest(), 16) % count
        pages.setdefault(place, []).append(path)
    made_by = hashlib.sha256(Path(__file__).read_bytes() + version("pagefind_bin").encode())
    parts = {}
    for _, paths in sorted(pages.items()):
        key = made_by.copy()
        for path in paths:
            key.update(f"{path} {digests[path]}\n".encode())
        parts[key.hexdigest()] = paths
    return parts


def _read_by_pagefind(page: bytes) -> bytes:
    """Return a page without what Pagefind ignores in it, such as the links to its neighbours.

    Of an element to be ignored, the beginning is cut off, up to the first end of an element of its
    kind; unless there are filters or fields in it, which Pagefind reads there too.
    """
    left, place = [], 0
    while (mark := page.find(_IGNORED, place)) >= 0:
        start = page.rfind(b"<", place, mark)
        name = page[start + 1 : mark].split(None, 1)[0] if start >= 0 else b""
        end = page.find(b"</" + name + b">", mark)
        if not name.isalnum() or end < 0 or b"data-pagefind-" in page[mark + len(_IGNORED) : end]:
            start = end = mark + len(_IGNORED)
        left.append(page[place:start])
        place = end
    return b"".join([*left, page[place:]])


def _known_parts(old: Path | None) -> dict[tuple[str, bool], Path]:
    """Return the parts of an earlier index, by their key and whether they were the first."""
    if old is None:
        return {}
    try:
        keys = json.loads((old / "made-of.json").read_bytes())
    except (OSError, ValueError):
        return {}
    found = {(key, number == 0): old / str(number) for number, key in enumerate(keys)}
    return {key: part for key, part in found.items() if (part / "counts.json").is_file()}


def _make_part(folder: Path, pages: Iterable[str], part: Path, *, first: bool) -> None:
    """Index some of the pages of a site."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".search-") as name:
        some = Path(name)
        for page in pages:
            (some / page).parent.mkdir(parents=True, exist_ok=True)
            _link(str(folder / page), str(some / page))
        _run_pagefind(some, part)
    _remove_unused(part, first=first)
    counts: Counter[str] = Counter()
    for path in sorted((part / "fragment").glob("*.pf_fragment")):
        counts.update(words_of(_fragment(path)))
    _write_json(part / "counts.json", dict(sorted(counts.items())))


def _run_pagefind(site: Path, output: Path) -> None:
    """Have Pagefind index the pages of a folder."""
    program = _program()
    # Settings of the environment or of a file where the user happens to be must not change a site.
    environment = {name: value for name, value in os.environ.items() if "PAGEFIND_" not in name}
    command = [str(program), "--site", ".", "--output-path", str(output.absolute()), "--silent"]
    try:
        run = subprocess.run(
            command, cwd=site, env=environment, capture_output=True, text=True, errors="replace"
        )
    except OSError as error:
        raise PrepkitError(
            f"Pagefind can't be started ({program}: {error.strerror}); install it again:"
            " pip install --force-reinstall pagefind_bin"
        ) from None
    if run.returncode:
        # It says the same twice.
        lines = dict.fromkeys(line.strip() for line in (run.stderr or run.stdout).splitlines())
        why = " ".join(lines).removeprefix("Error: ")
        why = why or f"it ended with the status {run.returncode}"
        raise PrepkitError(f"Pagefind could not make the search index: {why}")


def _link(source: str, target: str) -> str:
    """Let a file have a second name, or copy it where the file system can't do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return target


def _write_json(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, encoding="utf-8")


def _remove_unused(part: Path, *, first: bool) -> None:
    """Delete what the search page doesn't fetch: the program is fetched from the first part."""
    unused = [path for pattern in _UNUSED for path in part.glob(pattern)]
    entry = json.loads((part / "pagefind-entry.json").read_bytes())
    if not first:
        unused += [*part.glob("*.js"), *part.glob("wasm.*")]
    elif all(language["wasm"] for language in entry["languages"].values()):
        unused.append(part / "wasm.unknown.pagefind")
    for path in set(unused):
        path.unlink()


def _program() -> Path:
    """Return where Pagefind's program is."""
    try:
        from pagefind_bin import get_executable  # type: ignore[import-untyped]

        return Path(get_executable()).absolute()
    except (ImportError, FileNotFoundError):
        raise PrepkitError(
            "The site's search needs Pagefind's program; install it: pip install pagefind_bin"
        ) from None


def _fragment(path: Path) -> str:
    """Return all that Pagefind has indexed of one page."""
    content = gzip.decompress(path.read_bytes())
    if not content.startswith(_MARK):
        raise PrepkitError(
            f"{path} isn't as Pagefind 1.5 writes it; install that: pip install pagefind_bin==1.5.*"
        )
    page: Mapping[str, dict[str, str]] = json.loads(content.removeprefix(_MARK))
    return f"{page['content']} {' '.join(page['meta'].values())}"


def words_of(text: str) -> set[str]:
    """Return the words of a text in small letters.

    Words with hyphens are also given without: people type “tradeoff”, too, and Pagefind finds
    “trade-off” by it.
    """
    small = text.lower()
    return {*_WORD.findall(small), *(word.replace("-", "") for word in _JOINED.findall(small))}


def _ranked(counts: Mapping[str, int]) -> list[str]:
    """Return words, first those that most pages have, as many as a browser is given.

    Of two words that are equally near to a misspelt one, it takes the first.
    """
    return sorted(counts, key=lambda word: (-counts[word], word))[:WORDS_AT_MOST]
