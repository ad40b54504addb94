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
    PROVINCE = "province"
    """What is the whole province's, and so everybody's dossiers: only a caller whose units are all of it may."""
    NONE = "none"
    """No dossier: the operation computes from the published rules, or gives numbers of the whole province."""


STAFF = frozenset(Role) - MACHINES - {Role.APPLICANT}
"""Every role that comes from a post."""
WORKING = STAFF - {Role.SUPERVISOR, Role.OPERATOR}
"""The roles that act on dossiers."""
WATCHING = frozenset({Role.SUPERVISOR, Role.OPERATOR})
"""The roles that look after the whole."""
WITH_WORK_LIST = STAFF - {Role.SUPERVISOR}
EVERYBODY = STAFF | {Role.APPLICANT}
DESK = frozenset({Role.RECEPTION})
HEADS = frozenset({Role.HEAD_OF_UNIT})
FEES = frozenset({Role.SPECIALIST, Role.RECEPTION, Role.CASHIER})
RECEIVERS = frozenset({Role.RECEPTION, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.COORDINATOR})
ANSWERERS = frozenset({Role.HEAD_OF_UNIT, Role.COORDINATOR, Role.SUPERVISOR})
"""Who answers for a unit that an escalation reached, also without being named in it."""
STEPS = WORKING
"""The procedure names the role of each step."""
BY_APPLICANT = frozenset({Role.APPLICANT, Role.RECEPTION})

COMMANDS: Mapping[str, frozenset[Role]] = {
    "accept": DESK,
    "refuse": DESK | HEADS,
    "request_supplement": frozenset({Role.RECEPTION, Role.SPECIALIST, Role.HEAD_OF_UNIT}),
    "receive_supplement": BY_APPLICANT,
    "assign": HEADS,
    "claim": STEPS,
    "release": STEPS,
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
    "request_post": BY_APPLICANT,
    "cancel_post": BY_APPLICANT,
    "check_post": DESK,
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
    "acknowledge_escalation": STAFF - {Role.OPERATOR},
    "explain_escalation": ANSWERERS,
    "hand_back": frozenset({Role.HEAD_OF_UNIT, Role.SIGNATORY}),
    "retry_refused_call": frozenset({Role.OPERATOR}),
}
"""Each command that may come from outside on an open dossier, with the roles that may give it."""


class Entry(StrEnum):
    """The entries of a service in people.yaml that open an operation to it, whatever roles it has."""

    EVENTS = "events"


@dataclass(frozen=True)
class Permission:
    """The roles that may do an operation, each with its reach."""

    reach: Mapping[Role, Reach]
    entry: Entry | None = None
    """Set: a service needs this entry, and no role. None: a service needs one of the roles."""

    @property
    def roles(self) -> frozenset[Role]:
        """Every role that may do it."""
        return frozenset(self.reach)


def _of_dossiers(roles: frozenset[Role]) -> Permission:
    return Permission({role: Reach.OWN if role is Role.APPLICANT else Reach.UNITS for role in roles})


def _of_rules(roles: frozenset[Role]) -> Permission:
    return Permission(dict.fromkeys(roles, Reach.NONE))


def _of_province(roles: frozenset[Role]) -> Permission:
    return Permission(dict.fromkeys(roles, Reach.PROVINCE))


def _of_events(roles: frozenset[Role], reach: Reach = Reach.UNITS) -> Permission:
    return Permission(dict.fromkeys(roles, reach), entry=Entry.EVENTS)


WEBHOOK_OPERATIONS = (
    "create_webhook", "list_webhooks", "read_webhook", "change_webhook", "delete_webhook", "rotate_webhook_secret",
    "ping_webhook", "replay_webhook", "pause_webhook", "resume_webhook", "list_webhook_deliveries", "retry_webhook",
    "skip_webhook_event",
)  # fmt: skip
"""A service has these for its own webhooks. An operator of the whole province has them for those of every service."""


SAVED_SEARCH_OPERATIONS = (
    "list_saved_searches", "save_search", "read_saved_search", "change_saved_search", "delete_saved_search",
    "restore_saved_search",
)  # fmt: skip
"""The staff has these for its own saved searches; it may open those that are shared with it."""

LEAVE_OPERATIONS = ("list_leave", "enter_leave", "withdraw_leave")
"""Everybody with a post has these for themselves, a head for the people of their unit."""

ASSIGNMENT_OPERATIONS = ("assign_dossiers", "read_assignment", "undo_assignment")
"""A head of unit gives several dossiers at once, reads what became of each, and undoes it."""

INCIDENT_ACTS = ("retry_incident", "assign_incident", "resolve_incident")
"""What an operator does with an incident."""

REPAIR_ACTS = (
    "plan_repair", "begin_repair_planning", "cancel_repair_planning", "approve_repair_plan", "run_repair_plan",
    "stop_repair_run", "resume_repair_run",
)  # fmt: skip
"""What an operator does with a plan of a repair."""

REPLAY_OPERATIONS = ("begin_replay", "list_replays", "read_replay", "cancel_replay")
"""What an operator of the whole province does with replays on a build."""

RELEASE_ORDERS = (
    "ramp_release", "promote_release", "roll_back_release", "retire_release", "begin_ramp", "read_ramp", "stop_ramp",
)  # fmt: skip
"""What an operator of the whole province orders for builds of the worker, and sees of a ramp: it names dossiers."""

LETTER_OPERATIONS = ("read_axis_letter", "settle_axis_letter", "decide_axis_letter")
"""What an operator of the whole province does with a document that came by the axis: it may belong to no dossier."""

