"""Counts in Swedish words, and the age of a snapshot: what the command says before anything heavy is imported."""

from __future__ import annotations

import datetime as dt

NBSP = "\u00a0"
NUMERALS = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")


def count(n: int, one: str, many: str) -> str:
    """Return a counted noun: `en målbild`, `tre målbilder`, `14 målbilder`."""
    if n == 1:
        return one
    word = NUMERALS[n] if 0 < n < len(NUMERALS) else f"{n:,}".replace(",", NBSP).replace("-", "−")
    return f"{word}{NBSP}{many}" if n else f"inga{NBSP}{many}"


def age(extracted: str, today: dt.date | None = None) -> str:
    """Return how long ago a snapshot was made, as exactly as its name knows: `27 månader`, `3 dagar`, `ett år`."""
    parts = [int(part) for part in extracted.split("-")][:3]
    now = today or dt.datetime.now().astimezone().date()
    if len(parts) == 3 and (days := (now - dt.date(*parts)).days) < 60:
        return count(days, "en dag", "dagar") if days > 0 else "mindre än en dag"
    months = (now.year - parts[0]) * 12 + (now.month - parts[1] if len(parts) > 1 else 0)
    return count(months, "en månad", "månader") if months else "mindre än en månad"
