"""The folder of a site: the new one is built next to the old one and replaces it once complete.

What hasn't changed is reused from the old one. A file next to the site remembers what each page was
built from, and which files are prepkit's.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from prepkit.errors import PrepkitError
from prepkit.files import atomic_write, digest
from prepkit.records import Record
from prepkit.site.pages import Rendered
from prepkit.text import join_some

_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that operating systems put into folders by themselves."""


class PageRecord(Record):
    """What is remembered about one page."""

    key: str
    """The digest of everything it was built from, including templates, settings and code."""
    content: str
    """The digest of its own content, without templates, settings and code."""
    digest: str
    """The digest of its file and its pictures."""
    changed: str
    """When `content` last changed, in ISO 8601."""
    searched: str
    """The digest of what the search index has from it; empty if it isn't in the index."""
    files: tuple[str, ...] = ()
    """The pictures that it shows."""
    notices: tuple[str, ...] = ()


class MadeRecord(Record):
    """What is remembered about a file that takes long to make, such as a PDF."""

    key: str
    """The digest of everything it was made from."""
    digest: str
    """The digest of the file."""
    notices: tuple[str, ...] = ()


class _Memory(Record):
    """What is remembered about a build."""

    pages: Mapping[str, PageRecord] = {}
    made: Mapping[str, MadeRecord] = {}
    files: tuple[str, ...] = ()
    """All files of the site."""
    code: Mapping[str, str] = {}
    """See `SiteFolder.remember`."""


class SiteFolder:
    """A site that is built next to the existing one.

    Parameters
    ----------
    output
        The site. Whatever happens, it is either the whole old site or the whole new one.

    Raises
    ------
    PrepkitError
        If `output` has files that prepkit didn't write.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        # Next to it, not in the system's temporary folder: renaming needs the same file system.
        self.new = output.with_name(f".{output.name}.new")
        self._old = output.with_name(f".{output.name}.old")
        self.fetched = output.with_name(f".{output.name}.fetched")
        """Where pictures of other hosts are kept between builds."""
        self._memory = output.with_name(f".{output.name}.json")
        if not output.exists() and self._old.exists():
            self._old.rename(output)  # an earlier build ended between two renames
        self.before = self._read_memory()
        self._refuse_strange_files()
        for left in (self.new, self._old):
            shutil.rmtree(left, ignore_errors=True)
        self.new.mkdir(parents=True)
        self.pages: dict[str, PageRecord] = {}
        self.made: dict[str, MadeRecord] = {}
        self.written: set[str] = set()
        self._code: dict[str, str] = {}

    def _read_memory(self) -> _Memory:
        try:
            return _Memory.model_validate_json(self._memory.read_bytes())
        except FileNotFoundError:
            return _Memory()
        except (OSError, ValueError):
            # Even damaged, it shows that the folder is prepkit's, so everything is built again.
            return _Memory(files=tuple(names_in(self.output)))

    def _refuse_strange_files(self) -> None:
        if self.output.exists() and not self.output.is_dir():
            raise PrepkitError(f"{self.output} is a file; name a folder for the site.")
        ours = frozenset(self.before.files)
        strange = [name for name in names_in(self.output) if name not in ours]
        if strange:
            raise PrepkitError(
                f"Nothing was built: {self.output} holds files that prepkit didn't write, and"
                f" building the site there would delete them: {join_some(strange, 3)}. Choose"
                " another folder with -o, or move the files away. If they belong on the site,"
                ' put them in a folder and name it in site.toml: files = "public".'
            )

    def remember(self, key: str, compute: Callable[[], str]) -> str:
        """Return the result of `compute`, or its result in the last build under the same key."""
        self._code[key] = self.before.code.get(key) or compute()
        return self._code[key]

    def add_file(self, path: str, content: bytes) -> None:
        """Put a file into the new site, at a path below it."""
        target = self.new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.written.add(path)

    def reuse_file(self, path: str) -> None:
        """Put a file of the old site into the new one, unless it is already there."""
        if path in self.written:
            return
        target = self.new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(self.output / path, target)
        self.written.add(path)

    def reuse_made(self, path: str, key: str) -> bool:
        """Reuse a file that was made from the same things; return whether that was possible."""
        known = self.before.made.get(path)
        if known is None or known.key != key or digest(self._old_content(path)) != known.digest:
            return False
        self.reuse_file(path)
        self.made[path] = known
        return True

    def add_made(self, path: str, content: bytes, *, key: str, notices: tuple[str, ...]) -> None:
        """Put a file that takes long to make into the new site; see `MadeRecord`."""
        self.add_file(path, content)
        self.made[path] = MadeRecord(key=key, digest=digest(content), notices=notices)

    def reuse_page(self, path: str, key: str) -> bool:
        """Reuse a page that was built from the same things; return whether that was possible."""
        known = self.before.pages.get(path)
        if known is None or known.key != key:
            return False
        files = (path, *known.files)
        # Someone may have edited the page since then, or a host's tool may have changed it.
        if digest(*map(self._old_content, files)) != known.digest:
            return False
        for name in files:
            self.reuse_file(name)
        self.pages[path] = known
        return True

    def add_page(
        self, path: str, page: Rendered, *, key: str, content: str, searched: str, now: str
    ) -> None:
        """Put a page and its pictures into the new site; `PageRecord` explains the parameters."""
        known = self.before.pages.get(path)
        # A text in a notebook may have half of a surrogate pair, which UTF-8 can't encode.
        html = page.html.encode("utf-8", "replace")
        self.add_file(path, html)
        for name, picture in page.files.items():
            self.add_file(name, picture)
        self.pages[path] = PageRecord(
            key=key,
            content=content,
            digest=digest(html, *page.files.values()),
            changed=known.changed if known and known.content == content else now,
            searched=searched,
            files=tuple(page.files),
            notices=page.notices,
        )

    def publish_atomically(self) -> None:
        """Replace the old site by the new one."""
        # If the build stops here, the files of both sites are known to be prepkit's.
        self._remember(self.written.union(self.before.files))
        if self.output.exists():
            self.output.rename(self._old)
        self.new.rename(self.output)
        self._remember(self.written)
        shutil.rmtree(self._old, ignore_errors=True)

    def _remember(self, files: set[str]) -> None:
        memory = _Memory(
            pages=self.pages, made=self.made, files=tuple(sorted(files)), code=self._code
        )
        atomic_write(self._memory, memory.model_dump_json().encode())

    def _old_content(self, path: str) -> bytes:
        """Return the content of a file of the old site; empty if it is gone."""
        try:
            return (self.output / path).read_bytes()
        except OSError:
            return b""


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Make a hard link to a file, or copy it if the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def names_in(folder: Path) -> Iterator[str]:
    """Yield the files below a folder as relative paths; nothing if there is no such folder."""
    if folder.is_dir():
        yield from sorted(_names(folder, ""))


def _names(folder: str | Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _names(entry.path, f"{prefix}{entry.name}/")
            elif entry.name not in _LITTER:
                yield prefix + entry.name
