"""What is known of the published site's accessibility: shortcomings kept by hand, and the last test's result.

The statement's content follows the law (2018:1937) om tillgänglighet till digital offentlig service and Digg's
list of what a tillgänglighetsredogörelse must hold.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from styrlib import validate
from styrlib.errors import InputError, reason
from styrlib.falt import Day, JaNej, Text
from styrlib.styrmodell import Part

BRISTER = "brister.yaml"
PROV = "prov.json"


class Brist(Part):
    """Something on the site that not everybody can use."""

    vad: Text = Field(description="Vad som inte är tillgängligt, och för vem.")
    krav: Text = Field(description="Kravet som inte uppfylls, till exempel WCAG 1.4.10 Anpassning.")
    skal: Text = Field(description="Varför det är så.")
    atgard: Text = Field(description="Vad som görs, och vad läsaren kan göra under tiden.")
    klart: Day | None = Field(None, description="När bristen ska vara åtgärdad; tomt om det inte är bestämt.")


class Brister(Part):
    """What is kept by hand of the site's accessibility; the file brister.yaml."""

    bedomd: Day = Field(description="Dag då webbplatsen senast bedömdes mot lagens krav.")
    uppdaterad: Day = Field(description="Dag då redogörelsen senast ändrades.")
    exempel: JaNej = Field(description="ja så länge bedömningen inte är kommunens egen.")
    metod: Text = Field(description="Hur bedömningen gjordes, i en eller två meningar.")
    brister: tuple[Brist, ...] = ()


class Prov(BaseModel):
    """The result of an automatic test in a browser; the file prov.json, written by `make tillganglighet`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    datum: dt.date
    axe: str  # version
    webblasare: str
    sidor: int = Field(ge=1)
    bredder: tuple[int, ...]  # CSS pixels
    regler: int = Field(ge=0)  # rules that found something to look at and passed, on any page
    brott: dict[str, int]  # rule → on how many pages it was broken


@dataclass(frozen=True)
class Lage:
    """All that the statement says."""

    brister: Brister | None
    prov: Prov | None

    @property
    def helt(self) -> bool:
        """Whether nothing known speaks against full conformance; without a list and a test nothing is known."""
        tested = self.prov is not None and not self.prov.brott
        return tested and self.brister is not None and not self.brister.brister


def read(folder: Path) -> Lage:
    """Return what is known, from `data/raw/tillganglighet`; either file may be absent.

    Raises
    ------
    ProblemsError, InputError
        When a file can't be used.
    """
    by_hand, tested = folder / BRISTER, folder / PROV
    brister = validate.read_part(by_hand, Brister) if by_hand.exists() else None
    return Lage(brister, _prov(tested) if tested.exists() else None)


def _prov(path: Path) -> Prov:
    try:
        return Prov.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(f"Filen {path} kan inte läsas: {reason(error)}.") from error
    except (ValueError, ValidationError) as error:
        raise InputError(
            f"Filen {path} håller inget provresultat. Ta bort den, eller kör make tillganglighet."
        ) from error
