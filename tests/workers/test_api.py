"""Tests of the API over real sockets: requests of strangers cost little and delay no good request."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import cast

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from activities.adapters.payments import CALLBACK_SIGNATURE_HEADER
from activities.events_out.live import LiveLimits
from gateway.api.request_limits import Limited, Limits
from gateway.console.changes import MOST_PAGES
from tests.support.command_line import run
from tests.support.issuers import Issuer, signed_as_written
from tests.support.plain_http import NO_TLS
from tests.support.serving import Served, serving
from tests.support.waiting import WITHIN, until
from tools.local_stack import Stack, control
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.stack import temporary_folder
from workers.credentials import callback_secret
from workers.http_server import MOST_CONNECTIONS
from workers.settings import Settings, load_settings

pytestmark = [pytest.mark.stack, pytest.mark.slow]

PATH = "/v1/payments/callback/H42.101-250805-0001"
MEGABYTE = 1_000_000


class Api:
    """The API of a whole stack."""

    def __init__(self, folder: Path) -> None:
        self.settings: Settings = load_settings({}, folder)
        running = Stack(folder, announce=silently).running("api")
        self.pid, self.port, self.url = running.pid, running.ports["http"], running.urls["http"]

    def open(self, *, start: bytes = b"") -> socket.socket:
        """A connection on which the start of a request was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.sendall(start)
        return connection

    def healthy(self) -> float:
        """The seconds of a good request."""
        began = time.monotonic()
        httpx2.get(f"{self.url}/health/live", timeout=10, trust_env=False, verify=NO_TLS).raise_for_status()
        return time.monotonic() - began

    def post(self, body: bytes, secret: bytes) -> httpx2.Response:
        """Sends a callback that is signed with this secret."""
        signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        headers = {CALLBACK_SIGNATURE_HEADER: signature}
        return httpx2.post(
            f"{self.url}{PATH}", content=body, headers=headers, timeout=30, trust_env=False, verify=NO_TLS
        )

    def memory(self) -> int:
        """The peak memory of the process, in bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with temporary_folder() as folder, ends_with_this_process(folder):
        control.up(load_settings({}, folder), announce=silently)
        yield Api(folder)
        control.reset(folder, announce=silently)


def head(*more: str) -> bytes:
    return "\r\n".join((f"POST {PATH} HTTP/1.1", "Host: api", *more, "", "")).encode()


def answer(connection: socket.socket) -> bytes:
    """Everything that arrives until the server closes the connection."""
    received = b""
    try:
        while part := connection.recv(65_536):
            received += part
    except ConnectionResetError:
        pass
    return received


def pour(connection: socket.socket, parts: int, part: bytes) -> int:
    """Sends as much as the server accepts; returns the number of parts."""
    sent = 0
    try:
        while sent < parts:
            connection.sendall(part)
            sent += 1
    except OSError:
        pass  # the server has closed the connection
    return sent


READ = "/v1/dossiers/H42.101-250805-0001"


def refusal(api: Api, token: str) -> tuple[int, str]:
    """The status and the code of an answer to a request with this token."""
    headers = {"Authorization": f"Bearer {token}".strip()}
    answered = httpx2.get(api.url + READ, headers=headers, timeout=30, trust_env=False, verify=NO_TLS)
    assert "cb.13285" not in answered.text
    return answered.status_code, answered.json()["code"]


def test_a_token_of_the_stack_s_issuer_is_believed_and_a_forged_one_is_not(api: Api) -> None:
    """`luongxanh dev token` opens the API; no token, a changed one, one of another key and an expired one do not."""
    stack = {"LUONGXANH_STACK": str(api.settings.stack_folder)}
    token = run("dev", "token", "--person", "cb.13285.reception.1", environment=stack).out.strip()
    assert refusal(api, token) == (404, "unknown_dossier")
    head, claims, signature = token.split(".")
    assert refusal(api, "") == (401, "token_missing")
    assert refusal(api, f"{head}.{claims}.{signature[:-8]}AAAAAAAA") == (401, "token_signature_wrong")
    assert refusal(api, f"{head}.{claims}.") == (401, "token_signature_wrong")
    assert refusal(api, claims) == (401, "token_malformed")
    assert refusal(api, Issuer(str(api.settings.issuer_url)).token()) == (401, "token_key_unknown")
    kid = json.loads(base64.urlsafe_b64decode(head + "=="))["kid"]
    forged = signed_as_written({"alg": "RS256", "kid": kid}, Issuer(str(api.settings.issuer_url)).claims())
    assert refusal(api, forged) == (401, "token_signature_wrong")


def test_four_hundred_megabytes_are_not_read(api: Api) -> None:
    """A body of 400 MB, announced or in parts, gets 413 before it uses memory, and the connection is closed."""
    api.healthy()
    before = api.memory()
    with api.open(start=head(f"Content-Length: {400 * MEGABYTE}")) as connection:
        reply = answer(connection)
    assert reply.startswith(b"HTTP/1.1 413 ")
    assert json.loads(reply.partition(b"\r\n\r\n")[2])["code"] == "too_large"
    megabyte = b"x" * MEGABYTE
    with api.open(start=head(f"Content-Length: {400 * MEGABYTE}")) as connection:
        assert pour(connection, 400, megabyte) < 20
    with api.open(start=head("Transfer-Encoding: chunked")) as connection:
        assert pour(connection, 400, b"%x\r\n%b\r\n" % (MEGABYTE, megabyte)) < 20
    assert api.memory() - before < 8 * MEGABYTE
    assert api.healthy() < 5


@pytest.mark.parametrize(
    "start", [b"GET /v1/problems HTTP/1.1\r\nHost: a\x00b\r\n\r\n", b"\x16\x03\x01\r\n\r\n", b"GET\r\n\r\n"]
)
def test_what_breaks_the_protocol_gets_a_problem(api: Api, start: bytes) -> None:
    """Bytes that are no HTTP request are answered with a problem, and the connection is closed."""
    with api.open(start=start) as connection:
        head, _, body = answer(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == "request_unreadable"


def test_the_requests_are_measured(api: Api) -> None:
    """The metrics count requests by operation and status; an address that leads nowhere is no label."""
    api.healthy()
    httpx2.get(f"{api.url}/v1/nothing-of-this-name", trust_env=False, verify=NO_TLS)
    shown = httpx2.get(f"{api.url}/metrics", trust_env=False, verify=NO_TLS).text
    assert 'luongxanh_request_duration_seconds_count{operation="read_liveness"' in shown
    assert 'operation="none",' in shown
    assert "nothing-of-this-name" not in shown


def test_streams_leave_connections_for_requests() -> None:
    """Each stream holds a connection. A new one finds no place where streams have them all."""
    assert LiveLimits().followers + MOST_PAGES < MOST_CONNECTIONS


def test_six_hundred_that_never_finish_hold_up_nobody(api: Api) -> None:
    """With 600 incomplete requests open a good request is answered, and the waiting connections are closed."""
    starts = (
        b"POST /v1",
        head("Content-Length: 60000") + b"{",
        head("Transfer-Encoding: chunked") + b"1\r\nx\r\n",
        b"",
    )
    with ExitStack() as held:
        waiting = [held.enter_context(api.open(start=starts[number % 4])) for number in range(600)]
        assert max(api.healthy() for _ in range(10)) < 5
        open_files = len(list(Path(f"/proc/{api.pid}/fd").iterdir()))
        assert open_files < MOST_CONNECTIONS + 100
        replies = [answer(connection) for connection in waiting]  # the server closes each of them
    assert {one.partition(b"\r\n")[0] for one in replies} <= {b"", b"HTTP/1.1 408 Request Timeout"}
    assert sum(one.startswith(b"HTTP/1.1 408 ") for one in replies) > 100
    assert api.healthy() < 5


def test_a_callback_is_believed_with_this_stacks_secret_only(api: Api) -> None:
    """A callback that is signed with the public secret is refused."""
    body = json.dumps(
        {
            "event_id": "TB-1", "order_id": "DH-1", "key": "k", "transaction_id": "GD-1", "amount": 1_000,
            "paid_at": "2026-01-05T09:00:00+07:00", "state": "paid",
        }
    ).encode()  # fmt: skip
    assert api.post(body, b"simulator-callback-secret").status_code == 401
    ours = callback_secret(api.settings).get_secret_value().encode()
    assert api.post(body, ours).status_code == 404  # the dossier does not exist


@pytest.mark.parametrize("port", ["taken", "65536", "-1", "many"])
def test_a_port_that_cannot_be_had_is_told(port: str, api: Api) -> None:
    """A taken port has exit code 5, an impossible one 2, and there is no traceback."""
    given = str(api.port) if port == "taken" else port
    ran = run("api", "--port", given, environment={"LUONGXANH_STACK": str(api.settings.stack_folder)})
    assert ran.code == (5 if port == "taken" else 2)
    assert ("port_unavailable" if port == "taken" else "✗ ") in ran.err
    assert "Traceback" not in ran.err


def test_a_host_that_is_not_ours_is_told(api: Api) -> None:
    """A host of another machine, or an invalid one, is reported."""
    for host in ("192.0.2.1", "no.such.host.invalid"):
        ran = run("api", "--port", "0", "--host", host, environment={"LUONGXANH_STACK": str(api.settings.stack_folder)})
        assert (ran.code, "port_unavailable" in ran.err, "Traceback" in ran.err) == (5, True, False)


# --- only the server, with limits that a test can reach


async def test_only_so_many_requests_are_answered_at_once() -> None:
    """A request above the limit is told to try again, and the running ones go on."""
    application = FastAPI()
    going_on, full, inside = asyncio.Event(), asyncio.Event(), []

    @application.post("/")
    async def slow(request: Request) -> JSONResponse:
        inside.append(request)
        if len(inside) == 3:
            full.set()
        await going_on.wait()
        return JSONResponse({"length": len(await request.body())})

    async with (
        asyncio.timeout(WITHIN),
        serving(Limited(application, Limits(at_once=3))) as served,
        httpx2.AsyncClient(base_url=served.url, trust_env=False, verify=NO_TLS) as http,
    ):
        first = [asyncio.create_task(http.post("/", content=b"12345")) for _ in range(3)]
        await full.wait()
        refused = await http.post("/", content=b"1")
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "5"
        going_on.set()
        assert [reply.json() for reply in await asyncio.gather(*first)] == [{"length": 5}] * 3


BIG = PlainTextResponse(b"x" * 1_000_000)


def deaf(port: int) -> socket.socket:
    """A caller who asks for much and reads nothing: more than the system takes waits in the server."""
    caller = socket.socket()
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    caller.connect(("127.0.0.1", port))
    caller.sendall(b"GET /big HTTP/1.1\r\nHost: api\r\n\r\n" * 20)
    return caller


async def big_or_small(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers `/big` with a million bytes, and everything else with two."""
    await (BIG if scope["path"] == "/big" else PlainTextResponse("ok"))(scope, receive, send)


