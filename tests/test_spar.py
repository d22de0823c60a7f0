"""What a page reads is recorded, so that a change of it, and of nothing else, makes the page again."""

import datetime as dt
import os

import pytest

from styrlib import process, spar, tabellsummor, tables
from styrlib.falt import Grad
from styrlib.namnduppfoljning import POPULATION
from styrlib.styrmodell import Bedomning, Lank, Nyckeltal, Part, Period, Styrmodell

from . import liten_varld
from .liten_varld import Varld

SN, KUN = "socialnamnden", "kultur-och-utbildningsnamnden"


@pytest.fixture(scope="module")
def varld(bearbetat, tmp_path_factory):
    """Return a small model over the project's tables."""
    made = process.ensure(bearbetat)
    modell = liten_varld.small(process.read_model(made.folder))
    return Varld(tmp_path_factory.mktemp("varld") / "processed", bearbetat, made, modell)


@pytest.fixture(scope="module")
def gjorda(varld):
    """Return every page of the small model, and what each read: page, HTML, trace, and what the trace says."""
    with pytest.MonkeyPatch.context() as patch:
        varld.tell(varld.modell)
        made = {id_: (sida, *varld.make(sida, patch)) for id_, sida in varld.pages().items()}
    return {id_: (sida, html, read, varld.said(read)) for id_, (sida, html, read) in made.items()}


@pytest.fixture
def modell(varld):
    """Return the small model, and put it back in its world after the test."""
    before = varld.modell
    yield before
    varld.tell(before)


def follow(part, read):
    """Return the trace of what a function reads of a part."""
    with spar.follow() as followed:
        spar.begin(liten_varld.REPOSITORY, liten_varld.REPOSITORY / "data" / "processed", {"modell": part}, None)
        read(part)
    return followed.modell["modell"]


def test_a_field_is_recorded_where_it_stands_and_nothing_beside_it(varld):
    read = follow(varld.modell, lambda m: m.namnd(SN).malbilder[0].rubrik)
    first = varld.modell.namnd(SN).malbilder[0].id
    assert read["namnder"][SN]["id"] == {}
    assert {key: below for key, below in read["namnder"][SN]["malbilder"].items() if below} == {first: {"rubrik": {}}}
    assert "kommun" not in read


def test_a_trace_is_kept_without_the_parts_of_which_nothing_was_read(varld):
    with spar.follow() as followed:
        spar.begin(varld.project.root, varld.made.folder, {"modell": varld.modell}, None)
        [n.kortnamn for n in varld.modell.namnder if n.id == SN]
    assert followed.to_json()["modell"] == {"modell": {"namnder": {SN: {"id": {}, "kortnamn": {}}, KUN: {"id": {}}}}}


@pytest.mark.parametrize(
    "read",
    [
        lambda n: n.model_dump(),
        lambda n: n.model_copy(update={"enhet": "x"}),
        lambda n: n == 1 or n == Nyckeltal.model_construct(id="N1"),
        dict,
        repr,
        hash,
        vars,
        lambda n: n.model_dump_json(),
    ],
)
def test_whoever_takes_a_part_whole_has_read_all_of_it(read):
    nyckeltal = Nyckeltal(id="N15428", forklaring="Vad det är.", enhet="procent", riktning="hogre")
    assert spar.WHOLE in follow(nyckeltal, read)


def test_a_part_that_stands_in_two_places_is_recorded_in_each_that_it_is_read_from():
    shared = Bedomning(period="p", grad="delvis", motivering="Därför.", av="Rektor")

    class Tva(Part):
        en: Bedomning
        annan: Bedomning

    both = Tva.model_construct(en=shared, annan=shared)
    assert follow(both, lambda t: t.en.grad) == {"en": {"": {"grad": {}}}}
    assert follow(both, lambda t: (t.en.grad, t.annan.grad)) == {"en": {"": {"grad": {}}}, "annan": {"": {"grad": {}}}}


