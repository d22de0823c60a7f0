import numpy as np
import pytest
from matplotlib.ticker import MaxNLocator

from styrlib import axlar


@pytest.mark.parametrize("most", [3, 5])
def test_the_ticks_are_those_that_matplotlib_would_choose(most):
    rng = np.random.default_rng(584)
    locator = MaxNLocator(nbins=most, steps=[1, 2, 5, 10], min_n_ticks=axlar.FEWEST_TICKS)
    for _ in range(300):
        ends = np.sort(10.0 ** rng.integers(-2, 6) * rng.uniform(-1, 1, 2)).tolist()
        axis, decimals = axlar.values(ends, "antal", most)
        inside = [tick for tick in locator.tick_values(axis.low, axis.high) if axis.low <= tick <= axis.high]
        assert axis.ticks == pytest.approx(inside)
        step = axis.ticks[1] - axis.ticks[0]
        assert round(step, decimals) == pytest.approx(step)


def test_a_percentage_ends_at_a_hundred_and_gets_a_fifth_of_its_scale():
    axis, _ = axlar.values([93.0, 97.0], "procent")
    assert (axis.low, axis.high) == (80.0, 100.0)


def test_what_is_never_below_zero_has_no_room_there():
    assert axlar.values([1.0, 40.0], "kr")[0].low == 0.0


def test_the_years_have_the_latest_and_the_target_among_them():
    axis = axlar.years(2008, 2022, 2022, 2027)
    assert {2022, 2027} <= set(axis.ticks)
    assert (axis.low, axis.high) == (2007.7, 2027.3)
    assert axis.place(2027.3, 40, 320) == 320
