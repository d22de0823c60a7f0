"""Follow-up of a municipality's goals: from Kolada and plain files to reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from styrlib.klient import Kolada

__all__ = ["Kolada"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the command starts fast."""
    if name == "Kolada":
        from styrlib.klient import Kolada

        return Kolada
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
