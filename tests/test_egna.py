"""An utredare's own notebook becomes a page that looks and behaves like the others, or a sentence says why not."""

import json
import re
import subprocess
import sys

import nbformat
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from styrlib import arbetare, egenplan, egensida, egna, report, visning
from styrlib.cli import main
from styrlib.errors import InputError, ReportError
from styrlib.project import Project

from . import liten_korning, liten_webb
from .conftest import REPOSITORY, copy_project, once, run_styr
from .test_browser import WCAG
from .test_webblasare import opened

ALL = """\
import sys
import matplotlib.pyplot as plt
import pandas as pd
import ipywidgets
from IPython.display import HTML, Markdown, display
from styrlib.tabell import Tabell
from styrlib.figures import Diagram"""
DIAGRAM = """\
svg = '<svg role="img" aria-label="En linje som stiger" viewBox="0 0 9 9"><path d="M0 9L9 0"/></svg>'
Diagram("Stiger", svg, "En linje som stiger", "Figur", "", pd.DataFrame({"År": ["1"]}), "Källa: Kolada.")"""
WIDGET = """\
class Val(ipywidgets.IntSlider):
    def _repr_mimebundle_(self, **_):
        view = {"model_id": self.model_id, "version_major": 2, "version_minor": 0}
        return {"application/vnd.jupyter.widget-view+json": view, "text/html": "<p>Valt: 3</p>", "text/plain": "x"}

Val(3)"""
BREDD = "ett_mycket_langt_ord_som_inte_gar_att_bryta"


def write(project, name, *cells, parameters='ar = 2020\nkod = "0114"'):
    """Write an own notebook; a cell is code, or text when it begins with `md:`."""
    made = [new_code_cell(parameters, metadata={"tags": ["parameters"]})] if parameters is not None else []
    made += [new_markdown_cell(c.removeprefix("md:")) if c.startswith("md:") else new_code_cell(c) for c in cells]
    path = project.notebooks / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=made), path)
    return path


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def made_now(result):
    return set(re.findall(r"^Klar: \d{4}/egna/([^\s(]+)", result.stderr, re.MULTILINE))


@pytest.fixture
def projekt(bearbetat, tmp_path):
    """Return a project with real figures and no own notebook yet."""
    return liten_korning.make(tmp_path / "projekt på disk", bearbetat.processed)


@pytest.fixture(scope="module")
def sida(bearbetat, varm, tmp_path_factory):
    """Return a page with everything that an utredare shows, and what the command said of it."""
    project = liten_korning.make(tmp_path_factory.mktemp("allt") / "projekt", bearbetat.processed)
    path = write(
        project,
        "egna/Allt på en sida",
        "md:# Hur går det?\n\nText och <script>alert(1)</script> **fetstil**.\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        ALL,
        "md:## En egen fil\n\nKälla: egen räkning.",
        'print("hemligt", file=sys.stderr)\nprint("utskrift")\negen = pd.read_csv("data/egen.csv", sep=";", '
        'dtype={"kod": str})\negen',
        'egen.groupby("kod").varde.mean()',
        f'pd.DataFrame({{f"{BREDD}{{i}}": ["{BREDD}"] for i in range(9)}})',
        'Tabell(pd.DataFrame({"ar": [2020], "varde": [1.5]}), kalla="Källa: Kolada.")',
        "md:## Bilder",
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nfig.set_label('Linjen stiger')",
        DIAGRAM,
        "md:## Bilder",
        WIDGET,
        "ipywidgets.IntSlider()",
        "egen.style.highlight_max()",
        'Markdown("### Svar\\n\\nDet går **bra**.")',
    )
    book = nbformat.read(path, 4)
    book.cells[4].outputs = [new_output("stream", name="stdout", text="ett gammalt resultat")]
    nbformat.write(book, path)
    (path.parent / "data").mkdir()
    (path.parent / "data" / "egen.csv").write_text("kod;varde\n0114;1234,5\n0584;0,25\n".replace(",", "."))
    result = varm.run(project, "--mall", "egna/allt pa en sida")
    assert result.returncode == 0, result.stderr
    return project.output / "0584" / "egna" / "Allt på en sida.html", result


