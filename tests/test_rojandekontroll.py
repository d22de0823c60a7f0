"""The rules, and two attacks on them.

An attacker is given what a report publishes and more: every shown value exactly, with its base, which cells are
hidden, the rule with its threshold, and that the total is women and men. Rounding only takes away from that.

The protection that is claimed and tried: of a hidden value, and of a small group that is not published at all, at
least two numerators are possible, and neither 0 nor 100 percent is certain. Of a mean, the sum is uncertain by at
least what one average person stands for. Of a rolling value the same holds for every single year in it.
"""

import ast
import re
from itertools import product

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from scipy.optimize import Bounds, LinearConstraint, milp

from styrlib import lokala, namndbilder, process, rojandekontroll, tables, wrapping
from styrlib.namndrapport import open_report
from styrlib.styrmodell import Nyckeltal

from .conftest import REPOSITORY

LEAST = 5
MANY = 1000  # persons or cases; with an infinite limit HiGHS (SciPy 1.17) misses optima of these


def nyckeltal(enhet="procent", rullande=None, id_="L001"):
    return Nyckeltal(id=id_, forklaring="Så mycket.", enhet=enhet, riktning="ingen", rullande=rullande)


def frame(rows):
    return pd.DataFrame(rows, columns=list(lokala.COLUMNS)).astype(lokala.DTYPES)


def cells(text, **options):
    """Return what is hidden of rows written as `year sex value base`, – where missing."""
    rows = []
    for line in text.split(","):
        ar, kon, varde, antal = (None if part == "–" else part for part in line.split())
        rows.append(("L001", ar, kon, varde and float(varde), antal and int(antal)))
    shown = rojandekontroll.suppress(frame(rows), {"L001": nyckeltal(**options)}, LEAST)
    assert shown.loc[shown["dold"], ["varde", "antal"]].isna().all(axis=None)
    kept = shown[~shown["dold"]]
    pd.testing.assert_frame_equal(kept.drop(columns="dold"), frame(rows).loc[kept.index])
    return {f"{row.ar % 100} {row.kon}" for row in shown.itertuples() if row.dold}


@pytest.mark.parametrize(
    ("why", "rows", "hidden"),
    [
        ("all bases are large", "2024 T 50 24, 2024 K 50 12, 2024 M 50 12", ""),
        ("a small base takes the other sex with it", "2024 T 50 16, 2024 K 25 4, 2024 M 58.3 12", "24 K, 24 M"),
        ("other years stand", "2024 T 50 16, 2024 K 25 4, 2024 M 58.3 12, 2023 T 40 20", "24 K, 24 M"),
        ("a small total takes both sexes", "2024 T 50 4, 2024 K 50 –, 2024 M 50 –", "24 T, 24 K, 24 M"),
        ("a base that follows is known", "2024 T 50 20, 2024 K 41.2 17, 2024 M 100 –", "24 K, 24 M"),
        ("a sex that is not there can be computed", "2024 T 50 20, 2024 K 41.2 17", "24 K"),
        ("a sex that is empty can be computed", "2024 T 50 20, 2024 K 41.2 17, 2024 M – –", "24 K"),
        # Men: 20 - 12 = 8, of whom 10 - 10 = 0 cases: every man is told of.
        ("0 percent of few follows", "2024 T 50 20, 2024 K 83.3 12", "24 K"),
        ("a large sex that is not there may be computed", "2024 T 50 24, 2024 K 50 12", ""),
        ("0 percent of few", "2024 T 0 9", "24 T"),
        ("0 percent of many", "2024 T 0 10", ""),
        ("100 percent of few", "2024 T 60 20, 2024 K 100 8, 2024 M 33.3 12", "24 K, 24 M"),
        ("0 in total gives both sexes away", "2024 T 0 20, 2024 K 0 4, 2024 M 0 16", "24 T, 24 K, 24 M"),
        # The one case of twenty, if a man, would know that no woman is one.
        ("one case in total", "2024 T 5 20, 2024 K 0 4, 2024 M 6.3 16", "24 T, 24 K, 24 M"),
        ("all but one in total", "2024 T 95 20, 2024 K 100 4, 2024 M 93.8 16", "24 T, 24 K, 24 M"),
        ("two cases in total", "2024 T 10 20, 2024 K 0 4, 2024 M 12.5 16", "24 K, 24 M"),
        ("one case where no sex is hidden", "2024 T 4.2 24, 2024 K 8.3 12, 2024 M 0 12", ""),
        # 25 - 12 - 12 = 1 is neither woman nor man: 13 - 6 - 6 = 1 case, who can be no one else.
        ("someone is neither", "2024 T 52 25, 2024 K 50 12, 2024 M 50 12", "24 K, 24 M"),
        ("bases that contradict each other", "2024 T 50 20, 2024 K 50 12, 2024 M 50 12", "24 K, 24 M"),
        ("a forgotten base may be small", "2024 T 50 –, 2023 T 50 20", "24 T"),
        ("nothing rests on persons", "2024 T 50 –, 2024 K 40 –, 2024 M 60 –", ""),
        ("what is missing is not hidden", "2024 T – –, 2023 T 50 20", ""),
    ],
)
def test_what_is_hidden_in_a_year(why, rows, hidden):
    assert cells(rows) == {cell.strip() for cell in hidden.split(",") if cell}, why


