"""Applications for the birth group of the small province, as citizens file them in the national software."""

from __future__ import annotations

from typing import Any

from tests.support.small_province import BIRTH, BORN, HA_NAM, INSURANCE, RESIDENCE

PERSON = {"HoTen": "Trần Thị Ánh Tuyết", "SoDinhDanh": "037190000123", "NgaySinh": "19900102"}


def born(application: str, **changes: Any) -> dict[str, Any]:
    """An application with everything that it needs."""
    papers = {BIRTH.code: ("don",), RESIDENCE.code: ("don", "nha"), INSURANCE.code: ("don",)}
    parts = [
        {"MaTTHC": code, "TaiLieu": [{"MaThanhPhanHoSo": paper} for paper in codes]} for code, codes in papers.items()
    ]
    return {
        "MaHoSoLienThong": application,
        "MaNhom": BORN.code,
        "MaDonVi": HA_NAM,
        "NgayNop": "20250707080000",
        "ChuHoSo": PERSON,
        "DanhSachThuTuc": parts,
    } | changes
