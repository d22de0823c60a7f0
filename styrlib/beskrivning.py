"""A nyckeltal described: what it is, and what there is of it."""

from __future__ import annotations

from dataclasses import dataclass

from styrlib import artal, swedish
from styrlib.render import Html, render

UNSAID = "anges inte"
KOMMUNTYPER = {"K": "kommuner", "L": "regioner", "A": "kommuner och regioner"}


@dataclass(frozen=True, repr=False)
class Beskrivning:
    """What a nyckeltal is, and what there is of it.

    Attributes
    ----------
    nyckeltal, titel, beskrivning, enhet, producent, omrade, perspektiv, kommuntyp, nasta_publicering
        From the catalogue; None where Kolada does not say.
    delas_pa_kon, har_enheter
        Whether there are values for women and men, and for units.
    upphorde
        The last year of one that has ended.
    mal
        Agenda 2030's goals that it follows, by RKA's selection.
    ar
        How many municipalities have a value, by year; regions, of one that is about regions alone.
    kalla
        The source.
    """

    nyckeltal: str
    titel: str
    beskrivning: str | None
    enhet: str | None
    producent: str | None
    omrade: str | None
    perspektiv: str | None
    kommuntyp: str | None
    delas_pa_kon: bool
    har_enheter: bool
    upphorde: int | None
    nasta_publicering: str | None
    mal: tuple[int, ...]
    ar: dict[int, int]
    kalla: str

    def __repr__(self) -> str:
        facts = [f"  {name}: {text}" for name, text in self._facts().items()]
        return "\n".join([f"{self.nyckeltal} {self.titel}", *(self.beskrivning or "").splitlines(), *facts, self.kalla])

    def _repr_html_(self) -> Html:
        return render("beskrivning.html.j2", b=self, facts=self._facts())

    def _facts(self) -> dict[str, str]:
        kinds = KOMMUNTYPER.get(self.kommuntyp or "", UNSAID)
        facts = {
            "Enhet": self.enhet or "framgår inte av titeln",
            "Producent": self.producent or UNSAID,
            "Område": ", ".join(filter(None, (self.omrade, self.perspektiv))) or UNSAID,
            "Finns för": kinds + (", även enheter" if self.har_enheter else ""),
            "Kvinnor och män": "ja" if self.delas_pa_kon else "nej",
            "År med värden": self._years(),
        }
        if self.mal:
            facts["Agenda 2030"] = f"mål {swedish.listed(map(str, self.mal))}, enligt RKA:s urval"
        if self.upphorde:
            facts["Upphörde efter"] = str(self.upphorde)
        elif self.nasta_publicering:
            facts["Nästa publicering"] = self.nasta_publicering
        return facts

    def _years(self) -> str:
        if not self.ar:
            return "inga"
        fewest, most = min(self.ar.values()), max(self.ar.values())
        number = f"{most}" if fewest == most else f"{fewest} till {most}"
        return f"{artal.spans(self.ar)}, för {number} {'regioner' if self.kommuntyp == 'L' else 'kommuner'}"
