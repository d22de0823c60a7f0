"""What is written from the code so that it can't go stale: schemas and reference pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

from styrlib import kontrolldok, tables, uppslag, validate
from styrlib.files import write_text
from styrlib.project import Project
from styrlib.styrmodell import Las, Namnd

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def generated(project: Project, main: click.Group) -> dict[Path, str]:
    """Return every generated file with the text that it should hold; `main` is the command that the pages describe."""
    folder, docs = project.styrmodell / "schema", project.root / "docs"
    return {
        **{folder / name: text for name, text in schemas().items()},
        docs / "kontroll.md": kontrolldok.documentation(),
        docs / "tabeller.md": tables.documentation(),
        docs / "uppslag" / "filer.md": uppslag.files(),
        docs / "uppslag" / "kommandon.md": uppslag.commands(main),
        docs / "uppslag" / "namn.md": uppslag.names(),
    }


def schemas() -> dict[str, str]:
    """Return the JSON Schemas of the municipality's files, by file name."""
    models = {**validate.SHARED, "namnd": Namnd, "las": Las}
    return {f"{name}.schema.json": _schema(model) for name, model in models.items()}


def write(project: Project, main: click.Group) -> Iterator[Path]:
    """Write every generated file, and yield its path."""
    for path, text in generated(project, main).items():
        write_text(path, text)
        yield path


def _schema(model: type[BaseModel]) -> str:
    """Return a JSON Schema as an editor wants it: what a person may write in YAML."""
    schema = model.model_json_schema()
    if model is Namnd:  # the id is the file's name
        del schema["properties"]["id"]
        schema["required"].remove("id")
    for part in (schema, *schema["$defs"].values()):
        part.pop("description", None)  # the classes' docstrings are for developers
    return json.dumps({"$schema": DIALECT, **_without_titles(schema)}, ensure_ascii=False, indent=1) + "\n"


def _without_titles(node: Any) -> Any:
    """Drop the English titles that pydantic makes of field names."""
    if isinstance(node, list):
        return [_without_titles(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_titles(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))
    }