def test_the_page_is_one_of_the_house_and_says_that_it_is_working_material(sida):
    page, text = soup(sida[0]), sida[0].read_text(encoding="utf-8")
    assert page.html["lang"] == "sv"
    assert page.title.get_text() == page.h1.get_text() == "Hur går det?"
    assert page.select_one("#tillstand").get_text() == "Arbetsmaterial. Publiceras inte."
    assert "default-src 'none'" in page.find("meta", attrs={"http-equiv": True})["content"]
    assert [a["href"] for a in page.select(".toc a")] == ["#en-egen-fil", "#bilder", "#bilder-2"]
    assert "Egen analys, gjord med notebooks/egna/Allt på en sida.ipynb." in page.footer.get_text()
    assert not page.find_all(["script", "iframe", "link"])
    for hidden in ("read_csv", "hemligt", "ett gammalt resultat", "alert", "IntSlider", "model_id", "0x7"):
        assert hidden not in text, hidden
    assert "utskrift" in page.pre.get_text()
    assert "Valt: 3" in page.get_text()


def test_every_picture_has_its_text_and_every_table_its_headings(sida):
    page = soup(sida[0])
    assert [img["alt"] for img in page.find_all("img")] == ["Linjen stiger"]
    assert page.img["src"].startswith("data:image/png;base64,")
    assert page.select_one("figure.diagram svg")["aria-label"] == "En linje som stiger"
    for table in page.find_all("table"):
        assert all(th.get("scope") for th in table.find_all("th"))
        assert table.find_parent(class_="tabell")["tabindex"] == "0"


def test_a_frame_is_written_as_swedes_write_and_text_stays_text(sida):
    frame = next(t for t in soup(sida[0]).find_all("table") if "0114" in t.get_text())
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in frame.find_all("tr")]
    assert rows == [["kod", "varde"], ["0114", "1\u00a0234,50"], ["0584", "0,25"]]


def test_what_can_not_be_shown_is_said(sida):
    assert re.search(r"Cell \d+: ett reglage eller ett skript går inte att visa", sida[1].stderr)
    assert "saknar" not in sida[1].stderr


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 400, 320])
def test_axe_finds_nothing_and_the_page_is_no_wider_than_the_screen(browser, sida, width):
    page, heard = opened(browser, sida[0], width)
    found = Axe().run(page, options=WCAG).response
    assert {rule["id"]: [n["html"][:200] for n in rule["nodes"]] for rule in found["violations"]} == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert heard == []
    page.context.close()


def test_the_start_page_lists_it_and_forgets_it_when_its_notebook_is_gone(projekt, varm):
    path = write(projekt, "egna/a b", "md:# En fråga & ett svar")
    write(projekt, "egna/c", "md:# Kvar")
    assert varm.run(projekt, "--mall", "egna/a b", "--mall", "c").returncode == 0
    index = soup(projekt.output / "index.html")
    links = {a.get_text(): a["href"] for a in index.select("#egna ~ ul a")}
    assert links == {"En fråga & ett svar": "0584/egna/a%20b.html", "Kvar": "0584/egna/c.html"}
    assert index.select_one("#egna").get_text() == "Egna analyser"
    assert "Publiceras inte." in index.select_one("#egna + p").get_text()
    path.unlink()
    assert varm.run(projekt, "--mall", "c").returncode == 0
    assert [a.get_text() for a in soup(projekt.output / "index.html").select("#egna ~ ul a")] == ["Kvar"]
    assert list(json.loads((projekt.output / "rapporter.json").read_text("utf-8"))["rapporter"]) == ["0584/egna/c"]
    assert (projekt.output / "0584" / "egna" / "a b.html").exists()  # nothing that somebody made is lost


