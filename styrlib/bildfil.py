"""A picture file checked to be what its name says: PNG or JPEG, small, and silent about where it was taken."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from styrlib.errors import InputError, reason

LARGEST = 300_000  # bytes: a page holds several, and is to open on a phone
WIDEST = 4000  # pixels, either way
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
EXIF = b"Exif\0\0"
GPS = 0x8825  # Exif's tag for the part that holds the position: JEITA CP-3451, table 4
FRAMES = {0xC0, 0xC1, 0xC2}  # JPEG's markers that hold the size: ITU-T T.81, table B.1


@dataclass(frozen=True)
class Bildfil:
    """A picture: its MIME type, size in pixels and bytes."""

    slag: str
    bredd: int
    hojd: int
    innehall: bytes

    @property
    def data_uri(self) -> str:
        """The picture as an address that loads nothing."""
        return f"data:{self.slag};base64,{base64.b64encode(self.innehall).decode()}"


def read(path: Path) -> Bildfil:
    """Return a picture.

    Raises
    ------
    InputError
        When the file can't be read, is too large, is not whole, is no picture of the kind that its
        name says, or tells where it was taken.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise InputError(f"Bilden {path.name} kan inte läsas: {reason(error)}.") from error
    if size > LARGEST:
        message = f"Bilden {path.name} är {-(-size // 1000)} kB. Gör den mindre, högst {LARGEST // 1000} kB."
        raise InputError(message)
    png = path.suffix.lower() == ".png"
    try:
        width, height, exif = _png(content) if png else _jpeg(content)
    except (ValueError, IndexError, struct.error) as error:
        kind = "PNG" if png else "JPEG"
        message = f"Bilden {path.name} är ingen hel {kind}. Spara om den som {kind} i ett bildprogram."
        raise InputError(message) from error
    if not (0 < width <= WIDEST and 0 < height <= WIDEST):
        raise InputError(
            f"Bilden {path.name} är {width} × {height} punkter. Gör den mindre, högst {WIDEST} åt varje håll."
        )
    if _tells_position(exif):
        raise InputError(f"Bilden {path.name} talar om var den är tagen. Ta bort platsen ur bildens egenskaper.")
    return Bildfil("image/png" if png else "image/jpeg", width, height, content)


def _png(content: bytes) -> tuple[int, int, bytes]:
    if not content.startswith(PNG):
        raise ValueError
    chunks = dict(_chunks(content))
    if b"IEND" not in chunks:
        raise ValueError
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8]) if b"IHDR" in chunks else (0, 0)
    return width, height, chunks.get(b"eXIf", b"")


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        if at + 12 + length > len(content):
            return
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += 12 + length


def _jpeg(content: bytes) -> tuple[int, int, bytes]:
    if not content.startswith(JPEG) or b"\xff\xd9" not in content[-1000:]:
        raise ValueError
    at, exif = 2, b""
    while content[at] == 0xFF:  # IndexError at the end of a file that never gives its size
        marker = content[at + 1]
        (length,) = struct.unpack_from(">H", content, at + 2)
        body = content[at + 4 : at + 2 + length]
        if body.startswith(EXIF):
            exif = body.removeprefix(EXIF)
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", body, 1)
            return width, height, exif
        at += 2 + length
    raise ValueError


def _tells_position(exif: bytes) -> bool:
    """Return whether the first directory of Exif data points to a position."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return False
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (entries,) = struct.unpack_from(f"{order}H", exif, start)
        tags = [struct.unpack_from(f"{order}H", exif, start + 2 + 12 * n)[0] for n in range(entries)]
    except struct.error:
        return False
    return GPS in tags
