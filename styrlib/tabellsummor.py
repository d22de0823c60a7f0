"""What the processed tables hold, as one digest per nyckeltal or nämnd: a changed row concerns only its readers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

NAME = "tabellsummor.json"
KEYS = ("nyckeltal", "namnd")  # columns that a table is read by
LENGTH = 16  # hexadecimal digits of a digest: more than enough to tell one content from another


def of(frames: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """Return digests of tables.

    Parameters
    ----------
    frames
        The processed tables by name.

    Returns
    -------
    dict
        Table → `""`: digest of the whole; and per column of `KEYS` that it has, key → digest of its rows in order.
    """
    return {name: _table(frame) for name, frame in frames.items()}


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    found: dict[str, Any] = {"": _digest(rows.tobytes())}
    for column in (key for key in KEYS if key in frame):
        places = frame.groupby(column, observed=True, sort=True).indices
        found[column] = {str(key): _digest(rows[where].tobytes()) for key, where in places.items()}
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:LENGTH]


def read(processed: Path) -> dict[str, dict[str, Any]]:
    """Return the digests as `process` wrote them beside the tables; none when they can't be read."""
    try:
        return json.loads((processed / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def said(sums: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a digest of some tables' rows.

    Parameters
    ----------
    sums
        From `read`.
    rows
        Table → column → keys; no column for all rows.
    """
    found = []
    for name, columns in sorted(rows.items()):
        own = sums.get(name, {})
        found.append(f"{name}:{own.get('') if not columns else ''}")
        for column, keys in sorted(columns.items()):
            found += [f"{key}={own.get(column, {}).get(key)}" for key in sorted(keys)]
    return hashlib.sha256("\0".join(found).encode()).hexdigest()