def test_only_what_has_changed_is_made_again(projekt, varm):
    egna_ = projekt.notebooks / "egna"
    write(projekt, "egna/en", "md:# En", "import pandas as pd", 'pd.read_csv("data/en.csv")')
    write(projekt, "egna/tva", "md:# Två", "from hjalp import text\ntext")
    write(projekt, "egna/tre", "md:# Tre", "md:![Ett rött kors](bild.png)")
    (egna_ / "data").mkdir()
    csv, module, picture = egna_ / "data" / "en.csv", egna_ / "hjalp.py", egna_ / "bild.png"
    csv.write_text("a\n1\n")
    module.write_text('text = "ett"\n')
    png = (REPOSITORY / "docs" / "bilder").rglob("*.png")
    small = next(path for path in sorted(png, key=lambda p: p.stat().st_size))
    picture.write_bytes(small.read_bytes())
    some = [word for name in ("en", "tva", "tre") for word in ("--mall", name)]

    def again(*flags):
        result = varm.run(projekt, *some, *flags)
        assert result.returncode == 0, result.stderr
        return made_now(result)

    assert again() == {"en", "tva", "tre"}
    assert again() == set()
    csv.write_text("a\n2\n")
    assert again() == {"en"}
    assert "2" in soup(projekt.output / "0584" / "egna" / "en.html").table.get_text()
    module.write_text('text = "två"\n')
    assert again() == {"tva"}
    picture.write_bytes(small.read_bytes() + b"\0" * 12)
    assert again() == {"tre"}
    write(projekt, "egna/ny", "md:# Ny")
    (egna_ / "data" / "annan.csv").write_text("a\n")
    assert again() == set()
    assert again("--tvinga") == {"en", "tva", "tre"}


def test_a_page_that_asks_another_program_is_made_every_time(projekt, varm):
    write(projekt, "egna/utifran", "md:# Ute", 'import subprocess\nsubprocess.run(["true"], check=True).returncode')
    for _ in range(2):
        assert made_now(varm.run(projekt, "--mall", "utifran")) == {"utifran"}


def test_flags_reach_the_cell_of_parameters_and_text_stays_text(projekt, varm):
    show = 'f"{kommun!r} {ar!r} {kod!r} {lista!r} {ja!r}"'
    cell = 'kommun: str = ""\nar = 2020\nkod = "x"\nlista = [1]\nja = False'
    write(projekt, "egna/p", "md:# P", show, parameters=cell)
    given = ("--kommun", "Åtvidaberg", "--ar", "2021", "--med", "kod=0114", "--med", "lista=3,4", "--med", "ja=ja")
    result = varm.run(projekt, "--mall", "p", *given, "--json")
    assert result.returncode == 0, result.stderr
    text = soup(projekt.output / "0561" / "egna" / "p.html").get_text()
    assert "'0561' 2021 '0114' [3, 4] True" in text
    (row,) = json.loads(result.stdout)["rapporter"]
    assert row["parametrar"]["kod"] == "0114"


def test_a_notebook_that_fails_is_kept_and_the_others_are_made(projekt, varm):
    write(projekt, "egna/bra", "md:# Bra")
    write(projekt, "egna/fel", "md:# Fel", "1/0")
    write(projekt, "egna/rubrik", "md:Ingen rubrik")
    result = varm.run(projekt, "--mall", "bra", "--mall", "fel", "--mall", "rubrik")
    assert result.returncode == 1
    assert made_now(result) == {"bra"}
    assert "fel.ipynb, cell 2: Koden gav felet ZeroDivisionError: division by zero. Se " in result.stderr
    assert "rubrik.ipynb, första cellen: sidan har ingen huvudrubrik." in result.stderr
    assert "Traceback" not in result.stderr
    kept = {path.name for path in (projekt.output / "misslyckade").iterdir()}
    assert kept == {"0584-egna-fel.ipynb", "0584-egna-rubrik.ipynb"}


