"""The steering model for an utredare: `Modell()` answers in JupyterLab what the municipality follows up, and what not.

What it says is what the files say now: each answer looks whether they have changed.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from styrlib import agenda2030, given, malkarta, modellkort, modelltabeller, process, project, swedish, tables, tillagg
from styrlib.errors import InputError, UnknownNameError, fold, suggestions
from styrlib.falt import GOALS, KOLADA_ID, LOCAL_ID
from styrlib.kommuner import find_namnd
from styrlib.lokalfil import som_kolada
from styrlib.modellkort import Kort, Malbildkort, Malkort, Namndkort, Nyckeltalskort
from styrlib.project import Project
from styrlib.render import Html
from styrlib.stavning import Insida, in_swedish
from styrlib.styrmodell import Malbild, Namnd, Nyckeltal, Styrmodell
from styrlib.tabell import EGEN, Tabell
from styrlib.tillagg import Tillagg

sys.modules[__name__].__class__ = Insida
SHORT = 3  # letters of a word that says too little to suggest by


@in_swedish
class Modelltabell(Tabell):
    """Delar av styrmodellen; anropad med namnet på en av dem beskriver den, utan namn är den sig själv."""

    _metadata = (*Tabell._metadata, "_describe")  # noqa: SLF001

    def __call__(self, vilken: str = "") -> Kort | Modelltabell:
        """Beskriv en av dem, till exempel nyckeltalet "N15428"."""
        return self if isinstance(vilken, str) and not vilken.strip() else self._describe(vilken)


@in_swedish
class Modell:
    """Kommunens styrmodell: nämnder, målbilder, uppdrag, nyckeltal och mål.

    Raises
    ------
    ProblemsError
        With every problem in the municipality's files, when something in them is wrong.
    """

    def __init__(self) -> None:
        self._project: Project = project.find()
        _ = self._made  # what is wrong with the files is told at once

    # --- Tabeller -----------------------------------------------------------------------------------------------------

    @property
    def namnder(self) -> Modelltabell:
        """Nämnderna, och hur mycket de följer upp."""
        return self._parts(modelltabeller.namnder(self._modell), self.namnd)

    @property
    def malbilder(self) -> Modelltabell:
        """Alla målbilder, med mål i Agenda 2030 och senaste bedömning."""
        return self._parts(modelltabeller.malbilder(self._modell), self.malbild)

    @property
    def nyckeltal(self) -> Modelltabell:
        """Alla nyckeltal; med ett id, .nyckeltal("N15428"), beskrivs det nyckeltalet."""
        return self._parts(modelltabeller.nyckeltal(self._modell, self._titles), self._nyckeltal)

    @property
    def uppdrag(self) -> Modelltabell:
        """Kommunfullmäktiges uppdrag till nämnderna."""
        return self._parts(modelltabeller.uppdrag(self._modell), _only_listed)

    @property
    def aktiviteter(self) -> Modelltabell:
        """Aktiviteter under målbilder och uppdrag."""
        return self._parts(modelltabeller.aktiviteter(self._modell), _only_listed)

    def saknas(self, mal: int | str | None = None) -> Tabell:
        """Visa vilka av målens nyckeltal som styrmodellen inte följer.

        Parameters
        ----------
        mal
            One of Agenda 2030's goals, 1 to 17; all of them unless given.

        Returns
        -------
        Tabell
            mal (int64), nyckeltal, titel (str), mats (bool: whether Kolada still measures it), senaste_ar
            (Int64: the last year with a value for the municipality, missing without any), koppling (str: whose
            link to the goal it is, "RKA" or "kommunen"). Those that can be followed come first.
        """
        number = None if mal is None else self._goal(mal)
        every = self._of_goal(number)
        found = every[every["foljs_av"].isna()].drop(columns="foljs_av").reset_index(drop=True)
        ids, usable = found["nyckeltal"].nunique(), found[found["mats"] & found["senaste_ar"].notna()]
        what = "alla mål" if number is None else f"mål {number}"
        total = every["nyckeltal"].nunique()
        notis = (
            f"RKA:s urval, med kommunens egna ändringar, har {total} nyckeltal för {what}. Styrmodellen följer "
            f"{total - ids} av dem; {ids} saknas. Av dem som saknas mäts {usable['nyckeltal'].nunique()} fortfarande "
            f"och har värden för {self._modell.kommun.namn}."
        )
        if not ids:
            notis = f"Styrmodellen följer alla {total} nyckeltal för {what} i RKA:s urval."
        return Tabell(found, kalla=f"{self._source} {EGEN}", notis=notis)

    # --- En del -------------------------------------------------------------------------------------------------------

    def namnd(self, vilken: str) -> Namndkort:
        """Visa en nämnd: "SN", "socialnämnden" eller "socialnamnden"."""
        one = self._find_namnd(vilken)
        below = {
            name: self._table(modelltabeller.of(getattr(self, name), one))
            for name in ("malbilder", "nyckeltal", "uppdrag", "aktiviteter")
        }
        return Namndkort(modellkort.of_namnd(self._modell, one), self._source, one.id, one.namn, one.kortnamn, **below)

    def malbild(self, vilken: str, namnd: str | None = None) -> Malbildkort:
        """Visa en målbild: dess id eller ord ur rubriken.

        Parameters
        ----------
        vilken
            Its id, its heading or words of either, in any case.
        namnd
            Whose it is, when several nämnder have one of that name.

        Raises
        ------
        InputError
            When there is none, with the nearest, or when several fit.
        """
        owner, one = self._find_malbild(vilken, namnd)
        frames = {name: getattr(self, name) for name in ("nyckeltal", "aktiviteter")}
        below = {name: self._table(modelltabeller.of(frame, owner, one)) for name, frame in frames.items()}
        shown = modellkort.of_malbild(self._modell, owner, one, self._titles, self._goals["namn"])
        return Malbildkort(shown, self._source, one.id, owner.id, one.rubrik, one.text, **below)

    def mal(self, vilket: int | str) -> Malkort:
        """Visa ett av Agenda 2030:s mål, 1 till 17: nyckeltal som följer det, och vad som länkar till det."""
        number = self._goal(vilket)
        facts, nyckeltal = self._goals.loc[number], self._of_goal(number)
        links = malkarta.lankar(self._modell, number)
        links = links[links["mal"] == number].drop(columns=["mal", "adress", "vantar"]).reset_index(drop=True)
        source = f"{self._source} Nyckeltal per mål: RKA:s urval, med kommunens egna ändringar."
        shown = modellkort.of_mal(self._modell, number, facts, nyckeltal, links)
        return Malkort(shown, source, number, facts["namn"], Tabell(nyckeltal, kalla=source), self._table(links))

    def beskriv(self, vad: int | str) -> Kort:
        """Beskriv det som har ett namn i styrmodellen: nämnd, målbild, nyckeltal eller mål.

        Parameters
        ----------
        vad
            A goal's number, a nyckeltal's id, or the name or id of a nämnd or målbild.
        """
        if isinstance(vad, int) or str(vad).strip().isdecimal():
            return self.mal(vad)
        text = given.text(vad, "Det du vill ha beskrivet").strip()
        if _is_id(text):
            return self._nyckeltal(text)
        try:
            return self.namnd(text)
        except UnknownNameError:
            return self.malbild(text)

    # --- Ändra --------------------------------------------------------------------------------------------------------

    def lagg_till(
        self,
        nyckeltal: str,
        malbild: str = "",
        *,
        namn: str = "",
        forklaring: str = "",
        riktning: str = "",
        enhet: str = "",
        malniva: float | str | None = None,
        malar: int | str | None = None,
        namnd: str | None = None,
        hamtas: bool = False,
        provkor: bool = False,
    ) -> Tillagg:
        """Lägg till ett nyckeltal under en målbild, i nämndens YAML-fil.

        Parameters
        ----------
        nyckeltal
            Kolada's id, "N15428", or a local one's, "L203", which has rows in the folder `lokala`.
        malbild, namnd
            As in `malbild`.
        namn
            Short name in tables and charts; Kolada's title is shown without one.
        forklaring
            One simple sentence: what it measures. Nobody else can write it; needed unless the nyckeltal stands under
            another målbild already, and then it is said in the same way here.
        riktning
            "högre", "lägre" or "ingen": which way is good.
        enhet
            Its unit; what Kolada's title says unless given.
        malniva, malar
            Target level, in its unit, and the year by which it is to be reached; both or none.
        hamtas
            Accept an id that no snapshot has, to be fetched from Kolada afterwards.
        provkor
            Only show what would be written.

        Raises
        ------
        InputError
            When it is there already, something is missing, or the model would not be valid; nothing is written.
        """
        owner, one = self._find_malbild(malbild, namnd)
        id_ = given.text(nyckeltal, "Nyckeltalet").strip()
        told = tillagg.Given(id_.upper() if _is_id(id_) else id_, namn, forklaring, riktning, enhet, malniva, malar)
        return tillagg.add(self._project, self._modell, owner, one, told, hamtas=hamtas, provkor=provkor)

    # --- Inre ---------------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        counts = modelltabeller.namnder(self._modell)[["malbilder", "nyckeltal", "uppdrag"]].sum()
        said = f"{len(self._modell.namnder)} nämnder, {counts['malbilder']} målbilder, {counts['nyckeltal']} nyckeltal"
        return f"{self._name}: {said}, {counts['uppdrag']} uppdrag"

    def _repr_html_(self) -> Html:
        made = self.namnder
        made.notis = f"{self!r}."
        return Html(made._repr_html_())

    @property
    def _made(self) -> process.Processed:
        return process.ensure(self._project)

    @property
    def _modell(self) -> Styrmodell:
        return process.read_model(self._made.folder)

    @property
    def _name(self) -> str:
        modell = self._modell
        return f"{modell.kommun.namn} kommuns styrmodell{' (exempel)' if modell.exempel else ''}"

    @property
    def _source(self) -> str:
        return f"Källa: {self._name}."

    @property
    def _titles(self) -> dict[str, str]:
        known = tables.read(self._made.folder, "nyckeltal")
        return dict(zip(known["nyckeltal"], known["titel"], strict=True))

    @property
    def _goals(self) -> pd.DataFrame:
        return agenda2030.read_goals(self._project.agenda2030, self._modell.kommun.aspekter).set_index("mal")

    def _table(self, frame: pd.DataFrame) -> Tabell:
        return Tabell(frame, kalla=self._source)

    def _parts(self, frame: pd.DataFrame, describe: Callable[[str], Kort]) -> Modelltabell:
        made = Modelltabell(frame, kalla=self._source)
        made._describe = describe  # noqa: SLF001
        return made

    def _of_goal(self, mal: int | None) -> pd.DataFrame:
        made, modell = self._made, self._modell
        links = tables.read(made.folder, "malkoppling")
        links = links if mal is None else links[links["mal"] == mal]
        values = tables.read(made.folder, "varden", links["nyckeltal"])
        own = values[values["kommun"] == modell.kommun.kommun]
        return modelltabeller.malnyckeltal(
            modell, links, tables.read(made.folder, "nyckeltal"), own, int(made.uttag[:4])
        )

    def _goal(self, given_: Any) -> int:
        text = str(given_).strip().casefold().removeprefix("mål").strip()
        if isinstance(given_, bool) or not text.isdecimal() or int(text) not in GOALS:
            raise InputError(f"Målet ska vara ett tal från 1 till 17, inte {given.shown(given_)}.")
        return int(text)

    def _find_namnd(self, vilken: str) -> Namnd:
        namnder = self._modell.namnder
        try:
            return find_namnd(namnder, given.text(vilken, "Nämnden"))
        except UnknownNameError:
            wanted = fold(str(vilken).strip())
            found = [n for n in namnder if wanted and wanted in (fold(n.namn), fold(n.kortnamn))]
            if len(found) != 1:
                names = [name for n in namnder for name in (n.kortnamn, n.namn)]
                raise UnknownNameError("nämnden", str(vilken), names) from None
            return found[0]

    def _find_malbild(self, vilken: str, namnd: str | None) -> tuple[Namnd, Malbild]:
        owners = self._modell.namnder if namnd is None else (self._find_namnd(namnd),)
        every = [(n, m) for n in owners for m in n.malbilder]
        text = unicodedata.normalize("NFC", given.text(vilken, "Målbilden")).strip()
        if not text:
            raise InputError('Skriv vilken målbild du menar, till exempel malbild="trygg". De finns i .malbilder.')
        words = fold(text).split()
        for fits in (
            lambda m: fold(text) in (m.id, fold(m.rubrik)),
            lambda m: all(word in f"{m.id} {fold(m.rubrik)}" for word in words),
        ):
            found = [(n, m) for n, m in every if fits(m)]
            if len(found) == 1:
                return found[0]
            if found:
                names = "; ".join(f"{m.id} ({n.kortnamn}, {m.rubrik})" for n, m in found[:8])
                raise InputError(f"”{text}” kan betyda flera: {names}. Skriv id, och namnd= om de har samma.")
        part = [m.rubrik for _, m in every if any(word in fold(m.rubrik) for word in words if len(word) > SHORT)]
        near = suggestions(text, [name for _, m in every for name in (m.id, m.rubrik)]) or part[:3]
        hint = (
            f"Menade du {' eller '.join(f'”{name}”' for name in near)}?" if near else "De som finns står i .malbilder."
        )
        raise InputError(f"Målbilden ”{text}” finns inte. {hint}")

    def _nyckeltal(self, vilket: str) -> Nyckeltalskort:
        id_ = given.text(vilket, "Nyckeltalet").strip().upper()
        modell, titles = self._modell, self._titles
        uses = [(n, m, k) for n in modell.namnder for m, k in n.nyckeltal() if k.id == id_]
        if not uses:
            known = {k.id: modelltabeller.namn(k, titles) for n in modell.namnder for _, k in n.nyckeltal()}
            raise tillagg.not_followed(vilket, known, titles)
        one = uses[0][2]
        values, name = partial(self._values, one), modelltabeller.namn(one, titles)
        shown = modellkort.of_nyckeltal(uses, titles)
        return Nyckeltalskort(shown, self._source, id_, name, one.enhet, str(one.riktning), values)

    def _values(self, one: Nyckeltal) -> Tabell:
        made, kommun = self._made, self._modell.kommun
        values = tables.read(made.folder, "varden", [one.id])
        own = values[values["kommun"] == kommun.kommun]
        own = own if one.lokalt else own[own["ar"] <= int(made.uttag[:4])]
        source = self._source if one.lokalt else f"Källa: Kolada, hämtat {swedish.month(made.uttag)}."
        words = {one.id: modelltabeller.namn(one, self._titles), kommun.kommun: kommun.namn}
        return som_kolada(own, kommun.kommun, source, words)


def _only_listed(_: str) -> Kort:
    raise InputError("De visas bara tillsammans. Ta bort det som står inom parenteserna.")


def _is_id(text: str) -> bool:
    return any(form.fullmatch(text.upper()) for form in (KOLADA_ID, LOCAL_ID))
