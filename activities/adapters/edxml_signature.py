"""Signs and verifies documents: XML signature (enveloped, the whole document, SHA-256) by X.509 certificates.

The certificate names the authority that holds it (`organizationIdentifier`). A certificate of H42 may sign for H42.15:
the province's system holds one seal for its units. Where the signature stands is the standard's; these two are ours.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature as WrongKey
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from activities.adapters.edxml import DSIG, EDXML
from activities.adapters.edxml_errors import refuse
from activities.adapters.edxml_parsing import safe_parser, tree_of
from domain.messages.documents import DocumentFault

CERTIFICATES = f".//{{{DSIG}}}X509Certificate"
HEADER = f"{{{EDXML}}}edXMLEnvelope/{{{EDXML}}}edXMLHeader"
EXPECTED = SignatureConfiguration(
    require_x509=True,
    location=f"./{HEADER}/",
    expect_references=1,
    signature_methods=frozenset(
        {
            SignatureMethod.ECDSA_SHA256,
            SignatureMethod.ECDSA_SHA384,
            SignatureMethod.RSA_SHA256,
            SignatureMethod.RSA_SHA384,
            SignatureMethod.RSA_SHA512,
        }
    ),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
)

NOT_SIGNED_SO = (
    *(SignXMLException, WrongKey, UnsupportedAlgorithm, VerificationError, etree.LxmlError),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError),
)
"""What the libraries raise for a signature or a certificate that is none. The last ones: of an element that is empty or
missing they make what Python makes of it, and one envelope with an empty signature held up every other one."""


@dataclass(frozen=True)
class Seal:
    """Our key with its certificate, and the authorities whose certificates are believed. All are PEM."""

    key: str = field(repr=False)
    certificate: str
    authorities: str

    def __post_init__(self) -> None:
        """ValueError when one of them is no PEM, or the key does not belong to the certificate."""
        key = load_pem_private_key(self.key.encode(), None)
        of_certificate = x509.load_pem_x509_certificate(self.certificate.encode()).public_key()
        x509.load_pem_x509_certificates(self.authorities.encode())
        if key.public_key() != of_certificate:
            raise ValueError("the key of the document axis does not belong to its certificate")

    def sign(self, envelope: bytes) -> bytes:
        """The envelope with our signature in its header."""
        root = tree_of(envelope)
        header = root.find(HEADER)
        assert header is not None, "every envelope that we write has a header"
        etree.SubElement(header, f"{{{DSIG}}}Signature", attrib={"Id": "placeholder"}, nsmap={"ds": DSIG})
        key = load_pem_private_key(self.key.encode(), None)
        is_curve = isinstance(key, ec.EllipticCurvePrivateKey)
        signer = XMLSigner(
            method=SignatureConstructionMethod.enveloped,
            signature_algorithm=SignatureMethod.ECDSA_SHA256 if is_curve else SignatureMethod.RSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
        )
        signed = signer.sign(root, key=self.key.encode(), cert=self.certificate)
        return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)

    def verified(self, root: etree._Element) -> tuple[etree._Element, str]:
        """What was signed, and who signed it. Only what is returned may be believed, never the tree that was given.

        Raises DocumentRefused: unsigned, or signed wrongly, or by nobody who is known.
        """
        signatures = root.findall(f".//{{{DSIG}}}Signature")
        if not signatures:
            raise refuse(DocumentFault.UNSIGNED)
        if len(signatures) != 1 or len(signatures[0].findall(CERTIFICATES)) != 1:
            raise refuse(DocumentFault.SIGNATURE_WRONG)  # with two, another one may be believed than was verified
        try:
            certificate = _certificate_in(signatures[0])
            self._chains(certificate)
            found = XMLVerifier().verify(root, x509_cert=certificate, expect_config=EXPECTED, parser=safe_parser())
            holder = holder_of(certificate)
        except NOT_SIGNED_SO:
            raise refuse(DocumentFault.SIGNATURE_WRONG) from None
        whole = None if isinstance(found, list) else found.signed_xml
        if isinstance(found, list) or whole is None or whole.tag != root.tag:
            raise refuse(DocumentFault.SIGNATURE_WRONG)
        return whole, holder

    def _chains(self, certificate: x509.Certificate) -> None:
        """Raises VerificationError unless a trusted authority has issued it and it is in force and may sign."""
        trusted = Store(x509.load_pem_x509_certificates(self.authorities.encode()))
        # official certificates have no name of a web server, which the usual policy demands
        may_sign = ExtensionPolicy.permit_all().may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _may_sign)
        policy = (
            PolicyBuilder()
            .store(trusted)
            .extension_policies(ee_policy=may_sign, ca_policy=ExtensionPolicy.webpki_defaults_ca())
        )
        policy.build_client_verifier().verify(certificate, [])


def _may_sign(_: Policy, __: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise ValueError("the certificate is not for signatures")


def _certificate_in(signature: etree._Element) -> x509.Certificate:
    written = "".join((signature.findtext(CERTIFICATES) or "").split())
    return x509.load_der_x509_certificate(base64.b64decode(written, validate=True))


def holder_of(certificate: x509.Certificate) -> str:
    """The authority that a certificate names; "" when it names none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    return str(names[0].value) if len(names) == 1 else ""


def signs_for(holder: str, organ: str) -> bool:
    """Whether a certificate of `holder` may sign in the name of `organ`: its own, or one below it."""
    return bool(holder) and (organ == holder or organ.startswith(f"{holder}."))
