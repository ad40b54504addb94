"""The sentences about incidents."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class IncidentRefusal(CodedSentence):
    """Why an act on an incident is refused."""

    UNKNOWN_INCIDENT = coded(
        "unknown_incident",
        vi="Không có sự cố {incident}: mã sai, sự cố đã tự đóng vì không còn nguyên nhân, hoặc ngoài phạm vi của người "
        "hỏi. Hãy xem danh sách.",
        en="There is no incident {incident}: the id is wrong, it has closed because its cause is gone, or it is not "
        "within reach of who asks. Look at the list.",
    )
    INCIDENT_ACTION_NOT_OFFERED = coded(
        "incident_action_not_offered",
        vi="Với sự cố {incident} không làm được việc “{action}”; làm được: {offered}.",
        en="“{action}” is not possible with incident {incident}, only {offered}.",
    )
    INCIDENT_STILL_THERE = coded(
        "incident_still_there",
        vi="Sự cố {incident} còn nguyên nhân ({cause}) và xử lý được: {offered}. Chỉ ghi nhận đã xử lý khi hệ thống "
        "không còn cách nào.",
        en="Incident {incident} still has its cause ({cause}), and something can be done: {offered}. It is noted as "
        "dealt with only where the engine offers nothing.",
    )
    INCIDENT_WITHOUT_REASON = coded(
        "incident_without_reason",
        vi="Sự cố {incident}: phải nêu lý do.",
        en="Incident {incident}: a reason is needed.",
    )
    INCIDENT_NEEDS_NO_INPUT = coded(
        "incident_needs_no_input",
        vi="Sự cố {incident} không phải lời gọi bị từ chối hẳn, nên không sửa được thông tin gửi đi.",
        en="Incident {incident} is no call that was refused for good, so there is no input to correct.",
    )
