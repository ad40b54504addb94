"""The records that are sent to the National Public Service Portal, with its own field names.

The contract defines the names, the form of dates, and the values of KenhThucHien and TrangThaiHoSo. The values of yes
and no ("1", "0") and the codes of LoaiDoiTuong are those that running one-stop systems send.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, PlainSerializer

from domain.values import VIETNAM, Code, Name, Strict, Text


def _from_portal(value: Any) -> Any:
    """Reads `yyyyMMddHHmmss` as Vietnam's time. Other values are passed on to pydantic."""
    if isinstance(value, str) and len(value) == 14 and value.isascii() and value.isdigit():
        return datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    return value


def _to_portal(at: datetime) -> str:
    return at.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")


def _whole_seconds(at: datetime) -> datetime:
    try:
        return at.astimezone(VIETNAM).replace(microsecond=0)
    except OverflowError:  # pydantic would let it through, and it is no error of an outside system
        raise ValueError("invalid_datetime: outside the years 1 to 9999 in Vietnam's time") from None


PortalTime = Annotated[
    AwareDatetime,
    BeforeValidator(_from_portal),
    AfterValidator(_whole_seconds),
    PlainSerializer(_to_portal, return_type=str, when_used="json"),
]
"""`yyyyMMddHHmmss`, Asia/Ho_Chi_Minh."""

PortalFlag = Annotated[
    bool,
    BeforeValidator(lambda value: {"1": True, "0": False}.get(value, value) if isinstance(value, str) else value),
    PlainSerializer(lambda flag: "1" if flag else "0", return_type=str, when_used="json"),
]


class PortalChannel(StrEnum):
    """KenhThucHien."""

    COUNTER = "1"
    ONLINE = "2"
    POST = "3"


class PortalState(StrEnum):
    """TrangThaiHoSo."""

    SUBMITTED = "1"
    ACCEPTED = "2"
    REFUSED = "3"
    PROCESSING = "4"
    SUPPLEMENT_REQUESTED = "5"
    FINANCIAL_OBLIGATION = "6"
    WITHDRAWN = "7"
    STOPPED = "8"
    RESOLVED = "9"
    RETURNED = "10"


class ApplicantKind(StrEnum):
    """LoaiDoiTuong: a person, or a business."""

    PERSON = "1"
    BUSINESS = "2"


class _Record(Strict):
    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, hide_input_in_errors=True
    )

    def on_the_wire(self) -> dict[str, Any]:
        """The record as JSON for the portal, without the fields that are not known."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class SubmittedDocument(_Record):
    """One row of TaiLieuNop."""

    digitised: PortalFlag = Field(alias="DuocSoHoa")
    reused: PortalFlag = Field(alias="DuocTaiSuDung")
    from_national_store: PortalFlag = Field(alias="DuocLayTuKhoDMQG")
    component: Code = Field(alias="MaThanhPhanHoSo")
    file_url: Name | None = Field(default=None, alias="DuongDanTaiTepTin")


class FeeLine(_Record):
    """One row of DanhSachLePhi; the amount is in dong."""

    name: Name = Field(alias="TenPhiLePhi")
    code: Code = Field(alias="MaPhiLePhi")
    collected_by: Code = Field(alias="HinhThucThu")
    amount: Annotated[int, Field(ge=0, strict=True)] = Field(alias="Gia")
    kind: Code = Field(alias="LoaiPhiLePhi")


class ResultPaper(_Record):
    """One row of DanhSachGiayToKetQua."""

    code: Code = Field(alias="MaGiayToKetQua")
    file_url: Name | None = Field(default=None, alias="DuongDanTepTinKetQua")


class SupplementLine(_Record):
    """One row of DanhSachHoSoBoSung."""

    asked_by: Name = Field(alias="NguoiYeuCauBoSung", repr=False)
    content: Text = Field(alias="NoiDungBoSung", repr=False)
    asked_at: PortalTime = Field(alias="NgayBoSung")
    received_at: PortalTime | None = Field(default=None, alias="NgayTiepNhanBoSung")
    state: Code = Field(alias="TrangThaiBoSung")
    promised_before: PortalTime | None = Field(default=None, alias="NgayHenTraTruoc")
    promised_after: PortalTime | None = Field(default=None, alias="NgayHenTraMoi")


class DossierRecord(_Record):
    """One dossier as DongBoHoSoMC takes it."""

    code: Code = Field(alias="MaHoSo")
    procedure: Code = Field(alias="MaTTHC")
    procedure_name: Name = Field(alias="TenTTHC")
    field: Code = Field(alias="MaLinhVuc")
    field_name: Name = Field(alias="TenLinhVuc")
    channel: PortalChannel = Field(alias="KenhThucHien")
    applicant: Name = Field(alias="ChuHoSo", repr=False)
    identity_number: Code | None = Field(default=None, alias="SoGiayToChuHoSo", repr=False)
    applicant_kind: ApplicantKind = Field(alias="LoaiDoiTuong")
    submitted_at: PortalTime = Field(alias="NgayNopHoSo")
    received_at: PortalTime | None = Field(default=None, alias="NgayTiepNhan")
    promised_at: PortalTime | None = Field(default=None, alias="NgayHenTra")
    state: PortalState = Field(alias="TrangThaiHoSo")
    resolved_at: PortalTime | None = Field(default=None, alias="NgayKetThucXuLy")
    returned_at: PortalTime | None = Field(default=None, alias="NgayTra")
    refused_at: PortalTime | None = Field(default=None, alias="NgayTuChoi")
    competent_unit: Name = Field(alias="DonViXuLy")
    receiving_unit: Name = Field(alias="NoiNopHoSo")
    digitised: PortalFlag = Field(alias="HoSoCoThanhPhanSoHoa")
    identity_verified: PortalFlag = Field(alias="TaiKhoanDuocXacThucVoiVNeID")
    paid_online: PortalFlag = Field(alias="DuocThanhToanTrucTuyen")
    documents: tuple[SubmittedDocument, ...] = Field(default=(), alias="TaiLieuNop")
    fees: tuple[FeeLine, ...] = Field(default=(), alias="DanhSachLePhi")
    results: tuple[ResultPaper, ...] = Field(default=(), alias="DanhSachGiayToKetQua")
    supplements: tuple[SupplementLine, ...] = Field(default=(), alias="DanhSachHoSoBoSung")


class ProgressLine(_Record):
    """One step of progress as CapNhatTienDoHoSoMC takes it."""

    code: Code = Field(alias="MaHoSo")
    officer: Name = Field(alias="NguoiXuLy", repr=False)
    title: Name | None = Field(default=None, alias="ChucDanh")
    processed_at: PortalTime = Field(alias="ThoiDiemXuLy")
    department: Name | None = Field(default=None, alias="PhongBanXuLy")
    content: Text = Field(alias="NoiDungXuLy", repr=False)
    state: PortalState = Field(alias="TrangThai")
    started_at: PortalTime | None = Field(default=None, alias="NgayBatDau")
    due_at: PortalTime | None = Field(default=None, alias="NgayKetThucTheoQuyDinh")
