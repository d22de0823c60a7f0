"""A finished page's head, foot and links, changed for the site; everything else stays as it is, byte for byte."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import unquote

from styrlib.errors import ReportError
from styrlib.render import Html, without_pictures

HEADER = re.compile(r'<header class="sidhuvud.*?</header>', re.DOTALL)
FOOTER = re.compile(r'(?<=<footer class="sidfot">)(.*?)(?=</footer>)', re.DOTALL)
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
ID = re.compile(r'\sid="([^"]*)"')
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)  # has a scheme or a host


def dress(page: str, head: Html, foot: Html) -> str:
    """Return a report with the site's head in place of its own, and the site's links added to its foot.

    Raises
    ------
    ReportError
        When the page hasn't exactly one head and one foot of the house's.
    """
    for pattern in (HEADER, FOOTER):
        if len(pattern.findall(page)) != 1:
            raise ReportError("En sida har inte husets sidhuvud och sidfot, och kan inte publiceras. Gör om den.")
    page = HEADER.sub(lambda _: head.strip(), page)
    return FOOTER.sub(lambda match: f"{match[1]}\n{foot.strip()}", page)


def cut(page: str, address: str, known: Collection[str]) -> str:
    """Return a page where links to pages of the site that do not exist are plain text.

    Parameters
    ----------
    page
        The whole page.
    address
        Where it lies below the site's folder.
    known
        The addresses that exist.
    """

    def text_or_link(match: re.Match[str]) -> str:
        there = target(address, match[1])
        return match[0] if there is None or there[0] in known else match[2]

    return LINK.sub(text_or_link, page)


def target(address: str, href: str) -> tuple[str, str] | None:
    """Return the page of the site and the anchor that a link leads to; None for one that leads elsewhere."""
    href = html.unescape(href)
    if ELSEWHERE.match(href):
        return None
    path, _, anchor = href.partition("#")
    path = unquote(path.partition("?")[0])
    there = posixpath.normpath(posixpath.join(posixpath.dirname(address), path)) if path else address
    return there, unquote(anchor)


def anchors(page: str) -> set[str]:
    """Return the ids of a page that a link can lead to."""
    return {html.unescape(id_) for id_ in ID.findall(without_pictures(page))}


def dead(pages: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield address and href of every link between pages that leads to no page, or to no place on it.

    Parameters
    ----------
    pages
        Every page of the site by its address.
    """
    places = {address: anchors(page) for address, page in pages.items()}
    for address, page in pages.items():
        for match in LINK.finditer(page):
            page_there, anchor = target(address, match[1]) or (address, "")
            missing = page_there.endswith(".html") and page_there not in pages
            if missing or (anchor and anchor not in places.get(page_there, {anchor})):
                yield address, match[1]
