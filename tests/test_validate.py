"""Each problem is seeded once in the shipped model, and must be told with file, line and remedy."""

import re

import pytest

from styrlib import process, snapshot, yamltext
from styrlib.errors import InputError, ProblemsError


def problems(project):
    with pytest.raises(ProblemsError) as caught:
        process.read_raw_model(project, snapshot.find(project.kolada))
    return caught.value.problems


def change(project, file, old, new):
    """Replace the first match of a pattern, and return its line."""
    path = project.styrmodell / file
    text = path.read_text(encoding="utf-8")
    match = re.search(old, text, re.MULTILINE)
    assert match, old
    path.write_text(text[: match.start()] + new + text[match.end() :], encoding="utf-8")
    return text[: match.start()].count("\n") + 1


SN, KOMMUN = "socialnamnden.yaml", "kommun.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (SN, r"malbilder:", "malbider:", "Nyckeln ”malbider” finns inte i modellen. Menade du malbilder?"),
        (SN, r"forklaring:", "forklaringen:", "Menade du forklaring?"),
        (SN, r"^kortnamn: SN", "", "Nyckeln saknas. Lägg till den."),
        (SN, r"^kortnamn: SN", "kortnamn: KS", "används av flera nämnder"),
        (SN, r"riktning: hogre", "riktning: högre", "Menade du hogre?"),
        (SN, r"malar: \d+", "malar: snart", "”snart” är inget heltal"),
        (SN, r"malar: \d+", "malar: 1026", "”1026” är för litet. Minsta tillåtna är 1990."),
        (SN, r"malniva: [\d,.]+", "malniva: nästan alla", "är inget tal. Skriv till exempel 12,5."),
        (SN, r"malniva: [\d,.]+", "malniva: nan", "är inget tal"),
        (SN, r"malniva: [\d,.]+\n +", "", "Målnivå och målår hör ihop"),
        (SN, r"malar: \d+\n +", "", "Målnivå och målår hör ihop"),
        (SN, r"slut: \d{4}-\d\d-\d\d", "slut: 2026-02-30", "”2026-02-30” är inget datum"),
        (SN, r"slut: \d{4}-\d\d-\d\d", "slut: 86400", "”86400” är inget datum"),
        (SN, r"malniva: [\d,.]+", "malniva: 2018e300", "är för stort"),
        (SN, r"rubrik: .*", 'rubrik: "a\\x1bb"', "ett osynligt styrtecken"),
        (SN, r"omrade: .*", "omrade: Kompetens", "Menade du Kompetensförsörjning?"),
        (SN, r"exempel: ja", "exempel: kanske", "är varken ja eller nej"),
        (SN, r"slut: \d{4}-\d\d-\d\d", "slut: 31 mars", "”31 mars” är inget datum. Skriv år-månad-dag"),
        (SN, r"period: 2025-helar", "period: 2023-helar", "Perioden ”2023-helar” finns inte. Menade du 2025-helar"),
        (
            SN,
            r"kommentarer:\n +- period: 2026-delar",
            "kommentarer:\n          - period: 2026-host",
            "Perioden ”2026-host” finns inte",
        ),
        (
            SN,
            r"kommentarer:\n +- period: 2026-delar",
            "kommentarer:\n          - {period: 2026-delar, text: a}\n          - period: 2026-delar",
            "Texten för ”2026-delar” står flera gånger",
        ),
        (SN, r"enhet: procent", "enhet: procent av alla", "En andel skrivs bara procent"),
        (SN, r"malniva: [\d,.]+", "malniva: 150", "En målnivå i procent ligger mellan 0 och 100"),
        (SN, r"rullande: 3", "rullande: 1", "”1” är för litet. Minsta tillåtna är 2."),
        (SN, r"- id: U21401", "- id: U21409", "Nyckeltalet ”U21409” finns inte i något uttag"),
        (SN, r"- id: U21401", "- id: 21401", "Ett nyckeltal från Kolada skrivs N eller U och fem siffror"),
        (SN, r"liknande: äldreomsorg", "liknande: äldreomsorgen", "Menade du äldreomsorg?"),
        (SN, r"- mal: \d+", "- mal: 18", "”18” är för stort. Största tillåtna är 17."),
        (SN, r"    verksamhet: (\S+)", "    verksamhet: aldreomsorgen", "Verksamheten ”aldreomsorgen” finns inte"),
        (SN, r"status: klar", "status: färdig", "Välj bland: ej_paborjad, pagar, klar, forsenad, avbruten"),
        (SN, r"aspekter: .*", "aspekter: []", "Listan är för kort"),
        (SN, r"^verksamheter:\n", "verksamheter: text\nkvar:\n", "Här ska det stå en lista"),
        (KOMMUN, r"kommun: 0584", "kommun: 9999", "Kommunkoden ”9999” finns inte"),
        (KOMMUN, r"kommun: 0584", "kommun: Vadstena", "En kommunkod är fyra siffror"),
        (KOMMUN, r"namn: Vadstena", "namn: Stockholm", "Kommun 0584 heter Vadstena, inte Stockholm"),
        (KOMMUN, r"  fran: 2023", "  fran: 2029", "Mandatperioden slutar innan den börjar"),
        (KOMMUN, r"ar: 2025", "ar: 2024", "Året ligger utanför periodens datum"),
        (KOMMUN, r"\[liknande, lan, riket\]", "[riket, riket]", "Jämförelsen ”riket” står flera gånger"),
        (KOMMUN, r"    7: social\n", "", "Mål 7 saknas"),
        (KOMMUN, r"fran: 2025-01-01", "fran: 2027-01-01", "Perioden slutar innan den börjar"),
    ],
)
def test_a_problem_is_told_with_file_line_and_remedy(project, file, old, new, sentence):
    line = change(project, file, old, new)
    found = [p for p in problems(project) if p.file == file and sentence in p.message]
    assert found, [str(p) for p in problems(project)]
    assert abs(found[0].line - line) <= 12  # a missing key is told at its parent


