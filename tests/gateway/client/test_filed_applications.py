"""Tests of an application of the interconnection software as a submission: what it lacks is said with a code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from activities.adapters.interconnection import FiledApplication
from activities.ledger.taken_in import IntakeState, TakenIn
from domain.errors import InvalidInput
from gateway.client.filed_applications import submission_of_filed
from tests.support.given import DESK, MONDAY
from tests.support.interconnected import born
from tests.support.small_province import BORN, HA_NAM, PHU_LY, a_small_province

PROVINCE = a_small_province()
ORDER = TakenIn(
    application="LT-1", state=IntakeState.WAITING, received_by=PHU_LY, actor=DESK, asked_at=MONDAY, tried_at=None,
    tries=0, dossier=None, code=None, sentence=None,
)  # fmt: skip


def test_it_becomes_a_submission_of_the_whole() -> None:
    """Online, for the group, with every document once, at the commune as it was called on the day of filing."""
    found = submission_of_filed(FiledApplication.model_validate(born("LT-1")), ORDER, PROVINCE, MONDAY.date())
    assert (found.key, found.procedure, found.channel, found.received_by) == (
        "lien-thong.LT-1", BORN.code, "online", PHU_LY
    )  # fmt: skip
    assert (found.matter.territory, found.matter.territory_as_of) == (HA_NAM, MONDAY.date())
    assert [one.code for one in found.documents] == ["don", "nha"]
    assert found.applicant.birth_date.year == 1990


def without(*parts: str) -> Callable[[dict[str, Any]], None]:
    def change(filed: dict[str, Any]) -> None:
        filed["DanhSachThuTuc"] = [one for one in filed["DanhSachThuTuc"] if one["MaTTHC"] not in parts]

    return change


def without_documents(filed: dict[str, Any]) -> None:
    filed["DanhSachThuTuc"] = [{**one, "TaiLieu": []} for one in filed["DanhSachThuTuc"]]


def another_part(filed: dict[str, Any]) -> None:
    filed["DanhSachThuTuc"] = [*filed["DanhSachThuTuc"], {"MaTTHC": "1.000024", "TaiLieu": []}]


WRONG: dict[str, tuple[Callable[[dict[str, Any]], Any], str, str]] = {
    "group": (lambda filed: filed.update(MaNhom="9.999999"), "unknown_group", "9.999999"),
    "no_group": (lambda filed: filed.update(MaNhom="1.000021"), "unknown_group", "1.000021"),
    "commune": (lambda filed: filed.update(MaDonVi="00001"), "unknown_commune", "00001"),
    "part": (without("1.000022"), "part_missing", "1.000022"),
    "another": (another_part, "part_unknown", "1.000024"),
    "documents": (without_documents, "child_documents_missing", "nha"),
    "number": (lambda filed: filed["ChuHoSo"].update(SoDinhDanh="12"), "filed_applicant_unreadable", "identity_number"),
    "birth": (lambda filed: filed["ChuHoSo"].update(NgaySinh="20261399"), "filed_applicant_unreadable", "birth_date"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_it_lacks_is_said_with_a_code(fault: str) -> None:
    """Each fault has its own code and names what is wrong; the particulars are in no error."""
    change, code, named = WRONG[fault]
    filed = born("LT-1")
    change(filed)
    with pytest.raises(InvalidInput) as refused:
        submission_of_filed(FiledApplication.model_validate(filed), ORDER, PROVINCE, MONDAY.date())
    assert refused.value.code == code
    assert named in refused.value.message.vi
    assert "Tuyết" not in str(refused.value)
