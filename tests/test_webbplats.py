"""The site holds what is published and nothing else, and an earlier one stands until the new is whole."""

import base64
import datetime as dt
import errno
import hashlib
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from styrlib import files, process, webblankar, webbplats
from styrlib.errors import InputError, ReportError, StyrError, UnknownNameError
from styrlib.falt import Tillstand
from styrlib.styrmodell import Publicering, Publiceringar
from styrlib.webbsidor import Nedladdning

from .conftest import copy_project
from .liten_webb import BEFORE, CANARIES, KS, NOW, SN


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# With made-up pages, so that a site is built in a moment.


@pytest.fixture(scope="module")
def underlag(tmp_path_factory, bearbetat):
    """Return a project whose processed tables are made, and its model cut to two nämnder."""
    project = copy_project(tmp_path_factory.mktemp("webb") / "projekt", bearbetat)
    modell = process.read_model(process.ensure(project).folder)
    two = tuple(n for n in modell.namnder if n.id in {KS, SN})
    return project, modell.model_copy(update={"namnder": two, "reportage": ()})


class Site:
    """A site whose pages say which nämnd and which round of making they are of."""

    def __init__(self, project, modell):
        self.project, self.modell, self.round, self.links = project, modell, 0, ""

    def publish(self, *rows, **options):
        self.round += 1
        rows = tuple(
            Publicering(
                rapport=rapport,
                period=period,
                tillstand=tillstand[0] if tillstand else Tillstand.publicerad,
                diarienummer="KS 1",
                beslutad=dt.date(2026, 9, 1),
            )
            for rapport, period, *tillstand in rows
        )
        self.current = self.modell.model_copy(update={"publicering": Publiceringar(exempel=True, rapporter=rows)})
        return webbplats.make(webbplats.plan(self.project, **options))

    def page(self, address):
        body = (
            f'<body><header class="sidhuvud">x</header><main><h1>{address}</h1>{self.links} omgång {self.round}</main>'
        )
        return f'{body}<footer class="sidfot"><p>Källa</p></footer></body>'

    @property
    def pages(self):
        return {name: data.decode() for name, data in contents(self.project.webb).items()}


@pytest.fixture
def site(underlag, monkeypatch):
    project, modell = underlag
    shutil.rmtree(project.output, ignore_errors=True)
    site = Site(project, modell)

    def made(_project, webb, period, wanted, *_):
        assert all(p.period == period for p in wanted)
        head, foot = webbplats.webbsidor.head, webbplats.webbsidor.foot
        return {
            p.adress: webblankar.dress(site.page(p.adress), head(webb, p.adress, period), foot(webb, p.adress))
            for p in wanted
        }

    monkeypatch.setattr(process, "read_model", lambda _: site.current)
    monkeypatch.setattr(webbplats, "_run", lambda *_: None)
    monkeypatch.setattr(webbplats, "TILLAGG", ())  # what they write has tests of its own
    monkeypatch.setattr(webbplats, "_made", made)
    return site


def test_pages_of_earlier_periods_stay_byte_for_byte_unless_asked_for(site):
    rows = [(SN, BEFORE), (SN, NOW)]
    site.publish(*rows)
    first = site.pages
    site.publish(*rows)
    assert site.pages[f"{BEFORE}/{SN}.html"] == first[f"{BEFORE}/{SN}.html"]
    assert "omgång 2" in site.pages[f"{NOW}/{SN}.html"]
    site.publish(*rows, gor_om=["Helår 2025"])
    assert "omgång 3" in site.pages[f"{BEFORE}/{SN}.html"]
    with pytest.raises(UnknownNameError, match="Perioden ”2024” finns inte"):
        site.publish(*rows, gor_om=["2024"])


def test_the_same_data_give_the_same_bytes(site):
    site.publish((SN, NOW), (KS, BEFORE))
    before = contents(site.project.webb)
    site.round = 0
    site.publish((SN, NOW), (KS, BEFORE))
    assert contents(site.project.webb) == before


