"""The steering model as an utredare asks it, and a nyckeltal added to it, in the real files and in small ones."""

import re
import shutil
import stat

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from styrlib import Modell, modell, process, tillagg, utbyte, yamltext
from styrlib.errors import InputError, ProblemsError, StyrError, UnknownNameError
from styrlib.project import Project
from styrlib.tabell import EGEN

from . import liten_styrmodell as liten
from .conftest import REPOSITORY

TOLD = {"forklaring": "Hur många poäng eleverna i nian har i snitt.", "riktning": "högre"}


@pytest.fixture(scope="module")
def shipped(bearbetat):
    """Return the shipped model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STYR_ROT", str(bearbetat.root))
        yield Modell()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return a small project whose tables are made, to be copied."""
    project = liten.make(tmp_path_factory.mktemp("liten") / "projekt")
    process.ensure(project)
    return project


@pytest.fixture
def own(small, tmp_path, monkeypatch):
    """Return a small project that may be changed, as the one where the user is."""
    project = Project(shutil.copytree(small.root, tmp_path / "projekt", symlinks=True))
    monkeypatch.setenv("STYR_ROT", str(project.root))
    return project


def raw(name):
    return yamltext.read(REPOSITORY / "data" / "raw" / "styrmodell" / f"{name}.yaml")[0]


BODIES = ("kommunstyrelsen", "socialnamnden", "kultur-och-utbildningsnamnden", "samhallsbyggnadsnamnden")


def test_parentheses_after_a_table_do_no_harm_and_a_name_in_them_describes(shipped):
    for name in ("namnder", "malbilder", "nyckeltal", "uppdrag", "aktiviteter"):
        assert getattr(shipped, name)().equals(getattr(shipped, name))
    assert repr(shipped.namnder("SN")) == repr(shipped.namnd("SN"))
    assert repr(shipped.malbilder("trygga-gator")) == repr(shipped.malbild("trygga-gator"))
    with pytest.raises(InputError, match="Ta bort det som står inom parenteserna"):
        shipped.uppdrag("SN")


@pytest.mark.parametrize("ask", ["beskriv", "namnd", "malbild", "mal", "nyckeltal"])
def test_a_table_where_a_name_is_needed_is_told_in_one_line(shipped, ask):
    with pytest.raises(InputError, match=r"inte en tabell\.$"):
        getattr(shipped, ask)(shipped.namnder)


# --- Tables -----------------------------------------------------------------------------------------------------------


def test_tables_have_a_row_for_every_part_that_the_files_have(shipped):
    files = {name: raw(name) for name in BODIES}
    malbilder = [(name, m) for name, file in files.items() for m in file["malbilder"]]
    assert list(shipped.namnder["namnd"]) == list(BODIES)
    assert [*zip(shipped.malbilder["namnd"], shipped.malbilder["malbild"], strict=True)] == [
        (name, m["id"]) for name, m in malbilder
    ]
    nyckeltal = [(name, m["id"], n["id"]) for name, m in malbilder for n in m["nyckeltal"]]
    frame = shipped.nyckeltal
    assert [*zip(frame["namnd"], frame["malbild"], frame["nyckeltal"], strict=True)] == nyckeltal
    assert list(shipped.uppdrag["uppdrag"]) == [u["id"] for file in files.values() for u in file["uppdrag"]]
    activities = {a["id"] for _, m in malbilder for a in m["aktiviteter"]}
    activities |= {a["id"] for file in files.values() for u in file["uppdrag"] for a in u.get("aktiviteter", [])}
    assert set(shipped.aktiviteter["aktivitet"]) == activities
    assert shipped.namnder["nyckeltal"].sum() == len(nyckeltal)
    assert shipped.malbilder["aktiviteter"].sum() < len(shipped.aktiviteter) == shipped.namnder["aktiviteter"].sum()


def test_values_are_those_of_the_files_in_the_columns_that_are_promised(shipped):
    row = shipped.nyckeltal.set_index("nyckeltal").loc["U23401"]
    assert (row["namn"], row["enhet"], row["riktning"]) == ("Väntetid till särskilt boende", "dagar", "lägre är bättre")
    assert (row["malniva"], row["malar"]) == (45.0, 2027)
    for name, dtypes in modell.modelltabeller.COLUMNS.items():
        if hasattr(Modell, name):
            assert {c: str(d) for c, d in getattr(shipped, name).dtypes.items()} == dtypes


