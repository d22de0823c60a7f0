"""What the user docs show is what the program answers, so that transcripts and code can't rot."""

import ast
import contextlib
import doctest
import io
import re
import shlex
from dataclasses import dataclass
from functools import partial

import matplotlib as mpl
import pandas as pd
import pytest
from ruamel.yaml import YAML

import styrlib
from styrlib import process, snapshot, transport
from styrlib.cli import main
from styrlib.errors import StyrError

from .conftest import REPOSITORY, copy_project

DOCS = REPOSITORY / "docs"
SITE = YAML(typ="safe").load(REPOSITORY / "mkdocs.yml")
NOT_FOR_USERS = {"arkitektur.md", "prestanda.md", "kolada-jamforelse.md"}  # of the site: for those who build Styr
PAGES = {
    str(path.relative_to(DOCS)): path.read_text(encoding="utf-8")
    for path in sorted(DOCS.rglob("*.md"))
    if path.name not in NOT_FOR_USERS
}
TRIED = {"pycon", "python", "console", "yaml", "text", "sh", "powershell"}
TRIED_ELSEWHERE = {
    "batch.md": "tests/test_batch.py holds the crontab line, the workflow and the DAG to what they are for",
    "metod.md": "benchmarks, which take minutes",
}
NOT_RUN = {  # the first words of a command in a block, and why no test runs it
    "uv": "sets up an environment",
    "conda": "sets up an environment",
    ".venv\\Scripts\\activate": "is of Windows",
    "source": "is of the shell",
    "make": "makes an environment; the target is looked up in the Makefile",
    "dask": "starts a server that waits; tests/test_batch.py holds its flags to Dask's own",
    "python": "runs a benchmark, which takes minutes; the file is looked up",
}
YAML_PLACES = {  # where an utredare would write a page's YAML: the file, the line before it, the indent
    "sa-gor-du/lagg-till-nyckeltal.md": ("samhallsbyggnadsnamnden.yaml", "    nyckeltal:", 6),
    "sa-gor-du/publicera.md": ("publicering.yaml", "rapporter:", 2),
    "sa-gor-du/verksamhetsdialog.md": ("socialnamnden.yaml", "dialoger:", 2),
}


