"""Another municipality: a project of its own with a model to begin with, ready to be reported.

Nothing of the current project's own model comes along. What is written is a draft, marked as an
example, with well-known nyckeltal, so that there is something to read and change from the start.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from styrlib import kommuner, snapshot, swedish, validate
from styrlib.document import schemas
from styrlib.errors import InputError, StyrError, fold, reason
from styrlib.files import listing, write_text
from styrlib.kommuner import Kommun
from styrlib.project import Project

MALLAR = Path(__file__).parent / "mallar"
USUAL = ("Kommunstyrelsen", "Barn- och utbildningsnämnden", "Socialnämnden", "Samhällsbyggnadsnämnden")
# Which draft a body begins with, by a word in its name; the first that fits.
KINDS = {
    "styrelse": ("styrelse",),
    "utbildning": ("utbildning", "skol", "barn", "bildning"),
    "social": ("social", "omsorg", "vard"),
    "samhallsbyggnad": ("bygg", "miljo", "teknik", "teknisk", "klimat"),
    "kultur": ("kultur", "fritid"),
}
AREAS = ("övergripande", "grundskola", "äldreomsorg")  # whose similar municipalities the file names
TERM = 4  # years; a term of office begins the year after an election
A_TERM = 2023  # the first year of one of them
NOT_HANDBOOK = ("tema", "arkitektur.md", "prestanda.md", "kolada-jamforelse.md", "rapport.png")  # in docs/
SHORT = {"samhallsbyggnadsnamnden": "SBN"}


@dataclass(frozen=True)
class Mall:
    """A body to begin with."""

    id: str
    namn: str
    kortnamn: str
    kind: str


def create(source: Project, kommun: Kommun, folder: Path, namnder: Sequence[str] = (), *, today: dt.date) -> None:
    """Write a new project for a municipality, whole or not at all.

    Parameters
    ----------
    source
        The project whose snapshot, goals, notebooks, handbook and bank of questions are used.
    kommun
        Code and name.
    folder
        Where; it must not exist, or be empty.
    namnder
        The names of the bodies that are to be followed up; the usual four unless given.
    today
        Decides the term of office and the first periods.

    Raises
    ------
    InputError
        When the folder holds something, or two bodies would get the same file.
    StyrError
        When something can't be written; nothing is left behind.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"Mappen {folder} finns redan och är inte tom. Välj en annan med --ut.")
    raw = snapshot.find(source.kolada)
    texts = model(kommun, kommuner.grupper(raw.catalogue("municipality_groups")), _names(raw), namnder, today)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".styr-ny-", dir=folder.parent) as temporary:
            new = Project(Path(temporary) / "projekt")
            _copy(source, raw, new)
            for name, text in texts.items():
                write_text(new.styrmodell / name, text)
            for name, text in schemas().items():
                write_text(new.styrmodell / "schema" / name, text)
            values = {
                "namn": kommun.namn,
                "uttag": swedish.month(raw.name),
                "handbok": (new.root / "docs" / "index.md").exists(),
            }
            write_text(new.root / "README.md", _render("README.md.j2", values))
            if folder.exists():
                folder.rmdir()  # empty, as was seen above; a rename needs it away on Windows
            new.root.rename(folder)
    except OSError as error:
        raise StyrError(f"Mappen {folder} kunde inte skrivas: {reason(error)}. Inget är skapat.") from error


def model(
    kommun: Kommun, grupper: pd.DataFrame, names: dict[str, str], namnder: Sequence[str], today: dt.date
) -> dict[str, str]:
    """Return the model's files by name, as YAML text.

    Parameters
    ----------
    kommun
        Code and name.
    grupper
        The processed table.
    names
        Every municipality's name by code.
    namnder, today
        As in `create`.
    """
    term = mandatperiod(today)
    values = {
        "kommun": kommun.kommun,
        "namn": kommun.namn,
        "ar": max(term[0], today.year),
        "mandat": term,
        "perioder": list(_periods(max(term[0], today.year))),
        "liknande": {
            area: [names[code] for code in codes]
            for area in AREAS
            if (codes := kommuner.members(grupper, "liknande", kommun.kommun, kommun.namn, area))
        },
    }
    texts = {validate.KOMMUN_FILE: _render("kommun.yaml.j2", values)}
    for order, mall in enumerate(_bodies(namnder or USUAL), 1):
        own = {"namn": mall.namn, "kortnamn": mall.kortnamn, "ordning": order, "ar": values["ar"]}
        texts[f"{mall.id}.yaml"] = _render(f"{mall.kind}.yaml.j2", own)
    return texts


