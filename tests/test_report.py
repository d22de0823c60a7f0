"""The real command, real kernels: what a run leaves behind, whatever happens in it."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from ruamel.yaml import YAML

from styrlib import arbetare, report
from styrlib.errors import InputError
from styrlib.namndrapport import open_report
from styrlib.project import Project
from styrlib.sidor import Slag

from .conftest import run_styr

pytestmark = pytest.mark.usefixtures("tabeller")
OWN = ("kommunstyrelsen", "kultur-och-utbildningsnamnden", "samhallsbyggnadsnamnden", "socialnamnden")


@pytest.fixture
def rapport(project, request):
    """Return the command `styr rapport`, run in the fresh copy; from a process that has imported all, if it can be."""
    if arbetare.FORKS:
        return partial(request.getfixturevalue("varm").run, project)
    return partial(run_styr, project, "rapport")


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def replace_cell(project, index=4, source=""):
    """Change a cell, and leave out the målbilder: faults need no charts."""
    path = project.notebooks / "10_namnd.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[4].source = ""
    notebook.cells[index].source = source
    nbformat.write(notebook, path)


def test_there_is_a_page_per_namnd_and_a_start_page_that_finds_them(made):
    links = {a["href"] for a in soup(made.output / "index.html").select("main a")}
    assert {f"0584/{id_}.html" for id_ in OWN} <= links
    assert "0561/kultur-och-utbildningsnamnden.html" in links
    assert all((made.output / link).exists() for link in links)


def test_a_page_is_self_contained_and_says_what_it_is(pages):
    for path in pages:
        page = soup(path)
        assert page.html["lang"] == "sv"
        assert page.title.text.strip()
        policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        assert not page.find_all(["script", "iframe", "link", "object", "embed", "form", "base"])
        assert not page.find_all(src=lambda value: value and not value.startswith("data:"))
        assert not page.find_all(lambda tag: any(name.startswith("on") for name in tag.attrs))
        assert not re.search(r"url\((?!#)|@import", "".join(s.text for s in page.find_all("style")))


def test_headings_are_in_order_and_every_link_in_the_page_leads_somewhere(pages):
    for path in pages:
        page = soup(path)
        levels = [int(h.name[1]) for h in page.find_all(re.compile(r"^h[1-6]$"))]
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        ids = {tag["id"] for tag in page.find_all(id=True)}
        assert all(a["href"][1:] in ids for a in page.find_all("a", href=re.compile("^#")))


def test_every_figure_has_alt_text_and_its_data_as_a_table(pages):
    figures = [figure for path in pages for figure in soup(path).find_all("figure")]
    assert len(figures) > 100
    for figure in figures:
        assert len(figure.svg["aria-label"]) > 40
        assert figure.svg["role"] == "img"
        rows = figure.select("table tbody tr")
        assert rows
        assert any(td.text.strip("–") for td in rows[-1].find_all("td"))


def test_every_table_has_caption_and_scoped_headers(pages):
    for path in pages:
        for table in soup(path).find_all("table"):
            assert table.caption.text.strip()
            assert all(th.get("scope") in ("col", "row") for th in table.find_all("th"))


def test_every_malbild_shows_what_it_must(made):
    for id_ in OWN:
        malbilder = soup(made.output / "0584" / f"{id_}.html").select("section.malbild")
        assert len(malbilder) >= 4
        for malbild in malbilder:
            text = malbild.get_text(" ", strip=True)
            assert malbild.blockquote.text.strip()
            for word in ("Ansvarig", "Hållbarhetsaspekt", "Bedömning", "Källa: Kolada", "egen beräkning"):
                assert word in text
            assert re.search(r"(Bidrar till|Motverkar) mål \d+", text)
            head = [th.text for th in malbild.select("table.nyckeltal thead th")]
            assert head[1:] == [
                "Senaste värde",
                "Föregående",
                "Fem år tidigare",
                "Mål",
                "Liknande kommuner",
                "Länet",
                "Riket",
                "Kvinnor",
                "Män",
            ]
            assert 3 <= len(malbild.select("table.nyckeltal tbody tr")) <= 7


def test_examples_are_labelled_and_sources_and_parameters_are_told(made):
    for id_ in OWN:
        text = soup(made.output / "0584" / f"{id_}.html").main.get_text(" ", strip=True)
        for words in (
            "Exempel, inte beslutat",
            "Källa: Kolada",
            "Egen beräkning",
            "augusti 2024",
            "version 2026.1",
        ):
            assert words in text


def test_a_bedomning_that_differs_from_the_figures_shows_its_explanation_or_that_there_is_none(made):
    page = soup(made.output / "0584" / "kultur-och-utbildningsnamnden.html")
    shown = {m.h2["id"]: m.select_one(".bedomning").get_text(" ", strip=True) for m in page.select("section.malbild")}
    assert len(shown) == 5
    assert all("Siffrorna för sig" in text for text in shown.values())
    differing = {id_: text for id_, text in shown.items() if "Bedömningen och siffrorna skiljer sig åt." in text}
    assert differing.keys() == {"malbild-vagen-vidare", "malbild-rorelse-och-gemenskap"}
    assert "Ingen förklaring är skriven." in differing["malbild-rorelse-och-gemenskap"]
    assert "Ingen förklaring är skriven." not in differing["malbild-vagen-vidare"]


def test_real_uppdrag_are_told_from_examples(made):
    text = soup(made.output / "0584" / "samhallsbyggnadsnamnden.html").get_text(" ", strip=True)
    assert "Utveckla Tycklinge udde till naturreservat och friluftsområde" in text
    assert "Verkligt uppdrag, men status och texter är exempel" in text


def test_another_municipality_gets_its_own_figures_and_nothing_of_vadstenas_own(made):
    page = soup(made.output / "0561" / "kultur-och-utbildningsnamnden.html")
    text = page.main.get_text(" ", strip=True)
    assert "Siffrorna gäller Åtvidaberg, men målbilderna är Vadstenas exempel." in text
    assert not page.select(".bedomning, .uppdrag, .dialog, .aktiviteter, #grunduppdrag")
    assert "L301" not in text
    assert "Mål" not in [th.text for th in page.select("table.nyckeltal thead th")]


def test_an_older_year_shows_no_later_value(made):
    page = soup(made.root / "aldre" / "0584" / "socialnamnden.html")
    years = [int(td.find(class_="not").text[:4]) for td in page.select("td.senaste") if td.find(class_="not")]
    assert years
    assert max(years) <= 2016
    assert "Ingen målbild är bedömd till och med 2016" in page.get_text(" ", strip=True)


def test_a_self_assessment_that_is_not_released_leaves_no_trace(made):
    model = json.loads((made.processed / "styrmodell.json").read_text(encoding="utf-8"))
    parts = [(namnd["id"], part) for namnd in model["namnder"] for part in namnd["styrprinciper"]]
    texts = {id_: soup(made.output / "0584" / f"{id_}.html").get_text() for id_ in OWN}
    secrets = [(id_, part[key]) for id_, part in parts if not part["slappt"] for key in ("exempel", "forbattring")]
    assert secrets
    assert not [secret for id_, secret in secrets if secret in texts[id_]]


def test_two_runs_give_the_same_bytes(made, tmp_path):
    result = run_styr(made, "rapport", "--slag", "namnd", "--ut", str(tmp_path))
    assert result.returncode == 0, result.stderr
    for id_ in OWN:
        first = (made.output / "0584" / f"{id_}.html").read_bytes()
        assert (tmp_path / "0584" / f"{id_}.html").read_bytes() == first


def test_the_notebook_run_directly_gets_its_parameters_checked(made, monkeypatch):
    monkeypatch.setenv("STYR_ROT", str(made.root))
    assert open_report("SN", kommun=561).namn == "Åtvidaberg"  # Papermill makes a number of 0561
    for wrong in ({"kommun": 0}, {"ar": 1800}, {"ar": 20190}):
        with pytest.raises(InputError):
            open_report("SN", **wrong)


def test_the_same_nyckeltal_can_follow_two_malbilder(project, rapport):
    path = project.styrmodell / "socialnamnden.yaml"
    content = YAML(typ="safe").load(path)
    content = json.loads(json.dumps(content, default=str))
    content["malbilder"][1]["nyckeltal"][0] = content["malbilder"][0]["nyckeltal"][0]
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")  # JSON is YAML
    result = rapport("SN")
    assert result.returncode == 0, result.stderr


def test_a_page_that_would_not_be_accessible_fails_and_keeps_the_notebook(project, rapport):
    replace_cell(project, 3, "from IPython.display import HTML\nHTML('<h1>En till</h1>')")
    result = rapport("SN")
    assert result.returncode == 1
    assert "har 2 huvudrubriker (h1)" in result.stderr
    assert (project.output / "misslyckade" / "0584-socialnamnden.ipynb").exists()


@pytest.mark.parametrize("broken", ["[]", "null", '{"rapporter": {"x": {}}}'])
def test_the_start_page_is_made_from_the_pages_whatever_became_of_the_manifest(made, tmp_path, broken):
    out = tmp_path / "ut"
    shutil.copytree(made.output, out)
    (out / "rapporter.json").write_text(broken, encoding="utf-8")
    (out / "0584" / "socialnamnden.html").unlink()
    report._update_start(report.plan(made, ["SN"], out=out))
    assert len(json.loads((out / "rapporter.json").read_text(encoding="utf-8"))["rapporter"]) == 4
    assert len(soup(out / "index.html").select("main li a")) == 4


def start_and_wait_for_workers(project, seconds=3.0):
    """Start a run in a group of its own, and return it with its workers once they have been at it a while."""
    running = subprocess.Popen(
        [sys.executable, "-m", "styrlib", "rapport"],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for _ in range(300):
        listed = subprocess.run(["pgrep", "-P", str(running.pid)], capture_output=True, text=True, check=False).stdout
        children = [int(line) for line in listed.split()]
        if len(children) >= 2:
            time.sleep(seconds)
            return running, children
        time.sleep(0.1)
    pytest.fail("Arbetarna startade aldrig.")


def gone(pids):
    """Whether all processes end within ten seconds."""
    for _ in range(100):
        if not any(Path("/proc", str(pid)).exists() for pid in pids):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("seconds", [0.3, 3.0])  # while the workers import, and while they work
def test_ctrl_c_stops_with_a_sentence_and_leaves_no_worker(project, seconds):
    running, children = start_and_wait_for_workers(project, seconds)
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "Avbrutet. Det som redan var klart står kvar." in err
    assert "Traceback" not in err
    assert gone(children)


def test_a_killed_run_leaves_no_worker_and_no_half_page(project):
    running, children = start_and_wait_for_workers(project)
    running.kill()
    running.communicate(timeout=30)
    assert gone(children)
    assert all(path.read_text(encoding="utf-8").endswith("</html>\n") for path in project.output.rglob("*.html"))


def test_the_manifest_lists_each_report_with_its_checksum(made):
    manifest = json.loads((made.output / "rapporter.json").read_text(encoding="utf-8"))
    assert manifest["uttag"] == "2024-08"
    assert len(manifest["rapporter"]) == 5
    for entry in manifest["rapporter"].values():
        assert hashlib.sha256((made.output / entry["fil"]).read_bytes()).hexdigest() == entry["sha256"]


def test_a_run_is_quiet_and_leaves_nothing_else(project, rapport):
    replace_cell(project)
    result = rapport("SN")
    assert result.returncode == 0
    done, age = result.stdout.splitlines()
    assert done == "1 av 1 rapporter är klara. Öppna output/index.html."
    assert age.startswith("Siffrorna ur Kolada är från augusti 2024, ")
    assert result.stderr == "Klar: 0584/socialnamnden\n"
    files = {p.relative_to(project.output).as_posix() for p in project.output.rglob("*") if p.is_file()}
    known = {name for name in files if name.startswith(".styr/")}  # what is known of the page: see test_fardigt
    assert files - known == {"index.html", "rapporter.json", "korning.json", "0584/socialnamnden.html"}
    assert {name for name in known if "korning" not in name and "lasta" not in name} == {
        ".styr/.las",
        ".styr/0584/socialnamnden.json",
    }


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("1/0", "10_namnd.ipynb, cell 4: Koden gav felet ZeroDivisionError: division by zero. Se "),
        ("import os; os._exit(1)", "10_namnd.ipynb, cell 4: Processen avslutades mitt i arbetet (kod 1). Se "),
        ("rapport.diagram(None)", "10_namnd.ipynb, cell 4: Koden gav felet AttributeError"),
    ],
)
def test_a_failed_report_leaves_the_earlier_one_and_keeps_the_notebook(project, rapport, source, sentence):
    earlier = project.output / "0584" / "socialnamnden.html"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("den tidigare", encoding="utf-8")
    replace_cell(project, 3, f'if namnd == "socialnamnden":\n    {source}')
    result = rapport("SN", "KS")
    assert result.returncode == 1
    assert "1 av 2 rapporter är klara" in result.stdout
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert earlier.read_text(encoding="utf-8") == "den tidigare"
    assert (project.output / "0584" / "kommunstyrelsen.html").exists()
    kept = project.output / "misslyckade" / "0584-socialnamnden.ipynb"
    assert str(kept) in result.stderr
    assert nbformat.read(kept, as_version=4).cells


def test_a_failed_notebook_is_cleared_away_when_the_report_succeeds(project, rapport):
    replace_cell(project)
    good = (project.notebooks / "10_namnd.ipynb").read_text(encoding="utf-8")
    replace_cell(project, 3, "1/0")
    assert rapport("SN").returncode == 1
    (project.notebooks / "10_namnd.ipynb").write_text(good, encoding="utf-8")
    assert rapport("SN").returncode == 0
    assert not list((project.output / "misslyckade").iterdir())


def test_a_parameter_that_the_notebook_lacks_is_an_error_with_the_choices(project, rapport):
    replace_cell(project, 1, 'namnd = "socialnamnden"\nkommun = ""\n')
    result = rapport("SN")
    assert result.returncode == 1
    assert "har ingen parameter ”ar”. Parametrar som finns: namnd, kommun." in result.stderr


@pytest.mark.parametrize("content", ["", "{", '{"cells": 1}'])
def test_a_broken_notebook_is_a_sentence(project, rapport, content):
    (project.notebooks / "10_namnd.ipynb").write_text(content, encoding="utf-8")
    result = rapport("SN")
    assert result.returncode == 1
    assert "kan inte läsas" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_a_cell_prints_to_stderr_does_not_reach_the_page(project, rapport):
    replace_cell(project, 3, "import sys; print('VARNING', file=sys.stderr)\nrapport.grunduppdrag()")
    assert rapport("SN").returncode == 0
    assert "VARNING" not in (project.output / "0584" / "socialnamnden.html").read_text(encoding="utf-8")


def test_markup_in_the_municipalitys_texts_is_shown_not_run(project, rapport):
    path = project.styrmodell / "socialnamnden.yaml"
    text = path.read_text(encoding="utf-8").replace("namn: Socialnämnden", 'namn: "<script>alert(1)</script><b>"', 1)
    path.write_text(text.replace("rubrik: ", "rubrik: <img src=x onerror=alert(1)> ", 3), encoding="utf-8")
    assert rapport("SN").returncode == 0
    for page in (project.output / "0584" / "socialnamnden.html", project.output / "index.html"):
        assert not soup(page).find_all(["script", "img", "b"])
    assert "<script>alert(1)</script>" in soup(project.output / "index.html").get_text()


def test_a_page_that_cannot_be_written_is_a_sentence_and_the_rest_are_made(project, rapport):
    replace_cell(project)
    (project.output / "0584" / "socialnamnden.html").mkdir(parents=True)
    result = rapport("SN", "KS")
    assert result.returncode == 1
    assert "kunde inte skrivas" in result.stderr
    assert "Traceback" not in result.stderr
    assert (project.output / "0584" / "kommunstyrelsen.html").exists()


def test_a_namnd_without_malbilder_still_gets_a_report(project, rapport):
    (project.styrmodell / "valnamnden.yaml").write_text(
        "namn: Valnämnden\nkortnamn: VN\nordning: 9\nexempel: ja\ngrunduppdrag:\n  text: Vi håller val.\n"
        "verksamheter:\n  - {id: val, namn: Val, ansvarig: Valsamordnare}\n",
        encoding="utf-8",
    )
    result = rapport("VN")
    assert result.returncode == 0, result.stderr
    assert "Nämnden har inga målbilder." in soup(project.output / "0584" / "valnamnden.html").get_text()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"slag": [Slag.kommunoversikt], "ar": 2019}, "Bara nämndernas rapporter kan göras för ett visst år"),
        ({"slag": [Slag.insatser], "namnder": ["KS"]}, "Slaget insatser gäller hela kommunen"),
    ],
)
def test_what_a_kind_of_page_would_leave_unheeded_is_refused(tmp_path, options, sentence):
    with pytest.raises(InputError, match=sentence):
        report.plan(Project(tmp_path), **options)