def test_a_page_that_is_withdrawn_is_gone_and_links_to_it_are_text(site):
    site.links = f'<a href="{KS}.html">Kommunstyrelsen</a>'
    rows = [(SN, BEFORE), (KS, BEFORE), (SN, NOW), (KS, NOW)]
    site.publish(*rows)
    assert f'href="{KS}.html"' in site.pages[f"{BEFORE}/{SN}.html"]
    built = site.publish((SN, BEFORE), (KS, BEFORE, Tillstand.utkast), (SN, NOW), (KS, NOW))
    assert f"{BEFORE}/{KS}.html" not in site.pages
    assert f'href="{KS}.html"' not in site.pages[f"{BEFORE}/{SN}.html"]
    assert "Kommunstyrelsen omgång 1" in site.pages[f"{BEFORE}/{SN}.html"]
    assert any(f"{BEFORE}/{SN}.html" in remark for remark in built.anmarkningar)
    assert not any(f"{BEFORE}/{KS}" in page for page in site.pages.values())


def test_dialogues_are_those_of_published_namnder_and_go_with_them(site):
    dialogues = {n.id: [d.sammanfattning.split(".")[0] for d in n.dialoger] for n in site.modell.namnder}
    site.publish((SN, NOW), (KS, NOW))
    page = site.pages[f"{NOW}/dialoger.html"]
    assert all(text in page for texts in dialogues.values() for text in texts)
    site.publish((SN, NOW), (KS, NOW, Tillstand.faststalld))
    page = site.pages[f"{NOW}/dialoger.html"]
    assert all(text in page for text in dialogues[SN])
    assert not any(text in page for text in dialogues[KS])


def test_dialogues_of_an_earlier_period_are_made_anew_when_other_namnder_are_published(site):
    early = next(d.sammanfattning.split(".")[0] for n in site.modell.namnder if n.id == SN for d in n.dialoger)
    site.publish((SN, BEFORE), (KS, BEFORE))
    assert early in site.pages[f"{BEFORE}/dialoger.html"]
    site.publish((SN, BEFORE, Tillstand.utkast), (KS, BEFORE))
    assert early not in site.pages.get(f"{BEFORE}/dialoger.html", "")


def test_what_gathers_all_namnder_is_left_out_with_the_reason(site):
    site.publish((SN, NOW), ("kommunoversikt", NOW), ("agenda2030", NOW))
    assert f"{NOW}/kommunoversikt.html" not in site.pages
    assert "det finns ingen publicerad rapport från kommunstyrelsen" in site.pages["index.html"]
    site.publish((SN, NOW), (KS, NOW), ("kommunoversikt", NOW), ("agenda2030", NOW))
    assert f"{NOW}/kommunoversikt.html" in site.pages
    assert f"{NOW}/agenda2030/mal-07.html" in site.pages
    assert "Mål 7: Hållbar energi för alla" in site.pages["index.html"]


def test_the_start_page_leads_to_what_has_changed_when_the_overview_tells(site):
    rows = [(SN, NOW), (KS, NOW), ("kommunoversikt", NOW), (SN, BEFORE)]
    site.publish(*rows)
    assert f'href="{NOW}/kommunoversikt.html">uppföljningen till fullmäktige' in site.pages["index.html"]
    site.links = '<h2 id="forandringar">Ändrat</h2>'
    site.publish(*rows)
    assert f'href="{NOW}/kommunoversikt.html#forandringar"' in site.pages["index.html"]
    assert re.search(r"Nya sidor</h3>\n<ul>\n<li><a href=\"[^\"]*kommunoversikt", site.pages["index.html"])


def test_a_site_where_nothing_is_published_says_so(site):
    site.publish((SN, NOW))
    site.publish((SN, NOW, Tillstand.utkast))
    assert set(site.pages) == {"index.html", "sidor.html", "sok.html", "tillganglighet.html"}
    assert "Inga sidor är publicerade än." in site.pages["index.html"]


def test_whoever_publishes_nothing_is_told_where_it_is_decided(site):
    assert any("styrmodell/publicering.yaml" in remark for remark in site.publish().anmarkningar)
    assert not any("publicering.yaml" in remark for remark in site.publish((SN, NOW)).anmarkningar)


