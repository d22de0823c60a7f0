"""Sentences in Swedish of one nyckeltal, each made from a judgement and saying no more than it does.

One function per thing said; each returns one sentence, or "" when there is nothing to say. The
sentences describe: none says why something is so, and none praises or blames.
"""

from __future__ import annotations

from collections.abc import Callable

from styrlib import lasbarhet, swedish
from styrlib.analysis import STALE_AFTER
from styrlib.falt import Jamforelse, Riktning
from styrlib.konsskillnad import Skillnad
from styrlib.lage import Laget, Plats
from styrlib.maluppfyllelse import Utsikt, Utsiktsskal, chans_text
from styrlib.uppfoljning import Uppfoljning, Utvecklas
from styrlib.utveckling import FEWEST, WINDOW, Skal, Utveckling

MOST_SENTENCES = 5  # of a nyckeltal
ROUNDING = 0.1  # of a pace: rounded more roughly, "1 om året" would stand for 0,75
OPENINGS = {
    Utvecklas.battre: "Utvecklingen är bättre: värdet",
    Utvecklas.samre: "Utvecklingen är sämre: värdet",
    Utvecklas.okar: "Värdet ökar: det",
    Utvecklas.minskar: "Värdet minskar: det",
}
WHY_NOT = {
    Skal.avstannad: "förändringen har stannat av eller vänt",
    Skal.motstridigt: "det senaste värdet pekar åt ett håll och åren tillsammans åt ett annat",
    Skal.en_andring: "värdet stod stilla från {fran} och ändrades först {ar}",
    Skal.for_gammalt: "det senaste värdet är för gammalt",
    Skal.upphort: "nyckeltalet uppdateras inte längre",
    Skal.inget_varde: "det finns inget värde att visa för {ar}",
}
QUARTERS = {
    Laget.basta: "i den bästa fjärdedelen",
    Laget.mitten: "i mitten",
    Laget.samsta: "i den sämsta fjärdedelen",
}
# Where a place is held, and who has a mean, in the groups that have members.
GROUPS = {
    Jamforelse.liknande: ("bland liknande kommuner", "liknande kommuner"),
    Jamforelse.lan: ("i länet", "länet"),
    Jamforelse.skr: ("i samma kommungrupp", "samma kommungrupp"),
}
UNJUDGED = {
    Utsiktsskal.inaktuellt: "men det senaste värdet är för gammalt för en bedömning",
    Utsiktsskal.for_langt_fram: "men så långt fram går det inte att bedöma",
    Utsiktsskal.for_fa_ar: "men åren är för få för att bedöma om det nås",
    Utsiktsskal.konstant: "men värdet har stått stilla, och det säger inget om chansen",
}


def value(u: Uppfoljning, senaste: int = 0, kommun: str = "") -> str:
    """Say the latest value and its year; of an old one first that it is old, seen from the year `senaste`.

    `kommun` is a name, where the reader may not know whose value it is.
    """
    if u.ar is None:
        return "Det finns inget värde för kommunen."
    if u.dold:
        return f"Värdet för {u.ar} är dolt för att det bygger på för få personer eller ärenden."
    if u.varde is None:
        return f"Värdet för {u.ar} saknas."
    said = _number(u, u.varde)
    base = "" if u.bas is None or u.nyckeltal.enhet == "antal" else f", räknat på {_base(u.bas)}"
    if senaste - u.ar >= STALE_AFTER:
        return f"Det senaste värdet{f' för {kommun}' if kommun else ''} är från {u.ar} och är {said}{base}."
    if kommun:
        return f"År {u.ar} hade {kommun} {swedish.had(u.varde, u.nyckeltal.enhet, u.decimaler)}{base}."
    return f"År {u.ar} var värdet {said}{base}."


