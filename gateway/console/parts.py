"""What the console works with, given once to its application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import aiohttp
from pydantic import SecretStr

from activities.ledger.console_sessions import ConsoleSessions
from domain.values import Strict, Value
from gateway.access.issuer_policy import IssuerPolicy
from gateway.api.parts import Api
from gateway.console.changes import Changes
from gateway.console.kept_readings import KeptReadings


class ConsolePolicy(Value):
    """What an operator may set."""

    client_id: str = "luongxanh-console"
    """The console's name at the issuer."""
    client_secret: SecretStr | None = None
    """Its secret there, if the issuer demands one. The code is protected by PKCE in any case."""
    public_url: str | None = None
    """Where browsers reach the console, without a path. None: the address that the browser itself names."""
    session_lasts: timedelta = timedelta(hours=10)
    """A sign-in ends after so long, whatever happens: a working day."""
    temporal_ui: str | None = None
    """Where operators see the workflows in Temporal's own pages, up to the namespace. None: no link leads there."""
    session_idle: timedelta = timedelta(minutes=60)
    """A sign-in that is not used for so long ends."""


class Endpoints(Strict):
    """The addresses at the issuer that a browser or the console calls."""

    authorization: str
    token: str
    end_session: str | None = None


@dataclass(frozen=True)
class Console:
    """The parts of the console."""

    api: Api
    issuer: IssuerPolicy
    policy: ConsolePolicy
    http: aiohttp.ClientSession
    """For the issuer alone."""

    @property
    def sessions(self) -> ConsoleSessions:
        """The sign-ins."""
        return ConsoleSessions(self.api.pool, self.policy.session_lasts, self.policy.session_idle)

    @cached_property
    def readings(self) -> KeptReadings:
        """The slow readings of this process."""
        return KeptReadings()

    @cached_property
    def changes(self) -> Changes:
        """What tells the open pages of this process that something changed."""
        return Changes(self.api.events.live, self.sessions.lasting)
