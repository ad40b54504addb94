"""What the HTTP side works with, given once to the application, and how a request finds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Annotated, Protocol

from fastapi import Depends, Request

from activities.ledger.kept_answers import KeptAnswers
from activities.ledger.pool import Pool
from domain.procedures.published_limits import PublishedLimits
from domain.values import VIETNAM, Value
from gateway.access.principals import Principal
from gateway.api.exports import Exports
from gateway.api.keys import Keys
from gateway.api.rates import Quota, Rates
from gateway.client import Engine


class Tokens(Protocol):
    """Verifies access tokens. `gateway.access.tokens` does it against an OIDC issuer."""

    async def verify(self, token: str, now: datetime) -> Principal:
        """The principal of a token. Raises NotAuthenticated when the token is not believed."""
        ...


class ApiPolicy(Value):
    """What an operator may set: limits, and where a version is demanded."""

    if_match_for: frozenset[str] = frozenset()
    """The commands that need `If-Match`. Others take it when it is given."""
    caller: Quota = Quota(requests=1_200, seconds=60)
    """The requests of one caller who has signed in."""
    public: Quota = Quota(requests=60, seconds=60)
    """The requests without a sign-in from one address."""
    guesses: Quota = Quota(requests=10, seconds=60)
    """The tries to follow one dossier without a sign-in."""
    exports_at_once: int = 2
    """The most tables of dossiers that are written at once. Each holds a connection to the database."""


@dataclass(frozen=True)
class Api:
    """The parts of the HTTP side."""

    engine: Engine
    pool: Pool
    tokens: Tokens
    keys: Keys
    policy: ApiPolicy = field(default_factory=ApiPolicy)
    rates: Rates = field(default_factory=Rates)
    limits: PublishedLimits = field(default_factory=lambda: PublishedLimits({}))
    """The limits of the national catalogue, for procedures that the province does not have itself."""

    @property
    def answers(self) -> KeptAnswers:
        """The kept answers."""
        return KeptAnswers(self.pool)

    @cached_property
    def exports(self) -> Exports:
        """The tables that are being written now."""
        return Exports(self.policy.exports_at_once)

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(VIETNAM)


def _parts(request: Request) -> Api:
    parts: Api = request.app.state.api
    return parts


Parts = Annotated[Api, Depends(_parts)]
"""The parts, as a parameter of an operation."""
