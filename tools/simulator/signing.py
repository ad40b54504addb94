"""The simulated remote signing service, with real keys: ECDSA P-256, and certificates of its own authority.

Keys come from the seed and signatures are deterministic (RFC 6979), so the same run gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from domain.values import Code, Hash, Strict, Value
from tools.simulator.fault_injection import COMMON_MODES, Call, FaultMode
from tools.simulator.simulated_system import Answer, RawRequest
from tools.simulator.store import Shelf
from tools.simulator.token_protocol import authorised, done, failing, refused, unauthorised
from tools.simulator.world import Effects, World

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_VALID_FROM, _VALID_TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
_EXPIRED = datetime(2024, 1, 1, tzinfo=UTC)
_AUTHORITY = "simulator-authority"


class _SigningRequest(Strict):
    key: Code
    document_hash: Hash
    signer: Code | None = None
    unit: Code


class _Signature(Value):
    service: str
    asked: _SigningRequest
    certificate_id: str
    signature: str
    signed_at: str


class _IssuedCertificate(Value):
    certificate_id: str
    pem: str


class SigningSystem:
    """Serves POST /sign, POST /seal, GET /certificates/{id}."""

    system = "signing"
    modes = COMMON_MODES | {FaultMode.TOKEN_FAILED, FaultMode.UNAUTHORISED, FaultMode.EXPIRED_CERTIFICATE}

    def __init__(self, world: World) -> None:
        self._world = world
        self._signatures = Shelf(world.store, "signing/signatures", _Signature)
        self._certificates = Shelf(world.store, "signing/certificates", _IssuedCertificate)
        self._effects = Effects(world, "signing")
        self.issuer = _pem(_certificate(self._key(_AUTHORITY), _AUTHORITY, self._key(_AUTHORITY)))

    def read(self, request: RawRequest) -> Call | Answer:
        """The call: a signature, a seal or a certificate; or an error."""
        if not authorised(self._world, request):
            return unauthorised()
        match request.method, request.path.split("/")[1:]:
            case "GET", ["certificates", certificate_id]:
                return Call("certificate", certificate_id, {}, effectful=False)
            case "POST", ["sign" | "seal" as service]:
                fields = request.json() or {}
                if not request.has_key(str(fields.get("key"))):
                    return refused("invalid_request", 422)
                return Call(service, str(fields.get("key")), fields)
            case _:
                return refused("unknown_request", 404)

    def perform(self, call: Call) -> Answer:
        """Carries out the call. One key signs one document only."""
        if call.service == "certificate":
            issued = self._certificates.get(call.key)
            return done(**issued.model_dump()) if issued else refused("unknown_certificate", 404)
        try:
            request = _SigningRequest.model_validate(call.fields)
        except ValidationError:
            return refused("invalid_request", 422)
        if (call.service == "sign") != (request.signer is not None):
            return refused("invalid_signer", 422)
        made = self._signatures.get(request.key)
        if made is None:
            made = self._sign(call.service, request, expired=call.fault is FaultMode.EXPIRED_CERTIFICATE)
        elif (made.service, made.asked) != (call.service, request):
            return refused("key_reused", 409)
        return done(**made.model_dump(include={"certificate_id", "signature", "signed_at"}))

    def failing(self, mode: FaultMode) -> Answer:
        """A token that does not answer, or an error in an HTTP 200."""
        return failing(mode)

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects, the signatures, and the certificate of the authority."""
        made = [row.model_dump() for row in self._signatures.all() if key in (None, row.asked.key)]
        return {"effects": self._effects.listed(key), "signatures": made, "issuer": self.issuer}

    def _sign(self, service: str, request: _SigningRequest, *, expired: bool) -> _Signature:
        holder = request.unit if request.signer is None else f"{request.unit}.{request.signer}"
        key = self._key(holder)
        issued = self._certified(holder, key, _EXPIRED if expired else _VALID_TO)
        algorithm = ec.ECDSA(Prehashed(hashes.SHA256()), deterministic_signing=True)
        raw = key.sign(bytes.fromhex(request.document_hash), algorithm)
        made = _Signature(
            service=service,
            asked=request,
            certificate_id=issued.certificate_id,
            signature=base64.b64encode(raw).decode(),
            signed_at=self._world.date.now().isoformat(),
        )
        self._signatures.put(request.key, made)
        self._effects.add(service, request.key)
        return made

    def _certified(self, holder: str, key: ec.EllipticCurvePrivateKey, until: datetime) -> _IssuedCertificate:
        certificate_id = self._world.name("CTS", holder, *([] if until == _VALID_TO else [until]))
        issued = self._certificates.get(certificate_id)
        if issued is None:
            pem = _pem(_certificate(key, holder, self._key(_AUTHORITY), until))
            issued = _IssuedCertificate(certificate_id=certificate_id, pem=pem)
            self._certificates.put(certificate_id, issued)
        return issued

    def _key(self, holder: str) -> ec.EllipticCurvePrivateKey:
        digest = hashlib.sha512(f"{self._world.seed}/key/{holder}".encode()).digest()
        return ec.derive_private_key(int.from_bytes(digest) % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def _certificate(
    key: ec.EllipticCurvePrivateKey, holder: str, authority: ec.EllipticCurvePrivateKey, until: datetime = _VALID_TO
) -> x509.Certificate:
    serial = int.from_bytes(hashlib.sha256(holder.encode()).digest()[:16]) | 1
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, holder[:64])]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _AUTHORITY)]))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_VALID_FROM)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=holder == _AUTHORITY, path_length=None), critical=True)
        .sign(authority, hashes.SHA256(), ecdsa_deterministic=True)
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
