"""What the user docs show is what the code answers, so that transcripts can't rot."""

import doctest
import re

import pandas as pd
import pytest

from .conftest import REPOSITORY

PAGES = [path for path in sorted((REPOSITORY / "docs").glob("*.md")) if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_transcript_is_what_the_code_answers(path, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.delenv("STYR_ROT", raising=False)
    blocks = re.findall(r"```pycon\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, path.name, str(path), 0)
    assert len(examples.examples) > 10
    report: list[str] = []
    with pd.option_context("display.width", 80, "display.max_columns", 0):
        failed = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(examples, out=report.append).failed
    assert failed == 0, "".join(report)


def test_there_are_transcripts():
    assert [path.name for path in PAGES] == ["kolada.md"]
