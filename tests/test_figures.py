import csv
from urllib.parse import unquote

import pandas as pd

from styrlib import figures


def test_names_from_outside_are_escaped():
    data = pd.DataFrame({'"><b>': ["<u>"]}, index=[2020])
    texts = {"title": "<script>x</script>", "alt": "<em>", "caption": "<q>", "note": "<s>", "source": "<i>"}
    html = figures.Diagram(svg="<svg></svg>", data=data, **texts)._repr_html_()
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
