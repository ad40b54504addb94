"""One stack a test process, brought up as `luongxanh dev up` does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.command_line import CommandLine
from workers import dev
from workers.settings import load_settings
from workers.stack.messages import silently
from workers.stack.stack import temporary_folder
from workers.stack.watch import ends_with_this_process


@pytest.fixture(scope="session")
def luongxanh() -> Iterator[CommandLine]:
    """The command against a whole stack in a temporary folder."""
    with temporary_folder() as folder, ends_with_this_process(folder):
        dev.up(load_settings({}, folder), announce=silently)
        yield CommandLine(folder)
        dev.reset(folder, announce=silently)
