"""Makes the stack's folder private: folders 0700, files 0600. Only the account that runs the stack may read it.

Under root PostgreSQL runs as another account, which must pass through the folder to its data. Then the folder has that
account's group and the mode 0710.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from domain.machine_errors import machine_says
from tools.local_stack.checkpoints import CHECKPOINTS
from tools.local_stack.errors import StackError
from tools.local_stack.messages import Announce, StackRefusal, StackWait, wait
from tools.local_stack.secrets import ISSUER_FOLDER, SECRETS_FOLDER
from tools.local_stack.server_account import account_name, make_passable, ordinary_account
from tools.local_stack.state import STATE_FILE
from workers.local_settings import SETTINGS_FILE
from workers.messages import SettingsRefusal

LOCK_FILE = "stack.lock"
OURS = (
    STATE_FILE,
    SETTINGS_FILE,
    LOCK_FILE,
    "lock",
    "logs",
    "run",
    "temporal",
    "postgres",
    SECRETS_FOLDER,
    ISSUER_FOLDER,
    CHECKPOINTS,
)
"""The files and folders of a stack (`lock` was used by release 0.1). PostgreSQL itself protects its data."""
OTHERS = 0o077
PASSABLE = ("", "postgres")
"""The folders that PostgreSQL's account must pass through."""


def make_private(folder: Path, announce: Announce) -> None:
    """Makes the folder if there is none, and removes the rights of other accounts in it.

    Raises `StackError` `folder_of_another`, `folder_in_use`, `folder_not_private`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_a_stack_or_nothing(folder)
    account = ordinary_account()
    passable = {folder / part for part in PASSABLE} if account else set()
    owners = {os.geteuid(), *((account.uid,) if account else ())}
    opened = [path for path in _everything(folder) if _closed(path, owners, passable)]
    for path in passable:
        if path.exists():
            make_passable(path, account)
    if opened:
        wait(announce, StackWait.MADE_PRIVATE, folder=folder, count=len(opened))


def _require_a_stack_or_nothing(folder: Path) -> None:
    """Raises `folder_in_use` for a folder of other things, named by mistake, so that its rights are not changed."""
    found = {path.name for path in folder.iterdir()}
    if found and not found & set(OURS):
        raise StackError(StackRefusal.FOLDER_IN_USE, folder=folder, found=", ".join(sorted(found)[:3]))


def _everything(folder: Path) -> Iterator[Path]:
    """The folder and the stack's files in it, without PostgreSQL's own folders."""
    yield folder
    for part in OURS:
        yield from _below(folder / part, deep=part != "postgres")


def _below(path: Path, *, deep: bool) -> Iterator[Path]:
    if path.is_symlink() or not path.exists():
        return
    yield path
    if path.is_dir():
        for inner in path.iterdir():
            if deep or inner.is_file():
                yield from _below(inner, deep=True)


def _closed(path: Path, owners: set[int], passable: set[Path]) -> bool:
    """Removes the rights of other accounts on one file or folder. Returns whether they had any."""
    status = path.lstat()
    if status.st_uid not in owners:
        raise StackError(SettingsRefusal.FOLDER_OF_ANOTHER, path=path, owner=account_name(status.st_uid))
    if not status.st_mode & (OTHERS & ~0o010 if path in passable else OTHERS):
        return False
    try:
        path.chmod(status.st_mode & 0o700)
    except OSError as problem:
        raise StackError(StackRefusal.FOLDER_NOT_PRIVATE, path=path, problem=machine_says(problem)) from None
    if path.stat().st_mode & OTHERS:  # some file systems accept chmod and do nothing
        raise StackError(StackRefusal.FOLDER_NOT_PRIVATE, path=path, problem=oct(path.stat().st_mode & 0o777))
    return True
