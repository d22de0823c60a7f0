"""A run survives everything: what goes wrong in one report, or with the run, harms nothing that is made."""

import json
import os
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil
import pytest
from filelock import FileLock, Timeout

from styrlib import arbetare, files, process, report
from styrlib.sidor import Slag

from . import liten_korning
from .conftest import run_styr
from .liten_korning import KS, KUN, OWN, SBN, SN

NAMND = ("--slag", "namnd")
KILLS = 50
forks = pytest.mark.skipif(not arbetare.FORKS, reason="Systemet gafflar inga processer.")


@pytest.fixture
def projekt(bearbetat, tmp_path):
    """Return a project whose pages are made in a moment."""
    return liten_korning.make(tmp_path / "projekt på disk", bearbetat.processed)


@pytest.fixture(scope="module")
def ratt(bearbetat, varm, tmp_path_factory):
    """Return the pages of an undisturbed run."""
    project = liten_korning.make(tmp_path_factory.mktemp("ratt") / "projekt", bearbetat.processed)
    made = varm.run(project, *NAMND)
    assert (made.returncode, made.stderr.count("Klar: ")) == (0, 4), made.stderr
    found = liten_korning.pages(project.output)
    assert len(found) == 4 + 2
    return found


@pytest.fixture
def skada(tmp_path):
    """Return what has reports go wrong, each in its way, and the variable that tells them."""
    folder = tmp_path / "skada"
    folder.mkdir()

    def write(**harm):
        for path in folder.iterdir():
            path.unlink()
        for namnd, source in harm.items():
            (folder / f"{namnd.replace('_', '-')}.py").write_text(source, encoding="utf-8")

    write.miljo = {"SKADA": str(folder)}
    return write


def address(namnd):
    return f"0584/{namnd}.html"


def made_now(result):
    """Return the reports that a run has made, as it tells while it runs."""
    return set(re.findall(r"^Klar: 0584/(\S+)(?: \([0-9]+ av [0-9]+.*\))?$", result.stderr, re.MULTILINE))


def facts(project):
    """Return what a run's manifest says of each report."""
    kept = json.loads((project.output / "korning.json").read_text(encoding="utf-8"))
    return {row["id"].removeprefix("0584/"): row for row in kept["rapporter"]}


# Each way to go wrong, and what is said of it.
WAYS = {
    "undantag": ("1/0", "Koden gav felet ZeroDivisionError: division by zero."),
    "utgång": ("os._exit(3)", "Processen avslutades mitt i arbetet (kod 3)."),
    "slinga": ("while True: pass", "Rapporten tog mer än 2 sekunder och avbröts."),
    "minne": ("bit = []\nwhile True: bit.append(bytes(2**28))", "Minnet tog slut."),
    "dödad": (
        "os.kill(os.getpid(), 9)",
        "Processen stoppades utifrån, kanske för att datorns minne tog slut.",
    ),
    "sys.exit": ("import sys; sys.exit(3)", "Koden gav felet SystemExit: 3."),
    "avbrott": ("raise KeyboardInterrupt", "Koden gav felet KeyboardInterrupt."),
    "fångad tidsgräns": (
        "import time\ntry:\n    time.sleep(60)\nexcept Exception as sen:\n    raise ValueError from sen",
        "Rapporten tog mer än 2 sekunder och avbröts.",
    ),
}


