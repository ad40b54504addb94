"""What the schemas of rules are: procedures, units, working calendars."""

from __future__ import annotations

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "CalendarAnswer": "Lịch làm việc, từng ngày trong một thời kỳ (a working calendar, day by day within a period).",
    "Counting": "Thủ tục tính thời hạn theo cách nào (how a procedure counts time).",
    "DatedException": "Một ngày khác ngày thường, kèm văn bản ở `source`; ngày làm bù không nêu buổi thì theo các "
    "buổi của ngày được bù (one day that differs from its season, and the letter that ordered it in `source`; a "
    "make-up day without sessions of its own has those of the day that it makes up for).",
    "DayAnswer": "Một ngày: các buổi, và vì sao khác ngày thường (one day: its sessions, and why they differ from the "
    "ordinary ones).",
    "DeskSession": "Một buổi mở cửa; `intake`: có tiếp nhận hồ sơ, `clock`: có tính thời hạn (a part of a day in "
    "which the desks are open; `intake`: dossiers are received, `clock`: limits run).",
    "ExceptionAnswer": "Vì sao ngày khác ngày thường, và văn bản ở `source` (why the day differs from its season, and "
    "the letter that ordered it).",
    "ExtensionPolicy": "Được gia hạn mấy lần, trước khi hết hạn bao lâu, thêm bao nhiêu, ai quyết định, có cần phiếu "
    "xin lỗi (how often the date may be extended, how long before it, by how much, by whom, and whether a letter is "
    "needed).",
    "FeeCase": "Mức phí công bố cho một loại đối tượng, miễn hay giảm, kèm căn cứ; nơi tiếp nhận áp dụng mà không cần "
    "duyệt (a published fee for one kind of applicant, exempt or reduced, with its ground; the desk applies it "
    "without approval).",
    "GreenCap": "Luồng Xanh theo số giờ làm việc: hạn theo quy định, hoặc lúc bắt đầu cộng số giờ tối đa này, hạn nào "
    "sớm hơn (Green Stream by working hours: the earlier of the statutory date and start + cap).",
    "GreenFactor": "Luồng Xanh theo tỷ lệ: phần này của thời hạn, theo đơn vị của thời hạn (Green Stream by share: "
    "that share of the limit, in the limit's own unit).",
    "Limit": "Thời hạn công bố, như trong danh mục: số lượng và loại (a published time limit, as it stands in the "
    "catalogue: an amount of a unit).",
    "NamedCode": "Một mã kèm tên tại ngày được hỏi (a code with its name of the day that was asked for).",
    "OutsideChecks": "Hệ thống ngoài mà thủ tục cần; hệ thống không nêu thì không bao giờ làm chậm hồ sơ (the outside "
    "systems that this procedure needs; one that is not named can never delay it).",
    "PaymentPolicy": "Yêu cầu nộp phí khi nào, đơn thanh toán hết hạn sau bao nhiêu giờ (when the fee is requested, "
    "and after how many calendar hours the order expires).",
    "PeriodLine": "Một đơn vị từng mang mã này, từ ngày đầu đến ngày cuối (one unit that had the code, from its first "
    "to its last day).",
    "ProcedureAnswer": "Một thủ tục tại một ngày: mọi phiên bản, và nội dung phiên bản có hiệu lực ngày đó (one "
    "procedure as of a day: every version, and the content of the one in effect on that day).",
    "ProcedureContent": "Nội dung một phiên bản của thủ tục (what a version of a procedure says).",
    "ProcedureLine": "Một thủ tục trong danh mục, theo phiên bản được hiện (one procedure in the list, in the version "
    "that is shown).",
    "ProcedurePage": "Một trang thủ tục, theo thứ tự mã (a page of procedures, in the order of their codes).",
    "Reason": "Một mắt xích trong chuỗi lý do: mã cố định và câu diễn giải (one link of the chain of reasons: a "
    "stable code and its sentence).",
    "RequiredDocument": "Một thành phần hồ sơ mà thủ tục cần (one document that the procedure asks for).",
    "ResultDocument": "Kết quả giải quyết mà người nộp nhận (the result that the applicant receives).",
    "RoutingAnswer": "Việc sẽ thuộc cơ quan nào; có đúng một trong hai: `competent` hoặc `queue` (where the matter "
    "would go; exactly one of `competent` and `queue` is there).",
    "RoutingAsked": "Câu hỏi nơi giải quyết: thủ tục, nơi nộp, việc gắn với nơi nào (a procedure, where the dossier "
    "is handed in, and what ties the matter to a place).",
    "StepAnswer": "Một bước của quy trình nội bộ; `share` là phần trăm của cả thời hạn (one step of the internal "
    "process; `share` is its percentage of the whole limit).",
    "SuccessorLine": "Một đơn vị kế thừa toàn bộ hay một phần đơn vị đã kết thúc hoạt động (a unit that took over a "
    "closed one, whole or in part).",
    "SupplementPolicy": "Được yêu cầu bổ sung mấy lần, trong bao nhiêu giờ làm việc từ khi tiếp nhận (how often a "
    "supplement may be requested, and within how many working hours after intake).",
    "TermsAnswer": "Thời hạn và phí công bố của một hình thức nộp, hoặc của một trường hợp trong đó (the published "
    "limit and fee of one channel, or of one case of it).",
    "UnitAnswer": "Một mã đơn vị tại một ngày: đơn vị mang mã, vị trí của nó, và mọi đơn vị từng mang mã (a code as "
    "of a day: the unit that has it then, its place, and every unit that ever had the code).",
    "UnitLine": "Một đơn vị tại một ngày (one unit of a day).",
    "UnitPage": "Một trang đơn vị tại một ngày, theo thứ tự mã (a page of the units of a day, in the order of their "
    "codes).",
    "VersionLine": "Một phiên bản của thủ tục, và thời gian nhận hồ sơ theo phiên bản đó (one version of a procedure, "
    "and when dossiers are accepted under it).",
}
"""By the name of the schema: Vietnamese, then English in brackets."""
