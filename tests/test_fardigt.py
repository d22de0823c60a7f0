"""A page that stands as it would be made is left; in every doubt it is made again."""

import dataclasses
import json
import shutil

import pytest

from styrlib import fardigt, oforandrat, process, report, spar, underlag
from styrlib.sidor import Slag
from styrlib.spar import Spar
from styrlib.styrmodell import Styrmodell

from . import liten_varld
from .conftest import copy_project
from .liten_varld import Varld

SN = "socialnamnden"


@pytest.fixture(scope="module")
def varld(bearbetat, tmp_path_factory):
    """Return a small model over the project's tables."""
    made = process.ensure(bearbetat)
    modell = liten_varld.small(process.read_model(made.folder))
    return Varld(tmp_path_factory.mktemp("varld") / "processed", bearbetat, made, modell)


def look(varld, modell=None):
    """Return what looks through records, with a model."""
    found = fardigt.Granskning(varld.project, varld.made, modell or varld.modell)
    found._sums = varld.sums
    return found


@pytest.fixture
def sida(varld, tmp_path):
    """Return a page that has read one nämnd's first målbild, with its record."""
    page, record = tmp_path / "0584" / "sn.html", fardigt.place(tmp_path, "0584/sn")
    page.parent.mkdir()
    page.write_bytes(b"<p>Trygg</p>")
    making = fardigt.Gjord(varld.project)
    with spar.follow() as followed:
        given = report_given(varld)
        _ = given.modell.namnd(SN).malbilder[0].rubrik
    read = fardigt._read(followed.to_json(), followed.rotter, followed.ar, varld.sums, varld.project.root)
    assert making.read(followed) is not None
    remember(page, record, followed, read)
    return page, record


def report_given(varld):
    """Return what a page begins with, and begin to follow it."""
    given = underlag.of(varld.made, varld.modell)
    spar.begin(varld.project.root, varld.made.folder, given.rotter, given.ar)
    return given


def remember(page, record, followed, read, *, content=None, paper=None):
    """Write a record of a page that holds what it holds."""
    content = page.read_bytes() if content is None else content
    paper = paper and (paper, paper.read_bytes())
    fardigt.remember(record, grund="g", trace=followed.to_json(), read=read, page=(page, content), paper=paper, cost={})


def current(varld, page, record, *, modell=None, grund="g", paper=None):
    """Return whether the page stands as it would be made."""
    return look(varld, modell).current(record, page, grund, period="", ar=0, paper=paper)


def test_a_page_stands_until_something_that_it_is_made_from_changes(varld, sida):
    page, record = sida
    assert current(varld, page, record)
    assert not current(varld, page, record, grund="h")
    whole = varld.modell.model_dump()
    own = next(n for n in whole["namnder"] if n["id"] == SN)
    own["malbilder"][0]["text"] = "Det som sidan inte visar."
    assert current(varld, page, record, modell=Styrmodell.model_validate(whole))
    own["malbilder"][0]["rubrik"] = "Det som sidan visar"
    assert not current(varld, page, record, modell=Styrmodell.model_validate(whole))


def test_a_page_that_is_edited_or_removed_is_made_again(varld, sida):
    page, record = sida
    page.write_bytes(b"<p>Otrygg")
    assert not current(varld, page, record)
    page.write_bytes(b"<p>TRYGG</p>")  # as long as it was
    assert not current(varld, page, record)
    page.unlink()
    assert not current(varld, page, record)


def test_a_page_that_has_only_been_copied_or_moved_stands(varld, sida):
    page, record = sida
    content = page.read_bytes()
    page.unlink()
    page.write_bytes(content)
    assert oforandrat.stamp(page) != fardigt.recorded(record)["sida"][:2]
    assert current(varld, page, record)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"format": 1}', '{"format": 99}', "\udcff"])
def test_a_damaged_record_makes_the_page_again(varld, sida, content):
    page, record = sida
    record.write_text(content, encoding="utf-8", errors="surrogateescape")
    assert not current(varld, page, record)


@pytest.mark.parametrize("damage", [lambda p: p.unlink(), lambda p: p.write_text("{}"), lambda p: p.write_text("[1")])
def test_a_damaged_trace_makes_the_page_again_and_is_then_whole(varld, sida, damage):
    page, record = sida
    (trace,) = (record.parent.parent / fardigt.TRACES).iterdir()
    before = trace.read_bytes()
    damage(trace)
    assert not current(varld, page, record)
    with spar.follow() as followed:
        _ = report_given(varld).modell.namnd(SN).malbilder[0].rubrik
    remember(page, record, followed, fardigt.recorded(record)["lasta"])
    assert trace.read_bytes() == before
    assert current(varld, page, record)


def test_a_pdf_must_stand_only_when_one_is_asked_for(varld, sida):
    page, record = sida
    paper = page.with_suffix(".pdf")
    assert not current(varld, page, record, paper=paper)
    paper.write_bytes(b"%PDF")
    assert not current(varld, page, record, paper=paper)  # nobody knows which page it is of
    with spar.follow() as followed:
        _ = report_given(varld).modell.namnd(SN).malbilder[0].rubrik
    remember(page, record, followed, fardigt.recorded(record)["lasta"], paper=paper)
    assert current(varld, page, record, paper=paper)
    paper.unlink()
    assert current(varld, page, record)
    assert not current(varld, page, record, paper=paper)


