"""Typing errors against the public names: one Swedish sentence, and still Python's own kind of error."""

import copy
import importlib.util
import inspect
import pickle
import re

import pytest

import styrlib
from styrlib import Kolada
from styrlib.errors import InputError, StyrError, UnknownAttributeError, UnknownColumnError, WrongCallError
from styrlib.startsida import laget
from styrlib.stavning import in_swedish

from .conftest import REPOSITORY
from .riktig_karna import run_cells


@in_swedish
class Ting:
    """Ett ting."""

    def __init__(self, namn, *, farg="röd"):
        self.namn, self.farg = namn, farg

    @property
    def trasig(self):
        return self.namn.finns_inte

    def mala(self, farg, lager=1):
        """Måla tinget."""
        return f"{farg} {lager}" + self.lager_text(lager)

    def lager_text(self, lager):
        return "" if lager else len(lager)

    def vilka_som_helst(self, *alla, **val):
        return alla, val


@in_swedish
def rita(vad, /, storlek=1, *, titel):
    """Rita något."""
    return vad, storlek, titel


@pytest.fixture
def ting():
    return Ting("bok")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda t: t.malla("röd"), "”malla” finns inte i Ting. Menade du mala? Det här finns:"),
        (lambda t: t.måla("röd"), "”måla” finns inte i Ting. Menade du mala?"),
        (lambda t: t.mala("röd", lagger=2), "mala har inget argument som heter ”lagger”. Menade du lager?"),
        (lambda t: t.mala(), "mala behöver också farg. Skriv så här: mala(farg, lager=…)."),
        (lambda t: t.mala("röd", 2, 3), "mala tar högst 2 argument utan namn, men fick 3."),
        (lambda t: t.mala("röd", farg="blå"), "mala fick argumentet farg två gånger."),
        (lambda _: Ting(), "Ting behöver också namn. Skriv så här: Ting(namn, farg=…)."),
        (lambda _: Ting("bok", fargg="blå"), "Ting har inget argument som heter ”fargg”. Menade du farg?"),
        (lambda _: Ting.mala("röd"), "Skriv parenteser efter Ting: Ting().mala(…)."),
        (lambda _: rita("hus"), "rita behöver också titel. Skriv så här: rita(vad, storlek=…, titel=…)."),
        (lambda _: rita("hus", titell="A"), "rita har inget argument som heter ”titell”. Menade du titel?"),
    ],
)
def test_what_is_misspelt_or_lacking_is_told_with_what_there_is(ting, call, sentence):
    with pytest.raises(InputError) as caught:
        call(ting)
    assert str(caught.value).startswith(sentence)
    assert isinstance(caught.value, (AttributeError, TypeError))


def test_what_is_right_is_left_as_it_is(ting):
    assert ting.mala("röd", lager=2) == "röd 2"
    assert ting.vilka_som_helst(1, 2, nagot=3) == ((1, 2), {"nagot": 3})
    assert rita("hus", titel="Hem") == ("hus", 1, "Hem")
    assert str(inspect.signature(Ting)) == "(namn, *, farg='röd')"
    assert str(inspect.signature(ting.mala)) == "(farg, lager=1)"
    assert inspect.getdoc(ting.mala) == "Måla tinget."


def test_an_error_inside_a_function_stays_what_it_is(ting):
    with pytest.raises(TypeError, match="has no len") as caught:
        ting.mala("röd", lager=0)
    assert not isinstance(caught.value, StyrError)
    with pytest.raises(AttributeError, match="'str' object has no attribute 'finns_inte'") as caught:
        _ = ting.trasig
    assert not isinstance(caught.value, StyrError)


def test_python_and_jupyter_can_ask_for_what_there_is_not(ting):
    assert not hasattr(ting, "malla")
    assert getattr(ting, "malla", None) is None
    with pytest.raises(AttributeError) as caught:
        ting._ipython_display_()
    assert not isinstance(caught.value, StyrError)
    assert vars(copy.deepcopy(ting)) == vars(pickle.loads(pickle.dumps(ting))) == vars(ting)
    assert "mala" in dir(ting)


def test_the_error_travels_between_processes_as_its_sentence(ting):
    with pytest.raises(UnknownAttributeError) as caught:
        ting.malla()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_misspelt_public_name_is_told_with_the_nearest():
    with pytest.raises(AttributeError, match="”koladda” finns inte i styrlib\\. Menade du Kolada"):
        _ = styrlib.koladda
    with pytest.raises(ImportError, match="”Kolda” finns inte i styrlib\\. Menade du Kolada"):
        exec("from styrlib import Kolda")
    with pytest.raises(ModuleNotFoundError, match="”klientt” finns inte i styrlib"):
        exec("import styrlib.klientt")
    assert not hasattr(styrlib, "Kolda")
    assert importlib.util.find_spec("styrlib.klient") is not None
    exec("from styrlib import klient, Kolada")


def test_a_column_that_a_table_lacks_is_told_with_those_it_has():
    found = Kolada().hamta("N15428", ar=2022)
    for call in (lambda: found["kommunn"], lambda: found[["ar", "kommunn"]]):
        with pytest.raises(KeyError) as caught:
            call()
        assert isinstance(caught.value, UnknownColumnError)
        assert str(caught.value).startswith("Kolumnen ”kommunn” finns inte. Menade du kommun")
    with pytest.raises(UnknownAttributeError, match="”vardde” finns inte i Tabell\\. Menade du varde"):
        _ = found.vardde
    assert found["varde"].equals(found.varde)


