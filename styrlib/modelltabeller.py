"""The steering model as tidy frames, one row per part, in the words of its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from styrlib import aktiviteter as aktiviteter_
from styrlib import swedish
from styrlib.falt import Day, Status
from styrlib.styrmodell import Malbild, Namnd, Nyckeltal, Styrmodell

COLUMNS = {
    "namnder": {
        "namnd": "str",
        "kortnamn": "str",
        "namn": "str",
        "verksamheter": "int64",
        "malbilder": "int64",
        "nyckeltal": "int64",
        "uppdrag": "int64",
        "aktiviteter": "int64",
    },
    "malbilder": {
        "namnd": "str",
        "malbild": "str",
        "rubrik": "str",
        "verksamhet": "str",
        "mal": "str",
        "nyckeltal": "int64",
        "aktiviteter": "int64",
        "bedomning": "str",
    },
    "nyckeltal": {
        "nyckeltal": "str",
        "namn": "str",
        "enhet": "str",
        "riktning": "str",
        "malniva": "float64",
        "malar": "Int64",
        "namnd": "str",
        "malbild": "str",
    },
    "uppdrag": {
        "namnd": "str",
        "uppdrag": "str",
        "rubrik": "str",
        "ar": "str",
        "status": "str",
        "slut": "str",
        "exempel": "bool",
    },
    "aktiviteter": {
        "namnd": "str",
        "aktivitet": "str",
        "rubrik": "str",
        "hor_till": "str",
        "ansvarig": "str",
        "status": "str",
        "slut": "str",
    },
    "malnyckeltal": {
        "mal": "int64",
        "nyckeltal": "str",
        "titel": "str",
        "foljs_av": "str",
        "mats": "bool",
        "senaste_ar": "Int64",
        "koppling": "str",
    },
}


def namnder(modell: Styrmodell) -> pd.DataFrame:
    """Return the nämnder: namnd (str: id), kortnamn, namn (str), and how many (int64) of each part they have."""
    insatser = aktiviteter_.by_namnd(aktiviteter_.every(modell))
    return _frame(
        "namnder",
        (
            (
                n.id,
                n.kortnamn,
                n.namn,
                len(n.verksamheter),
                len(n.malbilder),
                sum(len(m.nyckeltal) for m in n.malbilder),
                len(n.uppdrag),
                len(insatser.get(n.id, [])),
            )
            for n in modell.namnder
        ),
    )


def malbilder(modell: Styrmodell) -> pd.DataFrame:
    """Return the målbilder.

    Returns
    -------
    DataFrame
        namnd, malbild (str: ids), rubrik, verksamhet (str), mal (str: the goals that it links to, as `3, 11`),
        nyckeltal, aktiviteter (int64: how many), bedomning (str: of the current period; missing without one).
    """
    return _frame(
        "malbilder",
        (
            (
                n.id,
                m.id,
                m.rubrik,
                n.verksamhet(m.verksamhet).namn,
                ", ".join(str(goal) for goal in sorted({link.mal for link in m.lankar})),
                len(m.nyckeltal),
                len(m.aktiviteter),
                bedomning(modell, m),
            )
            for n in modell.namnder
            for m in n.malbilder
        ),
    )


def nyckeltal(modell: Styrmodell, titlar: Mapping[str, str]) -> pd.DataFrame:
    """Return every nyckeltal under every målbild that it follows.

    Parameters
    ----------
    modell
        The model.
    titlar
        Kolada's titles by id, for those without a short name.

    Returns
    -------
    DataFrame
        nyckeltal (str: id), namn, enhet, riktning (str), malniva (float64, in its unit), malar (Int64),
        namnd, malbild (str: ids).
    """
    return _frame(
        "nyckeltal",
        (
            (
                k.id,
                namn(k, titlar),
                k.enhet,
                swedish.WORDS[k.riktning],
                k.malniva,
                k.malar,
                n.id,
                m.id,
            )
            for n in modell.namnder
            for m, k in n.nyckeltal()
        ),
    )


def uppdrag(modell: Styrmodell) -> pd.DataFrame:
    """Return kommunfullmäktiges uppdrag: namnd, uppdrag (str: ids), rubrik, ar, status, slut (str), exempel (bool)."""
    return _frame(
        "uppdrag",
        (
            (n.id, u.id, u.rubrik, ", ".join(map(str, u.ar)), swedish.WORDS[u.status], _day(u.slut), u.exempel)
            for n in modell.namnder
            for u in n.uppdrag
        ),
    )


def aktiviteter(modell: Styrmodell) -> pd.DataFrame:
    """Return the aktiviteter: namnd, aktivitet (str: ids), rubrik, hor_till, ansvarig, status, slut (str)."""
    return _frame(
        "aktiviteter",
        (
            (
                i.namnd.id,
                i.aktivitet.id,
                i.aktivitet.rubrik,
                i.hor_till.rubrik,
                i.aktivitet.ansvarig,
                swedish.WORDS[Status(i.aktivitet.status)],
                _day(i.aktivitet.slut),
            )
            for i in aktiviteter_.every(modell)
        ),
    )


def malnyckeltal(
    modell: Styrmodell, malkoppling: pd.DataFrame, titlar: pd.DataFrame, varden: pd.DataFrame, till: int
) -> pd.DataFrame:
    """Return the nyckeltal of the goals, and which of them the model follows.

    Parameters
    ----------
    modell
        The model.
    malkoppling, titlar, varden
        The processed tables malkoppling, nyckeltal and varden; of the values, the municipality's own.
    till
        The last year of which there can be figures: Kolada's projections come after it.

    Returns
    -------
    DataFrame
        mal (int64), nyckeltal, titel (str), foljs_av (str: short names of nämnder; missing when none does),
        mats (bool: whether Kolada still measures it), senaste_ar (Int64: the last year with a value for the
        municipality), koppling (str: "RKA" or "kommunen"). Followed first, then those that can be followed.
    """
    users: dict[str, dict[str, None]] = {}
    for namnd in modell.namnder:
        for _, one in namnd.nyckeltal():
            users.setdefault(one.id, {})[namnd.kortnamn] = None
    known = titlar.set_index("nyckeltal")
    there = varden[varden["varde"].notna() & (varden["ar"] <= till)]
    latest = there.groupby(there["nyckeltal"].astype(str))["ar"].max()
    rows = [
        (
            link.mal,
            link.nyckeltal,
            known["titel"].get(link.nyckeltal),
            ", ".join(users.get(link.nyckeltal, {})) or None,
            link.nyckeltal in known.index and bool(pd.isna(known["upphorde"][link.nyckeltal])),
            latest.get(link.nyckeltal),
            link.kalla,
        )
        for link in malkoppling.itertuples()
    ]
    found = _frame("malnyckeltal", rows)
    order = pd.DataFrame(
        {"mal": found["mal"], "a": found["foljs_av"].isna(), "b": ~found["mats"], "c": found["senaste_ar"].isna()}
    )
    keys = order.assign(nyckeltal=found["nyckeltal"]).sort_values(["mal", "a", "b", "c", "nyckeltal"]).index
    return found.loc[keys].reset_index(drop=True)


def namn(one: Nyckeltal, titlar: Mapping[str, str]) -> str:
    """Return what a nyckeltal is called: the nämnd's own short name, else Kolada's title."""
    return one.kortnamn or titlar.get(one.id, one.id)


def bedomning(modell: Styrmodell, malbild: Malbild) -> str | None:
    """Return the grade of the current period in words, or None."""
    found = (swedish.WORDS[b.grad] for b in malbild.bedomningar if b.period == modell.aktuell.id)
    return next(found, None)


def of(frame: pd.DataFrame, namnd: Namnd, malbild: Malbild | None = None) -> pd.DataFrame:
    """Return the rows of a nämnd, or of one of its målbilder."""
    mine = frame["namnd"] == namnd.id
    if malbild is not None:
        mine &= (frame["malbild"] == malbild.id) if "malbild" in frame else (frame["hor_till"] == malbild.rubrik)
    return frame[mine].reset_index(drop=True)


def _day(day: Day | None) -> str | None:
    return day.isoformat() if day else None


def _frame(name: str, rows: Iterable[Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(COLUMNS[name])).astype(COLUMNS[name])
