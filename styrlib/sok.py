"""Find nyckeltal by words, ranked.

SQLite's full-text index does the work, with trigrams: "skola" finds "grundskolan", as
Swedish joins its words. Words are stemmed (Snowball) and å, ä and ö are folded in both
question and text, so that "aldre" and "äldres" find "äldre". A hit in the title counts
more than one in the description, the start of a word more than its middle (BM25).
"""

from __future__ import annotations

import re
import sqlite3
from functools import cache

import pandas as pd
import snowballstemmer

from styrlib.errors import fold

# BM25 with weights for the id, the title and the description.
QUERY = "SELECT rowid FROM ord WHERE ord MATCH ? ORDER BY bm25(ord, 10.0, 5.0, 1.0), id"
WORD = re.compile(r"\w+")
LEAST = 3  # a trigram; shorter words must be whole


class Sokindex:
    """An index over a catalogue of nyckeltal.

    Parameters
    ----------
    nyckeltal
        The frame of `nyckeltal.catalogue`.
    """

    def __init__(self, nyckeltal: pd.DataFrame) -> None:
        self._nyckeltal = nyckeltal
        self._index = sqlite3.connect(":memory:", check_same_thread=False)
        self._index.execute("CREATE VIRTUAL TABLE ord USING fts5(id, titel, beskrivning, tokenize='trigram')")
        columns = nyckeltal[["nyckeltal", "titel", "beskrivning"]].fillna("").itertuples(index=False)
        rows = ([_padded(text) for text in row] for row in columns)
        self._index.executemany("INSERT INTO ord VALUES (?, ?, ?)", rows)

    def __call__(self, text: str) -> pd.DataFrame:
        """Return the rows that have all the words, best first; those with any of them where none has all."""
        return self.hits(text)[0]

    def hits(self, text: str) -> tuple[pd.DataFrame, bool]:
        """Return the rows that have all the words, best first, and True; or those that have any of them, and False."""
        words = [_question(word) for word in WORD.findall(text)]
        if not words:
            return self._nyckeltal, True
        for joined in (" AND ", " OR "):
            found = [row - 1 for (row,) in self._index.execute(QUERY, [joined.join(words)])]
            if found:
                return self._nyckeltal.iloc[found], joined == " AND "
        return self._nyckeltal.iloc[:0], True


def _padded(text: str) -> str:
    return f" {' '.join(WORD.findall(fold(text)))} "


def _question(word: str) -> str:
    stem = stam(word)
    if len(stem) < LEAST:
        return f'" {fold(word)} "'
    return f'("{stem}" OR " {stem}")'


def stam(word: str) -> str:
    """Return the stem of a word, without case and diacritics."""
    text = word.casefold()
    if len(text) > 4 and re.fullmatch(r".*[aiouyåäö]n", text):  # Snowball leaves the definite -n: skolan, ekonomin
        text = text[:-1]
    return fold(_stemmer().stemWord(text))


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("swedish")