def test_a_mean_is_hidden_by_its_base_and_when_all_is_zero():
    assert cells("2024 T 31 20, 2024 K 30 4, 2024 M 31.3 16", enhet="dagar") == {"24 K", "24 M"}
    assert cells("2024 T 0 20, 2024 K 0 4, 2024 M 0 16", enhet="dagar") == {"24 T", "24 K", "24 M"}
    assert cells("2024 T 100 8, 2023 T 0 8", enhet="dagar") == {"23 T"}


def test_a_count_among_some_is_hidden_as_a_share_and_a_count_of_all_by_itself():
    among = "2023 T 9 20, 2024 T 20 20, 2024 K 3 3, 2024 M 17 17"
    assert cells(among, enhet="antal") == {"24 T", "24 K", "24 M"}
    assert cells("2023 T 9 9, 2024 T 20 20, 2024 K 3 3, 2024 M 17 17", enhet="antal") == {"24 K", "24 M"}


def test_a_nyckeltal_that_the_model_does_not_know_is_not_shown():
    assert rojandekontroll.suppress(frame([("L002", 2024, "T", 50, 90)]), {"L001": nyckeltal()}, LEAST)["dold"].all()


def test_no_rows_are_no_rows():
    assert len(rojandekontroll.suppress(frame([]), {}, LEAST)) == 0


def test_the_slack_is_what_can_be_moved_between_years():
    # Sums 4, 5, 3: year 4 is year 1 plus 1, year 5 is year 2 minus 2. Year 2 is 2–4, and the rest 0–2 each.
    assert rojandekontroll.slack(np.array([4.0, 5, 3]), 3) == 2
    # 3, 2, 1, 0: the last three years are 0, so year 1 is 3 - 2 = 1, year 2 is 1, year 3 is 1. Nothing is free.
    assert rojandekontroll.slack(np.array([3.0, 2, 1, 0]), 3) == 0
    assert rojandekontroll.slack(np.array([7.0]), 3) == 7


def test_a_rolling_value_is_shown_when_no_year_in_it_can_be_computed():
    # Nine a year, three or six of them cases: slack 3 + 3 + 3 for cases and for the others.
    assert cells("2022 T 33.3333 27, 2023 T 44.4444 27, 2024 T 33.3333 27", rullande=3) == set()