def test_all_problems_in_all_files_are_told_at_once(project):
    change(project, SN, r"malbilder:", "malbider:")
    change(project, "kommunstyrelsen.yaml", r"ordning: 1", "ordning: först")
    (project.styrmodell / "samhallsbyggnadsnamnden.yaml").write_text("a: b: c\n", encoding="utf-8")
    path = project.styrmodell / "lokala" / "socialnamnden.csv"
    path.write_text(path.read_text(encoding="utf-8") + "L201;2024;X;1;2\n", encoding="utf-8")
    files = {p.file for p in problems(project)}
    assert files == {
        SN,
        "kommunstyrelsen.yaml",
        "samhallsbyggnadsnamnden.yaml",
        "lokala/socialnamnden.csv",
    }


def test_a_kommunkod_survives_without_quotes(project):
    change(project, KOMMUN, r"kommun: 0584\nnamn: Vadstena", "kommun: 0114\nnamn: Upplands Väsby")
    modell, _ = process.read_raw_model(project, snapshot.find(project.kolada))
    assert modell.kommun.kommun == "0114"


def test_a_nyckeltal_without_local_values_is_told(project):
    (project.styrmodell / "lokala" / "socialnamnden.csv").unlink()
    assert any("har inga rader i" in p.message for p in problems(project))


def test_the_same_nyckeltal_described_differently_is_told(project):
    text = (project.styrmodell / SN).read_text(encoding="utf-8")
    id_ = re.search(r"- id: ([NU]\d{5})", text)[1]
    other = re.search(r"- id: ([NU]\d{5})", (project.styrmodell / "kommunstyrelsen.yaml").read_text(encoding="utf-8"))
    change(project, "kommunstyrelsen.yaml", other[0], f"- id: {id_}")
    assert any("beskrivs olika" in p.message for p in problems(project))


@pytest.mark.parametrize("name", ["Socialnämnden.yaml", "social_namnden.yaml"])
def test_a_file_name_that_is_no_id_is_told(project, name):
    (project.styrmodell / SN).rename(project.styrmodell / name)
    assert any("Filnamnet blir nämndens id" in p.message for p in problems(project))


@pytest.mark.parametrize("name", ["socialnamnden.yml", "socialnamnden.yaml.txt", "socialnamnden.YAML"])
def test_a_file_that_would_be_overlooked_is_told(project, name):
    (project.styrmodell / SN).rename(project.styrmodell / name)
    assert any("Döp om den till socialnamnden.yaml" in p.message for p in problems(project))


