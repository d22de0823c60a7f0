import pytest

from styrlib import lokala
from styrlib.errors import ProblemsError

HEAD = "nyckeltal;ar;kon;varde;antal\n"


def read(tmp_path, text):
    (tmp_path / "sn.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return lokala.read(tmp_path)


def test_excel_csv_is_read_with_decimal_comma_thousands_and_byte_order_mark(tmp_path):
    frame = read(tmp_path, "\ufeff" + HEAD + "L001;2024;t;1 234,5;12\nL001;2023;T;;\n")
    assert frame["varde"].tolist()[0] == 1234.5
    assert frame["varde"].isna().tolist() == [False, True]
    assert frame["antal"].isna().tolist() == [False, True]
    assert {c: str(t) for c, t in frame.dtypes.items()} == lokala.DTYPES


def test_comma_separated_is_read_too(tmp_path):
    assert read(tmp_path, HEAD.replace(";", ",") + "L001,2024,T,1.5,\n")["varde"].tolist() == [1.5]


def test_no_files_is_no_values(tmp_path):
    assert len(lokala.read(tmp_path)) == 0


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("nyckeltal;år;kon;varde;antal\n", 1, "”år” (menade du ar?)"),
        ("", 1, "Första raden ska vara"),
        (HEAD + "N15428;2024;T;1;\n", 2, "Ett lokalt nyckeltal skrivs L"),
        (HEAD + "L001;24;T;1;\n", 2, "Skriv året med fyra siffror"),
        (HEAD + "L001;2024;Alla;1;\n", 2, "Skriv T (alla)"),
        (HEAD + "L001;2024;T;cirka 5;\n", 2, "Skriv ett tal, till exempel 12,5"),
        (HEAD + "L001;2024;T;nan;\n", 2, "Skriv ett tal"),
        (HEAD + "L001;2024;T;1;2,5\n", 2, "Skriv ett heltal"),
        (HEAD + "L001;2024;T;1;-3\n", 2, "mindre än noll"),
        (HEAD + "L001;2018²;T;1;\n", 2, "Skriv året med fyra siffror"),
        (HEAD + "L٢٠١;2024;T;1;\n", 2, "Ett lokalt nyckeltal skrivs L"),
        (HEAD + "L001;2024;T;1;3000000000\n", 2, "Skriv ett heltal"),
        (HEAD + "L001;2024;T;1e300;\n", 2, "Skriv ett tal"),
        (HEAD + "L001;2024;T;1_0;\n", 2, "Skriv ett tal"),
        (HEAD + "L001;2024;K;1;10\n", 2, "har inget värde för alla (T) 2024"),
        ("nyckeltal;ar;kon;varde;varde;antal\n", 1, "En kolumn står två gånger"),
        (HEAD + "x" * 200_000, 0, "Filen är större än"),
        (HEAD + "L001;2024;T\n", 2, "Raden har inte 5 kolumner"),
        (HEAD + "L001;2024;T;1;\nL001;2024;T;2;\n", 3, "finns redan på lokala"),
        ("nyckeltal;ar;kon;varde;antal;ö\n".encode("latin-1"), 0, "CSV UTF-8"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_line_and_remedy(tmp_path, text, line, sentence):
    folder = tmp_path / "lokala"
    folder.mkdir()
    with pytest.raises(ProblemsError) as caught:
        read(folder, text)
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == ("lokala/sn.csv", line)
    assert sentence in problem.message


def test_a_file_of_another_kind_is_told(tmp_path):
    (tmp_path / "sn.xlsx").write_bytes(b"PK")
    (tmp_path / ".~lock.sn.csv#").write_text("", encoding="utf-8")
    with pytest.raises(ProblemsError, match=r"slutande på \.csv"):
        lokala.read(tmp_path)
