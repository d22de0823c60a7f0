"""The PDF of a page: what a screen reader, an archive and a reader on paper need of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from itertools import pairwise
from unittest.mock import ANY

import pikepdf
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_notebook, new_output

from styrlib import execute, export, pdf, report, start
from styrlib.cli import main
from styrlib.errors import InputError, ReportError
from styrlib.project import ROOT_VARIABLE, Project

from .conftest import REPOSITORY, run_styr

SMALL = """
<h1>Nämnden</h1><p>Åäö, <a href="#sist">sist <span class="dolt">på sidan</span></a>.</p>
<h2 id="forst">Först</h2>
<p><svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="7"/></svg> Prydnad</p>
<dl><dt>Ansvarig</dt><dd>Chefen</dd><dt>År</dt><dd>2026</dd></dl>
<dl class="fakta"><div><dt>Gäller</dt><dd>2025</dd></div></dl>
<section class="malbild" style="break-before: page"><h2 id="mitt"><span class="overrad">Målbild</span> Mitt i</h2>
<svg viewBox="0 0 100 50" aria-label="Linjediagram: ett till två." style="max-width:10rem">
<text x="5" y="20" style="font-size: 9px; font-family: 'DejaVu Sans'">Vadstena</text>
<path d="M0 40L90 10" stroke="#000"/>
</svg>
<table><caption>Siffror</caption><thead><tr><th scope="col">År</th><th scope="col">Värde</th></tr></thead>
<tbody><tr><th scope="row">2025</th><td>1</td></tr><tr><th scope="row">2026</th><td>2</td></tr></tbody></table>
<details><summary>Visa mer</summary><p>Undanfällt</p></details></section>
<section class="malbild" style="break-before: page"><h2 id="sist">Sist</h2><h3>Under</h3><p>Slut.</p></section>
"""
PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh", "BI", "INLINE IMAGE"}


@pytest.fixture(scope="session")
def weasyprint():
    """Go on where a PDF can be made; CI can, elsewhere its absence is said aloud."""
    try:
        pdf.check()
    except InputError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(f"PDF prövas inte. {error}")


def notebook_of(content):
    return new_notebook(cells=[new_code_cell("", outputs=[new_output("display_data", data={"text/html": content})])])


def page_of(content):
    return export.page(notebook_of(content), footer="Källa: Kolada.")


@dataclass
class Paper:
    """A page and its PDF, opened."""

    html: str
    data: bytes

    @cached_property
    def soup(self):
        soup = BeautifulSoup(self.html, "html.parser")
        for folded in soup.find_all("details"):
            folded.decompose()
        return soup

    @cached_property
    def file(self):
        return pikepdf.open(BytesIO(self.data))

    @cached_property
    def root(self):
        return self.file.Root.StructTreeRoot

    @cached_property
    def elements(self):
        """All elements in reading order, by object number."""

        def walk(element):
            yield element.objgen, element
            for kid in kids(element):
                yield from walk(kid)

        return dict(walk(self.root.K[0]))

    def named(self, *names):
        return [element for element in self.elements.values() if element.S in names]

    @cached_property
    def parents(self):
        """The parent tree: page or annotation number → row of elements, or an element."""
        numbers = list(self.root.ParentTree.Nums)
        return {int(key): value for key, value in zip(numbers[::2], numbers[1::2], strict=True)}

    @cached_property
    def content(self):
        """Text by page and MCID; what is painted as artifact has the key of its page and None."""
        found = {}
        for number, page in enumerate(self.file.pages):
            for mcid, text in read(page):
                found[number, mcid] = found.get((number, mcid), "") + text
        return found

    def text(self, element):
        pages = {page.obj.objgen: number for number, page in enumerate(self.file.pages)}
        page = pages[element.Pg.objgen]
        parts = [
            self.content[page, int(kid)] if is_number(kid) else self.text(kid)
            for kid in element.K
            if is_number(kid) or kid.get("/S")
        ]
        return "".join(parts)


def is_number(kid):
    return isinstance(kid, int)


def kids(element):
    return [kid for kid in element.get("/K", []) if not is_number(kid) and "/S" in kid]


def letters(font):
    """Return glyph → text of a font, from its ToUnicode."""
    table = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"^<([0-9a-f]{4})> <((?:[0-9a-f]{4})+)>$", table, re.MULTILINE)
    return {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}


def read(page):
    """Yield number of marked content (None for an artifact) and text; fail on what is neither."""
    fonts = {name: letters(font) for name, font in page.Resources.Font.items()}
    marks, font = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in {"BDC", "BMC"}:
            artifact = operands[0] == "/Artifact"
            assert not marks, "Märkt innehåll ligger i märkt innehåll."
            assert artifact or "/MCID" in operands[1]
            marks.append(None if artifact else int(operands[1].MCID))
            yield marks[-1], ""
        elif name == "EMC":
            marks.pop()
        elif name == "Tf":
            font = fonts[str(operands[0])]
        elif name in PAINTS:
            assert marks, f"{name} står utanför allt märkt innehåll."
        if name in {"Tj", "TJ"}:
            parts = operands[0] if name == "TJ" else operands
            data = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
            yield marks[-1], "".join(font[(a << 8) + b] for a, b in zip(data[::2], data[1::2], strict=True))
    assert not marks


@pytest.fixture(scope="session")
def small(weasyprint):  # noqa: ARG001
    html = page_of(SMALL)
    return Paper(html, pdf.make(html))


@pytest.fixture(scope="session", params=["liten sida", "hel rapport"])
def paper(request, weasyprint):  # noqa: ARG001
    if request.param == "liten sida":
        return request.getfixturevalue("small")
    path = request.getfixturevalue("made").output / "0584" / "kultur-och-utbildningsnamnden.html"
    html = path.read_text(encoding="utf-8")
    return Paper(html, pdf.make(html))


def test_it_says_that_it_is_tagged_for_everyone_and_in_swedish(paper):
    catalog = paper.file.Root
    with paper.file.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert about["dc:title"] == paper.soup.title.text
    assert catalog.MarkInfo.Marked
    assert catalog.Lang == "sv"
    assert catalog.ViewerPreferences.DisplayDocTitle
    assert paper.file.docinfo["/Title"] == paper.soup.title.text
    assert not {"/CreationDate", "/ModDate"} & set(paper.file.docinfo.keys())


def test_headings_are_those_of_the_page_at_the_same_levels(paper):
    assert paper.root.K[0].S == "/Document"
    found = [(str(h.S), "".join(paper.text(h).split())) for h in paper.named("/H1", "/H2", "/H3", "/H4")]
    wanted = [
        (f"/{h.name.upper()}", "".join(h.get_text().split())) for h in paper.soup.find_all(re.compile("^h[1-6]$"))
    ]
    assert found == wanted
    levels = [int(name[2:]) for name, _ in found]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_bookmarks_are_the_headings(paper):
    def flat(items):
        return [title for item in items for title in (item.title, *flat(item.children))]

    wanted = [
        " ".join("".join(text for text in h.strings if "overrad" not in text.parent.get("class", [])).split())
        for h in paper.soup.find_all(re.compile("^h[1-6]$"))
    ]
    with paper.file.open_outline() as outline:
        assert flat(outline.root) == wanted


def test_every_picture_has_its_text_and_decoration_is_none(paper):
    wanted = [svg["aria-label"] for svg in paper.soup.find_all("svg") if svg.get("aria-hidden") != "true"]
    assert wanted
    assert len(wanted) < len(paper.soup.find_all("svg"))
    assert [str(figure.Alt) for figure in paper.named("/Figure")] == wanted
    assert all(figure.A.BBox for figure in paper.named("/Figure"))


def test_text_in_a_picture_is_text(small):
    (figure,) = small.named("/Figure")
    assert small.text(figure) == "Vadstena"


def test_tables_have_rows_of_equal_length_and_headers_that_say_what_they_head(paper):
    known = [str(id_) for id_ in list(paper.root.get("/IDTree", {"/Names": []})["/Names"])[::2]]
    assert known == sorted(known)
    assert paper.named("/Table")
    for table in paper.named("/Table"):
        assert {str(part.S) for part in kids(table)} <= {"/Caption", "/THead", "/TBody"}
        rows = [row for part in kids(table) if part.S != "/Caption" for row in kids(part)]
        assert {str(row.S) for row in rows} == {"/TR"}
        assert {str(cell.S) for row in rows for cell in kids(row)} == {"/TH", "/TD"}
        assert len({sum(int(cell.A.get("/ColSpan", 1)) for cell in kids(row)) for row in rows}) == 1
    for head in paper.named("/TH"):
        assert head.A.Scope == ("/Column" if head.P.P.S == "/THead" else "/Row")
        assert str(head.ID) in known
    assert all({str(id_) for id_ in cell.A.get("/Headers", [])} <= set(known) for cell in paper.named("/TD"))


def test_lists_hold_items_with_label_and_body(paper):
    for element in paper.named("/L"):
        assert {str(kid.S) for kid in kids(element)} <= {"/LI", "/L"}
    for item in paper.named("/LI"):
        assert item.P.S == "/L"
        assert {str(kid.S) for kid in kids(item)} <= {"/Lbl", "/LBody"}


def test_a_term_labels_what_it_says(small):
    items = [tuple(small.text(kid).strip() for kid in kids(item)) for item in small.named("/LI")]
    assert items[:3] == [("Ansvarig", "Chefen"), ("År", "2026"), ("Gäller", "2025")]


def test_all_content_is_in_the_tree_or_an_artifact(paper):
    """`read` fails on what is painted outside both."""
    marked = {(page, mcid) for page, mcid in paper.content if mcid is not None}
    for page, number in marked:
        assert paper.parents[page][number].objgen in paper.elements
    owned = Counter(
        (element.Pg.objgen, int(kid)) for element in paper.elements.values() for kid in element.K if is_number(kid)
    )
    assert max(owned.values()) == 1
    assert len(owned) == len(marked)
    empty = [e for e in paper.elements.values() if not len(e.K) and e.S not in {"/TD", "/TH"}]
    assert not empty


def test_pages_are_read_in_tree_order_and_numbered(paper):
    last = len(paper.file.pages)
    assert list(paper.file.Root.PageLabels.Nums) == [0, pikepdf.Dictionary(S=pikepdf.Name.D)]
    for number, page in enumerate(paper.file.pages):
        assert page.Tabs == "/S"
        assert page.StructParents == number
        assert paper.content[number, None].endswith(f"{number + 1} ({last})")


def test_links_lead_within_the_file_and_say_where(paper):
    texts = {a["href"]: " ".join(a.get_text().split()) for a in reversed(paper.soup.select("a[href]"))}
    names = set(map(str, list(paper.file.Root.Names.Dests.Names)[::2]))
    links = [link for page in paper.file.pages for link in page.get("/Annots", [])]
    assert links
    for link in links:
        assert link.Subtype == "/Link"
        assert "/A" not in link
        assert str(link.Dest) in names
        assert link.Contents == texts[f"#{link.Dest}"]
        assert link.F == 4
        element = paper.parents[int(link.StructParent)]
        assert element.S == "/Link"
        assert element.objgen in paper.elements
        assert any(not is_number(kid) and kid.get("/Obj", link.Rect).objgen == link.objgen for kid in element.K)


def test_nothing_runs_and_nothing_is_fetched(paper):
    for item in paper.file.objects:
        if isinstance(item, pikepdf.Dictionary):
            assert not {"/JS", "/AA", "/OpenAction", "/EmbeddedFiles", "/AcroForm", "/URI", "/Launch"} & set(item)


def test_the_font_is_embedded_and_knows_its_letters(paper):
    fonts = {font.objgen: font for page in paper.file.pages for font in page.Resources.Font.values()}
    for font in fonts.values():
        assert "DejaVu-Sans" in str(font.BaseFont)
        assert font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
    assert set("åäöÅ") <= set("".join(text for font in fonts.values() for text in letters(font).values()))


def test_the_contents_tell_the_pages(small):
    # Each section starts a page: "Först" is with the title on 1, "Mitt i" on 2, "Sist" on 3.
    items = ["".join(small.text(item).split()) for item in small.named("/LI")]
    assert items[3:] == ["Först1", "Mitti2", "Sist3"]
    assert len(small.file.pages) == 3
    whole = "".join(text for (_, mcid), text in sorted(small.content.items(), key=str) if mcid is not None)
    assert "Undanfällt" not in whole
    assert "fälla ut" in whole


def test_the_title_comes_first_and_the_contents_after_the_first_section(small):
    order = [str(e.S) for e in small.named("/H1", "/H2", "/Link")]
    assert order == ["/H1", "/Link", "/H2", "/Link", "/Link", "/Link", "/H2", "/H2"]


def test_the_same_page_gives_the_same_bytes_in_another_process(small, tmp_path):
    (tmp_path / "sida.html").write_text(small.html, encoding="utf-8")
    code = """
