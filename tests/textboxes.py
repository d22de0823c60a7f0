"""The boxes of the texts in pictures, measured with the font that the pictures are set for."""

from itertools import combinations

from styrlib import svg

from . import bildmatt


def collected(monkeypatch):
    """Return a list that gets, for each picture that is made from now on, its texts' boxes and its size."""
    found = []
    write = svg.picture

    def kept(*given):
        picture = write(*given)
        found.append((bildmatt.texts(picture), *bildmatt.root_of(picture)[1:]))
        return picture

    monkeypatch.setattr(svg, "picture", kept)
    return found


def faults(found):
    """Return what is wrong with the texts of pictures: outside, one on another, or under nine points."""
    wrong = []
    for boxes, width, height in found:
        for text, (left, low, right, high), size in boxes:
            if left < 0 or low < 0 or right > width or high > height:
                wrong.append(f"outside: {text}")
            if size < 9:
                wrong.append(f"small: {text}")
        for (one, a, _), (other, b, _) in combinations(boxes, 2):
            # A box has room above and below its letters: a point of it may be shared.
            if min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1]) + 1:
                wrong.append(f"{one} on {other}")
    return wrong
