"""What is saved: pictures that look the same outside the page, and tables that a Swedish Excel reads as they are."""

import csv
import errno
import gc
import hashlib
import io
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pandas as pd
import pytest
from PIL import Image

from styrlib import bildpunkter, figures, fristaende, kalkylblad, svg
from styrlib.errors import InputError, StyrError
from styrlib.figures import Diagram, Diagramlista
from styrlib.fristaende import Bild
from styrlib.sheet import Sheet
from styrlib.tabell import Tabell

from . import bildmatt, textboxes

LONG = "Elever i årskurs nio som är behöriga till yrkesprogram efter vårterminen, hemkommun och alla skolor i landet"
DANGERS = ["=1+1", "+46", "-x", "@SUM(A1)", "\t=2", "\r=3"]


def picture(height=60.0):
    page = Sheet(height)
    page.area(10, 10, 40, 30, figures.OWN)
    page.line((60, 120, 180), (40, 12, 40), width=2.0, color=figures.SIMILAR, dash="--")
    page.mark([200, 220], 25, "D", color=figures.NATION)
    page.text(240, 20, ["Ett & två"], bold=True)
    return page.svg()


def diagram(title="Nöjda", **given):
    data = pd.DataFrame({"Vadstena": ["1\u00a0234,5", "–", "..", "−3,0"]}, index=[2019, 2020, 2021, 2022])
    facts = {
        "svg": picture(),
        "alt": "alt",
        "caption": "Bildtext.",
        "note": "",
        "data": data,
        "source": "Källa: Kolada.",
    }
    return Diagram(title=title, message="Slutsatsen.", **facts | given)


def tabell():
    rows = pd.DataFrame(
        {
            "nyckeltal": ["N15428", "N15428"],
            "kommun": ["0584", "0114"],
            "ar": [2022, 2021],
            "kon": ["T", "T"],
            "varde": [87.096774, float("nan")],
            "antal": pd.array([3, None], dtype="Int64"),
        }
    )
    return Tabell(rows, kalla="Källa: Kolada, hämtat augusti 2024.", forklaringar={"0584": "Vadstena", "9999": "Ingen"})


def cells(path, sheet):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows()]


def opened(path):
    with Image.open(path) as image:
        image.load()
    return image


# --- Bilder -----------------------------------------------------------------------------------------------------------


def test_a_png_has_twice_the_points_of_a_screen_and_says_its_size(tmp_path):
    path = diagram().spara(tmp_path / "bild.png")
    image = opened(path)
    assert image.width >= 2 * 544
    assert [round(dpi) for dpi in image.info["dpi"]] == [bildpunkter.DPI] * 2
    assert abs(image.width / bildpunkter.DPI - (figures.WIDTH + 16 / 72)) < 0.01


def test_a_png_holds_what_the_svg_holds_in_its_place_and_colour(tmp_path):
    bildpunkter.png(picture(), tmp_path / "bild.png")
    pixels = np.asarray(opened(tmp_path / "bild.png").convert("RGB"))
    scale = bildpunkter.DPI / 72

    def color(x, y):
        return "#{:02x}{:02x}{:02x}".format(*pixels[int(y * scale), int(x * scale)])

    assert color(30, 25) == figures.OWN
    assert color(5, 5) == color(55, 25) == "#ffffff"
    assert color(200, 25) == figures.NATION
    dashed = pixels[int(26 * scale)][int(60 * scale) : int(180 * scale)]
    assert (dashed != 255).any(axis=1).sum() > 0


