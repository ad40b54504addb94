"""What the schemas of dossiers are: bodies, answers, the history, the search, public tracking."""

from __future__ import annotations

from collections.abc import Mapping

DOSSIERS: Mapping[str, str] = {
    "Accepted": "Câu trả lời khi việc đã được nhận, chưa ghi sổ: đủ để hỏi kết quả (the answer to an act that was "
    "accepted: what is needed to ask for its outcome).",
    "ActAnswer": "Một việc đã được nhận; kết quả có khi đã ghi sổ hoặc bị từ chối (an act that was accepted, and its "
    "outcome as soon as there is one).",
    "ActingAs": "Người gọi làm với vai trò nào, cho đơn vị nào, khi có nhiều (in which capacity the caller acts, "
    "where it has more than one).",
    "AllowedAct": "Một lệnh người gọi được gửi lúc này, kèm nội dung mẫu (a command that the caller may give now, "
    "with an example of its body).",
    "Applicant": "Thông tin chủ hồ sơ; chỉ cất trong kho dữ liệu cá nhân (the applicant's particulars, which are kept "
    "with personal data only).",
    "BroughtOver": "Hệ thống cũ đã tiếp nhận hồ sơ, mã và thời điểm ở đó (the older system in which a dossier was "
    "received before it came to this one).",
    "CorrectApplicant": "Sửa thông tin chủ hồ sơ: thông tin mới gửi ở `applicant` của lệnh; ở đây chỉ ghi `entry` "
    "(the new particulars are sent in `applicant`; here only `entry` is given).",
    "CorrectDocuments": "Sửa thành phần hồ sơ (corrects the documents).",
    "CorrectMatter": "Sửa nơi mà việc gắn với, như địa bàn (corrects what ties the matter to a place).",
    "CorrectReceivedAt": "Sửa thời điểm tiếp nhận (corrects the time of receipt).",
    "Counted": "Số hồ sơ đã đếm được; `more`: còn nhiều hơn số đã đếm (how many were found; `more`: there are more "
    "than were counted).",
    "DocumentsAnswer": "Thành phần hồ sơ, và kết quả (the documents of the dossier, and its result).",
    "DossierAnswer": "Một hồ sơ lúc này (one dossier as it is now).",
    "DossierFilterBody": "Tìm hồ sơ nào: trường nào có thì hồ sơ phải thỏa trường đó, danh sách là một trong các giá "
    "trị, bỏ trống là không giới hạn (which dossiers are wanted: every field restricts, a list means any of its "
    "values, what is left out does not restrict).",
    "EventAnswer": "Một sự kiện trong diễn biến của hồ sơ, kèm câu diễn giải (one event of the dossier's history, "
    "with its sentence).",
    "FoundAnswer": "Một hồ sơ tìm được (one found dossier).",
    "FoundPage": "Một trang hồ sơ tìm được, kèm con trỏ trang trước, trang sau (a page of found dossiers, and the "
    "cursors of the pages beside it).",
    "HistoryPage": "Một trang diễn biến của hồ sơ, cũ trước (a page of the dossier's history, oldest first).",
    "FallsDueBody": "Hồ sơ mở sẽ quá hạn sau một thời điểm trong khoảng này, trừ khi đang tạm dừng từ trước (open "
    "dossiers that are overdue after an instant of the window; not those that stand still since before it).",
    "Judged": "Hồ sơ đã kết thúc, theo kết luận sớm, đúng hay trễ hạn (dossiers that have ended, by how they were "
    "judged).",
    "ReceivedAt": "Một giờ của một thứ trong tuần, giờ Việt Nam; 1 là thứ Hai (an hour of a weekday in Vietnam; 1 is "
    "Monday).",
    "HolderWanted": "Trễ do ai: một đơn vị hoặc hệ thống theo mã, hoặc mọi nơi thuộc một loại (to whom lateness is "
    "attributed: a unit or an outside system by its code, or every holder of a kind).",
    "Holding": "Ai đang giữ hồ sơ, phải làm gì, từ lúc nào (who has the dossier now, for which act, and since when).",
    "Late": "Hồ sơ còn mở đã quá hạn, hoặc đã kết thúc trễ hạn, theo một trong hai hạn (dossiers that are open and "
    "overdue on the clock, or ended late on it).",
    "LateOn": "Một hạn mà hồ sơ trễ: còn mở và đã quá hạn, hoặc kết thúc trễ (a clock on which the dossier is late: "
    "open and overdue, or ended late).",
    "Matter": "Việc gắn với nơi nào, do đó thuộc cơ quan nào: nơi cư trú, thửa đất hay trụ sở (what decides "
    "competence for a dossier: where the residence, the parcel or the seat lies).",
    "Paper": "Một thành phần hồ sơ: đã nộp chưa, có đang phải bổ sung không (one document of the dossier: whether it "
    "was brought, and since when the applicant is asked for it).",
    "ParticularsAnswer": "Thông tin chủ hồ sơ đang lưu (the applicant's particulars as they are kept now).",
    "ReceiptAnswer": "Biên nhận của một việc đã ghi vào sổ cái: đã ghi gì, hồ sơ sau đó thế nào (the answer to an act "
    "that the ledger has: what it wrote, and the dossier after it).",
    "Proof": "Bằng chứng các sự kiện của một hồ sơ có trong bản chốt sổ (the proof that the events of a dossier are "
    "under a signed checkpoint).",
    "ProvedEvent": "Một sự kiện như đã được niêm phong, và đường băm tới gốc đã ký (one event as it was sealed, and "
    "the hashes on the path to the signed root).",
    "Addressee": "Một người được báo, ở đơn vị và vai trò nào; `stands_in_for`: làm thay người vắng mặt (a person who "
    "is told, in which unit and role; `stands_in_for`: for a colleague who is away).",
    "ExplainedRung": "Một bậc: đã báo, sẽ báo hay vì sao không; báo ai, phải trả lời và giải trình trước lúc nào (one "
    "rung: whether it has fired, fires or why not; who is told, and by when an answer and an explanation are wanted).",
    "LadderAnswer": "Bậc thang của hồ sơ, từng bậc: dạng dữ liệu, và từng dòng cho người đọc (the ladder of a dossier, "
    "rung by rung: as data, and as lines for people).",
    "OpenEscalationAnswer": "Một lần leo thang chưa trả lời xong, hoặc một hồ sơ cấp trên đã nhận (an escalation that "
    "is open, or a dossier that was taken over).",
    "OpenEscalationPage": "Một trang leo thang chưa xong, việc phải trả lời trước đứng đầu (a page of open "
    "escalations, what must be answered first on top).",
    "RouteAnswer": "Hồ sơ đang ở đâu, vì sao: chuỗi lý do xác định cơ quan có thẩm quyền (where the dossier is, and "
    "why: the reasons of its routing, one after another).",
    "SearchBody": "Một lần tìm: điều kiện, thứ tự, trang (a search: the filter, the order, and the page).",
    "SearchOrder": "Thứ tự của hồ sơ tìm được (the order of the found dossiers).",
    "StepNow": "Một bước của quy trình nội bộ trong hồ sơ này: đã xong chưa, có phải bước hiện tại không (one step of "
    "the internal process in this dossier: whether it is done, whether it is the current one).",
    "SubmissionBody": "Một hồ sơ nộp mới; khóa của nó là Idempotency-Key của yêu cầu (a dossier to be opened; its key "
    "is the request's Idempotency-Key).",
    "PostalAddress": "Nơi bưu chính đến; chỉ cất trong kho dữ liệu cá nhân (where the post comes; kept with personal "
    "data only).",
    "PartAnswer": "Một phần của hồ sơ liên thông, như người nộp được xem (one part of an interconnected dossier).",
    "SubmittedDocument": "Một giấy tờ hoặc tệp nộp kèm hồ sơ: thành phần hồ sơ (one paper or file that came with the "
    "dossier).",
    "TrackingAnswer": "Điều người nộp được xem của hồ sơ (what an applicant may see of a dossier).",
    "TrackingBody": "Mã hồ sơ và mã tra cứu, như in trên giấy tiếp nhận (the code of a dossier and the secret, as "
    "they are printed on the receipt).",
    "UnitsBody": "Hồ sơ của những đơn vị nào, có cả đơn vị trực thuộc hay không (of which units, perhaps with those "
    "below them).",
    "WorkAnswer": "Một việc cần làm: việc gì, ở hồ sơ nào, ai làm, đến bao giờ (one item of work: what is to be done "
    "in which dossier, by whom, until when).",
    "WorkListAnswer": "Một trang việc, gấp nhất trước; `more`: còn trang sau (a page of work, the most urgent first; "
    "`more`: there is a page after it).",
    "ApplicationToTakeIn": "Hồ sơ nào của phần mềm liên thông, và nơi nào tiếp nhận (which application of the national "
    "software, and which unit receives it).",
    "TakenInAnswer": "Một hồ sơ đã yêu cầu lấy từ phần mềm liên thông, và nay ra sao (an application that was ordered "
    "to be taken in, and what became of it).",
    "LeaveAnswer": "Một lần ghi nghỉ hoặc ủy quyền (an absence or a delegation that somebody entered).",
    "LeaveListAnswer": "Các lần ghi về cán bộ trong đơn vị của người gọi, mới nhất trước (the entries about the people "
    "of the caller's units, the newest first).",
    "LeaveBody": "Một lần nghỉ hoặc ủy quyền có thời hạn (an absence or a delegation for a period).",
    "WithdrawLeaveBody": "Vì sao rút (why it is withdrawn).",
    "AbsenceToEnter": "Một người nghỉ một thời gian (somebody is away for a period).",
    "DelegationToEnter": "Một người ủy quyền vai trò của mình cho đồng nghiệp một thời gian; có hiệu lực khi người đó "
    "nghỉ (somebody lets a colleague act in their roles for a period; it counts while they are away).",
    "ToAssignBody": "Một hồ sơ cần giao (a dossier that is to be given).",
    "ToOfficer": "Tất cả cho một người (all of them to one officer).",
    "BySuggestion": "Mỗi hồ sơ cho người đứng đầu gợi ý của nó (each to the first who is suggested for it).",
    "AssignmentBody": "Các hồ sơ, và giao cho ai (several dossiers, and to whom they are given).",
    "UndoAssignmentBody": "Vì sao rút lại (why the dossiers are taken back).",
    "AssignedAnswer": "Kết quả của một hồ sơ (what became of one dossier).",
    "AssignmentAnswer": "Một lần giao nhiều hồ sơ và kết quả của từng hồ sơ (an order, and what became of each).",
    "SuggestionAnswer": "Một người có thể nhận bước hiện tại (an officer to whom the step could be given).",
    "SuggestionsAnswer": "Những người có thể nhận, phù hợp nhất trước (the officers, the best first).",
    "WorkClockAnswer": "Một đồng hồ của hồ sơ, theo phút làm việc (one clock of a dossier, in working minutes).",
    "WorkCountAnswer": "Cả danh sách có bao nhiêu việc; `more`: nhiều hơn số đã đếm (how many items the whole list "
    "has; `more`: there are more than were counted).",
    "SavedSearchAnswer": "Một bộ lọc đã lưu (a saved search).",
    "SavedSearchBody": "Bộ lọc cần lưu, toàn bộ (a search to keep, the whole of it).",
    "SavedSearchesAnswer": "Bộ lọc của người gọi, rồi của người khác chia sẻ, theo tên (the caller's searches, then "
    "those that others share, by name).",
    "SearchFaultAnswer": "Phần của bộ lọc đã lưu không dùng được hôm nay (a part of a saved search that cannot be used "
    "today).",
}
"""By the name of the schema: Vietnamese, then English in brackets."""
