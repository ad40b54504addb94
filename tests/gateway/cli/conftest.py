"""One stack for each test process, started as `make up` does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.command_line import CommandLine
from tools.benchmark.by_hand import by_hand
from tools.local_stack import control
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.stack import temporary_folder
from workers.settings import load_settings


@pytest.fixture(scope="session")
def luongxanh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """The command line, connected to a whole stack in a temporary folder. Its worker assigns nobody."""
    with temporary_folder() as folder, ends_with_this_process(folder):
        with pytest.MonkeyPatch.context() as patched:
            province = str(by_hand(tmp_path_factory.mktemp("by_hand") / "province"))
            patched.setenv("LUONGXANH_PROVINCE", province)
            control.up(load_settings({"LUONGXANH_PROVINCE": province}, folder), announce=silently)
        yield CommandLine(folder)
        control.reset(folder, announce=silently)
