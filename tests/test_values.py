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
        table = heading.parent.select_one("figure table")
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


def check(made, frame):
    """Compare every number in every table of Kolada's values; return how many there were."""
    compared = 0
    for kommun, name in OWN.items():
        for path in sorted((made.output / kommun).glob("*.html")):
            tables = dict(charts(path))
            value = lookup(frame, tables)
            columns = {name: (kommun, "T"), "Riket": ("0000", "T")}
            columns |= {f"Kvinnor, {name}": (kommun, "K"), f"Män, {name}": (kommun, "M")}
            for id_, years in tables.items():
                for year, cells in years.items():
                    for head, (unit, sex) in columns.items():
                        if head in cells:
                            expected = value.get((id_, unit, year, sex))
                            assert agrees(cells[head], expected), (path.name, id_, year, head, cells[head], expected)
                            compared += cells[head] != "–"
            for id_, cells in overview(path):
                if id_ not in tables:
                    continue
                own = {
                    year: v
                    for (i, k, year, s), v in value.items()
                    if (i, k, s) == (id_, kommun, "T") and 2008 <= year <= 2022
                }
                latest = max(year for year, v in own.items() if pd.notna(v))
                text, note = cells["Senaste värde"]
                assert (agrees(text, own[latest]), note) == (True, str(latest)), (path.name, id_)
                before = max((year for year in own if year < latest), default=None)
                assert agrees(cells["Föregående"][0], own.get(before)), (path.name, id_)
                assert agrees(cells["Fem år tidigare"][0], own.get(latest - 5)), (path.name, id_)
                assert agrees(cells["Riket"][0], value.get((id_, "0000", latest, "T"))), (path.name, id_)
                for head, sex in (("Kvinnor", "K"), ("Män", "M")):
                    assert agrees(cells[head][0], value.get((id_, kommun, latest, sex))), (path.name, id_)
                compared += 6
    return compared


def test_the_values_are_the_embedded_ones(made, embedded):
    assert check(made, embedded) > 3000


@pytest.mark.shared
def test_the_values_are_the_originals(made, figures):
    assert check(made, figures) > 3000


def test_the_means_of_groups_are_the_means_of_their_members(made, embedded):
    model = json.loads((made.processed / "styrmodell.json").read_text(encoding="utf-8"))
    areas = {n["id"]: n["liknande"] for b in model["namnder"] for m in b["malbilder"] for n in m["nyckeltal"]}
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
                    if len(found) * 2 < len(group):
                        assert text == "–"
                    else:
                        assert agrees(text, sum(found) / len(found)), (path.name, id_, kind)
                        assert note == f"{len(found)} av {len(group)}"
                        compared += 1
    assert compared > 200
