"""A nyckeltal added under a målbild in a nämnd's file, with every other byte kept; or refused in a sentence."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from styrlib import nyckeltal as nyckeltal_
from styrlib import process, snapshot, utbyte, yamlskriv, yamltext
from styrlib.errors import InputError, ProblemsError, fold, suggestions
from styrlib.falt import KOLADA_ID, LOCAL_ID, Riktning
from styrlib.filinnehall import new_list
from styrlib.kalkylschema import Vag
from styrlib.project import Project
from styrlib.render import Html, render
from styrlib.styrmodell import Malbild, Namnd, Styrmodell
from styrlib.yamlskriv import Ord
from styrlib.yamltext import Place

NOT_SHARED = ("andringar",)  # what a nyckeltal need not say alike wherever it stands


@dataclass(frozen=True)
class Given:
    """What the user says of a nyckeltal; empty where nothing is said."""

    id: str
    namn: str = ""
    forklaring: str = ""
    riktning: str = ""
    enhet: str = ""
    malniva: float | str | None = None
    malar: int | str | None = None


@dataclass(frozen=True, repr=False)
class Tillagg:
    """What was written, or would be.

    Attributes
    ----------
    nyckeltal, malbild
        Ids.
    fil, rad
        The nämnd's file, from the project's folder, and the line where the nyckeltal begins.
    text
        The lines that are new.
    skrivet
        Whether they are written; False after a trial.
    sedan
        What to do next, a sentence each.
    """

    nyckeltal: str
    malbild: str
    fil: str
    rad: int
    text: str
    skrivet: bool
    sedan: tuple[str, ...]

    @property
    def mening(self) -> str:
        """What happened, as a sentence."""
        where = f"i {self.fil}, rad {self.rad}"
        if self.skrivet:
            return f"{self.nyckeltal} är tillagt under målbilden {self.malbild}, {where}."
        return f"Provkörning: inget är skrivet. {self.nyckeltal} skulle stå under målbilden {self.malbild}, {where}."

    def __repr__(self) -> str:
        return "\n".join([self.mening, "", self.text, "", *self.sedan])

    def _repr_html_(self) -> Html:
        return render("tillagg.html.j2", tillagg=self)


def add(
    project: Project,
    modell: Styrmodell,
    namnd: Namnd,
    malbild: Malbild,
    told: Given,
    *,
    hamtas: bool = False,
    provkor: bool = False,
) -> Tillagg:
    """Add a nyckeltal last under a målbild, after the whole model has been tried with it.

    Parameters
    ----------
    project, modell
        The project and its model.
    namnd, malbild
        Where it goes.
    told
        What it is.
    hamtas
        Accept a nyckeltal of Kolada's that no snapshot has.
    provkor
        Write nothing.

    Raises
    ------
    InputError
        When something is wrong; nothing is written.
    """
    name, titles = f"{namnd.id}.yaml", process.titles(project)
    path = project.styrmodell / name
    content, lines = yamltext.read(path)
    i = [m.id for m in namnd.malbilder].index(malbild.id)
    _refuse_repeated(told, malbild, name, yamltext.line_of(lines, _place(i, malbild, told.id)))
    _refuse_unknown(told.id, titles, hamtas=hamtas)
    item = _item(project, modell, told, titles)
    where: Place = ("malbilder", i, "nyckeltal")
    new_list(content, where[:-1], Vag(where[::2], Malbild, (Namnd,))).append(item)
    old = path.read_bytes()
    new = yamlskriv.changed_bytes(old, content, name)
    try:
        utbyte.trial(project, {name: new}, hamtas=hamtas)
    except ProblemsError as error:
        found = "\n".join(f"  {problem}" for problem in error.problems)
        raise InputError(f"{told.id} kan inte läggas till. Inget är skrivet.\n{found}") from error
    if not provkor:
        utbyte.replace(project.styrmodell, {name: old}, {name: new})
    _, lines = yamltext.parse(new.decode("utf-8-sig"), name)
    return Tillagg(
        told.id,
        malbild.id,
        f"{project.styrmodell.relative_to(project.root).as_posix()}/{name}",
        yamltext.line_of(lines, (*where, len(malbild.nyckeltal))),
        _inserted(old.decode("utf-8-sig"), new.decode("utf-8-sig")),
        not provkor,
        tuple(_next(project, told.id, provkor=provkor)),
    )


def not_followed(given: str, known: Mapping[str, str], titles: Mapping[str, str]) -> InputError:
    """Return that the model does not follow a nyckeltal, and which one may be meant.

    Parameters
    ----------
    given
        What the user wrote.
    known
        Names by id of those that the model follows.
    titles
        Names by id of those that there are.
    """
    id_ = given.strip().upper()
    if id_ in titles:
        return InputError(f'Styrmodellen följer inte {id_} ({titles[id_]}). Lägg till det med .lagg_till("{id_}", …).')
    near = [f"{one} {known[one]}" for one in _near(given, known)]
    hint = f"Menade du {' eller '.join(near)}?" if near else "De som finns står i .nyckeltal."
    return InputError(f"”{given}” är inget nyckeltal i styrmodellen. {hint}")


def _near(given: str, known: Mapping[str, str]) -> list[str]:
    words = fold(given).split()
    by_name = [id_ for id_, name in known.items() if words and all(word in fold(name) for word in words)]
    return (by_name or suggestions(given, known, most=2))[:3]


def _place(i: int, malbild: Malbild, id_: str) -> Place:
    ids = [n.id for n in malbild.nyckeltal]
    return ("malbilder", i, "nyckeltal", ids.index(id_), "id") if id_ in ids else ("malbilder", i)


def _refuse_repeated(told: Given, malbild: Malbild, name: str, line: int) -> None:
    if told.id in [n.id for n in malbild.nyckeltal]:
        message = f"{told.id} finns redan under målbilden {malbild.id}, i {name} på rad {line}. Inget är skrivet."
        raise InputError(message)


def _refuse_unknown(id_: str, titles: Mapping[str, str], *, hamtas: bool) -> None:
    if LOCAL_ID.fullmatch(id_) or id_ in titles or (hamtas and KOLADA_ID.fullmatch(id_)):
        return
    if not KOLADA_ID.fullmatch(id_):
        near = [f"{one} {titles[one]}" for one in _near(id_, titles)]
        hint = f"Menade du {' eller '.join(near)}?" if near else "Sök med Kolada().sok()."
        raise InputError(f"”{id_}” är inget id. Ett sådant är N eller U och fem siffror, eller L och tre. {hint}")
    near = [f"{one} ({titles[one]})" for one in suggestions(id_, titles, most=2)]
    hint = f"Menade du {' eller '.join(near)}? " if near else ""
    message = f"{id_} finns inte i något uttag från Kolada. {hint}Finns det i Kolada: lägg till hamtas=True."
    raise InputError(message)


def _item(project: Project, modell: Styrmodell, told: Given, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return the nyckeltal as the file is to hold it."""
    item = _elsewhere(project, modell, told.id) or {"id": Ord(told.id)}
    texts = {
        "kortnamn": told.namn,
        "forklaring": told.forklaring,
        "enhet": told.enhet or ("" if "enhet" in item else nyckeltal_.enhet(titles.get(told.id, ""))),
        "riktning": _riktning(told.riktning) if told.riktning else "",
        "malniva": _number(told.malniva),
        "malar": _number(told.malar),
    }
    bare = ("riktning", "malniva", "malar")
    item |= {key: Ord(text) if key in bare else text for key, raw in texts.items() if (text := _one_line(raw))}
    needed = {
        "forklaring": "en enkel mening om vad nyckeltalet mäter, med egna ord",
        "riktning": "”högre”, ”lägre” eller ”ingen”: åt vilket håll är det bra?",
        "enhet": "till exempel ”procent”; Koladas titel säger ingen",
    }
    if lacking := [f"{key}= ({why})" for key, why in needed.items() if key not in item]:
        raise InputError(f"Skriv också {', '.join(lacking)}. {_more(told.id)}")
    order = ["id", *texts]
    return {key: item[key] for key in order if key in item} | {k: v for k, v in item.items() if k not in order}