def test_rolling_values_that_give_a_year_away_are_shown_every_third_year():
    # Cases 2, 2, 2: no year differs from the one three years before, so both cases are free: slack 2.
    assert cells("2022 T 10 20, 2023 T 10 20, 2024 T 10 20", rullande=3) == set()
    # Cases 3, 2, 3, 2: a class loses one, another gains one and a third loses one: 3 - 1 - 1 = 1 is free.
    text = "2021 T 15 20, 2022 T 10 20, 2023 T 15 20, 2024 T 10 20"
    assert rojandekontroll.slack(np.array([3.0, 2, 3, 2]), 3) == 1
    assert cells(text, rullande=3) == {"22 T", "23 T"}


def test_a_hidden_rolling_value_takes_the_years_that_share_its_years():
    text = ", ".join(f"{year} T 50 {4 if year == 2020 else 40}" for year in range(2016, 2025))
    assert cells(text, rullande=3) == {"18 T", "19 T", "20 T", "21 T", "22 T"}
    assert cells(text) == {"20 T"}


@pytest.mark.parametrize("change", ["2020 K 50 4", "2020 K 0 40", ""])
def test_rolling_women_and_men_are_shown_all_years_or_none(change):
    rows = [f"{year} {kon} 50 {20 * (1 + (kon == 'T'))}" for year in range(2016, 2022) for kon in "TKM"]
    assert cells(", ".join(rows), rullande=3) == set()
    rows = [row for row in rows if not row.startswith("2020 K")] + ([change] if change else [])
    assert {cell[-1] for cell in cells(", ".join(rows), rullande=3)} == {"K", "M"}
    assert len(cells(", ".join(rows), rullande=3)) == (12 if change else 11)


# The first attack: every table of one year up to a size, and the rule run on them all. What publishes the same
# can't be told apart, whatever the attacker knows of the rule.


def every_table(largest, rest):
    """Return all (bases, cases) of women, men and, if `rest`, those who are neither, up to a total."""
    numbers = [range(largest + 1), range(largest + 1), range(1, 4) if rest else (0,)]
    for bases in product(*numbers):
        if 0 < sum(bases) <= largest:
            yield from ((bases, cases) for cases in product(*(range(n + 1) for n in bases)))


def old_rule(values, _, smallest):
    """Hide small bases and the other sex: secondary suppression without the total."""
    keys = ["nyckeltal", "ar"]
    small = values["antal"] < smallest
    sexes = values["kon"] != "T"
    either = (small & sexes).groupby([values[key] for key in keys]).transform("any")
    return values.assign(dold=small | (sexes & either))


def naive_rule(values, _, smallest):
    """Hide small bases alone: primary suppression."""
    return values.assign(dold=values["antal"] < smallest)


def insiders(kon, number):
    """Yield who looks at a group: where that is possible, and what is then left to learn of its cases and others."""
    yield "anyone", np.full(len(number["T"][0]), True), 0, 0
    for sex, (n, x) in number.items():
        own = int(sex == kon)
        if sex in ("K", "M") and kon != "T":
            yield f"a case in {sex}", (x > 0) & (n > own), own, 0
            yield f"another in {sex}", (n - x > 0) & (n > own), 0, own


