"""An utredare's own notebooks: found by name, checked before anything runs, and given their parameters.

Everything that can be wrong with a notebook or a value is told in one sentence, with what there is to choose from.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from styrlib.errors import InputError, UnknownNameError, fold, suggestions
from styrlib.project import Project
from styrlib.sidor import NOTEBOOKS

SLAG = "egna"  # what a page of an own notebook says that it is
TAG = "parameters"
HOW_TO_TAG = (
    "Klicka på cellen i JupyterLab, öppna Property Inspector (kugghjulen till höger) och skriv parameters "
    "under Cell Tags."
)
OWN_FLAGS = ("kommun", "ar", "period", "uttag")
JA, NEJ = ("ja", "true", "1"), ("nej", "false", "0")


@dataclass(frozen=True)
class Egen:
    """An own notebook.

    Attributes
    ----------
    namn
        Its place below `notebooks/`, without ending: `egna/elever`.
    fil
        The file.
    titel
        Its first heading, or its name.
    parametrar
        What stands in its cell of parameters: name → value; None for a value that is computed.
    """

    namn: str
    fil: Path
    titel: str
    parametrar: Mapping[str, Any]

    @property
    def visas(self) -> str:
        """The file as the user sees it."""
        return f"notebooks/{self.namn}.ipynb"


def names(project: Project) -> list[str]:
    """Return the names of all notebooks that can be made: the own ones first, and then those to explore with."""
    house = {project.notebooks / name for name in (*NOTEBOOKS.values(), "start.ipynb")}
    others = sorted(path for path in project.notebooks.glob("*.ipynb") if path not in house)
    return [_name(project, path) for path in (*project.egna_anteckningsbocker, *others)]


def _name(project: Project, path: Path) -> str:
    return path.relative_to(project.notebooks).with_suffix("").as_posix()


def find(project: Project, given: Iterable[str]) -> list[Egen]:
    """Return the notebooks that are meant, each once.

    Parameters
    ----------
    project
        Where everything is.
    given
        Names as the user writes them: `egna/elever`, `egna/elever.ipynb`, `notebooks/egna/elever.ipynb`, `elever`.

    Raises
    ------
    InputError
        When there is no such notebook, it can't be read, or it has no cell of parameters.
    """
    choices = names(project)
    return [read(project, name) for name in dict.fromkeys(_meant(one, choices) for one in given)]


def _meant(given: str, choices: Sequence[str]) -> str:
    name = given.strip().replace("\\", "/").removeprefix("./").removeprefix("notebooks/").removesuffix(".ipynb")
    if f"{name}.ipynb" in NOTEBOOKS.values():
        slag = next(slag for slag, file in NOTEBOOKS.items() if file == f"{name}.ipynb")
        raise InputError(f"{name} är en av husets anteckningsböcker. Gör dess sidor med: styr rapport --slag {slag}.")
    by_folded = {fold(choice): choice for choice in choices}
    for key in (fold(name), fold(f"egna/{name}")):
        if key in by_folded:
            return by_folded[key]
    if not choices:
        raise InputError(
            f"Anteckningsboken ”{given}” finns inte: notebooks/egna/ är tom. Lägg en anteckningsbok där först."
        )
    near = suggestions(f"egna/{name.removeprefix('egna/')}", choices)
    if near:
        hint = f"Menade du {' eller '.join(near)}? "
        raise InputError(f"Anteckningsboken ”{given}” finns inte. {hint}De här finns: {', '.join(choices)}.")
    raise UnknownNameError("anteckningsboken", given, choices)


def read(project: Project, name: str) -> Egen:
    """Return a notebook by its exact name, checked: see `find`."""
    path = project.notebooks / f"{name}.ipynb"
    shown = f"notebooks/{name}.ipynb"
    try:
        cells = [_Cell(one) for one in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{shown} kan inte läsas som anteckningsbok: filen är skadad. Öppna den i JupyterLab, eller återställ den."
        ) from error
    tagged = [cell for cell in cells if cell.code and TAG in cell.tags]
    if not tagged:
        raise InputError(f"{shown} har ingen cell med taggen parameters. {HOW_TO_TAG}")
    if len(tagged) > 1:
        raise InputError(f"{shown} har {len(tagged)} celler med taggen parameters. Låt en ha den.")
    return Egen(name, path, _title(cells) or path.stem, _parameters(tagged[0].source, shown))


class _Cell:
    """What is needed of a cell, as its file has it."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.code, self.text = raw["cell_type"] == "code", raw["cell_type"] == "markdown"
        self.source = raw["source"] if isinstance(raw["source"], str) else "".join(raw["source"])
        self.tags = raw.get("metadata", {}).get("tags", [])


