"""The archive package: what is in it and what is not, and that the same pages come out of it."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO

import pikepdf
import pytest
from ruamel.yaml import YAML

from styrlib import arkiv, arkivdelar, pdf, report
from styrlib.errors import InputError, ReportError, UnknownNameError
from styrlib.project import ROOT_VARIABLE

from . import liten_webb
from .conftest import copy_project, run_styr
from .liten_webb import CANARIES, NOW, SN
from .test_pdf import SMALL, page_of, weasyprint  # noqa: F401  (a fixture)

ENTRY = """\
  # {note}
  - princip: {princip}
    period: 2026-delar
    exempel: {text}
    forbattring: >-
      Vi kan
      bli bättre.
"""
HEAD = "namn: Nämnden # så heter den\nstyrprinciper: # här\n"


def entry(princip, text, *, released):
    return ENTRY.format(princip=princip, text=text, note=f"om {text}") + ("    slappt: ja\n" if released else "")


A, B, C = (
    entry("tillit", "A", released=False),
    entry("kvalitet", "B", released=True),
    entry("effektivitet", "C", released=False),
)


def of_yaml(text):
    return YAML(typ="safe").load(text)


@pytest.mark.parametrize("parts", [(A, B, C), (B, A, C), (A, C, B), (A, C, A, B), (B, A), (A, C)])
@pytest.mark.parametrize("after", ["", "  # slutord\n\n", "# nästa del\nandra: [1]\n"])
def test_what_is_not_released_is_emptied_and_all_else_stands_as_written(parts, after):
    text = HEAD + "".join(parts) + after
    cut, number = arkivdelar.without_unreleased(text, "n.yaml")
    assert number == sum(part != B for part in parts)
    before, now = of_yaml(text), of_yaml(cut)
    for old, new in zip(before.pop("styrprinciper"), now.pop("styrprinciper"), strict=True):
        if old.get("slappt"):
            assert new == old
        else:
            assert new == {**old, "exempel": arkivdelar.NOT_HERE, "forbattring": arkivdelar.NOT_HERE}
    assert now == before
    assert not {"om A", "om C", "exempel: A", "exempel: C"} & {line.strip(" #") for line in cut.splitlines()}
    assert (B in cut) == (B in parts)
    assert cut.startswith(HEAD)
    if after.startswith("#"):
        assert cut.endswith(after)
    assert ("slutord" in cut) == ("slutord" in after and parts[-1] == B)


def test_a_file_without_any_that_is_not_released_is_untouched():
    for text in ("namn: x\n", HEAD + B, "styrprinciper: []\n", "- a\n"):
        assert arkivdelar.without_unreleased(text, "n.yaml") == (text, 0)


def test_an_entry_that_cannot_be_cut_out_safely_stops_the_archive():
    own = "{princip: tillit, period: p, exempel: HEMLIGT}"
    text = f"styrprinciper: [{own}, {{princip: kvalitet, period: p, slappt: ja}}]\nnamn: x\n"
    with pytest.raises(InputError, match="Skriv varje uppgift på en egen rad"):
        arkivdelar.without_unreleased(text, "n.yaml")


def test_the_same_files_give_the_same_zip_whenever_they_are_packed(tmp_path):
    files = {"b/å.txt": b"B" * 1000, "a.txt": b"A"}
    arkiv.pack(tmp_path / "1.zip", files)
    os.utime(tmp_path / "1.zip", (0, 0))
    arkiv.pack(tmp_path / "2.zip", dict(reversed(files.items())))
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert archive.namelist() == ["a.txt", "b/å.txt"]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# PDF/A: claimed only as the file itself says, and holding what that asks for.


@pytest.fixture(scope="module")
def paper(weasyprint):  # noqa: ARG001, F811
    return pdf.make(page_of(SMALL), arkiv=True)


def fonts(document):
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font":
            yield item


def test_the_pdf_says_that_it_is_pdf_a_and_holds_its_colours_and_fonts(paper):
    with pikepdf.open(BytesIO(paper)) as document:
        with document.open_metadata() as xmp:
            assert xmp.pdfa_status == "2A"
        (intent,) = document.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.N == 3
        assert document.Root.MarkInfo.Marked
        assert document.Root.StructTreeRoot.K
        assert "/ID" in document.trailer
        assert not document.is_encrypted
        simple = [f for f in fonts(document) if "/DescendantFonts" not in f]
        assert simple
        for font in simple:
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys())
        assert all("/ToUnicode" in font for font in fonts(document) if "/DescendantFonts" in font)
        assert not {"/JavaScript", "/EmbeddedFiles"} & set(document.Root.get("/Names", {}).keys())


@pytest.mark.usefixtures("weasyprint")
def test_the_ordinary_pdf_is_still_pdf_ua_and_no_pdf_a():
    with pikepdf.open(BytesIO(pdf.make(page_of(SMALL)))) as document, document.open_metadata() as xmp:
        assert xmp.pdfa_status == ""
        assert xmp["pdfuaid:part"] == "1"


def test_the_same_page_gives_the_same_pdf_a(paper):
    assert pdf.make(page_of(SMALL), arkiv=True) == paper


# The whole package, of a project with one decided page in the older of two periods.


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a small project, its package unpacked, and what the command said."""
    root = tmp_path_factory.mktemp("arkiv")
    project = copy_project(root / "projekt å")
    liten_webb.cut(project)
    text = (project.styrmodell / "publicering.yaml").read_text(encoding="utf-8")
    text = text.replace("tillstand: publicerad", "tillstand: utkast")
    text = text.replace(f"{SN}, period: {NOW}, tillstand: utkast", f"{SN}, period: {NOW}, tillstand: faststalld")
    (project.styrmodell / "publicering.yaml").write_text(text, encoding="utf-8")
    (project.styrmodell / ".hemlig.yaml").write_text("x", encoding="utf-8")
    said = run_styr(project, "arkivera", "--utan-pdf", "--ut", str(root / "ut"))
    assert said.returncode == 0, said.stderr
    package = root / "ut" / f"0584-{NOW}.zip"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(root / "uppackat å")
    return project, package, root / "uppackat å", said