def disclosed(rule, enhet, sexes="KM", rest=False, largest=20):
    """Attack all small tables; return the published pictures in which something is certain, with what.

    Anyone looks, and whoever is one of the women or men and knows the own answer.
    """
    every = list(every_table(largest, rest))
    bases, cases = (np.array([table[i] for table in every]) for i in (0, 1))
    parts = {"K": 0, "M": 1, "rest": 2}
    number = {kon: (bases[:, i], cases[:, i]) for kon, i in parts.items()} | {"T": (bases.sum(1), cases.sum(1))}
    ids = np.array([f"L{i:05d}" for i in range(len(every))])
    rows = []
    for kon in ("T", *sexes):
        n, x = number[kon]
        varde = x if enhet == "antal" else np.where(n > 0, 100 * x / np.maximum(n, 1), np.nan)
        rows.append(pd.DataFrame({"nyckeltal": ids, "ar": 2024, "kon": kon, "varde": varde, "antal": n}))
    rows.append(rows[0].assign(ar=2023, varde=20 if enhet == "antal" else 50, antal=40))  # so that the kind is seen
    known = dict.fromkeys(ids, nyckeltal(enhet))
    shown = rule(pd.concat(rows, ignore_index=True).astype(lokala.DTYPES), known, LEAST)
    dold = shown[shown["ar"] == 2024].pivot_table(index="nyckeltal", columns="kon", values="dold").loc[ids].astype(bool)

    seen = pd.DataFrame(index=range(len(every)))
    for kon in ("T", *sexes):
        for name, what in zip("nx", number[kon], strict=True):
            seen[name + kon] = np.where(dold[kon], -1, what)
    picture = seen.groupby(list(seen)).ngroup()
    found = []
    for kon in ("T", *(parts if rest else "KM")):
        n, x = number[kon]
        small = (n < LEAST) | ((n < 2 * LEAST) & ((x == 0) | (x == n)))
        secret = small & (n > 0) if kon not in dold else dold[kon].to_numpy()
        for who, there, case, other in insiders(kon, number):
            groups = pd.DataFrame({"x": x - case, "others": n - x - other})[there].groupby(picture[there])
            certain = groups["x"].nunique().lt(2) | groups.max().eq(0).any(axis=1)
            pictures = set(picture[secret & there]) & set(certain.index[certain])
            found += [(kon, who, *seen[picture == which].iloc[0]) for which in sorted(pictures)]
    return found


@pytest.mark.parametrize(
    ("enhet", "sexes", "rest", "largest"),
    [
        ("procent", "KM", False, 24),
        ("procent", "K", False, 24),
        ("procent", "KM", True, 13),
        ("antal", "KM", False, 20),
    ],
)
def test_no_small_table_gives_a_hidden_value_away(enhet, sexes, rest, largest):
    assert disclosed(rojandekontroll.suppress, enhet, sexes, rest, largest) == []


@pytest.mark.parametrize("rule", [naive_rule, old_rule])
def test_the_same_attack_breaks_weaker_rules(rule):
    by_anyone = [who for _, who, *_ in disclosed(rule, "procent", largest=12) if who == "anyone"]
    assert len(by_anyone) > 20


# The second attack: random tables over years, by integer programming. What is unknown is each year's women and men
# and the cases among them (for a mean: the sum); what is published are equations between them.


class Attack:
    """The smallest and largest sums of cases, others or persons that are consistent with all that is published."""

    def __init__(self, shown, enhet, window):
        self.enhet, self.window = enhet, window or 1
        years = sorted(shown["ar"].unique())
        self.years = range(int(years[0]) - self.window + 1, int(years[-1]) + 1)
        self.parts = "KM" if (shown["kon"] != "T").any() else "T"
        self.size = len(self.years) * len(self.parts)
        self.rows, self.low, self.high = [], [], []
        if enhet != "dagar":
            self.add(np.hstack([np.eye(self.size), -np.eye(self.size)]), 0, MANY)
        for cell in shown[~shown["dold"] & shown["varde"].notna()].itertuples():
            cases = cell.varde if enhet == "antal" else cell.varde * cell.antal / (100 if enhet == "procent" else 1)
            for what, value in (("n", cell.antal), ("x", cases if enhet == "dagar" else round(cases))):
                self.add(self.of(cell.kon, cell.ar, what)[None], value, value)

    def of(self, kon, ar, what, span=None):
        """Return the coefficients of a window's n, x or others."""
        row = np.zeros((2, len(self.parts), len(self.years)))
        chosen = [i for i, part in enumerate(self.parts) if kon in (part, "T")]
        last = ar - self.years[0] + 1
        row[0 if what == "n" else 1, chosen, last - (span or self.window) : last] = 1
        if what == "others":
            row[0], row[1] = row[1].copy(), -row[1]
        return row.ravel()

    def add(self, rows, low, high):
        self.rows.append(rows)
        self.low += [low] * len(rows)
        self.high += [high] * len(rows)

    def largest(self, row):
        """Return the largest value of a combination of the unknowns; an optimum is reached by a possible table."""
        found = milp(
            -row,
            integrality=np.repeat([1, int(self.enhet != "dagar")], self.size),
            bounds=Bounds(0, MANY),
            constraints=LinearConstraint(np.vstack(self.rows), self.low, self.high),
        )
        assert found.status == 0, found.message
        return -found.fun

    def certain(self, kon, ar, worth, span=None):
        """Tell whether a window's, or a single year's, numerator is certain, or 0 or 100 percent is."""
        cases = self.of(kon, ar, "x", span)
        high = self.largest(cases)
        width = high + self.largest(-cases)
        if self.enhet == "dagar":
            return width < worth * (1 - 1e-6)
        if width < 0.5 or high < 0.5:
            return True
        return self.enhet == "procent" and self.largest(self.of(kon, ar, "others", span)) < 0.5


