"""The console's style sheets, scripts and vendored libraries, under addresses that change with their content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
PREFIX = "/console/static"
A_YEAR = "public, max-age=31536000, immutable"


@lru_cache
def fingerprint() -> str:
    """Twelve hexadecimal digits of the SHA-256 of every static file with its name."""
    whole = hashlib.sha256()
    for file in sorted(FOLDER.rglob("*")):
        if file.is_file():
            whole.update(file.relative_to(FOLDER).as_posix().encode())
            whole.update(file.read_bytes())
    return whole.hexdigest()[:12]


def static_address(name: str) -> str:
    """The address of a static file. Raises FileNotFoundError, so that a misspelt name fails in the tests."""
    if not (FOLDER / name).is_file():
        raise FileNotFoundError(name)
    return f"{PREFIX}/{fingerprint()}/{name}"


class KeptStaticFiles(StaticFiles):
    """Static files that a browser may keep: another content has another address."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file below the fingerprint in the path. An older fingerprint gets the present file, not to be kept."""
        given, _, name = path.partition("/")
        response = await super().get_response(name, scope)
        response.headers["Cache-Control"] = A_YEAR if given == fingerprint() else "no-store"
        return response