@pytest.mark.parametrize("name", ["styrmodell.xlsx", "anteckningar.docx"])
def test_a_file_of_another_kind_is_to_be_moved_and_not_renamed(project, name):
    (project.styrmodell / name).write_bytes(b"PK")
    (problem,) = problems(project)
    assert problem.file == name
    assert "Flytta den" in problem.message
    assert "Döp om" not in problem.message


def test_a_lock_that_would_be_overlooked_is_told(project):
    (project.styrmodell / "las" / "2026.yaml").rename(project.styrmodell / "las" / "2026.yml")
    assert [str(p) for p in problems(project)] == [
        "las/2026.yml: Filen läses inte. Döp om den till 2026.yaml, eller flytta den."
    ]


def test_what_editors_leave_behind_is_no_model(project):
    (project.styrmodell / ".#socialnamnden.yaml").symlink_to("nowhere")
    (project.styrmodell / "._socialnamnden.yaml").write_bytes(b"\x00\x05")
    (project.styrmodell / "arkiv.yaml").mkdir()
    for folder in (".", "lokala", "las", "reportage", "reportage/bilder"):
        (project.styrmodell / folder / "desktop.ini").write_text("[.ShellClassInfo]\n", encoding="utf-8")
        (project.styrmodell / folder / "Thumbs.db").write_bytes(b"\xd0\xcf")
    modell, _ = process.read_raw_model(project, snapshot.find(project.kolada))
    assert len(modell.namnder) == 4


def test_the_same_aktivitet_twice_is_told_at_the_second(project):
    text = (project.styrmodell / SN).read_text(encoding="utf-8")
    ids = re.findall(r"^      - id: ([a-z0-9-]+)\n        rubrik", text, re.MULTILINE)
    line = change(project, SN, f"- id: {ids[1]}\n", f"- id: {ids[0]}\n")
    found = [p for p in problems(project) if f"Aktiviteten ”{ids[0]}” står flera gånger" in p.message]
    assert [p.line for p in found] == [line]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "bara text\n"])
def test_a_file_without_keys_is_told(project, text):
    (project.styrmodell / SN).write_text(text, encoding="utf-8")
    assert any("Filen är tom eller börjar inte med nycklar" in p.message for p in problems(project))


def test_a_missing_kommun_file_is_a_sentence(project):
    (project.styrmodell / KOMMUN).unlink()
    with pytest.raises(InputError, match=r"kommun\.yaml finns inte"):
        process.read_raw_model(project, snapshot.find(project.kolada))


@pytest.mark.parametrize("unit", ["%", "Procent", "andel i procent"])
def test_a_share_is_a_share_however_its_unit_is_spelled(project, unit):
    change(project, SN, r"enhet: procent", f'enhet: "{unit}"')
    model, _ = process.read_raw_model(project, snapshot.find(project.kolada))
    assert unit not in {n.enhet for namnd in model.namnder for _, n in namnd.nyckeltal()}


STORY = "reportage/hemtjanst-pa-cykel.md"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (r"^rubrik:", "id: cykel\nrubrik:", "rad 2: id: Ta bort raden: id är filens namn"),
        (r"^rubrik:", "text: Hela berättelsen.\nrubrik:", "rad 2: text: Ta bort raden"),
        (r"^rubrik: .*", "rubrik: *Cykel* i alla väder", "rad 2: Raden kan inte läsas som YAML"),
        (r"^rubrik: .*", "rubrik: !Cykla mera", "rad 2: rubrik: ”!Cykla” läses inte som text"),
        (r"^bild: .*", "bild: cykel.svg", "slutar på .png, .jpg eller .jpeg"),
        (r"^bild: .*", "bild: Cykel.PNG", "Skriv bara bildens filnamn, av små bokstäver"),
        (r"^namnd: .*", "namnd: SN", "Skriv ett id, till exempel socialnamnden"),
    ],
)
def test_what_goes_wrong_in_a_story_is_told_with_its_remedy(project, old, new, sentence):
    change(project, STORY, old, new)
    assert any(sentence in str(p) for p in problems(project)), [str(p) for p in problems(project)]


@pytest.mark.parametrize("text", ["rubrik: *Cykel*", "a: @alla", "a: %s"])
def test_a_text_that_begins_with_a_sign_of_yamls_own_is_told_to_be_quoted(text):
    with pytest.raises(ProblemsError, match=re.escape("måste stå inom citattecken")):
        yamltext.parse(f"{text} är bra: ja\n", "x.yaml")
