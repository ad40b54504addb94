"""Tests of the adapter of the remote signing service."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from activities.adapters.messages import OutsideCode
from activities.adapters.signing import verifies
from activities.adapters.systems import Outside, open_outside, same_host
from activities.adapters.verdict import Verdict
from domain.values import VIETNAM
from tests.activities.adapters.given import DOCUMENT, Steering, fault, hurried, seal, sign
from tests.activities.adapters.test_connection import failure, http, talking
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator


async def test_signature_and_seal_verify(outside: Outside) -> None:
    """The signature and the seal verify with their own certificates, and only for this document."""
    signature, sealed = await outside.signing.sign(sign()), await outside.signing.seal(seal())
    for made, other, holder in ((signature, sealed, "13366.chairman"), (sealed, signature, "13366")):
        certificate = await outside.signing.certificate(made.certificate_id)
        assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == holder
        assert verifies(certificate, DOCUMENT, made.signature)
        assert not verifies(certificate, "0" * 64, made.signature)
        assert not verifies(certificate, DOCUMENT, other.signature)
        assert not verifies(certificate, DOCUMENT, "không phải base64")


async def test_a_token_that_fails_fails_at_once(steering: Steering, outside: Outside) -> None:
    """A failed token is refused for good, so that the level above signs at once; tokens of other units work."""
    steering.misbehave("signing", {"mode": "token_failed", "match": {"unit": "13366"}})
    error = await failure(outside.signing.sign(sign()))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.REFUSED, "token_failed", False)
    assert (await outside.signing.sign(sign("sign-2", unit="H42"))).signature
    assert steering.effects("signing") == {"sign sign-2": 1}


@pytest.mark.parametrize("mode", ["timeout", "cut", "down", "error_in_200", "no_effect", "duplicate"])
async def test_signed_once_whatever_happens(steering: Steering, outside: Outside, mode: str) -> None:
    """After any failure the next try with the same key gives the one signature."""
    steering.misbehave("signing", fault(mode, service="sign"))
    if mode != "duplicate":
        with hurried(outside, mode):
            await failure(outside.signing.sign(sign()))
    first = await outside.signing.sign(sign())
    assert await outside.signing.sign(sign()) == first
    assert steering.effects("signing") == {"sign sign-1": 1}


async def test_a_refused_look_at_the_certificate_is_no_refusal_of_the_seal(
    steering: Steering, outside: Outside
) -> None:
    """The seal was made: the same key is sent again, or an operator's retry would seal twice."""
    steering.misbehave("signing", fault("refused", service="certificate"))
    error = await failure(outside.signing.seal(seal()))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "unknown_certificate", True)
    await outside.signing.seal(seal())
    assert steering.effects("signing") == {"seal seal-1": 1}


async def test_a_key_signs_one_document(outside: Outside) -> None:
    """The same key for another document is refused for good."""
    await outside.signing.sign(sign())
    error = await failure(outside.signing.sign(sign().model_copy(update={"document_hash": "0" * 64})))
    assert (error.reason, error.retryable) == ("key_reused", False)


async def test_only_the_authority_is_trusted(steering: Steering) -> None:
    """When the issuer's certificate is given, signatures under another authority's certificates are refused."""
    other = Simulator(state=None, seed=8)
    issuers = [one.systems["signing"].contract.records(None)["issuer"].encode() for one in (steering.simulator, other)]
    with running_simulator(other):
        addresses = steering.simulator.world.access.addresses(steering.url, "H42")
        async with open_outside(addresses, issuer=issuers[0]) as outside:
            assert (await outside.signing.sign(sign())).signature
        async with open_outside(addresses, issuer=issuers[1]) as outside:
            error = await failure(outside.signing.sign(sign()))
    assert (error.code, error.reason) == (OutsideCode.BAD_REPLY, "not_trusted")


async def test_a_signature_of_something_else_is_not_taken(outside: Outside) -> None:
    """A real signature of another document is refused."""
    other = await outside.signing.sign(sign().model_copy(update={"document_hash": "0" * 64}))
    certificate = await outside.signing.certificate(other.certificate_id)
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()

    def say(head: bytes) -> bytes:
        content = {"pem": pem} if b"/certificates/" in head else other.model_dump(mode="json")
        return http(json.dumps({"error_code": "00", **content}))

    async with talking(say) as url, open_outside(same_host(url)) as lying:
        error = await failure(lying.signing.sign(sign()))
    assert (error.code, error.reason) == (OutsideCode.BAD_REPLY, "signature_does_not_verify")


async def test_the_same_seed_signs_alike(outside: Outside) -> None:
    """Keys and signatures depend only on the seed: two runs give the same bytes."""
    again = Simulator(state=None, seed=7)
    with running_simulator(again) as url:
        async with open_outside(again.world.access.addresses(url, "H42")) as other:
            theirs = await other.signing.sign(sign())
    ours = await outside.signing.sign(sign())
    assert (ours.certificate_id, ours.signature) == (theirs.certificate_id, theirs.signature)


async def test_an_expired_certificate_signs_nothing(steering: Steering, outside: Outside) -> None:
    """A signature under it has no legal value, and its key repeats it: a person must see to it. Others sign as ever."""
    steering.misbehave("signing", fault("expired_certificate", service="seal"))
    for _ in range(2):
        error = await failure(outside.signing.seal(seal()))
        assert (error.verdict, error.reason) == (Verdict.NEEDS_PERSON, "certificate_not_valid")
    assert (await outside.signing.seal(seal("seal-2"))).signature


async def test_a_wrong_certificate_is_not_kept(steering: Steering, outside: Outside) -> None:
    """The service gave the certificate of another official once: it is no certificate of ours, and the next try asks
    again. Kept, it would fail every later signature of this official."""
    for signer in ("one", "two"):
        await outside.signing.sign(sign(f"sign-{signer}").model_copy(update={"signer": signer}))
    name = steering.simulator.world.name
    async with open_outside([one.address for one in outside.connections.values()]) as fresh:
        await fresh.signing.certificate(name("CTS", "13366.one"))
        steering.misbehave("signing", fault("anothers_reply", service="certificate"))
        error = await failure(fresh.signing.sign(sign("sign-two").model_copy(update={"signer": "two"})))
        assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "another_certificate", True)
        assert (await fresh.signing.sign(sign("sign-two").model_copy(update={"signer": "two"}))).signature


@pytest.mark.parametrize("hours", [-20, 20])
async def test_a_service_whose_clock_is_off_still_signs(steering: Steering, outside: Outside, hours: float) -> None:
    """Its own time of signing is hours off, and the signature is good: our clock judges the certificate."""
    steering.misbehave("signing", fault("clock_off", hours=hours))
    signed = await outside.signing.sign(sign())
    off = (signed.signed_at - datetime.now(VIETNAM)).total_seconds() / 3_600
    assert abs(off - hours) < 0.1
