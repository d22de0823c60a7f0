import re

import numpy as np
import pandas as pd
import pytest

from styrlib import kommuner
from styrlib.errors import InputError, UnknownNameError
from styrlib.kommuner import Kommun, Places, find_kommun

KOMMUNER = pd.DataFrame(
    [("0000", "Riket", "L"), ("0114", "Upplands Väsby", "K"), ("0561", "Åtvidaberg", "K"), ("1490", "Borås", "K")],
    columns=["kommun", "namn", "slag"],
)


def named(given):
    """Name a case by what it is, without the address that differs between runs."""
    return re.sub(r" at 0x\w+", "", repr(given))


@pytest.mark.parametrize(
    "given", ["0561", "561", 561, "Åtvidaberg", "ÅTVIDABERG", "A\u030atvidaberg", " åtvidabergs kommun "]
)
def test_a_municipality_is_found_by_code_or_name(given):
    assert find_kommun(KOMMUNER, given) == ("0561", "Åtvidaberg")


def test_a_name_that_ends_in_s_is_found():
    assert find_kommun(KOMMUNER, "Borås stad") == ("1490", "Borås")


@pytest.mark.parametrize("given", ["0000", "Riket", "9999", "", "Atlantis"])
def test_what_is_no_municipality_is_refused(given):
    with pytest.raises(UnknownNameError):
        find_kommun(KOMMUNER, given)


def test_the_nearest_name_is_suggested():
    with pytest.raises(UnknownNameError, match="Menade du Åtvidaberg"):
        find_kommun(KOMMUNER, "Atvidaberg")


# --- Everything that a value can be about -----------------------------------------------------------------------------

NAMES = {
    "0000": "Riket",
    "0001": "Region Stockholm",
    "0005": "Region Östergötland",
    "0009": "Region Gotland",
    "0180": "Stockholm",
    "0305": "Håbo",
    "0560": "Boxholm",
    "0561": "Åtvidaberg",
    "0580": "Linköping",
    "0584": "Vadstena",
    "0643": "Habo",
    "0980": "Gotland",
    "1280": "Malmö",
    "1480": "Göteborg",
    "1490": "Borås",
    "2326": "Berg",
}
REGIONS = ("0000", "0001", "0005", "0009")
TOWNS = [code for code in NAMES if code not in REGIONS]
COUNTY = ["0560", "0561", "0580", "0584"]
GROUPS = {
    "G1": ("Liknande kommuner, övergripande, Vadstena, 2024", ["0561"]),
    "G2": ("Liknande kommuner, övergripande, Vadstena, 2025", ["0643", "2326"]),
    "G3": ("Liknande kommuner grundskola, Vadstena, 2025", ["0305", "0560"]),
    "G4": ("Liknande kommuner grundskola, Åtvidaberg, 2025", ["0584", "2326"]),
    "G5": ("Liknande kommuner ekonomiskt bistånd, Vadstena, 2025", ["1490"]),
    "G33615": ("Östergötlands läns kommuner (ovägt medel)", COUNTY),
    "G7": ("Gotlands läns kommuner (ovägt medel)", ["0980"]),
    "G8": ("Alla kommuner (ovägt medel)", TOWNS),
    "G9": ("Alla regioner (ovägt medel)", ["0001", "0005", "0009"]),
    "G10": ("Landsbygdskommun med besöksnäring (ovägt medel)", ["0584", "2326"]),
    "G11": ("Höglandskommunerna", ["0643", "9990"]),  # a member that the catalogue does not have
    "G12": ("Samma namn", ["0180"]),
    "G13": ("Samma namn", ["1480"]),
}


def group(id_):
    title, members = GROUPS[id_]
    return {"id": id_, "title": title, "members": [{"member_id": m, "member_title": m} for m in members]}


def places(own="0584"):
    rows = [{"id": code, "title": name, "type": "L" if code in REGIONS else "K"} for code, name in NAMES.items()]
    frame = kommuner.kommuner(rows)
    owner = Kommun(own, NAMES[own]) if own else None
    return Places(frame, kommuner.grupper(group(id_) for id_ in GROUPS), owner)


