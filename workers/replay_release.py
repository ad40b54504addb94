"""Another release of the program, to replay with: a commit of the checkout, a folder with the source, or a wheel.

Only the code that decides and waits is taken from it (`domain`, `activities`, `workflows`), because nothing else can
change what a workflow does. This release's `workers` replays with it, so the answer has the same form. The libraries
are those of this installation: a release that needs others does not run, and that is told.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.errors import InvalidInput
from domain.machine_errors import machine_says
from domain.values import Bilingual
from workers.checkout import CHECKOUT
from workers.messages import ReplayRefusal

TAKEN = ("domain", "activities", "workflows")
"""The packages that are the other release's."""
OWN = ("workers", "gateway")
"""The packages that replay. They stay this release's."""


@contextmanager
def release(named: str | None) -> Iterator[Path | None]:
    """A folder with the packages to replay with, as long as the context lasts. None: those of this release.

    Raises InvalidInput `no_release`.
    """
    if named is None:
        yield None
        return
    with TemporaryDirectory(prefix="luongxanh-release-") as name:
        folder = Path(name)
        try:
            _take(named, folder)
        except (OSError, zipfile.BadZipFile, tarfile.TarError) as problem:
            said = machine_says(problem) if isinstance(problem, OSError) else str(problem)
            raise _refused(named, said) from None
        if missing := [package for package in TAKEN if not (folder / package).is_dir()]:
            raise _refused(named, f"no package {', '.join(missing)}")
        for package in OWN:
            (folder / package).symlink_to(CHECKOUT / package, target_is_directory=True)
        yield folder


def _take(named: str, folder: Path) -> None:
    path = Path(named)
    if path.is_dir():
        for package in TAKEN:
            if (path / package).is_dir():
                (folder / package).symlink_to((path / package).resolve(), target_is_directory=True)
    elif path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for one in wheel.namelist():
                if one.partition("/")[0] in TAKEN:
                    wheel.extract(one, folder)
    else:
        with tarfile.open(fileobj=BytesIO(_archived(named))) as archive:
            archive.extractall(folder, filter="data")


def _archived(named: str) -> bytes:
    """The packages at a commit, as a tar file. Raises InvalidInput `no_release`, OSError without git."""
    found = _git(named, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{named}^{{commit}}")
    return _git(named, "archive", "--format=tar", found.decode().strip(), *TAKEN)


def _git(named: str, *arguments: str) -> bytes:
    ran = subprocess.run(["git", "-C", str(CHECKOUT), *arguments], capture_output=True, check=False)  # noqa: S603, S607
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip() or "git knows no such commit"
        raise _refused(named, said.partition("\n")[0])
    return ran.stdout


def _refused(named: str, problem: str | Bilingual) -> InvalidInput:
    return InvalidInput(ReplayRefusal.NO_RELEASE, release=named, problem=problem)


def use(folder: Path) -> None:
    """From now on this process imports the packages of this folder. Those that were imported before are forgotten."""
    kept = ("workers", "workers.replay_pool", __name__)
    for name in [name for name in sys.modules if name.partition(".")[0] in (*TAKEN, *OWN) and name not in kept]:
        package, _, module = name.rpartition(".")
        del sys.modules[name]
        if package in kept:
            delattr(sys.modules[package], module)
    sys.path.insert(0, str(folder))
