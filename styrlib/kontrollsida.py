"""What the check found, as text for a terminal, JSON for programs and a page for people."""

from __future__ import annotations

import json
from itertools import groupby

from styrlib import swedish
from styrlib.fynd import MEANING, ORD, Allvar, Fynd, Regel, counts, worst
from styrlib.kontroll import Resultat
from styrlib.render import render

Grupp = tuple[str, str, list[tuple[Regel, list[Fynd]]]]  # id and name of a nämnd, and its findings by rule
WHOLE = ("kommunen", "Hela kommunen")
HAS_NO = {Allvar.fel: "inga fel", Allvar.varning: "inga varningar", Allvar.rad: "inga råd"}
SEVERAL = {Allvar.fel: ("ett fel", "fel"), Allvar.varning: ("en varning", "varningar"), Allvar.rad: ("ett råd", "råd")}


def groups(resultat: Resultat) -> list[Grupp]:
    """Return the findings by nämnd and rule, in the order that they have."""
    names = {n.id: n.namn for n in resultat.modell.namnder} if resultat.modell else {}
    found = []
    for id_, some in groupby(resultat.fynd, key=lambda f: f.namnd):
        by_rule: dict[str, list[Fynd]] = {}
        for fynd in some:
            by_rule.setdefault(fynd.regel.kod, []).append(fynd)
        anchor, name = (id_, names.get(id_, id_)) if id_ else WHOLE
        found.append((anchor, name, [(rows[0].regel, rows) for rows in by_rule.values()]))
    return found


def summary(fynd: list[Fynd]) -> str:
    """Return how many there are of each: `Inga fel, två varningar och ett råd`."""
    parts = [
        swedish.count(n, *SEVERAL[allvar]).replace(swedish.NBSP, " ") if n else HAS_NO[allvar]
        for allvar, n in counts(fynd).items()
    ]
    return swedish.capitalised(swedish.listed(parts))


def text(resultat: Resultat) -> str:
    """Return the findings as text: nämnd by nämnd, each remedy once."""
    lines = [f"{summary(list(resultat.fynd))}. {scope(resultat)}".strip(), day(resultat)]
    for _, name, rules in groups(resultat):
        lines += ["", name.upper()]
        for regel, rows in rules:
            lines += ["", f"{ORD[regel.allvar]}: {regel.rubrik} ({regel.kod})"]
            lines += [f"  {f.var}: {f.vad}" for f in rows]
            lines += [f"  Gör så här: {regel.atgard}"]
    return "\n".join(lines) + "\n"


def as_json(resultat: Resultat) -> str:
    """Return the findings as JSON; the keys never change.

    kommun, dag, period, allvar (the worst), antal (fel, varning, rad) and fynd, each with allvar, kod, rubrik,
    namnd (null for the whole municipality), fil, rad (null when there is none), plats, vad and atgard.
    """
    modell = resultat.modell
    content = {
        "kommun": modell.kommun.kommun if modell else None,
        "dag": resultat.dag.isoformat(),
        "period": modell.aktuell.id if modell else None,
        "allvar": worst(resultat.fynd) if resultat.fynd else None,
        "antal": counts(resultat.fynd),
        "fynd": [
            {
                "allvar": f.regel.allvar,
                "kod": f.regel.kod,
                "rubrik": f.regel.rubrik,
                "namnd": f.namnd or None,
                "fil": f.fil,
                "rad": f.rad or None,
                "plats": f.plats,
                "vad": f.vad,
                "atgard": f.regel.atgard,
            }
            for f in resultat.fynd
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def page(resultat: Resultat) -> str:
    """Return the findings as a page of the house's kind: working material that is not published."""
    found = groups(resultat)
    return render(
        "kontroll.html.j2",
        titel=f"Kontroll av styrmodellen{f' för {resultat.modell.kommun.namn}' if resultat.modell else ''}",
        fynd=resultat.fynd,
        summering=summary(list(resultat.fynd)),
        omfattning=scope(resultat),
        dag=day(resultat),
        grupper=[(*group, summary([f for _, rows in group[2] for f in rows])) for group in found],
        grader=[(allvar, ORD[allvar], MEANING[allvar]) for allvar in Allvar],
        ord=ORD,
        exempel=resultat.modell is not None and resultat.modell.exempel,
        sidfot="Arbetsmaterial. Sidan publiceras inte.",
    )


def scope(resultat: Resultat) -> str:
    """Return what has been read: the municipality and how much its model holds."""
    if not resultat.modell:
        return "Filerna går inte att använda än, så resten är inte kontrollerat."
    namnder = resultat.modell.namnder
    nyckeltal = {n.id for namnd in namnder for _, n in namnd.nyckeltal()}
    return (
        f"{resultat.modell.kommun.namn}: {len(namnder)} nämnder, {sum(len(n.malbilder) for n in namnder)} målbilder, "
        f"{len(nyckeltal)} nyckeltal."
    )


def day(resultat: Resultat) -> str:
    """Return which day and period the check goes by."""
    period = f" Bedömningar gäller {resultat.modell.aktuell.namn.lower()}." if resultat.modell else ""
    return f"Slutdatum är jämförda med den {swedish.date(resultat.dag)}.{period}"
