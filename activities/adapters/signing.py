"""The remote signing service: the official signs, the authority seals. Every signature is verified before it is used.

Signatures are ECDSA on P-256 over the SHA-256 of the document.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection, Outgoing
from activities.adapters.messages import OutsideCode
from activities.adapters.response_parsing import json_request, successful
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
    key: Code | None = None
    """Of the request that it answers, where the service names it. The official of another level signs the same document
    under another key, and the authority seals it: their answers verify too."""


class _Certificate(Value):
    certificate_id: Code | None = None
    pem: str


class Signing:
    """The signing service's adapter. `issuer` (PEM) is the authority that must have issued every certificate.

    A failed token is `outside_refused` with reason `token_failed` and is not retried: the next level signs at once.
    """

    def __init__(self, connection: Connection, *, issuer: bytes | None = None) -> None:
        self._connection = connection
        self._issuer = x509.load_pem_x509_certificate(issuer) if issuer else None
        self._certificates: dict[str, x509.Certificate] = {}

    async def sign(self, request: Sign) -> Signature:
        """The official's signature."""
        return await self._signature("sign", "/sign", request)

    async def seal(self, request: Seal) -> Signature:
        """The authority's seal."""
        return await self._signature("seal", "/seal", request)

    async def certificate(self, certificate_id: str) -> x509.Certificate:
        """The certificate of this id. It is fetched once, or again when many others came after it."""
        if certificate_id not in self._certificates:
            outgoing = Outgoing("certificate", f"/certificates/{certificate_id}", method="GET")
            read = successful(self._connection, "certificate", _Certificate)
            got = await self._connection.exchange(outgoing, read)
            if got.certificate_id not in (None, certificate_id):
                raise self._connection.error(OutsideCode.BAD_REPLY, "certificate", reason="another_certificate")
            trusted = self._trusted(got.pem)
            while len(self._certificates) >= KEPT_CERTIFICATES:
                del self._certificates[next(iter(self._certificates))]
            self._certificates[certificate_id] = trusted
        return self._certificates[certificate_id]

    async def _signature(self, operation: str, path: str, request: Sign | Seal) -> Signature:
        outgoing = json_request(operation, path, request.model_dump(mode="json"), key=request.key)
        signature = await self._connection.exchange(outgoing, successful(self._connection, operation, Signature))
        if signature.key not in (None, request.key):
            raise self._connection.error(OutsideCode.BAD_REPLY, operation, reason="another_signature")
        certificate = await self._certificate_of(signature, operation)
        if not verifies(certificate, request.document_hash, signature.signature):
            self._certificates.pop(signature.certificate_id, None)  # it may be the certificate that is wrong
            raise self._connection.error(OutsideCode.BAD_REPLY, operation, reason="signature_does_not_verify")
        self._require_valid(certificate, operation)
        return signature

    def _require_valid(self, certificate: x509.Certificate, operation: str) -> None:
        """A signature under a certificate that is not valid today has no legal value, and its key repeats it.

        Our clock counts, not `signed_at`: the clock of the service may be hours off, and its word proves nothing.
        """
        if not certificate.not_valid_before_utc - CLOCKS_APART <= datetime.now(UTC) <= certificate.not_valid_after_utc:
            raise self._connection.error(
                OutsideCode.REFUSED, operation, reason="certificate_not_valid", verdict=Verdict.NEEDS_PERSON
            )

    async def _certificate_of(self, signature: Signature, operation: str) -> x509.Certificate:
        try:
            return await self.certificate(signature.certificate_id)
        except OutsideError as error:
            if error.code is not OutsideCode.REFUSED:
                raise
            raise self._connection.error(OutsideCode.BAD_REPLY, operation, reason="unknown_certificate") from None

    def _trusted(self, pem: str) -> x509.Certificate:
        try:
            certificate = x509.load_pem_x509_certificate(pem.encode())
            certificate.public_key()  # one that cannot be read is an error here, and not where a signature is verified
            if self._issuer is not None:
                certificate.verify_directly_issued_by(self._issuer)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.InvalidVersion):
            raise self._connection.error(OutsideCode.BAD_REPLY, "certificate", reason="not_trusted") from None
        return certificate


def verifies(certificate: x509.Certificate, document_hash: str, signature: str) -> bool:
    """True when the certificate's key made this signature for a document of this SHA-256 (hexadecimal)."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, bytes.fromhex(document_hash), ec.ECDSA(Prehashed(hashes.SHA256())))
    except (InvalidSignature, ValueError):  # not base64, or not a signature
        return False
    return True
