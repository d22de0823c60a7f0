"""The sheet for a verksamhetsdialog: two pages to talk from, for one verksamhet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from styrlib import (
    bladsidor,
    bladtal,
    dialogfragor,
    interna,
    maluppfyllelse,
    overenskommelser,
    project,
    underlag,
)
from styrlib.bladsidor import Baksida, Framsida, Malbildstext
from styrlib.dialogfragor import Omkring
from styrlib.errors import InputError, UnknownNameError, fold
from styrlib.falt import Grad, Lankriktning, Malniva
from styrlib.interna import Anteckning
from styrlib.kommuner import find_namnd
from styrlib.namnduppfoljning import Namnduppfoljning
from styrlib.overenskommelser import Avtalat
from styrlib.render import Html, render
from styrlib.styrmodell import Dialog, Malbild, Namnd, Period, Verksamhet
from styrlib.uppfoljning import Uppfoljning

EXAMPLE = ("Exempel, inte beslutat.", "Siffrorna från Kolada är verkliga. Resten är påhittat.")
INTERNAL = ("Internt: får inte publiceras.", "Efter bladets två sidor följer interna anteckningar.")
IN_REPORT = (Malniva.namnd, Malniva.kf)  # what the nämnd's own report counts


@dataclass(frozen=True)
class Dialogblad:
    """Ett dialogblad: en metod per avsnitt. Made by `open_dialogblad`.

    Attributes
    ----------
    namnd
        The nämnd's follow-up, with the nyckeltal of all levels.
    verksamhet
        Whose sheet it is.
    period
        The period whose state it shows.
    anteckningar
        Internal notes; None on a sheet without them.
    """

    namnd: Namnduppfoljning
    verksamhet: Verksamhet
    period: Period
    anteckningar: Sequence[Anteckning] | None = None

    def malbilder(self) -> Html:
        """Vad bladet gäller, målbilderna och den senaste bedömningen."""
        return self._render("malbilder")

    def nyckeltal(self) -> Html:
        """Några nyckeltal: senaste värde, spridning bland kommunerna och utveckling."""
        return self._render("nyckeltal", pa_skarm=bladsidor.ON_SCREEN)

    def overenskommelser(self) -> Html:
        """Det vi har kommit överens om, och vad det ledde till."""
        return self._render("overenskommelser", passerat=bladsidor.PASSED)

    def fragor(self) -> Html:
        """Frågor att samtala om, valda efter det som syns i uppföljningen."""
        return self._render("fragor", bank=self.namnd.modell.dialogfragor)

    def plats(self) -> Html:
        """Plats för anteckningar och nya överenskommelser."""
        return self._render("plats", tomma=bladsidor.EMPTY_ROWS)

    def interna_anteckningar(self) -> Html:
        """De interna anteckningarna, om bladet är gjort med dem."""
        return self._render("interna") if self.anteckningar is not None else Html("")

    def _render(self, part: str, **values: object) -> Html:
        # An internal sheet stands two folders further down than the reports that it leads to.
        home = "../" if self.anteckningar is None else f"../../../{self.namnd.kommun}/"
        report = f"{home}{self.namnd.namnd.id}.html"
        return render(f"blad_{part}.html.j2", blad=self, fram=self.framsida, bak=self.baksida, rapport=report, **values)

    @cached_property
    def egna(self) -> tuple[Malbild, ...]:
        """Verksamhetens målbilder."""
        return tuple(m for m in self.namnd.malbilder if m.verksamhet == self.verksamhet.id)

    @cached_property
    def foljda(self) -> list[Uppfoljning]:
        """Verksamhetens nyckeltal på alla nivåer, vart och ett en gång."""
        return list({u.nyckeltal.id: u for m in self.egna for u in self.namnd.foljda(m)}.values())

    @cached_property
    def dialoger(self) -> list[Dialog]:
        """Verksamhetens dialoger, den äldsta först."""
        held = [d for d in self.namnd.namnd.dialoger if d.verksamhet == self.verksamhet.id]
        return sorted(held, key=lambda d: d.datum)

    @cached_property
    def avtalade(self) -> list[Avtalat]:
        """Det som nästa dialog börjar med."""
        return overenskommelser.to_follow_up(self.dialoger, self.period.till)

    @cached_property
    def framsida(self) -> Framsida:
        """Bladets första sida, med det som får plats."""
        notices = [EXAMPLE] if self.namnd.namnd.exempel else []
        notices += [INTERNAL] if self.anteckningar is not None else []
        name = self.namnd.namnd.namn
        return bladsidor.front(
            f"Dialogblad: {self.verksamhet.namn}",
            f"{name}. Läget {self.period.namn.lower()}. "
            "Samtalet gäller förutsättningarna för att nå målbilden, inte om någon har gjort rätt eller fel.",
            notices,
            [self._malbild(m) for m in self.egna],
            [bladtal.row(self.namnd, u) for u in self.foljda],
            self._sources(),
        )

    def _sources(self) -> str:
        local = {u.nyckeltal.lokalt for u in self.foljda}
        said = ["Källa: Kolada. Spridning, läge och utveckling: egen beräkning."] if False in local else []
        said += [f"Lokala nyckeltal: {self.namnd.modell.kommun.namn} kommun."] if True in local else []
        return " ".join(said + (["Mål: exempel."] if self.namnd.namnd.exempel else []))

    @cached_property
    def baksida(self) -> Baksida:
        """Bladets andra sida, med det som får plats."""
        bank = self.namnd.modell.dialogfragor
        found = dialogfragor.patterns(self.foljda, self._omkring)
        return bladsidor.back(
            self.dialoger[-1].datum if self.dialoger else None,
            self.avtalade,
            lambda antal: dialogfragor.choose(bank, found, varv=len(self.dialoger), antal=antal),
        )

    @property
    def _omkring(self) -> Omkring:
        goals = {int(goal["mal"]): goal["namn"] for goal in self.namnd.frames["mal"].to_dict("records")}
        against = {link.mal for m in self.egna for link in m.lankar if link.riktning is Lankriktning.motverkar}
        return Omkring(
            oppna=sum(a.oppen for a in self.avtalade),
            forsenade=self._late(),
            skiljer_sig=any(self._figures(m) for m in self.egna),
            obedomda=sum(all(b.period != self.period.id for b in m.bedomningar) for m in self.egna),
            period=self.period.namn,
            motverkar=[(goal, goals[goal]) for goal in sorted(against)],
        )

    def _late(self) -> list[str]:
        """Return what is not done in time by the end of the period: aktiviteter, and uppdrag that support a målbild."""
        own = {m.id for m in self.egna}
        uppdrag = [u for u in self.namnd.namnd.uppdrag if own & set(u.malbilder)]
        every = [*(a for m in self.egna for a in m.aktiviteter), *uppdrag, *(a for u in uppdrag for a in u.aktiviteter)]
        return list(dict.fromkeys(one.rubrik for one in every if one.status.sen(one.slut, self.period.till)))

    def _malbild(self, malbild: Malbild) -> Malbildstext:
        made = self.namnd.bedomningar(malbild)
        return Malbildstext(
            id=malbild.id,
            rubrik=malbild.rubrik,
            text=malbild.text,
            ansvarig=malbild.ansvarig or self.verksamhet.ansvarig,
            bedomning=made[0] if made else None,
            period=self.namnd.modell.perioder[made[0].period].namn if made else "",
            siffror=self._figures(malbild),
        )

    def _figures(self, malbild: Malbild) -> Grad | None:
        """Return what the figures suggest when the latest bedömning differs, as the nämnd's own report counts."""
        made = self.namnd.bedomningar(malbild)
        followed = [u.forslag for u in self.namnd.foljda(malbild) if u.forslag and u.nyckeltal.niva in IN_REPORT]
        suggested = maluppfyllelse.suggest(followed)
        return suggested.grad if made and maluppfyllelse.differs(made[0].grad, suggested) else None


