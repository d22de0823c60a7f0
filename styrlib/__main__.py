"""`python -m styrlib` is the same as `styr`."""

from styrlib.cli import main

main(prog_name="styr")
