"""The dialogblad: two printed pages whatever the texts, honest about what is left out, and internal notes apart."""

import datetime as dt
import io
import re

import nbformat
import pandas as pd
import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup

from styrlib import bladrum, bladsidor, bladtal, export, pdf, underlag
from styrlib.dialogblad import Dialogblad, open_dialogblad
from styrlib.errors import InputError, UnknownNameError
from styrlib.falt import Malniva
from styrlib.interna import Anteckning, Stycke
from styrlib.namndrapport import open_report
from styrlib.styrmodell import Bedomning, Dialog, Dialogfraga
from styrlib.uppfoljning import Utvecklas

from .conftest import copy_project, run_styr
from .test_browser import WCAG, open_page

LONG = (
    "Det här är en ovanligt lång och omständlig samhällsbyggnadsförvaltningstext som aldrig riktigt vill ta slut. " * 40
)


@pytest.fixture(scope="module")
def given(tmp_path_factory, bearbetat):
    """Return what sheets are made from, of the shipped data."""
    project = copy_project(tmp_path_factory.mktemp("blad"), bearbetat)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STYR_ROT", str(project.root))
        yield underlag.read()


@pytest.fixture(scope="module")
def sheets(given):
    """Return every sheet of the shipped data, by nämnd and verksamhet."""
    found = {}
    for namnd in given.modell.namnder:
        followed = given.namnd(namnd, nivaer=tuple(Malniva))
        for verksamhet in namnd.verksamheter:
            found[namnd.kortnamn, verksamhet.id] = Dialogblad(followed, verksamhet, given.period)
    return found


def page(sheet):
    """Return the sheet as the page that a run makes of it."""
    sections = (
        sheet.malbilder,
        sheet.nyckeltal,
        sheet.overenskommelser,
        sheet.fragor,
        sheet.plats,
        sheet.interna_anteckningar,
    )
    output = [nbformat.v4.new_output("execute_result", data={"text/html": str(section())}) for section in sections]
    cells = [nbformat.v4.new_code_cell(outputs=[one]) for one in output]
    return export.page(
        nbformat.v4.new_notebook(cells=cells),
        footer="Källa: Kolada, uttag 2024-08. Styrmodell 2026.1.",
        start=("../../index.html", "Alla rapporter"),
        tillstand=("arbetsmaterial", "Arbetsmaterial. Publiceras inte."),
    )


def text_of(html):
    return " ".join(BeautifulSoup(html, "html.parser").main.get_text(" ").split())


def changed(sheet, malbilder=None, dialoger=None, fragor=None, **verksamhet):
    """Return a sheet of a model with other parts."""
    old = sheet.namnd
    namnd = old.namnd.model_copy(
        update={
            "malbilder": old.namnd.malbilder if malbilder is None else tuple(malbilder),
            "dialoger": old.namnd.dialoger if dialoger is None else tuple(dialoger),
        }
    )
    modell = old.modell.model_copy(update={} if fragor is None else {"dialogfragor": tuple(fragor)})
    followed = type(old)(modell, namnd, (old.kommun, old.namn), old.valt_ar, old.uttag, old.frames, old.nivaer)
    return Dialogblad(followed, sheet.verksamhet.model_copy(update=verksamhet), sheet.period)


