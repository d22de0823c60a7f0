"""The boxes of a picture's text, measured with the renderer and the font that the pictures are set for."""

from itertools import combinations

from matplotlib.text import Text

from styrlib import figures


def collected(monkeypatch):
    """Return a list that gets, for each picture that is now measured and not written, its texts' boxes and its size."""
    found = []
    draw = Text.draw

    def measured(figure, _salt):
        drawn = []  # an axis also keeps texts that it does not draw
        with monkeypatch.context() as during:
            during.setattr(Text, "draw", lambda text, renderer: (drawn.append(text), draw(text, renderer)))
            figure.draw_without_rendering()
        point = figure.dpi / 72
        boxes = []
        for text in drawn:
            if text.get_text().strip():
                box = text.get_window_extent()
                corners = [corner / point for corner in (box.x0, box.y0, box.x1, box.y1)]
                boxes.append((text.get_text(), corners, text.get_fontsize()))
        found.append((boxes, *(inches * 72 for inches in figure.get_size_inches())))
        return ""

    monkeypatch.setattr(figures, "svg", measured)
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