def test_a_site_is_not_emptied_because_publicering_yaml_is_lost(site):
    site.publish((SN, NOW))
    before = contents(site.project.webb)
    site.current = site.current.model_copy(update={"publicering": None})
    with pytest.raises(InputError, match=r"publicering\.yaml finns inte.*Lägg tillbaka filen"):
        webbplats.plan(site.project)
    assert contents(site.project.webb) == before


def test_what_else_is_added_is_listed_on_the_start_page(site, monkeypatch):
    def add(folder, webb):
        (folder / "data").mkdir()
        (folder / "data" / "a.csv").write_text(",".join(webb.urval.namnder(webb.modell.aktuell)), encoding="utf-8")
        return [
            Nedladdning("Öppna <data>", "data/a.csv", "CSV."),
            Nedladdning('Ny"tt', "nytt.xml", "RSS.", flode=True),
        ]

    monkeypatch.setattr(webbplats, "TILLAGG", (add,))
    built = site.publish((SN, NOW))
    assert site.pages["data/a.csv"] == SN
    assert '<a href="data/a.csv">Öppna &lt;data&gt;</a>' in site.pages["index.html"]
    assert (
        '<link rel="alternate" type="application/rss+xml" title="Ny&#34;tt" href="nytt.xml">'
        in site.pages["index.html"]
    )
    assert [n.adress for n in built.nedladdningar] == ["data/a.csv", "nytt.xml"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), ReportError("Trasig.")])
@pytest.mark.parametrize("after", [0, 1, 4])
def test_whatever_stops_it_the_earlier_site_stands_and_nothing_half_made_is_left(site, monkeypatch, error, after):
    site.publish((SN, NOW), (KS, NOW))
    before = contents(site.project.webb)
    left = [after]

    def write(path, text):
        if left[0] == 0:
            raise error
        left[0] -= 1
        files.write_text(path, text)

    monkeypatch.setattr(webbplats, "write_text", write)
    with pytest.raises((StyrError, KeyboardInterrupt)):
        site.publish((SN, NOW))
    assert contents(site.project.webb) == before
    assert {p.name for p in site.project.output.iterdir()} <= {"webb", ".webb.lock"}


def test_a_site_lost_between_the_two_renames_comes_back(tmp_path):
    target = tmp_path / "webb"
    (tmp_path / ".webb-forra").mkdir()
    (tmp_path / ".webb-forra" / "a.html").write_text("gammal", encoding="utf-8")
    (tmp_path / ".webb-ny").mkdir()
    (tmp_path / ".webb-ny" / "halv.html").write_text("halv", encoding="utf-8")
    with files.replacing_folder(target):
        assert contents(target) == {"a.html": b"gammal"}
        (target.with_name(".webb-ny") / "a.html").write_text("gammal", encoding="utf-8")
    assert contents(tmp_path) == {"webb/a.html": b"gammal"}
    with files.replacing_folder(target) as folder:
        (folder / "b.html").write_text("ny", encoding="utf-8")
    assert contents(tmp_path) == {"webb/b.html": b"ny"}


def test_a_folder_that_cannot_be_moved_in_leaves_the_earlier(tmp_path, monkeypatch):
    target = tmp_path / "webb"
    target.mkdir()
    (target / "a.html").write_text("gammal", encoding="utf-8")
    rename = Path.rename

    def refuse(self, to):
        if self.name.endswith("-ny"):
            raise PermissionError(errno.EACCES, "open")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StyrError, match="Den gamla står kvar"), files.replacing_folder(target):
        pass
    assert contents(tmp_path) == {"webb/a.html": b"gammal"}


def test_two_cannot_publish_at_once(site):
    site.project.output.mkdir(parents=True)
    with webbplats.FileLock(site.project.output / ".webb.lock"), pytest.raises(InputError, match="pågår redan"):
        site.publish((SN, NOW))