def lage(u: Uppfoljning) -> str:
    """Say the place among all municipalities, and the quarter."""
    found = u.lage
    if u.fa_fall:
        return "Värdet står för färre än fem fall, så läget går inte att bedöma."
    if found.laget is Laget.gar_inte_att_bedoma:
        number = swedish.count(found.med_varde, "en kommun", "kommuner")
        return f"Läget går inte att bedöma: bara {number} har ett värde."
    if found.laget not in QUARTERS or found.alla is None:
        return ""
    place, quarter = found.alla, QUARTERS[found.laget]
    # A tie wider than a quarter decides the quarter: place 1 can be in the middle.
    tie = f": {place.delad} kommuner har samma värde" if place.delad * 4 > place.antal else ""
    return f"Det är {_place(place)} kommuner, {quarter}{tie}."


def beside(u: Uppfoljning) -> str:
    """Say the places in the groups and against riket; without a desired direction their values."""
    riket = u.bredvid.get(Jamforelse.riket)
    better = u.lage.mot_riket
    against = None if better is None else {1: "bättre än rikets", 0: "samma som rikets", -1: "sämre än rikets"}[better]
    places = [(GROUPS[kind][0], _place(place)) for kind, place in u.lage.grupper.items() if place and kind in GROUPS]
    if places:
        (where, place), *second = places[:2]
        said = swedish.listed([f"{where} är det {place}", *(" ".join(one) for one in second)])
        return f"{swedish.capitalised(said)}{f', och värdet är {against}' if against else ''}."
    if against:
        return f"Värdet är {against}{f', {_number(u, riket)}' if riket is not None and better else ''}."
    return _values_beside(u) if u.lage.laget is None and u.nyckeltal.jamforbart else ""


def utveckling(u: Uppfoljning) -> str:
    """Say the direction and what it rests on."""
    judged = u.utveckling
    if judged.utveckling is Utveckling.gar_inte_att_bedoma:
        return f"Utvecklingen går inte att bedöma: {_why_not(u)}."
    if judged.utveckling is Utveckling.oforandrad:
        years = f"{judged.fran}–{u.ar}"
        if judged.skal is Skal.konstant:
            return f"Utvecklingen är oförändrad: värdet har varit detsamma {years}."
        return f"Utvecklingen är oförändrad: ändringarna {years} är inte större än seriens vanliga variation."
    opening = OPENINGS[u.utvecklas]
    up = judged.utveckling is Utveckling.upp
    moved = f"har {'stigit' if up else 'sjunkit'} sedan {judged.fran}"
    beyond = f"{'högre' if up else 'lägre'} än seriens vanliga variation"
    band, rate = _band(u), _rate(u, judged.lutning)
    if judged.skal is Skal.trend:
        return fit(f"{opening} {moved}, ungefär {rate} om året." if rate else "", f"{opening} {moved}.")
    said = f"{opening} {moved} och ligger" if judged.skal is Skal.grans_och_trend else f"{opening} ligger"
    return fit(f"{said} {beyond}, {band}." if band else "", f"{said} {beyond}.")


def konsskillnad(u: Uppfoljning) -> str:
    """Say women's and men's values, and whether the years agree on who is higher."""
    if (gap := u.konsskillnad) is None:
        return ""
    women, men = (swedish.number(v, u.decimaler) for v in (gap.kvinnor, gap.man))
    female, male = swedish.SEXES[u.nyckeltal.barn]
    earlier, lasting = gap.ar != u.ar, gap.skillnad is Skillnad.saker
    if women == men:
        opening = f"År {gap.ar} var värdet" if earlier else "Värdet är"
        usual = (
            f", men {female if gap.vanlig > 0 else male} har oftast haft ett högre" if lasting and gap.vanlig else ""
        )
        return f"{opening} lika för {female} och {male}, {_number(u, gap.man)}{usual}."
    higher, lower = (female, male) if gap.gap > 0 else (male, female)
    opening = f"År {gap.ar} hade {higher}" if earlier else f"{swedish.capitalised(higher)} har"
    pair = f"{women} mot {_number(u, gap.man)}" if gap.gap > 0 else f"{men} mot {_number(u, gap.kvinnor)}"
    ending = {
        Skillnad.saker: "och skillnaden återkommer över åren",
        Skillnad.osaker: "men skillnaden växlar mellan åren",
        Skillnad.gar_inte_att_bedoma: "men åren är för få att bedöma",
    }[gap.skillnad]
    said = f"{opening} högre värde än {lower}"
    return fit(f"{said}, {pair}, {ending}.", f"{said}, {ending}.")


