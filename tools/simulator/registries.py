"""The simulated registries: a result is registered once for each key. Under another key it is refused, as it exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.values import Value
from tools.simulator.fault_injection import Call
from tools.simulator.session_protocol import ErrorCode, SessionSystem, refusal, success
from tools.simulator.simulated_system import Answer
from tools.simulator.store import Shelf
from tools.simulator.world import Effects, World

_ENTRY = ("MaYeuCau", "MaHoSo", "MaTTHC", "MaDonViXuLy", "SoKetQua", "MaBamKetQua", "NgayKetQua")


class _Entry(Value):
    fields: dict[str, str]
    reference: str


class RegistrySystem(SessionSystem):
    """One registry."""

    def __init__(self, world: World, system: str) -> None:
        super().__init__(world, system, frozenset({"DangKyKetQua"}))
        self._world = world
        self._entries = Shelf(world.store, f"{system}/entries", _Entry)
        self._results = Shelf(world.store, f"{system}/results", _Entry)
        self._effects = Effects(world, system)

    def key(self, service: str, fields: Mapping[str, Any]) -> str:
        """The caller's key."""
        return str(fields.get("MaYeuCau"))

    def perform_service(self, call: Call) -> Answer:
        """Registers a result, or finds one by key."""
        match call.service:
            case "DangKyKetQua":
                return self._enter(call)
            case "TraCuuKetQua":
                found = self._entries.get(call.key)
                return success(result=[{"SoThamChieu": found.reference, **found.fields}] if found else [])
            case _:
                return refusal(ErrorCode.SERVICE, "Dịch vụ không được hỗ trợ")

    def enter_by_hand(self, dossier: str, number: str) -> str:
        """Somebody enters a result in the registry's own program. Returns the entry's number."""
        reference = self._world.name("TAY", self.system, dossier, number)
        fields = {"MaHoSo": dossier, "SoKetQua": number, "MaYeuCau": reference}
        self._results.put(f"{dossier} {number}", _Entry(fields=fields, reference=reference))
        self._effects.add("by_hand", reference)
        return reference

    def void(self, dossier: str, number: str) -> None:
        """Somebody voids the entry of a result there."""
        self._results.drop(f"{dossier} {number}")

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects and the entries, of one key or of all."""
        entries = [entry for entry in self._entries.all() if key in (None, entry.fields["MaYeuCau"])]
        return {"effects": self._effects.listed(key), "entries": [entry.model_dump() for entry in entries]}

    def _enter(self, call: Call) -> Answer:
        missing = [name for name in _ENTRY if not isinstance(call.fields.get(name), str) or not call.fields[name]]
        if missing:
            return refusal(ErrorCode.DATA, f"Thiếu trường {', '.join(missing)}")
        fields = {name: str(call.fields[name]) for name in _ENTRY}
        entry = self._entries.get(call.key)
        if entry is None:
            result = f"{fields['MaHoSo']} {fields['SoKetQua']}"
            if self._results.get(result) is not None:
                return refusal(ErrorCode.EXISTS, "Kết quả đã được đăng ký")
            entry = _Entry(fields=fields, reference=self._world.name("TC", self.system, call.key))
            self._entries.put(call.key, entry)
            self._results.put(result, entry)
            self._effects.add("registered", call.key)
        elif entry.fields != fields:
            return refusal(ErrorCode.DATA, "Khóa đã dùng cho nội dung khác")
        return success(SoThamChieu=entry.reference, message="Thành công")
