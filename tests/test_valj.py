"""Choosers: driven as the browser drives them, run again, and exported where there is no browser."""

import subprocess
import sys

import pytest

from styrlib import Kolada, export, valj, valj_kommun, valj_namnd, valj_nyckeltal
from styrlib.errors import InputError, StyrError, UnknownNameError

from .riktig_karna import run_cells


@pytest.fixture(scope="module")
def kolada():
    return Kolada()


def parts(val):
    """Return the widgets by what they are labelled with, and the texts below them."""
    import ipywidgets

    box = val._widget()
    texts = [child for child in box.children if isinstance(child, ipywidgets.HTML)]
    return {child.description: child for child in box.children if child not in texts}, texts


def test_a_chooser_begins_with_what_is_given_and_tells_the_same_as_code(kolada):
    val = valj_nyckeltal("n15428", kolada=kolada)
    assert (val.varde, str(val)) == ("N15428", "N15428")
    assert val.namn.startswith("N15428 Elever i åk 9 som är behöriga till yrkesprogram")
    assert val.kod == 'kolada.hamta("N15428")'
    assert repr(val) == f'Nyckeltal: {val.namn}\nkolada.hamta("N15428")'
    assert valj_kommun(kolada=kolada).varde == "Vadstena"
    assert valj_kommun("0561", kolada=kolada).kod == 'kolada.hamta("N15428", "Åtvidaberg")'
    assert valj_namnd("socialnämnden").kod == 'Modell().namnd("SN")'
    assert valj_namnd().varde == "KS"


def test_words_narrow_the_list_and_what_is_chosen_stays_until_another_is(kolada):
    shown = []
    val = valj_nyckeltal("N15428", visa=lambda id_: shown.append(id_) or kolada.hamta(id_, ar=2022), kolada=kolada)
    widgets, (count, code, picture) = parts(val)
    search, chooser = widgets["Sök nyckeltal"], widgets["Välj"]
    search.value = "nettokostnadsavvikelse äldreomsorg"
    assert chooser.value == val.varde == "N15428"
    hits = [value for _, value in chooser.options]
    assert hits[:2] == ["N15428", "N20900"]
    assert f"{len(hits) - 1} av" in count.value
    chooser.value = "N20900"
    assert val.varde == "N20900"
    assert "kolada.hamta(&#34;N20900&#34;)" in code.value
    assert "N20900" in picture.value
    assert shown == ["N15428", "N20900"]
    search.value = "xyzzy"
    assert count.value.endswith("Inget passar. Pröva färre eller andra ord.</p>")
    assert chooser.value == val.varde == "N20900"
    assert shown == ["N15428", "N20900"]


def test_every_municipality_can_be_found_and_none_is_chosen_by_a_letter(kolada):
    val = valj_kommun(kolada=kolada)
    widgets, _ = parts(val)
    assert len(widgets["Välj"].options) == 290
    widgets["Sök kommun"].value = "Åtvid"
    assert [name for name, _ in widgets["Välj"].options] == ["Vadstena", "Åtvidaberg"]
    widgets["Sök kommun"].value = "ö"  # as in o: å, ä and ö are found without their dots
    assert ("Örebro", "Örebro") in widgets["Välj"].options
    assert val.varde == "Vadstena"


def test_a_few_choices_are_a_list_without_search():
    val = valj_namnd("SN")
    widgets, _ = parts(val)
    assert list(widgets) == ["Nämnd"]
    widgets["Nämnd"].value = "KUN"
    assert val.varde == "KUN"


def test_the_code_is_the_call_that_shows_it(kolada):
    def senaste(nyckeltal):
        return kolada.senaste(nyckeltal)

    assert valj_nyckeltal("N15428", visa=senaste, kolada=kolada).kod == 'senaste("N15428")'


def test_what_can_not_be_shown_of_a_choice_is_said_and_another_can_be_chosen(kolada):
    def visa(nyckeltal):
        if nyckeltal == "N15428":
            raise InputError("Det går inte att visa.")
        return kolada.hamta(nyckeltal, ar=2022)

    val = valj_nyckeltal("N15428", visa=visa, kolada=kolada)
    widgets, (_, _, picture) = parts(val)
    assert "Fel: Det går inte att visa." in picture.value
    widgets["Välj"].value = "N15436"
    assert "N15436" in picture.value


def test_a_choice_can_be_made_in_code_too(kolada):
    val = valj_kommun(kolada=kolada)
    val.varde = "Ydre"
    assert val.varde == "Ydre"
    with pytest.raises(UnknownNameError, match="Menade du Ydre"):
        val.varde = "Ydree"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda k: valj_nyckeltal("N99999", kolada=k), "N99999 finns inte i uttaget"),
        (lambda k: valj_nyckeltal(sok="xyzzy", kolada=k), "Inget nyckeltal passar ”xyzzy”"),
        (lambda k: valj_kommun("Vadstenna", kolada=k), "Menade du Vadstena"),
        (lambda _: valj_namnd("XX"), "Nämnden ”XX” finns inte. Det här finns: KS, SN, KUN, SBN."),
    ],
)
def test_a_start_that_does_not_exist_is_refused_in_a_sentence(kolada, call, sentence):
    with pytest.raises(StyrError) as caught:
        call(kolada)
    assert sentence in str(caught.value)


def test_what_is_chosen_stays_when_the_cell_is_run_again_but_not_when_it_is_changed(kolada, monkeypatch):
    monkeypatch.setattr(valj, "_chosen", {})
    monkeypatch.setattr(valj, "_cell", lambda: "cell-1")
    valj_kommun(kolada=kolada).varde = "Ydre"
    assert valj_kommun(kolada=kolada).varde == "Ydre"
    assert valj_kommun("Kinda", kolada=kolada).varde == "Kinda"
    monkeypatch.setattr(valj, "_cell", lambda: "cell-2")
    assert valj_kommun(kolada=kolada).varde == "Vadstena"


def test_a_page_made_of_it_has_the_choice_as_text_and_neither_script_nor_widget():
    sources = [
        "from IPython.display import HTML\nfrom styrlib import Kolada, valj_nyckeltal",
        "HTML('<h1>Rubrik</h1>')",
        'valj_nyckeltal("N15428", visa=lambda id_: Kolada().hamta(id_, ar=2022))',
    ]
    made = run_cells(sources)
    data = made.cells[-1].outputs[0].data
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"].startswith("Nyckeltal: N15428 Elever i åk 9")
    page = export.page(made, footer="")
    assert "<strong>Nyckeltal:</strong> N15428 Elever i åk 9" in page
    assert "kolada.hamta(" in page
    assert "87,1" in page
    assert "<script" not in page
    assert "model_id" not in page


def test_the_widgets_library_is_not_imported_until_a_choice_is_shown():
    code = (
        "import sys; from styrlib import valj_kommun; val = valj_kommun(); assert val.varde == 'Vadstena'; "
        "assert 'ipywidgets' not in sys.modules; val._repr_mimebundle_(); assert 'ipywidgets' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
