"""Personal data is found by its form, and what only looks like it is left alone."""

import pytest

from styrlib import personuppgifter
from styrlib.personuppgifter import Slag


@pytest.mark.parametrize(
    ("text", "slag"),
    [
        ("Eleven 811218-9876 började.", Slag.personnummer),
        ("Eleven 8112189876 började.", Slag.personnummer),
        ("Eleven 19811218-9876 började.", Slag.personnummer),
        ("Eleven 198112189876 började.", Slag.personnummer),
        ("Eleven 1981-12-18-9876 började.", Slag.personnummer),
        ("Eleven 811218 9876 började.", Slag.personnummer),
        ("Eleven 811218–9876 började.", Slag.personnummer),
        ("Hon är 121212+1212 och bor hemma.", Slag.personnummer),
        ("Samordningsnumret 701063-2391 är skrivet.", Slag.personnummer),
        ("Född på skottdagen: 000229-1235.", Slag.personnummer),
        ("Skriv till anna.andersson@vadstena.se i dag.", Slag.epost),
        ("Skriv till å-ö+x@kök.vadstena.se.", Slag.epost),
        ("Ring 0143-150 00.", Slag.telefon),
        ("Ring 0143-15000.", Slag.telefon),
        ("Ring 070-123 45 67.", Slag.telefon),
        ("Ring 0701234567.", Slag.telefon),
        ("Ring 070 123 45 67.", Slag.telefon),
        ("Ring 08-12 34 56 78.", Slag.telefon),
        ("Ring +46 70 123 45 67.", Slag.telefon),
        ("Ring +46701234567.", Slag.telefon),
        ("Ring +46 (0)143 150 00.", Slag.telefon),
        ("Ring 0046 143 150 00.", Slag.telefon),
    ],
)
def test_personal_data_is_found_and_masked(text, slag):
    (found,) = personuppgifter.find(text)
    assert found.slag is slag
    masked = personuppgifter.mask(text)
    assert found.text not in masked
    assert found.maskerad in masked
    assert sum(c.isdigit() for c in found.maskerad) <= 3
    assert personuppgifter.find(masked) == []


@pytest.mark.parametrize(
    "text",
    [
        "Numret 811218-9875 har fel kontrollsiffra.",
        "Dagen finns inte: 811232-9879.",
        "Bolaget har 212000-2817 som organisationsnummer.",
        "Beslutet KS/2016:303 – 003 gäller från 2019-01-01.",
        "Socialtjänstlagen (2025:400) och LSS (1993:387).",
        "Den 2026-03-31 var 1 234 567 kronor använda.",
        "Åren 2019 2020 2021 2022 och 07-09 2024.",
        "Öppet 08-17 alla dagar, och 0,5 procent fler kom.",
        "Ring 112 eller 1177.",
        "Väg 0143 stängdes i 50 minuter.",
        "Läs mer på https://www.vadstena.se/0701234567.",
        "Följ oss på @vadstena.",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text):
    assert personuppgifter.find(text) == []
    assert personuppgifter.mask(text) == text


def test_a_personnummer_is_not_told_as_a_telephone_number_too():
    assert [t.slag for t in personuppgifter.find("0212121214 och 070-123 45 67")] == [Slag.personnummer, Slag.telefon]
