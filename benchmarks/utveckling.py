"""Measure how well the rule for `utveckling` judges, beside five known rules.

    python benchmarks/utveckling.py FOLDER

FOLDER holds Kolada's whole table: figures.parquet, kpi.csv and municipality.csv.

A case is a nyckeltal, a municipality and a year t with values for all of t-9…t+3. A rule sees
t-9…t. Its answer holds when the mean of t+1…t+3 lies on the answered side of the mean of
t-2…t; an equal mean does not hold. Thresholds were chosen on nyckeltal whose id has an even
CRC-32; what is printed is from the others. Noise is percentages of `base` persons with a
share that never changes, where every direction is false.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent.parent))

from styrlib import utveckling

WINDOW, AHEAD, RECENT = utveckling.WINDOW, 3, utveckling.RECENT
BASES, SHARES, DRAWS = (20, 65, 300, 2_000), (0.5, 0.8, 0.9, 0.97, 0.99), 20_000
INVANARE, SMALL = "N01951", 10_000

Rule = Callable[[np.ndarray], np.ndarray]


@dataclass
class Cases:
    """Windows of ten years, what came after, and where they come from."""

    windows: np.ndarray
    truth: np.ndarray
    nyckeltal: np.ndarray
    kommun: np.ndarray

    def where(self, chosen: np.ndarray) -> Cases:
        return Cases(self.windows[chosen], self.truth[chosen], self.nyckeltal[chosen], self.kommun[chosen])


def load(folder: Path) -> pd.DataFrame:
    """Return the municipalities' values for all, women and men together: series × year."""
    units = pd.read_csv(folder / "municipality.csv", dtype={"id": str})
    kommuner = set(units.loc[units["type"] == "K", "id"].str.zfill(4))
    table = pd.read_parquet(folder / "figures.parquet", filters=[("gender", "==", "T")])
    table = table[table["municipality"].isin(kommuner)].astype({"kpi": "str", "municipality": "str"})
    wide = table.pivot_table("value", ["kpi", "municipality"], "period")
    return wide.reindex(columns=range(wide.columns.min(), wide.columns.max() + 1))


def cases(wide: pd.DataFrame, fewest: int = WINDOW) -> Cases:
    """Return the cases with at least `fewest` values in the window; its last three are always there."""
    values, known = wide.to_numpy(), wide.notna().to_numpy()
    windows, truth, rows = [], [], []
    for end in range(WINDOW, values.shape[1] - AHEAD + 1):
        usable = known[:, end - WINDOW : end].sum(1) >= fewest
        chosen = np.flatnonzero(usable & known[:, end - RECENT : end + AHEAD].all(1))
        recent = values[chosen, end - RECENT : end].mean(1)
        moved = values[chosen, end : end + AHEAD].mean(1) - recent
        truth.append(np.where(np.abs(moved) < 1e-9 * np.maximum(1, np.abs(recent)), 0, np.sign(moved)))
        windows.append(values[chosen, end - WINDOW : end])
        rows.append(chosen)
    row = np.concatenate(rows)
    ids = [wide.index.get_level_values(n).to_numpy()[row] for n in (0, 1)]
    return Cases(np.concatenate(windows), np.concatenate(truth), *ids)


def percentages(chance: np.random.Generator, base: int, share: float | np.ndarray, number: int = DRAWS) -> np.ndarray:
    """Return ten years' percentages of `base` persons, rounded as Kolada rounds."""
    return np.round(100 * chance.binomial(base, share, (number, WINDOW)) / base, 1)


# --- The rules: windows → 1, 0 or -1 ----------------------------------------------------------------------------------


def arrow(w: np.ndarray) -> np.ndarray:
    return np.sign(w[:, -1] - w[:, -2])


def three_years(w: np.ndarray) -> np.ndarray:
    return np.sign(w[:, -1] - w[:, -4])


def growth(w: np.ndarray) -> np.ndarray:
    """Yearly growth over five years beyond 1.5 %."""
    before, after = w[:, -6], w[:, -1]
    both = (before > 0) & (after > 0)
    rate = np.where(both, after / np.where(both, before, 1), 1) ** 0.2 - 1
    return np.where(np.abs(rate) > 0.015, np.sign(rate), 0)


def theil_sen(w: np.ndarray) -> np.ndarray:
    return utveckling._trends(w, utveckling.LEVEL)  # noqa: SLF001  (the rule's own half, so that both are the same)


def xmr(w: np.ndarray) -> np.ndarray:
    off = w[:, -1] - w.mean(1)
    return np.where(np.abs(off) > utveckling.XMR * np.abs(np.diff(w, axis=1)).mean(1), np.sign(off), 0)


def ours(w: np.ndarray, margin: float = 0.0) -> np.ndarray:
    numbers = utveckling.judge_many(w, margin=margin)
    return np.where(numbers == utveckling.NOT_JUDGED, 0, numbers)