def test_a_kernel_of_its_own_gives_the_same_page_which_is_then_always_made_again(projekt):
    write(projekt, "egna/sida", "md:# Sida", "import pandas as pd\npd.DataFrame({'a': [1.5]})")

    def run(*, forks):
        planned = egenplan.plan(projekt, ["sida"], {})
        (made,) = report.make(planned, workers=1, forks=forks)
        assert not made.error
        return planned.plans[0].html.read_text(encoding="utf-8"), planned.plans[0].post.exists()

    own, known = run(forks=False)
    assert not known
    if arbetare.FORKS:
        assert run(forks=True) == (own, True)
    assert '<td class="tal">1,5</td>' in own


# --- What is told before anything runs --------------------------------------------------------------------------------


@pytest.fixture
def tomt(tmp_path):
    """Return a project that has nothing but own notebooks."""
    project = Project(tmp_path)
    write(project, "egna/elever", "md:# Elever")
    write(project, "egna/budget/utfall", "md:# Utfall")
    write(project, "03_over_tid", "md:# Över tid")
    write(project, "egna/.ipynb_checkpoints/elever-checkpoint")
    return project


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("egna/elever", "egna/elever"),
        ("egna/elever.ipynb", "egna/elever"),
        ("notebooks/egna/elever.ipynb", "egna/elever"),
        (".\\notebooks\\egna\\elever.ipynb".removeprefix(".\\"), "egna/elever"),
        ("Elever", "egna/elever"),
        ("egna/budget/utfall", "egna/budget/utfall"),
        ("03_over_tid", "03_over_tid"),
    ],
)
def test_a_notebook_is_found_by_whatever_name_one_has(tomt, given, name):
    (found,) = egna.find(tomt, [given, given])
    assert found.namn == name


