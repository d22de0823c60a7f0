import pandas as pd
import pytest

from styrlib import agenda2030
from styrlib.errors import InputError
from styrlib.styrmodell import Omlankning

from .conftest import REPOSITORY

FOLDER = REPOSITORY / "data" / "raw" / "agenda2030"
USE = pd.DataFrame(
    [("sbn", "klimat", "N00401"), ("ks", "resor", "N00401"), ("ks", "vatten", "N99999")],
    columns=["namnd", "malbild", "nyckeltal"],
)


def test_every_goal_but_the_last_has_nyckeltal_from_rka():
    links = agenda2030.read_links(FOLDER, [])
    assert set(links["mal"]) == set(range(1, 17))
    assert (links["kalla"] == "RKA").all()


def test_who_uses_what_is_asked_from_the_goal():
    found = agenda2030.nyckeltal_for_mal(agenda2030.read_links(FOLDER, []), USE, 13)
    assert set(found.loc[found["nyckeltal"] == "N00401", "namnd"]) == {"sbn", "ks"}
    unused = found[found["nyckeltal"] == "U00501"]
    assert len(unused) == 1
    assert unused["namnd"].isna().all()


def test_who_uses_what_is_asked_from_the_nyckeltal():
    links = agenda2030.read_links(FOLDER, [])
    found = agenda2030.mal_for_nyckeltal(links, USE, "N00401")
    assert set(found["mal"]) == {13}
    assert set(found["malbild"]) == {"klimat", "resor"}
    assert agenda2030.mal_for_nyckeltal(links, USE, "N99999").empty


def test_the_municipality_overrides_rka_and_both_can_be_told_apart():
    change = Omlankning(nyckeltal="N00401", bort=(13,), till=(12,), skal="Vi ser det så.")
    links = agenda2030.read_links(FOLDER, [change])
    own = links[links["nyckeltal"] == "N00401"]
    assert own[["mal", "kalla", "skal"]].to_numpy().tolist() == [[12, "kommunen", "Vi ser det så."]]


@pytest.mark.parametrize("row", ["N00401,18,hog", "N00401,13,hög", "N00401,ett,hog"])
def test_a_wrong_row_is_a_sentence(tmp_path, row):
    (tmp_path / "nyckeltal.csv").write_text(f"nyckeltal,mal,sakerhet\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"nyckeltal\.csv"):
        agenda2030.read_links(tmp_path, [])
