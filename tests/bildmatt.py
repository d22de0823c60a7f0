"""Measures pictures with matplotlib's own renderer: where texts, marks and curves really come to stand."""

from itertools import combinations
from unittest.mock import patch

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import PathPatch

from styrlib import figures

DETAIL = 4  # pixels a point, so that letters are not moved to a coarse grid


class Measured:
    """A picture with the boxes of its parts, in points: texts, marks and curves."""

    def __init__(self, draw):
        write = figures.svg

        def keep(figure, salt):
            self._measure(figure)
            return write(figure, salt)

        with patch.object(figures, "svg", keep):
            self.diagram = draw()

    def _measure(self, figure):
        figure.set_dpi(72 * DETAIL)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        self.width, self.height = figure.get_size_inches() * 72
        axes = figure.axes[0]

        def box(artist):
            extent = artist.get_window_extent(renderer)
            return tuple(v / DETAIL for v in (extent.x0, extent.y0, extent.x1, extent.y1))

        self.texts = [(artist.get_text(), box(artist)) for artist in axes.texts]
        self.marks = [
            (line.get_marker(), box(line)) for line in axes.lines if line.get_marker() not in ("None", "", None)
        ]
        curves = [p for p in axes.patches if isinstance(p, PathPatch)]
        self.curves = [
            ("kurva", tuple(axes.transData.transform(p.get_path().vertices)[[0, -1]].ravel() / DETAIL)) for p in curves
        ]
        self.curves = [(name, (min(a, c), min(b, d), max(a, c), max(b, d))) for name, (a, b, c, d) in self.curves]
        figure.set_dpi(72)

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