@pytest.mark.parametrize(("one", "other"), [tuple(WAYS)[i : i + 2] for i in range(0, len(WAYS), 2)])
def test_two_reports_that_go_wrong_are_told_and_kept_and_alone_made_again(projekt, varm, skada, ratt, one, other):
    wrong = {KUN: WAYS[one], SBN: WAYS[other]}
    skada(**{namnd.replace("-", "_"): source for namnd, (source, _) in wrong.items()})
    result = varm.run(projekt, *NAMND, "--json", "--tidsgrans", "2", **skada.miljo)
    assert result.returncode == 1
    assert made_now(result) == {KS, SN}
    told = [line for line in result.stderr.splitlines() if line.startswith("Misslyckades: ")]
    kept = {namnd: projekt.output / "misslyckade" / f"0584-{namnd}.ipynb" for namnd in wrong}
    sentences = {namnd: f"10_namnd.ipynb, cell 3: {cause} Se {kept[namnd]}." for namnd, (_, cause) in wrong.items()}
    assert sorted(told) == sorted(f"Misslyckades: 0584/{namnd}: {said}" for namnd, said in sentences.items())
    assert len(result.stderr.splitlines()) == 4 + 2  # and nothing else
    said = {row["id"]: row.get("fel") for row in json.loads(result.stdout)["rapporter"]}
    assert said == {f"0584/{namnd}": sentences.get(namnd) for namnd in OWN}
    assert {namnd: row["resultat"] for namnd, row in facts(projekt).items()} == {
        **dict.fromkeys((KS, SN), "gjord"),
        **dict.fromkeys(wrong, "misslyckad"),
    }
    for path in kept.values():
        assert nbformat.read(path, 4).cells[2].source.startswith("sida = namnd")
    assert {name: page for name, page in liten_korning.pages(projekt.output).items() if "0584" in name} == {
        address(namnd): ratt[address(namnd)] for namnd in (KS, SN)
    }

    skada()
    again = varm.run(projekt, *NAMND, **skada.miljo)
    assert (again.returncode, made_now(again)) == (0, {KUN, SBN})
    assert again.stdout.startswith("2 av 4 sidor var redan som de ska. 2 är gjorda nu. ")
    assert liten_korning.pages(projekt.output) == ratt
    assert not any(path.exists() for path in kept.values())


def test_a_notebook_that_leaves_a_thread_behind_does_not_hold_up_the_run(projekt, varm, skada, ratt):
    skada(socialnamnden="import threading, time\nthreading.Thread(target=time.sleep, args=(120,)).start()")
    before = time.monotonic()
    assert varm.run(projekt, *NAMND, **skada.miljo).returncode == 0
    assert time.monotonic() - before < 60
    assert liten_korning.pages(projekt.output) == ratt
    varm.calm()


def test_kernels_of_their_own_tell_the_same_and_give_the_same_bytes(projekt, skada, ratt, monkeypatch):
    """As on Windows, where nothing forks; a report that takes all memory is only held back where processes do."""
    skada(
        kommunstyrelsen="1/0",
        socialnamnden="os._exit(3)",
        samhallsbyggnadsnamnden="while True:\n    sida = sida.strip()",
    )
    monkeypatch.setenv("SKADA", skada.miljo["SKADA"])
    run = report.plan(projekt, slag=[Slag.namnd], tid=5)
    told = {outcome.plan.facts["titel"]: outcome.error for outcome in report.make(run, forks=False)}
    end = {namnd: f" Se {projekt.output / 'misslyckade' / f'0584-{namnd}.ipynb'}." for namnd in OWN}
    assert told == {
        "Kommunstyrelsen": f"10_namnd.ipynb, cell 3: {WAYS['undantag'][1]}{end[KS]}",
        "Socialnämnden": "10_namnd.ipynb, cell 3: Processen avslutades mitt i arbetet, kanske för att minnet tog slut."
        + end[SN],
        "Kultur- och utbildningsnämnden": "",
        "Samhällsbyggnadsnämnden": f"10_namnd.ipynb, cell 3: Rapporten tog mer än 5 sekunder och avbröts.{end[SBN]}",
    }
    skada()
    run = report.plan(projekt, slag=[Slag.namnd])
    assert {item.html.stem for item in run.att_gora} == {KS, SN, SBN}
    assert [outcome.error for outcome in report.make(run, forks=False)] == [""] * 3
    assert liten_korning.pages(projekt.output) == ratt


