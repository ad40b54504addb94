"""The build of this process: by its name Temporal tells workers of different releases apart (decision 033)."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from activities.ledger.migrations.runner import FOLDER
from activities.releases.register import Build
from domain.dossier.revision import CURRENT

ROOT = Path(__file__).resolve().parent.parent
DECIDES = ("domain", "activities", "workflows", "gateway/client", "workers")
"""The folders whose code can change what happens to a dossier. The pages of the console and the API cannot."""
CODE = (".py", ".sql")
DIGITS = 12


@lru_cache(maxsize=1)
def this_build() -> Build:
    """The build: release and hash of the code, such as `0.1.0+3f2a9c01d4e7`.

    The hash is that of the installed files. A git commit would be missing in a wheel, and would be the same for a
    checkout with changes that nobody committed.
    """
    release = version("luongxanh")
    newest = max(path.name for path in FOLDER.glob("*.sql"))
    return Build(build=f"{release}+{hash_of(ROOT)}", release=release, revision=int(CURRENT), migration=newest)


def hash_of(root: Path) -> str:
    """The first digits of a SHA-256 over the names and contents of the code in a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for part in DECIDES for path in (root / part).rglob("*") if path.suffix in CODE):
        for piece in (path.relative_to(root).as_posix().encode(), path.read_bytes()):
            digest.update(len(piece).to_bytes(8))
            digest.update(piece)
    return digest.hexdigest()[:DIGITS]
