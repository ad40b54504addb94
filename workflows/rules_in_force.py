"""The rulebook of this worker process: installed once at start, extended when rules are published, never changed.

A dossier pins its rules by hash, so whatever a worker has loaded besides cannot change what it decides.
"""

from __future__ import annotations

from domain.rules.rulebook import Rulebook

_rulebook = Rulebook()


def install(rulebook: Rulebook) -> None:
    """Called by the worker before it polls, and again when more rules were published."""
    global _rulebook  # noqa: PLW0603 - one rulebook a process; workflows cannot be handed objects
    _rulebook = rulebook


def rulebook() -> Rulebook:
    """The rules that this process knows."""
    return _rulebook