def mandatperiod(today: dt.date) -> tuple[int, int]:
    """Return the first and last year of the term of office, the coming one when its election has been held.

    Elections are held in September every fourth year (Vallagen 2005:837, 1 kap. 3 §), and nämnder are
    chosen for terms that begin on the first of January after it.
    """
    first = today.year - (today.year - A_TERM) % TERM
    if today >= dt.date(first + TERM - 1, 10, 1):
        first += TERM
    return first, first + TERM - 1


def _periods(year: int) -> Iterator[dict[str, object]]:
    for ar in (year, year + 1):
        for id_, namn, till in (
            (f"{ar}-delar", f"Delår {ar}", f"{ar}-08-31"),
            (f"{ar}-helar", f"Helår {ar}", f"{ar}-12-31"),
        ):
            yield {"id": id_, "namn": namn, "ar": ar, "fran": f"{ar}-01-01", "till": till}


def _bodies(names: Sequence[str]) -> Iterator[Mall]:
    taken: dict[str, str] = {}
    used: set[str] = set()
    for given in names:
        name = " ".join(given.split())
        id_ = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")
        if not re.fullmatch(r"[^\W\d_][\w ,-]*", name) or id_ in validate.SHARED:
            raise InputError(f"”{given}” går inte att använda som namn på en nämnd. Skriv till exempel Socialnämnden.")
        if id_ in taken:
            raise InputError(f"Nämnden ”{name}” står två gånger. Ta bort den ena.")
        taken[id_] = name
        short = next(s for s in _shorts(id_) if s not in used)
        used.add(short)
        kind = next((kind for kind, words in KINDS.items() if any(word in id_ for word in words)), "annan")
        yield Mall(id_, name[0].upper() + name[1:], short, kind)


def _shorts(id_: str) -> Iterator[str]:
    """Yield short names to choose from: KS, BUN, SN, and longer ones when those are taken."""
    if id_ in SHORT:
        yield SHORT[id_]
    words = [word for word in id_.upper().split("-") if word != "OCH"]
    ending = "S" if words[-1].endswith("STYRELSEN") else "N"
    initials = "".join(re.findall(r"[A-Z]", "".join(word[0] for word in words)))[:4]
    yield initials + ending
    letters = re.sub(r"[^A-Z]", "", "".join(words))
    yield from (letters[:length] for length in range(2, 7))
    yield from (f"{initials[:1] or 'N'}{extra}{ending}" for extra in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _copy(source: Project, raw: snapshot.Snapshot, new: Project) -> None:
    shutil.copytree(raw.folder, new.kolada / raw.name)
    shutil.copytree(source.agenda2030, new.agenda2030)
    new.notebooks.mkdir()
    for path in listing(source.notebooks, "*.ipynb"):
        shutil.copyfile(path, new.notebooks / path.name)
    template = source.notebooks / "egna" / "mall.ipynb"  # to copy from; the others are the other municipality's
    (new.notebooks / "egna").mkdir()
    if template.exists():
        shutil.copyfile(template, new.notebooks / "egna" / template.name)
    if (source.root / "docs").is_dir():
        shutil.copytree(source.root / "docs", new.root / "docs", ignore=shutil.ignore_patterns(*NOT_HANDBOOK))
    new.styrmodell.mkdir(parents=True)
    questions = source.styrmodell / "dialogfragor.yaml"
    if questions.exists():
        shutil.copyfile(questions, new.styrmodell / questions.name)
    (new.styrmodell / "lokala").mkdir()


def _names(raw: snapshot.Snapshot) -> dict[str, str]:
    return {m["id"]: m["title"] for m in raw.catalogue("municipality")}


def _render(name: str, values: dict[str, object]) -> str:
    # Not the pages' environment: this is YAML and Markdown, where & is &.
    env = Environment(  # noqa: S701
        loader=FileSystemLoader(MALLAR), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    env.filters["genitive"] = swedish.genitive
    return env.get_template(name).render(**values)
