"""What the site's search finds: read from the published pages, so that nothing else can be found.

The index is of stems (Snowball), without case and diacritics, as in `sok`; the page's script (`sok.js`) takes
endings off the question's words and looks for words that begin with, or have inside, what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bs4 import BeautifulSoup, NavigableString, Tag

from styrlib import swedish
from styrlib.errors import fold
from styrlib.render import without_pictures
from styrlib.sidor import Slag
from styrlib.sok import WORD, stam

ALPHABET = "abcdefghijklmnopqrstuvwxyzåäö"
KINDS = {  # what a heading is of, by the page's kind and the heading's id
    Slag.namnd: (
        (re.compile(r"malbild-.+"), "Målbild"),
        (re.compile(r"uppdrag-.+"), "Uppdrag"),
        (re.compile(r".+-[NUL][0-9]{3,5}"), "Nyckeltal"),
    ),
    Slag.dialogblad: ((re.compile(r"dialog-.+"), "Verksamhetsdialog"),),
    Slag.erfarenhetsbank: ((re.compile(r"[a-z0-9-]+"), "Reportage"),),
}
PAGES = {
    Slag.kommunoversikt: "Hela kommunen",
    Slag.namnd: "Nämnd",
    Slag.agenda2030: "Agenda 2030",
    Slag.insatser: "Hela kommunen",
    Slag.erfarenhetsbank: "Hela kommunen",
    Slag.dialogblad: "Hela kommunen",
}
MOST_WORDS = 150  # stems per place: what a place is about stands early in it
HEADING = re.compile(r"h[1-6]")
NOT_TEXT = {"overrad", "markning", "dolt", "status"}


@dataclass(frozen=True)
class Post:
    """A place on the site that can be found.

    Attributes
    ----------
    titel
        What the place is called.
    slag
        What it is: Målbild, Nyckeltal …
    var
        Where it stands: page and period.
    adress
        Where the link leads.
    text
        What else can be searched for.
    """

    titel: str
    slag: str
    var: str
    adress: str
    text: str = ""

    def register(self) -> dict[str, str]:
        """Return the post as the script reads it: `w` are the title's words, `o` the text's."""
        title = _words(self.titel)
        other = [word for word in _words(f"{self.slag} {self.var} {self.text}") if word not in title]
        return {
            "r": self.titel,
            "s": self.slag,
            "v": self.var,
            "a": self.adress,
            "w": " ".join(title),
            "o": " ".join(other[:MOST_WORDS]),
        }


def _words(text: str) -> list[str]:
    """Return the words of a text as they are written and as stems, once each, without case and diacritics."""
    words = WORD.findall(text)
    return list(dict.fromkeys(form for word in words for form in (stam(word), fold(word)) if form))


def posts(html: str, adress: str, titel: str, slag: Slag, period: str, *, whole: bool) -> Iterator[Post]:
    """Yield the places of a page: itself, and what stands under headings that can be linked to.

    Parameters
    ----------
    html, adress, titel, slag
        The page, its address, what links to it say, and its kind; dialogues count as `Slag.dialogblad`.
    period
        The period's name.
    whole
        Whether what stands on the page is wanted too; only the page itself when False.
    """
    main = BeautifulSoup(without_pictures(html), "html.parser").find("main") if whole else None
    if not isinstance(main, Tag):
        yield Post(titel, PAGES[slag], period, adress)
        return
    title, kind, address, words = titel, PAGES[slag], adress, list[str]()
    where = period
    for node in main.descendants:
        if isinstance(node, Tag) and HEADING.fullmatch(node.name) and (found := _kind(node, slag)):
            yield Post(title, kind, where, address, " ".join(words))
            title, kind, address, words = _title(node), found, f"{adress}#{node['id']}", []
            where = f"{titel}, {swedish.lower_first(period)}"
        elif isinstance(node, NavigableString) and node.find_parent(HEADING) is None:
            words.append(str(node))
    yield Post(title, kind, where, address, " ".join(words))


def _kind(heading: Tag, slag: Slag) -> str:
    """Return what a heading is of, or nothing when it is no place of its own."""
    id_ = str(heading.get("id", ""))
    level = heading.name == "h3" or slag is not Slag.erfarenhetsbank  # stories' headings, not those of the lists
    return next((kind for pattern, kind in KINDS.get(slag, ()) if level and pattern.fullmatch(id_)), "")


def _title(heading: Tag) -> str:
    parts = [s for s in heading.strings if not NOT_TEXT.intersection(s.parent.get("class") or [])]
    return " ".join("".join(parts).split())


def order(text: str) -> list[int]:
    """Return a key that sorts as Swedes do: å, ä and ö last."""
    return [ALPHABET.find(c) if c in ALPHABET else ord(c) - 0x10000 for c in text.casefold()]


def by_letter(posts: Sequence[Post]) -> list[tuple[str, list[Post]]]:
    """Return sorted posts under their first letters; what begins with no letter comes under "0–9"."""

    def letter(post: Post) -> str:
        first = post.titel[:1].casefold()
        return first.upper() if first in ALPHABET else "0–9"

    return [(first, list(group)) for first, group in groupby(posts, key=letter)]
