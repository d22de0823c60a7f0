"""An archive package: a period's decided pages, and all that is needed to make the same pages again.

Plan → make the pages anew → PDF/A → open data → the project's files → one zip whose bytes are the same each
time: sorted, with a fixed day for every file.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from styrlib import arkivdelar, korning, pdf, report, tidpunkt, underlag, webbdata
from styrlib.errors import InputError, ReportError
from styrlib.falt import Tillstand
from styrlib.files import replacing
from styrlib.project import Project
from styrlib.publicerat import KINDS
from styrlib.render import render
from styrlib.report import Outcome, Run
from styrlib.sidor import all_pages
from styrlib.styrmodell import Namnd, Period, Publicering, Styrmodell

DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell
SIDOR, DATA, PROJEKT = "sidor", "oppna-data", "projekt"
MANIFEST = "manifest.json"
READ_ME = "index.html"  # where the pages' link to the start leads


@dataclass(frozen=True)
class Plan:
    """What is to be archived: the run that makes the pages, and the decision that each rests on, by page id."""

    project: Project
    modell: Styrmodell
    period: Period
    run: Run
    beslut: Mapping[str, Publicering]

    @property
    def beslutade(self) -> list[Namnd]:
        """The nämnder whose own report is decided."""
        return [namnd for namnd in self.modell.namnder if namnd.id in self.beslut]

    @property
    def utkast(self) -> list[Namnd]:
        """The nämnder whose files come along, though their report is not decided."""
        return [namnd for namnd in self.modell.namnder if namnd.id not in self.beslut]


@dataclass(frozen=True)
class Arkiv:
    """What became of a plan.

    Attributes
    ----------
    fil
        The package.
    sidor, tabeller, filer
        How many pages, tables of open data and files in all there are in it.
    pdf
        Whether the pages are there as PDF/A too.
    borttagna
        How many self-assessments are there without what they say.
    saknas
        Files of the program that were not to be found.
    """

    fil: Path
    sidor: int
    tabeller: int
    filer: int
    pdf: bool
    borttagna: int
    saknas: tuple[str, ...]


def plan(project: Project, *, period: str = "", uttag: str = "") -> Plan:
    """Say what is to be archived.

    Parameters
    ----------
    project
        Where everything is.
    period
        Id or name of a period; the current one unless given.
    uttag
        Name of the raw snapshot; the newest unless given.

    Raises
    ------
    StyrError
        When there is no such period, nothing is decided for it, or raw can't be used.
    """
    run = report.plan(project, slag=KINDS, period=period, uttag=uttag, tvinga=True)
    chosen = tidpunkt.find_period(run.modell, period)
    rows = {
        page.id: run.modell.publicerad(page.rapport, chosen.id)
        for page in all_pages(run.modell, KINDS, run.modell.namnder)
    }
    decided = {id_: row for id_, row in rows.items() if row and row.tillstand is not Tillstand.utkast}
    if not decided:
        raise InputError(
            f"Ingen sida är fastställd för {chosen.namn}, så det finns inget att arkivera. "
            "Skriv besluten i publicering.yaml först."
        )
    plans = tuple(item for item in run.plans if _page(item.id) in decided)
    return Plan(project, run.modell, chosen, replace(run, plans=plans), decided)


def _page(plan_id: str) -> str:
    return plan_id.partition("/")[2]


def make(plan: Plan, folder: Path, *, with_pdf: bool = True, done: Callable[[Outcome], None] = lambda _: None) -> Arkiv:
    """Make the package, whole or not at all.

    Parameters
    ----------
    plan
        From `plan`.
    folder
        Where the package is to lie; its name is the municipality's code and the period.
    with_pdf
        Whether each page is also made as PDF/A.
    done
        Called with each page as it is made.

    Raises
    ------
    ReportError
        When a page can't be made.
    StyrError
        When a PDF can't be made here, or a file can't be read or written.
    """
    if with_pdf:
        pdf.check()
    files = {f"{SIDOR}/{name}": data for name, data in _pages(plan, with_pdf=with_pdf, done=done).items()}
    tables = _open_data(plan)
    files |= {f"{DATA}/{name}": data for name, data in tables.items()}
    own, cut = arkivdelar.of_project(plan.project)
    program, absent = arkivdelar.of_program()
    files |= {f"{PROJEKT}/{name}": data for name, data in (own | program).items()}
    facts = _facts(plan, with_pdf=with_pdf, cut=cut, absent=absent)
    files[READ_ME] = _read_me(plan, facts).encode()
    sums = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    files[MANIFEST] = (json.dumps({**facts, "filer": sums}, ensure_ascii=False, indent=2) + "\n").encode()
    path = folder / f"{plan.modell.kommun.kommun}-{plan.period.id}.zip"
    with replacing(path) as temporary:
        pack(temporary, files)
    csv = sum(name.endswith(".csv") for name in tables)
    return Arkiv(path, len(plan.run.plans), csv, len(files), with_pdf, cut, tuple(absent))


def pack(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files by name into a zip; the same files give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, 0o644 << 16  # Unix, whatever machine makes it
            archive.writestr(info, files[name])


def _pages(plan: Plan, *, with_pdf: bool, done: Callable[[Outcome], None]) -> dict[str, bytes]:
    """Return the pages by their address, made anew, as HTML and as PDF/A."""
    with tempfile.TemporaryDirectory(prefix="styr-arkiv-") as name:
        here = Path(name)
        run = plan.run
        failed = plan.project.output / report.FAILED
        plans = tuple(
            replace(
                item, html=here / item.html.relative_to(run.out), failed=failed / f"arkiv-{item.failed.name}", post=None
            )
            for item in run.plans
        )
        outcomes = report.make(replace(run, out=here, plans=plans), done=done)
        errors = [f"{outcome.plan.id}: {outcome.error}" for outcome in outcomes if outcome.error]
        if errors:
            raise ReportError("Inget arkiv är skrivet, för alla sidor kunde inte göras.\n  " + "\n  ".join(errors))
        pages = {}
        for item in plans:
            html = item.html.read_bytes()
            pages[f"{_page(item.id)}.html"] = html
            if with_pdf:
                pages[f"{_page(item.id)}.pdf"] = pdf.make(html.decode(), arkiv=True)
    return pages


def _open_data(plan: Plan) -> dict[str, bytes]:
    """Return the tables of open data of the decided reports, with their metadata; nothing without such a report."""
    if not plan.beslutade:
        return {}
    base = underlag.read(period=plan.period.id, uttag=plan.run.uttag)
    with tempfile.TemporaryDirectory(prefix="styr-arkiv-") as name:
        here = Path(name)
        webbdata.write(here, base, [n.id for n in plan.beslutade], {row.rapport for row in plan.beslut.values()})
        return {path.name: path.read_bytes() for path in sorted(here.iterdir())}


def _facts(plan: Plan, *, with_pdf: bool, cut: int, absent: list[str]) -> dict[str, Any]:
    kommun, period = plan.modell.kommun, plan.period
    titles = {_page(item.id): item.facts["titel"] for item in plan.run.plans}
    return {
        "arkivformat": 1,
        "kommun": {"kod": kommun.kommun, "namn": kommun.namn},
        "period": {"id": period.id, "namn": period.namn, "fran": str(period.fran), "till": str(period.till)},
        "uttag": plan.run.uttag,
        "styrmodell": kommun.version,
        "exempel": plan.modell.exempel,
        "program": korning.versions(),
        "pdf": "PDF/A-2a" if with_pdf else None,
        "sidor": [
            {
                "adress": f"{SIDOR}/{id_}.html",
                "titel": titles[id_],
                "tillstand": row.tillstand,
                "diarienummer": row.diarienummer,
                "beslutad": str(row.beslutad),
            }
            for id_, row in plan.beslut.items()
        ],
        "namnder_med_utkast": [namnd.id for namnd in plan.utkast],
        "borttagna_sjalvskattningar": cut,
        "saknas": absent,
    }


def _read_me(plan: Plan, facts: Mapping[str, Any]) -> str:
    html = render(
        "arkiv.html.j2", fakta=facts, utkast=plan.utkast, slag=sorted({i.facts["slag"] for i in plan.run.plans})
    )
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"
