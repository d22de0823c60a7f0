import random

import pytest

from styrlib.rodtrad import MAL, MALBILD, Tradmalbild, Traduppdrag, thread

from .bildmatt import Measured

GOALS = {n: f"Mål med namnet {n}" for n in range(1, 18)} | {13: "Bekämpa klimatförändringarna"}
HARBOUR = Traduppdrag("Utveckla hamnområdet", ("a",))
WHOLE = Tradmalbild("a", "Plats för fler", 6, 2, bidrar=(11, 13), motverkar=(2,))
BARE = Tradmalbild("b", "Rik natur", 0, 1)


def draw(uppdrag, malbilder):
    return thread(uppdrag, malbilder, GOALS, title="Röda tråden", source="Nämndens styrmodell.")


def test_a_broken_thread_is_marked_with_its_words():
    seen = Measured(lambda: draw([HARBOUR, Traduppdrag("Utred solceller")], [WHOLE, BARE]))
    for word in ("saknar", "nyckeltal", "globalt", "saknar målbild"):
        assert word in seen.written
    # In the key, and for nyckeltal, goal and målbild.
    assert [shape for shape, _ in seen.marks] == ["X"] * 4
    assert "1 aktivitet" in seen.written


def test_a_whole_thread_has_no_mark_but_the_keys():
    seen = Measured(lambda: draw([HARBOUR], [WHOLE]))
    assert len(seen.marks) == 1
    assert len(seen.curves) == 2 * (1 + 3)  # an uppdrag and three goals, each with its white edge


def test_the_alt_text_says_how_many_threads_are_whole_and_where_the_others_break():
    alt = draw([HARBOUR, Traduppdrag("Utred solceller")], [WHOLE, BARE]).alt
    assert "1 av 2\u00a0målbilder har en hel tråd" in alt
    assert "Rik natur saknar nyckeltal och saknar globalt mål." in alt
    assert "Uppdrag som saknar målbild: Utred solceller." in alt
    assert "Motverkar: mål 2 Mål med namnet 2." in alt


def test_the_table_follows_each_thread():
    data = draw([HARBOUR, Traduppdrag("Utred solceller")], [WHOLE, BARE]).data
    assert data.loc["Plats för fler"].tolist() == [
        "Utveckla hamnområdet",
        "6",
        "2",
        "11 Mål med namnet 11; 13 Bekämpa klimatförändringarna",
        "2 Mål med namnet 2",
        "hel",
    ]
    assert data.loc["–", ["KF:s uppdrag", "Tråden"]].tolist() == ["Utred solceller", "saknar målbild"]


def test_without_malbilder_there_is_no_thread():
    assert draw([HARBOUR], []) is None


def test_a_link_to_what_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        draw([HARBOUR], [BARE])
    with pytest.raises(KeyError):
        draw([], [Tradmalbild("a", "A", 1, 1, bidrar=(18,))])


def test_lines_run_in_the_gaps_alone():
    seen = Measured(lambda: draw([HARBOUR], [WHOLE, BARE]))
    for _, (left, _, right, _) in seen.curves:
        assert right <= MALBILD[0] + 0.5 or left >= MALBILD[1]
        assert right <= MAL[0] + 0.5


def test_nothing_overlaps_whatever_the_model():
    rng = random.Random(584)
    words = ["Kompetensförsörjning", "och", "klimatanpassning", "för", "kommunikationsinfrastrukturens", "drift", "$a$"]
    for number in range(1, 9):
        malbilder = [
            Tradmalbild(
                str(i),
                " ".join(rng.choices(words, k=rng.randrange(1, 9))),
                rng.choice([0, 1, 7, 12]),
                rng.choice([0, 1, 3, 12]),
                rng.sample(range(1, 18), rng.randrange(5)),
                rng.sample(range(1, 18), rng.randrange(3)),
            )
            for i in range(number)
        ]
        uppdrag = [
            Traduppdrag(
                " ".join(rng.choices(words, k=rng.randrange(1, 12))),
                [str(i) for i in rng.sample(range(number), min(number, rng.randrange(4)))],
            )
            for _ in range(rng.randrange(10))
        ]
        Measured(lambda u=uppdrag, m=malbilder: draw(u, m)).check()
