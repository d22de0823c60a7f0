"""What an utredare gets: every row against what the server's world holds, or against the raw snapshot."""

import datetime as dt
import json
import math
import pickle
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from styrlib import Kolada, tabell
from styrlib.beskrivning import Beskrivning
from styrlib.errors import InputError, SnapshotError, StyrError, UnknownNameError
from styrlib.kolada import Question
from styrlib.tabell import EGEN, Tabell
from styrlib.transport import KoladaError, Transport

from . import kolada_server as k
from .conftest import REPOSITORY

RAW = REPOSITORY / "data" / "raw" / "kolada" / "2024-08"
NOW = dt.datetime.now().astimezone().year
EXTRACTED = 2024
DTYPES = {
    "nyckeltal": "str",
    "kommun": "str",
    "ar": "int64",
    "kon": "str",
    "varde": "float64",
    "antal": "Int64",
    "status": "str",
}
ORDINARY = ["N00001", "N00002", "N00003", "N00004", "U00005", "N00006", "N00007", "N00008", "N00009"]
TOWNS = [text[:4] for text in k.KNOWN]
EVERYWHERE = [*TOWNS, "0001", "0005", "0000"]


@pytest.fixture
def server():
    with k.KoladaServer(k.World.generated(1)) as running:
        yield running


def client(server, kommun="Vadstena", **options):
    transport = Transport(server.url, rate=math.inf, attempts=2, sleep=lambda _: None)
    return Kolada(kommun=kommun, direkt=True, transport=transport, **options)


@pytest.fixture
def direct(server):
    return client(server)


@pytest.fixture(scope="module")
def kolada():
    """Return the client as it is in a notebook: the embedded snapshot, the model's municipality."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STYR_ROT", str(REPOSITORY))
        yield Kolada()


@pytest.fixture(scope="module")
def raw():
    """Return the snapshot's values, read past the library."""
    names = {"kpi": "str", "municipality": "str", "gender": "str", "period": "int64"}
    return pd.read_parquet(RAW / "data.parquet").astype(names)


def catalogue(name):
    return [json.loads(line) for line in (RAW / f"{name}.jsonl").read_text(encoding="utf-8").split("\n") if line]


def held(table, *, kpis=None, units=None, years=None, kon="TKM", deleted=False, since=""):
    """Return what the world holds, past HTTP and the library."""
    return {
        (kpi, unit, year, v["gender"]): (v["value"], v["count"], v["status"])
        for (kpi, unit, year), row in table.items()
        for v in row.values  # noqa: PD011  (no frame)
        if (kpis is None or kpi in kpis)
        and (units is None or unit in units)
        and (years is None or year in years)
        and v["gender"] in kon
        and (deleted or not v["isdeleted"])
        and row.updated >= since
    }


def got(frame, unit="kommun"):
    assert {name: str(t) for name, t in frame.dtypes.items() if name != "borttaget"} == {
        {"kommun": unit}.get(name, name): t for name, t in DTYPES.items()
    }
    keys = ["nyckeltal", unit, "ar", "kon"]
    assert not frame.duplicated(keys).any()
    assert frame[keys].equals(frame[keys].sort_values(keys, ignore_index=True))
    columns = [*keys, "varde", "antal", "status"]
    return {
        tuple(row[:4]): tuple(None if pd.isna(cell) else cell for cell in row[4:])
        for row in frame[columns].astype("object").itertuples(index=False, name=None)
    }


def paths(server):
    """Return the routes that were asked for values, and check that no address was too long."""
    found = Counter()
    for request in server.log:
        _, name, *rest = request.path.strip("/").split("/")
        assert all(len(ids.split(",")) <= 25 for ids in rest[1::2])
        if name in ("data", "oudata"):
            found[f"{name}: {' '.join(rest[::2])}"] += 1
    return found


def lacking(table, unit="kommun"):
    """Return what is told to be lacking, a year at a time."""
    found = {}
    for id_, place, years, why in table.saknas[["nyckeltal", unit, "ar", "orsak"]].itertuples(index=False, name=None):
        for span in years.split(", "):
            first, _, last = span.partition("–")
            for year in range(int(first), int(last or first) + 1):
                assert (id_, place, year) not in found
                found[id_, place, year] = why
    return found


def wanting(shown, ids, places, years):
    """Return what has no value in what the server shows, and what it says."""
    found = {}
    for id_ in ids:
        for place in places:
            for year in years:
                rows = [row for key, row in shown.items() if key[:3] == (id_, place, year)]
                if not any(row[0] is not None for row in rows):
                    said = {row[2] for row in rows}
                    found[id_, place, year] = f"Kolada svarar ”{said.pop()}”" if said else "ingen rad"
    return found


def put(world, kpi, unit, numbers, **options):
    """Put one value per year into the world; None is a null, which Kolada calls Missing."""
    for year, number in numbers.items():
        said = "Missing" if number is None else ""
        world.data[kpi, unit, year] = k.Row([k.value("T", number, said, **options)])


def only(world, kpi):
    """Take away all that the world holds of a nyckeltal."""
    for key in [key for key in world.data if key[0] == kpi]:
        del world.data[key]


def group(code, title, members):
    return k._group(code, title, {member: member for member in members})


# --- Every value, past the limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ids", [[id_] for id_ in ORDINARY] + [ORDINARY])
def test_every_value_is_the_one_that_kolada_has(server, direct, ids):
    found = direct.hamta(ids, ["alla", "alla regioner", "riket"], range(2019, 2030))
    assert got(found) == held(server.world.data, kpis=ids)
    assert paths(server).keys() == {"data: kpi municipality year"}


def test_all_years_are_asked_for_without_naming_any(server, direct):
    found = direct.hamta(ORDINARY, EVERYWHERE, "alla")
    assert got(found) == held(server.world.data)
    assert max(found["ar"]) == 2029  # the projections too
    assert paths(server).keys() == {"data: kpi municipality"}


@pytest.mark.parametrize("years", [2022, "2020-2022"])
def test_all_nyckeltal_are_asked_for_without_naming_any(server, direct, years):
    found = direct.hamta("alla", EVERYWHERE, years)
    assert got(found) == held(server.world.data, years=[2022] if years == 2022 else [2020, 2021, 2022])
    assert paths(server) == {"data: municipality year": 1}


@pytest.mark.parametrize("years", ["alla", "senaste 2"])
def test_all_nyckeltal_can_be_had_for_years_that_are_not_named(server, direct, years):
    found = direct.hamta("alla", "Vadstena", years)
    everything = held(server.world.data, units=["0584"])
    if years != "alla":
        latest = {}
        for (id_, _, year, _), row in everything.items():
            if row[0] is not None and year <= NOW:
                latest[id_] = max(latest.get(id_, 0), year)
        everything = {key: row for key, row in everything.items() if 0 <= latest.get(key[0], 0) - key[2] < 2}
    assert got(found) == everything


@pytest.fixture(scope="module")
def big():
    """Return a server with more than 25 of everything."""
    with k.KoladaServer(k.World.generated(3, kpis=27, municipalities=28, years=range(1999, 2026))) as running:
        yield running


@pytest.mark.parametrize("page", [5000, 700])
def test_neither_the_limit_of_ids_nor_paging_is_met(big, page):
    big.log.clear()
    big.page_limit = page
    ids = [kpi["id"] for kpi in big.world.kpis]
    years = range(1999, 2026)
    found = client(big).hamta(ids, ["alla", "alla regioner", "riket"], years)
    wanted = held(big.world.data)
    assert got(found) == wanted
    assert len(wanted) > 2 * 5000
    assert paths(big)["data: kpi municipality year"] >= 8
    big.page_limit = 5000


@pytest.mark.parametrize(
    ("ids", "kommun", "years"),
    [
        ("alla", "alla", range(1999, 2026)),
        ("alla", "Vadstena", "alla"),
        ("N00001", "alla", "alla"),
        ("N00001", "Vadstena", "1999-2025"),
        ("Alla nyckeltal", "riket", "1990-2025"),
    ],
)
def test_more_than_25_of_any_kind_are_had_in_one_question(big, ids, kommun, years):
    big.log.clear()
    found = client(big).hamta(ids, kommun, years)
    units = [m["id"] for m in big.world.municipalities if m["type"] == "K"] if kommun == "alla" else ["0584"]
    units = ["0000"] if kommun == "riket" else units
    assert got(found) == held(big.world.data, kpis=["N00001"] if ids == "N00001" else None, units=units)
    assert paths(big)


def test_more_than_25_units_are_had_in_one_question(big):
    big.log.clear()
    found = client(big).hamta_enheter("U00005", kommun="alla", ar="1999-2025")
    assert got(found, "enhet") == held(big.world.oudata)
    assert len({key[1] for key in got(found, "enhet")}) > 50
    assert paths(big)["oudata: kpi ou year"] > 3


def test_a_question_that_fails_gives_no_part_of_the_answer(big):
    fault = big.fail(k.status(404), "/data/", times=1, skip=3)
    try:
        with pytest.raises(KoladaError):
            client(big).hamta("alla", "alla", range(1999, 2026))
    finally:
        big.faults.remove(fault)


