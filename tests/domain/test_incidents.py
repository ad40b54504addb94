"""Tests of the ids of incidents."""

from __future__ import annotations

import pytest

from domain.errors import NotFound
from domain.incidents import Incident, IncidentAction, IncidentId, IncidentSource
from domain.repairs.causes import Cause
from tests.support.given import MONDAY

CODE = "H42.101-250805-0001"
SOME_ROLLOUT = "6f1c1f0e-7d8e-5c9f-a0e4-d9f0a1b2c3d4"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"call.{CODE}.payment-order-2", ("call", "", CODE, "payment-order-2")),
        (f"workflow.{CODE}", ("workflow", "", CODE, "")),
        (f"handover.{CODE}.2", ("handover", "", CODE, "2")),
        (f"escalation.{CODE}.3", ("escalation", "", CODE, "3")),
        (f"relay.portal.{CODE}.7", ("relay", "portal", CODE, "7")),
        (f"webhook.wh-1.{CODE}.7", ("webhook", "wh-1", CODE, "7")),
        ("webhook.wh-1", ("webhook", "wh-1", None, "")),
        (f"rollout.{SOME_ROLLOUT}", ("rollout", SOME_ROLLOUT, None, "")),
    ],
)
def test_an_incident_is_named_by_what_it_is_about(text: str, parts: tuple[str, ...]) -> None:
    """The id is computed from its source, and read back into the same parts."""
    found = IncidentId.read(text)
    assert (found.source, found.owner, found.dossier, found.part) == parts
    assert str(found) == text


def test_the_id_of_a_call_has_its_effect() -> None:
    """The effect is read from the id, also a kind with a hyphen."""
    named = IncidentId.of_call(CODE, "payment-order/2")
    assert (str(named), named.effect) == (f"call.{CODE}.payment-order-2", "payment-order/2")


@pytest.mark.parametrize(
    "text",
    ["", "call", "call.", f"call.{CODE}", f"call.{CODE}.paint-1", f"call.{CODE}.sign-01", "call.x.sign-1", "x.y.z",
     f"workflow.{CODE}/../x", f"handover.{CODE}", "workflow.nobody"],
)  # fmt: skip
def test_another_text_is_no_incident(text: str) -> None:
    """Whatever is typed is either an incident or refused."""
    with pytest.raises(NotFound, match="unknown_incident"):
        IncidentId.read(text)


@pytest.mark.parametrize(
    ("source", "cause", "dossier", "offered"),
    [
        (IncidentSource.CALL, Cause.REFUSED_FOR_GOOD, CODE, ["retry", "assign"]),
        (IncidentSource.CALL, Cause.NEEDS_PERSON, CODE, ["retry", "assign"]),
        (IncidentSource.CALL, Cause.CALL_NOT_ANSWERED, CODE, ["resolve", "assign"]),
        (IncidentSource.CALL, Cause.UNKNOWN_REPLY, CODE, ["resolve", "assign"]),
        (IncidentSource.WORKFLOW, Cause.TASK_FAILS, CODE, ["repair", "assign"]),
        (IncidentSource.HANDOVER, Cause.UNACKNOWLEDGED, CODE, ["resolve", "assign"]),
        (IncidentSource.COORDINATION, Cause.UNPLACED, CODE, ["resolve", "assign"]),
        (IncidentSource.ESCALATION, Cause.UNANSWERED, CODE, ["resolve", "assign"]),
        (IncidentSource.RELAY, Cause.RELAY_REFUSED, CODE, ["retry", "resolve", "assign"]),
        (IncidentSource.WEBHOOK, Cause.RELAY_REFUSED, CODE, ["retry", "resolve", "assign"]),
        (IncidentSource.WEBHOOK, Cause.RELAY_REFUSED, None, ["retry", "assign"]),
        (IncidentSource.ROLLOUT, Cause.ENDED_EARLY, None, ["retry", "assign"]),
        (IncidentSource.SYSTEM, Cause.BREAKER_OPEN, None, ["resolve", "assign"]),
    ],
)
def test_what_can_be_done_depends_on_the_cause(
    source: IncidentSource, cause: Cause, dossier: str | None, offered: list[IncidentAction]
) -> None:
    """Nothing is only noted as dealt with while the engine can try again; a stuck dossier is repaired by a plan."""
    one = Incident(id="x", source=source, cause=cause, code="x", system=None, dossier=dossier, unit=None, since=MONDAY)
    assert list(one.actions) == offered


def test_a_status_for_the_interconnection_software_can_be_sent_again() -> None:
    """The relay sends a single status again by order; what other relays set aside is only noted as dealt with."""
    one = Incident(
        id="x", source=IncidentSource.RELAY, cause=Cause.RELAY_REFUSED, code="logic_invalid",
        system="interconnection", dossier=CODE, unit=None, since=MONDAY,
    )  # fmt: skip
    assert list(one.actions) == ["retry", "resolve", "assign"]
