"""The sentences about replays on a build of the worker."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class ReplayRunRefusal(CodedSentence):
    """Why a replay does not begin, is not found, or was broken off."""

    UNKNOWN_REPLAY = coded(
        "unknown_replay",
        vi="Không có lần phát lại {replay}. Hãy xem danh sách các lần phát lại.",
        en="There is no replay {replay}. Look at the list of replays.",
    )
    REPLAY_UNDER_WAY = coded(
        "replay_under_way",
        vi="Bản {build} đang phát lại ({replay}), mỗi bản mỗi lúc một lần. Hãy chờ lần ấy xong, hoặc hủy nó.",
        en="The build {build} is replaying already ({replay}), one at a time. Wait until it ends, or cancel it.",
    )
    REPLAY_ENDED = coded(
        "replay_ended",
        vi="Lần phát lại {replay} đã kết thúc, nên không hủy được nữa.",
        en="The replay {replay} has ended, so it cannot be cancelled any more.",
    )
    BUILD_CANNOT_REPLAY = coded(
        "build_cannot_replay",
        vi="Tiến trình của bản {build} chưa biết phát lại theo lệnh. Hãy chạy luongxanh ops replay ngay trong bản cài "
        "đặt của bản ấy.",
        en="Workers of the build {build} do not know how to replay by order yet. Run luongxanh ops replay within the "
        "installation of that release.",
    )
    NOTHING_IS_OPEN = coded(
        "nothing_is_open",
        vi="Không có lịch sử nào đúng lựa chọn, nên chưa kiểm tra gì.",
        en="No history is within the choice, so nothing was checked.",
    )
    REPLAY_HANGS = coded(
        "replay_hangs",
        vi="Mã của bản này không trả lời trong {seconds} giây nên đã bị ngắt; đã phát lại {looked} lịch sử. Hãy phát "
        "lại với mẫu nhỏ hơn để tìm lịch sử ấy.",
        en="The code of this build gave no answer for {seconds} s and was ended; {looked} histories were replayed. "
        "Replay a smaller sample to find the history.",
    )
    REPLAY_GIVEN_UP = coded(
        "replay_given_up",
        vi="{tries} tiến trình xử lý lần lượt chết khi phát lại, nên đã bỏ cuộc. Thường là hết bộ nhớ: hãy xem nhật ký "
        "của máy.",
        en="{tries} workers died one after the other while they replayed, so it was given up. Often memory ran out: "
        "see the log of the machine.",
    )