def storlek(u: Uppfoljning) -> str:
    """Say that the value is unusual among municipalities of the same size; nothing when it is not."""
    if (spread := u.storlek) is None or not spread.utanfor:
        return ""
    usual = _interval(u, spread.nedre, spread.ovre)
    how = "högt" if spread.utanfor > 0 else "lågt"
    unusual = f"Värdet är ovanligt {how} för en kommun av samma storlek"
    return fit(f"{unusual}: ungefär nio av tio har {usual}." if usual else "", f"{unusual}.")


def malniva(u: Uppfoljning) -> str:
    """Say the target level, and whether it is reached or how large the chance is."""
    if (target := u.forslag) is None:
        return ""
    level, year = level_text(u), target.malar
    reached = target.utsikt is Utsikt.natt
    if target.utsikt is Utsikt.gar_inte_att_bedoma:
        unjudged = f"Målet är {level} till {year}, men om det nås går inte att bedöma."
        why = UNJUDGED.get(target.skal) if target.skal else None
        return fit(f"Målet är {level} till {year}, {why}." if why else "", unjudged)
    if target.ar is not None and target.ar >= year:
        return f"Målet för {year}, {level}, är {'' if reached else 'inte '}nått."
    if target.chans is None:
        return f"Värdet är {'' if reached else 'inte '}på målnivån för {year}, {level}."
    chance = chans_text(target.chans)
    if reached:
        said = f"Värdet är på målnivån, {level}, med {chance} att vara kvar där {year}."
        return fit(said, f"Värdet är på målnivån för {year}, {level}.")
    return f"Målet är {level} till {year}, med {chance} att nå det."


def pace(u: Uppfoljning) -> str:
    """Say the change a year that the target takes, beside the one there has been if it is more than noise."""
    target = u.forslag
    if target is None or target.utsikt is Utsikt.natt or target.kravs is None or not (need := _rate(u, target.kravs)):
        return ""
    said = f"Målet kräver att värdet {'ökar' if target.kravs > 0 else 'minskar'} {need} om året"
    now, judged = u.utveckling.lutning, u.utveckling.utveckling
    if judged is Utveckling.oforandrad:
        return f"{said}; hittills har det inte säkert rört sig åt något håll."
    if judged is Utveckling.gar_inte_att_bedoma or not now or not (rate := _rate(u, now, with_unit=False)):
        return f"{said}."
    fades = target.kravs * now > 0 and abs(now) >= abs(target.kravs)
    moved = f"hittills har det {'ökat' if now > 0 else 'minskat'} {rate}"
    return fit(f"{said}; {moved}, men en sådan takt brukar avta." if fades else "", f"{said}; {moved}.", f"{said}.")


READING: tuple[Callable[[Uppfoljning], str], ...] = (
    value,
    lage,
    beside,
    storlek,
    utveckling,
    konsskillnad,
    malniva,
    pace,
)
IMPORTANCE = (value, utveckling, lage, malniva, konsskillnad, storlek, pace, beside)


def sentences(u: Uppfoljning, senaste: int = 0) -> tuple[str, ...]:
    """Return the paragraph of a nyckeltal, at most five sentences: the most important, in reading order.

    `senaste` is the newest year of the report's figures; a value much older is told to be so. Without a value
    to show there is one sentence. Women and men are told of only when the years agree: the table holds the rest.
    """
    if u.varde is None or u.dold:
        return (value(u),)
    said = {part: part(u) for part in IMPORTANCE} | {value: value(u, senaste)}
    if u.konsskillnad and u.konsskillnad.skillnad is not Skillnad.saker:
        said[konsskillnad] = ""
    kept = [part for part in IMPORTANCE if said[part]][:MOST_SENTENCES]
    return tuple(said[part] for part in READING if part in kept)


