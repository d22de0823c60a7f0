"""The command that makes the reports."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import click

from styrlib.errors import InputError, StyrError, UnknownNameError
from styrlib.svenskcli import SwedishCommand, progress, shown

LONGEST = 15  # figures that --profil names


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]")
@click.argument("namnder", nargs=-1, metavar="[NÄMND …]")
@click.option(
    "--kommun",
    default="",
    metavar="KOD",
    help="Kommunkod eller namn, eller alla; styrmodellens kommun om inget anges.",
)
@click.option(
    "--slag",
    multiple=True,
    metavar="SLAG",
    help="Gör bara sidor av ett slag: kommunoversikt, namnd, agenda2030, insatser, erfarenhetsbank eller dialogblad.",
)
@click.option(
    "--mall",
    multiple=True,
    metavar="NAMN",
    help="Gör sidor av egna anteckningsböcker i stället, till exempel egna/mall. Går att ange flera gånger.",
)
@click.option(
    "--med", multiple=True, metavar="NAMN=VÄRDE", help="Ge en egen anteckningsbok ett värde i dess parametercell."
)
@click.option(
    "--period", default="", metavar="PERIOD", help="Som det var i en tidigare period, till exempel 2025-helar."
)
@click.option("--ar", default="", metavar="ÅR", help="Visa siffror till och med detta år; de senaste om inget anges.")
@click.option("--uttag", default="", metavar="UTTAG", help="Uttag ur Kolada; det nyaste om inget anges.")
@click.option("--ut", default="", metavar="MAPP", help="Mapp för rapporterna; output/ om inget anges.")
@click.option("--pdf", is_flag=True, help="Gör varje rapport också som PDF.")
@click.option("--internt", is_flag=True, help="Ta med interna anteckningar på dialogbladen; de får inte publiceras.")
@click.option("--tvinga", is_flag=True, help="Gör om alla sidor, också de som är som de ska.")
@click.option("--arbetare", "antal", type=click.IntRange(1), metavar="ANTAL", help="Så många sidor görs samtidigt.")
@click.option(
    "--tidsgrans",
    type=click.IntRange(1),
    metavar="SEKUNDER",
    help="Så länge får en sida ta innan den avbryts; 300 sekunder om inget anges.",
)
@click.option("--dask", default="", metavar="ADRESS", help="Gör sidorna i ett Dask-kluster: schemaläggarens adress.")
@click.option("--json", "som_json", is_flag=True, help="Skriv vad som hände som JSON, för andra program.")
@click.option("--profil", is_flag=True, help="Visa vart tiden tog vägen.")
def rapport(
    namnder: tuple[str, ...],
    kommun: str,
    slag: tuple[str, ...],
    mall: tuple[str, ...],
    med: tuple[str, ...],
    period: str,
    ar: str,
    uttag: str,
    ut: str,
    pdf: bool,
    internt: bool,
    tvinga: bool,
    antal: int | None,
    tidsgrans: int | None,
    dask: str,
    som_json: bool,
    profil: bool,
) -> int:
    """Gör de sidor som inte redan är som de ska, som HTML; bara rapporterna för de nämnder som anges."""
    from styrlib import oforandrat, project, rakneord

    began = time.perf_counter()
    here = project.find()
    out = Path(ut).resolve() if ut else here.output
    asked = {"namnder": namnder, "kommun": kommun, "slag": slag, "period": period, "ar": ar, "uttag": uttag}
    asked |= {"pdf": pdf, "internt": internt}
    if mall or med:
        asked |= {"mall": mall, "med": med}
        _check_own(mall, namnder, slag, internt=internt)
    before = oforandrat.indata(here)
    # An own notebook may read any file: whether one has changed is seen page by page.
    last = None if tvinga or som_json or mall else oforandrat.find(out, asked, before)
    if last:
        oforandrat.clear(out)
        for line in oforandrat.lines(last, _where(out, internt=internt), rakneord.age(last.uttag)):
            click.echo(line)
        return 0

    from styrlib import arbetare

    if not dask:
        arbetare.warm()
    with arbetare.undisturbed():
        from styrlib import egenplan, report, sidor, swedish

    if ar and not re.fullmatch(r"[12][0-9]{3}", ar):
        raise InputError(f"--ar ska vara ett år med fyra siffror, inte ”{ar}”.")
    same = {"out": out, "with_pdf": pdf, "tvinga": tvinga, "tid": tidsgrans or report.TIMEOUT}
    if mall:
        flags = {"kommun": kommun, "ar": ar, "period": period, "uttag": uttag}
        run = egenplan.plan(here, mall, flags, med, **same)
    else:
        run = report.plan(
            here,
            namnder,
            slag=[_kind(name, sidor.Slag) for name in slag],
            kommun=kommun,
            ar=int(ar or 0),
            period=period,
            uttag=uttag,
            internt=internt,
            **same,
        )
    outcomes, facts = _make(run, asked, antal, dask, began)
    failed = [outcome for outcome in outcomes if outcome.error]
    wrong = bool(failed or facts["fel"])
    if not wrong and not mall:
        last = oforandrat.Korning(len(run.plans), run.uttag, swedish.month(run.uttag))
        oforandrat.remember(run.out, asked, before, last, report.stamps(run))
    if som_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        click.echo(f"{_summary(len(run.plans), len(run.standing), len(failed))} {_where(run.out, internt=internt)}")
        click.echo(f"Siffrorna ur Kolada är från {swedish.month(run.uttag)}, {swedish.age(run.uttag)} gamla.")
    if profil:
        _profile(outcomes, facts["sekunder"])
    return 1 if wrong else 0


def _check_own(mall: tuple[str, ...], namnder: tuple[str, ...], slag: tuple[str, ...], *, internt: bool) -> None:
    """Refuse what own notebooks would leave unheeded."""
    if not mall:
        raise InputError(
            "--med ger värden till en egen anteckningsbok. Lägg till --mall, till exempel --mall egna/mall."
        )
    for given, what in ((namnder, " ".join(namnder)), (slag, "--slag"), (internt, "--internt")):
        if given:
            raise InputError(f"Egna anteckningsböcker görs för sig. Ta bort {what} eller --mall.")


def _make(
    run: Any, asked: dict[str, Any], antal: int | None, dask: str, began: float
) -> tuple[list[Any], dict[str, Any]]:
    """Make the pages, tell what went wrong, and return what became of each and what the run was."""
    from styrlib import korning, report

    outcomes: list[Any] = []
    trouble: list[str] = []
    try:
        with progress(len(run.att_gora)) as move:
            report.make(run, workers=antal, engine=_cluster(dask), done=lambda one: (outcomes.append(one), move(one)))
    except InputError:
        raise
    except StyrError as error:  # the start page
        trouble.append(str(error))
    finally:  # also of an interrupted run
        _tell(outcomes)
        facts = korning.manifest(run, outcomes, asked, time.perf_counter() - began, trouble)
        try:
            korning.write(run, facts)
        except StyrError as error:
            facts["fel"].append(str(error))
        for sentence in facts["fel"]:
            click.echo(f"Fel: {sentence}", err=True)
    return outcomes, facts


def _cluster(address: str) -> Any:
    if not address:
        return None
    from styrlib import kluster

    return partial(kluster.make, address=address)


def _tell(outcomes: Iterable[Any]) -> None:
    """Say what went wrong, and then what else there is to say."""
    for outcome in outcomes:
        if outcome.error:
            click.echo(f"Misslyckades: {outcome.plan.id}: {outcome.error}", err=True)
    for outcome in outcomes:
        for remark in outcome.remarks:
            click.echo(f"Obs: {outcome.plan.id}: {remark}", err=True)


def _profile(outcomes: Iterable[Any], seconds: float) -> None:
    """Say where the processor's time went, by stage and by figure."""
    from styrlib import swedish

    spent: Counter[str] = Counter()
    for outcome in outcomes:
        spent.update(outcome.cost.get("delar", {}))
    figures = {name.partition(": ")[2]: taken for name, taken in spent.items() if name.startswith("bild: ")}
    stages = {name: taken for name, taken in spent.items() if not name.startswith("bild: ")}
    stages["rita bilder"] = sum(figures.values())
    total = sum(stages.values()) or 1.0
    click.echo(f"Körningen tog {swedish.number(seconds, 1)} sekunder.", err=True)
    click.echo("Processortid för sidorna, i sekunder:", err=True)
    for name, taken in sorted(stages.items(), key=lambda item: -item[1]):
        share = swedish.number(100 * taken / total)
        click.echo(f"  {swedish.number(taken, 1):>8}  {share:>3} %  {name}", err=True)
    if figures:
        click.echo("Bilderna som tog längst tid:", err=True)
    for name, taken in sorted(figures.items(), key=lambda item: -item[1])[:LONGEST]:
        click.echo(f"  {swedish.number(taken, 2):>8}  {name}", err=True)


def _summary(total: int, stood: int, failed: int) -> str:
    """Say how many pages there are, how many of them were as they should already, and how many were made."""
    made = total - stood - failed
    if not stood:
        return f"{made} av {total} rapporter är klara."
    if stood == total:
        return f"Alla {total} sidor är redan som de ska." if total > 1 else "Sidan är redan som den ska."
    done = f"{made} är gjord nu." if made == 1 else f"{made} är gjorda nu."
    wrong = f" {failed} misslyckades." if failed else ""
    return f"{stood} av {total} sidor var redan som de ska. {done}{wrong}"


def _where(out: Path, *, internt: bool) -> str:
    if internt:
        return f"De ligger i {shown(out / 'internt')} och får inte publiceras."
    return f"Öppna {shown(out)}index.html."


def _kind(name: str, kinds: Any) -> Any:
    if name not in list(kinds):
        raise UnknownNameError("slaget", name, list(kinds))
    return kinds(name)


COMMANDS: tuple[click.Command, ...] = (rapport,)
