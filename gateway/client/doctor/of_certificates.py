"""The checks of certificates: the TLS files of the settings, the signing certificates in use, the issuer's keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from pathlib import Path

from cryptography import x509

from activities.adapters.address import SystemAddress
from activities.adapters.errors import OutsideError
from activities.adapters.pace import Pace
from activities.adapters.systems import Outside, open_outside
from activities.ledger.outside_orders import OutsideOrders
from activities.ledger.pool import Pool
from activities.ledger.used_certificates import used_certificates
from domain.machine_errors import machine_says
from domain.outside_systems import System
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
SILENT = ("outside_timeout", "outside_unavailable", "breaker_open", "system_held")
"""The codes of a service that does not answer, whatever it is asked, or is asked nothing."""
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


async def signing(
    pool: Pool,
    addresses: Sequence[SystemAddress],
    now: datetime,
    paces: Mapping[System, Pace] | None = None,
    sharing: Callable[[Outside], AbstractAsyncContextManager[None]] = lambda _: nullcontext(),
) -> Iterable[Finding]:
    """The certificates with which results were signed lately, as the signing service has them.

    It is asked one question at a time, at the pace (`paces`) and with the places (`sharing`) that are shared with the
    workers, none while operators hold it, and none after one that it did not answer: results that wait for their
    signature come first.
    """
    ids = await used_certificates(pool, MOST_ASKED)
    if not ids:
        return [*_believing_anybody(addresses), ok(DoctorFinding.NO_SIGNATURES)]
    quick = [one.model_copy(update=IMPATIENT) for one in addresses]
    read: list[tuple[str, x509.Certificate]] = []
    failed: list[Finding] = []
    async with open_outside(quick, confirm=False, paces=paces) as outside, sharing(outside):
        outside.obey(await OutsideOrders(pool).in_force())
        for one in ids:
            try:
                read.append((one, await outside.signing.certificate(one)))
            except OutsideError as wrong:
                failed.append(warning(DoctorFinding.CERTIFICATES_NOT_ASKED, code=wrong.code))
                if wrong.code in SILENT:
                    break
    return [*_believing_anybody(addresses), *failed[:1], *lasting(read, now)]


def _believing_anybody(addresses: Sequence[SystemAddress]) -> list[Finding]:
    """A warning where no authority of signing certificates is named. A service without TLS is the simulator."""
    real = [one for one in addresses if one.system is System.SIGNING and one.base_url.startswith("https:")]
    return [warning(DoctorFinding.SIGNING_AUTHORITIES_MISSING) for one in real if not one.signing.authorities]


async def issuer(policy: IssuerPolicy) -> Iterable[Finding]:
    """The issuer of access tokens gives its keys."""
    async with issuer_connections() as http:
        try:
            keys = await fetched_keys(http, policy)
        except IssuerFailed as failed:
            return [trouble(DoctorFinding.ISSUER_FAILS, issuer=policy.issuer, reason=failed.reason)]
    return [ok(DoctorFinding.ISSUER_ANSWERS, issuer=policy.issuer, count=len(keys))]
