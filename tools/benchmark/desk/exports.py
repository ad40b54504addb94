"""Measures `luongxanh ops export`, each format in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from gateway.views.event_logs.formats import LogFormat
from tools.local_stack.service import MODE_VARIABLE, STACK_VARIABLE

LUONGXANH = Path(sys.executable).with_name("luongxanh")
LOOKED_EVERY = 0.5


def measured(form: LogFormat, stack: Path) -> dict[str, Any]:
    """Writes one file. Its events, bytes and seconds, the CPU for an event, and the most memory of the process: while
    the first tenth of the events was written, and in all."""
    target = stack / f"log.{form.ending}"
    environment = {**os.environ, MODE_VARIABLE: "embedded", STACK_VARIABLE: str(stack)}
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  our own program
        [LUONGXANH, "ops", "export", form.value, str(target), "--json"], env=environment, stdout=subprocess.PIPE
    )
    seen: list[tuple[float, int]] = []
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        seen.append((time.perf_counter() - begun, _memory(process.pid)))
        time.sleep(LOOKED_EVERY)
    seconds = time.perf_counter() - begun
    if status != 0:
        raise RuntimeError(f"ops export {form} ended with {status}")
    assert process.stdout is not None
    events, size = json.loads(process.stdout.read())["events"], target.stat().st_size
    target.unlink()
    return {
        "format": form.value,
        "events": events,
        "megabytes": round(size / 1e6, 1),
        "seconds": round(seconds, 1),
        "cpu_microseconds_an_event": round((used.ru_utime + used.ru_stime) * 1e6 / events, 1),
        "peak_of_first_tenth_megabytes": max((memory for at, memory in seen if at <= seconds / 10), default=0),
        "peak_megabytes": round(used.ru_maxrss / 1024),
        "load": round(os.getloadavg()[0], 1),
    }


def _memory(pid: int) -> int:
    """Megabytes that a process has now."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS:")), 0)
