import random

import pytest

from styrlib.agendabild import Malrad, goals

from .bildmatt import Measured

NAMES = {4: "God utbildning för alla", 8: "Anständiga arbetsvillkor och ekonomisk tillväxt"}


def rows(**links):
    given = {int(key[1:]): value for key, value in links.items()}
    return [Malrad(n, NAMES.get(n, f"Mål nummer {n}"), "#FCC30B", *given.get(n, (0, 0))) for n in range(1, 18)]


def draw(links):
    return goals(links, title="Agenda 2030", source="Nämndens egna kopplingar.")


def test_all_17_goals_are_there_and_the_empty_ones_say_so():
    seen = Measured(lambda: draw(rows(m4=(3, 0), m8=(0, 1))))
    for number in range(1, 18):
        assert str(number) in seen.written
    assert seen.written.count("ingen koppling") == 15


def test_one_mark_is_one_link_on_its_own_side_and_the_number_is_written():
    seen = Measured(lambda: draw(rows(m4=(3, 2), m8=(0, 1))))
    shapes = [shape for shape, _ in seen.marks]
    assert (shapes.count("s"), shapes.count("X")) == (3, 3)
    helps = [box for shape, box in seen.marks if shape == "s"]
    hinders = [box for shape, box in seen.marks if shape == "X"]
    assert max(box[2] for box in hinders) < min(box[0] for box in helps)
    assert {"3", "2"} <= set(seen.written)


def test_the_alt_text_says_how_many_where_most_and_where_none():
    # 3 + 1 contribute and 1 works against: 5 links to 2 goals; 15 goals have none.
    alt = draw(rows(m4=(3, 0), m8=(1, 1))).alt
    assert "5 kopplingar till 2 av de 17 globala målen: 4 bidrar och 1 motverkar." in alt
    assert "Flest bidrar till mål 4 God utbildning för alla: 3." in alt
    assert "motverkar gäller mål 8 Anständiga arbetsvillkor och ekonomisk tillväxt (1)." in alt
    assert "Ingen koppling till mål 1, 2, 3, 5, 6," in alt


def test_no_link_at_all_is_a_picture_that_says_so():
    seen = Measured(lambda: draw(rows()))
    assert seen.written.count("ingen koppling") == 17
    assert seen.diagram.alt == "Agenda 2030. Inget av de 17 globala målen har någon koppling."
    seen.check()


def test_the_table_counts_every_goal():
    data = draw(rows(m8=(2, 1))).data
    assert len(data) == 17
    assert data.loc["8 Anständiga arbetsvillkor och ekonomisk tillväxt"].tolist() == ["2", "1"]


def test_a_goal_that_is_left_out_is_an_error():
    with pytest.raises(ValueError, match="alla 17"):
        draw(rows()[:-1])


def test_nothing_overlaps_whatever_the_links():
    rng = random.Random(17)
    for most in (1, 3, 9, 40):
        links = {f"m{n}": (rng.randrange(most + 1), rng.randrange(most + 1)) for n in range(1, 18)}
        Measured(lambda links=links: draw(rows(**links))).check()