BLOCK = re.compile(
    r"^#+ (?P<heading>[^\n]+)$|^(?P<indent> *)```(?P<lang>\S*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A block of code on a page; `shown` is the text block right after it, which is what it answers."""

    language: str
    text: str
    heading: str
    shown: str | None = None


def blocks(page, *languages):
    """Return a page's blocks in order, those in lists too."""
    found, heading = [], ""
    matches = list(BLOCK.finditer(PAGES[page]))
    for i, match in enumerate(matches):
        if match["heading"]:
            heading = match["heading"]
            continue
        text = re.sub(rf"^{match['indent']}", "", match["text"], flags=re.MULTILINE)
        after = matches[i + 1] if i + 1 < len(matches) else None
        follows = after and after["lang"] == "text" and not PAGES[page][match.end() : after.start()].strip()
        answer = re.sub(rf"^{match['indent']}", "", after["text"], flags=re.MULTILINE) if follows else None
        found.append(Block(match["lang"], text, heading, answer))
    return [block for block in found if not languages or block.language in languages]


def with_blocks(*languages):
    """Return the pages that have a block in one of the languages."""
    return [page for page in PAGES if page not in TRIED_ELSEWHERE and blocks(page, *languages)]


@pytest.fixture
def place(tmp_path, monkeypatch, bearbetat):
    """Return a copy of the project with its tables made, and stand where its notebooks are."""
    project = copy_project(tmp_path / "projekt", bearbetat)
    monkeypatch.chdir(project.notebooks)
    monkeypatch.setenv("STYR_ROT", str(project.root))
    mpl.use("Agg")
    return project


def test_every_block_says_what_it_is_in_and_there_is_a_way_to_try_it():
    for page in PAGES:
        if page not in TRIED_ELSEWHERE:
            assert {block.language for block in blocks(page)} <= TRIED, page
    assert all(with_blocks(language) for language in TRIED)


@pytest.mark.parametrize("page", with_blocks("pycon"))
def test_every_transcript_is_what_the_code_answers(page, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.delenv("STYR_ROT", raising=False)
    text = "\n".join(block.text for block in blocks(page, "pycon"))
    examples = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    assert examples.examples
    report: list[str] = []
    with pd.option_context("display.width", 80, "display.max_columns", 0):
        failed = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(examples, out=report.append).failed
    assert failed == 0, "".join(report)


def answer(code, names):
    """Run code as a notebook's cell, and return what the reader sees: what is printed, then the last value or error."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pd.option_context("display.width", 80, "display.max_columns", 0):
        try:
            exec(compile(tree, "cell", "exec"), names)
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
        except StyrError as error:
            return f"{out.getvalue()}{error}\n", error
        return out.getvalue() + ("" if value is None else f"{value!r}\n"), None


@pytest.mark.parametrize("page", with_blocks("python"))
def test_every_piece_of_python_runs_and_answers_what_the_page_shows(page, place, request):
    write = request.config.getoption("--skriv-svar")
    names = {"__name__": "__main__"}
    text = PAGES[page]
    for block in blocks(page, "python"):
        told, error = answer(block.text, names)
        if block.shown is None:
            assert error is None, f"{block.text}\n{error}"
        elif write:
            code = f"```python\n{block.text}```\n```text\n"
            told = told.strip("\n") + "\n"
            text = text.replace(f"{code}{block.shown}```", f"{code}{told}```")
            (DOCS / page).write_text(text, encoding="utf-8")
        else:
            assert told.strip("\n") == block.shown.strip("\n"), f"{block.text}Kept with pytest --skriv-svar."
    for picture in place.notebooks.glob("*.svg"):  # what the page shows is what its code draws
        shown = (DOCS / page).parent / "bilder" / picture.name
        if write:
            shown.write_bytes(picture.read_bytes())
        assert shown.read_bytes() == picture.read_bytes(), "The chart has changed. Kept with pytest --skriv-svar."


def test_every_picture_is_shown_on_a_page_whose_code_draws_it():
    for picture in (DOCS / "sa-gor-du" / "bilder").iterdir():
        (page,) = [page for page, text in PAGES.items() if f"](bilder/{picture.name})" in text]
        assert any(f'.spara("{picture.name}")' in block.text for block in blocks(page, "python"))


def words(line):
    """Return a command line's words, without a comment."""
    return shlex.split(line.replace("\\", "\\\\"), comments=True)


def check_styr(command):
    """Say whether `styr` takes these words, without doing anything; a command alone may be named."""
    context = main.make_context("styr", command, resilient_parsing=False)
    name, found, rest = main.resolve_command(context, [*context._protected_args, *context.args])
    assert name, command
    if rest:
        found.make_context(name, rest, parent=context)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "sh", "powershell")])
