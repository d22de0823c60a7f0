"""Read the municipality's own files and tell everything that is wrong with them at once.

YAML (`yamltext`) → `Styrmodell`, then the checks that need more than one part: names
that refer to each other, nyckeltal that Kolada has, ids that must be unique. Every
problem names the file, the line, the place and the remedy, in Swedish.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from styrlib import yamltext
from styrlib.errors import InputError, Problem, ProblemsError, suggestions
from styrlib.files import listing
from styrlib.styrmodell import Aktivitet, Bedomning, Kommentar, Kommun, Malbild, Namnd, Nyckeltal, Riktning, Styrmodell
from styrlib.yamltext import Place

T = TypeVar("T", bound=BaseModel)
KOMMUN_FILE = "kommun.yaml"
FULL = 100  # procent


@dataclass(frozen=True)
class Known:
    """What the model may refer to outside itself."""

    nyckeltal: Mapping[str, str] | None  # Kolada's id → title; None when it is about to be asked
    kommuner: Mapping[str, str]  # kommunkod → name
    omraden: frozenset[str]  # areas that have groups of similar municipalities
    lokala: frozenset[str] | None  # ids that have rows in the CSV of local values; None when it can't be read


@dataclass
class _File:
    name: str
    lines: yamltext.Lines
    problems: list[Problem] = field(default_factory=list)

    def add(self, place: Place, message: str) -> None:
        line = yamltext.line_of(self.lines, place)
        self.problems.append(Problem(self.name, line, yamltext.place_text(place), message))


def read_styrmodell(folder: Path, known: Known) -> Styrmodell:
    """Return the model in `folder`, checked.

    Parameters
    ----------
    folder
        `data/raw/styrmodell`: `kommun.yaml` and one YAML file per body.
    known
        What the model may refer to.

    Raises
    ------
    InputError
        When the folder has no model at all.
    ProblemsError
        With every problem in every file.
    """
    if not (folder / KOMMUN_FILE).exists():
        raise InputError(f"Styrmodellen saknas: filen {folder / KOMMUN_FILE} finns inte.")
    problems = [
        Problem(
            path.name, 0, "", f"Filen läses inte. Döp om den till {path.name.split('.')[0]}.yaml, eller flytta den."
        )
        for path in listing(folder)
        if path.suffix != ".yaml"
    ]
    kommun: Kommun | None = None
    namnder: list[Namnd] = []
    files: dict[str, _File] = {}
    for path in listing(folder, "*.yaml"):
        try:
            content, lines = yamltext.read(path)
        except ProblemsError as error:
            problems += error.problems
            continue
        file = files[path.stem] = _File(path.name, lines)
        if path.name == KOMMUN_FILE:
            kommun = _parse(Kommun, content, file)
        elif namnd := _parse_namnd(path.stem, content, file):
            namnder.append(namnd)
    if kommun:
        _check_kommun(kommun, files["kommun"], known)
    for namnd in namnder:
        _check_namnd(namnd, kommun, files[namnd.id], known)
    _check_together(namnder, files)
    problems += [p for file in files.values() for p in file.problems]
    if problems or kommun is None:
        raise ProblemsError(problems)
    if not namnder:
        raise InputError(f"Styrmodellen i {folder} har ingen nämnd. Lägg till en YAML-fil per nämnd.")
    return Styrmodell(kommun=kommun, namnder=tuple(sorted(namnder, key=lambda n: (n.ordning, n.id))))


def _parse_namnd(stem: str, content: Any, file: _File) -> Namnd | None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem):
        file.add((), "Filnamnet blir nämndens id: använd bara a–z, siffror och bindestreck.")
        return None
    if isinstance(content, dict) and "id" in content:
        file.add(("id",), "Nämndens id är filens namn. Ta bort raden.")
        return None
    return _parse(Namnd, {"id": stem, **content} if isinstance(content, dict) else content, file)


def _parse(cls: type[T], content: Any, file: _File) -> T | None:
    if not isinstance(content, dict):
        file.add((), "Filen är tom eller börjar inte med nycklar. Utgå från en av de andra filerna.")
        return None
    try:
        return cls.model_validate(content)
    except ValidationError as error:
        for detail in error.errors():
            place = tuple(step for step in detail["loc"] if step != "[key]")
            file.add(place, _swedish(cls, detail, place))
        return None


def _swedish(cls: type[BaseModel], detail: Mapping[str, Any], place: Place) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    shown = f"”{given[:60]}”" if isinstance(given, str) else "Värdet" if given is not None else "Ett tomt värde"
    sentences = {
        "missing": "Nyckeln saknas. Lägg till den.",
        "int_parsing": f"{shown} är inget heltal. Skriv bara siffror.",
        "int_from_float": f"{shown} är inget heltal. Skriv bara siffror.",
        "float_parsing": f"{shown} är inget tal. Skriv till exempel 12,5.",
        "finite_number": f"{shown} är inget tal. Skriv till exempel 12,5.",
        "bool_parsing": f"{shown} är varken ja eller nej. Skriv ja eller nej.",
        "string_type": "Här ska det stå text. Skriv en text på samma rad som nyckeln.",
        "string_too_short": "Texten är tom. Skriv en text, eller ta bort nyckeln om den är frivillig.",
        "string_pattern_mismatch": f"{shown} har fel form. {_form(context.get('pattern', ''))}",
        "tuple_type": "Här ska det stå en lista. Börja varje rad med bindestreck.",
        "dict_type": "Här ska det stå nycklar med värden, indragna under den här raden.",
        "model_type": "Här ska det stå nycklar med värden, indragna under den här raden.",
        "value_error": str(context.get("error", "")),
        "greater_than_equal": f"{shown} är för litet. Minsta tillåtna är {context.get('ge')}.",
        "less_than_equal": f"{shown} är för stort. Största tillåtna är {context.get('le')}.",
        "too_short": f"Listan är för kort. Minst {context.get('min_length')} behövs.",
        "too_long": f"Listan är för lång. Högst {context.get('max_length')} får finnas.",
    }
    if kind == "extra_forbidden":
        choices = _keys_at(cls, place[:-1])
        near = suggestions(str(place[-1]), choices)
        hint = f"Menade du {' eller '.join(near)}?" if near else f"Nycklar som finns här: {', '.join(choices)}."
        return f"Nyckeln ”{place[-1]}” finns inte i modellen. {hint}"
    if kind == "enum":
        choices = re.findall(r"'([^']+)'", context.get("expected", ""))
        near = suggestions(str(given), choices)
        hint = f"Menade du {' eller '.join(near)}?" if near else ""
        return f"{shown} är inget av de tillåtna valen. {hint} Välj bland: {', '.join(choices)}.".replace("  ", " ")
    if kind.startswith("date"):
        return f"{shown} är inget datum. Skriv år-månad-dag, till exempel 2026-03-31."
    return sentences.get(kind, f"{shown} går inte att använda här. Jämför med en av de andra filerna.")


def _form(pattern: str) -> str:
    if "[NU]" in pattern:
        return (
            "Ett nyckeltal från Kolada skrivs N eller U och fem siffror; ett lokalt skrivs L och tre till fem siffror."
        )
    if r"\d{4}" in pattern:
        return "En kommunkod är fyra siffror, till exempel 0584."
    if "A-ZÅÄÖ" in pattern:
        return "Skriv två till sex stora bokstäver."
    return "Använd bara små bokstäver a–z, siffror och bindestreck."


def _keys_at(cls: type[BaseModel], place: Place) -> list[str]:
    """Return the keys that the model has at a place, by walking its annotations."""
    model: type[BaseModel] | None = cls
    for step in place:
        if model is not None and isinstance(step, str):
            model = next(_models_in(model.model_fields[step].annotation), None)
    return [] if model is None else [key for key in model.model_fields if not (model is Namnd and key == "id")]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _check_kommun(kommun: Kommun, file: _File, known: Known) -> None:
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
    for i, change in enumerate(kommun.agenda2030):
        ids = {*(known.nyckeltal or ()), *(known.lokala or ())}
        if known.nyckeltal is not None and change.nyckeltal not in ids:
            file.add(("agenda2030", i, "nyckeltal"), _unknown_nyckeltal(change.nyckeltal, known))


def _check_namnd(namnd: Namnd, kommun: Kommun | None, file: _File, known: Known) -> None:
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
        _check_aktiviteter(malbild.aktiviteter, file, place)
    for i, uppdrag in enumerate(namnd.uppdrag):
        for j, id_ in enumerate(uppdrag.malbilder):
            _check_reference(file, ("uppdrag", i, "malbilder", j), id_, malbilder, "Målbilden")
        _check_aktiviteter(uppdrag.aktiviteter, file, ("uppdrag", i))
        omraden = list(kommun.prioriterade_omraden) if kommun else []
        if uppdrag.omrade and omraden:
            _check_reference(file, ("uppdrag", i, "omrade"), uppdrag.omrade, omraden, "Det prioriterade området")
    for i, dialog in enumerate(namnd.dialoger):
        _check_reference(file, ("dialoger", i, "verksamhet"), dialog.verksamhet, verksamheter, "Verksamheten")
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


def _check_periods(
    said: Iterable[Bedomning | Kommentar], file: _File, place: Place, perioder: list[str] | None
) -> None:
    periods = [one.period for one in said]
    for period in _repeated(periods):
        file.add(place, f"Texten för ”{period}” står flera gånger. Slå ihop dem.")
    for i, period in enumerate(periods):
        _check_reference(file, (*place, i, "period"), period, perioder, "Perioden")


def _check_nyckeltal(nyckeltal: Nyckeltal, file: _File, place: Place, known: Known) -> None:
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


def _check_aktiviteter(aktiviteter: Iterable[Aktivitet], file: _File, place: Place) -> None:
    for i, aktivitet in enumerate(aktiviteter):
        if aktivitet.start and aktivitet.slut and aktivitet.start > aktivitet.slut:
            file.add((*place, "aktiviteter", i, "slut"), "Aktiviteten slutar innan den börjar. Kontrollera datumen.")


def _check_together(namnder: list[Namnd], files: Mapping[str, _File]) -> None:
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


def _check_unique(file: _File, place: Place, ids: list[str], what: str) -> None:
    for id_ in _repeated(ids):
        second = [i for i, other in enumerate(ids) if other == id_][1]
        file.add((*place, second), f"{what} ”{id_}” står flera gånger. Ta bort den ena eller ge den ett eget id.")


def _check_reference(file: _File, place: Place, id_: str, choices: list[str] | None, what: str) -> None:
    if choices is not None and id_ not in choices:
        near = suggestions(id_, choices)
        hint = f"Menade du {' eller '.join(near)}?" if near else f"Det här finns: {', '.join(choices)}."
        file.add(place, f"{what} ”{id_}” finns inte. {hint}")


def _repeated(ids: Iterable[Any]) -> list[str]:
    return [id_ for id_, n in Counter(ids).items() if n > 1]
