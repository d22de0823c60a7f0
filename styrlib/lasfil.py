"""A lock on disk: `las/<ar>.yaml`, written once and never changed; one that takes its place keeps it beside."""

from __future__ import annotations

import io
from pathlib import Path

from ruamel.yaml import YAML

from styrlib import lasning, swedish
from styrlib.errors import InputError
from styrlib.files import write_text
from styrlib.styrmodell import Ersattning, Las

HEAD = """\
# yaml-language-server: $schema=../schema/las.schema.json
#
# Nyckeltalen för {ar} så som de beslutades den {datum}. Skriven av "styr las".
{exempel}# Ändra inget här, utom avforda: där skriver du nyckeltal som har tagits bort sedan dess, med datum och skäl.
# Ett ändrat nyckeltal förklaras under andringar i nämndens fil. Reglerna står i docs/kontroll.md.

"""


def write(folder: Path, las: Las, before: Las | None, skal: str = "") -> Path:
    """Write a lock, and return its path.

    Parameters
    ----------
    folder
        `data/raw/styrmodell/las`.
    las
        From `lasning.lock`.
    before
        The lock that the year has, if it has one.
    skal
        Why `before` is replaced; empty when it is not to be.

    Raises
    ------
    InputError
        When the year is locked already and no reason to replace it is given.
    StyrError
        When a file can't be written; the earlier lock still stands.
    """
    path = folder / f"{las.ar}.yaml"
    if before and not skal:
        raise InputError(
            f"Nyckeltalen för {las.ar} är redan låsta, beslutade den {swedish.date(before.datum)}. "
            "Skriv det som har ändrats under andringar i nämndens fil, och det som är borttaget under avforda i "
            f"las/{path.name}. Är själva låset fel: lägg till --ersatt --skal ”varför”."
        )
    if before:
        ersatter = (*before.ersatter, Ersattning(datum=before.datum, skal=skal))
        las = las.model_copy(update={"ersatter": ersatter})
        las = las.model_copy(update={"kontrollsumma": lasning.checksum(las)})
        kept = folder / "ersatta" / f"{las.ar}-{len(ersatter)}.yaml"
        write_text(kept, path.read_text(encoding="utf-8-sig"))
    write_text(path, text(las))
    return path


def text(las: Las) -> str:
    """Return a lock as YAML: what it says of itself first, then its nyckeltal, without what is empty."""
    content = las.model_dump(mode="json", exclude_none=True)
    order = ("ar", "datum", "diarienummer", "exempel", "kontrollsumma", "avforda", "ersatter", "nyckeltal")
    shown = {key: content[key] for key in order if content.get(key) not in (None, [])}
    shown["exempel"] = "ja" if las.exempel else "nej"
    for row in shown["nyckeltal"]:
        if "malniva" in row and row["malniva"].is_integer():
            row["malniva"] = int(row["malniva"])
    yaml = YAML()
    yaml.width = 10_000  # a text is one row: a change is then seen at once in a comparison of files
    stream = io.StringIO()
    yaml.dump(shown, stream)
    example = "# Exempel: kommunen har inte beslutat det här.\n" if las.exempel else ""
    return HEAD.format(ar=las.ar, datum=swedish.date(las.datum), exempel=example) + stream.getvalue()