def level_text(u: Uppfoljning) -> str:
    """Return the target level in words: `minst 85,0 procent`, `högst 7 dagar`; nothing lies beyond `100 procent`."""
    assert u.forslag is not None
    level = u.forslag.malniva
    said = _number(u, level)
    if level == 0 or (level == 100 and u.nyckeltal.enhet == "procent"):
        return said
    return f"{'minst' if u.nyckeltal.riktning is Riktning.hogre else 'högst'} {said}"


def fit(*variants: str) -> str:
    """Return the first variant that is short enough, the last one in any case."""
    return next((v for v in variants if v and len(lasbarhet.words(v)) <= lasbarhet.LONG_SENTENCE), variants[-1])


def _values_beside(u: Uppfoljning) -> str:
    """Say the means of two groups and riket's value, with the unit after the last."""
    values = [(GROUPS[kind][1], mean) for kind, mean in u.bredvid.items() if kind in GROUPS and mean is not None][:2]
    if values:  # "i medeltal" once, of the groups: riket's value is no mean of municipalities
        values[0] = f"{values[0][0]} i medeltal", values[0][1]
    if (riket := u.bredvid.get(Jamforelse.riket)) is not None:
        values.append(("riket", riket))
    if not values:
        return ""
    *head, (name, last) = values
    said = [f"{who} {swedish.number(value, u.decimaler)}" for who, value in head]
    return f"Samma år hade {swedish.listed([*said, f'{name} {_number(u, last)}'])}."


def _number(u: Uppfoljning, number: float) -> str:
    return swedish.in_text(number, u.nyckeltal.enhet, u.decimaler)


def _base(bas: int) -> str:
    return "en person eller ett ärende" if bas == 1 else f"{swedish.number(bas)} personer eller ärenden"


def _place(place: Plats) -> str:
    return f"{'delad ' if place.delad > 1 else ''}plats {place.plats} av {place.antal}"


def _rate(u: Uppfoljning, rate: float | None, *, with_unit: bool = True) -> str:
    """Return a change a year without its sign, with a decimal more if it needs one; "" when it is next to nothing."""
    size = abs(rate or 0)
    for decimals in (u.decimaler, u.decimaler + 1):
        near = abs(swedish.rounded(size, decimals) - size) <= ROUNDING * size
        if swedish.rounded(size, decimals) and (near or decimals > u.decimaler):
            return (
                swedish.difference(size, u.nyckeltal.enhet, decimals) if with_unit else swedish.number(size, decimals)
            )
    return ""


def _band(u: Uppfoljning) -> str:
    """Return the ordinary variation, cut where values can't be."""
    judged = u.utveckling
    if judged.nedre is None or judged.ovre is None:
        return ""
    low = max(judged.nedre, 0.0) if u.serie.min() >= 0 else judged.nedre
    high = min(judged.ovre, 100.0) if u.nyckeltal.enhet == "procent" and u.serie.max() <= 100 else judged.ovre
    return _interval(u, low, high)


def _interval(u: Uppfoljning, low: float, high: float) -> str:
    """Return an interval that the value lies outside; "" when it would not as it is printed."""
    shown, *ends = (swedish.rounded(v, u.decimaler) for v in (u.varde or 0.0, low, high))
    return "" if ends[0] <= shown <= ends[1] else swedish.interval(low, high, u.nyckeltal.enhet, u.decimaler)


def _why_not(u: Uppfoljning) -> str:
    judged = u.utveckling
    if judged.skal in WHY_NOT:
        return WHY_NOT[judged.skal].format(fran=judged.fran, ar=u.ar)
    number = swedish.count(judged.antal, "ett värde", "värden")
    there = f"finns {'bara ' if judged.antal else ''}{'inget värde' if not judged.antal else number}"
    needed = f"minst {swedish.numeral(FEWEST)} behövs"
    breaks = [b.ar for b in u.nyckeltal.brott if u.ar is not None and u.ar - WINDOW < b.ar <= u.ar]
    if breaks:
        return f"sedan sättet att mäta ändrades {max(breaks)} {there}, och {needed}"
    return f"det {there} på {swedish.numeral(WINDOW)} år, och {needed}"
