"""HTML from templates: everything from outside is escaped, unless a template says otherwise."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from styrlib import swedish

TEMPLATES = Path(__file__).parent / "templates"
PICTURE = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


class Html(Markup):
    """Finished HTML that a notebook shows as it is."""

    def _repr_html_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"<Html, {len(self)} tecken>"


class _Compiled(FileSystemBytecodeCache):
    """Keeps compiled templates where Python keeps compiled modules; that it can't be written costs only time."""

    def __init__(self) -> None:
        folder = TEMPLATES / "__pycache__"
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
        super().__init__(str(folder))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write a template, if it can be."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)


@cache
def environment() -> Environment:
    """Return the templates' environment: autoescaping, and an unknown name is an error."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        bytecode_cache=_Compiled(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["swedish"] = swedish
    env.globals["css"] = Markup((TEMPLATES / "styr.css").read_text(encoding="utf-8"))  # noqa: S704  (our own file)
    env.filters["ord"] = lambda grade: swedish.WORDS[grade]
    env.filters["datum"] = swedish.date
    env.filters["listed"] = swedish.listed
    env.filters["genitive"] = swedish.genitive
    env.filters["span"] = lambda years: f"{min(years)}–{max(years)}" if len(years) > 1 else str(years[0])
    env.filters["lower_first"] = swedish.lower_first
    env.filters["svg"] = _labelled
    return env


def render(template: str, **values: Any) -> Html:
    """Return a template filled in."""
    return Html(environment().get_template(template).render(**values))


def without_pictures(html: str) -> str:
    """Return HTML without its inline pictures: most of a report's bytes, and nothing that is read as text."""
    return PICTURE.sub("", html)


def _labelled(svg: str, alt: str) -> Markup:
    """Give a picture its text: one image with one label, whatever it is drawn with."""
    start = Markup('<svg role="img" aria-label="{}" style="max-width:34rem" ').format(alt)
    return Markup(svg.replace("<svg ", start, 1))  # noqa: S704  (`svg` escapes its text)
