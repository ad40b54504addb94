"""The versions of each outside system's contract that our adapters speak.

An address names its version (`contract`). So a system may change its contract while the province changes its address at
a time of its own, and every message keeps its key: what was told in one version is known in the other.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.outside_systems import System

FIRST = "1"
CONTRACTS: Mapping[System, tuple[str, ...]] = {System.INTERCONNECTION: (FIRST, "2")}
"""The systems with more than one version. Version 2 of the interconnection software is our own proposal: codes in JSON
in place of words (`interconnection_codes`). Replace it when the ministry publishes one."""


def contracts_of(system: System) -> tuple[str, ...]:
    """The versions that the adapter of this system speaks."""
    return CONTRACTS.get(system, (FIRST,))
