"""Tests that `make check-lock` tells an old lock from a package index that cannot be reached."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from tests.workers.tls import issue_papers

CHECKOUT = Path(__file__).resolve().parents[1]
STAMP = ".venv/.installed"
UV = CHECKOUT / ".venv" / "bin" / "uv"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("make") is None or not UV.exists(), reason="make and the environment it makes"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files of a checkout that `make check-lock` reads, with the same programs."""
    for file in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(CHECKOUT / file, tmp_path / file)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "uv").symlink_to(UV)
    return tmp_path


@pytest.fixture
def unknown(tmp_path: Path) -> Iterator[str]:
    """An index with an untrusted certificate."""
    server = HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*issue_papers(tmp_path).server)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/simple"
    server.shutdown()


def checked(project: Path, **environment: str) -> tuple[int, str]:
    """The exit code and the output, without uv's cache and retries."""
    alone = {"UV_HTTP_RETRIES": "0", "UV_CACHE_DIR": str(project / "cache"), **environment}
    ran = subprocess.run(
        ["make", "--old-file", STAMP, "check-lock"],
        cwd=project,
        env={**os.environ, **alone},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ran.returncode, ran.stderr


def test_an_index_that_cannot_be_asked_says_nothing_about_the_lock(project: Path) -> None:
    """When the index does not answer, the lock is not called old, and uv's own message is shown."""
    code, output = checked(project, UV_DEFAULT_INDEX="https://127.0.0.1:1/simple")
    assert code != 0
    assert "the package index could not be asked" in output
    assert "error sending request" in output
    assert "make lock" not in output


def test_a_certificate_that_is_not_trusted_is_told_as_one(project: Path, unknown: str) -> None:
    """An untrusted certificate is reported with the setting that helps."""
    code, output = checked(project, UV_DEFAULT_INDEX=unknown)
    assert code != 0
    assert "certificate is not trusted" in output
    assert "SSL_CERT_FILE" in output
    assert "make lock" not in output


def test_a_lock_that_is_old_is_told_as_one(project: Path) -> None:
    """An old lock is reported only when the index has answered, or is not needed."""
    (project / "pyproject.toml").write_text('[project]\nname = "luongxanh"\nversion = "1"\n')
    code, output = checked(project, UV_DEFAULT_INDEX="https://127.0.0.1:1/simple")
    assert code != 0
    assert "run make lock and commit requirements.lock" in output
    assert "could not be asked" not in output


def test_a_lock_that_is_new_passes(project: Path) -> None:
    """The lock that `make lock` writes passes."""
    (project / "pyproject.toml").write_text('[project]\nname = "luongxanh"\nversion = "1"\n')
    made = subprocess.run(["make", "--old-file", STAMP, "lock"], cwd=project, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert checked(project, UV_DEFAULT_INDEX="https://127.0.0.1:1/simple") == (0, "")
