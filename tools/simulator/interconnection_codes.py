"""Version 2 of the simulated interconnection software: other names of fields, and codes in JSON in place of words.

It is our own proposal. The records are those of version 1: a status that was told in one version is known in the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.values import VIETNAM
from tools.simulator.answers import Answer, RawRequest, json_answer
from tools.simulator.fault_injection import Call, FaultMode

_NAMES = {
    "maYeuCau": "MaYeuCau",
    "maHoSoLienThong": "MaHoSoLienThong",
    "maHoSo": "MaHoSo",
    "maThuTuc": "MaTTHC",
    "trangThai": "TrangThai",
    "thoiDiem": "ThoiDiem",
    "maDonVi": "MaDonViXuLy",
    "noiDung": "NoiDung",
}
_CODES = {
    "Thành công": "DA_GHI_NHAN",
    "Đã tồn tại": "DA_CO",
    "Hồ sơ không tồn tại": "KHONG_CO",
    "Token hết hạn": "HET_PHIEN",
    "Chưa cập nhật trạng thái": "CHUA_CAP_NHAT",
    "Server error": "HE_THONG_LOI",
}


def read(request: RawRequest, fields: Mapping[str, Any]) -> Call | Answer:
    """The call of version 2; a field that it does not know, or an instant in another form, is an error."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if request.method == "GET" and (found := re.fullmatch(r"/v2/hosolienthong/([^/]+)", request.path)):
        return Call("hosolienthong", found[1], {"token": token, "id": found[1]}, effectful=False, version="2")
    if (request.method, request.path) != ("POST", "/v2/trangthaihoso"):
        return json_answer({"ketQua": "SAI_DIA_CHI"}, 404)
    try:
        at = datetime.fromisoformat(str(fields.get("thoiDiem"))).astimezone(VIETNAM)
    except ValueError:
        return json_answer({"ketQua": "SAI_DU_LIEU"}, 400)
    if not set(fields) <= set(_NAMES):
        return json_answer({"ketQua": "SAI_DU_LIEU"}, 400)
    first = {_NAMES[name]: value for name, value in fields.items()} | {"ThoiDiem": f"{at:%Y%m%d%H%M%S}"}
    return Call("trangthai", str(fields.get("maYeuCau")), {**first, "token": token}, version="2")


def in_codes(answer: Answer, key: str) -> Answer:
    """An answer of version 1 as version 2 says it to the call with this key."""
    if answer.content_type.startswith("application/json"):
        return json_answer({"ketQua": "CO_HO_SO", "choYeuCau": key, "hoSo": _application(json.loads(answer.body))})
    if answer.status >= 500:
        return answer
    words = answer.body.decode()
    return json_answer({"ketQua": _CODES.get(words, "SAI_LOGIC"), "choYeuCau": key, "thongBao": words})


def unknown(mode: FaultMode, key: str) -> Answer | None:
    """An answer with a code that no list has."""
    if mode not in (FaultMode.UNKNOWN_CODE, FaultMode.UNKNOWN_REPLY):
        return None
    words = "Đã ghi nhận yêu cầu, đang chờ xử lý"
    return json_answer({"ketQua": "DANG_CHO_XU_LY", "choYeuCau": key, "thongBao": words})


def _application(first: dict[str, Any]) -> dict[str, Any]:
    person = first["ChuHoSo"]
    born = str(person["NgaySinh"])
    at = datetime.strptime(first["NgayNop"], "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    return {
        "maHoSoLienThong": first["MaHoSoLienThong"],
        "maNhom": first["MaNhom"],
        "maDonVi": first["MaDonVi"],
        "ngayNop": at.isoformat(),
        "nguoiNop": {
            "hoTen": person["HoTen"],
            "soDinhDanh": person["SoDinhDanh"],
            "ngaySinh": f"{born[:4]}-{born[4:6]}-{born[6:]}",
        },
        "thuTuc": [
            {
                "maThuTuc": part["MaTTHC"],
                "taiLieu": [{"maThanhPhan": one["MaThanhPhanHoSo"]} for one in part.get("TaiLieu", [])],
                "trangThai": part["TrangThai"],
            }
            for part in first["DanhSachThuTuc"]
        ],
        "trangThai": first["TrangThai"],
    }
