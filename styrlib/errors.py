"""Everything that styrlib raises on purpose, as one tree.

StyrError                   anything a user can be told in a Swedish sentence
├── InputError              bad input: a wrong name, option or file (exit code 2)
│   ├── UnknownNameError    a name that does not exist, told with the choices
│   ├── Unknown…Error       the same of an attribute, a column, an import: Python's own error too
│   ├── CapitalError        a module used as the class whose name it has: AttributeError and TypeError too
│   ├── WrongCallError      a public function called with arguments that it doesn't take: TypeError too
│   └── ProblemsError       every problem found in the municipality's own files
├── SnapshotError           a raw Kolada snapshot is missing or damaged (exit code 2)
└── ReportError             a report could not be made (exit code 1)
"""

from __future__ import annotations

import difflib
import errno
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

FEW = 12  # choices that are read to the end
TAB = "Skriv punkten och tryck på Tab, så ser du vad som finns."


class StyrError(Exception):
    """Base of all errors; its text is a Swedish sentence for the user."""

    exit_code = 1

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in place of a traceback."""
        return f"Fel: {self}".splitlines()


class InputError(StyrError):
    """What the user gave can't be used as it is."""

    exit_code = 2


class SnapshotError(StyrError):
    """A raw snapshot is missing, incomplete or changed since it was written."""

    exit_code = 2


class ReportError(StyrError):
    """A report could not be made; the earlier one still stands."""


class DeadlineError(ReportError):
    """A report has taken longer than it may."""


class UnknownNameError(InputError):
    """A name or code that does not exist, with the choices that do.

    Parameters
    ----------
    what
        The Swedish noun for what was sought, with its article: "nämnden", "kommunen".
    given
        What the user wrote.
    choices
        All valid names; the nearest are suggested, or all are listed when they are few.
    """

    def __init__(self, what: str, given: str, choices: Iterable[str]) -> None:
        remedy = hint(given, choices, "Kontrollera stavningen eller använd koden.")
        super().__init__(f"{what[0].upper()}{what[1:]} ”{given}” finns inte. {remedy}")


class UnknownAttributeError(InputError, AttributeError):
    """What is written after the dot does not exist.

    Python and its libraries ask often whether there is such an attribute, and seldom for the
    sentence: it is made when it is read, from the `name` and `obj` that every AttributeError has.
    """

    def __str__(self) -> str:
        choices = [name for name in dir(self.obj) if not name.startswith("_")]
        what = getattr(self.obj, "__name__", type(self.obj).__name__)
        return f"”{self.name}” finns inte i {what}. {hint(self.name, choices, TAB)}"

    def __reduce__(self) -> tuple[type[InputError], tuple[str]]:
        """Travel between processes as the sentence, without the object."""
        return InputError, (str(self),)


class UnknownImportError(InputError, ModuleNotFoundError):
    """What is to be imported does not exist."""

    def __init__(self, package: str, name: str, choices: Iterable[str]) -> None:
        super().__init__(f"”{name}” finns inte i {package}. {hint(name, choices)}")


class UnknownColumnError(InputError, KeyError):
    """A table has no such column."""

    __str__ = Exception.__str__  # KeyError's own shows the text in quotes

    def __init__(self, given: object, columns: Iterable[str]) -> None:
        super().__init__(f"Kolumnen ”{given}” finns inte. {hint(str(given), columns)}")


class WrongCallError(InputError, TypeError):
    """A function was called with arguments that it doesn't take, or without those that it needs."""


class CapitalError(InputError, AttributeError, TypeError):
    """A module is used as the public class that its name differs from by a capital."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a file: where it is, what it is and what to do."""

    file: str
    line: int
    place: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, rad {self.line}" if self.line else self.file
        return f"{where}: {self.place}: {self.message}" if self.place else f"{where}: {self.message}"


class ProblemsError(InputError):
    """All problems of a check, told at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        n = len(self.problems)
        head = "Ett fel hittades" if n == 1 else f"{n} fel hittades"
        super().__init__(f"{head} i kommunens egna filer:\n" + "\n".join(f"  {p}" for p in self.problems))


def reason(error: OSError) -> str:
    """Return in Swedish why the operating system refused."""
    reasons = {
        errno.ENOSPC: "disken är full",
        getattr(errno, "EDQUOT", errno.ENOSPC): "disken är full",
        errno.EACCES: "du saknar rättighet, eller så är den öppen i ett annat program",  # Windows says this of both
        errno.EPERM: "du saknar rättighet",
        errno.EROFS: "disken är skrivskyddad",
        errno.ENOENT: "den finns inte",
        errno.EISDIR: "det ligger en mapp med samma namn där",
        errno.ENOTDIR: "en fil ligger där en mapp behövs",
        errno.EEXIST: "en fil ligger där en mapp behövs",
        errno.ENAMETOOLONG: "namnet är för långt",
        errno.EINVAL: "namnet går inte att använda",
    }
    return reasons.get(error.errno or 0, f"systemet svarade {error.strerror}")


def hint(given: str, choices: Iterable[str], otherwise: str = "") -> str:
    """Return what may have been meant, and all choices when they are few; `otherwise` when neither can be said."""
    choices = list(choices)
    near = suggestions(given, choices)
    parts = [f"Menade du {' eller '.join(near)}?"] if near else []
    if len(choices) <= FEW:
        parts.append(f"Det här finns: {', '.join(choices)}.")
    return " ".join(parts) or otherwise


def suggestions(given: str, choices: Iterable[str], most: int = 3) -> list[str]:
    """Return the choices that look most like what was given, best first, blind to case and å, ä, ö."""
    by_folded = {fold(choice): choice for choice in choices}
    folded = fold(given)
    if folded in by_folded:
        return [by_folded[folded]]
    starts = [choice for key, choice in by_folded.items() if folded and key.startswith(folded)]
    near = difflib.get_close_matches(folded, by_folded, n=most, cutoff=0.6)
    return list(dict.fromkeys([*starts[:most], *(by_folded[key] for key in near)]))[:most]


def fold(text: str) -> str:
    """Return text without case and diacritics: `Högre` → `hogre`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