def test_a_derived_property_is_recorded_by_what_it_says(modell):
    read = follow(modell, lambda m: m.aktuell.namn)
    assert read == {"aktuell": {"": {"namn": {}}}}
    first = modell.namnder[0].malbilder[0]
    again = first.bedomningar[0].model_copy(update={"grad": Grad.inte})
    other = first.model_copy(update={"bedomningar": (again, *first.bedomningar[1:])})
    namnd = modell.namnder[0].model_copy(update={"malbilder": (other, *modell.namnder[0].malbilder[1:])})
    changed = Styrmodell.model_validate(
        modell.model_copy(update={"namnder": (namnd, *modell.namnder[1:])}).model_dump()
    )
    assert spar.said(read, changed) == spar.said(read, modell)


def test_what_a_trace_says_changes_with_a_value_a_new_part_and_the_order_of_parts():
    class Lista(Part):
        delar: tuple[Lank, ...]

    one, two = Lank(mal=3, skal="Hälsa."), Lank(mal=4, skal="Skola.")
    tree = follow(Lista(delar=(one, two)), lambda p: [d.mal for d in p.delar])
    assert tree == {"delar": {"#0": {"mal": {}}, "#1": {"mal": {}}}}
    said = [
        spar.said(tree, Lista(delar=delar))
        for delar in ((one, two), (two, one), (one,), (one, two, one), (one.model_copy(update={"mal": 5}), two))
    ]
    assert len(set(said)) == 5
    assert spar.said(tree, Lista(delar=(one.model_copy(update={"skal": "Annat."}), two))) == said[0]
    assert spar.said(tree, None) not in said


def test_nothing_is_recorded_or_slowed_when_no_page_is_followed(varld):
    assert "__getattribute__" not in vars(Part)
    with spar.follow() as followed:
        assert "__getattribute__" not in vars(Part)
        spar.begin(varld.project.root, varld.made.folder, {"modell": varld.modell}, None)
        assert "__getattribute__" in vars(Part)
    assert "__getattribute__" not in vars(Part)
    assert followed.modell == {"modell": {}}