def test_every_table_says_that_the_model_is_an_example(shipped):
    for name in ("namnder", "malbilder", "nyckeltal", "uppdrag", "aktiviteter"):
        assert getattr(shipped, name).kalla == "Källa: Vadstena kommuns styrmodell (exempel)."
    assert "(exempel): 4 nämnder, 20 målbilder" in repr(shipped)
    assert "4 nämnder" in shipped._repr_html_()


def test_the_table_of_nyckeltal_answers_to_an_id(shipped):
    card = shipped.nyckeltal("u23401 ")
    assert (card.id, card.enhet, card.riktning) == ("U23401", "dagar", "lagre")
    assert "45 dagar till 2027" in repr(card).replace("\N{NO-BREAK SPACE}", " ")
    assert repr(shipped.beskriv("U23401")) == repr(card)


def test_what_a_project_changes_is_seen_at_the_next_question(own):
    model = Modell()
    assert list(model.malbilder["rubrik"]) == ["Trygg skola"]
    liten.change(own, "testnamnden.yaml", "rubrik: Trygg skola", "rubrik: Glad skola")
    assert list(model.malbilder["rubrik"]) == ["Glad skola"]
    assert model.malbild("glad").id == "trygg-skola"


def test_what_is_wrong_in_the_files_is_told_at_once_with_file_and_line(own):
    liten.change(own, "testnamnden.yaml", "riktning: hogre", "riktning: uppat")
    with pytest.raises(ProblemsError, match=r"testnamnden\.yaml, rad \d+: .*uppat.*hogre, lagre, ingen"):
        Modell()
    (own.styrmodell / "testnamnden.yaml").write_text("namn: [", encoding="utf-8")
    with pytest.raises(ProblemsError, match=r"testnamnden\.yaml, rad \d+: Raden kan inte läsas som YAML"):
        Modell()


# --- Parts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["SN", "sn", "socialnamnden", "Socialnämnden", " socialnämnden "])
def test_a_namnd_is_found_by_id_short_name_and_name(shipped, given):
    card = shipped.namnd(given)
    assert (card.id, card.kortnamn) == ("socialnamnden", "SN")
    assert set(card.malbilder["namnd"]) == set(card.nyckeltal["namnd"]) == {"socialnamnden"}
    assert len(card.malbilder) == 5


def test_an_unknown_namnd_is_answered_with_those_that_look_like_it(shipped):
    with pytest.raises(UnknownNameError, match="Menade du Socialnämnden"):
        shipped.namnd("socialnämden")


@pytest.mark.parametrize("given", ["trygg-aldreomsorg", "äldreomsorg", "ALDREOMSORG trygg", "kända ansikten"])
def test_a_malbild_is_found_by_id_and_by_words(shipped, given):
    card = shipped.malbild(given)
    assert (card.namnd, card.id) == ("socialnamnden", "trygg-aldreomsorg")
    assert list(card.nyckeltal["nyckeltal"]) == [n["id"] for n in raw("socialnamnden")["malbilder"][0]["nyckeltal"]]
    assert set(card.aktiviteter["hor_till"]) == {card.rubrik}


def test_a_malbild_that_can_be_several_is_not_guessed(shipped):
    with pytest.raises(InputError, match=r"”trygg” kan betyda flera: .*trygg-aldreomsorg \(SN, .*Skriv id"):
        shipped.malbild("trygg")
    assert shipped.malbild("trygg", namnd="SN").id == "trygg-aldreomsorg"
    with pytest.raises(InputError, match="Menade du ”trygg-aldreomsorg”"):
        shipped.malbild("trygg-äldreomsorgen")
    with pytest.raises(InputError, match=r"”zzz” finns inte. De som finns står i \.malbilder"):
        shipped.malbild("zzz")
    with pytest.raises(InputError, match="Skriv vilken målbild"):
        shipped.malbild(" ")


def test_a_goal_tells_who_follows_it_and_which_malbilder_link_to_it_with_reason_and_direction(shipped):
    card = shipped.mal(13)
    text = repr(card)
    links = [
        (m["rubrik"], link.get("riktning", "bidrar"), link["skal"])
        for name in BODIES
        for m in raw(name)["malbilder"]
        for link in m["lankar"]
        if link["mal"] == "13"
    ]
    assert len(links) > 3
    for rubrik, riktning, skal in links:
        way = "Bidrar till" if riktning == "bidrar" else "Motverkar"
        assert re.search(rf"  {way}: {re.escape(rubrik)} \(.*\): {re.escape(skal)}", text)
    malbilder = card.lankar[card.lankar["slag"] == "malbild"]
    assert sorted(zip(malbilder["rubrik"], malbilder["riktning"], strict=True)) == sorted(link[:2] for link in links)
    assert "Bekämpa klimatförändringarna" in text
    assert "ekologisk" in text
    assert repr(shipped.mal("mål 13")) == repr(shipped.beskriv("13")) == text


