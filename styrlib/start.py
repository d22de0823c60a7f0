"""The start page: a list of every report that there is."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from styrlib.render import render
from styrlib.styrmodell import Styrmodell

MANIFEST = "rapporter.json"


def page(modell: Styrmodell, manifest: dict[str, Any]) -> str:
    """Return `index.html`: the own municipality's reports first, in the model's order.

    Parameters
    ----------
    modell
        The steering model.
    manifest
        `uttag` (str) and `rapporter`: entries by report id, with namnd, kommun,
        kommunnamn, ar and fil.
    """
    order = [namnd.namn for namnd in modell.namnder]
    reports = sorted(
        manifest["rapporter"].values(),
        key=lambda r: (r["kommunnamn"], order.index(r["namnd"]) if r["namnd"] in order else len(order)),
    )
    own = [r for r in reports if r["kommun"] == modell.kommun.kommun]
    others = groupby((r for r in reports if r not in own), key=lambda r: r["kommunnamn"])
    return render(
        "start.html.j2",
        titel=f"{modell.kommun.namn} kommun: nämndernas rapporter",
        exempel=modell.exempel,
        egna=own,
        andra=[(kommun, list(rows)) for kommun, rows in others],
        uttag=manifest["uttag"],
        sidfot=f"Styrmodell {modell.kommun.version}.",
    )
