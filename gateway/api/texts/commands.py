"""What each command does, for who sends it: what happens, when it is refused, what the fields are for."""

from __future__ import annotations

from collections.abc import Mapping

from domain.values import Bilingual
from gateway.i18n.wording import say

COMMANDS: Mapping[str, Bilingual] = {
    "accept": say(
        "Hồ sơ đủ thành phần: thời hạn bắt đầu tính từ lúc này, hệ thống xác định cơ quan có thẩm quyền. Phí là mức "
        "đã công bố, hoặc mức của một trường hợp đã công bố (fee_case). Mức khác (fee) phải có căn cứ (legal_basis) "
        "và chỉ là đề nghị cho đến khi người thứ hai duyệt. Thiếu giấy tờ thì bị từ chối: missing_document.",
        "The dossier is complete: its time limits run from now on, and the competent authority is found. The fee is "
        "the published one, or that of a published case (fee_case). Any other fee needs a legal_basis and is a "
        "proposal until a second person approves it. With a document missing it is refused: missing_document.",
    ),
    "refuse": say(
        "Chỉ trước khi tiếp nhận. Hồ sơ kết thúc; người nộp được báo căn cứ. Sau khi tiếp nhận thì dùng stop.",
        "Only before intake. The dossier ends, and the applicant is told the legal basis. After intake use stop.",
    ),
    "request_supplement": say(
        "Nêu mã các thành phần hồ sơ cần bổ sung, và căn cứ. Thời hạn tạm dừng đến khi bổ sung đủ. Số lần và thời gian "
        "được yêu cầu do thủ tục quy định. Trước khi tiếp nhận: chỉ với hồ sơ nộp trực tuyến.",
        "Names the codes of the documents, and the legal basis. The time limits stand still until all of them have "
        "come. The procedure says how often and how late it may be asked. Before intake: only for a dossier filed "
        "online.",
    ),
    "receive_supplement": say(
        "Giấy tờ đã được yêu cầu. Người nộp gửi qua Cổng, hoặc cán bộ một cửa nhận tại quầy. Phải đủ mọi thành phần "
        "đã yêu cầu; thời hạn tính tiếp, hoặc tính lại nếu thủ tục quy định như vậy.",
        "The documents that were asked for, from the applicant or taken at the desk. All of them must be there; the "
        "time limits go on, or start again where the procedure says so.",
    ),
    "assign": say(
        "Giao bước hiện tại cho một người giữ đúng vai trò trong đơn vị. Người đang vắng thì không giao được.",
        "Gives the current step to a person of the unit who has its role. Nobody who is away can be assigned.",
    ),
    "claim": say(
        "Nhận bước xử lý chưa giao ai, trong đơn vị, vai trò và lĩnh vực của mình. Hai người cùng nhận thì một người "
        "được; người kia được báo ai đã nhận.",
        "Takes a processing step that nobody has, in one's own unit, role and field. Of two at once one gets it, and "
        "the other is told who has it.",
    ),
    "release": say(
        "Trả bước đang giữ về đơn vị, có lý do; lãnh đạo đơn vị cũng làm được. Người khác nhận hoặc được giao.",
        "Gives the step back to the unit, with a reason; the head of the unit may do it too. Somebody else takes it.",
    ),
    "complete_step": say(
        "Xong bước hiện tại của quy trình nội bộ, hồ sơ sang bước sau. Bước duyệt dùng approve, bước ký dùng sign.",
        "Ends the current step of the internal process; the next one begins. A step of approval takes approve, a "
        "step of signing takes sign.",
    ),
    "send_back_step": say(
        "Trả hồ sơ về một bước trước; lý do ghi ở note. Thời hạn vẫn tính.",
        "Sends the dossier back to an earlier step, with the reason in the note. The time limits go on.",
    ),
    "approve": say("Duyệt bước hiện tại (loại approve).", "Approves the current step, which is one of approval."),
    "ask_opinion": say(
        "Đơn vị được hỏi có việc trả lời (give_opinion); chưa trả lời đủ thì chưa ban hành kết quả. Đơn vị khác cấp, "
        "khác lĩnh vực thì phải có căn cứ (legal_basis).",
        "The unit that is asked gets the work to answer (give_opinion); no result is issued before it has. A unit of "
        "another level or field takes a legal_basis.",
    ),
    "give_opinion": say(
        "Đơn vị được xin ý kiến trả lời đồng ý hay không; nội dung ghi ở note.",
        "The unit that was asked agrees or not; what it says is the note.",
    ),
    "propose_fee": say(
        "Mức phí, hoặc thuế (charge: tax), khác mức công bố, kèm căn cứ. Có hiệu lực khi người thứ hai duyệt "
        "(approve_fee).",
        "A fee, or a tax (charge: tax), other than the published one, with its legal basis. It counts when a second "
        "person approves it (approve_fee).",
    ),
    "approve_fee": say(
        "Người thứ hai nhập lại đúng số tiền được đề nghị.", "The second person repeats the amount that was proposed."
    ),
    "reject_fee": say(
        "Đề nghị bị bỏ; mức đang áp dụng giữ nguyên.", "The proposal is dropped; the amount in force stays."
    ),
    "request_payment": say(
        "Yêu cầu nộp khoản chưa yêu cầu, hoặc phần còn thiếu. amount phải đúng số còn phải nộp (đồng).",
        "Asks for what was not asked for yet, or for the missing part. amount is what is still due, in dong.",
    ),
    "cancel_payment_request": say(
        "Bỏ một yêu cầu lập nhầm, kèm căn cứ. Khoản phải nộp vẫn còn; tiền đến sau đó được hoàn lại.",
        "Takes back a request made by mistake. What is due stays due; money that comes in for it goes back.",
    ),
    "confirm_payment": say(
        "Thủ quỹ đã thu đủ tiền tại quầy. voucher là số biên lai; mỗi biên lai chỉ dùng một lần.",
        "The cashier took the whole amount at the counter. voucher is the number of the receipt, which counts once.",
    ),
    "check_payment": say(
        "Hỏi nền tảng thanh toán về một đơn (order). Chỉ tin trả lời của nền tảng, không tin tin báo.",
        "Asks the payment platform about an order. Only its answer is believed, never a notice.",
    ),
    "sign": say(
        "Người có thẩm quyền ra lệnh ký số kết quả: mã băm SHA-256 của tệp (document) và số kết quả. Ký xong thì "
        "đóng dấu số, rồi chuyển sang phần mềm chuyên ngành nếu thủ tục cần.",
        "The official orders the digital signature of the result: the SHA-256 of its file (document) and its number. "
        "After the signature it is sealed, and handed to the specialised registry where the procedure needs one.",
    ),
    "reject_result": say(
        "Người ở bước duyệt hoặc ký không đồng ý và trả về một bước trước; lý do ghi ở note. Đã ký thì không trả lại "
        "được.",
        "Who would approve or sign does not, and sends the dossier back to an earlier step. What is signed stays "
        "signed.",
    ),
    "resolve": say(
        "Kết quả không ký số trong hệ thống, như bản giấy ký tay: ghi số, và mã băm của tệp nếu có.",
        "The result has no digital signature of this system, like a paper signed by hand: its number, and the hash "
        "of the file if there is one.",
    ),
    "return_result": say(
        "Người nộp đã nhận kết quả. by: tại quầy, trực tuyến hay qua bưu chính; không ghi là tại quầy.",
        "The applicant has the result. by: at the counter, online or by post; without it, at the counter.",
    ),
    "request_post": say(
        "Nhờ bưu chính công ích trả kết quả tận nơi (purpose: delivery) hoặc đến nhận giấy tờ (collection). Gửi lại "
        "với địa chỉ khác để đổi, khi bưu chính chưa lấy; sau khi chuyển hoàn hoặc mất thì là gửi lại.",
        "Has the public postal service deliver the result (purpose: delivery) or collect papers (collection). Given "
        "again it changes the address, until the post has the item; after one came back or was lost it sends again.",
    ),
    "cancel_post": say(
        "Không nhờ bưu chính nữa: đến quầy nhận, hoặc tự mang giấy tờ đến. Được đến khi bưu chính lấy bưu gửi.",
        "The post need not come: the result is fetched, or the papers are brought. Until the post has the item.",
    ),
    "check_post": say(
        "Hỏi bưu chính về một bưu gửi (item). Chỉ tin trả lời của bưu chính, không tin tin báo.",
        "Asks the post about an item. Only its answer is believed, never a report.",
    ),
    "rate": say(
        "Người nộp đánh giá một lần, từ 1 đến 5 sao (stars), khi đã có kết quả.",
        "The applicant rates once, with 1 to 5 stars, when there is a result.",
    ),
    "suspend": say(
        "Tạm dừng có căn cứ: thời hạn đứng lại đến khi cho xử lý tiếp (resume).",
        "Stands still with a legal basis: the time limits wait until it is resumed (resume).",
    ),
    "resume": say("Thời hạn tính tiếp từ lúc này.", "The time limits go on from now."),
    "stop": say(
        "Dừng hẳn, có căn cứ: hồ sơ kết thúc mà không có kết quả. Tiền đã nộp được hoàn lại.",
        "Ends the dossier without a result, with a legal basis. Money that was paid goes back.",
    ),
    "withdraw": say(
        "Người nộp rút hồ sơ khi chưa có kết quả; tại quầy thì cán bộ một cửa làm. Tiền đã nộp được hoàn lại.",
        "The applicant withdraws it while there is no result; at the desk, reception does. Money that was paid goes "
        "back.",
    ),
    "extend": say(
        "Ngày hẹn mới (until) và nội dung phiếu xin lỗi (note). Phải làm trước khi hết hạn; thủ tục quy định số lần, "
        "mức dài nhất và ai được quyết định.",
        "The new date (until) and the text of the apology letter (note). It is decided before the date is due; the "
        "procedure says how often, how long and by whom.",
    ),
    "correct_entry": say(
        "Sửa điều đã ghi sai: thời điểm tiếp nhận, địa bàn, thông tin chủ hồ sơ hoặc thành phần hồ sơ. Điều cũ vẫn còn "
        "trong sổ cái. Thông tin mới của chủ hồ sơ gửi ở applicant.",
        "Corrects what was entered wrongly: the time of receipt, the place, the applicant or the documents. The old "
        "entry stays in the ledger. New particulars of the applicant are sent in applicant.",
    ),
    "confirm_identity": say(
        "Danh tính không khớp dữ liệu dân cư, cán bộ đã kiểm tra: cho tiếp tục, có căn cứ. Thông tin sai thì dùng "
        "correct_entry.",
        "The population database has other data and a person has looked: the dossier goes on, with a legal basis. "
        "Where the particulars are wrong, use correct_entry.",
    ),
    "hand_over": say(
        "Chuyển đến cơ quan có thẩm quyền, có căn cứ. Nơi nhận phải xác nhận (acknowledge_handover) hoặc từ chối "
        "(refuse_handover). Thời hạn không tính lại, không lập hồ sơ mới.",
        "Sends it to the competent authority, with a legal basis. The receiving unit acknowledges "
        "(acknowledge_handover) or refuses (refuse_handover). No time limit starts anew, no new dossier is made.",
    ),
    "acknowledge_handover": say(
        "Đơn vị nhận xác nhận đã nhận hồ sơ: từ lúc này đơn vị đó là cơ quan có thẩm quyền của hồ sơ.",
        "The receiving unit has the dossier: from now on it is its competent authority.",
    ),
    "refuse_handover": say(
        "Đơn vị nhận từ chối, có căn cứ. Hồ sơ ở lại nơi đã chuyển; nếu do hệ thống tự chuyển thì về Trung tâm tỉnh "
        "để điều phối.",
        "The receiving unit refuses, with a legal basis. The dossier stays where it was; one that routing had sent "
        "goes to the provincial centre, which coordinates.",
    ),
    "acknowledge_escalation": say(
        "Đơn vị được báo xác nhận đã biết lần leo thang (escalation) và đang xử lý; từ đó không leo lên cấp nữa. Chỉ "
        "xác nhận một lần.",
        "The unit that was told acknowledges the escalation: it knows and acts, and the escalation does not climb any "
        "more. It is acknowledged once.",
    ),
    "explain_escalation": say(
        "Đơn vị để hồ sơ chậm giải trình nguyên nhân (cause), chi tiết ghi ở ghi chú (note). Quá hạn vẫn nhận và ghi "
        "là muộn. Chỉ giải trình một lần.",
        "The unit that kept the dossier waiting explains the cause; details go into the note. After the time it is "
        "accepted too, and marked late. It is explained once.",
    ),
    "hand_back": say(
        "Cấp đã nhận trách nhiệm giao trả hồ sơ cho cơ quan có thẩm quyền, có căn cứ. Cơ quan đó có thời gian riêng để "
        "hoàn thành; quá thời gian thì cấp đã giao trả được báo.",
        "The level that had taken the dossier over hands it back to the competent authority, on a legal basis. That "
        "authority has a time of its own to finish it; after that, the level that handed it back is told.",
    ),
    "retry_refused_call": say(
        "Người vận hành gọi lại một việc (effect) mà hệ thống ngoài đã từ chối hẳn, có lý do (reason). Việc được gọi "
        "với mã mới. Danh tính: gửi kèm thông tin đúng (applicant) nếu thông tin sai. Ký số: nêu người ký khác "
        "(signer) của đơn vị (unit). Số tiền và văn bản không sửa được ở đây. Việc không bị từ chối hẳn thì bị từ "
        "chối (call_not_refused), trừ khi hai người vận hành lần lượt xác nhận hệ thống ngoài chưa làm gì, kèm bằng "
        "chứng (nothing_done). Hệ thống nhận đã có kết quả dưới số khác thì ghi nhận số đó (registered_as).",
        "An operator has a call (effect) asked again that an outside system refused for good, with the reason. It is "
        "asked under a new id. Identity: the right particulars (applicant) where they were wrong. Signature: another "
        "signer of the unit. Amounts and documents are not corrected here. A call that was not refused for good is "
        "refused (call_not_refused), unless two operators state, one after the other and with evidence, that the "
        "system did nothing for it (nothing_done). Where a registry has the result already, its number is adopted "
        "(registered_as).",
    ),
}
"""By the kind of the command."""
