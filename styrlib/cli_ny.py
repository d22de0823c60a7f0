"""The command that sets up another municipality."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