def random_table(random, enhet, window, sexes, size=8, share=0.4):
    """Return rows before any rule: windows of random years, `size` women and as many men in a year."""
    span = (window or 1) - 1
    years = np.arange(2018 - span, 2023)
    n = {kon: random.poisson(size * (1 if sexes else 2), len(years)) for kon in ("KM" if sexes else "T")}
    draw = {"dagar": lambda m: random.gamma(m, 10).round(1)}.get(enhet, lambda m: random.binomial(m, share))
    x = {kon: draw(m).astype(float) for kon, m in n.items()}
    if sexes:
        n["T"], x["T"] = n["K"] + n["M"], x["K"] + x["M"]
    rows = []
    for kon, (i, ar) in product(n, enumerate(years[span:])):
        bas, cases = n[kon][i : i + span + 1].sum(), x[kon][i : i + span + 1].sum()
        varde = cases if enhet == "antal" else cases / bas * (100 if enhet == "procent" else 1) if bas else None
        rows.append(("L001", ar, kon, varde, bas))
    return frame(rows)


def attack(rule, rows, enhet, window):
    """Publish a table by a rule; return how many cells are shown, and what is certain of the others."""
    shown = rule(rows, {"L001": nyckeltal(enhet, window)}, LEAST)
    attacker = Attack(shown, enhet, window)
    # The attacker is even told why: each total with a small base, and one of the small bases of women and men.
    small = rows[shown["dold"] & (rows["antal"] < LEAST)]
    for cell in pd.concat([small[small["kon"] == "T"], small[small["kon"] != "T"].iloc[:1]]).itertuples():
        attacker.add(attacker.of(cell.kon, cell.ar, "n")[None], 0, LEAST - 1)
    worth = shown["varde"].mean()
    worth = 1.0 if np.isnan(worth) else worth
    found = [
        (cell.kon, cell.ar, "window")
        for cell in shown[shown["dold"]].itertuples()
        if attacker.certain(cell.kon, cell.ar, worth)
    ]
    if window:
        found += [
            (kon, ar, "year")
            for kon, ar in product(shown["kon"].unique(), attacker.years)
            if attacker.certain(kon, ar, worth, span=1)
        ]
    kept = shown["varde"].notna().groupby(shown["kon"]).sum()
    return kept, found


@pytest.mark.parametrize("seed", range(5))
def test_the_attack_finds_exactly_the_slack(seed):
    rows = random_table(np.random.default_rng(seed), "procent", 3, sexes=False)
    attacker = Attack(rows.assign(dold=False), "procent", 3)
    sums = (rows["varde"] * rows["antal"] / 100).round().to_numpy()
    for year in attacker.years:
        cases = attacker.of("T", year, "x", span=1)
        assert attacker.largest(cases) + attacker.largest(-cases) == rojandekontroll.slack(sums, 3)


