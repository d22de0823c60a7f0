"""Each check is seeded once in a model that is otherwise whole, and found with code, grade, file and line."""

import dataclasses
import datetime as dt
import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from styrlib import cli, kontroll, kontrolldok, kontrollsida, kontrollsprak
from styrlib.errors import UnknownNameError
from styrlib.fynd import Allvar, counts, worst
from styrlib.regler import REGLER

from . import liten_styrmodell as liten

FILE = "testnamnden.yaml"
FEL, VARNING, RAD = Allvar
LONG = "Vi " + "och vi " * 15 + "går."
HARD = "Kommunikationsavdelningens verksamhetsutvecklare kvalitetssäkrar dokumentationen. " * 30


@pytest.fixture
def litet(tmp_path):
    return liten.make(tmp_path / "projekt å")


def codes(found):
    return [f.regel.kod for f in found.fynd]


def test_a_whole_model_has_no_findings(litet):
    assert kontroll.run(litet, liten.DAY).fynd == ()


@pytest.mark.parametrize(
    ("old", "new", "kod", "allvar", "row"),
    [
        (r"    nyckeltal:\n(      .*\n)+", "    nyckeltal: []\n", "malbild-utan-nyckeltal", VARNING, "trygg-skola"),
        (
            r"    lankar:\n      - mal: 4\n.*\n",
            "    lankar: []\n",
            "malbild-utan-globalt-mal",
            VARNING,
            "id: trygg-skola",
        ),
        (r"  lankar:\n(    - .*\n)+", "", "grunduppdrag-utan-globalt-mal", VARNING, "grunduppdrag:"),
        (r"      - mal: 4\n.*\n", "      - mal: 4\n", "lank-utan-skal", VARNING, "- mal: 4"),
        (r"\{mal: 14, .*\}", "{mal: 13, skal: Också.}", "mal-utan-koppling", RAD, "14: social"),
        (r"    ansvarig: Skolchef\n", "", "uppdrag-utan-ansvarig", VARNING, "id: fria-frukostar"),
        (r"        ansvarig: Rektor\n        slut", "        slut", "aktivitet-utan-ansvarig", VARNING, "vuxna-pa"),
        (r"slut: 2026-12-01", "slut: 2026-08-31", "aktivitet-over-tiden", VARNING, "slut: 2026-08-31"),
        (r"slut: 2026-12-31", "slut: 2026-08-31", "uppdrag-over-tiden", VARNING, "slut: 2026-08-31"),
        (r"senast: 2026-10-01", "senast: 2026-08-31", "overenskommelse-over-tiden", VARNING, "senast: 2026-08-31"),
        (r"datum: 2026-03-01", "datum: 2024-08-31", "dialog-saknas", RAD, "{id: skola"),
        (r"trivs\.$", "trivs, säger 811218-9876.", "personnummer", FEL, "811218-9876"),
        (r"ansvarig: Skolchef", "ansvarig: anna@vadstena.se", "epostadress", FEL, "anna@vadstena.se"),
        (r"om rasterna\.", "om rasterna. Ring 0143-150 00.", "telefonnummer", FEL, "0143-150 00"),
        (r"om rasterna\.", "om det usla schemat.", "hart-ord", RAD, "usla"),
        (r"om rasterna\.", LONG, "lang-mening", RAD, "sammanfattning:"),
        (r"Vi talade om rasterna\.", HARD, "svarlast-text", RAD, "datum: 2026-03-01"),
        (
            r"forklaring: Hur stor andel av eleverna i nian.*",
            "forklaring: Andra.",
            "last-nyckeltal-andrat",
            FEL,
            "Andra",
        ),
        (r"        malniva: 90\n        malar: 2027\n", "", "last-nyckeltal-andrat", FEL, "id: N15428"),
    ],
)
def test_each_break_is_told_with_code_grade_file_and_line(litet, old, new, kod, allvar, row):
    liten.change(litet, FILE, old, new)
    if row == "trygg-skola":  # without its nyckeltal the lock would tell too
        (litet.styrmodell / "las" / "2026.yaml").unlink()
    found = [f for f in kontroll.run(litet, liten.DAY).fynd if f.regel.kod == kod]
    file = "kommun.yaml" if kod == "mal-utan-koppling" else FILE
    assert [(f.regel.allvar, f.fil, f.rad) for f in found] == [(allvar, file, liten.line_of(litet, file, row))]
    assert found[0].namnd == ("" if file == "kommun.yaml" else "testnamnden")
    assert found[0].vad


