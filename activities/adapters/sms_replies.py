"""What people answer to text messages, as the SMS gateway reports it to us."""

from __future__ import annotations

from pydantic import ConfigDict, Field, SecretStr

from activities.adapters.messages import CallbackRefusal
from activities.adapters.signed_bodies import read_signed
from domain.values import Code, Instant, Value

REPLY_SIGNATURE_HEADER = "X-Sms-Signature"


class SmsReply(Value):
    """One answer. It may come late, twice, or never. Number and text appear in no error and no log."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    event_id: Code
    """The gateway's name of this answer: the same when it reports it again."""
    phone: str = Field(repr=False, max_length=40)
    text: str = Field(repr=False, max_length=2_000)
    said_at: Instant
    """By the gateway's clock. Nothing is decided by it."""


def verify_reply(secret: SecretStr, body: bytes, signature: str | None) -> SmsReply:
    """The answer, if the gateway signed exactly these bytes. Raises RejectedCallback (an InvalidInput) if not.

    `signature` is the value of the header REPLY_SIGNATURE_HEADER, None when it is missing.
    """
    refusals = CallbackRefusal.REPLY_SIGNATURE, CallbackRefusal.REPLY_UNREADABLE
    return read_signed(SmsReply, secret, body, signature, unsigned=refusals[0], unreadable=refusals[1])