@pytest.mark.parametrize("given", [0, 18, "klimat", None, True, 1.5])
def test_what_is_no_goal_is_refused(shipped, given):
    with pytest.raises(InputError, match="ett tal från 1 till 17"):
        shipped.mal(given)


def test_the_nyckeltal_that_a_goal_lacks_are_those_of_rka_that_no_body_follows(shipped):
    links = pd.read_csv(REPOSITORY / "data" / "raw" / "agenda2030" / "nyckeltal.csv", dtype="str")
    used = {n["id"] for name in BODIES for m in raw(name)["malbilder"] for n in m["nyckeltal"]}
    for goal in (1, 13, 15):
        rka = set(links.loc[links["mal"] == str(goal), "nyckeltal"])
        found = shipped.saknas(mal=goal)
        of_rka = set(found.loc[found["koppling"] == "RKA", "nyckeltal"])
        assert of_rka == {id_ for id_ in rka if id_ not in used} - {
            c["nyckeltal"] for c in raw("kommun").get("agenda2030", []) if str(goal) in c.get("bort", [])
        }
    every = shipped.saknas()
    assert set(every["mal"]) <= set(range(1, 18))
    assert not set(every["nyckeltal"]) & used
    assert every.kalla.endswith(EGEN)


def test_what_a_goal_lacks_says_whether_it_is_measured_and_until_when_there_are_values_for_us(shipped, bearbetat):
    every = shipped.saknas().drop_duplicates("nyckeltal").set_index("nyckeltal")
    values = pd.read_parquet(bearbetat.processed / "varden.parquet")
    own = values[(values["kommun"] == "0584") & values["varde"].notna() & (values["ar"] <= 2024)]
    latest = own.groupby(own["nyckeltal"].astype(str))["ar"].max()
    assert every["senaste_ar"].notna().any()
    for id_, row in every.iterrows():
        assert (None if pd.isna(row["senaste_ar"]) else row["senaste_ar"]) == latest.get(id_)
        assert row["mats"] == (re.search(r"\(-\d{4}\)$", row["titel"].strip()) is None)
    one = shipped.saknas(mal=13)
    assert one.notis.startswith("RKA:s urval, med kommunens egna ändringar, har 5 nyckeltal för mål 13.")
    assert "Styrmodellen följer 4 av dem; 1 saknas." in one.notis


def test_a_goal_that_lacks_nothing_says_so(shipped, monkeypatch):
    whole = shipped._of_goal(13).assign(foljs_av="SN")
    monkeypatch.setattr(Modell, "_of_goal", lambda *_: whole)
    assert shipped.saknas(mal=13).empty
    assert shipped.saknas(mal=13).notis == "Styrmodellen följer alla 5 nyckeltal för mål 13 i RKA:s urval."


def test_values_come_in_kolada_s_shape_and_hidden_ones_are_missing(shipped):
    found = shipped.nyckeltal("L201").varden
    assert list(found.columns) == ["nyckeltal", "kommun", "ar", "kon", "varde", "antal", "status"]
    hidden = found[found["status"] == "dold"]
    assert set(hidden["kon"]) == {"K", "M"}
    assert hidden[["varde", "antal"]].isna().all(axis=None)
    assert found.kalla == "Källa: Vadstena kommuns styrmodell (exempel)."
    kolada = shipped.nyckeltal("N15428").varden
    assert kolada.kalla == "Källa: Kolada, hämtat augusti 2024."
    assert kolada["ar"].max() <= 2024
    assert set(kolada["kommun"]) == {"0584"}


def test_what_the_model_does_not_follow_is_told_with_what_to_do(shipped):
    with pytest.raises(InputError, match=r'följer inte N15505 \(.+\)\. Lägg till det med \.lagg_till\("N15505", …\)'):
        shipped.nyckeltal("N15505")
    with pytest.raises(InputError, match="Menade du U21468 Nöjda med hemtjänsten"):
        shipped.nyckeltal("nöjda hemtjänsten")
    with pytest.raises(InputError, match="”qqqq” är inget nyckeltal i styrmodellen"):
        shipped.nyckeltal("qqqq")