@pytest.mark.parametrize("change", [k.html(), k.status(503), k.status(403), k.empty, k.not_an_envelope, k.truncated])
def test_a_server_that_does_not_answer_ends_in_a_sentence(server, direct, change):
    server.fail(change, times=math.inf)
    with pytest.raises(KoladaError, match=r"^[A-ZÅÄÖ].*\."):
        direct.hamta("N00001")


def test_catalogues_are_asked_for_once(server, direct):
    for _ in range(3):
        direct.hamta("N00001", ["Vadstena", "liknande:grundskola"], 2022)
        direct.sok("andel")
    lists = Counter(request.path for request in server.log if "/data/" not in request.path)
    assert set(lists.values()) == {1}


# --- Which places, sexes and years ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (None, ["0584"]),
        ("vadstena", ["0584"]),
        (584, ["0584"]),
        (["Vadstena", "0180", "RIKET", "region östergötland"], ["0584", "0180", "0000", "0005"]),
        ("liknande:grundskola", TOWNS[1:]),
        ("liknande", TOWNS[1:]),
        ("Östergötlands län", ["0584", "0580", "0561"]),
        ("länet", ["0584", "0580", "0561"]),
        ("skr", ["0584", "0561"]),
        ("G90001", ["0584", "0580", "0561"]),
        (["länet", "Upplands Väsby"], ["0584", "0580", "0561", "0114"]),
    ],
)
def test_places_are_named_as_people_do(server, direct, given, codes):
    server.world.municipality_groups += [
        group("G90001", "Östergötlands läns kommuner (ovägt medel)", ["0584", "0580", "0561"]),
        group("G90002", "Landsbygdskommun med besöksnäring (ovägt medel)", ["0584", "0561"]),
    ]
    found = direct.hamta(["N00001", "N00009"], given, "2019-2025")
    wanted = held(server.world.data, kpis=["N00001", "N00009"], units=codes, years=range(2019, 2026))
    assert got(found) == wanted
    assert set(found["kommun"]) == set(codes) & {key[1] for key in wanted}
    assert {type(code) for code in found["kommun"]} == {str}


def test_koladas_own_value_for_a_group_is_an_unweighted_mean(server, direct):
    found = direct.hamta("N00001", ["medel:Alla kommuner", "medel:G104000", "Vadstena"], 2023, kon="T")
    by = found.set_index("kommun")["varde"]
    assert set(by.index) <= {"G103000", "G104000", "0584"}
    for code, members in (("G103000", TOWNS), ("G104000", ["0001", "0005"])):
        numbers = [
            r[0] for r in held(server.world.data, kpis=["N00001"], units=members, years=[2023], kon="T").values()
        ]
        numbers = [number for number in numbers if number is not None]
        assert by[code] == pytest.approx(sum(numbers) / len(numbers))
    assert "Koladas medelvärde" in found.forklaringar["G103000"]


@pytest.mark.parametrize(
    ("kon", "sexes"),
    [
        (None, "TKM"),
        ("T", "T"),
        ("k", "K"),
        ("kvinnor", "K"),
        ("Män", "M"),
        ("alla", "T"),
        ("flickor", "K"),
        (["K", "män"], "KM"),
        (("T", "K", "M"), "TKM"),
    ],
)
def test_sexes_are_named_as_people_do(server, direct, kon, sexes):
    found = direct.hamta(["N00001", "N00002"], "alla", "2019-2025", kon=kon)
    assert got(found) == held(
        server.world.data, kpis=["N00001", "N00002"], units=TOWNS, years=range(2019, 2026), kon=sexes
    )


@pytest.mark.parametrize("kon", ["x", "kvinna och man", "", True, 1, [None], [], ["K", "x"], 1.5])
def test_what_is_no_sex_is_refused(direct, kon):
    with pytest.raises(InputError):
        direct.hamta("N00001", ar=2022, kon=kon)


@pytest.mark.parametrize("count", [1, 3, 10])
def test_the_latest_years_end_with_the_last_that_has_a_value(server, direct, count):
    for id_ in ("N00001", "N00002", "N00003"):
        only(server.world, id_)
    put(server.world, "N00001", "0584", {year: float(year) for year in range(NOW - 14, NOW - 2)} | {NOW - 1: None})
    put(server.world, "N00001", "0180", dict.fromkeys(range(NOW - 20, NOW - 3), 1.0))
    put(server.world, "N00002", "0584", dict.fromkeys(range(NOW - 30, NOW - 18), 0.0))
    put(server.world, "N00003", "0584", dict.fromkeys(range(NOW - 4, NOW + 5), 2.0))  # looks ahead
    found = direct.hamta(["N00001", "N00002", "N00003"], ["0584", "0180"], f"senaste {count}")
    years = {key: sorted(set(some)) for key, some in found.groupby(["nyckeltal", "kommun"])["ar"]}
    assert years["N00001", "0584"] == list(range(max(NOW - 14, NOW - 2 - count), NOW - 2))
    assert years.get(("N00001", "0180"), []) == list(range(NOW - 2 - count, NOW - 3))
    assert years["N00002", "0584"] == list(range(NOW - 18 - count, NOW - 18))
    assert years["N00003", "0584"] == list(range(max(NOW - 4, NOW - count + 1), NOW + 1))


@pytest.mark.parametrize("behind", range(6, 18))
def test_the_last_ten_years_of_one_that_stopped_long_ago_are_ten(server, direct, behind):
    only(server.world, "N00009")
    put(server.world, "N00009", "0584", dict.fromkeys(range(NOW - 40, NOW - behind + 1), 1.0))
    found = direct.hamta("N00009", ar="senaste 10")
    assert found["ar"].tolist() == list(range(NOW - behind - 9, NOW - behind + 1))


def test_years_that_look_ahead_come_when_they_are_named(server, direct):
    only(server.world, "N00007")
    put(server.world, "N00007", "0584", dict.fromkeys(range(NOW - 2, NOW + 6), 3.0))
    assert direct.hamta("N00007", ar="senaste 2")["ar"].tolist() == [NOW - 1, NOW]
    assert direct.hamta("N00007", ar=NOW + 3)["ar"].tolist() == [NOW + 3]
    assert direct.hamta("N00007", ar="alla")["ar"].tolist() == list(range(NOW - 2, NOW + 6))


@pytest.mark.parametrize("years", [[2022, "2019-2020"], np.arange(2019, 2022), np.int64(2021), range(2019, 2023)])
def test_years_are_given_in_any_way(server, direct, years):
    wanted = {2019, 2020, 2022} if isinstance(years, list) else set(np.atleast_1d(np.array(years)).tolist())
    assert got(direct.hamta("N00009", "alla", years)) == held(
        server.world.data, kpis=["N00009"], units=TOWNS, years=wanted
    )


@pytest.mark.parametrize("years", ["20222", "2022-2015", "senaste 0", True, [], "", 584, "584", "0584", 2022.5, "i år"])
def test_what_is_no_year_is_refused_before_kolada_is_asked(server, direct, years):
    with pytest.raises(InputError, match="Skriv till exempel 2022"):
        direct.hamta("N00001", ar=years)
    assert not paths(server)


# --- Which nyckeltal --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ("n00001", ["N00001"]),
        (" N00001 ", ["N00001"]),
        (["N00001", "u00005", "n00001"], ["N00001", "U00005"]),
        ((id_ for id_ in ("N00001", "N00009")), ["N00001", "N00009"]),
        ({"N00009"}, ["N00009"]),
        (pd.Series(["N00001", "N00009"]), ["N00001", "N00009"]),
        (np.array(["N00001", "N00009"]), ["N00001", "N00009"]),
        ("Alla nyckeltal", ORDINARY),
        ("alla NYCKELTAL", ORDINARY),
        ("G2KPI150160", ORDINARY),
        ("g2kpi150160", ORDINARY),
        (" Alla nyckeltal ", ORDINARY),
        ("alla", ORDINARY),
        ("Alla", ORDINARY),
    ],
)
def test_nyckeltal_are_named_by_id_or_group(server, direct, given, ids):
    found = direct.hamta(given, "Vadstena", 2022)
    assert got(found) == held(server.world.data, kpis=ids, units=["0584"], years=[2022])


@pytest.mark.parametrize(
    "given", [None, [], "", [""], 1.5, True, 1, [None], ["N00001", None], "N99999", "N1", "hittas inte", object(), {}]
)
def test_what_is_no_nyckeltal_is_refused(direct, given):
    with pytest.raises(InputError):
        direct.hamta(given, "Vadstena", 2022)


def test_an_unknown_nyckeltal_is_an_error_with_suggestions(direct):
    with pytest.raises(
        InputError, match=r"”yrkesprogram” är inget nyckeltal\. Menade du N00004 Behöriga till yrkespro"
    ):
        direct.hamta("yrkesprogram")
    with pytest.raises(InputError, match="N99999 finns inte"):
        direct.hamta(["N00001", "N99999"])


