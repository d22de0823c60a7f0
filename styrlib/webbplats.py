"""The published site in `output/webb`: what the public may see, built beside and put in place whole.

Plan → make → dress → the site's own pages → swap. A page of the current period is made
anew each time; one of an earlier period stays as it was published, byte for byte.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from styrlib import (
    process,
    publicerat,
    report,
    sokregister,
    start,
    tables,
    tidpunkt,
    tillganglighet,
    webbdata,
    webblankar,
    webbsidor,
)
from styrlib.errors import InputError, ReportError, StyrError, reason
from styrlib.files import replacing_folder, write_text
from styrlib.project import Project
from styrlib.publicerat import Publik
from styrlib.report import Outcome, Run
from styrlib.sidor import Slag
from styrlib.sokregister import Post
from styrlib.styrmodell import Period
from styrlib.webbsidor import Nedladdning, Tillagg, Webbplats

CHANGES = "forandringar"  # the anchor in the kommunöversikt
# What else goes into the site's folder: called last, in this order, each with the folder and the site.
TILLAGG: tuple[Tillagg, ...] = (webbdata.oppna_data, webbdata.nytt)


@dataclass(frozen=True)
class Plan:
    """What a site is to be built of.

    Attributes
    ----------
    project
        Where everything is.
    webb
        What the site is made from.
    kvar
        Pages of earlier periods that stay as they are: address → the page.
    omgangar
        What is to be made: for each period its pages, and the run that makes them.
    """

    project: Project
    webb: Webbplats
    kvar: dict[str, str]
    omgangar: tuple[tuple[Period, tuple[Publik, ...], Run], ...]

    @property
    def antal(self) -> int:
        """How many pages are to be made."""
        return sum(len(pages) for _, pages, _ in self.omgangar)


@dataclass(frozen=True)
class Byggd:
    """What became of a plan.

    Attributes
    ----------
    sidor
        How many pages the site has, its own among them.
    nedladdningar
        What else it has.
    anmarkningar
        What whoever publishes should know, as sentences.
    """

    sidor: int
    nedladdningar: tuple[Nedladdning, ...]
    anmarkningar: tuple[str, ...]


def plan(project: Project, *, gor_om: Iterable[str] = (), uttag: str = "") -> Plan:
    """Say what is to be published, what stays and what is to be made.

    Parameters
    ----------
    project
        Where everything is.
    gor_om
        Ids or names of earlier periods whose pages are made anew all the same.
    uttag
        Name of the raw snapshot; the newest unless given.

    Raises
    ------
    StyrError
        When a period does not exist, raw can't be used, or publicering.yaml is lost while a site stands.
    """
    made = process.ensure(project, uttag or None)
    modell = process.read_model(made.folder)
    if modell.publicering is None and project.webb.exists():  # permanent addresses would go with a file that was lost
        raise InputError(
            f"Filen {project.styrmodell.name}/publicering.yaml finns inte, och utan den skulle allt publicerat tas "
            f"bort. Lägg tillbaka filen. Ska webbplatsen bort tar du själv bort mappen {project.webb}."
        )
    again = {modell.aktuell.id, *(tidpunkt.find_period(modell, given).id for given in gor_om)}
    goals = tables.read(made.folder, "mal")
    webb = Webbplats(
        modell,
        publicerat.select(modell),
        made.uttag,
        made.folder,
        dict(zip(goals["mal"].astype(int), goals["namn"], strict=True)),
        tillganglighet.read(project.tillganglighet),
    )
    kept = {
        address: text
        for period in webb.urval.perioder
        if period.id not in again
        for address in _addresses(webb, period)
        if (text := _standing(project.webb / address, webb, period)) is not None
    }
    rounds = []
    for period in webb.urval.perioder:
        pages = tuple(page for page in webb.urval.av(period) if page.adress not in kept)
        if pages:
            rounds.append((period, pages, _run(project, period, pages, uttag)))
    return Plan(project, webb, kept, tuple(rounds))


def _addresses(webb: Webbplats, period: Period) -> list[str]:
    return [*(page.adress for page in webb.urval.av(period)), f"{period.id}/{webbsidor.DIALOGER}"]


def _standing(path: Path, webb: Webbplats, period: Period) -> str | None:
    """Return a page as it stands, unless it is none or holds nämnder that may no longer be shown, or not all."""
    if not path.exists():
        return None
    try:
        if path.name == webbsidor.DIALOGER and start.facts(path)["namnder"] != list(webb.urval.namnder(period)):
            return None
        return path.read_bytes().decode()  # no line end is changed
    except OSError as error:
        raise StyrError(f"Sidan {path} kan inte läsas: {reason(error)}. Webbplatsen är inte ändrad.") from error
    except (ValueError, KeyError) as error:
        message = f"Sidan {path} är skadad. Gör om den med --gor-om {period.id}. Webbplatsen är inte ändrad."
        raise StyrError(message) from error


def _run(project: Project, period: Period, pages: Iterable[Publik], uttag: str) -> Run:
    """Return a run that makes just these pages."""
    ids = {page.sida.id for page in pages}
    kinds = list(dict.fromkeys(page.sida.slag for page in pages))
    run = report.plan(project, slag=kinds, period=period.id, uttag=uttag, tvinga=True)
    return replace(run, plans=tuple(item for item in run.plans if item.id.partition("/")[2] in ids))


def make(plan: Plan, *, workers: int | None = None, done: Callable[[Outcome], None] = lambda _: None) -> Byggd:
    """Build the site beside the one that stands, and put it in its place.

    Parameters
    ----------
    plan
        From `plan`.
    workers
        How many pages are made at a time; one per processor unless given.
    done
        Called with each outcome as it comes.

    Raises
    ------
    ReportError
        When a page can't be made; the earlier site stands.
    StyrError
        When the folder can't be written, or somebody else publishes right now.
    """
    target = plan.project.webb
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(target.with_name(".webb.lock"), blocking=False), replacing_folder(target) as folder:
            return _build(plan, folder, workers, done)
    except Timeout as error:
        raise InputError("En annan publicering pågår redan. Vänta tills den är klar.") from error


def _build(plan: Plan, folder: Path, workers: int | None, done: Callable[[Outcome], None]) -> Byggd:
    webb = plan.webb
    pages = dict(plan.kvar)
    for period, wanted, run in plan.omgangar:
        pages |= _made(plan.project, webb, period, wanted, run, workers, done)
    for period in webb.urval.perioder:
        address = f"{period.id}/{webbsidor.DIALOGER}"
        if webb.dialoger(period) and address not in pages:
            pages[address] = webbsidor.dialoger(webb, period)
    remarks = []
    for address, page in pages.items():
        pages[address] = webblankar.cut(page, address, {*pages, *webbsidor.EGNA})
        if address in plan.kvar and pages[address] != page:
            remarks.append(f"{address}: länkar till sidor som inte längre är publicerade är borttagna.")
    for address, page in pages.items():
        write_text(folder / address, page)
    downloads = tuple(download for add in TILLAGG for download in add(folder, webb))
    own = {
        webbsidor.START: webbsidor.start(webb, downloads, _changes(webb, pages)),
        webbsidor.ALLA: webbsidor.alla(webb),
        webbsidor.SOK: webbsidor.sok(webb, posts(webb, pages)),
        webbsidor.OM: webbsidor.om_tillganglighet(webb),
    }
    for address, page in own.items():
        write_text(folder / address, page)
    whole = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    remarks += [f"{page}: länken {href} leder ingenstans." for page, href in webblankar.dead(whole)]
    if not webb.urval.sidor:
        remarks.append(
            "Ingen rapport är publicerad. Skriv tillstand: publicerad för en rapport i styrmodell/publicering.yaml."
        )
    if not webb.modell.kommun.utgivare:
        remarks.append(
            "kommun.yaml har ingen utgivare. Därför saknar tillgänglighetsredogörelsen kontaktuppgifter, och det finns "
            "varken RSS-flöde eller beskrivning för dataportalen."
        )
    return Byggd(len(whole), downloads, tuple(remarks))


def _changes(webb: Webbplats, pages: Mapping[str, str]) -> str:
    """Return the address of what has changed since the period before the newest; empty when no page tells."""
    newest = webb.urval.perioder[:1]
    whole = next((p.adress for n in newest for p in webb.urval.av(n) if p.sida.slag is Slag.kommunoversikt), "")
    return f"{whole}#{CHANGES}" if whole and CHANGES in webblankar.anchors(pages[whole]) else whole


def _made(
    project: Project,
    webb: Webbplats,
    period: Period,
    wanted: Iterable[Publik],
    run: Run,
    workers: int | None,
    done: Callable[[Outcome], None],
) -> dict[str, str]:
    """Return a period's pages, made anew and with the site's head and foot, by address."""
    by_id = {page.sida.id: page.adress for page in wanted}
    failed = project.output / report.FAILED
    with tempfile.TemporaryDirectory(prefix="styr-webb-") as name:
        here = Path(name)
        plans = tuple(
            replace(
                item,
                html=here / item.html.relative_to(run.out),
                failed=failed / f"webb-{period.id}-{item.failed.name}",
                post=None,
            )
            for item in run.plans
        )
        outcomes = report.make(replace(run, out=here, plans=plans), workers=workers, done=done)
        errors = [f"{outcome.plan.id}: {outcome.error}" for outcome in outcomes if outcome.error]
        if errors:
            raise ReportError("Webbplatsen är inte ändrad, för alla sidor kunde inte göras.\n  " + "\n  ".join(errors))
        pages = {}
        for item in plans:
            address = by_id[item.id.partition("/")[2]]
            html = item.html.read_text(encoding="utf-8")
            pages[address] = webblankar.dress(
                html, webbsidor.head(webb, address, period), webbsidor.foot(webb, address)
            )
    return pages


def posts(webb: Webbplats, pages: Mapping[str, str]) -> list[Post]:
    """Return what can be searched for: every page, and what stands on the newest of each kind.

    Parameters
    ----------
    webb
        The site.
    pages
        The published pages by address.
    """
    found: dict[str, Post] = {}
    seen: set[str] = set()
    for period in webb.urval.perioder:
        places = [(p.adress, webb.titel(p), p.sida.slag, p.sida.id) for p in webb.urval.av(period)]
        dialogues = f"{period.id}/{webbsidor.DIALOGER}"
        if dialogues in pages:
            places.append((dialogues, "Verksamhetsdialoger", Slag.dialogblad, webbsidor.DIALOGER))
        for address, title, kind, id_ in places:
            whole = id_ not in seen
            rows = sokregister.posts(pages[address], address, title, kind, period.namn, whole=whole)
            found |= {post.adress: post for post in rows}
            seen.add(id_)
    return list(found.values())
