"""The reference pages of the user docs, read off the code: commands, public names, files."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import click
from pydantic import BaseModel

import styrlib
from styrlib import kalkylschema, lokala, validate
from styrlib.styrmodell import Las, Namnd, Reportage

WORDS = {
    "string": "text",
    "integer": "heltal",
    "number": "tal",
    "boolean": "ja eller nej",
    "object": "en rad för varje",
    "date": "datum, ÅÅÅÅ-MM-DD",
}
TITLES = {name: one for name, (one, _) in kalkylschema.TITLES.items()} | {
    "Ansokan": "Ansökan",
    "Avford": "Avfört nyckeltal",
    "Dialogfraga": "Dialogfråga",
    "Ersattning": "Ersatt lås",
    "Inriktningsmal": "Inriktningsmål",
    "Last": "Låst nyckeltal",
    "Omlankning": "Ändrad koppling",
}
WRITTEN = "Den här sidan skrivs av `styr dokumentera`."


def commands(main: click.Group) -> str:
    """Return `docs/uppslag/kommandon.md`: every command with its arguments and options."""
    top = main.context_class(main, info_name="styr")
    lines = ["# Kommandon", "", f"Samma hjälp får du med `styr KOMMANDO --help`. {WRITTEN}", "", "| kommando | gör |"]
    lines += ["| --- | --- |"]
    listed = [(name, main.commands[name]) for name in sorted(main.commands)]
    lines += [f"| [`styr {name}`](#styr-{name}) | {_cell(_first(command.help))} |" for name, command in listed]
    for name, command in listed:
        context = command.context_class(command, info_name=f"styr {name}", parent=None)
        context.parent = None
        usage = " ".join([f"styr {name}", *command.collect_usage_pieces(context)])
        lines += ["", f"## styr {name}", "", _prose(command.help), "", "```text", usage, "```", ""]
        lines += _table(("flagga", "gör"), _options(command, context))
    lines += ["", "## För hela styr", ""]
    lines += _table(("flagga", "gör"), _options(main, top))
    return "\n".join(lines) + "\n"


def names() -> str:
    """Return `docs/uppslag/namn.md`: the public names with what each does, and the methods of the classes."""
    lines = [
        "# Namn",
        "",
        f"Det här finns i `styrlib`. I JupyterLab visar Tabb vad som finns och `?` hjälpen. {WRITTEN}",
        "",
        'Tabeller sparas med `.spara("fil.xlsx")` eller `.csv`, diagram med `.spara("fil.png")`, `.svg` eller `.xlsx`.',
    ]
    listed = sorted(styrlib.__all__, key=str.casefold)
    rows = [(f"[`{name}`](#{name.casefold()})", _first(getattr(styrlib, name).__doc__)) for name in listed]
    lines += ["", *_table(("namn", "gör"), rows)]
    for name in listed:
        thing = getattr(styrlib, name)
        lines += ["", f"## {name}", "", _first(thing.__doc__), "", "```text"]
        lines += [f"from styrlib import {name}", "", f"{name}{_signature(thing)}", "```"]
        methods = dict(_methods(thing)) if inspect.isclass(thing) else {}
        if methods:
            rows = [(f"`{call}`", _first(doc)) for call, doc in methods.items()]
            lines += ["", *_table(("anrop", "gör"), rows)]
    return "\n".join(lines) + "\n"


def files() -> str:
    """Return `docs/uppslag/filer.md`: the keys of the municipality's files, with what each holds."""
    roots: dict[str, tuple[str, type[BaseModel]]] = {
        "kommun.yaml": ("kommunen, och det som gäller alla nämnder", validate.SHARED["kommun"]),
        "en fil per nämnd": ("nämndens id är filens namn, till exempel `socialnamnden.yaml`", Namnd),
        "medel.yaml": ("medel som verksamheterna söker", validate.SHARED["medel"]),
        "dialogfragor.yaml": ("frågor till verksamhetsdialoger", validate.SHARED["dialogfragor"]),
        "publicering.yaml": ("hur långt varje sida har kommit", validate.SHARED["publicering"]),
        "reportage/": ("ett reportage per fil; nycklarna står överst mellan två rader med `---`", Reportage),
        "las/": ("nyckeltalen som de beslutades för ett år; skrivs av `styr las`", Las),
    }
    lines = [
        "# Filer",
        "",
        "Kommunens egna filer ligger i `data/raw/styrmodell/`. De är vanlig text i YAML, utom de lokala värdena.",
        "Varje tabell visar nycklarna, vad de får innehålla och om de måste finnas.",
        WRITTEN,
    ]
    parts: dict[str, dict[str, Any]] = {}
    for file, (what, cls) in roots.items():
        schema = cls.model_json_schema()
        parts |= schema.get("$defs", {})
        lines += [
            "",
            f"## {file}",
            "",
            f"{what[0].upper()}{what[1:]}.",
            "",
            *_keys(schema, parts, named=cls in (Namnd, Reportage)),
        ]
    lines += ["", "## lokala/", "", "Egna värden, i en CSV-fil per nämnd. Första raden är kolumnernas namn.", ""]
    lines += _table(("kolumn", "innehåll"), [(f"`{name}`", text) for name, text in lokala.MEANING.items()])
    lines += ["", "## Delar", "", "Det som står under nycklarna i filerna ovan."]
    shown = {TITLES.get(name, name): name for name, part in parts.items() if "properties" in part}
    for title, name in sorted(shown.items()):
        lines += ["", f"### {title} {{ #{_anchor(name)} }}", "", *_keys(parts[name], parts)]
    return "\n".join(lines) + "\n"


