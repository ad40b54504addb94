"""What each command does, in plain words above its form. The texts of the API have codes of fields."""

from __future__ import annotations

from collections.abc import Mapping

from domain.values import Bilingual
from gateway.api.texts.commands import COMMANDS
from gateway.i18n.wording import say

IN_PLAIN_WORDS: Mapping[str, Bilingual] = {
    "accept": say(
        "Hồ sơ đủ thành phần: thời hạn bắt đầu tính từ lúc này, hệ thống xác định cơ quan có thẩm quyền. Phí là mức đã "
        "công bố. Mức khác phải có căn cứ, và chỉ là đề nghị cho đến khi người thứ hai duyệt.",
        "The dossier is complete: its time limits run from now on, and the competent authority is found. The fee is "
        "the published one. Any other needs a legal basis, and is a proposal until a second person approves it.",
    ),
    "refuse": say(
        "Chỉ trước khi tiếp nhận. Hồ sơ kết thúc; người nộp được báo căn cứ. Đã tiếp nhận thì phải dừng hồ sơ.",
        "Only before intake. The dossier ends, and the applicant is told the legal basis. After intake it is stopped.",
    ),
    "request_supplement": say(
        "Đánh dấu mọi giấy tờ cần bổ sung trong một lần, và ghi căn cứ. Thời hạn tạm dừng đến khi bổ sung đủ. Số lần "
        "và thời gian được yêu cầu do thủ tục quy định.",
        "Tick all documents that are needed at once, and write the legal basis. The time limits stand still until all "
        "have come. The procedure says how often and how late it may be asked.",
    ),
    "claim": say(
        "Hồ sơ chưa giao cho ai; bạn nhận để xử lý. Nếu người khác vừa nhận, bạn được báo ngay.",
        "Nobody has the dossier; you take it. If somebody else has just taken it, you are told.",
    ),
    "release": say(
        "Hồ sơ trở lại danh sách chung của đơn vị; lý do được ghi vào hồ sơ. Thời hạn vẫn tính.",
        "The dossier goes back to the list of the unit; the reason is recorded. The time limits go on.",
    ),
    "explain_escalation": say(
        "Đơn vị để hồ sơ chậm chọn nguyên nhân, và viết chi tiết ở ô ghi chú. Quá hạn giải trình vẫn gửi được, và được "
        "ghi là muộn. Chỉ giải trình một lần.",
        "The unit that kept the dossier waiting chooses the cause, and writes the details in the note. After the time "
        "it is still taken, and marked late. It explains once.",
    ),
    "complete_step": say(
        "Bạn đã làm xong bước hiện tại; hồ sơ sang bước sau. Ghi chú không bắt buộc.",
        "You have done the current step; the next one begins. A note is not required.",
    ),
    "send_back_step": say(
        "Trả hồ sơ về một bước trước; lý do ghi ở ô ghi chú. Thời hạn vẫn tính.",
        "Sends the dossier back to an earlier step; write the reason in the note. The time limits go on.",
    ),
    "approve": say("Duyệt bước hiện tại; hồ sơ sang bước sau.", "Approves the current step; the next one begins."),
    "ask_opinion": say(
        "Đơn vị được hỏi có việc trả lời; chưa trả lời đủ thì chưa ban hành kết quả. Hỏi đơn vị khác cấp, khác lĩnh "
        "vực thì phải có căn cứ.",
        "The unit that is asked has to answer; no result is issued before it has. To ask a unit of another level or "
        "field takes a legal basis.",
    ),
    "give_opinion": say(
        "Đơn vị bạn được hỏi: trả lời đồng ý hay không; nội dung ghi ở ô ghi chú.",
        "Your unit was asked: say whether it agrees, and write what it says in the note.",
    ),
    "propose_fee": say(
        "Mức phí hoặc thuế khác mức công bố, kèm căn cứ. Có hiệu lực khi người thứ hai duyệt.",
        "A fee or a tax other than the published one, with its legal basis. It counts when a second person approves "
        "it.",
    ),
    "request_payment": say(
        "Yêu cầu người nộp trả khoản chưa yêu cầu, hoặc phần còn thiếu. Số tiền phải đúng số còn phải nộp.",
        "Asks the applicant for what was not asked for yet, or for the missing part. The amount is what is still due.",
    ),
    "confirm_payment": say(
        "Bạn đã thu đủ tiền tại quầy. Mỗi số biên lai chỉ dùng một lần.",
        "You took the whole amount at the counter. The number of a receipt counts once.",
    ),
    "check_payment": say(
        "Hỏi nền tảng thanh toán xem tiền của đơn này đã đến chưa.",
        "Asks the payment platform whether the money of this order has come.",
    ),
    "sign": say(
        "Bạn ra lệnh ký số kết quả: chọn tệp và ghi số kết quả. Ký xong hệ thống đóng dấu số, rồi chuyển sang phần mềm "
        "chuyên ngành nếu thủ tục cần.",
        "You order the digital signature of the result: choose its file and write its number. After the signature it "
        "is sealed, and handed to the specialised registry where the procedure needs one.",
    ),
    "reject_result": say(
        "Bạn không đồng ý và trả về một bước trước; lý do ghi ở ô ghi chú. Đã ký thì không trả lại được.",
        "You do not agree, and send the dossier back to an earlier step; write the reason in the note. What is signed "
        "stays signed.",
    ),
    "resolve": say(
        "Kết quả không ký số trong hệ thống, như bản giấy ký tay: ghi số, và chọn tệp nếu có.",
        "The result has no digital signature of this system, like a paper signed by hand: write its number, and choose "
        "its file if there is one.",
    ),
    "return_result": say(
        "Người nộp đã nhận kết quả: tại quầy, trực tuyến hay qua bưu chính.",
        "The applicant has the result: at the counter, online or by post.",
    ),
    "request_post": say(
        "Bưu chính đến tận nơi: trả kết quả, hoặc nhận giấy tờ. Làm lại với địa chỉ khác để đổi khi bưu chính chưa "
        "lấy; bị chuyển hoàn hoặc mất thì làm lại để gửi lại.",
        "The post comes: to deliver the result, or to collect papers. Do it again to change the address until the post "
        "has the item, and to send again what came back or was lost.",
    ),
    "cancel_post": say(
        "Không nhờ bưu chính nữa: đến quầy nhận, hoặc tự mang giấy tờ đến.",
        "The post need not come: the result is fetched at the counter, or the papers are brought.",
    ),
    "check_post": say(
        "Hỏi bưu chính xem bưu gửi đang ở đâu; chỉ tin trả lời của bưu chính.",
        "Asks the post where the item is; only its answer is believed.",
    ),
    "rate": say(
        "Người nộp đánh giá một lần, từ 1 đến 5 sao, khi đã có kết quả.",
        "The applicant rates once, with 1 to 5 stars, when there is a result.",
    ),
    "suspend": say(
        "Tạm dừng có căn cứ: thời hạn đứng lại đến khi cho xử lý tiếp.",
        "Stands still with a legal basis: the time limits wait until it is resumed.",
    ),
    "extend": say(
        "Ghi ngày hẹn mới; nội dung phiếu xin lỗi ghi ở ô ghi chú. Phải làm trước khi hết hạn; thủ tục quy định số "
        "lần, mức dài nhất và ai được quyết định.",
        "Write the new date, and the text of the apology letter in the note. It is decided before the date is due; the "
        "procedure says how often, how long and by whom.",
    ),
    "correct_entry": say(
        "Sửa điều đã ghi sai: thời điểm tiếp nhận, địa bàn, thông tin chủ hồ sơ hoặc thành phần hồ sơ. Điều cũ vẫn còn "
        "trong sổ cái.",
        "Corrects what was entered wrongly: the time of receipt, the place, the applicant or the documents. The old "
        "entry stays in the ledger.",
    ),
    "confirm_identity": say(
        "Danh tính không khớp dữ liệu dân cư, và bạn đã kiểm tra: cho tiếp tục, có căn cứ. Nếu thông tin ghi sai thì "
        "đính chính.",
        "The population database has other data, and you have looked: the dossier goes on, with a legal basis. Where "
        "the particulars are wrong, correct them.",
    ),
    "hand_over": say(
        "Chuyển đến cơ quan có thẩm quyền, có căn cứ. Nơi nhận xác nhận hoặc từ chối. Thời hạn không tính lại, không "
        "lập hồ sơ mới.",
        "Sends it to the competent authority, with a legal basis. The receiving unit acknowledges or refuses. No time "
        "limit starts anew, no new dossier is made.",
    ),
    "retry_refused_call": say(
        "Gọi lại một việc mà hệ thống ngoài đã từ chối hẳn, có lý do. Việc được gọi với mã mới. Danh tính: kèm thông "
        "tin đúng nếu thông tin sai. Ký số: chọn người ký khác của đơn vị. Số tiền và văn bản không sửa được ở đây. "
        "Việc chưa bị từ chối hẳn: chỉ khi hai người vận hành lần lượt xác nhận hệ thống ngoài chưa làm gì, kèm bằng "
        "chứng.",
        "Asks again what an outside system refused for good, with the reason, under a new id. Identity: give the right "
        "particulars where they were wrong. Signature: choose another signer of the unit. Amounts and documents are "
        "not corrected here. What was not refused for good: only when two operators state, one after the other and "
        "with evidence, that the system did nothing.",
    ),
}
"""By the kind of the command: those for which the text of the API has codes."""
EXPLAINED: Mapping[str, Bilingual] = {**COMMANDS, **IN_PLAIN_WORDS}
"""By the kind of the command: all of them."""
