"""The pictures of a nämnd's report: from what is followed up to what each figure draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from styrlib import agendabild, analysis, helhet, malavstand, remsa, rodtrad, swedish, tidsserie
from styrlib.falt import Jamforelse
from styrlib.figures import Diagram
from styrlib.konsskillnad import Skillnad
from styrlib.namnduppfoljning import Namnduppfoljning
from styrlib.styrmodell import Malbild, Nyckeltal
from styrlib.uppfoljning import Uppfoljning, since_break

SEXES = {"kvinnor": "K", "man": "M"}


def whole(n: Namnduppfoljning) -> Diagram | None:
    """Draw every nyckeltal's läge and utveckling, målbild by målbild; None without any."""
    rows = [
        helhet.Helhetsrad(
            m.rubrik,
            [helhet.Helhetstal(u.namn, u.lage.andel, u.utvecklas.value, u.lage.laget) for u in n.foljda(m)],
        )
        for m in n.malbilder
    ]
    return helhet.whole(rows, title="Läge och utveckling", kommun=n.namn, source=_own(n.uppfoljningar.values(), n))


def targets(n: Namnduppfoljning, malbild: Malbild) -> Diagram | None:
    """Draw the way to each of a målbild's target levels; None where there is none."""
    followed = [u for u in n.foljda(malbild) if u.forslag]
    source = f"Källa: {_whose(followed, n)}. Målnivåer: {n.modell.kommun.namn} kommuns styrmodell{_example(n)}."
    rows = [_target(u) for u in followed]
    return malavstand.distance(rows, title=f"Vägen till målen: {malbild.rubrik}", kommun=n.namn, source=source)


def _target(u: Uppfoljning) -> malavstand.Malavstandsrad:
    assert u.forslag is not None
    comparable = since_break(u.serie, u.nyckeltal)
    earlier = comparable[(comparable.index < (u.ar or 0)) & (comparable.index >= (u.ar or 0) - 5)]
    return malavstand.Malavstandsrad(
        namn=u.namn,
        enhet=u.nyckeltal.enhet,
        decimaler=u.decimaler,
        riktning=u.nyckeltal.riktning,
        malniva=u.forslag.malniva,
        malar=u.forslag.malar,
        ar=u.ar,
        varde=u.varde,
        fore_ar=int(earlier.index[0]) if len(earlier) else None,
        fore=float(earlier.iloc[0]) if len(earlier) else None,
        dold=u.dold,
    )


def strip(n: Namnduppfoljning, malbild: Malbild) -> Diagram | None:
    """Draw where the municipality stands among all, one row per nyckeltal that others have; None without any."""
    comparable = [u for u in n.foljda(malbild) if u.nyckeltal.jamforbart and u.ar and not u.inaktuell and not u.fa_fall]
    rows = [_strip_row(n, u) for u in comparable]
    if not rows:
        return None
    return remsa.strip(rows, title=f"Bland alla kommuner: {malbild.rubrik}", kommun=n.namn, source=_own(comparable, n))


def _strip_row(n: Namnduppfoljning, u: Uppfoljning) -> remsa.Remsrad:
    rows = n.varden[u.nyckeltal.id]
    of_year, known = analysis.of_year(rows, u.ar), set(n.kommunkoder)
    place = u.lage.alla
    return remsa.Remsrad(
        namn=u.namn,
        enhet=u.nyckeltal.enhet,
        decimaler=u.decimaler,
        riktning=u.nyckeltal.riktning,
        ar=u.ar or 0,
        varden=pd.Series({code: value for code, value in of_year.items() if code in known}, dtype=float),
        kommun=n.kommun,
        liknande=n.members.get(Jamforelse.liknande, {}).get(u.nyckeltal.id, ()),
        riket=of_year.get(analysis.RIKET),
        note=f"plats {place.plats} av {place.antal}" if place else "",
    )


