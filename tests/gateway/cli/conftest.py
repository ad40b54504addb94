"""One stack for the tests of this folder that a test process runs one after the other, started as `make up` does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tools.benchmark.by_hand import by_hand
from tools.local_stack import control
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.stack import temporary_folder
from workers.settings import load_settings

HERE = Path(__file__).parent


class SharedStack:
    """The stack, which is started for the first test that asks."""

    def __init__(self) -> None:
        self._running = ExitStack()
        self._command_line: CommandLine | None = None

    def command_line(self, folder: Path) -> CommandLine:
        """The command line of the running stack. `folder`: for the files of a new one."""
        if self._command_line is None:
            self._command_line = self._running.enter_context(_a_stack(folder))
        return self._command_line

    def end(self) -> None:
        """Stops and erases the stack if it runs."""
        self._command_line = None
        self._running.close()


@contextmanager
def _a_stack(files: Path) -> Iterator[CommandLine]:
    with temporary_folder() as folder, ends_with_this_process(folder):
        with pytest.MonkeyPatch.context() as patched:
            province = str(by_hand(files / "province"))
            patched.setenv("LUONGXANH_PROVINCE", province)
            control.up(load_settings({"LUONGXANH_PROVINCE": province}, folder), announce=silently)
        yield CommandLine(folder)
        control.reset(folder, announce=silently)


_shared = SharedStack()


@pytest.fixture(scope="module")
def luongxanh(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The command line, connected to a whole stack in a temporary folder. Its worker assigns nobody."""
    return _shared.command_line(tmp_path_factory.mktemp("by_hand"))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """The stack ends before the tests of another folder: a stack that nobody uses takes a twentieth of a processor."""
    if nextitem is None or HERE not in nextitem.path.parents:
        _shared.end()