def test_recording_ends_also_when_the_page_fails(varld):
    def fail():
        with spar.follow():
            spar.begin(varld.project.root, varld.made.folder, {"modell": varld.modell}, None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert "__getattribute__" not in vars(Part)
    with spar.follow() as followed:
        pass
    assert followed.allt


def test_one_who_never_asks_or_asks_twice_may_have_read_anything(varld):
    with spar.follow() as followed:
        pass
    assert followed.to_json() == {"allt": True}
    with spar.follow() as followed:
        for _ in range(2):
            spar.begin(varld.project.root, varld.made.folder, {"modell": varld.modell}, None)
    assert followed.allt


def test_tables_are_recorded_by_the_rows_that_are_read(varld):
    folder = varld.made.folder
    with spar.follow() as followed:
        spar.begin(varld.project.root, folder, {}, None)
        rows = tables.read(folder, "varden", ["N15428"])
        tables.read(folder, "varden", [POPULATION])
        links = tables.read(folder, "lankar", namnd=SN)
        tables.read(folder, "mal")
    assert set(rows["nyckeltal"]) == {"N15428"}
    assert set(links["namnd"]) == {SN}
    assert followed.to_json()["tabeller"] == {
        "lankar": {"namnd": [SN]},
        "mal": {},
        "varden": {"nyckeltal": ["N01951", "N15428"]},
    }
    assert not followed.allt


def test_one_who_reads_processed_files_beside_the_tables_may_have_read_anything(varld):
    with spar.follow() as followed:
        spar.begin(varld.project.root, varld.project.processed, {}, None)
        process.read_model(varld.project.processed)
    assert followed.allt


def test_a_changed_row_changes_only_what_is_said_of_its_own_nyckeltal(varld):
    frame = tables.read(varld.made.folder, "varden", ["N15428", POPULATION])
    before = tabellsummor.of({"varden": frame})
    one = frame.index[frame["nyckeltal"] == "N15428"][0]
    after = tabellsummor.of({"varden": frame.assign(varde=frame["varde"].where(frame.index != one, 1234.5))})
    rows = [{"varden": {"nyckeltal": [id_]}} for id_ in ("N15428", POPULATION)]
    assert [tabellsummor.said(before, r) == tabellsummor.said(after, r) for r in (*rows, {"varden": {}})] == [
        False,
        True,
        False,
    ]


def test_files_and_folders_of_the_project_are_recorded_and_others_are_not(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "bild.png").write_bytes(b"1")
    with spar.follow() as followed:
        spar.begin(tmp_path, tmp_path / "processed", {}, None)
        (tmp_path / "data" / "bild.png").read_bytes()
        os.listdir(tmp_path / "data")  # noqa: PTH208
        (tmp_path / "data" / "skriven.txt").write_text("2", encoding="utf-8")
        with pytest.raises(FileNotFoundError):
            (tmp_path / "finns-inte").read_text(encoding="utf-8")
        liten_varld.REPOSITORY.joinpath("pyproject.toml").read_bytes()
    assert sorted(followed.filer) == ["data/", "data/bild.png", "finns-inte"]
    assert followed.filer["finns-inte"] == "saknas"
    before = followed.filer["data/bild.png"]
    (tmp_path / "data" / "bild.png").write_bytes(b"3")
    assert spar.of_file(tmp_path, "data/bild.png") != before
    assert spar.of_file(tmp_path, "data/") != followed.filer["data/"]  # a file has come


def test_no_page_of_the_project_is_made_of_more_than_is_followed(gjorda):
    assert all(not read.allt for _, _, read, _ in gjorda.values())
    assert {f.rpartition("/")[0] for _, _, read, _ in gjorda.values() for f in read.filer} <= {
        "data/raw/styrmodell/reportage/bilder"
    }


def remade(varld, gjorda, modell):
    """Return the pages that must be made again with another model."""
    varld.tell(modell)
    return {id_ for id_, (_, _, read, said) in gjorda.items() if varld.said(read) != said}


def changed(modell, namnd, number=0, **values):
    """Return the model with something else in one of a nämnd's målbilder."""
    whole = modell.model_dump()
    own = next(n for n in whole["namnder"] if n["id"] == namnd)
    own["malbilder"][number].update(values)
    return Styrmodell.model_validate(whole)


def test_the_text_of_a_malbild_concerns_its_own_report_and_the_pages_that_show_it(varld, gjorda, modell):
    own = modell.namnd(SN).malbilder[0]
    expected = {SN, f"dialogblad/{SN}-{own.verksamhet}"}
    assert remade(varld, gjorda, changed(modell, SN, text="Något annat.")) == expected


def test_a_link_concerns_the_pages_of_its_goals(varld, gjorda, modell):
    first = modell.namnd(KUN).malbilder[0]
    assert 14 not in {link.mal for link in first.lankar}
    links = [link.model_dump() for link in first.lankar]
    links[0]["skal"] = "Ett annat skäl."
    again = remade(varld, gjorda, changed(modell, KUN, lankar=links))
    assert {KUN, "agenda2030/oversikt"} <= again
    assert SN not in again
    assert "agenda2030/mal-14" not in again


SAMPLE = 8  # of some 180 fields: every page is made anew for each


def test_every_page_that_a_changed_field_changes_is_one_that_must_be_made_again(varld, gjorda, modell, monkeypatch):
    every = list(liten_varld.changes(modell))
    assert len(every) > 120
    tried = every[:: len(every) // SAMPLE]
    reached = set()
    for path, other in tried:
        again = remade(varld, gjorda, other)
        reached |= {path} if again else set()
        for id_ in [one for one in gjorda if one not in again and "dialogblad" not in one]:
            sida, html, _, _ = gjorda[id_]
            assert varld.make(sida, monkeypatch)[0] == html, (path, id_)
    assert len(reached) > len(tried) / 2


def test_a_period_that_has_come_changes_what_is_said_of_the_pages_that_show_the_current_one(varld, gjorda, modell):
    whole = modell.model_dump()
    last = max(modell.perioder.values(), key=lambda p: p.till)
    new = Period(id="2027-helar", namn="Helår 2027", ar=2027, fran=dt.date(2027, 1, 1), till=dt.date(2027, 12, 31))
    assert last.till < new.till
    whole["kommun"]["perioder"] = [*whole["kommun"]["perioder"], new.model_dump()]
    own = whole["namnder"][0]["malbilder"][0]
    own["bedomningar"] = [*own["bedomningar"], {**own["bedomningar"][-1], "period": new.id}]
    again = remade(varld, gjorda, Styrmodell.model_validate(whole))
    assert {"kommunoversikt", SN, KUN, "insatser"} <= again
