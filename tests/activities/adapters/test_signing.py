"""Tests of the adapter of the remote signing service."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from activities.adapters.address import SigningTerms, SystemAddress
from activities.adapters.errors import OutsideError
from activities.adapters.messages import OutsideCode
from activities.adapters.signing import Signature, verifies
from activities.adapters.systems import Outside, open_outside, same_host
from activities.adapters.verdict import Verdict
from domain.values import VIETNAM
from tests.activities.adapters.given import DOCUMENT, Steering, fault, hurried, seal, sign
from tests.activities.adapters.test_connection import failure, http, talking
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator

P256 = ec.SECP256R1()


@dataclass(frozen=True)
class Made:
    """What the service answers: a signature of the document, and the certificate that it gives for it."""

    holder: str = "13366.chairman"
    more_names: tuple[str, ...] = ()
    curve: ec.EllipticCurve = P256
    by: str = "authority"
    begins: datetime = datetime(2020, 1, 1)  # noqa: DTZ001  the library takes it for UTC
    ends: datetime = datetime(2040, 1, 1)  # noqa: DTZ001
    extensions: tuple[x509.ExtensionType, ...] = ()
    changed: tuple[bytes, bytes] = (b"", b"")
    """Bytes of the certificate, and what stands in their place."""
    followed: bool = False
    """By the certificate of its authority."""
    pem: str | None = None
    signed_at: str = "2026-07-07T08:00:00+07:00"

    def certificate(self) -> x509.Certificate:
        """The certificate, before anything of it was changed."""
        issuer = key_of(self.holder, self.curve) if self.by == "the-holder-itself" else key_of(self.by)
        named = [x509.NameAttribute(NameOID.COMMON_NAME, one) for one in (self.holder, *self.more_names) if one]
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(named))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")]))
            .public_key(key_of(self.holder, self.curve).public_key())
            .serial_number(7)
            .not_valid_before(self.begins)
            .not_valid_after(self.ends)
        )
        for one in self.extensions:
            builder = builder.add_extension(one, critical=True)
        return builder.sign(issuer, hashes.SHA256())

    def given(self) -> str:
        """The PEM that the service gives."""
        if self.pem is not None:
            return self.pem
        raw = self.certificate().public_bytes(serialization.Encoding.DER)
        before, after = self.changed
        assert before in raw
        pem = "-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(raw.replace(before, after, 1)).decode()
        return pem + "-----END CERTIFICATE-----\n" + (authority() if self.followed else "")


def key_of(holder: str, curve: ec.EllipticCurve = P256) -> ec.EllipticCurvePrivateKey:
    """The key of a holder."""
    return _key_of(holder, curve)


@cache
def _key_of(_holder: str, curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve)


def authority() -> str:
    """The certificate of the authority that is believed."""
    return Made(holder="authority").certificate().public_bytes(serialization.Encoding.PEM).decode()


async def answered(asked: str, made: Made, terms: SigningTerms, signature: object) -> Signature:
    """The signature that is taken from a service with this answer. `asked`: the unit for its seal, or the official."""
    raw = key_of(made.holder, made.curve).sign(bytes.fromhex(DOCUMENT), ec.ECDSA(Prehashed(hashes.SHA256())))
    reply = {
        "certificate_id": "CTS-1", "signed_at": made.signed_at,
        "signature": base64.b64encode(raw).decode() if signature is ... else signature,
    }  # fmt: skip

    def say(head: bytes) -> bytes:
        content = {"pem": made.given()} if b"/certificates/" in head else reply
        return http(json.dumps({"error_code": "00", **content}))

    async with talking(say) as url, open_outside(with_terms(same_host(url), terms)) as outside:
        return await (outside.signing.sign(sign()) if "." in asked else outside.signing.seal(seal()))


async def replied(asked: str, made: Made, *, signature: object = ...) -> OutsideError:
    """How the answer is refused."""
    return await failure(answered(asked, made, SigningTerms(authorities=authority()), signature))


async def taken(asked: str, made: Made, holder: Literal["common_name", "not_stated"] = "common_name") -> None:
    """The answer is taken."""
    assert (await answered(asked, made, SigningTerms(authorities=authority(), holder=holder), ...)).signature


def with_terms(addresses: Iterable[SystemAddress], terms: SigningTerms) -> list[SystemAddress]:
    """The addresses, with these terms of the signing service."""
    return [one.model_copy(update={"signing": terms}) for one in addresses]


def believing(addresses: Iterable[SystemAddress], *authorities: str) -> list[SystemAddress]:
    """The addresses, with these authorities of the signing service."""
    return with_terms(addresses, SigningTerms(authorities="".join(authorities)))


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
    """When authorities are given, signatures under another authority's certificates are refused; two may be given,
    while one takes over from the other; what the settings say later counts for a certificate that was known before."""
    other = Simulator(state=None, seed=8)
    issuers = [one.systems["signing"].contract.records(None)["issuer"] for one in (steering.simulator, other)]
    with running_simulator(other):
        addresses = steering.simulator.world.access.addresses(steering.url, "H42")
        async with open_outside(believing(addresses, *issuers)) as outside:
            assert (await outside.signing.sign(sign())).signature
            await outside.apply(believing(addresses, issuers[1]))
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


async def test_a_revoked_certificate_signs_nothing(steering: Steering, outside: Outside) -> None:
    """The service still signs with a token that was stolen; what the settings say counts from the next signature on."""
    made = await outside.signing.sign(sign())
    addresses = [one.address for one in outside.connections.values()]
    await outside.apply(with_terms(addresses, SigningTerms(revoked=frozenset({made.certificate_id}))))
    error = await failure(outside.signing.sign(sign("sign-2")))
    assert (error.verdict, error.reason) == (Verdict.NEEDS_PERSON, "certificate_revoked")
    assert (await outside.signing.seal(seal())).signature


HOLDER = "13366.chairman"


@pytest.mark.parametrize(
    ("holder", "signing"),
    [("13366.deputy", HOLDER), ("13366", HOLDER), ("13367.chairman", HOLDER), (HOLDER, "13366"), ("", HOLDER)],
)
async def test_the_signature_of_another_is_not_taken(holder: str, signing: str) -> None:
    """An earlier attempt asked the deputy, and its answer comes for the chairman's; or that of the official for the
    seal. Each is a good signature of this very document, under a good certificate."""
    error = await replied(signing, Made(holder=holder))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "another_holder", True)
    await taken(signing, Made(holder=holder), holder="not_stated")


async def test_a_certificate_of_two_holders_is_of_none() -> None:
    """One of the names is right: which of them counts says nobody."""
    error = await replied(HOLDER, Made(holder=HOLDER, more_names=("13366.deputy",)))
    assert error.reason == "another_holder"


NO_USE = dict.fromkeys(
    ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
     "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False,
)  # fmt: skip


@pytest.mark.parametrize(
    "made",
    [
        Made(curve=ec.SECP192R1()),
        Made(curve=ec.SECP256K1()),
        Made(by="another-authority"),
        Made(by="the-holder-itself"),
        Made(extensions=(x509.KeyUsage(**NO_USE | {"key_encipherment": True}),)),
        Made(extensions=(x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.15"), b"no usage"),)),
        Made(changed=(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07")),
        Made(changed=(b"\x2a\x86\x48\xce\x3d\x02\x01", b"\x2a\x86\x48\xce\x3d\x02\x7f")),
        Made(pem="-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        Made(pem="\x00không phải PEM"),
        Made(pem=""),
    ],
)
async def test_a_certificate_that_proves_nothing_is_not_trusted(made: Made) -> None:
    """Of a weak key, of nobody, for another purpose, or none at all: the same error, asked for again with an alarm."""
    error = await replied(HOLDER, made)
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "not_trusted", True)
    assert error.unknown


@pytest.mark.parametrize(
    "made",
    [
        Made(),
        Made(curve=ec.SECP384R1()),
        Made(extensions=(x509.KeyUsage(**NO_USE | {"content_commitment": True}),)),
        Made(followed=True),
        Made(signed_at="9999-12-31T00:00:00+07:00"),
    ],
)
async def test_a_good_certificate_is_taken(made: Made) -> None:
    """Also with its authority's behind it; what the clock of the service says decides nothing."""
    await taken(HOLDER, made)


