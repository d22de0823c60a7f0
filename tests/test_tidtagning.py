"""Where the time of a process goes: parts that add up to the whole, and pictures by their titles."""

import time

import pytest

from styrlib import agendabild, tidtagning


@pytest.fixture(autouse=True)
def _from_nothing():
    tidtagning.spent()
    yield
    tidtagning.spent()


def work(seconds):
    """Use the processor for a while."""
    ends = time.process_time() + seconds
    while time.process_time() < ends:
        pass


def test_a_part_counts_what_it_does_itself_and_all_parts_add_up_to_the_whole():
    began = time.process_time()
    with tidtagning.part("hela"):
        work(0.04)
        for _ in range(2):
            with tidtagning.part("läsa"):
                work(0.02)
                with tidtagning.part("bild: Vägen"):
                    work(0.03)
    whole = time.process_time() - began
    spent = tidtagning.spent()
    assert spent == pytest.approx({"hela": 0.04, "läsa": 0.04, "bild: Vägen": 0.06}, abs=0.01)
    assert sum(spent.values()) == pytest.approx(whole, abs=0.005)
    assert tidtagning.spent() == {}


def test_a_part_that_fails_is_counted():
    def fail():
        with tidtagning.part("fel"):
            work(0.02)
            return 1 / 0

    with pytest.raises(ZeroDivisionError), tidtagning.part("hela"):
        fail()
    assert tidtagning.spent()["fel"] >= 0.02


def test_a_picture_is_counted_by_its_title_and_keeps_its_own_name_and_doc():
    rows = [agendabild.Malrad(mal, f"Mål {mal}", "#0b4f8a", 1, 0) for mal in agendabild.GOALS]
    assert agendabild.goals(rows, title="Alla mål", source="Källa: exempel.").title == "Alla mål"
    assert list(tidtagning.spent()) == ["bild: Alla mål"]
    assert agendabild.goals.__name__ == "goals"
    assert agendabild.goals.__doc__.startswith("Draw the links")


def test_to_count_costs_next_to_nothing():
    def counted():
        with tidtagning.part("liten"):
            pass

    began = time.process_time()
    for _ in range(1000):
        counted()
    each = (time.process_time() - began) / 1000
    assert each < 1e-4  # a page has a hundred parts and takes a second: one per cent


def test_a_report_counts_its_tables_statistics_and_every_picture(bearbetat, monkeypatch):
    from styrlib import namndrapport

    monkeypatch.setenv("STYR_ROT", str(bearbetat.root))
    began = time.process_time()
    with tidtagning.part("resten"):
        rapport = namndrapport.open_report("KS")
        shown = [rapport.sammanfattning(), *(rapport.malbild(malbild) for malbild in rapport.malbilder)]
    whole = time.process_time() - began
    spent = tidtagning.spent()
    assert {"resten", "läsa tabeller", "räkna statistik"} <= set(spent)
    titles = [name for name in spent if name.startswith("bild: ")]
    assert len(titles) == "".join(map(str, shown)).count("<figure")
    assert sum(spent.values()) == pytest.approx(whole, rel=0.05, abs=0.05)
