"""What must agree between the parts of the model: names that refer to each other, ids that must be unique.

What one part may say by itself is the classes' business (`styrmodell`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from styrlib import bildfil, markdowntext, yamltext
from styrlib.errors import InputError, Problem, suggestions
from styrlib.falt import Riktning
from styrlib.files import listing
from styrlib.sidor import GATHER_ALL
from styrlib.styrmodell import (
    Aktivitet,
    Ansokan,
    Bedomning,
    Kommentar,
    Kommun,
    Malbild,
    Medel,
    Namnd,
    Nyckeltal,
    Publiceringar,
    Reportage,
    Styrmodell,
    Tidigare,
    Uppdrag,
)
from styrlib.yamltext import Place

FULL = 100  # procent


@dataclass(frozen=True)
class Known:
    """What the model may refer to outside itself."""

    nyckeltal: Mapping[str, str] | None  # Kolada's id → title; None when it is about to be asked
    kommuner: Mapping[str, str]  # kommunkod → name
    omraden: frozenset[str]  # areas that have groups of similar municipalities
    lokala: frozenset[str] | None  # ids that have rows in the CSV of local values; None when it can't be read


@dataclass
class Source:
    """A file with the lines of its places, and the problems found in it."""

    name: str
    lines: yamltext.Lines
    problems: list[Problem] = field(default_factory=list)

    def add(self, place: Place, message: str) -> None:
        """Note a problem at a place."""
        line = yamltext.line_of(self.lines, place)
        self.problems.append(Problem(self.name, line, yamltext.place_text(place), message))


def check(modell: Styrmodell, folder: Path, files: Mapping[str, Source], known: Known) -> None:
    """Note everything that does not agree, in the file where it stands.

    Parameters
    ----------
    modell
        What could be read; any part may be missing.
    folder
        `data/raw/styrmodell`.
    files
        By name without suffix: `kommun`, a nämnd's id, `medel`, `reportage/<id>` …
    known
        What the model may refer to.
    """
    namnder = list(modell.namnder)
    # A nämnd whose own file is wrong has its problems there: what refers to it is not wrong too.
    ids = [n.id for n in namnder]
    ids += [path.stem for path in listing(folder, "*.yaml") if path.stem not in {*ids, *Styrmodell.model_fields}]
    for namnd in namnder:
        _check_namnd(namnd, modell.kommun, files[namnd.id], known)
    _check_together(namnder, files)
    if modell.kommun:
        _check_kommun(modell.kommun, files["kommun"], known)
    if modell.medel:
        _check_medel(modell.medel, namnder, ids, files["medel"])
    if modell.publicering and modell.kommun:
        _check_publicering(modell.publicering, modell.kommun, ids, files["publicering"])
    for reportage in modell.reportage:
        pictures = folder / "reportage" / "bilder"
        _check_reportage(reportage, namnder, ids, pictures, files[f"reportage/{reportage.id}"])


def _check_kommun(kommun: Kommun, file: Source, known: Known) -> None:
    if kommun.kommun not in known.kommuner:
        file.add(("kommun",), f"Kommunkoden ”{kommun.kommun}” finns inte. Kontrollera koden, till exempel 0584.")
    elif known.kommuner[kommun.kommun] != kommun.namn:
        message = (
            f"Kommun {kommun.kommun} heter {known.kommuner[kommun.kommun]}, inte {kommun.namn}. Ändra namn eller kod."
        )
        file.add(("namn",), message)
    if kommun.mandatperiod.fran > kommun.mandatperiod.till:
        file.add(("mandatperiod",), "Mandatperioden slutar innan den börjar. Kontrollera åren.")
    _check_unique(file, ("jamforelser",), list(kommun.jamforelser), "Jämförelsen")
    _check_unique(file, ("perioder",), [p.id for p in kommun.perioder], "Perioden")
    for i, period in enumerate(kommun.perioder):
        if period.fran > period.till:
            file.add(("perioder", i, "till"), "Perioden slutar innan den börjar. Kontrollera datumen.")
        elif not period.fran.year <= period.ar <= period.till.year:
            file.add(("perioder", i, "ar"), "Året ligger utanför periodens datum. Kontrollera dem.")
    _check_organ(kommun, file)
    for i, change in enumerate(kommun.agenda2030):
        ids = {*(known.nyckeltal or ()), *(known.lokala or ())}
        if known.nyckeltal is not None and change.nyckeltal not in ids:
            file.add(("agenda2030", i, "nyckeltal"), _unknown_nyckeltal(change.nyckeltal, known))


def _check_organ(kommun: Kommun, file: Source) -> None:
    _check_unique(file, ("ovriga_organ",), [o.id for o in kommun.ovriga_organ], "Organet")
    for i, organ in enumerate(kommun.ovriga_organ):
        for j, uppdrag in enumerate(organ.uppdrag):
            place = ("ovriga_organ", i, "uppdrag", j)
            _check_uppdrag(uppdrag, kommun, file, place)
            if uppdrag.malbilder:
                file.add((*place, "malbilder"), "Bara nämnder med egen fil har målbilder. Ta bort nyckeln.")


def _check_namnd(namnd: Namnd, kommun: Kommun | None, file: Source, known: Known) -> None:
    verksamheter = [v.id for v in namnd.verksamheter]
    malbilder = [m.id for m in namnd.malbilder]
    perioder = [p.id for p in kommun.perioder] if kommun else None
    _check_unique(file, ("verksamheter",), verksamheter, "Verksamheten")
    _check_unique(file, ("malbilder",), malbilder, "Målbilden")
    _check_unique(file, ("uppdrag",), [u.id for u in namnd.uppdrag], "Uppdraget")
    for i, malbild in enumerate(namnd.malbilder):
        place = ("malbilder", i)
        _check_reference(file, (*place, "verksamhet"), malbild.verksamhet, verksamheter, "Verksamheten")
        _check_unique(file, (*place, "nyckeltal"), [n.id for n in malbild.nyckeltal], "Nyckeltalet")
        for j, nyckeltal in enumerate(malbild.nyckeltal):
            _check_nyckeltal(nyckeltal, file, (*place, "nyckeltal", j), known)
            _check_periods(nyckeltal.kommentarer, file, (*place, "nyckeltal", j, "kommentarer"), perioder)
        _check_periods(malbild.bedomningar, file, (*place, "bedomningar"), perioder)
        _check_aktiviteter(malbild.aktiviteter, file, place, perioder)
    for i, uppdrag in enumerate(namnd.uppdrag):
        for j, id_ in enumerate(uppdrag.malbilder):
            _check_reference(file, ("uppdrag", i, "malbilder", j), id_, malbilder, "Målbilden")
        _check_uppdrag(uppdrag, kommun, file, ("uppdrag", i))
    for i, dialog in enumerate(namnd.dialoger):
        _check_reference(file, ("dialoger", i, "verksamhet"), dialog.verksamhet, verksamheter, "Verksamheten")
        for j, agreed in enumerate(dialog.overenskommelser):
            place = ("dialoger", i, "overenskommelser", j, "tidigare")
            _check_periods(agreed.tidigare, file, place, perioder)
    for i, sjalv in enumerate(namnd.styrprinciper):
        _check_reference(file, ("styrprinciper", i, "period"), sjalv.period, perioder, "Perioden")
    parts = (("malbilder", namnd.malbilder), ("uppdrag", namnd.uppdrag))
    places = {
        (key, i, "aktiviteter", j, "id"): a.id
        for key, items in parts
        for i, part in enumerate(items)
        for j, a in enumerate(part.aktiviteter)
    }
    for id_ in _repeated(places.values()):
        second = [place for place, other in places.items() if other == id_][1]
        file.add(second, f"Aktiviteten ”{id_}” står flera gånger. Ge varje aktivitet ett eget id.")


def _check_medel(medel: Medel, namnder: list[Namnd], ids: list[str], file: Source) -> None:
    _check_unique(file, ("ansokningar",), [a.id for a in medel.ansokningar], "Ansökan")
    _check_unique(file, ("budget",), [str(b.ar) for b in medel.budget], "Året")
    for i, ansokan in enumerate(medel.ansokningar):
        place = ("ansokningar", i)
        _check_belongs(ansokan, namnder, ids, file, place)
        if ansokan.anvant is not None and ansokan.anvant > (ansokan.beviljat or 0):
            file.add((*place, "anvant"), "Mer är använt än beviljat. Kontrollera beloppen.")


def _check_publicering(publicering: Publiceringar, kommun: Kommun, ids: list[str], file: Source) -> None:
    pages = [*ids, *GATHER_ALL]
    perioder = [p.id for p in kommun.perioder]
    keys = [f"{p.rapport}, {p.period}" for p in publicering.rapporter]
    _check_unique(file, ("rapporter",), keys, "Raden för")
    for i, row in enumerate(publicering.rapporter):
        _check_reference(file, ("rapporter", i, "rapport"), row.rapport, pages, "Rapporten")
        _check_reference(file, ("rapporter", i, "period"), row.period, perioder, "Perioden")


def _check_reportage(reportage: Reportage, namnder: list[Namnd], ids: list[str], pictures: Path, file: Source) -> None:
    _check_belongs(reportage, namnder, ids, file, ())
    if reportage.bild:
        there = [path.name for path in listing(pictures)]
        _check_reference(file, ("bild",), reportage.bild, there, "Bilden")
        if reportage.bild in there:
            try:
                bildfil.read(pictures / reportage.bild)
            except InputError as error:
                file.add(("bild",), str(error))
    for message in markdowntext.problems(reportage.text):
        file.add(("text",), message)


def _check_belongs(part: Ansokan | Reportage, namnder: list[Namnd], ids: list[str], file: Source, place: Place) -> None:
    _check_reference(file, (*place, "namnd"), part.namnd, ids, "Nämnden")
    for namnd in namnder:
        if namnd.id == part.namnd:
            choices = [v.id for v in namnd.verksamheter]
            _check_reference(file, (*place, "verksamhet"), part.verksamhet, choices, "Verksamheten")
            if part.malbild:
                _check_reference(file, (*place, "malbild"), part.malbild, [m.id for m in namnd.malbilder], "Målbilden")


def _check_periods(
    said: Iterable[Bedomning | Kommentar | Tidigare], file: Source, place: Place, perioder: list[str] | None
) -> None:
    periods = [one.period for one in said]
    for period in _repeated(periods):
        file.add(place, f"Texten för ”{period}” står flera gånger. Slå ihop dem.")
    for i, period in enumerate(periods):
        _check_reference(file, (*place, i, "period"), period, perioder, "Perioden")


def _check_nyckeltal(nyckeltal: Nyckeltal, file: Source, place: Place, known: Known) -> None:
    if nyckeltal.lokalt:
        if known.lokala is not None and nyckeltal.id not in known.lokala:
            message = f"”{nyckeltal.id}” har inga rader i någon CSV-fil i mappen lokala. Lägg till värden där."
            file.add((*place, "id"), message)
        if nyckeltal.kortnamn is None:
            file.add(place, "Ett lokalt nyckeltal behöver ett kortnamn. Lägg till nyckeln kortnamn.")
    elif known.nyckeltal is not None and nyckeltal.id not in known.nyckeltal:
        file.add((*place, "id"), _unknown_nyckeltal(nyckeltal.id, known))
    if nyckeltal.enhet != "procent" and re.search(r"%|\bprocent\b", nyckeltal.enhet):
        file.add((*place, "enhet"), "En andel skrivs bara procent: då döljs små grupper rätt. Flytta resten av texten.")
    if nyckeltal.enhet == "procent" and nyckeltal.malniva is not None and not 0 <= nyckeltal.malniva <= FULL:
        file.add((*place, "malniva"), "En målnivå i procent ligger mellan 0 och 100.")
    for year in _repeated(b.ar for b in nyckeltal.brott):
        file.add((*place, "brott"), f"Brottet {year} står flera gånger. Ta bort det ena.")
    if nyckeltal.malniva is not None and nyckeltal.riktning is Riktning.ingen:
        file.add((*place, "malniva"), "En målnivå kräver en önskad riktning. Ändra riktning till hogre eller lagre.")
    if nyckeltal.liknande not in known.omraden:
        choices = sorted(known.omraden)
        near = suggestions(nyckeltal.liknande, choices)
        hint = f"Menade du {' eller '.join(near)}?" if near else ""
        message = f"Området ”{nyckeltal.liknande}” finns inte. {hint} Välj bland: {', '.join(choices)}."
        file.add((*place, "liknande"), message.replace("  ", " "))


def _unknown_nyckeltal(id_: str, known: Known) -> str:
    titles = known.nyckeltal or {}
    near = [f"{i} ({titles[i]})" for i in suggestions(id_, titles, most=2)]
    hint = (
        f"Menade du {' eller '.join(near)}? Är det rätt, kör ”styr hamta”."
        if near
        else "Rätta det, eller kör ”styr hamta”."
    )
    return f"Nyckeltalet ”{id_}” finns inte i något uttag från Kolada. {hint}"


def _check_uppdrag(uppdrag: Uppdrag, kommun: Kommun | None, file: Source, place: Place) -> None:
    perioder = [p.id for p in kommun.perioder] if kommun else None
    _check_aktiviteter(uppdrag.aktiviteter, file, place, perioder)
    _check_periods(uppdrag.tidigare, file, (*place, "tidigare"), perioder)
    omraden = list(kommun.prioriterade_omraden) if kommun else []
    if uppdrag.omrade and omraden:
        _check_reference(file, (*place, "omrade"), uppdrag.omrade, omraden, "Det prioriterade området")


def _check_aktiviteter(
    aktiviteter: Iterable[Aktivitet], file: Source, place: Place, perioder: list[str] | None
) -> None:
    for i, aktivitet in enumerate(aktiviteter):
        _check_periods(aktivitet.tidigare, file, (*place, "aktiviteter", i, "tidigare"), perioder)
        if aktivitet.start and aktivitet.slut and aktivitet.start > aktivitet.slut:
            file.add((*place, "aktiviteter", i, "slut"), "Aktiviteten slutar innan den börjar. Kontrollera datumen.")


def _check_together(namnder: list[Namnd], files: Mapping[str, Source]) -> None:
    for key, what in (("kortnamn", "Kortnamnet"), ("namn", "Namnet")):
        for name in _repeated(getattr(n, key) for n in namnder):
            for namnd in (n for n in namnder if getattr(n, key) == name):
                files[namnd.id].add((key,), f"{what} ”{name}” används av flera nämnder. Välj ett eget.")
    first: dict[str, tuple[Nyckeltal, str]] = {}
    definition = [key for key in Nyckeltal.model_fields if key != "andringar"]
    for namnd in namnder:
        for place, malbild, nyckeltal in _placed(namnd):
            other, where = first.setdefault(nyckeltal.id, (nyckeltal, f"{files[namnd.id].name}, {malbild.id}"))
            for key in definition:
                if getattr(other, key) != getattr(nyckeltal, key):
                    message = f"”{nyckeltal.id}” beskrivs olika här och i {where}: {key}. Skriv lika på båda."
                    files[namnd.id].add((*place, key), message)


def _placed(namnd: Namnd) -> Iterator[tuple[Place, Malbild, Nyckeltal]]:
    for i, malbild in enumerate(namnd.malbilder):
        for j, nyckeltal in enumerate(malbild.nyckeltal):
            yield ("malbilder", i, "nyckeltal", j), malbild, nyckeltal


def _check_unique(file: Source, place: Place, ids: list[str], what: str) -> None:
    for id_ in _repeated(ids):
        second = [i for i, other in enumerate(ids) if other == id_][1]
        file.add((*place, second), f"{what} ”{id_}” står flera gånger. Ta bort den ena eller ge den ett eget id.")


def _check_reference(file: Source, place: Place, id_: str, choices: list[str] | None, what: str) -> None:
    if choices is not None and id_ not in choices:
        near = suggestions(id_, choices)
        hint = f"Menade du {' eller '.join(near)}?" if near else f"Det här finns: {', '.join(choices)}."
        file.add(place, f"{what} ”{id_}” finns inte. {hint}")


def _repeated(ids: Iterable[Any]) -> list[str]:
    return [id_ for id_, n in Counter(ids).items() if n > 1]
