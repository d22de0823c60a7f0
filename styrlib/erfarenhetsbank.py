"""The sections of the bank of experience: the stories by goal, by verksamhet and in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from styrlib import bildfil, markdowntext, project, swedish, underlag
from styrlib.falt import GOALS
from styrlib.render import Html, render
from styrlib.styrmodell import Namnd, Reportage, Verksamhet
from styrlib.underlag import Underlag

HEADING = 3  # the level of a story's own heading


@dataclass(frozen=True)
class Hylla:
    """A verksamhet with its stories, newest first."""

    verksamhet: Verksamhet
    reportage: Sequence[Reportage]


class Erfarenhetsbank:
    """Erfarenhetsbanken: en metod per avsnitt.

    Made by `open_erfarenhetsbank`. Each section method returns `Html`, which a notebook shows.

    Parameters
    ----------
    given
        The model as of the period, and where the table of goals is.
    bilder
        The folder of the stories' pictures.
    """

    def __init__(self, given: Underlag, bilder: Path) -> None:
        self.modell, self.period, self._bilder = given.modell, given.period, bilder
        self.mal = {int(goal["mal"]): goal for goal in given.table("mal").to_dict("records")}

    @property
    def alla(self) -> Sequence[Reportage]:
        """Alla reportage, det nyaste först."""
        return self.modell.reportage

    @property
    def ar(self) -> list[int]:
        """Åren som har reportage, det senaste först."""
        return sorted({r.datum.year for r in self.alla}, reverse=True)

    def sammanfattning(self) -> Html:
        """Första skärmen: hur många reportage det finns, och det nyaste."""
        where = len({(r.namnd, r.verksamhet) for r in self.alla})
        return render(
            "bank_forst.html.j2",
            bank=self,
            antal=swedish.capitalised(swedish.count(len(self.alla), "ett reportage", "reportage")),
            verksamheter=swedish.count(where, "en verksamhet", "verksamheter"),
        )

    def register(self) -> Html:
        """Vägar in: efter globalt mål, och efter nämnd och verksamhet."""
        return render(
            "bank_register.html.j2",
            bank=self,
            efter_mal=by_goal(self.alla),
            hyllor=[(n, found) for n in self.modell.namnder if (found := by_verksamhet(n, self.alla))],
        )

    def reportage(self, ar: int) -> Html:
        """Ett års reportage i sin helhet, det nyaste först.

        Raises
        ------
        InputError
            When a picture can't be shown.
        """
        return render(
            "bank_reportage.html.j2",
            bank=self,
            ar=ar,
            reportage=[
                (
                    r,
                    self.modell.namnd(r.namnd),
                    bildfil.read(self._bilder / r.bild) if r.bild else None,
                    markdowntext.html(r.text, HEADING),
                )
                for r in self.alla
                if r.datum.year == ar
            ],
        )


def by_goal(stories: Sequence[Reportage]) -> dict[int, list[Reportage]]:
    """Return the stories of every goal that has any, in the order of the goals."""
    linked = {goal: [r for r in stories if goal in {link.mal for link in r.lankar}] for goal in GOALS}
    return {goal: found for goal, found in linked.items() if found}


def by_verksamhet(namnd: Namnd, stories: Sequence[Reportage]) -> list[Hylla]:
    """Return a nämnd's verksamheter that have stories, in the nämnd's order."""
    own = [r for r in stories if r.namnd == namnd.id]
    shelves = [Hylla(v, [r for r in own if r.verksamhet == v.id]) for v in namnd.verksamheter]
    return [shelf for shelf in shelves if shelf.reportage]


def open_erfarenhetsbank(period: str = "", uttag: str | int = "") -> Erfarenhetsbank:
    """Öppna erfarenhetsbanken.

    Parameters
    ----------
    period
        Id or name of a period: the stories that there were at its end; all of them when empty.
    uttag
        Name of the snapshot to use; the newest when empty.

    Raises
    ------
    UnknownNameError
        When there is no such period.
    StyrError
        When raw can't be used.
    """
    given = underlag.read(period=period, uttag=uttag)
    return Erfarenhetsbank(given, project.find().reportagebilder)