def _title(cells: Iterable[_Cell]) -> str:
    lines = (line for cell in cells if cell.text for line in cell.source.splitlines())
    return next((line.removeprefix("# ").strip(" #") for line in lines if line.startswith("# ")), "")


def _parameters(source: str, shown: str) -> dict[str, Any]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise InputError(
            f"{shown}: cellen med taggen parameters går inte att läsa som Python (rad {error.lineno}). Rätta raden."
        ) from error
    found: dict[str, Any] = {}
    for line in tree.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None:
            found[line.target.id] = _value(line.value)
        elif isinstance(line, ast.Assign):
            found |= {target.id: _value(line.value) for target in line.targets if isinstance(target, ast.Name)}
    return found


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return None


# --- Values -----------------------------------------------------------------------------------------------------------


def values(egen: Egen, flags: Mapping[str, str], med: Iterable[str]) -> dict[str, Any]:
    """Return the parameters that a notebook is to be given.

    Parameters
    ----------
    egen
        The notebook.
    flags
        What `--kommun`, `--ar`, `--period` and `--uttag` were given; the empty are not given.
    med
        What `--med` was given: `namn=värde`.

    Returns
    -------
    dict
        Name → value, of the kind that stands in the notebook's cell: text stays text.

    Raises
    ------
    InputError
        When the notebook has no such parameter, or can't have such a value.
    """
    given = {name: value for name, value in flags.items() if value}
    for one in med:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise InputError(f"--med ska vara namn=värde, till exempel --med verksamhet=skola, inte ”{one}”.")
        if name.strip() in OWN_FLAGS:
            raise InputError(f"Skriv --{name.strip()} {value} i stället för --med {one}.")
        given[name.strip()] = value.strip()
    for name in given:
        if name not in egen.parametrar:
            flag = f"--{name}" if name in OWN_FLAGS else f"--med {name}="
            known = ", ".join(egen.parametrar) or "inga"
            near = suggestions(name, egen.parametrar)
            hint = f"Menade du {' eller '.join(near)}? " if near else ""
            raise InputError(
                f"{egen.visas} har ingen parameter ”{name}”, så {flag} går inte att använda. "
                f"{hint}Parametrar som finns: {known}."
            )
    return {name: _like(egen, name, value) for name, value in given.items()}


def _like(egen: Egen, name: str, text: str) -> Any:
    """Return a value of the kind that the notebook has."""
    default = egen.parametrar[name]
    if name == "kommun":  # a code, whatever the user wrote
        return text
    if default is None:
        return int(text) if name == "ar" else text
    if isinstance(default, bool):
        if text.casefold() not in (*JA, *NEJ):
            raise InputError(f"{egen.visas}: {name} är ja eller nej, inte ”{text}”.")
        return text.casefold() in JA
    if isinstance(default, (int, float)):
        return _number(egen, name, text, float if isinstance(default, float) else int)
    if isinstance(default, (list, tuple)):
        first = default[0] if default else ""
        kind = type(first) if isinstance(first, (int, float)) and not isinstance(first, bool) else None
        parts = [part.strip() for part in text.split(",")]
        return [_number(egen, name, part, kind) if kind else part for part in parts]
    if isinstance(default, str):
        return text
    raise InputError(f"{egen.visas}: {name} går inte att ange här. Ändra värdet i anteckningsbokens parametercell.")


def _number(egen: Egen, name: str, text: str, kind: type[int | float]) -> int | float:
    whole = text.replace(",", ".") if kind is float else text
    digits = whole.removeprefix("-")
    if len(digits) > 1 and digits.startswith("0") and not digits.startswith("0."):
        raise InputError(
            f"{egen.visas}: {name} är ett tal, och då försvinner nollan i ”{text}”. "
            f'Skriv {name} = "{text}" i parametercellen, med citattecken, så blir det text.'
        )
    try:
        return kind(whole)
    except ValueError as error:
        raise InputError(f"{egen.visas}: {name} ska vara ett tal, inte ”{text}”.") from error
