"""The development issuer as a process, as `make up` starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.command_line import CHECKOUT
from tests.support.waiting import wait_until


@contextmanager
def issuer_process(folder: Path, province: Path, audience: str, secret: str) -> Iterator[str]:
    """Its address, until the end of the block. `secret`: of every service of the province."""
    folder.mkdir(exist_ok=True)
    secret_file, log, address = folder / "secret", folder / "issuer.log", folder / "address"
    secret_file.write_text(secret, encoding="ascii")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "tools.issuer",
        "--folder",
        folder / "keys",
        "--audience",
        audience,
    ]
    command += ["--service-secret-file", secret_file, "--address-file", address]
    environment = {**os.environ, "LUONGXANH_PROVINCE": str(province), "PYTHONPATH": str(CHECKOUT)}
    address.unlink(missing_ok=True)
    with log.open("wb") as into:
        process = subprocess.Popen(command, stderr=into, env=environment)
    try:
        wait_until(lambda: address.exists() or process.poll() is not None, "the issuer listens", 60)
        assert process.poll() is None, log.read_text(encoding="utf-8")
        yield address.read_text(encoding="ascii")
    finally:
        process.terminate()
        process.wait(timeout=20)
