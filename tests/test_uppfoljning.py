"""Worked by hand: one nyckeltal in one municipality, and what is said of it."""

import pandas as pd
import pytest

from styrlib import analysis, swedish, uppfoljning
from styrlib.falt import Jamforelse
from styrlib.maluppfyllelse import Utsikt
from styrlib.styrmodell import Nyckeltal
from styrlib.uppfoljning import Utvecklas
from styrlib.utveckling import Skal, Utveckling

OWN, RIKET = "0001", "0000"
RISING = [70, 72, 71, 73, 72, 74, 73, 75, 76, 79]  # 2013–2022; docs/metod.md judges it by hand: up


def measure(**facts):
    return Nyckeltal(**{"id": "N00001", "forklaring": "En del.", "enhet": "procent", "riktning": "hogre", **facts})


def frame(values, *, first=2013, riket=79.0, hidden=()):
    rows = [("N00001", OWN, first + i, "T", float(v), first + i in hidden) for i, v in enumerate(values)]
    rows += [("N00001", RIKET, first + len(values) - 1, "T", riket, False)]
    rows = pd.DataFrame(rows, columns=["nyckeltal", "kommun", "ar", "kon", "varde", "dold"]).assign(antal=None)
    rows.loc[rows["dold"], "varde"] = None
    return rows


def follow(nyckeltal, rows, *, mal=None, inaktuell=None, decimaler=0):
    groups = {Jamforelse.riket: {"N00001": []}}
    facts = analysis.overview({"N00001": rows}, OWN, groups).loc["N00001"]
    return uppfoljning.follow_up(
        nyckeltal,
        rows,
        facts,
        namn="Ett mått",
        kommun=(OWN, "Aby"),
        decimaler=decimaler,
        kommuner=[OWN],
        grupper={Jamforelse.riket: []},
        folkmangd=pd.Series({OWN: 7400.0}),
        mal=mal,
        inaktuell=inaktuell,
    )


@pytest.mark.parametrize(
    ("riktning", "values", "way"),
    [
        ("hogre", RISING, "battre"),
        ("lagre", RISING, "samre"),
        ("ingen", RISING, "okar"),
        ("hogre", [-v for v in RISING], "samre"),
        ("lagre", [-v for v in RISING], "battre"),
        ("ingen", [-v for v in RISING], "minskar"),
        ("hogre", [70] * 10, "oforandrad"),
        ("hogre", RISING[:4], "gar_inte_att_bedoma"),
    ],
)
def test_the_direction_is_seen_from_what_is_desired(riktning, values, way):
    assert follow(measure(riktning=riktning), frame(values)).utvecklas is Utvecklas(way)
    assert swedish.WORDS[way]


def test_only_the_years_after_a_break_are_judged():
    broken = measure(brott=[{"ar": 2018, "vad": "Ny fråga."}])
    judged = follow(broken, frame(RISING)).utveckling
    assert (judged.utveckling, judged.skal, judged.antal) == (Utveckling.gar_inte_att_bedoma, Skal.for_fa_ar, 5)
    assert follow(measure(brott=[{"ar": 2030, "vad": "Ny fråga."}]), frame(RISING)).utvecklas is Utvecklas.battre


def test_years_in_which_the_source_repeats_itself_are_left_out():
    rows = frame([80, 80, 80, 80, 82, 82])
    assert uppfoljning.measured(rows, measure(matar=[2013, 2017]))["ar"].unique().tolist() == [2013, 2017]
    assert uppfoljning.measured(rows, measure()) is rows


def test_what_is_too_old_is_judged_neither_for_direction_nor_for_target():
    old = follow(measure(malniva="75", malar="2025"), frame(RISING), mal=(75.0, 2025), inaktuell=Skal.for_gammalt)
    assert (old.utvecklas, old.utveckling.skal) == (Utvecklas.gar_inte_att_bedoma, Skal.for_gammalt)
    assert old.forslag.utsikt is Utsikt.gar_inte_att_bedoma


def test_an_earlier_value_never_stands_for_a_hidden_one():
    u = follow(measure(), frame(RISING, hidden={2022}), mal=(75.0, 2025))
    assert (u.ar, u.varde, u.dold) == (2022, None, True)
    assert u.utveckling.skal is Skal.inget_varde
    assert u.forslag.utsikt is Utsikt.gar_inte_att_bedoma
    assert 2022 not in u.serie.index


@pytest.mark.parametrize(
    ("enhet", "value", "few"),
    [
        ("antal per 100 000 invånare", 13.4, True),  # 13,4 × 7 400 / 100 000 = 1 case
        ("antal per 100 000 invånare", 70.0, False),  # 5,2 cases
        ("antal per 10\u00a0000 invånare", 0.0, True),
        ("procent", 1.0, False),
        ("kr per invånare", 1.0, False),
    ],
)
def test_a_rate_of_fewer_than_five_cases_has_no_place(enhet, value, few):
    assert uppfoljning.few_cases(enhet, value, 7400.0) is few
    u = follow(measure(enhet=enhet, riktning="lagre"), frame([value] * 6))
    assert u.fa_fall is few
    if few:
        assert u.lage.laget is None
        assert u.storlek is None


def test_equal_is_what_a_reader_sees_as_equal():
    rows = frame(RISING, riket=79.04)
    assert follow(measure(), rows, decimaler=1).lage.mot_riket == 0
    assert follow(measure(), rows, decimaler=2).lage.mot_riket == -1


def test_clarity_is_the_distance_from_the_middle_in_half_widths():
    # The limits are 73.5 ± 2.66 × 15/9 = 73.5 ± 4.433, and 79 lies 5.5 from the middle.
    assert follow(measure(), frame(RISING)).tydlighet == pytest.approx(5.5 / (2.66 * 15 / 9))
    assert follow(measure(), frame(RISING[:3])).tydlighet == 0