def test_one_worker_and_two_and_a_run_that_is_resumed_give_the_same_bytes(projekt, varm, ratt, tmp_path):
    for workers in "12":
        out = tmp_path / workers
        assert varm.run(projekt, *NAMND, "--arbetare", workers, "--ut", str(out)).returncode == 0
        assert liten_korning.pages(out) == ratt
    (out / address(KS)).unlink()
    (out / address(SN)).write_text("halv", encoding="utf-8")
    resumed = varm.run(projekt, *NAMND, "--ut", str(out))
    assert made_now(resumed) == {KS, SN}
    assert liten_korning.pages(out) == ratt


def check_pages(project, ratt):
    """See that every page that stands is the right one, from its first byte to its last."""
    for name, page in liten_korning.pages(project.output).items():
        if name.startswith("0584"):
            assert page == ratt[name], name
    for name in ("index.html", "rapporter.json", "korning.json"):
        if (project.output / name).exists():
            text = (project.output / name).read_text(encoding="utf-8")
            assert text.endswith("</html>\n") if name == "index.html" else json.loads(text)


def check_resumed(project, varm, ratt):
    """Run once more, undisturbed, and see that all is whole and nothing else is there."""
    result = varm.run(project, *NAMND)
    assert (result.returncode, re.findall("Traceback|Fel:|Misslyckade", result.stderr)) == (0, []), result.stderr
    assert liten_korning.pages(project.output) == ratt
    assert liten_korning.left(project.root) == []
    assert facts(project).keys() == set(OWN)


@pytest.mark.parametrize("seed", range(5))
def test_kill_9_of_a_run_or_a_page_at_any_moment_leaves_whole_pages_and_the_next_run_resumes(projekt, varm, ratt, seed):
    """Ten of the fifty kills; most are of the run itself."""
    chance = random.Random(seed)
    asked = (*NAMND, KS, SN)
    assert varm.run(projekt, *asked).returncode == 0
    before = time.monotonic()
    assert varm.run(projekt, *asked, "--tvinga").returncode == 0
    whole = time.monotonic() - before
    killed = 0
    while killed < KILLS // 5:
        shutil.rmtree(projekt.output / chance.choice(("0584", ".styr", ".")), ignore_errors=True)
        running = varm.start(projekt, *asked)
        time.sleep(chance.uniform(0, 0.8 * whole))
        pages = varm.pages()
        if pages and chance.random() < 0.3:
            with suppress(psutil.NoSuchProcess):
                chance.choice(pages).kill()
                killed += 1
        else:
            running.kill()
        result = running.wait()
        killed += result.returncode == -signal.SIGKILL  # else it had ended
        varm.calm()
        assert result.returncode in (0, 1, -signal.SIGKILL)
        assert "Traceback" not in result.stderr
        check_pages(projekt, ratt)
    check_resumed(projekt, varm, ratt)


WRITING = "import pathlib\npathlib.Path.replace = lambda *_: os.kill(os.getpid(), 9)"


def test_a_page_that_is_killed_while_it_is_written_is_not_there_and_its_rest_is_cleared_away(
    projekt, varm, skada, ratt
):
    skada(socialnamnden=WRITING)
    result = varm.run(projekt, *NAMND, **skada.miljo)
    assert result.returncode == 1
    assert "Processen stoppades utifrån" in result.stderr
    assert len(liten_korning.left(projekt.output / "0584")) == 1
    assert not (projekt.output / address(SN)).exists()
    skada()
    check_resumed(projekt, varm, ratt)


def test_what_a_killed_run_left_is_cleared_away_also_when_there_is_nothing_to_do(projekt, varm, ratt):
    check_resumed(projekt, varm, ratt)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (projekt.output / "misslyckade").mkdir()
    for folder in ("0584", ".styr/0584", "misslyckade", "."):
        (projekt.output / folder / f".sida.{files.HOST}.{gone.pid}.abcd1234.tmp").write_text("halv", encoding="utf-8")
    assert varm.run(projekt, *NAMND).stdout.startswith("Inget har ändrats sedan förra körningen")
    assert liten_korning.left(projekt.output) == []


def start(project, *arguments, **options):
    """Begin a run as a user does."""
    return subprocess.Popen(
        [sys.executable, "-m", "styrlib", "rapport", *arguments],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **options,
    )


