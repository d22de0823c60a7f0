"""What a workbook that comes back would change in the model's files.

Each row is compared with the file as it is now, and with what it was when the workbook was made. A row that the
chef left alone changes nothing, whatever others have done since; one that both have changed is told, not guessed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from styrlib import filinnehall, ifylld, kalkylrader, kalkylschema, yamltext
from styrlib.errors import Problem
from styrlib.excelin import AGAIN, Row
from styrlib.ifylld import Ifylld, Lasning
from styrlib.kalkylrader import Nyckel, Rad
from styrlib.kalkylschema import HOR_TILL, NAMND, NR, VILKEN, Kolumn, Slag, Vag
from styrlib.styrmodell import Namnd, Part
from styrlib.yamlskriv import REMOVED
from styrlib.yamltext import Place

SHORT = 70  # characters of a text that are shown of a change


@dataclass
class Forslag:
    """What the workbook would do: new content by nämnd, and sentences about it."""

    innehall: dict[str, Any]  # nämnd → the file's content, as `yamlskriv.changed` takes it
    andringar: list[str] = field(default_factory=list)
    anmarkningar: list[str] = field(default_factory=list)
    fel: list[str] = field(default_factory=list)
    platser: list[tuple[str, Place, Ifylld]] = field(default_factory=list)  # where each row stands in which file

    def where(self, problem: Problem) -> str:
        """Return a problem of the files as a sentence about the sheet and cell that it came from."""
        namnd = problem.file.removesuffix(".yaml")
        best: tuple[int, str] = (-1, "")
        for owner, at, row in self.platser:
            if owner == namnd:
                text = yamltext.place_text(filinnehall.as_written(self.innehall[namnd], at))
                below = problem.place.removeprefix(text)
                if (
                    problem.place.startswith(text)
                    and (not below or below[0] in ".[" or not text)
                    and len(text) > best[0]
                ):
                    best = len(text), row.at(below.lstrip(".").split("[")[0])
        return f"{best[1]}: {problem.message}" if best[1] else str(problem)


def compare(
    bok: Mapping[str, list[Row]],
    rader: Mapping[str, Sequence[Rad]],
    innehall: Mapping[str, Any],
    kommun: str,
    *,
    ta_bort: bool,
) -> Forslag:
    """Return what a workbook would change.

    Parameters
    ----------
    bok
        The cells of the workbook, as `excelin.read` gives them.
    rader
        The rows of the model as it is now, as `kalkylrader.rows` gives them.
    innehall
        The content of each nämnd's file, as `yamltext.read` gives it.
    kommun
        The municipality's code: a workbook of another one is refused.
    ta_bort
        Whether rows that are no longer in the workbook are taken out of the files.

    Returns
    -------
    Forslag
        With `fel` when the workbook can't be used; then nothing else of it counts.
    """
    return _Comparison(rader, innehall, ifylld.origin(bok), ta_bort=ta_bort).compare(bok, kommun)


class _Comparison:
    """One workbook against one model."""

    def __init__(
        self,
        rader: Mapping[str, Sequence[Rad]],
        innehall: Mapping[str, Any],
        origin: Mapping[tuple[str, Nyckel], str],
        *,
        ta_bort: bool,
    ) -> None:
        self.rader = rader
        self.origin = origin
        self.ta_bort = ta_bort
        self.now = {(titel, row.nyckel): row for titel, some in rader.items() for row in some}
        self.forslag = Forslag({namnd: copy.deepcopy(content) for namnd, content in innehall.items()})
        # What a new row can belong to: nämnd, class and keys → where it stands.
        self.holders: dict[tuple[str, type[Part], Nyckel], Place] = {}
        for some in rader.values():
            for row in some:
                self._hold(row.namnd, row.blad.cls, kalkylrader.reference(row.led), row.plats)

    def compare(self, bok: Mapping[str, list[Row]], kommun: str) -> Forslag:
        lasning = Lasning(bok)
        sheets = lasning.sheets()
        self.forslag.fel += [*ifylld.wrong_kommun(bok, kommun), *lasning.fel]
        self.forslag.anmarkningar += lasning.anmarkningar
        if not self.origin:
            note = (
                "Bladet Ursprung saknas. Andras ändringar sedan arbetsboken gjordes kan därför inte skiljas från dina."
            )
            self.forslag.anmarkningar.append(note)
        gone: list[Rad] = []
        for titel, rows in sheets.items():
            gone += self._gone(titel, self._rows(rows))
        self._remove(gone)
        return self.forslag

    def _hold(self, namnd: str, cls: type[Part], keys: Nyckel, at: Place) -> None:
        self.holders[namnd, cls, keys] = at
        for name, hint in kalkylschema.hints(cls).items():
            if (one := kalkylschema.part_of(hint)) is not None:
                self._hold(namnd, one, keys, (*at, name))

    def _rows(self, rows: list[Ifylld]) -> dict[Nyckel, Ifylld]:
        """Take in a sheet's rows: existing ones first, so that new ones come last as they do in the file."""
        seen: dict[Nyckel, Ifylld] = {}
        new: list[Ifylld] = []
        for row in rows:
            key = kalkylrader.key_of(row.blad, row.plain)
            unnumbered = row.plain.get(NR) == ""
            if key in seen and not unnumbered:
                message = (
                    f"Raden är samma som rad {seen[key].nummer}. Ta bort den ena, eller ändra dess id eller nummer."
                )
                self.forslag.fel.append(f"{row.at()}: {message}")
                continue
            seen[key] = row
            old = self.now.get((row.blad.titel, key))
            if row.plain[NAMND] not in self.forslag.innehall:
                message = (
                    f"Nämnden ”{row.plain[NAMND]}” har ingen fil. Det här finns: {', '.join(self.forslag.innehall)}."
                )
                remedy = " En ny nämnd får först en egen fil i data/raw/styrmodell." if row.blad.cls is Namnd else ""
                self.forslag.fel.append(f"{row.at(NAMND)}: {message}{remedy}")
            elif old is None:
                new += [] if self._taken_in(row) else [row]
            else:
                self._existing(row, old)
        for row in new:
            self._new(row)
        return seen

    def _existing(self, row: Ifylld, old: Rad) -> None:
        self.forslag.platser.append((old.namnd, old.plats, row))
        now = old.plain
        differing = [falt for falt, text in row.plain.items() if now[falt] != text]
        was = self.origin.get((row.blad.titel, old.nyckel))
        if old.intern or (self.origin and was is None and differing):
            message = "Raden finns redan i filen, men fanns inte i arbetsboken när den gjordes."
            self.forslag.fel.append(f"{row.at()}: {message} {AGAIN}")
            return
        if not differing or was == kalkylrader.digest(row.plain):
            return
        if was is not None and was != kalkylrader.digest(now):
            message = f"Raden är ändrad både här och i {old.namnd}.yaml sedan arbetsboken gjordes."
            self.forslag.fel.append(f"{row.at()}: {message} {AGAIN}")
            return
        for kolumn in row.blad.kolumner:
            if kolumn.falt in differing:
                filinnehall.put(
                    self.forslag.innehall[old.namnd], old.plats, row.blad.cls, kolumn, row.plain[kolumn.falt]
                )
                before, after = (_words(kolumn, text) for text in (now[kolumn.falt], row.plain[kolumn.falt]))
                before, after = _around(before, after)
                self.forslag.andringar.append(
                    f"{old.namnd}.yaml: {_name(old)}: {kolumn.rubrik.casefold()}: {before} → {after}"
                )

    def _taken_in(self, row: Ifylld) -> bool:
        """Return whether a row without a number is in the file already: the workbook may have been read before."""
        said = {falt: text for falt, text in row.plain.items() if falt != NR}
        return row.plain.get(NR) == "" and any(
            titel == row.blad.titel and said.items() <= old.plain.items() for (titel, _), old in self.now.items()
        )

    def _new(self, row: Ifylld) -> None:
        key = kalkylrader.key_of(row.blad, row.plain)
        was = self.origin.get((row.blad.titel, key))
        if was is not None:
            if was != kalkylrader.digest(row.plain):
                message = (
                    f"Raden har tagits bort ur {row.plain[NAMND]}.yaml sedan arbetsboken gjordes, och är ändrad här."
                )
                self.forslag.fel.append(f"{row.at()}: {message} {AGAIN}")
            return
        absent = [k.rubrik for k in row.blad.kolumner if k.kravs and k.falt not in row.plain]
        if absent:
            self.forslag.fel.append(f"{row.at()}: Raden är ny och behöver kolumnen {absent[0]}, som saknas. {AGAIN}")
            return
        found = self._holder(row)
        if found is None:
            columns = [
                k.falt for k in row.blad.kolumner if k.falt.startswith("#") and k.falt not in (NAMND, HOR_TILL, NR)
            ]
            given = " ".join(row.plain[falt] for falt in columns)
            message = f"”{given}” finns inte hos {row.plain[NAMND]}. Skriv ett id som finns på sitt eget blad."
            self.forslag.fel.append(f"{row.at(columns[-1] if columns else '')}: {message}")
            return
        vag, keys, at = found
        content = self.forslag.innehall[row.plain[NAMND]]
        items = filinnehall.new_list(content, at, vag)
        item: dict[str, Any] = {}
        items.append(item)
        index = len(items) - 1
        where = (*at, vag.falt[-1], index)
        for kolumn in row.blad.kolumner:
            if not kolumn.falt.startswith("#") and row.plain.get(kolumn.falt, "") != kolumn.forval:
                filinnehall.put(content, where, row.blad.cls, kolumn, row.plain[kolumn.falt])
        own = kalkylrader.own_key(row.blad.cls, lambda name: row.plain[name], index)
        above = () if kalkylschema.unique(row.blad.cls) else keys
        for one in dict.fromkeys([own, row.plain.get(NR) or own]):
            self._hold(row.plain[NAMND], row.blad.cls, (*above, one), where)
        self.forslag.platser.append((row.plain[NAMND], where, row))
        first = next(_words(k, row.plain[k.falt]) for k in row.blad.kolumner if not k.nyckel and row.plain.get(k.falt))
        belongs = f"{kalkylschema.title(vag.agare).casefold()} {'/'.join(keys)}".strip()
        what = f"{kalkylschema.title(row.blad.cls).casefold()} {own if row.blad.egen_nyckel else f'nr {own}'}"
        within = "" if vag.agare is Namnd else f"{belongs}, "
        self.forslag.andringar.append(f"{row.plain[NAMND]}.yaml: {within}ny rad, {what}: {_shortened(first)}")

    def _holder(self, row: Ifylld) -> tuple[Vag, Nyckel, Place] | None:
        """Return the way, the keys and the place of what a new row belongs to."""
        if VILKEN in row.plain:
            ways = [vag for vag in row.blad.vagar if vag.agare.__name__ == row.plain[HOR_TILL]]
            keys = tuple(part for part in row.plain[VILKEN].split("/") if part)
        else:
            ways = list(row.blad.vagar)
            above = [k.falt for k in row.blad.kolumner if k.falt.startswith("#") and k.falt not in (NAMND, NR)]
            keys = tuple(row.plain[falt] for falt in above)
        for vag in ways:
            if (at := self.holders.get((row.plain[NAMND], vag.agare, keys))) is not None:
                return vag, keys, at
        return None

    def _gone(self, titel: str, seen: Mapping[Nyckel, Ifylld]) -> Iterator[Rad]:
        """Yield the rows of the files that the workbook had, or would have had, and has no more."""
        for (sheet, key), row in self.now.items():
            if sheet != titel or key in seen or row.intern:
                continue
            was = self.origin.get((titel, key))
            if self.origin and was is None:
                continue  # came into the file later, or is another nämnd's
            if was is not None and was != kalkylrader.digest(row.plain):
                note = f"{row.namnd}.yaml: {_name(row)} saknas i arbetsboken men är ändrad i filen. Den står kvar."
                self.forslag.anmarkningar.append(note)
                continue
            yield row

    def _remove(self, gone: Sequence[Rad]) -> None:
        """Take out what the workbook no longer has, if that is asked for; what stands in it goes with it."""
        if gone and not self.origin:  # a row may be absent because the workbook was made for another nämnd
            number = "En rad" if len(gone) == 1 else f"{len(gone)} rader"
            note = f"{number} i filerna finns inte i arbetsboken."
            if self.ta_bort:
                why = "Utan bladet Ursprung går det inte att veta om de har funnits där, och inget kan tas bort."
                self.forslag.fel.append(f"{note} {why} Kör utan --ta-bort, eller: {AGAIN}")
            else:
                self.forslag.anmarkningar.append(f"{note} Det som står i filerna är kvar.")
            return
        places = {(row.namnd, row.plats) for row in gone if row.blad.cls is not Namnd}

        def inside(namnd: str, at: Place) -> bool:
            return any((namnd, at[:i]) in places for i in range(1, len(at)))

        for row in gone:
            if inside(row.namnd, row.plats):
                continue
            if row.blad.cls is Namnd or not self.ta_bort:
                how = "" if row.blad.cls is Namnd else " Ta bort den med --ta-bort."
                note = f"{row.namnd}.yaml: {_name(row)} saknas i arbetsboken. Den står kvar.{how}"
                self.forslag.anmarkningar.append(note)
            else:
                *above, index = row.plats
                filinnehall.get(self.forslag.innehall[row.namnd], above)[index] = REMOVED
                self.forslag.andringar.append(f"{row.namnd}.yaml: {_name(row)}: tas bort")
        for namnd, at, row in self.forslag.platser:
            if self.ta_bort and inside(namnd, at):
                message = "Raden hör till något som saknas i arbetsboken. Ta bort raden också, eller ta tillbaka det."
                self.forslag.fel.append(f"{row.at()}: {message}")


