"""A finished page → a tagged PDF: PDF/UA-1 for print and for those who want one file, PDF/A-2a for the archive.

WeasyPrint lays the page out and tags it. What it leaves undone for PDF/UA is mended in
its own objects before the file is written: decoration and page numbers become artifacts,
links say where they lead, header cells say what they head.

Source: ISO 14289-1 (PDF/UA-1) and the Matterhorn Protocol 1.1; ISO 32000-1, 14.6–14.8; ISO 19005-2 (PDF/A-2),
whose level A asks for tags as well as for what level B does.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from styrlib.errors import InputError, ReportError
from styrlib.render import TEMPLATES

SVG = "{http://www.w3.org/2000/svg}"
FONT = "DejaVu Sans"  # matplotlib brings it: the charts are measured with it, and the PDF is alike everywhere
FACES = {"": "", "-Bold": "font-weight: bold", "-Oblique": "font-style: italic"}
FOLDED = "Det som går att fälla ut i rapporten på webben, till exempel siffrorna bakom ett diagram, är inte med här."
WHOLE = {"/H1", "/H2", "/H3", "/H4", "/P", "/Caption"}  # never one in another
REMEDY = (
    "På Debian och Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. "
    "På macOS: brew install pango. På Windows, med conda: conda install --channel conda-forge weasyprint."
)


def check() -> None:
    """Make sure that a PDF can be made on this machine.

    Raises
    ------
    InputError
        When WeasyPrint, or a library that it needs, is missing; the text tells the remedy.
    """
    try:
        _weasyprint()
    except ModuleNotFoundError as error:
        raise InputError(
            f"Paketet {error.name} saknas, och utan det går det inte att göra PDF. "
            "Installera det med: python -m pip install weasyprint."
        ) from error
    except OSError as error:
        raise InputError(f"Det går inte att göra PDF: biblioteket Pango saknas på datorn. {REMEDY}") from error


def make(html: str, *, arkiv: bool = False) -> bytes:
    """Return a page as a PDF; the same page gives the same bytes.

    Parameters
    ----------
    html
        From `export.page`: self-contained, with headings in order.
    arkiv
        Whether it is to be PDF/A-2a, which is kept, rather than PDF/UA-1; it is tagged alike.

    Raises
    ------
    ReportError
        When a picture has no text, or WeasyPrint can't lay out the page.
    """
    weasyprint = _weasyprint()
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=("data", "file"), allow_redirects=False)
    page = weasyprint.HTML(string=html, media_type="print", url_fetcher=fetcher)
    links = _prepare(page.etree_element)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile open
            return page.write_pdf(
                pdf_variant="pdf/a-2a" if arkiv else "pdf/ua-1",
                pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
                finisher=lambda _, file: _finish(file, links),
            )
    except Exception as error:
        raise ReportError(
            f"Sidan gick inte att göra PDF av ({type(error).__name__}: {error}). Utan --pdf görs den som webbsida."
        ) from error


def _weasyprint() -> Any:
    """Import WeasyPrint, which on a machine without Pango prints a text of its own."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a machine without HarfBuzz-Subset, or without fonts: ours is embedded
        import weasyprint
    return weasyprint


def _prepare(root: Element) -> dict[str, str]:
    """Make the page ready for paper, and return the text of its links by address."""
    style = SubElement(root.find("head"), "style")
    style.text = _fonts() + (TEMPLATES / "pdf.css").read_text(encoding="utf-8")
    for a in root.iter("a"):
        if not a.get("href", "").startswith("#"):  # another page, which the file may not have beside it
            a.attrib.pop("href", None)
    links = {a.get("href", ""): _text(a) for a in reversed(list(root.iter("a")))}
    for svg in root.iter(f"{SVG}svg"):
        _describe(svg)
    for heading in (element for element in root.iter() if element.tag in {"h1", "h2", "h3", "h4"}):
        heading.set("data-bokmarke", _text(heading))
    for terms in root.iter("dl"):
        _pair(terms)
    _place_contents(root)
    footer = root.find(".//footer")
    if footer is not None and root.find(".//details") is not None:
        SubElement(footer, "p").text = FOLDED
    return links


def _fonts() -> str:
    import matplotlib as mpl

    folder = Path(mpl.get_data_path(), "fonts", "ttf")
    return "".join(
        f'@font-face {{ font-family: "{FONT}"; src: url({(folder / f"DejaVuSans{face}.ttf").as_uri()}); {look} }}\n'
        for face, look in FACES.items()
    )


def _text(element: Element) -> str:
    """Return the text of a link or heading, without the line above a heading."""
    parts = [] if element.text is None else [element.text]
    for child in element:
        own = _text(child) if "overrad" not in child.get("class", "").split() else ""
        parts += [own, child.tail or ""]
    return " ".join("".join(parts).split())


def _describe(svg: Element) -> None:
    """Move a picture's label to where WeasyPrint looks for it; one without is decoration, or an error."""
    label = svg.get("aria-label")
    if label:
        title = Element(f"{SVG}title")
        title.text = label
        svg.insert(0, title)
    elif svg.get("aria-hidden") != "true":
        raise ReportError("En bild i rapporten saknar textalternativ (aria-label). Lägg till det, eller aria-hidden.")


def _pair(terms: Element) -> None:
    """Put each term and what it says in a box of their own, as the page's author may have done already."""
    for child in list(terms):
        if child.tag == "dt":
            pair = SubElement(terms, "div")
        if child.tag in {"dt", "dd"}:
            terms.remove(child)
            pair.append(child)


