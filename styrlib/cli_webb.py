"""The commands that publish and archive."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