def _first(doc: str | None) -> str:
    """Return the first sentence of a docstring: its first line."""
    return (doc or "").strip().split("\n")[0]


def _prose(text: str | None) -> str:
    return inspect.cleandoc(text or "").replace("\b\n", "")


def _options(command: click.Command, context: click.Context) -> list[tuple[str, str]]:
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record:
            rows.append((" ".join(f"`{part}`" for part in record[0].split(", ")), record[1]))
    return rows


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    return lines + [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _signature(thing: Any) -> str:
    """Return what may be given, without types: `(nyckeltal, kommun=None, *, kon='T')`."""
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for name, parameter in inspect.signature(thing).parameters.items()
        if name != "self"
    ]
    return str(inspect.Signature(parameters))


def _methods(cls: type) -> Iterator[tuple[str, str]]:
    """Yield what may be called on an object of a class, as it is called, with its docstring."""
    for name in sorted(dir(cls)):
        attribute = inspect.getattr_static(cls, name)
        doc = inspect.getdoc(attribute)
        if name.startswith("_") or not doc or not _ours(cls, name):
            continue
        if inspect.isfunction(attribute):
            yield f".{name}{_signature(attribute)}", doc
        elif isinstance(attribute, property) or hasattr(attribute, "func"):
            yield f".{name}", doc


def _ours(cls: type, name: str) -> bool:
    owner = next(base for base in cls.__mro__ if name in vars(base))
    return owner.__module__.startswith(f"{styrlib.__name__}.")


def _keys(schema: dict[str, Any], parts: dict[str, Any], *, named: bool = False) -> list[str]:
    """Return a table of the keys that a part of a file may have; of a `named` file, its name is the id."""
    required = schema.get("required", ())
    rows = [
        (f"`{key}`", "ja" if key in required else "", _kind(part, parts), part.get("description", ""))
        for key, part in schema["properties"].items()
        if not (named and key == "id")
    ]
    return _table(("nyckel", "måste finnas", "innehåll", "betydelse"), rows)


def _kind(node: dict[str, Any], parts: dict[str, Any]) -> str:
    """Return in Swedish what a key may hold, with links to the parts."""
    if "$ref" in node:
        return _named(node["$ref"].rpartition("/")[2], parts)
    if "anyOf" in node:
        return _either([_kind(one, parts) for one in node["anyOf"] if one.get("type") != "null"])
    if "enum" in node:
        return " eller ".join(map(str, node["enum"]))
    if node["type"] == "array":
        return f"lista: {_kind(node['items'], parts)}"
    return WORDS.get(node.get("format", ""), WORDS[node["type"]])


def _named(name: str, parts: dict[str, Any]) -> str:
    """Return a part as a link to its table, and a choice as the words to choose from."""
    if "enum" in parts[name]:
        return ", ".join(f"`{value}`" for value in parts[name]["enum"])
    return f"[{TITLES.get(name, name)}](#{_anchor(name)})"


def _either(choices: list[str]) -> str:
    """Return what is left to tell of several ways to write the same thing."""
    if "ja eller nej" in choices:
        return "ja eller nej"
    if "tal" in choices:
        return "tal"
    return " eller ".join(dict.fromkeys(choices))


def _anchor(name: str) -> str:
    return f"del-{name.casefold()}"
