"""The standard dossier as the drivers send it: its five commands, its people, its submission."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from domain.dossier.commands import BroughtOver, SubmittedDocument
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.client import Applicant, Submission
from tools.benchmark.rules import CODE, POLL_AFTER_SECONDS, WARD

APPLICANT = Applicant.model_validate(
    {"name": "Nguyễn Văn An", "identity_number": "037099001234", "birth_date": "1999-01-01", "phone": "0912345678"}
)
CITIZEN = Actor(person="citizen", role=Role.APPLICANT)
WARN_AFTER = 3.0
"""Seconds after acceptance at which the second timer fires. `submission` sets the receipt date so that it does."""


class Command(StrEnum):
    """The five commands of a standard dossier, in their order."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    STEP = "step"
    SIGN = "sign"
    RETURN = "return"


def officer(role: Role) -> Actor:
    """The person with that role in the ward."""
    return Actor(person=f"w.{role}", role=role, unit=WARD)


def received_at(now: datetime, accepted_in: float) -> datetime:
    """When a dossier that is submitted now was received: just so long ago that half of the promised hour is used
    `WARN_AFTER` seconds after the acceptance, which comes in `accepted_in` seconds.

    The clock is paused while the fee is unpaid, that is until the first timer fires. The desks are closed in the last
    minute of each day, because a session cannot reach midnight.
    """
    clock_runs = timedelta(seconds=accepted_in + WARN_AFTER - POLL_AFTER_SECONDS)
    received = now - timedelta(minutes=30) + clock_runs
    return received if received.date() == now.date() else received - timedelta(minutes=1)


def submission(key: str, accepted_in: float) -> Submission:
    """A submission that was brought over from an older system, where it was received some time ago."""
    return Submission(
        key=key,
        actor=CITIZEN,
        procedure=CODE,
        channel=Channel.ONLINE,
        received_by=WARD,
        matter=Matter(territory=WARD),
        applicant=APPLICANT,
        documents=(SubmittedDocument(code="don", digitised=True),),
        brought_over=BroughtOver(system="old", code=key, received_at=received_at(datetime.now(VIETNAM), accepted_in)),
    )