def test_one_that_a_group_has_and_the_catalogue_lacks_is_told(direct):
    found = direct.hamta("Agenda 2030", "Vadstena", 2022)
    assert "N99999" in set(found.saknas["nyckeltal"])


def test_a_group_with_none_that_the_catalogue_has_is_an_error_or_told(server, direct):
    server.world.kpi_groups.append(k._group("G2KPI9", "Borta", {"N99999": "Ett som har försvunnit"}))
    try:
        found = direct.hamta("Borta", "Vadstena", 2022)
    except InputError:
        return
    assert "N99999" in set(found.saknas["nyckeltal"])


def test_what_a_search_found_can_be_fetched(server, direct):
    found = direct.hamta(direct.sok("resultat")["nyckeltal"], "Vadstena", 2022)
    assert got(found) == held(server.world.data, kpis=["N00002", "N00003"], units=["0584"], years=[2022])


@pytest.mark.parametrize("given", [[], (), 0.5, 584.0, [None], "", "Atlantis", ["Vadstena", "Atlantis"], "9999", True])
def test_what_is_no_place_is_refused_before_kolada_is_asked(server, direct, given):
    with pytest.raises(InputError):
        direct.hamta("N00001", given, 2022)
    assert not paths(server)


# --- What did not come ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kon", ["TKM", "T", "K"])
def test_all_that_did_not_come_is_told_with_what_kolada_says(server, direct, kon):
    years = range(2019, 2027)
    found = direct.hamta(ORDINARY, EVERYWHERE, years, kon=[*kon])
    wanted = wanting(held(server.world.data, kon=kon), ORDINARY, EVERYWHERE, years)
    assert lacking(found) == wanted
    assert {"ingen rad", "Kolada svarar ”Missing”", f"Kolada svarar ”{k.SECRET}”"} == set(wanted.values())


def test_statuses_stand_word_for_word_and_null_is_never_zero(server, direct):
    found = direct.hamta(ORDINARY, EVERYWHERE, "alla")
    missing = found[found["status"] == "Missing"]
    secret = found[found["status"] == k.SECRET]
    assert len(missing) > 10
    assert len(secret) > 10
    assert missing["varde"].isna().all()
    assert secret["varde"].isna().all()
    zeros = [key for key, row in held(server.world.data).items() if row[0] == 0]
    assert len(zeros) > 5
    assert int((found["varde"] == 0).sum()) == len(zeros)
    assert (found.loc[found["varde"] == 0, "status"] == "").all()
    assert (found["varde"] < 0).any()


def test_a_status_that_nobody_has_seen_is_kept(server, direct):
    strange = "Värdet \u00a0publiceras <inte> 2023"
    server.world.data["N00001", "0584", 2022] = k.Row([k.value("T", None, strange), k.value("K", 1.5, strange)])
    found = direct.hamta("N00001", "Vadstena", 2022)
    assert got(found) == {
        ("N00001", "0584", 2022, "T"): (None, 0, strange),
        ("N00001", "0584", 2022, "K"): (1.5, 1, strange),
    }


def test_withdrawn_values_are_dropped_unless_they_are_asked_for(server, direct):
    server.world.shows_deleted = True
    years = range(2019, 2027)
    found = direct.hamta(ORDINARY, EVERYWHERE, years)
    assert got(found) == held(server.world.data, years=years)
    assert "borttaget" not in found
    whole = direct.hamta(ORDINARY, EVERYWHERE, years, borttagna=True)
    assert got(whole) == held(server.world.data, years=years, deleted=True)
    marked = set(got(whole[whole["borttaget"]].reset_index(drop=True)))
    assert marked == got(whole).keys() - got(found).keys()
    assert "borttaget" in set(lacking(found).values())
    assert lacking(found) == lacking(whole)


def test_a_year_with_withdrawn_values_alone_is_not_the_latest(server, direct):
    server.world.shows_deleted = True
    only(server.world, "N00009")
    put(server.world, "N00009", "0584", dict.fromkeys(range(NOW - 30, NOW - 17), 1.0))
    put(server.world, "N00009", "0584", {NOW - 1: 2.0}, isdeleted=True)
    assert direct.hamta("N00009", ar="senaste")["ar"].tolist() == [NOW - 18]


@pytest.mark.parametrize("years", ["alla", "senaste", "senaste 10", 2022])
def test_a_municipality_without_values_is_told(server, direct, years):
    only(server.world, "N00009")
    found = direct.hamta("N00009", ["Vadstena", "0180"], years)
    assert found.saknas[["nyckeltal", "kommun", "orsak"]].to_numpy().tolist() == [
        ["N00009", "0584", "ingen rad"],
        ["N00009", "0180", "ingen rad"],
    ]
    assert {name: str(t) for name, t in found.dtypes.items()} == DTYPES


def test_one_in_the_snapshot_that_has_no_values_is_told(kolada):
    for found in (
        kolada.hamta("N07713"),
        kolada.senaste("N07713"),
        kolada.senaste("N07713", tackning=0.5),
        kolada.tillgangliga_ar("N07713"),
        kolada.jamfor("N07713"),
        kolada.rang("N07713"),
        kolada.forandring("N07713", fran=2015, till=2022),
    ):
        assert found.empty
        assert set(found.saknas["nyckeltal"]) == {"N07713"}
        assert set(found.saknas["kommun"]) == {"0584"}
    assert kolada.samvariation("N07713", "N15428").ar is None
    assert kolada.beskriv("N07713").ar == {}


def test_a_year_that_others_have_among_the_latest_is_told(server, direct):
    only(server.world, "N00009")
    put(server.world, "N00009", "0584", {NOW - 3: 1.0, NOW - 1: 1.0})
    put(server.world, "N00009", "0180", dict.fromkeys(range(NOW - 3, NOW), 1.0))
    assert lacking(direct.hamta("N00009", ["0584", "0180"], "senaste 3")) == {("N00009", "0584", NOW - 2): "ingen rad"}


def test_an_answer_can_be_kept(direct, tmp_path):
    found = direct.hamta(ORDINARY, "alla", 2022)
    found.to_pickle(tmp_path / "svar.pkl")
    kept = pickle.loads((tmp_path / "svar.pkl").read_bytes())
    pd.testing.assert_frame_equal(pd.DataFrame(kept), pd.DataFrame(found))


def test_changing_what_an_answer_lacks_changes_nothing(direct):
    found = direct.hamta(ORDINARY, "alla", 2022)
    before = found.saknas.copy()
    assert len(before)
    lacking = found.saknas
    lacking.loc[:, "orsak"] = "något annat"
    pd.testing.assert_frame_equal(found.saknas, before)


# --- What has changed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("since", ["2025-06-15", dt.date(2025, 6, 15), "2026-10-31", "2024-01-01"])
@pytest.mark.parametrize("withdrawn", [False, True])
def test_only_what_has_changed_since_a_day_comes(server, direct, since, withdrawn):
    found = direct.hamta(ORDINARY, EVERYWHERE, "alla", sedan=since, borttagna=withdrawn)
    wanted = held(server.world.data, since=str(since), deleted=withdrawn)
    assert got(found) == wanted
    assert bool(wanted) == (since != "2026-10-31")
    assert "borttaget" in found if withdrawn else "borttaget" not in found
    assert all(r.query["from_date"] == str(since) for r in server.log if "/data/" in r.path)


def test_changes_are_asked_for_past_the_limits(big):
    big.log.clear()
    years = range(1999, 2026)
    found = client(big).hamta("alla", "alla", years, sedan="2026-02-20")
    units = [m["id"] for m in big.world.municipalities if m["type"] == "K"]
    assert got(found) == held(big.world.data, units=units, since="2026-02-20")
    assert paths(big)


def test_changes_of_the_latest_years_are_of_the_latest_years(server, direct):
    only(server.world, "N00009")
    for year in range(NOW - 10, NOW):
        server.world.data["N00009", "0584", year] = k.Row([k.value("T", 1.0)], "2026-10-30")
    found = direct.hamta("N00009", ar="senaste 3", sedan="2026-01-01")
    assert found["ar"].tolist() == [NOW - 3, NOW - 2, NOW - 1]


@pytest.mark.parametrize("since", ["2026-13-01", "igår", "", "20", 2026, 20260101, True])
def test_what_is_no_day_is_refused(direct, since):
    with pytest.raises(InputError, match=r"är inget datum\. Skriv till exempel 2026-11-21\."):
        direct.hamta("N00001", sedan=since)


@pytest.mark.parametrize("since", [dt.datetime(2025, 6, 15, 12, 0), pd.Timestamp("2025-06-15")])  # noqa: DTZ001
def test_a_day_with_a_time_is_a_day(server, direct, since):
    found = direct.hamta(ORDINARY, EVERYWHERE, "alla", sedan=since)
    assert got(found) == held(server.world.data, since="2025-06-15")


