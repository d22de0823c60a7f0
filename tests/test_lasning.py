"""What was decided stays, and every later difference is told with its reason or the lack of one."""

import datetime as dt
import re

import pytest

from styrlib import beslutade, cli, kontroll, lasfil, lasning, process, project, snapshot, tidpunkt, underlag
from styrlib.errors import InputError
from styrlib.lasning import Slag

from . import liten_styrmodell as liten

FILE = "testnamnden.yaml"
LAS = "las/2026.yaml"
LOGGED = "        andringar:\n          - {datum: 2026-02-01, vad: Det är ändrat., skal: Mätningen är ny.}\n"
EARLY = LOGGED.replace("2026-02-01", "2025-11-18")
KOLADA = r"(        niva: kf\n)"


@pytest.fixture
def litet(tmp_path):
    return liten.make(tmp_path / "projekt å")


def differences(litet, ar=2026):
    modell = liten.read(litet)
    return lasning.differences(modell, lasning.for_year(modell, ar), process.titles(litet))


def codes(litet):
    return [f.regel.kod for f in kontroll.run(litet, liten.DAY).fynd]


def test_a_lock_holds_every_nyckeltal_as_decided_and_survives_being_written(litet):
    modell = liten.read(litet)
    (las,) = modell.las
    assert [(n.nyckeltal, n.malbild, n.malniva) for n in las.nyckeltal] == [
        ("N15428", "trygg-skola", 90),
        ("L901", "trygg-skola", None),
    ]
    assert (las.ar, las.datum, las.exempel) == (2026, liten.DECIDED, True)
    assert las.kontrollsumma == lasning.checksum(las)
    assert differences(litet) == []


def test_a_name_that_kolada_gave_is_locked_too(litet):
    liten.change(litet, FILE, r"        kortnamn: Behöriga till gymnasiet\n", "")
    modell = liten.read(litet)
    las = lasning.lock(modell, 2026, liten.DECIDED, process.titles(litet))
    assert las.nyckeltal[0].kortnamn == process.titles(litet)["N15428"]
    assert [d.falt for d in differences(litet)] == ["kortnamn"]


@pytest.mark.parametrize(
    ("old", "new", "falt", "before", "after"),
    [
        ("kortnamn: Behöriga till gymnasiet", "kortnamn: Behöriga", "kortnamn", "Behöriga till gymnasiet", "Behöriga"),
        ("malniva: 90", "malniva: 85,5", "malniva", "minst 90 procent till 2027", "minst 85,5 procent till 2027"),
        ("malniva: 90", "malniva: 100", "malniva", "minst 90 procent till 2027", "100 procent till 2027"),
        ("malar: 2027", "malar: 2030", "malniva", "minst 90 procent till 2027", "minst 90 procent till 2030"),
        ("niva: kf", "niva: namnd", "niva", "kommunfullmäktige", "nämnden"),
        ("enhet: procent", "enhet: poäng", "enhet", "procent", "poäng"),
    ],
)
def test_each_field_is_compared_and_shown_as_readers_see_it(litet, old, new, falt, before, after):
    liten.change(litet, FILE, old, new)
    first = next(d for d in differences(litet) if d.falt == falt)
    shown = [text.replace("\u00a0", " ") for text in (first.fore, first.efter)]
    assert (first.slag, first.nyckeltal, shown) == (Slag.andrat, "N15428", [before, after])
    assert first.loggat == ()
    assert "last-nyckeltal-andrat" in codes(litet)


def test_a_logged_change_is_shown_with_its_reason_and_is_no_finding(litet):
    liten.change(litet, FILE, "malniva: 90", "malniva: 80")
    liten.change(litet, FILE, KOLADA, rf"\1{LOGGED}")
    (one,) = differences(litet)
    assert [(a.datum, a.skal) for a in one.loggat] == [(dt.date(2026, 2, 1), "Mätningen är ny.")]
    assert codes(litet) == []


def test_what_was_logged_before_the_decision_explains_nothing_after_it(litet):
    liten.change(litet, FILE, KOLADA, rf"\1{EARLY}")
    assert differences(litet) == []
    liten.change(litet, FILE, "malniva: 90", "malniva: 80")
    assert codes(litet) == ["last-nyckeltal-andrat"]


def test_a_logged_note_without_a_change_is_told(litet):
    liten.change(litet, FILE, KOLADA, rf"\1{LOGGED}")
    (one,) = differences(litet)
    assert (one.slag, one.vad, one.fore) == (Slag.noterat, "Bara en anteckning", "som beslutat")


