"""Markdown of the municipality's stories → HTML that can't run, load or break the page's outline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import mistune
from markupsafe import Markup, escape

LONGEST = 20_000  # characters: a story is a page or two
DEEPEST = 6
ADDRESS = re.compile(r"(https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
SENTENCES = {
    "image": "Bilder i texten visas inte. Skriv bildens namn efter bild: högst upp i filen.",
    "block_html": "HTML i texten visas som det står. Ta bort taggarna inom < och >.",
    "inline_html": "HTML i texten visas som det står. Ta bort taggarna inom < och >.",
}


def html(text: str, level: int) -> Markup:
    """Return a Markdown text as HTML.

    Raw HTML is shown as the text that it is, a picture by its alt text alone, and a link that
    does not lead to http, https or mailto as its words.

    Parameters
    ----------
    text
        Markdown, from anyone.
    level
        The level of the heading that the text stands under, 1–5: the text's own begin below it, and skip none.
    """
    levels = [token["attrs"]["level"] for token in _tokens(text) if token["type"] == "heading"]
    renderer = _Renderer(under=level, top=min(levels, default=1))
    return Markup(mistune.create_markdown(renderer=renderer)(text))  # noqa: S704  (the renderer escapes)


def problems(text: str) -> list[str]:
    """Return a Swedish sentence for each kind of thing in a text that will not be shown as its author meant."""
    if len(text) > LONGEST:
        return [f"Texten har {len(text)} tecken. Högst {LONGEST} får plats. Dela den i flera."]
    found = [SENTENCES[token["type"]] for token in _tokens(text) if token["type"] in SENTENCES]
    found += [
        f"Länken ”{token['attrs']['url'][:60]}” går inte att följa. Börja den med https:// eller mailto:."
        for token in _tokens(text)
        if token["type"] == "link" and not ADDRESS.fullmatch(token["attrs"]["url"])
    ]
    return list(dict.fromkeys(found))


def _tokens(text: str) -> Iterator[dict[str, Any]]:
    """Yield every part of a text, however deep it lies."""
    waiting = list(reversed(mistune.create_markdown(renderer=None)(text)))
    while waiting:
        token = waiting.pop()
        yield token
        waiting += reversed(token.get("children", []))


class _Renderer(mistune.HTMLRenderer):
    def __init__(self, under: int, top: int) -> None:
        super().__init__(escape=True)
        self._last, self._down = under, under + 1 - top

    def heading(self, text: str, level: int, **_: Any) -> str:
        if not text.strip():
            return ""  # nothing to read out
        self._last = min(level + self._down, self._last + 1, DEEPEST)
        return f"<h{self._last}>{text}</h{self._last}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002  (no reader sees a title)
        return f'<a href="{escape(url)}">{text or escape(url)}</a>' if ADDRESS.fullmatch(url) else text

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002  (nothing is loaded)
        return text
