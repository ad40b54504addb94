"""The Python client as others get it: its wheel, alone in an environment of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

SOURCE = Path(__file__).resolve().parents[2] / "clients" / "python"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


@dataclass(frozen=True)
class OwnEnvironment:
    """An environment with the client and what it says it needs, and nothing else."""

    python: Path

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs its Python, which sees neither this checkout nor this environment."""
        return subprocess.run(
            [str(self.python), "-I", *map(str, arguments)], capture_output=True, text=True, timeout=120, cwd="/"
        )


def environment_with_the_client(folder: Path) -> OwnEnvironment:
    """Builds the wheel from a copy of the source and installs it. No index is asked.

    What the wheel requires is copied from this environment, which the lock has checked, with what that
    requires in turn.
    """
    source = folder / "source"
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    _run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder / "wheels", source)
    (wheel,) = (folder / "wheels").glob("luongxanh_client-*.whl")
    _run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    _run(*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel)
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    (installed,) = (found for found in _in_folder(packages) if found.metadata["Name"] == "luongxanh-client")
    for needed in _needed_by(installed):
        _copy(needed, packages)
    return OwnEnvironment(python)


def _in_folder(packages: Path) -> list[Distribution]:
    return list(Distribution.discover(path=[str(packages)]))


def _needed_by(start: Distribution) -> list[Distribution]:
    """Every distribution that this one needs, directly or not."""
    found: dict[str, Distribution] = {}
    waiting = _required(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = distribution(name)
            waiting |= _required(found[name])
    return list(found.values())


def _required(by: Distribution) -> set[str]:
    asked = (Requirement(text) for text in by.requires or ())
    wanted = (one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""}))
    return {re.sub(r"[-_.]+", "-", one.name).lower() for one in wanted}


def _copy(needed: Distribution, packages: Path) -> None:
    for file in needed.files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            target = packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(needed.locate_file(file), target)  # type: ignore[arg-type]


def _run(*command: str | Path) -> None:
    ran = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
