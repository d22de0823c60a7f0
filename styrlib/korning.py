"""What a run was: which program and figures made which reports, how long each took, and what went wrong."""

from __future__ import annotations

import json
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from styrlib import fardigt
from styrlib.files import write_text
from styrlib.report import Outcome, Run

FILE = "korning.json"


def manifest(
    run: Run, outcomes: Iterable[Outcome], arguments: Mapping[str, Any], seconds: float, fel: Iterable[str] = ()
) -> dict[str, Any]:
    """Return what a run was, as plain data.

    Parameters
    ----------
    run
        From `report.plan`.
    outcomes
        From `report.make`; of an interrupted run, those that there are.
    arguments
        What the run was asked for.
    seconds
        How long it took.
    fel
        What went wrong beside the reports.

    Returns
    -------
    dict
        program (versions, by name), kommitt (str, or None where the project is no Git repository), argument, uttag,
        styrmodell (version), sekunder, fel (a list), and rapporter: id, anteckningsbok, parametrar, resultat (`gjord`,
        `som den ska`, `misslyckad` or `inte gjord`), fel, and of a page that stands fil, sha256, sekunder and
        minne_mb (the peak).
    """
    by_id = {outcome.plan.id: outcome for outcome in outcomes}
    return {
        "program": versions(),
        "kommitt": _commit(run.project.root),
        "argument": dict(arguments),
        "uttag": run.uttag,
        "styrmodell": run.modell.kommun.version,
        "sekunder": round(seconds, 1),
        "fel": list(fel),
        "rapporter": [
            {
                "id": item.id,
                "anteckningsbok": item.notebook.name,
                "parametrar": item.parameters,
                **_result(item.id in run.standing, by_id.get(item.id)),
                **_page(run, item.html, fardigt.recorded(item.post) if item.post else {}),
            }
            for item in run.plans
        ],
    }


def write(run: Run, facts: Mapping[str, Any]) -> None:
    """Write the run's manifest beside its reports.

    Raises
    ------
    StyrError
        When it can't be written.
    """
    write_text(run.out / FILE, json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


def _result(stood: bool, outcome: Outcome | None) -> dict[str, Any]:
    if stood:
        return {"resultat": "som den ska"}
    if outcome is None:
        return {"resultat": "inte gjord"}
    return {"resultat": "misslyckad", "fel": outcome.error} if outcome.error else {"resultat": "gjord"}


def _page(run: Run, page: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page's own record tells of it; nothing of a page that has none."""
    if not record.get("sida"):
        return {}
    known = {key: record[key] for key in ("sekunder", "minne_mb") if key in record}
    return {"fil": page.relative_to(run.out).as_posix(), "sha256": record["sida"][2], **known}


def versions() -> dict[str, str]:
    """Return the versions of Python, of the program and of the packages that it asks for."""
    found = {"python": platform.python_version()}
    asked = [line for line in metadata.requires("styrlib") or [] if "extra ==" not in line]
    for name in ("styrlib", *sorted(re.split(r"[^A-Za-z0-9._-]", line)[0] for line in asked)):
        found[name] = metadata.version(name)
    return found


def _commit(root: Path) -> str | None:
    try:
        asked = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607  (the Git that the user has)
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return asked.stdout.strip()