RULES: dict[str, Rule] = {
    "arrow against last year": arrow,
    "change over three years": three_years,
    "growth five years, 1.5 %": growth,
    "Theil-Sen 90 %": theil_sen,
    "XmR, latest outside": xmr,
    "utveckling": ours,
}


def answers(rule: Rule, w: np.ndarray) -> np.ndarray:
    """Return a rule's answers, a block at a time to spare memory."""
    step = utveckling.BLOCK
    return np.concatenate([rule(w[start : start + step]) for start in range(0, len(w), step)])


def score(given: np.ndarray, truth: np.ndarray) -> str:
    """Return coverage and how many of the directions hold, in per cent."""
    directed = given != 0
    return f"{100 * directed.mean():5.1f} {100 * (given == truth)[directed].mean():5.1f}"


def false_alarms(rule: Rule, noise: list[np.ndarray]) -> float:
    """Return the per cent of directions in the worst noise."""
    return max(100 * float((rule(w) != 0).mean()) for w in noise)


def disagreements(w: np.ndarray, **thresholds: float) -> int:
    """Return how many series `judge` and `judge_many` judge differently."""
    many = utveckling.judge_many(w, **thresholds)
    one = [utveckling.judge(dict(enumerate(row)), WINDOW - 1, **thresholds).utveckling for row in w]
    return int((many != [utveckling.NUMBERS[each] for each in one]).sum())


def main() -> None:
    """Print the tables of docs/metod.md."""
    folder = Path(sys.argv[1])
    wide = load(folder)
    found = cases(wide)
    half = {id_: zlib.crc32(id_.encode()) % 2 == 1 for id_ in set(found.nyckeltal)}
    reporting = found.where(np.array([half[id_] for id_ in found.nyckeltal]))
    print(
        f"{len(found.truth):,} cases of {len(half)} nyckeltal; below {len(reporting.truth):,} of {sum(half.values())}"
    )

    chance = np.random.default_rng(20221231)
    noise = {base: [percentages(chance, base, share) for share in SHARES] for base in BASES}
    print(f"\ncoverage, holds; false alarms in the worst noise at base {BASES} (%)")
    given = {name: answers(rule, reporting.windows) for name, rule in RULES.items()}
    for name, rule in RULES.items():
        alarms = " ".join(f"{false_alarms(rule, noise[base]):5.1f}" for base in BASES)
        print(f"  {name:28} {score(given[name], reporting.truth)}  {alarms}")

    print("\npower: right, wrong (%) when the share rises 1, 2, 3, 5 points a year round 50 %")
    for base in BASES:
        shares = [0.5 + (np.arange(WINDOW) - 4.5) * points / 100 for points in (1, 2, 3, 5)]
        rising = [ours(percentages(chance, base, share)) for share in shares]
        print(f"  {base:28}", "  ".join(f"{100 * (g > 0).mean():3.0f} {100 * (g < 0).mean():3.1f}" for g in rising))

    print("\nmargin beyond the three-year mean, standard deviations: coverage, holds, worst noise (%)")
    everything = [w for base in BASES for w in noise[base]]
    for margin in (0, 0.1, 0.25, 0.5, 0.75, 1, 1.5):
        scored = score(ours(reporting.windows, margin), reporting.truth)
        worst = false_alarms(lambda w, margin=margin: ours(w, margin), everything)
        print(f"  {margin:<28} {scored} {worst:5.1f}")

    print("\nutveckling in parts: coverage, holds, share of cases (%)")
    titles = pd.read_csv(folder / "kpi.csv").set_index("id")["title"].fillna("").str.lower()
    title = titles.reindex(reporting.nyckeltal, fill_value="")
    percent = title.str.contains("%", regex=False).to_numpy()
    kronor = title.str.contains(r"kr/|mnkr|kr\S*\s*$", regex=True).to_numpy()
    small = wide.loc[INVANARE].iloc[:, -1].reindex(reporting.kommun).lt(SMALL).to_numpy()
    parts = {"under 10,000 inhabitants": small, "per cent": percent, "both": small & percent, "kronor": kronor}
    for name, part in parts.items():
        print(f"  {name:28} {score(given['utveckling'][part], reporting.truth[part])} {100 * part.mean():5.0f}")

    gaps = cases(wide, utveckling.FEWEST).windows
    gaps = gaps[np.isnan(gaps).any(1)]
    some = [chance.choice(each, 3_000, replace=False) for each in (found.windows, gaps)]
    tried = np.vstack([*some, *(w[:200] for w in everything)])
    rolling = {"xmr": utveckling.XMR_ROLLING, "level": utveckling.LEVEL_ROLLING}
    print(f"\njudge and judge_many: {disagreements(tried)} of {len(tried):,} series differ;", end=" ")
    print(f"with the thresholds of rolling means {disagreements(tried[::5], **rolling)} of {len(tried[::5]):,}")


if __name__ == "__main__":
    main()
