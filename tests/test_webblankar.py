"""A page's head, foot and links are changed for the site, and not a byte besides."""

import pytest

from styrlib import webblankar
from styrlib.render import Html

PAGE = """<body>
<header class="sidhuvud"><a href="../index.html">Alla rapporter</a></header>
<main><h2 id="å-b">A &amp; b</h2><a href="x.html#å-b">X <b>y</b></a> <svg viewBox="0 0 1 1"/></main>
<footer class="sidfot"><p>Källa: Kolada.</p></footer>
</body>
"""


def test_head_is_replaced_and_foot_added_to():
    found = webblankar.dress(PAGE, Html("<header>nytt \\1</header>\n"), Html("<p>mer</p>"))
    changed = PAGE.replace(
        '<header class="sidhuvud"><a href="../index.html">Alla rapporter</a></header>', "<header>nytt \\1</header>"
    )
    assert found == changed.replace("</footer>", "\n<p>mer</p></footer>")


@pytest.mark.parametrize(
    ("href", "known"),
    [
        ("x.html", True),
        ("x.html#b", True),
        ("../2025/x.html", True),
        ("./agenda2030/../x.html?fraga=1", True),
        ("https://kolada.se/y.html", True),
        ("mailto:a@b.se", True),
        ("data:text/csv,a", True),
        ("#finns-inte", True),
        ("y.html", False),
        ("../y.html#b", False),
        ("../../x.html", False),
    ],
)
def test_links_to_what_is_not_published_become_text(href, known):
    page = f'<p><a class="a" href="{href}">till <b>sidan</b></a></p>'
    kept = webblankar.cut(page, "2026/here.html", {"2026/x.html", "2025/x.html", "2026/here.html"})
    assert kept == (page if known else "<p>till <b>sidan</b></p>")


def test_dead_links_and_anchors_are_told():
    pages = {
        "a.html": '<h2 id="x">X</h2><a href="b/c.html#å">1</a><a href="b/c.html#y">2</a><a href="#x">3</a>',
        "b/c.html": '<h2 id="å">Y</h2><a href="../a.html#z">4</a><a href="d.html">5</a><a href="data.csv">6</a>',
    }
    assert list(webblankar.dead(pages)) == [
        ("a.html", "b/c.html#y"),
        ("b/c.html", "../a.html#z"),
        ("b/c.html", "d.html"),
    ]
