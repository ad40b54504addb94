"""The remote signing service: the official signs, the authority seals. Every signature is verified before it is used.

Signatures are ECDSA on P-256, or a stronger curve, over the SHA-256 of the document. Official and authority often sign
the same document, so a good signature may still be that of another call: its certificate must name who was asked.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from activities.adapters.address import SigningTerms
from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection, Outgoing
from activities.adapters.messages import OutsideCode
from activities.adapters.response_parsing import json_request, successful
from activities.adapters.signing_certificates import CURVES, certificate_in, is_trusted, names
from activities.adapters.verdict import Verdict
from domain.values import Code, Hash, Instant, Strict, Value

CLOCKS_APART = timedelta(hours=24)
"""By how much a certificate may seem to begin in the future: it was issued by a clock that is hours ahead."""
KEPT_CERTIFICATES = 10_000
"""A service may issue a new certificate for each signature: they must not fill our memory."""


class Sign(Strict):
    """An official signs a document. The same key gives the same signature."""

    key: Code
    document_hash: Hash
    signer: Code
    """The official's internal identifier, never a name."""
    unit: Code


class Seal(Strict):
    """The authority seals a document."""

    key: Code
    document_hash: Hash
    unit: Code


class Signature(Value):
    """A signature in base64 (DER), with its certificate and time."""

    certificate_id: Code
    signature: str
    signed_at: Instant


class _Certificate(Value):
    certificate_id: Code | None = None
    pem: str


class Signing:
    """The signing service's adapter. Whose certificates count says its address (`SigningTerms`).

    A failed token is `outside_refused` with reason `token_failed` and is not retried: the next level signs at once.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._certificates: dict[str, x509.Certificate] = {}

    async def sign(self, request: Sign) -> Signature:
        """The official's signature."""
        return await self._signature("sign", "/sign", request, f"{request.unit}.{request.signer}")

    async def seal(self, request: Seal) -> Signature:
        """The authority's seal."""
        return await self._signature("seal", "/seal", request, request.unit)

    async def certificate(self, certificate_id: str) -> x509.Certificate:
        """The certificate of this id. It is fetched once, or again when many others came after it.

        Whether it is to be trusted is decided each time: the settings may be read again while the worker runs.
        """
        if certificate_id not in self._certificates:
            outgoing = Outgoing("certificate", f"/certificates/{certificate_id}", method="GET")
            read = successful(self._connection, "certificate", _Certificate)
            got = await self._connection.exchange(outgoing, read)
            if got.certificate_id not in (None, certificate_id):
                raise self._connection.error(OutsideCode.BAD_REPLY, "certificate", reason="another_certificate")
            found = certificate_in(got.pem)
            if found is None:
                raise self._not_trusted()
            while len(self._certificates) >= KEPT_CERTIFICATES:
                del self._certificates[next(iter(self._certificates))]
            self._certificates[certificate_id] = found
        if not is_trusted(self._certificates[certificate_id], self._terms.believed()):
            del self._certificates[certificate_id]
            raise self._not_trusted()
        return self._certificates[certificate_id]

    @property
    def _terms(self) -> SigningTerms:
        return self._connection.address.signing

    def _not_trusted(self) -> OutsideError:
        return self._connection.error(OutsideCode.BAD_REPLY, "certificate", reason="not_trusted")

    async def _signature(self, operation: str, path: str, request: Sign | Seal, holder: str) -> Signature:
        """The verified signature of this holder. That of another one, or of another document, is asked for again."""
        outgoing = json_request(operation, path, request.model_dump(mode="json"), key=request.key)
        signature = await self._connection.exchange(outgoing, successful(self._connection, operation, Signature))
        certificate = await self._certificate_of(signature, operation)
        if not verifies(certificate, request.document_hash, signature.signature):
            self._certificates.pop(signature.certificate_id, None)  # it may be the certificate that is wrong
            raise self._connection.error(OutsideCode.BAD_REPLY, operation, reason="signature_does_not_verify")
        if self._terms.holder == "common_name" and not names(certificate, holder):
            self._certificates.pop(signature.certificate_id, None)
            raise self._connection.error(OutsideCode.BAD_REPLY, operation, reason="another_holder")
        self._require_valid(signature.certificate_id, certificate, operation)
        return signature

    def _require_valid(self, certificate_id: str, certificate: x509.Certificate, operation: str) -> None:
        """A signature under a certificate that is not valid today has no legal value, and its key repeats it.

        Our clock counts, not `signed_at`: the clock of the service may be hours off, and its word proves nothing.
        """
        now = datetime.now(UTC)
        begun, ended = certificate.not_valid_before_utc <= now + CLOCKS_APART, now > certificate.not_valid_after_utc
        reason = "certificate_revoked" if certificate_id in self._terms.revoked else "certificate_not_valid"
        if certificate_id in self._terms.revoked or not begun or ended:
            raise self._connection.error(OutsideCode.REFUSED, operation, reason=reason, verdict=Verdict.NEEDS_PERSON)

    async def _certificate_of(self, signature: Signature, operation: str) -> x509.Certificate:
        try:
            return await self.certificate(signature.certificate_id)
        except OutsideError as error:
            if error.code is not OutsideCode.REFUSED:
                raise
            raise self._connection.error(OutsideCode.BAD_REPLY, operation, reason="unknown_certificate") from None


def verifies(certificate: x509.Certificate, document_hash: str, signature: str) -> bool:
    """True when the certificate's key made this signature for a document of this SHA-256 (hexadecimal)."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, CURVES):
        return False
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, bytes.fromhex(document_hash), ec.ECDSA(Prehashed(hashes.SHA256())))
    except (InvalidSignature, ValueError):  # not base64, or not a signature
        return False
    return True
