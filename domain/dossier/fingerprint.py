"""A hash of what an act says. It tells two acts under the same command id apart: an id belongs to one act only.

It leaves out what the gateway fills in again each time the same command is sent: commitments to texts and particulars
(their salt is new), and the rules of the day. It also leaves out a field with its default value, so that a later
release with a new field gives the same act the same fingerprint.
"""

from __future__ import annotations

import hashlib
from typing import Any

from domain.canonical_json import canonical
from domain.dossier.commands import CorrectApplicant, CorrectEntry
from domain.dossier.decide import Act
from domain.dossier.outcomes import SystemCommand

FILLED_IN = {"note", "pins", "applicant", "changed", "postal_address"}


def fingerprint_of(act: Act) -> str:
    """SHA-256, in hexadecimal, of the acting person and the command."""
    return hashlib.sha256(canonical({"person": act.actor.person, "command": _content(act)})).hexdigest()


def _content(act: Act) -> dict[str, Any]:
    command = act.command
    if isinstance(command, SystemCommand):
        return {"kind": command.kind}  # the same call, repeated, may have another outcome
    excluded: dict[str, Any] = dict.fromkeys(FILLED_IN, True)
    if isinstance(command, CorrectEntry) and isinstance(command.correction, CorrectApplicant):
        excluded["correction"] = {"value", "changed"}
    content = command.model_dump(mode="json", exclude=excluded, exclude_defaults=True)
    return {**content, "kind": command.kind}