class TestPlaces:
    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ("Vadstena", "0584"),
            ("vadstena", "0584"),
            ("VADSTENA", "0584"),
            ("  vadstena ", "0584"),
            ("Vadstena kommun", "0584"),
            ("0584", "0584"),
            ("584", "0584"),
            (584, "0584"),
            (np.int64(584), "0584"),
            ([np.int64(584)], "0584"),
            ("Åtvidaberg", "0561"),
            ("åtvidabergs kommun", "0561"),
            ("A\u030atvidaberg", "0561"),
            ("atvidaberg", "0561"),
            ("goteborg", "1480"),
            ("Habo", "0643"),
            ("HABO", "0643"),
            ("Håbo", "0305"),
            ("håbo kommun", "0305"),
            ("Habo kommun", "0643"),
            ("Ha\u030abo", "0305"),
            ("Stockholm", "0180"),
            ("Stockholms stad", "0180"),
            ("Göteborgs Stad", "1480"),
            ("Malmö stad", "1280"),
            ("Borås Stad", "1490"),
            ("berg", "2326"),  # though other names hold it
            ("Gotland", "0980"),
            ("riket", "0000"),
            ("RIKET", "0000"),
            ("0000", "0000"),
            ("Region Östergötland", "0005"),
            ("region ostergotland", "0005"),
            ("0005", "0005"),
            (5, "0005"),
            ("Region  Gotland", "0009"),
        ],
    )
    def test_a_place_is_found_by_code_or_name_in_any_case(self, given, code):
        assert places().find(given) == {code: NAMES[code]}

    @pytest.mark.parametrize(
        ("given", "codes"),
        [
            ("Östergötlands län", COUNTY),
            ("östergötlands LÄN", COUNTY),
            ("ostergotlands lan", COUNTY),
            ("Östergötlands läns kommuner", COUNTY),
            ("Östergötlands läns kommuner (ovägt medel)", COUNTY),
            ("G33615", COUNTY),
            ("g33615", COUNTY),
            ("länet", COUNTY),
            ("LÄNET", COUNTY),
            ("lan", COUNTY),
            ("skr", ["0584", "2326"]),
            ("SKR", ["0584", "2326"]),
            ("Landsbygdskommun med besöksnäring", ["0584", "2326"]),
            ("liknande", ["0643", "2326"]),
            ("Liknande", ["0643", "2326"]),
            ("liknande:övergripande", ["0643", "2326"]),
            ("liknande:overgripande", ["0643", "2326"]),
            ("liknande:grundskola", ["0305", "0560"]),
            ("LIKNANDE : Grundskola", ["0305", "0560"]),
            ("liknande:ekonomiskt bistånd", ["1490"]),
            ("liknande:grundskola:Åtvidaberg", ["0584", "2326"]),
            ("liknande:grundskola:0561", ["0584", "2326"]),
            ("Gotlands län", ["0980"]),
            ("alla", TOWNS),
            ("Alla kommuner", TOWNS),
            ("alla regioner", ["0001", "0005", "0009"]),
            (
                ["Vadstena", "0180", 580, "riket", "liknande:grundskola"],
                ["0584", "0180", "0580", "0000", "0305", "0560"],
            ),
            (("Vadstena", "vadstena", "0584", 584), ["0584"]),
            (["Östergötlands län", "Boxholm"], COUNTY),
            ((name for name in ("Berg", "Habo")), ["2326", "0643"]),
            (pd.Series(["0584", "0180"]), ["0584", "0180"]),
            (np.array(["0584", "0180"]), ["0584", "0180"]),
            ({"Vadstena"}, ["0584"]),
        ],
    )
    def test_groups_mean_their_members_and_lists_are_mixed(self, given, codes):
        found = places().find(given)
        assert list(found) == codes
        assert found == {code: NAMES[code] for code in codes}

    def test_a_member_that_the_catalogue_lacks_is_kept_by_its_code(self):
        assert places().find("Höglandskommunerna") == {"0643": "Habo", "9990": "9990"}

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ("medel:Östergötlands län", "G33615"),
            ("MEDEL: östergötlands län", "G33615"),
            ("medel:G33615", "G33615"),
            ("medel:g33615", "G33615"),
            ("medel:Alla kommuner", "G8"),
            ("medel:alla regioner", "G9"),
        ],
    )
    def test_koladas_own_value_for_a_group_is_one_place(self, given, code):
        title = GROUPS[code][0].removesuffix(" (ovägt medel)")
        assert places().find(given) == {code: f"{title} (Koladas medelvärde)"}

    def test_a_group_of_similar_municipalities_is_found_by_its_id_too(self):
        assert list(places().find("G3")) == ["0305", "0560"]
        assert list(places().find("medel:G3")) == ["G3"]

    @pytest.mark.parametrize(
        ("given", "suggested"),
        [
            ("Vadstna", "Menade du Vadstena"),
            ("Linkoping", None),
            ("Atvidabreg", "Menade du Åtvidaberg"),
            ("Östergötlans län", "Menade du Östergötlands län"),
            ("Rikte", "Menade du Riket"),
            ("Region Östergötlan", "Menade du Region Östergötland"),
        ],
    )
    def test_an_unknown_name_is_an_error_with_suggestions(self, given, suggested):
        if suggested is None:
            assert list(places().find(given)) == ["0580"]
            return
        with pytest.raises(UnknownNameError, match=f"”{given}” finns inte. {suggested}"):
            places().find(given)

    @pytest.mark.parametrize(
        ("given", "choices"),
        [
            ("Östergötland", ["Östergötlands län", "Region Östergötland"]),
            ("region", ["Region Stockholm", "Region Östergötland", "Region Gotland"]),
        ],
    )
    def test_a_name_that_can_mean_several_things_is_an_error_with_them(self, given, choices):
        with pytest.raises(InputError, match=f"”{given}” kan betyda flera: ") as caught:
            places().find(given)
        assert all(choice in str(caught.value) for choice in choices)
        assert str(caught.value).endswith("Skriv hela namnet eller koden.")

    def test_a_title_that_two_groups_have_is_not_guessed(self):
        for given in ("Samma namn", "medel:Samma namn"):
            with pytest.raises(InputError):
                places().find(given)
        assert list(places().find("G13")) == ["1480"]

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "   ",
            ":",
            "9999",
            "99999",
            9999,
            "-1",
            "0584.0",
            "None",
            "Sverige",
            "G99999",
            "medel:",
            "medel:Atlantis",
        ],
    )
    def test_what_is_no_place_is_refused(self, given):
        with pytest.raises(InputError):
            places().find(given)

    @pytest.mark.parametrize("given", ["liknande:", "liknande:raketer", "liknande:grundskola:Atlantis"])
    def test_similar_municipalities_that_do_not_exist_are_refused(self, given):
        with pytest.raises(UnknownNameError):
            places().find(given)

    def test_an_unknown_area_is_told_with_those_there_are(self):
        with pytest.raises(UnknownNameError, match="Det här finns: ekonomiskt bistånd, grundskola, övergripande"):
            places().find("liknande:raketer")

    def test_more_colons_than_there_are_parts_are_refused(self):
        with pytest.raises(InputError):
            places().find("liknande:grundskola:Vadstena:2025")

    @pytest.mark.parametrize("given", [None, 584.0, 0.5, object()], ids=named)
    def test_what_is_neither_name_nor_code_is_refused(self, given):
        with pytest.raises(InputError, match="Kommunen ska vara text"):
            places().find(given)

    @pytest.mark.parametrize("given", [True, False, [None], [584.5], [["Vadstena"]], b"Vadstena", [b"Vadstena"]])
    def test_what_is_no_name_in_a_list_is_refused(self, given):
        with pytest.raises(InputError):
            places().find(given)

    @pytest.mark.parametrize("given", [[], (), {}, iter(()), pd.Series(dtype="str")], ids=named)
    def test_no_place_at_all_is_an_error(self, given):
        with pytest.raises(InputError, match=r"är en tom lista|ska vara text"):
            places().find(given)

    @pytest.mark.parametrize("given", ["liknande", "liknande:grundskola", "länet", "skr"])
    def test_ones_own_groups_need_a_municipality_of_ones_own(self, given):
        with pytest.raises(InputError, match="behöver veta vilken kommun som är din"):
            places(own=None).find(given)

    def test_somebody_elses_similar_municipalities_need_none(self):
        assert list(places(own=None).find("liknande:grundskola:Åtvidaberg")) == ["0584", "2326"]

    def test_a_county_of_its_own_is_told_to_be_nothing_to_compare_with(self):
        with pytest.raises(InputError):
            places(own="0980").find("länet")

    def test_one_unknown_name_among_several_is_an_error_and_not_left_out(self):
        with pytest.raises(UnknownNameError, match="Atlantis"):
            places().find(["Vadstena", "Atlantis"])
