"""What is wrong with the texts: personal data, words that condemn, long sentences, hard reading."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import snowballstemmer

from styrlib import lasbarhet, personuppgifter, swedish
from styrlib.fynd import Fynd
from styrlib.granskning import Granskning
from styrlib.personuppgifter import Slag, Traff
from styrlib.yamltext import Place

HARDA_ORD = Path(__file__).parent / "hardaord.csv"
WORD = re.compile(r"[^\W\d_]+")
# Names of things, and what others have written: no free text.
NAMES = {"id", "namnd", "verksamhet", "malbild", "period", "monster", "bild", "lagar", "kalla", "adress", "licens"}
KODER = {Slag.personnummer: "personnummer", Slag.epost: "epostadress", Slag.telefon: "telefonnummer"}
NOUNS = {Slag.personnummer: "Ett personnummer", Slag.epost: "En e-postadress", Slag.telefon: "Ett telefonnummer"}
SHOWN = 12  # words of a long sentence


@dataclass(frozen=True)
class Ord:
    """A word that condemns: why it does harm, and what to write instead."""

    varfor: str
    hellre: str


def check(g: Granskning) -> Iterator[Fynd]:
    """Yield everything that is wrong with the texts."""
    parts: dict[tuple[str, Place], list[str]] = defaultdict(list)
    for fil, place, text in g.filer.texts():
        yield from _personal(g, fil, place, text)
        if _is_free(place):
            yield from _condemning(g, fil, place, text)
            yield from _long(g, fil, place, text)
            parts[fil, place[:2] if len(place) > 1 and isinstance(place[1], int) else place[:1]] += _blocks(text)
    for (fil, place), blocks in parts.items():
        read = lasbarhet.of_text(*blocks)
        if read.lix is not None and read.lix > lasbarhet.TOO_HARD and read.ord >= lasbarhet.FEWEST_WORDS:
            what = f"Texten har LIX {swedish.number(read.lix)}, {lasbarhet.grade(read.lix)}. "
            yield g.fynd("svarlast-text", fil, place, f"{what}Sikta på högst {lasbarhet.TOO_HARD}.")


def _is_free(place: Place) -> bool:
    return not any(step in NAMES for step in place[-2:])


def _personal(g: Granskning, fil: str, place: Place, text: str) -> Iterator[Fynd]:
    publisher = g.modell.kommun.utgivare
    own = {publisher.kontakt.casefold(), publisher.telefon or ""} if publisher else set()
    for traff in personuppgifter.find(text):
        if traff.text.casefold() not in own:
            yield g.fynd(KODER[traff.slag], fil, place, _told(traff), hit=traff.text)


def _told(traff: Traff) -> str:
    return f"{NOUNS[traff.slag]} står i texten. Det börjar med {traff.maskerad}"


def _condemning(g: Granskning, fil: str, place: Place, text: str) -> Iterator[Fynd]:
    for word in dict.fromkeys(WORD.findall(text)):
        if entry := hard_words().get(stem(word)):
            what = f"”{word}”. {entry.varfor} {entry.hellre}"
            yield g.fynd("hart-ord", fil, place, what, hit=word)


def _long(g: Granskning, fil: str, place: Place, text: str) -> Iterator[Fynd]:
    for sentence in lasbarhet.of_text(*text.split("\n\n")).langa:
        words = sentence.split()
        if (n := len(lasbarhet.words(sentence))) > lasbarhet.TOO_LONG:
            what = f"En mening har {n} ord, fler än {lasbarhet.TOO_LONG}: ”{' '.join(words[:SHOWN])} …”"
            yield g.fynd("lang-mening", fil, place, what, hit=" ".join(words[:4]))


def _blocks(text: str) -> list[str]:
    """Return the paragraphs that hold whole sentences: a title or a name is no running text."""
    return [block for block in text.split("\n\n") if block.rstrip('”") \n').endswith((".", "!", "?", "…"))]


@cache
def hard_words() -> dict[str, Ord]:
    """Return the words that condemn, by stem, from `hardaord.csv`."""
    with HARDA_ORD.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {stem(word): Ord(row["varfor"], row["hellre"]) for row in rows for word in row["ord"].split()}


@cache
def stem(word: str) -> str:
    """Return a word's stem (Snowball, Swedish), which its inflected forms share."""
    return snowballstemmer.stemmer("swedish").stemWord(word.casefold())
