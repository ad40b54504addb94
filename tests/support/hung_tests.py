"""Tells where the tasks of the event loop stand when pytest-timeout ends a test that hangs."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Generator
from typing import Any

import pytest

TIMED_OUT = "from pytest-timeout"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[Any]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds where each task of the event loop stands to the report of a test that took too long."""
    report = yield
    if call.excinfo is not None and TIMED_OUT in str(call.excinfo.value):
        loops = {frame.frame.f_locals.get("self") for frame in call.excinfo.traceback}
        for loop in (one for one in loops if isinstance(one, asyncio.AbstractEventLoop)):
            report.sections.append(("tasks of the event loop", _stacks(loop)))
    return report


def _stacks(loop: asyncio.AbstractEventLoop) -> str:
    told = io.StringIO()
    for task in sorted(asyncio.all_tasks(loop), key=asyncio.Task.get_name):
        task.print_stack(file=told)
    return told.getvalue()