def test_anything_with_a_name_is_described(shipped):
    assert shipped.beskriv("SN").id == "socialnamnden"
    assert shipped.beskriv("kända ansikten").id == "trygg-aldreomsorg"
    assert shipped.beskriv(4).mal == 4


def test_cards_are_html_that_says_what_the_text_says_and_in_which_a_colour_says_nothing_alone(shipped):
    for card in (shipped.namnd("SN"), shipped.malbild("kända"), shipped.mal(7), shipped.nyckeltal("L201")):
        page = BeautifulSoup(card._repr_html_(), "html.parser")
        said = " ".join(page.get_text(" ").split())
        for line in repr(card).splitlines():
            for part in re.split(r": ", line.strip()):
                assert " ".join(part.removesuffix(":").split()) in said
        assert "Exempel: kommunen har inte beslutat innehållet." in said
    patch = BeautifulSoup(shipped.mal(7)._repr_html_(), "html.parser").find("span")
    assert (patch.get_text(), patch["aria-hidden"]) == ("", "true")


def test_text_from_the_files_is_escaped(own):
    liten.change(own, "testnamnden.yaml", "text: Alla elever trivs.", "text: <b>Alla</b> & envar")
    own_text = Modell().malbild("trygg")._repr_html_()
    assert "&lt;b&gt;Alla&lt;/b&gt; &amp; envar" in own_text


# --- Add --------------------------------------------------------------------------------------------------------------


def test_a_nyckeltal_is_added_last_under_its_malbild_and_every_other_byte_is_kept(own):
    path = own.styrmodell / "testnamnden.yaml"
    before = path.read_bytes()
    added = Modell().lagg_till("n15505", "trygg", namn="Meritvärde", malniva=240.5, malar=2027, **TOLD)
    after = path.read_bytes()
    block = (
        "      - id: N15505\n        kortnamn: Meritvärde\n"
        "        forklaring: Hur många poäng eleverna i nian har i snitt.\n"
        "        enhet: meritvärde\n        riktning: hogre\n        malniva: 240,5\n        malar: 2027\n"
    )
    at = before.index(b"    bedomningar:")
    assert after == before[:at] + block.encode() + before[at:]
    assert added.text + "\n" == block
    assert (added.skrivet, added.fil) == (True, "data/raw/styrmodell/testnamnden.yaml")
    assert added.rad == liten.line_of(own, "testnamnden.yaml", "id: N15505")
    one = liten.read(own).namnder[0].malbilder[0].nyckeltal[-1]
    assert (one.id, one.enhet, one.malniva, one.malar) == ("N15505", "meritvärde", 240.5, 2027)
    assert Modell().nyckeltal("N15505").namn == "Meritvärde"


@pytest.mark.usefixtures("own")
def test_what_was_added_says_what_to_run_next():
    added = Modell().lagg_till("N15505", "trygg", **TOLD)
    assert "styr kontrollera" in repr(added)
    assert "styr hamta" not in repr(added)
    page = BeautifulSoup(added._repr_html_(), "html.parser")
    assert page.find("pre").get_text() == added.text
    assert f"rad {added.rad}" in page.get_text()


def test_a_trial_shows_the_same_and_writes_nothing(own):
    path = own.styrmodell / "testnamnden.yaml"
    before = path.read_bytes()
    tried = Modell().lagg_till("N15505", "trygg", provkor=True, **TOLD)
    assert path.read_bytes() == before
    assert tried.mening.startswith("Provkörning: inget är skrivet.")
    added = Modell().lagg_till("N15505", "trygg", **TOLD)
    assert (tried.text, tried.rad) == (added.text, added.rad)


@pytest.mark.parametrize("empty", ["", "    nyckeltal: []\n"])
def test_a_malbild_without_nyckeltal_gets_its_first_and_windows_line_ends_are_kept(own, empty):
    path = own.styrmodell / "testnamnden.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("    nyckeltal:\n"), text.index("    bedomningar:")
    path.write_bytes((text[:start] + empty + text[end:]).replace("\n", "\r\n").encode())
    (own.styrmodell / "las" / "2026.yaml").unlink()  # which has what is taken away here
    added = Modell().lagg_till("N15505", "trygg", **TOLD)
    assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")
    assert "- id: N15505" in added.text
    assert [n.id for n in liten.read(own).namnder[0].malbilder[0].nyckeltal] == ["N15505"]


