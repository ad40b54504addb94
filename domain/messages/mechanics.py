"""The sentences about the repair of one dossier: a restart, a reset, a call that is tried again now."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class MechanicRefusal(CodedSentence):
    """Why a repair is not carried out on a dossier."""

    REPAIR_NOT_NEEDED = coded(
        "repair_not_needed",
        vi="Hồ sơ {dossier} đã kết thúc và không còn chờ gì: không cần sửa.",
        en="Dossier {dossier} has ended and waits for nothing more: it needs no repair.",
    )
    NO_REFUSED_CALL = coded(
        "no_refused_call",
        vi="Hồ sơ {dossier} không có việc nào để lệnh này gọi lại: không việc nào bị từ chối hẳn.",
        en="Dossier {dossier} has no call that this order could ask again: none was refused for good.",
    )
    NOTHING_TO_MEND = coded(
        "nothing_to_mend",
        vi="Hồ sơ {dossier} đang chạy tốt: không có nguyên nhân nào để sửa.",
        en="Dossier {dossier} goes on by itself: it has no cause to be mended.",
    )
    NEEDS_A_WORKER = coded(
        "needs_a_worker",
        vi="Hồ sơ {dossier} đang chờ mà không tiến trình xử lý nào nhận: sửa hồ sơ không giúp được. Hãy cho tiến trình "
        "xử lý của phiên bản đó chạy.",
        en="Dossier {dossier} waits and no worker serves it: no repair of the dossier helps. Start a worker of its "
        "version.",
    )
    RUN_CHANGED = coded(
        "run_changed",
        vi="Hồ sơ {dossier} đã được chạy lại sau khi lập kế hoạch (lượt chạy {now}, kế hoạch thấy {seen}). Chưa làm "
        "gì: hãy lập kế hoạch mới.",
        en="Dossier {dossier} was started again after the plan was made (run {now}; the plan saw {seen}). Nothing was "
        "done: make a new plan.",
    )
    TEMPORAL_REFUSED = coded(
        "temporal_refused",
        vi="Temporal không làm việc này với hồ sơ {dossier} ({problem}), và làm lại cũng vậy. Chưa làm gì: hãy xem "
        "trạng thái của quy trình rồi lập kế hoạch mới.",
        en="Temporal refuses this on dossier {dossier} ({problem}), and would refuse it again. Nothing was done: look "
        "at the state of its workflow, then make a new plan.",
    )
    RESET_WITHOUT_HISTORY = coded(
        "reset_without_history",
        vi="Temporal không còn lịch sử của hồ sơ {dossier}, nên không lùi được. Hãy khởi động lại từ sổ cái.",
        en="Temporal has no history of dossier {dossier} to reset. Restart it from the ledger.",
    )
    RESET_POINT_MISSING = coded(
        "reset_point_missing",
        vi="Hồ sơ {dossier} không có điểm {point} để lùi về. Các điểm có: {points}.",
        en="Dossier {dossier} cannot be reset to {point}: there is no such point. The points are: {points}.",
    )
    RESET_POINT_AHEAD = coded(
        "reset_point_ahead",
        vi="Hồ sơ {dossier} không lùi về {point} được: điểm đó ở sau chỗ lịch sử kết thúc. Các điểm có: {points}.",
        en="Dossier {dossier} cannot be reset to {point}: its history ends before that. The points are: {points}.",
    )
    RESET_POINT_INSIDE = coded(
        "reset_point_inside",
        vi="Hồ sơ {dossier} không lùi về {point} được: một bước chạy không kết thúc ở đó. Các điểm có: {points}.",
        en="Dossier {dossier} cannot be reset to {point}: no workflow task ends there. The points are: {points}.",
    )
    RESET_POINT_BEFORE_RESTART = coded(
        "reset_point_before_restart",
        vi="Hồ sơ {dossier} không lùi về {point} được: lúc {since} hồ sơ đã được khởi động lại từ sổ cái, và không lùi "
        "được về trước lúc đó. Các điểm có: {points}. Muốn bỏ hết các bước sau đó, hãy khởi động lại lần nữa.",
        en="Dossier {dossier} cannot be reset to {point}: it was started again from the ledger at {since}, and a reset "
        "does not reach behind that. The points are: {points}. To drop every step since then, restart it again.",
    )
    WORKFLOW_TAKES_NO_COMMAND = coded(
        "workflow_takes_no_command",
        vi="Quy trình của hồ sơ {dossier} đang kẹt nên không nhận lệnh. Trước hết hãy khởi động lại hồ sơ từ sổ "
        "cái hoặc lùi hồ sơ về một điểm trước, rồi lập kế hoạch mới.",
        en="The workflow of dossier {dossier} is stuck and takes no command. First restart or reset the dossier, then "
        "make a new plan.",
    )
    RULES_PINNED_ALREADY = coded(
        "rules_pinned_already",
        vi="Hồ sơ {dossier} đã theo các bản quy định này: không có gì để đổi.",
        en="Dossier {dossier} goes by these versions already: there is nothing to change.",
    )
    NOTHING_WAITS = coded(
        "nothing_waits",
        vi="Hồ sơ {dossier} không chờ hệ thống ngoài nào trả lời, và quy trình không chậm hơn sổ cái: không có gì để "
        "gọi lại ngay.",
        en="Dossier {dossier} waits for no answer of an outside system, and its workflow is not behind the ledger: "
        "there is nothing to try now.",
    )
    CALL_ENDED_BY_HAND = coded(
        "call_ended_by_hand",
        vi="Hồ sơ {dossier}: lần gọi đã bị kết thúc từ bên ngoài và tự gọi lại sau tối đa một giờ. Quy trình này bắt "
        "đầu theo bản trước của quy tắc nên không rút ngắn được lần chờ; muốn gọi lại ngay, hãy khởi động lại hồ sơ từ "
        "sổ cái.",
        en="Dossier {dossier}: its call was ended by hand and is made again by itself within an hour. Its workflow "
        "began under earlier rules, so that pause is not cut; to make the call now, restart the dossier from the "
        "ledger.",
    )