def test_the_same_picture_gives_the_same_bytes(tmp_path):
    for ending in ("png", "svg"):
        paths = [diagram().spara(tmp_path / f"{name}.{ending}") for name in ("ett", "annat")]
        first, second = (hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
        assert first == second


def test_a_picture_on_its_own_says_title_message_source_and_alt_text(tmp_path):
    path = diagram(alt="I ord <&>.").spara(tmp_path / "bild.svg")
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    texts = [text for text, *_ in bildmatt.texts(path.read_text(encoding="utf-8"))]
    assert texts[0] == "Nöjda"
    assert {"Slutsatsen.", "Bildtext. Källa: Kolada."} <= set(texts)
    assert root.find(f"{bildmatt.SVG}desc").text == "I ord <&>."
    assert not [element for element in root.iter() if element.get("id")]


def test_a_long_title_wraps_and_nothing_goes_outside():
    one = fristaende.alone([Bild(LONG, LONG, picture(), LONG, "alt")])
    _, width, height = bildmatt.root_of(one)
    inside = [(bildmatt.texts(one)[:-1], width, height)]
    assert [fault for fault in textboxes.faults(inside) if fault.startswith("outside")] == []
    assert len([text for text, *_ in bildmatt.texts(one)]) > 6


def test_several_pictures_stand_below_one_another_in_one_file(tmp_path):
    several = Diagramlista([diagram("Ett"), diagram("Två")])
    one = opened(diagram().spara(tmp_path / "en.png"))
    both = opened(several.spara(tmp_path / "två.png"))
    assert both.width == one.width
    assert both.height > 2 * one.height - 20
    several.spara(tmp_path / "två.xlsx")
    assert openpyxl.load_workbook(tmp_path / "två.xlsx").sheetnames == ["Ett", "Två", kalkylblad.SOURCE]
    assert str(several.slutsats) == "<ul><li>Ett: Slutsatsen.</li><li>Två: Slutsatsen.</li></ul>"


@pytest.mark.browser
def test_a_png_looks_as_a_browser_draws_the_picture(tmp_path, browser):
    drawn = fristaende.alone([Bild("Titel", "Budskap", picture(120.0), "Källa", "alt")])
    bildpunkter.png(drawn, tmp_path / "vår.png", dpi=144)
    ours = opened(tmp_path / "vår.png").convert("L")
    page = browser.new_page(viewport={"width": ours.width, "height": ours.height})
    page.set_content(f'<body style="margin:0">{drawn.replace("<svg ", f"<svg width={ours.width} ", 1)}</body>')
    page.screenshot(path=tmp_path / "deras.png")
    page.close()
    theirs = opened(tmp_path / "deras.png").convert("L")
    small = [np.asarray(image.resize((ours.width // 8, ours.height // 8)), dtype=float) for image in (ours, theirs)]
    assert np.abs(small[0] - small[1]).mean() < 4
    assert np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1] > 0.95


def test_what_svg_never_writes_is_an_error_and_not_left_out(tmp_path):
    strange = svg.picture(10, 10, ['<ellipse cx="1" cy="1" rx="1" ry="2"/>'])
    with pytest.raises(ValueError, match="ellipse"):
        bildpunkter.png(strange, tmp_path / "bild.png")


def test_a_workbook_of_a_picture_has_numbers_and_says_what_they_are(tmp_path):
    path = diagram().spara(tmp_path / "bild.xlsx")
    assert cells(path, "Nöjda") == [["År", "Vadstena"], [2019, 1234.5], [2020, None], [2021, ".."], [2022, -3.0]]
    about = dict(cells(path, kalkylblad.SOURCE))
    assert about["Slutsats"] == "Slutsatsen."
    assert about["Källa"] == "Källa: Kolada."


def test_a_picture_shows_its_message_first_and_says_it_as_a_paragraph_that_names_what_it_is_of():
    shown = diagram()
    assert shown._repr_html_().index("Slutsatsen.") < shown._repr_html_().index("<svg")
    assert str(shown.slutsats) == "<p><strong>Nöjda:</strong> Slutsatsen.</p>"
    assert str(diagram(title="<b>").slutsats) == "<p><strong>&lt;b&gt;:</strong> Slutsatsen.</p>"
    assert str(diagram(names_itself=True).slutsats) == "<p>Slutsatsen.</p>"


# --- Tabeller ---------------------------------------------------------------------------------------------------------


def test_a_table_in_excel_keeps_codes_as_text_numbers_as_numbers_and_tells_its_source(tmp_path):
    path = tabell().spara(tmp_path / "värden.xlsx")
    rows = cells(path, "Tabell")
    assert rows[1] == ["N15428", "0584", 2022, "T", 87.096774, 3]
    assert rows[2] == ["N15428", "0114", 2021, "T", None, None]
    assert cells(path, "Koder") == [["kod", "betyder"], ["0584", "Vadstena"]]
    assert dict(cells(path, kalkylblad.SOURCE))["Källa"] == "Källa: Kolada, hämtat augusti 2024."
    assert openpyxl.load_workbook(path)["Tabell"]["B2"].number_format == "@"


def test_a_table_as_csv_is_what_a_swedish_excel_opens(tmp_path):
    raw = tabell().spara(tmp_path / "värden.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1] == ["N15428", "0584", "2022", "T", "87,096774", "3"]
    assert rows[2] == ["N15428", "0114", "2021", "T", "", ""]
    assert rows[-2:] == [[], ["Källa: Kolada, hämtat augusti 2024."]]


def test_no_text_becomes_a_formula(tmp_path):
    dangers = Tabell(pd.DataFrame({"text": DANGERS, "tal": [-1.5] * len(DANGERS)}))
    raw = dangers.spara(tmp_path / "fara.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(raw, newline=""), delimiter=";"))[1 : len(DANGERS) + 1]
    assert all(text.startswith("'") for text, _ in rows)
    assert [number for _, number in rows] == ["-1,5"] * len(DANGERS)
    book = openpyxl.load_workbook(dangers.spara(tmp_path / "fara.xlsx"))
    texts = [row[0] for row in book["Tabell"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in texts} == {"s"}
    assert [cell.value.strip() for cell in texts] == [text.strip() for text in DANGERS]


def test_a_changed_table_names_no_source_but_its_own(tmp_path):
    changed = tabell()
    changed["varde"] = 0.0
    path = changed.spara(tmp_path / "egen.csv")
    assert path.read_text(encoding="utf-8-sig").splitlines()[-1] == "Egen beräkning."


def test_a_large_table_is_saved_in_reasonable_time(tmp_path):
    many = Tabell(pd.DataFrame({"kommun": ["0584"] * 20_000, "varde": np.arange(20_000.0)}))
    path = many.spara(tmp_path / "stor.xlsx")
    assert openpyxl.load_workbook(path, read_only=True)["Tabell"].max_row == 20_001


# --- När något är fel -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bild.pdf", r"^bild\.pdf har ändelsen \.pdf, som inte går att spara\. Välj \.png, \.svg eller \.xlsx, "),
        ("bild", r"^bild har ett namn utan ändelse, .* till exempel bild\.png\.$"),
        ("", r"^Filnamnet ska vara text, till exempel ”figur\.png”, inte ''\.$"),
        ("saknas/bild.png", r"^Mappen .*saknas finns inte\. Skapa den först, eller välj en annan\.$"),
    ],
)
def test_a_name_that_cannot_be_saved_to_is_told_in_a_sentence(name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=said):
        diagram().spara(name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_open_in_excel_is_told_and_left_as_it_is(tmp_path, monkeypatch):
    path = tmp_path / "öppen.xlsx"
    path.write_bytes(b"gammalt")

    def refuse(self, *_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StyrError, match=r"kan inte skrivas över: .*öppen i ett annat program\. Stäng den och spara"):
        tabell().spara(path)
    monkeypatch.undo()
    assert path.read_bytes() == b"gammalt"


def test_a_file_that_fails_halfway_leaves_the_old_one_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "bild.png"
    path.write_bytes(b"gammalt")

    def full(_, temporary):
        temporary.write_bytes(b"halv")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bildpunkter, "png", full)
    with pytest.raises(StyrError, match=r"disken är full\. Inget tidigare är ändrat"):
        diagram().spara(path)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("bild.png", b"gammalt")]


def test_the_ending_may_be_in_capitals_and_the_folder_one_s_own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert diagram().spara("~/Bild.PNG") == tmp_path / "Bild.PNG"
    assert opened(tmp_path / "Bild.PNG").format == "PNG"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_workbook_on_a_full_disk_is_one_error_without_a_complaint_of_the_library_s_own():
    with pytest.raises(OSError, match="No space left"):
        kalkylblad.write_xlsx(Path("/dev/full"), [kalkylblad.Blad("Tabell", pd.DataFrame({"a": range(9999)}))], {})
    gc.collect()  # what is left unclosed complains here, and pytest makes an error of it
