"""Signs what is sent to a webhook, by the Standard Webhooks scheme.

While a secret is being changed, old and new sign at once: the receiver takes the message when one of them is known.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks.webhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A new secret, in the form in which a receiver enters it: `whsec_…`."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def message_id(source: str, event: str) -> str:
    """The number of a message. Every try and every replay of an event has the same, so a receiver knows repetitions.

    It has no full stop: the scheme signs `ID.TIME.BODY`.
    """
    return "msg_" + hashlib.sha256(f"{source} {event}".encode()).hexdigest()[:32]


def signed_headers(message: str, at: datetime, body: str, by: Sequence[str]) -> dict[str, str]:
    """The three headers of the scheme. `at` is in UTC; `by` are the secrets, the newest first."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message, at, body) for secret in by),
    }
