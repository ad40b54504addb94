"""The compiled code of workflow modules, once for each process.

The sandbox imports a workflow's own modules anew for each dossier, and Python then reads their bytecode from the file
each time. Code never changes, so all dossiers can run the same. Without this, each dossier in memory holds 45 kB of
code. The modules, with their globals, functions and classes, stay each dossier's own.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType

PACKAGE = "workflows"


class SharedCodeLoader(SourceFileLoader):
    """Loads a module from its file, and reads that only once."""

    def __init__(self, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self._code: CodeType | None = None

    def get_code(self, fullname: str) -> CodeType | None:
        """The module's code. Two threads may both read it; one of the two is kept, and they are alike."""
        if self._code is None:
            self._code = super().get_code(fullname)
        return self._code


class SharedCodeFinder:
    """Finds the modules of `PACKAGE` where Python finds them, and gives them a loader that is kept."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of the module. None for every module outside the package."""
        if fullname.partition(".")[0] != PACKAGE:
            return None
        loader = _loader_of(fullname, None if path is None else tuple(path))
        return None if loader is None else _spec_of(fullname, loader)


@cache
def _loader_of(fullname: str, path: tuple[str, ...] | None) -> SharedCodeLoader | None:
    found = PathFinder.find_spec(fullname, path)
    if found is None or found.origin is None or type(found.loader) is not SourceFileLoader:
        return None
    return SharedCodeLoader(fullname, found.origin)


def _spec_of(fullname: str, loader: SharedCodeLoader) -> ModuleSpec | None:
    """A new spec: Python notes in it that a module is being imported."""
    return spec_from_file_location(fullname, loader.path, loader=loader)


@cache
def share_code() -> None:
    """From now on this process reads the code of each module of the package once."""
    sys.meta_path.insert(0, SharedCodeFinder())
