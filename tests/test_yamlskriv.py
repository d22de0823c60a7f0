import copy
import difflib

import pytest

from styrlib import yamltext
from styrlib.errors import StyrError
from styrlib.yamlskriv import REMOVED, Ord, changed, changed_bytes

from .conftest import REPOSITORY

FILES = sorted((REPOSITORY / "data" / "raw" / "styrmodell").glob("*.yaml")) + sorted(
    (REPOSITORY / "tests" / "excel").glob("*.yaml")
)
TEXT = """\
# först
namn: Ett namn  # på raden
lista: [a, b]
flera:
  # före ett
  - id: ett
    text: >-
      Första meningen står här.
      Andra meningen står här.
      Tredje meningen står här.
    status: pagar   # snart klar

  # före två
  - id: tva
    text: "kort"
tom:
inget: []
# sist
"""


def edited(change, text=TEXT):
    content, _ = yamltext.parse(text, "f.yaml")
    change(content)
    return changed(text, content, "f.yaml")


def lines(before, after):
    diff = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in diff if line[0] in "+-"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_change_is_no_change_in_every_shipped_file(path):
    data = path.read_bytes()
    content, _ = yamltext.read(path)
    assert changed_bytes(data, content, path.name) == data


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_value_of_every_shipped_file_can_be_changed_alone(path):
    """Each scalar is given a new text; only the lines that held it may differ."""
    text = path.read_text(encoding="utf-8")
    content, places = yamltext.parse(text, path.name)
    ends = sorted(set(places.values()))
    tried = 0
    for place in list(places)[:: max(1, len(places) // 6)]:
        new = copy.deepcopy(content)
        *above, last = place or (None,)
        owner = new
        for step in above:
            owner = owner[step]
        if not place or not isinstance(owner[last], str):
            continue
        owner[last] = "Nytt: ”text” # med tecken"
        after = changed(text, new, path.name)
        first = places[place]
        following = [line for line in ends if line > first] or [len(text.splitlines()) + 1]
        assert after.splitlines()[: first - 1] == text.splitlines()[: first - 1]
        rest = text.splitlines()[following[0] - 1 :]
        assert after.splitlines()[len(after.splitlines()) - len(rest) :] == rest
        tried += 1
    assert tried > 0


def test_a_scalar_keeps_the_comment_beside_it():
    after = edited(lambda c: c["flera"][0].update(status=Ord("klar")))
    assert lines(TEXT, after) == ["-     status: pagar   # snart klar", "+     status: klar   # snart klar"]


def test_a_folded_text_keeps_the_lines_that_are_the_same():
    new = "Första meningen står här. En helt annan mening. Tredje meningen står här."
    after = edited(lambda c: c["flera"][0].update(text=new))
    assert lines(TEXT, after) == ["-       Andra meningen står här.", "+       En helt annan mening."]


def test_quotes_stay_and_are_added_where_they_are_needed():
    assert '    text: "lång"\n' in edited(lambda c: c["flera"][1].update(text="lång"))
    assert 'namn: "a: b"  # på raden\n' in edited(lambda c: c.update(namn="a: b"))
    assert "namn: 'Säg \"hej\": nu'  # på raden\n" in edited(lambda c: c.update(namn='Säg "hej": nu'))
    assert 'namn: "2026"  # på raden\n' in edited(lambda c: c.update(namn="2026"))
    assert "namn: 2026  # på raden\n" in edited(lambda c: c.update(namn=Ord("2026")))


def test_a_text_of_several_lines_beside_a_comment_is_quoted_so_that_the_comment_stays_one():
    assert 'namn: "a\\nb"  # på raden\n' in edited(lambda c: c.update(namn="a\nb"))


def test_a_new_key_stands_after_the_one_it_follows():
    def change(content):
        content["flera"][1] = {"id": "tva", "ny": Ord("ja"), "text": "kort"}

    assert lines(TEXT, edited(change)) == ["+     ny: ja"]


def test_a_key_that_is_gone_takes_only_its_own_lines():
    assert lines(TEXT, edited(lambda c: c["flera"][0].pop("status"))) == ["-     status: pagar   # snart klar"]


def test_a_first_key_that_is_gone_leaves_its_dash():
    after = edited(lambda c: c["flera"][1].pop("id"))
    assert lines(TEXT, after) == ["-   - id: tva", '-     text: "kort"', '+   - text: "kort"']


def test_new_items_come_last_with_the_same_space_between():
    after = edited(lambda c: c["flera"].append({"id": Ord("tre"), "text": "Slut"}))
    assert lines(TEXT, after) == ["+ ", "+   - id: tre", "+     text: Slut"]
    assert after.index("tre") < after.index("tom:")


def test_removed_items_leave_the_comments_of_the_others():
    def change(content):
        content["flera"][0] = REMOVED

    after = edited(change)
    assert "# före två\n  - id: tva" in after
    assert "ett" not in after.replace("före ett", "")


def test_a_list_of_which_nothing_is_left_is_empty():
    def change(content):
        content["flera"] = [REMOVED, REMOVED]

    assert "flera: []\ntom:" in edited(change)


def test_what_was_empty_can_be_filled():
    after = edited(lambda c: c.update(tom="nu", inget=[{"id": Ord("x")}]))
    assert after.endswith("tom: nu\ninget:\n  - id: x\n# sist\n")


def test_flow_lists_and_mappings_stay_on_their_line():
    assert "lista: [a, b, c]\n" in edited(lambda c: c["lista"].append(Ord("c")))
    text = "a: {mal: 16, skal: Öppna beslut.}\nb: 1\n"
    after = edited(lambda c: c["a"].update(skal="Ja, [detta]: nytt"), text)
    assert after == 'a: {mal: 16, skal: "Ja, [detta]: nytt"}\nb: 1\n'


def test_windows_line_ends_and_a_byte_order_mark_stay():
    data = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    content, _ = yamltext.parse(TEXT, "f.yaml")
    content["flera"].append({"id": Ord("tre")})
    after = changed_bytes(data, content, "f.yaml")
    assert after.startswith(b"\xef\xbb\xbf# f")
    assert after.count(b"\n") == after.count(b"\r\n") == TEXT.count("\n") + 2


def test_a_file_without_its_last_line_end_can_be_added_to():
    assert edited(lambda c: c["a"].append(Ord("2")), "a:\n  - 1") == "a:\n  - 1\n  - 2\n"


def test_long_texts_are_folded_and_come_back_the_same():
    long = "Ord med  två blanksteg och # tecken: " * 12 + "slut."
    after = edited(lambda c: c.update(namn=long))
    assert max(map(len, after.splitlines())) > 120  # beside its comment it has to be one line
    after = edited(lambda c: c["flera"][1].update(text=long))
    assert max(map(len, after.splitlines())) <= 120
    assert yamltext.parse(after, "f.yaml")[0]["flera"][1]["text"] == long


def test_what_can_not_be_written_safely_is_refused():
    with pytest.raises(StyrError, match="för hand"):
        edited(lambda c: c["flera"][1].update(text=" inleds med blanksteg\noch har en rad till"))
