"""Read the municipality's own files and tell everything that is wrong with them at once.

YAML (`yamltext`) → `Styrmodell`, then the checks that need more than one part: names
that refer to each other, nyckeltal that Kolada has, ids that must be unique. Every
problem names the file, the line, the place and the remedy, in Swedish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from styrlib import samband, yamltext
from styrlib.errors import InputError, Problem, ProblemsError, suggestions
from styrlib.files import listing
from styrlib.samband import Known, Source
from styrlib.styrmodell import Dialogfragor, Kommun, Las, Medel, Namnd, Publiceringar, Reportage, Styrmodell
from styrlib.yamltext import Lines, Place

T = TypeVar("T", bound=BaseModel)
KOMMUN_FILE = "kommun.yaml"
# Files that are no nämnd's: by the name without .yaml.
SHARED: dict[str, type[BaseModel]] = {
    "kommun": Kommun,
    "medel": Medel,
    "dialogfragor": Dialogfragor,
    "publicering": Publiceringar,
}
NOTHING = object()  # of a file that could not be read: None is an empty file
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?P<yaml>.*?\n)---[ \t]*\r?\n(?P<text>.*)", re.DOTALL)


def read_styrmodell(folder: Path, known: Known) -> Styrmodell:
    """Return the model in `folder`, checked.

    Parameters
    ----------
    folder
        `data/raw/styrmodell`: `kommun.yaml`, one YAML file per body, and what they share
        (`medel.yaml`, `dialogfragor.yaml`, `publicering.yaml`, `las/`, `reportage/`).
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
    reading = _Reading()
    reading.problems += [
        Problem(path.relative_to(folder).as_posix(), 0, "", _not_read(path))
        for path in [*listing(folder), *listing(folder / "las")]
        if path.suffix != ".yaml"
    ]
    namnder, shared = [], {}
    for path in listing(folder, "*.yaml"):
        content = reading.content(path.stem, path.name, lambda name, path=path: yamltext.read(path, name))
        if content is NOTHING:
            continue
        file = reading.files[path.stem]
        if path.stem in SHARED:
            shared[path.stem] = _parse(SHARED[path.stem], content, file)
        elif namnd := _parse_namnd(path.stem, content, file):
            namnder.append(namnd)
    model = Styrmodell.model_construct(
        kommun=shared.get("kommun"),
        namnder=tuple(sorted(namnder, key=lambda n: (n.ordning, n.id))),
        medel=shared.get("medel"),
        dialogfragor=shared["dialogfragor"].fragor if shared.get("dialogfragor") else (),
        publicering=shared.get("publicering"),
        reportage=tuple(sorted(reading.reportage(folder / "reportage"), key=lambda r: (r.datum, r.id), reverse=True)),
        las=tuple(sorted(reading.las(folder / "las"), key=lambda one: one.ar)),
    )
    samband.check(model, folder, reading.files, known)
    problems = reading.problems + [p for file in reading.files.values() for p in file.problems]
    if problems:
        raise ProblemsError(problems)
    if not namnder:
        raise InputError(f"Styrmodellen i {folder} har ingen nämnd. Lägg till en YAML-fil per nämnd.")
    return model


def read_part(path: Path, cls: type[T]) -> T:
    """Return what a file outside the model's folder says, checked like the model's.

    Raises
    ------
    ProblemsError
        With every problem in the file.
    """
    content, lines = yamltext.read(path)
    file = Source(path.name, lines)
    part = _parse(cls, content, file)
    if part is None:
        raise ProblemsError(file.problems)
    return part


