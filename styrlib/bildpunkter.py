"""A picture of `svg` as PNG, for Word and PowerPoint: the same lines, marks and texts, in points of a screen.

Only what `svg` writes is understood, and anything else is an error: groups that may be moved, paths of lines and
curves, circles, rectangles and lines of text. The letters are DejaVu Sans, which the texts were measured with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

DPI = 240  # twice what a page shows on a screen: 4.6 inches become 1104 points
TOKEN = re.compile(r"[A-Za-z]|-?[0-9]*\.?[0-9]+(?:e-?[0-9]+)?")
PAIRS = {"M": 1, "L": 1, "C": 3}
FONTS = {"400": "DejaVuSans.ttf", "700": "DejaVuSans-Bold.ttf"}
ANCHORS = {"start": "left", "middle": "center", "end": "right"}
INHERITED = {
    "fill": "#000",
    "stroke": "none",
    "stroke-width": "1",
    "stroke-dasharray": "none",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "font-size": "9",
    "font-weight": "400",
    "text-anchor": "start",
}
CAPS = {"butt": "butt", "square": "projecting", "round": "round"}


def png(picture: str, path: Path, *, dpi: int = DPI) -> None:
    """Write a picture as PNG; the same picture gives the same bytes.

    Parameters
    ----------
    picture
        As `svg.picture` returns it; its size is in points.
    path
        The file.
    dpi
        Dots per inch; the file says it, so that programs show the picture in its right size.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.transforms import Affine2D

    root = ET.fromstring(picture)  # noqa: S314  (our own text)
    width, height = (float(size) for size in root.attrib["viewBox"].split()[2:])
    figure = Figure((width / 72, height / 72), dpi=dpi, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    onto = Affine2D().scale(dpi / 72, -dpi / 72).translate(0, height * dpi / 72)
    for order, artist in enumerate(_artists(root, INHERITED, (0.0, 0.0), onto)):
        artist.set_zorder(order)
        figure.add_artist(artist)
    # Metadata without the program's version and without a date: only the picture decides the bytes.
    canvas.print_png(path, metadata={"Software": None}, pil_kwargs={"dpi": (dpi, dpi)})


def _artists(element: ET.Element, look: Mapping[str, str], moved: tuple[float, float], onto: Any) -> Iterator[Any]:
    look = look | {name: element.attrib[name] for name in look if name in element.attrib}
    if shift := re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", "")):
        moved = moved[0] + float(shift[1]), moved[1] + float(shift[2])
    kind = element.tag.rpartition("}")[2]
    if kind in ("svg", "g"):
        for child in element:
            yield from _artists(child, look, moved, onto)
    elif kind == "text":
        yield _text(element, look, moved, onto)
    elif kind not in ("title", "desc"):
        yield _shape(_outline(element, kind), look, moved, onto)


def _shape(outline: tuple[list[tuple[float, float]], list[int]], look: Mapping[str, str], moved: Any, onto: Any) -> Any:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    points, codes = outline
    drawn = look["stroke"] != "none"
    width = float(look["stroke-width"])
    dashes = look["stroke-dasharray"]
    return PathPatch(
        Outline([(x + moved[0], y + moved[1]) for x, y in points], codes),
        transform=onto,
        facecolor=look["fill"],
        edgecolor=look["stroke"],
        linewidth=width if drawn else 0.0,
        linestyle=(0, [float(part) / width for part in dashes.split()]) if drawn and dashes != "none" else "-",
        capstyle=CAPS[look["stroke-linecap"]],
        joinstyle=look["stroke-linejoin"],
        clip_on=False,
    )


def _text(element: ET.Element, look: Mapping[str, str], moved: tuple[float, float], onto: Any) -> Any:
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties
    from matplotlib.patheffects import Normal, Stroke
    from matplotlib.text import Text

    font = Path(mpl.get_data_path(), "fonts", "ttf", FONTS[look["font-weight"]])
    text = Text(
        float(element.attrib["x"]) + moved[0],
        float(element.attrib["y"]) + moved[1],
        element.text or "",
        color=look["fill"],
        fontproperties=FontProperties(fname=font, size=float(look["font-size"])),
        horizontalalignment=ANCHORS[look["text-anchor"]],
        verticalalignment="baseline",
        transform=onto,
        parse_math=False,
    )
    if look["stroke"] != "none":
        edge = Stroke(linewidth=float(look["stroke-width"]), foreground=look["stroke"])
        text.set_path_effects([edge, Normal()])
    return text


def _outline(element: ET.Element, kind: str) -> tuple[list[tuple[float, float]], list[int]]:
    from matplotlib.path import Path as Outline

    number = {name: float(element.attrib[name]) for name in ("x", "y", "width", "height", "cx", "cy", "r")
              if name in element.attrib}  # fmt: skip
    if kind == "circle":
        circle = Outline.circle((number["cx"], number["cy"]), number["r"])
        return circle.vertices.tolist(), circle.codes.tolist()
    if kind == "rect":
        left, top = number["x"], number["y"]
        right, bottom = left + number["width"], top + number["height"]
        return _followed(f"M{left} {top}L{right} {top}L{right} {bottom}L{left} {bottom}Z")
    if kind == "path":
        return _followed(element.attrib["d"])
    raise ValueError(f"a picture holds no {kind}")


def _followed(data: str) -> tuple[list[tuple[float, float]], list[int]]:
    """Return the points of a path's data and what leads to each, as matplotlib counts them."""
    from matplotlib.path import Path as Outline

    codes = {"M": Outline.MOVETO, "L": Outline.LINETO, "C": Outline.CURVE4}
    points: list[tuple[float, float]] = []
    found: list[int] = []
    tokens, at, command, x, y = TOKEN.findall(data), 0, "", 0.0, 0.0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        if command in "Zz":
            points.append((x, y))
            found.append(Outline.CLOSEPOLY)
            continue
        if command in "HhVv":
            step = float(tokens[at])
            x = {"H": step, "h": x + step}.get(command, x)
            y = {"V": step, "v": y + step}.get(command, y)
            points.append((x, y))
            found.append(Outline.LINETO)
            at += 1
            continue
        for _ in range(PAIRS[command]):
            x, y = float(tokens[at]), float(tokens[at + 1])
            points.append((x, y))
            found.append(codes[command])
            at += 2
        command = "L" if command == "M" else command
    return points, found
