"""Reads the procedures of a province and replaces the names of internal processes and Green policies by their content.

`policies.yaml` has the fields that hold for every procedure. A procedure's own field has priority.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, RootModel, model_validator

from activities.province.reading import Reading
from activities.province.source import Source
from domain.deadlines.limits import Counting, GreenRule
from domain.messages.configuration import ConfigurationFault
from domain.outside_systems import SYSTEM_NAMES, Registry, System
from domain.procedures.procedure import (
    ExtensionPolicy,
    PaymentPolicy,
    Procedure,
    Step,
    StepKind,
    SupplementPolicy,
    require_consistent_steps,
)
from domain.roles import OF_NO_POST, Role, typed
from domain.rules.province_rules import PublishedProcedure
from domain.text.sentences import Choice
from domain.values import Strict

PROCESSES = "processes.yaml"
GREEN = "green.yaml"
POLICIES = "policies.yaml"
PROCEDURES = "procedures/*.yaml"

_STAND_IN = (Step(code="stand-in", name="-", kind=StepKind.PROCESS, role=Role.SPECIALIST, share=100),)
_PUBLICATION = ("status", "effective_from", "effective_to")


class InternalProcess(Strict):
    """A named internal process (quy trình nội bộ) that several procedures follow."""

    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        require_consistent_steps(self.steps)
        return self


class _Green(RootModel[GreenRule]):
    """A named Green Stream policy."""


_POLICIES: Mapping[str, type[Strict]] = {
    "counting": Counting,
    "supplement": SupplementPolicy,
    "extension": ExtensionPolicy,
    "payment": PaymentPolicy,
}
"""The fields of a procedure that `policies.yaml` may set for all procedures, with their types."""


def read_procedures(reading: Reading) -> tuple[PublishedProcedure, ...] | None:
    """Every version of every procedure. Returns None when one is wrong; the problems are then in `reading`."""
    problems_before = len(reading.problems)
    processes = _read_processes(reading)
    green = _read_green(reading)
    policies = _read_policies(reading)
    names = reading.names(PROCEDURES)
    if not names:
        reading.tell(ConfigurationFault.MISSING_FILE, PROCEDURES, 1)
    found: list[PublishedProcedure] = []
    for name in names:
        source = reading.yaml(name, list)
        for item in source.items() if source else ():
            published = _read_one(reading, item, processes, green, policies)
            if published is not None:
                found.append(published)
    return tuple(found) if len(reading.problems) == problems_before else None


def _read_processes(reading: Reading) -> dict[str, tuple[Step, ...] | None]:
    """The processes by name. A wrong process is None, so the procedures that use it are not reported too."""
    source = reading.yaml(PROCESSES, dict, required=False)
    found: dict[str, tuple[Step, ...] | None] = {}
    for name in source.value if source else ():
        process = reading.validated(InternalProcess, source.inside(name)) if source else None
        found[name] = process.steps if process else None
    return found


def _read_green(reading: Reading) -> dict[str, Any]:
    source = reading.yaml(GREEN, dict, required=False)
    found: dict[str, Any] = {}
    for name in source.value if source else ():
        rule = reading.validated(_Green, source.inside(name)) if source else None
        found[name] = rule.root if rule else None
    return found


def _read_policies(reading: Reading) -> dict[str, dict[str, Any]]:
    """The fields that hold for every procedure. A wrong policy is reported once and left out."""
    source = reading.yaml(POLICIES, dict, required=False)
    found: dict[str, dict[str, Any]] = {}
    for name in source.value if source else ():
        shape = _POLICIES.get(name)
        if source is None or shape is None:
            reading.tell(ConfigurationFault.UNKNOWN_FIELD, POLICIES, source.line(name) if source else 1, field=name)
            continue
        policy = reading.validated(shape, source.inside(name))
        if isinstance(policy, ExtensionPolicy) and OF_NO_POST.issuperset(policy.decided_by):
            line = source.line(name, "decided_by")
            reading.tell(ConfigurationFault.EXTENSION_POLICY_OF_NOBODY, POLICIES, line, roles=typed(*policy.decided_by))
        elif policy is not None:
            found[name] = source.value[name]
    return found


def _with_policies(raw: dict[str, Any], policies: dict[str, dict[str, Any]]) -> None:
    """Adds the shared fields that the procedure does not have itself."""
    for name, shared in policies.items():
        own = raw.get(name, {})
        if isinstance(own, dict):
            raw[name] = {**shared, **own}


def _read_one(
    reading: Reading,
    item: Source,
    processes: dict[str, tuple[Step, ...] | None],
    green: dict[str, Any],
    policies: dict[str, dict[str, Any]],
) -> PublishedProcedure | None:
    if reading.shaped(item, dict) is None:
        return None
    raw = dict(item.value)
    publication = {key: raw.pop(key) for key in _PUBLICATION if key in raw}
    whole_process = _put_in_place(
        reading, item, raw, "process", "steps", processes, ConfigurationFault.UNKNOWN_PROCESS, _STAND_IN
    )
    whole_green = _put_in_place(
        reading, item, raw, "green", "green", green, ConfigurationFault.UNKNOWN_GREEN_POLICY, None
    )
    _with_policies(raw, policies)
    procedure = reading.validated(Procedure, Source(item.file, raw, item.lines, item.at))
    if procedure is None or not (whole_process and whole_green):
        return None
    _require_known_registry(reading, item, procedure)
    subject = (procedure.code, procedure.version)
    whole = Source(item.file, {**publication, "procedure": procedure}, item.lines, item.at)
    first = reading.where("procedure", *subject)
    if first is not None:
        reading.tell_duplicate(item.inside("code"), procedure.code, first)
        return None
    reading.mark(item, "procedure", *subject)
    for place, child in enumerate(procedure.children):
        reading.mark(item.inside("children", place), "child", *subject, child.code)
    return reading.validated(PublishedProcedure, whole)


def _require_known_registry(reading: Reading, item: Source, procedure: Procedure) -> None:
    """Reports a registry that does not exist: no result could be entered in it."""
    registry = procedure.outside.registry
    if registry is not None and registry not in tuple(Registry):
        known = tuple(Choice(code=one, meaning=SYSTEM_NAMES[System(one)]) for one in Registry)
        line = item.line("outside", "registry")
        reading.tell(
            ConfigurationFault.UNKNOWN_VALUE, item.file, line, field="outside.registry", value=registry, expected=known
        )


def _put_in_place(
    reading: Reading,
    item: Source,
    raw: dict[str, Any],
    key: str,
    target: str,
    named: Mapping[str, Any],
    unknown: ConfigurationFault,
    stand_in: Any,
) -> bool:
    """Replaces the name of a shared part by the part.

    Returns False when the part does not exist or is wrong. `stand_in` then replaces it, so the rest is still checked.
    """
    name = raw.get(key)
    if not isinstance(name, str):
        return True
    del raw[key]
    if name not in named:
        reading.tell(unknown, item.file, item.line(key), value=name, expected=", ".join(named))
    found = named.get(name)
    raw[target] = stand_in if found is None else found
    return found is not None
