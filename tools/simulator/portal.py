"""The simulated National Public Service Portal: dossiers and their progress, with the field names of the contract."""

from __future__ import annotations

import hashlib
import json
import re
from collections import deque
from collections.abc import Mapping
from typing import Any

from domain.values import Value
from tools.simulator.fault_injection import Call
from tools.simulator.session_protocol import ErrorCode, SessionSystem, refusal, success
from tools.simulator.simulated_system import Answer, RawRequest, json_answer
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
_KEPT = 100_000
"""Calls and stored states that are remembered."""
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
        self._world = world
        self.unknown_units: set[str] = set()
        """Units that the portal cannot map: a record with one in DonViXuLy is refused."""
        self.poison: set[str] = set()
        """Units whose records make the portal fail with HTTP 500."""
        self.row_by_row = False
        """Whether a list with a wrong row is taken without it, and the reply names the row."""
        self.calls: deque[float] = deque(maxlen=_KEPT)
        """When calls arrived, also those that were hit by a fault: seconds of the world's clock."""
        self.stored: deque[tuple[str, str]] = deque(maxlen=_KEPT)
        """Each state that was stored, with its dossier, in order."""

    def read(self, request: RawRequest) -> Call | Answer:
        """The call, which is counted."""
        self.calls.append(self._world.monotonic())
        return super().read(request)

    def change(self, dossier: str, **fields: Any) -> None:
        """Somebody else changes a dossier here. A field that is None is removed."""
        before = self._dossiers.get(dossier)
        after = {**(before.fields if before else {"MaHoSo": dossier}), **fields}
        known = {name: value for name, value in after.items() if value is not None}
        self._dossiers.put(dossier, _Dossier(fields=known))

    def lose(self, dossier: str) -> None:
        """The portal loses a dossier."""
        self._dossiers.drop(dossier)

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
        if any(isinstance(row, dict) and row.get("DonViXuLy") in self.poison for row in rows):
            return json_answer({"message": "Internal Server Error"}, 500)
        wrong = [(row, found) for row in rows if (found := self._refused(row, updating))]
        if wrong and not (self.row_by_row and all(isinstance(row, dict) and row.get("MaHoSo") for row, _ in wrong)):
            return refusal(*wrong[0][1])
        refused = {row["MaHoSo"]: code for row, (code, _) in wrong}
        for row in rows:
            if row["MaHoSo"] not in refused:
                self._put(row)
        return success(message="Thành công", result=[{"MaHoSo": one, "error_code": refused[one]} for one in refused])

    def _refused(self, row: Any, updating: object) -> tuple[ErrorCode, str] | None:
        """Why a row is not taken."""
        if wrong := _wrong(row, _ALWAYS, "TrangThaiHoSo") or _unknown(row):
            return ErrorCode.DATA, wrong
        if row["DonViXuLy"] in self.unknown_units:
            return ErrorCode.UNIT, "Không ánh xạ được đơn vị xử lý"
        exists = self._dossiers.get(row["MaHoSo"]) is not None
        if exists and updating == "False":
            return ErrorCode.EXISTS, "Hồ sơ đã tồn tại"
        if not exists and updating == "True":
            return ErrorCode.MISSING, "Hồ sơ không tồn tại"
        return None

    def _put(self, row: dict[str, Any]) -> None:
        before = self._dossiers.get(row["MaHoSo"])
        if before is None or before.fields != row:
            self._dossiers.put(row["MaHoSo"], _Dossier(fields=row))
            self._effects.add("created" if before is None else "updated", row["MaHoSo"])
            self.stored.append((row["MaHoSo"], row["TrangThaiHoSo"]))

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
