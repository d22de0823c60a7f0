"""The start page: a list of every report that there is, from what the pages say of themselves."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from styrlib.files import listing, sha256
from styrlib.render import render
from styrlib.styrmodell import Styrmodell

HEAD = 4096  # characters: a page says what it is before its style


def standing(out: Path) -> dict[str, dict[str, Any]]:
    """Return the facts of every report in a folder, by report id.

    Returns
    -------
    dict
        id (`0584/socialnamnden`) → namnd, kommun, kommunnamn (str), ar (int, 0 for the
        latest), fil (address from the start page), pdf (the same for the page's PDF, or
        empty) and sha256 of the page.
    """
    found = {}
    for path in listing(out, "[0-9][0-9][0-9][0-9]/*.html"):
        with path.open(encoding="utf-8") as file:
            meta = BeautifulSoup(file.read(HEAD), "html.parser").find("meta", attrs={"name": "styr"})
        if meta:
            address = path.relative_to(out).as_posix()
            found[address.removesuffix(".html")] = {
                **json.loads(meta["content"]),
                "fil": address,
                "pdf": _beside(address) if path.with_suffix(".pdf").exists() else "",
                "sha256": sha256(path),
            }
    return found


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
    order = [namnd.namn for namnd in modell.namnder]
    ordered = sorted(
        reports.values(),
        key=lambda r: (r["kommunnamn"], order.index(r["namnd"]) if r["namnd"] in order else len(order)),
    )
    own = [r for r in ordered if r["kommun"] == modell.kommun.kommun]
    others = groupby((r for r in ordered if r not in own), key=lambda r: r["kommunnamn"])
    return render(
        "start.html.j2",
        titel=f"{modell.kommun.namn} kommun: nämndernas rapporter",
        exempel=modell.exempel,
        egna=own,
        andra=[(kommun, list(rows)) for kommun, rows in others],
        uttag=uttag,
        sidfot=f"Styrmodell {modell.kommun.version}.",
    )
