"""The five sentences of a report's first screen: what the nämnd should know, counted with denominators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from styrlib import swedish
from styrlib.falt import Grad, Riktning, Status
from styrlib.konsskillnad import Skillnad
from styrlib.lage import Laget
from styrlib.maluppfyllelse import Utsikt
from styrlib.meningar import fit
from styrlib.uppfoljning import Uppfoljning, Utvecklas
from styrlib.utveckling import Utveckling

NUMBER = 5
NAMED = 2  # nyckeltal or matters that a sentence names at most
PLACED = (Laget.basta, Laget.mitten, Laget.samsta)


def five(
    uppfoljningar: Sequence[Uppfoljning],
    *,
    grader: Mapping[Grad, int] | None = None,
    obedomda: int = 0,
    uppdrag: Mapping[Status, int] | None = None,
    beslut: int | None = None,
    exempel: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the five sentences: måluppfyllelse, better, worse, läge, and what needs a decision.

    What a person has not said is filled with more about the figures, so that another municipality gets five
    sentences too; a nämnd without nyckeltal gets fewer.

    Parameters
    ----------
    uppfoljningar
        One per nyckeltal of the nämnd.
    grader, obedomda
        How many målbilder have each grade the latest period, and how many have none.
    uppdrag
        How many uppdrag have each status.
    beslut, exempel
        How many matters need a decision (None when no one has said), and names of some of them.
    """
    first = _bedomning(grader or {}, obedomda) or _varden(uppfoljningar)
    last = _beslut(beslut, exempel, uppdrag or {}) or _obedombara(uppfoljningar)
    figures = [_moved(uppfoljningar, Utvecklas.battre), _moved(uppfoljningar, Utvecklas.samre), _lage(uppfoljningar)]
    more = [_malnivaer(uppfoljningar), _riket(uppfoljningar), _kon(uppfoljningar)]
    middle = [sentence for sentence in figures if sentence]
    spare = [sentence for sentence in more if sentence]
    ends = sum(bool(end) for end in (first, last))
    middle += spare[: NUMBER - ends - len(middle)]
    return tuple(sentence for sentence in (first, *middle, last) if sentence)


def _bedomning(grader: Mapping[Grad, int], obedomda: int) -> str:
    scale = {grad: (grader.get(grad, 0), swedish.COUNTED[grad]) for grad in Grad}
    last = scale.pop(Grad.gar_inte_att_bedoma)  # the one without "är"
    said = [part for part in (*scale.values(), (obedomda, ("är inte bedömd", "är inte bedömda")), last) if part[0]]
    total = sum(n for n, _ in said)
    if not said:
        return ""
    if len(said) == 1:
        _, (one, many) = said[0]
        if total == 1:
            return f"Den enda målbilden {one}."
        if " inte " in one:  # "alla är inte uppfyllda" can be read as some are
            return f"Ingen av {swedish.numeral(total)} målbilder {one.replace(' inte', '')}."
        return f"{'Båda målbilderna' if total == 2 else f'Alla {swedish.numeral(total)} målbilder'} {many}."
    parts = [f"{swedish.numeral(n)} {(one if n == 1 else many).removeprefix('är ')}" for n, (one, many) in said]
    return f"Av {swedish.numeral(total)} målbilder är {swedish.listed(parts)}."


def _moved(every: Sequence[Uppfoljning], way: Utvecklas) -> str:
    """Say how many became better or worse, of those whose direction can be judged and has a desired one."""
    judged = [
        u
        for u in every
        if u.nyckeltal.riktning is not Riktning.ingen and u.utvecklas is not Utvecklas.gar_inte_att_bedoma
    ]
    moved = sorted((u for u in judged if u.utvecklas is way), key=lambda u: u.tydlighet, reverse=True)
    become = f"blivit {swedish.WORDS[way].lower()}"
    if not judged:
        return ""
    if len(judged) == 1:
        which = "Det enda nyckeltal vars utveckling går att bedöma har"
        return _named(f"{which} {become}", moved) if moved else f"{which} inte {become}."
    of = f"Av {swedish.numeral(len(judged), 'ett')} nyckeltal vars utveckling går att bedöma"
    return _named(f"{of} har {_some(len(moved), len(judged))} {become}", moved)


def _named(opening: str, every: Sequence[Uppfoljning]) -> str:
    names = [f"”{u.namn}”{' (exempel)' if u.exempel else ''}" for u in every]
    if len(names) <= NAMED:
        whole = f"{opening}: {swedish.listed(names)}." if names else ""
    else:
        whole = f"{opening}, tydligast {swedish.listed(names[:NAMED])}."
    one = f"{opening}, tydligast {names[0]}." if len(names) > 1 else ""
    return fit(whole, one, f"{opening}.")


