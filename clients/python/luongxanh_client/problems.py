"""What goes wrong, as exceptions: an answer that is a problem (RFC 9457), no answer, no sign-in, an end of waiting."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import ValidationError

from luongxanh_client.models.problem import FieldProblem, ProblemBody

REQUEST_IN_FLIGHT = "request_in_flight"
_TAG = re.compile(r'"([0-9]{1,9})"')


class LuongXanhError(Exception):
    """Every error of this client."""


class Unreachable(LuongXanhError):
    """No answer came, also not to the repeated requests. Whether the act was done is not known.

    The same call with the same key finds out: it acts once.
    """


class UnreadableAnswer(LuongXanhError):
    """An answer that is not what the API's document says."""


class SignInFailed(LuongXanhError):
    """The issuer gave no token. `error` is its code (OAuth 2), such as `invalid_client`."""

    def __init__(self, error: str, issuer: str) -> None:
        super().__init__(f"{issuer}: {error}")
        self.error = error


class NotReached(LuongXanhError):
    """The dossier is not in the state that was waited for: the time is over, or it has ended otherwise."""

    def __init__(self, dossier: str, state: str, *, ended: bool) -> None:
        super().__init__(f"{dossier}: {state}, {'which is its last state' if ended else 'and the time is over'}")
        self.dossier, self.state, self.ended = dossier, state, ended


class NotRecorded(LuongXanhError):
    """The act was accepted, and the time is over before its outcome is known."""


class Problem(LuongXanhError):
    """The API refused. `code` is stable and what a program decides by; `detail` is a sentence for people."""

    def __init__(self, body: ProblemBody, retry_after: float | None = None, version: int | None = None) -> None:
        super().__init__(f"{body.status} {body.code}: {body.detail} (trace {body.trace_id or 'unknown'})")
        self.body = body
        self.retry_after = retry_after
        """Seconds after which the same request may be sent again, where the API says so."""
        self.version = version
        """The version of the dossier or the saved search now, where the answer says so: after StaleVersion."""

    @property
    def code(self) -> str:
        """The stable code."""
        return self.body.code

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return self.body.status

    @property
    def detail(self) -> str:
        """What happened and what to do, in the caller's language."""
        return self.body.detail

    @property
    def facts(self) -> Mapping[str, str]:
        """The facts of the sentence."""
        return self.body.facts

    @property
    def errors(self) -> tuple[FieldProblem, ...]:
        """Every wrong field, for invalid input."""
        return self.body.errors

    @property
    def trace_id(self) -> str:
        """The trace under which the request is logged. Empty where the answer did not come from the API itself."""
        return self.body.trace_id


class InvalidRequest(Problem):
    """The request cannot be right, however often it is sent (400, 413, 415, 422). `errors` names the wrong fields."""


class NotSignedIn(Problem):
    """The token is missing or not believed (401)."""


class NotAllowed(Problem):
    """The caller may not do this (403)."""


class NotFound(Problem):
    """There is no such thing for this caller (404)."""


class Refused(Problem):
    """Not possible now: the rules of the field say no (409), such as `wrong_state`."""


class StaleVersion(Problem):
    """The dossier, or the saved search, has changed since it was read (412). `version` is the present one."""


class TooManyRequests(Problem):
    """The caller's quota is used up (429)."""


class Unavailable(Problem):
    """The service, or what stands before it, cannot answer now (502, 503, 504)."""


_CLASSES: Mapping[int, type[Problem]] = {
    400: InvalidRequest, 401: NotSignedIn, 403: NotAllowed, 404: NotFound, 409: Refused, 412: StaleVersion,
    413: InvalidRequest, 415: InvalidRequest, 422: InvalidRequest, 429: TooManyRequests,
    502: Unavailable, 503: Unavailable, 504: Unavailable,
}  # fmt: skip


def problem_of(status: int, headers: Mapping[str, str], content: bytes) -> Problem:
    """The exception of an answer that is no success. A proxy's own answer gets the code `http_502` and the like."""
    return problem_in(_body(status, content), _seconds(headers.get("retry-after")), _version(headers.get("etag")))


def problem_in(body: ProblemBody, retry_after: float | None = None, version: int | None = None) -> Problem:
    """The exception of a problem."""
    return _CLASSES.get(body.status, Problem)(body, retry_after, version)


def _body(status: int, content: bytes) -> ProblemBody:
    try:
        return ProblemBody.model_validate_json(content)
    except ValidationError:
        words = f"HTTP {status}"
        return ProblemBody(
            type="about:blank", title=words, status=status, detail=words, instance="", code=f"http_{status}",
            trace_id="",
        )  # fmt: skip


def _seconds(retry_after: str | None) -> float | None:
    """The seconds of `Retry-After`. A date in it is not read: the API sends seconds."""
    return float(retry_after) if retry_after is not None and re.fullmatch("[0-9]{1,6}", retry_after) else None


def _version(etag: str | None) -> int | None:
    found = _TAG.fullmatch(etag or "")
    return int(found[1]) if found else None
