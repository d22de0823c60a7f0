"""Pictures are what they say they are, small, and silent about where they were taken."""

import struct
import zlib

import pytest

from styrlib import bildfil
from styrlib.errors import InputError


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width=3, height=2, *extra):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0" * (min(height, 9) * (1 + 3 * min(width, 9)))))
    return bildfil.PNG + head + b"".join(extra) + rows + chunk(b"IEND", b"")


def exif(tag, order=">"):
    entry = struct.pack(f"{order}HHII", tag, 4, 1, 0)
    return (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}I", 8) + struct.pack(f"{order}H", 1) + entry


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*extra, frame=0xC0):
    size = segment(frame, b"\x08" + struct.pack(">HH", 20, 30) + b"\x01\x01\x11\0")
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0") + b"".join(extra) + size + b"\xff\xda\0\x02x\xff\xd9"


@pytest.fixture
def write(tmp_path):
    def writer(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return writer


def test_size_and_kind_come_from_the_content(write):
    found = bildfil.read(write("a.png", png(960, 540)))
    assert (found.slag, found.bredd, found.hojd) == ("image/png", 960, 540)
    assert found.data_uri.startswith("data:image/png;base64,iVBOR")
    for frame in (0xC0, 0xC2):
        found = bildfil.read(write("a.jpg", jpeg(frame=frame)))
        assert (found.slag, found.bredd, found.hojd) == ("image/jpeg", 30, 20)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.png", jpeg(), "är ingen hel PNG"),
        ("a.jpg", png(), "är ingen hel JPEG"),
        ("a.png", b"", "är ingen hel PNG"),
        ("a.png", b"<svg onload=alert(1)>", "är ingen hel PNG"),
        ("a.png", png()[:-6], "är ingen hel PNG"),
        ("a.jpg", jpeg()[:-2], "är ingen hel JPEG"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\0\xff\xd9", "är ingen hel JPEG"),
        ("a.jpeg", b"\xff\xd8\xff", "är ingen hel JPEG"),
        ("a.png", png(0, 5), "0 × 5 punkter"),
        ("a.png", png(60_000, 5), "högst 4000 åt varje håll"),
        ("a.png", b"x" * 300_001, "är 301 kB. Gör den mindre, högst 300 kB."),
        ("a.jpg", jpeg(segment(0xE1, bildfil.EXIF + exif(bildfil.GPS))), "talar om var den är tagen"),
        ("a.jpg", jpeg(segment(0xE1, bildfil.EXIF + exif(bildfil.GPS, "<"))), "talar om var den är tagen"),
        ("a.png", png(3, 2, chunk(b"eXIf", exif(bildfil.GPS))), "talar om var den är tagen"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence_that_names_the_file(write, name, content, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        bildfil.read(write(name, content))
    assert name in str(caught.value)


def test_a_jpeg_that_never_gives_its_size_does_not_hang(write):
    with pytest.raises(InputError, match="ingen hel JPEG"):
        bildfil.read(write("a.jpg", b"\xff\xd8" + b"\xff\xe0\0\x02" * 50_000 + b"\xff\xd9"))


def test_other_camera_data_does_no_harm(write):
    assert bildfil.read(write("a.jpg", jpeg(segment(0xE1, bildfil.EXIF + exif(0x0112))))).bredd == 30
    assert bildfil.read(write("a.jpg", jpeg(segment(0xE1, bildfil.EXIF + b"MM\0*\xff\xff\xff\xff")))).bredd == 30


def test_a_missing_picture_is_told(tmp_path):
    with pytest.raises(InputError, match=r"Bilden a\.png kan inte läsas: den finns inte\."):
        bildfil.read(tmp_path / "a.png")
