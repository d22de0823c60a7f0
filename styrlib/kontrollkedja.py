"""Where the red thread is broken: what has no nyckeltal, goal, reason, responsible or bedömning, or is overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from styrlib import granskning, swedish
from styrlib.falt import GOALS, Status
from styrlib.fynd import Fynd
from styrlib.granskning import Granskning
from styrlib.regler import DIALOG_YEARS
from styrlib.styrmodell import Lank
from styrlib.validate import KOMMUN_FILE
from styrlib.yamltext import Place

SHOWN = 60  # characters of an agreement, which has no heading


def check(g: Granskning) -> Iterator[Fynd]:
    """Yield everything that is broken in the chain from grunduppdrag to dialogue."""
    yield from _goals(g)
    yield from _malbilder(g)
    yield from _responsible(g)
    yield from _overdue(g)
    yield from _dialogues(g)


def _goals(g: Granskning) -> Iterator[Fynd]:
    used = set()
    for fil, place, what, links in _linking(g):
        used |= {link.mal for link in links}
        for i, link in enumerate(links):
            if not link.skal:
                yield g.fynd("lank-utan-skal", fil, (*place, i), f"{what} är kopplat till mål {link.mal} utan skäl.")
    for goal in GOALS:
        if goal not in used:
            place = ("aspekter", "mal", str(goal))
            yield g.fynd("mal-utan-koppling", KOMMUN_FILE, place, f"Inget är kopplat till globalt mål {goal}.")


def _linking(g: Granskning) -> Iterator[tuple[str, Place, str, tuple[Lank, ...]]]:
    """Yield everything that can link to goals: file, place of the links, what it is, and its links."""
    for namnd in g.modell.namnder:
        yield granskning.file_of(namnd), ("grunduppdrag", "lankar"), "Grunduppdraget", namnd.grunduppdrag.lankar
    for fil, place, part in (*granskning.malbilder(g), *granskning.uppdrag(g), *granskning.aktiviteter(g)):
        yield fil, (*place, "lankar"), f"”{part.rubrik}”", part.lankar


def _malbilder(g: Granskning) -> Iterator[Fynd]:
    for namnd in g.modell.namnder:
        if not namnd.grunduppdrag.lankar:
            what = "Grunduppdraget är inte kopplat till något globalt mål."
            yield g.fynd("grunduppdrag-utan-globalt-mal", granskning.file_of(namnd), ("grunduppdrag",), what)
    period = g.modell.aktuell
    for fil, place, malbild in granskning.malbilder(g):
        title = f"Målbilden ”{malbild.rubrik}”"
        if not malbild.nyckeltal:
            yield g.fynd("malbild-utan-nyckeltal", fil, place, f"{title} har inget nyckeltal.")
        if not malbild.lankar:
            yield g.fynd("malbild-utan-globalt-mal", fil, place, f"{title} är inte kopplad till något globalt mål.")
        if period.id not in {b.period for b in malbild.bedomningar}:
            yield g.fynd("bedomning-saknas", fil, place, f"{title} är inte bedömd för {period.namn.lower()}.")


def _responsible(g: Granskning) -> Iterator[Fynd]:
    parts = (("uppdrag", "Uppdraget", granskning.uppdrag(g)), ("aktivitet", "Aktiviteten", granskning.aktiviteter(g)))
    for kind, noun, some in parts:
        for fil, place, part in some:
            if not part.ansvarig:
                yield g.fynd(f"{kind}-utan-ansvarig", fil, place, f"{noun} ”{part.rubrik}” har ingen ansvarig.")


def _overdue(g: Granskning) -> Iterator[Fynd]:
    yesterday = g.dag - dt.timedelta(days=1)  # what ends today still has the day
    parts = (
        ("uppdrag", "Uppdraget", "klart", granskning.uppdrag(g)),
        ("aktivitet", "Aktiviteten", "klar", granskning.aktiviteter(g)),
    )
    for kind, noun, ready, some in parts:
        for fil, place, part in some:
            if part.status.over_tiden(part.slut, yesterday):
                what = f"{noun} ”{part.rubrik}” skulle vara {ready} {_told(part.slut, part.status)}"
                yield g.fynd(f"{kind}-over-tiden", fil, (*place, "slut"), what)
    for namnd in g.modell.namnder:
        for i, dialog in enumerate(namnd.dialoger):
            for j, agreed in enumerate(dialog.overenskommelser):
                if agreed.status.over_tiden(agreed.klar_senast, yesterday):
                    text = agreed.text if len(agreed.text) <= SHOWN else f"{agreed.text[:SHOWN].rsplit(' ', 1)[0]} …"
                    what = f"Överenskommelsen ”{text}” skulle vara klar {_told(agreed.klar_senast, agreed.status)}"
                    place = ("dialoger", i, "overenskommelser", j, "klar_senast")
                    yield g.fynd("overenskommelse-over-tiden", granskning.file_of(namnd), place, what)


def _told(end: dt.date | None, status: Status) -> str:
    return f"den {swedish.date(end)}. Status är: {swedish.WORDS[status].lower()}."


def _dialogues(g: Granskning) -> Iterator[Fynd]:
    for namnd in g.modell.namnder:
        for i, verksamhet in enumerate(namnd.verksamheter):
            days = [d.datum for d in namnd.dialoger if d.verksamhet == verksamhet.id and d.datum <= g.dag]
            if not days or _after(max(days), DIALOG_YEARS) < _after(g.dag, 0):
                last = f"Den senaste var {swedish.date(max(days))}." if days else "Ingen finns i filen."
                what = f"{verksamhet.namn} har inte haft någon verksamhetsdialog på två år. {last}"
                yield g.fynd("dialog-saknas", granskning.file_of(namnd), ("verksamheter", i), what)


def _after(day: dt.date, years: int) -> tuple[int, int, int]:
    return day.year + years, day.month, day.day  # compared as it stands: the year may have no 29 February
