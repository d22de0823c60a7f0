"""Fetch once with one client, for `klient.py`: every municipality and riket, 2006-2022.

    python benchmarks/en_klient.py styrlib|koladapy URL OUT < nyckeltal

The values go to OUT as Parquet; the last line printed is JSON with the measures. What is
measured is the client making its own frame, from the first question on; not imports, and
not what puts both clients' frames in the same form afterwards.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import requests
from matning import ROOT, measured

KEYS = ["kpi", "municipality", "period", "gender"]
AR = range(2006, 2023)


def styrlib(url: str, ids: list[str]) -> Callable[[], pd.DataFrame]:
    """Return a fetch with this project's client."""
    sys.path.insert(0, str(ROOT))
    from styrlib import Kolada
    from styrlib.transport import Transport

    return lambda: Kolada(direkt=True, transport=Transport(url, rate=math.inf)).hamta(ids, ["alla", "riket"], AR)


def koladapy(url: str, ids: list[str]) -> Callable[[], pd.DataFrame]:
    """Return a fetch with koladapy."""
    from koladapy import KoladaAPI

    def fetch() -> pd.DataFrame:
        # Without the last slash the address would lose its /v3.
        kolada = KoladaAPI(f"{url}/", max_requests_per_second=math.inf, timeout=120)
        units = [unit["id"] for unit in kolada.get_municipalities() if unit["type"] == "K"]
        return kolada.get_data_as_dataframe(kpi_id=ids, municipality_id=[*units, "0000"], years=list(AR))

    return fetch


def main() -> None:
    """Fetch, write the values and print the measures."""
    name, url, out = sys.argv[1:]
    asked: list[str] = []
    send = requests.adapters.HTTPAdapter.send

    def counted(self: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **kwargs: object) -> object:
        asked.append(request.path_url)
        return send(self, request, **kwargs)

    requests.adapters.HTTPAdapter.send = counted
    fetch = {"styrlib": styrlib, "koladapy": koladapy}[name](url, sys.stdin.read().split())
    frame, measures = measured(fetch)
    names = {"nyckeltal": "kpi", "kommun": "municipality", "ar": "period", "kon": "gender", "varde": "value"}
    values = pd.DataFrame(frame).rename(columns=names)[[*KEYS, "value"]]
    values.to_parquet(Path(out), index=False)
    rows = len(values.drop_duplicates(KEYS[:3]))
    data = sum("/data/" in path for path in asked)
    print(json.dumps(measures | {"requests": len(asked), "data": data, "rows": rows, "values": len(values)}))


if __name__ == "__main__":
    main()
