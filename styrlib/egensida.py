"""Somebody's own notebook, executed → the same notebook in the house's HTML, or what must be mended in which cell.

Each cell becomes one piece of HTML: text as Markdown, of an output the best that a page can show. Nothing runs or is
loaded, every picture has a text, every table has headings and scrolls by itself, and headings can be linked to.
"""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import mistune
from bs4 import BeautifulSoup, Tag
from markupsafe import escape
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from styrlib import bildfil, personuppgifter
from styrlib.errors import InputError, ReportError, fold
from styrlib.render import PICTURE

ONLY_IN_JUPYTER = "bara-jupyter"
WIDGET = "application/vnd.jupyter.widget-view+json"
IMAGES = ("image/png", "image/jpeg", "image/gif")
DROPPED = ["script", "style", "link", "meta", "iframe", "object", "embed", "base", "form", "noscript"]
LOADING = ("srcset", "background", "poster", "ping")
NOISE = re.compile(r"<[^<>]* at 0x[0-9a-fA-F]+>|^<(Axes|Figure)\b|^Text\(")  # what the last line of a plot leaves
SOURCE = re.compile(r"källa|egen beräkning", re.IGNORECASE)
RUNS = re.compile(r"(javascript|vbscript|data(?!:text/csv;)):", re.IGNORECASE)  # the house's charts give their CSV
PLACE = '<svg data-kvar="{}"></svg>'
PLACED = re.compile(r'<svg data-kvar="([0-9]+)"></svg>')
HOW_TO_SAY = "Skriv vad den visar, för den som inte ser den:"


@dataclass
class _Sida:
    """What is known of the page so far: its headings and what there is to say of it."""

    folder: Path
    ids: set[str] = field(default_factory=set)
    huvudrubriker: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    har_siffror: bool = False
    tabeller: int = 0


def husets(notebook: NotebookNode, folder: Path) -> tuple[NotebookNode, tuple[str, ...]]:
    """Return an executed notebook whose outputs are only HTML of the house's kind, and remarks about it.

    Parameters
    ----------
    notebook
        Anybody's, executed; it is left as it is.
    folder
        Where its own pictures are looked for.

    Returns
    -------
    tuple
        The notebook, and Swedish sentences.

    Raises
    ------
    ReportError
        When the page would not be accessible or would load something: a Swedish sentence that begins with the cell.
    """
    sida, cells, number = _Sida(folder), [], 0
    for cell in notebook.cells:
        number += cell.cell_type == "code"
        if ONLY_IN_JUPYTER in cell.metadata.get("tags", []):
            continue
        where = f"cell {number}" if cell.cell_type == "code" else _textcell(cell.source)
        parts = [_tidy(html, sida, where) for html in _html(cell, sida, where)]
        outputs = [new_output("display_data", {"text/html": part}) for part in parts if part]
        if outputs:
            cells.append(new_code_cell(outputs=outputs))
    _check(sida)
    said = "\n".join(sida.text)
    for one in personuppgifter.find(said)[:3]:
        kinds = {"epost": "en e-postadress", "telefon": "ett telefonnummer", "personnummer": "ett personnummer"}
        sida.remarks.append(f"Sidan har {kinds[one.slag]}: {one.maskerad} Ta bort det om det inte ska stå där.")
    if sida.har_siffror and not SOURCE.search(said):
        sida.remarks.append("Sidan säger inte varifrån siffrorna kommer. Skriv till exempel ”Källa: Kolada”.")
    shown = NotebookNode(notebook)
    shown.cells = cells
    return shown, tuple(dict.fromkeys(sida.remarks))


def _textcell(source: str) -> str:
    first = next((line.lstrip("# ").strip() for line in source.splitlines() if line.strip()), "")
    return f"textcellen ”{first[:40]}{'…' if len(first) > 40 else ''}”"


