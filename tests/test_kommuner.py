import pandas as pd
import pytest

from styrlib.errors import UnknownNameError
from styrlib.kommuner import find_kommun

KOMMUNER = pd.DataFrame(
    [("0000", "Riket", "L"), ("0114", "Upplands Väsby", "K"), ("0561", "Åtvidaberg", "K"), ("1490", "Borås", "K")],
    columns=["kommun", "namn", "slag"],
)


@pytest.mark.parametrize(
    "given", ["0561", "561", 561, "Åtvidaberg", "ÅTVIDABERG", "A\u030atvidaberg", " åtvidabergs kommun "]
)
def test_a_municipality_is_found_by_code_or_name(given):
    assert find_kommun(KOMMUNER, given) == ("0561", "Åtvidaberg")


def test_a_name_that_ends_in_s_is_found():
    assert find_kommun(KOMMUNER, "Borås stad") == ("1490", "Borås")


@pytest.mark.parametrize("given", ["0000", "Riket", "9999", "", "Atlantis"])
def test_what_is_no_municipality_is_refused(given):
    with pytest.raises(UnknownNameError):
        find_kommun(KOMMUNER, given)


def test_the_nearest_name_is_suggested():
    with pytest.raises(UnknownNameError, match="Menade du Åtvidaberg"):
        find_kommun(KOMMUNER, "Atvidaberg")
