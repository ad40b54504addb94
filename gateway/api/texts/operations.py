"""What each operation does, for programmers who have read no other page. Commands have a module of their own."""

from __future__ import annotations

from collections.abc import Mapping

from domain.roles import Role
from domain.values import Bilingual
from gateway.access.permissions import PERMISSIONS, STAFF, Entry, Reach
from gateway.api.texts.commands import COMMANDS
from gateway.i18n.wording import say

PAGES = say("Trang sau: gửi lại với cursor là next.", "For the next page send next as the cursor.")
OPERATIONS: Mapping[str, Bilingual] = {
    **COMMANDS,
    "read_act": say(
        "Sau 202, hoặc khi mất câu trả lời: việc đang chờ ghi sổ (pending), đã ghi (recorded, kèm biên nhận) hay bị "
        "từ chối (refused, kèm lỗi). Chỉ người đã gửi xem được.",
        "After a 202, or when an answer was lost: the act waits for the record (pending), is in it (recorded, with the "
        "receipt) or was refused (refused, with the problem). Only its sender may look.",
    ),
    "submit_dossier": say(
        "Mở một hồ sơ và trả về mã hồ sơ, phiên bản, mã tra cứu in trên giấy tiếp nhận (tracking_secret). Nơi tiếp "
        "nhận có thể là bất kỳ đơn vị tiếp nhận nào của tỉnh, trừ thủ tục chỉ nhận tại nơi giải quyết. Thời hạn tính "
        "từ khi tiếp nhận (accept), không từ khi nộp. Thông tin chủ hồ sơ chỉ cất trong kho dữ liệu cá nhân.",
        "Opens a dossier and answers with its code, its version and the secret for the receipt (tracking_secret). Any "
        "receiving unit of the province may take it, unless the procedure is received only where it is resolved. Time "
        "limits run from its acceptance (accept). The applicant's particulars are kept in the vault only.",
    ),
    "search_dossiers": say(
        "Tìm theo bộ lọc, trong phạm vi của người gọi, từng trang tới và lui. Với Accept là text/csv hoặc Excel, trả "
        "lời là một bảng gồm mọi hồ sơ tìm được, không xét limit và cursor. Nếu thứ tự không phải theo mã, các trang "
        "sau bỏ qua hồ sơ đã thay đổi từ lúc đọc trang đầu, vì có thể đã hiện ở trang trước; hãy tìm lại để thấy.",
        "Finds dossiers by a filter, within the caller's scope, page by page, forward and back. With Accept: "
        "text/csv or Excel the answer is a table of every found dossier; limit and cursor do not count then. Unless "
        "the order is by code, later pages leave out dossiers that changed since the first page was read, because an "
        "earlier page may have had them; search again to see them.",
    ),
    "list_saved_searches": say(
        "Bộ lọc của người gọi trước, rồi của người khác chia sẻ với người gọi. Bộ lọc đã lưu giữ điều được hỏi, không "
        "giữ kết quả: mở ra thì tìm trong phạm vi của người mở.",
        "The caller's own first, then those that others share with the caller. A saved search holds what was asked and "
        "not what was found: whoever opens it searches in their own reach.",
    ),
    "save_search": say(
        "Chia sẻ được với đơn vị của mình và đơn vị trực thuộc (unit), hoặc toàn tỉnh (province) nếu thuộc cấp tỉnh. "
        "Ngày tính từ hôm nay (days) thì tháng sau mở ra là của tháng sau.",
        "It can be shared with the caller's units and those below (unit), or with the province by people of the "
        "province's level. Days counted from today (days) are next month's when it is opened next month.",
    ),
    "read_saved_search": say(
        "faults nêu phần không dùng được hôm nay: trường của bản cũ, đơn vị đã sáp nhập. ETag là phiên bản để sửa, "
        "xóa.",
        "faults says what cannot be used today: a field of an older release, a unit that was merged. ETag is the "
        "version with which to change or delete it.",
    ),
    "change_saved_search": say(
        "Chỉ chủ sửa được. Gửi toàn bộ nội dung mới; If-Match là phiên bản đã xem, đã khác thì trả 412.",
        "Only its owner may. Send the whole of it; If-Match is the version that was seen, with another it answers 412.",
    ),
    "delete_saved_search": say(
        "Chỉ chủ xóa được. Khôi phục được trong 30 ngày.", "Only its owner may. It can be restored for 30 days."
    ),
    "restore_saved_search": say(
        "Bộ lọc chưa xóa thì giữ nguyên. Tên đã dùng cho bộ lọc khác thì bị từ chối.",
        "One that is not deleted stays as it is. Refused when another search has the name by now.",
    ),
    "read_dossier": say(
        "Trạng thái, hai hạn, ai đang giữ, các bước, và allowed: việc người gọi được làm ngay, kèm địa chỉ và nội "
        "dung mẫu. ETag là phiên bản, dùng cho If-Match. Không có thông tin chủ hồ sơ.",
        "Its state, both dates, who has it, the steps, and allowed: what the caller may do now, with an address and an "
        "example of the body. The ETag is the version, for If-Match. The applicant's particulars are not in it.",
    ),
    "read_applicant": say(
        "Dữ liệu cá nhân: mỗi lần đọc được ghi lại ai đã đọc. Dịch vụ cần personal_data trong people.yaml.",
        "Personal data: each reading is logged with who read. A service needs personal_data in people.yaml.",
    ),
    "read_history": say(
        "Từng sự kiện, cũ trước, mỗi sự kiện một câu bằng hai ngôn ngữ. Người nộp không thấy mã nội bộ của cán bộ.",
        "Each event, the oldest first, with a sentence in both languages. Applicants see no codes of officers.",
    ),
    "read_documents": say(
        "Thành phần hồ sơ theo thủ tục: đã có hay chưa, đang yêu cầu bổ sung từ lúc nào; số và mã băm của kết quả.",
        "The documents that the procedure names, brought or not, and since when they are asked for; the result's "
        "number and hash.",
    ),
    "read_proof": say(
        "Tệp chứng minh đúng các sự kiện này đã có trong sổ cái khi bản chốt sổ được ký; kiểm tra bằng tập lệnh độc "
        "lập docs/verify_proof.py và khóa công khai mà người kiểm tra giữ sẵn. waiting là số sự kiện mới hơn, chưa "
        "được chốt. Chưa có bản chốt nào gồm hồ sơ thì trả 409 proof_not_yet, nêu lúc có bản tiếp theo. Dòng được "
        "niêm phong có mã cán bộ, nên chỉ cán bộ lấy được và đưa cho người dân, tòa án.",
        "The file that proves that exactly these events were in the ledger when the checkpoint was signed; the "
        "independent script docs/verify_proof.py checks it, with the public key that the checker has kept. waiting: "
        "how many newer events are under no checkpoint yet. While no checkpoint covers the dossier it answers 409 "
        "proof_not_yet and says when the next one is due. The sealed rows have codes of officers, so the staff takes "
        "the file and hands it to the citizen or to a court.",
    ),
    "read_route": say(
        "Nơi tiếp nhận, cơ quan có thẩm quyền, đơn vị chịu trách nhiệm, và chuỗi lý do của việc xác định.",
        "Where it was received, who is competent, who is responsible, and the chain of reasons.",
    ),
    "read_deadline": say(
        "Hạn theo quy định và hạn hẹn trả, tính từng ngày: dạng dữ liệu (explained), và từng dòng cho người đọc "
        "(lines). Trước khi tiếp nhận chưa có hạn.",
        "The statutory and the promised date, derived day by day: as data (explained) and as lines for people (lines). "
        "There is none before intake.",
    ),
    "read_ladder": say(
        "Từng bậc của bậc thang mà hồ sơ áp dụng: đã báo lúc nào, sẽ báo lúc nào hoặc vì sao không báo, báo cho ai "
        "(tính theo nhân sự lúc hỏi), phải trả lời và giải trình trước lúc nào, ai nhận hồ sơ; vì đồng hồ hay việc chờ "
        "nào.",
        "Each rung of the ladder that the dossier pins: when it fired, fires, or why it does not; who is told (by the "
        "staff of now), by when an answer and an explanation are wanted, who takes over; and which clock or wait it "
        "is.",
    ),
    "list_escalations": say(
        "Việc leo thang còn phải xác nhận hoặc giải trình, và hồ sơ cấp trên đã nhận: việc phải trả lời trước đứng "
        "đầu, rồi giải trình, rồi hồ sơ giao trả, rồi hồ sơ đã nhận. Trả lời bằng lệnh acknowledge_escalation, "
        "explain_escalation, hand_back của hồ sơ, theo số của lần leo thang. " + PAGES.vi,
        "Escalations that are still to be acknowledged or explained, and dossiers that the level above has taken over: "
        "first what must be answered, by its time, then explanations, then dossiers handed back, then those taken "
        "over. The answer is a command of the dossier (acknowledge_escalation, explain_escalation, hand_back) with the "
        "number of the escalation. " + PAGES.en,
    ),
    "track_dossier": say(
        "Người dân tra cứu bằng mã hồ sơ và mã tra cứu trên giấy tiếp nhận. Sai mã nào cũng trả lời như nhau. Không "
        "có dữ liệu cá nhân.",
        "An applicant asks with the dossier's code and the secret on the receipt. Whichever is wrong, the answer is "
        "the same. It has no personal data.",
    ),
    "list_procedures": say(
        "Mỗi thủ tục một dòng: phiên bản của ngày đang hỏi, không có thì phiên bản cuối. " + PAGES.vi,
        "One line a procedure: its version of the day, else its last one. " + PAGES.en,
    ),
    "read_procedure": say(
        "Mọi phiên bản, và nội dung của phiên bản có hiệu lực ngày đang hỏi: mã thành phần hồ sơ dùng khi nộp, mã "
        "bước dùng trong các lệnh, phí và thời hạn theo từng hình thức nộp.",
        "Every version, and the content of the one in effect on the day: the codes of documents for a submission and "
        "of steps for commands, fees and limits by channel.",
    ),
    "list_units": say(
        "Đơn vị có trong ngày đang hỏi, theo thứ tự mã. " + PAGES.vi,
        "The units that exist on the day, in the order of their codes. " + PAGES.en,
    ),
    "read_unit": say(
        "Đơn vị mang mã này trong ngày đang hỏi, cấp trên, lịch làm việc, đơn vị kế thừa; và mọi thời kỳ của mã, vì "
        "mã xã cũ được dùng lại sau sắp xếp.",
        "The unit that has the code on the day, the levels above, its calendar, its successors; and every period of "
        "the code, because codes of former communes are reused.",
    ),
    "read_calendar": say(
        "Tối đa 400 ngày một lần: các buổi làm việc, và ngày khác thường theo văn bản nào.",
        "At most 400 days at once: the sessions of each day, and the letter behind each exception.",
    ),
    "read_calendar_of_unit": say(
        "Như địa chỉ của lịch, với lịch mà bộ phận tiếp nhận của đơn vị áp dụng vào ngày đầu.",
        "Like the calendar's own address, with the calendar that the unit's desk has on the first day.",
    ),
    "calculate_deadlines": say(
        "Một câu hỏi: trả lời kèm diễn giải từng ngày. Nhiều câu hỏi (items): mỗi câu một trả lời, câu sai nhận lỗi "
        "riêng. Không mở hồ sơ, không cần Idempotency-Key.",
        "One question: the answer explains it day by day. Many (items): each gets its answer, and a wrong one its own "
        "problem. No dossier is opened, and no Idempotency-Key is needed.",
    ),
    "calculate_routing": say(
        "Cơ quan có thẩm quyền hoặc nơi điều phối, và từng lý do. Nhận mã hoặc địa chỉ, cũ hay mới; địa chỉ không "
        "được lưu.",
        "The competent unit or the coordination queue, and every reason. Takes a code or an address, old or new; the "
        "address is not kept.",
    ),
    "follow_events": say(
        "Sự kiện sau một vị trí (after), đúng thứ tự của từng hồ sơ. Giữ next rồi gửi lại làm after; more: còn đọc "
        "tiếp được ngay. Không có after: đọc từ sự kiện đầu tiên. Chỉ gồm hồ sơ trong phạm vi của người gọi.",
        "The events after a position (after), in the order of each dossier. Keep next and send it as after; more: "
        "there is more at once. Without after it begins with the first event. Only dossiers in the caller's scope.",
    ),
    "stream_events": say(
        "Mỗi dòng data là một CloudEvent 1.0, id là vị trí. Nối lại với Last-Event-ID thì không mất sự kiện nào. Kết "
        "nối đóng sau mười phút, hoặc khi quyền của người gọi thay đổi; người nhận quá chậm bị ngắt (event: dropped).",
        "Each data is a CloudEvent 1.0, its id a position. Who connects again with Last-Event-ID misses nothing. A "
        "stream ends after ten minutes, and when the rights of the caller change; a follower that is too slow is "
        "dropped (event: dropped).",
    ),
    "list_event_types": say("Mỗi loại kèm địa chỉ lược đồ JSON.", "Each type with the address of its JSON schema."),
    "read_event_schema": say(
        "Lược đồ JSON của data. Loại sự kiện không đổi nghĩa; trường mới có thể thêm.",
        "The JSON schema of data. A type keeps its meaning; fields may be added.",
    ),
    "create_webhook": say(
        "Trả về khóa ký (secret), chỉ hiện lần này. Không nêu after: chỉ gửi sự kiện mới. Nơi nhận kiểm tra chữ ký "
        "theo Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature) và trả lời 2xx; khác đi thì được "
        "gửi lại.",
        "Answers with the secret that signs, which is shown only now. Without after only new events are sent. The "
        "receiver verifies the signature of Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature) and "
        "answers 2xx; else the event is sent again.",
    ),
    "list_webhooks": say("Người vận hành thấy của mọi dịch vụ. " + PAGES.vi, "An operator sees all. " + PAGES.en),
    "read_webhook": say(
        "Trạng thái, vị trí đã gửi đến, số lần hỏng liên tiếp. Không có khóa ký.",
        "Its state, how far it has sent, the failures in a row. Without its secret.",
    ),
    "change_webhook": say(
        "Trường để trống (null) giữ nguyên. Gửi hai lần cũng như một lần.",
        "What is null stays. The same change twice changes nothing more.",
    ),
    "delete_webhook": say("Không gửi gì nữa, khóa ký bị xóa.", "Nothing more is sent, and its secrets are gone."),
    "rotate_webhook_secret": say(
        "Khóa mới chỉ hiện lần này; khóa cũ còn ký song song trong overlap_hours giờ.",
        "The new secret is shown only now; the old ones sign beside it for overlap_hours.",
    ),
    "ping_webhook": say(
        "Gửi ngay một sự kiện luongxanh.ping.v1 có ký, trả về điều nơi nhận trả lời.",
        "Sends a signed event luongxanh.ping.v1 now, and answers with what the receiver said.",
    ),
    "replay_webhook": say(
        "Gửi lại mọi sự kiện sau vị trí đã nêu; mỗi sự kiện giữ nguyên webhook-id để nơi nhận bỏ qua cái đã có.",
        "Sends every event after the position again; each keeps its webhook-id, so that the receiver can leave it out.",
    ),
    "pause_webhook": say("Sự kiện chờ trong sổ cái, không mất.", "The events wait in the ledger; none is lost."),
    "resume_webhook": say(
        "Gửi tiếp từ chỗ đã dừng; nơi nhận đang được nghỉ thì thử ngay.",
        "Goes on where it stopped; a receiver at rest is tried at once.",
    ),
    "list_webhook_deliveries": say(
        "Sự kiện của hồ sơ nào đang chờ nơi nhận, vì sao, lần thử tới; given_up: chỉ hồ sơ đã ngừng gửi. " + PAGES.vi,
        "The dossiers whose events wait, why, and the next try; given_up: only those given up. " + PAGES.en,
    ),
    "retry_webhook": say(
        "Gửi tiếp một hồ sơ, hoặc mọi hồ sơ, từ chỗ đã ngừng.", "Sends one dossier, or all, from where it was given up."
    ),
    "skip_webhook_event": say(
        "Bỏ sự kiện mà nơi nhận không nhận được; các sự kiện sau của hồ sơ được gửi.",
        "Leaves out the event that the receiver cannot take; those after it are sent.",
    ),
    "list_work": say(
        "Việc gấp trước. Người thay thấy cả việc của người vắng. Dịch vụ được làm ở mọi đơn vị phải nêu unit. Các "
        "trang sau bỏ qua việc đã thay đổi sau khi đọc trang đầu: không việc nào hiện hai lần.",
        "The most urgent first. A stand-in sees the work of who is away. A service in every unit names a unit. Later "
        "pages leave out what changed after the first was read: nothing is on two pages.",
    ),
    "list_suggestions": say(
        "Cho lãnh đạo đơn vị: từng người với lĩnh vực, số việc, giờ làm việc còn lại, lịch nghỉ và lý do. Chỉ xem, "
        "không giao.",
        "For the head of the unit: each officer with field, open items, working hours, absences and the reasons. "
        "It assigns nothing.",
    ),
    "assign_dossiers": say(
        "Một lần giao tối đa 200 hồ sơ, mỗi hồ sơ một kết quả; hồ sơ bị từ chối không cản hồ sơ khác. Theo gợi ý: mỗi "
        "hồ sơ cho người đứng đầu danh sách gợi ý lúc đó. Mất kết nối giữa chừng hoặc finished là false: gửi lại với "
        "cùng khóa, hồ sơ đã giao không giao lần nữa.",
        "Up to 200 dossiers, each with its own result; one that is refused does not stop the others. By suggestion: "
        "each to the first of its suggestions at that moment. After a lost connection, or when finished is false, send "
        "it again with the same key: what was given is not given again.",
    ),
    "read_assignment": say(
        "Chỉ người đã giao đọc được. open: chưa giao, vì chưa làm tới hoặc đã bị từ chối; gửi lại cùng khóa để biết.",
        "Only for who gave the order. open: not given, because it was not reached or was refused; the same request "
        "again tells which.",
    ),
    "undo_assignment": say(
        "Mỗi hồ sơ về lại người có nó trước lần giao, hoặc về đơn vị nếu trước đó chưa có ai. Hồ sơ đã có việc làm "
        "tiếp thì giữ nguyên và nói rõ. Rút hai lần cũng chỉ là một lần.",
        "Each dossier goes back to whom it had before the order, or to the unit if it had nobody. One that has moved "
        "on stays, and its result says so. To undo twice is to undo once.",
    ),
    "take_in_application": say(
        "Yêu cầu được ghi lại; tiến trình xử lý lấy hồ sơ về, cũng sau khi phần mềm liên thông gián đoạn. Cùng một mã "
        "luôn là một hồ sơ. Kết quả: hỏi ở Location. Chưa lấy được thì gửi lại với khóa mới để thử lại.",
        "The order is written down, and a worker carries it out, also after an outage of the software. The same "
        "identifier is always one dossier. What became of it is at Location. Where it was refused, a request with a "
        "new key tries it again.",
    ),
    "read_application": say(
        "waiting: sẽ lấy, code và why nói vì sao chưa; taken: đã thành hồ sơ dossier; refused: cần người xem.",
        "waiting: it will be taken in, code and why say what it waits for; taken: it is the dossier; refused: a person "
        "must look.",
    ),
    "list_leave": say(
        "Lần ghi của người gọi và của cán bộ trong đơn vị, mới nhất trước; cả lần đã rút. Phần ghi trong "
        "people.yaml không có ở đây.",
        "Those of the caller and of the people of the caller's units, the newest first, also withdrawn ones. What is "
        "in people.yaml is not here.",
    ),
    "enter_leave": say(
        "Chính người nghỉ hoặc lãnh đạo đơn vị ghi. Ủy quyền có hiệu lực khi người ủy quyền đang nghỉ. Không trùng "
        "thời gian, không thành vòng, không cho quá khứ, tối đa 180 ngày.",
        "By the person, or by the head of the unit. A delegation counts while its giver is away. It may not overlap "
        "another, make a ring, begin in the past, or last longer than 180 days.",
    ),
    "withdraw_leave": say(
        "Hết hiệu lực từ lúc rút; không xóa gì. Đã hết hạn thì không rút nữa.",
        "It counts no more from now on; nothing is deleted. What is over cannot be withdrawn.",
    ),
    "read_doctor": say(
        "Mỗi mục: tốt, lưu ý hay hỏng, thấy gì, làm gì. Các mục chạy cùng lúc, mỗi mục tối đa 10 giây; kết quả được "
        "giữ 15 giây. Tệp, chứng thư, cài đặt của máy: luongxanh ops doctor.",
        "For each check: ok, warning or trouble, what was found, what to do. All are made at once, with at most 10 "
        "seconds each; results are kept for 15 seconds. Files, certificates and settings of a machine: luongxanh ops "
        "doctor.",
    ),
    "list_failed": say(
        "Hỏi Temporal và sổ cái ngay lúc này. Mỗi nguyên nhân: bao nhiêu hồ sơ trong phạm vi, từ lúc nào, phiên bản "
        "nào đã chạy lần cuối, vài hồ sơ cũ nhất, dòng chương trình gây lỗi (không có lời nhắn lỗi), làm gì tiếp. Quy "
        "trình chậm hơn sổ cái: thao tác cuối của mỗi hồ sơ đang mở được so một lần, ở nền; begin_reconciliation so "
        "lại tất cả.",
        "Asks Temporal and the ledger now. For each cause: how many dossiers in scope, since when, which version ran "
        "them last, the oldest ones, the lines of the program that failed (never the message), and what to do. "
        "Behind the ledger: the last act of each open dossier is compared once, in the background; "
        "begin_reconciliation compares all anew.",
    ),
    "begin_reconciliation": say(
        "So mọi quy trình đang chạy với mọi hồ sơ trong sổ cái, cả hai chiều; không đổi hồ sơ nào. Câu trả lời đến "
        "ngay, việc so chạy tiếp: hỏi lại ở href. Mỗi lúc chỉ một lần: reconciliation_under_way. Dành cho người vận "
        "hành cấp tỉnh.",
        "Compares all running workflows with all dossiers of the ledger, both ways; it changes none. The answer comes "
        "at once and the comparison goes on: ask again at href. One at a time: reconciliation_under_way. For operators "
        "at the province's level.",
    ),
    "list_reconciliations": say(
        "Giữ 50 lần gần nhất, mới trước. " + PAGES.vi, "The last 50 are kept, the newest first. " + PAGES.en
    ),
    "read_reconciliation": say(
        "Đang chạy thì done trên workflows là đến đâu. Tiến trình của nó dừng giữa chừng: interrupted, nhiều nhất một "
        "phút sau.",
        "While it runs, done of workflows is how far it is. When its process stops: interrupted, a minute later.",
    ),
    "list_differences": say(
        "Chỉ lần xong gần nhất còn danh sách, nhiều nhất 100.000 dòng; lần trước đó: reconciliation_list_gone. Chỉ cho "
        "người phụ trách ở cấp tỉnh. " + PAGES.vi,
        "Only the last finished one has its list, at most 100,000 rows; an earlier one: reconciliation_list_gone. Only "
        "for posts at the province's level. " + PAGES.en,
    ),
    "end_workflow": say(
        "Xem lại hai lần, cách nhau vài giây, rồi dừng. Quy trình mà hồ sơ còn cần: workflow_needed; không chạy: "
        "workflow_not_running. Sổ cái không đổi. Dành cho người vận hành cấp tỉnh.",
        "Looks twice, some seconds apart, and ends it. One that its dossier needs: workflow_needed; one that does not "
        "run: workflow_not_running. The ledger does not change. For operators at the province's level.",
    ),
    "list_ended_workflows": say(
        "Mới trước; lưu vĩnh viễn. Chỉ cho người phụ trách ở cấp tỉnh. " + PAGES.vi,
        "The newest first; kept for good. Only for posts at the province's level. " + PAGES.en,
    ),
    "export_event_log": say(
        "Mọi sự kiện của các hồ sơ tìm được trong phạm vi của người gọi, tại một thời điểm, theo thứ tự mã hồ sơ: "
        "xes (IEEE 1849), ocel2 (OCEL 2.0, JSON), csv, parquet. Không có dữ liệu cá nhân; cán bộ mang bí danh riêng "
        "của từng tệp. Ai lấy tệp nào được ghi lại. Tệp được gửi trong khi đang ghi: nếu lỗi giữa chừng, kết nối bị "
        "ngắt, không có phần kết; hãy coi tệp đó là hỏng. Đang ghi quá nhiều tệp: 503 exports_busy, Retry-After. Máy "
        "chủ chưa cài Parquet: 422 parquet_not_installed.",
        "Every event of the found dossiers within the caller's scope, as of one moment, in order of code: xes (IEEE "
        "1849), ocel2 (OCEL 2.0, JSON), csv, parquet. No personal data; officers stand under pseudonyms of that file "
        "alone. Who takes which file is recorded. The file is sent while it is written: after an error on the way the "
        "connection breaks without the last chunk, and the file must not be used. Too many at once: 503 exports_busy "
        "with Retry-After. Parquet not installed there: 422 parquet_not_installed.",
    ),
    "plan_repair": say(
        "Xem từng hồ sơ và ghi kế hoạch; chưa sửa gì. Chọn hồ sơ bằng codes, bằng filter như search_dossiers, bằng "
        "stuck (mọi hồ sơ kẹt mà sửa được), hoặc everything. Kế hoạch nói sửa hồ sơ nào, vì sao không sửa hồ sơ nào, "
        "gọi lại việc gì ra ngoài, lâu bao nhiêu, và second_person: vì sao cần người thứ hai duyệt. Tên của nó là mã "
        "băm. Hơn 100 hồ sơ thì bị từ chối (repair_for_the_background): dùng begin_repair_planning.",
        "Looks at each dossier and registers the plan; nothing is repaired yet. Dossiers are chosen by codes, by a "
        "filter as of search_dossiers, by stuck (all that is stuck and can be repaired), or by everything. The plan "
        "says what is repaired, why the others are left alone, what is asked outside again, how long it takes, and "
        "second_person: why a second operator must approve. Its name is its hash. More than 100 dossiers are refused "
        "(repair_for_the_background): use begin_repair_planning.",
    ),
    "begin_repair_planning": say(
        "Như plan_repair, cho đến 10.000 hồ sơ; các hồ sơ được xem ở nền. Trả lời 202 với mã để theo dõi bằng "
        "read_repair_planning và hủy bằng cancel_repair_planning.",
        "As plan_repair, for up to 10,000 dossiers, which are looked at in the background. Answers 202 with an id: "
        "read_repair_planning tells how far it is, cancel_repair_planning cancels it.",
    ),
    "list_repair_plannings": say(
        "Đang lập, bị từ chối, đã hủy hoặc bị ngắt, mới trước; kế hoạch đã có thì ở list_repair_plans. Giữ bảy ngày.",
        "Under way, refused, cancelled or interrupted, the newest first; what became a plan is in list_repair_plans. "
        "Kept for seven days.",
    ),
    "read_repair_planning": say(
        "looked trên dossiers hồ sơ đã xem. state made: có kế hoạch (plan_href); refused: vì sao không có; "
        "interrupted: cổng đã dừng giữa chừng, hãy lập lại. Giữ bảy ngày.",
        "looked of dossiers were looked at. state made: there is a plan (plan_href); refused: why there is none; "
        "interrupted: the gateway ended meanwhile, so ask again. Kept for seven days.",
    ),
    "cancel_repair_planning": say(
        "Người đã yêu cầu, hoặc người vận hành phụ trách mọi hồ sơ. Chưa hồ sơ nào bị thay đổi. Đã kết thúc thì bị từ "
        "chối: repair_planning_ended.",
        "By who asked for it, or an operator of every dossier. No dossier was changed. Refused once it has ended: "
        "repair_planning_ended.",
    ),
    "begin_replay": say(
        "Một tiến trình xử lý của bản ấy phát lại lịch sử bằng chính mã của nó, dù bản chưa nhận việc; chỉ đọc. Không "
        "nêu codes, filter: mọi hồ sơ đang mở. Chỉ người vận hành của cả tỉnh. Đến đâu: href. Mỗi bản mỗi lúc một lần: "
        "replay_under_way; không có tiến trình: release_without_workers.",
        "A worker of the build replays histories by its very code, whether or not the build gets work; it only reads. "
        "Without codes and filter: everything open. Only operators of the whole province. How far it is: href. One at "
        "a time for each build: replay_under_way; without workers: release_without_workers.",
    ),
    "list_replays": say("Mới trước. " + PAGES.vi, "The newest first. " + PAGES.en),
    "read_replay": say(
        "Đến đâu, và từng lịch sử không phát lại được: sự kiện khác đầu tiên, dòng mã đã đòi, cách sửa. " + PAGES.vi,
        "How far it is, and each history that does not replay: the first event that differs, the line of code that "
        "asked, and the remedy. " + PAGES.en,
    ),
    "cancel_replay": say(
        "Cả khi chưa tiến trình nào nhận. Đã kết thúc: replay_ended.",
        "Also before a worker took it up. After its end: replay_ended.",
    ),
    "list_repair_plans": say("Mới trước. " + PAGES.vi, "The newest first. " + PAGES.en),
    "read_repair_plan": say(
        "Kèm vài hồ sơ đầu trong phạm vi của người gọi, người duyệt, và đợt sửa nếu đã chạy.",
        "With the first dossiers in the caller's scope, the approvals, and the run once there is one.",
    ),
    "list_repair_findings": say(
        "Kế hoạch thấy gì ở mỗi hồ sơ trong phạm vi của người gọi. " + PAGES.vi,
        "What the plan saw of each dossier in the caller's scope. " + PAGES.en,
    ),
    "approve_repair_plan": say(
        "Người vận hành khác duyệt; không ai duyệt được kế hoạch của mình: repair_own_approval.",
        "A second operator approves; nobody approves their own plan: repair_own_approval.",
    ),
    "run_repair_plan": say(
        "Mỗi hồ sơ được xem lại trước khi sửa: đã khác kế hoạch thì để yên; sửa xong thì kiểm tra lại. Đến đâu, từng "
        "hồ sơ ra sao: run.href, run.items. Chưa được duyệt: repair_needs_approval; đang chờ trong đợt khác: "
        "dossier_under_repair.",
        "Each dossier is looked at again, left alone when it has changed, and verified afterwards. How far it is and "
        "each outcome: run.href, run.items. Without an approval: repair_needs_approval; while a dossier waits in "
        "another run: dossier_under_repair.",
    ),
    "stop_repair_run": say(
        "Dừng giữa hai hồ sơ. Chạy tiếp bằng resume_repair_run.",
        "Stops between two dossiers; resume_repair_run goes on.",
    ),
    "resume_repair_run": say(
        "Với tốc độ của kế hoạch. Đợt đã xong thì bị từ chối: rollout_finished.",
        "At the rate of the plan. Refused once the run is finished: rollout_finished.",
    ),
    "list_incidents": say(
        "Theo hồ sơ: cuộc gọi ra ngoài đang hỏng, quy trình bị kẹt, trong các đơn vị của người gọi. Mọi việc cần người "
        "xử lý, mỗi việc một dòng có mã: list_open_incidents. " + PAGES.vi,
        "By dossier: failed calls to outside systems and stuck workflows, in the caller's units. Everything that needs "
        "a person, one row each with its id: list_open_incidents. " + PAGES.en,
    ),
    "list_open_incidents": say(
        "Mỗi việc cần người xử lý là một dòng, cũ nhất trước: lời gọi hỏng hay bị từ chối hẳn, hồ sơ kẹt, chuyển giao "
        "quá hạn, tin và webhook không chuyển được, đợt triển khai kẹt. Tự mất khi hết nguyên nhân. " + PAGES.vi,
        "Everything that needs a person is one row, the oldest first: calls that fail or were refused for good, stuck "
        "dossiers, late handovers, events and webhooks that were not taken, stuck rollouts. A row goes when its cause "
        "is gone. " + PAGES.en,
    ),
    "read_incident": say(
        "Kèm những gì người vận hành đã làm. Sự cố đã hết nguyên nhân thì không còn: 404.",
        "With what operators did. An incident whose cause is gone is not there any more: 404.",
    ),
    "retry_incident": say(
        "Gọi lại việc bị từ chối hẳn (mã mới, không làm hai lần), gửi lại webhook, cho đợt triển khai chạy tiếp. "
        "Thông tin sai thì gửi kèm: applicant với danh tính, signer và unit với ký số. Việc chưa bị từ chối hẳn: hai "
        "người vận hành lần lượt gửi nothing_done. Hồ sơ kẹt thì lập kế hoạch sửa (plan_repair).",
        "Asks for a refused call again (under a new id, so nothing is done twice), sends a webhook again, resumes a "
        "rollout. Wrong input is corrected: applicant of an identity, signer and unit of a signature. For a call that "
        "was not refused for good two operators send nothing_done, one after the other. A stuck dossier is repaired by "
        "a plan (plan_repair).",
    ),
    "assign_incident": say(
        "Nêu người vận hành phải xem (to); người đó phải đang giữ vị trí vận hành.",
        "Names the operator who is to look (to), who must hold that post today.",
    ),
    "resolve_incident": say(
        "Tin đã để lại hay webhook đã ngừng thì bỏ hẳn. Khi hệ thống còn cách xử lý thì bị từ chối: "
        "incident_still_there.",
        "An event that was set aside or given up is left out for good. Refused while the engine offers another "
        "action: incident_still_there.",
    ),
    "read_statistics": say(
        "Mỗi con số là số hồ sơ mà search_dossiers tìm được với bộ lọc của nó: lấy filters của chỉ tiêu, thêm filter "
        "của "
        "nhóm. Trong kỳ: tồn trước + tiếp nhận = đã giải quyết + kết thúc khác + còn lại cuối kỳ. Chỉ tính hồ sơ đã "
        "được "
        "tiếp nhận hợp lệ. Mỗi hồ sơ thuộc đúng một đơn vị: đơn vị chịu trách nhiệm, hoặc hàng chờ, cơ quan có thẩm "
        "quyền, nơi tiếp nhận, theo thứ tự đó.",
        "Each number is how many dossiers search_dossiers finds with its filter: take that of the measure in filters, "
        "and "
        "add the filter of the group. Over a period: carried over + received = resolved + ended otherwise + open at "
        "the "
        "end. Only dossiers that were validly received count. Each dossier has exactly one unit: the responsible one, "
        "else the queue, the competent one, the receiving one.",
    ),
    "list_rollouts": say("Mới trước. " + PAGES.vi, "The newest first. " + PAGES.en),
    "read_rollout": say(
        "Bao nhiêu hồ sơ đã xong, không đổi, bị từ chối hay còn chờ; ai đã ra lệnh gì.",
        "How many dossiers are done, unchanged, refused or waiting; who ordered what.",
    ),
    "list_rollout_items": say("Hồ sơ trong phạm vi của người gọi. " + PAGES.vi, "In the caller's scope. " + PAGES.en),
    "list_axis_documents": say(
        "Văn bản hồ sơ đã gửi lên trục liên thông, từng chặng mỗi nơi nhận báo lại, và văn bản đã đến. Chặng "
        "có thể đến không theo thứ tự: xem chặng xa nhất của mỗi cơ quan.",
        "What the dossier sent on the document axis, with each stage that each receiver told, and what came. "
        "Stages may come out of order: the furthest one of each authority counts.",
    ),
    "list_axis_letters": say(
        "Văn bản đến đã bị từ chối hoặc cần người, cũ trước; unmatched: chỉ văn bản không khớp hồ sơ nào. Dành cho cấp "
        "tỉnh. " + PAGES.vi,
        "What was refused or needs a person, the oldest first; unmatched: only what fits no dossier. At the province's "
        "level. " + PAGES.en,
    ),
    "read_axis_letter": say(
        "Nội dung văn bản, nếu chữ ký đã được kiểm tra. Mỗi lần đọc được ghi nhật ký. Dành cho người vận "
        "hành cấp tỉnh.",
        "What it says, if its signature was verified. Each reading is logged. For operators at the province's level.",
    ),
    "settle_axis_letter": say(
        "Văn bản ra khỏi danh sách, sự cố của nó đóng lại. Không ghi ý kiến vào hồ sơ. Dành cho người vận "
        "hành cấp tỉnh.",
        "It leaves the list and its incident closes. No opinion is recorded. For operators at the province's level.",
    ),
    "decide_axis_letter": say(
        "Dùng khi văn bản trả lời không có tệp ý kiến máy đọc được. Ý kiến của cơ quan được hỏi ghi vào hồ "
        "sơ, kèm ai đọc và vì sao. Dành cho người vận hành cấp tỉnh.",
        "For an answer without an opinion that a machine can read. The opinion of the authority that was "
        "asked is recorded in the dossier, with who read it and why. For operators at the province's level.",
    ),
    "list_notices": say(
        "Mỗi tin: báo gì, qua kênh nào, đến đâu, mấy lần, vì sao; và người nộp đã từ chối kênh nào. Không có số điện "
        "thoại hay hộp thư trong đó.",
        "Each notice: what it tells, by which channel, how it stands, how often it was tried, and why; and "
        "which channels the applicant opted out of. No number and no mailbox is in it.",
    ),
    "opt_out_of_notices": say(
        "Số hay hộp thư lấy từ kho dữ liệu cá nhân (contact_not_kept khi không có) và có hiệu lực với mọi hồ "
        "sơ cùng số. Tin mà pháp luật bắt buộc vẫn được gửi. Dành cho bộ phận tiếp nhận và người vận hành; "
        "người nộp dùng liên kết trong thư hoặc nhắn TU CHOI.",
        "The contact comes from the vault (contact_not_kept where there is none); it holds for every dossier "
        "with the same one. What the law demands to be told is still sent. For the desk and operators; "
        "applicants use the link of an e-mail, or answer a text message with STOP.",
    ),
    "opt_in_to_notices": say(
        "Bản ghi cũ được giữ. Chưa từ chối thì not_opted_out. Dành cho bộ phận tiếp nhận và người vận hành.",
        "Its record stays. Without an opt-out: not_opted_out. For the desk and operators.",
    ),
    "list_outside_systems": say(
        "Mọi tiến trình báo vài giây một lần: gọi được không, từ lúc nào, bao nhiêu lượt, lỗi gần nhất, ai ra lệnh gì, "
        "và đang dùng bản cấu hình nào. Không có mật khẩu nào trong đó.",
        "Every worker tells each few seconds: whether the system is called, since when, how many calls, the last "
        "failure, who ordered what, and which settings are in force. No secret is in it.",
    ),
    "plan_outside_order": say(
        "Cho biết hệ thống đang thế nào, lệnh sẽ làm gì, hết khi nào; không ghi gì. Gửi kèm seen khi ra lệnh: nếu lúc "
        "ấy lệnh khác đang hiệu lực thì bị từ chối (outside_order_changed). Dành cho người vận hành cấp tỉnh.",
        "Tells how the system is, what the order would do and when it would end; nothing is written. Send seen along "
        "with the order: it is refused if another order is in force by then (outside_order_changed). For operators at "
        "the province's level.",
    ),
    "order_outside_system": say(
        "open: không lượt gọi nào đi ra; drain: lượt đang gọi thì gọi xong, không gọi mới; close: gọi dù đang lỗi; "
        "automatic: bỏ lệnh. Yêu cầu được giữ lại, không mất. Lệnh tự hết (mặc định 4 giờ; close 1 giờ; tối đa 168). "
        "Ra lại lệnh đang hiệu lực mà không nêu hours thì không đổi gì. Các tiến trình theo lệnh trong vài giây. "
        "Xem trước: plan_outside_order; có seen mà lệnh đang hiệu lực đã khác thì outside_order_changed. Dành cho "
        "người vận hành cấp tỉnh.",
        "open: no call goes out; drain: calls under way end and none begins; close: it is called in spite of failures; "
        "automatic: the order ends. Requests are kept, none is lost. An order ends by itself (after 4 hours, close "
        "after 1, unless said otherwise; at most 168). The order that holds already, without hours, changes nothing. "
        "Workers obey within seconds. Look first: plan_outside_order; with seen, where another order is in force by "
        "now: outside_order_changed. For operators at the province's level.",
    ),
    "list_releases": say(
        "Mỗi bản nhận bao nhiêu phần trăm hồ sơ, đang giữ bao nhiêu hồ sơ mở, có mấy hồ sơ kẹt; ai đã ra lệnh gì.",
        "How many per cent of the dossiers each build gets with their next task, how many open ones it has, how many "
        "are stuck; who ordered what.",
    ),
    "ramp_release": say(
        "Hồ sơ chuyển sang bản này từ bước kế tiếp, 1 đến 100 phần trăm. Bản ấy phải phát lại được mọi hồ sơ đang mở "
        "(begin_replay): release_not_replayed, release_does_not_replay; without_replay nói vì sao không chờ. Có hồ sơ "
        "kẹt vì bản ấy: release_has_stuck_dossiers. Một bước, không ai canh sau đó: giao dần có canh là begin_ramp; "
        "đang giao dần: release_ramp_under_way. Dành cho người vận hành cấp tỉnh.",
        "Dossiers move to the build with their next task, 1 to 100 per cent. It must have replayed what is open "
        "(begin_replay): release_not_replayed, release_does_not_replay; without_replay says why nobody waits for that. "
        "With dossiers stuck because of it: release_has_stuck_dossiers. One step, after which nobody watches: a "
        "watched ramp is begin_ramp; while one is under way: release_ramp_under_way. For operators at the province's "
        "level.",
    ),
    "begin_ramp": say(
        "Các tiến trình xử lý giao từng bước theo steps, chờ pause_seconds giữa hai bước, và xem liên tục. Có hồ sơ "
        "kẹt vì bản ấy, hoặc điều kiện của ramp_release không còn: mọi việc tự trả về, problem nói vì sao. Không phụ "
        "thuộc cổng: tiến trình nào dừng thì tiến trình khác canh tiếp; không còn tiến trình nào (waiting) thì không "
        "giao thêm. Mỗi lúc một lần: release_ramp_under_way. Đến đâu: href. Dành cho người vận hành cấp tỉnh.",
        "Workers give the steps, wait pause_seconds between two, and look all the time. When dossiers are stuck "
        "because of the build, or the terms of ramp_release hold no more, all work goes back by itself; problem says "
        "why. It does not depend on the gateway: where a worker ends another looks on; with none (waiting) nothing "
        "more is given. One at a time: release_ramp_under_way. How far it is: href. For operators at the province's "
        "level.",
    ),
    "read_ramp": say(
        "Bước nào, lần xem gần nhất thấy gì, kết thúc thế nào. Phần hồ sơ mở của từng bản: list_releases.",
        "Which step, what the last look saw, how it ended. The share of open dossiers on each build: list_releases.",
    ),
    "stop_ramp": say(
        "Bản giữ phần đang có, không ai canh nữa; để trả việc về: roll_back_release. Đã kết thúc: release_ramp_ended.",
        "The build keeps the part that it has, and nobody watches; to take the work back: roll_back_release. After its "
        "end: release_ramp_ended.",
    ),
    "list_release_acts": say("Mới trước. " + PAGES.vi, "The newest first. " + PAGES.en),
    "promote_release": say(
        "Điều kiện như ramp_release. Bản cũ còn đó để quay lại cho đến khi nghỉ (retire_release). Dành cho người vận "
        "hành cấp tỉnh.",
        "On the terms of ramp_release. The other build stays for a rollback until it is retired (retire_release). For "
        "operators at the province's level.",
    ),
    "roll_back_release": say(
        "Bỏ phần đang giao (lần giao dần kết thúc), hoặc trả mọi việc của bản hiện tại về bản trước. Không còn: "
        "release_has_none_before. Dành cho người vận hành cấp tỉnh.",
        "Takes the part from the build that has one (a watched ramp ends), or all work from the current build to the "
        "one before. Without one: release_has_none_before. For operators at the province's level.",
    ),
    "retire_release": say(
        "Không quay lại bản ấy được nữa; hồ sơ mới theo quy tắc mà bản ấy có thể không biết. Đang nhận việc: "
        "release_gets_work. Dành cho người vận hành cấp tỉnh.",
        "Nothing goes back to it any more; new dossiers follow rules that it may not know. While it gets work: "
        "release_gets_work. For operators at the province's level.",
    ),
    "list_problem_codes": say(
        "Mỗi mã kèm câu mẫu; tên dữ kiện ở trong ngoặc nhọn. Mã đã công bố không đổi nghĩa.",
        "Each code with its sentence, the facts in braces. A released code keeps its meaning.",
    ),
    "read_problem_code": say("Địa chỉ này là type của lỗi.", "Its address is the type of the problem."),
    "read_liveness": say(
        "Trả lời khi tiến trình còn trả lời được.", "Answers as long as the process answers anything."
    ),
    "read_readiness": say(
        "200 khi cơ sở dữ liệu và Temporal trả lời; 503 kèm tên phần chưa trả lời.",
        "200 when the database and Temporal answer; 503 with the names of those that do not.",
    ),
}
"""By the id of the operation."""


