"""What mkdocs.yml can't say: a name for the search, words found without their dots, what nobody here uses left out.

The site map also carries the day of the build, and two builds must give the same bytes.
"""
# ruff: noqa: INP001

from pathlib import Path
from typing import Any

from mkdocs.plugins import event_priority

SEARCH = 'data-md-component="search" role="dialog"'
UNUSED = ("sitemap.xml*", "404.html", "search/search_index.json", "assets/**/*.map", "assets/javascripts/lunr/*.js")
LANGUAGE = ("lunr.sv.min.js", "lunr.stemmer.support.min.js")
# Words of pages and of questions lose their dots: "jamfora" finds "jämföra". The theme sends no question through lunr's
# pipeline, so here it loses its dots, and the words that say nothing: without dots they would begin many others.
WITHOUT_DOTS = """
{
  const fold = (text) => text.normalize("NFD").replace(/\\p{M}/gu, "");
  const kept = lunr.sv.stopWordFilter;
  const search = lunr.Index.prototype.search;
  lunr.sv.stopWordFilter = (token) => kept(token)?.update(fold);
  lunr.Pipeline.registerFunction(lunr.sv.stopWordFilter, "stopWordFilter-sv-utan-prickar");
  lunr.Index.prototype.search = function (question) {
    const words = question.split(" ").filter((word) => kept(word.replace(/[*]$/, "")));
    return search.call(this, fold(words.join(" ") || question));
  };
}
"""


def on_post_page(output: str, **_: Any) -> str:
    """Tell a screen reader what the theme's search is: a dialog must have a name."""
    return output.replace(SEARCH, f'{SEARCH} aria-label="Sök"')


@event_priority(-200)  # after the search index has been made into a script
def on_post_build(config: Any) -> None:
    """Take away what the theme brings and nobody here reads, and let the search do without dots."""
    site = Path(config.site_dir)
    for pattern in UNUSED:
        for path in site.glob(pattern):
            path.unlink()
    for path in site.glob("assets/javascripts/lunr/min/*.js"):
        if path.name not in LANGUAGE:
            path.unlink()
    swedish = site / "assets" / "javascripts" / "lunr" / "min" / LANGUAGE[0]
    swedish.write_text(swedish.read_text(encoding="utf-8") + WITHOUT_DOTS, encoding="utf-8", newline="\n")