@pytest.mark.parametrize("year", [1950, 2100])
async def test_a_certificate_of_another_time(year: int) -> None:
    """Not begun, or ended before computers: a person must see to it."""
    begins = datetime(year, 1, 1)  # noqa: DTZ001
    error = await replied(HOLDER, Made(begins=begins, ends=begins + timedelta(days=300)))
    assert (error.verdict, error.reason) == (Verdict.NEEDS_PERSON, "certificate_not_valid")


@pytest.mark.parametrize(
    "signature", ["", "=", "AAAA", "\x00", "é", "MEUCIQ==" * 1_000, {"r": 1}, ["MEUCIQ=="], None, 7, "\ud800"]
)
async def test_a_signature_that_is_none(signature: object) -> None:
    """Of another type, too long, in another alphabet, or of no bytes: a code, and the same key is sent again."""
    error = await replied(HOLDER, Made(), signature=signature)
    assert (error.code, error.retryable) == (OutsideCode.BAD_REPLY, True)


async def test_a_signature_of_another_algorithm_is_none() -> None:
    """The right key over the document by SHA-512, or over its digest once more: nobody asked for that."""
    for hashed in (hashes.SHA512(), hashes.SHA256()):
        raw = key_of(HOLDER).sign(bytes.fromhex(DOCUMENT), ec.ECDSA(hashed))
        error = await replied(HOLDER, Made(), signature=base64.b64encode(raw).decode())
        assert error.reason == "signature_does_not_verify"


@pytest.mark.parametrize("hours", [-20, 20])
async def test_a_service_whose_clock_is_off_still_signs(steering: Steering, outside: Outside, hours: float) -> None:
    """Its own time of signing is hours off, and the signature is good: our clock judges the certificate."""
    steering.misbehave("signing", fault("clock_off", hours=hours))
    signed = await outside.signing.sign(sign())
    off = (signed.signed_at - datetime.now(VIETNAM)).total_seconds() / 3_600
    assert abs(off - hours) < 0.1


@pytest.mark.parametrize(
    "wrong", [{"authorities": "no PEM"}, {"holder": "anybody"}, {"revoked": ["../x"]}, {"authority": ""}]
)
def test_terms_that_cannot_be_meant_are_refused(wrong: dict[str, object]) -> None:
    """At the start and at a reload, not at the first signature."""
    with pytest.raises(ValidationError):
        SigningTerms.model_validate(wrong)
