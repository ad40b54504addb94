"""The sentences about repairs of dossiers: their plans, approvals and runs."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class RepairRefusal(CodedSentence):
    """Why a repair is not planned, approved or carried out."""

    REPAIR_MATCHES_NOTHING = coded(
        "repair_matches_nothing",
        vi="Không hồ sơ nào khớp điều kiện, nên không có gì để sửa. Chưa ghi gì. Hãy xem lại điều kiện.",
        en="No dossier satisfies the conditions, so there is nothing to repair. Nothing was written. Check the "
        "conditions.",
    )
    REPAIR_OF_EVERYTHING = coded(
        "repair_of_everything",
        vi="Chưa có điều kiện nào: kế hoạch sẽ gồm mọi hồ sơ. Hãy nêu mã hồ sơ hoặc điều kiện; nếu đúng là mọi hồ sơ, "
        "hãy ghi rõ --all.",
        en="There is no condition: the plan would have every dossier. Name codes or conditions; if it is meant for "
        "every dossier, say --all.",
    )
    REPAIR_CODES_OR_FILTER = coded(
        "repair_codes_or_filter",
        vi="Đã nêu mã hồ sơ thì không nêu thêm điều kiện hay --all. Hãy chọn một cách.",
        en="Codes go with neither conditions nor --all. Choose one of them.",
    )
    REPAIR_TOO_LARGE = coded(
        "repair_too_large",
        vi="Kế hoạch có hơn {most} hồ sơ, không ai xem hết được. Hãy chia theo điều kiện hẹp hơn.",
        en="The plan has more than {most} dossiers, and nobody can read it. Divide it by narrower conditions.",
    )