def test_a_dropped_nyckeltal_is_an_error_until_the_lock_says_why(litet):
    liten.change(litet, FILE, r"      - id: N15428\n(        .*\n)+", "")
    (found,) = kontroll.run(litet, liten.DAY).fynd
    assert (found.regel.kod, found.fil, found.namnd) == ("last-nyckeltal-borttaget", LAS, "testnamnden")
    assert found.rad == liten.line_of(litet, LAS, "N15428")
    liten.change(
        litet, LAS, r"^nyckeltal:", "avforda:\n  - {nyckeltal: N15428, datum: 2026-02-01, skal: Borta.}\nnyckeltal:"
    )
    assert codes(litet) == []
    (one,) = differences(litet)
    assert (one.slag, one.namn, one.loggat[0].skal) == (Slag.borttaget, "Behöriga till gymnasiet", "Borta.")


def test_an_added_nyckeltal_is_a_warning_until_it_is_explained(litet):
    new = "      - id: N15505\n        forklaring: Ny.\n        enhet: poäng\n        riktning: hogre\n"
    liten.change(litet, FILE, r"^    bedomningar:", new + "    bedomningar:")
    (found,) = kontroll.run(litet, liten.DAY).fynd
    assert (found.regel.kod, found.rad) == ("nyckeltal-tillagt-efter-las", liten.line_of(litet, FILE, "N15505"))
    liten.change(litet, FILE, r"^    bedomningar:", LOGGED + "    bedomningar:")
    assert codes(litet) == []
    assert [d.slag for d in differences(litet)] == [Slag.tillagt]


def test_a_nyckeltal_that_moves_to_another_malbild_is_not_dropped(litet):
    liten.change(litet, FILE, r"id: trygg-skola", "id: annan")
    assert {(d.slag, d.falt, d.fore, d.efter) for d in differences(litet)} == {
        (Slag.andrat, "malbild", "trygg-skola", "Trygg skola")
    }


def test_a_later_decision_explains_a_change(litet):
    liten.change(litet, FILE, "malniva: 90", "malniva: 80")
    liten.change(litet, FILE, r"      - id: L901\n(        .*\n)+", "")
    (litet.styrmodell / "lokala" / "testnamnden.csv").unlink()
    liten.lock(litet, 2027, dt.date(2026, 11, 18))
    assert codes(litet) == []
    assert {(d.slag, d.loggat[0].vad) for d in differences(litet)} == {
        (Slag.andrat, "Beslutat på nytt för 2027."),
        (Slag.borttaget, "Beslutat på nytt för 2027."),
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [("malniva: 90", "malniva: 80"), ("datum: '2025-11-19'", "datum: 2025-11-18"), ("kontrollsumma: .*\n", "")],
)
def test_a_lock_that_was_changed_by_hand_is_an_error(litet, old, new):
    liten.change(litet, LAS, old, new)
    assert "las-andrat" in codes(litet)


def test_a_year_without_a_lock_is_a_piece_of_advice(litet):
    (litet.styrmodell / LAS).unlink()
    assert codes(litet) == ["las-saknas"]


@pytest.fixture
def styr_las(litet, monkeypatch, capsys):
    monkeypatch.delenv("STYR_ROT", raising=False)
    monkeypatch.chdir(litet.root)

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            cli.main(["las", *arguments], prog_name="styr")
        out, err = capsys.readouterr()
        return caught.value.code, out + err

    return run


def test_the_command_locks_once_and_replaces_only_with_a_reason(litet, styr_las):
    path = litet.styrmodell / LAS
    before = path.read_text(encoding="utf-8")
    code, said = styr_las("2026", "--datum", "2025-12-01")
    assert code == 2
    assert "redan låsta, beslutade den 19 november 2025" in said
    assert path.read_text(encoding="utf-8") == before
    code, said = styr_las("2026", "--datum", "2025-12-01", "--diarienummer", "D 1", "--ersatt", "--skal", "Fel fil.")
    assert code == 0
    assert (path.parent / "ersatta" / "2026-1.yaml").read_text(encoding="utf-8") == before
    (las,) = liten.read(litet).las
    assert (las.datum, las.diarienummer) == (dt.date(2025, 12, 1), "D 1")
    assert [(e.datum, e.skal) for e in las.ersatter] == [(liten.DECIDED, "Fel fil.")]
    assert codes(litet) == []
    liten.change(litet, LAS, r"skal: Fel fil\.", "skal: Annat.")
    assert "las-andrat" in codes(litet)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["i fjol", "--datum", "2025-11-19"], "ÅR ska vara ett år med fyra siffror, inte ”i fjol”"),
        (["2027"], "--datum saknas"),
        (["2027", "--datum", "19 november"], "--datum ska vara ett datum som 2026-03-31"),
        (["2027", "--datum", "2028-01-01"], "Nyckeltalen för 2027 kan inte vara beslutade 2028-01-01"),
        (["2026", "--datum", "2025-11-19", "--ersatt"], "--ersatt behöver --skal"),
        ([], "ÅR saknas"),
    ],
)
def test_bad_choices_write_nothing_and_are_one_sentence(litet, styr_las, arguments, sentence):
    before = sorted(litet.styrmodell.rglob("*"))
    code, said = styr_las(*arguments)
    assert code == 2
    assert sentence in said
    assert sorted(litet.styrmodell.rglob("*")) == before