# --- Units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "prefixes", "codes"),
    [
        ({}, ("V",), ["0584"]),
        ({"verksamhet": "grundskola"}, ("V15",), ["0584"]),
        ({"verksamhet": "SÄRSKILT boende"}, ("V23",), ["0584"]),
        ({"verksamhet": "sarskilt boende"}, ("V23",), ["0584"]),
        ({"verksamhet": "V15"}, ("V15",), ["0584"]),
        ({"verksamhet": "v23"}, ("V23",), ["0584"]),
        ({"verksamhet": "lss"}, ("V25",), ["0584"]),
        ({"kommun": "alla"}, ("V",), TOWNS),
        ({"kommun": ["Stockholm", "0114"], "verksamhet": "grundskola"}, ("V15",), ["0180", "0114"]),
        ({"kommun": "alla", "text": "STOCKHOLM"}, ("V",), ["0180"]),
        ({"kommun": "liknande:grundskola", "text": "skola"}, ("V15",), TOWNS[1:]),
    ],
)
def test_units_are_found_by_kind_municipality_and_name(server, direct, options, prefixes, codes):
    found = direct.enheter(**options)
    wanted = {
        (unit["id"], unit["title"], unit["municipality"])
        for unit in server.world.ous
        if unit["id"].startswith(prefixes) and unit["municipality"] in codes
    }
    assert set(found[["enhet", "namn", "kommun"]].itertuples(index=False, name=None)) == wanted
    assert set(found["verksamhet"]) <= {"grundskola", "särskilt boende"}
    assert bool(wanted) == (options != {"verksamhet": "lss"})
    assert {str(dtype) for dtype in found.dtypes} == {"str"} or found.empty


def test_units_that_do_not_exist_are_an_empty_table_of_text(direct):
    found = direct.enheter(text="finns inte")
    assert found.empty
    assert {name: str(t) for name, t in found.dtypes.items()} == dict.fromkeys(
        ["enhet", "namn", "kommun", "verksamhet"], "str"
    )


@pytest.mark.parametrize("kind", ["raketer", "V", "V1", "15"])
def test_an_unknown_kind_of_unit_is_told_with_those_there_are(direct, kind):
    with pytest.raises(UnknownNameError, match="grundskola"):
        direct.enheter(verksamhet=kind)


VADSTENA = ["V15E058400000", "V23E058400000"]


@pytest.mark.parametrize(
    ("options", "units", "route"),
    [
        ({"ar": 2022}, VADSTENA, "kpi ou year"),
        ({"ar": "2019-2025", "verksamhet": "grundskola"}, VADSTENA[:1], "kpi ou year"),
        ({"ar": "alla"}, VADSTENA, "kpi ou"),
        ({"ar": [2021, 2022], "enhet": VADSTENA[1]}, VADSTENA[1:], "kpi ou year"),
        (
            {"ar": 2022, "enhet": [" v15e058400000 ", "V15E018000001"]},
            ["V15E058400000", "V15E018000001"],
            "kpi ou year",
        ),
        ({"ar": 2022, "kommun": ["Stockholm", "Vadstena"], "verksamhet": "V23"}, None, "kpi ou year"),
        ({"ar": 2022, "enhet": "alla"}, None, "kpi year"),
        ({"ar": "2019-2025", "enhet": "alla"}, None, "kpi year"),
    ],
)
def test_values_of_units_are_those_that_kolada_has(server, direct, options, units, route):
    if options.get("verksamhet") == "V23":
        units = ["V23E018000001", "V23E058400000"]
    found = direct.hamta_enheter("U00005", **options)
    years = {2022: [2022], "2019-2025": range(2019, 2026), "alla": None}.get(str(options["ar"]), [2021, 2022])
    years = [2022] if options["ar"] == 2022 else years
    wanted = held(server.world.oudata, units=units, years=years)
    assert wanted
    assert got(found, "enhet") == wanted
    assert paths(server).keys() == {f"oudata: {route}"}


def test_all_nyckeltal_of_units_are_had_without_naming_any(server, direct):
    server.world.kpis[0]["has_ou_data"] = True
    for unit in VADSTENA:
        server.world.oudata["N00001", unit, 2022] = k.Row([k.value("T", 4.5)])
    found = direct.hamta_enheter("alla", ar=2022)
    assert got(found, "enhet") == held(server.world.oudata, units=VADSTENA, years=[2022])
    assert set(found["nyckeltal"]) == {"N00001", "U00005"}
    assert paths(server) == {"oudata: ou year": 1}


def test_the_latest_years_of_units_are_the_latest(server, direct):
    found = direct.hamta_enheter("U00005", ar="senaste 2", kon="T")
    every = held(server.world.oudata, units=VADSTENA, kon="T")
    latest = max(key[2] for key, row in every.items() if row[0] is not None)
    assert got(found, "enhet") == {key: row for key, row in every.items() if latest - 2 < key[2] <= latest}


def test_what_did_not_come_of_units_is_told_by_unit(server, direct):
    found = direct.hamta_enheter("U00005", VADSTENA, range(2019, 2026))
    assert lacking(found, "enhet") == wanting(held(server.world.oudata), ["U00005"], VADSTENA, range(2019, 2026))
    assert lacking(direct.hamta_enheter("U00005", "V15E999999999", 2022), "enhet") == {
        ("U00005", "V15E999999999", 2022): "ingen rad"
    }
    assert "Vadstenas skola" in direct.hamta_enheter("U00005", ar=2022).forklaringar.values()


def test_withdrawn_values_of_units_are_dropped_unless_they_are_asked_for(server, direct):
    server.world.shows_deleted = True
    units = [unit["id"] for unit in server.world.ous]
    years = range(2019, 2026)
    assert got(direct.hamta_enheter("U00005", units, years), "enhet") == held(server.world.oudata, years=years)
    whole = direct.hamta_enheter("U00005", units, years, borttagna=True)
    assert got(whole, "enhet") == held(server.world.oudata, years=years, deleted=True)
    assert whole["borttaget"].any()


@pytest.mark.parametrize("enhet", ["alla", None])
@pytest.mark.parametrize("years", ["alla", "senaste", None])
def test_all_of_units_need_years(server, direct, enhet, years):
    with pytest.raises(InputError, match="vilka år"):
        direct.hamta_enheter("alla", enhet, years)
    assert not paths(server)


@pytest.mark.parametrize(
    ("nyckeltal", "options"),
    [
        ("alla", {"enhet": "alla", "ar": 2022}),  # Kolada has no such question
        ("U00005", {"enhet": [], "ar": 2022}),
        ("U00005", {"enhet": "", "ar": 2022}),
        ("U00005", {"enhet": "V15E1/year/2022", "ar": 2022}),
        ("U00005", {"enhet": ",".join(f"V15E{n}" for n in range(30)), "ar": 2022}),
        ("U00005", {"enhet": 1.5, "ar": 2022}),
        ("U00005", {"enhet": [None], "ar": 2022}),
        ("U00005", {"verksamhet": "raketer", "ar": 2022}),
        ("U00005", {"verksamhet": "förskola", "ar": 2022}),  # Vadstena has none here
        ("N99999", {"ar": 2022}),
        ([], {"ar": 2022}),
    ],
)
def test_what_can_not_be_asked_about_units_is_refused_before_kolada_is_asked(server, direct, nyckeltal, options):
    with pytest.raises(InputError):
        direct.hamta_enheter(nyckeltal, **options)
    assert not paths(server)


@pytest.mark.parametrize(
    ("question", "table", "options"),
    [
        (
            Question(("N00001", "N00009"), ar=(2021, 2022)),
            "data",
            {"kpis": ["N00001", "N00009"], "years": [2021, 2022]},
        ),
        (Question(kommuner=("0584", "0000"), ar=(2022,)), "data", {"units": ["0584", "0000"], "years": [2022]}),
        (Question(kommuner=("0584",), ar=(2022,), om="oudata"), "oudata", {"units": VADSTENA, "years": [2022]}),
        (Question(enheter=tuple(VADSTENA), ar=(2022,), om="oudata"), "oudata", {"units": VADSTENA, "years": [2022]}),
        (Question(("U00005",), ar=(2022,), om="oudata"), "oudata", {"years": [2022]}),
        (Question(("U00005",), enheter=tuple(VADSTENA), om="oudata"), "oudata", {"units": VADSTENA}),
    ],
)
def test_every_route_answers_what_the_world_holds(server, direct, question, table, options):
    found = tabell.tidy(direct._kalla.ask([question]))
    found = found[~found["kommun"].str.startswith("G")].reset_index(drop=True)  # groups come beside municipalities
    wanted = held(getattr(server.world, table), **options)
    assert wanted
    assert got(found) == wanted


