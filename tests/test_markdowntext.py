"""Markdown from anyone: nothing of it runs, loads, or breaks the page's outline."""

import time

import pytest
from bs4 import BeautifulSoup

from styrlib import markdowntext

ALLOWED = {"p", "h4", "h5", "h6", "a", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "br", "hr"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a <b onmouseover=alert(1)>b</b>",
    "<!-- --><iframe src='https://a.se'></iframe>",
    "</article></main><h1>x</h1>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](<javascript:alert(1)>)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](//a.se)",
    "[a](tel:112)",
    '[a](https://a.se "x\\" onclick=\\"alert(1)")',
    '[a](https://a.se/"onclick="alert(1))',
    "[a][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](https://a.se/x.png)",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '```"><script>\nx</script>\n```',
    "`<script>`",
    '# x {#innehall onclick="y"}',
    "&lt;script&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_comes_through(text):
    soup = BeautifulSoup(markdowntext.html(text, 3), "html.parser")
    for tag in soup.find_all(True):
        assert tag.name in ALLOWED
        assert set(tag.attrs) <= {"href", "start", "class"}
        assert tag.get("href", "https:").startswith(("https:", "http:", "mailto:"))


@pytest.mark.parametrize(
    "text",
    [
        "> " * 9000 + "x",
        "[" * 19000,
        "*" * 9000 + "a" + "*" * 9000,
        "- " * 9000,
        "![" * 9000,
        "<a " * 6000,
        "[a](" * 4900,
    ],
)
def test_deep_nesting_is_neither_slow_nor_a_crash(text):
    start = time.perf_counter()
    BeautifulSoup(markdowntext.html(text, 3), "html.parser")
    markdowntext.problems(text)
    assert time.perf_counter() - start < 5


def levels(text, level=3):
    soup = BeautifulSoup(markdowntext.html(text, level), "html.parser")
    return [int(h.name[1]) for h in soup.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])]


def test_headings_begin_below_the_storys_own_and_skip_no_level():
    assert levels("# a\n\n## b\n\n# c") == [4, 5, 4]
    assert levels("### a\n\n### b") == [4, 4]
    assert levels("## a\n\n###### b\n\n## c") == [4, 5, 4]
    assert levels("#### a\n\n# b") == [4, 4]
    assert levels("# a\n\n## b\n\n### c\n\n#### d") == [4, 5, 6, 6]
    assert levels("#\n\ntext") == []


def test_links_to_the_web_and_to_mail_stay_and_always_have_words():
    soup = BeautifulSoup(markdowntext.html("[a](https://a.se/å?b=1&c=2) <b@c.se> [](https://d.se)", 3), "html.parser")
    assert [a["href"][:8] for a in soup.find_all("a")] == ["https://", "mailto:b", "https://"]
    assert all(a.get_text() for a in soup.find_all("a"))


def test_the_author_is_told_what_will_not_be_shown():
    assert markdowntext.problems("Hej *du*.\n\n## Rubrik\n\n- [a](https://a.se)\n\n3 < 5 & 6 > 4") == []
    said = " ".join(markdowntext.problems("![x](x.png) <b>y</b> [a](sida.html) [b](sida.html)"))
    assert "Bilder i texten visas inte" in said
    assert "HTML i texten" in said
    assert said.count("Länken ”sida.html” går inte att följa") == 1
    assert "Högst 20000 får plats" in markdowntext.problems("a" * 20_001)[0]
