"""The folder of a site: the new one is made beside the old one and takes its place when whole.

What has not changed is taken over from the old one. A file beside the site remembers what each
page was made of, and which files are prepkit's.
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
"""Files that systems put into folders by themselves."""


class PageRecord(Record):
    """What is remembered of one page."""

    key: str
    """The digest of all that it was made of: templates, settings and code too."""
    content: str
    """The digest of what it was made of without these."""
    digest: str
    """The digest of its file, and of its pictures."""
    changed: str
    """When `content` last changed, in ISO 8601."""
    searched: str
    """The digest of what the search index has of it; empty for a page that isn't in there."""
    files: tuple[str, ...] = ()
    """The pictures that it shows."""
    notices: tuple[str, ...] = ()


class _Memory(Record):
    """What is remembered of a build."""

    pages: Mapping[str, PageRecord] = {}
    files: tuple[str, ...] = ()
    """All files of the site."""
    code: Mapping[str, str] = {}
    """See `SiteFolder.remember`."""


class SiteFolder:
    """A site that is built beside the one that is there.

    Parameters
    ----------
    output
        The site. It is there as before, or whole and new, whatever happens on the way.

    Raises
    ------
    PrepkitError
        If `output` holds what isn't of a site that prepkit wrote.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        # Beside it, and not among the system's temporary files: only so can it be renamed.
        self.new = output.with_name(f".{output.name}.new")
        self._old = output.with_name(f".{output.name}.old")
        self._memory = output.with_name(f".{output.name}.json")
        if not output.exists() and self._old.exists():
            self._old.rename(output)  # an earlier build ended between two renames
        self.before = self._read_memory()
        self._refuse_strange_files()
        for left in (self.new, self._old):
            shutil.rmtree(left, ignore_errors=True)
        self.new.mkdir(parents=True)
        self.pages: dict[str, PageRecord] = {}
        self.written: set[str] = set()
        self._code: dict[str, str] = {}

    def _read_memory(self) -> _Memory:
        try:
            return _Memory.model_validate_json(self._memory.read_bytes())
        except FileNotFoundError:
            return _Memory()
        except (OSError, ValueError):
            # It is damaged, and shows all the same that the folder is prepkit's: all is made anew.
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
        """Return what `compute` gives, or gave in the last build under the same key."""
        self._code[key] = self.before.code.get(key) or compute()
        return self._code[key]

    def add_file(self, path: str, content: bytes) -> None:
        """Put a file into the new site, at a path below it."""
        target = self.new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.written.add(path)

    def reuse_file(self, path: str) -> None:
        """Put a file of the old site into the new one, if it isn't there already."""
        if path in self.written:
            return
        target = self.new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(self.output / path, target)
        self.written.add(path)

    def reuse_page(self, path: str, key: str) -> bool:
        """Take a page over that was made of the same; return whether that was possible."""
        known = self.before.pages.get(path)
        if known is None or known.key != key:
            return False
        files = (path, *known.files)
        # Somebody may have edited the page since, or a host's tool have changed it.
        if digest(*map(self._old_content, files)) != known.digest:
            return False
        for name in files:
            self.reuse_file(name)
        self.pages[path] = known
        return True

    def add_page(
        self, path: str, page: Rendered, *, key: str, content: str, searched: str, now: str
    ) -> None:
        """Put a page and its pictures into the new site; see `PageRecord` for what is what."""
        known = self.before.pages.get(path)
        # A text of a notebook may hold half a character, which no file can.
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
        """Let the new site take the old one's place."""
        # Should the build end here, the files of both are known to be prepkit's.
        self._remember(self.written.union(self.before.files))
        if self.output.exists():
            self.output.rename(self._old)
        self.new.rename(self.output)
        self._remember(self.written)
        shutil.rmtree(self._old, ignore_errors=True)

    def _remember(self, files: set[str]) -> None:
        memory = _Memory(pages=self.pages, files=tuple(sorted(files)), code=self._code)
        atomic_write(self._memory, memory.model_dump_json().encode())

    def _old_content(self, path: str) -> bytes:
        """Return a file of the old site; nothing where it is gone."""
        try:
            return (self.output / path).read_bytes()
        except OSError:
            return b""


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Let a file have a second name, or copy it where the file system can't do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def names_in(folder: Path) -> Iterator[str]:
    """Yield the files below a folder, as paths below it; nothing where there is no folder."""
    if folder.is_dir():
        yield from sorted(_names(folder, ""))


def _names(folder: str | Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _names(entry.path, f"{prefix}{entry.name}/")
            elif entry.name not in _LITTER:
                yield prefix + entry.name
