"""The folder of a site: the new one is made beside the old one and takes its place when whole.

What has not changed is taken over from the old one. A file beside the site remembers what each
page was made of, and which files are prepkit's.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from prepkit.errors import PrepkitError
from prepkit.files import atomic_write

_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that systems put into folders by themselves."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of one page."""

    key: str
    """Of all that it was made of: templates, settings and code too."""
    content: str
    """Of what it was made of without these."""
    digest: str
    """Of the file."""
    changed: str
    """When `content` last changed, in ISO 8601."""
    searched: str
    """Of what the search index has of it; empty for a page that isn't in there."""
    files: tuple[str, ...] = ()
    """The pictures that it shows; their names are the beginnings of their digests."""
    notices: tuple[str, ...] = ()


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
        self.new = output.with_name(f".{output.name}.new")
        self._old = output.with_name(f".{output.name}.old")
        self._memory = output.with_name(f".{output.name}.json")
        if not output.exists() and self._old.exists():
            self._old.rename(output)  # an earlier build ended between two renames
        self.before: Mapping[str, Kept] = {}
        self.theirs: frozenset[str] = frozenset()
        self._remember_before()
        self._refuse_strange_files()
        for left in (self.new, self._old):
            shutil.rmtree(left, ignore_errors=True)
        self.new.mkdir(parents=True)
        self.pages: dict[str, Kept] = {}
        self.written: set[str] = set()

    def _remember_before(self) -> None:
        try:
            memory = json.loads(self._memory.read_bytes())
            self.before = {path: _kept(each) for path, each in memory["pages"].items()}
            self.theirs = frozenset(memory["files"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            # It is damaged, and shows all the same that the folder is prepkit's: all is made anew.
            self.before = {}
            self.theirs = frozenset(names_in(self.output))

    def _refuse_strange_files(self) -> None:
        if self.output.exists() and not self.output.is_dir():
            raise PrepkitError(f"{self.output} is a file; name a folder for the site.")
        strange = [name for name in names_in(self.output) if name not in self.theirs]
        if strange:
            more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
            raise PrepkitError(
                f"{self.output} holds files that prepkit did not write, and the site would take"
                f" their place: {', '.join(strange[:3])}{more}. Name another folder with -o, or"
                " move them away; what belongs on the site goes into a folder that site.toml"
                ' names: files = "public".'
            )

    def write(self, path: str, content: bytes) -> None:
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
        try:
            os.link(self.output / path, target)
        except OSError:  # a file system without links
            shutil.copyfile(self.output / path, target)
        self.written.add(path)

    def reuse(self, path: str, key: str) -> bool:
        """Take a page over that was made of the same; return whether that was possible."""
        known = self.before.get(path)
        if known is None or known.key != key or self._digest(path) != known.digest:
            return False
        if not all(self._digest(file).startswith(Path(file).stem) for file in known.files):
            return False
        for name in (path, *known.files):
            self.reuse_file(name)
        self.pages[path] = known
        return True

    def keep(
        self,
        path: str,
        html: str,
        *,
        key: str,
        content: str,
        searched: str,
        now: str,
        files: Mapping[str, bytes],
        notices: tuple[str, ...],
    ) -> None:
        """Put a page and its pictures into the new site; see `Kept` for what is what."""
        known = self.before.get(path)
        raw = html.encode("utf-8", "replace")
        self.write(path, raw)
        for name, picture in files.items():
            self.write(name, picture)
        self.pages[path] = Kept(
            key=key,
            content=content,
            digest=digest(raw),
            changed=known.changed if known and known.content == content else now,
            searched=searched,
            files=tuple(files),
            notices=notices,
        )

    def swap(self) -> None:
        """Let the new site take the old one's place."""
        pages = {path: asdict(kept) for path, kept in self.pages.items()}
        # Should the build end here, the files of both are known to be prepkit's.
        self._remember(pages, self.written | self.theirs)
        if self.output.exists():
            self.output.rename(self._old)
        self.new.rename(self.output)
        self._remember(pages, self.written)
        shutil.rmtree(self._old, ignore_errors=True)

    def _remember(self, pages: Mapping[str, Any], files: Iterable[str]) -> None:
        memory = {"pages": pages, "files": sorted(files)}
        atomic_write(self._memory, json.dumps(memory, ensure_ascii=False).encode())

    def _digest(self, path: str) -> str:
        """Return the digest of a file of the old site; an empty text where it is gone."""
        try:
            return digest((self.output / path).read_bytes())
        except OSError:
            return ""


def digest(content: bytes) -> str:
    """Return what tells contents apart."""
    return hashlib.sha256(content).hexdigest()


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


def _kept(stored: Mapping[str, Any]) -> Kept:
    """Return what was remembered of a page, from its JSON."""
    lists = {name: tuple(stored[name]) for name in ("files", "notices")}
    return Kept(**{**stored, **lists})
