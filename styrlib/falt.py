"""What a single value in the municipality's files may be: texts, dates, numbers, ids and fixed choices.

All values arrive as text (see `yamltext`), so every number and date is parsed here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
)

KOLADA_ID = re.compile(r"[NU][0-9]{5}")
LOCAL_ID = re.compile(r"L[0-9]{3,5}")


def as_list(value: Any) -> Any:
    """Let `aspekter: social` mean the same as `aspekter: [social]`."""
    return [value] if isinstance(value, str) else value


def _decimal_point(value: Any) -> Any:
    """Read `12,5` and `1 250` as a Swede means them."""
    if isinstance(value, str) and re.fullmatch(r"[-−]?\d[\d \u00a0]*(,\d+)?", value.strip()):
        return re.sub(r"[ \u00a0]", "", value.strip()).replace(",", ".").replace("−", "-")
    return value


def unit_name(text: str) -> str:
    """Let one unit have one name: rules and sentences know shares by it."""
    return "procent" if text.casefold() in ("%", "procent", "procent (%)", "andel (%)", "andel i procent") else text


def _four_digits(value: Any) -> Any:
    """Give a kommunkod back the zero that a spreadsheet or a JSON writer took."""
    return value.strip().zfill(4) if isinstance(value, str) and value.strip().isdigit() else value


def _printable(text: str) -> str:
    """Refuse control characters: no reader sees them, and HTML forbids them."""
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        raise ValueError("Texten innehåller ett osynligt styrtecken. Skriv om den.")
    return text


def _iso_date(value: Any) -> Any:
    """Refuse what pydantic would take for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        raise ValueError(f"”{value[:60]}” är inget datum. Skriv år-månad-dag, till exempel 2026-03-31.")
    return value


def _ja_nej(value: Any) -> Any:
    return {"ja": True, "nej": False, "true": True, "false": False}.get(str(value).strip().casefold(), value)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_printable)]
Day = Annotated[dt.date, BeforeValidator(_iso_date)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
NyckeltalId = Annotated[str, StringConstraints(pattern=rf"^({KOLADA_ID.pattern}|{LOCAL_ID.pattern})$")]
Kommunkod = Annotated[
    str, StringConstraints(pattern=r"^\d{4}$"), BeforeValidator(_four_digits, json_schema_input_type=str | int)
]
Number = Annotated[
    float,
    Field(allow_inf_nan=False, ge=-1e9, le=1e9),
    BeforeValidator(_decimal_point, json_schema_input_type=float | str),
]
Year = Annotated[int, Field(ge=1990, le=2100)]
JaNej = Annotated[bool, BeforeValidator(_ja_nej, json_schema_input_type=Literal["ja", "nej"] | bool)]
GOALS = range(1, 18)
Goal = Annotated[int, Field(ge=GOALS[0], le=GOALS[-1])]


class Riktning(StrEnum):
    """Desired direction of a nyckeltal; `ingen` where neither high nor low is good."""

    hogre = "hogre"
    lagre = "lagre"
    ingen = "ingen"


class Lankriktning(StrEnum):
    """Whether something helps a goal or works against it."""

    bidrar = "bidrar"
    motverkar = "motverkar"


class Aspekt(StrEnum):
    """The three aspects of sustainability."""

    ekologisk = "ekologisk"
    social = "social"
    ekonomisk = "ekonomisk"


Aspektlista = Annotated[
    tuple[Aspekt, ...],
    Field(min_length=1, max_length=3),
    BeforeValidator(as_list, json_schema_input_type=Aspekt | tuple[Aspekt, ...]),
]


class Grad(StrEnum):
    """Måluppfyllelse as a person judges it, in five steps."""

    uppfylld = "uppfylld"
    i_huvudsak = "i_huvudsak"
    delvis = "delvis"
    inte = "inte"
    gar_inte_att_bedoma = "gar_inte_att_bedoma"


class Status(StrEnum):
    """How far an aktivitet, an uppdrag or an agreement has come."""

    ej_paborjad = "ej_paborjad"
    pagar = "pagar"
    klar = "klar"
    forsenad = "forsenad"
    avbruten = "avbruten"

    @property
    def avslutad(self) -> bool:
        """Whether nothing more is to be done."""
        return self in (Status.klar, Status.avbruten)

    def over_tiden(self, slut: dt.date | None, dag: dt.date) -> bool:
        """Whether the day that something was to be done has come, without it having ended."""
        return slut is not None and slut <= dag and not self.avslutad

    def sen(self, slut: dt.date | None, dag: dt.date) -> bool:
        """Whether something is late by a day: it says so itself, or its time is out."""
        return self is Status.forsenad or self.over_tiden(slut, dag)


class Underlag(StrEnum):
    """What a bedömning rests on."""

    dialog = "dialog"
    enkat = "enkat"
    besok = "besok"
    nyckeltal = "nyckeltal"
    granskning = "granskning"


class Sakerhet(StrEnum):
    """How sure the person is of the bedömning."""

    hog = "hog"
    medel = "medel"
    lag = "lag"


class Malniva(StrEnum):
    """Whom a nyckeltal is followed up for: not all measures go to the politicians."""

    verksamhet = "verksamhet"
    namnd = "namnd"
    kf = "kf"


class Princip(StrEnum):
    """The styrprinciper, "Handen på hjärtat", with the citizen in focus."""

    tillit = "tillit"
    transparens = "transparens"
    rattssakerhet = "rattssakerhet"
    effektivitet = "effektivitet"
    kvalitet = "kvalitet"
    medborgarfokus = "medborgarfokus"


class Jamforelse(StrEnum):
    """Whom the municipality is compared with."""

    liknande = "liknande"
    lan = "lan"
    skr = "skr"
    alla = "alla"
    riket = "riket"


class Beslutsniva(StrEnum):
    """Who decides: the nearer the citizen, the later in the list."""

    kf = "kf"
    namnd = "namnd"
    utskott = "utskott"
    delegat = "delegat"


class Organslag(StrEnum):
    """What kind of body answers to kommunfullmäktige beside the nämnder that are followed up here."""

    bolag = "bolag"
    gemensam_namnd = "gemensam_namnd"
    namnd = "namnd"


class Monster(StrEnum):
    """A pattern in what is followed up, that a question in a verksamhetsdialog can start from."""

    alltid = "alltid"
    samre = "samre"
    battre = "battre"
    langt_fran_andra = "langt_fran_andra"
    battre_an_andra = "battre_an_andra"
    mal_svart_att_na = "mal_svart_att_na"
    konsskillnad = "konsskillnad"
    osakert = "osakert"
    siffror_saknas = "siffror_saknas"
    bedomning_skiljer_sig = "bedomning_skiljer_sig"
    bedomning_saknas = "bedomning_saknas"
    forsenat = "forsenat"
    oppen_overenskommelse = "oppen_overenskommelse"
    motverkar_mal = "motverkar_mal"


class Tillstand(StrEnum):
    """How far a page has come on its way to the public."""

    utkast = "utkast"
    faststalld = "faststalld"
    publicerad = "publicerad"


class Svar(StrEnum):
    """How well a statement about a styrprincip agrees with the day-to-day work."""

    helt = "helt"
    till_stor_del = "till_stor_del"
    till_liten_del = "till_liten_del"
    inte = "inte"
    vet_inte = "vet_inte"