@pytest.mark.parametrize("sexes", [True, False], ids=["by sex", "total"])
@pytest.mark.parametrize("window", [None, 3])
@pytest.mark.parametrize("enhet", ["procent", "antal", "dagar"])
def test_integer_programming_finds_no_hidden_value(enhet, window, sexes):
    random = np.random.default_rng(584)
    kept = []
    for size, share in product((4, 15), (0.06, 0.5, 0.94)):
        rows = random_table(random, enhet, window, sexes, size, share)
        shown, found = attack(rojandekontroll.suppress, rows, enhet, window)
        assert found == []
        kept.append(shown)
    assert pd.DataFrame(kept).sum().gt(0).all()  # a rule that shows nothing would pass too


def each_year_by_itself(values, known, smallest):
    """Hide as if the value were of one year."""
    return rojandekontroll.suppress(values, dict.fromkeys(known, nyckeltal("procent")), smallest)


@pytest.mark.parametrize(("rule", "window"), [(naive_rule, None), (naive_rule, 3), (each_year_by_itself, 3)])
def test_integer_programming_breaks_weaker_rules(rule, window):
    random = np.random.default_rng(584)
    broken = [attack(rule, random_table(random, "procent", window, True, 8, 0.1), "procent", window)[1] for _ in "123"]
    assert sum(map(bool, broken)) >= 2


def test_without_slack_a_single_year_is_computed(monkeypatch):
    rows = random_table(np.random.default_rng(8), "procent", 3, False, 2, 0.65)
    assert attack(rojandekontroll.suppress, rows, "procent", 3)[1] == []
    monkeypatch.setattr(rojandekontroll, "slack", lambda *_: np.inf)
    assert {what for *_, what in attack(rojandekontroll.suppress, rows, "procent", 3)[1]} == {"year"}


# What is made of it: only processed values reach a report, and nothing hidden stands in one.


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "").split(".")[-1], *(alias.name for alias in node.names))


