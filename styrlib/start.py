"""The start page: a list of every report that there is, from what the pages say of themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from styrlib import egna, fardigt, oforandrat
from styrlib.files import listing, sha256
from styrlib.project import Project
from styrlib.render import render
from styrlib.sidor import Slag, all_pages
from styrlib.sokregister import order
from styrlib.styrmodell import Styrmodell

HEAD = 4096  # characters: a page says what it is before its style
MANY = 20  # other municipalities, before they are found by their first letters


def standing(out: Path) -> dict[str, dict[str, Any]]:
    """Return the facts of every report in a folder, by report id.

    Returns
    -------
    dict
        id (`0584/socialnamnden`) → slag, titel, kommun, kommunnamn, period (str), ar (int, 0
        for the latest), fil (address from the start page), pdf (the same for the page's PDF, or
        empty) and sha256 of the page.
    """
    found = {}
    for path in listing(out, "[0-9][0-9][0-9][0-9]/**/*.html"):
        address = path.relative_to(out).as_posix()
        id_ = address.removesuffix(".html")
        said, content = _recorded(out, id_, path) or (facts(path), "")
        if said:
            found[id_] = {
                **said,
                "fil": address,
                "pdf": _beside(address) if path.with_suffix(".pdf").exists() else "",
                "sha256": content or sha256(path),
            }
    return found


def without_removed(project: Project, entries: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the reports but for those of own notebooks that are gone: their pages stand, and are listed nowhere."""
    return {
        id_: entry
        for id_, entry in entries.items()
        if "mall" not in entry or (project.notebooks / f"{entry['mall']}.ipynb").exists()
    }


def _recorded(out: Path, id_: str, path: Path) -> tuple[dict[str, Any], str] | None:
    """Return what a page says of itself and its SHA-256, from its record; None unless the page is as it was then."""
    known = fardigt.recorded(fardigt.place(out, id_))
    size_time_content = known.get("sida") or []
    if not known.get("fakta") or size_time_content[:2] != oforandrat.stamp(path):
        return None
    return known["fakta"], size_time_content[2]


def facts(path: Path) -> dict[str, Any]:
    """Return what a page says of itself in its head; nothing for a page that says nothing."""
    with path.open(encoding="utf-8") as file:
        meta = BeautifulSoup(file.read(HEAD), "html.parser").find("meta", attrs={"name": "styr"})
    return json.loads(meta["content"]) if meta else {}


def _beside(address: str) -> str:
    return address.removesuffix(".html") + ".pdf"


def page(modell: Styrmodell, uttag: str, reports: dict[str, dict[str, Any]]) -> str:
    """Return `index.html`: the own municipality's reports first, in the model's order.

    Parameters
    ----------
    modell
        The steering model.
    uttag
        Name of the raw snapshot.
    reports
        From `standing`.
    """
    places = [sida.id for sida in all_pages(modell, Slag, modell.namnder)]
    ordered = sorted(
        reports.items(), key=lambda item: (order(item[1]["kommunnamn"]), _place(places, item[0].partition("/")[2]))
    )
    own = [r for _, r in ordered if r["kommun"] == modell.kommun.kommun]
    others = groupby((r for _, r in ordered if r["kommun"] != modell.kommun.kommun), key=lambda r: r["kommunnamn"])
    lines = [(kommun, list(rows)) for kommun, rows in others]
    return render(
        "start.html.j2",
        titel=f"{modell.kommun.namn} kommun: uppföljning",
        exempel=modell.exempel,
        egna={slag: [r for r in own if r["slag"] == slag] for slag in Slag},
        analyser=[r for r in own if r["slag"] == egna.SLAG],
        andra=lines,
        kortnamn={namnd.namn: namnd.kortnamn for namnd in modell.namnder},
        bokstaver=_by_letter(lines) if len(lines) > MANY else [],
        uttag=uttag,
        sidfot=f"Styrmodell {modell.kommun.version}.",
    )


def _by_letter(lines: Sequence[tuple[str, Any]]) -> list[tuple[str, list[tuple[str, Any]]]]:
    return [(letter, list(rows)) for letter, rows in groupby(lines, key=lambda line: line[0][:1].upper())]


def _place(places: Sequence[str], id_: str) -> int:
    return places.index(id_) if id_ in places else len(places)
