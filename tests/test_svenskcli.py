"""Progress that a person can read: one calm bar in a terminal, one line per report in a log."""

import io
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from styrlib import cli, svenskcli


class Terminal(io.StringIO):
    """What a terminal would show."""

    def isatty(self):
        return True


def outcome(id_, error=""):
    """Return what became of a report."""
    return SimpleNamespace(plan=SimpleNamespace(id=id_), error=error)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((120, 1160, 212), "120 av 1160, 34 per minut, 31 min kvar"),
        ((1, 1160, 9), "1 av 1160, 6,7 per minut, 2 tim 54 min kvar"),
        ((3, 4, 9), "3 av 4, 20 per minut, 3 s kvar"),
        ((1, 2, 300), "1 av 2, 0,2 per minut, 5 min kvar"),
        ((1, 4, 0), "1 av 4, 60000 per minut, 0 s kvar"),
        ((4, 4, 9), "4 av 4"),
    ],
)
def test_the_pace_is_told_in_words(given, said):
    assert svenskcli.pace(*given) == said


def test_a_log_has_one_line_per_report(capsys, monkeypatch):
    monkeypatch.setattr(svenskcli.time, "monotonic", iter([0.0, 30.0, 60.0]).__next__)
    with svenskcli.progress(2) as move:
        move(outcome("0584/socialnamnden"))
        move(outcome("0584/kommunstyrelsen", "Fel."))
    assert capsys.readouterr().err.splitlines() == [
        "Klar: 0584/socialnamnden (1 av 2, 2,0 per minut, 30 s kvar)",
        "Misslyckad: 0584/kommunstyrelsen (2 av 2)",
    ]


def test_one_report_needs_no_pace(capsys):
    with svenskcli.progress(1) as move:
        move(outcome("0584/socialnamnden"))
    assert capsys.readouterr().err == "Klar: 0584/socialnamnden\n"


def test_a_terminal_has_one_bar_with_the_pace(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with svenskcli.progress(3) as move:
        for number in range(3):
            move(outcome(f"0584/{number}"))
    drawn = terminal.getvalue()
    assert drawn.count("\n") == 1
    assert all(part.startswith("Rapporter ") for part in drawn.strip("\r\n").split("\r") if part.strip())
    assert drawn.rstrip().endswith("3 av 3")
    assert "Klar" not in drawn


@pytest.mark.parametrize(("flag", "value"), [("--arbetare", "0"), ("--arbetare", "två"), ("--tidsgrans", "abc")])
def test_a_value_that_a_flag_can_not_have_names_the_flag_and_what_it_takes(flag, value):
    told = CliRunner().invoke(cli.main, ["rapport", flag, value], prog_name="styr")
    assert told.exit_code == 2
    assert told.output == f"Fel: {flag} ska vara ett heltal, minst 1. Skriv ”styr rapport --help” för hjälp.\n"
