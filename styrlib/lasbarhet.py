"""How easy a Swedish text is to read: LIX and the length of its sentences.

LIX = words per sentence + per cent of words longer than six letters. Björnsson (1968), *Läsbarhet*,
Stockholm: Liber, who lets a colon end a sentence too; here it does not, so that long sentences can't
hide behind one, and the number is a little higher. LIX sees length alone: not order, meaning or layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from styrlib import swedish
from styrlib.render import without_pictures

LONG_WORD = 6  # letters: more make a word long
LONG_SENTENCE = 25  # words: more make a sentence long
TOO_LONG = 30  # words: more is a problem
TOO_HARD = 45  # LIX: the upper end of what authorities aim at; the example reports lie at 33 to 39
FEWEST_WORDS = 100  # LIX of a shorter text says next to nothing
GRADES = (
    (30, "mycket lättläst"),
    (40, "lättläst"),
    (50, "medelsvår"),
    (60, "svår"),
    (float("inf"), "mycket svår"),
)
# Abbreviations that something always follows; those that may also end a sentence do so before a capital letter.
NEVER_LAST = frozenset(
    {
        "bl.a.",
        "ca.",
        "dr.",
        "e.g.",
        "fr.o.m.",
        "f.d.",
        "i.e.",
        "jfr.",
        "kap.",
        "kl.",
        "nr.",
        "resp.",
        "s.",
        "s.k.",
        "st.",
    }
    | {"t.ex.", "t.o.m.", "tel.", "p.g.a.", "dvs.", "d.v.s.", "inkl.", "exkl.", "max.", "min.", "ang.", "avs."}
)
_THOUSANDS = re.compile(r"(?<![\d,.])(\d{1,3})((?:[ \u00a0\u202f]\d{3})+)(?!\d)")
_END = re.compile(r"[.!?…]+[”\"’»)\]]*\s+(?=[”\"’»(\[–\d]*[A-ZÅÄÖÉ]|\d)")
_FINISHED = re.compile(r"[.!?…][”\"’»)\]]*$")
_OUTSIDE = frozenset(
    ["table", "figure", "svg", "nav", "header", "footer", "dl", "style", "script", "h1", "h2", "h3", "h4", "h5", "h6"]
)
# Left out in any case, and most of a page: to drop it unread is much faster.
_UNREAD = re.compile(r"<(table|figure|style|script)\b.*?</\1\s*>", re.DOTALL)
_DROPPED = "bort"  # what an element that is left out is called, until all such are stripped at once
_LABELS = frozenset({"dolt", "kalla", "markning", "status", "grad"})  # classes
_LISTS = ("Källor", "Jämförelsegrupper", "Vem beslutar")  # headings above what is listed, not told
_FACTS = ("Källa:", "Bedömt av:", "Ansvarig:")  # what a line of facts begins with
FEWEST_BESIDE_LINKS = 3  # words: with fewer a block lists links and tells nothing


@dataclass(frozen=True, slots=True)
class Lasbarhet:
    """How easy a text is to read; `lix` is None of a text without words.

    `langa` holds the sentences of more than `LONG_SENTENCE` words, the longest first.
    """

    lix: float | None
    ord: int
    meningar: int
    langa: tuple[str, ...]


def of_text(*blocks: str) -> Lasbarhet:
    """Measure a text given as blocks, such as paragraphs: a sentence never goes on from one to the next."""
    said = [(sentence, words(sentence)) for block in blocks for sentence in sentences(block)]
    every = [word for _, some in said for word in some]
    if not every:
        return Lasbarhet(None, 0, 0, ())
    long_words = sum(len(word) > LONG_WORD and sum(map(str.isalpha, word)) > LONG_WORD for word in every)
    lix = len(every) / len(said) + 100 * long_words / len(every)
    long_sentences = sorted(((s, len(some)) for s, some in said if len(some) > LONG_SENTENCE), key=lambda s: -s[1])
    return Lasbarhet(lix, len(every), len(said), tuple(sentence for sentence, _ in long_sentences))


def of_page(html: str) -> Lasbarhet:
    """Measure the running text of a finished page."""
    return of_text(*running_text(html))


def running_text(html: str) -> list[str]:
    """Return the paragraphs and list items in `main` that hold whole sentences, each once.

    Left out are tables, figures, facts in lists of terms, headings, labels, sources, lists of links, and what is
    no sentence: a block without a full stop at its end, such as the name of a law or a nyckeltal.
    """
    start, end = html.find("<main"), html.rfind("</main>")
    main = fragment_fromstring(_UNREAD.sub("", without_pictures(html[start:end])), create_parent=True)
    for heading in main.iter("h2", "h3", "h4"):
        if heading.text_content().lstrip().startswith(_LISTS):
            for part in _under(heading):
                part.tag = _DROPPED
    for part in main.iterdescendants(etree.Element):
        if _left_out(part):
            part.tag = _DROPPED
    etree.strip_elements(main, _DROPPED, with_tail=False)
    blocks = dict.fromkeys(_told(block) for block in main.iter("p", "li") if _innermost(block))
    return [text for text in blocks if _FINISHED.search(text) and not text.startswith(_FACTS)]


def _left_out(part: HtmlElement) -> bool:
    """Tell what is no running text."""
    classes = part.get("class", "").split()
    note = part.tag == "span" and "not" in classes
    return part.tag in _OUTSIDE or "hidden" in part.attrib or note or not _LABELS.isdisjoint(classes)


def _innermost(block: HtmlElement) -> bool:
    return next(block.iterdescendants("p", "ul", "ol"), None) is None


def _under(heading: HtmlElement) -> Iterator[HtmlElement]:
    for part in heading.itersiblings(etree.Element):
        if part.tag in ("h1", "h2", "h3", "h4"):
            return
        yield part


def _told(block: HtmlElement) -> str:
    """Return a block's text without the name or label that a colon parts from it; "" of a list of links."""
    linked = [link.text_content() for link in block.iter("a")]
    if linked and len(words(block.text_content())) - sum(len(words(text)) for text in linked) < FEWEST_BESIDE_LINKS:
        return ""
    first = next(block.iterchildren(), None)
    begins = first is not None and first.tag in ("a", "strong") and not (block.text or "").strip()
    if begins and (first.text_content().rstrip().endswith(":") or (first.tail or "").startswith(":")):
        first.tag = _DROPPED
        etree.strip_elements(block, _DROPPED, with_tail=False)
    return re.sub(r"[ \t\r\n]+", " ", block.text_content()).strip().removeprefix(":").strip()


