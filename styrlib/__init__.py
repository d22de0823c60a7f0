"""Följ upp en kommuns mål: från Kolada och vanliga filer till rapporter.

What an utredare calls in JupyterLab; the rest of the package is the inside of it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from styrlib.diagram import jamfor_kommuner, over_tid, samvariation
    from styrlib.kartor import karta
    from styrlib.klient import Kolada
    from styrlib.lokalfil import las_lokala
    from styrlib.modell import Modell
    from styrlib.valj import valj_kommun, valj_namnd, valj_nyckeltal

PUBLIC = {
    "Kolada": "klient",
    "Modell": "modell",
    "jamfor_kommuner": "diagram",
    "karta": "kartor",
    "las_lokala": "lokalfil",
    "over_tid": "diagram",
    "samvariation": "diagram",
    "valj_kommun": "valj",
    "valj_namnd": "valj",
    "valj_nyckeltal": "valj",
}
"""The public names, and the module that each is in."""

__all__ = [
    "Kolada",
    "Modell",
    "jamfor_kommuner",
    "karta",
    "las_lokala",
    "over_tid",
    "samvariation",
    "valj_kommun",
    "valj_namnd",
    "valj_nyckeltal",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the command starts fast."""
    if name in PUBLIC:
        return getattr(import_module(f"styrlib.{PUBLIC[name]}"), name)
    if name.startswith("_"):  # Python asks
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from styrlib.errors import UnknownAttributeError

    raise UnknownAttributeError(name=name, obj=sys.modules[__name__])


def __dir__() -> list[str]:
    """Return what Tab shows."""
    return __all__


class _Misspelt:
    """Asked last, when no part of styrlib has the name that is to be imported.

    `from styrlib import Kolda` asks the module for it, throws that answer away and looks for
    a submodule: here is the only place where Python lets the reason be told.
    """

    @staticmethod
    def find_spec(fullname: str, _path: object = None, _target: object = None) -> None:
        """Raise an error that suggests public names, if it is a name of styrlib's."""
        package, _, name = fullname.rpartition(".")
        if package == __name__ and not name.startswith("_"):
            from styrlib.errors import UnknownImportError

            raise UnknownImportError(package, name, __all__)


sys.meta_path.append(_Misspelt)
