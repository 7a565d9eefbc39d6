"""The links in a part of a notebook's page: they lead to pages and files, or become plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import unquote

from prepkit.language import Language
from prepkit.notebook.html_tree import Node
from prepkit.site.anchors import Anchors, fragment
from prepkit.site.links import Link, as_browsers_read
from prepkit.text import join_some, join_words, shorten

_NAMED = 3
"""How many links a notice names."""


def follow_links(
    root: Node, anchors: Anchors, follow: Callable[[str], Link], words: Language
) -> Iterator[str]:
    """Let the links below an element lead somewhere; yield a notice for each reason why not.

    Parameters
    ----------
    root
        The element, which is changed.
    anchors
        The places of the page that it is on.
    follow
        Returns where a link to anywhere else leads.
    words
        The language of the page.
    """
    dead: dict[str, list[str]] = {}
    for node in root.descendants():
        if node.tag == "a" and "pk-open" not in node.classes:
            href = node.attributes.get("href", "")
            if notice := _link(node, href, anchors, follow, words):
                dead.setdefault(notice, []).append(shorten(href))
    for notice, names in dead.items():
        yield _notice(names, notice)


def _link(
    node: Node, href: str, anchors: Anchors, follow: Callable[[str], Link], words: Language
) -> str:
    """Follow one link; return the notice about it, if there is one."""
    address = as_browsers_read(href)
    if address.startswith("#"):
        if key := anchors.find(unquote(address[1:])):
            node.attributes = {**node.attributes, "href": fragment(key)}
        elif address == "#top":  # browsers know this place, and also without its name
            node.attributes = {**node.attributes, "href": "#"}
        elif len(address) > 1 and not anchors.trusted:
            return "leads to no place on this page"
        return ""
    link = follow(href) if href else Link(href)
    if link.address is None:
        title = words.gettext("Not published: %(href)s", href=href)
        node.tag, node.attributes = "span", {"title": title}
    elif link.address != href:
        node.attributes = {**node.attributes, "href": link.address}
    return link.notice


def _notice(names: Sequence[str], notice: str) -> str:
    """Return the notice about links that lead to the same nothing: `notice` begins with leads."""
    named = list(dict.fromkeys(names))
    if len(named) == 1:
        return f"the link to {named[0]} {notice}"
    listed = join_some(named, _NAMED) if len(named) > _NAMED else join_words(named)
    return f"the links to {listed} {notice.replace('leads', 'lead', 1)}"