def over_time(n: Namnduppfoljning, u: Uppfoljning) -> Diagram | None:
    """Draw a nyckeltal over time, beside others and for women and men; None when it has no value to show."""
    if u.serie.empty:
        return None
    rows, nyckeltal, judged = n.varden[u.nyckeltal.id], u.nyckeltal, u.utveckling
    data = {"kommun": u.serie} | {name: analysis.series(rows, n.kommun, kon) for name, kon in SEXES.items()}
    if nyckeltal.jamforbart:
        data["riket"] = analysis.series(rows, analysis.RIKET)
        codes = n.members.get(Jamforelse.liknande, {}).get(nyckeltal.id, [])
        data["liknande"] = analysis.group_series(rows, codes)
    return tidsserie.over_time(
        data,
        title=u.namn,
        kommun=n.namn,
        enhet=nyckeltal.enhet,
        decimals=u.decimaler,
        band=(judged.nedre, judged.ovre, judged.fran, u.ar) if judged.nedre is not None else None,
        brott=[b.ar for b in nyckeltal.brott],
        target=n.target(nyckeltal),
        target_note=_example(n),
        barn=nyckeltal.barn,
        # A gap that is noise would be a picture of noise.
        draw_sexes=u.konsskillnad is not None and u.konsskillnad.skillnad is Skillnad.saker,
        hidden={name: analysis.hidden_years(rows, n.kommun, kon) for name, kon in {"kommun": "T", **SEXES}.items()},
        note=nyckeltal.anmarkning or "",
        source=_source(n, nyckeltal, mean=len(data.get("liknande", ())) > 0, band=judged.nedre is not None),
    )


def goals(n: Namnduppfoljning, mal: Mapping[int, Mapping[str, str]], by_goal: Mapping[int, list[dict]]) -> Diagram:
    """Draw how many links the nämnd has to each of the 17 goals, for and against."""
    counts = {goal: Counter(row["riktning"] for row in rows) for goal, rows in by_goal.items()}
    rows = [
        agendabild.Malrad(goal, facts["namn"], facts["farg"], counts[goal]["bidrar"], counts[goal]["motverkar"])
        for goal, facts in mal.items()
    ]
    return agendabild.goals(rows, title="Nämnden och de 17 globala målen", source=_model(n))


def thread(n: Namnduppfoljning, mal: Mapping[int, Mapping[str, str]]) -> Diagram | None:
    """Draw the red thread: uppdrag, målbild, nyckeltal and aktiviteter, goal; None without målbilder."""
    malbilder = [
        rodtrad.Tradmalbild(
            m.id,
            m.rubrik,
            len(n.foljda(m)) or len(m.nyckeltal),  # those that the report shows, if it shows any
            len(m.aktiviteter),
            [link.mal for link in m.lankar if link.riktning == "bidrar"],
            [link.mal for link in m.lankar if link.riktning == "motverkar"],
        )
        for m in n.malbilder
    ]
    uppdrag = [rodtrad.Traduppdrag(u.rubrik, u.malbilder) for u in n.namnd.uppdrag]
    names = {goal: facts["namn"] for goal, facts in mal.items()}
    return rodtrad.thread(uppdrag, malbilder, names, title="Den röda tråden", source=_model(n))


def _source(n: Namnduppfoljning, nyckeltal: Nyckeltal, *, mean: bool, band: bool) -> str:
    ours = [what for what, there in (("liknande kommuners ovägda medel", mean), ("vanlig variation", band)) if there]
    own = f" Egen beräkning: {swedish.listed(ours)}." if ours else ""
    return f"{n.lokal_kalla if nyckeltal.lokalt else 'Källa: Kolada.'}{own}"


def _own(followed: Iterable[Uppfoljning], n: Namnduppfoljning) -> str:
    return f"Egen beräkning av värden från {_whose(followed, n)}."


def _whose(followed: Iterable[Uppfoljning], n: Namnduppfoljning) -> str:
    local = f"{n.modell.kommun.namn} kommun{_example(n)}"
    return swedish.listed(sorted({local if u.nyckeltal.lokalt else "Kolada" for u in followed}))


def _model(n: Namnduppfoljning) -> str:
    return f"Källa: {n.modell.kommun.namn} kommuns styrmodell{_example(n)}."


def _example(n: Namnduppfoljning) -> str:
    return " (exempel)" if n.namnd.exempel else ""
