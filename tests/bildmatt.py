"""Measures pictures as they are written: where texts, marks and curves stand, with the widest font that they name."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

from styrlib import wrapping

SVG = "{http://www.w3.org/2000/svg}"
LEFT = {None: 0.0, "middle": 0.5, "end": 1.0}  # of a text's width, that is left of its place


def root_of(picture):
    """Return the picture's root, its width and its height."""
    root = ET.fromstring(picture)
    return root, *(float(size) for size in root.get("viewBox").split()[2:])


def texts(picture):
    """Return each text, its box in points from the lower left corner, and its size; a text's halo is left out."""
    root, _, height = root_of(picture)
    found = []
    for element in root.iter(f"{SVG}text"):
        if element.get("stroke") is None:
            size = float(element.get("font-size", root.get("font-size")))
            extent = wrapping.extent(element.text, bold=element.get("font-weight") == "700", size=size)
            left = float(element.get("x")) - LEFT[element.get("text-anchor")] * extent.width
            y = height - float(element.get("y"))
            found.append((element.text, (left, y - extent.below, left + extent.width, y + extent.above), size))
    return found


def marks(picture):
    """Return each mark's shape, its middle and its size from side to side, from the upper left corner; and its fill."""
    root, *_ = root_of(picture)
    found = []
    for group in root.iter(f"{SVG}g"):
        for mark in group if group.get("stroke") else ():
            if mark.tag == f"{SVG}circle":
                middle = float(mark.get("cx")), float(mark.get("cy"))
                found.append(("o", *middle, 2 * float(mark.get("r")), group.get("fill"), group.get("stroke")))
                continue
            corners = points(mark.get("d"))
            xs, ys = zip(*corners, strict=True)
            shape = {3: "^" if ys[0] < ys[1] else "v", 4: "s" if ys[0] == ys[1] else "D", 12: "X"}[len(corners)]
            size = (max(xs) - min(xs)) * (0.5**0.5 if shape == "D" else 1)
            middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
            found.append((shape, *middle, size, group.get("fill"), group.get("stroke")))
    return found


def points(data):
    """Return the points of a path whose commands have absolute pairs."""
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", data)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


class Measured:
    """A picture with the boxes of its parts, in points from the lower left corner: texts, marks and curves."""

    def __init__(self, draw):
        self.diagram = draw()
        picture = getattr(self.diagram, "svg", self.diagram)
        root, self.width, self.height = root_of(picture)
        self.texts = [(text, box) for text, box, _ in texts(picture)]
        self.marks = [
            (shape, (x - size / 2, self.height - y - size / 2, x + size / 2, self.height - y + size / 2))
            for shape, x, y, size, *_ in marks(picture)
        ]
        ends = [points(path.get("d")) for path in root.iter(f"{SVG}path") if "C" in path.get("d")]
        self.curves = [
            (
                "kurva",
                (
                    min(a, c),
                    self.height - max(b, d),
                    max(a, c),
                    self.height - min(b, d),
                ),
            )
            for (a, b), *_, (c, d) in ends
        ]

    @property
    def written(self):
        return [text for text, _ in self.texts]

    def check(self, *, marks_apart=True):
        """Assert that no text covers another, a mark or a curve, and that all is within the picture."""
        parts = self.texts + self.marks
        for name, (left, bottom, right, top) in parts:
            assert left >= -0.5, (name, left)
            assert bottom >= -0.5, (name, bottom)
            assert right <= self.width + 0.5, (name, right, self.width)
            assert top <= self.height + 0.5, (name, top)
        pairs = list(combinations(self.texts, 2))
        pairs += [(text, other) for text in self.texts for other in self.marks + self.curves]
        pairs += list(combinations(self.marks, 2)) if marks_apart else []
        for (one, a), (other, b) in pairs:
            apart = a[2] <= b[0] + 0.5 or b[2] <= a[0] + 0.5 or a[3] <= b[1] + 0.5 or b[3] <= a[1] + 0.5
            assert apart, (one, a, other, b)
