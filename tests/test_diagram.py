"""The charts that an utredare calls: what they say and draw, against the raw snapshot and SciPy."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy import stats

import styrlib
from styrlib import Kolada, Modell, figures, jamfor_kommuner, modelltal, over_tid, samvariation
from styrlib.errors import InputError, UnknownNameError
from styrlib.figures import Diagram, Diagramlista

from . import bildmatt, ritprov, textboxes
from .conftest import REPOSITORY
from .ritprov import ELIGIBLE, VADSTENA, local, of_year, said, texts

GRADES, NET_COST, NOT_DIVIDED = "N15419", "N20900", "N00097"


@pytest.fixture(scope="module", autouse=True)
def _here():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STYR_ROT", str(REPOSITORY))
        yield


@pytest.fixture(scope="module")
def raw():
    return ritprov.raw(ELIGIBLE, GRADES, NET_COST)


def faults(diagram):
    return textboxes.faults([(bildmatt.texts(diagram.svg), *bildmatt.root_of(diagram.svg)[1:])])


def own_lines(diagram):
    """Return the points of each of the own lines that is drawn, without the key's."""
    paths = [p for p in ET.fromstring(diagram.svg).iter(f"{bildmatt.SVG}path") if p.get("stroke") == figures.OWN]
    return [points for p in paths if p.get("fill") == "none" and len(points := bildmatt.points(p.get("d"))) > 2]


# --- Över tid ---------------------------------------------------------------------------------------------------------


def test_a_series_is_drawn_with_every_value_that_kolada_has(raw):
    drawn = over_tid(ELIGIBLE)
    own = raw[(raw["kpi"] == ELIGIBLE) & (raw["municipality"] == VADSTENA)].set_index("period")["value"].dropna()
    assert drawn.siffror["Vadstena"].dropna().to_dict() == pytest.approx(own.to_dict())
    assert list(drawn.data.columns)[:3] == ["Vadstena", "Liknande kommuner", "Riket"]
    (line,) = own_lines(drawn)
    assert len(line) == len(own)


def test_the_verdict_stands_first_and_is_that_of_a_report():
    drawn = over_tid(ELIGIBLE)
    assert said(drawn.message) == (
        "År 2022 hade Vadstena 87,1 procent. "
        "Utvecklingen är sämre: värdet har sjunkit sedan 2014, ungefär 0,9 procentenheter om året."
    )
    assert drawn.alt.startswith(drawn.message)
    html = str(drawn._repr_html_())
    assert html.index("Utvecklingen är sämre") < html.index("<svg") < html.index("Källa: Kolada, hämtat augusti 2024.")


def test_no_line_is_drawn_over_a_missing_year():
    drawn = over_tid("U21468")  # 2021 was not measured
    assert 2021 not in drawn.siffror["Vadstena"].dropna().index
    before, *after = own_lines(drawn)
    assert len(before) == len(drawn.siffror.loc[:2020, "Vadstena"].dropna())
    assert after == []


def test_a_group_is_its_unweighted_mean_and_says_so(raw):
    drawn = over_tid(ELIGIBLE, med=["länet"])
    members = Kolada().medlemmar("länet")["kommun"]
    mean = of_year(raw, ELIGIBLE, 2022)[members].mean()
    assert drawn.siffror.loc[2022, "Länet"] == pytest.approx(mean)
    assert "Egen beräkning: länet (ovägt medel) och vanlig variation." in drawn.source


def test_own_choices_are_drawn_each_in_a_form_of_its_own():
    drawn = over_tid(ELIGIBLE, med=["Åtvidaberg", "Finspång", "länet", "skr"])
    keys = {"Vadstena", "Åtvidaberg", "Finspång", "Länet", "Samma kommungrupp"}
    assert keys <= set(texts(drawn))
    shapes = {(shape, fill) for shape, *_, fill, _ in bildmatt.marks(drawn.svg)}
    assert len(shapes) >= 5


def test_what_is_marked_has_a_thicker_line():
    def widths(drawn):
        return {p.get("stroke-width") for p in ET.fromstring(drawn.svg).iter(f"{bildmatt.SVG}path") if p.get("stroke")}

    assert "2.6" not in widths(over_tid(ELIGIBLE))
    assert "2.6" in widths(over_tid(ELIGIBLE, markera="riket"))