def _check(sida: _Sida) -> None:
    if not sida.huvudrubriker:
        raise ReportError("första cellen: sidan har ingen huvudrubrik. Skriv frågan i en textcell, efter ett # först.")
    if len(sida.huvudrubriker) > 1:
        _, where = sida.huvudrubriker[1].split("\0")
        what = sida.huvudrubriker[1].partition("\0")[0]
        raise ReportError(f"{where}: ”{what}” är sidans andra huvudrubrik. Skriv ## i stället för # före den.")


# --- What a cell gives ------------------------------------------------------------------------------------------------


def _html(cell: NotebookNode, sida: _Sida, where: str) -> Iterator[str]:
    """Yield what a cell shows on a page, as HTML."""
    if cell.cell_type == "markdown":
        attached = {f"attachment:{name}": files for name, files in cell.get("attachments", {}).items()}
        html = _markdown(cell.source)
        for address, files in attached.items():
            kind, content = next(iter(files.items()))
            html = html.replace(f'"{escape(address)}"', f'"data:{kind};base64,{content}"')
        yield html
        return
    outputs = cell.get("outputs", [])
    pictured = any(kind in output.get("data", {}) for output in outputs for kind in (*IMAGES, "image/svg+xml"))
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stdout" and output.text.strip():
                yield f'<pre class="utskrift">{escape(output.text.rstrip())}</pre>'
        elif "data" in output:
            yield _best(output, sida, where, pictured=pictured)


def _best(output: NotebookNode, sida: _Sida, where: str, *, pictured: bool) -> str:
    """Return the best of what an output can be shown as; nothing of what a page can't show."""
    data = output.data
    if "text/html" in data:
        return _whole(data["text/html"])
    for kind in (*IMAGES, "image/svg+xml"):
        if kind in data:
            return _picture(kind, _whole(data[kind]), output.metadata.get(kind, {}), sida, where)
    if "text/markdown" in data:
        return _markdown(_whole(data["text/markdown"]))
    if WIDGET in data or any("javascript" in kind for kind in data):
        sida.remarks.append(f"{where.capitalize()}: ett reglage eller ett skript går inte att visa på en sida.")
        return ""
    text = _whole(data.get("text/plain", "")).strip()
    if not text or NOISE.search(text) or (pictured and output.output_type == "execute_result"):
        return ""
    return _printed(text)


def _markdown(text: str) -> str:
    return str(mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])(text))


def _printed(text: str) -> str:
    """Return what Python would print of a value: text without Python's quotes as a paragraph, else as it is."""
    with suppress(ValueError, SyntaxError):
        said = ast.literal_eval(text)
        if isinstance(said, str):
            return f"<p>{escape(said)}</p>"
    return f'<pre class="utskrift">{escape(text)}</pre>'


