"""Which events a caller, or the owner of a webhook, may see as of now."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from activities.events_out.filters import EventFilter
from activities.webhooks.register import Owner
from domain.errors import NotAuthorised, NotFound
from domain.organisation.organisation import Organisation
from domain.organisation.staff import Staff
from gateway.access.callers import caller_of
from gateway.access.principals import PersonPrincipal, ServicePrincipal
from gateway.access.scopes import Scope
from gateway.access.sign_in import signed_in_for

FOLLOW = "follow_events"
"""The operation whose permission lets a caller see events, by whatever way they come."""


def event_filter_of(scope: Scope) -> EventFilter:
    """The scope of a caller as a filter of events. A scope of one applicant lets no event through: applicants follow
    their dossiers themselves."""
    if scope.applicant is not None:
        return EventFilter(kinds=frozenset())
    return EventFilter(units=scope.units, procedures=scope.procedures)


def event_scope_of_owner(owner: Owner, staff: Staff, organisation: Organisation, at: datetime) -> EventFilter | None:
    """What the owner of a webhook may see as of now; None: nothing, because it is unknown, away or has no such role."""
    try:
        caller = caller_of(_principal(owner), staff, at)
        return event_filter_of(signed_in_for(caller, FOLLOW, organisation).scope)
    except (NotFound, NotAuthorised):
        return None


def _principal(owner: Owner) -> ServicePrincipal | PersonPrincipal:
    match owner.kind:
        case "service":
            return ServicePrincipal(service=owner.code)
        case "person":
            return PersonPrincipal(person=owner.code)
        case _:
            assert_never(owner.kind)
