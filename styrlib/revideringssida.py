"""What Kolada changed between two snapshots, as a page to read and a table to compute on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from styrlib import swedish
from styrlib.files import replacing, write_text
from styrlib.render import render
from styrlib.revideringar import Revideringar

KON = {"T": "alla", "K": "kvinnor", "M": "män"}
SLAG = {"andrat": "ändrat", "nytt": "nytt", "nytt ar": "nytt år", "borttaget": "borttaget"}


@dataclass(frozen=True)
class Kommunens:
    """What the page must know of the municipality whose follow-up it concerns."""

    kommun: str
    namn: str
    malbilder: Mapping[str, Sequence[str]]  # the målbilder that follow each nyckeltal


def write(folder: Path, found: Revideringar, own: Kommunens) -> tuple[Path, Path]:
    """Write the page and the CSV with every value, and return where they are.

    Raises
    ------
    StyrError
        When a file can't be written; an earlier one still stands.
    """
    stem = f"{found.aldre}_{found.nyare}"
    html, csv = folder / f"{stem}.html", folder / f"{stem}.csv"
    with replacing(csv) as path:
        found.varden.to_csv(path, index=False, sep=";", decimal=",", encoding="utf-8-sig")
    write_text(html, page(found, own, csv.name))
    return html, csv


def page(found: Revideringar, own: Kommunens, csv: str) -> str:
    """Return the page: one's own values first, then each nyckeltal, with what became of the nyckeltal themselves."""
    counts = found.per_nyckeltal()
    touched = [
        {"id": id_, "titel": found.titlar[id_], "malbilder": own.malbilder.get(id_, ()), **row}
        for id_, row in counts.to_dict("index").items()
    ]
    days = [swedish.month(found.aldre), swedish.month(found.nyare)]
    older, newer = days if days[0] != days[1] else (found.aldre, found.nyare)
    return render(
        "revideringar.html.j2",
        titel=f"Vad Kolada har ändrat från {older} till {newer}",
        r=found,
        kommun=own,
        antal={kind: int((found.varden["slag"] == kind).sum()) for kind in SLAG},
        egna=_own_rows(found, own.kommun),
        nyckeltal=sorted(touched, key=lambda row: (not row["malbilder"], row["id"])),
        csv=csv,
        sidfot=f"Källa: Kolada, uttagen {found.aldre} och {found.nyare}. Jämförelsen: Egen beräkning.",
    )


def _own_rows(found: Revideringar, kommun: str) -> list[dict[str, Any]]:
    rows = found.varden[found.varden["kommun"] == kommun]
    shown = []
    for id_, some in rows.groupby("nyckeltal"):
        decimals = swedish.decimals_for([*some["fore"].dropna(), *some["efter"].dropna()], "")
        shown += [
            {
                "id": id_,
                "titel": found.titlar[str(id_)],
                "ar": row.ar,
                "kon": KON[row.kon],
                "slag": SLAG[row.slag],
                "fore": swedish.number(row.fore, decimals),
                "efter": swedish.number(row.efter, decimals),
            }
            for row in some.itertuples()
        ]
    return shown