def open_dialogblad(
    namnd: str, verksamhet: str, period: str = "", uttag: str | int = "", *, internt: bool = False
) -> Dialogblad:
    """Öppna dialogbladet för en verksamhet.

    Parameters
    ----------
    namnd
        The body's id, short name or name.
    verksamhet
        The id or name of one of its verksamheter.
    period
        Id or name of a period: the sheet as of its end; the current one when empty.
    uttag
        Name of the snapshot to use; the newest when empty.
    internt
        Whether internal notes come along, on pages of their own. Such a sheet must not be published.

    Raises
    ------
    UnknownNameError
        When body, verksamhet or period does not exist.
    InputError
        When the verksamhet has no målbild to talk about, or an internal note has a name that says nothing.
    StyrError
        When raw can't be used.
    """
    given = underlag.read(period=period, uttag=uttag)
    body = find_namnd(given.modell.namnder, namnd)
    chosen = _find_verksamhet(body, verksamhet)
    if all(m.verksamhet != chosen.id for m in body.malbilder):
        message = f"{chosen.namn} har ingen målbild att samtala om. Lägg till en i {body.id}.yaml."
        raise InputError(message)
    notes = interna.read(project.find(), given.modell, body.id, chosen.id) if internt else None
    return Dialogblad(given.namnd(body, nivaer=tuple(Malniva)), chosen, given.period, notes)


def _find_verksamhet(namnd: Namnd, given: str) -> Verksamhet:
    for verksamhet in namnd.verksamheter:
        if fold(given) in (verksamhet.id, fold(verksamhet.namn)):
            return verksamhet
    raise UnknownNameError("verksamheten", given, [v.id for v in namnd.verksamheter])