def _name(row: Rad) -> str:
    """Return what a row is, from the nämnd down: `målbild trygg-aldreomsorg, bedömning 2026-delar`."""
    if not row.led:
        return "nämnden"
    names = []
    for led in row.led:
        number = "" if kalkylschema.own_key(led.cls) else "nr "
        names.append(f"{kalkylschema.title(led.cls).casefold()} {number}{kalkylrader.labelled(led)}")
    if row.plats[0] == "grunduppdrag":
        names.insert(0, "grunduppdraget")
    return ", ".join(names)


def _words(kolumn: Kolumn, text: str) -> str:
    """Return a plain text as the workbook shows it."""
    if kolumn.slag is Slag.mal:
        return f"mål {text}"
    return ", ".join(kolumn.val.get(part, part) for part in text.split(", ")) if kolumn.val else text


def _around(before: str, after: str) -> tuple[str, str]:
    """Return two texts, shortened to the part where they differ."""
    start = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    if max(len(before), len(after)) <= SHORT or start < SHORT // 2:
        return _shortened(before), _shortened(after)
    start = max(before.rfind(" ", 0, max(start - 15, 1)), 0)
    return tuple(_shortened("…" + text[start:]) if start < len(text) else "…" for text in (before, after))


def _shortened(text: str) -> str:
    text = " / ".join(text.split("\n"))
    return (text if len(text) <= SHORT else text[: SHORT - 2].rstrip() + " …") if text else "tomt"
