"""The feed of published pages: what readers' programs need of it."""

import datetime as dt
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from styrlib import flode
from styrlib.flode import Nyhet
from styrlib.styrmodell import Utgivare

SITE = "https://vadstena.example/uppfoljning"
UTGIVARE = Utgivare(namn="Vadstena kommun", adress=SITE, kontakt="a@vadstena.example")
NEWS = [
    Nyhet("Äldre & <vård>", "2025-helar/sn.html", dt.date(2026, 2, 25), 'Text med "citat" & <b>taggar</b>.'),
    Nyhet("Skola", "2026-delar/kun.html", dt.date(2026, 9, 30), "Text."),
    Nyhet("Samma dag", "2026-delar/ks.html", dt.date(2026, 9, 30), "Text."),
]


def channel(news=NEWS):
    return ET.fromstring(flode.feed(UTGIVARE, "Uppföljning", news)).find("channel")


def test_pages_come_newest_first_and_keep_their_order_within_a_day():
    assert [item.findtext("title") for item in channel().iter("item")] == ["Skola", "Samma dag", "Äldre & <vård>"]


def test_each_page_has_an_absolute_link_that_is_its_permanent_name():
    for item, news in zip(channel().iter("item"), [NEWS[1], NEWS[2], NEWS[0]], strict=True):
        assert item.findtext("link") == item.findtext("guid") == f"{SITE}/{news.adress}"
        assert item.find("guid").get("isPermaLink") == "true"
        assert item.findtext("description") == news.beskrivning


def test_the_day_is_that_of_the_decision_in_summer_and_winter_time():
    days = [parsedate_to_datetime(item.findtext("pubDate")) for item in channel().iter("item")]
    assert [day.date() for day in days] == [dt.date(2026, 9, 30)] * 2 + [dt.date(2026, 2, 25)]
    assert all(day.utcoffset() == dt.timedelta(0) for day in days)
    assert flode.rfc822(dt.date(2026, 9, 30)) == "Wed, 30 Sep 2026 12:00:00 +0000"
    for hours in (1, 2):  # Swedish winter and summer time
        assert {day.astimezone(dt.timezone(dt.timedelta(hours=hours))).date() for day in days} == {
            d.date() for d in days
        }


def test_the_channel_says_what_it_is_and_where_it_lies():
    own = channel()
    link = own.find("{http://www.w3.org/2005/Atom}link")
    assert (link.get("rel"), link.get("href")) == ("self", f"{SITE}/nytt.xml")
    assert own.findtext("link") == f"{SITE}/"
    assert own.findtext("language") == "sv"
    assert own.findtext("lastBuildDate") == own.findtext("item/pubDate")


@pytest.mark.parametrize("news", [[], NEWS])
def test_it_is_the_same_bytes_each_time_also_when_nothing_is_published(news):
    assert flode.feed(UTGIVARE, "U", news) == flode.feed(UTGIVARE, "U", news)
    assert len(list(channel(news).iter("item"))) == len(news)
