"""The API with callers who sign in at a real issuer, as other software finds it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.organisation.people import Service
from domain.roles import Role
from gateway.access.issuer_policy import IssuerPolicy
from gateway.access.tokens import TokenVerifier, open_verifier
from tests.support.issuer_process import issuer_process
from tests.support.ninh_binh import FOLDER
from tests.support.small_province import HA_NAM

AUDIENCE = "luongxanh-api"
SECRET = "khoa-cua-dich-vu-chay-thu"  # noqa: S105  of these tests alone
SERVICE = Service(
    code="benh-vien.khai-sinh",
    name="Khai sinh tại bệnh viện",
    roles=(Role.RECEPTION, Role.CASHIER),
    units=(HA_NAM,),
    events=True,
    source="QĐ 1",
)
"""A maternity ward's service: it files at the ward's desk, takes fees, and follows events."""


@dataclass(frozen=True)
class SignIn:
    """An issuer that knows the service, and what verifies its tokens."""

    issuer: str
    verifier: TokenVerifier


@asynccontextmanager
async def signing_in(folder: Path) -> AsyncIterator[SignIn]:
    """The development issuer of a province that trusts the service."""
    province = folder / "ninh-binh"
    shutil.copytree(FOLDER, province)
    people = province / "people.yaml"
    named = f"services: [{{code: {SERVICE.code}, name: Khai sinh, roles: [reception, cashier], source: QĐ 1}}]"
    people.write_text(people.read_text(encoding="utf-8").replace("\nservices: []", f"\n{named}"), encoding="utf-8")
    with issuer_process(folder / "issuer", province, AUDIENCE, SECRET) as issuer:
        async with open_verifier(IssuerPolicy(issuer=issuer, audience=AUDIENCE)) as verifier:
            yield SignIn(issuer, verifier)
