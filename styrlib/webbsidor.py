"""The site's own pages: start, all pages by period, dialogues, search and tillgänglighetsredogörelse."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from styrlib import sokregister, swedish, tidpunkt, tillganglighet
from styrlib.publicerat import Publik, Urval
from styrlib.render import TEMPLATES, Html, environment, render
from styrlib.sidor import Slag
from styrlib.sokregister import Post
from styrlib.styrmodell import Dialog, Namnd, Period, Styrmodell

START, ALLA, SOK, OM = "index.html", "sidor.html", "sok.html", "tillganglighet.html"
EGNA = (START, ALLA, SOK, OM)
DIALOGER = "dialoger.html"
FEED = Markup('<link rel="alternate" type="application/rss+xml" title="{}" href="{}">\n')
SCRIPT = TEMPLATES / "sok.js"


@dataclass(frozen=True)
class Nedladdning:
    """Something beside the pages that a reader can have: open data, a feed."""

    titel: str
    adress: str  # below the site's folder
    beskrivning: str
    flode: bool = False  # an RSS feed, that the start page also names in its head


@dataclass(frozen=True)
class Webbplats:
    """What the site is made from.

    Attributes
    ----------
    modell
        The whole steering model of today; `da` gives it as of a period.
    urval
        What is published: the only pages, nämnder and periods that may be shown.
    uttag
        Name of the raw snapshot.
    folder
        Where the processed tables are.
    mal
        Names of the 17 goals by number.
    lage
        What is known of the site's accessibility.
    """

    modell: Styrmodell
    urval: Urval
    uttag: str
    folder: Path
    mal: dict[int, str]
    lage: tillganglighet.Lage

    @property
    def namn(self) -> str:
        """The site's name."""
        return f"{self.modell.kommun.namn} kommun: uppföljning"

    @property
    def utgivare(self) -> str:
        """Who is responsible for the site."""
        given = self.modell.kommun.utgivare
        return given.namn if given else f"{self.modell.kommun.namn} kommun"

    def da(self, period: Period) -> Styrmodell:
        """Return the model as it stood in a period."""
        return tidpunkt.as_of(self.modell, period)

    def titel(self, publik: Publik) -> str:
        """Return what links to a page say."""
        goal = publik.sida.parameters.get("mal")
        if publik.sida.slag is Slag.agenda2030:
            return f"Mål {goal}: {self.mal[goal]}" if goal else "Agenda 2030: alla mål"
        return publik.sida.titel

    def namnder(self, period: Period) -> list[Namnd]:
        """Return the nämnder whose reports are published for a period, as they stood then."""
        public = self.urval.namnder(period)
        return [namnd for namnd in self.da(period).namnder if namnd.id in public]

    def dialoger(self, period: Period) -> list[tuple[Namnd, list[tuple[str, Dialog]]]]:
        """Return the dialogues that may be shown: nämnd → anchor and dialogue, newest first."""
        found = []
        for namnd in self.namnder(period):
            recent = sorted(namnd.dialoger, key=lambda d: d.datum, reverse=True)
            found.append((namnd, [(f"dialog-{namnd.id}-{len(recent) - i}", d) for i, d in enumerate(recent)]))
        return [(namnd, dialogues) for namnd, dialogues in found if dialogues]


Tillagg = Callable[[Path, Webbplats], Sequence[Nedladdning]]


def head(webb: Webbplats, address: str, period: Period | None = None) -> Html:
    """Return the head that every page has: the way to start, all pages, search and the statement.

    Parameters
    ----------
    webb
        The site.
    address
        Where the page lies below the site's folder.
    period
        The period that the page is about, if any.
    """
    return render("webbhuvud.html.j2", del_="huvud", webb=webb, rot=_root(address), adress=address, period=period)


def foot(webb: Webbplats, address: str) -> Html:
    """Return the links that every page has at its foot."""
    return render("webbhuvud.html.j2", del_="fot", webb=webb, rot=_root(address), adress=address, period=None)


def page(
    webb: Webbplats, address: str, template: str, titel: str, *, period: Period | None = None, **values: Any
) -> str:
    """Return a page of the site's own, with its head and foot.

    Parameters
    ----------
    webb
        The site.
    address
        Where the page is to lie below the site's folder.
    template
        A template whose content stands in `{% call sida(**ram) %}`: see `webballa.html.j2`.
    titel
        The page's title, before the site's name.
    period
        The period that the page is about, if any.
    values
        What else the template shows, and the skeleton's `fakta`, `skript` and `i_huvudet`.
    """
    frame = {
        "titel": f"{titel}, {webb.namn}" if address != START else titel,
        "css": environment().globals["css"],
        "sidfot": f"Källa: Kolada, uttag {webb.uttag}. Styrmodell {webb.modell.kommun.version}.",
        "huvud": head(webb, address, period),
        "fot": foot(webb, address),
        **{name: values.pop(name) for name in ("fakta", "skript", "i_huvudet") if name in values},
    }
    html = render(template, ram=frame, webb=webb, titel=titel, rot=_root(address), period=period, **values)
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"


