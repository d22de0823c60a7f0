"""The commands that take the model to a spreadsheet and back."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
