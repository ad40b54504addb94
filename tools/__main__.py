"""Runs `python -m tools …`."""

from tools.command_line import main

main()
