import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.ft2font import FT2Font, LoadFlags

from styrlib.wrapping import extent, width, wrap

FONTS = Path(mpl.get_data_path(), "fonts", "ttf")


def test_lines_break_at_spaces_and_fit():
    lines = wrap("En arbetsplats där många vill stanna", 90)
    assert " ".join(lines) == "En arbetsplats där många vill stanna"
    assert len(lines) > 1
    assert all(width(line) <= 90 for line in lines)


def test_a_word_too_long_is_divided_before_a_consonant_that_a_vowel_follows():
    # klimatförän-d… would leave the d behind: the last consonant goes along with its vowel.
    room = width("klimatföränd-")
    assert wrap("klimatförändringarna", room) == ["klimatföränd-", "ringarna"]


def test_a_word_with_a_hyphen_of_its_own_is_divided_there():
    assert wrap("LSS-boenden", width("boenden") + 1) == ["LSS-", "boenden"]


def test_a_no_break_space_holds():
    assert "12\u00a0utan" in wrap("ja 12\u00a0utan läge", width("12\u00a0utan") + 1)


def test_any_text_fits_whatever_the_room():
    for text in ("", "ö", "x" * 60, "§\u00a011 a–b/c", "nyckeltalsdefinitionsförändringar", "Łódź Üst"):
        for room in (15.0, 33.0, 80.0):
            lines = wrap(text, room)
            assert lines
            assert all(width(line) <= room for line in lines)
            assert re.sub(r"[ -]", "", "".join(lines)) == re.sub(r"[ -]", "", text)


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("text", ["AVTAL Tå, Vy", "Jämställdhet", "65 337 kr per invånare", "– −16,6 %"])
def test_a_line_is_as_wide_and_high_as_matplotlib_lays_it_out(text, bold):
    font = FT2Font(FONTS / f"DejaVuSans{'-Bold' if bold else ''}.ttf")
    font.set_size(100.0, 72)
    font.set_text(text, flags=LoadFlags.NO_HINTING)
    wide, high = (value / 64 for value in font.get_width_height())
    line = extent(text, bold=bold, size=100.0)
    assert line.width == pytest.approx(wide, rel=0.01)
    assert line.above + line.below >= high - 1


def test_bold_is_wider():
    assert width("Målbild", bold=True) > width("Målbild")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Systemet säger inte vilka filer som är öppna.")
def test_the_font_is_no_open_file_that_forked_processes_would_share():
    code = (
        "from pathlib import Path\n"
        "from styrlib.wrapping import width\n"
        "width('Åäö')\n"
        "print(*(path.readlink() for path in Path('/proc/self/fd').iterdir() if path.is_symlink()), sep='\\n')"
    )  # in a process of its own: matplotlib itself keeps fonts open where others have drawn with it
    command = [sys.executable, "-c", code]
    open_files = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert open_files
    assert not [path for path in open_files if path.endswith(".ttf")]
