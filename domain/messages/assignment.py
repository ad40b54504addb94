"""The sentences about orders that give several dossiers at once."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class AssignmentRefusal(CodedSentence):
    """Why such an order is refused, for all of it or for one of its dossiers."""

    UNKNOWN_ASSIGNMENT = coded(
        "unknown_assignment",
        vi="Không có lần giao việc {assignment} do bạn thực hiện.",
        en="You gave no order of assignment {assignment}.",
    )
    ASSIGNMENT_KEY_REUSED = coded(
        "assignment_key_reused",
        vi="Khóa này đã dùng cho lần giao việc khác, lúc {at}. Hãy dùng khóa mới.",
        en="This key was used for another order of assignment, at {at}. Use a new key.",
    )
    DOSSIER_TWICE = coded(
        "dossier_twice",
        vi="Hồ sơ {dossier} có hai lần trong danh sách.",
        en="Dossier {dossier} is in the list twice.",
    )
    NO_STEP_TO_ASSIGN = coded(
        "no_step_to_assign",
        vi="Hồ sơ {dossier} không có bước nào đang chờ người làm.",
        en="Dossier {dossier} has no step that waits for an officer.",
    )
    NOBODY_SUGGESTED = coded(
        "nobody_suggested",
        vi="Hồ sơ {dossier}: lúc này không ai của đơn vị nhận được bước này. Hãy tự chọn người.",
        en="Dossier {dossier}: nobody of the unit can take the step now. Choose somebody yourself.",
    )
    ASSIGNMENT_MOVED_ON = coded(
        "assignment_moved_on",
        vi="Hồ sơ {dossier} đã có việc làm tiếp sau khi giao cho {person}, nên giữ nguyên. Hãy giao lại nếu cần.",
        en="Dossier {dossier} has moved on since it was given to {person}, so it stays. Assign it anew if needed.",
    )
