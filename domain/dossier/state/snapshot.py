"""The flat object in which a dossier is stored and sent, as release 0.1 wrote it.

The register (whose queries and indexes use these names), the starts of workflows and their histories contain it. The
parts are internal and may change; the names here must not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pydantic_core import PydanticCustomError

PLACES = {
    "code": "code",
    "version": "version",
    "state": "state",
    "pins": "pins",
    "procedure": "intake.procedure",
    "channel": "intake.channel",
    "case": "intake.case",
    "received_by": "routing.received_by",
    "assisted_by": "intake.assisted_by",
    "competent": "routing.competent",
    "queue": "routing.queue",
    "responsible": "routing.responsible",
    "crossing": "routing.crossing",
    "handovers": "handovers.sent",
    "coordination_overdue_at": "handovers.coordination_overdue_at",
    "moved_units": "routing.moved_units",
    "routed_on": "routing.routed_on",
    "followed_on": "routing.followed_on",
    "binding_calendars": "deadlines.binding_calendars",
    "matter": "intake.matter",
    "applicant": "applicant.commitment",
    "submitted_by": "applicant.submitted_by",
    "identity": "applicant.identity",
    "identity_asked": "applicant.identity_asked",
    "documents": "intake.documents",
    "submitted_at": "intake.submitted_at",
    "accepted_at": "intake.accepted_at",
    "ended_at": "ended_at",
    "moved_at": "moved_at",
    "updated_at": "updated_at",
    "timing": "deadlines.timing",
    "statutory_due": "deadlines.statutory_due",
    "promised_due": "deadlines.promised_due",
    "printed_promise": "deadlines.printed_promise",
    "step": "processing.step",
    "steps_done": "processing.steps_done",
    "assignee": "processing.assignee",
    "state_before_payment": "processing.state_before_payment",
    "state_before_suspension": "processing.state_before_suspension",
    "supplements": "processing.supplements",
    "opinions": "processing.opinions",
    "fee": "fees.fee",
    "fee_open": "fees.fee_open",
    "tax": "fees.tax",
    "proposed_fee": "fees.proposed",
    "payment.status": "payment.status",
    "payment.amount": "payment.amount",
    "payment.attempt": "payment.attempt",
    "payment.order": "payment.order",
    "payment.pay_url": "payment.pay_url",
    "payment.requested_at": "payment.requested_at",
    "payment.expires_at": "payment.expires_at",
    "payment.polls": "payment.polls",
    "payment.cash": "payment.cash",
    "payment.counted": "payment.counted",
    "payment.asked": "money.asked",
    "payment.met": "money.met",
    "payment.taken_in_cash": "money.taken_in_cash",
    "payment.vouchers": "money.vouchers",
    "payment.checks_asked": "money.checks_asked",
    "payment.accounts": "money.accounts",
    "payment.refunds": "money.refunds",
    "signing": "signing",
    "registration.wanted": "result.registry",
    "registration.document": "result.document",
    "registration.reference": "result.reference",
    "registration.number": "result.registering",
    "registration.unit": "result.issued_by",
    "result_number": "result.number",
    "fired": "deadlines.fired",
    "extended_until": "deadlines.extended_until",
    "late_statutory_minutes": "deadlines.late_statutory_minutes",
    "late_promised_minutes": "deadlines.late_promised_minutes",
    "incidents": "incidents",
    "retried_calls": "retried_calls",
    "escalations": "escalations",
    "done_escalations": "done_escalations",
    "steps_repeated": "processing.steps_repeated",
    "stars": "result.stars",
    "brought_over_from": "intake.brought_over_from",
    "received_elsewhere_at": "intake.received_elsewhere_at",
    "parent": "intake.parent",
    "children": "children",
    "postal_items": "postal_items",
    "awaited": "awaited",
}
"""Each name of the flat form, in its order, and its place in the parts."""

ADDED = {
    "retried_calls",
    "escalations",
    "done_escalations",
    "steps_repeated",
    "parent",
    "children",
    "postal_items",
    "awaited",
}
"""Names of a later release, which are left out where they say nothing (`later_fields`)."""

Place = tuple[str, str, str]
"""A name of the flat form, its part and its field; an empty part: the dossier itself."""


def _place(name: str, path: str) -> Place:
    part, dot, field = path.partition(".")
    return (name, part, field) if dot else (name, "", path)


GROUPS = {
    group: tuple(
        _place(stored.partition(".")[2], path) for stored, path in PLACES.items() if stored.startswith(f"{group}.")
    )
    for group in ("payment", "registration")
}
"""The names that the flat form groups under one name, although they are in several parts."""

_NAMES = tuple(dict.fromkeys(stored.partition(".")[0] for stored in PLACES))
_ALONE = tuple(_place(name, PLACES[name]) for name in _NAMES if name not in GROUPS)


def flat(dossier: dict[str, Any]) -> dict[str, Any]:
    """The flat form of a dossier's parts, which are plain data."""
    parts = {"": dossier, **dossier}
    stored: dict[str, Any] = dict.fromkeys(_NAMES)  # in the order of release 0.1
    stored.update({name: parts[part].get(field) for name, part, field in _ALONE})
    for group, places in GROUPS.items():
        stored[group] = {name: parts[part][field] for name, part, field in places if field in parts[part]}
    return {name: value for name, value in stored.items() if name not in ADDED or value is not None}


def in_parts(stored: Any) -> Any:
    """The parts of a flat dossier. A name that an older release did not write is left to its default.

    Anything but an object is returned unchanged, and the validation of the parts accepts or refuses it.
    """
    if not isinstance(stored, dict):
        return stored
    parts: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for values, places in _groups(stored):
        for name, part, field in places:
            if name in values:
                parts[part][field] = values[name]
    return {**parts.pop("", {}), **parts}


def _groups(stored: dict[str, Any]) -> Iterator[tuple[dict[str, Any], tuple[Place, ...]]]:
    """The flat object and each group in it, with the places of their names."""
    yield stored, _ALONE
    yield _with_sums(_group(stored, "payment")), GROUPS["payment"]
    yield _group(stored, "registration"), GROUPS["registration"]


def _group(stored: dict[str, Any], group: str) -> dict[str, Any]:
    """The object under the group's name; empty if the release that wrote it did not have the group."""
    found = stored.get(group, {})
    if not isinstance(found, dict):
        raise PydanticCustomError("not_an_object", "{group} is not an object", {"group": group})
    return found


def _with_sums(payment: dict[str, Any]) -> dict[str, Any]:
    """Adds the sums that the first release did not write: its obligation was the only one."""
    if "asked" in payment or payment.get("status", "none") == "none":
        return payment
    amount = payment.get("amount", 0)
    met = amount if payment["status"] == "paid" else 0
    return {**payment, "asked": amount, "met": met, "taken_in_cash": met if payment.get("cash") else 0}
