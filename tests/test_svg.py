import re
from xml.etree import ElementTree as ET

import pytest

from styrlib import svg


def picture():
    line = svg.stroke(svg.path([(0, 0), (10, 5)]), color="#000", width=2, dash="--")
    return svg.picture(100, 50, [line, svg.text(5, 40, "Höjd & läge <3", align="right")])


def test_the_picture_is_xml_with_real_text_that_scales_and_has_nothing_to_load():
    root = ET.fromstring(picture())
    assert [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")] == ["Höjd & läge <3"]
    assert root.get("viewBox") == "0 0 100 50"
    assert not {"width", "height"} & set(root.attrib)
    assert not re.search(r"(?:href|src|url)\b", picture())


def test_pictures_share_a_page_for_nothing_in_them_has_an_id():
    assert not re.search(r"\bid=", picture())


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, "1"), (0.004, "0"), (-0.001, "0"), (12.346, "12.35"), (12345.678, "12345.68")]
)
def test_a_place_is_written_to_a_hundredth_of_a_point_without_idle_digits(value, written):
    assert svg.number(value) == written


def test_a_dash_grows_with_the_width_of_its_line():
    assert 'stroke-dasharray="7.4 3.2"' in picture()


@pytest.mark.parametrize("shape", svg.SHAPES)
def test_a_mark_stands_with_its_middle_at_its_place(shape):
    corners = svg.SHAPES[shape]
    for ends in zip(*corners, strict=True):
        assert max(ends) == pytest.approx(-min(ends))