def test_women_and_men_are_drawn_when_asked_for_and_never_unless():
    assert "Flickor: 90,6" not in texts(over_tid(ELIGIBLE))
    both = over_tid(ELIGIBLE, kon="kvinnor och män")
    assert {"Flickor: 90,6", "Pojkar: 83,3"} <= set(texts(both))
    assert "men skillnaden växlar mellan åren" in both.note
    assert over_tid(ELIGIBLE, kon=["K", "M"]).svg == both.svg


def test_one_sex_alone_is_the_series_and_named_in_the_title():
    drawn = over_tid(ELIGIBLE, kon="kvinnor", ar="2020-2022")
    assert drawn.title.endswith(", flickor")
    assert drawn.data.loc[2022, "Vadstena"] == "90,6"


def test_a_measure_that_is_not_divided_by_sex_says_so_and_is_drawn():
    drawn = over_tid(NOT_DIVIDED, kon="kvinnor och män")
    assert drawn.note.startswith("Det finns inga värden för kvinnor och män.")
    with pytest.raises(InputError, match=r"har inget värde för N00097.* för kvinnor\. Nyckeltalet delas inte på kön"):
        over_tid(NOT_DIVIDED, kon="K")


def test_chosen_years_are_drawn_and_judged_with_those_before():
    drawn = over_tid(ELIGIBLE, ar="2015-2018")
    assert drawn.data.index.tolist() == [2015, 2016, 2017, 2018]
    assert drawn.message.endswith("går inte att bedöma: förändringen har stannat av eller vänt.")  # not: too few years
    assert over_tid(ELIGIBLE, ar="senaste 3").data.index.tolist() == [2020, 2021, 2022]


def test_several_measures_give_a_chart_each():
    drawn = over_tid([ELIGIBLE, "U21468"])
    assert isinstance(drawn, Diagramlista)
    assert [one.title for one in drawn] == ["Behöriga till yrkesprogram, åk 9", "Nöjda med hemtjänsten"]
    assert str(drawn._repr_html_()).count("<figure") == 2
    found = Kolada().sok("behöriga yrkesprogram").head(2)
    assert len(over_tid(found)) == 2


def test_the_target_is_the_models_and_only_of_its_own_municipality():
    assert any(text.startswith("Mål 2027") for text in texts(over_tid(ELIGIBLE)))
    assert not any(text.startswith("Mål") for text in texts(over_tid(ELIGIBLE, "Åtvidaberg")))


def test_a_target_level_that_nobody_has_decided_is_called_an_example(tmp_path):
    drawn = over_tid(ELIGIBLE)
    assert "Mål 2027: 92,0 (exempel)" in texts(drawn)
    assert drawn.source.endswith("Målnivå: Vadstena kommuns styrmodell (exempel).")
    file = REPOSITORY / "data/raw/styrmodell/kultur-och-utbildningsnamnden.yaml"
    for word, example in (("ja", True), ("nej", False)):
        text = file.read_text(encoding="utf-8").replace("\nexempel: ja\n", f"\nexempel: {word}\n")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
        assert bool(modelltal.read(tmp_path, [ELIGIBLE]).exempel) is example


def test_sheer_amounts_are_drawn_alone_unless_others_are_asked_for():
    assert list(over_tid("N01951").data.columns)[0:1] == ["Vadstena"]
    assert "Riket" not in over_tid("N01951").data
    assert "Finspång" in over_tid("N01951", med="Finspång").data


def test_another_municipality_is_the_one_that_is_drawn():
    assert next(iter(over_tid(ELIGIBLE, 561).data)) == "Åtvidaberg"
    assert over_tid(ELIGIBLE, "").data.equals(over_tid(ELIGIBLE).data)


def test_values_of_one_s_own_are_drawn_with_their_own_source():
    drawn = over_tid(local([80, 82, np.nan, 79, 83, 81, 84, 85.0]))
    assert drawn.title == "Nyanställda kvar efter två år"
    target = "Målnivå: Vadstena kommuns styrmodell (exempel)."
    assert drawn.source == f"Källa: Vadstena kommun. Egen beräkning: vanlig variation. {target}"
    assert "Liknande" not in drawn.note
    assert "Kolada" not in drawn.source


