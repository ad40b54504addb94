"""Tests of the issuer's keys: rotation, how often the issuer is asked, and what holds while it fails or lies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from joserfc.jwk import RSAKey
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from structlog.testing import capture_logs

from gateway.access.errors import IssuerUnavailable, NotAuthenticated
from gateway.access.issuer_policy import IssuerPolicy
from gateway.access.tokens import TokenVerifier, open_verifier
from tests.support.issuers import DISCOVERY, EC, KEYS, NOW, RSA, Answer, Issuer, issuing
from tests.support.waiting import WITHIN, until

TOO_LONG = 2.0
"""Seconds after which an issuer that does not answer has failed, where that is tested."""
NEW = RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig", "alg": "RS256"})


@dataclass
class Clock:
    """A monotonic clock that a test moves."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        """The time of the clock."""
        return self.seconds


@dataclass(frozen=True)
class Trial:
    """An issuer, a verifier of its tokens, and the clock by which the verifier keeps keys."""

    issuer: Issuer
    verifier: TokenVerifier
    clock: Clock

    async def accepts(self, key: RSAKey = RSA) -> None:
        """A token of this key is accepted."""
        await self.verifier.verify(self.issuer.token(key), NOW)

    async def refuses(self, key: RSAKey = RSA) -> None:
        """A token of this key is refused for its key."""
        with pytest.raises(NotAuthenticated, match="token_key_unknown"):
            await self.accepts(key)

    async def cannot_tell(self) -> None:
        """Tokens cannot be verified now."""
        with pytest.raises(IssuerUnavailable, match="issuer_unavailable"):
            await self.accepts()


@asynccontextmanager
async def trying(answer_seconds: float = WITHIN) -> AsyncIterator[Trial]:
    """Keys are used for 600 seconds, and for 3,600 while the issuer fails."""
    clock = Clock()
    async with issuing() as issuer, open_verifier(issuer.policy(answer_seconds=answer_seconds), clock) as verifier:
        yield Trial(issuer, verifier, clock)


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    """The issuer may take as long as a slow machine does."""
    async with trying() as made:
        yield made


async def test_the_issuer_is_asked_once_for_many_tokens(trial: Trial) -> None:
    """Fifty requests at once, and later ones within the cache time, cost one fetch of both documents."""
    await asyncio.gather(*(trial.accepts() for _ in range(50)))
    trial.clock.seconds += 400
    await trial.accepts()
    assert trial.issuer.asked == {DISCOVERY: 1, KEYS: 1}


async def test_a_rotation_with_overlap_refuses_nobody(trial: Trial) -> None:
    """Before, during and after a rotation every token is accepted whose key is published; the new key at once."""
    await trial.accepts()
    trial.clock.seconds += 31
    trial.issuer.published = [RSA, NEW]
    await trial.accepts()
    await trial.accepts(NEW)
    assert trial.issuer.asked[KEYS] == 2
    trial.issuer.published = [NEW]
    trial.clock.seconds += 601
    await trial.accepts(NEW)
    await trial.refuses(RSA)


async def test_a_withdrawn_key_is_refused_after_the_cache_time(trial: Trial) -> None:
    """A key that the issuer no longer publishes verifies nothing once the keys were fetched again."""
    await trial.accepts()
    trial.issuer.published = [EC]
    trial.clock.seconds += 470
    await trial.accepts()
    trial.clock.seconds += 130
    await trial.refuses()


async def test_keys_are_asked_for_ahead_in_the_background(trial: Trial) -> None:
    """Near the end of the cache time a token is answered from the known keys, and the issuer is asked meanwhile."""
    await trial.accepts()
    trial.clock.seconds += 500
    await trial.accepts()
    await until(lambda: trial.issuer.asked[KEYS] == 2, "the keys are fetched ahead")


async def test_unknown_keys_cause_no_storm(trial: Trial) -> None:
    """A thousand tokens with keys of nobody cost one more request in thirty seconds; good tokens are not affected."""
    await trial.accepts()
    trial.clock.seconds += 31
    made = [trial.issuer.token(header={"kid": f"k-{number}"}) for number in range(200)]
    for _ in range(5):
        answers = await asyncio.gather(*(trial.verifier.verify(one, NOW) for one in made), return_exceptions=True)
        assert {type(answer) for answer in answers} == {NotAuthenticated}
    await trial.accepts()
    assert trial.issuer.asked[KEYS] == 2
    trial.clock.seconds += 31
    await trial.refuses(NEW)
    assert trial.issuer.asked[KEYS] == 3


async def test_tokens_of_others_cause_no_request(trial: Trial) -> None:
    """A token that names another issuer, or is malformed, does not make us ask anybody."""
    for token in (trial.issuer.token(iss="https://x.example"), "a.b.c", trial.issuer.token(typ="ID")):
        with pytest.raises(NotAuthenticated):
            await trial.verifier.verify(token, NOW)
    assert not trial.issuer.asked


async def _status(status: int) -> Response:
    return Response(status_code=status)


async def _too_long() -> Response:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 65_536
            await asyncio.sleep(0)

    return StreamingResponse(parts(), media_type="application/json")


def _says(content: bytes, **headers: str) -> Callable[[], Awaitable[Response]]:
    async def answer() -> Response:
        return Response(content, headers=headers)

    return answer


FAULTS: dict[str, tuple[Callable[[], Awaitable[Response]], str]] = {
    "an error": (lambda: _status(503), "http_503"),
    "not found": (lambda: _status(404), "http_404"),
    "no content": (lambda: _status(204), "http_204"),
    "six megabytes": (_too_long, "too_large"),
    "compressed": (_says(b"x", **{"Content-Encoding": "gzip"}), "encoding"),
    "nothing": (_says(b""), "not_json"),
    "a page": (_says(b"<html>"), "not_json"),
    "a list": (_says(b"[]"), "not_json"),
    "a name twice": (_says(b'{"issuer":"a","issuer":"b"}'), "not_json"),
    "not UTF-8": (_says(b"\xff"), "not_json"),
    "deep": (_says(b"[" * 100_000), "not_json"),
}


@pytest.mark.parametrize("path", [DISCOVERY, KEYS])
@pytest.mark.parametrize("fault", FAULTS)
async def test_an_issuer_that_fails_is_told_apart_from_a_wrong_token(trial: Trial, fault: str, path: str) -> None:
    """Whatever the issuer answers, tokens are neither accepted nor called wrong; it is logged, and passes."""
    trial.issuer.answers[path], reason = FAULTS[fault]
    with capture_logs() as logs:
        await fails_and_passes(trial, path)
    assert [(one["event"], one.get("reason")) for one in logs] == [
        ("issuer_failed", reason), ("issuer_answers_again", None),
    ]  # fmt: skip


async def fails_and_passes(trial: Trial, path: str) -> None:
    """Then: nothing can be told while the issuer fails, and everything when it answers again."""
    await trial.cannot_tell()
    await trial.cannot_tell()
    assert trial.issuer.asked[path] == 1, "the pause after a failure holds"
    trial.issuer.answers.clear()
    trial.clock.seconds += 5
    await trial.accepts()


def _hanging(over: asyncio.Event) -> Answer:
    async def hangs() -> Response:
        await over.wait()
        return Response()

    return hangs


def _in_slow_parts(over: asyncio.Event) -> Answer:
    async def parts() -> AsyncIterator[bytes]:
        while not over.is_set():
            yield b" "
            await asyncio.sleep(0.05)

    async def answers() -> Response:
        return StreamingResponse(parts(), media_type="application/json")

    return answers


async def test_an_issuer_that_takes_too_long_fails_too() -> None:
    """Whether it sends nothing, or a byte now and then. All are tried at once, since each takes its time."""

    async def fails(path: str, slow: Callable[[asyncio.Event], Answer]) -> None:
        over = asyncio.Event()
        async with trying(TOO_LONG) as trial:
            trial.issuer.answers[path] = slow(over)
            try:
                await fails_and_passes(trial, path)
            finally:
                over.set()

    with capture_logs() as logs:
        ways = ((path, slow) for path in (DISCOVERY, KEYS) for slow in (_hanging, _in_slow_parts))
        await asyncio.gather(*(fails(path, slow) for path, slow in ways))
    assert [one["reason"] for one in logs if one["event"] == "issuer_failed"] == ["timeout"] * 4


@pytest.mark.parametrize("path", [DISCOVERY, KEYS])
async def test_a_redirect_is_not_followed(trial: Trial, path: str) -> None:
    """A redirect could lead anywhere in our network."""

    async def redirect() -> Response:
        return RedirectResponse(trial.issuer.url + "/elsewhere")

    trial.issuer.answers[path] = redirect
    await trial.cannot_tell()
    assert set(trial.issuer.asked) <= {DISCOVERY, KEYS}


KEY_SETS = (
    b"{}",
    b'{"keys": {}}',
    b'{"keys": []}',
    b'{"keys": [1, null, "x"]}',
    b'{"keys": [' + b"{}," * 200 + b"{}]}",
)


@pytest.mark.parametrize("content", KEY_SETS)
async def test_a_key_set_without_a_usable_key_is_a_failure(trial: Trial, content: bytes) -> None:
    """An empty or broken key set does not replace the keys that are known."""
    await trial.accepts()
    trial.issuer.answers[KEYS] = _says(content)
    trial.clock.seconds += 601
    await trial.accepts()


@pytest.mark.parametrize(
    "documents",
    [
        {"issuer": "https://dang-nhap.example"},
        {"issuer": None},
        {"issuer": ["x"]},
        {"jwks_uri": "http://169.254.169.254/latest/meta-data"},
        {"jwks_uri": "http://10.0.0.1/keys"},
        {"jwks_uri": "http://127.0.0.1:1/keys"},
        {"jwks_uri": "https://dang-nhap.example/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "//x/keys"},
        {"jwks_uri": "http://["},
        {"jwks_uri": None},
        {"jwks_uri": 7},
    ],
)
async def test_a_discovery_document_that_points_elsewhere_is_not_believed(
    trial: Trial, documents: dict[str, object]
) -> None:
    """The document names the configured issuer, and keys on its own origin. Nobody else is asked."""
    trial.issuer.documents = documents
    await trial.cannot_tell()
    assert trial.issuer.asked == {DISCOVERY: 1}


async def test_keys_elsewhere_are_used_where_the_configuration_says_so(trial: Trial) -> None:
    """An issuer that keeps its keys at another origin works with `keys_url`, and only with this address."""
    async with issuing() as other:
        trial.issuer.documents = {"jwks_uri": other.url + KEYS}
        async with open_verifier(trial.issuer.policy(keys_url=other.url + KEYS)) as verifier:
            await verifier.verify(trial.issuer.token(), NOW)
            assert (trial.issuer.asked[KEYS], other.asked[KEYS]) == (0, 1)
        trial.issuer.documents = {}
        async with open_verifier(trial.issuer.policy(keys_url=other.url + KEYS)) as verifier:
            with pytest.raises(IssuerUnavailable):
                await verifier.verify(trial.issuer.token(), NOW)


async def test_an_issuer_that_is_down_keeps_its_last_keys_for_a_time(trial: Trial) -> None:
    """For an hour tokens are accepted with the last keys; then nobody is, until the issuer answers again."""
    await trial.accepts()
    trial.issuer.answers[KEYS] = FAULTS["an error"][0]
    with capture_logs() as logs:
        for _ in range(5):
            trial.clock.seconds += 700
            await trial.accepts()
            await trial.refuses(NEW)
    assert {(one["event"], one["keys_held"]) for one in logs} == {("issuer_failed", True)}
    trial.clock.seconds += 100
    await trial.cannot_tell()
    trial.issuer.answers.clear()
    trial.clock.seconds += 5
    with capture_logs() as logs:
        await trial.accepts()
    assert [one["event"] for one in logs] == ["issuer_answers_again"]


async def test_only_the_first_request_waits_for_an_issuer_that_hangs(trial: Trial) -> None:
    """Once the issuer is known to fail, tokens are verified with the last keys at once, while it is asked again."""
    over = asyncio.Event()
    await trial.accepts()
    trial.issuer.answers[KEYS] = FAULTS["an error"][0]
    trial.clock.seconds += 601
    await trial.accepts()
    trial.issuer.answers[KEYS] = _hanging(over)
    trial.clock.seconds += 6
    try:
        await asyncio.wait_for(trial.accepts(), WITHIN / 2)
        await until(lambda: trial.issuer.asked[KEYS] == 3, "the issuer is asked again")
    finally:
        over.set()


async def test_a_caller_that_goes_away_does_not_end_the_request_of_others(trial: Trial) -> None:
    """Two callers wait for the keys; the one whose request is cancelled does not take the other's answer away."""
    left = asyncio.Event()

    async def slowly() -> Response:
        await left.wait()
        return JSONResponse(trial.issuer.key_set)

    trial.issuer.answers[KEYS] = slowly
    first, second = asyncio.create_task(trial.accepts()), asyncio.create_task(trial.accepts())
    await until(lambda: trial.issuer.asked[KEYS] == 1, "the keys are asked for")
    first.cancel()
    left.set()
    await second
    assert first.cancelled()


