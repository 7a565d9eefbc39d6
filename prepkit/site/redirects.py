"""Pages at old addresses, which lead visitors and search engines to the new ones. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from prepkit.site.pages import Page
from prepkit.text import did_you_mean


@dataclass(frozen=True, slots=True)
class Redirect:
    """An old address and where it leads."""

    old: str
    """A path below the site's folder, such as ``notebooks/old.html``."""
    new: str
    """Another one, maybe with an anchor; or an address of another site."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether it leads to another site."""
        return self.new.startswith(("https:", "http:"))

    def page(self, title: str, base: str | None) -> Page:
        """Return the page at the old address; `base` is the site's address."""
        path, mark, anchor = self.new.partition("#")
        href = self.new
        canonical = self.new
        if not self.is_elsewhere:
            beside = posixpath.relpath(path, posixpath.dirname(self.old) or ".")
            href = f"{quote(beside)}{mark}{anchor}"
            address = path.removesuffix("index.html")
            canonical = f"{base}{quote(address)}" if base else href
        return Page(
            self.old,
            "redirect",
            title,
            title,
            "",
            lambda: {"href": href, "canonical": canonical},
            listed=False,
        )


def find_redirects(
    wanted: Mapping[str, str], there: Collection[str], notices: list[str]
) -> Iterator[Redirect]:
    """Yield the redirects that lead somewhere; the others get a line in `notices`.

    Parameters
    ----------
    wanted
        New addresses by old ones. A new one may be an old one too, of a page that moved twice.
    there
        The paths of all files of the site.
    notices
        Gets a line for each redirect that leads nowhere or starts at a page that is there.
    """
    by_old = {_whole(old): new for old, new in wanted.items()}
    for old, new in by_old.items():
        if old in there:
            notices.append(f"redirects: {old} is left out, because there is a page at that address")
            continue
        seen = {old}
        while (path := _whole(new.partition("#")[0])) in by_old and path not in seen:
            seen.add(path)
            new = by_old[path]
        redirect = Redirect(old, new)
        if path in seen:
            notices.append(f"redirects: {old} is left out, because it leads back to itself")
        elif redirect.is_elsewhere:
            yield redirect
        elif path in there:
            yield Redirect(old, path + new[len(new.partition("#")[0]) :])
        else:
            near = did_you_mean(path, (each for each in there if each.endswith(".html")))
            notices.append(f"redirects: {old} is left out, because there is no page {path}{near}")


def _whole(path: str) -> str:
    """Return the path of the file that a host shows at an address below the site's."""
    return f"{path}index.html" if not path or path.endswith("/") else path