def long_winded(sheet):
    """Return the sheet with every text that a person writes at its longest, three målbilder and twenty agreements."""
    (own,) = sheet.egna
    measures = [n.model_copy(update={"forklaring": LONG, "kortnamn": LONG, "enhet": LONG}) for n in own.nyckeltal]
    judged = Bedomning(
        period=sheet.period.id, grad="gar_inte_att_bedoma", motivering=LONG, atgard=LONG, skillnad=LONG, av=LONG
    )
    malbilder = [
        own.model_copy(
            update={
                "id": f"lang-{i}",
                "rubrik": LONG,
                "text": LONG,
                "ansvarig": LONG,
                "bedomningar": (judged,),
                "nyckeltal": tuple(measures),
            }
        )
        for i in range(3)
    ]
    agreed = {"text": LONG, "ansvarig": LONG, "klar_senast": "2026-01-31", "status": "ej_paborjad", "resultat": LONG}
    dialoger = [
        Dialog.model_validate(
            {"datum": f"20{y}-01-01", "verksamhet": sheet.verksamhet.id, "sammanfattning": LONG}
            | {"overenskommelser": [agreed] * 4}
        )
        for y in range(20, 25)
    ]
    bank = [Dialogfraga(monster=q.monster, fraga=f"{LONG.strip()}?") for q in sheet.namnd.modell.dialogfragor]
    return changed(sheet, malbilder, dialoger, bank, namn=LONG, ansvarig=LONG)


def pages_of(browser, path):
    shown, heard = open_page(browser, path, 1280)
    assert heard == []
    made = shown.pdf(prefer_css_page_size=True)
    shown.close()
    return len(pikepdf.open(io.BytesIO(made)).pages)


@pytest.mark.browser
def test_every_sheet_is_two_printed_pages_also_the_fullest(browser, sheets, tmp_path):
    assert len(sheets) == 20
    assert all(max(s.framsida.height(), s.baksida.height()) <= bladrum.PAGE for s in sheets.values())
    front, back = (
        sorted(sheets, key=lambda key: -getattr(sheets[key], side).height())[:4] for side in ("framsida", "baksida")
    )
    for kortnamn, verksamhet in {*front, *back}:
        sheet = sheets[kortnamn, verksamhet]
        path = tmp_path / f"{kortnamn}-{verksamhet}.html"
        path.write_text(page(sheet), encoding="utf-8")
        assert pages_of(browser, path) == 2, path.name


@pytest.mark.browser
@pytest.mark.parametrize("key", [("SN", "aldreomsorg"), ("SBN", "gata-park"), ("KUN", "grundskola-och-fritidshem")])
def test_a_sheet_of_the_longest_texts_is_two_printed_pages_too_and_says_what_it_leaves_out(
    browser, sheets, tmp_path, key
):
    sheet = long_winded(sheets[key])
    assert sheet.framsida.height() <= bladrum.PAGE
    assert sheet.baksida.height() <= bladrum.PAGE
    html = page(sheet)
    path = tmp_path / "lang.html"
    path.write_text(html, encoding="utf-8")
    assert pages_of(browser, path) == 2
    assert len(pikepdf.open(io.BytesIO(pdf.make(html))).pages) == 2
    text = text_of(html)
    for said in ("fler målbilder:", "Får inte plats:", "kortade", "överenskommelser till får inte plats"):
        assert said in text, said
    assert len(sheet.framsida.rader) >= bladtal.LEAST
    assert len(sheet.baksida.val.fragor) >= 4