CELLS = {
    'kolada.hamta("N15428", "Vadstenna")': "Fel: Kommunen eller gruppen ”Vadstenna” finns inte. Menade du Vadstena",
    "kolada.hamtaa": "Fel: ”hamtaa” finns inte i Kolada. Menade du hamta?",
    'kolada.hamta("N15428", kommunn="Ydre")': "Fel: hamta har inget argument som heter ”kommunn”. Menade du kommun",
    "from styrlib import Kolda": "Fel: ”Kolda” finns inte i styrlib. Menade du Kolada?",
    "import styrlib; styrlib.koladda": "Fel: ”koladda” finns inte i styrlib. Menade du Kolada?",
    "from styrlib import kolada as liten; liten()": "Fel: kolada är något inne i programmet. Skriv Kolada med stor",
    "from styrlib import modell as liten; liten.saknas(13)": "Fel: modell är något inne i programmet. Skriv Modell",
    "kolada.beskriv(kolada.sok('yrkesprogram'))": "Fel: Nyckeltalet ska vara text, inte en tabell.",
    "kolada.hamta(kolada.sok('yrkesprogram'))": "Fel: Nyckeltalet är en tabell. Välj en kolumn i den, till exempel ",
    "from styrlib import over_tid; over_tid('N15428').save('x.png')": "Fel: ”save” finns inte i Diagram.",
    "over_tid('N15428', titel=5)": "Fel: titel= ska vara text, inte 5.",
    "from styrlib import Modell; Modell().nyckeltal(id='L201')": "Fel: anropet har inget argument som heter ”id”.",
    "Modell().nyckeltal('L201').spara('x')": "Fel: ”spara” finns inte i Nyckeltalskort.",
    "kolada.senaste('L201')": "Fel: L201 är kommunens eget och finns inte i Kolada. Värdena ger Modell()",
    "kolada.medlemmar('liknande grundskola')": "Fel: Kommunen eller gruppen ”liknande grundskola” finns inte. Menade ",
    "over_tid('N15428').spara()": "Fel: spara behöver också path.",
    "kolada.hamta()": "Fel: hamta behöver också nyckeltal. Skriv så här: hamta(nyckeltal, kommun=…",
}


@pytest.fixture(scope="module")
def answers():
    """Return what a real kernel sends for each cell that goes wrong, and for a mistake that is none of ours."""
    cells = ["from styrlib import Kolada\n\nkolada = Kolada()", *CELLS, "mitt_eget_fel"]
    made = run_cells(cells, allow_errors=True)
    return {cell.source: cell.outputs[-1] for cell in made.cells if cell.outputs}


@pytest.mark.parametrize("source", CELLS)
def test_a_notebook_shows_the_sentence_and_no_traceback(answers, source):
    output = answers[source]
    assert output.output_type == "error"
    (shown,) = output.traceback
    assert shown.startswith(CELLS[source])
    assert shown == f"Fel: {output.evalue}"


def test_a_mistake_in_ones_own_code_has_its_ordinary_traceback(answers):
    output = answers["mitt_eget_fel"]
    assert output.ename == "NameError"
    assert "mitt_eget_fel" in "\n".join(output.traceback)
    assert len(output.traceback) > 1


def test_an_empty_answer_says_which_years_there_are():
    found = Kolada().hamta("N15428", ar=1990)
    assert found.empty
    assert found.notis == "Det finns inget värde för Vadstena 1990. N15428 finns för 2008–2022."
    assert found.notis in repr(found)
    assert found.notis in found._repr_html_()
    assert Kolada().jamfor("N15428", ar=1990).notis == found.notis
    assert Kolada().hamta("N15428", ar=2022).notis == ""
    several = Kolada().hamta(["N15428", "N15419"], ["Vadstena", "Ydre"], "1990-1995").notis
    assert several == "Det finns inget värde 1990–1995. N15419 finns för 2008–2022. N15428 finns för 2008–2022."
    nowhere = Kolada().hamta("N15428", "Region Skåne", 1990).notis
    assert nowhere.endswith('1990, och inte för något annat år. Pröva beskriv("N15428").')


def test_without_the_net_one_is_told_which_figures_there_are_and_how_old(monkeypatch):
    monkeypatch.setenv("STYR_KOLADA_URL", "http://kolada.invalid/v3")
    with pytest.raises(StyrError) as caught:
        Kolada("Vadstena", direkt=True).hamta("N15428")
    assert "siffror från augusti 2024 (" in str(caught.value)
    assert str(caught.value).endswith(" gamla): skriv Kolada() utan direkt=True.")


def test_the_public_classes_and_functions_answer_in_swedish():
    for name in styrlib.__all__:
        public = getattr(styrlib, name)
        with pytest.raises(WrongCallError, match="har inget argument som heter ”finns_inte”"):
            public(finns_inte=1)


def test_the_state_of_the_project_is_told_from_what_is_there():
    text = laget()
    assert "Vadstena" in text
    assert "augusti 2024 (" in text
    assert "fyra\u00a0nämnder" in text
    assert "styr hamta" in text


def test_every_link_of_the_start_page_leads_somewhere():
    text = (REPOSITORY / "notebooks" / "start.ipynb").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) >= 12
    assert [link for link in links if not (REPOSITORY / "notebooks" / link).exists()] == []
