"""What Kolada's titles and descriptions hold: unit, producer, last year, readable text."""

import json

import pandas as pd
import pytest

from styrlib import nyckeltal

from . import kolada_server as k
from .conftest import REPOSITORY, SHARED

DTYPES = {
    "nyckeltal": "str",
    "titel": "str",
    "beskrivning": "str",
    "enhet": "str",
    "producent": "str",
    "delas_pa_kon": "bool",
    "har_enheter": "bool",
    "kommuntyp": "str",
    "omrade": "str",
    "perspektiv": "str",
    "upphorde": "Int16",
    "nasta_publicering": "str",
}


# Titles of Kolada's own, but for the last ones.
@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Elever i åk 9 som är behöriga till yrkesprogram, hemkommun, andel (%)", "procent"),
        ("Resultatutjämningsreserv (RUR), andel (%) av skatteintäkter", "procent"),
        ("Behöriga till yrkesprogram, andel (%) (-2021)", "procent"),
        ("Uppräkningsfaktor, %", "procent"),
        ("Personalkostnader, kr/inv", "kr/inv"),
        ("Inkomstutjämning, bidrag/avgift, kr/inv 1 nov fg år", "kr/inv 1 nov fg år"),
        ("Månadsavlönade totalt, kommun, antal", "antal"),
        ("Antal anmälda brott om narkotika, antal/100 000 inv", "antal/100 000 inv"),
        ("Utsläpp av växthusgaser totalt, ton CO2e/inv", "ton CO2e/inv"),
        ("Invånare totalt, antal.", "antal"),
        ("Finns en plan för våld i nära relation, (Ja=1, Nej=0)", "1 ja, 0 nej"),
        ("Nöjd Region-Index - Helheten", None),
        ("Landareal, kvadratkilometer", "kvadratkilometer"),
        ("Elever i åk. 9, meritvärde lägeskommun", "meritvärde"),
        ("Medarbetarengagemang (HME), index för påståendet Mitt arbete känns meningsfullt", "index"),
        ("Energianvändning i lokaler, kWh/kvm BRA Källa: Egna uppgifter i regionen", "kWh/kvm BRA"),
        ("Aborter, antal  per 1000 kvinnor", "antal per 1000 kvinnor"),
        ("", None),
        ("Något", None),
        ("Antalet som ökat, regionen", None),
        ("Kronor och ören, krona", None),
    ],
)
def test_the_unit_is_read_from_the_title(title, unit):
    assert nyckeltal.enhet(title) == unit


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Behöriga till yrkesprogram, andel (%) (-2021)", 2021),
        ("Väntetid, median (- 2024)", 2024),
        ("Väntetid (-2024) ", 2024),
        ("Pensionsutbetalningar exkl löneskatt (-1997) region, kr/inv", None),  # before, not after
        ("Elever 2021, antal", None),
        ("Invånare (2021)", None),
        ("Invånare 16-2024", None),
    ],
)
def test_the_last_year_is_read_from_the_end_of_the_title(title, year):
    assert nyckeltal.upphorde(title) == year


@pytest.mark.parametrize(
    ("description", "producer"),
    [
        ("Antal elever. Källa: SCB.", "SCB"),
        ("Antal elever.\\nKälla: SCB och Skolverket.", "SCB och Skolverket"),
        ("Antal elever. Källa: SCB", "SCB"),
        ("Antal elever. Källa: Svenskt Kvalitetsindex (SKI). \\n", "Svenskt Kvalitetsindex (SKI)"),
        ("Antal elever.", None),
        ("", None),
        (None, None),
    ],
)
def test_the_producer_is_read_from_the_end_of_the_description(description, producer):
    assert nyckeltal.producent(description) == producer


@pytest.mark.parametrize(
    ("description", "text"),
    [
        ("Antal <65 år\tdelat med\u00a0100.\\nAvser kommunen.\\n\\n", "Antal <65 år delat med 100.\nAvser kommunen."),
        ("En  rad.\nEn till.", "En rad.\nEn till."),
        ("", None),
        (None, None),
    ],
)
def test_the_description_is_text_that_can_be_read(description, text):
    assert nyckeltal.beskrivning(description) == text


def test_the_catalogue_has_the_documented_columns_and_says_no_more_than_kolada():
    found = nyckeltal.catalogue(k.World.generated(1).kpis)
    assert {name: str(dtype) for name, dtype in found.dtypes.items()} == DTYPES
    by = found.set_index("nyckeltal")
    assert by.loc["N00004", "upphorde"] == 2021
    assert by["upphorde"].notna().sum() == 1
    assert by["har_enheter"].to_dict() == {id_: id_ == "U00005" for id_ in by.index}
    assert by["delas_pa_kon"][["N00001", "N00002", "N00009"]].tolist() == [True, False, True]
    assert by["kommuntyp"][["N00001", "N00002", "N00006"]].tolist() == ["A", "K", "L"]
    assert by["producent"].eq("SCB").all()
    assert by.loc["N00008", ["perspektiv", "nasta_publicering"]].isna().all()
    assert by.loc["N00009", "nasta_publicering"] == "2026-08-28"
    assert by.loc["U00005", "beskrivning"] == "Antal <65 år delat med 100.\nAvser kommunen.\nKälla: SCB."
    assert not by[["titel", "omrade"]].isna().any().any()


def test_an_empty_catalogue_has_the_same_columns():
    found = nyckeltal.catalogue([])
    assert {name: str(dtype) for name, dtype in found.dtypes.items()} == DTYPES


def test_an_entry_with_nothing_but_id_and_title_is_enough():
    row = nyckeltal.catalogue([{"id": "N00001", "title": "Något"}]).iloc[0]
    assert (row["nyckeltal"], row["delas_pa_kon"], row["har_enheter"]) == ("N00001", False, False)
    optional = ["beskrivning", "enhet", "producent", "kommuntyp", "omrade", "perspektiv", "upphorde"]
    assert row[optional].isna().all()


def test_most_of_the_embedded_nyckeltal_have_a_unit():
    lines = (REPOSITORY / "data/raw/kolada/2024-08/kpi.jsonl").read_text(encoding="utf-8").splitlines()
    found = nyckeltal.catalogue(json.loads(line) for line in lines)
    assert len(found) == len(lines)
    assert found["enhet"].notna().mean() > 0.9
    percent = found["titel"].str.contains("(%)", regex=False)
    assert (found.loc[percent, "enhet"] == "procent").all()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the team's copy of Kolada's catalogue is not here")
def test_every_title_in_kolada_that_ends_in_a_year_has_ended():
    titles = pd.read_csv(SHARED / "kolada" / "kpi.csv", dtype=str, keep_default_na=False)["title"]
    ended = titles.str.extract(r"\(-\s*(\d{4})\)\s*$")[0]
    assert ended.notna().sum() > 400
    assert [nyckeltal.upphorde(t) for t in titles] == [None if pd.isna(y) else int(y) for y in ended]
