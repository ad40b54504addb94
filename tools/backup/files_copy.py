"""The files beside the servers: secrets, the issuer's keys, checkpoints and their key, roles, the province's files.

The simulator's state is not among them: it is the outside world, which does not go back when a backup is restored.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tools.local_stack.checkpoints import CHECKPOINTS
from tools.local_stack.postgres import ROLES_FILE
from tools.local_stack.secrets import ISSUER_FOLDER, SECRETS_FOLDER

STACK, PROVINCE = "stack", "province"
"""The first part of a name in the archive."""
OF_THE_STACK = (SECRETS_FOLDER, ISSUER_FOLDER, CHECKPOINTS)
ROLES = f"postgres/{ROLES_FILE}"


def files_of(stack: Path, province: Path) -> Iterator[tuple[str, Path]]:
    """Every file to keep, with its name in the archive."""
    yield f"{STACK}/{ROLES}", stack / ROLES
    for part in OF_THE_STACK:
        yield from _below(f"{STACK}/{part}", stack / part)
    yield from _below(PROVINCE, province)


def size_of(stack: Path, province: Path) -> int:
    """Their size in bytes."""
    return sum(path.stat().st_size for _, path in files_of(stack, province) if path.is_file())


def _below(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{name}/{path.relative_to(folder)}", path
