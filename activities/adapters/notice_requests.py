"""What every channel of notices is told, what it answers, and what a failure means for the notice."""

from __future__ import annotations

from pydantic import ConfigDict, Field, field_validator

from activities.adapters.errors import OutsideError
from activities.adapters.http import CERTIFICATE, NOT_CONNECTED
from activities.adapters.messages import OutsideCode
from domain.channels.contacts import mailbox
from domain.values import Code, Instant, Strict, Text, Value

NO_FREE_PLACE = "no_free_place"
UNREACHABLE_HERE = "no_way_to_person"
"""The reason of a refusal with which a channel says that the person cannot be reached by it."""
_NOT_TAKEN = frozenset(
    {NOT_CONNECTED, CERTIFICATE, NO_FREE_PLACE, "http_401", "http_407", "http_421", "http_425", "http_429", "http_503"}
)
"""Reasons with which it is known that nothing was taken: the call did not begin, or was turned away at the door."""
AT_THE_DOOR, REPLIED = "door_", "smtp_"
"""How the reasons begin of a mail server that takes no mail from us now, and of one that replied to this e-mail."""
ANOTHERS_REPLY = "anothers_reply"
"""The reason of a reply that names another message than the one that was sent."""
BEFORE_DATA = "before_data"
"""A session of SMTP that broke off before the message was sent."""
AFTER_DATA = "after_data"
"""One that broke off afterwards: nobody knows whether the server took the message."""


class Personal(Strict):
    """A request whose content never appears in an error or a log."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class TextMessage(Personal):
    """A text message. It is sent once for each key."""

    key: Code
    template: Code
    phone: str = Field(repr=False, pattern=r"^84[0-9]{9}$")
    text: Text = Field(repr=False)


class ZaloMessage(Personal):
    """A message in Zalo: an approved template with its parameters. It is sent once for each key."""

    key: Code
    template: Code
    phone: str = Field(repr=False, pattern=r"^84[0-9]{9}$")
    parameters: dict[str, str] = Field(repr=False)


class Email(Personal):
    """An e-mail. The same key gives the same Message-ID, by which mail servers and people recognise a repetition."""

    key: Code
    to: str = Field(repr=False, max_length=254)
    name: str = Field(default="", repr=False)
    """The person's name; empty: not known."""
    subject: str = Field(repr=False)
    text: Text = Field(repr=False)
    at: Instant
    """When it was first to be sent. It stays the same when the e-mail is sent again."""
    opt_out_url: str | None = Field(default=None, repr=False)
    """Where a click opts out; None: nobody can opt out of this e-mail, or the address of the API is not set."""
    greets: bool = True
    """Whether it begins with a greeting."""

    @field_validator("to")
    @classmethod
    def _is_a_mailbox(cls, to: str) -> str:
        """One that every mail server takes: a line break, a bracket or a letter outside ASCII would be sent."""
        if mailbox(to) is None:
            raise ValueError("not the address of a mailbox")
        return to


class NoticeSent(Value):
    """The channel has accepted the notice."""

    message_id: str = Field(pattern=r"^[!-~]{1,300}$")
    accepted_at: Instant | None = None


def had_no_effect(error: OutsideError) -> bool:
    """True if it is known that the channel did not take the notice. A time-out, for one, leaves it in doubt."""
    if not error.retryable or error.code in (OutsideCode.BREAKER_OPEN, OutsideCode.SYSTEM_HELD):
        return True
    return error.reason in _NOT_TAKEN or error.reason.startswith((BEFORE_DATA, AT_THE_DOOR, REPLIED))


def is_out_of_reach(error: OutsideError) -> bool:
    """True if the channel itself did not take the call: every other notice would fare the same now."""
    return had_no_effect(error) and error.retryable and not error.reason.startswith(REPLIED)


def leaves_the_person(error: OutsideError) -> bool:
    """True if the channel said that it cannot reach this person: another channel may."""
    return not error.retryable and error.reason.startswith(UNREACHABLE_HERE)