# --- Search and describe ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, bool),
        ({"kon": True}, lambda kpi: kpi["is_divided_by_gender"]),
        ({"kon": False}, lambda kpi: not kpi["is_divided_by_gender"]),
        ({"enheter": True}, lambda kpi: kpi["has_ou_data"]),
        ({"enheter": False}, lambda kpi: not kpi["has_ou_data"]),
        ({"levande": True}, lambda kpi: not re.search(r"\(- ?\d{4}\)$", kpi["title"])),
        ({"levande": False}, lambda kpi: re.search(r"\(- ?\d{4}\)$", kpi["title"])),
        ({"omrade": "grundskola"}, lambda kpi: "Grundskola" in (kpi["operating_area"] or "")),
        (
            {"omrade": "ALDRE OCH funktionshinder"},
            lambda kpi: "Äldre och funktionshinder" in (kpi["operating_area"] or ""),
        ),
        ({"agenda2030": True}, lambda kpi: kpi["id"] in SELECTION["nyckeltal"].tolist()),
        ({"agenda2030": False}, lambda kpi: kpi["id"] not in SELECTION["nyckeltal"].tolist()),
        ({"mal": 4}, lambda kpi: kpi["id"] in SELECTION.loc[SELECTION["mal"] == 4, "nyckeltal"].tolist()),
        (
            {"mal": 3, "kon": True, "levande": True},
            lambda kpi: (
                kpi["id"] in SELECTION.loc[SELECTION["mal"] == 3, "nyckeltal"].tolist()
                and kpi["is_divided_by_gender"]
                and not re.search(r"\(- ?\d{4}\)$", kpi["title"])
            ),
        ),
    ],
)
def test_a_search_is_narrowed_by_what_the_catalogue_says(kolada, options, wanted):
    found = kolada.sok(**options)
    ids = {kpi["id"] for kpi in catalogue("kpi") if wanted(kpi)}
    assert ids
    assert set(found["nyckeltal"]) == ids
    assert not found["nyckeltal"].duplicated().any()


SELECTION = pd.read_csv(REPOSITORY / "data" / "raw" / "agenda2030" / "nyckeltal.csv")


def test_no_nyckeltal_follows_goal_17(kolada):
    assert kolada.sok(mal=17).empty


@pytest.mark.parametrize(("one", "other"), [("äldre", "aldre"), ("äldre", "ÄLDRES"), ("förskola", "forskolor")])
def test_a_search_does_not_mind_spelling_and_forms(kolada, one, other):
    found = kolada.sok(one)["nyckeltal"].tolist()
    assert len(found) > 3
    assert kolada.sok(other)["nyckeltal"].tolist() == found


def test_a_search_finds_by_several_words_and_id(kolada):
    assert kolada.sok("behöriga yrkesprogram hemkommun")["nyckeltal"].tolist()[0] == "N15428"
    assert kolada.sok("n15428")["nyckeltal"].tolist() == ["N15428"]
    assert kolada.sok("yrkesprogram", omrade="grundskola", kon=True)["nyckeltal"].tolist()[0] in ("N15428", "N15436")
    assert kolada.sok("xyzzy").empty


def test_a_search_in_a_group_of_koladas(kolada):
    groups = {g["title"]: {m["member_id"] for m in g["members"]} for g in catalogue("kpi_groups")}
    ids = {kpi["id"] for kpi in catalogue("kpi")}
    assert set(kolada.sok(grupp="agenda 2030 - 17 MÅL")["nyckeltal"]) == groups["Agenda 2030 - 17 mål"] & ids
    with pytest.raises(UnknownNameError, match="Menade du Agenda 2030 - 17 mål"):
        kolada.sok(grupp="Agenda 2030")


def test_a_search_has_the_documented_columns(kolada):
    for text in ("skola", "xyzzy", ""):
        assert {name: str(t) for name, t in kolada.sok(text).dtypes.items()} == {
            "nyckeltal": "str",
            "titel": "str",
            "enhet": "str",
            "omrade": "str",
            "delas_pa_kon": "bool",
            "har_enheter": "bool",
            "upphorde": "Int16",
        }
        assert kolada.sok(text).kalla == "Källa: Kolada, hämtat augusti 2024."


def test_an_unknown_area_is_told_with_those_there_are(kolada):
    with pytest.raises(UnknownNameError, match="Grundskola") as caught:
        kolada.sok(omrade="grunskola")
    assert "grunskola" in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [{"mal": 0}, {"mal": 18}, {"mal": "fyra"}, {"mal": [4]}, {"mal": 4.5}, {"omrade": 5}, {"grupp": 5}, {"grupp": ""}],
)
def test_what_is_no_filter_is_refused(kolada, options):
    with pytest.raises(InputError):
        kolada.sok(**options)


@pytest.mark.parametrize("text", [None, 5, ["skola"], b"skola"])
def test_what_is_no_text_to_search_for_is_refused(kolada, text):
    with pytest.raises(InputError):
        kolada.sok(text)


def test_a_description_says_what_it_is_and_what_there_is(server, direct):
    found = direct.beskriv("u00005")
    assert isinstance(found, Beskrivning)
    assert (found.nyckeltal, found.enhet, found.producent) == ("U00005", "procent", "SCB")
    assert found.beskrivning.startswith("Antal <65 år delat med 100.\nAvser kommunen.")
    assert (found.delas_pa_kon, found.har_enheter, found.upphorde, found.mal) == (True, True, None, ())
    assert (found.omrade, found.perspektiv, found.kommuntyp) == ("Kommunen, övergripande", "Resurser", "K")
    assert found.nasta_publicering == "2026-08-28"
    counted = {}
    for (_, unit, year, _), row in held(server.world.data, kpis=["U00005"], units=TOWNS).items():
        if row[0] is not None:
            counted.setdefault(year, set()).add(unit)
    assert found.ar == {year: len(units) for year, units in counted.items()}
    assert found.kalla.startswith("Källa: Kolada, hämtat ")
    text = repr(found)
    assert "2019–2025" in text
    assert "Nästa publicering: 2026-08-28" in text
    html = found._repr_html_()
    assert "&lt;65" in html
    assert "<65" not in html
    assert found.kalla in html


def test_a_description_of_one_that_has_ended_says_when(direct):
    found = direct.beskriv("N00004")
    assert found.upphorde == 2021
    assert max(found.ar) <= 2021
    assert "Upphörde efter: 2021" in repr(found)
    assert "Nästa publicering" not in repr(found)


def test_a_description_without_anything_said_is_still_one(direct):
    found = direct.beskriv("N00008")
    assert (found.perspektiv, found.nasta_publicering) == (None, None)
    assert "None" not in repr(found)
    assert "nan" not in repr(found).casefold().replace("finansi", "")


def test_a_description_does_not_count_withdrawn_values(server, direct):
    server.world.shows_deleted = True
    only(server.world, "N00009")
    put(server.world, "N00009", "0584", {2021: 1.0})
    put(server.world, "N00009", "0180", {2021: 1.0, 2022: 1.0}, isdeleted=True)
    assert direct.beskriv("N00009").ar == {2021: 1}


def test_a_description_of_one_for_regions_alone_counts_regions(direct):
    found = direct.beskriv("N00006")
    assert found.ar
    assert "År med värden: inga" not in repr(found)


def test_a_description_from_the_snapshot_agrees_with_the_raw_figures(kolada, raw):
    found = kolada.beskriv("N15428")
    towns = {m["id"] for m in catalogue("municipality") if m["type"] == "K"}
    rows = raw[(raw["kpi"] == "N15428") & raw["municipality"].isin(towns) & raw["value"].notna()]
    assert found.ar == rows.groupby("period")["municipality"].nunique().to_dict()
    assert found.mal == tuple(SELECTION.loc[SELECTION["nyckeltal"] == "N15428", "mal"])
    assert "mål 4" in repr(found)


@pytest.mark.parametrize("given", ["N99999", None, "", 5, ["N15428"], "Agenda 2030 - 17 mål"])
def test_what_is_no_nyckeltal_can_not_be_described(kolada, given):
    with pytest.raises(InputError):
        kolada.beskriv(given)


@pytest.mark.parametrize(
    ("method", "text", "number"),
    [
        ("kommuner", "", 312),
        ("kommuner", "hab", 2),
        ("kommuner", "HÅB", 2),
        ("kommuner", "region", 21),
        ("kommuner", "xyzzy", 0),
        ("grupper", "", 3630),
        ("grupper", "ostergotlands lans kommuner", 1),
        ("grupper", "xyzzy", 0),
        ("nyckeltalsgrupper", "agenda", 2),
        ("nyckeltalsgrupper", "xyzzy", 0),
    ],
)
def test_catalogues_are_listed_by_part_of_a_name(kolada, method, text, number):
    found = getattr(kolada, method)(text)
    assert len(found) == number
    counted = "" if method == "kommuner" else " Antalet medlemmar: Egen beräkning."
    assert found.kalla == f"Källa: Kolada, hämtat augusti 2024.{counted}"
    assert {str(found[name].dtype) for name in found if name != "medlemmar"} == {"str"}


@pytest.mark.parametrize("method", ["kommuner", "grupper", "nyckeltalsgrupper"])
@pytest.mark.parametrize("text", [None, 5, ["a"]])
def test_what_is_no_part_of_a_name_is_refused(kolada, method, text):
    with pytest.raises(InputError):
        getattr(kolada, method)(text)