@forks
def test_kill_9_of_the_warm_process_itself_costs_no_page(projekt, ratt):
    running = start(projekt, *NAMND, "--arbetare", "1")
    assert running.stderr.readline().startswith("Klar: ")
    (warm,) = (one for one in psutil.Process(running.pid).children() if "forkserver" in " ".join(one.cmdline()))
    warm.kill()
    _, err = running.communicate(timeout=60)
    assert (running.returncode, re.findall("Traceback|Fel|Misslyckad", err)) == (0, []), err
    assert liten_korning.pages(projekt.output) == ratt


def test_two_runs_at_once_share_the_making_of_the_tables_and_end_whole(projekt, ratt):
    made = {path.name: path.read_bytes() for path in projekt.processed.iterdir()}
    shutil.rmtree(projekt.processed)
    both = [start(projekt, *NAMND) for _ in range(2)]
    ended = [(*one.communicate(timeout=120), one.returncode) for one in both]
    assert [(code, re.findall("Traceback|Fel|Misslyckad", err)) for _, err, code in ended] == [(0, [])] * 2, ended
    assert liten_korning.pages(projekt.output) == ratt
    assert liten_korning.left(projekt.root) == []
    assert {path.name: path.read_bytes() for path in projekt.processed.iterdir() if path.name != process.LOCK} == {
        name: content for name, content in made.items() if name != process.LOCK
    }


def test_runs_at_once_of_different_reports_end_in_a_start_page_that_has_them_all(projekt, varm, ratt):
    for _ in range(3):
        shutil.rmtree(projekt.output, ignore_errors=True)
        running = [varm.start(projekt, *NAMND, *namnder) for namnder in ((KS, SN), (KUN,), (SBN, SN))]
        ended = [one.wait() for one in running]
        assert [(one.returncode, re.findall("Traceback|Fel|Misslyckad", one.stderr)) for one in ended] == [(0, [])] * 3
        assert liten_korning.pages(projekt.output) == ratt
        assert liten_korning.left(projekt.root) == []
    after = varm.run(projekt, *NAMND)
    assert (after.returncode, made_now(after)) == (0, set())


def test_only_one_run_makes_the_tables(projekt, monkeypatch):
    """The one that has waited finds them made."""
    made = []
    monkeypatch.setattr(process, "_make", lambda *_: made.append(1) or {"ar": [2000, 2024]})
    (projekt.processed / process.MANIFEST).unlink()
    real = process._manifest
    seen = iter(
        [{}, {"fingerprint": process._fingerprint(projekt, process.snapshot.find(projekt.kolada)), "ar": [1, 2]}]
    )
    monkeypatch.setattr(process, "_manifest", lambda _: next(seen))
    assert process.ensure(projekt).years == (1, 2)
    assert made == []
    monkeypatch.setattr(process, "_manifest", real)
    assert process.ensure(projekt).years == (2000, 2024)


def test_the_start_page_is_made_by_one_run_at_a_time(projekt, monkeypatch):
    """Else one that looked before another's last page came could write it after the other, without the page."""
    real, looked = report.start.standing, []

    def look(out, *rest):
        with pytest.raises(Timeout), FileLock(out / ".styr" / report.LOCK, blocking=False):
            pass
        looked.append(out)
        return real(out, *rest)

    monkeypatch.setattr(report.start, "standing", look)
    run = report.plan(projekt, slag=[Slag.namnd])
    report.make(run, engine=lambda *_: [])
    assert looked == [projekt.output]


@pytest.fixture
def monterad():
    """Return what mounts a small disk in memory on a folder; only root may, and in CI we are."""
    folders = []

    def mount(folder, *options):
        folder.mkdir(parents=True, exist_ok=True)
        asked = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode:
            message = (
                f"En full eller skrivskyddad disk prövas inte: mount svarade {asked.stderr.strip()}. Kör som root."
            )
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)
        folders.append(folder)
        return folder

    yield mount
    for folder in folders:
        subprocess.run(["umount", "-l", folder], check=True)


