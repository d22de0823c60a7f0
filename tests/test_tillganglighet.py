"""The tillgänglighetsredogörelse says what is known, and claims no more."""

import json

import pytest

from styrlib import tillganglighet
from styrlib.errors import InputError, ProblemsError

from .conftest import REPOSITORY

PROV = {
    "datum": "2026-11-22",
    "axe": "4.12",
    "webblasare": "Chromium",
    "sidor": 3,
    "bredder": [1280],
    "regler": 9,
    "brott": {},
}
BRISTER = "bedomd: 2026-11-22\nuppdaterad: 2026-11-22\nexempel: ja\nmetod: Självskattning.\n"
BRIST = "brister:\n  - vad: A\n    krav: B\n    skal: C\n    atgard: D\n"


def read(folder, *, brister=None, prov=None):
    if brister is not None:
        (folder / "brister.yaml").write_text(brister, encoding="utf-8")
    if prov is not None:
        (folder / "prov.json").write_text(prov if isinstance(prov, str) else json.dumps(prov), encoding="utf-8")
    return tillganglighet.read(folder)


def test_the_shipped_list_can_be_read_and_is_an_example():
    found = tillganglighet.read(REPOSITORY / "data" / "raw" / "tillganglighet")
    assert found.brister.exempel
    assert found.brister.brister
    assert not found.helt


@pytest.mark.parametrize(
    ("brister", "prov", "helt"),
    [
        (BRISTER, PROV, True),
        (BRISTER + BRIST, PROV, False),
        (BRISTER, {**PROV, "brott": {"color-contrast": 2}}, False),
        (BRISTER, None, False),
        (None, PROV, False),
        (None, None, False),
    ],
)
def test_fully_conformant_only_with_an_empty_list_and_a_test_without_violations(tmp_path, brister, prov, helt):
    assert read(tmp_path, brister=brister, prov=prov).helt is helt


def test_a_wrong_list_is_told_with_file_and_line(tmp_path):
    with pytest.raises(ProblemsError, match=r"brister\.yaml, rad 6"):
        read(tmp_path, brister=BRISTER + BRIST.replace("atgard", "atgrad"))


@pytest.mark.parametrize("prov", ["{", "[]", json.dumps({**PROV, "sidor": 0}), json.dumps({"datum": "2026-11-22"})])
def test_a_damaged_result_is_told(tmp_path, prov):
    with pytest.raises(InputError, match="håller inget provresultat"):
        read(tmp_path, prov=prov)