def test_no_record_is_left_when_another_run_has_replaced_the_page(sida):
    page, record = sida
    remember(page, record, Spar(), "läst", content=b"<p>det som den har skrivit</p>")
    assert not record.exists()


def test_no_record_is_left_when_what_was_read_changed_while_the_page_was_made(varld, sida, tmp_path):
    page, record = sida
    project = dataclasses.replace(varld.project, root=tmp_path)
    shutil.copytree(varld.project.agenda2030, project.agenda2030)
    project.processed.mkdir(parents=True)
    manifest = project.processed / process.MANIFEST
    manifest.write_text('{"fingerprint": "a"}', encoding="utf-8")
    making = fardigt.Gjord(project)
    assert making.read(Spar()) is not None
    manifest.write_text('{"fingerprint": "b"}', encoding="utf-8")
    assert making.read(Spar()) is None
    making = fardigt.Gjord(project)
    with spar.follow() as followed:
        spar.begin(tmp_path, project.processed, {}, None)
        (tmp_path / "bild").write_bytes(b"1")
        (tmp_path / "bild").read_bytes()
    assert making.read(followed) is not None
    (tmp_path / "bild").write_bytes(b"2")
    assert making.read(followed) is None
    remember(page, record, followed, None)
    assert not record.exists()


def test_a_page_that_was_not_followed_stands_until_any_file_of_the_model_or_any_note_changes(varld, tmp_path):
    root = tmp_path / "projekt"
    project = dataclasses.replace(varld.project, root=root)
    project.processed.mkdir(parents=True)
    manifest = project.processed / process.MANIFEST
    manifest.write_text('{"fingerprint": "a"}', encoding="utf-8")
    page, record = tmp_path / "sida.html", fardigt.place(tmp_path, "sida")
    page.write_bytes(b"<p>")
    remember(page, record, Spar(), fardigt.Gjord(project).read(Spar()))
    made = dataclasses.replace(varld.made, folder=project.processed)

    def stands():
        return fardigt.Granskning(project, made, varld.modell).current(record, page, "g", period="", ar=0, paper=None)

    assert stands()
    note = root / "data" / "raw" / "internt" / "dialoger" / "sn-skola-2026-01-01.md"
    note.parent.mkdir(parents=True)
    note.write_text("Hej", encoding="utf-8")
    assert not stands()
    note.unlink()
    assert stands()
    manifest.write_text('{"fingerprint": "b"}', encoding="utf-8")
    assert not stands()


def test_traces_are_shared_and_removed_when_no_page_has_them(varld, sida, tmp_path):
    page, record = sida
    other = fardigt.place(tmp_path, "0563/sn")
    with spar.follow() as followed:
        _ = report_given(varld).modell.namnd(SN).malbilder[0].rubrik
    remember(page, other, followed, "annat")
    folder = tmp_path / oforandrat.FOLDER / fardigt.TRACES
    assert len(list(folder.iterdir())) == 1
    record.unlink()
    fardigt.tidy(tmp_path)
    assert len(list(folder.iterdir())) == 1
    other.unlink()
    fardigt.tidy(tmp_path)
    assert not list(folder.iterdir())


def test_a_folder_that_cannot_be_written_costs_only_that_the_page_is_made_again(varld, sida, tmp_path):
    page, record = sida
    shutil.rmtree(tmp_path / oforandrat.FOLDER)
    (tmp_path / oforandrat.FOLDER).write_text("en fil i vägen", encoding="utf-8")
    remember(page, record, Spar(), "läst")
    assert not current(varld, page, record)


def test_a_record_tells_what_the_page_took(sida):
    page, record = sida
    fardigt.remember(
        record,
        grund="g",
        trace=Spar().to_json(),
        read="r",
        page=(page, page.read_bytes()),
        paper=None,
        cost=fardigt.cost(0.0),
    )
    assert json.loads(record.read_text(encoding="utf-8"))["sekunder"] > 0


def test_a_plan_leaves_what_stands_and_makes_the_rest(bearbetat, tmp_path):
    kinds = [Slag.insatser, Slag.erfarenhetsbank]

    def planned(**options):
        return report.plan(bearbetat, slag=kinds, out=tmp_path, **options)

    run = planned()
    assert run.att_gora == run.plans
    item = run.plans[0]
    item.html.parent.mkdir(parents=True)
    item.html.write_bytes(b"<p>")
    read = fardigt.Gjord(bearbetat).read(Spar())
    fardigt.remember(
        item.post, grund=item.grund, trace=Spar().to_json(), read=read, page=(item.html, b"<p>"), paper=None, cost={}
    )
    assert planned().standing == {item.id}
    assert planned().att_gora == run.plans[1:]
    assert planned(tvinga=True).att_gora == run.plans
    assert planned(period="2025-helar").standing == frozenset()  # another page, with another state and figures
    item.html.write_bytes(b"<p>!")
    assert planned().standing == frozenset()


def test_a_plans_ground_follows_its_notebook_and_the_goals(varld, tmp_path):
    project = copy_project(tmp_path / "projekt", varld.project)

    def grounds():
        return {i.id: i.grund for i in report.plan(project, slag=[Slag.insatser, Slag.agenda2030], tvinga=True).plans}

    before = grounds()
    notebook = project.notebooks / "40_insatser.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    after = grounds()
    assert {id_ for id_ in before if before[id_] != after[id_]} == {"0584/insatser"}
    csv = next(project.agenda2030.glob("*.csv"))
    csv.write_text(csv.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert not set(grounds().values()) & set(after.values())
