"""The examples of the OpenAPI document: a birth that is registered in a ward, from submission to rating.

A test validates each of them against its model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DOCUMENT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
DECREE = "Khoản 2 Điều 17 Nghị định 118/2025/NĐ-CP"

SUBMISSION: Mapping[str, Any] = {
    "procedure": "1.001193",
    "channel": "online",
    "received_by": "13366",
    "matter": {"territory": "13366"},
    "applicant": {
        "name": "Nguyễn Văn An",
        "identity_number": "037099001234",
        "birth_date": "1999-01-01",
        "phone": "0912345678",
    },
    "documents": [{"code": "to-khai", "digitised": True}],
}
RECEIPT: Mapping[str, Any] = {
    "dossier": "H42.12-260105-0001",
    "version": 4,
    "first_version": 3,
    "state": "accepted",
    "statutory_due": "2026-01-06T17:00:00+07:00",
    "promised_due": "2026-01-06T09:00:00+07:00",
    "beyond": [],
    "repeated": False,
}
SUBMITTED: Mapping[str, Any] = {
    **RECEIPT,
    "version": 2,
    "first_version": 1,
    "state": "submitted",
    "statutory_due": None,
    "promised_due": None,
    "tracking_secret": "MFRA-2YTB-OQ3E-KNZX",
}

OF_COMMANDS: Mapping[str, Any] = {
    "accept": {"acting_as": {"role": "reception", "unit": "13366"}},
    "refuse": {"legal_basis": DECREE, "note": "Hồ sơ không thuộc thẩm quyền giải quyết của tỉnh."},
    "request_supplement": {"documents": ["giay-chung-sinh"], "legal_basis": DECREE, "note": "Bản chụp bị mờ."},
    "receive_supplement": {"documents": [{"code": "giay-chung-sinh", "digitised": True}]},
    "assign": {"person": "cb.13366.specialist.1"},
    "complete_step": {"step": "tham-dinh"},
    "send_back_step": {"to_step": "tham-dinh", "note": "Thiếu căn cứ, đề nghị rà soát lại."},
    "approve": {"step": "duyet"},
    "ask_opinion": {"unit": "CAT", "legal_basis": DECREE},
    "give_opinion": {"agrees": True},
    "propose_fee": {"charge": "fee", "amount": 8000, "legal_basis": "Nghị quyết 12/2025/NQ-HĐND"},
    "approve_fee": {"amount": 8000},
    "reject_fee": {"legal_basis": "Nghị quyết 12/2025/NQ-HĐND"},
    "request_payment": {"amount": 8000},
    "cancel_payment_request": {"legal_basis": "Yêu cầu lập nhầm mức phí"},
    "confirm_payment": {"amount": 8000, "voucher": "BL/26E-0001234"},
    "check_payment": {"order": "DH-20260105-0001"},
    "sign": {"document": DOCUMENT, "result_number": "05/GKS-P.HN"},
    "reject_result": {"to_step": "tham-dinh", "note": "Dự thảo sai thể thức."},
    "resolve": {"document": DOCUMENT, "result_number": "05/GKS-P.HN"},
    "return_result": {"by": "counter"},
    "rate": {"stars": 5},
    "suspend": {"legal_basis": "Chờ kết luận của cơ quan điều tra"},
    "resume": {},
    "stop": {"legal_basis": "Người nộp không thực hiện nghĩa vụ theo quy định"},
    "withdraw": {"note": "Tôi xin rút hồ sơ để bổ sung giấy tờ."},
    "extend": {"until": "2026-01-15", "legal_basis": "Phiếu xin lỗi và hẹn lại 03/PXL", "note": "Cần xác minh thêm."},
    "correct_entry": {
        "correction": {"entry": "received_at", "value": "2026-01-05T08:15:00+07:00"},
        "legal_basis": "Biên bản 02/BB-TTPVHCC",
    },
    "confirm_identity": {"legal_basis": "Đã đối chiếu bản chính căn cước công dân"},
    "hand_over": {"unit": "13285", "legal_basis": "Thửa đất thuộc phường Phủ Lý"},
    "acknowledge_handover": {},
    "refuse_handover": {"legal_basis": "Thửa đất không thuộc địa bàn"},
}
"""An example of the body of each command, by its kind."""

_WARD: Mapping[str, Any] = {"code": "13366", "name": "Phường Hà Nam"}
_CODE = "H42.12-260105-0001"
_AT, _DUE = "2026-01-05T08:15:00+07:00", "2026-01-05T17:00:00+07:00"
DOSSIER: Mapping[str, Any] = {
    "code": _CODE,
    "version": 4,
    "state": "accepted",
    "state_words": {"vi": "Được tiếp nhận", "en": "accepted"},
    "portal_code": 2,
    "procedure": {"code": "1.001193", "name": "Đăng ký khai sinh"},
    "channel": "online",
    "received_by": _WARD,
    "competent": _WARD,
    "responsible": _WARD,
    "assignee": None,
    "crossing": False,
    "submitted_at": "2026-01-05T08:10:00+07:00",
    "received_at": _AT,
    "ended_at": None,
    "updated_at": _AT,
    "ended_because": None,
    "clocks": [
        {
            "clock": "statutory",
            "due": _DUE,
            "going": "running",
            "timeliness": "early",
            "minutes": 435,
            "bound": None,
        }
    ],
    "held_by": [
        {"unit": _WARD, "role": "specialist", "person": None, "act": "complete_step", "since": _AT, "due": _DUE}
    ],
    "steps": [{"code": "tham-dinh", "name": "Thẩm định", "done": False, "current": True}],
    "allowed": [
        {
            "command": "complete_step",
            "words": {"vi": "hoàn thành bước", "en": "complete the step"},
            "role": "specialist",
            "unit": "13366",
            "body": {"step": "tham-dinh"},
            "href": f"/v1/dossiers/{_CODE}/commands/complete_step",
        }
    ],
    "rung": None,
    "stuck": False,
}
HISTORY: Mapping[str, Any] = {
    "items": [
        {
            "version": 2,
            "kind": "dossier_accepted",
            "at": _AT,
            "role": "reception",
            "unit": "13366",
            "person": "cb.13366.reception.1",
            "stands_in_for": None,
            "carried_by": "mot-cua-web",
            "sentence": {
                "vi": "Tiếp nhận hồ sơ; hẹn trả: 17:00 05/01/2026.",
                "en": "The dossier was accepted; promised: 17:00 05/01/2026.",
            },
            "who": {"vi": "cán bộ một cửa, Phường Hà Nam", "en": "reception, Phường Hà Nam"},
            "event": {"kind": "dossier_accepted", "at": _AT, "received_at": _AT, "fee": 0},
            "hash": DOCUMENT,
        }
    ],
    "next": None,
}
DOCUMENTS: Mapping[str, Any] = {
    "papers": [{"code": "to-khai", "name": "Tờ khai", "required": True, "brought": True, "asked_at": None}],
    "result_number": None,
    "result_document": None,
}
ROUTE: Mapping[str, Any] = {
    "received_by": _WARD,
    "assisted_by": None,
    "competent": _WARD,
    "responsible": _WARD,
    "queue": None,
    "awaited_handover_to": None,
    "reasons": [{"vi": "Nơi cư trú thuộc Phường Hà Nam.", "en": "The residence is in Phường Hà Nam."}],
}
DEADLINE: Mapping[str, Any] = {
    "dossier": _CODE,
    "explained": {
        "statutory": {
            "kind": "derivation",
            "which": "statutory",
            "calendar": "ninh-binh",
            "calendar_version": "2026.1",
            "calendar_name": "Lịch làm việc tỉnh Ninh Bình",
            "received": _AT,
            "counted_from": _AT,
            "limit": {"amount": 1, "unit": "same_day"},
            "rule": None,
            "own_limit": False,
            "days": [],
            "pauses": [],
            "green": None,
            "extensions": [],
            "counted": "PT7H15M",
            "paused": "PT0S",
            "due": _DUE,
        },
        "promised": {"kind": "no_clock", "which": "promised", "received": _AT, "reason": "no_green_stream"},
        "bound": [],
        "corrections": [],
        "letters": [],
        "whose": [],
    },
    "lines": ["Hạn theo quy định", "Tiếp nhận lúc 08:15 thứ hai 05/01/2026", "Hạn: 17:00 thứ hai 05/01/2026"],
}
