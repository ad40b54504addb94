"""Whether a certificate of the signing service may stand under a result: who issued it, for what, to whom, how strong.

The service is believed in nothing: a reply that was meant for another call has a good signature too, of another person.
"""

from __future__ import annotations

from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
"""P-256, and those that are stronger."""
LONGEST_COMMON_NAME = 64
"""Characters (X.520). A longer holder is cut there."""
NOT_READABLE = (
    *(ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
"""What the library raises for a certificate that is none, or was not issued by that authority."""


def certificate_in(pem: str) -> x509.Certificate | None:
    """The first certificate of a PEM text: what follows may be those of its authorities. None: there is none."""
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
        found.public_key()  # one that cannot be read is an error here, and not where a signature is verified
    except NOT_READABLE:
        return None
    return found


def is_trusted(certificate: x509.Certificate, authorities: Iterable[x509.Certificate]) -> bool:
    """Whether one of the authorities has issued it, for signatures, for a key that nobody can break. The library
    believes no authority's signature over MD5 or SHA-1.

    No authority: whoever issued it is believed.
    """
    try:
        return (
            isinstance(key := certificate.public_key(), ec.EllipticCurvePublicKey)
            and isinstance(key.curve, CURVES)
            and _may_sign(certificate)
            and _issued_by_one_of(certificate, tuple(authorities))
        )
    except NOT_READABLE:
        return False


def names(certificate: x509.Certificate, holder: str) -> bool:
    """Whether the certificate is of this holder: its one common name."""
    try:
        found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except NOT_READABLE:
        return False
    return [one.value for one in found] == [holder[:LONGEST_COMMON_NAME]]


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _issued_by_one_of(certificate: x509.Certificate, authorities: tuple[x509.Certificate, ...]) -> bool:
    return not authorities or any(_issued_by(certificate, one) for one in authorities)


def _issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except NOT_READABLE:
        return False
    return True
