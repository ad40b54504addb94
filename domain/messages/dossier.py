"""What the engine says when it refuses a command on a dossier."""

from __future__ import annotations

from domain.values import Bilingual


def _say(vi: str, en: str) -> Bilingual:
    return Bilingual(vi=vi, en=en)


DOSSIER_MESSAGES: dict[str, Bilingual] = {
    # --- guards
    "control_character": _say(
        "Nội dung “{field}” có ký tự điều khiển hoặc ký tự ẩn {character} ở vị trí {position}. Hãy xóa ký tự đó rồi "
        "gửi lại.",
        "The text of {field} holds the control or invisible character {character} at position {position}. Remove it "
        "and "
        "send it again.",
    ),
    "not_submitted": _say(
        "Hồ sơ {dossier} chưa được nộp. Hãy nộp hồ sơ trước.",
        "Dossier {dossier} has not been submitted. Submit it first.",
    ),
    "before_intake": _say(
        "Hồ sơ {dossier} chưa được tiếp nhận nên chưa tạm dừng hay chuyển đơn vị được. Hãy chờ bổ sung rồi tiếp nhận "
        "(accept); không bổ sung thì dừng xử lý (stop), có căn cứ.",
        "Dossier {dossier} is not accepted yet, so it can be neither suspended nor handed over. Wait for the "
        "supplement, then accept it (accept); where none comes, stop it (stop) with a legal basis.",
    ),
    "wrong_state": _say(
        "Hồ sơ {dossier} đang ở trạng thái “{state_vi}”; việc này chỉ làm được ở trạng thái: {wanted_vi}.",
        "Dossier {dossier} is {state}; this can only be done when it is {wanted}.",
    ),
    "wrong_role": _say(
        "Vai trò “{role}” không được làm việc này; cần vai trò: {wanted}.",
        "The role {role} may not do this; it takes {wanted}.",
    ),
    "system_from_outside": _say(
        "Lệnh {command} không được nhận: vai trò hệ thống và kết quả gọi ra ngoài chỉ do chính hồ sơ ghi, không ai gửi "
        "vào được. Hãy gửi lệnh với vai trò của người hoặc dịch vụ thực hiện.",
        "The command {command} is not taken: the system's role and the outcomes of outside calls are the dossier's "
        "own, nobody can send them. Send a command in the role of the person or service that acts.",
    ),
    "command_id_of_engine": _say(
        "Mã lệnh {command_id} thuộc loại (UUID phiên bản 8) chỉ hệ thống tự đặt cho việc của mình. Hãy gửi lại với mã "
        "lệnh khác (UUID ngẫu nhiên).",
        "The command id {command_id} is of the kind (UUID version 8) that only the engine gives to commands of its "
        "own. Send it again under another id (a random UUID).",
    ),
    "wrong_unit": _say(
        "Việc này thuộc về {wanted}; đơn vị đã nêu không giữ hồ sơ này: {unit}. Hãy nêu đúng đơn vị.",
        "This belongs to {wanted}; the unit named does not hold this dossier: {unit}. Name the right unit.",
    ),
    "wrong_person": _say(
        "Hồ sơ {dossier} do người khác nộp; chỉ người nộp mới được làm việc này.",
        "Dossier {dossier} was submitted by somebody else; only that person may do this.",
    ),
    "filed_at_desk": _say(
        "Hồ sơ {dossier} được nộp tại quầy của {unit}, không gắn với tài khoản người nộp nào; hãy đến quầy đó, cán bộ "
        "một cửa đối chiếu giấy tờ rồi làm việc này.",
        "Dossier {dossier} was filed at the desk of {unit} and belongs to no applicant's account; go to that desk, "
        "where reception looks at the papers and does this.",
    ),
    "applicant_of_unit": _say(
        "Người nộp hồ sơ không làm việc cho đơn vị nào: hãy bỏ đơn vị đã nêu, {unit}. Cán bộ làm thay thì dùng vai "
        "trò của mình.",
        "An applicant acts for no unit: leave out the one named, {unit}. An official who acts uses the own role.",
    ),
    "not_assignee": _say(
        "Hồ sơ {dossier} đã giao cho {assignee}; hãy đề nghị lãnh đạo đơn vị giao lại.",
        "Dossier {dossier} is assigned to {assignee}; ask the head of unit to assign it anew.",
    ),
    "no_competent_authority": _say(
        "Hồ sơ {dossier} chưa có cơ quan có thẩm quyền, đang ở {unit}: chưa ai được xử lý. "
        "Hãy chuyển hồ sơ (hand_over) đến cơ quan có thẩm quyền trước.",
        "Dossier {dossier} has no competent authority yet and is with {unit}: nobody may take a step. "
        "Hand it over (hand_over) to the competent authority first.",
    ),
    "already_assigned": _say(
        "Hồ sơ {dossier} đã giao cho {assignee}: hệ thống không giao lại; chỉ lãnh đạo đơn vị mới giao lại được.",
        "Dossier {dossier} is assigned to {assignee}: the engine does not change that; the head of unit may.",
    ),
    "stale_version": _say(
        "Hồ sơ {dossier} đã thay đổi (bản {version}) sau khi bạn xem (bản {seen}). Hãy tải lại rồi làm tiếp.",
        "Dossier {dossier} has moved on to version {version} since you saw version {seen}. Reload it and try again.",
    ),
    # --- intake
    "already_submitted": _say(
        "Hồ sơ {dossier} đã được nộp.",
        "Dossier {dossier} has been submitted already.",
    ),
    "brought_over_twice": _say(
        "Mã hồ sơ cũ {number} đã được chuyển sang hệ thống này, là hồ sơ {other}. Hãy tiếp tục với hồ sơ đó.",
        "The old code {number} was brought over already and is dossier {other}. Go on with that one.",
    ),
    "pins_of_another_procedure": _say(
        "Quy tắc đi kèm là của thủ tục {pinned}, không phải {procedure}. Hãy lấy lại quy tắc hiện hành.",
        "The pinned rules are those of procedure {pinned}, not {procedure}. Fetch the current rules again.",
    ),
    "territory_contradicts_address": _say(
        "Địa bàn ghi là {name} ({territory}) nhưng địa chỉ lại thuộc {address}. Hãy sửa địa bàn hoặc địa chỉ.",
        "The territory stated is {name} ({territory}), but the address lies in {address}. Correct one of them.",
    ),
    "not_received_here": _say(
        "Thủ tục {procedure} chỉ nhận tại nơi giải quyết; {unit} không nhận được.",
        "Procedure {procedure} is received only where it is resolved; {unit} cannot receive it.",
    ),
    "channel_not_offered": _say(
        "Thủ tục {procedure} không có hình thức “{channel}”, trường hợp {case}.",
        "Procedure {procedure} is not offered by channel {channel}, case {case}.",
    ),
    "document_left_out": _say(
        "Hồ sơ {dossier} đã tiếp nhận đủ thành phần: danh sách ghi lại còn thiếu {missing}. Hãy ghi cả các thành phần "
        "đó; nếu giấy tờ không dùng được thì yêu cầu bổ sung (request_supplement).",
        "Dossier {dossier} was accepted complete: the list entered anew lacks {missing}. Enter these as well; where a "
        "paper is of no use, request a supplement (request_supplement).",
    ),
    "missing_document": _say(
        "Hồ sơ {dossier} còn thiếu: {missing}. Hồ sơ nộp trực tuyến: hãy yêu cầu bổ sung (request_supplement). Nộp tại "
        "quầy hoặc qua bưu chính: nhận đủ giấy tờ rồi ghi lại thành phần hồ sơ (correct_entry), hoặc không tiếp nhận "
        "(refuse).",
        "Dossier {dossier} lacks: {missing}. Filed online: request a supplement (request_supplement). Filed at the "
        "desk or by post: take the papers and enter the documents anew (correct_entry), or refuse (refuse).",
    ),
    "fee_not_stated": _say(
        "Danh mục không công bố phí của hồ sơ {dossier}. Hãy ghi số tiền đề nghị (fee) và căn cứ (legal_basis); "
        "lãnh đạo sẽ duyệt sau, không phải chờ để tiếp nhận.",
        "The catalogue states no fee for dossier {dossier}. State the amount you propose (fee) with its legal_basis; "
        "a head of unit approves it later, intake does not wait for that.",
    ),
    "fee_without_legal_basis": _say(
        "Phí {fee:dong} đồng của hồ sơ {dossier} khác mức công bố. Hãy ghi căn cứ (legal_basis), hoặc chọn trường hợp "
        "đã công bố (fee_case).",
        "A fee of {fee:dong} dong for dossier {dossier} is not the published one. State its legal_basis, or name a "
        "published case (fee_case).",
    ),
    "unknown_fee_case": _say(
        "Không có trường hợp phí “{case}” cho hồ sơ {dossier}. Các trường hợp đã công bố: {known}.",
        "There is no published fee case {case} for dossier {dossier}. Published: {known}.",
    ),
    "fee_above_maximum": _say(
        "Số tiền {fee:dong} đồng cho hồ sơ {dossier} vượt mức tối đa {maximum:dong} đồng của thủ tục. "
        "Hãy kiểm tra lại số tiền.",
        "{fee:dong} dong for dossier {dossier} is above the procedure's maximum of {maximum:dong} dong. "
        "Check the amount.",
    ),
    "fee_already_proposed": _say(
        "Hồ sơ {dossier} đang có đề nghị {amount:dong} đồng chờ lãnh đạo duyệt. Hãy chờ duyệt hoặc từ chối trước.",
        "Dossier {dossier} has a proposal of {amount:dong} dong that waits for approval. "
        "It is approved or rejected first.",
    ),
    "fee_stands": _say(
        "Hồ sơ {dossier}: {amount:dong} đồng đang là mức áp dụng, không phải đề nghị. Đề nghị mức khác thì ghi số tiền "
        "khác và căn cứ.",
        "Dossier {dossier}: {amount:dong} dong is in force already and needs no proposal. To propose another amount, "
        "state it with its legal basis.",
    ),
    "fee_not_of_case": _say(
        "Phí của trường hợp “{case}” đã công bố là {published:dong} đồng, không phải {amount:dong} đồng đã nhập cho hồ "
        "sơ {dossier}. Hãy bỏ số tiền (fee), hoặc bỏ trường hợp (fee_case) và ghi căn cứ (legal_basis).",
        "The published fee of case {case} is {published:dong} dong, not the {amount:dong} dong typed for dossier "
        "{dossier}. Leave out the amount (fee), or leave out the fee_case and state a legal_basis.",
    ),
    "fee_not_as_proposed": _say(
        "Hồ sơ {dossier}: mức được đề nghị là {proposed:dong} đồng, số đã nhập để duyệt là {amount:dong} đồng. Hãy "
        "nhập đúng mức đề nghị, hoặc từ chối (reject_fee) để đề nghị lại.",
        "Dossier {dossier}: {proposed:dong} dong were proposed, {amount:dong} dong were typed to be approved. Type "
        "the amount proposed, or reject it (reject_fee) so that it is proposed anew.",
    ),
    "no_fee_proposed": _say(
        "Hồ sơ {dossier} không có đề nghị về phí nào chờ duyệt.",
        "Dossier {dossier} has no proposed fee that waits for approval.",
    ),
    "fee_needs_second_person": _say(
        "Phí của hồ sơ {dossier} do {person} đề nghị; phải do người khác duyệt.",
        "The fee of dossier {dossier} was proposed by {person}; somebody else has to approve it.",
    ),
    "fee_below_paid": _say(
        "Hồ sơ {dossier} đã nộp {paid:dong} đồng; không hạ khoản phải nộp xuống {amount:dong} đồng được nữa.",
        "{paid:dong} dong have been paid for dossier {dossier}; what is owed can no longer be "
        "lowered to {amount:dong} dong.",
    ),
    "fee_undecided": _say(
        "Phí của hồ sơ {dossier} chưa được quyết định: chưa ban hành kết quả được. Hãy đề nghị lãnh đạo duyệt, "
        "hoặc đề nghị mức phí (propose_fee).",
        "The fee of dossier {dossier} is not decided: no result can be issued yet. Have it approved, or propose it "
        "(propose_fee).",
    ),
    "fee_not_asked": _say(
        "Hồ sơ {dossier} còn {due:dong} đồng chưa yêu cầu nộp: chưa ban hành kết quả được. "
        "Hãy yêu cầu nộp (request_payment); nếu mức này sai, đề nghị mức khác (propose_fee, kèm charge nếu là thuế).",
        "{due:dong} dong of dossier {dossier} were not asked for: no result can be issued yet. "
        "Ask for them (request_payment); if they are wrong, propose others (propose_fee, with charge for a tax).",
    ),
    "fee_above_published": _say(
        "Phí {fee:dong} đồng của hồ sơ {dossier} cao hơn mức công bố {published:dong} đồng.",
        "The fee of {fee:dong} dong for dossier {dossier} is above the published {published:dong} dong.",
    ),
    "date_in_future": _say(
        "Ngày {date} ở tương lai. Hãy kiểm tra lại ngày tiếp nhận.",
        "The date {date} is in the future. Check the date of receipt.",
    ),
    "identity_differs": _say(
        "Hồ sơ {dossier}: danh tính chủ hồ sơ không khớp dữ liệu dân cư, nên chưa được ký. Hãy đính chính thông tin "
        "chủ hồ sơ (correct_entry), hoặc lãnh đạo xác nhận cho tiếp tục, có căn cứ (confirm_identity).",
        "Dossier {dossier}: the applicant's identity differs from the population database, so nothing is signed yet. "
        "Correct the applicant (correct_entry), or the head of unit confirms with a legal basis (confirm_identity).",
    ),
    "identity_not_in_doubt": _say(
        "Danh tính chủ hồ sơ {dossier} không có khác biệt nào đang chờ xác nhận.",
        "The identity of the applicant of dossier {dossier} has no difference that waits to be confirmed.",
    ),
    # --- supplement
    "supplement_before_intake_online_only": _say(
        "Hồ sơ {dossier} không nộp trực tuyến: trước khi tiếp nhận, hãy hướng dẫn bổ sung ngay tại quầy.",
        "Dossier {dossier} was not filed online: before intake, have it completed at the desk.",
    ),
    "supplement_asked_too_often": _say(
        "Hồ sơ {dossier} đã được yêu cầu bổ sung {at_most} lần, không được yêu cầu thêm.",
        "Dossier {dossier} has been sent for supplement {at_most} times; no more may be asked.",
    ),
    "supplement_asked_too_late": _say(
        "Chỉ được yêu cầu bổ sung trong {within} giờ làm việc từ khi tiếp nhận hồ sơ {dossier}.",
        "A supplement may be asked only within {within} working hours of intake of dossier {dossier}.",
    ),
    "supplement_incomplete": _say(
        "Bổ sung của hồ sơ {dossier} còn thiếu: {missing}.",
        "The supplement to dossier {dossier} still lacks: {missing}.",
    ),
    "unknown_document": _say(
        "Thủ tục {procedure} không có thành phần hồ sơ: {documents}.",
        "Procedure {procedure} has no such document: {documents}.",
    ),
    # --- executors
    "restart_not_needed": _say(
        "Hồ sơ {dossier} không bị kẹt, không cần chạy lại. Nếu vẫn muốn chạy lại, thêm --although-sound.",
        "Dossier {dossier} is not stuck and needs no restart. To restart it anyway, add --although-sound.",
    ),
    "document_twice": _say(
        "Thành phần hồ sơ của thủ tục {procedure} khai hai lần: {documents}. Hãy bỏ một.",
        "Of procedure {procedure} this document stands here twice: {documents}. Remove one.",
    ),
    # --- steps
    "unknown_step": _say(
        "Quy trình nội bộ của thủ tục {procedure} không có bước “{step}”.",
        "The internal process of procedure {procedure} has no step {step}.",
    ),
    "wrong_step": _say(
        "Hồ sơ {dossier} đang ở bước “{current}”, không phải “{step}”.",
        "Dossier {dossier} stands at step {current}, not {step}.",
    ),
    "wrong_step_kind": _say(
        "Bước “{step}” của hồ sơ {dossier} thuộc loại {step_kind}: hãy dùng lệnh tương ứng.",
        "Step {step} of dossier {dossier} is of kind {step_kind}: use the command that fits.",
    ),
    "step_not_earlier": _say(
        "Chỉ trả về bước trước; “{step}” không đứng trước “{current}” của hồ sơ {dossier}.",
        "Only an earlier step can be gone back to; {step} is not before {current} in dossier {dossier}.",
    ),
    "no_step_left": _say(
        "Hồ sơ {dossier} đã xong mọi bước của quy trình nội bộ; hãy ghi nhận kết quả hoặc trả về bước trước.",
        "Every step of dossier {dossier} is done; record the result, or send the dossier back to an earlier step.",
    ),
    "steps_not_done": _say(
        "Hồ sơ {dossier} còn bước “{step}” chưa xong.",
        "Dossier {dossier} still has step {step} to be done.",
    ),
    "opinion_already_asked": _say(
        "Hồ sơ {dossier} đã hỏi ý kiến {unit} và đang chờ trả lời.",
        "Dossier {dossier} has already asked {unit} for an opinion and awaits it.",
    ),
    "opinion_of_oneself": _say(
        "Hồ sơ {dossier} do chính {unit} xử lý: hãy hỏi ý kiến đơn vị khác.",
        "Dossier {dossier} is handled by {unit} itself: ask another unit for its opinion.",
    ),
    "opinion_without_ground": _say(
        "Việc của hồ sơ {dossier} không thuộc cấp, lĩnh vực của {name} ({unit}): hãy ghi căn cứ pháp lý "
        "(legal_basis) để hỏi ý kiến đơn vị này.",
        "The matter of dossier {dossier} is not of the level or field of {name} ({unit}): state the legal_basis "
        "for asking it.",
    ),
    "opinion_not_asked": _say(
        "Hồ sơ {dossier} không hỏi ý kiến {unit}.",
        "Dossier {dossier} has not asked {unit} for an opinion.",
    ),
    "opinion_awaited": _say(
        "Hồ sơ {dossier} đang chờ ý kiến của: {units}.",
        "Dossier {dossier} still awaits the opinion of {units}.",
    ),
    # --- payment
    "payment_already_requested": _say(
        "Hồ sơ {dossier} đã có yêu cầu nộp phí còn hiệu lực.",
        "Dossier {dossier} already has a payment request in force.",
    ),
    "wrong_amount": _say(
        "Số tiền {amount:dong} đồng khác số phải nộp {owed:dong} đồng của hồ sơ {dossier}.",
        "The amount of {amount:dong} dong is not the {owed:dong} dong that dossier {dossier} owes.",
    ),
    "nothing_due": _say(
        "Hồ sơ {dossier} không còn khoản nào phải nộp theo mức đã công bố hoặc đã duyệt. Khoản khác phải có căn cứ và "
        "người thứ hai duyệt: dùng propose_fee.",
        "Nothing more is due for dossier {dossier} by the published or approved amounts. Any other amount takes a "
        "legal basis and a second person: use propose_fee.",
    ),
    "voucher_used": _say(
        "Biên lai {voucher} đã dùng cho hồ sơ {used_for}, không dùng lại cho hồ sơ {dossier}. "
        "Hãy kiểm tra số biên lai.",
        "The receipt {voucher} was used for dossier {used_for} and does not count again for {dossier}. "
        "Check its number.",
    ),
    "unknown_order": _say(
        "Hồ sơ {dossier} không có đơn thanh toán {order}.",
        "Dossier {dossier} has no payment order {order}.",
    ),
    # --- result
    "signature_under_way": _say(
        "Kết quả của hồ sơ {dossier} đang được ký. Hãy chờ ký xong, hoặc trả lại kết quả nếu chưa ký.",
        "The result of dossier {dossier} is being signed. Wait for it, or reject the result while it is not signed.",
    ),
    "already_signed": _say(
        "Kết quả của hồ sơ {dossier} đã ký, không trả lại được.",
        "The result of dossier {dossier} is signed and cannot be rejected.",
    ),
    "result_number_taken": _say(
        "Số {number} đã cấp trong năm nay cho hồ sơ {other}. Hãy kiểm tra sổ văn bản rồi ghi số đúng cho hồ sơ "
        "{dossier}; "
        "chưa ghi gì.",
        "The number {number} was given this year to dossier {other}. Look it up in the register and give dossier "
        "{dossier} "
        "its own; nothing was recorded.",
    ),
    "already_rated": _say(
        "Hồ sơ {dossier} đã được đánh giá.",
        "Dossier {dossier} has been rated already.",
    ),
    # --- handover and change of rules
    "handover_awaited": _say(
        "Hồ sơ {dossier} đã chuyển đến {unit} và đang chờ đơn vị đó xác nhận (acknowledge_handover) hoặc từ chối "
        "(refuse_handover) trước.",
        "Dossier {dossier} has been handed to {unit}, which has to acknowledge (acknowledge_handover) or refuse it "
        "(refuse_handover) first.",
    ),
    "handover_to_itself": _say(
        "Hồ sơ {dossier} đang ở {unit} rồi.",
        "Dossier {dossier} is with {unit} already.",
    ),
    "unit_cannot_have_matter": _say(
        "Không chuyển hồ sơ {dossier} cho {name} ({unit}) được: thủ tục {procedure} không thuộc cấp, lĩnh vực của "
        "đơn vị này. Hãy chọn cơ quan có thẩm quyền, hoặc Trung tâm tỉnh để điều phối.",
        "Dossier {dossier} cannot go to {name} ({unit}): procedure {procedure} is not of its level or field. "
        "Choose the competent authority, or the provincial centre to coordinate.",
    ),
    "no_handover": _say(
        "Hồ sơ {dossier} không có lần chuyển nào đang chờ xác nhận.",
        "Dossier {dossier} has no handover that waits for an answer.",
    ),
    "merger_not_in_force": _say(
        "Việc sắp xếp đơn vị có hiệu lực từ {effective}: hồ sơ {dossier} chưa chuyển trước ngày đó.",
        "The merger takes effect on {effective}: dossier {dossier} does not move before that day.",
    ),
    "rules_of_ended_dossier": _say(
        "Hồ sơ {dossier} đã kết thúc: quy tắc của nó không đổi nữa.",
        "Dossier {dossier} has ended: its rules change no more.",
    ),
    # --- amendments
    "already_extended": _say(
        "Hồ sơ {dossier} đã được gia hạn; thủ tục chỉ cho gia hạn {at_most} lần.",
        "Dossier {dossier} was extended already; its procedure allows that {at_most}× at most.",
    ),
    "no_deadline_to_extend": _say(
        "Hồ sơ {dossier} không có thời hạn để gia hạn.",
        "Dossier {dossier} has no deadline to extend.",
    ),
    "extension_too_late": _say(
        "Phải gia hạn trước khi hết hạn ít nhất {hours} giờ làm việc; hồ sơ {dossier} hết hạn {due}.",
        "An extension is decided at least {hours} working hours before expiry; dossier {dossier} expires {due}.",
    ),
    "extension_not_later": _say(
        "Ngày hẹn mới {until} của hồ sơ {dossier} không sau ngày hết hạn {due}.",
        "The new date {until} of dossier {dossier} is not after its due date {due}.",
    ),
    "extension_too_long": _say(
        "Ngày hẹn mới {until} của hồ sơ {dossier} quá xa: chỉ được gia hạn đến hết ngày {latest}. "
        "Hãy chọn ngày sớm hơn.",
        "The new date {until} of dossier {dossier} is too far off: it can be extended to {latest} at most. Choose a "
        "sooner date.",
    ),
    "extension_without_apology": _say(
        "Gia hạn hồ sơ {dossier} phải kèm nội dung phiếu xin lỗi. Hãy ghi vào note.",
        "An extension of dossier {dossier} needs the text of its apology letter. Write it as the note.",
    ),
    "receipt_not_possible": _say(
        "Hồ sơ {dossier} không thể tiếp nhận lúc {value}: chỉ có thể từ {earliest} đến {latest} (từ khi nộp đến khi "
        "tiếp nhận; hồ sơ chuyển từ hệ thống khác thì trước khi nộp vào đây). Hãy kiểm tra lại thời điểm.",
        "Dossier {dossier} cannot have been received at {value}: only from {earliest} to {latest} (from its submission "
        "to its acceptance; one brought over, before it was submitted here). Check the time.",
    ),
    "correction_without_reason": _say(
        "Đính chính thời điểm tiếp nhận của hồ sơ {dossier} phải có lý do. Hãy ghi vào note.",
        "Correcting the time of receipt of dossier {dossier} needs a reason. Write it as the note.",
    ),
    "no_receipt_to_correct": _say(
        "Hồ sơ {dossier} chưa tiếp nhận nên chưa có ngày tiếp nhận để sửa.",
        "Dossier {dossier} is not accepted yet, so there is no date of receipt to correct.",
    ),
    "matter_without_authority": _say(
        "Với nội dung sửa này không xác định được cơ quan có thẩm quyền của hồ sơ {dossier}, hiện là {competent}. "
        "Hãy ghi rõ địa bàn (territory) hoặc địa chỉ.",
        "With this correction nobody is competent for dossier {dossier} any more; now it is {competent}. "
        "State the territory or the address.",
    ),
    "applicant_not_kept": _say(
        "Thông tin chủ hồ sơ mới của hồ sơ {dossier} không có trong kho dữ liệu cá nhân. Hãy gửi kèm thông tin "
        "(--applicant TỆP), không gửi mã cam kết của hồ sơ khác.",
        "The vault holds no such particulars of an applicant of dossier {dossier}. Send the particulars with the "
        "command (--applicant FILE), not a commitment from elsewhere.",
    ),
    "note_not_kept": _say(
        "Kho dữ liệu cá nhân không có ghi chú này của hồ sơ {dossier}. Hãy gửi chữ của ghi chú, không gửi mã cam kết.",
        "The vault holds no such note of dossier {dossier}. Send the note's text, not a commitment.",
    ),
    "particulars_without_correction": _say(
        "Thông tin chủ hồ sơ chỉ gửi kèm lệnh correct_entry sửa chủ hồ sơ, không gửi kèm “{command}”.",
        "Particulars of an applicant are sent only with correct_entry of the applicant, not with {command}.",
    ),
    # --- at the door
    "restart_without_reason": _say(
        "Hồ sơ {dossier}: chạy lại quy trình phải nêu lý do (--reason). Chưa làm gì.",
        "Dossier {dossier}: a restart needs a reason (--reason). Nothing was done.",
    ),
    "particulars_in_record": _say(
        "“{field}” chứa họ tên, số định danh, điện thoại hoặc thư điện tử của một người. Nội dung này được ghi "
        "vĩnh viễn: hãy chỉ ghi căn cứ, số văn bản; thông tin cá nhân ghi ở ghi chú (note).",
        "The field {field} holds somebody's name, identity number, telephone or e-mail address. It is recorded "
        "for good: cite the law or the document only, and put particulars into the note.",
    ),
    "invalid_request": _say(
        "Yêu cầu không đúng mẫu: {problems_vi}. Hãy sửa và gửi lại.",
        "The request is not well formed: {problems}. Correct it and send it again.",
    ),
    "dossier_code_unreadable": _say(
        "“{given}” không phải mã hồ sơ. Mã hồ sơ có dạng H42.12-250701-0001; hãy kiểm tra lại.",
        "{given} is no dossier code. A code looks like H42.12-250701-0001; check it.",
    ),
    "unknown_dossier": _say(
        "Không có hồ sơ {dossier}. Hãy kiểm tra lại mã hồ sơ.",
        "There is no dossier {dossier}. Check the code.",
    ),
    "temporal_unavailable": _say(
        "Bộ máy quy trình tạm thời không trả lời ({problem}). Chưa mất gì: hãy gửi lại y như vậy.",
        "The workflow service does not answer now ({problem}). Nothing is lost: send the same again.",
    ),
    "answer_pending": _say(
        "Hồ sơ {dossier}: lệnh đã gửi, chưa có trả lời. Hãy gửi lại y như vậy để biết kết quả.",
        "Dossier {dossier}: the command was sent and is not answered yet. Send the same again to learn.",
    ),
}
