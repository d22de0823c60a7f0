"""What is written from the code so that it can't go stale: schemas and reference pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from styrlib import tables
from styrlib.files import write_text
from styrlib.project import Project
from styrlib.styrmodell import Kommun, Namnd


def generated(project: Project) -> dict[Path, str]:
    """Return every generated file with the text that it should hold."""
    schema = project.styrmodell / "schema"
    return {
        schema / "kommun.schema.json": _schema(Kommun),
        schema / "namnd.schema.json": _schema(Namnd),
        project.root / "docs" / "tabeller.md": tables.documentation(),
    }


def write(project: Project) -> Iterator[Path]:
    """Write every generated file, and yield its path."""
    for path, text in generated(project).items():
        write_text(path, text)
        yield path


def _schema(model: type[Kommun] | type[Namnd]) -> str:
    """Return a JSON Schema as an editor wants it: what a person may write in YAML."""
    schema = _for_editors(model.model_json_schema())
    if model is Namnd:  # the id is the file's name
        del schema["properties"]["id"]
        schema["required"].remove("id")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _for_editors(node: Any) -> Any:
    """Drop generated titles and English class texts, and allow what the reader also accepts."""
    if isinstance(node, list):
        return [_for_editors(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {k: _for_editors(v) for k, v in node.items() if not (k in ("title", "description") and "properties" in node)}
    node = {k: v for k, v in node.items() if not (k == "title" and isinstance(v, str))}
    if node.get("type") == "object" and "enum" not in node:
        node.pop("description", None)
    if "enum" in node:
        node.pop("description", None)
    return node
