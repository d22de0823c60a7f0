import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from styrlib import export
from styrlib.errors import ReportError

PICTURE = '<svg role="img" aria-label="Bild" viewBox="0 0 1 1"><path d="M0 0L1 1"/></svg>'


def page(*html):
    outputs = [new_output("display_data", {"text/html": part}) for part in html]
    notebook = new_notebook(cells=[new_code_cell(outputs=outputs)])
    made = export.page(notebook, footer="Källa")
    assert [output.data["text/html"] for output in notebook.cells[0].outputs] == list(html)  # left as it was
    return made


def test_pictures_come_out_as_they_went_in_and_in_order():
    other = PICTURE.replace("Bild", "Annan bild")
    html = page(f"<h1>Titel</h1>{PICTURE}", f"<p>{other}</p>")
    assert html.index(PICTURE) < html.index(other)
    assert "data-bild" not in html


def test_the_title_is_the_first_heading_and_headings_with_an_id_are_listed():
    html = page('<!-- <h2 id="x">Dold</h2> --><h1>En <b>titel</b></h1><h2 id="a">Först &amp; sist</h2><h2>Utan</h2>')
    assert "<title>En titel" in html
    assert '<a href="#a">Först &amp; sist</a>' in html
    assert 'href="#x"' not in html


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<h2>Två</h2>", "0 huvudrubriker"),
        ("<h1>Ett</h1><h1>Två</h1>", "2 huvudrubriker"),
        ("<h1>Ett</h1><h3>Tre</h3>", "rubriknivå 1 till 3"),
        ('<h1>Ett</h1><p id="a"></p><p id="a"></p>', "samma id flera gånger: a"),
    ],
)
def test_a_page_that_would_not_be_accessible_is_refused(html, said):
    with pytest.raises(ReportError, match=said):
        page(html)
