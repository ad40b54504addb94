"""The file of a repair plan: what a person reads, sends to another, and gives to the run."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from domain.errors import Conflict, InvalidInput
from domain.messages.repairs import RepairRefusal
from domain.repairs.plans import RepairPlan

FORM = "luongxanh/repair-plan/1"
"""The first field of the file."""

LARGEST_FILE = 64_000_000
"""Bytes. The file of a plan with the most dossiers, each with many calls, is smaller."""


def written_plan(plan: RepairPlan) -> str:
    """The text of the file: the hash and the plan as JSON."""
    content = {"form": FORM, "hash": plan.hash, "plan": plan.model_dump(mode="json")}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def plan_in(text: str | bytes) -> RepairPlan:
    """The plan in the content of a file. InvalidInput `repair_plan_file_invalid`, Conflict `repair_plan_changed`."""
    content = _read(text)
    try:
        plan = RepairPlan.model_validate(content.get("plan"))
    except ValidationError as problem:
        place = ".".join(str(part) for part in problem.errors(include_input=False)[0]["loc"])
        raise InvalidInput(RepairRefusal.REPAIR_PLAN_FILE_INVALID, place=f"plan.{place}".rstrip(".")) from None
    if content.get("hash") != plan.hash:
        named = str(content.get("hash"))[:64]
        raise Conflict(RepairRefusal.REPAIR_PLAN_CHANGED, named=named, hash=plan.hash)
    return plan


def _read(text: str | bytes) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput(RepairRefusal.REPAIR_PLAN_FILE_INVALID, place="$") from None
    if not isinstance(content, dict) or content.get("form") != FORM:
        raise InvalidInput(RepairRefusal.REPAIR_PLAN_FILE_INVALID, place="form")
    return content