import pathlib, sys
from styrlib import pdf
sys.stdout.buffer.write(pdf.make(pathlib.Path("sida.html").read_text("utf-8")))
"""
    again = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        capture_output=True,
        check=True,
    )
    assert again.stdout == small.data


@pytest.mark.usefixtures("weasyprint")
def test_weasyprint_has_nothing_to_say_against_a_page(caplog):
    pdf.make(page_of(SMALL))
    assert [r.getMessage() for r in caplog.records if r.levelname in {"ERROR", "CRITICAL"}] == []


@pytest.mark.usefixtures("weasyprint")
def test_a_picture_without_text_is_refused():
    with pytest.raises(ReportError, match="saknar textalternativ"):
        pdf.make(page_of('<h1>A</h1><svg viewBox="0 0 1 1"><path d="M0 0L1 1"/></svg>'))


@pytest.fixture
def without(tmp_path, monkeypatch):
    """Return a folder with a WeasyPrint that fails as the real one does where Pango is missing."""
    folder = tmp_path / "utan"
    (folder / "weasyprint").mkdir(parents=True)
    text = "print('WeasyPrint could not import some external libraries.')\nraise OSError('cannot load library pango')\n"
    (folder / "weasyprint" / "__init__.py").write_text(text, encoding="utf-8")
    for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.mark.usefixtures("without")
def test_a_missing_library_is_told_with_its_remedy_on_each_system(capfd):
    with pytest.raises(InputError) as told:
        pdf.check()
    for words in ("Pango saknas", "Debian", "apt-get install", "macOS", "brew install", "Windows", "conda install"):
        assert words in str(told.value)
    assert capfd.readouterr().out == ""


def test_a_missing_package_is_told_with_its_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(InputError, match=r"weasyprint saknas.*pip install"):
        pdf.check()


def test_without_the_library_the_command_stops_before_any_report(project, without):
    result = run_styr(project, "rapport", "SN", "--pdf", PYTHONPATH=f"{without}{os.pathsep}{REPOSITORY}")
    assert result.returncode == 2
    assert result.stderr.startswith("Fel: Det går inte att göra PDF: biblioteket Pango saknas")
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
    assert not project.output.exists()


@pytest.fixture
def remake(project, tabeller, monkeypatch):  # noqa: ARG001
    """Return a function that makes socialnämnden's report of a given content, without a kernel."""
    monkeypatch.setenv(ROOT_VARIABLE, str(project.root))  # so that what `make_one` sets is taken back
    plan = report.plan(project, ["SN"]).plans[0]

    def make(content, *, with_pdf):
        monkeypatch.setattr(execute, "execute", lambda *_, **__: notebook_of(content))
        return report.make_one((project, replace(plan, with_pdf=with_pdf)), lambda _: None, alone=False)

    return make


