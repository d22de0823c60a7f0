"""What is wrong with the nyckeltal: no value, gone from Kolada, unused, too many, changed since decided."""

from __future__ import annotations

from collections.abc import Iterator

from styrlib import granskning, lasning, swedish
from styrlib.falt import LOCAL_ID, Malniva
from styrlib.fynd import Fynd
from styrlib.granskning import Granskning
from styrlib.lasning import Skillnad, Slag
from styrlib.nyckeltal import upphorde
from styrlib.regler import MOST_NYCKELTAL
from styrlib.styrmodell import Las
from styrlib.validate import KOMMUN_FILE
from styrlib.yamltext import Place


def check(g: Granskning) -> Iterator[Fynd]:
    """Yield everything that is wrong with the nyckeltal and their locks."""
    yield from _values(g)
    yield from _in_kolada(g)
    yield from _unused(g)
    yield from _many(g)
    yield from _locks(g)


def _values(g: Granskning) -> Iterator[Fynd]:
    for fil, place, one in granskning.nyckeltal(g):
        if one.niva is Malniva.kf and one.id not in g.med_varde:
            what = f"{g.namn(one)} har inget värde för {g.modell.kommun.namn}."
            yield g.fynd("kf-nyckeltal-utan-varde", fil, (*place, "id"), what)


def _in_kolada(g: Granskning) -> Iterator[Fynd]:
    for fil, place, one in granskning.nyckeltal(g):
        if one.lokalt:
            continue
        if one.id not in g.i_kolada:
            what = f"{g.namn(one)} finns inte i det nyaste uttaget ur Kolada."
            yield g.fynd("nyckeltal-borta-ur-kolada", fil, (*place, "id"), what)
        elif year := upphorde(g.i_kolada[one.id]):
            what = f"{g.namn(one)} har {year} som sista år i Kolada."
            yield g.fynd("nyckeltal-upphor", fil, (*place, "id"), what)
    followed = {one.id for _, _, one in granskning.nyckeltal(g)}
    for las in _in_force(g):
        known = {*g.i_kolada, *followed, *(a.nyckeltal for a in las.avforda)}
        for i, decided in enumerate(las.nyckeltal):
            if decided.nyckeltal not in known and not LOCAL_ID.fullmatch(decided.nyckeltal):
                what = f"{decided.nyckeltal} {decided.kortnamn} är beslutat men finns inte i det nyaste uttaget."
                yield g.fynd("nyckeltal-borta-ur-kolada", f"las/{las.ar}.yaml", ("nyckeltal", i), what)


def _unused(g: Granskning) -> Iterator[Fynd]:
    followed = {one.id for _, _, one in granskning.nyckeltal(g)}
    for fil, ids in g.lokala.items():
        for id_ in ids:
            if id_ not in followed:
                what = f"{id_} har värden men följs av ingen målbild."
                yield g.fynd("lokalt-utan-malbild", fil, (), what, hit=id_)
    for i, change in enumerate(g.modell.kommun.agenda2030):
        if change.till and change.nyckeltal not in followed:
            goals = swedish.listed(map(str, change.till))
            what = f"{change.nyckeltal} är kopplat till globalt mål {goals} men följs av ingen målbild."
            yield g.fynd("omkopplat-utan-malbild", KOMMUN_FILE, ("agenda2030", i, "nyckeltal"), what)


def _many(g: Granskning) -> Iterator[Fynd]:
    for fil, place, malbild in granskning.malbilder(g):
        if len(malbild.nyckeltal) > MOST_NYCKELTAL:
            what = f"Målbilden ”{malbild.rubrik}” har {len(malbild.nyckeltal)} nyckeltal."
            yield g.fynd("manga-nyckeltal", fil, (*place, "nyckeltal"), what)


def _in_force(g: Granskning) -> list[Las]:
    """Return the locks that the model must agree with: the current year's, or the nearest before it, and later ones."""
    year = g.modell.aktuell.ar
    before = [las for las in g.modell.las if las.ar <= year]
    return [*before[-1:], *(las for las in g.modell.las if las.ar > year)]


def _locks(g: Granskning) -> Iterator[Fynd]:
    year = g.modell.aktuell.ar
    if not lasning.for_year(g.modell, year) and any(True for _ in granskning.nyckeltal(g)):
        yield g.fynd("las-saknas", KOMMUN_FILE, ("perioder",), f"Nyckeltalen för {year} är inte låsta.")
    for las in g.modell.las:
        if las.kontrollsumma != lasning.checksum(las):
            what = "Innehållet stämmer inte med kontrollsumman." if las.kontrollsumma else "Kontrollsumman saknas."
            yield g.fynd("las-andrat", f"las/{las.ar}.yaml", ("kontrollsumma",), what)
    for las in _in_force(g):
        for one in lasning.differences(g.modell, las, g.titlar):
            if not one.loggat:
                yield _difference(g, las, one)


def _difference(g: Granskning, las: Las, one: Skillnad) -> Fynd:
    name = f"{one.nyckeltal} {one.namn}"
    decided = f"beslutet för {las.ar} ({swedish.date(las.datum)})"
    if one.slag is Slag.borttaget:
        fil = f"las/{las.ar}.yaml"
        keys = [(n.namnd, n.malbild, n.nyckeltal) for n in las.nyckeltal]
        place: Place = ("nyckeltal", keys.index((one.namnd, one.malbild, one.nyckeltal)))
        return g.fynd("last-nyckeltal-borttaget", fil, place, f"{name} följs inte längre, trots {decided}.")
    place = _place(g, one)
    fil = f"{one.namnd}.yaml"
    if one.slag is Slag.tillagt:
        return g.fynd("nyckeltal-tillagt-efter-las", fil, (*place, "id"), f"{name} fanns inte med i {decided}.")
    field = () if one.falt == "malbild" else (one.falt,)
    what = f"{name} har ändrats sedan {decided}. {one.vad}: ”{one.fore}” blev ”{one.efter}”."
    return g.fynd("last-nyckeltal-andrat", fil, (*place, *field), what)


def _place(g: Granskning, one: Skillnad) -> Place:
    namnd = g.modell.namnd(one.namnd)
    return next(
        ("malbilder", i, "nyckeltal", j)
        for i, malbild in enumerate(namnd.malbilder)
        for j, n in enumerate(malbild.nyckeltal)
        if (malbild.id, n.id) == (one.malbild, one.nyckeltal)
    )
