"""What the first notebook tells of the project: which figures, how old, which municipality, which model."""

from __future__ import annotations

import datetime as dt

from styrlib import process, project, rakneord, snapshot, swedish
from styrlib.errors import StyrError
from styrlib.klient import Kolada
from styrlib.render import Html, render

OLD = 183  # days after which Kolada has had something new for most nyckeltal


def laget() -> Html:
    """Visa vilka siffror, vilken kommun och vilken styrmodell som används, och vad som behöver göras."""
    here = project.find()
    raw = snapshot.find(here.kolada)
    kolada = Kolada()
    number = len(raw.catalogue("kpi"))
    facts = {
        "Kommun": kolada.kommun or "ingen är vald i kommun.yaml",
        "Siffror": f"{swedish.number(number)} nyckeltal ur Kolada, hämtade {swedish.month(raw.name)} "
        f"({rakneord.age(raw.name)} gamla)",
    }
    remedies = []
    if dt.datetime.now(tz=dt.UTC).date() - _day(raw.name) > dt.timedelta(OLD):
        remedies.append("Siffrorna är gamla. Kör ”styr hamta” i ett terminalfönster när du har nät.")
    try:
        _, model = process.wanted(here)
    except StyrError as error:
        facts["Styrmodell"] = "kan inte läsas"
        remedies.append(f"{str(error).splitlines()[0].rstrip(':')}. Kör ”styr kontrollera” i ett terminalfönster.")
    else:
        malbilder = sum(len(namnd.malbilder) for namnd in model.namnder)
        follows = sum(1 for namnd in model.namnder for _ in namnd.nyckeltal())
        facts["Styrmodell"] = (
            f"{rakneord.count(len(model.namnder), 'en nämnd', 'nämnder')}, "
            f"{rakneord.count(malbilder, 'en målbild', 'målbilder')} och "
            f"{rakneord.count(follows, 'ett nyckeltal', 'nyckeltal')}"
        )
    return render("startsida.html.j2", fakta=facts, rad=remedies)


def _day(extracted: str) -> dt.date:
    """Return the day of a snapshot, as early as its name allows: `2024-08` → 1 August."""
    year, month, *day = (int(part) for part in extracted.split("-"))
    return dt.date(year, month, day[0] if day else 1)
