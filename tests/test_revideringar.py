"""Worked by hand: two snapshots, and what Kolada did between them."""

import pandas as pd

from styrlib import revideringar, snapshot


def write(folder, name, values, titles):
    columns = ["kpi", "municipality", "period", "gender", "value", "isdeleted"]
    catalogues = {
        "kpi": [{"id": id_, "title": title} for id_, title in titles.items()],
        "kpi_groups": [],
        "municipality": [],
        "municipality_groups": [],
    }
    return snapshot.write(folder, name, [snapshot.table(pd.DataFrame(values, columns=columns))], catalogues, {})


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
        ],
        {"N00001": "Gammal titel", "N00002": "Borta"},
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
            ("N00003", "0584", 2020, "T", 7.0, False),
        ],
        {"N00001": "Ny titel", "N00003": "Nytt"},
    )
    found = revideringar.compare(older, newer)
    rows = found.varden[["nyckeltal", "kommun", "ar", "slag"]].to_numpy().tolist()
    assert rows == [
        ["N00001", "0114", 2020, "nytt"],
        ["N00001", "0114", 2021, "borttaget"],
        ["N00001", "0584", 2020, "andrat"],
    ]
    assert found.varden.loc[2, ["fore", "efter"]].tolist() == [1.0, 1.5]
    assert found.gamla == {"N00002": "Borta"}
    assert found.nya == {"N00003": "Nytt"}
    assert found.omdopta == {"N00001": ("Gammal titel", "Ny titel")}


def test_the_same_snapshot_has_no_revisions(tmp_path):
    one = write(tmp_path, "2025", [("N00001", "0584", 2020, "T", 0.1 + 0.2, False)], {"N00001": "Ett"})
    assert revideringar.compare(one, one).varden.empty