def test_a_name_that_does_not_exist_gives_suggestions_and_the_list(tomt):
    with pytest.raises(InputError) as error:
        egna.find(tomt, ["egna/elevr"])
    assert str(error.value) == (
        "Anteckningsboken ”egna/elevr” finns inte. Menade du egna/elever? "
        "De här finns: egna/budget/utfall, egna/elever, 03_over_tid."
    )
    with pytest.raises(InputError, match=r"”helt annat” finns inte\. Det här finns: egna/budget/utfall"):
        egna.find(tomt, ["helt annat"])
    with pytest.raises(InputError, match="--slag namnd"):
        egna.find(tomt, ["10_namnd"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "notebooks/egna/x.ipynb kan inte läsas som anteckningsbok"),
        ("[]", "kan inte läsas som anteckningsbok"),
        ('{"cells": [{}]}', "kan inte läsas som anteckningsbok"),
        ('{"cells": []}', "har ingen cell med taggen parameters. Klicka på cellen i JupyterLab"),
    ],
)
def test_a_file_that_is_no_such_notebook_is_a_sentence(tomt, content, said):
    (tomt.notebooks / "egna" / "x.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(said)):
        egna.find(tomt, ["x"])


def test_a_cell_of_parameters_that_is_no_python_is_a_sentence(tomt):
    write(tomt, "egna/x", parameters="a = 1\nb = ")
    with pytest.raises(InputError, match=r"notebooks/egna/x\.ipynb: .* går inte att läsa som Python \(rad 2\)"):
        egna.find(tomt, ["x"])


@pytest.mark.parametrize(
    ("flags", "med", "said"),
    [
        ({"period": "2025-helar"}, [], "har ingen parameter ”period”, så --period går inte att använda."),
        ({}, ["kodd=1"], "har ingen parameter ”kodd”, så --med kodd= går inte att använda. Menade du kod?"),
        ({}, ["kod"], "--med ska vara namn=värde"),
        ({}, ["ar=2020"], "Skriv --ar 2020 i stället för --med ar=2020."),
        ({}, ["antal=0114"], 'Skriv antal = "0114" i parametercellen, med citattecken'),
        ({}, ["antal=många"], "antal ska vara ett tal, inte ”många”"),
        ({}, ["visa=kanske"], "visa är ja eller nej, inte ”kanske”"),
        ({}, ["uppslag=1"], "uppslag går inte att ange här"),
    ],
)
def test_a_value_that_the_notebook_can_not_take_is_a_sentence(tomt, flags, med, said):
    write(tomt, "egna/x", parameters='ar = 0\nkod = "a"\nantal = 5\nvisa = True\nuppslag = {"a": 1}')
    (book,) = egna.find(tomt, ["x"])
    with pytest.raises(InputError, match=re.escape(said)):
        egna.values(book, flags, med)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["SN", "--mall", "egna/mall"], "Egna anteckningsböcker görs för sig. Ta bort SN eller --mall."),
        (["--slag", "namnd", "--mall", "egna/mall"], "Ta bort --slag eller --mall."),
        (["--internt", "--mall", "egna/mall"], "Ta bort --internt eller --mall."),
        (["--med", "a=b"], "Lägg till --mall"),
        (["--mall", "egna/mal"], "Menade du egna/mall?"),
    ],
)
def test_the_command_refuses_what_it_would_leave_unheeded(monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(REPOSITORY)
    with pytest.raises(SystemExit) as ended:
        main(["rapport", *arguments])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


# --- What is told of a page -------------------------------------------------------------------------------------------


def of_page(*cells, folder=REPOSITORY):
    made = [cell if isinstance(cell, dict) else new_markdown_cell(cell) for cell in cells]
    shown, remarks = egensida.husets(new_notebook(cells=made), folder)
    return "".join(cell.outputs[0].data["text/html"] for cell in shown.cells), remarks


def output(data, **metadata):
    return new_code_cell(outputs=[new_output("display_data", data, metadata=metadata)])


PNG = {"image/png": "iVBORw0KGgo="}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["Ingen rubrik"], "sidan har ingen huvudrubrik"),
        (["# Ett", "# Två"], "textcellen ”Två”: ”Två” är sidans andra huvudrubrik. Skriv ## i stället för #"),
        (["# R", "![](bild.png)"], "textcellen ”![](bild.png)”: bilden bild.png saknar text"),
        (["# R", "![Alt](https://x.se/a.png)"], "bilden https://x.se/a.png hämtas från nätet"),
        (["# R", "![Alt](finns_inte.png)"], "Bilden finns_inte.png kan inte läsas"),
        (
            ["# R", output(PNG)],
            "cell 1: diagrammet saknar text. Skriv vad den visar, för den som inte ser den: plt.gcf()",
        ),
        (["# R", output({"text/html": "<svg></svg>"})], "cell 1: en bild (svg) saknar text"),
    ],
)
def test_what_would_shut_a_reader_out_is_refused_with_the_cell_and_the_remedy(cells, said):
    with pytest.raises(ReportError, match=re.escape(said)):
        of_page(*cells)


def test_a_title_alone_stands_for_a_picture_with_a_remark():
    html, remarks = of_page("# R", output(PNG, **{"image/png": {"rubrik": "Elever"}}), "Källa: Kolada.")
    assert 'alt="Elever"' in html
    (remark,) = remarks
    assert remark.startswith("Cell 1: det enda som läses upp om diagrammet är rubriken ”Elever”. Säg vad det visar")


def test_personal_data_and_a_missing_source_are_remarked():
    _, remarks = of_page("# R", "Ring 070-123 45 67.", "| a |\n|---|\n| 1 |")
    assert remarks[0] == "Sidan har ett telefonnummer: 070… Ta bort det om det inte ska stå där."
    assert "varifrån siffrorna kommer" in remarks[1]


BAD = '<p onclick="x()" style="background:url(//x)"><a href="javascript:x()">a</a></p><iframe src="x">'


