"""Measure what the chances of `maluppfyllelse` are worth, beside other ways to look ahead.

    python benchmarks/chans.py FOLDER

FOLDER holds Kolada's whole table: figures.parquet, kpi.csv and municipality.csv.

A case is a nyckeltal, a municipality and a year t with a value and at least five more in t-9…t,
not all equal, and a value in one of t+1…t+5; at most `MOST` cases of a nyckeltal, so that they
weigh alike. Pretend targets lie 0.25–2 of the window's own standard deviations from the latest
value, above (higher is better) and below (lower is better), rounded as printed, within what a
share can be. A target is reached when the value of the target year is at the level as printed.

The share of the pace was chosen on nyckeltal whose id has an even CRC-32; all else is from the others.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from utveckling import INVANARE, SMALL, load

sys.path.insert(0, str(Path(__file__).parent.parent))

from styrlib import maluppfyllelse, swedish
from styrlib.falt import Riktning

WINDOW, AHEAD, MOST = maluppfyllelse.WINDOW, maluppfyllelse.LONGEST, 80
FAR = (0.25, 0.5, 1.0, 1.5, 2.0)  # from the latest value to the target, in the window's standard deviations
BINS = (0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)  # the least chance of each
YEARS = np.arange(1 - WINDOW, 1)


@dataclass
class Cases:
    """Windows of ten years, the five years after, and what is known of each."""

    windows: np.ndarray
    after: np.ndarray
    decimals: np.ndarray
    percent: np.ndarray
    nyckeltal: np.ndarray
    small: np.ndarray

    def where(self, chosen: np.ndarray) -> Cases:
        return Cases(*(part[chosen] for part in vars(self).values()))


def cases(wide: pd.DataFrame, titles: pd.Series, chance: np.random.Generator) -> Cases:
    """Return the cases, at most `MOST` of each nyckeltal."""
    values, known = wide.to_numpy(), wide.notna().to_numpy()
    found = []
    for end in range(WINDOW, values.shape[1]):
        window = slice(end - WINDOW, end)
        enough = (known[:, window].sum(1) >= maluppfyllelse.FEWEST) & known[:, end - 1]
        rows = np.flatnonzero(enough & known[:, end : end + AHEAD].any(1))
        moved = rows[np.nanmax(values[rows, window], 1) > np.nanmin(values[rows, window], 1)]
        found.append(np.column_stack([moved, np.full(len(moved), end)]))
    row, end = chance.permutation(np.concatenate(found)).T
    ids = wide.index.get_level_values(0).to_numpy()
    few = pd.Series(ids[row]).groupby(ids[row]).cumcount().to_numpy() < MOST
    row, end = row[few], end[few]
    padded = np.hstack([values, np.full((len(values), AHEAD), np.nan)])
    percent = titles.reindex(ids[row], fill_value="").str.contains("%", regex=False).to_numpy()
    decimals = {
        id_: swedish.decimals_for(padded[row[ids[row] == id_]].ravel(), "procent" if "%" in titles.get(id_, "") else "")
        for id_ in np.unique(ids[row])
    }
    inhabitants = wide.loc[INVANARE].iloc[:, -1].reindex(wide.index.get_level_values(1)[row])
    return Cases(
        padded[row[:, None], end[:, None] + np.arange(-WINDOW, 0)],
        padded[row[:, None], end[:, None] + np.arange(AHEAD)],
        np.array([decimals[id_] for id_ in ids[row]]),
        percent,
        ids[row],
        inhabitants.lt(SMALL).to_numpy(),
    )


def printed(values: np.ndarray, decimals: np.ndarray) -> np.ndarray:
    return np.floor(values * 10.0**decimals + 0.5 + 1e-9) / 10.0**decimals


@dataclass
class Seen:
    """What the ways to look ahead may use of the windows: the municipality's own series."""

    windows: np.ndarray

    def __post_init__(self) -> None:
        w = self.windows
        i, j = np.triu_indices(WINDOW, 1)
        self.known = np.isfinite(w)
        self.number, self.latest = self.known.sum(1), w[:, -1]
        self.mean, self.deviation = np.nanmean(w, 1), np.nanstd(w, 1, ddof=1)
        self.pace = np.nanmedian((w[:, j] - w[:, i]) / (j - i), 1)
        self.step = np.array([maluppfyllelse.spread(row[k], YEARS[k]) for row, k in zip(w, self.known, strict=True)])
        self.now = np.nanmedian(w - self.pace[:, None] * YEARS, 1)  # of the line
        residuals = w - self.now[:, None] - self.pace[:, None] * YEARS
        self.residual = np.sqrt(np.nansum(residuals**2, 1) / (self.number - 2))
        years = np.where(self.known, YEARS, np.nan)
        self.middle_year, self.years_squared = np.nanmean(years, 1), np.nanvar(years, 1) * self.number


