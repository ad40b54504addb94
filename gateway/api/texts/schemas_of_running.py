"""What the schemas of rollouts, incidents, problems and health are."""

from __future__ import annotations

from collections.abc import Mapping

RUNNING: Mapping[str, str] = {
    "Bilingual": "Một câu cho người đọc, bằng tiếng Việt và tiếng Anh (a text for people, in Vietnamese and in "
    "English).",
    "FieldProblem": "Một trường sai trong nội dung, tham số hoặc header (one wrong field of a body, a query or a "
    "header).",
    "CauseAnswer": "Những gì kẹt vì một nguyên nhân, và cách xử lý (everything that is stuck by one cause, and what to "
    "do).",
    "CheckAnswer": "Một mục kiểm tra và kết quả, nặng nhất trước (one check with its findings, the worst first).",
    "DoctorAnswer": "Mọi mục mà tiến trình này kiểm tra được (every check that this process can make).",
    "ExampleOfCause": "Một hồ sơ kẹt (one dossier that is stuck).",
    "FailedAnswer": "Những gì đang kẹt, theo nguyên nhân (what is stuck, by cause).",
    "FailureTrace": "Nơi chương trình gây lỗi ở một hồ sơ, không có lời nhắn lỗi (where the program failed at one "
    "dossier, without the message of the error).",
    "FindingAnswer": "Một điều mục kiểm tra thấy, và việc cần làm (one thing that a check found, and what to do).",
    "PartOfCause": "Bao nhiêu hồ sơ kẹt vì mã lỗi này (how many dossiers have this code).",
    "VersionOfCause": "Bao nhiêu hồ sơ do phiên bản này chạy lần cuối (how many dossiers this version ran last).",
    "IncidentAnswer": "Một cuộc gọi hệ thống ngoài đã hỏng, chưa thành công (a call to an outside system that failed "
    "and has not succeeded yet).",
    "IncidentPage": "Một trang hồ sơ có sự cố, theo thứ tự mã (a page of dossiers in trouble, in the order of their "
    "codes).",
    "AssignIncidentBody": "Giao sự cố cho ai, vì sao (who is to look, and why).",
    "IncidentActAnswer": "Một việc người vận hành đã làm với sự cố (what an operator did with an incident).",
    "OneIncidentAnswer": "Một sự cố, và người vận hành đã làm gì (an incident, and what operators did with it).",
    "OpenIncidentAnswer": "Một việc cần người xử lý; mã nói rõ là việc gì (one thing that needs a person; its id says "
    "what it is about).",
    "OpenIncidentPage": "Một trang sự cố, cũ nhất trước; đợt triển khai kẹt đứng đầu trang một (a page of incidents, "
    "the oldest first; stuck rollouts stand first on the first page).",
    "ResolveIncidentBody": "Đã xử lý thế nào (what was done about it).",
    "RetryIncidentBody": "Vì sao thử lại, và thông tin đúng nếu đã sai (why it is done again, and the right input "
    "where it was wrong).",
    "Living": "Tiến trình còn trả lời (the process answers).",
    "Problem": "Nội dung của mọi lỗi: RFC 9457, kèm mã lỗi cố định (the body of every error: RFC 9457 with the "
    "engine's stable code).",
    "ProblemCode": "Một mã lỗi kèm câu mẫu; dữ kiện điền theo tên: `{dossier}` (one code, with its sentence; the "
    "facts of a problem are filled in by name: `{dossier}`).",
    "ProblemCodes": "Mọi mã lỗi của bản này; mã đã công bố không đổi nghĩa (every code of this release; a released "
    "code keeps its meaning).",
    "ProgressAnswer": "Toàn tỉnh có bao nhiêu hồ sơ ở mỗi kết quả của đợt triển khai (how many dossiers of the whole "
    "province have each outcome of the rollout).",
    "Readiness": "Phục vụ được chưa, đang chờ phần nào (whether requests can be served, and what is waited for).",
    "BuildAnswer": "Một bản của tiến trình xử lý: phần việc, hồ sơ đang mở, tiến trình (one build of the worker: its "
    "part of the work, its open dossiers, its processes).",
    "StageAnswer": "Một chặng của văn bản đã gửi (a stage of a document that was sent).",
    "SentDocumentAnswer": "Một văn bản hồ sơ đã gửi lên trục (a document that the dossier sent on the axis).",
    "ReceivedDocumentAnswer": "Một văn bản đến từ trục (a document that came by the axis).",
    "AxisDocumentsAnswer": "Văn bản liên thông của một hồ sơ, hai chiều (the documents of a dossier, both ways).",
    "AxisDocumentPage": "Một trang văn bản chờ người xử lý (a page of documents that wait for a person).",
    "AxisDocumentAnswer": "Một văn bản đến và nội dung (a document that came, and what it says).",
    "AttachedAnswer": "Một tệp đính kèm (a file of a document).",
    "LetterAnswer": "Nội dung một văn bản (what a document says).",
    "SettleDocumentBody": "Đã xử lý thế nào (how it was dealt with).",
    "DecideDocumentBody": "Ý kiến mà người đọc thấy, và căn cứ (the opinion that a person read, and where).",
    "NoticeAnswer": "Một tin cho người nộp (a notice to the applicant).",
    "NoticesAnswer": "Các tin của hồ sơ và các kênh (the notices of a dossier, and the channels).",
    "LeftChannelAnswer": "Một kênh không gửi được, và vì sao (a channel that was left, and why).",
    "ApplicantChannelAnswer": "Một kênh: có liên hệ không, đã từ chối chưa (a channel: a contact, an opt-out).",
    "OptOutAnswer": "Một lần từ chối nhận tin (an opt-out).",
    "OptOutBody": "Người dân yêu cầu thế nào (how the person asked for it).",
    "OutsideSystemAnswer": "Một hệ thống ngoài, theo báo cáo của mọi tiến trình (one outside system, as all workers "
    "tell).",
    "OutsideSettingsAnswer": "Tệp hệ thống ngoài ở một tiến trình: bản nào đang dùng, bản nào bị từ chối (the file of "
    "outside systems in one worker: which content is in force, and which was refused).",
    "OutsideSystemsAnswer": "Mọi hệ thống ngoài, cấu hình đang dùng, các lệnh gần nhất (every outside system, the "
    "settings in force, the last orders).",
    "OutsideOrderAnswer": "Một lệnh về một hệ thống ngoài (an order about an outside system).",
    "OutsideOrderToPlan": "Định ra lệnh gì, bao lâu (what would be ordered, and for how long).",
    "PlannedOrderAnswer": "Lệnh sẽ làm gì; chưa ghi gì (what an order would do; nothing was written).",
    "OutsideOrderBody": "Ra lệnh gì, bao lâu, vì sao (what is ordered, for how long, and why).",
    "GivenOrderAnswer": "Lệnh ra kết quả gì (what came of an order).",
    "BuildToPromote": "Một bản nhận mọi việc, và vì sao (a build that gets all work, and why).",
    "BuildToRamp": "Một bản nhận một phần việc, và vì sao (a build that gets a part of the work, and why).",
    "BuildToRetire": "Một bản không nhận việc nữa, và vì sao (a build that gets no work any more, and why).",
    "RampAnswer": "Một lần giao dần có canh: đến đâu, thấy gì, kết thúc thế nào (one watched ramp: how far it is, what "
    "was seen, how it ended).",
    "RampProblem": "Vì sao việc trả về, kèm mã (why the work went back, with its code).",
    "RampToBegin": "Một bản được giao dần theo các bước, và vì sao (a build that gets a growing part of the work, and "
    "why).",
    "StuckByCause": "Một hồ sơ kẹt, vì gì; hệ thống và mã lỗi nếu biết (a dossier that does not go on, and why; the "
    "system and the code of the error, if known).",
    "RollbackBody": "Vì sao trả việc về bản trước (why the work goes back to the build before).",
    "ReleaseActAnswer": "Một lệnh về một bản của tiến trình xử lý (an order about a build of the worker).",
    "ReleaseActPage": "Một trang lệnh về các bản, mới trước (a page of the orders about builds, the newest first).",
    "ReleasesAnswer": "Mọi bản của tiến trình xử lý, mới trước, và các lệnh gần nhất (every build of the worker, the "
    "newest first, and the last orders).",
    "RolloutActAnswer": "Một việc người vận hành đã làm với đợt triển khai (what a person did with a rollout).",
    "RolloutAnswer": "Một đợt triển khai: đã đến đâu, ai đã làm gì (one rollout: how far it is, and who did what with "
    "it).",
    "RolloutItemAnswer": "Đợt triển khai đã làm gì với một hồ sơ; `detail`: hạn hoặc đơn vị cũ và mới, hoặc câu từ "
    "chối (what a rollout did to one dossier; `detail`: old and new dates or units, or both sentences of a refusal).",
    "RolloutItemPage": "Một trang hồ sơ của đợt triển khai trong phạm vi của người gọi, theo thứ tự mã (a page of the "
    "dossiers of a rollout within the caller's scope, in the order of their codes).",
    "RolloutLine": "Một đợt triển khai; `why` là văn bản hoặc nghị quyết (one rollout; `why` is the letter or the "
    "resolution).",
    "RolloutPage": "Một trang đợt triển khai, mới trước (a page of rollouts, the newest first).",
    "CountsAnswer": "Các con số của một nhóm; `filter` chọn hồ sơ của nhóm (the numbers of a group; `filter` selects "
    "its "
    "dossiers).",
    "DayCounts": "Số tiếp nhận và đã giải quyết của một ngày (received and resolved on one day).",
    "SpentTimes": "Phút làm việc của hồ sơ đã giải quyết có hạn: đã dùng (used) và thời hạn cho (granted) (working "
    "minutes of resolved dossiers with a limit: used, and given by it).",
    "StatisticsAnswer": "Số liệu trong kỳ và lúc này (numbers over a period, and as of now).",
    "StuckAnswer": "Vì sao luồng xử lý của hồ sơ không tự chạy tiếp, từ lúc nào (why a dossier's workflow does not go "
    "on by itself, and since when).",
    "TroubledAnswer": "Một hồ sơ có sự cố: cuộc gọi ra ngoài hỏng, hoặc quy trình bị kẹt (a dossier in trouble: "
    "failed calls, or a stuck workflow).",
}
"""By the name of the schema: Vietnamese, then English in brackets."""