def test_a_period_without_bedomning_is_told_when_another_malbild_has_one(litet):
    liten.change(
        litet,
        FILE,
        r"^uppdrag:",
        "  - {id: ny, rubrik: Ny, text: Ny., verksamhet: skola, aspekter: social, lankar: [{mal: 4, skal: Så.}],\n"
        "     nyckeltal: []}\nuppdrag:",
    )
    found = kontroll.run(litet, liten.DAY)
    assert codes(found) == ["bedomning-saknas", "malbild-utan-nyckeltal"]
    assert "delår 2026" in found.fynd[0].vad


def test_a_nyckeltal_on_the_kf_level_without_value_is_told(litet):
    g = kontroll.read(litet, liten.DAY)
    assert "N15428" in g.med_varde
    (found,) = kontroll.check(dataclasses.replace(g, med_varde=frozenset()))
    assert (found.regel.kod, found.rad) == ("kf-nyckeltal-utan-varde", liten.line_of(litet, FILE, "id: N15428"))


def test_a_nyckeltal_that_kolada_drops_is_told_in_the_model_and_in_the_lock(litet):
    g = kontroll.read(litet, liten.DAY)
    found = kontroll.check(dataclasses.replace(g, i_kolada={}))
    assert [(f.regel.kod, f.fil) for f in found] == [("nyckeltal-borta-ur-kolada", FILE)]
    modell = g.modell.model_copy(
        update={"namnder": (g.modell.namnder[0].model_copy(update={"malbilder": ()}),)},
    )
    found = kontroll.check(dataclasses.replace(g, i_kolada={}, modell=modell))
    assert ("nyckeltal-borta-ur-kolada", "las/2026.yaml") in {(f.regel.kod, f.fil) for f in found}


def test_a_nyckeltal_that_kolada_no_longer_updates_is_told(litet):
    g = kontroll.read(litet, liten.DAY)
    (found,) = kontroll.check(dataclasses.replace(g, i_kolada={"N15428": "Behöriga elever, andel (%) (-2021)"}))
    assert (found.regel.kod, found.regel.allvar) == ("nyckeltal-upphor", RAD)
    assert "2021" in found.vad


def test_local_values_that_no_malbild_follows_are_told_at_their_row(litet):
    path = litet.styrmodell / "lokala" / "testnamnden.csv"
    path.write_text(liten.LOCAL + "L902;2024;T;5;\n", encoding="utf-8")
    (found,) = kontroll.run(litet, liten.DAY).fynd
    assert (found.regel.kod, found.var, found.namnd) == (
        "lokalt-utan-malbild",
        "lokala/testnamnden.csv, rad 3",
        "testnamnden",
    )


def test_a_goal_given_to_a_nyckeltal_that_no_malbild_follows_is_told(litet):
    path = litet.styrmodell / "kommun.yaml"
    path.write_text(liten.KOMMUN + "agenda2030:\n  - {nyckeltal: N03002, till: [4], skal: Så.}\n", encoding="utf-8")
    (found,) = kontroll.run(litet, liten.DAY).fynd
    assert (found.regel.kod, found.rad) == (
        "omkopplat-utan-malbild",
        liten.line_of(litet, "kommun.yaml", "N03002"),
    )


def test_more_than_seven_nyckeltal_are_told(litet):
    more = "".join(
        f"      - {{id: L{n}, kortnamn: Tal {n}, forklaring: Så många., enhet: antal, riktning: ingen}}\n"
        for n in range(902, 908)
    )
    liten.change(litet, FILE, r"^    bedomningar:", more + "    bedomningar:")
    path = litet.styrmodell / "lokala" / "testnamnden.csv"
    path.write_text(liten.LOCAL + "".join(f"L{n};2024;T;5;\n" for n in range(902, 908)), encoding="utf-8")
    (litet.styrmodell / "las" / "2026.yaml").unlink()
    liten.lock(litet)
    (found,) = kontroll.run(litet, liten.DAY).fynd
    assert (found.regel.kod, found.regel.allvar) == ("manga-nyckeltal", RAD)
    assert "8 nyckeltal" in found.vad


def test_the_day_decides_what_is_overdue_and_what_is_done_never_is(litet):
    assert codes(kontroll.run(litet, dt.date(2026, 12, 1))) == ["overenskommelse-over-tiden"]
    assert "dialog-saknas" not in codes(kontroll.run(litet, dt.date(2028, 3, 1)))
    assert "aktivitet-over-tiden" in codes(kontroll.run(litet, dt.date(2026, 12, 2)))
    for status in ("klar", "avbruten"):
        liten.change(litet, FILE, r"status: (pagar|klar)$", f"status: {status}")
        assert "aktivitet-over-tiden" not in codes(kontroll.run(litet, dt.date(2026, 12, 2)))


def test_a_leap_day_is_a_day(litet):
    assert "dialog-saknas" not in codes(kontroll.run(litet, dt.date(2028, 2, 29)))
    assert "dialog-saknas" in codes(kontroll.run(litet, dt.date(2028, 3, 2)))


