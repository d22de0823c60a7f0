"""What mkdocs.yml can't say: a name for the search, and what nobody here has use for left out.

The site map also carries the day of the build, and two builds must give the same bytes.
"""
# ruff: noqa: INP001

from pathlib import Path
from typing import Any

from mkdocs.plugins import event_priority

SEARCH = 'data-md-component="search" role="dialog"'
UNUSED = ("sitemap.xml*", "404.html", "search/search_index.json", "assets/**/*.map", "assets/javascripts/lunr/*.js")
LANGUAGE = ("lunr.sv.min.js", "lunr.stemmer.support.min.js")


def on_post_page(output: str, **_: Any) -> str:
    """Tell a screen reader what the theme's search is: a dialog must have a name."""
    return output.replace(SEARCH, f'{SEARCH} aria-label="Sök"')


@event_priority(-200)  # after the search index has been made into a script
def on_post_build(config: Any) -> None:
    """Take away what the theme brings and nobody here reads."""
    site = Path(config.site_dir)
    for pattern in UNUSED:
        for path in site.glob(pattern):
            path.unlink()
    for path in site.glob("assets/javascripts/lunr/min/*.js"):
        if path.name not in LANGUAGE:
            path.unlink()