@pytest.mark.browser
def test_a_sheet_is_accessible_wide_and_narrow_and_nothing_sticks_out(browser, sheets, tmp_path):
    path = tmp_path / "blad.html"
    path.write_text(page(sheets["SN", "aldreomsorg"]), encoding="utf-8")
    for width in (1280, 320):
        shown, heard = open_page(browser, path, width)
        found = Axe().run(shown, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        assert heard == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        shown.close()


@pytest.mark.browser
def test_on_paper_there_are_lines_to_write_on_and_no_text_is_small(browser, sheets, tmp_path):
    path = tmp_path / "blad.html"
    path.write_text(page(sheets["SBN", "gata-park"]), encoding="utf-8")
    shown, _ = open_page(browser, path, 688)
    shown.emulate_media(media="print")
    lines = shown.locator(".linjer div")
    assert lines.count() >= bladsidor.FEWEST_LINES
    assert all(lines.nth(i).is_visible() for i in range(lines.count()))
    script = """() => [...document.querySelectorAll('main *')]
        .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
        .filter(e => e.getClientRects().length && !e.closest('.dolt'))
        .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    sizes = shown.evaluate(script)
    assert min(sizes) >= 9 / 0.75 - 0.01  # 9 pt
    shown.close()


def test_a_sheet_shows_nyckeltal_of_all_levels_by_the_rule_that_it_states(sheets):
    for sheet in sheets.values():
        every, shown = sheet.foljda, [r.uppfoljning for r in sheet.framsida.rader]
        assert bladtal.LEAST <= len(shown) <= bladtal.MOST
        moving = [u for u in every if u.utvecklas in bladtal.MOVING and u.varde is not None]
        assert all(any(u is one for one in shown) for u in moving[: bladtal.MOST])
        left = [u.namn for u in every if not any(u is one for one in shown)]
        assert all(name in sheet.framsida.under for name in left)
        assert (bladtal.RULE in sheet.framsida.under) is bool(left)
    levels = {r.uppfoljning.nyckeltal.niva for sheet in sheets.values() for r in sheet.framsida.rader}
    assert levels == set(Malniva)


def test_half_of_the_municipalities_lie_in_the_spread_and_better_is_to_the_right(sheets):
    shown = 0
    for sheet in sheets.values():
        for row in sheet.framsida.rader:
            u = row.uppfoljning
            if row.spridning is None:
                assert row.utan
                continue
            shown += 1
            values = sheet.namnd.varden[u.nyckeltal.id]
            values = values[(values["ar"] == u.ar) & (values["kon"] == "T")]
            values = values[values["kommun"].isin(sheet.namnd.kommunkoder)]["varde"].dropna()
            low, high = values.quantile([0.25, 0.75])
            assert values.between(low, high).mean() >= 0.49  # 144 of 290 when the quartiles fall between values
            assert bladtal.LEFT <= row.spridning.undre <= row.spridning.ovre <= bladtal.RIGHT
            if u.lage.laget == "basta" and low < high:
                assert row.spridning.egen >= row.spridning.ovre - 0.01
            if u.lage.laget == "samsta" and low < high:
                assert row.spridning.egen <= row.spridning.undre + 0.01
    assert shown > 60


def test_a_question_is_asked_of_worse_only_where_the_follow_up_says_worse(sheets):
    for sheet in sheets.values():
        asked = {q.monster.value for q in sheet.baksida.val.fragor} | {m.value for m in sheet.baksida.val.utelamnade}
        assert ("samre" in asked) is any(u.utvecklas is Utvecklas.samre for u in sheet.foljda)
        assert ("battre" in asked) is any(u.utvecklas is Utvecklas.battre for u in sheet.foljda)
        assert 4 <= len(sheet.baksida.val.fragor) <= 6
        assert all(q.fraga in text_of(f"<main>{sheet.fragor()}</main>") for q in sheet.baksida.val.fragor)


def test_open_agreements_of_all_dialogues_come_first_and_their_results_are_shown(sheets):
    sheet = sheets["SN", "aldreomsorg"]
    old = Dialog.model_validate(
        {
            "datum": "2023-05-02",
            "verksamhet": "aldreomsorg",
            "sammanfattning": "x",
            "overenskommelser": [
                {"text": "Gammal och kvar.", "ansvarig": "Chef", "status": "pagar"},
                {"text": "Gammal och klar.", "ansvarig": "Chef", "status": "klar"},
            ],
        }
    )
    text = text_of(f"<main>{changed(sheet, dialoger=[*sheet.dialoger, old]).overenskommelser()}</main>")
    assert "Gammal och klar." not in text
    assert "Förra dialogen var den 12 november 2025." in text
    order = ["Gammal och kvar.", "Låta alla arbetslag planera", "Välja ett nytt mått", "Räkna om restiderna"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "Resultat: Rutterna på landsbygden har fått mer tid" in text
    assert "Försenad Verksamhetschef för äldreomsorgen 31 maj 2026 Datumet har passerat" in text


def test_a_verksamhet_without_dialogue_bank_or_bedomning_says_so(sheets):
    sheet = sheets["SN", "funktionsstod"]
    assert "Det finns ingen tidigare verksamhetsdialog" in changed(sheet, dialoger=[]).overenskommelser()
    bare = changed(sheet, [m.model_copy(update={"bedomningar": ()}) for m in sheet.egna], fragor=())
    assert "Lägg till filen dialogfragor.yaml i data/raw/styrmodell" in bare.fragor()
    assert "Målbilden är inte bedömd." in bare.malbilder()
    asked = changed(sheet, [m.model_copy(update={"bedomningar": ()}) for m in sheet.egna]).baksida.val
    assert "målbilden inte är bedömd för delår 2026" in " ".join(q.varfor for q in asked.fragor)
    without = changed(sheet, [m.model_copy(update={"nyckeltal": ()}) for m in sheet.egna])
    assert "Verksamheten följs inte av något nyckeltal." in without.nyckeltal()


def test_a_bedomning_differs_on_the_sheet_just_where_it_differs_in_the_report(given, sheets):
    for namnd in given.modell.namnder:
        reported = given.namnd(namnd)
        for malbild in namnd.malbilder:
            sheet = sheets[namnd.kortnamn, malbild.verksamhet]
            shown = next(m for m in sheet.framsida.malbilder if m.id == malbild.id)
            assert (shown.siffror is not None) is reported.skiljer_sig(malbild)


def test_markup_in_texts_is_shown_and_not_run(sheets):
    sheet = sheets["SN", "aldreomsorg"]
    evil = "<script>alert(1)</script>"
    bad = changed(sheet, [m.model_copy(update={"text": evil}) for m in sheet.egna], namn=evil)
    noted = Dialogblad(
        bad.namnd, bad.verksamhet, bad.period, [Anteckning(dt.date(2026, 1, 1), (Stycke("text", (evil,)),))]
    )
    soup = BeautifulSoup(page(noted), "html.parser")
    assert not soup.find_all("script")
    assert soup.get_text().count(evil) >= 3


def test_notes_come_after_the_two_pages_under_their_own_heading_and_links_find_the_report(sheets):
    sheet = sheets["SN", "aldreomsorg"]
    note = Anteckning(dt.date(2025, 11, 12), (Stycke("punkter", ("Börja med restiderna.",)),))
    with_notes = Dialogblad(sheet.namnd, sheet.verksamhet, sheet.period, [note])
    soup = BeautifulSoup(page(with_notes), "html.parser")
    assert [h.get_text() for h in soup.find_all("h2")][-1] == "Internt: får inte publiceras"
    assert "Internt: får inte publiceras." in [box.strong.get_text() for box in soup.select(".ruta-info")]
    assert "Börja med restiderna." in soup.find(id="internt").parent.get_text()
    assert {a["href"] for a in soup.select("main a")} == {"../../../0584/socialnamnden.html#dialoger"}
    assert {a["href"] for a in BeautifulSoup(page(sheet), "html.parser").select("main a")} == {
        "../socialnamnden.html#dialoger"
    }
    assert sheet.interna_anteckningar() == ""


def test_what_cannot_be_opened_is_a_sentence(given, monkeypatch):
    monkeypatch.setenv("STYR_ROT", str(given.folder.parent.parent))
    with pytest.raises(UnknownNameError, match=r"Verksamheten ”aldre” finns inte. Menade du aldreomsorg\?"):
        open_dialogblad("SN", "aldre")
    assert open_dialogblad("SN", "Äldreomsorg", internt=True).anteckningar
    path = given.folder.parent / "raw" / "styrmodell" / "socialnamnden.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("verksamheter:\n", "verksamheter:\n  - {id: ny, namn: Ny verksamhet, ansvarig: Chef}\n", 1),
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="Ny verksamhet har ingen målbild att samtala om"):
        open_dialogblad("SN", "ny")
    path.write_text(text, encoding="utf-8")


def test_the_report_gathers_what_remains_of_all_dialogues_before_each_dialogue(given, monkeypatch):
    monkeypatch.setenv("STYR_ROT", str(given.folder.parent.parent))
    soup = BeautifulSoup(open_report("SN").dialoger(), "html.parser")
    headings = [" ".join(h.get_text(" ").split()) for h in soup.find_all("h3")]
    assert headings[0].startswith("Det som inte är klart")
    assert len(headings) == 1 + len(given.modell.namnd("socialnamnden").dialoger)
    open_ones = [li.p.get_text(" ", strip=True) for li in soup.find(id="oppna-overenskommelser").find_next("ul")("li")]
    assert [text.rpartition(". ")[2] for text in open_ones] == ["Försenad", "Pågår", "Pågår", "Ej påbörjad"]
    text = " ".join(soup.get_text(" ").split())
    assert "Fyra av nio överenskommelser är inte klara. Den äldsta står först." in text.replace("\xa0", " ")
    assert "Från dialogen om äldreomsorg den 12 november 2025." in text
    assert "Klart senast 31 maj 2026, och det datumet har passerat." in text
    assert "Det ledde till: Rutterna på landsbygden har fått mer tid" in text
    assert "Tre ledamöter i socialnämnden" in text


SMALL = """namn: Prövonämnden
kortnamn: PN
ordning: 9
exempel: ja
grunduppdrag:
  text: Vi prövar.
verksamheter:
  - {id: prov, namn: Prov, ansvarig: Chef}
malbilder:
  - id: ett-prov
    rubrik: Ett prov
    text: Allt går att pröva.
    verksamhet: prov
    aspekter: social
    nyckeltal:
      - {id: N17445, forklaring: Gymnasieelever med examen inom tre år., enhet: procent, riktning: hogre}
"""
CANARY = "kanariefågel7391"


def everything(folder):
    """Return every byte in a folder, and the text of its tables, which are compressed, by file."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        yield path, path.read_bytes()
        if path.suffix == ".parquet":
            texts = pd.read_parquet(path).select_dtypes(["object", "string", "category"])
            yield path, "\n".join(str(value) for column in texts for value in texts[column].unique()).encode()


def test_an_internal_note_is_nowhere_but_on_a_sheet_that_is_made_with_notes(tmp_path):
    project = copy_project(tmp_path / "projekt")
    (project.styrmodell / "provnamnden.yaml").write_text(SMALL, encoding="utf-8")
    notes = project.root / "data" / "raw" / "internt" / "dialoger"
    (notes / "provnamnden-prov-2026-03-01.md").write_text(f"# Eget\n{CANARY}", encoding="utf-8")
    result = run_styr(project, "rapport", "PN", "--slag", "dialogblad")
    assert result.returncode == 0, result.stderr
    assert (project.output / "0584" / "dialogblad" / "provnamnden-prov.html").exists()
    result = run_styr(project, "rapport", "PN", "--slag", "dialogblad", "--internt")
    assert result.returncode == 0, result.stderr
    assert "får inte publiceras" in result.stdout
    assert CANARY not in result.stdout + result.stderr
    internal = project.output / "internt" / "0584" / "dialogblad" / "provnamnden-prov.html"
    assert internal.exists()
    seen = {
        path
        for folder in (project.output, project.processed)
        for path, found in everything(folder)
        if CANARY.encode() in found
    }
    assert seen == {internal}
    html = internal.read_text(encoding="utf-8")
    assert re.search(r'class="tillstand"[^>]*>Internt: får inte publiceras', html)
    assert "internt/" not in (project.output / "index.html").read_text(encoding="utf-8")
    assert "internt/" not in (project.output / "rapporter.json").read_text(encoding="utf-8")
