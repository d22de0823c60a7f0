"""A frame that says where its figures come from, and what was asked for and did not come.

It is a pandas DataFrame in all it does. What is computed from it is a plain DataFrame
again, which names no source: only what Kolada answered may say "Källa: Kolada".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from styrlib import artal, kalkylblad, sparning, swedish
from styrlib.errors import UnknownColumnError
from styrlib.render import render
from styrlib.snapshot import plain
from styrlib.stavning import in_swedish

SHOWN = 20  # rows in a notebook
MOST_COUNTED = 20_000  # values asked for; beyond that, counting what lacks would delay the answer
NAMED = 12  # codes of a kind that are explained below it
NOTHING = pd.DataFrame({"nyckeltal": [], "kommun": [], "ar": [], "orsak": []}, dtype="str")
EGEN = "Egen beräkning."
SPELLED = {  # words of the columns' names, as a reader meets them
    "ar": "år",
    "jamforelse": "jämförelse",
    "kon": "kön",
    "lan": "län",
    "mal": "mål",
    "malar": "målår",
    "malbild": "målbild",
    "malbilder": "målbilder",
    "malniva": "målnivå",
    "mats": "mäts",
    "namnd": "nämnd",
    "omrade": "område",
    "pa": "på",
    "upphorde": "upphörde",
    "varde": "värde",
}


NAMES = {
    "kpi": "nyckeltal",
    "municipality": "kommun",
    "period": "ar",
    "gender": "kon",
    "value": "varde",
    "count": "antal",
    "status": "status",
    "isdeleted": "borttaget",
}
KEYS = ["nyckeltal", "kommun", "ar", "kon"]
SEXES = ("T", "K", "M")


def tidy(raw: pa.Table, kon: Sequence[str] = SEXES) -> pd.DataFrame:
    """Return Kolada's values in the project's words.

    Parameters
    ----------
    raw
        The columns of a snapshot's `DATA_SCHEMA`.
    kon
        Which sexes to keep.

    Returns
    -------
    DataFrame
        nyckeltal, kommun (str), ar (int64), kon (str), varde (float64), antal (Int64), status
        (str: Kolada's, verbatim), borttaget (bool: withdrawn by Kolada), sorted by the first four.
    """
    if len(set(kon)) < len(SEXES):
        raw = raw.filter(pc.is_in(raw["gender"], pa.array(list(kon), pa.string())))
    kinds = {pa.int32(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    frame = _in_order(raw).to_pandas(types_mapper=kinds.get).rename(columns=NAMES)[list(NAMES.values())]
    dtypes = {"ar": "int64", "nyckeltal": "str", "kommun": "str", "kon": "str", "status": "str", "borttaget": "bool"}
    if frame.empty:  # text without rows keeps no kind that frames can be merged by
        return pd.DataFrame({name: pd.Series(dtype=dtypes.get(name, frame[name].dtype)) for name in frame})
    frame["borttaget"] = frame["borttaget"].fillna(value=False)
    return frame.astype(dtypes)


def _in_order(raw: pa.Table) -> pa.Table:
    """Return values sorted by `KEYS`, by numbers in place of names: three times as fast."""
    key = np.zeros(raw.num_rows, dtype="int64")
    for name in ("kpi", "municipality", "period", "gender"):
        column = raw[name].combine_chunks()
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        order = pc.rank(encoded.dictionary).to_numpy()
        key = key * (len(order) + 1) + order[encoded.indices.to_numpy()]
    return plain(raw.take(pa.array(np.argsort(key, kind="stable"))))


def absent(rows: pd.DataFrame, ids: Sequence[str], places: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """Return what was asked for and has no value, and why.

    Parameters
    ----------
    rows
        From `tidy`.
    ids, places
        What was asked for.
    years
        The years asked for; those that a nyckeltal has for any place when none is given.

    Returns
    -------
    DataFrame
        nyckeltal, kommun, ar (as `2013–2015, 2020`), orsak (str); ar is empty where a
        nyckeltal has no value at all.
    """
    if not ids or not places:
        return NOTHING.copy()
    has = rows["varde"].notna() & ~rows["borttaget"]
    have = pd.MultiIndex.from_frame(rows.loc[has, KEYS[:3]])
    known = rows.groupby("nyckeltal")["ar"].unique()
    # Year 0 stands for any: a nyckeltal without values has no years to be without.
    wanted = (pd.MultiIndex.from_product([[id_], places, years or known.get(id_, [0])], names=KEYS[:3]) for id_ in ids)
    missing = pd.concat([index.difference(have).to_frame(index=False) for index in wanted], ignore_index=True)
    empty = rows[~has].drop_duplicates(KEYS[:3])
    status = empty["status"].fillna("")
    why = ("Kolada svarar ”" + status + "”").mask(status == "", "tomt värde").mask(empty["borttaget"], "borttaget")
    found = missing.merge(empty[KEYS[:3]].assign(orsak=why), on=KEYS[:3], how="left").fillna({"orsak": "ingen rad"})
    grouped = found.groupby(["nyckeltal", "kommun", "orsak"], sort=False)["ar"]
    spans = grouped.agg(lambda some: artal.spans(year for year in some if year)).reset_index()
    return spans[["nyckeltal", "kommun", "ar", "orsak"]].astype("str")


@in_swedish
class Tabell(pd.DataFrame):
    """A frame with its source.

    Attributes
    ----------
    kalla
        The source, as a sentence.
    forklaringar
        What the codes mean: nyckeltal and their titles, kommun and their names.
    notis
        What the reader should know of the answer, as a sentence.
    """

    _metadata: ClassVar = ["_kalla", "_original", "forklaringar", "notis", "_lacking", "_asked", "_found"]

    def __init__(
        self,
        data: Any = None,
        *args: Any,
        kalla: str = EGEN,
        forklaringar: dict[str, str] | None = None,
        saknas: Callable[[], pd.DataFrame] = NOTHING.copy,
        asked: int = 0,
        notis: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(data, *args, **kwargs)
        self._kalla, self.forklaringar, self.notis = kalla, forklaringar or {}, notis
        self._original = self.copy(deep=False)  # a view: pandas copies only when one of the two is changed
        self._lacking, self._asked = saknas, asked
        self._found: pd.DataFrame | None = None

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def __getitem__(self, key: Any) -> Any:
        try:
            return super().__getitem__(key)
        except KeyError as error:
            wrong = [one for one in (key if isinstance(key, list) else [key]) if one not in self.columns]
            if not wrong:
                raise
            raise UnknownColumnError(wrong[0], self.columns) from error

    @property
    def kalla(self) -> str:
        """Källan som en mening; egen beräkning när något i tabellen är ändrat."""
        return self._kalla if self.equals(self._original) else EGEN

    def replaced(
        self,
        frame: pd.DataFrame,
        kalla: str | None = None,
        saknas: Callable[[], pd.DataFrame] = NOTHING.copy,
        asked: int = 0,
    ) -> Tabell:
        """Return another frame with the same explanations, and the same source unless another is given."""
        return Tabell(
            frame,
            kalla=kalla or self._kalla,
            forklaringar=self.forklaringar,
            saknas=saknas,
            asked=asked,
            notis=self.notis if frame.empty else "",  # why nothing came is why nothing came of it
        )

    def kept(self, frame: pd.DataFrame, kalla: str | None = None) -> Tabell:
        """Return another frame that lacks the same."""
        return self.replaced(frame, kalla, self._lacking, self._asked)

    def renamed(self, columns: dict[str, str]) -> Tabell:
        """Return the table with columns by other names, in what is lacking too."""
        lacking = partial(_renamed, self._lacking, columns)
        return self.replaced(self.rename(columns=columns), saknas=lacking, asked=self._asked)

    @property
    def saknas(self) -> pd.DataFrame:
        """Det som efterfrågades men inte kom, och varför: nyckeltal, kommun, ar, orsak."""
        if self._found is None:
            self._found = self._lacking()
        return self._found.copy()

    def spara(self, path: str | os.PathLike[str]) -> Path:
        """Spara tabellen som .xlsx eller .csv, med källan, så att svenska Excel läser den rätt.

        Raises
        ------
        InputError, StyrError
            As `sparning.save`.
        """
        about = {
            "Källa": self.kalla,
            "Att tänka på": self.notis,
            "Saknas": self._facts()["lacking"],
        }
        sheets = [kalkylblad.Blad("Tabell", pd.DataFrame(self))]
        codes = {code for name in self._named for code in self[name]}
        words = [(code, text) for code, text in self.forklaringar.items() if code in codes]
        if words:
            sheets.append(kalkylblad.Blad("Koder", pd.DataFrame(words, columns=["kod", "betyder"], dtype="str")))
        return sparning.save(
            path,
            {
                ".xlsx": partial(kalkylblad.write_xlsx, blad=sheets, om=about),
                ".csv": partial(kalkylblad.write_csv, rader=pd.DataFrame(self), om=self.kalla),
            },
        )

    def _repr_html_(self) -> str:
        rows = self.head(SHOWN).astype("object").to_numpy().tolist()
        decimals = {
            name: swedish.decimals_for(self[name].dropna(), "")
            for name in self
            if pd.api.types.is_float_dtype(self[name])
        }
        cells = [
            [_cell(value, decimals.get(name)) for name, value in zip(self.columns, row, strict=True)] for row in rows
        ]
        kinds = pd.api.types
        numeric = [kinds.is_numeric_dtype(dtype) and not kinds.is_bool_dtype(dtype) for dtype in self.dtypes]
        headings = [_heading(str(name)) for name in self.columns]
        return str(
            render(
                "tabell.html.j2",
                tabell=self,
                headings=headings,
                cells=cells,
                numeric=numeric,
                shown=SHOWN,
                **self._facts(),
            )
        )

    def __repr__(self) -> str:
        facts = self._facts()
        notes = filter(None, [self.notis, self.kalla, facts["lacking"]])
        with pd.option_context("display.width", 120, "display.max_columns", 20):
            return "\n".join(["Inga rader." if self.empty else super().__repr__(), *notes])

    @property
    def _named(self) -> list[str]:
        """The columns whose codes are explained."""
        return [name for name in ("nyckeltal", "kommun", "enhet") if name in self]

    def _facts(self) -> dict[str, Any]:
        if self._asked > MOST_COUNTED:
            text, lacking = "Om något inte kom säger .saknas vad och varför.", 1
        else:
            lacking = len(self.saknas)
            text = f"Allt kom inte: {lacking} {'rad' if lacking == 1 else 'rader'} i .saknas säger vad och varför."
        codes = {code for name in self._named for code in self[name].unique()[:NAMED]}
        words = {code: text for code, text in self.forklaringar.items() if code in codes}
        return {"lacking": text if lacking else "", "words": words}


def _heading(name: str) -> str:
    """Return a column's name as Swedish: `senaste_ar` is `senaste år`."""
    return " ".join(SPELLED.get(word, word) for word in name.split("_"))


def _cell(value: Any, decimals: int | None) -> str:
    if pd.isna(value):
        return swedish.MISSING
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return str(value) if decimals is None else swedish.number(value, decimals)


def _renamed(lacking: Callable[[], pd.DataFrame], columns: dict[str, str]) -> pd.DataFrame:
    return lacking().rename(columns=columns)
