"""The data portal's record has what DCAT-AP-SE asks for, and is the same each time."""

import datetime as dt
from xml.etree import ElementTree as ET

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import XSD

from styrlib import katalogpost
from styrlib.katalogpost import Datamangd
from styrlib.oppnatabeller import TABELLER, Kalla
from styrlib.styrmodell import Period, Utgivare

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SITE = "https://vadstena.example/uppfoljning"
PERIODS = [
    Period(id="2025-helar", namn="Helår 2025", ar=2025, fran="2025-01-01", till="2025-12-31"),
    Period(id="2026-delar", namn="Delår 2026", ar=2026, fran="2026-01-01", till="2026-08-31"),
]
SOURCES = dict.fromkeys(Kalla, "Vadstena kommun & Kolada")


def record(kontakt="kommunen@vadstena.example", namn="Vadstena <kommun>", periods=PERIODS, *, exempel=True):
    utgivare = Utgivare(namn=namn, adress=SITE, kontakt=kontakt)
    days = [dt.date(2026, 2, 17), dt.date(2026, 9, 30)]
    datasets = [Datamangd(name, TABELLER[name], periods, days) for name in ("bedomningar", "varden")]
    return katalogpost.record(utgivare, "Vadstena", datasets, SOURCES, "data.html", exempel=exempel)


@pytest.fixture(scope="module")
def graph():
    return Graph().parse(data=record(), format="xml")


def only(graph, kind):
    (subject,) = graph.subjects(RDF.type, kind)
    return subject


@pytest.mark.parametrize("term", [DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset, DCTERMS.license])
def test_the_catalogue_has_what_is_mandatory(graph, term):
    assert list(graph.objects(only(graph, DCAT.Catalog), term))


def test_the_catalogues_own_licence_is_cc0_and_its_texts_are_swedish(graph):
    catalogue = only(graph, DCAT.Catalog)
    assert graph.value(catalogue, DCTERMS.license) == URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    assert graph.value(catalogue, DCTERMS.title).language == "sv"
    assert len(set(graph.objects(catalogue, DCAT.dataset))) == 2


@pytest.mark.parametrize(
    "term",
    [
        *(DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.distribution),
        *(DCTERMS.language, DCAT.theme, DCTERMS.accrualPeriodicity, DCAT.contactPoint),
        *(DCTERMS.temporal, DCTERMS.spatial, DCTERMS.issued, DCTERMS.modified, DCTERMS.accessRights, DCAT.keyword),
    ],
)
def test_each_dataset_has_what_is_mandatory_and_recommended(graph, term):
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert datasets == set(graph.objects(only(graph, DCAT.Catalog), DCAT.dataset))
    assert all(list(graph.objects(dataset, term)) for dataset in datasets)


def test_the_agent_has_a_name_and_a_type(graph):
    agent = only(graph, FOAF.Agent)
    assert set(graph.objects(None, DCTERMS.publisher)) == {agent}
    assert graph.value(agent, FOAF.name) == Literal("Vadstena <kommun>")
    assert graph.value(agent, DCTERMS.type) == URIRef("http://purl.org/adms/publishertype/LocalAuthority")


@pytest.mark.parametrize("term", [DCAT.accessURL, DCTERMS.license, DCTERMS["format"], DCTERMS.title])
def test_each_distribution_has_what_is_mandatory_and_a_licence(graph, term):
    distributions = set(graph.subjects(RDF.type, DCAT.Distribution))
    assert distributions == set(graph.objects(None, DCAT.distribution))
    assert all(list(graph.objects(distribution, term)) for distribution in distributions)


def test_a_distribution_names_the_file_of_every_period_by_absolute_address(graph):
    (distribution,) = [d for d in graph.subjects(RDF.type, DCAT.Distribution) if "bedomningar" in d]
    files = {str(url) for url in graph.objects(distribution, DCAT.downloadURL)}
    assert files == {f"{SITE}/data/{period.id}/bedomningar.csv" for period in PERIODS}
    addresses = [str(node) for triple in graph for node in triple if isinstance(node, URIRef)]
    assert all(address.startswith(("https://", "http://", "mailto:")) for address in addresses)


def test_a_contact_point_has_a_name_and_an_address_or_is_not_there(graph):
    point = graph.value(None, VCARD.fn)
    assert point is None  # the name is no subject
    (contact,) = set(graph.objects(None, DCAT.contactPoint))
    assert graph.value(contact, VCARD.fn)
    assert graph.value(contact, VCARD.hasEmail) == URIRef("mailto:kommunen@vadstena.example")
    without = Graph().parse(data=record("https://vadstena.example/kontakt"), format="xml")
    assert not list(without.objects(None, DCAT.contactPoint))


def test_the_time_spans_the_periods_and_the_dates_are_dates(graph):
    starts, ends = (set(graph.objects(None, term)) for term in (DCAT.startDate, DCAT.endDate))
    assert starts == {Literal("2025-01-01", datatype=XSD.date)}
    assert ends == {Literal("2026-08-31", datatype=XSD.date)}
    assert set(graph.objects(None, DCTERMS.issued)) == {Literal("2026-02-17", datatype=XSD.date)}


def test_the_frequency_is_how_many_periods_a_year_has():
    def said(periods):
        graph = Graph().parse(data=record(periods=periods), format="xml")
        return {str(o).rpartition("/")[2] for o in graph.objects(None, DCTERMS.accrualPeriodicity)}

    half = Period(id="2025-delar", namn="Delår 2025", ar=2025, fran="2025-01-01", till="2025-08-31")
    assert said(PERIODS) == {"ANNUAL"}
    assert said([half, *PERIODS]) == {"ANNUAL_2"}


def test_examples_are_said_to_be_examples(graph):
    texts = [str(text) for text in graph.objects(None, DCTERMS.description)]
    assert sum("xempel, inte beslutat" in text for text in texts) == 3
    assert "xempel" not in record(exempel=False)


def test_it_is_well_formed_and_the_same_bytes_each_time():
    assert record() == record()
    assert ET.fromstring(record()).tag.endswith("RDF")
