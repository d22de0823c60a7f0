"""A part of the steering model as a notebook shows it: heading, facts and lists, as HTML and as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from styrlib import modelltabeller, swedish
from styrlib.falt import Lankriktning
from styrlib.render import Html, render
from styrlib.stavning import in_swedish
from styrlib.styrmodell import Malbild, Namnd, Nyckeltal, Styrmodell
from styrlib.tabell import Tabell

EXEMPEL = "Exempel: kommunen har inte beslutat innehållet."
NO_REASON = "inget skäl skrivet"
# What links to a goal beside målbilder: one, several.
WORDS = {
    "grunduppdrag": ("grunduppdrag", "grunduppdrag"),
    "uppdrag": ("uppdrag", "uppdrag"),
    "aktivitet": ("aktivitet", "aktiviteter"),
    "ansokan": ("ansökan", "ansökningar"),
    "reportage": ("reportage", "reportage"),
}


@dataclass(frozen=True)
class Innehall:
    """What a card shows.

    Attributes
    ----------
    rubrik
        Its heading.
    stycken
        Paragraphs below it.
    fakta
        Facts by name.
    listor
        Lists by heading: pairs of an id or name and what is said of it.
    farg
        A goal's colour, shown as a patch beside the heading; never the only carrier of anything.
    """

    rubrik: str
    stycken: Sequence[str] = ()
    fakta: Mapping[str, str] = field(default_factory=dict)
    listor: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    farg: str = ""


@in_swedish
@dataclass(frozen=True, repr=False, eq=False)
class Kort:
    """Base of what shows itself; `kalla` is the source as a sentence."""

    innehall: Innehall
    kalla: str

    def __repr__(self) -> str:
        shown = self.innehall
        lines = [shown.rubrik, *shown.stycken, *(f"  {name}: {text}" for name, text in shown.fakta.items())]
        for title, rows in shown.listor.items():
            lines += [f"{title}:", *(f"  {name}: {text}" if text else f"  {name}" for name, text in rows)]
        return "\n".join([*lines, self.kalla])

    def _repr_html_(self) -> Html:
        return render("modellkort.html.j2", kort=self.innehall, kalla=self.kalla)


@dataclass(frozen=True, repr=False, eq=False)
class Namndkort(Kort):
    """A nämnd: `id`, `namn`, `kortnamn`, and its parts as tables."""

    id: str
    namn: str
    kortnamn: str
    malbilder: Tabell
    nyckeltal: Tabell
    uppdrag: Tabell
    aktiviteter: Tabell


@dataclass(frozen=True, repr=False, eq=False)
class Malbildkort(Kort):
    """A målbild: `id`, `namnd` (id), `rubrik`, `text`, and its parts as tables."""

    id: str
    namnd: str
    rubrik: str
    text: str
    nyckeltal: Tabell
    aktiviteter: Tabell


@dataclass(frozen=True, repr=False, eq=False)
class Malkort(Kort):
    """One of Agenda 2030's goals: `mal` (number), `namn`, its nyckeltal and its links as tables."""

    mal: int
    namn: str
    nyckeltal: Tabell
    lankar: Tabell


@dataclass(frozen=True, repr=False, eq=False)
class Nyckeltalskort(Kort):
    """A nyckeltal that the model follows: `id`, `namn`, `enhet`, `riktning` (hogre, lagre, ingen)."""

    id: str
    namn: str
    enhet: str
    riktning: str
    _varden: Callable[[], Tabell]

    @property
    def varden(self) -> Tabell:
        """Kommunens värden, i samma form som Kolada().hamta ger; dolda värden saknas."""
        return self._varden()


def of_namnd(modell: Styrmodell, namnd: Namnd) -> Innehall:
    """Return what is shown of a nämnd."""
    grades = [(m, modelltabeller.bedomning(modell, m)) for m in namnd.malbilder]
    return Innehall(
        f"{namnd.namn} ({namnd.kortnamn})",
        [*_mark(exempel=namnd.exempel), namnd.grunduppdrag.text],
        {
            "Verksamheter": swedish.listed(v.namn for v in namnd.verksamheter),
            "Nyckeltal": str(sum(len(m.nyckeltal) for m in namnd.malbilder)),
            "Fil": f"data/raw/styrmodell/{namnd.id}.yaml",
        },
        _filled(
            {
                "Målbilder": [(m.rubrik, ", ".join(filter(None, [m.id, grade]))) for m, grade in grades],
                "Uppdrag": [(u.rubrik, swedish.WORDS[u.status].lower()) for u in namnd.uppdrag],
            }
        ),
    )