def sentences(text: str) -> list[str]:
    """Split a text into sentences; a full stop in a number or an abbreviation ends none."""
    parts, start = [], 0
    for end in _END.finditer(text):
        last = text[start : end.end()].rsplit(maxsplit=1)[-1].lstrip('”"’»([')
        if last.casefold() not in NEVER_LAST:
            parts.append(text[start : end.end()].strip())
            start = end.end()
    return [part for part in (*parts, text[start:].strip()) if words(part)]


def words(sentence: str) -> list[str]:
    """Return a sentence's words; a number with its thousands, such as 65 337, is one, and a lone sign none."""
    whole = _THOUSANDS.sub(lambda m: m[1] + re.sub(r"\D", "", m[2]), sentence)
    return [word for word in whole.split() if any(map(str.isalnum, word))]


def grade(lix: float) -> str:
    """Return what a LIX is called."""
    return next(name for end, name in GRADES if lix < end)


def problems(lasbarhet: Lasbarhet) -> list[str]:
    """Return a sentence in Swedish for each thing that makes the text too hard to read; none of a good text."""
    found = []
    if lasbarhet.lix is not None and lasbarhet.lix > TOO_HARD and lasbarhet.ord >= FEWEST_WORDS:
        found.append(
            f"Texten har LIX {swedish.number(lasbarhet.lix)}, {grade(lasbarhet.lix)}. "
            f"Skriv kortare meningar och ord, så att den kommer under {TOO_HARD}."
        )
    too_long = [(sentence, n) for sentence in lasbarhet.langa if (n := len(words(sentence))) > TOO_LONG]
    return found + [f"En mening har {n} ord. Dela den, högst {TOO_LONG} ord: ”{sentence}”" for sentence, n in too_long]
