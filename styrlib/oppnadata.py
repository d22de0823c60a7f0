"""Open data of a period: what the published reports say, as rows of tables.

Only nämnder whose report is published are in it, and of them only what their report shows: no internal
self-assessment, no value that is hidden, no nyckeltal that only a verksamhet follows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from styrlib import analysis, malkarta, sjalvskattning
from styrlib.falt import Jamforelse, Svar
from styrlib.kommuner import RIKET
from styrlib.namnduppfoljning import Namnduppfoljning
from styrlib.oppnatabeller import TABELLER
from styrlib.styrmodell import Aktivitet, Dialog, Namnd, Nyckeltal, Styrmodell
from styrlib.underlag import Underlag

Rad = dict[str, Any]
DECIMALER = 6  # of a mean that is computed here; Kolada's own values are left as they are


def tabeller(underlag: Underlag, namnder: Collection[str], sidor: Collection[str] = ()) -> dict[str, list[Rad]]:
    """Return the rows of every table of `oppnatabeller.TABELLER`.

    Parameters
    ----------
    underlag
        The model as of the period, and its figures.
    namnder
        Ids of the nämnder whose report for the period may be seen.
    sidor
        What publicering.yaml calls the other pages that may be seen: applications for funds are shown on
        `insatser`, and stories on `erfarenhetsbank`.
    """
    modell = underlag.modell
    public = [namnd for namnd in modell.namnder if namnd.id in namnder]
    frames = underlag.frames({n.id for namnd in public for _, n in namnd.nyckeltal()})
    follow_ups = [underlag.namnd(namnd, frames=frames) for namnd in public]
    shown = {id_: f for f in reversed(follow_ups) for id_ in f.nyckeltal}
    rows: dict[str, Iterable[Rad]] = {
        "namnder": (_namnd(modell, namnd, underlag.period.id) for namnd in public),
        "malbilder": (row for namnd in public for row in _malbilder(namnd)),
        "nyckeltal": (_nyckeltal(shown[id_], id_) for id_ in sorted(shown)),
        "malbildsnyckeltal": (
            {"namnd": f.namnd.id, "malbild": m.id, "nyckeltal": n.id}
            for f in follow_ups
            for m, n in f.namnd.nyckeltal()
            if n.id in f.nyckeltal
        ),
        "varden": (row for id_ in sorted(shown) for row in _varden(shown[id_], id_)),
        "jamforelser": (row for id_ in sorted(shown) for row in _jamforelser(shown[id_], id_)),
        "bedomningar": (row for namnd in public for row in _bedomningar(namnd, underlag.period.id)),
        "uppdrag": (row for namnd in public for row in _uppdrag(namnd)),
        "aktiviteter": (row for namnd in public for row in _aktiviteter(namnd)),
        "dialoger": (row for namnd in public for row in _dialoger(namnd)),
        "dialogpunkter": (row for namnd in public for row in _dialogpunkter(namnd)),
        "lankar": (row for namnd in public for row in _lankar(modell, namnd, sidor)),
        "sjalvskattningar": (row for namnd in public for row in _sjalvskattningar(namnd, underlag.period.id)),
        "medel": _medel(modell, public) if "insatser" in sidor else (),
    }
    return {name: list(rows[name]) for name in TABELLER}


def _namnd(modell: Styrmodell, namnd: Namnd, period: str) -> Rad:
    decision = modell.publicerad(namnd.id, period)
    return {
        "namnd": namnd.id,
        "namn": namnd.namn,
        "kortnamn": namnd.kortnamn,
        "period": period,
        "beslutad": decision.beslutad if decision else None,
        "diarienummer": decision.diarienummer if decision else None,
        "beslut_exempel": bool(modell.publicering and modell.publicering.exempel),
        "exempel": namnd.exempel,
    }


def _malbilder(namnd: Namnd) -> Iterator[Rad]:
    for m in namnd.malbilder:
        verksamhet = namnd.verksamhet(m.verksamhet)
        yield {
            "namnd": namnd.id,
            "malbild": m.id,
            "rubrik": m.rubrik,
            "text": m.text,
            "verksamhet": verksamhet.namn,
            "ansvarig": m.ansvarig or verksamhet.ansvarig,
            "aspekter": m.aspekter,
            "exempel": namnd.exempel,
        }


def _nyckeltal(f: Namnduppfoljning, id_: str) -> Rad:
    n: Nyckeltal = f.nyckeltal[id_]
    known = f.titlar.loc[id_]
    same = ("forklaring", "enhet", "riktning", "malniva", "malar", "niva", "rullande")
    return {
        "nyckeltal": id_,
        "namn": f.short_name(n),
        **{key: known[key] for key in ("titel", "producent", "kalla")},
        **{key: getattr(n, key) for key in same},
        "varden_exempel": n.lokalt and f.namnd.exempel,
    }


def _varden(f: Namnduppfoljning, id_: str) -> Iterator[Rad]:
    rows = f.varden[id_]
    own = rows[rows["kommun"] == f.kommun].sort_values(["ar", "kon"])
    for row in own.itertuples():
        # A hidden value has neither value nor base in the table; they are left out here all the same.
        hidden = bool(row.dold)
        yield {
            "nyckeltal": id_,
            "ar": row.ar,
            "kon": row.kon,
            "varde": None if hidden else row.varde,
            "antal": None if hidden else row.antal,
            "dold": hidden,
        }


def _jamforelser(f: Namnduppfoljning, id_: str) -> Iterator[Rad]:
    rows = f.varden[id_]
    if not f.nyckeltal[id_].jamforbart:
        return
    for kind in f.modell.kommun.jamforelser:
        if kind is Jamforelse.riket:
            country = rows[(rows["kommun"] == RIKET) & rows["varde"].notna()].sort_values(["ar", "kon"])
            means = country[["ar", "kon", "varde"]].assign(antal_medlemmar=pd.NA)
        else:
            means = analysis.group_mean(rows, f.members[kind][id_]).sort_values(["ar", "kon"])
            means["varde"] = means["varde"].round(DECIMALER)
        for mean in means.itertuples():
            yield {
                "nyckeltal": id_,
                "ar": mean.ar,
                "kon": mean.kon,
                "jamforelse": kind,
                "varde": mean.varde,
                "antal_kommuner": mean.antal_medlemmar,
            }


def _bedomningar(namnd: Namnd, period: str) -> Iterator[Rad]:
    same = ("period", "grad", "motivering", "underlag", "av", "sakerhet", "atgard", "skillnad")
    for m in namnd.malbilder:
        for b in m.bedomningar:
            if b.period == period:
                yield {"namnd": namnd.id, "malbild": m.id, **{key: getattr(b, key) for key in same}}


def _uppdrag(namnd: Namnd) -> Iterator[Rad]:
    same = ("rubrik", "text", "ar", "omrade", "ansvarig", "status", "gjort", "aterstar", "hinder", "slut", "malbilder")
    for u in namnd.uppdrag:
        yield {
            "namnd": namnd.id,
            "uppdrag": u.id,
            **{key: getattr(u, key) for key in (*same, "kalla")},
            "uppdrag_exempel": u.exempel,
            "exempel": namnd.exempel,
        }


def _aktiviteter(namnd: Namnd) -> Iterator[Rad]:
    parts: list[tuple[str, str, Sequence[Aktivitet]]] = [
        *(("malbild", m.id, m.aktiviteter) for m in namnd.malbilder),
        *(("uppdrag", u.id, u.aktiviteter) for u in namnd.uppdrag),
    ]
    same = ("rubrik", "beskrivning", "ansvarig", "start", "slut", "status", "kommentar")
    for slag, id_, aktiviteter in parts:
        for a in aktiviteter:
            yield {
                "namnd": namnd.id,
                "aktivitet": a.id,
                "hor_till_slag": slag,
                "hor_till": id_,
                **{key: getattr(a, key) for key in same},
                "exempel": namnd.exempel,
            }


def _numbered(namnd: Namnd) -> Iterator[tuple[int, Dialog]]:
    yield from enumerate(sorted(namnd.dialoger, key=lambda d: d.datum), 1)


def _dialoger(namnd: Namnd) -> Iterator[Rad]:
    for number, d in _numbered(namnd):
        yield {
            "namnd": namnd.id,
            "dialog": number,
            "datum": d.datum,
            "verksamhet": namnd.verksamhet(d.verksamhet).namn,
            "sammanfattning": d.sammanfattning,
            "exempel": namnd.exempel,
        }


def _dialogpunkter(namnd: Namnd) -> Iterator[Rad]:
    same = ("text", "ansvarig", "klar_senast", "status", "resultat")
    for number, d in _numbered(namnd):
        points: list[Rad] = [{"slag": "insikt", "text": text} for text in d.insikter]
        points += [{"slag": "overenskommelse", **{k: getattr(o, k) for k in same}} for o in d.overenskommelser]
        for i, point in enumerate(points, 1):
            yield {"namnd": namnd.id, "dialog": number, "nummer": i, **point}


def _lankar(modell: Styrmodell, namnd: Namnd, sidor: Collection[str]) -> Iterator[Rad]:
    shown_on = {"ansokan": "insatser", "reportage": "erfarenhetsbank"}
    links = malkarta.lankar(modell)
    own = links[links["organ"] == namnd.id]
    own = own[[slag not in shown_on or shown_on[slag] in sidor for slag in own["slag"]]]
    for i, row in enumerate(own.to_dict("records"), 1):
        same = ("slag", "id", "rubrik", "mal", "riktning", "skal")
        yield {
            "namnd": namnd.id,
            "nummer": i,
            **{key: row[key] for key in same},
            "exempel": row["markning"] == malkarta.EXEMPEL,
        }


def _sjalvskattningar(namnd: Namnd, period: str) -> Iterator[Rad]:
    released = [s for s in namnd.styrprinciper if s.slappt and s.period == period]
    for i, s in enumerate(released, 1):
        total = sum(s.svar.values())
        answers: Mapping[str, int | None] = dict.fromkeys(Svar)
        if total >= sjalvskattning.FEWEST:
            answers = {kind: s.svar.get(kind, 0) for kind in Svar}
        yield {
            "namnd": namnd.id,
            "nummer": i,
            "princip": s.princip,
            "period": s.period,
            "marks": s.exempel,
            "forbattring": s.forbattring,
            "svarade": total if s.svar else None,
            **{str(kind): answer for kind, answer in answers.items()},
            "exempel": namnd.exempel,
        }


def _medel(modell: Styrmodell, namnder: Sequence[Namnd]) -> Iterator[Rad]:
    by_id = {namnd.id: namnd for namnd in namnder}
    same = ("namnd", "rubrik", "datum", "syfte", "sokt", "beviljat", "anvant", "effekt", "malbild")
    for a in modell.medel.ansokningar if modell.medel else ():
        if a.namnd in by_id:
            yield {
                "ansokan": a.id,
                **{key: getattr(a, key) for key in same},
                "verksamhet": by_id[a.namnd].verksamhet(a.verksamhet).namn,
                "exempel": modell.medel.exempel if modell.medel else False,
            }
