"""The account that runs PostgreSQL, and the folder of its data: its programs refuse to run as root.

Under root they run as `nobody`. No account is made, and permissions of folders that are not ours are not changed. If
`nobody` cannot enter the checkout, the data and a copy of the programs go to another folder, which it can enter.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import tempfile
from pathlib import Path

from tools.local_stack import processes
from tools.local_stack.errors import StackError
from tools.local_stack.messages import StackRefusal
from tools.local_stack.processes import Account

SHARED_HOME = Path("/var/lib/luongxanh")
"""The folder for the data of checkouts that the server's account cannot enter."""


def ordinary_account() -> Account | None:
    """The account that runs PostgreSQL; None when this process is not root and can run it itself.

    Raises `StackError` `no_ordinary_account`.
    """
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise StackError(StackRefusal.NO_ORDINARY_ACCOUNT) from None
    return Account(name=nobody.pw_name, uid=nobody.pw_uid, gid=nobody.pw_gid)


def home_for(folder: Path, account: Account | None) -> Path:
    """The folder for PostgreSQL's data: `folder`, or if the account cannot enter it, another one named after it.

    Raises `StackError` `no_reachable_folder`.
    """
    if account is None or _may(account, 'cd -- "$1"', folder):
        return folder
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    candidates = (SHARED_HOME / name, Path(tempfile.gettempdir()) / f"luongxanh-{name}")
    for candidate in candidates:
        if _made(candidate) and _may(account, 'cd -- "$1"', candidate):
            return candidate
    tried = ", ".join(str(candidate) for candidate in candidates)
    raise StackError(StackRefusal.NO_REACHABLE_FOLDER, account=account.name, folder=folder, tried=tried)


def reachable_programs(programs: Path, home: Path, account: Account | None) -> Path:
    """The folder of PostgreSQL's programs, copied into `home` if the account cannot run the installed ones."""
    if account is None or _may(account, '"$1"/postgres --version', programs):
        return programs
    package = programs.parent.parent
    copy = home / "programs"
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, copy / part.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
        _open_to_all(copy)
        (copy / "complete").touch()
    return copy / package.name / programs.parent.name / programs.name


def make_passable(folder: Path, account: Account | None) -> None:
    """Makes the folder private, and makes it if there is none. PostgreSQL's account may pass through."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, -1, account.gid)
        folder.chmod(0o710)


def _may(account: Account, command: str, path: Path) -> bool:
    """Runs the command as that account, because permissions, access lists and mounts may all forbid it."""
    code, _ = processes.run(["/bin/sh", "-c", command, "sh", str(path)], folder=Path("/"), account=account)
    return code == 0


def _made(folder: Path) -> bool:
    """Makes a folder that others may pass through but not list. Returns whether it is ours."""
    try:
        folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder.mkdir(mode=0o711, exist_ok=True)
    except OSError:
        return False
    return not folder.is_symlink() and folder.stat().st_uid == os.geteuid()


def _open_to_all(copy: Path) -> None:
    """Lets every account read and run our copy of the programs, whatever the umask is."""
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


def account_name(uid: int) -> str:
    """The account's name, or its number when it has no name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
