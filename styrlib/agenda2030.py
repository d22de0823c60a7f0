"""Agenda 2030: the 17 goals, and which nyckeltal follow which goal.

The mapping starts from RKA's selection of nyckeltal (`data/raw/agenda2030`) and carries
the municipality's own changes (`agenda2030:` in kommun.yaml), so that both can be told
apart. Who uses which nyckeltal for which goal can be asked both ways.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from styrlib.errors import InputError
from styrlib.falt import GOALS
from styrlib.styrmodell import Aspekter, Omlankning

LEVELS = ("hog", "medel", "lag")


def read_goals(folder: Path, aspekter: Aspekter) -> pd.DataFrame:
    """Return the 17 goals: mal (int), namn, farg, aspekter (str)."""
    goals = _read(folder / "mal.csv", ["mal", "namn", "farg"])
    if list(goals["mal"]) != list(GOALS):
        raise InputError(f"Filen {folder / 'mal.csv'} ska ha målen 1–17, ett per rad och i ordning.")
    return goals.assign(aspekter=[", ".join(aspekter.mal[goal]) for goal in goals["mal"]])


def read_links(folder: Path, changes: Iterable[Omlankning]) -> pd.DataFrame:
    """Return RKA's mapping with the municipality's changes.

    Returns
    -------
    DataFrame
        nyckeltal (str), mal (int), kalla ("RKA" or "kommunen"), sakerhet (str), skal (str).
    """
    links = read_selection(folder)
    links = links.assign(kalla="RKA", skal=None)
    for change in changes:
        gone = (links["nyckeltal"] == change.nyckeltal) & links["mal"].isin([*change.bort, *change.till])
        new = [
            {"nyckeltal": change.nyckeltal, "mal": goal, "kalla": "kommunen", "sakerhet": "hog", "skal": change.skal}
            for goal in change.till
        ]
        links = pd.concat([links[~gone], pd.DataFrame(new, columns=links.columns)], ignore_index=True)
    return links.sort_values(["mal", "nyckeltal"], ignore_index=True)


def read_selection(folder: Path) -> pd.DataFrame:
    """Return RKA's selection: nyckeltal (str), mal (int), sakerhet (str)."""
    path = folder / "nyckeltal.csv"
    links = _read(path, ["nyckeltal", "mal", "sakerhet"])
    wrong = ~links["mal"].between(1, 17) | ~links["sakerhet"].isin(LEVELS)
    if wrong.any():
        line = int(wrong.to_numpy().argmax()) + 2
        raise InputError(f"{path}, rad {line}: mal ska vara 1–17 och sakerhet hog, medel eller lag.")
    return links


def nyckeltal_for_mal(malkoppling: pd.DataFrame, anvandning: pd.DataFrame, mal: int) -> pd.DataFrame:
    """Return every nyckeltal that follows a goal, and who uses it.

    Parameters
    ----------
    malkoppling, anvandning
        The processed tables of those names.
    mal
        The goal's number.

    Returns
    -------
    DataFrame
        nyckeltal, kalla, sakerhet, skal, namnd, malbild (str); one row per use, with
        namnd and malbild missing for a nyckeltal that no body uses.
    """
    linked = malkoppling[malkoppling["mal"] == mal].drop(columns="mal")
    return linked.merge(anvandning, on="nyckeltal", how="left").reset_index(drop=True)


def mal_for_nyckeltal(malkoppling: pd.DataFrame, anvandning: pd.DataFrame, nyckeltal: str) -> pd.DataFrame:
    """Return every goal that a nyckeltal follows, and who uses it.

    Returns
    -------
    DataFrame
        mal (int), kalla, sakerhet, skal, namnd, malbild (str); one row per goal and use.
    """
    linked = malkoppling[malkoppling["nyckeltal"] == nyckeltal]
    joined = linked.merge(anvandning, on="nyckeltal", how="left")
    return joined.drop(columns="nyckeltal").reset_index(drop=True)


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    try:
        # Ids are text; only the goal's number is a number.
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        return frame[columns].astype({"mal": int})
    except (OSError, ValueError, KeyError, OverflowError) as error:
        message = f"Filen {path} kan inte läsas. Den ska vara en CSV i UTF-8 med kolumnerna {', '.join(columns)}."
        raise InputError(message) from error