@pytest.mark.parametrize(
    ("nyckeltal", "told", "said"),
    [
        ("N15428", TOLD, r"N15428 finns redan under målbilden trygg-skola, i testnamnden\.yaml på rad \d+"),
        ("N15505", {"riktning": "högre"}, r"Skriv också forklaring= .*Kolada\(\)\.beskriv\(\"N15505\"\)"),
        ("N15505", {"forklaring": "En mening."}, "Skriv också riktning="),
        ("N15505", {**TOLD, "riktning": "lägr"}, "”lägr” är ingen riktning. Menade du lagre"),
        ("N15505", {**TOLD, "malniva": 3}, r"rad \d+: .*Målnivå och målår hör ihop"),
        ("N15505", {**TOLD, "malniva": "hög", "malar": 2027}, "”hög” är inget tal"),
        ("N15505", {**TOLD, "enhet": "andel %"}, "En andel skrivs bara procent"),
        ("N15506", TOLD, r"N15506 finns inte i något uttag från Kolada\. Menade du N15.+ hamtas=True"),
        ("behöriga", TOLD, "”behöriga” är inget id.* Menade du N15428"),
        ("L777", {**TOLD, "namn": "Eget", "enhet": "procent"}, "”L777” har inga rader i någon CSV-fil"),
        ("L902", TOLD, "Skriv också enhet="),
        ("N15505", {**TOLD, "malniva": True}, "ska vara tal"),
    ],
)
def test_what_can_not_be_added_is_refused_in_a_sentence_and_nothing_is_written(own, nyckeltal, told, said):
    before = (own.styrmodell / "testnamnden.yaml").read_bytes()
    with pytest.raises(InputError, match=said):
        Modell().lagg_till(nyckeltal, "trygg", **told)
    assert (own.styrmodell / "testnamnden.yaml").read_bytes() == before


def test_one_that_another_malbild_follows_is_said_alike_in_both(own):
    again = (
        "  - id: glad-skola\n    rubrik: Glad skola\n    text: Alla elever skrattar.\n    verksamhet: skola\n"
        "    aspekter: social\nuppdrag:"
    )
    liten.change(own, "testnamnden.yaml", "^uppdrag:", again)
    before = (own.styrmodell / "testnamnden.yaml").read_bytes()
    with pytest.raises(InputError, match="beskrivs olika"):
        Modell().lagg_till("N15428", "glad", forklaring="Något annat.")
    assert (own.styrmodell / "testnamnden.yaml").read_bytes() == before
    added = Modell().lagg_till("N15428", "glad")
    assert "malniva: 90\n" in added.text
    first, second = liten.read(own).namnder[0].malbilder
    assert second.nyckeltal[0] == first.nyckeltal[0]


def test_a_local_one_is_added_when_its_values_are_in_place(own):
    with (own.styrmodell / "lokala" / "testnamnden.csv").open("a", encoding="utf-8") as file:
        file.write("L902;2025;T;75,0;200\n")
    added = Modell().lagg_till("L902", "trygg", namn="Elever som trivs på rasten", enhet="%", **TOLD)
    assert "styr hamta" not in repr(added)
    assert list(Modell().nyckeltal("L902").varden["varde"]) == [75.0]


def test_one_that_no_snapshot_has_is_added_when_it_is_to_be_fetched(own):
    added = Modell().lagg_till("N15506", "trygg", enhet="procent", hamtas=True, **TOLD)
    assert "Kör ”styr hamta”" in repr(added)
    assert "N15506" in process.wanted(own)[0]
    with pytest.raises(ProblemsError, match="finns inte i något uttag"):
        Modell()


def test_a_file_that_changes_meanwhile_or_may_not_be_written_is_left(own, monkeypatch):
    path = own.styrmodell / "testnamnden.yaml"
    before = path.read_bytes()
    path.chmod(stat.S_IRUSR)
    with pytest.raises(StyrError, match=r"testnamnden\.yaml är skrivskyddad. Inget är skrivet"):
        Modell().lagg_till("N15505", "trygg", **TOLD)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    trial = utbyte.trial

    def slow(*arguments, **options):
        trial(*arguments, **options)
        path.write_bytes(before + b"# en rad till\n")

    monkeypatch.setattr(tillagg.utbyte, "trial", slow)
    with pytest.raises(InputError, match="har ändrats under tiden"):
        Modell().lagg_till("N15505", "trygg", **TOLD)
    assert path.read_bytes() == before + b"# en rad till\n"