def start(webb: Webbplats, downloads: Sequence[Nedladdning], andrat: str) -> str:
    """Return the start page: the newest period's pages, what is new, search, earlier periods and downloads.

    Parameters
    ----------
    webb
        The site.
    downloads
        What there is beside the pages.
    andrat
        The address of what has changed since the period before; empty when no page tells.
    """
    newest = next(iter(webb.urval.perioder), None)
    earlier = webb.urval.perioder[1:]
    return page(
        webb,
        START,
        "webbstart.html.j2",
        webb.namn,
        i_huvudet=Markup("").join(FEED.format(d.titel, d.adress) for d in downloads if d.flode),
        newest=newest,
        grupper=groups(webb, newest) if newest else [],
        nytt=_news(webb, newest, earlier[0]) if newest and earlier else None,
        andrat=andrat,
        tidigare=earlier,
        nedladdningar=downloads,
        utelamnade=[u for u in webb.urval.utelamnade if newest and u.period.id == newest.id],
    )


def alla(webb: Webbplats) -> str:
    """Return the page that lists every page by period, with the decision that it rests on."""
    periods = [
        (
            period,
            groups(webb, period),
            [u for u in webb.urval.utelamnade if u.period.id == period.id],
            [(webb.titel(p), p.rad) for p in webb.urval.av(period) if not p.sida.parameters.get("mal")],
        )
        for period in webb.urval.perioder
    ]
    return page(webb, ALLA, "webballa.html.j2", "Alla sidor", perioder=periods)


def groups(webb: Webbplats, period: Period) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return a period's pages in groups for a list: heading → titel, adress and decision (None for the dialogues)."""
    pages = webb.urval.av(period)
    rows = [(p.sida.slag, {"titel": webb.titel(p), "adress": p.adress, "rad": p.rad}) for p in pages]
    if webb.dialoger(period):
        row = {"titel": "Verksamhetsdialoger", "adress": f"{period.id}/{DIALOGER}", "rad": None}
        rows.append((Slag.dialogblad, row))
    headings = {
        "Hela kommunen": (Slag.kommunoversikt, Slag.insatser, Slag.erfarenhetsbank, Slag.dialogblad),
        "Nämnderna": (Slag.namnd,),
        "Agenda 2030": (Slag.agenda2030,),
    }
    found = [(heading, [row for slag, row in rows if slag in kinds]) for heading, kinds in headings.items()]
    return [(heading, rows) for heading, rows in found if rows]


def _news(webb: Webbplats, newest: Period, before: Period) -> dict[str, Any]:
    """Return which pages of a period the one before did not have, and which it had."""
    had = {p.sida.id for p in webb.urval.av(before)}
    pages = [p for p in webb.urval.av(newest) if p.sida.parameters.get("mal", 0) == 0]  # one line for all goals
    return {
        "fore": before,
        "nya": [(webb.titel(p), p) for p in pages if p.sida.id not in had],
        "uppdaterade": [(webb.titel(p), p) for p in pages if p.sida.id in had],
    }


def dialoger(webb: Webbplats, period: Period) -> str:
    """Return a period's dialogues: what was said, learnt and agreed, of nämnder whose reports are published."""
    facts = {"slag": "dialoger", "period": period.id, "namnder": webb.urval.namnder(period)}
    return page(
        webb,
        f"{period.id}/{DIALOGER}",
        "webbdialoger.html.j2",
        f"Verksamhetsdialoger, {swedish.lower_first(period.namn)}",
        period=period,
        namnder=webb.dialoger(period),
        fakta=json.dumps(facts, ensure_ascii=False),
    )


def sok(webb: Webbplats, posts: Iterable[Post]) -> str:
    """Return the search page: the index and its script inside, and the same as a list from A to Ö without script."""
    script = SCRIPT.read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    posts = sorted(posts, key=lambda post: (sokregister.order(post.titel), post.adress))
    register = json.dumps([post.register() for post in posts], ensure_ascii=False, separators=(",", ":"))
    html = page(
        webb,
        SOK,
        "webbsok.html.j2",
        "Sök",
        bokstaver=sokregister.by_letter(posts),
        skript=f"'sha256-{digest}'",
    )
    data = register.replace("<", "\\u003c")  # so that no text can end the element that it lies in
    tail = f'<script type="application/json" id="register">{data}</script>\n<script>{script}</script>\n</body>'
    return html.replace("</body>", tail, 1)


def om_tillganglighet(webb: Webbplats) -> str:
    """Return the tillgänglighetsredogörelse."""
    return page(webb, OM, "webbtillganglighet.html.j2", "Tillgänglighetsredogörelse", lage=webb.lage)


def _root(address: str) -> str:
    return "../" * address.count("/")
