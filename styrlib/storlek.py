"""The spread that municipalities of the same size have: an empirical funnel over population.

Values of small municipalities spread more. A funnel plot gives each unit limits of its own, wider the smaller it is:
Spiegelhalter (2005), "Funnel plots for comparing institutional performance", Statistics in Medicine 24. His limits
follow from standard errors. Kolada does not say what its values rest on, so these limits are found in the values:
they hold the middle 90 % of the municipalities nearest in population, on a logarithmic scale as sizes are skewed.

The percentiles stand at rank (n + 1)p (Weibull 1939; type 6 of Hyndman and Fan 1996): one more value, drawn as the
others were, then falls outside ten times in a hundred, whatever their distribution. Measured in `docs/metod.md`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from styrlib import analysis

NEAREST = 60
FEWEST = 30  # the limits are then between the first and the second value from either end
SAME_SIZE = 3.0  # at most so many times as large, or small: beyond it the nearest are not of the same size
MIDDLE = 0.90
OUTSIDE = 1 - MIDDLE  # of the values, by definition


@dataclass(frozen=True, slots=True)
class Storlek:
    """A value beside those of the municipalities nearest in population.

    `nedre` and `ovre` hold the middle 90 % of the `antal` municipalities' values, the municipality's own not among
    them; `utanfor` is 1 above, -1 below and 0 within. It says nothing of good or bad.
    """

    nedre: float
    ovre: float
    antal: int
    utanfor: int
    minst: int  # inhabitants of the smallest and the largest among them
    storst: int


def judge(
    rows: pd.DataFrame, kommun: str, ar: int, *, kommuner: Collection[str], invanare: pd.Series
) -> Storlek | None:
    """Return the spread among municipalities of the same size, and whether the municipality's value is outside it.

    Says nothing of sheer numbers, which follow size: they are not to be asked for.

    Parameters
    ----------
    rows
        Processed values of one nyckeltal: at least kommun, ar, kon and varde. Only kon T of the year is looked at.
    kommun
        The municipality's code.
    ar
        The year.
    kommuner
        Codes of all municipalities: no regions, and not riket.
    invanare
        Inhabitants by municipality's code.

    Returns
    -------
    Storlek or None
        None where the municipality has no value or no known population, or fewer than 30 municipalities from a third
        of its population to three times as many have a value.
    """
    values = analysis.of_year(rows, ar)
    people = {str(code): float(number) for code, number in invanare.items() if number > 0}
    if kommun not in values or kommun not in people:
        return None
    others = sorted((values.keys() & people.keys() & set(kommuner)) - {kommun})
    sizes = np.array([people[code] for code in others])
    distance = np.abs(np.log(sizes / people[kommun]))
    nearest = [n for n in np.argsort(distance, kind="stable") if distance[n] <= np.log(SAME_SIZE)][:NEAREST]
    if len(nearest) < FEWEST:
        return None
    tails = ((1 - MIDDLE) / 2, (1 + MIDDLE) / 2)
    nedre, ovre = np.quantile([values[others[n]] for n in nearest], tails, method="weibull")
    own = values[kommun]
    return Storlek(
        float(nedre),
        float(ovre),
        len(nearest),
        int(own > ovre) - int(own < nedre),
        round(sizes[nearest].min()),
        round(sizes[nearest].max()),
    )
