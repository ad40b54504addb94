"""Which OIDC issuer's access tokens are accepted, and within which limits: configuration from the process."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, model_validator

from domain.values import Strict

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
"""The signatures that may be allowed. All are asymmetric: with a shared secret, whoever verifies could also sign."""
USUAL_ALGORITHMS: tuple[Algorithm, ...] = ("RS256", "PS256", "ES256")

LONGEST_KEY_ID = 200

ClaimName = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ClaimNames(Strict):
    """The names under which the issuer's tokens say who asks."""

    kind: ClaimName = "principal_kind"
    """`service`, `person` or `applicant`."""
    identifier: ClaimName = "sub"
    """The code of the person or applicant."""
    client: tuple[ClaimName, ...] = ("client_id", "azp")
    """The program that signed in; the first that the token has. It is the code of a service."""
    role: ClaimName = "role"
    unit: ClaimName = "unit"


class IssuerPolicy(Strict):
    """One issuer. Times are in seconds, sizes in bytes or characters."""

    issuer: str
    """Exactly as the tokens and the discovery document write it."""
    audience: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """The name of this API at the issuer."""
    keys_url: str | None = None
    """Where the keys are. Needed only when the discovery document names a page outside the issuer's own origin."""
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)] = USUAL_ALGORITHMS
    claims: ClaimNames = ClaimNames()
    skew_seconds: Annotated[int, Field(ge=0, le=300)] = 60
    """How far the clocks of the issuer and of this machine may differ."""
    longest_life_seconds: Annotated[int, Field(ge=60, le=2_592_000)] = 86_400
    """A token with a longer life is refused: it could be used long after somebody has left."""
    cache_seconds: Annotated[float, Field(gt=0, le=86_400)] = 600
    """Keys are used for so long before they are asked for again. A key that the issuer withdraws is refused then."""
    kept_seconds: Annotated[float, Field(gt=0, le=604_800)] = 3_600
    """The last known keys are used for so long while the issuer does not answer."""
    unknown_key_pause: Annotated[float, Field(gt=0, le=3_600)] = 30
    """The least time between two requests to the issuer that a token with an unknown key causes."""
    failure_pause: Annotated[float, Field(gt=0, le=3_600)] = 5
    """The least time between two requests to an issuer that did not answer well."""
    answer_seconds: Annotated[float, Field(gt=0, le=60)] = 5
    """Both requests, to the last byte."""
    largest_answer: Annotated[int, Field(ge=1)] = 256_000
    longest_token: Annotated[int, Field(ge=256)] = 8_192

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for address in (self.issuer, self.keys_url):
            if address is not None and not is_issuer_address(address):
                raise ValueError("not an https address (http only on this machine)")
        if self.kept_seconds < self.cache_seconds:
            raise ValueError("kept_seconds is shorter than cache_seconds")
        return self

    @property
    def discovery_url(self) -> str:
        """Where the discovery document is."""
        return self.issuer.rstrip("/") + "/.well-known/openid-configuration"

    def keys_may_be_at(self, address: str) -> bool:
        """Whether keys may be fetched from an address of the discovery document.

        It is the configured address, or on the issuer's own origin. Otherwise a changed document could make this
        process call any server of the network.
        """
        if self.keys_url is not None:
            return address == self.keys_url
        return is_issuer_address(address) and _origin(address) == _origin(self.issuer)


def is_issuer_address(address: str) -> bool:
    """True for an https address without query, fragment or password. On this machine, TLS is not needed."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or port == 0 or parts.username is not None or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
