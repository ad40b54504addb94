"""The sentences about releases of the worker."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class ReleaseRefusal(CodedSentence):
    """Why a build of the worker does not get the work that an operator ordered for it."""

    RELEASE_UNKNOWN = coded(
        "release_unknown",
        vi="Không có bản chạy {build}. Các bản đã biết: {known}. Hãy khởi động tiến trình xử lý của bản ấy trước, rồi "
        "xem lại danh sách bản chạy.",
        en="There is no build {build}. Known builds: {known}. Start a worker of that release first, then look at "
        "the list of builds.",
    )
    RELEASE_WITHOUT_WORKERS = coded(
        "release_without_workers",
        vi="Không có tiến trình nào của bản {build} đang nhận việc, nên hồ sơ sẽ đứng yên. Hãy khởi động tiến trình xử "
        "lý (luongxanh worker) của bản ấy trước.",
        en="No worker of the build {build} asks for work, so dossiers would stand still. Start workers (luongxanh "
        "worker) of that release first.",
    )
    RELEASE_NOT_ROUTED = coded(
        "release_not_routed",
        vi="Temporal không chuyển việc cho bản {build}: {problem}. Việc vẫn đi như trước. Thường là tiến trình của bản "
        "ấy không phục vụ đủ các hàng việc (như `nexus`): hãy khởi động chúng với cùng thiết lập rồi thử lại.",
        en="Temporal does not give the build {build} the work: {problem}. Tasks go where they went before. Mostly its "
        "workers do not serve every queue (such as `nexus`): start them with the same settings and try again.",
    )
    RELEASE_HAS_STUCK_DOSSIERS = coded(
        "release_has_stuck_dossiers",
        vi="Bản {build} có {count} hồ sơ bị kẹt (như {dossier}), nên không nhận thêm việc. Hãy xem các hồ sơ bị "
        "kẹt, hoặc để việc trở lại bản trước.",
        en="The build {build} has {count} stuck dossiers (such as {dossier}), so it gets no more work. Look at "
        "what is stuck, or give the work back to the earlier build.",
    )
    RELEASE_NOT_REPLAYED = coded(
        "release_not_replayed",
        vi="Chưa phát lại hồ sơ đang mở bằng bản {build}, nên chưa biết hồ sơ nào sẽ kẹt. Chưa thay đổi gì. Hãy phát "
        "lại trên bản ấy trước. Nếu phải giao việc mà không chờ, hãy nêu vì sao.",
        en="The open dossiers were not replayed on the build {build}, so nobody knows which would get stuck. Nothing "
        "was changed. Replay them on it first. To give it work without, say why.",
    )
    RELEASE_DOES_NOT_REPLAY = coded(
        "release_does_not_replay",
        vi="Bản {build} không phát lại được {failed} lịch sử (lần phát lại {replay}): các hồ sơ ấy sẽ kẹt. Hãy sửa "
        "lỗi và phát hành bản mới, hoặc nêu vì sao vẫn giao việc.",
        en="The build {build} does not replay {failed} histories (replay {replay}): those dossiers would get stuck. "
        "Mend the fault and release anew, or say why it gets work all the same.",
    )
    RELEASE_GETS_WORK = coded(
        "release_gets_work",
        vi="Bản {build} đang nhận việc, nên không cho nghỉ được. Hãy chuyển việc cho bản khác trước.",
        en="The build {build} gets work, so it cannot be retired. Give the work to another one first.",
    )
    RELEASE_WITHOUT_WORK = coded(
        "release_without_work",
        vi="Bản {build} không nhận việc nào mới được giao, nên không có gì để trả về bản trước.",
        en="The build {build} has no work that was given last, so nothing goes back to the build before.",
    )
    RELEASE_HAS_ALL_WORK = coded(
        "release_has_all_work",
        vi="Bản {build} đã nhận toàn bộ việc. Không có gì phải làm.",
        en="The build {build} has all work already. There is nothing to do.",
    )
    RELEASE_HAS_NONE_BEFORE = coded(
        "release_has_none_before",
        vi="Không có bản trước nào để trở lại: bản trước đã nghỉ, hoặc chưa từng có. Hồ sơ mở từ đó theo quy tắc mà "
        "bản cũ không biết. Hãy sửa lỗi và phát hành bản mới.",
        en="There is no earlier build to go back to: it was retired, or there was none. Dossiers that began since "
        "follow rules that an older one does not know. Mend the fault and release anew.",
    )
    RELEASE_RETIRED = coded(
        "release_retired",
        vi="Bản {build} đã nghỉ: hồ sơ mới có thể theo quy tắc mà bản này không biết. Không giao việc cho bản này nữa.",
        en="The build {build} is retired: newer dossiers may follow rules that it does not know. It gets no work.",
    )
    RELEASE_TOO_OLD = coded(
        "release_too_old",
        vi="Bản {build} chỉ biết các quy tắc đến lần sửa {revision}, còn hồ sơ mới mở theo lần sửa {kept}: hồ sơ ấy sẽ "
        "kẹt. Chưa thay đổi gì.",
        en="The build {build} knows the rules up to revision {revision}, and new dossiers begin under revision {kept}: "
        "they would get stuck. Nothing was changed.",
    )
    RELEASE_RAMP_UNDER_WAY = coded(
        "release_ramp_under_way",
        vi="Bản {build} đang được giao dần (lần giao {ramp}): mỗi lúc chỉ một lần. Hãy chờ xong, dừng lần ấy, hoặc trả "
        "việc về bản trước.",
        en="The build {build} is being given work in steps (ramp {ramp}): one at a time. Wait for its end, stop it, or "
        "give the work back to the build before.",
    )
    RELEASE_RAMP_UNWATCHED = coded(
        "release_ramp_unwatched",
        vi="Đã {seconds} giây không có tiến trình nào canh lần giao dần {ramp} của bản {build}, nên không bước nào "
        "được giao thêm. Lệnh vẫn còn đó: hãy xem tiến trình xử lý, hoặc dừng lần ấy.",
        en="For {seconds} s no worker has watched the ramp {ramp} of the build {build}, so no further step is given. "
        "The order stays: look at the workers, or stop it.",
    )
    RELEASE_PAUSE_OUT_OF_RANGE = coded(
        "release_pause_out_of_range",
        vi="Khoảng chờ giữa hai bước phải từ 0 đến {most} giây: {given}.",
        en="The pause between two steps must be 0 to {most} seconds: {given}.",
    )
    RELEASE_RAMP_UNKNOWN = coded(
        "release_ramp_unknown",
        vi="Không có lần giao dần {ramp}.",
        en="There is no ramp {ramp}.",
    )
    RELEASE_RAMP_ENDED = coded(
        "release_ramp_ended",
        vi="Lần giao dần {ramp} đã kết thúc. Không có gì để dừng.",
        en="The ramp {ramp} has ended. There is nothing to stop.",
    )
    RELEASE_WITHOUT_REASON = coded(
        "release_without_reason",
        vi="Giao việc cho một bản chạy phải nêu lý do.",
        en="Giving a build work needs a reason.",
    )
    PERCENT_OUT_OF_RANGE = coded(
        "percent_out_of_range",
        vi="Phần trăm phải từ 1 đến 100 và tăng dần: {given}.",
        en="The percentages must be 1 to 100 and grow: {given}.",
    )