class _Reading:
    """The files read so far, and what could not be read."""

    def __init__(self) -> None:
        self.files: dict[str, Source] = {}
        self.problems: list[Problem] = []

    def content(self, key: str, name: str, read: Callable[[str], tuple[Any, Lines]]) -> Any:
        """Return what a file holds, or NOTHING with its problems noted."""
        try:
            content, lines = read(name)
        except ProblemsError as error:
            self.problems += error.problems
            return NOTHING
        self.files[key] = Source(name, lines)
        return content

    def las(self, folder: Path) -> Iterator[Las]:
        """Yield the locked sets of nyckeltal, one file per year."""
        for path in listing(folder, "*.yaml"):
            key = f"las/{path.stem}"
            content = self.content(key, f"las/{path.name}", lambda name, path=path: yamltext.read(path, name))
            las = None if content is NOTHING else _parse(Las, content, self.files[key])
            if las and str(las.ar) != path.stem:
                self.files[key].add(("ar",), f"Filen heter {path.name} men låser {las.ar}. Ändra namn eller år.")
            if las:
                yield las

    def reportage(self, folder: Path) -> Iterator[Reportage]:
        """Yield the stories: Markdown files that begin with YAML between two lines of three hyphens."""
        for path in listing(folder):
            key = f"reportage/{path.stem}"
            content = self.content(key, f"reportage/{path.name}", lambda name, path=path: _story(path, name))
            reportage = None if content is NOTHING else _parse(Reportage, content, self.files[key])
            if reportage:
                yield reportage


def _not_read(path: Path) -> str:
    yaml = [suffix for suffix in path.suffixes if suffix.casefold() in (".yaml", ".yml")]  # `x.yaml.txt` is Notepad's
    if yaml:
        return f"Filen läses inte. Döp om den till {path.name.split('.')[0]}.yaml, eller flytta den."
    return "Filen läses inte: här ligger bara filer som slutar på .yaml. Flytta den till en annan mapp."


def _story(path: Path, name: str) -> tuple[Any, Lines]:
    match = FRONT_MATTER.fullmatch(yamltext.text_of(path, name))
    if path.suffix != ".md" or not ID.fullmatch(path.stem):
        message = "Filen läses inte. Ge den ett namn av a–z, siffror och bindestreck som slutar på .md."
        raise ProblemsError([Problem(name, 0, "", message)])
    if match is None:
        message = "Börja med en rad --- , sedan rubrik, datum och det andra, och en rad --- till före texten."
        raise ProblemsError([Problem(name, 1, "", message)])
    content, lines = yamltext.parse("\n" + match["yaml"], name)
    own = {"id": path.stem, "text": match["text"]}
    if isinstance(content, dict) and (taken := [key for key in own if key in content]):
        message = "Ta bort raden: id är filens namn, och texten står efter den andra raden ---."
        raise ProblemsError([Problem(name, lines[(taken[0],)], taken[0], message)])
    lines[("text",)] = match["yaml"].count("\n") + 3
    return {**content, **own} if isinstance(content, dict) else content, lines


def _parse_namnd(stem: str, content: Any, file: Source) -> Namnd | None:
    if not ID.fullmatch(stem):
        again = f"Döp om den till {stem.casefold()}.yaml." if stem.casefold() in SHARED else ""
        remedy = again or "Döp om den, eller flytta den om den är en kopia."
        file.add((), f"Filnamnet blir nämndens id: använd bara a–z, siffror och bindestreck. {remedy}")
        return None
    if isinstance(content, dict) and "id" in content:
        file.add(("id",), "Nämndens id är filens namn. Ta bort raden.")
        return None
    return _parse(Namnd, {"id": stem, **content} if isinstance(content, dict) else content, file)


def _parse(cls: type[T], content: Any, file: Source) -> T | None:
    if not isinstance(content, dict):
        remedy = "Utgå från en av de andra filerna, eller ta bort den om den inte behövs."
        file.add((), f"Filen är tom eller börjar inte med nycklar. {remedy}")
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
    if "png" in pattern:
        return (
            "Skriv bara bildens filnamn, av små bokstäver a–z, siffror och bindestreck. "
            "Det slutar på .png, .jpg eller .jpeg: spara om andra slags bilder."
        )
    return "Skriv ett id, till exempel socialnamnden: bara små bokstäver a–z, siffror och bindestreck."


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
