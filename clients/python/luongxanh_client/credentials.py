"""How a program signs in: what an issuer needs to know, and how long its token is used."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

DISCOVERY = "/.well-known/openid-configuration"
FORM = "application/x-www-form-urlencoded"
USUAL_LIFE = 300.0
"""Seconds for which a token is used whose issuer does not say how long it lives."""


@dataclass(frozen=True)
class ClientCredentials:
    """A service that signs in at an OIDC issuer with its own secret (OAuth 2, client credentials)."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str | None = None
    audience: str | None = None
    """Asked for where the issuer wants the audience in the request."""

    @property
    def discovery_url(self) -> str:
        """Where the issuer publishes its addresses."""
        return self.issuer.rstrip("/") + DISCOVERY

    @property
    def form(self) -> bytes:
        """The body of the request for a token."""
        given = {"grant_type": "client_credentials", "scope": self.scope, "audience": self.audience}
        return urlencode({name: value for name, value in given.items() if value is not None}).encode()

    @property
    def basic(self) -> str:
        """The header with id and secret (RFC 6749, section 2.3.1)."""
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
        return "Basic " + base64.b64encode(pair.encode()).decode()


@dataclass(frozen=True)
class KeptToken:
    """A token, and until when it is used, on the clock of this process."""

    token: str = field(repr=False)
    until: float

    @classmethod
    def granted(cls, token: str, lives: float | None, now: float) -> KeptToken:
        """A token that lives so many seconds. It is renewed a tenth of its life before, at most a minute."""
        life = USUAL_LIFE if lives is None else lives
        return cls(token, now + life - min(60.0, life / 10))
