"""The simulated National Public Service Portal: dossiers and their progress, with the field names of the contract."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from domain.values import Value
from tools.simulator.fault_injection import Call
from tools.simulator.session_protocol import ErrorCode, SessionSystem, refusal, success
from tools.simulator.simulated_system import Answer
from tools.simulator.store import Shelf
from tools.simulator.world import Effects, World

_NAMES = """
MaHoSo MaTTHC TenTTHC MaLinhVuc TenLinhVuc KenhThucHien ChuHoSo SoGiayToChuHoSo LoaiDoiTuong NgayNopHoSo NgayTiepNhan
NgayHenTra TrangThaiHoSo NgayKetThucXuLy NgayTra NgayTuChoi DonViXuLy NoiNopHoSo HoSoCoThanhPhanSoHoa
TaiKhoanDuocXacThucVoiVNeID DuocThanhToanTrucTuyen TaiLieuNop DanhSachLePhi DanhSachGiayToKetQua DanhSachHoSoBoSung
"""
_FIELDS = frozenset(_NAMES.split())
_ALWAYS = ("MaHoSo", "MaTTHC", "TenTTHC", "KenhThucHien", "ChuHoSo", "NgayNopHoSo", "TrangThaiHoSo", "DonViXuLy")
_PROGRESS_ALWAYS = ("MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "NoiDungXuLy", "TrangThai")
_STATES = frozenset(str(code) for code in range(1, 11))
_CHANNELS = frozenset("123")


class _Dossier(Value):
    fields: dict[str, Any]


class _Step(Value):
    fields: dict[str, Any]


class PortalSystem(SessionSystem):
    """The portal. DongBoHoSoMC creates or updates dossiers; CapNhatTienDoHoSoMC stores the same step only once."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "portal", frozenset({"DongBoHoSoMC", "CapNhatTienDoHoSoMC"}))
        self._dossiers = Shelf(world.store, "portal/dossiers", _Dossier)
        self._steps = Shelf(world.store, "portal/steps", _Step)
        self._effects = Effects(world, "portal")

    def key(self, service: str, fields: Mapping[str, Any]) -> str:
        """The dossier of a call; of a batch, the first one."""
        rows = fields.get("data")
        first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
        return str(fields.get("mahoso") or fields.get("maTTHC") or first.get("MaHoSo") or "")

    def perform_service(self, call: Call) -> Answer:
        """Carries out one of the portal's services."""
        rows = call.fields.get("data")
        match call.service:
            case "TraCuuHoSo":
                found = self._dossiers.get(str(call.fields.get("mahoso")))
                return success(result=[found.fields] if found else [])
            case "DongBoHoSoMC" if isinstance(rows, list) and rows:
                return self._synchronise(rows, updating=call.fields.get("isUpdating"))
            case "CapNhatTienDoHoSoMC" if isinstance(rows, list) and rows:
                return self._progress(rows)
            case "DongBoHoSoMC" | "CapNhatTienDoHoSoMC":
                return refusal(ErrorCode.DATA, "Thiếu danh sách dữ liệu")
            case _:
                return refusal(ErrorCode.SERVICE, "Dịch vụ không được hỗ trợ")

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects, dossiers and steps, of one dossier or of all."""
        return {
            "effects": self._effects.listed(key),
            "dossiers": [row.fields for row in self._dossiers.all() if key in (None, row.fields["MaHoSo"])],
            "steps": [row.fields for row in self._steps.all() if key in (None, row.fields["MaHoSo"])],
        }

    def _synchronise(self, rows: list[Any], updating: object) -> Answer:
        if updating not in ("True", "False"):
            return refusal(ErrorCode.DATA, "isUpdating phải là True hoặc False")
        for row in rows:
            if wrong := _wrong(row, _ALWAYS, "TrangThaiHoSo") or _unknown(row):
                return refusal(ErrorCode.DATA, wrong)
            exists = self._dossiers.get(row["MaHoSo"]) is not None
            if exists and updating == "False":
                return refusal(ErrorCode.EXISTS, "Hồ sơ đã tồn tại")
            if not exists and updating == "True":
                return refusal(ErrorCode.MISSING, "Hồ sơ không tồn tại")
        for row in rows:
            self._put(row)
        return success(message="Thành công")

    def _put(self, row: dict[str, Any]) -> None:
        before = self._dossiers.get(row["MaHoSo"])
        if before is None or before.fields != row:
            self._dossiers.put(row["MaHoSo"], _Dossier(fields=row))
            self._effects.add("created" if before is None else "updated", row["MaHoSo"])

    def _progress(self, rows: list[Any]) -> Answer:
        for row in rows:
            if wrong := _wrong(row, _PROGRESS_ALWAYS, "TrangThai"):
                return refusal(ErrorCode.DATA, wrong)
            if self._dossiers.get(row["MaHoSo"]) is None:
                return refusal(ErrorCode.MISSING, "Hồ sơ không tồn tại")
        for row in rows:
            step_key = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
            if self._steps.get(step_key) is None:
                self._steps.put(step_key, _Step(fields=row))
                self._effects.add("progress", row["MaHoSo"])
        return success(message="Thành công")


def _wrong(row: object, always: tuple[str, ...], state: str) -> str | None:
    if not isinstance(row, dict):
        return "Mỗi dòng dữ liệu phải là một đối tượng"
    missing = [name for name in always if not row.get(name)]
    if missing:
        return f"Thiếu trường {', '.join(missing)}"
    if row[state] not in _STATES:
        return f"{state} phải từ 1 đến 10"
    dates = [name for name in row if name.startswith(("Ngay", "ThoiDiem")) and row[name]]
    bad = [name for name in dates if not re.fullmatch(r"\d{14}", str(row[name]))]
    return f"{', '.join(bad)} phải có dạng yyyyMMddHHmmss" if bad else None


def _unknown(row: dict[str, Any]) -> str | None:
    if row["KenhThucHien"] not in _CHANNELS:
        return "KenhThucHien phải là 1, 2 hoặc 3"
    unknown = sorted(set(row) - _FIELDS)
    return f"Trường không có trong quy ước: {', '.join(unknown)}" if unknown else None