def test_personal_data_is_found_in_every_kind_of_file_and_shown_nowhere(litet):
    folder = litet.styrmodell
    liten.change(litet, "kommun.yaml", r"kalla: Vi själva", "kalla: Anna 811218-9876")
    (folder / "dialogfragor.yaml").write_text("fragor:\n  - {monster: alltid, fraga: Är 8112189876 nöjd?}\n", "utf-8")
    (folder / "medel.yaml").write_text(
        "namn: Potten\nbeskrivning: Skriv till a.b@vadstena.se.\nexempel: ja\nansokningar:\n"
        "  - {id: a, rubrik: A, namnd: testnamnden, verksamhet: skola, datum: 2026-01-01, sokt: 5,\n"
        "     syfte: 070-123 45 67}\n",
        encoding="utf-8",
    )
    (folder / "reportage").mkdir()
    (folder / "reportage" / "klimat.md").write_text(
        "---\nrubrik: R\ndatum: 2026-01-01\nnamnd: testnamnden\nverksamhet: skola\ningress: I.\n"
        "lankar:\n  - {mal: 4, skal: Så.}\n---\nEn text.\n\nRing 0143-150 00.\n",
        encoding="utf-8",
    )
    liten.change(litet, FILE, r"Rektor går igenom schemat", "Anna 19811218-9876 går igenom schemat")
    found = kontroll.run(litet, dt.date(2026, 12, 1))
    told = {(f.fil, f.regel.kod, f.namnd): f.rad for f in found.fynd if f.regel.allvar is FEL}
    assert told == {
        ("kommun.yaml", "personnummer", ""): liten.line_of(litet, "kommun.yaml", "811218"),
        ("dialogfragor.yaml", "personnummer", ""): 2,
        ("medel.yaml", "epostadress", ""): 2,
        ("medel.yaml", "telefonnummer", "testnamnden"): 6,
        ("reportage/klimat.md", "telefonnummer", "testnamnden"): 12,
        (FILE, "personnummer", "testnamnden"): liten.line_of(litet, FILE, "19811218"),
    }
    for shown in (kontrollsida.text(found), kontrollsida.as_json(found), kontrollsida.page(found)):
        for secret in ("9876", "a.b@vadstena.se", "123 45 67", "150 00"):
            assert secret not in shown
    assert "Anna 19… går igenom schemat" in kontrollsida.text(found)  # the agreement is overdue, and quoted


def test_the_municipalitys_own_address_is_no_personal_data(litet):
    publisher = "utgivare: {namn: V, adress: https://v.se, kontakt: kommun@vadstena.se, telefon: 0143-150 00}\n"
    (litet.styrmodell / "kommun.yaml").write_text(liten.KOMMUN + publisher, encoding="utf-8")
    liten.change(litet, FILE, r"om rasterna\.", "om rasterna. Skriv till kommun@vadstena.se.")
    assert kontroll.run(litet, liten.DAY).fynd == ()


@pytest.mark.parametrize("word", ["usel", "Uselt", "katastrofen", "katastrofalt", "misslyckades", "inkompetenta"])
def test_a_word_is_known_in_its_forms(word):
    assert kontrollsprak.stem(word) in kontrollsprak.hard_words()


@pytest.mark.parametrize("word", ["sämre", "inte", "läta", "slapp", "minskade", "brist", "skyldig"])
def test_words_that_only_tell_are_left_alone(word):
    assert kontrollsprak.stem(word) not in kontrollsprak.hard_words()


def test_one_namnd_can_be_asked_for(litet):
    liten.change(litet, "kommun.yaml", r"kalla: Vi själva", "kalla: Anna 811218-9876")
    assert codes(kontroll.run(litet, liten.DAY)) == ["personnummer"]
    assert codes(kontroll.run(litet, liten.DAY, ["tn"])) == []
    with pytest.raises(UnknownNameError, match="Nämnden ”SN” finns inte"):
        kontroll.run(litet, liten.DAY, ["SN"])


def test_the_worst_comes_first_and_is_counted(litet):
    liten.change(litet, FILE, r"om rasterna\.", "om det usla schemat. Ring 0143-150 00.")
    liten.change(litet, FILE, r"    ansvarig: Skolchef\n", "")
    found = kontroll.run(litet, liten.DAY)
    assert [f.regel.allvar for f in found.fynd] == [FEL, VARNING, RAD]
    assert counts(found.fynd) == {FEL: 1, VARNING: 1, RAD: 1}
    assert worst(found.fynd) is FEL
    assert kontrollsida.text(found).startswith("Ett fel, en varning och ett råd. Vadstena: 1 nämnder")


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(["kontrollera", "--dag", liten.DAY.isoformat(), *arguments], prog_name="styr")
    out, err = capsys.readouterr()
    return caught.value.code, out, err