async def test_an_issuer_that_is_not_there_is_unavailable() -> None:
    """Nobody listens at the address: the sentence says when to try again."""
    policy = IssuerPolicy(issuer="http://127.0.0.1:9", audience="luongxanh-api")
    async with open_verifier(policy) as verifier:
        with pytest.raises(IssuerUnavailable) as problem:
            await verifier.verify(Issuer(policy.issuer).token(), NOW)
    assert problem.value.facts == {"wait": "5"}


@pytest.mark.parametrize(
    "address",
    [
        "http://dang-nhap.example",
        "http://10.0.0.1",
        "https://u:p@dang-nhap.example",
        "https://dang-nhap.example/?x=1",
        "https://dang-nhap.example/#x",
        "ftp://127.0.0.1",
        "https://",
        "dang-nhap.example",
        "http://127.0.0.1.example",
        "https://h:99999",
    ],
)
def test_an_issuer_is_asked_over_tls(address: str) -> None:
    """Only an issuer on this machine is asked without TLS; no address holds a password."""
    with pytest.raises(ValueError, match="https"):
        IssuerPolicy(issuer=address, audience="x")
    with pytest.raises(ValueError, match="https"):
        IssuerPolicy(issuer="https://dang-nhap.example", audience="x", keys_url=address)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8", "http://[::1]:8/x", "http://localhost", "https://a.example/r"]
)
def test_an_issuer_on_this_machine_needs_no_tls(address: str) -> None:
    """The embedded stack's issuer is on the loopback address."""
    assert IssuerPolicy(issuer=address, audience="x").discovery_url == address + "/.well-known/openid-configuration"
