"""Requests that the outside systems accept, and a client that controls and inspects the simulator."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import httpx2
from pydantic import SecretStr

from activities.adapters.interconnection import InterconnectionStatus, StatusPost
from activities.adapters.notice_requests import TextMessage, ZaloMessage
from activities.adapters.payments import CreateOrder
from activities.adapters.population import Verify
from activities.adapters.portal_records import (
    ApplicantKind,
    DossierRecord,
    FeeLine,
    PortalChannel,
    PortalState,
    ProgressLine,
    SubmittedDocument,
)
from activities.adapters.post import Post, PostalParty, PostOrder
from activities.adapters.registries import Register
from activities.adapters.signing import Seal, Sign
from activities.adapters.systems import Outside
from domain.dossier.commands import PostPurpose
from domain.outside_systems import Registry
from domain.values import VIETNAM
from tests.support.one_dossier_told import Synchronise
from tools.simulator.app import Simulator

DOSSIER = "H42.12-250701-0001"
RECEIVED = datetime(2025, 7, 1, 8, 30, 15, tzinfo=VIETNAM)
DOCUMENT = hashlib.sha256("Giấy khai sinh".encode()).hexdigest()
CITIZEN = {"identity_number": "037090000123", "name": "Trần Thị Ánh Tuyết", "birth": "19900102"}
CALLBACK_SECRET = SecretStr("simulator-callback-secret")


@dataclass(frozen=True)
class Steering:
    """The control and inspection addresses of a running simulator."""

    simulator: Simulator
    url: str
    client: httpx2.Client

    def misbehave(self, system: str, *faults: dict[str, Any]) -> None:
        """Sets the faults of a system."""
        response = self.client.post(f"{self.url}/control/{system}", json=list(faults))
        assert response.status_code == 200, response.text

    def inspect(self, system: str, key: str | None = None) -> dict[str, Any]:
        """The counts and records of a system."""
        query = "" if key is None else f"?key={key}"
        answer: dict[str, Any] = self.client.get(f"{self.url}/inspect/{system}{query}").json()
        return answer

    def effects(self, system: str, key: str | None = None) -> dict[str, int]:
        """How often each effect really happened."""
        return {f"{one['service']} {one['key']}": one["times"] for one in self.inspect(system, key)["effects"]}

    def post(self, path: str, body: object = None) -> dict[str, Any]:
        """Calls one of the simulator's own addresses."""
        answer: dict[str, Any] = self.client.post(self.url + path if path.startswith("/") else path, json=body).json()
        return answer


@contextmanager
def hurried(outside: Outside, mode: str) -> Iterator[None]:
    """In this mode a call that gets no answer is given up soon. In the other modes there is an answer."""
    before = {connection: connection.address for connection in outside.connections.values()}
    if mode in ("timeout", "unanswered", "drip"):
        for connection, address in before.items():
            connection.address = address.model_copy(update={"total_seconds": 1.0})
    try:
        yield
    finally:
        for connection, address in before.items():
            connection.address = address


def notice(key: str = "notice-1", text: str = "Hồ sơ của bạn đã có kết quả.") -> TextMessage:
    """A text message."""
    return TextMessage(key=key, template="result-ready", phone="84912345678", text=text)


def zalo_message(key: str = "k-1") -> ZaloMessage:
    """A message in Zalo."""
    return ZaloMessage(key=key, template="232001", phone="84912345678", parameters={"ma_ho_so": "H42.1-250707-0001"})


def order(key: str = "pay-1", *, amount: int = 50_000, callback_url: str = "http://127.0.0.1:9/none") -> CreateOrder:
    """An order of 50,000 dong that expires tomorrow."""
    return CreateOrder(
        key=key,
        dossier=DOSSIER,
        amount=amount,
        description="Lệ phí cấp bản sao",
        expires_at=datetime.now(VIETNAM) + timedelta(days=1),
        callback_url=callback_url,
    )


def verify(**changes: Any) -> Verify:
    """An identity check of the one citizen in the database."""
    asked = {
        "key": "verify-1",
        "identity_number": CITIZEN["identity_number"],
        "name": CITIZEN["name"],
        "birth_date": date(1990, 1, 2),
        "officer": "officer-3",
        "unit": "13366",
    }
    return Verify.model_validate(asked | changes)