def test_a_model_without_nyckeltal_has_nothing_to_lock(litet, styr_las):
    liten.change(litet, FILE, r"    nyckeltal:\n(      .*\n)+", "    nyckeltal: []\n")
    code, said = styr_las("2027", "--datum", "2026-11-18")
    assert code == 2
    assert "inga nyckeltal att låsa" in said


def test_the_same_lock_is_the_same_bytes(litet):
    las = lasning.lock(liten.read(litet), 2026, liten.DECIDED, process.titles(litet))
    assert lasfil.text(las) == (litet.styrmodell / LAS).read_text(encoding="utf-8")
    with pytest.raises(InputError):
        lasfil.write(litet.styrmodell / "las", las, las)


def test_an_earlier_period_shows_what_was_decided_then(litet):
    """A change logged in 2026 is unknown at the end of 2025."""
    liten.change(litet, FILE, "malniva: 90", "malniva: 80")
    liten.change(litet, FILE, KOLADA, rf"\1{LOGGED}")
    modell = liten.read(litet)
    then = tidpunkt.as_of(modell, modell.perioder["2025-helar"])
    (first, _) = [n for _, n in then.namnder[0].nyckeltal()]
    assert (first.malniva, first.andringar) == (90, ())
    (first, _) = [n for _, n in modell.namnder[0].nyckeltal()]
    assert first.malniva == 80


@pytest.fixture
def rapport(litet, monkeypatch):
    monkeypatch.delenv("STYR_ROT", raising=False)
    monkeypatch.chdir(litet.root)

    def section(period=""):
        from styrlib.namndrapport import open_report

        html = str(open_report("TN", period=period).fordjupning())
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index('<h3 id="beslutade"') :]))

    return section


def test_the_report_lists_every_decided_nyckeltal_and_says_when_nothing_has_changed(rapport):
    text = rapport()
    assert "Nyckeltal som är beslutade för 2026 Exempel" in text
    assert "Nyckeltalen beslutades den 19 november 2025. Nämnden har 2 av dem. Inget har ändrats sedan dess." in text
    assert re.search(r"Behöriga till gymnasiet mål minst 90 procent till 2027; senast [\d,]+ % \(20\d\d\)", text)
    assert "Elever som trivs" in text
    assert "Ändrat sedan beslutet" not in text


def test_the_report_shows_each_change_with_its_reason_or_the_lack_of_one(litet, rapport):
    liten.change(litet, FILE, "malniva: 90", "malniva: 80")
    liten.change(litet, FILE, KOLADA, rf"\1{LOGGED}")
    liten.change(litet, FILE, "forklaring: Hur stor andel av eleverna som trivs.", "forklaring: <b>Ny</b>.")
    text = rapport()
    assert "minst 90 procent till 2027 minst 80 procent till 2027 1 februari 2026. Det är ändrat." in text
    assert "Skäl: Mätningen är ny." in text
    assert "&lt;b&gt;Ny&lt;/b&gt;. Inget skäl är skrivet." in text


def test_the_report_lists_a_dropped_nyckeltal_and_says_when_a_year_is_not_locked(litet, rapport):
    liten.change(litet, FILE, r"      - id: N15428\n(        .*\n)+", "")
    text = rapport()
    assert "Behöriga till gymnasiet mål minst 90 procent till 2027; följs inte längre" in text
    (litet.styrmodell / LAS).unlink()
    assert "Nyckeltalen för 2026 är inte låsta." in rapport()


def test_a_decided_nyckeltal_of_the_verksamhet_is_listed_without_a_value(litet, rapport):
    (litet.styrmodell / LAS).unlink()
    liten.change(litet, FILE, "niva: kf", "niva: verksamhet")
    liten.lock(litet)
    assert "Behöriga till gymnasiet mål minst 90 procent till 2027; följs av verksamheten" in rapport()


def test_the_shipped_locks_are_whole_and_show_logged_changes_only():
    here = project.find()
    modell, _ = process.read_raw_model(here, snapshot.find(here.kolada))
    assert [las.ar for las in modell.las] == [2025, 2026]
    for las in modell.las:
        assert las.exempel
        assert las.kontrollsumma == lasning.checksum(las)
        found = lasning.differences(modell, las, process.titles(here))
        assert all(d.loggat for d in found)
        told = {d.nyckeltal: d for d in found}
        assert (told["U21401"].slag, told["U21401"].efter) == (Slag.andrat, "ingen målnivå")
        assert told["U35400"].slag is Slag.noterat


def test_the_shipped_report_of_an_earlier_period_knows_no_later_change():
    given = underlag.read(period="2025-helar")
    found = beslutade.decided(given.namnd(given.modell.namnd("socialnamnden")))
    assert found.ar == 2025
    assert "U21401" not in {d.nyckeltal for d in found.skillnader}
    assert any(n.id == "U21401" and "högst 12" in n.fakta for _, some in found.malbilder for n in some)
