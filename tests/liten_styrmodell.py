"""A small steering model in which the check finds nothing, so that a test can break one thing at a time."""

import datetime as dt
import re

from styrlib import lasfil, lasning, process, snapshot
from styrlib.project import Project

from .conftest import REPOSITORY

DAY = dt.date(2026, 9, 1)
DECIDED = dt.date(2025, 11, 19)
KOMMUN = """\
kommun: 0584
namn: Vadstena
version: "1"
mandatperiod: {fran: 2023, till: 2026}
jamforelser: [riket]
perioder:
  - {id: 2025-helar, namn: Helår 2025, ar: 2025, fran: 2025-01-01, till: 2025-12-31}
  - {id: 2026-delar, namn: Delår 2026, ar: 2026, fran: 2026-01-01, till: 2026-08-31}
aspekter:
  kalla: Vi själva
  mal:
""" + "".join(f"    {goal}: social\n" for goal in range(1, 18))
NAMND = (
    """\
namn: Testnämnden
kortnamn: TN
ordning: 1
exempel: ja
grunduppdrag:
  text: Vi gör det som lagen kräver.
  lankar:
"""
    + "".join(f"    - {{mal: {goal}, skal: Det hör till arbetet.}}\n" for goal in range(1, 18))
    + """\
verksamheter:
  - {id: skola, namn: Skola, ansvarig: Rektor}
malbilder:
  - id: trygg-skola
    rubrik: Trygg skola
    text: Alla elever trivs.
    verksamhet: skola
    aspekter: social
    lankar:
      - mal: 4
        skal: Trygga elever lär sig mer.
    nyckeltal:
      - id: N15428
        kortnamn: Behöriga till gymnasiet
        forklaring: Hur stor andel av eleverna i nian som är behöriga.
        enhet: procent
        riktning: hogre
        malniva: 90
        malar: 2027
        niva: kf
      - id: L901
        kortnamn: Elever som trivs
        forklaring: Hur stor andel av eleverna som trivs.
        enhet: procent
        riktning: hogre
    bedomningar:
      - period: 2026-delar
        grad: delvis
        motivering: De flesta elever trivs.
        av: Rektor
    aktiviteter:
      - id: vuxna-pa-rasten
        rubrik: Fler vuxna på rasten
        ansvarig: Rektor
        slut: 2026-12-01
        status: pagar
uppdrag:
  - id: fria-frukostar
    rubrik: Fria frukostar
    ar: 2026
    ansvarig: Skolchef
    status: pagar
    slut: 2026-12-31
dialoger:
  - datum: 2026-03-01
    verksamhet: skola
    sammanfattning: Vi talade om rasterna.
    overenskommelser:
      - text: Rektor går igenom schemat.
        ansvarig: Rektor
        klar_senast: 2026-10-01
        status: pagar
"""
)
LOCAL = "nyckeltal;ar;kon;varde;antal\nL901;2024;T;81,0;200\n"


def make(root, *, locked=True):
    """Write the model under a folder, with the embedded snapshot beside it, and return the project."""
    project = Project(root)
    project.styrmodell.mkdir(parents=True)
    for folder in ("kolada", "agenda2030"):
        (root / "data" / "raw" / folder).symlink_to(REPOSITORY / "data" / "raw" / folder)
    (project.styrmodell / "kommun.yaml").write_text(KOMMUN, encoding="utf-8")
    (project.styrmodell / "testnamnden.yaml").write_text(NAMND, encoding="utf-8")
    (project.styrmodell / "lokala").mkdir()
    (project.styrmodell / "lokala" / "testnamnden.csv").write_text(LOCAL, encoding="utf-8")
    if locked:
        lock(project)
    return project


def read(project):
    """Return the model as the project's files have it."""
    return process.read_raw_model(project, snapshot.find(project.kolada))[0]


def lock(project, ar=2026, datum=DECIDED):
    """Lock the model's nyckeltal."""
    las = lasning.lock(read(project), ar, datum, process.titles(project))
    return lasfil.write(project.styrmodell / "las", las, None)


def change(project, file, old, new):
    """Replace the first match of a pattern in a file of the model."""
    path = project.styrmodell / file
    text = path.read_text(encoding="utf-8")
    changed, n = re.subn(old, new, text, count=1, flags=re.MULTILINE)
    assert n, old
    path.write_text(changed, encoding="utf-8")


def line_of(project, file, text):
    """Return the line of the first row that has a text."""
    rows = (project.styrmodell / file).read_text(encoding="utf-8").splitlines()
    return next(n for n, row in enumerate(rows, 1) if text in row)