def record(state: PortalState = PortalState.ACCEPTED, code: str = DOSSIER) -> DossierRecord:
    """A dossier as it is sent to the portal."""
    return DossierRecord(
        code=code,
        procedure="1.001193",
        procedure_name="Thủ tục đăng ký khai sinh",
        field="HT",
        field_name="Hộ tịch",
        channel=PortalChannel.ONLINE,
        applicant=CITIZEN["name"],
        identity_number=CITIZEN["identity_number"],
        applicant_kind=ApplicantKind.PERSON,
        submitted_at=RECEIVED,
        received_at=RECEIVED,
        promised_at=RECEIVED + timedelta(hours=8),
        state=state,
        competent_unit="UBND phường Hà Nam",
        receiving_unit="Trung tâm Phục vụ hành chính công phường Hà Nam",
        digitised=True,
        identity_verified=True,
        paid_online=False,
        documents=(SubmittedDocument(digitised=True, reused=False, from_national_store=False, component="KS-01"),),
        fees=(FeeLine(name="Lệ phí", code="LP01", collected_by="2", amount=8_000, kind="1"),),
    )


def synchronise(state: PortalState = PortalState.ACCEPTED) -> Synchronise:
    """Sends the dossier's state to the portal."""
    return Synchronise(key=f"sync-{state}", record=record(state))


def progress_line() -> ProgressLine:
    """One completed step, as it is sent to the portal."""
    return ProgressLine(
        code=DOSSIER,
        officer="Nguyễn Văn Bình",
        processed_at=RECEIVED,
        content="Tiếp nhận hồ sơ",
        state=PortalState.ACCEPTED,
    )


def register(registry: Registry = Registry.CIVIL, key: str = "register-1", number: int = 128) -> Register:
    """A request to register the birth certificate of this number. A registry takes one only once, whatever its key."""
    return Register(
        registry=registry,
        key=key,
        dossier=DOSSIER,
        procedure="1.001193",
        unit="13366",
        result_number=f"{number}/2025/GKS",
        document_hash=DOCUMENT,
        issued_at=RECEIVED,
    )


def sign(key: str = "sign-1", *, unit: str = "13366") -> Sign:
    """A request for the chairman's signature."""
    return Sign(key=key, document_hash=DOCUMENT, signer="chairman", unit=unit)


def seal(key: str = "seal-1") -> Seal:
    """A request for the ward's seal."""
    return Seal(key=key, document_hash=DOCUMENT, unit="13366")


def post_order(key: str = f"{DOSSIER}.post-order-1", address: str = "Số 5, ngõ 12, đường Lê Công Thanh") -> PostOrder:
    """The result of the dossier is to be delivered."""
    person = PostalParty(name="Trần Thị Ánh", phone="0912345678", address=address)
    return PostOrder(key=key, dossier=DOSSIER, purpose=PostPurpose.DELIVERY, desk="13366", person=person)


def post_of(outside: Outside) -> Post:
    """The adapter of the postal service, which has an address here."""
    assert outside.post is not None
    return outside.post


def fault(mode: str, **more: Any) -> dict[str, Any]:
    """One fault; it hits one call unless seconds or a rate are given."""
    return {"mode": mode} | ({} if "seconds" in more or "rate" in more else {"calls": 1}) | more


BIRTH = "LT-2026-000001"


def filed(application: str = BIRTH, **changes: Any) -> dict[str, Any]:
    """An application for the birth group, as a citizen files it in the national software."""
    applicant = {"HoTen": CITIZEN["name"], "SoDinhDanh": CITIZEN["identity_number"], "NgaySinh": CITIZEN["birth"]}
    parts = [{"MaTTHC": code, "TaiLieu": [{"MaThanhPhanHoSo": f"{code}-01"}]} for code in ("1.001193", "1.004222")]
    return {
        "MaHoSoLienThong": application,
        "MaNhom": "KHAISINH",
        "MaDonVi": "13366",
        "NgayNop": "20250701083015",
        "ChuHoSo": applicant,
        "DanhSachThuTuc": parts,
    } | changes


def told(status: str = "1", *, application: str = BIRTH, part: str | None = None) -> StatusPost:
    """A status of the application, or of one of its parts."""
    return StatusPost(
        key=f"{application}.{part or 'whole'}.{status}",
        application=application,
        dossier=DOSSIER,
        part=part,
        status=InterconnectionStatus(status),
        at=RECEIVED,
        unit="13366",
        note="Đã nhận hồ sơ",
    )