def used(path, module):
    """Return what a module's code uses of another module that it imports."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {
        n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == module
    }


def test_the_values_before_the_control_are_read_in_one_place_and_in_a_file_of_ones_own_that_goes_through_it():
    users = {
        path.stem: used(path, "lokala") for path in (REPOSITORY / "styrlib").glob("*.py") if "lokala" in imports(path)
    }
    assert users == {
        "process": {"read"},
        "lokalfil": {"checked", "of_csv", "has_columns"},  # what leaves it is looked through in its own tests
        "uppslag": {"MEANING"},  # what the columns are: no values
    }
    assert "suppress" in used(REPOSITORY / "styrlib" / "lokalfil.py", "rojandekontroll")


def scale(panel, axis):
    """Return the line from coordinate to value that the labelled ticks of an axis give."""
    anchor = {"x": "middle", "y": "end"}[axis]
    ticks = []
    for text in panel.find_all("text", attrs={"text-anchor": anchor, "font-weight": None}):
        label = text.text.replace("−", "-").replace("\xa0", "").replace(",", ".")
        ticks.append((float(text[axis]) - (wrapping.extent(text.text).above / 2 if axis == "y" else 0), float(label)))
    return np.polyfit(*zip(*ticks, strict=True), 1)


def points(svg):
    """Return every drawn point (year, value) of a chart, read back from its coordinates by the texts of its axes."""
    panels, found = svg.find_all("g", class_="panel"), []
    years = scale(panels[-1], "x")  # panels share their years
    for panel in panels:
        drawn = [(float(mark["cx"]), float(mark["cy"])) for mark in panel.find_all("circle")]
        for path in panel.find_all("path"):
            drawn += [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path["d"])]
        values = scale(panel, "y")
        found += [(np.polyval(years, x), np.polyval(values, y)) for x, y in drawn]
    return found


def at(drawn, ar, varde):
    return any(abs(x - ar) < 0.01 and abs(y - varde) < 0.01 for x, y in drawn)


def spoken(value):
    return f"{value:.1f}".replace(".", ",")


def test_hidden_values_stand_nowhere_on_the_pages(made):
    raw = lokala.read(made.styrmodell / "lokala").set_index(["nyckeltal", "ar", "kon"])["varde"]
    model = process.read_model(made.processed)
    values = tables.read(made.processed, "varden", sorted(set(raw.index.get_level_values(0))))
    heads = {"K": "Kvinnor", "M": "Män", "T": "Vadstena"}
    tried = recovered = 0
    for namnd in model.namnder:
        page = BeautifulSoup((made.output / "0584" / f"{namnd.id}.html").read_text(encoding="utf-8"), "html.parser")
        for figure in page.select("figure.diagram"):
            local = [n.id for _, n in namnd.nyckeltal() if n.lokalt and figure.figcaption.text.startswith(n.kortnamn)]
            if not local:
                continue
            id_ = local[0]
            own = values[values["nyckeltal"] == id_]
            drawn = points(figure.svg)
            shown = own[~own["dold"]]
            for cell in shown[shown["kon"] == "T"].itertuples():  # the way back from the coordinates works
                assert at(drawn, cell.ar, cell.varde)
                recovered += 1
            rows = {tr.th.text: [td.text for td in tr.select("td")] for tr in figure.select("tbody tr")}
            columns = [th.text for th in figure.select("thead th")][1:]
            for cell in own[own["dold"]].itertuples():
                secret = raw[id_, cell.ar, cell.kon]
                same_year = [round(v, 1) for v in shown.loc[shown["ar"] == cell.ar, "varde"]]
                row = rows[str(cell.ar)]
                assert [row[i] for i, head in enumerate(columns) if head.startswith(heads[cell.kon])] == [".."]
                assert secret in same_year or spoken(secret) not in row
                assert f"{spoken(secret)}\xa0% ({cell.ar})" not in figure.svg["aria-label"] or secret in same_year
                assert secret in same_year or not at(drawn, cell.ar, secret)
                tried += 1
    assert tried >= 8
    assert recovered >= 40


def test_a_hidden_total_stands_nowhere_in_its_section(project, monkeypatch):
    monkeypatch.setenv("STYR_ROT", str(project.root))
    path = project.styrmodell / "lokala" / "socialnamnden.csv"
    text = path.read_text(encoding="utf-8")
    secrets = {"T": ("44,0;25", "5,0;20"), "K": ("45,5;11", "0,0;4"), "M": ("42,9;14", "6,3;16")}
    for kon, (old, new) in secrets.items():
        assert f"L201;2025;{kon};{old}" in text
        text = text.replace(f"L201;2025;{kon};{old}", f"L201;2025;{kon};{new}")
    path.write_text(text, encoding="utf-8")
    report = open_report("SN")
    ((malbild, known),) = [(m, n) for m, n in report.namnd.nyckeltal() if n.id == "L201"]
    page = BeautifulSoup(str(report.malbild(malbild)), "html.parser")
    row = next(tr for tr in page.select("tbody tr") if tr.th and tr.th.text.startswith(known.kortnamn))
    assert row.td.text.startswith("..")
    assert [td.text.strip()[:2] for td in row.select("td")[-2:]] == ["..", ".."]
    assert not re.search(r"bas|(?<!\d)(5,0|0,0|6,3)(?!\d)", row.text)
    followed = report.uppfoljningar[known.id]
    assert (followed.varde, followed.dold) == (None, True)
    assert 2025 not in followed.serie.index
    for section in (report.sammanfattning(), report.i_korthet(), report.fordjupning()):
        told = " ".join(line for line in BeautifulSoup(str(section), "html.parser").strings if known.kortnamn in line)
        assert not re.search(r"(?<!\d)(5,0|0,0|6,3)(?!\d)", told)
    diagram = namndbilder.over_time(report, followed)
    assert set(diagram.data.loc[2025]) == {".."}
    assert "2025" not in diagram.alt
    drawn = points(BeautifulSoup(diagram.svg, "html.parser"))
    assert at(drawn, 2024, 37.5)
    assert not any(at(drawn, 2025, secret) for secret in (5.0, 0.0, 6.3))