def test_a_measure_of_the_model_s_own_is_asked_for_by_its_id_as_any_other():
    drawn = over_tid("l201")
    assert drawn.source.startswith("Källa: Vadstena kommuns styrmodell (exempel).")
    assert "Kolada" not in drawn.source
    values = Modell().nyckeltal("L201").varden
    assert drawn.siffror["Vadstena"].dropna().tolist() == values.loc[values["kon"] == "T", "varde"].tolist()
    assert [one.title for one in over_tid(["L201", ELIGIBLE])] == [drawn.title, over_tid(ELIGIBLE).title]


@pytest.mark.parametrize("hidden", [{"dold": [False] * 7 + [True]}, {"status": [None] * 7 + ["dold"]}])
def test_a_hidden_value_is_nowhere_in_the_picture(hidden):
    drawn = over_tid(local([80, 82, 81, 79, 83, 81, 84, 17.0], **hidden))
    assert said(drawn.message) == "Värdet för 2022 är dolt för att det bygger på för få personer eller ärenden."
    assert drawn.data.loc[2022, "Vadstena"] == ".."
    assert "17" not in drawn.alt.replace("2017", "") + "".join(texts(drawn)).replace("2017", "")
    assert pd.isna(drawn.siffror.loc[2022, "Vadstena"])


def test_what_a_value_of_one_s_own_rests_on_is_said_and_never_kolada_s_count():
    assert "räknat på 40 personer eller ärenden" in said(over_tid(local([80.0], antal=40)).message)
    kolada = Kolada().hamta(ELIGIBLE, ar="senaste 10").assign(antal=40)
    assert "räknat på" not in over_tid(kolada).message


