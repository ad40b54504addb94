"""The peers, and what must be installed before they can be measured."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from domain.values import Bilingual
from tools.benchmark.messages import BenchError, BenchRefusal

RESTATE_SERVER = "restate-server"
"""The program of Restate's server. It is in no Python package."""


class Peer(StrEnum):
    """An engine of durable execution that the engine is measured against."""

    DBOS = "dbos"
    RESTATE = "restate"

    @property
    def words(self) -> Bilingual:
        """What it is."""
        return _WORDS[self]

    @property
    def packages(self) -> tuple[str, ...]:
        """The Python packages that it needs. They are the extra `peers` of this project."""
        return _PACKAGES[self]


_WORDS = {
    Peer.DBOS: Bilingual(vi="DBOS, thư viện trên PostgreSQL", en="DBOS, a library over PostgreSQL"),
    Peer.RESTATE: Bilingual(vi="Restate, cần restate-server", en="Restate, which needs restate-server"),
}
_PACKAGES = {Peer.DBOS: ("dbos",), Peer.RESTATE: ("restate-sdk", "hypercorn")}


def require_peers(peers: Sequence[Peer], restate_server: str | None) -> None:
    """Raises BenchError `peer_not_installed`, `restate_server_missing` before anything is started."""
    for peer in peers:
        versions_of_packages(peer)
    if Peer.RESTATE in peers:
        restate_program(restate_server)


def versions_of_packages(peer: Peer) -> dict[str, str]:
    """The versions of its Python packages. Raises BenchError `peer_not_installed`."""
    try:
        return {package: version(package) for package in peer.packages}
    except PackageNotFoundError as missing:
        raise BenchError(BenchRefusal.PEER_NOT_INSTALLED, peer=peer, package=missing.name) from missing


def restate_program(given: str | None) -> Path:
    """The program of Restate's server: the given one, or that on the path. Raises BenchError."""
    found = shutil.which(given or RESTATE_SERVER)
    if found is None:
        raise BenchError(
            BenchRefusal.RESTATE_SERVER_MISSING,
            peer="Restate",
            program=given or RESTATE_SERVER,
            package="@restatedev/restate-server",
            option="--restate-server",
            variable="RESTATE_SERVER",
        )
    return Path(found).absolute()


def version_of_program(program: Path) -> str:
    """What the program answers to `--version`, without its name."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
    return told.stdout.split()[-1]