def sentences(result):
    """Return what a run said went wrong, and see that each is a sentence and that there is nothing else."""
    lines = result.stderr.splitlines()
    told = [line for line in lines if line.startswith(("Misslyckades: ", "Fel: "))]
    assert {line.split(":")[0] for line in lines} <= {"Klar", "Misslyckad", "Misslyckades", "Fel"}, result.stderr
    assert all(line.endswith(".") for line in told)
    return told


# Bytes that are left on the disk: none, less than a page, one to five of them, and nearly enough for all.
ROOM = (0, 8, 32, 64, 116, 132, 164)


@pytest.mark.skipif(sys.platform != "linux", reason="En liten disk kan bara monteras på Linux.")
def test_a_full_disk_is_a_sentence_per_report_and_a_run_after_room_is_made_resumes(projekt, varm, ratt, monterad):
    monterad(projekt.output, "size=1m")
    ballast = projekt.output / "ballast"
    ends = []
    for room in ROOM:
        for path in projekt.output.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        ballast.write_bytes(bytes((1024 - room) * 1024))
        result = varm.run(projekt, *NAMND, "--json")
        told = sentences(result)
        assert all("disken är full" in line for line in told)
        check_pages(projekt, ratt)
        assert liten_korning.left(projekt.root) == []
        said = json.loads(result.stdout)
        wrong = {row["id"] for row in said["rapporter"] if row["resultat"] == "misslyckad"}
        assert wrong == {f"0584/{namnd}" for namnd in OWN if not (projekt.output / address(namnd)).exists()}
        assert len(told) == len(wrong) + len(said["fel"])
        assert result.returncode == (1 if told else 0)
        ends.append((len(wrong), [Path(line.split(" kunde")[0]).name for line in said["fel"]]))
        ballast.unlink()
        check_resumed(projekt, varm, ratt)
    assert ends[0] == (4, ["rapporter.json", "korning.json"])
    assert {wrong for wrong, _ in ends} >= {0, 4}
    assert any(wrong == 0 and fel for wrong, fel in ends)  # full for what tells of the reports alone
    assert ends[-1] == (0, [])


@pytest.mark.skipif(sys.platform != "linux", reason="En liten disk kan bara monteras på Linux.")
def test_tables_that_do_not_fit_on_the_disk_are_a_sentence_and_are_made_when_there_is_room(projekt, ratt, monterad):
    shutil.rmtree(projekt.processed)
    monterad(projekt.processed, "size=1m")
    result = run_styr(projekt, "rapport", *NAMND)
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch("Fel: Filen .*parquet kunde inte skrivas: disken är full.*\\.\n", result.stderr), result.stderr
    assert liten_korning.left(projekt.root) == []
    subprocess.run(["mount", "-o", "remount,size=50m", projekt.processed], check=True)
    assert run_styr(projekt, "rapport", *NAMND).returncode == 0
    assert liten_korning.pages(projekt.output) == ratt


@pytest.mark.skipif(sys.platform != "linux", reason="En liten disk kan bara monteras på Linux.")
def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_made(projekt, varm, monterad):
    monterad(projekt.output, "size=1m")
    subprocess.run(["mount", "-o", "remount,ro", projekt.output], check=True)
    result = varm.run(projekt, *NAMND)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"Fel: Mappen {projekt.output} går inte att skriva i: disken är skrivskyddad. Välj en annan med --ut.\n"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="En liten disk kan bara monteras på Linux.")
def test_tables_on_a_disk_that_cannot_be_written_are_used_and_not_made(projekt, varm, ratt, monterad, tmp_path):
    shutil.move(projekt.processed, tmp_path / "tabeller")
    monterad(projekt.processed, "size=50m")
    shutil.copytree(tmp_path / "tabeller", projekt.processed, dirs_exist_ok=True)
    subprocess.run(["mount", "-o", "remount,ro", projekt.processed], check=True)
    assert varm.run(projekt, *NAMND).returncode == 0
    assert liten_korning.pages(projekt.output) == ratt
    subprocess.run(["mount", "-o", "remount,rw", projekt.processed], check=True)
    (projekt.processed / process.MANIFEST).unlink()
    subprocess.run(["mount", "-o", "remount,ro", projekt.processed], check=True)
    result = varm.run(projekt, *NAMND, "--tvinga")
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch("Fel: .* disken är skrivskyddad.*\\.\n", result.stderr)