def test_every_listed_group_can_be_asked_about(kolada):
    listed = kolada.grupper("vadstena")
    assert len(listed) > 5
    for id_ in listed["grupp"]:
        assert len(kolada.hamta("N15428", id_, 2022, kon="T")) > 0


def test_areas_are_told_with_how_many_nyckeltal_they_have(kolada):
    found = kolada.omraden()
    assert dict(found.itertuples(index=False, name=None)) == Counter(kpi["operating_area"] for kpi in catalogue("kpi"))


# --- Without a network ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ids", "kommun", "codes", "years"),
    [
        ("N15428", "Vadstena", ["0584"], "2008-2022"),
        (["N15428", "N00914", "N00090"], ["0584", "riket", "Stockholm", "Region Östergötland"], None, "alla"),
        ("N15428", "alla", None, 2022),
        ("N00096", "Östergötlands län", None, [2020, 2022]),
        ("alla", "Vadstena", ["0584"], 2021),
    ],
)
def test_values_from_the_snapshot_are_the_raw_figures(kolada, raw, ids, kommun, codes, years):
    found = kolada.hamta(ids, kommun, years)
    members = {g["title"]: [m["member_id"] for m in g["members"]] for g in catalogue("municipality_groups")}
    if isinstance(kommun, list):
        codes = ["0584", "0000", "0180", "0005"]
    elif kommun == "alla":
        codes = [m["id"] for m in catalogue("municipality") if m["type"] == "K"]
    elif codes is None:
        codes = members["Östergötlands läns kommuner (ovägt medel)"]
    named = {"2008-2022": range(2008, 2023), "alla": range(1900, 2200)}
    numbers = named[years] if isinstance(years, str) else np.atleast_1d(years)
    rows = raw[raw["municipality"].isin(codes) & raw["period"].isin(numbers)]
    rows = rows if ids == "alla" else rows[rows["kpi"].isin(np.atleast_1d(ids))]
    keys = ["kpi", "municipality", "period", "gender"]
    wanted = {tuple(r[:4]): r[4] for r in rows[[*keys, "value"]].itertuples(index=False, name=None)}
    assert {key: row[0] for key, row in got(found).items()} == wanted
    assert wanted
    assert found.kalla == "Källa: Kolada, hämtat augusti 2024."


def test_a_known_value_stands_where_it_should(kolada):
    found = kolada.hamta("N15428", "Vadstena", 2022, kon="T")
    assert found["varde"].tolist() == [pytest.approx(87.096774, abs=1e-6)]
    assert found["kommun"].tolist() == ["0584"]


@pytest.mark.parametrize("count", [1, 3, 10])
def test_one_that_stopped_in_2018_has_its_latest_years(kolada, raw, count):
    rows = raw[(raw["kpi"] == "N07401") & (raw["municipality"] == "0180") & (raw["gender"] == "T")]
    rows = rows[rows["period"] > 2018 - count]
    found = kolada.hamta("N07401", "alla", f"senaste {count}", kon="T")
    assert found["ar"].max() == 2018
    assert found.loc[found["kommun"] == "0180", "ar"].tolist() == sorted(rows["period"])


def test_a_year_that_ones_own_municipality_lacks_is_told_when_others_have_it(kolada, raw):
    rows = raw[(raw["kpi"] == "N07410") & raw["value"].notna() & (raw["gender"] == "T")]
    assert rows["period"].max() == 2022
    assert rows.loc[rows["municipality"] == "0584", "period"].max() == 2021
    assert ("N07410", "0584", 2022) in lacking(kolada.hamta("N07410", ["Vadstena", "alla"], "senaste 2", kon="T"))
    alone = kolada.hamta("N07410", "Vadstena", "senaste 2", kon="T")  # the latest that those asked about have
    assert alone["ar"].tolist() == [2020, 2021]
    assert alone.saknas.empty


@pytest.mark.parametrize(
    "question",
    [
        lambda kolada: kolada.enheter(),
        lambda kolada: kolada.hamta_enheter("N15428", ar=2022),
        lambda kolada: kolada.hamta_enheter("alla", "alla", 2022),
        lambda kolada: kolada.hamta("N15428", sedan="2024-01-01"),
    ],
)
def test_what_a_snapshot_does_not_have_is_told_with_the_way_to_it(kolada, question):
    with pytest.raises(InputError, match=r"Fråga Kolada direkt: Kolada\(direkt=True\)"):
        question(kolada)


def test_an_unknown_nyckeltal_is_told_to_be_unknown_in_the_snapshot(kolada):
    with pytest.raises(InputError, match="N99999 finns inte i uttaget, hämtat augusti 2024"):
        kolada.hamta("N99999")


def test_nothing_is_asked_of_the_network_when_a_snapshot_answers(kolada, monkeypatch):
    monkeypatch.setattr("styrlib.transport.Transport._once", lambda *_: pytest.fail("Kolada was asked"))
    kolada.hamta("N15428", "liknande:grundskola")
    kolada.jamfor("N15428")
    kolada.beskriv("N15428")
    kolada.rang("N15428")


def test_a_client_says_what_it_is(kolada, direct):
    assert repr(kolada) == "Kolada, hämtat augusti 2024, för Vadstena"
    today = dt.datetime.now().astimezone().date()
    assert str(today.year) in repr(direct)
    assert repr(direct).endswith("för Vadstena")


@pytest.mark.parametrize("given", ["åtvidaberg", "0561", 561, "561", np.int64(561)])
def test_ones_own_municipality_is_given_by_name_or_code(monkeypatch, given):
    monkeypatch.setenv("STYR_ROT", str(REPOSITORY))
    mine = Kolada(kommun=given)
    assert set(mine.hamta("N15428")["kommun"]) == {"0561"}
    assert repr(mine).endswith("för Åtvidaberg")


@pytest.mark.parametrize("given", ["Atlantis", "riket", "", "9999", [], 5.5])
def test_what_is_no_municipality_can_not_be_ones_own(monkeypatch, given):
    monkeypatch.setenv("STYR_ROT", str(REPOSITORY))
    with pytest.raises(InputError):
        repr(Kolada(kommun=given))


def test_a_snapshot_is_chosen_by_name(monkeypatch, tmp_path):
    monkeypatch.setenv("STYR_ROT", str(REPOSITORY))
    assert "augusti 2024" in repr(Kolada(uttag="2024-08"))
    with pytest.raises(SnapshotError, match=r"Det här finns: .*2024-08"):
        Kolada(uttag="1999")
    monkeypatch.delenv("STYR_ROT")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StyrError, match="Hittar inget projekt"):
        Kolada()


def test_kolada_itself_can_be_asked_outside_a_project(server, monkeypatch, tmp_path):
    monkeypatch.delenv("STYR_ROT", raising=False)
    monkeypatch.chdir(tmp_path)
    nobody = client(server, kommun=None)
    assert got(nobody.hamta("N00001", "Vadstena", 2022))
    assert len(nobody.sok("resultat")) == 2
    assert nobody.beskriv("N00001").ar
    for question in (lambda: nobody.hamta("N00001"), lambda: nobody.jamfor("N00001"), nobody.enheter):
        with pytest.raises(InputError, match="vilken kommun"):
            question()


# --- Latest, available, changed ---------------------------------------------------------------------------------------


@pytest.fixture
def steps(server, direct):
    """Return a client of a world where fewer and fewer municipalities have a value."""
    only(server.world, "N00009")
    for number, code in enumerate(TOWNS):
        put(server.world, "N00009", code, {year: 10.0 * number + year - NOW for year in range(NOW - 8, NOW - number)})
    put(server.world, "N00009", "0000", {NOW - 5: 1.0, NOW - 4: 2.0, NOW - 1: 3.0})
    return direct


def test_each_municipality_has_its_latest_value(steps):
    found = steps.senaste("N00009", "alla", kon="T").set_index("kommun")
    assert found["ar"].to_dict() == {code: NOW - 1 - number for number, code in enumerate(TOWNS)}
    assert found["varde"].to_dict() == {code: 9.0 * number - 1 for number, code in enumerate(TOWNS)}
    assert found.loc["0584", "ar"] == NOW - 1


def test_a_latest_value_is_not_told_to_be_lacking(steps):
    assert steps.senaste("N00009", "alla").saknas.empty


@pytest.mark.parametrize(
    ("tackning", "year"), [(1.0, NOW - 6), (0.8, NOW - 5), (0.5, NOW - 3), (0.3, NOW - 2), (0.01, NOW - 1)]
)
def test_the_coverage_rule_chooses_the_year_for_all(steps, tackning, year):
    found = steps.senaste("N00009", ["0584", "0180"], tackning=tackning)
    having = [code for number, code in enumerate(TOWNS[:2]) if NOW - 1 - number >= year]
    assert set(zip(found["kommun"], found["ar"], strict=True)) == {(code, year) for code in having}
    told = set(found.saknas["kommun"])
    assert told == {"0584", "0180"} - set(having)


def test_the_coverage_rule_holds_for_riket_too(steps):
    assert steps.senaste("N00009", "riket", tackning=0.65)["varde"].tolist() == [2.0]


