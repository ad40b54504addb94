"""Who calls a Nexus operation: the token that the call brings, else the service to which its endpoint is entrusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from domain.field_errors import invalid_request, of_validation
from domain.organisation.staff import Staff
from domain.values import Code
from gateway.access.callers import ON_BEHALF_OF, Caller, on_behalf_of
from gateway.access.errors import NotAuthenticated
from gateway.access.messages import AccessRefusal
from gateway.access.principals import Principal, ServicePrincipal
from gateway.access.rates import OF_CALLERS, Quota, Rates
from gateway.access.sign_in import Tokens, bearer_token, known_caller

AUTHORIZATION = "authorization"
CODE: TypeAdapter[str] = TypeAdapter(Code)


class NexusCallers:
    """Finds the caller, and counts its operations. `entrusted` names the service of each endpoint whose callers need no
    token (decision 024)."""

    def __init__(
        self, tokens: Tokens, entrusted: Mapping[str, str], staff: Callable[[], Staff], quota: Quota = OF_CALLERS
    ) -> None:
        """`quota`: the operations of one caller in this process."""
        self._tokens = tokens
        self._entrusted = entrusted
        self._staff = staff
        self._quota = quota
        self._rates = Rates()

    async def caller(self, endpoint: str, headers: Mapping[str, str], at: datetime) -> Caller:
        """The caller of an operation that came through this endpoint, with the applicant for whom it asks.

        A token counts before the endpoint's service, also one that is refused. Raises NotAuthenticated, NotAuthorised,
        IssuerUnavailable, TooManyRequests, and InvalidInput for an applicant that is no code.
        """
        given = {name.lower(): value for name, value in headers.items()}
        caller = known_caller(await self._principal(endpoint, given.get(AUTHORIZATION), at), self._staff(), at)
        applicant = given.get(ON_BEHALF_OF.lower())
        caller = caller if applicant is None else on_behalf_of(caller, _code(applicant))
        await self._rates.take(self._quota, caller.name)
        return caller

    async def _principal(self, endpoint: str, authorization: str | None, at: datetime) -> Principal:
        if authorization is not None:
            return await self._tokens.verify(bearer_token([authorization]), at)
        if endpoint not in self._entrusted:
            raise NotAuthenticated(AccessRefusal.TOKEN_MISSING, header=AUTHORIZATION)
        return ServicePrincipal(service=self._entrusted[endpoint])


def _code(given: str) -> str:
    try:
        return CODE.validate_python(given)
    except ValidationError as problem:
        raise invalid_request(of_validation(problem)) from None
