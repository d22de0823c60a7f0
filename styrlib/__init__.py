"""Följ upp en kommuns mål: från Kolada och vanliga filer till rapporter.

What an utredare calls in JupyterLab; the rest of the package is the inside of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from styrlib.klient import Kolada
    from styrlib.lokalfil import las_lokala
    from styrlib.modell import Modell

PUBLIC = {
    "Kolada": "klient",
    "Modell": "modell",
    "las_lokala": "lokalfil",
}
"""The public names, and the module that each is in."""

__all__ = ["Kolada", "Modell", "las_lokala"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the command starts fast."""
    if name in PUBLIC:
        return getattr(import_module(f"styrlib.{PUBLIC[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return what Tab shows."""
    return __all__
