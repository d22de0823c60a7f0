"""The sections of the page for kommunfullmäktige and the whole municipality, as a notebook shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from styrlib import helhet, kommunkorthet, swedish, underlag
from styrlib.falt import Grad, Organslag, Status
from styrlib.figures import Diagram
from styrlib.forandringar import Forandring, Forandringsslag, Handelse
from styrlib.forstasida import Lista, Punkt
from styrlib.kommunuppfoljning import Fraga, Kommunuppfoljning
from styrlib.namndrapport import target_text
from styrlib.render import Html, render

ORGAN = {
    Organslag.bolag: "Bolag",
    Organslag.gemensam_namnd: "Gemensam nämnd",
    Organslag.namnd: "Nämnd",
}
RUBRIKER = {
    Forandringsslag.bedomning: "Målbilder",
    Forandringsslag.uppdrag: "Fullmäktiges uppdrag",
    Forandringsslag.aktivitet: "Aktiviteter",
    Forandringsslag.overenskommelse: "Överenskommelser i dialoger",
    Forandringsslag.dialog: "Nya verksamhetsdialoger",
    Forandringsslag.nyckeltal: "Nyckeltal",
}
# What is told first of what has changed. The nämnder stand in the model's order.
FIRST = (Status.forsenad, Status.avbruten, Status.klar)


class Kommunoversikt(Kommunuppfoljning):
    """Kommunens översikt: en metod per avsnitt.

    Made by `open_oversikt`. Each section method returns `Html`, which a notebook shows.
    """

    def __init__(self, *args: Any, uttag: str, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.uttag = uttag

    def forsta_sidan(self) -> Html:
        """Första sidan: det fullmäktige bör veta, på ett papper."""
        return render(
            "kommun_forsta.html.j2",
            oversikt=self,
            meningar=kommunkorthet.five(
                grader=self.grader,
                obedomda=self.obedomda,
                forandringar=self.forandringar,
                uppdrag=Counter(r.uppdrag.status for r in self.uppdrag),
                nyckeltal=[n.uppfoljning for n in self.nyckeltal],
                fragor=[f.rubrik for f in self.fragor],
            ),
            listor=self._changes() if self.forra else [],
            fragor=Lista(
                "beslut", "", "", [self._fraga(f) for f in self.fragor], "#alla-fragor", "Ingen fråga väntar."
            ),
            sena=sum(n.sena_aktiviteter for n in self.namnder),
            brutna=sum(n.sena_overenskommelser for n in self.namnder),
            nyast=max((n.newest for n in self.foljda.values()), default=0),
        )

    def sida_vid_sida(self) -> Html:
        """Nämnderna sida vid sida, och bolagen och de andra organen."""
        return render(
            "kommun_namnder.html.j2", oversikt=self, grader=list(Grad), statussteg=list(Status), organslag=ORGAN
        )

    def alla_uppdrag(self) -> Html:
        """Fullmäktiges uppdrag efter område och status."""
        return render("kommun_uppdrag.html.j2", oversikt=self, statussteg=list(Status))

    def malbilder(self) -> Html:
        """Målbildernas bedömningar, period för period."""
        return render("kommun_malbilder.html.j2", oversikt=self, grader=list(Grad))

    def alla_nyckeltal(self) -> Html:
        """Nyckeltalen som fullmäktige följer."""
        targets = {
            n.uppfoljning.nyckeltal.id: target_text(n.uppfoljning.nyckeltal, n.uppfoljning.decimaler)
            for n in self.nyckeltal
            if n.uppfoljning.forslag
        }
        return render("kommun_nyckeltal.html.j2", oversikt=self, mal=targets, bild=self._picture())

    def andrat(self) -> Html:
        """Allt som har ändrats sedan förra perioden."""
        return render(
            "kommun_andrat.html.j2",
            oversikt=self,
            rubriker=RUBRIKER,
            andrat={slag: [self._punkt(f) for f in self._told(slag)] for slag in Forandringsslag},
            fragor=[self._fraga(f) for f in self.fragor],
        )

    def om_sidan(self) -> Html:
        """Historia, metod och källor."""
        return render("kommun_om.html.j2", oversikt=self)

    @property
    def _names(self) -> dict[str, str]:
        return {organ.id: organ.namn for organ in self._svarar}

    def _changes(self) -> list[Lista]:
        """Return the first page's lists of what has changed."""
        judged, moved = self._told(Forandringsslag.bedomning), self._told(Forandringsslag.uppdrag)
        return [
            Lista(
                "andrade-malbilder",
                "Målbilder med ändrad bedömning",
                f"{len(judged)} av {sum(len(n.malbilder) for n in self.modell.namnder)}",
                [self._punkt(f) for f in judged],
                f"#andrat-{Forandringsslag.bedomning}",
                "Inga."
                if self.forandringar.bedomda_fore and self.forandringar.bedomda_nu
                else "Det går inte att säga: en av perioderna saknar bedömningar.",
            ),
            Lista(
                "andrade-uppdrag",
                "Uppdrag med ändrad status",
                f"{len(moved)} av {len(self.uppdrag)}",
                [self._punkt(f) for f in moved],
                f"#andrat-{Forandringsslag.uppdrag}",
                "Inga.",
            ),
            Lista("andrat-annat", "Annat som är nytt", "", list(self._counts()), "#forandringar", "Inget."),
        ]

    def _counts(self) -> list[Punkt]:
        """Return how many aktiviteter and agreements came to an end or are late, and what else is new."""
        nouns = {
            Forandringsslag.aktivitet: ("en aktivitet", "aktiviteter"),
            Forandringsslag.overenskommelse: ("en överenskommelse", "överenskommelser"),
        }
        lines = {}
        for slag, noun in nouns.items():
            states = Counter(f.efter for f in self._told(slag))
            for status in FIRST:
                if n := states[status]:
                    one, many = swedish.COUNTED_AKTIVITETER[status]
                    lines[f"{swedish.count(n, *noun)} {one if n == 1 else many}"] = slag
        if n := len(self._told(Forandringsslag.dialog)):
            lines[swedish.count(n, "en ny verksamhetsdialog", "nya verksamhetsdialoger")] = Forandringsslag.dialog
        if n := len(self._told(Forandringsslag.nyckeltal)):
            lines[f"{swedish.count(n, 'ett nyckeltal', 'nyckeltal')} har ändrats"] = Forandringsslag.nyckeltal
        return [Punkt(swedish.capitalised(text), f"#andrat-{slag}") for text, slag in lines.items()]

    def _told(self, slag: Forandringsslag) -> list[Forandring]:
        """Return the changes of a kind that are told: lowered and late first; of aktiviteter only ends and delays."""
        found = self.forandringar.av(slag)
        if slag is Forandringsslag.bedomning:
            return sorted(found, key=lambda f: (f.steg > 0) - (f.steg < 0) or 2)
        if slag in (Forandringsslag.aktivitet, Forandringsslag.overenskommelse):
            found = [f for f in found if f.efter in FIRST]
        return sorted(found, key=lambda f: FIRST.index(Status(f.efter)) if f.efter in FIRST else len(FIRST))

    def _punkt(self, f: Forandring) -> Punkt:
        if f.slag is Forandringsslag.dialog:
            how = swedish.date(f.datum)
        elif f.slag is Forandringsslag.nyckeltal:
            how = f.text
        else:
            how = f"{kommunkorthet.told(f)}."
        link = f"{f.namnd}.html#{f.lank}" if f.lank else ""
        if f.slag is Forandringsslag.uppdrag and f.handelse is not Handelse.borta:
            link = f"#uppdrag-{f.namnd}-{f.lank.removeprefix('uppdrag-')}"
        return Punkt(f.rubrik, link, f"{self._names[f.namnd]}: {how}")

    def _fraga(self, fraga: Fraga) -> Punkt:
        same = fraga.rubrik == fraga.svarar.namn
        return Punkt(fraga.rubrik, fraga.lank, fraga.skal if same else f"{fraga.svarar.namn}: {_inside(fraga.skal)}")

    def _picture(self) -> Diagram | None:
        """Draw läge and utveckling of KF's nyckeltal, nämnd by nämnd."""
        by_namnd: Mapping[str, list[helhet.Helhetstal]] = {n.namn: [] for n in self.modell.namnder}
        for n in self.nyckeltal:
            u = n.uppfoljning
            by_namnd[n.namnd.namn].append(helhet.Helhetstal(u.namn, u.lage.andel, u.utvecklas.value, u.lage.laget))
        own = self.modell.kommun.namn
        local = [n for n in self.nyckeltal if n.uppfoljning.nyckeltal.lokalt]
        example = " (exempel)" if any(n.uppfoljning.exempel for n in local) else ""
        return helhet.whole(
            [helhet.Helhetsrad(name, rows) for name, rows in by_namnd.items() if rows],
            title="Fullmäktiges nyckeltal",
            kommun=own,
            source=f"Egen beräkning av värden från Kolada{f' och {own} kommun{example}' if local else ''}.",
        )


def _inside(text: str) -> str:
    return text[:1].lower() + text[1:]


def open_oversikt(period: str = "", uttag: str | int = "") -> Kommunoversikt:
    """Öppna översikten över hela kommunen.

    Parameters
    ----------
    period
        Id or name of a period: the page as of its end; the current one when empty.
    uttag
        Name of the snapshot to use; the newest when empty.

    Raises
    ------
    UnknownNameError
        When the period does not exist.
    StyrError
        When raw can't be used.
    """
    given = underlag.read(period=period, uttag=uttag)
    namnder = given.modell.namnder
    frames = given.frames(nyckeltal.id for namnd in namnder for _, nyckeltal in namnd.nyckeltal())
    # All that politicians follow, not KF's nyckeltal alone: what is too old, and what the figures suggest of a målbild,
    # must be the same here as in the nämnd's report.
    foljda = {namnd.id: given.namnd(namnd, frames=frames) for namnd in namnder}
    return Kommunoversikt(
        given.modell, given.period, fore=given.fore, forra=given.forra, foljda=foljda, uttag=given.uttag
    )
