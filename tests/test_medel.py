"""The fund adds up, and what is not known is never zero."""

import datetime as dt

import pytest

from styrlib import medel
from styrlib.styrmodell import Ansokan, Budget, Medel


def ansokan(id_, day, sokt, beviljat=None, anvant=None):
    return Ansokan(
        id=id_,
        rubrik=id_,
        namnd="sn",
        verksamhet="v",
        datum=dt.date.fromisoformat(day),
        syfte="S.",
        sokt=sokt,
        beviljat=beviljat,
        anvant=anvant,
    )


def fund(*ansokningar, **budget):
    budgets = tuple(Budget(ar=int(year[1:]), belopp=sum_) for year, sum_ in budget.items())
    return Medel(namn="M", beskrivning="B.", exempel=True, budget=budgets, ansokningar=ansokningar)


MANY = fund(
    ansokan("a", "2025-01-10", 10, 10, 8),
    ansokan("b", "2025-03-01", 20, 15),
    ansokan("c", "2025-02-01", 40, 0),
    ansokan("d", "2025-04-01", 5),
    ansokan("e", "2023-04-01", 7, 7, 0),
    y2024=50,
    y2025=100,
)


def test_each_year_is_summed_by_itself_the_latest_first():
    years = medel.by_year(MANY)
    assert [y.ar for y in years] == [2025, 2024, 2023]
    latest = years[0]
    assert [a.id for a in latest.ansokningar] == ["d", "b", "c", "a"]
    assert (latest.budget, latest.sokt, latest.beviljat, latest.inte_fordelat) == (100, 75, 25, 75)
    assert (latest.anvant, latest.inte_anvant) == (8, 2)
    counts = len(latest.avslagna), len(latest.oavgjorda), len(latest.oredovisade), len(latest.redovisade)
    assert counts == (1, 1, 1, 1)


def test_what_is_not_known_is_none_and_what_is_zero_is_zero():
    latest, empty, oldest = medel.by_year(MANY)
    assert empty.anvant is None
    assert empty.inte_anvant is None
    assert empty.inte_fordelat == 50
    assert oldest.budget is None
    assert oldest.inte_fordelat is None
    assert (oldest.anvant, oldest.inte_anvant) == (0, 7)
    assert latest.anvant is not None


def test_a_year_may_grant_more_than_its_budget():
    (year,) = medel.by_year(fund(ansokan("a", "2025-01-10", 30, 30), y2025=20))
    assert year.inte_fordelat == -10


def test_a_decision_has_a_word():
    words = [medel.beslut(a) for a in sorted(MANY.ansokningar, key=lambda a: a.id)]
    assert words == ["Beviljad", "Delvis beviljad", "Avslag", "Inte avgjord än", "Beviljad"]


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        ({"beslutad": dt.date(2025, 1, 1)}, "i den ordningen"),
        ({"beslutad": dt.date(2025, 3, 1), "redovisad": dt.date(2025, 2, 15)}, "i den ordningen"),
        ({"beslutad": dt.date(2025, 3, 1), "beviljat": None}, "beviljat saknas"),
    ],
)
def test_an_application_comes_in_is_decided_and_is_accounted_for_in_that_order(days, wrong):
    given = ansokan("a", "2025-02-01", 10, 10, 8).model_dump()
    assert Ansokan(**{**given, "beslutad": dt.date(2025, 2, 1), "redovisad": dt.date(2025, 12, 1)})
    with pytest.raises(ValueError, match=wrong):
        Ansokan(**{**given, **days})