def test_nothing_runs_and_nothing_is_loaded():
    html, _ = of_page(
        "# R",
        output({"text/html": BAD}),
        output({"application/javascript": "x()", "text/plain": "x"}),
        output({"text/plain": "<Figure at 0x7f00>"}),
        output({"text/plain": "'Svaret är <81>'"}),
    )
    assert html == "<h1>R</h1><p><a>a</a></p><p>Svaret är &lt;81&gt;</p>"


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([1.5, None], ["1,5", "–"]),
        ([2019.0, None], ["2019", "–"]),
        ([1234, 5], ["1\u00a0234", "5"]),
        ([1 / 3, 12345.678], ["0,3", "12\u00a0345,7"]),
        (["4.1", "0114"], ["4.1", "0114"]),
        ([True, False], ["ja", "nej"]),
        (pd.to_datetime(["2026-01-01", None]), ["2026-01-01", "–"]),
    ],
)
def test_a_column_is_written_by_its_kind(values, shown):
    html = visning.of_frame(pd.DataFrame({"a": values}))
    assert [td.get_text() for td in BeautifulSoup(html, "html.parser").find_all("td")] == shown


def test_a_long_frame_is_cut_and_says_so_and_an_index_heads_its_rows():
    html = visning.of_frame(pd.DataFrame({"a": range(61)}, index=pd.Index(range(61), name="nr")))
    page = BeautifulSoup(html, "html.parser")
    assert len(page.select("tbody th[scope=row]")) == 60
    assert "60 av 61 rader visas." in page.get_text()


# --- What the project has ---------------------------------------------------------------------------------------------


def test_the_template_is_clean_thin_and_uses_only_public_names():
    path = REPOSITORY / "notebooks" / "egna" / "mall.ipynb"
    stripped = subprocess.run([sys.executable, "-m", "nbstripout", "--verify", str(path)], check=False)
    assert stripped.returncode == 0
    book = nbformat.read(path, 4)
    assert all(len(cell.source.splitlines()) <= 10 for cell in book.cells)
    imports = re.findall(r"^from styrlib\S* import .*$", "\n".join(c.source for c in book.cells), re.MULTILINE)
    assert imports == ["from styrlib import Kolada, over_tid"]
    assert "Property Inspector" in book.cells[0].source


def test_the_template_makes_a_page_as_it_is_and_for_another_municipality(projekt, varm):
    (projekt.notebooks / "egna").mkdir()
    committed = (REPOSITORY / "notebooks" / "egna" / "mall.ipynb").read_bytes()
    (projekt.notebooks / "egna" / "mall.ipynb").write_bytes(committed)
    for flags, code in (((), "0584"), (("--kommun", "Åtvidaberg"), "0561")):
        result = varm.run(projekt, "--mall", "egna/mall", *flags)
        assert result.returncode == 0, result.stderr
        assert "Obs" not in result.stderr
        page = soup(projekt.output / code / "egna" / "mall.html")
        assert re.search(r"År 20\d\d var \d+,\d procent av eleverna behöriga\.", page.get_text())
        assert "Mall för en egen rapport" not in page.get_text()
        assert page.find("svg")["aria-label"].startswith("År 20")


def test_nothing_of_an_own_analysis_is_published(tmp_path_factory):
    def make(folder):
        project = copy_project(folder / "projekt")
        liten_webb.cut(project)
        write(project, "egna/hemlig", "md:# En hemlig analys")
        for words in (("rapport", "--mall", "egna/hemlig"), ("publicera",)):
            result = run_styr(project, *words)
            assert result.returncode == 0, result.stderr

    output_ = once(tmp_path_factory, "egna_publicerat", make) / "projekt" / "output"
    assert "En hemlig analys" in (output_ / "index.html").read_text(encoding="utf-8")
    files = [path for path in (output_ / "webb").rglob("*") if path.is_file()]
    assert len(files) > 20
    assert not [path for path in files if b"hemlig analys" in path.read_bytes() or "hemlig" in path.name]


def test_the_page_of_instructions_shows_only_what_works():
    page = (REPOSITORY / "docs" / "egna-rapporter.md").read_text(encoding="utf-8")
    commands = re.findall(r"^styr rapport (.*)$", page, re.MULTILINE)
    assert len(commands) >= 4
    for line in commands:
        words = re.findall(r'"[^"]*"|\S+', line)
        main.commands["rapport"].make_context("rapport", [word.strip('"') for word in words])
