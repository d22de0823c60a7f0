"""Where everything is: the project's folders, found from wherever one stands."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from styrlib.errors import InputError

ROOT_VARIABLE = "STYR_ROT"
MARK = Path("data", "raw", "styrmodell")


@dataclass(frozen=True)
class Project:
    """The stations of the way that data takes, as folders."""

    root: Path

    @property
    def kolada(self) -> Path:
        """Raw snapshots from Kolada, one folder per date of extraction."""
        return self.root / "data" / "raw" / "kolada"

    @property
    def styrmodell(self) -> Path:
        """The municipality's own files: kommun.yaml, one YAML per body, local values."""
        return self.root / MARK

    @property
    def reportagebilder(self) -> Path:
        """The pictures of the municipality's stories."""
        return self.styrmodell / "reportage" / "bilder"

    @property
    def agenda2030(self) -> Path:
        """The 17 goals and RKA's mapping of nyckeltal to them."""
        return self.root / "data" / "raw" / "agenda2030"

    @property
    def tillganglighet(self) -> Path:
        """What is known of the site's accessibility: shortcomings kept by hand, and the last test's result."""
        return self.root / "data" / "raw" / "tillganglighet"

    @property
    def processed(self) -> Path:
        """Tidy tables made from raw; never edited by hand."""
        return self.root / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        """The parameterised notebooks."""
        return self.root / "notebooks"

    @property
    def egna_anteckningsbocker(self) -> list[Path]:
        """The utredare's own notebooks, but not the copies that JupyterLab keeps in hidden folders."""
        found = (self.notebooks / "egna").rglob("*.ipynb")
        return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(self.notebooks).parts))

    @property
    def output(self) -> Path:
        """Finished reports."""
        return self.root / "output"

    @property
    def webb(self) -> Path:
        """The published site."""
        return self.output / "webb"


def find(start: Path | None = None) -> Project:
    """Return the project that `start` (default: `STYR_ROT`, else the working folder) lies in.

    Raises
    ------
    InputError
        When no folder upwards holds `data/raw/styrmodell`.
    """
    given = os.environ.get(ROOT_VARIABLE)
    if start is None and given and not (Path(given) / MARK).is_dir():
        raise InputError(
            f"Miljövariabeln {ROOT_VARIABLE} pekar på {given}, som inte är ett projekt. Ändra den eller ta bort den."
        )
    start = Path(start or given or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / MARK).is_dir():
            return Project(folder)
    raise InputError(f"Hittar inget projekt i {start}. Gå till mappen som innehåller data/ och notebooks/.")
