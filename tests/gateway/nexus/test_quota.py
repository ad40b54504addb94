"""Tests of the quota of Nexus callers: who calls too often waits, and Temporal sends the operation again."""

from __future__ import annotations

from datetime import datetime

import pytest
from nexusrpc import HandlerError, HandlerErrorType

from domain.organisation.people import Service
from domain.organisation.staff import Staff
from domain.roles import Role
from domain.values import VIETNAM
from gateway.access.errors import TooManyRequests
from gateway.access.principals import ServicePrincipal
from gateway.access.rates import Quota
from gateway.nexus.callers import NexusCallers
from gateway.nexus.refusals import answering
from tests.support.api_under_test import FOREVER, KnownTokens
from tests.support.small_province import PHU_LY

STAFF = Staff(
    services=tuple(
        Service(code=code, name=code, roles=(Role.RECEPTION,), units=(PHU_LY,), source="QĐ 1") for code in ("a", "b")
    )
)


async def test_each_caller_is_counted_by_itself() -> None:
    """The third operation of a caller with a quota of two is refused; another caller's is not."""
    tokens = KnownTokens()
    callers = NexusCallers(tokens, {"entrusted": "a"}, lambda: STAFF, Quota(requests=2, seconds=FOREVER))
    now = datetime.now(VIETNAM)
    by_token = {"Authorization": f"Bearer {tokens.give(ServicePrincipal(service='a'))}"}
    await callers.caller("open", by_token, now)
    await callers.caller("entrusted", {}, now)
    with pytest.raises(TooManyRequests) as refused:
        await callers.caller("open", by_token, now)
    assert refused.value.code == "too_many_requests"
    other = {"Authorization": f"Bearer {tokens.give(ServicePrincipal(service='b'))}"}
    assert (await callers.caller("open", other, now)).name == "service/b"


async def test_temporal_sends_it_again() -> None:
    """A caller over its quota is not refused for good: its operation is postponed, as Temporal repeats this error."""
    callers = NexusCallers(KnownTokens(), {"entrusted": "a"}, lambda: STAFF, Quota(requests=1, seconds=FOREVER))
    now = datetime.now(VIETNAM)
    await callers.caller("entrusted", {}, now)
    with pytest.raises(HandlerError) as postponed, answering("read_dossier"):
        await callers.caller("entrusted", {}, now)
    assert postponed.value.type is HandlerErrorType.RESOURCE_EXHAUSTED
    assert postponed.value.retryable
