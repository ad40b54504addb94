"""The rulebook of this worker process: installed once at start, extended when rules are published, never changed.

A dossier pins its rules by hash, so other rules that a worker has loaded cannot change its decisions.
"""

from __future__ import annotations

from domain.rules.rulebook import Rulebook

_rulebook = Rulebook()


def install(rulebook: Rulebook) -> None:
    """Sets the rulebook. The worker calls it before it polls, and again when more rules were published."""
    global _rulebook  # noqa: PLW0603 - one rulebook a process; workflows cannot be handed objects
    _rulebook = rulebook


def rulebook() -> Rulebook:
    """The rules that this process has loaded."""
    return _rulebook
