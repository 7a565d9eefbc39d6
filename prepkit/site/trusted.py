"""What HTML that is published unchanged would load, and the site's policy refuses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from prepkit.notebook.html_tree import Node
from prepkit.text import join_words

_LOADING = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "src",
    "track": "src",
    "video": "src",
}
_LINKS = frozenset({"icon", "modulepreload", "preload", "stylesheet"})
# In a script or a style, an address of a script, a style sheet or a font; or of a host for them.
_INSIDE = re.compile(
    r"https?://(?:(?:cdn|esm|unpkg)\b[\w.-]*|[\w.-]+(?=/[^\s\"'`<>]*\.(?:m?js|css|woff2?)\b))"
)


def refused(root: Node, hosts: Iterable[str]) -> str:
    """Return a notice about what can't load in some HTML; an empty text if everything can.

    Parameters
    ----------
    root
        The HTML.
    hosts
        The hosts from which it may load, as the publisher has named them.
    """
    known = list(hosts)
    found = dict.fromkeys(
        host
        for address in _addresses(root)
        if (host := _host(address)) and not any(fnmatchcase(host, one) for one in known)
    )
    if not found:
        return ""
    names = ", ".join(f'"{host}"' for host in found)
    return (
        f"what it loads from {join_words(list(found))} is refused by the site's security policy;"
        f" to allow it, set hosts = [{names}] in site.toml"
    )


def _addresses(root: Node) -> Iterator[str]:
    for node in root.descendants():
        wanted = _LOADING.get(node.tag)
        if node.tag == "link" and _LINKS.isdisjoint(node.attributes.get("rel", "").split()):
            continue
        if wanted and (address := node.attributes.get(wanted)):
            yield address.strip()
        if node.tag in ("script", "style"):
            yield from _INSIDE.findall(node.text())


def _host(address: str) -> str:
    """Return the host of an address, as settings name it; empty if it is the site itself."""
    try:
        parts = urlsplit(f"https:{address}" if address.startswith("//") else address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.lower()}" if parts.scheme in ("http", "https") else ""
