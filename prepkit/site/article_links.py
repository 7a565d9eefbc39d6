"""The links in a part of a notebook's page: they lead to pages and files, or become plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import unquote

from prepkit.language import Language
from prepkit.notebook.anchors import Anchors, as_browsers_read, fragment, links_notice
from prepkit.notebook.html_tree import Node
from prepkit.site.links import Link
from prepkit.text import readable, shorten


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
                dead.setdefault(notice, []).append(shorten(readable(href)))
    for notice, names in dead.items():
        yield links_notice(names, notice)


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
        title = words.gettext("Not published: %(href)s", href=readable(href))
        node.tag, node.attributes = "span", {"title": title}
    elif link.address != href:
        node.attributes = {**node.attributes, "href": link.address}
    return link.notice
