"""The protocol of the systems without sessions: a bearer token, and one effect for each key."""

from __future__ import annotations

import hmac

from tools.simulator.fault_injection import FaultMode
from tools.simulator.simulated_system import Answer, RawRequest, json_answer
from tools.simulator.world import World


def authorised(world: World, request: RawRequest) -> bool:
    """Whether the request has the right token."""
    ours = f"Bearer {world.access.token.get_secret_value()}"
    return hmac.compare_digest(ours.encode(), request.headers.get("authorization", "").encode())


def unauthorised() -> Answer:
    """The answer to a request without the right token: HTTP 401."""
    return refused("unauthorised", 401)


def refused(code: str, status: int) -> Answer:
    """A refusal with an HTTP error status."""
    return json_answer({"error_code": code, "message": "Yêu cầu bị từ chối"}, status)


def done(**fields: object) -> Answer:
    """The answer of success."""
    return json_answer({"error_code": "00", **fields})


def failing(mode: FaultMode) -> Answer:
    """The answer for a fault of these systems."""
    match mode:
        case FaultMode.TOKEN_FAILED:
            return refused("token_failed", 422)
        case FaultMode.REFUSED:
            return refused("not_accepted", 422)
        case FaultMode.UNAUTHORISED:
            return unauthorised()
        case FaultMode.UNKNOWN_CODE:
            return json_answer({"error_code": "4711", "message": "Mã lỗi mới"})
        case _:
            return json_answer({"error_code": "99", "message": "Hệ thống bận, vui lòng thử lại"})