def _more(id_: str) -> str:
    return f'Läs om nyckeltalet med Kolada().beskriv("{id_}").' if KOLADA_ID.fullmatch(id_) else ""


def _elsewhere(project: Project, modell: Styrmodell, id_: str) -> dict[str, Any] | None:
    """Return a nyckeltal as it is written under another målbild: it must be said alike everywhere."""
    for namnd in modell.namnder:
        for i, malbild in enumerate(namnd.malbilder):
            for j, one in enumerate(malbild.nyckeltal):
                if one.id == id_:
                    content, _ = yamltext.read(project.styrmodell / f"{namnd.id}.yaml")
                    written = copy.deepcopy(content["malbilder"][i]["nyckeltal"][j])
                    return {key: _bare(value) for key, value in written.items() if key not in NOT_SHARED}
    return None


def _bare(value: Any) -> Any:
    """Let what needs no quotes be written without: numbers and days, which are text when they are read."""
    if isinstance(value, Mapping):
        return {key: _bare(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_bare(one) for one in value]
    return Ord(value) if isinstance(value, str) and value.replace(",", "").replace("-", "").isdecimal() else value


def _riktning(given: str) -> str:
    word = fold(str(given)).strip().split(" ")[0]
    if word not in list(Riktning):
        near = suggestions(word, list(Riktning), most=1)
        hint = f"Menade du {near[0]}? " if near else ""
        raise InputError(f"”{given}” är ingen riktning. {hint}Skriv ”högre”, ”lägre” eller ”ingen”.")
    return word


def _number(given: float | str | None) -> str:
    if isinstance(given, bool):
        raise InputError(f"Målnivå och målår ska vara tal, inte {given!r}.")
    return "" if given is None else given if isinstance(given, str) else f"{given:.15g}".replace(".", ",")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _inserted(old: str, new: str) -> str:
    """Return the lines of a new text that an old one lacks."""
    before, after = old.splitlines(), new.splitlines()
    start = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    return "\n".join(after[start : start + len(after) - len(before)])


def _next(project: Project, id_: str, *, provkor: bool) -> list[str]:
    """Return what to do next."""
    sentences = ["Kör samma rad utan provkor=True för att skriva det."] if provkor else []
    if KOLADA_ID.fullmatch(id_) and not _has_values(project, id_):
        sentences.append("Kör ”styr hamta” i ett terminalfönster: det nyaste uttaget har inga värden för nyckeltalet.")
    return [*sentences, "Kör ”styr kontrollera” i ett terminalfönster: det visar om något mer behöver skrivas."]


def _has_values(project: Project, id_: str) -> bool:
    return snapshot.find(project.kolada).table([id_], ["kpi"]).num_rows > 0
