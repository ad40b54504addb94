"""The keys and certificates of the simulated document axis: one authority of certificates, and a holder for each organ.

They follow from their names, not from the seed, so our side is configured before a world begins.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from activities.adapters.edxml_signature import Seal

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_VALID_FROM, _VALID_TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
TRUSTED, STRANGE = "document-authority", "strange-authority"


@cache
def seal_of(organ: str, authority: str = TRUSTED) -> Seal:
    """The seal of an organ, whose certificate is of an authority. Every seal believes the trusted one."""
    key, issuer = _key(organ), _key(authority)
    certificate = _certificate(key, organ, issuer, authority)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    trusted = _certificate(_key(TRUSTED), TRUSTED, _key(TRUSTED), TRUSTED)
    return Seal(key=pem.decode(), certificate=_pem(certificate), authorities=_pem(trusted))


def _key(name: str) -> ec.EllipticCurvePrivateKey:
    digest = hashlib.sha512(f"document-axis/{name}".encode()).digest()
    return ec.derive_private_key(int.from_bytes(digest) % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def _certificate(
    key: ec.EllipticCurvePrivateKey, holder: str, issuer: ec.EllipticCurvePrivateKey, authority: str
) -> x509.Certificate:
    is_authority = holder == authority
    names = [x509.NameAttribute(NameOID.COMMON_NAME, holder)]
    if not is_authority:
        names.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, holder))
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(names))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, authority)]))
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(f"{authority}/{holder}".encode()).digest()[:16]) | 1)
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_TO)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"{holder.lower()}.documents.test")]), critical=False)
        .sign(issuer, hashes.SHA256(), ecdsa_deterministic=True)
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
