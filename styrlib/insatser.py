"""The sections of the page on all nämnders aktiviteter and the sustainability fund, as a notebook shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property

from styrlib import aktiviteter, medel, swedish, underlag
from styrlib.aktiviteter import Insats
from styrlib.falt import Status
from styrlib.medel import Medelsar
from styrlib.render import Html, render
from styrlib.styrmodell import Styrmodell
from styrlib.underlag import Underlag


class Insatser:
    """Sidan om aktiviteter och medel: en metod per avsnitt.

    Made by `open_insatser`. Each section method returns `Html`, which a notebook shows.

    Parameters
    ----------
    given
        The model as of the period, and where the table of goals is.
    """

    def __init__(self, given: Underlag) -> None:
        self.modell, self.period = given.modell, given.period
        self.tidigare = given.ar is not None  # figures have a limit only of an earlier period
        self.mal = {int(goal["mal"]): goal for goal in given.table("mal").to_dict("records")}

    @cached_property
    def alla(self) -> list[Insats]:
        """Alla nämnders aktiviteter."""
        return aktiviteter.every(self.modell)

    @cached_property
    def sena(self) -> list[Insats]:
        """De aktiviteter som är sena vid periodens slut."""
        return aktiviteter.late(self.alla, self.period.till)

    @cached_property
    def ar(self) -> list[Medelsar]:
        """Medlen år för år, det senaste först."""
        return medel.by_year(self.modell.medel) if self.modell.medel else []

    def sammanfattning(self) -> Html:
        """Första skärmen: det viktigaste om aktiviteter och medel."""
        return render("insatser_forst.html.j2", sida=self, meningar=_main_things(self))

    def lage(self) -> Html:
        """Hur långt aktiviteterna har kommit, och vilka som är sena och varför."""
        by_namnd = aktiviteter.by_namnd(self.alla)
        return render(
            "insatser_lage.html.j2",
            sida=self,
            steg=list(Status),
            rader=[(n, aktiviteter.by_status(by_namnd.get(n.id, []))) for n in self.modell.namnder],
            summa=aktiviteter.by_status(self.alla),
        )

    def aktiviteter(self) -> Html:
        """Alla aktiviteter, nämnd för nämnd."""
        by_namnd = aktiviteter.by_namnd(self.alla)
        rows = [(n, by_namnd.get(n.id, [])) for n in self.modell.namnder]
        return render("insatser_alla.html.j2", sida=self, namnder=rows)

    def medel(self) -> Html:
        """Medlen: budget, sökt, beviljat och använt, och varje ansökan för sig."""
        namnder = {n.id: n for n in self.modell.namnder}
        return render("insatser_medel.html.j2", sida=self, namnder=namnder, beslut=medel.beslut)


def _main_things(sida: Insatser) -> list[str]:
    """Return the sentences of the first screen."""
    return [*_about_aktiviteter(sida.alla, sida.sena, sida.period.till), *_about_medel(sida.modell, sida.ar)]


def _about_aktiviteter(every: Sequence[Insats], late: Sequence[Insats], till: dt.date) -> list[str]:
    if not every:
        return ["Nämnderna har inga aktiviteter."]
    steps = swedish.counted(aktiviteter.by_status(every), swedish.COUNTED_AKTIVITETER)
    said = [f"Nämnderna har {swedish.count(len(every), 'en aktivitet', 'aktiviteter')}: {steps}."]
    unsaid = [insats for insats in late if insats.aktivitet.status is not Status.forsenad]
    if unsaid:
        many = "skulle ha varit klara" if len(unsaid) > 1 else "skulle ha varit klar"
        count = swedish.capitalised(swedish.numeral(len(unsaid)))
        said.append(f"{count} av dem {many} senast den {swedish.date(till)}, men är det inte.")
    if late and (first := late[0].aktivitet).slut and first.slut <= till:
        said.append(f"Längst har det dröjt med ”{first.rubrik}”. Slutdatum var {swedish.date(first.slut)}.")
    silent = sum(not insats.skal for insats in late)
    if silent:
        said.append(
            f"{swedish.capitalised(swedish.count(silent, 'en sen aktivitet', 'sena aktiviteter'))} saknar skäl."
        )
    return said


def _about_medel(modell: Styrmodell, years: Sequence[Medelsar]) -> list[str]:
    if not modell.medel or not years:
        return []
    year, said = years[0], []
    granted = swedish.with_unit(year.beviljat, "kr")
    if year.budget is None:
        said.append(f"{modell.medel.namn} {year.ar}: {granted} är beviljat. Budgeten är inte angiven.")
    else:
        budget = swedish.with_unit(year.budget, "kr")
        said.append(f"{modell.medel.namn} {year.ar}: {granted} av {budget} är beviljat.")
    if year.oavgjorda:
        waiting = swedish.count(len(year.oavgjorda), "En ansökan", "ansökningar")
        said[-1] += f" {swedish.capitalised(waiting)} väntar på beslut."
    silent = sum(len(y.oredovisade) for y in years)
    if silent:
        what = swedish.capitalised(swedish.count(silent, "en beviljad ansökan", "beviljade ansökningar"))
        said.append(f"{what} är inte redovisad{'' if silent == 1 else 'e'} än: vi vet inte hur mycket som är använt.")
    return said


def open_insatser(period: str = "", uttag: str | int = "") -> Insatser:
    """Öppna sidan om aktiviteter och medel.

    Parameters
    ----------
    period
        Id or name of a period: the page as of its end; the current one when empty.
    uttag
        Name of the snapshot to use; the newest when empty.

    Raises
    ------
    UnknownNameError
        When there is no such period.
    StyrError
        When raw can't be used.
    """
    return Insatser(underlag.read(period=period, uttag=uttag))