def test_an_earlier_page_that_is_damaged_is_told_and_can_be_made_anew(site):
    rows = [(SN, BEFORE), (SN, NOW)]
    site.publish(*rows)
    (site.project.webb / BEFORE / f"{SN}.html").write_bytes(b"\xff\xfe")
    with pytest.raises(StyrError, match="--gor-om 2025-helar"):
        site.publish(*rows)
    site.publish(*rows, gor_om=[BEFORE])
    assert "omgång 3" in site.pages[f"{BEFORE}/{SN}.html"]


def test_only_the_search_page_may_run_a_script_and_only_its_own(site):
    site.publish((SN, NOW))
    for name, page in site.pages.items():
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        if name != "sok.html":
            assert "script" not in (policy[1] if policy else "")
            assert "<script" not in page
            continue
        assert len(scripts) == 1
        digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
        assert re.findall(r"script-src ([^;]*);", policy[1].replace("&#39;", "'")) == [f"'sha256-{digest}'"]
        assert "innerHTML" not in page


def test_the_index_cannot_be_left_by_a_hostile_title(site):
    site.links = '<h2 id="malbild-x">&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;</h2>'
    site.publish((SN, NOW))
    page = site.pages["sok.html"]
    assert page.count("<script") == 2
    assert "\\u003c/script>" in page
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in page


# With real pages, made once.


def beside(webb, name):
    return (webb.parents[2] / name).read_text(encoding="utf-8")


def test_only_what_is_published_is_there_and_the_command_tells_what_waits(webb):
    assert set(contents(webb)) >= {
        "index.html",
        "sidor.html",
        "sok.html",
        "tillganglighet.html",
        f"{NOW}/{SN}.html",
        f"{NOW}/{KS}.html",
        f"{NOW}/dialoger.html",
        f"{BEFORE}/{SN}.html",
        f"{BEFORE}/dialoger.html",
    }
    assert not [name for name in contents(webb) if "samhalls" in name or "kommunoversikt" in name]
    assert f"{BEFORE}/{KS}.html" not in contents(webb)
    said = beside(webb, "ut.txt")
    assert "Fastställda men inte publicerade: Kommunstyrelsen (helår 2025)." in said
    assert "Inte med: Uppföljning till fullmäktige (delår 2026)" in said
    assert "leder ingenstans" not in beside(webb, "obs.txt")
    assert {p.name for p in webb.parent.iterdir()} == {"webb", ".webb.lock"}


def test_no_page_is_an_utkast(webb):
    for name, data in contents(webb).items():
        assert b'class="tillstand-utkast"' not in data, name
        assert b'class="tillstand-faststalld"' not in data, name
    for name in (f"{NOW}/{SN}.html", f"{BEFORE}/{SN}.html"):
        assert '<body class="tillstand-publicerad">' in contents(webb)[name].decode()


@pytest.mark.parametrize("what", CANARIES)
def test_what_may_not_be_seen_is_in_no_byte_of_the_site(webb, what):
    project = webb.parents[1]
    raw = [path for path in (project / "data" / "raw").rglob("*") if path.suffix in {".yaml", ".csv", ".md"}]
    assert any(CANARIES[what] in path.read_text(encoding="utf-8") for path in raw)
    for name, data in contents(webb).items():
        text = data.decode()
        inside = [base64.b64decode(part).decode("utf-8", "replace") for part in re.findall(r"base64,([\w+/=]+)", text)]
        for form in (text, unquote(text), *inside):
            assert CANARIES[what] not in re.sub(r"[\s\u00a0\u202f]|&nbsp;", "", form), name


def test_every_page_has_the_same_way_through_the_site_and_says_who_is_responsible(webb):
    for name, data in contents(webb).items():
        if not name.endswith(".html"):
            continue
        page, root = data.decode(), "../" * name.count("/")
        head = page.split("<header", 1)[1].split("</header>")[0]
        for own in webbplats.webbsidor.EGNA:
            assert f'href="{root}{own}"' in head, name
        assert "Tillgänglighetsredogörelse</a>" in page.split("<footer", 1)[1], name
        assert page.count("<header") == page.count("<footer") == 1


def test_no_link_or_anchor_is_dead(webb):
    pages = {name: data.decode() for name, data in contents(webb).items() if name.endswith(".html")}
    assert list(webblankar.dead(pages)) == []
