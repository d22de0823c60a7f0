"""What links to each of the 17 goals: who, how and why, where two goals pull apart, and what is not linked.

Everything is counted as it stands in the municipality's files. The number of links says nothing of their weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd

from styrlib.falt import GOALS, Aspekt, Lankriktning, Status
from styrlib.styrmodell import Ansokan, Lank, Malbild, Medel, Namnd, Organ, Reportage, Styrmodell, Uppdrag

EXEMPEL = "Exempel"
REAL_UPPDRAG = "Verkligt uppdrag, men kopplingen är exempel"
# What tells of the work rather than steers it: a goal with nothing else has no place in the steering.
BESIDE = ("ansokan", "reportage")
COLUMNS = {
    "organ": "str",
    "organnamn": "str",
    "slag": "str",
    "id": "str",
    "rubrik": "str",
    "under": "str",
    "adress": "str",
    "markning": "str",
    "vantar": "str",
    "mal": "int8",
    "riktning": "str",
    "skal": "str",
}
Record = dict[str, Any]


@dataclass(frozen=True)
class Malkonflikt:
    """One part of the model that helps a goal and works against a goal: its links each way, as rows of `lankar`.

    `aspekter` holds each pair of different aspects, the helped and the hindered; empty where the goals don't tell
    two aspects apart.
    """

    bidrar: tuple[Record, ...]
    motverkar: tuple[Record, ...]
    aspekter: tuple[tuple[Aspekt, Aspekt], ...]

    @property
    def part(self) -> Record:
        """What the part is: any of its rows says so."""
        return self.bidrar[0]

    def touches(self, mal: int) -> bool:
        """Return whether a goal is one of those that pull apart."""
        return any(row["mal"] == mal for row in (*self.bidrar, *self.motverkar))


@dataclass(frozen=True)
class Luckor:
    """What is not linked.

    Attributes
    ----------
    mal
        Goals that nothing links to.
    mal_bredvid
        Goals that only applications for the fund or stories link to.
    utan_skal
        Links without a reason, as rows of `lankar`.
    aspekter
        Bodies without a link to any goal of an aspect, by id, with those aspects.
    malbilder
        Målbilder without a link of their own, with their nämnd.
    """

    mal: tuple[int, ...]
    mal_bredvid: tuple[int, ...]
    utan_skal: tuple[Record, ...]
    aspekter: dict[str, tuple[Aspekt, ...]]
    malbilder: tuple[tuple[Namnd, Malbild], ...]


def lankar(modell: Styrmodell, mal: int = 0) -> pd.DataFrame:
    """Return every link from the model to a goal, in the model's order.

    With `mal`, only those of the parts that link to that goal: the rest of the model is not asked for its words, so
    that a page on one goal is not made of what it doesn't show.

    What will not be done neither helps nor hinders, and is left out: an uppdrag or aktivitet that was broken off, and
    an application that was refused.

    Returns
    -------
    DataFrame
        organ, organnamn (str: id and name of the body), slag (str: grunduppdrag, malbild, uppdrag, aktivitet,
        ansokan or reportage), id, rubrik (str: of what links), under (str: title of the målbild or uppdrag that an
        aktivitet belongs to, else empty), adress (str: where it stands, from the municipality's folder), markning
        (str: how an example is marked, else empty), vantar (str: that it has not begun, else empty), mal (int8),
        riktning (str), skal (str: empty without one).
    """
    rows = [
        {**part, "mal": link.mal, "riktning": str(link.riktning), "skal": link.skal or ""}
        for part, links in _parts(modell, mal)
        for link in links
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def organ(modell: Styrmodell, links: pd.DataFrame) -> dict[str, str]:
    """Return id → name of all nämnder, and of the other bodies that have a link, in the model's order."""
    others = [o for o in modell.kommun.ovriga_organ if (links["organ"] == o.id).any()]
    return {body.id: body.namn for body in (*modell.namnder, *others)}


def matris(links: pd.DataFrame, bodies: Sequence[str]) -> pd.DataFrame:
    """Count the links of each body to each goal.

    Parameters
    ----------
    links
        From `lankar`, or any frame with organ, mal and riktning.
    bodies
        Ids of the bodies that are wanted, in order.

    Returns
    -------
    DataFrame
        organ (str), mal, bidrar, motverkar (int64); one row per body and goal, with zeros.
    """
    return _counts(links, bodies, "mal", list(GOALS))


def aspektmatris(links: pd.DataFrame, bodies: Sequence[str], aspekter: Mapping[int, Sequence[Aspekt]]) -> pd.DataFrame:
    """Count the links of each body to the goals of each aspect; a goal of several aspects counts in each.

    Returns
    -------
    DataFrame
        organ, aspekt (str), bidrar, motverkar (int64); one row per body and aspect, with zeros.
    """
    spread = links.assign(aspekt=[[str(a) for a in aspekter[mal]] for mal in links["mal"]]).explode("aspekt")
    return _counts(spread, bodies, "aspekt", [str(a) for a in Aspekt])


def konflikter(links: pd.DataFrame, aspekter: Mapping[int, Sequence[Aspekt]]) -> list[Malkonflikt]:
    """Return the parts that help one goal and work against another, in the order of the links.

    A goal that stands under all three aspects does not tell one from another, and is left out of their pairs.
    """
    found = []
    for _, rows in links.groupby(["organ", "slag", "id"], sort=False):
        ways = {way: rows[rows["riktning"] == way].to_dict("records") for way in Lankriktning}
        if all(ways.values()):
            sides = [_told_apart(ways[way], aspekter) for way in Lankriktning]
            pairs = tuple((a, b) for a, b in product(*sides) if a != b)
            found.append(Malkonflikt(tuple(ways["bidrar"]), tuple(ways["motverkar"]), pairs))
    return found


def luckor(modell: Styrmodell, links: pd.DataFrame) -> Luckor:
    """Return what is not linked; only the nämnder are asked for aspects, as other bodies show uppdrag alone."""
    steering = set(links.loc[~links["slag"].isin(BESIDE), "mal"])
    linked = set(links["mal"])
    counts = aspektmatris(links, [n.id for n in modell.namnder], modell.kommun.aspekter.mal)
    none = counts[counts["bidrar"] + counts["motverkar"] == 0]
    return Luckor(
        mal=tuple(goal for goal in GOALS if goal not in linked),
        mal_bredvid=tuple(goal for goal in GOALS if goal in linked - steering),
        utan_skal=tuple(links[links["skal"] == ""].to_dict("records")),
        aspekter={
            n.id: tuple(Aspekt(a) for a in rows["aspekt"])
            for n in modell.namnder
            if len(rows := none[none["organ"] == n.id])
        },
        malbilder=tuple((n, m) for n in modell.namnder for m in n.malbilder if not m.lankar),
    )


def _told_apart(rows: Sequence[Record], aspekter: Mapping[int, Sequence[Aspekt]]) -> list[Aspekt]:
    told = {a for row in rows if len(set(aspekter[row["mal"]])) < len(Aspekt) for a in aspekter[row["mal"]]}
    return [a for a in Aspekt if a in told]


def _counts(links: pd.DataFrame, bodies: Sequence[str], column: str, values: Sequence[Any]) -> pd.DataFrame:
    ways = [str(way) for way in Lankriktning]
    every = pd.MultiIndex.from_product([list(bodies), values], names=["organ", column])
    counts = {
        way: links[links["riktning"] == way].groupby(["organ", column]).size().reindex(every, fill_value=0)
        for way in ways
    }
    return pd.DataFrame(counts, index=every).astype("int64").reset_index()


def _parts(modell: Styrmodell, mal: int) -> Iterator[tuple[Record, tuple[Lank, ...]]]:
    for namnd in modell.namnder:
        yield from _steering(namnd, mal)
        yield from _told(modell, namnd, mal)
    for body in modell.kommun.ovriga_organ:
        for uppdrag in body.uppdrag:
            yield from _uppdrag(body, uppdrag, f"kommunoversikt.html#uppdrag-{body.id}-{uppdrag.id}", mal)


def _steering(namnd: Namnd, mal: int) -> Iterator[tuple[Record, tuple[Lank, ...]]]:
    page = f"{namnd.id}.html"
    if links := _to(mal, namnd.grunduppdrag.lankar):
        yield _part(namnd, "grunduppdrag", namnd.id, "Grunduppdraget", f"{page}#grunduppdrag", _mark(namnd)), links
    for malbild in namnd.malbilder:
        address = f"{page}#malbild-{malbild.id}"
        if links := _to(mal, malbild.lankar):
            yield _part(namnd, "malbild", malbild.id, malbild.rubrik, address, _mark(namnd)), links
        yield from _aktiviteter(namnd, malbild, address, mal)
    for uppdrag in namnd.uppdrag:
        yield from _uppdrag(namnd, uppdrag, f"{page}#uppdrag-{uppdrag.id}", mal)


def _told(modell: Styrmodell, namnd: Namnd, mal: int) -> Iterator[tuple[Record, tuple[Lank, ...]]]:
    medel = modell.medel
    for ansokan in medel.ansokningar if medel else ():
        links = _to(mal, ansokan.lankar)
        if links and ansokan.namnd == namnd.id and ansokan.beviljat != 0:
            yield _beside(namnd, ansokan, f"insatser.html#ansokan-{ansokan.id}", _mark(medel)), links
    for reportage in modell.reportage:
        links = _to(mal, reportage.lankar)
        if links and reportage.namnd == namnd.id:
            yield _beside(namnd, reportage, f"erfarenhetsbank.html#{reportage.id}", _mark(reportage)), links


def _to(mal: int, links: tuple[Lank, ...]) -> tuple[Lank, ...]:
    """Return a part's links if any of them leads to a goal; 0 is any goal."""
    return links if not mal or any(link.mal == mal for link in links) else ()


def _part(
    body: Namnd | Organ, slag: str, id_: str, title: str, address: str, mark: str, *, under: str = "", vantar: str = ""
) -> Record:
    return {
        "organ": body.id,
        "organnamn": body.namn,
        "slag": slag,
        "id": id_,
        "rubrik": title,
        "under": under,
        "adress": address,
        "markning": mark,
        "vantar": vantar,
    }


def _uppdrag(
    body: Namnd | Organ, uppdrag: Uppdrag, address: str, mal: int
) -> Iterator[tuple[Record, tuple[Lank, ...]]]:
    links = _to(mal, uppdrag.lankar)
    if links and uppdrag.status is not Status.avbruten:
        mark = EXEMPEL if uppdrag.exempel else REAL_UPPDRAG if body.exempel else ""
        wait = "inte påbörjat" if uppdrag.status is Status.ej_paborjad else ""
        yield _part(body, "uppdrag", uppdrag.id, uppdrag.rubrik, address, mark, vantar=wait), links
    yield from _aktiviteter(body, uppdrag, address, mal)


def _aktiviteter(
    body: Namnd | Organ, of: Malbild | Uppdrag, address: str, mal: int
) -> Iterator[tuple[Record, tuple[Lank, ...]]]:
    for a in of.aktiviteter:
        links = _to(mal, a.lankar)
        if links and a.status is not Status.avbruten:
            wait = "inte påbörjad" if a.status is Status.ej_paborjad else ""
            yield _part(body, "aktivitet", a.id, a.rubrik, address, _mark(body), under=of.rubrik, vantar=wait), links


def _beside(namnd: Namnd, part: Ansokan | Reportage, address: str, mark: str) -> Record:
    if isinstance(part, Reportage):
        return _part(namnd, "reportage", part.id, part.rubrik, address, mark)
    wait = "inte beslutad än" if part.beviljat is None else ""
    return _part(namnd, "ansokan", part.id, part.rubrik, address, mark, vantar=wait)


def _mark(of: Namnd | Organ | Medel | Reportage) -> str:
    return EXEMPEL if of.exempel else ""
