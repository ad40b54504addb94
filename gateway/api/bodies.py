"""Reads requests strictly: a header that steers it comes once; its body is JSON within bounds, without duplicate keys.

A body parameter has the type `strict(Model)`. FastAPI documents the model, and the value is validated as the command
line validates its files.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, WrapValidator
from starlette.datastructures import Headers

from domain.errors import InvalidInput
from domain.field_errors import invalid_request
from domain.inconsistency import Inconsistent
from domain.text.json_reader import read_json
from domain.text.sentences import sentence_of
from domain.values import Bilingual
from gateway.access.callers import ON_BEHALF_OF
from gateway.api.messages import RequestRefusal
from gateway.api.refusals import BadRequest, RefusedBody
from gateway.client.requests import validated_strictly

M = TypeVar("M", bound=BaseModel)

JSON = "application/json"
ONCE = ("Content-Type", "Idempotency-Key", "If-Match", ON_BEHALF_OF)
"""Headers that change what a request does. Two of them would have two readings: ours, and that of a proxy before us."""
TWICE = Bilingual(vi="chỉ được gửi một lần", en="it must come only once")


def strict(model: type[M]) -> Any:
    """The type of a body parameter with this model, for FastAPI."""
    adapter: TypeAdapter[M] = TypeAdapter(model)

    def validated(given: Any, _handler: object) -> M:
        return validated_strictly(adapter, given)

    return Annotated[model, WrapValidator(validated)]


class StrictRequest(Request):
    """A request whose body is read within bounds."""

    async def json(self) -> Any:
        """The JSON value of the body. Raises RefusedBody with InvalidInput `invalid_request`."""
        if not hasattr(self, "_json"):
            self._json = _read(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """A route that reads its body as JSON of this house. A body in another form is refused."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of this route, with bodies read strictly."""
        handler = super().get_route_handler()
        takes_body = self.body_field is not None

        async def handled(request: Request) -> Response:
            strict_request = StrictRequest(request.scope, request.receive)
            _require_one_reading(request.headers)
            if takes_body and not _is_plain_json(request.headers):
                raise BadRequest(RequestRefusal.CONTENT_TYPE_UNSUPPORTED, header=f"Content-Type: {JSON}")
            return await handler(strict_request)

        return handled


def _require_one_reading(headers: Headers) -> None:
    """Raises BadRequest `header_invalid` for a header of `ONCE` that comes twice."""
    for name in ONCE:
        if len(headers.getlist(name)) > 1:
            raise BadRequest(RequestRefusal.HEADER_INVALID, header=name, problem=TWICE)


def _is_plain_json(headers: Headers) -> bool:
    """True for JSON that is sent as it is. A compressed body is not read: its size would not be known before."""
    kind, _, parameters = headers.get("content-type", "").partition(";")
    is_json = kind.strip().lower() == JSON and parameters.strip().lower() in ("", "charset=utf-8", 'charset="utf-8"')
    return is_json and headers.get("content-encoding", "identity").strip().lower() == "identity"


def _read(body: bytes) -> Any:
    try:
        return read_json(body.decode())
    except Inconsistent as found:
        raise RefusedBody(invalid_request([sentence_of(found)])) from None
    except UnicodeDecodeError as problem:
        raise RefusedBody(_not_utf8(problem.start + 1)) from None


def _not_utf8(position: int) -> InvalidInput:
    vi, en = f"byte thứ {position} không phải UTF-8", f"byte {position} is not UTF-8"
    return invalid_request([Bilingual(vi=vi, en=en)])
