"""Values set, added and taken away in the content of a nämnd's file, at the place that the model's order gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from styrlib import kalkylcell, kalkylschema
from styrlib.kalkylschema import Kolumn, Vag
from styrlib.styrmodell import Part
from styrlib.yamlskriv import REMOVED
from styrlib.yamltext import Place


def get(content: Any, at: Sequence[Any]) -> Any:
    """Return what stands at a place."""
    for step in at:
        content = content[step]
    return content


def new_list(content: Any, at: Place, vag: Vag) -> list[Any]:
    """Return the list that new items go to, made if the file has none."""
    owner = get(content, at)
    name = vag.falt[-1]
    if not owner.get(name):
        _insert(owner, name, [], list(vag.agare.model_fields))
    return owner[name]


def put(content: Any, at: Place, cls: type[Part], kolumn: Kolumn, text: str) -> None:
    """Set or take away a field's value, at the place that the model's order gives it."""
    owner = get(content, at)
    *parents, name = kolumn.falt.split(".")
    for step in parents:
        if not owner.get(step):
            if not text:
                return
            _insert(owner, step, {}, list(cls.model_fields))
        owner = owner[step]
        cls = kalkylschema.part_of(kalkylschema.hints(cls)[step]) or cls
    if not text:
        owner.pop(name, None)
        return
    value = kalkylcell.yaml(kolumn, text)
    if isinstance(value, list) and len(value) == 1 and isinstance(owner.get(name), str):
        value = value[0]  # the author wrote `ar: 2025`, not `ar: [2025]`
    _insert(owner, name, value, list(cls.model_fields))


def _insert(owner: dict[str, Any], name: str, value: Any, order: Sequence[str]) -> None:
    if name not in owner:
        before = set(order[: order.index(name)]) if name in order else set(owner)
        items = list(owner.items())
        at = max((i + 1 for i, (key, _) in enumerate(items) if key in before), default=0)
        items.insert(at, (name, value))
        owner.clear()
        owner.update(items)
    owner[name] = value


def as_written(content: Any, at: Place) -> Place:
    """Return a place as it is in the file that is written, where removed items no longer count."""
    result: list[str | int] = []
    for step in at:
        result.append(step - sum(1 for item in content[:step] if item is REMOVED) if isinstance(step, int) else step)
        content = content[step]
    return tuple(result)