@pytest.mark.parametrize(("at_once", "most_connections"), [(2, 100), (100, 4)])
async def test_callers_who_do_not_read_keep_nobody_out(at_once: int, most_connections: int) -> None:
    """They may be more than the requests that are answered at once, and as many as there are connections."""
    async with (
        asyncio.timeout(WITHIN),
        serving(Limited(big_or_small, Limits(at_once=at_once)), most_connections=most_connections) as served,
        httpx2.AsyncClient(base_url=served.url, trust_env=False, verify=NO_TLS) as http,
    ):
        connections = served.server.server_state.connections
        callers = [deaf(served.port) for _ in range(4)]

        def all_are_stuck() -> bool:
            return [cast("H11Protocol", one).flow.write_paused for one in connections] == [True] * 4

        await until(all_are_stuck, "all four are stuck")
        assert (await http.get("/small")).status_code == 200
        for caller in callers:
            caller.close()


async def test_a_caller_who_does_not_read_is_cut_off() -> None:
    """After a time; who reads slowly gets the whole answer."""
    asked = asyncio.Event()

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        asked.set()
        await big_or_small(scope, receive, send)

    async with asyncio.timeout(2 * WITHIN), serving(noted, read_seconds=1.5) as served:
        with deaf(served.port):
            await asked.wait()
            await until(lambda: not served.server.server_state.connections, "it was cut off")
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=4_096)
        writer.write(b"GET /big HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n")
        received = 0
        while part := await reader.read(16_384):
            received += len(part)
            await asyncio.sleep(0.03)
        assert received > 1_000_000
        writer.close()


