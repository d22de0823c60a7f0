"""An executed notebook → one self-contained, accessible HTML page.

Any notebook gets the house's page: title from its first `h1`, table of contents from
its `h2`, no code, no prompts, no stderr, nothing loaded. The exporter is made once and
used for all reports.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from styrlib.errors import ReportError
from styrlib.render import TEMPLATES, environment, without_pictures

ONLY_IN_JUPYTER = "bara-jupyter"
PLACE = re.compile(r'<div data-del="([0-9]+)"></div>')
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
UNREAD = re.compile(r"<!--.*?-->|<(style|script)\b.*?</\1>", re.DOTALL)  # what holds text that is no HTML


def page(
    notebook: NotebookNode,
    *,
    footer: str,
    start: tuple[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
    tillstand: tuple[str, str] | None = None,
) -> str:
    """Return the notebook as a page.

    Parameters
    ----------
    notebook
        An executed notebook whose outputs hold exactly one `h1`.
    footer
        The line at the bottom.
    start
        Address and text of the link at the top.
    facts
        What the page says of itself in its head, for the start page to read.
    tillstand
        How far the page has come: a class (`utkast` is watermarked) and a sentence.

    Raises
    ------
    ReportError
        When the outputs would not make an accessible page: no `h1`, several, a heading
        level skipped, or an id used twice.
    """
    own: dict[str, Any] = {
        "css": environment().globals["css"],
        "sidfot": footer,
        "start": start,
        "titel": _title(notebook),
        "tillstand": tillstand,
        "fakta": json.dumps(facts, ensure_ascii=False) if facts else "",
    }
    parts: list[str] = []
    own["delar"] = parts
    html, _ = exporter().from_notebook_node(_slim(notebook, parts), resources={"styr": own})
    html = _whole(html, parts)
    html = "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"
    _check(html)
    return html


def _slim(notebook: NotebookNode, parts: list[str]) -> NotebookNode:
    """Return the notebook with an empty place for each finished piece of HTML, and put the pieces in the list.

    They are nearly all of the page, and the exporter would read and write every letter of them.
    """
    slim = NotebookNode(notebook)
    slim.metadata = NotebookNode({key: value for key, value in notebook.metadata.items() if key != "widgets"})
    slim.cells = [NotebookNode(cell) for cell in notebook.cells]
    for cell in slim.cells:
        if "outputs" in cell:
            cell.outputs = [NotebookNode(output) for output in cell.outputs]
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                parts.append(output.data["text/html"])
                output.data = NotebookNode({**output.data, "text/html": f'<div data-del="{len(parts) - 1}"></div>'})
    return slim


def _whole(html: str, parts: Sequence[str]) -> str:
    """Return the page with each piece in its place."""
    return PLACE.sub(lambda place: parts[int(place[1])], html)


@cache
def exporter() -> HTMLExporter:
    """Return the one that makes all pages of this process."""
    config = Config()
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = {ONLY_IN_JUPYTER}
    config.NbConvertBase.display_data_priority = ["text/html", "text/markdown", "image/svg+xml", "text/latex"]
    config.NbConvertBase.display_data_priority += ["image/png", "image/jpeg", "text/plain"]  # no script, no widget
    exporter = HTMLExporter(
        config=config,
        extra_template_basedirs=[str(TEMPLATES)],
        template_name="styr",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    exporter.template_paths.append(str(TEMPLATES))
    exporter.register_filter("rubriker", headings)
    exporter.register_filter("stada", lambda html: html.strip())
    return exporter


def headings(html: str, parts: Sequence[str] = ()) -> list[dict[str, str]]:
    """Return id and text of every `h2` that has an id, for the table of contents."""
    found = _headings(_whole(html, parts), 2).find_all("h2", id=True)
    return [{"id": h["id"], "text": " ".join(_own_text(h).split())} for h in found]


def _headings(html: str, level: int) -> BeautifulSoup:
    """Return the headings of a level, read alone: reading all of a report takes a hundred times as long."""
    found = re.findall(rf"<h{level}\b.*?</h{level}\s*>", COMMENT.sub("", html), re.DOTALL | re.IGNORECASE)
    return BeautifulSoup("".join(found), "html.parser")


def _own_text(heading: Any) -> str:
    return "".join(s for s in heading.strings if "overrad" not in (s.parent.get("class") or []))


def _title(notebook: NotebookNode) -> str:
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    html = "".join(o.get("data", {}).get("text/html", "") for o in outputs)
    h1 = _headings(html, 1).find("h1")
    return " ".join(h1.get_text().split()) if h1 else ""


def _check(html: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", UNREAD.sub("", without_pictures(html)))]
    if levels.count(1) != 1:
        raise ReportError(f"Rapporten har {levels.count(1)} huvudrubriker (h1); den ska ha en.")
    for before, after in pairwise(levels):
        if after > before + 1:
            raise ReportError(f"Rapporten hoppar från rubriknivå {before} till {after}. Använd nivåerna i ordning.")
    ids = Counter(re.findall(r'\sid="([^"]*)"', html))
    twice = sorted(id_ for id_, number in ids.items() if number > 1)
    if twice:
        raise ReportError(f"Rapporten använder samma id flera gånger: {', '.join(twice[:5])}.")
