"""What kommunfullmäktige should know, in five sentences at most, and each change in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from styrlib import korthet, swedish
from styrlib.falt import Grad, Riktning, Status
from styrlib.forandringar import Forandring, Forandringar, Forandringsslag, Handelse
from styrlib.meningar import fit
from styrlib.uppfoljning import Uppfoljning, Utvecklas

NAMED = 2  # matters that a sentence names at most
PAST = {"är": "var", "pågår": "pågick", "går": "gick"}


def five(
    *,
    grader: Mapping[Grad, int],
    obedomda: int,
    forandringar: Forandringar,
    uppdrag: Mapping[Status, int],
    nyckeltal: Sequence[Uppfoljning],
    fragor: Sequence[str],
) -> tuple[str, ...]:
    """Return the sentences: måluppfyllelse, how it has changed, uppdrag, KF's nyckeltal, and what waits.

    Parameters
    ----------
    grader, obedomda
        How many målbilder have each grade for the period, and how many have none.
    forandringar
        What has changed since the period before.
    uppdrag
        How many of KF's uppdrag have each status.
    nyckeltal
        Those that KF follows.
    fragor
        What needs a decision or an explanation.
    """
    first = korthet.five([], grader=grader, obedomda=obedomda)
    rest = (_changed(forandringar), _uppdrag(uppdrag), _nyckeltal(nyckeltal), _fragor(fragor))
    return (*first, *(sentence for sentence in rest if sentence))


def told(f: Forandring) -> str:
    """Say what has become of something: `pågick, är nu försenat`, `nytt uppdrag, pågår`.

    Raises
    ------
    KeyError
        When the change is of something that has neither grade nor status.
    """
    own = f.slag in (Forandringsslag.bedomning, Forandringsslag.uppdrag)
    words = swedish.COUNTED if own else swedish.COUNTED_AKTIVITETER
    unjudged = "inte bedömd" if f.slag is Forandringsslag.bedomning else ""
    before, after = (words[grade][0] if grade else "" for grade in (f.fore, f.efter))
    if f.handelse is Handelse.borta:
        return "finns inte längre"
    if f.handelse is Handelse.ny:
        new = {Forandringsslag.bedomning: "ny målbild", Forandringsslag.uppdrag: "nytt uppdrag"}.get(f.slag, "ny")
        return f"{new}, {after.removeprefix('är ') or unjudged}"
    verb, _, rest = (before or f"är {unjudged}").partition(" ")
    then = f"{PAST[verb]} {rest}".strip()
    verb, _, rest = (after or f"är {unjudged}").partition(" ")
    return f"{then}, {f'{verb} nu {rest}'.strip()}"


def _changed(found: Forandringar) -> str:
    if found.forra is None:
        return "Det här är den första perioden, så det går inte att se vad som har ändrats."
    since = swedish.lower_first(found.forra.namn)
    if not found.bedomda_fore:
        return f"Ingen målbild bedömdes för {since}, så det går inte att se hur bedömningarna har ändrats."
    if not found.bedomda_nu:
        return ""  # the first sentence has said that none is judged
    changed = [f for f in found.av(Forandringsslag.bedomning) if f.handelse is Handelse.andrad]
    up, down = sum(f.steg > 0 for f in changed), sum(f.steg < 0 for f in changed)
    parts = {"höjts": up, "sänkts": down, "ändrats på annat sätt": len(changed) - up - down}
    said = [f"{how} för {swedish.count(n, 'en målbild', 'målbilder')}" for how, n in parts.items() if n]
    if not said:
        return f"Ingen målbild har fått en annan bedömning än för {since}."
    return f"Sedan {since} har bedömningen {swedish.listed(said)}."


def _uppdrag(found: Mapping[Status, int]) -> str:
    counts = {status: n for status in swedish.COUNTED if (n := found.get(status, 0))}
    total = sum(counts.values())
    if not total:
        return "Fullmäktige har inga uppdrag att följa upp."
    words = {status: swedish.COUNTED[status][n > 1] for status, n in counts.items()}
    if len(counts) == 1:
        (status,) = counts
        which = "Fullmäktiges enda" if total == 1 else f"Fullmäktiges {swedish.numeral(total)}"
        return f"{which} uppdrag {words[status]}."
    of = f"Av fullmäktiges {swedish.numeral(total)} uppdrag"
    going = counts.pop(Status.pagar, 0)
    amounts = {status: swedish.numeral(n, "ett") for status, n in counts.items()}
    if going:  # the one without "är"
        first = f"pågår {swedish.numeral(going, 'ett')}"
        return f"{of} {swedish.listed([first, *(f'{amounts[status]} {words[status]}' for status in counts)])}."
    states = [f"{amounts[status]} {words[status].removeprefix('är ')}" for status in counts]
    return f"{of} är {swedish.listed(states)}."


def _nyckeltal(every: Sequence[Uppfoljning]) -> str:
    if not every:
        return ""
    desired = [u.utvecklas for u in every if u.nyckeltal.riktning is not Riktning.ingen]
    judged = [way for way in desired if way is not Utvecklas.gar_inte_att_bedoma]
    whole = (
        "fullmäktiges enda nyckeltal" if len(every) == 1 else f"fullmäktiges {swedish.numeral(len(every))} nyckeltal"
    )
    if not judged:
        return f"Utvecklingen går inte att bedöma för {'' if len(every) == 1 else 'något av '}{whole}."
    better, worse = (judged.count(way) for way in (Utvecklas.battre, Utvecklas.samre))
    how = "inget har blivit bättre eller sämre"
    if better or worse:
        some = [swedish.numeral(n, "ett") if n else "inget" for n in (better, worse)]
        how = f"{some[0]} har blivit bättre och {some[1]} sämre"
    if len(judged) == 1:
        how = "det har blivit bättre" if better else "det har blivit sämre" if worse else "ingen säker förändring syns"
    of = (
        ""
        if len(every) == 1
        else "alla "
        if len(judged) == len(every)
        else f"{swedish.numeral(len(judged), 'ett')} av "
    )
    return f"För {of}{whole} går utvecklingen att bedöma: {how}."


def _fragor(every: Sequence[str]) -> str:
    if not every:
        return "Ingen fråga behöver beslut eller förklaring."
    opening = f"{swedish.capitalised(swedish.count(len(every), 'en fråga', 'frågor'))} behöver beslut eller förklaring"
    names = [swedish.listed(f"”{name}”" for name in every[:n]) for n in range(min(NAMED, len(every)), 0, -1)]
    joint = ": " if len(every) <= NAMED else ", bland annat "
    return fit(*(f"{opening}{joint if i == 0 else ', bland annat '}{n}." for i, n in enumerate(names)), f"{opening}.")
