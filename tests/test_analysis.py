"""Worked by hand: a few municipalities, a few years."""

import pandas as pd
import pytest

from styrlib import analysis, kommuner

GROUPS = pd.DataFrame(
    [
        ("G1", "Liknande kommuner skola, Aby, 2023", "liknande", "skola", "Aby", "0002"),
        ("G2", "Liknande kommuner skola, Aby, 2024", "liknande", "skola", "Aby", "0003"),
        ("G2", "Liknande kommuner skola, Aby, 2024", "liknande", "skola", "Aby", "0004"),
        ("G3", "A läns kommuner (ovägt medel)", "lan", None, None, "0001"),
        ("G3", "A läns kommuner (ovägt medel)", "lan", None, None, "0002"),
        ("G4", "B läns kommuner (ovägt medel)", "lan", None, None, "0003"),
    ],
    columns=["grupp", "titel", "slag", "omrade", "agare", "medlem"],
)


def values(*rows):
    columns = ["kommun", "ar", "kon", "varde", "dold"]
    return pd.DataFrame([("N00001", *row) for row in rows], columns=["nyckeltal", *columns]).assign(antal=None)


VALUES = values(
    ("0001", 2015, "T", 10.0, False),
    ("0001", 2018, "T", 12.0, False),
    ("0001", 2020, "T", 0.0, False),
    ("0001", 2021, "T", None, False),
    ("0001", 2020, "K", -1.0, False),
    ("0001", 2020, "M", None, True),
    ("0002", 2020, "T", 6.0, False),
    ("0003", 2020, "T", 4.0, False),
    ("0004", 2020, "T", 5.0, False),
    ("0000", 2020, "T", 7.0, False),
)


def row(frame, groups=("liknande", "lan", "riket")):
    members = {
        "liknande": {"N00001": ["0003", "0004"]},
        "lan": {"N00001": ["0001", "0002"]},
        "riket": {"N00001": []},
    }
    by = analysis.by_nyckeltal(frame, ["N00001"])
    return analysis.overview(by, "0001", {g: members[g] for g in groups}).loc["N00001"]


def test_the_newest_group_of_similar_municipalities_is_used():
    assert kommuner.members(GROUPS, "liknande", "0001", "Aby", "skola") == ["0003", "0004"]


def test_the_county_holds_the_municipality_itself():
    assert kommuner.members(GROUPS, "lan", "0001", "Aby") == ["0001", "0002"]


def test_a_county_of_its_own_is_nothing_to_compare_with():
    assert kommuner.members(GROUPS, "lan", "0003", "Gby") == []


def test_a_group_that_does_not_exist_is_empty():
    assert kommuner.members(GROUPS, "liknande", "0001", "Aby", "vård") == []


def test_the_latest_value_stands_beside_earlier_ones_and_the_same_year_of_others():
    found = row(VALUES)
    assert (found["ar"], found["varde"]) == (2020, 0.0)  # zero is a value, and a missing 2021 is not
    assert (found["fore_ar"], found["fore"]) == (2018, 12.0)
    assert found["fem_ar"] == 10.0
    assert (found["liknande"], found["liknande_antal"]) == (4.5, 2)
    assert (found["lan"], found["lan_antal"]) == (3.0, 2)
    assert found["riket"] == 7.0
    assert (found["kvinnor"], found["man_dold"]) == (-1.0, True)
    assert pd.isna(found["man"])


def test_a_hidden_latest_value_is_not_replaced_by_an_older_one():
    found = row(values(("0001", 2019, "T", 5.0, False), ("0001", 2020, "T", None, True)))
    assert (found["ar"], found["dold"]) == (2020, True)
    assert pd.isna(found["varde"])
    assert found["fore"] == 5.0


def test_a_nyckeltal_without_values_has_a_row_all_the_same():
    found = row(VALUES.iloc[:0])
    assert found[["ar", "varde", "fore", "liknande", "riket"]].isna().all()
    assert found["liknande_antal"] == 0


@pytest.mark.parametrize(("with_value", "shown"), [(1, False), (2, True), (3, True)])
def test_a_mean_of_fewer_than_two_thirds_is_not_shown(with_value, shown):
    members = ["0002", "0003", "0004"]
    frame = VALUES[VALUES["kommun"].isin(members[:with_value])]
    found = analysis.group_mean(frame, members)
    assert found["antal_medlemmar"].tolist() == [with_value]
    assert found["varde"].notna().tolist() == [shown]


def test_the_order_of_sexes_in_the_source_does_not_matter():
    shuffled = VALUES.sample(frac=1, random_state=1)
    pd.testing.assert_series_equal(row(shuffled), row(VALUES))
