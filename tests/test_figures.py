import csv
import re
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from styrlib import figures


def picture(height=1.0, salt="a"):
    with mpl.rc_context({**figures.STYLE, "svg.hashsalt": "a"}):
        figure = Figure(figsize=(figures.WIDTH, 2), layout="constrained")
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, height], marker="o", clip_on=True)
        figures.legend(axes, [(Line2D([], []), "Höjd & läge")])
        return figures.svg(figure, salt)


def ids(svg):
    return set(re.findall(r'\bid="([^"]+)"', svg))


def test_the_same_data_give_the_same_bytes():
    assert picture() == picture()


def test_the_picture_is_xml_with_real_text_that_scales_and_has_nothing_to_load():
    svg = picture()
    root = ET.fromstring(svg)
    assert "Höjd & läge" in [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert not {"width", "height"} & set(root.attrib)
    assert "viewBox" in root.attrib
    assert not re.search(r'(?:href|src)="(?!#)', svg.replace("xmlns:xlink", ""))
    assert "<metadata" not in svg


def test_ids_differ_between_pictures_and_hold_within_one():
    low, high = picture(1.0), picture(2.0)
    assert ids(low)
    assert not ids(low) & ids(high)
    assert set(re.findall(r"url\(#([^)]+)\)", low)) <= ids(low)


def test_the_same_picture_twice_in_a_report_has_its_own_ids():
    assert not ids(picture(salt="a")) & ids(picture(salt="b"))


def test_names_from_outside_are_escaped():
    data = pd.DataFrame({'"><b>': ["<u>"]}, index=[2020])
    texts = {"title": "<script>x</script>", "alt": "<em>", "caption": "<q>", "note": "<s>", "source": "<i>"}
    html = figures.Diagram(svg=picture(), data=data, **texts)._repr_html_()
    for tag in ("<script", "<b>", "<u>", "<em>", "<q>", "<s>", "<i>"):
        assert tag not in html


def test_the_data_can_be_saved_as_a_file_that_a_swedish_spreadsheet_reads():
    data = pd.DataFrame({"Ett mått; för alla": ["1\u00a0234,5", "–", "..", "−3"]}, index=[2019, 2020, 2021, 2022])
    diagram = figures.Diagram("Åk 9: Betyg", "<svg></svg>", "alt", "caption", "", data, "Källa: Kolada.")
    kind, _, content = diagram.csv.partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    text = unquote(content)
    assert text.startswith("\ufeff")
    assert list(csv.reader(text[1:].splitlines(), delimiter=";")) == [
        ["År", "Ett mått; för alla"],
        ["2019", "1234,5"],
        ["2020", ""],
        ["2021", ".."],
        ["2022", "-3"],
    ]
    assert diagram.filename == "ak-9-betyg.csv"
    assert f'download="{diagram.filename}"' in str(diagram.__html__())
