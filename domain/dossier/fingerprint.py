"""What an act says, as a short text by which two acts are told apart: a command id belongs to one act only.

Left out is what the gateway fills in anew each time the same is sent: commitments to texts and particulars (their salt
is new), and the rules of the day. A field at its default is left out too, so that a later release with a new field
gives the same act the same fingerprint.
"""

from __future__ import annotations

import hashlib
from typing import Any

from domain.canonical_json import canonical
from domain.dossier.commands import CorrectApplicant, CorrectEntry
from domain.dossier.decide import Act
from domain.dossier.outcomes import SystemCommand

FILLED_IN = {"note", "pins", "applicant"}


def fingerprint_of(act: Act) -> str:
    """SHA-256, in hexadecimal, of who acts and what is asked."""
    return hashlib.sha256(canonical({"person": act.actor.person, "command": _said(act)})).hexdigest()


def _said(act: Act) -> dict[str, Any]:
    command = act.command
    if isinstance(command, SystemCommand):
        return {"kind": command.kind}  # the engine's own: asked again, the world may answer otherwise
    excluded: dict[str, Any] = dict.fromkeys(FILLED_IN, True)
    if isinstance(command, CorrectEntry) and isinstance(command.correction, CorrectApplicant):
        excluded["correction"] = {"value", "changed"}
    said = command.model_dump(mode="json", exclude=excluded, exclude_defaults=True)
    return {**said, "kind": command.kind}
