"""What an utredare asks of values: the latest, the change, the rank, the co-variation.

Pure functions on tidy frames of values with at least nyckeltal, kommun, ar, kon and
varde. All of it is "Egen beräkning": Kolada never stands as its source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd
from scipy import stats

from styrlib import analysis, swedish
from styrlib.render import Html
from styrlib.tabell import EGEN

KEYS = ["nyckeltal", "kommun", "kon"]
COVERAGE = 0.5  # of the municipalities, for a year that others are compared in
FEWEST = 10  # municipalities for a rank or a correlation that says anything


def coverage(varden: pd.DataFrame) -> pd.DataFrame:
    """Return how many municipalities have a value, per nyckeltal, year and sex.

    Returns
    -------
    DataFrame
        nyckeltal (str), ar (int64), kon (str), kommuner (int64); years without any value
        are not there.
    """
    found = varden[varden["varde"].notna()]
    counted = found.groupby(["nyckeltal", "ar", "kon"], observed=True)["kommun"].nunique()
    return counted.rename("kommuner").reset_index()


def latest(varden: pd.DataFrame, tackning: float = 0.0, bland: Collection[str] | None = None) -> pd.DataFrame:
    """Return each nyckeltal's values of one year: the latest that enough municipalities have.

    Parameters
    ----------
    varden
        Tidy values.
    tackning
        Least share of the municipalities that have a value in the fullest year. With 0,
        each municipality's own latest value is taken, whatever year it is of.
    bland
        The municipalities that are counted; all in the frame unless given.

    Returns
    -------
    DataFrame
        The rows chosen, missing values left out.
    """
    found = varden[varden["varde"].notna()]
    if tackning <= 0:
        return found[found["ar"] == found.groupby(KEYS, observed=True)["ar"].transform("max")]
    counted = coverage(found if bland is None else found[found["kommun"].isin(bland)])
    fullest = counted.groupby(["nyckeltal", "kon"], observed=True)["kommuner"].transform("max")
    enough = counted[counted["kommuner"] >= tackning * fullest]
    years = enough.groupby(["nyckeltal", "kon"], observed=True)["ar"].max().rename("senaste").reset_index()
    chosen = found.merge(years, on=["nyckeltal", "kon"])
    return chosen[chosen["ar"] == chosen["senaste"]].drop(columns="senaste").reset_index(drop=True)


def change(varden: pd.DataFrame, fran: int, till: int) -> pd.DataFrame:
    """Return the change of each series between two years.

    Returns
    -------
    DataFrame
        nyckeltal, kommun, kon (str), fran, till (int64), fore, efter, skillnad (float64, the
        nyckeltal's unit), procent (float64: of `fore`; missing where that is 0 or less).
        Series that lack either year have missing values.
    """
    both = varden[varden["ar"].isin([fran, till])]
    before, after = (both.loc[both["ar"] == year, [*KEYS, "varde"]] for year in (fran, till))
    wide = before.rename(columns={"varde": "fore"}).merge(
        after.rename(columns={"varde": "efter"}), on=KEYS, how="outer"
    )
    difference = wide["efter"] - wide["fore"]
    percent = (100 * difference / wide["fore"]).where(wide["fore"] > 0)
    years = wide.assign(fran=fran, till=till, skillnad=difference, procent=percent)
    return years[[*KEYS, "fran", "till", "fore", "efter", "skillnad", "procent"]]


def rank(varden: pd.DataFrame, hogst_forst: bool = True) -> pd.DataFrame:
    """Return each value's place among the municipalities of the same year and sex.

    Equal values share the best place (competition ranking). Quartile 1 is the first
    quarter by `(place - 1) / number`, as öppna jämförelser divides municipalities.

    Returns
    -------
    DataFrame
        nyckeltal, kommun (str), ar (int64), kon (str), varde (float64), plats, antal_kommuner
        (int64), kvartil (Int8: missing where fewer than ten municipalities have a value).
    """
    found = varden[varden["varde"].notna()]
    groups = found.groupby(["nyckeltal", "ar", "kon"], observed=True)["varde"]
    place = groups.rank(method="min", ascending=not hogst_forst).astype("int64")
    number = groups.transform("size").astype("int64")
    quarter = ((place - 1) * 4 // number + 1).astype("Int8").where(number >= FEWEST)
    columns = ["nyckeltal", "kommun", "ar", "kon", "varde"]
    return found[columns].assign(plats=place, antal_kommuner=number, kvartil=quarter).reset_index(drop=True)


def distribution(varden: pd.DataFrame) -> pd.DataFrame:
    """Return how each nyckeltal's values are spread over municipalities, per year and sex.

    Returns
    -------
    DataFrame
        nyckeltal (str), ar (int64), kon (str), kommuner (int64), lagst, undre_kvartil, median,
        ovre_kvartil, hogst, medel, standardavvikelse (float64; of a sample, missing for one
        value). Quartiles by linear interpolation (Hyndman and Fan 1996, type 7).
    """
    names = {
        "count": "kommuner",
        "min": "lagst",
        "25%": "undre_kvartil",
        "50%": "median",
        "75%": "ovre_kvartil",
        "max": "hogst",
        "mean": "medel",
        "std": "standardavvikelse",
    }
    found = varden[varden["varde"].notna()].groupby(["nyckeltal", "ar", "kon"], observed=True)["varde"].describe()
    return found[list(names)].rename(columns=names).reset_index().astype({"kommuner": "int64"})


def compare(own: pd.DataFrame, everyone: pd.DataFrame, groups: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """Return one municipality's values beside others'.

    Parameters
    ----------
    own
        The municipality's values: one per nyckeltal, year and sex.
    everyone
        Values of the same years, the groups' members among them.
    groups
        What to compare with → the codes of its members.

    Returns
    -------
    DataFrame
        nyckeltal (str), ar (int64), kon, jamforelse (str), varde, skillnad (float64: own value
        less this one), med_varde, kommuner (int64).
    """
    keys = ["nyckeltal", "ar", "kon"]
    parts = []
    for name, members in groups.items():
        means = analysis.group_mean(everyone, list(members)).rename(columns={"antal_medlemmar": "med_varde"})
        beside = own[[*keys, "varde"]].merge(means, on=keys, how="left", suffixes=("_egen", ""))
        beside["skillnad"] = beside["varde_egen"] - beside["varde"]
        beside["med_varde"] = beside["med_varde"].fillna(0).astype("int64")
        parts.append(beside.assign(jamforelse=name, kommuner=len(members), ordning=len(parts)))
    columns = [*keys, "jamforelse", "varde", "skillnad", "med_varde", "kommuner"]
    return pd.concat(parts).sort_values([*keys, "ordning"], ignore_index=True)[columns]


@dataclass(frozen=True, repr=False)
class Samvariation:
    """How two nyckeltal vary together over municipalities.

    Attributes
    ----------
    nyckeltal
        The two ids.
    ar
        The year; None where no year has both.
    kommuner
        How many have both values.
    spearman, pearson
        Coefficients from -1 to 1; None where fewer than ten have both, or one does not vary.
    fran, till
        95 % interval of `pearson`, by Fisher's transformation.
    """

    nyckeltal: tuple[str, str]
    ar: int | None
    kommuner: int
    spearman: float | None
    pearson: float | None
    fran: float | None
    till: float | None

    def __str__(self) -> str:
        what = f"{self.nyckeltal[0]} och {self.nyckeltal[1]}"
        if self.spearman is None:
            why = f"{self.kommuner} kommuner har båda" + (f" {self.ar}" if self.ar else "")
            return f"{what}: går inte att bedöma, {why}. {EGEN}"
        rho, r, low, high = (swedish.number(n, 2) for n in (self.spearman, self.pearson, self.fran, self.till))
        return (
            f"{what} i {self.kommuner} kommuner {self.ar}: Spearman {rho}, Pearson {r} "
            f"(95 procents intervall {low} till {high}). Samvariation säger inget om orsak. {EGEN}"
        )

    __repr__ = __str__

    def _repr_html_(self) -> Html:
        return Html("<p>{}</p>").format(self)


def correlation(varden: pd.DataFrame, ett: str, annat: str) -> Samvariation:
    """Return how two nyckeltal vary together over the municipalities that have both.

    The latest year in which at least half as many municipalities as in the fullest have both.

    Parameters
    ----------
    varden
        Tidy values of the two nyckeltal and one sex.
    ett, annat
        Their ids.

    Notes
    -----
    Spearman's rank correlation (1904) bears outliers and curved relations; Pearson's (1895)
    is given beside it, with Fisher's interval (1921). Neither says what causes what.
    """
    wide = varden.pivot_table(index=["ar", "kommun"], columns="nyckeltal", values="varde").reindex(columns=[ett, annat])
    both = wide.dropna()
    counted = both.groupby("ar").size()
    enough = counted[counted >= COVERAGE * counted.max()]
    if enough.empty:
        return Samvariation((ett, annat), None, 0, None, None, None, None)
    ar = int(enough.index.max())
    x, y = both.loc[ar, ett], both.loc[ar, annat]
    if len(x) < FEWEST or (x == x.iloc[0]).all() or (y == y.iloc[0]).all():
        return Samvariation((ett, annat), ar, len(x), None, None, None, None)
    pearson = stats.pearsonr(x, y)
    low, high = pearson.confidence_interval(0.95)
    rho = stats.spearmanr(x, y).statistic
    return Samvariation((ett, annat), ar, len(x), float(rho), float(pearson.statistic), float(low), float(high))