# --- The ways to look ahead: what is seen, years left → middle, scale, degrees of freedom -----------------------------

Way = Callable[[Seen, int], tuple[np.ndarray, np.ndarray, np.ndarray]]


def drift(share: float) -> Way:
    return lambda s, left: (s.latest + share * s.pace * left, s.step * left**0.5, s.number - 1)


def damped(s: Seen, left: int, keep: float = 0.8) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return s.latest + s.pace * sum(keep**year for year in range(1, left + 1)), s.step * left**0.5, s.number - 1


def line(s: Seen, left: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    width = np.sqrt(1 + 1 / s.number + (left - s.middle_year) ** 2 / s.years_squared)
    return s.now + s.pace * left, s.residual * width, s.number - 2


def returning(s: Seen, left: int, keep: float = 0.8) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    scale = s.step * np.sqrt((1 - keep ** (2 * left)) / (2 * (1 - keep)))
    return s.mean + keep**left * (s.latest - s.mean), scale, s.number - 1


def climate(s: Seen, left: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # noqa: ARG001  (any year alike)
    return s.mean, s.deviation * np.sqrt(1 + 1 / s.number), s.number - 1


WAYS: dict[str, Way] = {
    "random walk": drift(0),
    "random walk, whole pace": drift(1),
    "random walk, damped pace": damped,
    "Theil-Sen line": line,
    "returning to the mean": returning,
    "the window's own values": climate,
    "random walk, third of pace": drift(maluppfyllelse.PACE),
}


@dataclass
class Said:
    """Chances, what happened, and of which case, level, side and years ahead."""

    chans: np.ndarray
    happened: np.ndarray
    case: np.ndarray
    left: np.ndarray
    level: np.ndarray
    sign: np.ndarray

    def where(self, chosen: np.ndarray) -> Said:
        return Said(*(part[chosen] for part in vars(self).values()))

    @property
    def brier(self) -> float:
        return float(((self.chans - self.happened) ** 2).mean())


def alike(case: np.ndarray, number: float) -> np.ndarray:
    return np.full(len(case), number)


def say(c: Cases, s: Seen, way: Way, far: tuple[float, ...] = FAR) -> Said:
    """Return what a way says of the pretend targets; the levels are the same for all ways."""
    parts, half = [], 0.5 * 10.0**-c.decimals
    low, high = np.nanmin(c.windows, 1), np.nanmax(c.windows, 1)
    least = np.where(low >= 0, 0, -np.inf)
    most = np.where(c.percent & (low >= 0) & (high <= 100), 100, np.inf)
    for sign in (1, -1):
        for distance in far:
            level = printed(s.latest + sign * distance * s.deviation, c.decimals)
            not_yet = sign * (level - printed(s.latest, c.decimals)) > 0
            possible = (not_yet if distance > 0 else ~not_yet) & (level > least) & (level < most)
            for left in range(1, AHEAD + 1):
                case = np.flatnonzero(possible & np.isfinite(c.after[:, left - 1]))
                middle, scale, freedom = (part[case] for part in way(s, left))
                chans = stats.t.sf((sign * (level[case] - middle) - half[case]) / scale, freedom)
                after = printed(c.after[case, left - 1], c.decimals[case])
                happened = sign * (after - level[case]) >= 0
                parts.append((chans, happened, case, alike(case, left), level[case], alike(case, sign)))
    return Said(*map(np.concatenate, zip(*parts, strict=True)))


def say_at_end(c: Cases, s: Seen, *, top: bool, counted: bool) -> Said:
    """Return what is said of the targets 100 and 0 per cent, where the series has been within three points of it."""
    low, high = np.nanmin(c.windows, 1), np.nanmax(c.windows, 1)
    end = 100.0 if top else 0.0
    near = c.percent & (low >= 0) & (high <= 100) & ((high >= 97) if top else (low <= 3))
    at = (printed(c.windows, c.decimals[:, None]) == end) & s.known
    share, sign, parts = maluppfyllelse.share_at_end(at.sum(1), s.number), 1 if top else -1, []
    for left in range(1, AHEAD + 1):
        case = np.flatnonzero(near & np.isfinite(c.after[:, left - 1]))
        level = sign * end - 0.5 * 10.0 ** -c.decimals[case]
        walk = (sign * s.latest[case], sign * s.pace[case], s.step[case], s.number[case], left, level)
        chans = (
            maluppfyllelse.chans_at_end(share[case], at[case, -1], left)
            if counted
            else maluppfyllelse.chans_at_level(*walk)
        )
        happened = printed(c.after[case, left - 1], c.decimals[case]) == end
        parts.append((chans, happened, case, *(alike(case, each) for each in (left, end, sign))))
    return Said(*map(np.concatenate, zip(*parts, strict=True)))


def reliability(said: Said) -> str:
    """Return how often it happened (%), and the share of all that was said (%), bin by bin; a dash where never said."""
    bins = [(said.chans >= low) & (said.chans < high) for low, high in pairwise([*BINS, np.inf])]
    return "  ".join(f"{100 * said.happened[b].mean():.0f} ({100 * b.mean():.0f})" if b.any() else "-" for b in bins)


def in_words(said: Said) -> str:
    """Return how often it happened when said to be likely, uncertain and unlikely, and how often each is said (%)."""
    likely, unlikely = said.chans >= maluppfyllelse.LIKELY, said.chans < maluppfyllelse.UNLIKELY
    parts = [likely, ~likely & ~unlikely, unlikely]
    happened = [100 * said.happened[part].mean() if part.any() else np.nan for part in parts]
    return "  ".join(f"{h:3.0f} ({100 * part.mean():.1f})" for h, part in zip(happened, parts, strict=True))


def disagreements(c: Cases, said: Said) -> int:
    """Return how many chances of `outlook` differ from those measured here."""
    differ = 0
    for chans, _, case, left, level, sign in zip(*vars(said).values(), strict=True):
        series = dict(zip(YEARS, c.windows[case], strict=True))
        riktning = Riktning.hogre if sign > 0 else Riktning.lagre
        one = maluppfyllelse.outlook(series, riktning, level, int(left), decimaler=int(c.decimals[case]))
        differ += one.chans is None or abs(one.chans - chans) > 1e-9
    return differ


def main() -> None:
    """Print the tables of docs/metod.md."""
    folder = Path(sys.argv[1])
    wide, chance = load(folder), np.random.default_rng(20221231)
    titles = pd.read_csv(folder / "kpi.csv").set_index("id")["title"].fillna("")
    found = cases(wide, titles, chance)
    half = np.array([zlib.crc32(id_.encode()) % 2 == 1 for id_ in found.nyckeltal])
    tuning, c = found.where(~half), found.where(half)
    t, s = Seen(tuning.windows), Seen(c.windows)
    print(f"{len(found.small):,} cases; below {len(c.small):,} of {len(set(c.nyckeltal))} nyckeltal")

    print("\nshare of the pace that goes on, on the other half: Brier score")
    for share in (0, 0.25, maluppfyllelse.PACE, 0.5, 2 / 3, 0.75, 1):
        print(f"  {share:<6.2f} {say(tuning, t, drift(share)).brier:.4f}")

    print(f"\nBrier score: all, then {AHEAD} years from 1; how often it happened (and how often said), bins from")
    print("  ", *BINS)
    said = {name: say(c, s, way) for name, way in WAYS.items()}
    for name, each in said.items():
        years = " ".join(f"{each.where(each.left == left).brier:.3f}" for left in range(1, AHEAD + 1))
        print(f"  {name:26} {each.brier:.4f} {years}  {reliability(each)}")

    ours = said["random walk, third of pace"]
    small, percent = c.small[ours.case], c.percent[ours.case]
    always = Said(np.full(len(ours.chans), ours.happened.mean()), *list(vars(ours).values())[1:])
    print(f"  {'always the same':26} {always.brier:.4f}")
    kept = say(c, s, WAYS["random walk, third of pace"], (0.0, -0.25, -0.5, -1.0))
    parts = {
        "all": ours,
        "under 10,000 inhabitants": ours.where(small),
        "per cent": ours.where(percent),
        "both": ours.where(small & percent),
        "level reached already": kept,
        "reached, both": kept.where(c.small[kept.case] & c.percent[kept.case]),
        **{f"{left} years ahead": ours.where(ours.left == left) for left in range(1, AHEAD + 1)},
    }
    print("\na third of the pace in parts: Brier; happened (said) when likely, uncertain, unlikely; bins")
    for name, each in parts.items():
        print(f"  {name:26} {each.brier:.4f}  {in_words(each)}  |  {reliability(each)}")

    print("\ntargets at an end: chances, Brier as a random walk and as counted; then counted, bins")
    for name, top in (("100 per cent", True), ("0 per cent", False)):
        walk, counted = (say_at_end(c, s, top=top, counted=way) for way in (False, True))
        print(f"  {name:26} {len(walk.case):,} {walk.brier:.4f} {counted.brier:.4f}  {reliability(counted)}")

    some = ours.where(chance.choice(len(ours.case), 1_000, replace=False))
    print(f"\noutlook differs from this in {disagreements(c, some)} of {len(some.case):,} targets")


if __name__ == "__main__":
    main()