def test_a_single_value_is_a_mark_and_not_judged():
    drawn = over_tid(local([80.0]))
    assert drawn.message.endswith("går inte att bedöma: det finns bara ett värde på tio år, och minst sex behövs.")
    assert own_lines(drawn) == []


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: over_tid("N99999"), r"^N99999 finns inte i uttaget, hämtat augusti 2024\. Sök med sok\(\)\.$"),
        (lambda: over_tid("behöriga yrkes"), r"är inget nyckeltal.* Menade du N15428 "),
        (lambda: over_tid("L999"), r"^”L999” är inget nyckeltal i styrmodellen\. "),
        (lambda: over_tid(ELIGIBLE, ar=1999), r"^Vadstena har inget värde för N15428.*, 1999\. .* för 2008–2022\.$"),
        (lambda: over_tid(ELIGIBLE, ar="i fjol"), r"^”i fjol” är inget år\. Skriv till exempel 2022"),
        (lambda: over_tid(ELIGIBLE, kon="x"), r"^”x” är inget kön"),
        (lambda: over_tid(ELIGIBLE, ["Vadstena", "Ydre"]), r"^Välj en kommun i taget som kommun=, och de andra som"),
        (
            lambda: over_tid(ELIGIBLE, markera="Malmö"),
            r"^”Malmö” finns inte i bilden\. Där finns Liknande kommuner, Riket och Vadstena\.$",
        ),
        (
            lambda: over_tid(ELIGIBLE, med=["länet", "skr", "riket", "liknande", "Ydre"]),
            r"^Bilden rymmer 4 jämförelser, och du har valt 5\. Välj färre i med=\.$",
        ),
        (lambda: over_tid(local([80.0]).drop(columns="kommun")), r"^Tabellen saknar kolumnen kommun\. Den ska ha "),
        (lambda: over_tid(local([80.0]).iloc[:0]), r"^Tabellen är tom, så det finns inget att rita\.$"),
        (
            lambda: over_tid(Kolada().hamta(ELIGIBLE, ar="2023-2025")),
            r"^Det finns inget värde för Vadstena 2023–2025\. N15428 finns för 2008–2022\.$",
        ),
        (lambda: over_tid(local([np.nan, np.nan])), r"^Vadstena har inget värde för L101, Nyanställda kvar"),
        (lambda: over_tid(local([80.0], dold=[True])), r"^Alla värden för Vadstena är dolda: de bygger på för få"),
        (lambda: over_tid(local(["ja"])), r"^I tabellen ska ar vara hela årtal och varde vara tal\.$"),
        (lambda: over_tid(local([80.0]), "Ydre"), r"^Ydre har inget värde för L101.* Andra har värden för 2015\.$"),
        (lambda: jamfor_kommuner(ELIGIBLE, med="riket"), r"^Välj minst en annan kommun att jämföra med, "),
        (
            lambda: jamfor_kommuner(ELIGIBLE, ar="2015-2020"),
            r'^Bilden visar ett år\. Skriv .* ar="senaste", inte ”2015',
        ),
        (lambda: jamfor_kommuner([ELIGIBLE, GRADES]), r"^Bilden visar ett nyckeltal i taget, och du har valt 2\."),
        (lambda: jamfor_kommuner(ELIGIBLE, ar=1999), r"Det finns värden för 2008–2022\.$"),
        (
            lambda: jamfor_kommuner(ELIGIBLE, med="länet", markera="Malmö"),
            r"^”Malmö” finns inte i bilden\. Där finns Vadstena, .* och 5 till\.$",
        ),
        (lambda: samvariation(ELIGIBLE, ELIGIBLE), r"^Välj två olika nyckeltal: ett samvarierar alltid"),
        (lambda: samvariation(ELIGIBLE, GRADES, ar=1999), r"^År 1999 har inte båda .* N15428 för 2008–2022 och "),
        (lambda: samvariation(ELIGIBLE, GRADES, ar="1998-1999"), r"^Inget av åren 1998–1999 har båda nyckeltalen\. "),
        (
            lambda: jamfor_kommuner(ELIGIBLE, "liknande:grundskola"),
            r"^”liknande:grundskola” är flera kommuner\. ",
        ),
        (lambda: samvariation(ELIGIBLE, GRADES, bland="riket"), r"^Välj bland kommuner, till exempel"),
        (lambda: samvariation(ELIGIBLE, GRADES, bland="länet", markera="Malmö"), r"^”Malmö” finns inte i bilden"),
        (lambda: over_tid(ELIGIBLE, spara="bild.gif"), r"^bild\.gif har ändelsen \.gif"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_a_sentence_with_what_there_is(call, said):
    with pytest.raises(InputError, match=said):
        call()


def test_an_unknown_municipality_is_told_with_the_nearest():
    for call in (
        lambda: over_tid(ELIGIBLE, "Vadstenna"),
        lambda: jamfor_kommuner(ELIGIBLE, med="Finspong"),
        lambda: samvariation(ELIGIBLE, GRADES, markera="Atvidabrg"),
    ):
        with pytest.raises(UnknownNameError, match=r"Menade du (Vadstena|Finspång|Åtvidaberg)"):
            call()


# --- Kommuner bredvid varandra ----------------------------------------------------------------------------------------


def test_municipalities_stand_by_value_with_their_values_as_printed(raw):
    drawn = jamfor_kommuner(ELIGIBLE)
    codes = [VADSTENA, *Kolada().medlemmar("liknande")["kommun"]]
    values = of_year(raw, ELIGIBLE, 2022)[codes].sort_values(ascending=False)
    names = [Kolada().kommuner().set_index("kommun")["namn"][code] for code in values.index]
    assert drawn.siffror.index[: len(codes)].tolist() == names
    assert drawn.siffror.iloc[: len(codes), 0].tolist() == pytest.approx(values.tolist())
    shown = [text for text in texts(drawn) if text in names]
    assert shown == ["Vadstena", *names]  # the key, and the rows from the top
    higher = int((values.round(1) > values[VADSTENA].round(1)).sum())
    assert said(drawn.message).startswith(
        f"År 2022 hade Vadstena 87,1 procent. Av 7 andra hade {higher} ett högre värde"
    )


def test_marks_stand_along_the_scale_as_their_values_do():
    drawn = jamfor_kommuner(ELIGIBLE, med="länet")
    values = drawn.siffror.iloc[:, 0][:13]
    rows = sorted((m for m in bildmatt.marks(drawn.svg) if m[2] > 30), key=lambda mark: mark[2])
    assert len(rows) == 13
    assert np.corrcoef([x for _, x, *_ in rows], values)[0, 1] > 0.9999


def test_the_own_municipality_differs_in_form_size_and_weight_and_not_in_colour_alone():
    drawn = jamfor_kommuner(ELIGIBLE, med="länet", markera="Finspång")
    marks = [m for m in bildmatt.marks(drawn.svg) if m[2] > 30]
    own = [m for m in marks if m[5] == figures.OWN]
    marked = [m for m in marks if m[5] == figures.SIMILAR]
    rest = [m for m in marks if m[5] == figures.NATION]
    assert (len(own), len(marked), len(rest)) == (1, 1, 11)
    assert own[0][3] > rest[0][3]
    assert own[0][4] == figures.OWN
    assert rest[0][4] == "#fff"
    assert (own[0][0], marked[0][0]) == ("o", "D")
    assert drawn.svg.count('font-weight="700"') == 4  # two names and two values


def test_the_mean_is_that_of_kolada_jamfor_and_needs_two_thirds():
    drawn = jamfor_kommuner(ELIGIBLE, med="länet")
    mean = Kolada().jamfor(ELIGIBLE, med="länet").set_index("jamforelse").loc["länet", "varde"]
    assert drawn.siffror.loc["Medelvärde"].iloc[0] == pytest.approx(mean)
    values = local([70.0, 71.0, 72.0, 73.0], kommun=["0584", "0561", "0562", "0513"], ar=2020)
    assert "Medelvärde" in jamfor_kommuner(values, med=["0561", "0562", "0513"]).siffror.index
    few = jamfor_kommuner(values, med=["0561", "0513", "1480", "1280"])
    assert "Medelvärde" not in few.siffror.index
    assert few.note.endswith("Saknar värde: Göteborg och Malmö.")


def test_a_table_is_compared_with_what_it_holds():
    values = local([70.0, 71.0], kommun=["0584", "0561"], ar=2020)
    assert said(jamfor_kommuner(values).message) == "År 2020 hade Vadstena 70,0 procent, och Åtvidaberg 71,0 procent."


def test_all_municipalities_are_a_strip_without_their_names(raw):
    drawn = jamfor_kommuner(ELIGIBLE, med="alla", markera=["Åtvidaberg", "Finspång"])
    values = of_year(raw, ELIGIBLE, 2022)
    assert len(drawn.siffror) >= 290
    assert len(texts(drawn)) < 20
    assert "Åtvidaberg och Finspång" in texts(drawn)
    assert said(drawn.note) == "Markerade: Åtvidaberg 72,7 procent och Finspång 85,4 procent."
    assert drawn.siffror.loc["Vadstena"].iloc[0] == pytest.approx(values[VADSTENA])


def test_nobody_is_given_a_place():
    for med in ("liknande", "länet"):
        drawn = jamfor_kommuner(ELIGIBLE, med=med)
        assert "plats" not in (drawn.alt + drawn.message + drawn.caption + drawn.note).casefold()
        assert "sämst" not in (drawn.alt + drawn.message + drawn.caption + drawn.note).casefold()


def test_a_municipality_without_a_value_says_so_and_the_others_are_drawn():
    values = local([70.0, 71.0], kommun=["0513", "0561"], ar=2020)
    drawn = jamfor_kommuner(values, med=["0513", "0561"])
    assert said(drawn.message).startswith("Vadstena saknar värde för 2020.")
    assert drawn.data.loc["Vadstena"].iloc[0] == "–"


def test_the_key_is_drawn_whole():
    drawn = jamfor_kommuner(ELIGIBLE)
    edges = [x - size / 2 for _, x, _, size, *_ in bildmatt.marks(drawn.svg)]
    assert min(edges) >= 0.6  # and its outline


# --- Samvariation -----------------------------------------------------------------------------------------------------


def test_the_coefficient_is_spearmans_over_those_that_have_both(raw):
    drawn = samvariation(ELIGIBLE, GRADES)
    both = pd.DataFrame({k: of_year(raw, k, 2022) for k in (ELIGIBLE, GRADES)}).dropna()
    rho = stats.spearmanr(both[ELIGIBLE], both[GRADES]).statistic
    assert f"Spearmans rangkorrelation är {rho:.2f}".replace(".", ",") in drawn.caption
    assert len(drawn.siffror) == len(both)
    assert len(bildmatt.marks(drawn.svg)) == len(both)


def test_it_says_that_it_tells_nothing_of_cause_people_or_small_places():
    drawn = samvariation(ELIGIBLE, GRADES)
    for words in ("säger inget om orsak", "behöver inte gälla människorna", "Små kommuner svänger mer"):
        assert words in drawn.note
        assert words in drawn.alt
    said_first = "Bland 289 kommuner är sambandet mycket starkt: de med högre ”Behöriga till yrkesprogram, åk 9”"
    assert drawn.message.startswith(said_first)
    assert drawn.note.endswith("Små kommuner svänger mer av slumpen. En kommun saknar något av värdena.")
    assert drawn.source.endswith("Egen beräkning: sambandet.")


def test_sheer_amounts_are_said_to_follow_size():
    assert "Antal följer kommunens storlek" in samvariation(ELIGIBLE, "N07702").note
    assert "Antal följer" not in samvariation(ELIGIBLE, GRADES).note


def test_what_chance_can_give_is_not_called_a_connection():
    drawn = samvariation(ELIGIBLE, NET_COST, bland="länet")
    assert drawn.message.endswith("följs inte åt mer än slumpen kan ge bland 13 kommuner.")
    few = samvariation(ELIGIBLE, GRADES, bland=["Vadstena", "Finspång"])
    assert few.message == "Samvariationen går inte att bedöma: bara två\u00a0kommuner har båda värdena."


def test_a_negative_connection_is_said_the_other_way_round():
    codes = Kolada().kommuner().query("slag == 'K'")["kommun"].head(40).tolist()
    one = local(np.arange(40.0), kommun=codes, ar=2020)
    other = local(-np.arange(40.0), kommun=codes, ar=2020, nyckeltal="L102")
    drawn = samvariation(one, other, markera=codes[0])
    assert "har oftare lägre" in drawn.message


def test_the_own_municipality_is_named_and_those_that_are_marked():
    assert "Vadstena" in texts(samvariation(ELIGIBLE, GRADES))
    assert "Ydre" in texts(samvariation(ELIGIBLE, GRADES, kommun="Ydre"))
    shown = texts(samvariation(ELIGIBLE, GRADES, markera=["Finspång", "Ydre"]))
    assert {"Finspång", "Ydre"} <= set(shown)
    assert "Vadstena" not in shown


# --- Alla -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: over_tid(ELIGIBLE, kon="kvinnor och män", med=["länet", "liknande:grundskola", "Åtvidaberg", "skr"]),
        lambda: over_tid("N01951"),
        lambda: jamfor_kommuner(ELIGIBLE),
        lambda: jamfor_kommuner("N00239", med="skr"),
        lambda: jamfor_kommuner(NET_COST, med="Skåne län", markera=["Lund", "Malmö"]),
        lambda: samvariation(ELIGIBLE, GRADES),
        lambda: samvariation(ELIGIBLE, NET_COST, bland="länet", markera="länet"),
    ],
)
def test_texts_stay_inside_and_apart(call):
    assert faults(call()) == []


