"""The red thread: from KF's uppdrag over målbilder and what follows them to the global goals.

Four columns of boxes, joined in the gaps between them, so that no line crosses a text. What the reader should
see is where a thread breaks: a målbild without uppdrag, nyckeltal or global goal, an uppdrag without målbild.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import pandas as pd

from styrlib import sheet, swedish, wrapping
from styrlib.falt import Lankriktning
from styrlib.figures import NATION, OWN, SIMILAR, Diagram, timed
from styrlib.sheet import LEADING

WIDTH = 17 / 2.54 * 72  # points: what fits between the margins of an A4 page
# Left and right edges of the columns; the lines to the goals are the most, and have the widest gap.
UPPDRAG, MALBILD, FOLJS, MAL = (0.5, 113.0), (147.0, 256.0), (266.0, 333.0), (373.0, WIDTH - 0.5)
HEADINGS = ((UPPDRAG, "KF:s uppdrag"), (MALBILD, "Målbild"), (FOLJS, "Följs med"), (MAL, "Globala mål"))
PAD = 5.0  # points between a box and its text
BETWEEN = 9.0  # points between two boxes
SYMBOL = 22.0  # points of line in the key
LOOKS = {Lankriktning.bidrar: (OWN, "-"), Lankriktning.motverkar: (SIMILAR, (3.0, 2.0))}
KEY = {Lankriktning.bidrar: "stöder eller bidrar", Lankriktning.motverkar: "motverkar"}
BROKEN = "bruten tråd"
NO_NYCKELTAL, NO_MAL, NO_MALBILD = "saknar nyckeltal", "saknar globalt mål", "saknar målbild"
# Where the mark of a broken thread stands.
STUBS = {
    NO_MALBILD: UPPDRAG[1] + 11,
    NO_NYCKELTAL: (MALBILD[1] + FOLJS[0]) / 2,
    NO_MAL: FOLJS[1] + 11,
}


@dataclass(frozen=True)
class Tradmalbild:
    """A målbild, how many nyckeltal and aktiviteter it has, and the goals that it links to, by direction."""

    id: str
    rubrik: str
    nyckeltal: int
    aktiviteter: int
    bidrar: Sequence[int] = ()
    motverkar: Sequence[int] = ()


@dataclass(frozen=True)
class Traduppdrag:
    """An uppdrag from KF, and the ids of the målbilder that it supports."""

    rubrik: str
    malbilder: Sequence[str] = ()


@dataclass(eq=False)
class _Box:
    """A box in a column: its text, the words for what is missing, and when it has been placed its top."""

    column: tuple[float, float]
    texts: Sequence[str]
    missing: Sequence[str]
    bold: bool = False
    top: float = 0.0

    def __post_init__(self) -> None:
        room = self.column[1] - self.column[0] - 2 * PAD
        self.lines = [line for text in self.texts for line in wrapping.wrap(text, room, bold=self.bold)]
        self.lacks = [line for word in self.missing for line in wrapping.wrap(word, room, bold=True)]

    @property
    def height(self) -> float:
        return (len(self.lines) + len(self.lacks)) * LEADING + 2 * PAD - 2

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


@dataclass(frozen=True, eq=False)
class _Link:
    start: _Box
    end: _Box
    riktning: Lankriktning = Lankriktning.bidrar


@timed
def thread(
    uppdrag: Sequence[Traduppdrag],
    malbilder: Sequence[Tradmalbild],
    mal: Mapping[int, str],
    *,
    title: str,
    source: str,
    note: str = "",
) -> Diagram | None:
    """Draw the red thread of a nämnd; None when it has no målbild, for then there is nothing to follow.

    Uppdrag and goals stand beside the målbilder that they are joined to, so that lines cross little.

    Parameters
    ----------
    uppdrag
        KF's uppdrag to the nämnd.
    malbilder
        The nämnd's målbilder, in order.
    mal
        The goals' Swedish names by number.
    title
        What the picture is called.
    source
        The line that says where the model comes from.
    note
        What the reader has to know of this very picture.

    Raises
    ------
    KeyError
        When an uppdrag names a målbild, or a målbild a goal, that isn't there.
    """
    if not malbilder:
        return None
    boxes, links = _model(uppdrag, malbilder, mal)
    entries = [*KEY.values(), BROKEN]
    places, key_height = sheet.key_places(entries, width=WIDTH, symbol=SYMBOL)
    head = key_height + 6 + LEADING + 4
    total = head + _place(boxes, links, head) + 1
    page = sheet.Sheet(total, WIDTH)
    _draw_key(page, places, entries)
    for (left, _), heading in HEADINGS:
        page.text(left, key_height + 6, [heading], color=NATION)
    _draw_links(page, links)
    for column in boxes:
        for box in column:
            _draw_box(page, box)
    broken = _broken(malbilder)
    return Diagram(
        title=title,
        svg=page.svg(),
        alt=_alt(uppdrag, malbilder, mal, title, broken),
        caption="Den röda tråden: kommunfullmäktiges uppdrag, målbilder, det som följer dem, och globala mål.",
        note=note,
        data=_table(uppdrag, malbilder, mal, broken),
        source=source,
    )


def _supporting(uppdrag: Sequence[Traduppdrag], malbild: Tradmalbild) -> list[str]:
    return [u.rubrik for u in uppdrag if malbild.id in u.malbilder]


def _broken(malbilder: Sequence[Tradmalbild]) -> dict[str, list[str]]:
    """Return what each målbild lacks for a whole thread, by id. Without an uppdrag it stands on grunduppdraget."""
    return {
        m.id: [
            word
            for word, there in (
                (NO_NYCKELTAL, m.nyckeltal),
                (NO_MAL, [*m.bidrar, *m.motverkar]),
            )
            if not there
        ]
        for m in malbilder
    }


def _model(
    uppdrag: Sequence[Traduppdrag], malbilder: Sequence[Tradmalbild], mal: Mapping[int, str]
) -> tuple[list[list[_Box]], list[_Link]]:
    """Return the columns of boxes, the second and third in pairs, and what joins them."""
    broken = _broken(malbilder)
    goals = sorted({goal for m in malbilder for goal in (*m.bidrar, *m.motverkar)})
    first = [_Box(UPPDRAG, [u.rubrik], [] if u.malbilder else [NO_MALBILD]) for u in uppdrag]
    second = {m.id: _Box(MALBILD, [m.rubrik], [], bold=True) for m in malbilder}
    third = {m.id: _Box(FOLJS, _counts(m), broken[m.id]) for m in malbilder}
    fourth = {goal: _Box(MAL, [f"{goal} {mal[goal]}"], []) for goal in goals}
    links = [_Link(start, second[id_]) for u, start in zip(uppdrag, first, strict=True) for id_ in u.malbilder]
    for m in malbilder:
        for riktning, numbers in ((Lankriktning.bidrar, m.bidrar), (Lankriktning.motverkar, m.motverkar)):
            links += [_Link(third[m.id], fourth[goal], riktning) for goal in numbers]
    return [first, list(second.values()), list(third.values()), list(fourth.values())], links


def _counts(malbild: Tradmalbild) -> list[str]:
    """Return the lines that say what follows a målbild; missing nyckeltal are said elsewhere."""
    counted = []
    if malbild.nyckeltal:
        counted.append(f"{malbild.nyckeltal} nyckeltal")
    word = "aktivitet" if malbild.aktiviteter == 1 else "aktiviteter"
    return [*counted, f"{malbild.aktiviteter or 'inga'} {word}"]


def _place(boxes: list[list[_Box]], links: Sequence[_Link], head: float) -> float:
    """Give all boxes their tops below the head, and return how high the highest column is."""
    first, second, third, fourth = boxes
    rows = [max(a.height, b.height) for a, b in zip(second, third, strict=True)]
    columns = (rows, [box.height for box in first], [box.height for box in fourth])
    room = max(sum(heights) + BETWEEN * (len(heights) - 1) for heights in columns)
    slack = (room - sum(rows)) / len(rows)
    top = head + slack / 2
    for left, right, high in zip(second, third, rows, strict=True):
        left.top, right.top = top + (high - left.height) / 2, top + (high - right.height) / 2
        top += high + slack
    for column, joined in (
        (first, [[link.end for link in links if link.start is box] for box in first]),
        (fourth, [[link.start for link in links if link.end is box] for box in fourth]),
    ):
        # An uppdrag that leads nowhere stands last.
        wished = [fmean(o.middle for o in others) - head if others else room for others in joined]
        order = sorted(range(len(column)), key=wished.__getitem__)
        column[:] = [column[i] for i in order]
        tops = sheet.spread([wished[i] for i in order], [box.height for box in column], BETWEEN, room)
        for box, top in zip(column, tops, strict=True):
            box.top = head + top
    return room


def _draw_key(page: sheet.Sheet, places: Sequence[tuple[float, float]], entries: Sequence[str]) -> None:
    for (x, y), entry, look in zip(places, entries, [*LOOKS.values(), None], strict=True):
        if look:
            page.line([x, x + SYMBOL], [y + 6] * 2, width=1.2, color=look[0], dash=look[1])
        else:
            page.mark(x + SYMBOL / 2, y + 6, "X", color=SIMILAR)
        page.text(x + SYMBOL + 4, y, [entry])


def _draw_links(page: sheet.Sheet, links: Sequence[_Link]) -> None:
    """Draw the links, each with a place of its own on the edges of its boxes, in the order of their other ends."""

    def at(box: _Box, link: _Link) -> float:
        mine = [other for other in links if box in (other.start, other.end)]
        mine.sort(key=lambda other: (other.end if other.start is box else other.start).middle)
        return box.top + box.height * (mine.index(link) + 1) / (len(mine) + 1)

    for link in links:
        color, dash = LOOKS[link.riktning]
        start, end = (link.start.column[1], at(link.start, link)), (link.end.column[0], at(link.end, link))
        page.curve(start, end, color=color, dash=dash)


def _draw_box(page: sheet.Sheet, box: _Box) -> None:
    """Draw a box; a broken thread ends in a mark where it would have gone on."""
    left, right = box.column
    if box.column == FOLJS and NO_NYCKELTAL not in box.missing:
        page.line([MALBILD[1], FOLJS[0]], [box.middle] * 2, width=1.2, color=OWN)
    for word, x in STUBS.items():
        if word in box.missing:
            page.mark(x, box.middle, "X", color=SIMILAR)
    look = {"thick": 1.4, "dash": "--"} if box.missing else {}
    page.box(left, box.top, right - left, box.height, fill="white", **look)
    y = page.text(left + PAD, box.top + PAD - 1, box.lines, bold=box.bold)
    page.text(left + PAD, y, box.lacks, bold=True, color=SIMILAR)


def _alt(
    uppdrag: Sequence[Traduppdrag],
    malbilder: Sequence[Tradmalbild],
    mal: Mapping[int, str],
    title: str,
    broken: Mapping[str, Sequence[str]],
) -> str:
    whole = sum(not words for words in broken.values())
    number = swedish.NBSP.join([str(len(malbilder)), "målbild" if len(malbilder) == 1 else "målbilder"])
    parts = [f"{title}. {whole} av {number} har en hel tråd till nyckeltal och globala mål."]
    parts += [f"{m.rubrik} {swedish.listed(broken[m.id])}." for m in malbilder if broken[m.id]]
    if lost := [u.rubrik for u in uppdrag if not u.malbilder]:
        parts.append(f"Uppdrag som saknar målbild: {'; '.join(lost)}.")
    helped = Counter(goal for m in malbilder for goal in set(m.bidrar))
    if helped:
        most = max(helped.values())
        named = swedish.listed(f"mål {goal} {mal[goal]}" for goal in sorted(helped) if helped[goal] == most)
        count = "en målbild" if most == 1 else f"{most}{swedish.NBSP}målbilder"
        parts.append(f"Målbilderna bidrar till {len(helped)} av de globala målen. Flest bidrar till {named}: {count}.")
    if hindered := sorted({goal for m in malbilder for goal in m.motverkar}):
        parts.append(f"Motverkar: {swedish.listed(f'mål {goal} {mal[goal]}' for goal in hindered)}.")
    return " ".join(parts)


def _table(
    uppdrag: Sequence[Traduppdrag],
    malbilder: Sequence[Tradmalbild],
    mal: Mapping[int, str],
    broken: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    def named(goals: Sequence[int]) -> str:
        return "; ".join(f"{goal} {mal[goal]}" for goal in goals) or swedish.MISSING

    rows = [
        {
            "Målbild": m.rubrik,
            "KF:s uppdrag": "; ".join(_supporting(uppdrag, m)) or swedish.MISSING,
            "Nyckeltal": str(m.nyckeltal),
            "Aktiviteter": str(m.aktiviteter),
            "Bidrar till": named(m.bidrar),
            "Motverkar": named(m.motverkar),
            "Tråden": swedish.listed(broken[m.id]) or "hel",
        }
        for m in malbilder
    ]
    lost = [
        {"Målbild": swedish.MISSING, "KF:s uppdrag": u.rubrik, "Tråden": NO_MALBILD} for u in uppdrag if not u.malbilder
    ]
    return pd.DataFrame([*rows, *lost]).fillna(swedish.MISSING).set_index("Målbild")
