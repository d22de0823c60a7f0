"""Worked by hand: two snapshots, and what Kolada did between them."""

import pandas as pd
from bs4 import BeautifulSoup

from styrlib import revideringar, revideringssida, snapshot


def write(folder, name, values, titles, origin=None):
    columns = ["kpi", "municipality", "period", "gender", "value", "isdeleted"]
    catalogues = {
        "kpi": [{"id": id_, "title": title} for id_, title in titles.items()],
        "kpi_groups": [],
        "municipality": [],
        "municipality_groups": [],
    }
    return snapshot.write(
        folder, name, [snapshot.table(pd.DataFrame(values, columns=columns))], catalogues, origin or {}
    )


def test_changed_new_and_withdrawn_values_and_nyckeltal_are_told_apart(tmp_path):
    older = write(
        tmp_path,
        "2025",
        [
            ("N00001", "0584", 2020, "T", 1.0, False),
            ("N00001", "0584", 2021, "T", 2.0, False),
            ("N00001", "0114", 2020, "T", None, False),
            ("N00001", "0114", 2021, "T", 4.0, False),
            ("N00002", "0584", 2020, "T", 9.0, False),
            ("N00004", "0584", 2020, "T", 6.0, False),
        ],
        {"N00001": "Gammal titel", "N00002": "Borta", "N00004": "Fyra"},
    )
    newer = write(
        tmp_path,
        "2026",
        [
            ("N00001", "0584", 2020, "T", 1.5, False),
            ("N00001", "0584", 2021, "T", 2.0, False),
            ("N00001", "0114", 2020, "T", 3.0, False),
            ("N00001", "0114", 2021, "T", 4.0, True),
            ("N00001", "0114", 2022, "T", 5.0, False),  # a year that the older one does not hold is no revision
            ("N00004", "0584", 2021, "T", 6.0, False),  # the first value of a year: published, not revised
            ("N00003", "0584", 2020, "T", 7.0, False),
            ("N00004", "0584", 2020, "T", 6.0, False),
        ],
        {"N00001": "Ny titel", "N00003": "Nytt", "N00004": "Fyra"},
    )
    found = revideringar.compare(older, newer)
    rows = found.varden[["nyckeltal", "kommun", "ar", "slag"]].to_numpy().tolist()
    assert rows == [
        ["N00001", "0114", 2020, "nytt"],
        ["N00001", "0114", 2021, "borttaget"],
        ["N00001", "0584", 2020, "andrat"],
        ["N00004", "0584", 2021, "nytt ar"],
    ]
    assert found.varden.loc[2, ["fore", "efter"]].tolist() == [1.0, 1.5]
    assert found.gamla == ("N00002",)
    assert found.nya == ("N00003",)
    assert found.per_nyckeltal().to_dict("index")["N00001"] == {"andrat": 1, "nytt": 1, "nytt ar": 0, "borttaget": 1}
    assert found.omdopta == {"N00001": ("Gammal titel", "Ny titel")}


def test_the_same_snapshot_has_no_revisions(tmp_path):
    one = write(tmp_path, "2025", [("N00001", "0584", 2020, "T", 0.1 + 0.2, False)], {"N00001": "Ett"})
    assert revideringar.compare(one, one).varden.empty


def test_years_are_those_that_a_fetch_asked_for_though_a_snapshot_has_none_of_them(tmp_path):
    row = ("N00001", "0584", 2020, "T", 1.0, False)
    asked = {"fetch": {"years": [2019, 2021], "units": ["0584"]}}
    older = write(tmp_path, "2025", [row], {"N00001": "Ett"}, asked)
    newer = write(tmp_path, "2026", [row, ("N00001", "0584", 2021, "T", 2.0, False)], {"N00001": "Ett"}, asked)
    assert revideringar.compare(older, newer).varden["slag"].tolist() == ["nytt ar"]


def test_nothing_in_common_is_no_revision(tmp_path):
    older = write(tmp_path, "2025", [("N00001", "0584", 2020, "T", 1.0, False)], {"N00001": "Ett"})
    newer = write(tmp_path, "2026", [("N00002", "0584", 2020, "T", 1.0, False)], {"N00002": "Två"})
    assert revideringar.compare(older, newer).varden.empty


def test_the_page_leads_with_the_own_municipality_and_escapes_what_comes_from_kolada(tmp_path):
    titles = {"N00001": "Andel <b>unga</b> & äldre, andel (%)", "N00002": "Två"}
    values = [("N00001", "0584", 2020, "T", 1.0, False), ("N00002", "0114", 2020, "K", 1.0, False)]
    older = write(tmp_path, "2025-01-31", values, titles)
    newer = write(
        tmp_path,
        "2026-02-28",
        [("N00001", "0584", 2020, "T", 1234.5, False), ("N00002", "0114", 2020, "K", None, False)],
        titles,
    )
    found = revideringar.compare(older, newer)
    own = revideringssida.Kommunens("0584", "Vadstena", {"N00001": ["Alla med (KS)"]})
    html, csv = revideringssida.write(tmp_path / "ut", found, own)
    page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
    text = " ".join(page.get_text().split())
    assert "Vad Kolada har ändrat från 31 januari 2025 till 28 februari 2026" in text
    assert "ändrat ett värde, lagt till inga värden i år som redan fanns och tagit bort ett värde." in text
    first, second = page.find_all("table")
    cells = [cell.get_text().replace("\u00a0", " ") for cell in first.tbody.find_all(["th", "td"])]
    assert cells == ["N00001 Andel <b>unga</b> & äldre, andel (%)", "2020", "alla", "ändrat", "1,0", "1 234,5"]
    assert "Alla med (KS)" in second.get_text()
    assert "Källa: Kolada, uttagen 2025-01-31 och 2026-02-28. Jämförelsen: Egen beräkning." in text
    lines = csv.read_text(encoding="utf-8-sig").splitlines()
    assert lines == [
        "nyckeltal;kommun;ar;kon;slag;fore;efter",
        "N00001;0584;2020;T;andrat;1,0;1234,5",
        "N00002;0114;2020;K;borttaget;1,0;",
    ]


def test_a_unit_that_loses_its_only_value_has_it_withdrawn(tmp_path):
    asked = {"fetch": {"years": [2019, 2021], "units": ["0114", "0584"]}}
    rows = [("N00001", unit, 2020, "T", 1.0, False) for unit in ("0114", "0584")]
    older, newer = (
        write(tmp_path, name, some, {"N00001": "Ett"}, asked) for name, some in (("2025", rows), ("2026", rows[:1]))
    )
    assert revideringar.compare(older, newer).varden[["kommun", "slag"]].to_numpy().tolist() == [["0584", "borttaget"]]


def test_a_small_change_of_a_great_value_is_a_revision(tmp_path):
    older = write(tmp_path, "2025", [("N00001", "0000", 2020, "T", 10_500_000.0, False)], {"N00001": "Ett"})
    newer = write(tmp_path, "2026", [("N00001", "0000", 2020, "T", 10_500_009.0, False)], {"N00001": "Ett"})
    assert revideringar.compare(older, newer).varden["slag"].tolist() == ["andrat"]
