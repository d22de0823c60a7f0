"""Which questions a verksamhetsdialog begins with: chosen by the patterns in what is followed up.

A pattern is found by a judgement that holds, never by one year's change: `samre` when the utveckling is
worse, `konsskillnad` when the gap is certain, and so on. Where nothing can be judged the pattern is
`osakert`. The questions themselves are the municipality's own: the bank in dialogfragor.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from styrlib import swedish
from styrlib.bladrum import shorten
from styrlib.falt import Monster
from styrlib.konsskillnad import Skillnad
from styrlib.lage import Laget
from styrlib.maluppfyllelse import Utsikt
from styrlib.styrmodell import Dialogfraga
from styrlib.uppfoljning import Uppfoljning, Utvecklas

LEAST, MOST = 4, 6  # questions on a sheet, as far as the bank goes
NAMED = 2  # nyckeltal that a reason names at most
NAME = 60  # letters of each
# Which patterns come first when there is not room for all: what we have promised each other, what moves either way,
# then what is judged, then where we stand, and last what we do not know. `alltid` always has a place.
LABELS = {
    Monster.oppen_overenskommelse: "överenskommelser som inte är klara",
    Monster.forsenat: "det som dröjer",
    Monster.samre: "det som har blivit sämre",
    Monster.battre: "det som har blivit bättre",
    Monster.mal_svart_att_na: "mål som är svåra att nå",
    Monster.bedomning_skiljer_sig: "att bedömningen skiljer sig från siffrorna",
    Monster.bedomning_saknas: "att en bedömning saknas",
    Monster.konsskillnad: "skillnader mellan könen",
    Monster.langt_fran_andra: "läget i den sämsta fjärdedelen",
    Monster.battre_an_andra: "läget i den bästa fjärdedelen",
    Monster.motverkar_mal: "globala mål som motverkas",
    Monster.siffror_saknas: "siffror som saknas",
    Monster.osakert: "det som inte går att bedöma",
    Monster.alltid: "det som alltid frågas",
}


@dataclass(frozen=True)
class Omkring:
    """What there is to ask about beside the figures.

    Attributes
    ----------
    oppna
        How many agreements from earlier dialogues remain.
    forsenade
        Names of aktiviteter and uppdrag that are not done in time.
    skiljer_sig
        Whether a bedömning differs from what the figures suggest.
    obedomda
        How many målbilder are not judged for the period.
    period
        The period's name.
    motverkar
        The global goals that the work also works against: number and name.
    """

    oppna: int = 0
    forsenade: Sequence[str] = ()
    skiljer_sig: bool = False
    obedomda: int = 0
    period: str = ""
    motverkar: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True)
class Stalld:
    """A question that is asked, and why."""

    monster: Monster
    fraga: str
    varfor: str


@dataclass(frozen=True)
class Val:
    """The questions of a sheet in order, and the patterns that there was not room for."""

    fragor: tuple[Stalld, ...]
    utelamnade: tuple[Monster, ...]

    @property
    def om(self) -> str:
        """How the questions were chosen, and which could not be asked."""
        more = (
            f" Fler kunde ställas, om {swedish.listed(LABELS[m] for m in self.utelamnade)}." if self.utelamnade else ""
        )
        return f"Frågorna väljs ur frågebanken efter det som syns i uppföljningen.{more}"


def patterns(followed: Sequence[Uppfoljning], omkring: Omkring) -> dict[Monster, str]:
    """Return the patterns that are found, each with the sentence that says why, in the order of `LABELS`.

    Parameters
    ----------
    followed
        The nyckeltal of the verksamhet, each once.
    omkring
        What there is beside the figures.
    """
    found = {**_of_the_rest(omkring), **_of_the_figures(followed)}
    reasons = {monster: f"Frågan ställs för att {found[monster]}." for monster in LABELS if found.get(monster)}
    return {**reasons, Monster.alltid: "Frågan ställs i varje verksamhetsdialog."}


def choose(fragor: Sequence[Dialogfraga], varfor: Mapping[Monster, str], *, varv: int = 0, antal: int = MOST) -> Val:
    """Choose questions from the bank: one per pattern that is found, and a second only to reach `LEAST`.

    Parameters
    ----------
    fragor
        The bank.
    varfor
        From `patterns`.
    varv
        How many dialogues the verksamhet has had: the next question of a pattern is asked each time.
    antal
        How many questions there is room for, at least `LEAST`.
    """
    bank = {m: _turned([q.fraga for q in fragor if q.monster is m], varv) for m in varfor}
    asked = [m for m in bank if bank[m]]
    always = [m for m in asked if m is Monster.alltid]
    kept = [m for m in asked if m is not Monster.alltid][: antal - len(always)] + always
    number = dict.fromkeys(kept, 1)
    while sum(number.values()) < LEAST and (more := [m for m in kept if number[m] < len(bank[m])]):
        number[min(more, key=lambda m: number[m])] += 1
    chosen = tuple(Stalld(m, fraga, varfor[m]) for m in kept for fraga in bank[m][: number[m]])
    return Val(chosen, tuple(m for m in asked if m not in kept))


def _turned(questions: list[str], times: int) -> list[str]:
    at = times % len(questions) if questions else 0
    return questions[at:] + questions[:at]


def _of_the_rest(o: Omkring) -> dict[Monster, str]:
    goals = [f"mål {number}, {name}" for number, name in o.motverkar]
    return {
        Monster.oppen_overenskommelse: _remaining(o.oppna),
        Monster.forsenat: f"tidplanen inte håller för {named([shorten(name, NAME) for name in o.forsenade])}"
        if o.forsenade
        else "",
        Monster.bedomning_skiljer_sig: "bedömningen skiljer sig från det som siffrorna för sig tyder på"
        if o.skiljer_sig
        else "",
        Monster.bedomning_saknas: _not_judged(o),
        Monster.motverkar_mal: f"arbetet också motverkar {_some(goals, 'mål')}" if goals else "",
    }


def _remaining(number: int) -> str:
    if number == 1:
        return "en överenskommelse från en tidigare dialog inte är klar"
    return f"{swedish.count(number, '', 'överenskommelser')} från tidigare dialoger inte är klara" if number else ""


def _not_judged(o: Omkring) -> str:
    if o.obedomda == 1:
        return f"målbilden inte är bedömd för {o.period.lower()}"
    many = swedish.count(o.obedomda, "", "målbilder")
    return f"{many} inte är bedömda för {o.period.lower()}" if o.obedomda else ""


def _of_the_figures(followed: Sequence[Uppfoljning]) -> dict[Monster, str]:
    if not followed:
        return {Monster.siffror_saknas: "verksamheten inte följs av något nyckeltal"}
    without = [u for u in followed if u.varde is None and not u.dold]
    shown = [u for u in followed if u.varde is not None or u.dold]
    unsure = [u for u in shown if u.utvecklas is Utvecklas.gar_inte_att_bedoma]
    gaps = [u for u in followed if u.konsskillnad and u.konsskillnad.skillnad is Skillnad.saker]
    return {
        Monster.samre: _about(_moved(followed, Utvecklas.samre), "{} har blivit sämre"),
        Monster.battre: _about(_moved(followed, Utvecklas.battre), "{} har blivit bättre"),
        Monster.langt_fran_andra: _about(
            [u for u in followed if u.lage.laget is Laget.samsta], "{} ligger i den sämsta fjärdedelen av kommunerna"
        ),
        Monster.battre_an_andra: _about(
            [u for u in followed if u.lage.laget is Laget.basta], "{} ligger i den bästa fjärdedelen av kommunerna"
        ),
        Monster.mal_svart_att_na: _targets(followed),
        Monster.konsskillnad: _about(gaps, f"{_sexes(gaps)} skiljer sig åt år efter år i {{}}"),
        Monster.osakert: _about(unsure, "utvecklingen inte går att bedöma för {}"),
        Monster.siffror_saknas: _about(without, "det inte finns någon siffra att visa för {}"),
    }


def _moved(followed: Sequence[Uppfoljning], way: Utvecklas) -> list[Uppfoljning]:
    """Return those that have gone one way, the clearest first."""
    return sorted((u for u in followed if u.utvecklas is way), key=lambda u: -u.tydlighet)


def _targets(followed: Sequence[Uppfoljning]) -> str:
    far = [u for u in followed if u.forslag and u.forslag.utsikt is Utsikt.otrolig]
    missed = [u for u in followed if u.forslag and u.forslag.utsikt is Utsikt.inte_natt]
    said = [
        _about(far, f"{'målet' if len(far) == 1 else 'målen'} för {{}} troligen inte nås"),
        _about(missed, f"{'målet' if len(missed) == 1 else 'målen'} för {{}} inte nåddes"),
    ]
    return swedish.listed(text for text in said if text)


def _sexes(gaps: Sequence[Uppfoljning]) -> str:
    children = {u.nyckeltal.barn for u in gaps}
    return "könen" if len(children) > 1 else " och ".join(swedish.SEXES[True in children])


def _about(followed: Sequence[Uppfoljning], sentence: str) -> str:
    names = [f"{shorten(u.namn, NAME)}{' (exempel)' if u.exempel else ''}" for u in followed]
    return sentence.format(named(names)) if names else ""


def named(names: Sequence[str]) -> str:
    """Return names in quotes, at most two of them, and how many more there are."""
    return _some([f"”{name}”" for name in names], "")


def _some(items: Sequence[str], noun: str) -> str:
    shown, rest = items[:NAMED], len(items) - NAMED
    more = [f"{swedish.numeral(rest, 'ett')} {noun}".strip() + " till"] if rest > 0 else []
    return swedish.listed([*shown, *more])