def in_a_terminal(project, *arguments, interrupt="", **variables):
    """Return what a terminal shows of a run, and how it ended; a run that shows `interrupt` gets Ctrl-C."""
    own, theirs = pty.openpty()
    termios.tcsetwinsize(own, (24, 80))
    running = subprocess.Popen(
        [sys.executable, "-m", "styrlib", "rapport", *arguments],
        cwd=project.root,
        env={**os.environ, **variables},
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(own, 4096)
        except OSError:  # what Linux says when nobody writes any longer
            break
        if interrupt and interrupt.encode() in shown:
            running.send_signal(signal.SIGINT)
            interrupt = ""
    os.close(own)
    return shown.decode(), running.wait()


BAR = r"\rRapporter [█▏▎▍▌▋▊▉ ]+ ([0-4] av 4|[1-3] av 4, [0-9]+ per minut, [0-9]+ (s|min) kvar) *"


@forks
def test_in_a_terminal_there_is_one_bar_with_the_time_left_and_no_other_noise(projekt, skada):
    skada(socialnamnden="print('prat'); import sys; print('prat', file=sys.stderr)", kommunstyrelsen="1/0")
    shown, code = in_a_terminal(projekt, *NAMND, **skada.miljo)
    assert code == 1
    bar, failed, *rest = shown.split("\r\n")
    assert re.fullmatch(f"({BAR})+", bar)
    assert "4 av 4" in bar
    assert failed.startswith("Misslyckades: 0584/kommunstyrelsen: 10_namnd.ipynb, cell 3: ")
    assert rest[0] == "3 av 4 rapporter är klara. Öppna output/index.html."
    assert [line[:20] for line in rest[1:]] == ["Siffrorna ur Kolada ", ""]
    skada()
    assert in_a_terminal(projekt, *NAMND, **skada.miljo)[1] == 0
    shown, _ = in_a_terminal(projekt, *NAMND, *OWN, **skada.miljo)  # the same, asked for in other words
    assert shown.startswith("Alla 4 sidor är redan som de ska.")


@forks
def test_ctrl_c_in_a_terminal_ends_the_bar_and_says_so_on_a_line_of_its_own(projekt, skada):
    skada(socialnamnden="import time\ntime.sleep(60)")
    shown, code = in_a_terminal(projekt, *NAMND, interrupt="3 av 4", **skada.miljo)
    assert code == 1
    bar, *rest = shown.split("\r\n")
    assert re.fullmatch(f"({BAR})+", bar)
    assert rest == ["", "Avbrutet. Det som redan var klart står kvar.", ""]
    assert facts(projekt)[SN]["resultat"] == "inte gjord"
    assert [facts(projekt)[namnd]["resultat"] for namnd in (KS, KUN, SBN)] == ["gjord"] * 3


def test_a_run_that_a_user_makes_tells_a_line_per_report_and_what_went_wrong(projekt, skada, ratt):
    skada(kommunstyrelsen="1/0")
    result = run_styr(projekt, "rapport", *NAMND, **skada.miljo)
    assert (result.returncode, made_now(result)) == (1, {SN, KUN, SBN})
    cause, kept = WAYS["undantag"][1], projekt.output / "misslyckade" / "0584-kommunstyrelsen.ipynb"
    assert sentences(result) == [f"Misslyckades: 0584/kommunstyrelsen: 10_namnd.ipynb, cell 3: {cause} Se {kept}."]
    assert result.stdout.splitlines()[0] == "3 av 4 rapporter är klara. Öppna output/index.html."
    again = run_styr(projekt, "rapport", *NAMND)
    assert (again.returncode, made_now(again)) == (0, {KS})
    assert liten_korning.pages(projekt.output) == ratt
