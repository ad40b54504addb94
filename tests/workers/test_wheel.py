"""Tests that the wheel has only the product, and that its program knows no tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.command_line import CHECKOUT

ROOMS = {"domain", "activities", "workflows", "gateway", "workers"}
SOURCES = ("pyproject.toml", "README.md", "LICENSE")


def quietly(*command: str | Path, folder: Path) -> None:
    """Runs a command that must succeed."""
    done = subprocess.run([*command], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built without a network from a copy of the sources with the tools and the samples."""
    sources = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        shutil.copy(CHECKOUT / name, sources / name)
    for name in (*ROOMS, "tools", "deploy"):
        shutil.copytree(CHECKOUT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--quiet")
    quietly(*pip, "--wheel-dir", "wheels", ".", folder=sources)
    return next((sources / "wheels").glob("luongxanh-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel in its own folder, with the libraries of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet")
    quietly(*pip, "--target", folder, wheel, folder=folder)
    return folder


def luongxanh(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program of the wheel, outside the checkout."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LUONGXANH_")}
    return subprocess.run(
        [sys.executable, installed / "bin" / "luongxanh", *arguments],
        cwd=installed,
        env={**environment, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_wheel_contains_the_five_rooms_and_nothing_else(wheel: Path) -> None:
    """The wheel has no simulator, demo, local stack or test, but the migrations and other data files. The sample log is
    not ours to sell (decision 041)."""
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == ROOMS
    assert [name for name in names if "wabo" in name or "samples" in name] == []
    assert [name for name in names if name.startswith("activities/ledger/migrations/") and name.endswith(".sql")]


def test_the_installed_program_has_the_product_s_commands_alone(installed: Path) -> None:
    """The installed program's help works, and it has no command of the tools."""
    ran = luongxanh(installed, "--help")
    assert ran.returncode == 0, ran.stderr
    assert "dossier" in ran.stdout
    for tool in ("dev", "demo", "bench", "up", "merger-drill", "repair-drill"):
        assert f" {tool} " not in ran.stdout
        refused = luongxanh(installed, tool, "--json")
        assert (refused.returncode, '"usage"' in refused.stdout) == (2, True)


def test_an_installed_program_runs_in_production(installed: Path) -> None:
    """An installed program runs in production by default."""
    refused = luongxanh(installed, "dossier", "list", "--json")
    assert (refused.returncode, '"setting_missing"' in refused.stdout) == (2, True), refused.stdout
