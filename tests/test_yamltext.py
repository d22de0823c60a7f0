from pathlib import Path

import pytest

from styrlib import yamltext
from styrlib.errors import ProblemsError


def read(tmp_path: Path, text: str | bytes):
    path = tmp_path / "fil.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return yamltext.read(path)


def test_scalars_stay_the_text_that_was_written(tmp_path):
    content, _ = read(tmp_path, "kod: 0114\nsvar: no\ndag: 2026-03-31\ntal: 12,50\ntomt:\n")
    assert content == {"kod": "0114", "svar": "no", "dag": "2026-03-31", "tal": "12,50", "tomt": None}


def test_folded_text_has_no_marks_in_it(tmp_path):
    content, _ = read(tmp_path, "text: >-\n  Första raden.\n  Andra raden.\n")
    assert content == {"text": "Första raden. Andra raden."}


def test_every_place_has_its_line(tmp_path):
    _, lines = read(tmp_path, "a: 1\nb:\n  - c: 2\n    d: 3\n")
    assert lines[("b", 0, "d")] == 4
    assert yamltext.line_of(lines, ("b", 0, "saknas", "djupare")) == 3


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a: 1\na: 2\n", 2, "Nyckeln ”a” står två gånger"),
        ("a: &x [1]\nb: *x\n", 1, "Referenser med & och * stöds inte"),
        ("a: &x [*x]\n", 1, "Referenser med & och * stöds inte"),
        ("a: Vi säger: så här\n", 1, "måste stå inom citattecken"),
        ("a:\n  - id: x\n    text: Vi säger: så här\n", 3, "måste stå inom citattecken"),
        ("a:\n  text: Vi\n    säger det så här: nu\n", 3, "måste stå inom citattecken"),
        ("a:\n  - id: x\n     b: 1\n", 3, "Indraget är fel"),
        ("a:\n  - id: x\n   b: 1\n", 3, "Indraget är fel"),
        ("a:\n  - id: x\n  b: 1\n", 3, "Indraget är fel"),
        ("a:\n  - id: x\n   - id: y\n", 3, "Indraget är fel"),
        ("a:\n  b: http://x\n   c: 1\n", 3, "Indraget är fel"),
        ("a:\n\tb: 1\n", 2, "börjar med tabb"),
        ('a: "öppnad\nb: 1\n', 3, "aldrig stängd"),
        ("? [1, 2]\n: 3\n", 1, "En nyckel måste vara ett enda ord"),
        ("namn: Ängelholm\n".encode("latin-1"), 0, "UTF-8"),
        ("a: \x07\n", 0, "ett tecken som YAML inte tillåter"),
    ],
)
def test_what_cannot_be_read_is_told_with_line_and_remedy(tmp_path, text, line, sentence):
    with pytest.raises(ProblemsError) as caught:
        read(tmp_path, text)
    problem = caught.value.problems[0]
    assert problem.file == "fil.yaml"
    assert problem.line == line
    assert sentence in problem.message


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(ProblemsError, match="Filen kan inte läsas"):
        yamltext.read(tmp_path / "finns-inte.yaml")
