"""Where an outside system is, and how it may be used: configuration, handed in by whoever wires the process."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, SecretStr, StringConstraints

from domain.outside_systems import System
from domain.values import Code, Strict


class BreakerPolicy(Strict):
    """When a connection is cut so that a dead system costs its callers nothing, and when it is tried again."""

    failures: Annotated[int, Field(ge=1)] = 5
    """Failures in a row that open the breaker."""
    open_seconds: Annotated[float, Field(gt=0)] = 30.0
    probes: Annotated[int, Field(ge=1)] = 1
    """Calls let through at once while half-open; this many successes in a row close the breaker."""


class EnvelopeTerms(Strict):
    """How a system with sessions is spoken to. No public list of its error codes exists, so they are data."""

    auth_path: str = "/auth"
    service_path: str = "/service"
    session_expired: frozenset[str] = frozenset({"01"})
    refused: frozenset[str] = frozenset({"02", "03", "06"})
    """Codes that the same request will always get again. Every other code that is no success is worth a retry."""


class SystemAddress(Strict):
    """One outside system: address, credentials, time-outs (seconds) and limits."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    system: System
    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$")]
    unit: Code | None = None
    """Our authority's identifier there (madonvi, MaDonVi)."""
    username: str = ""
    password: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    """Sent as a bearer token where the system has no sessions."""
    connect_seconds: Annotated[float, Field(gt=0)] = 3.0
    total_seconds: Annotated[float, Field(gt=0)] = 10.0
    """From asking for a free place to the last byte of the answer."""
    concurrent_calls: Annotated[int, Field(ge=1)] = 8
    largest_reply: Annotated[int, Field(ge=1)] = 1_000_000
    """Bytes."""
    breaker: BreakerPolicy = BreakerPolicy()
    envelope: EnvelopeTerms = EnvelopeTerms()
