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
            annat=self._counts(),
            fragor=self._waiting(),
            sena=self._late_beside(),
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
            fragor=self._waiting(),
        )

    def om_sidan(self) -> Html:
        """Historia, metod och källor."""
        return render("kommun_om.html.j2", oversikt=self)

    @property
    def _names(self) -> dict[str, str]:
        return {organ.id: organ.namn for organ in self._svarar}

    def _changes(self) -> list[Lista]:
        """Return the first page's lists of what has changed."""
        moved = self._told(Forandringsslag.uppdrag)
        count, more = f"{len(moved)} av {len(self.uppdrag)} uppdrag", f"#andrat-{Forandringsslag.uppdrag}"
        uppdrag = Lista(
            "andrade-uppdrag", "Uppdragens status", count, [self._punkt(f) for f in moved], more, "Inget uppdrag."
        )
        if not (self.forandringar.bedomda_fore and self.forandringar.bedomda_nu):
            unknown = "Det går inte att säga: en av perioderna saknar bedömningar."
            return [Lista("andrade-malbilder", "Målbildernas bedömning", "", [], "#forandringar", unknown), uppdrag]
        return [
            self._steps("hojda", "Högre bedömning", [f for f in self._judged if f.steg > 0]),
            self._steps("sankta", "Lägre bedömning", [f for f in self._judged if f.steg < 0]),
            uppdrag,
        ]

    def _steps(self, id_: str, title: str, found: list[Forandring]) -> Lista:
        count = f"{len(found)} av {sum(len(n.malbilder) for n in self.modell.namnder)} målbilder"
        more = f"#andrat-{Forandringsslag.bedomning}"
        return Lista(id_, title, count, [self._punkt(f) for f in found], more, "Ingen målbild.")

    def _counts(self) -> list[Punkt]:
        """Return how many aktiviteter and agreements came to an end or are late, and what else is new."""
        lines = []
        if n := sum(not f.steg for f in self._judged):
            text = f"{swedish.count(n, 'en målbild', 'målbilder')} med en bedömning som inte går att jämföra"
            lines.append((Forandringsslag.bedomning, text))
        nouns = {
            Forandringsslag.aktivitet: ("en aktivitet", "aktiviteter"),
            Forandringsslag.overenskommelse: ("en överenskommelse", "överenskommelser"),
        }
        for slag, noun in nouns.items():
            states = Counter(f.efter for f in self._told(slag))
            for status in (status for status in FIRST if states[status]):
                one, many = swedish.COUNTED_AKTIVITETER[status]
                lines.append(
                    (slag, f"{swedish.count(states[status], *noun)} som {one if states[status] == 1 else many}")
                )
        new = {
            Forandringsslag.dialog: ("en ny verksamhetsdialog", "nya verksamhetsdialoger"),
            Forandringsslag.nyckeltal: ("ett ändrat nyckeltal", "ändrade nyckeltal"),
        }
        lines += [(slag, swedish.count(n, *noun)) for slag, noun in new.items() if (n := len(self._told(slag)))]
        return [Punkt(swedish.capitalised(text), f"#andrat-{slag}") for slag, text in lines]

    @property
    def _judged(self) -> list[Forandring]:
        return self._told(Forandringsslag.bedomning)

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
            how = f"{swedish.date(f.datum)}."
        elif f.slag is Forandringsslag.nyckeltal:
            how = f.text
        else:
            how = f"{kommunkorthet.told(f)}."
        link = f"{f.namnd}.html#{f.lank}" if f.lank else ""
        if f.slag is Forandringsslag.uppdrag and f.handelse is not Handelse.borta:
            link = f"#uppdrag-{f.namnd}-{f.lank.removeprefix('uppdrag-')}"
        return Punkt(f.rubrik, link, f"{how} {self._names[f.namnd]}.")

    def _late_beside(self) -> str:
        """Say how many aktiviteter and agreements are late, for the nämnder to decide on; nothing when none is."""
        counts = {
            ("en aktivitet", "aktiviteter"): sum(n.sena_aktiviteter for n in self.namnder),
            ("en överenskommelse", "överenskommelser"): sum(n.sena_overenskommelser for n in self.namnder),
        }
        said = swedish.listed(swedish.count(n, *noun) for noun, n in counts.items() if n)
        return f"{said} {'sen' if sum(counts.values()) == 1 else 'sena'}" if said else ""

    def _waiting(self) -> Lista:
        rows = [self._fraga(f) for f in self.fragor]
        return Lista(
            "beslut", "Det här behöver beslut eller förklaring", "", rows, "#alla-fragor", "Ingen fråga väntar."
        )

    def _fraga(self, fraga: Fraga) -> Punkt:
        return Punkt(fraga.rubrik, fraga.lank, f"{swedish.lower_first(fraga.skal)} {fraga.svarar.namn}.")

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