def test_every_command_in_a_block_is_one_that_there_is(page):
    for block in blocks(page, "sh", "powershell"):
        for line in filter(None, map(words, block.text.splitlines())):
            if line[0] == "styr":
                check_styr(line[1:])
                continue
            assert line[0] in NOT_RUN, line
            if line[0] == "make":
                assert re.search(rf"^{line[1]}:", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
            for word in line[1:]:
                if word.endswith((".py", ".yml", ".lock")):
                    assert (REPOSITORY / word).is_file(), word


def test_nothing_is_said_to_be_untried_that_is_not_there():
    lines = [line for page in PAGES for block in blocks(page, "sh", "powershell") for line in block.text.splitlines()]
    assert {words(line)[0] for line in lines if words(line)} == {*NOT_RUN, "styr"}


def inline(text):
    """Return the `styr …` commands in running text."""
    plain = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [words(found) for found in re.findall(r"`styr ([a-z-][^`]*)`", plain)]


@pytest.mark.parametrize("page", [page for page, text in PAGES.items() if inline(text)])
def test_every_command_in_running_text_is_one_that_there_is(page):
    for command in inline(PAGES[page]):
        if "…" not in " ".join(command):  # stands for the rest
            check_styr(command)


# What has been done to the municipality's files before a command on the page of errors: file, text, what it became.
SN, LOCAL = "socialnamnden.yaml", "lokala/socialnamnden.csv"
WRONG = {
    "En nyckel är felstavad": [(SN, "\nmalbilder:", "\nmalbider:")],
    "Ett val finns inte": [(SN, "riktning: hogre", "riktning: upp")],
    "Nyckeltalet finns inte i siffrorna": [(SN, "id: U21468", "id: U99999")],
    "Något ska vara ett tal": [(SN, "malniva: 90", "malniva: nittio")],
    "Ett kolon mitt i en text": [(SN, "Trygg äldreomsorg med", "Trygg äldreomsorg:")],
    "Fel indrag": [(SN, "    rubrik: Trygg äldreomsorg", "     rubrik: Trygg äldreomsorg")],
    "Tabb i stället för blanksteg": [(SN, "    verksamhet: aldreomsorg", "\tverksamhet: aldreomsorg")],
    "Fel rubrik i en CSV-fil": [(LOCAL, "varde;antal", "varde;bas")],
    "Inget är publicerat": [("publicering.yaml", "tillstand: publicerad", "tillstand: utkast")],
}


def commands(block):
    """Return each command of a console block with what is shown after it."""
    return [(words(part.partition("\n")[0]), part.partition("\n")[2]) for part in block.text.split("$ ")[1:]]


def alike(text):
    """Return text without what differs between two runs: line numbers, the copy's own folder."""
    return re.sub(r"rad \d+", "rad N", re.sub(r"projekt i \S+\.", "projekt i MAPP.", text)).strip()


def run(command, capsys):
    """Run the command in this very process, which spares the imports, and return what is said."""
    with pytest.raises(SystemExit):
        main(command, prog_name="styr")
    said = capsys.readouterr()
    return said.err + said.out


@pytest.mark.parametrize("page", with_blocks("console"))
def test_every_command_with_an_answer_gives_it(page, place, monkeypatch, capsys):
    monkeypatch.delenv("STYR_ROT")
    monkeypatch.setenv("STYR_KOLADA_URL", "http://127.0.0.1:9")  # nobody answers there, and nobody waits for it
    monkeypatch.setattr(transport, "Transport", partial(transport.Transport, sleep=lambda _: None))
    tried = set()
    for block in blocks(page, "console"):
        monkeypatch.chdir(place.root)
        before = {}
        for file, text, wrong in WRONG.get(block.heading, ()):
            path = place.styrmodell / file
            before[path] = path.read_text(encoding="utf-8")
            assert text in before[path], file
            times = -1 if path.stem == "publicering" else 1
            path.write_text(before[path].replace(text, wrong, times), encoding="utf-8")
            tried.add(block.heading)
        for (program, *command), shown in commands(block):
            if program == "cd":
                monkeypatch.chdir(command[0])
                continue
            assert program == "styr"
            assert alike(run(command, capsys)) == alike(shown), command
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")
    if page == "vanliga-fel.md":
        assert tried == set(WRONG)


@pytest.mark.parametrize("page", with_blocks("yaml"))
def test_what_is_to_be_written_in_a_file_can_be_written_there(page, project):
    file, line, indent = YAML_PLACES[page]
    path = project.styrmodell / file
    for block in blocks(page, "yaml"):
        more = "".join(f"{' ' * indent}{row}\n" for row in block.text.splitlines())
        before = path.read_text(encoding="utf-8")
        assert f"\n{line}\n" in before
        path.write_text(before.replace(f"\n{line}\n", f"\n{line}\n{more}", 1), encoding="utf-8")
    model, _ = process.read_raw_model(project, snapshot.find(project.kolada))
    written = model.publicering if path.stem == "publicering" else model.namnd(path.stem)
    known = YAML(typ="safe").load("".join(block.text for block in blocks(page, "yaml")))
    assert all(
        next(iter(entry.values())) in f"{written!r}" for entry in known if isinstance(next(iter(entry.values())), str)
    )


def test_every_page_is_in_the_navigation_once():
    def pages(node):
        if isinstance(node, str):
            return [node]
        return [page for child in (node.values() if isinstance(node, dict) else node) for page in pages(child)]

    assert sorted(pages(SITE["nav"])) == sorted(PAGES)


def test_the_public_names_are_at_most_fifteen_and_the_page_of_names_has_all_of_them():
    documented = re.findall(r"^## (\w+)$", PAGES["uppslag/namn.md"], re.MULTILINE)
    assert sorted(documented) == sorted(styrlib.__all__) == sorted(styrlib.PUBLIC)
    assert len(documented) <= 15
    assert all(getattr(styrlib, name).__doc__ for name in documented)


def test_the_page_of_commands_has_all_of_them_and_every_flag():
    page = PAGES["uppslag/kommandon.md"]
    assert re.findall(r"^## styr ([a-z-]+)$", page, re.MULTILINE) == sorted(main.commands)
    for name, command in main.commands.items():
        part = page.partition(f"\n## styr {name}\n")[2].partition("\n## ")[0]
        flags = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        assert flags == set(re.findall(r"`(--[a-z-]+)", part)) - {"--help"}


def test_the_installation_is_the_one_in_readme():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for block in blocks("kom-igang.md", "powershell"):
        assert all(line in readme for line in block.text.splitlines())