def _place_contents(root: Element) -> None:
    """Put the table of contents, with page numbers, after the first section instead of before the title."""
    parents = {child: parent for parent in root.iter() for child in parent}
    nav = root.find(".//nav[@class='toc']")
    sections = list(root.iter("h2"))[1:]
    if nav is None or not sections:
        return
    place = sections[0]
    while parents[place].tag == "section":
        place = parents[place]
    parents[nav].remove(nav)
    parents[place].insert(list(parents[place]).index(place), nav)
    for link in list(nav.iter("a")):
        link.tail = " "
        SubElement(parents[link], "span", {"class": "sidnummer", "data-mal": link.get("href", "")})


def _finish(file: Any, texts: Mapping[str, str]) -> None:
    """Mend what WeasyPrint 70 leaves undone, in the objects of its file (a `pydyf.PDF`)."""
    import pydyf

    structure = _Structure(file)
    # WeasyPrint keeps the page number in no tree, yet marks it as content.
    structure.make_artifacts("/Pagination")
    for element in structure.elements("/Figure"):
        if "Alt" not in element:
            structure.remove(element)
    structure.make_artifacts("/Layout")
    _mend_links(structure, texts)
    for element in reversed(structure.elements()):
        if not element["K"] and element["S"] not in {"/TD", "/TH"}:  # a table keeps its cells
            structure.remove(element)
    for element in structure.elements(*WHOLE):
        if element["S"] == structure.parent(element)["S"]:  # a box around part of it
            element["S"] = "/NonStruct"
    for terms in structure.elements("/L"):
        for pair in structure.kids(terms):
            if pair["S"] == "/Div":
                _make_item(structure, pair)
    _mend_tables(structure)
    first = pydyf.Dictionary({"S": "/D"})
    file.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array([0, first])})


class _Structure:
    """The structure tree of a file: elements, what they hold, and where their content is painted."""

    def __init__(self, file: Any) -> None:
        self.objects = {item.reference: item for item in file.objects}
        self.root = self.objects[file.catalog["StructTreeRoot"]]
        self.pages = [self.objects[reference] for reference in file.page_references]
        self.numbers = self.objects[self.root["ParentTree"]]["Nums"]

    def walk(self, reference: bytes) -> Iterator[Any]:
        """Yield an element and all in it, in reading order."""
        element = self.objects.get(reference)
        if element is not None and element.get("Type") == "/StructElem":
            yield element
            for kid in element["K"]:
                yield from self.walk(kid)

    def elements(self, *kinds: str) -> list[Any]:
        """Return the elements of some kinds, or all, in reading order."""
        return [e for e in self.walk(self.root["K"][0]) if not kinds or e["S"] in kinds]

    def parent(self, element: Any) -> Any:
        """Return the element that holds one."""
        return self.objects[element["P"]]

    def kids(self, element: Any) -> list[Any]:
        """Return the elements straight under one."""
        return [next(self.walk(kid)) for kid in element["K"] if any(self.walk(kid))]

    def remove(self, element: Any) -> None:
        """Take an element out of the tree, with all in it."""
        self.parent(element)["K"].remove(element.reference)

    def make_artifacts(self, kind: str) -> None:
        """Mark as artifact, of a type in table 330 of ISO 32000-1, all content whose element is not in the tree.

        In a content stream marked content opens with a tag, properties and `BDC`; the row of its page in the
        parent tree tells the element of each number (`MCID`) there.
        """
        tree = {element.reference for element in self.elements()}
        for i, page in enumerate(self.pages):
            stream, row = self.objects[page["Contents"]].stream, self.numbers[2 * i + 1]
            for at, item in enumerate(stream):
                if item == b"BDC" and "MCID" in stream[at - 1] and row[stream[at - 1]["MCID"]] not in tree:
                    row[stream[at - 1].pop("MCID")] = "null"
                    stream[at - 2], stream[at - 1]["Type"] = "/Artifact", kind


def _mend_links(structure: _Structure, texts: Mapping[str, str]) -> None:
    """Let a link be one, printed as it is shown, that tells its text rather than its address."""
    import pydyf

    owners = dict(zip(structure.numbers[::2], structure.numbers[1::2], strict=True))
    for page in structure.pages:
        for reference in list(page.get("Annots", ())):
            link = structure.objects[reference]
            element = structure.objects[owners[link["StructParent"]]]
            if element["S"] == "/Link":
                address = link["Contents"].string
                link["Contents"] = pydyf.String(texts.get(f"#{address}") or texts.get(address) or address)
                link["F"] = 4
            else:  # WeasyPrint makes a link of its own of each part within a link
                page["Annots"].remove(reference)
                kept = [kid for kid in element["K"] if structure.objects.get(kid, {}).get("Obj") != reference]
                element["K"][:] = kept
                at = structure.numbers.index(link["StructParent"], 2 * len(structure.pages))
                del structure.numbers[at : at + 2]


def _make_item(structure: _Structure, pair: Any) -> None:
    """Make of a term and what it says, which WeasyPrint makes two items of, one item with label and body."""
    pair["S"] = "/LI"
    items = structure.kids(pair)
    for item in items:
        item["S"] = "/LBody" if item is items[-1] else "/Lbl"
        for body in structure.kids(item):
            body["S"] = "/NonStruct"


def _mend_tables(structure: _Structure) -> None:
    """Say what each header cell heads, and make findable the ids that cells name their headers by."""
    import pydyf

    ids = {}
    for head in structure.elements("/TH"):
        above = structure.parent(structure.parent(head))
        head["A"]["Scope"] = "/Column" if above["S"] == "/THead" else "/Row"
        ids[head["ID"].string] = head.reference
    for cell in structure.elements("/TD"):
        if not cell["A"].get("Headers"):
            cell["A"].pop("Headers", None)
    if ids:
        names = pydyf.Array([item for id_ in sorted(ids) for item in (pydyf.String(id_), ids[id_])])
        structure.root["IDTree"] = pydyf.Dictionary({"Names": names})
