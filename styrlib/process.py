"""From raw to processed: tidy tables and the checked model, made again when raw changes.

The only station that reads `data/raw`. It renames Kolada's fields to the project's words,
sorts the comparison groups, hides local values that rest on too few or give such away, and flattens the
model's links; it computes no statistics.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from styrlib import (
    agenda2030,
    kommuner,
    lokala,
    revideringar,
    rojandekontroll,
    snapshot,
    tabellsummor,
    validate,
)
from styrlib.errors import InputError, Problem, ProblemsError, SnapshotError
from styrlib.falt import KOLADA_ID
from styrlib.files import alone, listing, replacing, sweep, write_text
from styrlib.nyckeltal import catalogue
from styrlib.project import Project
from styrlib.revideringar import Revideringar
from styrlib.styrmodell import Lank, Namnd, Styrmodell
from styrlib.tables import TABLES

# The code that decides what the tables hold: when it changes, they are made again.
CODE = (
    "agenda2030",
    "bildfil",
    "kommuner",
    "lokala",
    "markdowntext",
    "nyckeltal",
    "falt",
    "process",
    "revideringar",
    "rojandekontroll",
    "samband",
    "snapshot",
    "styrmodell",
    "tabellsummor",
    "tables",
    "validate",
    "yamltext",
)
MODEL = "styrmodell.json"
MANIFEST = "underlag.json"
LOCK = ".las"  # held while the tables are made


@dataclass(frozen=True)
class Processed:
    """What the processed tables were made from."""

    folder: Path
    uttag: str
    years: tuple[int, int]  # first and last of Kolada's values

    def check_year(self, ar: int) -> None:
        """Raise InputError unless there are figures for a year; 0 stands for the latest."""
        first, last = self.years
        if ar and not first <= ar <= last:
            raise InputError(f"Året {ar} finns inte i Koladas siffror. Välj ett år från {first} till {last}.")


def ensure(project: Project, uttag: str | None = None) -> Processed:
    """Make the processed tables if they are missing or raw has changed, and say what they hold.

    Parameters
    ----------
    project
        Where raw and processed are.
    uttag
        Name of the raw snapshot; the newest whole one unless given.

    Raises
    ------
    SnapshotError, InputError, ProblemsError
        When raw can't be used; the earlier tables are untouched.
    """
    raw = snapshot.find(project.kolada, uttag)
    fingerprint = _fingerprint(project, raw)
    manifest = _manifest(project)
    if manifest.get("fingerprint") != fingerprint:
        with alone(project.processed / LOCK):
            manifest = _manifest(project)  # another run may have made them meanwhile
            if manifest.get("fingerprint") != fingerprint:
                sweep(project.processed)
                manifest = _make(project, raw, fingerprint)
    return Processed(project.processed, raw.name, tuple(manifest["ar"]))


def read_model(processed: Path) -> Styrmodell:
    """Return the checked model that the tables were made with."""
    return Styrmodell.model_validate_json((processed / MODEL).read_text(encoding="utf-8"))


def read_raw_model(project: Project, raw: snapshot.Snapshot) -> tuple[Styrmodell, pd.DataFrame]:
    """Return the checked model and the local values, read from raw.

    A nyckeltal that an older snapshot has is known, so that one which Kolada drops is
    still shown, without values, in the reports that have decided to follow it.

    Raises
    ------
    ProblemsError
        With all problems of the YAML and CSV files together.
    """
    return _read_model(project, raw, titles(project))


def titles(project: Project) -> dict[str, str]:
    """Return the newest title of every nyckeltal that any snapshot has, by id."""
    return {id_: entry["title"] for id_, entry in _known_entries(project).items()}


def wanted(project: Project) -> tuple[dict[str, list[str]], Styrmodell]:
    """Return the nyckeltal that a fetch must bring, each with the målbilder that it follows, and the model.

    Those of the model, and RKA's whole Agenda 2030 selection; the model may name
    nyckeltal that no snapshot has yet.

    Raises
    ------
    SnapshotError, ProblemsError
        When there is no snapshot to know municipalities and groups by, or the model is wrong.
    """
    model, _ = _read_model(project, snapshot.find(project.kolada), None)
    links = agenda2030.read_links(project.agenda2030, model.kommun.agenda2030)
    ids: dict[str, list[str]] = {id_: [] for id_ in links["nyckeltal"]}
    for namnd in model.namnder:
        for malbild, nyckeltal in namnd.nyckeltal():
            ids.setdefault(nyckeltal.id, []).append(f"{malbild.rubrik} ({namnd.kortnamn})")
    return {id_: malbilder for id_, malbilder in ids.items() if KOLADA_ID.fullmatch(id_)}, model


def _read_model(
    project: Project, raw: snapshot.Snapshot, known_titles: dict[str, str] | None
) -> tuple[Styrmodell, pd.DataFrame]:
    problems: list[Problem] = []
    try:
        local = lokala.read(project.styrmodell / "lokala")
        local_ids = frozenset(local["nyckeltal"])
    except ProblemsError as error:
        problems += error.problems
        local_ids = None
    groups = raw.catalogue("municipality_groups")
    known = validate.Known(
        nyckeltal=known_titles,
        kommuner={m["id"]: m["title"] for m in raw.catalogue("municipality") if m["type"] == "K"},
        omraden=frozenset(match["omrade"] for g in groups if (match := kommuner.SIMILAR.fullmatch(g["title"]))),
        lokala=local_ids,
    )
    try:
        model = validate.read_styrmodell(project.styrmodell, known)
    except ProblemsError as error:
        problems += error.problems
    if problems:
        raise ProblemsError(problems)
    last = max(period.ar for period in model.kommun.perioder)
    late = "{} har ett värde för {}, efter den sista perioden, {}. Rätta året, eller lägg till perioden i kommun.yaml."
    problems = [
        Problem("lokala", 0, id_, late.format(id_, year, last))
        for id_, year in local[local["ar"] > last].groupby("nyckeltal")["ar"].max().items()
    ]
    if problems:
        raise ProblemsError(problems)
    return model, local


def _known_entries(project: Project) -> dict[str, dict[str, Any]]:
    """Return the newest catalogue entry of every nyckeltal that any snapshot has."""
    return {entry["id"]: entry for raw in snapshot.all_whole(project.kolada) for entry in raw.catalogue("kpi")}


def _make(project: Project, raw: snapshot.Snapshot, fingerprint: str) -> dict[str, Any]:
    raw.verify()
    model, local = read_raw_model(project, raw)
    changed = _since_last(project, raw)
    known = {nyckeltal.id: nyckeltal for namnd in model.namnder for _, nyckeltal in namnd.nyckeltal()}
    shown = rojandekontroll.suppress(local, known, model.kommun.minsta_bas).assign(kommun=model.kommun.kommun)
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "varden": lambda: _varden(raw, shown),
        "nyckeltal": lambda: _nyckeltal(_known_entries(project), model, shown, changed),
        "kommuner": lambda: kommuner.kommuner(raw.catalogue("municipality")),
        "grupper": lambda: kommuner.grupper(raw.catalogue("municipality_groups")),
        "mal": lambda: agenda2030.read_goals(project.agenda2030, model.kommun.aspekter),
        "malkoppling": lambda: agenda2030.read_links(project.agenda2030, model.kommun.agenda2030),
        "anvandning": lambda: _anvandning(model),
        "lankar": lambda: _lankar(model),
        "revideringar": lambda: changed.varden if changed else pd.DataFrame(columns=list(revideringar.COLUMNS)),
    }
    frames = {name: maker().astype(TABLES[name].dtypes)[list(TABLES[name].columns)] for name, maker in makers.items()}
    # Without its manifest the folder counts as not made, so a crash below is made good by the next run.
    (project.processed / MANIFEST).unlink(missing_ok=True)
    for name, frame in frames.items():
        with replacing(project.processed / f"{name}.parquet") as path:
            frame.to_parquet(path, index=False, compression="zstd", row_group_size=50_000)
    write_text(project.processed / MODEL, model.model_dump_json(indent=1) + "\n")
    write_text(project.processed / tabellsummor.NAME, json.dumps(tabellsummor.of(frames)) + "\n")
    if len(frames["varden"]) == len(shown):
        raise SnapshotError(f"Uttaget {raw.folder} har inga värden. Använd ett annat uttag.")
    kolada = frames["varden"].loc[~frames["varden"]["nyckeltal"].isin(shown["nyckeltal"]), "ar"]
    made = [*(f"{name}.parquet" for name in frames), MODEL, tabellsummor.NAME]
    manifest = {
        "fingerprint": fingerprint,
        "uttag": raw.name,
        "ar": [int(kolada.min()), int(kolada.max())],
        "rader": {name: len(frame) for name, frame in frames.items()},
        "byte": {name: (project.processed / name).stat().st_size for name in made},
    }
    write_text(project.processed / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
    return manifest


def _fingerprint(project: Project, raw: snapshot.Snapshot) -> str:
    """Return a digest of everything that the tables are made from.

    A snapshot never changes, and its manifest holds the checksums of its files.
    """
    files = [*(known.folder / "manifest.json" for known in snapshot.all_whole(project.kolada))]
    files += listing(project.agenda2030)
    below = (".", "lokala", "las", "reportage", "reportage/bilder")
    files += [path for name in below for path in listing(project.styrmodell / name)]
    code = [Path(__file__).parent / f"{name}.py" for name in CODE]
    digest = hashlib.sha256(raw.name.encode())
    for path in [*files, *code]:
        content = path.read_bytes()
        digest.update(f"\0{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _manifest(project: Project) -> dict[str, Any]:
    """Return the manifest of tables that all stand as they were written, or nothing."""
    try:
        manifest = json.loads((project.processed / MANIFEST).read_text(encoding="utf-8"))
        whole = all((project.processed / name).stat().st_size == size for name, size in manifest["byte"].items())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
    return manifest if whole else {}


def _varden(raw: snapshot.Snapshot, local: pd.DataFrame) -> pd.DataFrame:
    # Kolada's count says how many units a value is put together of, not how many people it rests on.
    names = {"kpi": "nyckeltal", "municipality": "kommun", "period": "ar", "gender": "kon", "value": "varde"}
    kolada = raw.data().rename(columns=names)
    kolada = kolada[~kolada["isdeleted"].fillna(False).astype(bool)].assign(dold=False)
    columns = list(TABLES["varden"].columns)
    both = pd.concat([kolada.reindex(columns=columns), local.reindex(columns=columns)], ignore_index=True)
    keys = ["nyckeltal", "kommun", "ar", "kon"]
    both = both.astype({key: "str" for key in keys if key != "ar"})
    if both.duplicated(keys).any():
        first = both[both.duplicated(keys)].iloc[0]
        message = f"Uttaget {raw.folder} har två värden för {first['nyckeltal']}, {first['kommun']}, {first['ar']}."
        raise SnapshotError(f"{message} Använd ett annat uttag.")
    return both.astype(TABLES["varden"].dtypes).sort_values(keys, ignore_index=True)


def _since_last(project: Project, raw: snapshot.Snapshot) -> Revideringar | None:
    """Return what Kolada has changed since the snapshot before, if there is one."""
    before = [earlier for earlier in snapshot.all_whole(project.kolada) if earlier.name < raw.name]
    return revideringar.compare(before[-1], raw) if before else None


def _nyckeltal(
    known: dict[str, dict[str, Any]], model: Styrmodell, local: pd.DataFrame, changed: Revideringar | None
) -> pd.DataFrame:
    kolada = catalogue(known.values()).rename(columns={"omrade": "verksamhetsomrade"})
    earlier = {id_: titles[0] for id_, titles in changed.omdopta.items()} if changed else {}
    kolada = kolada.assign(tidigare_titel=kolada["nyckeltal"].map(earlier))
    rows = []
    names = {n.id: n.kortnamn for namnd in model.namnder for _, n in namnd.nyckeltal() if n.lokalt}
    for id_, values in local.groupby("nyckeltal"):
        by_sex = bool(values["kon"].isin(["K", "M"]).any())
        rows.append({"nyckeltal": id_, "titel": names.get(id_, id_), "delas_pa_kon": by_sex, "kalla": "kommunen"})
    columns = list(TABLES["nyckeltal"].columns)
    own = pd.DataFrame(rows, columns=columns).astype(TABLES["nyckeltal"].dtypes)
    both = pd.concat([kolada.assign(kalla="Kolada")[columns], own], ignore_index=True)
    return both.sort_values("nyckeltal", ignore_index=True)


def _anvandning(model: Styrmodell) -> pd.DataFrame:
    rows = [
        {"namnd": namnd.id, "malbild": malbild.id, "nyckeltal": nyckeltal.id}
        for namnd in model.namnder
        for malbild, nyckeltal in namnd.nyckeltal()
    ]
    return pd.DataFrame(rows, columns=list(TABLES["anvandning"].columns))


def _lankar(model: Styrmodell) -> pd.DataFrame:
    rows = [
        {
            "namnd": namnd.id,
            "slag": kind,
            "id": id_,
            "rubrik": title,
            **link.model_dump(mode="json"),
            "skal": link.skal or "",
        }
        for namnd in model.namnder
        for kind, id_, title, links in _linking(namnd)
        for link in links
    ]
    return pd.DataFrame(rows, columns=list(TABLES["lankar"].columns))


def _linking(namnd: Namnd) -> Iterator[tuple[str, str, str, tuple[Lank, ...]]]:
    yield "grunduppdrag", namnd.id, "Grunduppdraget", namnd.grunduppdrag.lankar
    for kind, parts in (("malbild", namnd.malbilder), ("uppdrag", namnd.uppdrag)):
        for part in parts:
            yield kind, part.id, part.rubrik, part.lankar
            for aktivitet in part.aktiviteter:
                yield "aktivitet", aktivitet.id, aktivitet.rubrik, aktivitet.lankar