def of_malbild(
    modell: Styrmodell, namnd: Namnd, malbild: Malbild, titlar: Mapping[str, str], mal: Mapping[int, str]
) -> Innehall:
    """Return what is shown of a målbild; `titlar` are Kolada's by id, `mal` the goals' names by number."""
    period = swedish.lower_first(modell.aktuell.namn)
    lists = {
        "Nyckeltal": [(k.id, _said(k, titlar)) for k in malbild.nyckeltal],
        "Agenda 2030": [
            (f"{_way(link.riktning)} mål {link.mal}, {mal[link.mal]}", link.skal or NO_REASON)
            for link in malbild.lankar
        ],
        "Aktiviteter": [(a.rubrik, swedish.WORDS[a.status].lower()) for a in malbild.aktiviteter],
    }
    return Innehall(
        malbild.rubrik,
        [*_mark(exempel=namnd.exempel), malbild.text],
        {
            "Nämnd": f"{namnd.namn} ({namnd.kortnamn})",
            "Verksamhet": namnd.verksamhet(malbild.verksamhet).namn,
            f"Bedömning, {period}": modelltabeller.bedomning(modell, malbild) or "ingen än",
            "Id": malbild.id,
        },
        _filled(lists),
    )


def of_mal(modell: Styrmodell, mal: int, facts: pd.Series, nyckeltal: pd.DataFrame, lankar: pd.DataFrame) -> Innehall:
    """Return what is shown of a goal.

    Parameters
    ----------
    modell
        The model.
    mal
        The goal's number.
    facts
        Its row of `agenda2030.read_goals`.
    nyckeltal, lankar
        Its rows from `modelltabeller.malnyckeltal` and `malkarta.lankar`.
    """
    followed = nyckeltal[nyckeltal["foljs_av"].notna()]
    rest = f" Resten visas med .saknas(mal={mal})." if len(followed) < len(nyckeltal) else ""
    malbilder = lankar[lankar["slag"] == "malbild"]
    others = lankar.loc[lankar["slag"] != "malbild", "slag"].value_counts()
    lists = {
        "Nyckeltal som styrmodellen följer": [
            (f"{row.nyckeltal} {row.titel}", f"följs av {row.foljs_av}") for row in followed.itertuples()
        ],
        "Målbilder som länkar hit": [
            (f"{_way(Lankriktning(row.riktning))}: {row.rubrik} ({row.organnamn})", row.skal or NO_REASON)
            for row in malbilder.itertuples()
        ],
    }
    return Innehall(
        f"Mål {mal}: {facts['namn']}",
        _mark(exempel=modell.exempel),
        {
            "Aspekter": facts["aspekter"],
            "Nyckeltal i RKA:s urval": f"{len(nyckeltal)}. Styrmodellen följer {len(followed)} av dem.{rest}",
            "Andra länkar hit": ", ".join(f"{n} {WORDS[kind][n > 1]}" for kind, n in others.items()) or "inga",
        },
        {title: rows or [("Inga", "")] for title, rows in lists.items()},
        farg=facts["farg"],
    )


def of_nyckeltal(uses: Sequence[tuple[Namnd, Malbild, Nyckeltal]], titlar: Mapping[str, str]) -> Innehall:
    """Return what is shown of a nyckeltal, by every place where the model follows it."""
    one = uses[0][2]
    facts = {
        "Koladas titel": "" if one.lokalt else titlar.get(one.id, ""),
        "Enhet": one.enhet,
        "Önskad riktning": swedish.WORDS[one.riktning],
        "Målnivå": _target(one),
        "Anmärkning": one.anmarkning or "",
    }
    return Innehall(
        f"{one.id} {modelltabeller.namn(one, titlar)}",
        [*_mark(exempel=any(n.exempel for n, _, _ in uses)), one.forklaring],
        {name: text for name, text in facts.items() if text},
        {"Följs under": [(f"{m.rubrik} ({n.kortnamn})", "") for n, m, _ in uses]},
    )


def _said(one: Nyckeltal, titlar: Mapping[str, str]) -> str:
    target = _target(one)
    facts = filter(None, [one.enhet, swedish.WORDS[one.riktning], target and f"målnivå {target}"])
    return f"{modelltabeller.namn(one, titlar)} ({'; '.join(facts)})"


def _target(one: Nyckeltal) -> str:
    if one.malniva is None:
        return ""
    decimals = swedish.decimals_for([one.malniva], one.enhet) if one.decimaler is None else one.decimaler
    return f"{swedish.with_unit(one.malniva, one.enhet, decimals)} till {one.malar}"


def _mark(*, exempel: bool) -> list[str]:
    return [EXEMPEL] if exempel else []


def _way(riktning: Lankriktning) -> str:
    return "Bidrar till" if riktning is Lankriktning.bidrar else "Motverkar"


def _filled(lists: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, Sequence[tuple[str, str]]]:
    return {title: rows for title, rows in lists.items() if rows}
