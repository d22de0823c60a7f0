"""The values in the finished HTML, read as a reader does, against the figures they came from.

Nothing of the library takes part: the page is parsed, the figures are read with pandas,
and the few rules of Swedish numbers are written out here again.
"""

import json
import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from .conftest import REPOSITORY, SHARED

OWN = {"0584": "Vadstena", "0561": "Åtvidaberg"}
FIGURES = SHARED / "kolada" / "figures.parquet"


def number(text):
    """Read a Swedish number; a dash is a missing one."""
    text = text.replace("\u00a0", "").replace("−", "-").replace(",", ".")
    return None if text in ("–", "..") else float(text)


def agrees(text, value):
    """Whether a printed number is the value, rounded as printed."""
    shown = number(text)
    if shown is None or pd.isna(value):
        return shown is None and pd.isna(value)
    decimals = len(text.partition(",")[2])
    return abs(shown - value) <= 0.5 * 10**-decimals + 1e-9


def charts(path):
    """Yield nyckeltal id and the table under each chart."""
    for heading in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select("h4[id]"):
        id_ = heading["id"].rpartition("-")[2]
        table = heading.find_parent("article").select_one("figure table")
        if re.fullmatch(r"[NU]\d{5}", id_) and table:
            head = [th.text for th in table.select("thead th")][1:]
            yield (
                id_,
                {
                    int(tr.th.text): dict(zip(head, (td.text for td in tr.select("td")), strict=True))
                    for tr in table.select("tbody tr")
                },
            )


def overview(path):
    """Yield nyckeltal id and the row of the målbild's table, in the order of its charts."""
    for malbild in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select("section.malbild"):
        ids = [h["id"].rpartition("-")[2] for h in malbild.select("h4[id]")]
        head = [th.text for th in malbild.select("table.nyckeltal thead th")][1:]
        for id_, row in zip(ids, malbild.select("table.nyckeltal tbody tr"), strict=True):
            cells = {}
            for name, td in zip(head, row.select("td"), strict=True):
                note = td.find(class_="not")
                cells[name] = (td.contents[0].strip(), note.text if note else "")
            yield id_, cells


def members(kind, kommun, area):
    """Read a comparison group straight from the raw snapshot."""
    path = REPOSITORY / "data" / "raw" / "kolada" / "2024-08" / "municipality_groups.jsonl"
    groups = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if kind == "Länet":
        found = [g for g in groups if g["title"].endswith("läns kommuner (ovägt medel)")]
        found = [g for g in found if kommun in {m["member_id"] for m in g["members"]}]
    else:
        found = [g for g in groups if re.fullmatch(rf"Liknande kommuner,? {area}, {OWN[kommun]}, \d+", g["title"])]
    assert len(found) == 1
    return [m["member_id"] for m in found[0]["members"]]


@pytest.fixture(scope="module")
def figures():
    if not FIGURES.exists():
        pytest.skip(f"{FIGURES} saknas: värdena i rapporterna jämförs inte med originalet på den här maskinen.")
    return pd.read_parquet(FIGURES)


@pytest.fixture(scope="module")
def embedded():
    raw = pd.read_parquet(REPOSITORY / "data" / "raw" / "kolada" / "2024-08" / "data.parquet", partitioning=None)
    return raw.astype({"kpi": "str", "municipality": "str", "gender": "str"})


def lookup(frame, ids):
    rows = frame[frame["kpi"].isin(ids)]
    keys = zip(
        rows["kpi"].astype(str),
        rows["municipality"].astype(str),
        rows["period"],
        rows["gender"].astype(str),
        strict=True,
    )
    return dict(zip(keys, rows["value"], strict=True))


def model_facts(made, key):
    """Read one key of every nyckeltal in the model, by id."""
    model = json.loads((made.processed / "styrmodell.json").read_text(encoding="utf-8"))
    return {n["id"]: n[key] for b in model["namnder"] for m in b["malbilder"] for n in m["nyckeltal"]}


def check_charts(path, kommun, value):
    """Compare the table under each chart; return how many values there were."""
    compared = 0
    name = OWN[kommun]
    columns = {name: (kommun, "T"), "Riket": ("0000", "T")}
    columns |= {f"{word}, {name}": (kommun, "K") for word in ("Kvinnor", "Flickor")}
    columns |= {f"{word}, {name}": (kommun, "M") for word in ("Män", "Pojkar")}
    for id_, years in charts(path):
        for year, cells in years.items():
            for head in columns.keys() & cells.keys():
                unit, sex = columns[head]
                assert agrees(cells[head], value.get((id_, unit, year, sex))), (path.name, id_, year, head)
                compared += cells[head] != "–"
    return compared


def check_overview(path, kommun, value, units, measured, breaks):
    """Compare the målbilder's tables; return how many values there were."""
    compared = 0
    for id_, cells in overview(path):
        shown = measured[id_] or range(2008, 2023)
        series = {y: v for (i, k, y, s), v in value.items() if (i, k, s) == (id_, kommun, "T") and y in shown}
        years = [year for year, v in series.items() if pd.notna(v)]
        if not years or id_.startswith("L"):
            continue
        latest = max(years)
        first = max((b["ar"] for b in breaks[id_] if b["ar"] <= latest), default=0)
        before = max((year for year in years if first <= year < latest), default=None)
        assert cells["Senaste värde"][1] == str(latest), (path.name, id_)
        nation = None if units[id_] == "antal" else value.get((id_, "0000", latest, "T"))
        expected = {
            "Senaste värde": series[latest],
            "Föregående": series.get(before),
            "Fem år tidigare": series.get(latest - 5) if latest - 5 >= first else None,
            "Riket": nation,  # sheer numbers are not compared
            "Kvinnor": value.get((id_, kommun, latest, "K")),
            "Män": value.get((id_, kommun, latest, "M")),
        }
        for head, wanted in expected.items():
            assert agrees(cells[head][0], wanted), (path.name, id_, head)
        compared += len(expected)
    return compared


def check(made, frame):
    """Compare every value of Kolada's in the reports of two municipalities; return how many there were."""
    facts = [model_facts(made, key) for key in ("enhet", "matar", "brott")]
    compared = 0
    for kommun in OWN:
        for path in sorted((made.output / kommun).glob("*.html")):
            value = lookup(frame, dict(overview(path)))
            compared += check_charts(path, kommun, value) + check_overview(path, kommun, value, *facts)
    return compared


def test_the_values_are_the_embedded_ones(made, embedded):
    assert check(made, embedded) > 3000


@pytest.mark.shared
def test_the_values_are_the_originals(made, figures):
    assert check(made, figures) > 3000


def test_the_means_of_groups_are_the_means_of_their_members(made, embedded):
    units, areas = model_facts(made, "enhet"), model_facts(made, "liknande")
    compared = 0
    for kommun in OWN:
        for path in sorted((made.output / kommun).glob("*.html")):
            rows = dict(overview(path))
            value = lookup(embedded, rows)
            for id_, cells in rows.items():
                if id_.startswith("L") or not cells["Senaste värde"][1]:
                    continue
                year = int(cells["Senaste värde"][1])
                for kind in ("Liknande kommuner", "Länet"):
                    group = members(kind, kommun, areas[id_])
                    found = [v for code in group if pd.notna(v := value.get((id_, code, year, "T")))]
                    text, note = cells[kind]
                    if len(found) * 3 < len(group) * 2 or units[id_] == "antal":
                        assert text == "–"
                    else:
                        assert agrees(text, sum(found) / len(found)), (path.name, id_, kind)
                        assert note == f"{len(found)} av {len(group)}"
                        compared += 1
    assert compared > 200