def _lage(every: Sequence[Uppfoljning]) -> str:
    found = [u.lage.laget for u in every if u.lage.laget in PLACED]
    best, worst = found.count(Laget.basta), found.count(Laget.samsta)
    if not found:
        return ""
    if len(found) == 1:
        where = {
            Laget.basta: "i den bästa fjärdedelen av kommunerna",
            Laget.mitten: "i mitten bland kommunerna",
            Laget.samsta: "i den sämsta fjärdedelen av kommunerna",
        }
        return f"Det enda nyckeltal som går att jämföra ligger {where[found[0]]}."
    of = f"Av {_nyckeltal(len(found))} som går att jämföra ligger"
    if not best and not worst:
        return f"{of} {_some(len(found), len(found))} i mitten bland kommunerna."
    return f"{of} {_some(best)} i den bästa fjärdedelen av kommunerna och {_some(worst)} i den sämsta."


def _beslut(beslut: int | None, exempel: Sequence[str], uppdrag: Mapping[Status, int]) -> str:
    late = _late(uppdrag)
    if beslut is None:
        return f"{swedish.capitalised(late)}." if late else ""
    if not beslut:
        return f"Ingen fråga behöver beslut{f', och {late}' if late else ''}."
    opening = f"{swedish.capitalised(swedish.count(beslut, 'en fråga', 'frågor'))} behöver beslut"
    variants = []
    for n in range(min(NAMED, beslut, len(exempel)), 0, -1):
        names = swedish.listed(f"”{name}”" for name in exempel[:n])
        told = f"{opening}: {names}" if n == beslut else f"{opening}, bland annat {names}"
        variants += [f"{told}; {late}." if late else "", f"{told}."]
    return fit(*variants, f"{opening}, och {late}." if late else "", f"{opening}.")


def _late(uppdrag: Mapping[Status, int]) -> str:
    total, late = sum(uppdrag.values()), uppdrag.get(Status.forsenad, 0)
    if not total:
        return ""
    if total == 1:
        return f"det enda uppdraget är {'' if late else 'inte '}försenat"
    if late == total:
        return f"{'båda uppdragen' if total == 2 else f'alla {swedish.numeral(total)} uppdrag'} är försenade"
    return f"{_some(late)} av {swedish.numeral(total)} uppdrag är {'försenat' if late < 2 else 'försenade'}"


def _varden(every: Sequence[Uppfoljning]) -> str:
    years = [u.ar for u in every if u.ar is not None and u.varde is not None and not u.dold]
    if not every:
        return ""
    if len(every) == 1:
        return f"Det enda nyckeltalet har {f'ett värde, från {years[0]}' if years else 'inget värde att visa'}."
    if not years:
        return f"Inget av {_nyckeltal(len(every))} har ett värde att visa."
    who = f"Av {_nyckeltal(len(every))} har {_some(len(years))}"
    if len(years) == len(every):
        who = "Båda nyckeltalen har" if len(every) == 2 else f"Alla {_nyckeltal(len(every))} har"
    return f"{who} ett värde, det nyaste från {max(years)}."


def _obedombara(every: Sequence[Uppfoljning]) -> str:
    """Say for how many the direction can't be judged, of those that have a desired one: the rest are in `_moved`."""
    desired = [u for u in every if u.nyckeltal.riktning is not Riktning.ingen]
    n = sum(u.utveckling.utveckling is Utveckling.gar_inte_att_bedoma for u in desired)
    if not n:
        return ""
    if n == len(desired):
        return "Utvecklingen går inte att bedöma för något nyckeltal med önskad riktning."
    of = f"{_nyckeltal(len(desired))} med önskad riktning"
    return f"Utvecklingen går inte att bedöma för {swedish.numeral(n, 'ett')} av {of}."


def _malnivaer(every: Sequence[Uppfoljning]) -> str:
    found = [u.forslag.utsikt for u in every if u.forslag is not None]
    there, likely = found.count(Utsikt.natt), found.count(Utsikt.trolig)
    if not found:
        return ""
    if len(found) == 1:
        return f"Det enda nyckeltal som har en målnivå är {'' if there else 'inte '}på den."
    said = f"Av {_nyckeltal(len(found))} med en målnivå är {_some(there, len(found))} på den"
    return f"{said}, och {_some(likely)} når den troligen." if likely else f"{said}."


def _riket(every: Sequence[Uppfoljning]) -> str:
    found = [u.lage.mot_riket for u in every if u.lage.mot_riket is not None]
    better, worse = found.count(1), found.count(-1)
    if len(found) < 2:
        return ""
    return f"Av {_nyckeltal(len(found))} är {_some(better)} bättre än i riket och {_some(worse)} sämre."


def _kon(every: Sequence[Uppfoljning]) -> str:
    found = [u.konsskillnad.skillnad for u in every if u.konsskillnad is not None]
    n = found.count(Skillnad.saker)
    if len(found) < 2:
        return ""
    return f"Kvinnor och män skiljer sig åt över åren i {_some(n)} av {_nyckeltal(len(found))} med siffror för båda."


def _some(n: int, total: int | None = None) -> str:
    """Return how many nyckeltal in words; all of the `total` as such."""
    if n and n == total:
        return "båda" if n == 2 else "alla"
    return swedish.numeral(n, "ett") if n else "inget"


def _nyckeltal(n: int) -> str:
    return swedish.count(n, "ett nyckeltal", "nyckeltal")
