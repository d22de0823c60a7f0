import pytest

from styrlib import sheet

from .bildmatt import Measured


def draw(*places):
    def drawn():
        page = sheet.Sheet(40)
        for x, text in places:
            page.text(x, 10, [text])
        return page.svg()

    return Measured(drawn)


def test_the_measure_sees_texts_that_cover_each_other_and_those_that_leave_the_picture():
    draw((10, "mål"), (60, "mål")).check()
    with pytest.raises(AssertionError):
        draw((10, "målbild"), (30, "målbild")).check()
    with pytest.raises(AssertionError):
        draw((sheet.WIDTH - 10, "målbild")).check()
