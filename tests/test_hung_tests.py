"""A test that hangs fails after a while, with what it waits for, and the tests after it go on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HANGS = """
import asyncio

async def waits_for_what_never_comes():
    await asyncio.Event().wait()

async def test_hangs():
    await waits_for_what_never_comes()

async def test_after():
    await asyncio.sleep(0)
"""
ALONE = ["-q", "-c", "/dev/null", "--rootdir", ".", "-p", "no:schemathesis", "-p", "no:cacheprovider"]
AS_THE_SUITE = [
    "-p",
    "tests.support.hung_tests",
    "-o",
    "asyncio_mode=auto",
    "-o",
    "asyncio_default_test_loop_scope=session",
]


def test_a_test_that_hangs_costs_one_failure_and_says_where(tmp_path: Path) -> None:
    """It is told which task stands where; the next test of the same event loop passes."""
    (tmp_path / "test_hanging.py").write_text(HANGS)
    command = [sys.executable, "-m", "pytest", *ALONE, *AS_THE_SUITE, "-o", "timeout=1", "test_hanging.py"]
    tests = str(Path(__file__).parents[1])
    ran = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": tests}, capture_output=True, text=True, timeout=120, check=False
    )
    assert "1 failed, 1 passed" in ran.stdout, ran.stdout + ran.stderr
    assert "tasks of the event loop" in ran.stdout
    assert "await waits_for_what_never_comes()" in ran.stdout.partition("tasks of the event loop")[2]
