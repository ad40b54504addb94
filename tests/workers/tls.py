"""A TLS proxy before a real server, and its certificates, for tests of production connections."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SERVER = "temporal.province.example"
"""The name in the server's certificate. No host of this machine has it."""
HERE = x509.IPAddress(ip_address("127.0.0.1"))
POSTGRES_ASKS_FOR_TLS = bytes.fromhex("0000000804d2162f")


@dataclass(frozen=True)
class Papers:
    """PEM files: an authority, a server's and a client's certificate of it, and a client of another authority."""

    ca: Path
    server: tuple[Path, Path]
    client: tuple[Path, Path]
    stranger: tuple[Path, Path]


def issue_papers(folder: Path) -> Papers:
    """Makes new keys and certificates in `folder`."""
    authority = _Authority("authority")
    ca = folder / "ca.pem"
    ca.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    return Papers(
        ca=ca,
        server=authority.issue(folder, "server", SERVER),
        client=authority.issue(folder, "client", "worker.example"),
        stranger=_Authority("elsewhere").issue(folder, "stranger", "worker.example"),
    )


class _Authority:
    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._signed(
            self._name, self._key.public_key(), x509.BasicConstraints(ca=True, path_length=None)
        )

    def issue(self, folder: Path, file: str, host: str) -> tuple[Path, Path]:
        """Makes a certificate and its key, each in a file."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = self._signed(name, key.public_key(), x509.SubjectAlternativeName([x509.DNSName(host), HERE]))
        files = folder / f"{file}.pem", folder / f"{file}.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return files

    def _signed(
        self, name: x509.Name, key: ec.EllipticCurvePublicKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key)
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        return builder.add_extension(extension, critical=True).sign(self._key, hashes.SHA256())


@dataclass(frozen=True)
class Door:
    """The address of the proxy."""

    port: int


@asynccontextmanager
async def tls_before(target: str, papers: Papers, *, postgres: bool = False) -> AsyncIterator[Door]:
    """A TLS proxy before the server at `target` (`host:port`), which accepts only clients of the authority."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=papers.ca)
    context.load_cert_chain(*papers.server)
    context.verify_mode = ssl.CERT_REQUIRED
    if not postgres:
        context.set_alpn_protocols(["h2"])

    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if postgres:
                assert await reader.readexactly(8) == POSTGRES_ASKS_FOR_TLS
                writer.write(b"S")
                await writer.start_tls(context)
            host, _, port = target.rpartition(":")
            behind = await asyncio.open_connection(host, int(port))
            await asyncio.gather(_pass_on(reader, behind[1]), _pass_on(behind[0], writer))

    server = await asyncio.start_server(welcome, "127.0.0.1", 0, ssl=None if postgres else context)
    async with server:
        yield Door(int(server.sockets[0].getsockname()[1]))
        server.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