def _whole(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _picture(kind: str, content: str, facts: dict[str, Any], sida: _Sida, where: str) -> str:
    text = str(facts.get("alt") or facts.get("rubrik") or "").strip()
    if not text:
        raise ReportError(f'{where}: diagrammet saknar text. {HOW_TO_SAY} plt.gcf().set_label("Andelen ökar …").')
    if not facts.get("alt"):
        sida.remarks.append(
            f"{where.capitalize()}: det enda som läses upp om diagrammet är rubriken ”{text}”. "
            'Säg vad det visar med plt.gcf().set_label("…").'
        )
    sida.har_siffror = True
    if kind == "image/svg+xml":
        content = base64.b64encode(content.encode()).decode()
    address = f"data:{kind};base64,{''.join(content.split())}"
    return f'<figure class="egen-bild"><img src="{address}" alt="{escape(text)}"></figure>'


# --- What is mended in it ---------------------------------------------------------------------------------------------


def _tidy(html: str, sida: _Sida, where: str) -> str:
    """Return a piece of HTML that runs and loads nothing, whose tables, pictures and headings can be used by all."""
    drawn: list[str] = []

    def kept(picture: re.Match[str]) -> str:
        drawn.append(picture[0])
        return PLACE.format(len(drawn) - 1)

    piece = BeautifulSoup(PICTURE.sub(kept, html), "html.parser")
    for tag in piece.find_all(DROPPED):
        tag.decompose()
    for tag in piece.find_all(True):
        _disarm(tag)
    for svg in drawn:
        if "aria-label" not in svg[: svg.index(">")] and 'aria-hidden="true"' not in svg[: svg.index(">")]:
            raise ReportError(f'{where}: en bild (svg) saknar text. {HOW_TO_SAY} aria-label="…" i taggen svg.')
    sida.har_siffror = sida.har_siffror or bool(piece.find("table"))
    for img in piece.find_all("img"):
        _mend_picture(img, sida, where)
    for table in piece.find_all("table"):
        _mend_table(piece, table, sida)
    for heading in piece.find_all(re.compile("^h[1-6]$")):
        _mend_heading(heading, sida, where)
    sida.text.append(piece.get_text("\n"))
    return PLACED.sub(lambda place: drawn[int(place[1])], str(piece)).strip()


def _disarm(tag: Tag) -> None:
    for name, value in list(tag.attrs.items()):
        address = str(value).strip()
        if (
            name.startswith("on")
            or name in LOADING
            or (name == "style" and "url(" in address)
            or (name == "href" and RUNS.match(address))
            or (name == "id" and address.startswith("T_"))  # pandas' Styler draws them by lot
        ):
            del tag[name]


def _mend_picture(img: Tag, sida: _Sida, where: str) -> None:
    address = str(img.get("src", ""))
    if not str(img.get("alt", "")).strip() and img.get("role") != "presentation":
        raise ReportError(
            f"{where}: bilden {_short(address)}saknar text. {HOW_TO_SAY} ![Det här visar bilden](fil.png)."
        )
    if address.startswith("data:"):
        return
    if re.match(r"[a-z]+:|//", address, re.IGNORECASE):
        raise ReportError(f"{where}: bilden {_short(address)}hämtas från nätet. Spara den bredvid anteckningsboken.")
    try:
        img["src"] = bildfil.read(sida.folder / unquote(address)).data_uri
    except InputError as error:
        raise ReportError(f"{where}: {error}") from error


def _short(address: str) -> str:
    return "" if not address or address.startswith("data:") else f"{address[:60]} "


def _mend_table(piece: BeautifulSoup, table: Tag, sida: _Sida) -> None:
    """Give the cells that head something their scope, and let the table scroll by itself, by keyboard too."""
    table.attrs.pop("border", None)
    for th in table.find_all("th"):
        if not th.get("scope"):
            th["scope"] = "col" if th.find_parent("thead") else "row"
        if not th.get_text(strip=True):
            th.name = "td"
            del th["scope"]
    box = table.find_parent(class_="tabell")
    if box is None:
        box = table.wrap(piece.new_tag("div", attrs={"class": "tabell"}))
    if not box.get("tabindex"):
        sida.tabeller += 1  # so that no two are called the same
        names = [th.get_text(" ", strip=True) for th in table.find_all("th", scope="col")]
        caption = table.find("caption")
        said = caption.get_text(" ", strip=True) if caption else ", ".join(filter(None, names[:6]))
        box["role"], box["tabindex"], box["aria-label"] = (
            "region",
            "0",
            f"Tabell {sida.tabeller}: {said}".removesuffix(": "),
        )


def _mend_heading(heading: Tag, sida: _Sida, where: str) -> None:
    text = " ".join(heading.get_text().split())
    if not text:
        heading.decompose()
        return
    if heading.name == "h1":
        sida.huvudrubriker.append(f"{text}\0{where}")
    if not heading.get("id") and heading.name == "h2":
        slug = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-") or "del"
        id_, n = slug, 1
        while id_ in sida.ids:
            n += 1
            id_ = f"{slug}-{n}"
        heading["id"] = id_
    if heading.get("id"):
        sida.ids.add(str(heading["id"]))
