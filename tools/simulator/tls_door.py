"""A second address of the simulator, with TLS: its certificate is right, expired, not yet valid, of nobody, or of
another host.

It ends TLS and passes the bytes on to the plain address. A client that checks the certificate never gets that far.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.values import Strict

_DAY = timedelta(days=1)
_AUTHORITY = "simulator-tls-authority"


class Certificate(StrEnum):
    """Which certificate is shown."""

    RIGHT = "right"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SELF_SIGNED = "self_signed"
    OTHER_HOST = "other_host"


class TlsTurn(Strict):
    """Which certificate the next handshakes see."""

    certificate: Certificate = Certificate.RIGHT


class TlsDoor:
    """The address with TLS. It listens from the first `show` on."""

    def __init__(self) -> None:
        self._authority = ec.generate_private_key(ec.SECP256R1())
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._plain = ("", 0)

    async def show(self, certificate: Certificate, plain: SplitResult) -> dict[str, str]:
        """Shows this certificate. Connections that are open are closed. Gives the address and the authority (PEM)."""
        self._plain = (plain.hostname or "", plain.port or 0)
        _load(self._context, *self._made(certificate, self._plain[0]))
        for connection in self._connections:
            connection.close()
        if self._server is None:
            self._server = await asyncio.start_server(self._pass_on, self._plain[0], 0, ssl=self._context)
        port = self._server.sockets[0].getsockname()[1]
        return {
            "url": f"https://{plain.netloc.rpartition(':')[0]}:{port}",
            "authority": self.authority,
            "certificate": certificate,
        }

    @property
    def authority(self) -> str:
        """The authority that issues these certificates (PEM)."""
        made = _certificate(_AUTHORITY, self._authority, self._authority, datetime.now(UTC), [])
        return made.public_bytes(serialization.Encoding.PEM).decode()

    def context(self, certificate: Certificate, host: str) -> ssl.SSLContext:
        """The side of a server that begins TLS by itself, as a mail server does after STARTTLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        _load(context, *self._made(certificate, host))
        return context

    async def close(self) -> None:
        """Stops listening and ends every connection."""
        for connection in self._connections:
            connection.close()
        if self._server is not None:
            self._server.close()

    def _made(self, kind: Certificate, host: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = key if kind is Certificate.SELF_SIGNED else self._authority
        moved = {Certificate.EXPIRED: -10 * _DAY, Certificate.NOT_YET_VALID: 10 * _DAY}.get(kind, 0 * _DAY)
        address = ipaddress.ip_address("192.0.2.1" if kind is Certificate.OTHER_HOST else host)
        names: list[x509.GeneralName] = [x509.IPAddress(address)]
        return _certificate(host, key, issuer, datetime.now(UTC) + moved, names), key

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inside = await asyncio.open_connection(*self._plain)
        except OSError:
            writer.close()
            return
        both = {writer, inside[1]}
        self._connections |= both
        try:
            await asyncio.gather(_copied(reader, inside[1]), _copied(inside[0], writer))
        finally:
            self._connections -= both


async def _copied(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Copies until the source ends; then the target ends too."""
    try:
        while part := await source.read(65_536):
            target.write(part)
            await target.drain()
    except OSError:
        pass
    finally:
        target.close()


def _certificate(
    holder: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: ec.EllipticCurvePrivateKey,
    now: datetime,
    names: list[x509.GeneralName],
) -> x509.Certificate:
    """A certificate from the day before `now` to the day after it; without names, that of the authority."""
    by = holder if issuer is key else _AUTHORITY
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, holder)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    else:
        usage = dict.fromkeys(
            (
                "digital_signature",
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        builder = builder.add_extension(x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True), critical=True)
    return builder.sign(issuer, hashes.SHA256())


def _load(context: ssl.SSLContext, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    """Loads both into the context, which reads files only."""
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.pem"
        path.write_bytes(pem)
        context.load_cert_chain(path)