ON_PAGES: Mapping[str, Permission] = {
    "watch_operations": _of_rules(WATCHING),
    "give_orders": _of_dossiers(frozenset({Role.OPERATOR})),
    "give_province_orders": _of_province(frozenset({Role.OPERATOR})),
}
"""What only pages of the console do: show the numbers of the running engine, and give an operator's orders, on dossiers
or on what is the province's: its relays, the rollouts of its rules, and the builds of the worker."""

PERMISSIONS: Mapping[str, Permission] = {
    "read_act": Permission(dict.fromkeys(EVERYBODY, Reach.SENT)),
    "submit_dossier": _of_dossiers(frozenset({Role.APPLICANT, Role.RECEPTION})),
    "take_in_application": _of_dossiers(DESK),
    "read_application": _of_dossiers(DESK | WATCHING),
    "search_dossiers": _of_dossiers(EVERYBODY),
    **{operation: _of_rules(STAFF) for operation in SAVED_SEARCH_OPERATIONS},
    "read_dossier": _of_dossiers(EVERYBODY),
    "read_applicant": _of_dossiers(WORKING | {Role.APPLICANT}),
    "read_history": _of_dossiers(EVERYBODY),
    "read_proof": _of_dossiers(STAFF),
    "read_documents": _of_dossiers(EVERYBODY),
    "read_route": _of_dossiers(EVERYBODY),
    "read_deadline": _of_dossiers(EVERYBODY),
    "read_ladder": _of_dossiers(STAFF),
    "list_escalations": _of_dossiers(WATCHING | ANSWERERS),
    "list_work": _of_dossiers(WITH_WORK_LIST),
    "list_suggestions": _of_dossiers(HEADS),
    **dict.fromkeys(ASSIGNMENT_OPERATIONS, _of_dossiers(HEADS)),
    **dict.fromkeys(LEAVE_OPERATIONS, _of_rules(STAFF)),
    "list_incidents": _of_dossiers(WATCHING | HEADS),
    "list_open_incidents": _of_dossiers(WATCHING | HEADS),
    "read_incident": _of_dossiers(WATCHING | HEADS),
    **{act: _of_dossiers(frozenset({Role.OPERATOR})) for act in INCIDENT_ACTS},
    "read_statistics": _of_dossiers(WATCHING | HEADS),
    "read_doctor": _of_rules(WATCHING),
    "list_failed": _of_dossiers(WATCHING),
    "export_event_log": _of_dossiers(WATCHING),
    "list_repair_plans": _of_rules(WATCHING),
    "read_repair_plan": _of_dossiers(WATCHING),
    **dict.fromkeys(("list_repair_plannings", "read_repair_planning"), _of_rules(WATCHING)),
    "list_repair_findings": _of_dossiers(WATCHING),
    **{act: _of_dossiers(frozenset({Role.OPERATOR})) for act in REPAIR_ACTS},
    **dict.fromkeys(REPLAY_OPERATIONS, _of_province(frozenset({Role.OPERATOR}))),
    "list_rollouts": _of_rules(WATCHING),
    "read_rollout": _of_rules(WATCHING),
    "list_rollout_items": _of_dossiers(WATCHING),
    **dict.fromkeys(("list_releases", "list_release_acts"), _of_rules(WATCHING)),
    "list_outside_systems": _of_rules(WATCHING),
    **dict.fromkeys(("plan_outside_order", "order_outside_system"), _of_province(frozenset({Role.OPERATOR}))),
    **dict.fromkeys(RELEASE_ORDERS, _of_province(frozenset({Role.OPERATOR}))),
    "list_reconciliations": _of_rules(WATCHING),
    "read_reconciliation": _of_rules(WATCHING),
    **dict.fromkeys(("list_differences", "list_ended_workflows"), _of_province(WATCHING)),
    **dict.fromkeys(("begin_reconciliation", "end_workflow"), _of_province(frozenset({Role.OPERATOR}))),
    "list_axis_documents": _of_dossiers(STAFF),
    "list_notices": _of_dossiers(STAFF),
    **dict.fromkeys(("opt_out_of_notices", "opt_in_to_notices"), _of_dossiers(DESK | {Role.OPERATOR})),
    "list_axis_letters": _of_province(WATCHING),
    **dict.fromkeys(LETTER_OPERATIONS, _of_province(frozenset({Role.OPERATOR}))),
    "calculate_deadlines": _of_rules(EVERYBODY),
    "calculate_routing": _of_rules(EVERYBODY),
    "follow_events": _of_events(STAFF),
    "stream_events": _of_events(STAFF),
    **{operation: _of_events(frozenset({Role.OPERATOR}), Reach.PROVINCE) for operation in WEBHOOK_OPERATIONS},
    **{command: _of_dossiers(roles) for command, roles in COMMANDS.items()},
    **ON_PAGES,
}
"""Every operation that needs a sign-in, by its id. An operation without a row here is open to everybody."""


def require_permission(caller: Caller, operation: str) -> frozenset[Role]:
    """The roles of the caller that may do the operation. Raises NotAuthorised `operation_not_allowed` when none may.

    A service that may do it by an entry need not have a role. For an applicant it has no entry: it may do what the
    applicant may, and nothing else.
    """
    permission = PERMISSIONS[operation]
    roles = caller.roles & permission.roles
    by_entry = caller.service is not None and caller.for_applicant is None and permission.entry is not None
    if not (getattr(caller.service, permission.entry) if by_entry and permission.entry else roles):
        raise NotAuthorised(
            AccessRefusal.OPERATION_NOT_ALLOWED, operation=operation, roles=typed(*sorted(permission.roles))
        )
    return roles
