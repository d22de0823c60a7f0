"""The site's search finds what stands on the published pages, and nothing else."""

from styrlib import sokregister
from styrlib.sidor import Slag
from styrlib.sokregister import Post

REPORT = """<main><h1>Socialnämnden</h1><p>Inledning om nämnden.</p>
<section><h2 id="malbild-trygg"><span class="overrad">Målbild (exempel)</span> Trygg hemtjänst</h2>
<p>Kända ansikten.</p>
<h3 id="beslutar-trygg">Vem beslutar</h3><p>Nämnden.</p>
<h4 id="trygg-U21468">Nöjda med hemtjänsten</h4><p>Enligt en enkät.</p></section>
<h2 id="uppdrag">Uppdrag</h2><section><h3 id="uppdrag-skor">Arbetsskor <span class="status">Pågår</span></h3></section>
</main>"""


def found(html=REPORT, slag=Slag.namnd, *, whole=True):
    return list(sokregister.posts(html, "2026/sn.html", "Socialnämnden", slag, "Delår 2026", whole=whole))


def test_places_of_a_report_are_found_with_kind_anchor_and_their_own_text():
    assert [(p.titel, p.slag, p.adress) for p in found()] == [
        ("Socialnämnden", "Nämnd", "2026/sn.html"),
        ("Trygg hemtjänst", "Målbild", "2026/sn.html#malbild-trygg"),
        ("Nöjda med hemtjänsten", "Nyckeltal", "2026/sn.html#trygg-U21468"),
        ("Arbetsskor", "Uppdrag", "2026/sn.html#uppdrag-skor"),
    ]
    texts = {p.titel: p.text for p in found()}
    assert "Kända ansikten" in texts["Trygg hemtjänst"]
    assert "enkät" not in texts["Trygg hemtjänst"]
    assert "enkät" in texts["Nöjda med hemtjänsten"]


def test_of_an_older_page_only_the_page_itself_is_found():
    assert [(p.titel, p.text) for p in found(whole=False)] == [("Socialnämnden", "")]


def test_stories_are_found_in_the_bank_but_not_its_other_headings():
    html = '<main><h2 id="Hitta">Hitta</h2><h3 id="Efter-mal">Mål</h3><h3 id="klimatladan">Klimatlådan</h3></main>'
    assert [(p.titel, p.slag) for p in found(html, Slag.erfarenhetsbank)][1:] == [("Klimatlådan", "Reportage")]


def test_the_index_has_words_and_stems_without_diacritics():
    entry = Post("Nöjda med hemtjänsten", "Nyckeltal", "Socialnämnden", "a.html", "Äldres svar").register()
    assert {"nojda", "hemtjansten", "hemtjanst"} <= set(entry["w"].split())
    assert {"aldr", "aldres", "svar", "nyckeltal", "socialnamnden"} <= set(entry["o"].split())


def test_the_list_is_sorted_as_swedes_sort():
    titles = sorted(["Ökad", "Ärenden", "Åldrar", "zon", "Avfall", "7 mål"], key=sokregister.order)
    assert titles == ["7 mål", "Avfall", "zon", "Åldrar", "Ärenden", "Ökad"]
    grouped = sokregister.by_letter([Post(title, "", "", title) for title in titles])
    assert [letter for letter, _ in grouped] == ["0–9", "A", "Z", "Å", "Ä", "Ö"]
