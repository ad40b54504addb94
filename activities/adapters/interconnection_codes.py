"""Version 2 of the interconnection software's contract: the same calls, answered with codes in JSON in place of words.

It is our own proposal (decision 052). The fields have other names, instants are written in ISO 8601, and every reply to
a call is `{"ketQua": CODE, "choYeuCau": which, "thongBao": words, …}`; `known_replies` has the codes. `choYeuCau` is
the key of the status, or the application that was asked for: words cannot say which call they answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activities.adapters.http import Outgoing, Reply
from activities.adapters.interconnection import (
    ApplicationId,
    FiledApplication,
    Interconnection,
    StatusPost,
    read_object,
)
from activities.adapters.interconnection_replies import ReplyText
from activities.adapters.messages import OutsideCode
from activities.adapters.response_parsing import json_request

BASE = "/v2"
RESULT, OF_CALL = "ketQua", "choYeuCau"
FOUND, NOT_THERE, EXPIRED = "CO_HO_SO", "KHONG_CO", "HET_PHIEN"
SAID = {"DA_GHI_NHAN": ReplyText.SUCCESS, "DA_CO": ReplyText.EXISTS, NOT_THERE: ReplyText.MISSING}
"""The codes that mean done, and the words of version 1 that mean the same."""


_NAMES = {
    "maHoSoLienThong": "MaHoSoLienThong",
    "maNhom": "MaNhom",
    "maDonVi": "MaDonVi",
    "ngayNop": "NgayNop",
    "trangThai": "TrangThai",
    "nguoiNop": "ChuHoSo",
    "hoTen": "HoTen",
    "soDinhDanh": "SoDinhDanh",
    "ngaySinh": "NgaySinh",
    "diaChi": "DiaChi",
    "dienThoai": "DienThoai",
    "thuDienTu": "ThuDienTu",
    "thuTuc": "DanhSachThuTuc",
    "maThuTuc": "MaTTHC",
    "taiLieu": "TaiLieu",
    "maThanhPhan": "MaThanhPhanHoSo",
    "maBam": "MaBam",
    "duocSoHoa": "DuocSoHoa",
}
"""The names of version 2, and those of version 1 by which an application is checked. Other fields are left out."""


class InterconnectionInCodes(Interconnection):
    """The adapter for version 2. What it takes and returns is the same as for version 1."""

    def _application_request(self, wanted: ApplicationId) -> Outgoing:
        return Outgoing("hosolienthong", f"{BASE}/hosolienthong/{wanted}", method="GET")

    def _status_request(self, post: StatusPost) -> Outgoing:
        fields = {
            "maYeuCau": post.key,
            "maHoSoLienThong": post.application,
            "maHoSo": post.dossier,
            "maThuTuc": post.part,
            "trangThai": post.status.value,
            "thoiDiem": post.at.isoformat(),
            "maDonVi": post.unit,
            "noiDung": post.note or None,
        }
        present = {name: value for name, value in fields.items() if value is not None}
        return json_request("trangthai", f"{BASE}/trangthaihoso", present, key=post.key)

    def _token_expired(self, reply: Reply) -> bool:
        body = read_object(reply)
        return reply.status == 401 or (body is not None and body.get(RESULT) == EXPIRED)

    def _read_status(self, reply: Reply, post: StatusPost) -> ReplyText:
        code, _ = self._code(reply, "trangthai", post.key)
        if code not in SAID:
            raise self.connection.classified("trangthai", code)
        return SAID[code]

    def _read_application(self, reply: Reply, wanted: ApplicationId) -> FiledApplication | None:
        code, body = self._code(reply, "hosolienthong", wanted)
        if code == NOT_THERE:
            return None
        if code != FOUND:
            raise self.connection.classified("hosolienthong", code)
        try:
            found = FiledApplication.model_validate(_in_first(body.get("hoSo")))
        except ValueError:  # its text may hold personal data
            raise self.connection.error(OutsideCode.BAD_REPLY, "hosolienthong", reason="field") from None
        if found.id != wanted:
            raise self.connection.error(OutsideCode.BAD_REPLY, "hosolienthong", reason="another_application")
        return found

    def _code(self, reply: Reply, operation: str, asked: str) -> tuple[str, dict[str, Any]]:
        """The code of a reply and its fields. A reply without a code is not of this contract."""
        body = read_object(reply)
        code = None if body is None else body.get(RESULT)
        if body is None or not isinstance(code, str) or reply.status >= 400:
            raise self._not_of_contract(reply, operation)
        if body.get(OF_CALL) != asked:
            raise self.connection.error(OutsideCode.BAD_REPLY, operation, reason="another_reply")
        return code, body


def _in_first(value: Any) -> Any:
    """The same with the names of version 1; a day of birth without hyphens, as there."""
    match value:
        case dict():
            return {_NAMES[name]: _written(name, inside) for name, inside in value.items() if name in _NAMES}
        case list():
            return [_in_first(one) for one in value]
        case _:
            return value


def _written(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return _in_first(value)
    match name:
        case "ngayNop":
            return datetime.fromisoformat(value)
        case "ngaySinh":
            return value.replace("-", "")
        case _:
            return value
