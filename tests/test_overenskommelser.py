"""Agreements: what remains is found whichever dialogue it comes from, the oldest first."""

import datetime as dt

import pytest

from styrlib import overenskommelser
from styrlib.falt import Status
from styrlib.styrmodell import Dialog

DAY = dt.date(2026, 8, 31)


def dialog(datum, *agreed):
    """Make a dialogue of agreements given as text, status and date."""
    rows = [{"text": text, "ansvarig": "Rektor", "status": status, "klar_senast": end} for text, status, end in agreed]
    return Dialog.model_validate(
        {"datum": datum, "verksamhet": "skola", "sammanfattning": "Vi talade.", "overenskommelser": rows}
    )


HELD = [
    dialog("2026-04-01", ("ny klar", "klar", "2026-05-01"), ("ny kvar", "pagar", "2026-12-01")),
    dialog("2024-10-01", ("äldst kvar", "forsenad", "2025-01-01"), ("äldst klar", "klar", None)),
    dialog("2025-10-01", ("mellan avbruten", "avbruten", "2025-12-01"), ("mellan kvar", "ej_paborjad", None)),
]


def test_what_remains_is_gathered_from_all_dialogues_the_oldest_first():
    found = overenskommelser.still_open(HELD, DAY)
    assert [a.overenskommelse.text for a in found] == ["äldst kvar", "mellan kvar", "ny kvar"]
    assert [a.dialog.datum.year for a in found] == [2024, 2025, 2026]


def test_a_next_dialogue_also_sees_what_the_last_one_led_to_but_not_what_was_ended_before_it():
    found = overenskommelser.to_follow_up(HELD, DAY)
    assert [a.overenskommelse.text for a in found] == ["äldst kvar", "mellan kvar", "ny kvar", "ny klar"]
    assert overenskommelser.to_follow_up([], DAY) == []


@pytest.mark.parametrize(
    ("status", "end", "passed"),
    [
        ("pagar", "2026-08-31", True),
        ("pagar", "2026-09-01", False),
        ("pagar", None, False),
        ("klar", "2020-01-01", False),
        ("avbruten", "2020-01-01", False),
    ],
)
def test_a_date_has_passed_only_of_what_is_not_done(status, end, passed):
    (agreed,) = overenskommelser.agreed([dialog("2026-01-01", ("ett", status, end))], DAY)
    assert agreed.passerad is passed
    assert agreed.oppen is (Status(status) not in (Status.klar, Status.avbruten))
