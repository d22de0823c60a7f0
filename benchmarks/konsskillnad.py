"""Measure how often the rule for `konsskillnad` errs, and how often it sees a gap.

    python benchmarks/konsskillnad.py FOLDER

FOLDER holds Kolada's whole table: figures.parquet, kpi.csv and municipality.csv.

Simulated: ten years' percentages of `base` persons, half of them women, with a share that never
changes; the same share for both (every certain gap is false) or some points apart. Years that
hang together are normal values with autocorrelation.

Real: a case is a nyckeltal, a municipality and a year t with women and men for t-9…t+1. A
certain gap holds when the gap of t+1 lies on the same side; an equal value does not hold.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent.parent))

from styrlib import konsskillnad

WINDOW = konsskillnad.WINDOW
BASES, SHARES, POINTS, DRAWS = (20, 65, 300, 2_000), (0.5, 0.8, 0.9, 0.97, 0.99), (2, 5, 10, 20), 20_000
YEARS, HANGS = (6, 7, 8, 9, 10), (0.0, 0.3, 0.5, 0.7)
INVANARE, SMALL, CASES = "N01951", 10_000, 200_000


def certain(gaps: np.ndarray) -> np.ndarray:
    """Return the certain sides, a block at a time to spare memory."""
    gaps = np.round(gaps, 9)
    return np.concatenate(
        [konsskillnad.judge_many(gaps[start : start + 10_000]) for start in range(0, len(gaps), 10_000)]
    )


def simulated(chance: np.random.Generator, base: int, women: float, men: float, years: int = WINDOW) -> np.ndarray:
    """Return the gaps of percentages as Kolada rounds them."""
    half = base // 2
    drawn = [np.round(100 * chance.binomial(half, share, (DRAWS, years)) / half, 1) for share in (women, men)]
    return drawn[0] - drawn[1]


def hanging(chance: np.random.Generator, together: float) -> np.ndarray:
    """Return ten years' gaps with no true gap, each year keeping a part of the one before."""
    gaps = chance.normal(size=(DRAWS, WINDOW))
    for year in range(1, WINDOW):
        gaps[:, year] = together * gaps[:, year - 1] + (1 - together**2) ** 0.5 * gaps[:, year]
    return gaps


def real(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return eleven years' gaps of municipalities, and whether each is small."""
    units = pd.read_csv(folder / "municipality.csv", dtype={"id": str})
    kommuner = set(units.loc[units["type"] == "K", "id"].str.zfill(4))
    table = pd.read_parquet(folder / "figures.parquet")
    inhabitants = table[(table["kpi"] == INVANARE) & (table["gender"] == "T")].sort_values("period")
    small = inhabitants.astype({"municipality": str}).groupby("municipality")["value"].last() < SMALL
    table = table[table["municipality"].isin(kommuner) & table["gender"].isin(["K", "M"])]
    table = table.astype({"kpi": "str", "municipality": "str", "gender": "str"})
    wide = table.pivot_table("value", ["kpi", "municipality", "gender"], "period")
    women, men = wide.xs("K", level=2).align(wide.xs("M", level=2), join="inner")
    gaps = (women - men).reindex(columns=range(wide.columns.min(), wide.columns.max() + 1))
    values, known = gaps.to_numpy(), gaps.notna().to_numpy()
    ends = range(WINDOW + 1, values.shape[1] + 1)
    rows = [(np.flatnonzero(known[:, end - WINDOW - 1 : end].all(1)), end) for end in ends]
    found = np.concatenate([values[row, end - WINDOW - 1 : end] for row, end in rows])
    kommun = gaps.index.get_level_values(1).to_numpy()[np.concatenate([row for row, _ in rows])]
    return found, small.reindex(kommun).to_numpy()


def main() -> None:
    """Print the tables of docs/metod.md."""
    chance = np.random.default_rng(20221231)
    print(f"no true gap: certain (%) in the worst of the shares {SHARES}, by years with both {YEARS}")
    for base in BASES:
        alarms = [
            max((certain(simulated(chance, base, share, share, years)) != 0).mean() for share in SHARES)
            for years in YEARS
        ]
        print(f"  {base:5}", " ".join(f"{100 * alarm:5.1f}" for alarm in alarms))

    print(f"\ntrue gap of {POINTS} points round 50 %, then round 80 %: right, wrong (%)")
    for base in BASES:
        seen = []
        for middle in (0.5, 0.8):
            for points in POINTS:
                side = certain(simulated(chance, base, middle + points / 200, middle - points / 200))
                seen.append(f"{100 * (side > 0).mean():3.0f} {100 * (side < 0).mean():3.1f}")
        print(f"  {base:5}", "  ".join(seen))

    print(f"\nno true gap, years that hang together {HANGS}: certain (%)")
    print("  ", " ".join(f"{100 * (certain(hanging(chance, together)) != 0).mean():5.1f}" for together in HANGS))

    gaps, small = real(Path(sys.argv[1]))
    chosen = chance.choice(len(gaps), min(CASES, len(gaps)), replace=False)
    gaps, small = gaps[chosen], small[chosen]
    side, after = certain(gaps[:, :WINDOW]), np.sign(np.round(gaps[:, WINDOW], 9))
    print(f"\nKolada, {len(gaps):,} cases: certain, holds the year after (%); latest gap alone holds (%)")
    for name, part in {"all": np.full(len(gaps), fill_value=True), "under 10,000 inhabitants": small}.items():
        judged, latest = side[part], np.sign(gaps[part, WINDOW - 1])
        holds = (judged == after[part])[judged != 0].mean()
        alone = (latest == after[part])[latest != 0].mean()
        print(f"  {name:26} {100 * (judged != 0).mean():5.1f} {100 * holds:5.1f} {100 * alone:5.1f}")


if __name__ == "__main__":
    main()