async def test_a_head_that_dribbles_in_is_not_waited_for() -> None:
    """A byte a moment does not begin the wait anew; nor does a good request before it on the same connection."""
    application = FastAPI()

    @application.get("/")
    async def nothing() -> dict[str, str]:
        return {}

    async with serving(application, head_seconds=0.5) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: api\r\n\r\n")
        assert (await reader.readuntil(b"{}")).startswith(b"HTTP/1.1 200")
        began = time.monotonic()

        def hung_up() -> bool:
            writer.write(b"G")  # one byte more at each look
            return reader.at_eof() or reader.exception() is not None

        await until(hung_up, "the connection is ended")
        assert 0.4 < time.monotonic() - began < 20
        writer.close()


async def test_a_new_connection_takes_the_place_of_the_one_that_waits_longest() -> None:
    """Above the limit the connection that has waited longest is closed; one that is being answered stays."""
    application = FastAPI()
    asked, going_on = asyncio.Event(), asyncio.Event()

    @application.get("/")
    async def slow() -> dict[str, str]:
        asked.set()
        await going_on.wait()
        return {}

    async with asyncio.timeout(WITHIN), serving(application, most_connections=3) as served:
        answered, request = await asyncio.open_connection("127.0.0.1", served.port)
        request.write(b"GET / HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n")
        await asked.wait()
        waiting = []
        for _ in range(4):
            waiting.append(await asyncio.open_connection("127.0.0.1", served.port))
            await until(partial(is_known, served, waiting[-1][1]), "the server has taken the connection")
        for reader, _ in waiting[:2]:
            assert await reader.read() == b""
        assert not any(reader.at_eof() for reader, _ in waiting[2:])
        going_on.set()
        assert (await answered.read()).startswith(b"HTTP/1.1 200")
        for _, writer in waiting:
            writer.close()


def is_known(served: Served, connection: asyncio.StreamWriter) -> bool:
    """Whether the server has this connection among its own."""
    ours = connection.get_extra_info("sockname")
    return any(getattr(one, "client", None) == ours for one in served.server.server_state.connections)
