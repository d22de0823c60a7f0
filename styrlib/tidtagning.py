"""Where the time of a process goes, by what it does: seconds of the processor, kept until somebody asks."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

_spent: defaultdict[str, float] = defaultdict(float)
_inner: list[float] = []


@contextmanager
def part(name: str) -> Iterator[None]:
    """Count what the block takes, less what parts within it count for themselves."""
    began = time.process_time()
    _inner.append(0.0)
    try:
        yield
    finally:
        taken = time.process_time() - began
        _spent[name] += taken - _inner.pop()
        if _inner:
            _inner[-1] += taken


def spent() -> dict[str, float]:
    """Return seconds by part, and begin anew."""
    found = {name: round(seconds, 3) for name, seconds in _spent.items()}
    _spent.clear()
    return found
