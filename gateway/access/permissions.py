"""Who may do what: one table of every operation, with the roles that may do it and how far each role reaches.

The operations are those of the HTTP API, under the ids that its OpenAPI document gives them. The roles of a command are
those of the domain, which decides; a test compares the two. Source: the roles of the one-stop process (glossary).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import NotAuthorised
from domain.roles import MACHINES, Role, typed
from gateway.access.callers import Caller
from gateway.access.messages import AccessRefusal


class Reach(StrEnum):
    """Which dossiers an operation shows or changes for a role."""

    UNITS = "units"
    """Those in which a unit of the caller, or a unit below it, takes part. For a service: those of its scopes."""
    SENT = "sent"
    """What the caller itself has sent."""
    OWN = "own"
    """Those that the caller submitted."""
    NONE = "none"
    """No dossier: the operation computes from the published rules."""


STAFF = frozenset(Role) - MACHINES - {Role.APPLICANT}
"""Every role that comes from a post."""
WORKING = STAFF - {Role.SUPERVISOR, Role.OPERATOR}
"""The roles that act on dossiers."""
EVERYBODY = STAFF | {Role.APPLICANT}
DESK = frozenset({Role.RECEPTION})
HEADS = frozenset({Role.HEAD_OF_UNIT})
FEES = frozenset({Role.SPECIALIST, Role.RECEPTION, Role.CASHIER})
RECEIVERS = frozenset({Role.RECEPTION, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.COORDINATOR})
STEPS = WORKING
"""The procedure names the role of each step."""
BY_APPLICANT = frozenset({Role.APPLICANT, Role.RECEPTION})

COMMANDS: Mapping[str, frozenset[Role]] = {
    "accept": DESK,
    "refuse": DESK,
    "request_supplement": frozenset({Role.RECEPTION, Role.SPECIALIST, Role.HEAD_OF_UNIT}),
    "receive_supplement": BY_APPLICANT,
    "assign": HEADS,
    "complete_step": STEPS,
    "send_back_step": STEPS,
    "approve": STEPS,
    "ask_opinion": frozenset({Role.SPECIALIST, Role.HEAD_OF_UNIT}),
    "give_opinion": frozenset({Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.SIGNATORY}),
    "propose_fee": FEES,
    "approve_fee": frozenset({Role.HEAD_OF_UNIT, Role.SIGNATORY}),
    "reject_fee": frozenset({Role.HEAD_OF_UNIT, Role.SIGNATORY}),
    "request_payment": FEES,
    "cancel_payment_request": FEES | HEADS,
    "confirm_payment": frozenset({Role.CASHIER}),
    "check_payment": frozenset({Role.CASHIER, Role.RECEPTION}),
    "sign": frozenset({Role.SIGNATORY}),
    "reject_result": STEPS,
    "resolve": frozenset({Role.CLERK, Role.SPECIALIST}),
    "return_result": DESK,
    "rate": frozenset({Role.APPLICANT}),
    "suspend": HEADS,
    "resume": HEADS,
    "stop": HEADS,
    "withdraw": BY_APPLICANT,
    "extend": STEPS,
    "correct_entry": frozenset({Role.RECEPTION, Role.HEAD_OF_UNIT}),
    "confirm_identity": frozenset({Role.HEAD_OF_UNIT, Role.SIGNATORY}),
    "hand_over": frozenset({Role.HEAD_OF_UNIT, Role.COORDINATOR}),
    "acknowledge_handover": RECEIVERS,
    "refuse_handover": RECEIVERS,
}
"""Each command that may come from outside on an open dossier, with the roles that may give it."""


@dataclass(frozen=True)
class Permission:
    """The roles that may do an operation, each with its reach."""

    reach: Mapping[Role, Reach]

    @property
    def roles(self) -> frozenset[Role]:
        """Every role that may do it."""
        return frozenset(self.reach)


def _of_dossiers(roles: frozenset[Role]) -> Permission:
    return Permission({role: Reach.OWN if role is Role.APPLICANT else Reach.UNITS for role in roles})


def _of_rules(roles: frozenset[Role]) -> Permission:
    return Permission(dict.fromkeys(roles, Reach.NONE))


PERMISSIONS: Mapping[str, Permission] = {
    "read_act": Permission(dict.fromkeys(EVERYBODY, Reach.SENT)),
    "submit_dossier": _of_dossiers(frozenset({Role.APPLICANT, Role.RECEPTION})),
    "search_dossiers": _of_dossiers(EVERYBODY),
    "read_dossier": _of_dossiers(EVERYBODY),
    "read_history": _of_dossiers(EVERYBODY),
    "read_documents": _of_dossiers(EVERYBODY),
    "read_route": _of_dossiers(EVERYBODY),
    "read_deadline": _of_dossiers(EVERYBODY),
    "calculate_deadlines": _of_rules(EVERYBODY),
    "calculate_routing": _of_rules(EVERYBODY),
    **{command: _of_dossiers(roles) for command, roles in COMMANDS.items()},
}
"""Every operation that needs a sign-in, by its id. An operation without a row here is open to everybody."""


def require_permission(caller: Caller, operation: str) -> frozenset[Role]:
    """The roles of the caller that may do the operation. Raises NotAuthorised `operation_not_allowed` when none may."""
    permission = PERMISSIONS[operation]
    roles = caller.roles & permission.roles
    if not roles:
        raise NotAuthorised(
            AccessRefusal.OPERATION_NOT_ALLOWED, operation=operation, roles=typed(*sorted(permission.roles))
        )
    return roles