@pytest.mark.parametrize("tackning", [-0.1, 1.1, 50, "hög", None, float("nan")])
def test_what_is_no_coverage_is_refused(kolada, tackning):
    with pytest.raises(InputError):
        kolada.senaste("N15428", tackning=tackning)


def test_a_municipality_without_a_latest_value_is_told(steps, server):
    put(server.world, "N00009", "0580", dict.fromkeys(range(NOW - 8, NOW)))
    found = steps.senaste("N00009", ["0584", "0580"])
    assert found["kommun"].tolist() == ["0584"]
    assert set(found.saknas["kommun"]) == {"0580"}


def test_available_years_are_told_per_municipality(steps):
    found = steps.tillgangliga_ar("N00009", ["0584", "0180", "riket"]).set_index("kommun")
    assert found["ar"].to_dict() == {
        "0584": f"{NOW - 8}–{NOW - 1}",
        "0180": f"{NOW - 8}–{NOW - 2}",
        "0000": f"{NOW - 5}–{NOW - 4}, {NOW - 1}",
    }
    assert found["antal_ar"].to_dict() == {"0584": 8, "0180": 7, "0000": 3}


def test_a_municipality_without_any_year_is_told(steps, server):
    for year in range(NOW - 8, NOW):
        server.world.data.pop(("N00009", "0580", year), None)
    found = steps.tillgangliga_ar("N00009", ["0584", "0580"])
    assert "0580" in set(found["kommun"]) | set(found.saknas["kommun"])


def test_a_change_is_computed_and_is_our_own(steps):
    found = steps.forandring("N00009", ["0584", "0180"], fran=NOW - 4, till=NOW - 2).set_index("kommun")
    assert found["skillnad"].to_dict() == {"0584": 2.0, "0180": 2.0}
    assert found.loc["0180", "procent"] == pytest.approx(100 * 2 / 6)
    assert pd.isna(found.loc["0584", "procent"])  # −4 before
    assert steps.forandring("N00009", fran=NOW - 4, till=NOW - 2).kalla == EGEN


def test_a_change_that_can_not_be_computed_is_told(steps):
    found = steps.forandring("N00009", ["0584", "0180"], fran=NOW - 4, till=NOW - 1)
    assert lacking(found) == {("N00009", "0180", NOW - 1): "ingen rad"}


@pytest.mark.parametrize(
    ("fran", "till"), [("2015", "2022"), (np.int64(2015), np.int64(2022)), (2022, 2015), (2015, 2022)]
)
def test_the_years_of_a_change_are_given_as_other_years(kolada, fran, till):
    found = kolada.forandring("N15428", fran=fran, till=till)
    years = kolada.hamta("N15428", ar=[2015, 2022]).set_index(["ar", "kon"])["varde"]
    assert len(found) == 3
    for row in found.itertuples():
        assert row.skillnad == pytest.approx(years[int(till), row.kon] - years[int(fran), row.kon])


@pytest.mark.parametrize(
    ("fran", "till"),
    [("20155", 2022), (2015, None), ("2015-2017", 2022), ("senaste 3", "senaste"), (True, 2022), ([2015, 2016], 2022)],
)
def test_what_is_no_year_of_a_change_is_refused(kolada, fran, till):
    with pytest.raises(InputError):
        kolada.forandring("N15428", fran=fran, till=till)


def test_a_change_within_a_year_is_none_or_refused(kolada):
    try:
        found = kolada.forandring("N15428", fran=2022, till=2022)
    except InputError:
        return
    assert (found["skillnad"] == 0).all()


# --- Compared, ranked, co-varying -------------------------------------------------------------------------------------


def test_a_comparison_agrees_with_the_raw_figures(kolada, raw):
    found = kolada.jamfor("N15428", med=["liknande:grundskola", "länet", "skr", "riket", "Finspång"])
    groups = {g["title"]: [m["member_id"] for m in g["members"]] for g in catalogue("municipality_groups")}
    similar = max(title for title in groups if title.startswith("Liknande kommuner grundskola, Vadstena, "))
    skr = [t for t, m in groups.items() if t == "Landsbygdskommun, ej nära större stad (ovägt medel)" and "0584" in m]
    members = {
        "Vadstena": ["0584"],
        "liknande:grundskola": groups[similar],
        "länet": groups["Östergötlands läns kommuner (ovägt medel)"],
        "riket": ["0000"],
        "Finspång": ["0562"],
    }
    if skr:
        members["skr"] = groups[skr[0]]
    rows = raw[(raw["kpi"] == "N15428") & (raw["period"] == 2022) & (raw["gender"] == "T")]
    values = rows.set_index("municipality")["value"]
    by = found.set_index("jamforelse")
    assert list(by.index) == ["Vadstena", "liknande:grundskola", "länet", "skr", "riket", "Finspång"]
    for name, codes in members.items():
        having = values.reindex(codes).dropna()
        assert by.loc[name, "varde"] == pytest.approx(having.mean())
        assert by.loc[name, "skillnad"] == pytest.approx(values["0584"] - having.mean())
        assert (by.loc[name, "med_varde"], by.loc[name, "kommuner"]) == (len(having), len(codes))
    assert set(found["ar"]) == {2022}


def test_a_comparison_tells_what_is_ours_and_what_is_koladas(kolada):
    source = kolada.jamfor("N15428").kalla
    ours, koladas = source.split("Egen beräkning.")
    assert "medelvärden" in ours
    assert "Kolada" not in ours
    assert "Källa: Kolada, hämtat augusti 2024." in koladas


@pytest.mark.parametrize("med", ["riket", ["riket"], ("riket",), (name for name in ["riket"])])
def test_one_or_several_can_be_compared_with(kolada, med):
    assert kolada.jamfor("N15428", med=med)["jamforelse"].tolist() == ["Vadstena", "riket"]


def test_another_municipality_has_groups_of_its_own(kolada):
    found = kolada.jamfor("N15428", "Åtvidaberg", med=["liknande:grundskola"])
    members = kolada.hamta("N15428", "liknande:grundskola:Åtvidaberg", 2022, kon="T")
    assert found["jamforelse"].tolist() == ["Åtvidaberg", "liknande:grundskola"]
    assert found["varde"].tolist()[1] == pytest.approx(members["varde"].mean())


def test_each_nyckeltal_is_compared_in_its_own_latest_year(kolada):
    found = kolada.jamfor(["N15428", "N07410"], med=["riket", "länet"])
    years = found.groupby("nyckeltal")["ar"].unique().map(list).to_dict()
    assert years == {"N15428": [2022], "N07410": [2021]}


def test_koladas_own_value_for_a_group_can_be_compared_with(server, direct):
    only(server.world, "N00009")
    for number, code in enumerate(TOWNS):
        put(server.world, "N00009", code, {2023: 2.0 * number})
    found = direct.jamfor("N00009", med=["medel:Alla kommuner", "alla"], ar=2023).set_index("jamforelse")
    assert found["varde"].tolist() == [0.0, 5.0, 5.0]
    assert found["skillnad"].tolist() == [0.0, -5.0, -5.0]
    assert found["kommuner"].tolist() == [1, 1, len(TOWNS)]


def test_a_comparison_without_a_value_of_ones_own_is_told(kolada):
    found = kolada.jamfor("N15638", med="riket")  # Vadstena has none
    assert set(found.saknas["kommun"]) >= {"0584"}
    late = kolada.jamfor("N15428", med="riket", ar=2050)
    assert set(late.saknas["ar"]) == {"2050"}


@pytest.mark.parametrize("kommun", [["Vadstena", "Ydre"], "länet", []])
def test_one_municipality_is_compared_at_a_time(kolada, kommun):
    with pytest.raises(InputError):
        kolada.jamfor("N15428", kommun)


def test_several_together_are_one_to_compare_with_or_refused(kolada):
    try:
        found = kolada.jamfor("N15428", med=["riket", ["Ydre", "Kinda"]])
    except InputError:
        return
    assert found["kommuner"].tolist() == [1, 1, 2]


def test_riket_has_no_similar_municipalities_and_is_told_so(kolada):
    with pytest.raises(InputError) as caught:
        kolada.jamfor("N15428", "riket")
    assert "Riket" in str(caught.value)
    assert kolada.jamfor("N15428", "riket", med="Vadstena")["jamforelse"].tolist() == ["Riket", "Vadstena"]


@pytest.mark.parametrize("highest_first", [True, False])
@pytest.mark.parametrize(("id_", "kommun"), [("N15428", "0584"), ("N00090", "0180"), ("N00914", "2584")])
def test_a_rank_agrees_with_the_raw_figures(kolada, raw, id_, kommun, highest_first):
    towns = {m["id"] for m in catalogue("municipality") if m["type"] == "K"}
    found = kolada.rang(id_, kommun, hogst_forst=highest_first).iloc[0]
    rows = raw[(raw["kpi"] == id_) & (raw["gender"] == "T") & raw["municipality"].isin(towns)]
    values = rows[rows["period"] == found["ar"]].dropna(subset="value").set_index("municipality")["value"]
    better = (values > values[kommun]) if highest_first else (values < values[kommun])
    assert found["plats"] == better.sum() + 1
    assert found["antal_kommuner"] == len(values)
    assert found["kvartil"] == math.floor(4 * better.sum() / len(values)) + 1
    assert found["varde"] == values[kommun]
    later = rows[rows["period"] > found["ar"]].dropna(subset="value").groupby("period").size()
    assert (later < len(values) / 2).all() or later.empty