@pytest.fixture
def here(litet, monkeypatch):
    monkeypatch.delenv("STYR_ROT", raising=False)
    monkeypatch.chdir(litet.root)
    return litet


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (r"^kortnamn: TN", "kortnamn: TN", 0),
        (r"om rasterna\.", "om det usla schemat.", 0),
        (r"    ansvarig: Skolchef\n", "", 1),
        (r"om rasterna\.", "om rasterna. Ring 0143-150 00.", 2),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_the_exit_code_says_the_worst_in_every_format(here, capsys, old, new, code, form):
    liten.change(here, FILE, old, new)
    assert run(capsys, "--format", form)[0] == code


def test_json_has_stable_keys_and_nothing_else_on_the_line(here, capsys):
    liten.change(here, FILE, r"    ansvarig: Skolchef\n", "")
    _, out, err = run(capsys, "--format", "json")
    content = json.loads(out)
    assert err == ""
    assert list(content) == ["kommun", "dag", "period", "allvar", "antal", "fynd"]
    assert content["antal"] == {"fel": 0, "varning": 1, "rad": 0}
    assert content["fynd"][0] == {
        "allvar": "varning",
        "kod": "uppdrag-utan-ansvarig",
        "rubrik": "Uppdrag utan ansvarig",
        "namnd": "testnamnden",
        "fil": FILE,
        "rad": liten.line_of(here, FILE, "fria-frukostar"),
        "plats": "uppdrag[1]",
        "vad": "Uppdraget ”Fria frukostar” har ingen ansvarig.",
        "atgard": REGLER["uppdrag-utan-ansvarig"].atgard,
    }


def test_files_that_cannot_be_used_come_first_and_alone_in_every_format(here, capsys):
    liten.change(here, FILE, r"status: pagar", "status: 811218-9876")
    liten.change(here, FILE, r"riktning: hogre", "riktning: upp")
    code, out, err = run(capsys)
    assert (code, out) == (2, "")
    assert err.startswith("Fel: 2 fel hittades i kommunens egna filer:\n")
    code, out, _ = run(capsys, "--format", "json")
    assert code == 2
    assert {f["kod"] for f in json.loads(out)["fynd"]} == {"fil-gar-inte-att-anvanda"}
    assert "9876" not in out
    code, _, _ = run(capsys, "--format", "html")
    assert code == 2
    page = (here.output / "kontroll.html").read_text(encoding="utf-8")
    assert "”upp” är inget av de tillåtna valen" in page
    assert "9876" not in page


def test_the_result_can_be_written_to_another_file(here, capsys):
    _, out, _ = run(capsys, "--format", "json", "--ut", "ut/fynd.json")
    assert out.startswith("Inga fel, inga varningar och inga råd. Läs mer i ")
    assert json.loads((here.root / "ut" / "fynd.json").read_text(encoding="utf-8"))["fynd"] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--format", "xml"], "Formatet ”xml” finns inte."),
        (["--dag", "i går"], "--dag ska vara ett datum som 2026-03-31, inte ”i går”"),
        (["--dag", "2026-02-30"], "--dag ska vara ett datum"),
        (["--namnd", "XX"], "Nämnden ”XX” finns inte."),
    ],
)
@pytest.mark.usefixtures("here")
def test_bad_choices_are_one_sentence(capsys, arguments, sentence):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert sentence in err


@pytest.mark.browser
def test_the_page_is_accessible_wide_and_narrow(browser, litet, tmp_path):
    liten.change(litet, FILE, r"om rasterna\.", "om det usla schemat <b>nu</b>. Ring 0143-150 00.")
    liten.change(litet, FILE, r"    ansvarig: Skolchef\n", "")
    path = tmp_path / "kontroll.html"
    path.write_text(kontrollsida.page(kontroll.run(litet, liten.DAY)), encoding="utf-8")
    for width in (1280, 320):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(path.as_uri())
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


def test_every_rule_is_documented_with_why_and_remedy():
    text = kontrolldok.documentation()
    for regel in REGLER.values():
        assert f"`{regel.kod}`" in text
        assert regel.varfor.endswith(".")
        assert regel.atgard.endswith(".")
    assert "Namn hittas inte" in text


def test_every_rule_can_be_found():
    code = "".join(p.read_text(encoding="utf-8") for p in Path(kontroll.__file__).parent.glob("kontroll*.py"))
    for kod in REGLER:
        stem = kod if f'"{kod}"' in code else re.sub(r"^(uppdrag|aktivitet)", "{kind}", kod)
        assert f'"{stem}"' in code, kod