REMOVED = "socialnamnden.pdf är borttagen, för den var gjord av en äldre rapport."


@pytest.mark.usefixtures("weasyprint")
def test_the_pdf_stands_beside_its_page_and_never_beside_another(project, remake):
    paper = project.output / "0584" / "socialnamnden.pdf"
    before, after = "<h1>Före</h1>", "<h1>Efter</h1>"
    assert remake(before, with_pdf=True) == report.Outcome(ANY, cost=ANY)
    made = paper.read_bytes()
    assert made.startswith(b"%PDF-1.7")
    assert start.standing(project.output)["0584/socialnamnden"]["pdf"] == "0584/socialnamnden.pdf"

    assert remake(before, with_pdf=False).remarks == ()
    assert paper.read_bytes() == made

    assert remake(after, with_pdf=False).remarks == (REMOVED,)
    assert not paper.exists()
    assert start.standing(project.output)["0584/socialnamnden"]["pdf"] == ""

    assert remake(before, with_pdf=True) == report.Outcome(ANY, cost=ANY)
    assert remake(after, with_pdf=True) == report.Outcome(ANY, cost=ANY)
    assert paper.read_bytes() != made


@pytest.mark.usefixtures("weasyprint")
def test_a_pdf_that_can_not_be_made_leaves_page_and_pdf_as_they_were(project, remake):
    folder = project.output / "0584"
    remake("<h1>Före</h1>", with_pdf=True)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    outcome = remake("<h1>Efter</h1><svg></svg>", with_pdf=True)
    assert "saknar textalternativ" in outcome.error
    assert outcome.plan.failed.exists()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_start_page_names_each_pdf_for_those_who_hear_it(project, remake):
    remake("<h1>A</h1>", with_pdf=False)
    (project.output / "0584" / "socialnamnden.pdf").touch()
    modell = report.plan(project).modell
    links = BeautifulSoup(start.page(modell, "2024-08", start.standing(project.output)), "html.parser").select("main a")
    assert [(a["href"], a.text) for a in links] == [
        ("0584/socialnamnden.html", "Socialnämnden"),
        ("0584/socialnamnden.pdf", "PDF, Socialnämnden"),
    ]


def test_the_user_is_told_what_there_is_to_say_of_a_finished_report(project, monkeypatch):
    monkeypatch.setenv(ROOT_VARIABLE, str(project.root))
    monkeypatch.setattr(report, "make", lambda run, done, **_: done(report.Outcome(run.plans[0], remarks=(REMOVED,))))
    result = CliRunner().invoke(main, ["rapport", "SN"])
    assert result.exit_code == 0
    assert f"Obs: 0584/socialnamnden: {REMOVED}" in result.stderr


def test_plan_asks_before_anything_is_read(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(InputError, match="weasyprint saknas"):
        report.plan(Project(tmp_path), with_pdf=True)