def test_a_rank_is_our_own_calculation(kolada):
    assert kolada.rang("N15428").kalla == "Egen beräkning."
    assert "Kolada" not in repr(kolada.rang("N15428"))
    assert "Kolada" not in kolada.rang("N15428")._repr_html_()
    assert "Kolada" not in repr(kolada.forandring("N15428", fran=2015, till=2022))


def test_a_rank_among_others_holds_ones_own(kolada):
    found = kolada.rang("N15428", bland="liknande:grundskola").iloc[0]
    assert found["antal_kommuner"] == 8
    assert pd.isna(found["kvartil"])
    county = kolada.rang("N15428", bland="länet").iloc[0]
    assert county["antal_kommuner"] == 13
    assert pd.notna(county["kvartil"])


@pytest.mark.parametrize("kommun", ["riket", "Region Östergötland", ["Vadstena", "riket"]])
def test_riket_and_regions_are_not_ranked_among_municipalities(kolada, kommun):
    try:
        found = kolada.rang("N15428", kommun)
    except InputError:
        return
    assert set(found["antal_kommuner"]) <= {290}
    assert set(found["kommun"]) <= {"0584"}
    assert set(found["plats"]) <= {92}


def test_a_municipality_that_has_no_rank_is_told(kolada):
    found = kolada.rang("N15638")
    assert found.empty
    assert set(found.saknas["kommun"]) == {"0584"}
    several = kolada.rang("N15428", ["Vadstena", "Ydre"], ar=[2021, 2022])
    assert len(several) == 4
    assert several.saknas.empty


@pytest.mark.parametrize("bland", ["riket", "medel:Östergötlands län", "alla regioner"])
def test_means_and_regions_are_not_what_a_municipality_is_ranked_among(kolada, bland):
    try:
        found = kolada.rang("N15428", bland=bland)
    except InputError:
        return
    assert (found["antal_kommuner"] == 1).all()


def test_a_distribution_agrees_with_the_raw_figures(kolada, raw):
    found = kolada.fordelning(["N15428", "N00090"], kon="T")
    towns = {m["id"] for m in catalogue("municipality") if m["type"] == "K"}
    assert found["nyckeltal"].tolist() == ["N00090", "N15428"]
    for row in found.itertuples():
        rows = raw[(raw["kpi"] == row.nyckeltal) & (raw["gender"] == "T") & (raw["period"] == row.ar)]
        values = sorted(rows.loc[rows["municipality"].isin(towns), "value"].dropna())
        n, mean = len(values), sum(values) / len(values)
        assert (row.kommuner, row.lagst, row.hogst) == (n, values[0], values[-1])
        assert row.medel == pytest.approx(mean)
        assert row.standardavvikelse == pytest.approx(math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1)))
        for part, told in ((0.25, row.undre_kvartil), (0.5, row.median), (0.75, row.ovre_kvartil)):
            low = math.floor(part * (n - 1))
            between = part * (n - 1) - low
            assert told == pytest.approx(values[low] + between * (values[min(low + 1, n - 1)] - values[low]))
    assert found.kalla == "Egen beräkning."


def test_members_of_a_group_are_told(kolada):
    found = kolada.medlemmar("östergötlands län")
    members = {g["title"]: [m["member_id"] for m in g["members"]] for g in catalogue("municipality_groups")}
    assert found["kommun"].tolist() == members["Östergötlands läns kommuner (ovägt medel)"]
    assert "Vadstena" in set(found["namn"])
    with pytest.raises(InputError):
        kolada.medlemmar(None)


def test_co_variation_agrees_with_the_raw_figures(kolada, raw):
    found = kolada.samvariation("N15428", "N15505")
    towns = {m["id"] for m in catalogue("municipality") if m["type"] == "K"}
    rows = raw[raw["kpi"].isin(["N15428", "N15505"]) & (raw["gender"] == "T") & raw["municipality"].isin(towns)]
    wide = rows[rows["period"] == found.ar].pivot_table(index="municipality", columns="kpi", values="value").dropna()
    assert found.kommuner == len(wide)
    assert found.pearson == pytest.approx(np.corrcoef(wide["N15428"], wide["N15505"])[0, 1])
    assert found.spearman == pytest.approx(np.corrcoef(wide["N15428"].rank(), wide["N15505"].rank())[0, 1])
    assert found.fran < found.pearson < found.till


def test_co_variation_in_a_year_and_among_some(kolada):
    assert kolada.samvariation("n15428", "N15505", ar=2015).ar == 2015
    assert kolada.samvariation("N15428", "N15505", bland="länet").kommuner <= 13
    assert kolada.samvariation("N15428", "N15505", bland="liknande").pearson is None


@pytest.mark.parametrize("pair", [("N15428", "N15428"), ("N15428", "n15428 "), ("N15428", "N99999"), ("N15428", None)])
def test_what_does_not_make_a_pair_is_refused(kolada, pair):
    with pytest.raises(InputError):
        kolada.samvariation(*pair)


@pytest.mark.parametrize(
    "question",
    [
        lambda kolada, one: kolada.senaste(one("N15428"), one("Vadstena")),
        lambda kolada, one: kolada.senaste(one("N15428"), one("Vadstena"), tackning=0.5),
        lambda kolada, one: kolada.tillgangliga_ar(one("N15428"), one("Vadstena")),
        lambda kolada, one: kolada.forandring(one("N15428"), one("Vadstena"), fran=2020, till=2022),
        lambda kolada, one: kolada.jamfor(one("N15428"), "Vadstena", med="riket"),
        lambda kolada, one: kolada.rang(one("N15428"), one("Vadstena"), bland=one("länet")),
    ],
)
@pytest.mark.parametrize("one", [lambda x: x, lambda x: [x], lambda x: iter([x]), lambda x: pd.Series([x])])
def test_every_question_takes_one_or_several_in_any_shape(kolada, question, one):
    found = question(kolada, one)
    assert set(found["nyckeltal"]) == {"N15428"}
    assert found.saknas.empty


# --- As they show themselves ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        lambda kolada: kolada.hamta("N15428", ["Vadstena", "riket"]),
        lambda kolada: kolada.hamta("N15428", "alla", "alla"),
        lambda kolada: kolada.hamta("N15428", ar=2050),
        lambda kolada: kolada.sok("skola"),
        lambda kolada: kolada.sok("xyzzy"),
        lambda kolada: kolada.omraden(),
        lambda kolada: kolada.kommuner(),
        lambda kolada: kolada.grupper("vadstena"),
        lambda kolada: kolada.nyckeltalsgrupper(),
        lambda kolada: kolada.senaste("N15428"),
        lambda kolada: kolada.tillgangliga_ar("N15428"),
        lambda kolada: kolada.forandring("N15428", fran=2015, till=2022),
        lambda kolada: kolada.jamfor("N15428"),
        lambda kolada: kolada.rang("N15428", "länet"),
    ],
)
def test_every_answer_shows_itself_with_its_source_last(kolada, question):
    found = question(kolada)
    assert isinstance(found, Tabell)
    assert found.kalla
    assert found.kalla in repr(found)
    html = found._repr_html_()
    assert html.count("<table>") == 1
    assert html.rstrip().removesuffix("</div>").rstrip().endswith(f"<p>{found.kalla}</p>")
    assert "<NA>" not in html
    assert "nan" not in html.casefold().replace("finans", "").replace("vadstena", "").replace("nande", "").split(">")
    assert ("Egen beräkning" in found.kalla) or ("Källa: Kolada" in found.kalla)


def test_an_answer_explains_its_codes(kolada):
    html = kolada.hamta("N15428", ["Vadstena", "riket"], 2022)._repr_html_()
    assert "<strong>0584</strong>&nbsp;Vadstena" in html
    assert "<strong>0000</strong>&nbsp;Riket" in html
    assert "behöriga till yrkesprogram" in html


def test_what_did_not_come_shows_itself(kolada):
    found = kolada.hamta("N15428", "alla regioner", 2022)
    assert "20 rader i .saknas" in repr(found)
    assert "20 rader i .saknas" in found._repr_html_()
    assert len(found.saknas) == 20


def test_what_only_kolada_has_is_not_looked_for_in_a_snapshot(kolada):
    with pytest.raises(InputError, match=r"finns inte i uttaget\. Fråga Kolada\(direkt=True\)"):
        kolada.hamta("N15428", "medel:Östergötlands län")
    found = kolada.hamta("N15428", ["Vadstena", "Region Skåne"], 2022)
    assert found.saknas["orsak"].tolist() == ["finns inte i uttaget"]
