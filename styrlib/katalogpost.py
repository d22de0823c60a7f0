"""The open data as Sweden's data portal harvests it: a catalogue in DCAT-AP-SE, as RDF/XML.

One dataset per table, with one distribution whose files are the periods' CSV, as DCAT-AP-SE recommends for data
that are split into files of one kind. A catalogue's own licence has to be CC0, whatever the data's is.

Source: DCAT-AP-SE 2.0 (docs.dataportal.se/dcat/sv), with its examples and recommendations; the EU's vocabularies
for theme, frequency, language, file type and place.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from styrlib.oppnatabeller import Kalla, Tabell
from styrlib.render import render
from styrlib.styrmodell import Period, Utgivare

EU = "http://publications.europa.eu/resource/authority"
FREQUENCY = {1: "ANNUAL", 2: "ANNUAL_2", 3: "ANNUAL_3", 4: "QUARTERLY"}  # by periods in a year


@dataclass(frozen=True)
class Datamangd:
    """A table as a dataset: its description, files by period and the days that its figures were decided."""

    namn: str
    tabell: Tabell
    perioder: Sequence[Period]
    beslutade: Sequence[dt.date]


def record(
    utgivare: Utgivare,
    kommun: str,
    datamangder: Sequence[Datamangd],
    kallor: Mapping[Kalla, str],
    sida: str,
    *,
    exempel: bool,
) -> str:
    """Return the catalogue; the same data give the same bytes.

    Parameters
    ----------
    utgivare
        Who publishes, and where the site lies: all addresses are below it.
    kommun
        The municipality's name.
    datamangder
        The tables that have files.
    kallor
        Where each kind of table comes from, in words.
    sida
        The address below the site's folder of the page that explains the tables.
    exempel
        Whether what the municipality itself writes is made up.
    """
    per_year = Counter(period.ar for d in datamangder for period in {p.id: p for p in d.perioder}.values())
    often = max((n // max(len(datamangder), 1) for n in per_year.values()), default=1)
    xml = render(
        "dcat.rdf.j2",
        u=utgivare,
        kommun=kommun,
        datamangder=datamangder,
        kallor=kallor,
        sida=sida,
        exempel=exempel,
        eu=EU,
        frekvens=FREQUENCY.get(often, "IRREG"),
        beslutade=[day for d in datamangder for day in d.beslutade],
    )
    return xml.strip() + "\n"
