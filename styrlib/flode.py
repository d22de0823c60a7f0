"""The published pages as a feed: RSS 2.0, newest first, so that readers need not come and look.

Source: RSS 2.0 (rssboard.org/rss-specification), with its best practice for `atom:link`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import format_datetime

from styrlib.render import render
from styrlib.styrmodell import Utgivare

ADDRESS = "nytt.xml"


@dataclass(frozen=True)
class Nyhet:
    """A page that is published: its address below the site's folder, and the day it was decided."""

    titel: str
    adress: str
    beslutad: dt.date
    beskrivning: str


def feed(utgivare: Utgivare, titel: str, nyheter: Iterable[Nyhet]) -> str:
    """Return the feed; the same pages give the same bytes.

    Parameters
    ----------
    utgivare
        Where the site lies.
    titel
        What the feed is called.
    nyheter
        In the order of the site; pages of the same day keep it.
    """
    newest_first = sorted(nyheter, key=lambda nyhet: nyhet.beslutad, reverse=True)
    items = [(nyhet, f"{utgivare.adress}/{nyhet.adress}", rfc822(nyhet.beslutad)) for nyhet in newest_first]
    return render("nytt.xml.j2", titel=titel, u=utgivare, adress=ADDRESS, poster=items).strip() + "\n"


def rfc822(day: dt.date) -> str:
    """Return a day as RFC 822 writes a time: noon UTC, which is the same day in Sweden all the year."""
    return format_datetime(dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC))