@pytest.mark.parametrize(
    "call",
    [
        lambda **more: over_tid(ELIGIBLE, **more),
        lambda **more: jamfor_kommuner(ELIGIBLE, **more),
        lambda **more: samvariation(ELIGIBLE, GRADES, **more),
    ],
)
def test_every_chart_takes_a_title_and_saves_itself_by_one_word(call, tmp_path):
    path = tmp_path / "bild.xlsx"
    drawn = call(titel="Min rubrik", spara=path)
    assert isinstance(drawn, Diagram)
    assert drawn.title == "Min rubrik"
    assert drawn.caption.startswith("Min rubrik")
    book = openpyxl.load_workbook(path)
    assert isinstance(book["Min rubrik"]["B2"].value, float)
    assert call().svg == call().svg


def test_the_charts_are_public_names_with_a_swedish_first_line():
    for name in ("over_tid", "jamfor_kommuner", "samvariation", "karta"):
        assert name in styrlib.__all__
        assert re.match(r"Rita .+\.\n", getattr(styrlib, name).__doc__)


def test_drawing_needs_no_plotting_library():
    import subprocess
    import sys

    code = (
        "import sys; from styrlib import over_tid; over_tid('N15428')._repr_html_(); "
        "print([name for name in ('matplotlib.pyplot', 'matplotlib.figure', 'seaborn', 'openpyxl', 'shapely')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert done.stdout.strip() == "[]"


def test_a_model_that_cannot_be_read_stops_no_chart(project, monkeypatch):
    monkeypatch.setenv("STYR_ROT", str(project.root))
    path = next(p for p in project.styrmodell.glob("*.yaml") if ELIGIBLE in p.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8") + "\n\tfel: [\n", encoding="utf-8")
    drawn = over_tid(ELIGIBLE)
    assert drawn.title.startswith("Elever i åk 9 som är behöriga till yrkesprogram")
    assert path.name in drawn.note