def test_the_programs_own_copy_makes_the_same_page_byte_for_byte(made):
    inside = made[2] / "projekt"
    environment = {**os.environ, "PYTHONPATH": str(inside), ROOT_VARIABLE: str(inside)}
    command = [sys.executable, "-c", "import styrlib; print(styrlib.__file__)"]
    where = subprocess.run(command, env=environment, cwd=inside, capture_output=True, text=True, check=True)
    assert str(inside) in where.stdout
    command = [sys.executable, "-m", "styrlib", "rapport", "SN", "--period", NOW]
    again = subprocess.run(command, env=environment, cwd=inside, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    page = (inside / "output" / "0584" / f"{SN}.html").read_bytes()
    assert page == (made[2] / "sidor" / f"{SN}.html").read_bytes()
    assert b"diarienummer KS 1" in page


def test_the_manifest_has_every_file_with_its_checksum_and_the_decision(made):
    unpacked = made[2]
    manifest = json.loads((unpacked / "manifest.json").read_text(encoding="utf-8"))
    with zipfile.ZipFile(made[1]) as archive:
        there = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    del there["manifest.json"]
    assert manifest["filer"] == there
    assert manifest["period"]["id"] == NOW
    assert manifest["uttag"] == "2024-08"
    assert manifest["pdf"] is None
    assert [(s["adress"], s["tillstand"], s["diarienummer"], s["beslutad"]) for s in manifest["sidor"]] == [
        (f"sidor/{SN}.html", "faststalld", "KS 1", "2026-09-01")
    ]
    assert {"python", "styrlib", "pandas"} <= set(manifest["program"])
    assert {"kommunstyrelsen", "samhallsbyggnadsnamnden"} == set(manifest["namnder_med_utkast"])


def test_the_package_has_what_it_should_and_nothing_internal(made):
    with zipfile.ZipFile(made[1]) as archive:
        names = archive.namelist()
        whole = b"".join(archive.read(name) for name in names).decode(errors="replace")
    for name in (
        "index.html",
        f"sidor/{SN}.html",
        "oppna-data/varden.csv",
        "oppna-data/csv-metadata.json",
        "projekt/styrlib/cli.py",
        "projekt/styrlib/templates/styr.css",
        "projekt/pyproject.toml",
        "projekt/requirements.lock",
        "projekt/notebooks/10_namnd.ipynb",
        "projekt/data/raw/kolada/2024-08/data.parquet",
        f"projekt/data/raw/styrmodell/{SN}.yaml",
        f"projekt/data/raw/styrmodell/lokala/{SN}.csv",
    ):
        assert name in names
    assert CANARIES["anteckning"] not in whole
    assert CANARIES["skattning"] not in whole
    assert not [name for name in names if any(part in name for part in ("/.", "__pycache__", "internt", ".."))]
    with zipfile.ZipFile(made[1]) as archive:
        shown = b"".join(archive.read(n) for n in names if not n.startswith("projekt/")).decode()
    assert CANARIES["varde"] not in shown  # hidden in what can be read, and only in the municipality's own file
    assert CANARIES["utkast"] not in shown


def test_the_command_tells_what_is_in_it_and_what_to_think_of(made):
    said = made[3]
    assert "en beslutad sida som webbsida," in said.stdout
    assert "självskattningar som inte är släppta" in said.stdout
    assert "interna anteckningar" in said.stdout
    assert "rapporten är ett utkast" in said.stderr
    assert "sekretessprövning" in said.stderr


def test_nothing_decided_or_an_unknown_period_is_told_before_anything_is_made(made):
    with pytest.raises(InputError, match="Ingen sida är fastställd för Delår 2025"):
        arkiv.plan(made[0], period="2025-delar")
    with pytest.raises(UnknownNameError, match="Perioden ”2019” finns inte"):
        arkiv.plan(made[0], period="2019")


def test_a_page_that_fails_leaves_no_package(made, tmp_path, monkeypatch):
    plan = arkiv.plan(made[0])
    monkeypatch.setattr(report, "make", lambda run, **_: [report.Outcome(run.plans[0], "Cell 3 gick fel.")])
    with pytest.raises(ReportError, match=r"Inget arkiv är skrivet.*\n.*Cell 3 gick fel"):
        arkiv.make(plan, tmp_path / "ut", with_pdf=False)
    assert not (tmp_path / "ut").exists()


def test_a_program_without_its_lock_is_archived_all_the_same_and_said_to_lack_it(tmp_path, monkeypatch):
    (tmp_path / "styrlib").mkdir()
    (tmp_path / "styrlib" / "a.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(arkivdelar, "PROGRAM", tmp_path / "styrlib")
    files, absent = arkivdelar.of_program()
    assert set(files) == {"styrlib/a.py"}
    assert set(absent) == set(arkivdelar.BESIDE)
