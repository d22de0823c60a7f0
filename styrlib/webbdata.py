"""What the site has beside its pages: open data with a page that explains them, the data portal's record, a feed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from styrlib import csvw, flode, katalogpost, oppnadata, swedish, tidpunkt, webbsidor
from styrlib.files import replacing, write_text
from styrlib.flode import Nyhet
from styrlib.katalogpost import Datamangd
from styrlib.oppnatabeller import TABELLER, Kalla
from styrlib.publicerat import Publik
from styrlib.sidor import Slag
from styrlib.styrmodell import Period, Styrmodell
from styrlib.underlag import Underlag
from styrlib.webbsidor import Nedladdning, Webbplats

SIDA = "data.html"
KATALOG = "data/dcat.rdf"


def oppna_data(folder: Path, webb: Webbplats) -> Sequence[Nedladdning]:
    """Write open data of every published period, their page and, when there is a utgivare, the portal's record.

    Earlier periods are written anew each time, so that a value that has to be hidden now is hidden in all files.

    Parameters
    ----------
    folder
        The site's folder.
    webb
        The site.
    """
    rows: dict[Period, dict[str, int]] = {}
    for period in webb.urval.perioder:
        if namnder := webb.urval.namnder(period):
            underlag = Underlag(
                webb.da(period), period, tidpunkt.figures_until(webb.modell, period), webb.uttag, webb.folder
            )
            sidor = {public.sida.rapport for public in webb.urval.av(period)}
            rows[period] = write(folder / "data" / period.id, underlag, namnder, sidor)
    if not rows:
        return ()
    namn = [name for name in TABELLER if any(name in tables for tables in rows.values())]
    sources = kallor(webb.modell, webb.uttag)
    html = webbsidor.page(
        webb,
        SIDA,
        "oppnadata.html.j2",
        "Öppna data",
        rader=rows,
        tabeller={n: TABELLER[n] for n in namn},
        kallor=sources,
    )
    write_text(folder / SIDA, html)
    utgivare = webb.modell.kommun.utgivare
    if utgivare:
        datasets = [_dataset(webb, name, [p for p, tables in rows.items() if name in tables]) for name in namn]
        record = katalogpost.record(
            utgivare, webb.modell.kommun.namn, datasets, sources, SIDA, exempel=webb.modell.exempel
        )
        write_text(folder / KATALOG, record)
    return (Nedladdning("Öppna data", SIDA, "Siffror och texter som tabeller, fria att använda."),)


def write(folder: Path, underlag: Underlag, namnder: Sequence[str], sidor: set[str]) -> dict[str, int]:
    """Write a period's tables and their metadata into a folder, and return how many rows each table has.

    Parameters
    ----------
    folder
        Where the files are to lie.
    underlag
        The model as of the period, and its figures.
    namnder, sidor
        What may be seen: see `oppnadata.tabeller`.

    Returns
    -------
    dict
        Only of tables that have rows; the others have no file.
    """
    tables = {name: rows for name, rows in oppnadata.tabeller(underlag, namnder, sidor).items() if rows}
    for name, rows in tables.items():
        with replacing(folder / f"{name}.csv") as temporary:
            temporary.write_bytes(csvw.write(TABELLER[name], rows))
    kommun = underlag.modell.kommun
    examples = " Det nämnderna själva skriver är exempel, inte beslutat." if underlag.modell.exempel else ""
    om = csvw.Om(
        titel=f"Uppföljning av {swedish.genitive(kommun.namn)} mål, {swedish.lower_first(underlag.period.namn)}",
        beskrivning=f"Det som står i nämndernas publicerade rapporter, som tabeller.{examples}",
        utgivare=kommun.utgivare.namn if kommun.utgivare else f"{kommun.namn} kommun",
        licens=kommun.utgivare.licens if kommun.utgivare else "",
        kallor=kallor(underlag.modell, underlag.uttag),
    )
    write_text(folder / csvw.METADATA, csvw.metadata({name: TABELLER[name] for name in tables}, om))
    return {name: len(rows) for name, rows in tables.items()}


def kallor(modell: Styrmodell, uttag: str) -> dict[Kalla, str]:
    """Return in words where the tables of each kind come from."""
    kolada = f"Kolada (RKA), hämtat {swedish.when(uttag)}"
    own = f"{modell.kommun.namn} kommun"
    return {Kalla.kommunen: own, Kalla.kolada: kolada, Kalla.bada: f"{kolada}, och {own}"}


def _dataset(webb: Webbplats, name: str, perioder: Sequence[Period]) -> Datamangd:
    pages = [public for period in perioder for public in webb.urval.av(period)]
    return Datamangd(name, TABELLER[name], perioder, [day for p in pages if (day := p.rad.beslutad)])


def nytt(folder: Path, webb: Webbplats) -> Sequence[Nedladdning]:
    """Write the feed of published pages; nothing when no utgivare says where the site lies.

    Of the goals' pages only the one over all of them is told.
    """
    utgivare = webb.modell.kommun.utgivare
    if utgivare is None:
        return ()
    news = [_news(webb, public) for public in webb.urval.sidor if not public.sida.parameters.get("mal")]
    write_text(folder / flode.ADDRESS, flode.feed(utgivare, webb.namn, [n for n in news if n]))
    return (Nedladdning("Nytt på webbplatsen (RSS)", flode.ADDRESS, "Följ nya rapporter i en nyhetsläsare.", True),)


def _news(webb: Webbplats, public: Publik) -> Nyhet | None:
    row, period = public.rad, public.period
    if row.beslutad is None:
        return None
    made_up = webb.modell.exempel or bool(webb.modell.publicering and webb.modell.publicering.exempel)
    about = "Nämndens uppföljning" if public.sida.slag is Slag.namnd else "Uppföljning"
    return Nyhet(
        f"{webb.titel(public)}, {swedish.lower_first(period.namn)}",
        public.adress,
        row.beslutad,
        f"{'Exempel, inte beslutat. ' if made_up else ''}{about} för tiden {swedish.date(period.fran)} till "
        f"{swedish.date(period.till)}. Fastställd {swedish.date(row.beslutad)}, diarienummer {row.diarienummer}.",
    )
