"""Which pages are made of an utredare's own notebooks: the same plan, run and records as for the house's reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from styrlib import egna, oforandrat, pdf, process, report, tables, tidpunkt
from styrlib.oforandrat import FAILED
from styrlib.project import Project
from styrlib.report import TIMEOUT, Plan, Run

STATE = ("arbetsmaterial", "Arbetsmaterial. Publiceras inte.")


def plan(
    project: Project,
    mallar: Sequence[str],
    flags: Mapping[str, str],
    med: Sequence[str] = (),
    *,
    out: Path | None = None,
    with_pdf: bool = False,
    tvinga: bool = False,
    tid: int = TIMEOUT,
) -> Run:
    """Check what is asked for, and say which pages of own notebooks are to be made.

    Parameters
    ----------
    project
        Where everything is.
    mallar
        The notebooks, as the user names them: see `egna.find`.
    flags
        What `--kommun`, `--ar`, `--period` and `--uttag` were given, each empty when it was not: a notebook gets only
        those that were. A page stands below the municipality that was given, or else the model's own.
    med
        `namn=värde` for other parameters.
    out, with_pdf, tvinga, tid
        As in `report.plan`.

    Raises
    ------
    StyrError
        When anything is wrong with a notebook, a name, a value or the folder: before a single notebook has been run.
    """
    books = egna.find(project, mallar)
    given = {book.namn: egna.values(book, flags, med) for book in books}
    if with_pdf:
        pdf.check()
    made = process.ensure(project, flags.get("uttag") or None)
    made.check_year(int(flags.get("ar") or 0))
    modell = process.read_model(made.folder)
    period = tidpunkt.find_period(modell, flags.get("period", "")).id
    kommun = flags.get("kommun", "")
    places = report.find_places(tables.read(made.folder, "kommuner"), kommun or modell.kommun.kommun)
    out = out or project.output
    report.check_writable(out)
    oforandrat.clear(out)
    plans = tuple(
        Plan(
            id=f"{code}/{book.namn}",
            parameters={**given[book.namn], **({"kommun": code} if kommun else {})},
            notebook=book.fil,
            html=out / code / f"{book.namn}.html",
            failed=out / FAILED / f"{code}-{book.namn.replace('/', '-')}.ipynb",
            start="../" * (1 + book.namn.count("/")) + "index.html",
            footer=f"Egen analys, gjord med {book.visas}. Källan står vid siffrorna.",
            facts={
                "slag": egna.SLAG,
                "titel": book.titel,
                "kommun": code,
                "kommunnamn": name,
                "ar": int(flags.get("ar") or 0),
                "period": period,
                "mall": book.namn,
            },
            tillstand=STATE,
            with_pdf=with_pdf,
            tid=tid,
            egen=book.namn,
        )
        for code, name in places
        for book in books
    )
    plans = report.grounded(project, made.uttag, out, plans)
    standing = frozenset() if tvinga else report.stand(project, made, modell, plans)
    return Run(project, modell, made.uttag, out, plans, standing)
