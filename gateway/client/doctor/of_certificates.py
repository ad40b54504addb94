"""The checks of certificates: the TLS files of the settings, the signing certificates in use, the issuer's keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509

from activities.adapters.address import SystemAddress
from activities.adapters.errors import OutsideError
from activities.adapters.systems import open_outside
from activities.ledger.pool import Pool
from activities.ledger.used_certificates import used_certificates
from domain.machine_errors import machine_says
from domain.values import VIETNAM
from gateway.access.issuer_documents import IssuerFailed, fetched_keys
from gateway.access.issuer_policy import IssuerPolicy
from gateway.access.tokens import issuer_connections
from gateway.client.doctor.blocking import in_its_own_thread
from gateway.client.doctor.checks import Finding, ok, trouble, warning
from gateway.client.doctor.messages import DoctorFinding

SOON = 30
"""A certificate that ends in fewer days is a warning."""
VERY_SOON = 7
IMPATIENT = {"connect_seconds": 2.0, "total_seconds": 4.0}
"""The time of each question to the signing service: less than a check has."""
MOST_ASKED = 20
"""How many signing certificates are asked of the service."""


async def tls_files(files: Mapping[str, Path], now: datetime) -> Iterable[Finding]:
    """The certificates in files; each file is named by the variable that names it."""
    return await in_its_own_thread(lambda: _of_files(files, now))


def _of_files(files: Mapping[str, Path], now: datetime) -> list[Finding]:
    found: list[Finding] = []
    read: list[tuple[str, x509.Certificate]] = []
    for variable, file in files.items():
        name = f"{variable} ({file})"
        try:
            read += [(name, one) for one in x509.load_pem_x509_certificates(file.read_bytes())]
        except OSError as problem:
            found.append(trouble(DoctorFinding.FOLDER_UNREADABLE, folder=name, problem=machine_says(problem)))
        except ValueError:
            found.append(trouble(DoctorFinding.CERTIFICATE_UNREADABLE, name=name))
    if not files:
        return [ok(DoctorFinding.NO_CERTIFICATES)]
    return [*found, *lasting(read, now)]


def lasting(certificates: Sequence[tuple[str, x509.Certificate]], now: datetime) -> Iterable[Finding]:
    """How long certificates are valid: those that end soon, or when the first one ends."""
    found = []
    for name, one in certificates:
        end = one.not_valid_after_utc
        left, day = (end - now).days, end.astimezone(VIETNAM).date()
        if end <= now:
            found.append(trouble(DoctorFinding.CERTIFICATE_ENDED, name=name, day=day))
        elif left < SOON:
            tell = trouble if left < VERY_SOON else warning
            found.append(tell(DoctorFinding.CERTIFICATE_ENDS_SOON, name=name, day=day, left=left))
    if found or not certificates:
        return found
    first = min(one.not_valid_after_utc for _, one in certificates).astimezone(VIETNAM).date()
    return [ok(DoctorFinding.CERTIFICATES_LAST, count=len(certificates), day=first)]


async def signing(pool: Pool, addresses: Sequence[SystemAddress], now: datetime) -> Iterable[Finding]:
    """The certificates with which results were signed lately, as the signing service has them."""
    ids = await used_certificates(pool, MOST_ASKED)
    if not ids:
        return [ok(DoctorFinding.NO_SIGNATURES)]
    quick = [one.model_copy(update=IMPATIENT) for one in addresses]
    async with open_outside(quick, confirm=False) as outside:
        asked = await asyncio.gather(*(outside.signing.certificate(one) for one in ids), return_exceptions=True)
    answers = list(zip(ids, asked, strict=True))
    failed = [one for _, one in answers if isinstance(one, BaseException)]
    for one in failed:
        if not isinstance(one, OutsideError):
            raise one
    found = lasting([(name, one) for name, one in answers if isinstance(one, x509.Certificate)], now)
    codes = [one.code for one in failed if isinstance(one, OutsideError)]
    # Only the first failure: those after it may be of the breaker that it opened.
    return [*(warning(DoctorFinding.CERTIFICATES_NOT_ASKED, code=code) for code in codes[:1]), *found]


async def issuer(policy: IssuerPolicy) -> Iterable[Finding]:
    """The issuer of access tokens gives its keys."""
    async with issuer_connections() as http:
        try:
            keys = await fetched_keys(http, policy)
        except IssuerFailed as failed:
            return [trouble(DoctorFinding.ISSUER_FAILS, issuer=policy.issuer, reason=failed.reason)]
    return [ok(DoctorFinding.ISSUER_ANSWERS, issuer=policy.issuer, count=len(keys))]
