"""The development issuer as a process of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.command_line import CHECKOUT
from tests.support.forked_program import start_forked
from tests.support.waiting import wait_until


@contextmanager
def issuer_process(folder: Path, province: Path, audience: str, secret: str) -> Iterator[str]:
    """Its address, until the end of the block. `secret`: of every service of the province."""
    folder.mkdir(exist_ok=True)
    secret_file, log, address = folder / "secret", folder / "issuer.log", folder / "address"
    secret_file.write_text(secret, encoding="ascii")
    environment = {**os.environ, "LUONGXANH_PROVINCE": str(province)}
    address.unlink(missing_ok=True)
    with log.open("wb") as into:
        process = start_forked(
            *("tools.issuer", "--folder", folder / "keys", "--audience", audience),
            *("--service-secret-file", secret_file, "--address-file", address),
            log=into,
            environment=environment,
            folder=CHECKOUT,
        )
    try:
        wait_until(lambda: address.exists() or process.poll() is not None, "the issuer listens", 60)
        assert process.poll() is None, log.read_text(encoding="utf-8")
        yield address.read_text(encoding="ascii")
    finally:
        process.terminate()
        process.wait(timeout=20)