def description_of(operation_id: str) -> str:
    """The whole description of an operation: what it does and who may call it, Vietnamese first."""
    what, who = OPERATIONS[operation_id], callers(operation_id)
    return f"{what.vi}\n\n*{who.vi}*\n\n{what.en}\n\n*{who.en}*"


def callers(operation_id: str) -> Bilingual:
    """Who may call the operation, from the table of permissions."""
    permission = PERMISSIONS.get(operation_id)
    if permission is None:
        return say("Công khai, không cần đăng nhập.", "Public, without a sign-in.")
    named = [
        role.words for role in Role if role in permission.roles and not (permission.roles >= STAFF and role in STAFF)
    ]
    if permission.roles >= STAFF:
        named.append(say("cán bộ ở mọi vai trò", "the staff in every role"))
    vi, en = ", ".join(one.vi for one in named), ", ".join(one.en for one in named)
    if permission.entry is Entry.EVENTS:
        vi, en = f"dịch vụ có events: true, {vi}", f"a service with events: true, {en}"
    if Reach.PROVINCE in permission.reach.values():
        vi, en = f"{vi} phụ trách mọi đơn vị của tỉnh", f"{en} of every unit of the province"
    if Reach.OWN in permission.reach.values():
        vi, en = f"{vi}. Người nộp: chỉ hồ sơ của mình", f"{en}. An applicant: only for their own dossiers"
    return say(f"Ai được gọi: {vi}.", f"Who may call it: {en}.")
