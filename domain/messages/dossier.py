"""The sentences of refused commands."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class DossierRefusal(CodedSentence):
    """Why a command on a dossier is refused."""

    # --- guards
    CONTROL_CHARACTER = coded(
        "control_character",
        vi="Nội dung “{field}” có ký tự điều khiển hoặc ký tự ẩn {character} ở vị trí {position}. Hãy xóa ký tự đó rồi "
        "gửi lại.",
        en="The text of {field} holds the control or invisible character {character} at position {position}. Remove it "
        "and "
        "send it again.",
    )
    NOT_SUBMITTED = coded(
        "not_submitted",
        vi="Hồ sơ {dossier} chưa được nộp. Hãy nộp hồ sơ trước.",
        en="Dossier {dossier} has not been submitted. Submit it first.",
    )
    BEFORE_INTAKE = coded(
        "before_intake",
        vi="Hồ sơ {dossier} chưa được tiếp nhận nên chưa tạm dừng hay chuyển đơn vị được. Hãy chờ bổ sung rồi tiếp "
        "nhận (accept); không bổ sung thì dừng xử lý (stop), có căn cứ.",
        en="Dossier {dossier} is not accepted yet, so it can be neither suspended nor handed over. Wait for the "
        "supplement, then accept it (accept); where none comes, stop it (stop) with a legal basis.",
    )
    WRONG_STATE = coded(
        "wrong_state",
        vi="Hồ sơ {dossier} đang ở trạng thái “{state_vi}”; việc này chỉ làm được ở trạng thái: {wanted_vi}.",
        en="Dossier {dossier} is {state}; this can only be done when it is {wanted}.",
    )
    WRONG_ROLE = coded(
        "wrong_role",
        vi="Vai trò “{role}” không được làm việc này; cần vai trò: {wanted}.",
        en="The role {role} may not do this; it takes {wanted}.",
    )
    SYSTEM_FROM_OUTSIDE = coded(
        "system_from_outside",
        vi="Lệnh {command} không được nhận: vai trò hệ thống và kết quả gọi ra ngoài chỉ do chính hồ sơ ghi, không ai "
        "gửi vào được. Hãy gửi lệnh với vai trò của người hoặc dịch vụ thực hiện.",
        en="The command {command} is not taken: the system's role and the outcomes of outside calls are the dossier's "
        "own, nobody can send them. Send a command in the role of the person or service that acts.",
    )
    COMMAND_ID_OF_ENGINE = coded(
        "command_id_of_engine",
        vi="Mã lệnh {command_id} thuộc loại (UUID phiên bản 8) chỉ hệ thống tự đặt cho việc của mình. Hãy gửi lại với "
        "mã lệnh khác (UUID ngẫu nhiên).",
        en="The command id {command_id} is of the kind (UUID version 8) that only the engine gives to commands of its "
        "own. Send it again under another id (a random UUID).",
    )
    WRONG_UNIT = coded(
        "wrong_unit",
        vi="Việc này thuộc về {wanted}; đơn vị đã nêu không giữ hồ sơ này: {unit}. Hãy nêu đúng đơn vị.",
        en="This belongs to {wanted}; the unit named does not hold this dossier: {unit}. Name the right unit.",
    )
    WRONG_PERSON = coded(
        "wrong_person",
        vi="Hồ sơ {dossier} do người khác nộp; chỉ người nộp mới được làm việc này.",
        en="Dossier {dossier} was submitted by somebody else; only that person may do this.",
    )
    FILED_AT_DESK = coded(
        "filed_at_desk",
        vi="Hồ sơ {dossier} được nộp tại quầy của {unit}, không gắn với tài khoản người nộp nào; hãy đến quầy đó, cán "
        "bộ một cửa đối chiếu giấy tờ rồi làm việc này.",
        en="Dossier {dossier} was filed at the desk of {unit} and belongs to no applicant's account; go to that desk, "
        "where reception looks at the papers and does this.",
    )
    APPLICANT_OF_UNIT = coded(
        "applicant_of_unit",
        vi="Người nộp hồ sơ không làm việc cho đơn vị nào: hãy bỏ đơn vị đã nêu, {unit}. Cán bộ làm thay thì dùng vai "
        "trò của mình.",
        en="An applicant acts for no unit: leave out the one named, {unit}. An official who acts uses the own role.",
    )
    NOT_ASSIGNEE = coded(
        "not_assignee",
        vi="Hồ sơ {dossier} đã giao cho {assignee}; hãy đề nghị lãnh đạo đơn vị giao lại.",
        en="Dossier {dossier} is assigned to {assignee}; ask the head of unit to assign it anew.",
    )
    NO_COMPETENT_AUTHORITY = coded(
        "no_competent_authority",
        vi="Hồ sơ {dossier} chưa có cơ quan có thẩm quyền, đang ở {unit}: chưa ai được xử lý. "
        "Hãy chuyển hồ sơ (hand_over) đến cơ quan có thẩm quyền trước.",
        en="Dossier {dossier} has no competent authority yet and is with {unit}: nobody may take a step. "
        "Hand it over (hand_over) to the competent authority first.",
    )
    ALREADY_ASSIGNED = coded(
        "already_assigned",
        vi="Hồ sơ {dossier} đã giao cho {assignee}: hệ thống không giao lại; chỉ lãnh đạo đơn vị mới giao lại được.",
        en="Dossier {dossier} is assigned to {assignee}: the engine does not change that; the head of unit may.",
    )
    TAKEN_ALREADY = coded(
        "taken_already",
        vi="Hồ sơ {dossier} đã có người nhận: {assignee}. Chọn hồ sơ khác, hoặc đề nghị lãnh đạo đơn vị giao lại.",
        en="{assignee} has dossier {dossier} already. Choose another, or ask the head of unit to assign it anew.",
    )
    NOBODY_HAS_IT = coded(
        "nobody_has_it",
        vi="Hồ sơ {dossier} chưa giao cho ai, nên không có gì để trả lại.",
        en="Nobody has dossier {dossier}, so there is nothing to give back.",
    )
    STALE_VERSION = coded(
        "stale_version",
        vi="Hồ sơ {dossier} đã thay đổi (bản {version}) sau khi bạn xem (bản {seen}). Hãy tải lại rồi làm tiếp.",
        en="Dossier {dossier} has moved on to version {version} since you saw version {seen}. Reload it and try again.",
    )
    # --- the post
    POSTAL_ADDRESS_MISSING = coded(
        "postal_address_missing",
        vi="Chưa có địa chỉ để bưu chính đến (hồ sơ {dossier}). Hãy ghi người nhận, điện thoại và địa chỉ.",
        en="There is no address for the post to come to (dossier {dossier}). Give the recipient, phone and address.",
    )
    POSTAL_ADDRESS_NOT_WANTED = coded(
        "postal_address_not_wanted",
        vi="Việc {command} không cần địa chỉ bưu chính; hãy bỏ địa chỉ ra.",
        en="The command {command} takes no postal address; leave it out.",
    )
    POSTAL_ADDRESS_NOT_KEPT = coded(
        "postal_address_not_kept",
        vi="Địa chỉ bưu chính không có trong kho dữ liệu cá nhân của hồ sơ {dossier}. Hãy gửi lại kèm địa chỉ.",
        en="The postal address is not among the personal data of dossier {dossier}. Send it again, with the address.",
    )
    NO_POSTAL_ITEM = coded(
        "no_postal_item",
        vi="Hồ sơ {dossier} không có yêu cầu bưu chính nào để hủy ({purpose}).",
        en="Dossier {dossier} has nothing to cancel at the post ({purpose}).",
    )
    UNKNOWN_POSTAL_ITEM = coded(
        "unknown_postal_item",
        vi="Bưu gửi {item} không thuộc hồ sơ {dossier}. Hãy kiểm tra số bưu gửi.",
        en="Postal item {item} does not belong to dossier {dossier}. Check the number of the item.",
    )
    POST_HAS_ITEM = coded(
        "post_has_item",
        vi="Bưu chính đã giữ bưu gửi {item} của hồ sơ {dossier} ({stage}) nên không đổi, không hủy được nữa. Hãy chờ "
        "bưu chính phát hoặc chuyển hoàn; cần gấp thì liên hệ bưu cục theo số bưu gửi.",
        en="The post has item {item} of dossier {dossier} ({stage}): nothing can be changed or cancelled. Wait until "
        "it is delivered or returned; if it is urgent, ask the post office by the number of the item.",
    )
    # --- interconnected procedures
    WORK_OF_CHILDREN = coded(
        "work_of_children",
        vi="Hồ sơ {dossier} là hồ sơ liên thông: việc này làm ở từng hồ sơ thành phần, do cơ quan giải quyết hồ sơ đó. "
        "Hãy mở hồ sơ thành phần.",
        en="Dossier {dossier} is interconnected: this is done in the dossiers of its children, by their authorities. "
        "Open the child's dossier.",
    )
    DONE_IN_THE_WHOLE = coded(
        "done_in_the_whole",
        vi="Hồ sơ {dossier} thuộc hồ sơ liên thông {parent}: việc này làm một lần cho tất cả, ở hồ sơ đó.",
        en="Dossier {dossier} belongs to the interconnected dossier {parent}: this is done once for all, in that one.",
    )
    NOT_ITS_CHILD = coded(
        "not_its_child",
        vi="Hồ sơ {child} không phải hồ sơ thành phần của {dossier}. Hãy kiểm tra mã hồ sơ.",
        en="Dossier {child} is no child of {dossier}. Check the codes.",
    )
    # --- intake
    ALREADY_SUBMITTED = coded(
        "already_submitted",
        vi="Hồ sơ {dossier} đã được nộp.",
        en="Dossier {dossier} has been submitted already.",
    )
    BROUGHT_OVER_TWICE = coded(
        "brought_over_twice",
        vi="Mã hồ sơ cũ {number} đã được chuyển sang hệ thống này, là hồ sơ {other}. Hãy tiếp tục với hồ sơ đó.",
        en="The old code {number} was brought over already and is now {other}. Go on with that one.",
    )
    OLD_CODE_IS_OF_THIS_SYSTEM = coded(
        "old_code_is_of_this_system",
        vi="Mã hồ sơ cũ {number} là mã của một hồ sơ đã mở trong hệ thống này ({other}): không chuyển vào lần nữa. "
        "Hãy tiếp tục với hồ sơ đó; nếu là hồ sơ khác của hệ thống cũ, hãy ghi mã kèm tên hệ thống cũ.",
        en="The old code {number} is that of a dossier which was opened in this system ({other}); it is not brought "
        "over again. Go on with that one; if the older system's is another dossier, write its code with the name of "
        "that system.",
    )
    PINS_OF_ANOTHER_PROCEDURE = coded(
        "pins_of_another_procedure",
        vi="Quy tắc đi kèm là của thủ tục {pinned}, không phải {procedure}. Hãy lấy lại quy tắc hiện hành.",
        en="The pinned rules are those of procedure {pinned}, not {procedure}. Fetch the current rules again.",
    )
    TERRITORY_CONTRADICTS_ADDRESS = coded(
        "territory_contradicts_address",
        vi="Địa bàn ghi là {name} ({territory}) nhưng địa chỉ lại thuộc {address}. Hãy sửa địa bàn hoặc địa chỉ.",
        en="The territory stated is {name} ({territory}), but the address lies in {address}. Correct one of them.",
    )
    NOT_RECEIVED_HERE = coded(
        "not_received_here",
        vi="Thủ tục {procedure} chỉ nhận tại nơi giải quyết; {unit} không nhận được.",
        en="Procedure {procedure} is received only where it is resolved; {unit} cannot receive it.",
    )
    CHANNEL_NOT_OFFERED = coded(
        "channel_not_offered",
        vi="Thủ tục {procedure} không có hình thức “{channel}”, trường hợp {case}.",
        en="Procedure {procedure} is not offered by channel {channel}, case {case}.",
    )
    DOCUMENT_LEFT_OUT = coded(
        "document_left_out",
        vi="Hồ sơ {dossier} đã tiếp nhận đủ thành phần: danh sách ghi lại còn thiếu {missing}. Hãy ghi cả các thành "
        "phần đó; nếu giấy tờ không dùng được thì yêu cầu bổ sung (request_supplement).",
        en="Dossier {dossier} was accepted complete: the list entered anew lacks {missing}. Enter these as well; "
        "where a paper is of no use, request a supplement (request_supplement).",
    )
    MISSING_DOCUMENT = coded(
        "missing_document",
        vi="Hồ sơ {dossier} còn thiếu: {missing}. Hồ sơ nộp trực tuyến: hãy yêu cầu bổ sung (request_supplement). Nộp "
        "tại quầy hoặc qua bưu chính: nhận đủ giấy tờ rồi ghi lại thành phần hồ sơ (correct_entry), hoặc không tiếp "
        "nhận (refuse).",
        en="Dossier {dossier} lacks: {missing}. Filed online: request a supplement (request_supplement). Filed at the "
        "desk or by post: take the papers and enter the documents anew (correct_entry), or refuse (refuse).",
    )
    FEE_NOT_STATED = coded(
        "fee_not_stated",
        vi="Danh mục không công bố phí của hồ sơ {dossier}. Hãy ghi số tiền đề nghị (fee) và căn cứ (legal_basis); "
        "lãnh đạo sẽ duyệt sau, không phải chờ để tiếp nhận.",
        en="The catalogue states no fee for dossier {dossier}. State the amount you propose (fee) with its "
        "legal_basis; a head of unit approves it later, intake does not wait for that.",
    )
    FEE_WITHOUT_LEGAL_BASIS = coded(
        "fee_without_legal_basis",
        vi="Phí {fee:dong} đồng của hồ sơ {dossier} khác mức công bố. Hãy ghi căn cứ (legal_basis), hoặc chọn trường "
        "hợp đã công bố (fee_case).",
        en="A fee of {fee:dong} dong for dossier {dossier} is not the published one. State its legal_basis, or name a "
        "published case (fee_case).",
    )
    UNKNOWN_FEE_CASE = coded(
        "unknown_fee_case",
        vi="Không có trường hợp phí “{case}” cho hồ sơ {dossier}. Các trường hợp đã công bố: {known}.",
        en="There is no published fee case {case} for dossier {dossier}. Published: {known}.",
    )
    FEE_ABOVE_MAXIMUM = coded(
        "fee_above_maximum",
        vi="Số tiền {fee:dong} đồng cho hồ sơ {dossier} vượt mức tối đa {maximum:dong} đồng của thủ tục. "
        "Hãy kiểm tra lại số tiền.",
        en="{fee:dong} dong for dossier {dossier} is above the procedure's maximum of {maximum:dong} dong. "
        "Check the amount.",
    )
    FEE_ALREADY_PROPOSED = coded(
        "fee_already_proposed",
        vi="Hồ sơ {dossier} đang có đề nghị {amount:dong} đồng chờ lãnh đạo duyệt. Hãy chờ duyệt hoặc từ chối trước.",
        en="Dossier {dossier} has a proposal of {amount:dong} dong that waits for approval. "
        "It is approved or rejected first.",
    )
    FEE_STANDS = coded(
        "fee_stands",
        vi="Hồ sơ {dossier}: {amount:dong} đồng đang là mức áp dụng, không phải đề nghị. Đề nghị mức khác thì ghi số "
        "tiền khác và căn cứ.",
        en="Dossier {dossier}: {amount:dong} dong is in force already and needs no proposal. To propose another "
        "amount, state it with its legal basis.",
    )
    FEE_NOT_OF_CASE = coded(
        "fee_not_of_case",
        vi="Phí của trường hợp “{case}” đã công bố là {published:dong} đồng, không phải {amount:dong} đồng đã nhập "
        "cho hồ sơ {dossier}. Hãy bỏ số tiền (fee), hoặc bỏ trường hợp (fee_case) và ghi căn cứ (legal_basis).",
        en="The published fee of case {case} is {published:dong} dong, not the {amount:dong} dong typed for dossier "
        "{dossier}. Leave out the amount (fee), or leave out the fee_case and state a legal_basis.",
    )
    FEE_NOT_AS_PROPOSED = coded(
        "fee_not_as_proposed",
        vi="Hồ sơ {dossier}: mức được đề nghị là {proposed:dong} đồng, số đã nhập để duyệt là {amount:dong} đồng. Hãy "
        "nhập đúng mức đề nghị, hoặc từ chối (reject_fee) để đề nghị lại.",
        en="Dossier {dossier}: {proposed:dong} dong were proposed, {amount:dong} dong were typed to be approved. Type "
        "the amount proposed, or reject it (reject_fee) so that it is proposed anew.",
    )
    NO_FEE_PROPOSED = coded(
        "no_fee_proposed",
        vi="Hồ sơ {dossier} không có đề nghị về phí nào chờ duyệt.",
        en="Dossier {dossier} has no proposed fee that waits for approval.",
    )
    FEE_NEEDS_SECOND_PERSON = coded(
        "fee_needs_second_person",
        vi="Phí của hồ sơ {dossier} do {person} đề nghị; phải do người khác duyệt.",
        en="The fee of dossier {dossier} was proposed by {person}; somebody else has to approve it.",
    )
    FEE_BELOW_PAID = coded(
        "fee_below_paid",
        vi="Hồ sơ {dossier} đã nộp {paid:dong} đồng; không hạ khoản phải nộp xuống {amount:dong} đồng được nữa.",
        en="{paid:dong} dong have been paid for dossier {dossier}; what is owed can no longer be "
        "lowered to {amount:dong} dong.",
    )
    FEE_UNDECIDED = coded(
        "fee_undecided",
        vi="Phí của hồ sơ {dossier} chưa được quyết định: chưa ban hành kết quả được. Hãy đề nghị lãnh đạo duyệt, "
        "hoặc đề nghị mức phí (propose_fee).",
        en="The fee of dossier {dossier} is not decided: no result can be issued yet. Have it approved, or propose it "
        "(propose_fee).",
    )
    FEE_NOT_ASKED = coded(
        "fee_not_asked",
        vi="Hồ sơ {dossier} còn {due:dong} đồng chưa yêu cầu nộp: chưa ban hành kết quả được. "
        "Hãy yêu cầu nộp (request_payment); nếu mức này sai, đề nghị mức khác (propose_fee, kèm charge nếu là thuế).",
        en="{due:dong} dong of dossier {dossier} were not asked for: no result can be issued yet. "
        "Ask for them (request_payment); if they are wrong, propose others (propose_fee, with charge for a tax).",
    )
    FEE_ABOVE_PUBLISHED = coded(
        "fee_above_published",
        vi="Phí {fee:dong} đồng của hồ sơ {dossier} cao hơn mức công bố {published:dong} đồng.",
        en="The fee of {fee:dong} dong for dossier {dossier} is above the published {published:dong} dong.",
    )
    DATE_IN_FUTURE = coded(
        "date_in_future",
        vi="Ngày {date} ở tương lai. Hãy kiểm tra lại ngày tiếp nhận.",
        en="The date {date} is in the future. Check the date of receipt.",
    )
    IDENTITY_DIFFERS = coded(
        "identity_differs",
        vi="Hồ sơ {dossier}: danh tính chủ hồ sơ không khớp dữ liệu dân cư, nên chưa được ký. Hãy đính chính thông tin "
        "chủ hồ sơ (correct_entry), hoặc lãnh đạo xác nhận cho tiếp tục, có căn cứ (confirm_identity).",
        en="Dossier {dossier}: the applicant's identity differs from the population database, so nothing is signed "
        "yet. Correct the applicant (correct_entry), or the head of unit confirms with a legal basis "
        "(confirm_identity).",
    )
    IDENTITY_NOT_IN_DOUBT = coded(
        "identity_not_in_doubt",
        vi="Danh tính chủ hồ sơ {dossier} không có khác biệt nào đang chờ xác nhận.",
        en="The identity of the applicant of dossier {dossier} has no difference that waits to be confirmed.",
    )
    # --- supplement
    SUPPLEMENT_BEFORE_INTAKE_ONLINE_ONLY = coded(
        "supplement_before_intake_online_only",
        vi="Hồ sơ {dossier} không nộp trực tuyến: trước khi tiếp nhận, hãy hướng dẫn bổ sung ngay tại quầy.",
        en="Dossier {dossier} was not filed online: before intake, have it completed at the desk.",
    )
    SUPPLEMENT_ASKED_TOO_OFTEN = coded(
        "supplement_asked_too_often",
        vi="Hồ sơ {dossier} đã được yêu cầu bổ sung {at_most} lần, không được yêu cầu thêm.",
        en="Dossier {dossier} has been sent for supplement {at_most} times; no more may be asked.",
    )
    SUPPLEMENT_ASKED_TOO_LATE = coded(
        "supplement_asked_too_late",
        vi="Chỉ được yêu cầu bổ sung trong {within} giờ làm việc từ khi tiếp nhận hồ sơ {dossier}.",
        en="A supplement may be asked only within {within} working hours of intake of dossier {dossier}.",
    )
    SUPPLEMENT_INCOMPLETE = coded(
        "supplement_incomplete",
        vi="Bổ sung của hồ sơ {dossier} còn thiếu: {missing}.",
        en="The supplement to dossier {dossier} still lacks: {missing}.",
    )
    UNKNOWN_DOCUMENT = coded(
        "unknown_document",
        vi="Thủ tục {procedure} không có thành phần hồ sơ: {documents}.",
        en="Procedure {procedure} has no such document: {documents}.",
    )
    # --- executors
    RESTART_NOT_NEEDED = coded(
        "restart_not_needed",
        vi="Hồ sơ {dossier} không bị kẹt, không cần chạy lại. Nếu vẫn muốn chạy lại, hãy nêu rõ điều đó khi "
        "lập kế hoạch sửa.",
        en="Dossier {dossier} is not stuck and needs no restart. To restart it anyway, say so in the repair plan.",
    )
    # --- calls that were refused for good
    UNKNOWN_CALL = coded(
        "unknown_call",
        vi="Hồ sơ {dossier} không có việc {effect} nào đang bị từ chối. Hãy xem các sự cố của hồ sơ.",
        en="Dossier {dossier} has no refused call {effect}. Look at the dossier's incidents.",
    )
    CALL_NOT_REFUSED = coded(
        "call_not_refused",
        vi="Việc {effect} của hồ sơ {dossier} không bị từ chối hẳn: hệ thống vẫn tự gọi lại. Không cần thử lại.",
        en="Call {effect} of dossier {dossier} was not refused for good: it is tried again by itself. Nothing is to be "
        "done.",
    )
    STATEMENT_NOT_NEEDED = coded(
        "statement_not_needed",
        vi="Việc {effect} của hồ sơ {dossier} gọi lại được mà không cần xác nhận hệ thống ngoài chưa làm gì: hãy bỏ "
        "phần đó.",
        en="Call {effect} of dossier {dossier} may be asked again without a statement that the system did nothing: "
        "leave it out.",
    )
    STATEMENT_OF_ONE_PERSON = coded(
        "statement_of_one_person",
        vi="Bạn đã xác nhận rằng hệ thống ngoài chưa làm gì cho việc {effect} của hồ sơ {dossier}. Người vận hành thứ "
        "hai phải xác nhận thì mới gọi lại với mã mới.",
        en="You have stated already that the system did nothing for call {effect} of dossier {dossier}. A second "
        "operator has to state it before it is asked under a new id.",
    )
    STATEMENT_NEEDS_NEW_RUN = coded(
        "statement_needs_new_run",
        vi="Quy trình của hồ sơ {dossier} được bắt đầu theo bản trước của quy tắc và không dừng được lần gọi {effect} "
        "đang chờ. Hãy khởi động lại hồ sơ từ sổ cái rồi xác nhận lại.",
        en="The workflow of dossier {dossier} began under earlier rules and cannot stop the waiting call {effect}. "
        "Restart the dossier from the ledger, then state it again.",
    )
    CALL_RETRIED_ALREADY = coded(
        "call_retried_already",
        vi="Việc {effect} của hồ sơ {dossier} đã được gọi lại lúc {since}, với mã {again}. Hãy xem kết quả của lần gọi "
        "đó.",
        en="Call {effect} of dossier {dossier} was asked again at {since}, under the id {again}. Look at the outcome "
        "of that call.",
    )
    CALL_NOT_NEEDED = coded(
        "call_not_needed",
        vi="Hồ sơ {dossier} không còn cần việc {effect} (trạng thái “{state_vi}”): hồ sơ đã kết thúc, hoặc đã có lệnh "
        "khác thay.",
        en="Dossier {dossier} no longer needs call {effect} (it is {state}): it has ended, or another order has taken "
        "its place.",
    )
    CALL_OUTCOME_UNKNOWN = coded(
        "call_outcome_unknown",
        vi="Việc {effect} của hồ sơ {dossier} nhận trả lời của một việc khác, nên không biết hệ thống ngoài đã làm gì. "
        "Gọi với mã mới có thể làm hai lần: hãy hỏi hệ thống đó trước.",
        en="Call {effect} of dossier {dossier} was answered with another call's answer, so nobody knows what the "
        "system did. A new id could do it twice: ask that system first.",
    )
    RETRY_INPUT_OF_MONEY = coded(
        "retry_input_of_money",
        vi="Việc {effect} của hồ sơ {dossier} chỉ có số tiền và đơn thanh toán, người vận hành không sửa được. Thủ quỹ "
        "hủy yêu cầu và yêu cầu lại (cancel_payment_request, request_payment); mức khác phải được đề nghị và người thứ "
        "hai duyệt.",
        en="Call {effect} of dossier {dossier} has an amount and an order, which operators cannot correct. The cashier "
        "takes the request back and requests anew (cancel_payment_request, request_payment); another amount is "
        "proposed, and a second person approves it.",
    )
    RETRY_INPUT_OF_RESULT = coded(
        "retry_input_of_result",
        vi="Việc {effect} của hồ sơ {dossier} gửi số và văn bản kết quả đã ký, người vận hành không sửa được. Kết quả "
        "chưa ký thì người ký trả lại (reject_result); đã ban hành thì chỉ sửa được ở hệ thống nhận.",
        en="Call {effect} of dossier {dossier} sends the number and the document of the result, which operators cannot "
        "correct. The signatory sends an unsigned result back (reject_result); once it is issued, only the other "
        "system can be mended.",
    )
    NOT_REGISTERED_ELSEWHERE = coded(
        "not_registered_elsewhere",
        vi="Việc {effect} của hồ sơ {dossier} không bị từ chối vì kết quả đã có ở hệ thống nhận dưới số khác, nên "
        "không ghi nhận số có sẵn được. Hãy sửa nguyên nhân rồi gọi lại.",
        en="Call {effect} of dossier {dossier} was not refused because the registry has the result under another "
        "number, so no existing number can be adopted. Mend the cause, then have it asked again.",
    )
    RETRY_INPUT_NOT_OF_CALL = coded(
        "retry_input_not_of_call",
        vi="Việc {effect} của hồ sơ {dossier} không có mục “{field}”. Xác minh danh tính sửa được thông tin chủ hồ sơ; "
        "ký số đổi được người ký.",
        en="Call {effect} of dossier {dossier} has no {field}. For an identity the applicant's particulars can be "
        "corrected, for a signature the signer.",
    )
    SIGNER_NOT_NAMED = coded(
        "signer_not_named",
        vi="Hồ sơ {dossier}: hãy nêu người ký (signer), người thuộc đơn vị {unit}.",
        en="Dossier {dossier}: name the signer, an official of {unit}.",
    )
    SIGNER_OF_ANOTHER_UNIT = coded(
        "signer_of_another_unit",
        vi="Hồ sơ {dossier} không do đơn vị đã nêu ký: {unit}. Người ký phải thuộc: {wanted}.",
        en="Dossier {dossier} is not signed by the unit named: {unit}. The signer must be of {wanted}.",
    )
    DOCUMENT_TWICE = coded(
        "document_twice",
        vi="Thành phần hồ sơ của thủ tục {procedure} khai hai lần: {documents}. Hãy bỏ một.",
        en="Of procedure {procedure} this document stands here twice: {documents}. Remove one.",
    )
    # --- steps
    UNKNOWN_STEP = coded(
        "unknown_step",
        vi="Quy trình nội bộ của thủ tục {procedure} không có bước “{step}”.",
        en="The internal process of procedure {procedure} has no step {step}.",
    )
    WRONG_STEP = coded(
        "wrong_step",
        vi="Hồ sơ {dossier} đang ở bước “{current}”, không phải “{step}”.",
        en="Dossier {dossier} stands at step {current}, not {step}.",
    )
    WRONG_STEP_KIND = coded(
        "wrong_step_kind",
        vi="Bước “{step}” của hồ sơ {dossier} thuộc loại {step_kind}: hãy dùng lệnh tương ứng.",
        en="Step {step} of dossier {dossier} is of kind {step_kind}: use the command that fits.",
    )
    STEP_NOT_EARLIER = coded(
        "step_not_earlier",
        vi="Chỉ trả về bước trước; “{step}” không đứng trước “{current}” của hồ sơ {dossier}.",
        en="Only an earlier step can be gone back to; {step} is not before {current} in dossier {dossier}.",
    )
    NO_STEP_LEFT = coded(
        "no_step_left",
        vi="Hồ sơ {dossier} đã xong mọi bước của quy trình nội bộ; hãy ghi nhận kết quả hoặc trả về bước trước.",
        en="Every step of dossier {dossier} is done; record the result, or send the dossier back to an earlier step.",
    )
    STEPS_NOT_DONE = coded(
        "steps_not_done",
        vi="Hồ sơ {dossier} còn bước “{step}” chưa xong.",
        en="Dossier {dossier} still has step {step} to be done.",
    )
    OPINION_ALREADY_ASKED = coded(
        "opinion_already_asked",
        vi="Hồ sơ {dossier} đã hỏi ý kiến {unit} và đang chờ trả lời.",
        en="Dossier {dossier} has already asked {unit} for an opinion and awaits it.",
    )
    OPINION_OF_ONESELF = coded(
        "opinion_of_oneself",
        vi="Hồ sơ {dossier} do chính {unit} xử lý: hãy hỏi ý kiến đơn vị khác.",
        en="Dossier {dossier} is handled by {unit} itself: ask another unit for its opinion.",
    )
    OPINION_WITHOUT_GROUND = coded(
        "opinion_without_ground",
        vi="Việc của hồ sơ {dossier} không thuộc cấp, lĩnh vực của {name} ({unit}): hãy ghi căn cứ pháp lý "
        "(legal_basis) để hỏi ý kiến đơn vị này.",
        en="The matter of dossier {dossier} is not of the level or field of {name} ({unit}): state the legal_basis "
        "for asking it.",
    )
    OPINION_NOT_ASKED = coded(
        "opinion_not_asked",
        vi="Hồ sơ {dossier} không hỏi ý kiến {unit}.",
        en="Dossier {dossier} has not asked {unit} for an opinion.",
    )
    OPINION_AWAITED = coded(
        "opinion_awaited",
        vi="Hồ sơ {dossier} đang chờ ý kiến của: {units}.",
        en="Dossier {dossier} still awaits the opinion of {units}.",
    )
    # --- payment
    PAYMENT_ALREADY_REQUESTED = coded(
        "payment_already_requested",
        vi="Hồ sơ {dossier} đã có yêu cầu nộp phí còn hiệu lực.",
        en="Dossier {dossier} already has a payment request in force.",
    )
    WRONG_AMOUNT = coded(
        "wrong_amount",
        vi="Số tiền {amount:dong} đồng khác số phải nộp {owed:dong} đồng của hồ sơ {dossier}.",
        en="The amount of {amount:dong} dong is not the {owed:dong} dong that dossier {dossier} owes.",
    )
    NOTHING_DUE = coded(
        "nothing_due",
        vi="Hồ sơ {dossier} không còn khoản nào phải nộp theo mức đã công bố hoặc đã duyệt. Khoản khác phải có căn cứ "
        "và người thứ hai duyệt: dùng propose_fee.",
        en="Nothing more is due for dossier {dossier} by the published or approved amounts. Any other amount takes a "
        "legal basis and a second person: use propose_fee.",
    )
    VOUCHER_USED = coded(
        "voucher_used",
        vi="Biên lai {voucher} đã dùng cho hồ sơ {used_for}, không dùng lại cho hồ sơ {dossier}. "
        "Hãy kiểm tra số biên lai.",
        en="The receipt {voucher} was used for dossier {used_for} and does not count again for {dossier}. "
        "Check its number.",
    )
    UNKNOWN_ORDER = coded(
        "unknown_order",
        vi="Hồ sơ {dossier} không có đơn thanh toán {order}.",
        en="Dossier {dossier} has no payment order {order}.",
    )
    # --- result
    SIGNATURE_UNDER_WAY = coded(
        "signature_under_way",
        vi="Kết quả của hồ sơ {dossier} đang được ký. Hãy chờ ký xong, hoặc trả lại kết quả nếu chưa ký.",
        en="The result of dossier {dossier} is being signed. Wait for it, or reject the result while it is not signed.",
    )
    ALREADY_SIGNED = coded(
        "already_signed",
        vi="Kết quả của hồ sơ {dossier} đã ký, không trả lại được.",
        en="The result of dossier {dossier} is signed and cannot be rejected.",
    )
    RESULT_NUMBER_TAKEN = coded(
        "result_number_taken",
        vi="Số {number} đã cấp trong năm nay cho hồ sơ {other}. Hãy kiểm tra sổ văn bản rồi ghi số đúng cho hồ sơ "
        "{dossier}; "
        "chưa ghi gì.",
        en="The number {number} was given this year to dossier {other}. Look it up in the register and give dossier "
        "{dossier} "
        "its own; nothing was recorded.",
    )
    ALREADY_RATED = coded(
        "already_rated",
        vi="Hồ sơ {dossier} đã được đánh giá.",
        en="Dossier {dossier} has been rated already.",
    )
    # --- escalations
    UNKNOWN_ESCALATION_OF_DOSSIER = coded(
        "unknown_escalation_of_dossier",
        vi="Hồ sơ {dossier} không có lần leo thang số {escalation}. Hãy xem lại số trên trang hồ sơ.",
        en="Dossier {dossier} has no escalation {escalation}. Look the number up on the dossier's page.",
    )
    ESCALATION_ANSWERED = coded(
        "escalation_answered",
        vi="Lần leo thang số {escalation} của hồ sơ {dossier} đã được trả lời, không cần trả lời nữa.",
        en="Escalation {escalation} of dossier {dossier} has been answered, and needs no other answer.",
    )
    ESCALATION_EXPLAINED = coded(
        "escalation_explained",
        vi="Lần leo thang số {escalation} của hồ sơ {dossier} đã được giải trình, không giải trình lại.",
        en="Escalation {escalation} of dossier {dossier} has been explained already; it is explained once.",
    )
    ESCALATION_ENDED = coded(
        "escalation_ended",
        vi="Lần leo thang số {escalation} của hồ sơ {dossier} đã kết thúc vì nguyên nhân không còn: không cần làm gì.",
        en="Escalation {escalation} of dossier {dossier} has ended, because its cause is gone: nothing is to be done.",
    )
    NO_ANSWER_WANTED = coded(
        "no_answer_wanted",
        vi="Lần leo thang số {escalation} của hồ sơ {dossier} không yêu cầu xác nhận.",
        en="Escalation {escalation} of dossier {dossier} asks for no acknowledgement.",
    )
    NO_EXPLANATION_WANTED = coded(
        "no_explanation_wanted",
        vi="Lần leo thang số {escalation} của hồ sơ {dossier} không yêu cầu giải trình.",
        en="Escalation {escalation} of dossier {dossier} asks for no explanation.",
    )
    NOT_TAKEN_OVER = coded(
        "not_taken_over",
        vi="Hồ sơ {dossier} không do cấp trên nhận trách nhiệm nên không có gì để giao trả.",
        en="No level above has taken dossier {dossier} over, so there is nothing to hand back.",
    )
    # --- handover and change of rules
    HANDOVER_AWAITED = coded(
        "handover_awaited",
        vi="Hồ sơ {dossier} đã chuyển đến {unit} và đang chờ đơn vị đó xác nhận (acknowledge_handover) hoặc từ chối "
        "(refuse_handover) trước.",
        en="Dossier {dossier} has been handed to {unit}, which has to acknowledge (acknowledge_handover) or refuse it "
        "(refuse_handover) first.",
    )
    HANDOVER_TO_ITSELF = coded(
        "handover_to_itself",
        vi="Hồ sơ {dossier} đang ở {unit} rồi.",
        en="Dossier {dossier} is with {unit} already.",
    )
    UNIT_CANNOT_HAVE_MATTER = coded(
        "unit_cannot_have_matter",
        vi="Không chuyển hồ sơ {dossier} cho {name} ({unit}) được: thủ tục {procedure} không thuộc cấp, lĩnh vực của "
        "đơn vị này. Hãy chọn cơ quan có thẩm quyền, hoặc Trung tâm tỉnh để điều phối.",
        en="Dossier {dossier} cannot go to {name} ({unit}): procedure {procedure} is not of its level or field. "
        "Choose the competent authority, or the provincial centre to coordinate.",
    )
    NO_HANDOVER = coded(
        "no_handover",
        vi="Hồ sơ {dossier} không có lần chuyển nào đang chờ xác nhận.",
        en="Dossier {dossier} has no handover that waits for an answer.",
    )
    MERGER_NOT_IN_FORCE = coded(
        "merger_not_in_force",
        vi="Việc sắp xếp đơn vị có hiệu lực từ {effective}: hồ sơ {dossier} chưa chuyển trước ngày đó.",
        en="The merger takes effect on {effective}: dossier {dossier} does not move before that day.",
    )
    RULES_OF_ENDED_DOSSIER = coded(
        "rules_of_ended_dossier",
        vi="Hồ sơ {dossier} đã kết thúc: quy tắc của nó không đổi nữa.",
        en="Dossier {dossier} has ended: its rules change no more.",
    )
    STEP_NOT_IN_VERSION = coded(
        "step_not_in_version",
        vi="Hồ sơ {dossier} đang ở bước {step}; bản mới của thủ tục {procedure} không có bước này, hoặc bước này thuộc "
        "loại khác (các bước: {steps}). Chưa đổi gì: hãy hoàn thành bước, hoặc công bố bản có bước đó.",
        en="Dossier {dossier} is at step {step}, which the new version of procedure {procedure} does not have, or has "
        "as a step of another kind (its steps: {steps}). Nothing was changed: complete the step, or publish a version "
        "that has it.",
    )
    CHILDREN_DIFFER = coded(
        "children_differ",
        vi="Bản mới của thủ tục {procedure} có các thủ tục thành phần khác: {children}. Hồ sơ {dossier} giữ các thành "
        "phần đã ghi lúc tiếp nhận, nên chưa đổi gì.",
        en="The new version of procedure {procedure} has other children: {children}. Dossier {dossier} keeps those "
        "that were recorded at its intake, so nothing was changed.",
    )
    # --- amendments
    ALREADY_EXTENDED = coded(
        "already_extended",
        vi="Hồ sơ {dossier} đã được gia hạn; thủ tục chỉ cho gia hạn {at_most} lần.",
        en="Dossier {dossier} was extended already; its procedure allows that {at_most}× at most.",
    )
    NO_DEADLINE_TO_EXTEND = coded(
        "no_deadline_to_extend",
        vi="Hồ sơ {dossier} không có thời hạn để gia hạn.",
        en="Dossier {dossier} has no deadline to extend.",
    )
    EXTENSION_TOO_LATE = coded(
        "extension_too_late",
        vi="Phải gia hạn trước khi hết hạn ít nhất {hours} giờ làm việc; hồ sơ {dossier} hết hạn {due}.",
        en="An extension is decided at least {hours} working hours before expiry; dossier {dossier} expires {due}.",
    )
    EXTENSION_NOT_LATER = coded(
        "extension_not_later",
        vi="Ngày hẹn mới {until} của hồ sơ {dossier} không sau ngày hết hạn {due}.",
        en="The new date {until} of dossier {dossier} is not after its due date {due}.",
    )
    EXTENSION_TOO_LONG = coded(
        "extension_too_long",
        vi="Ngày hẹn mới {until} của hồ sơ {dossier} quá xa: chỉ được gia hạn đến hết ngày {latest}. "
        "Hãy chọn ngày sớm hơn.",
        en="The new date {until} of dossier {dossier} is too far off: it can be extended to {latest} at most. Choose a "
        "sooner date.",
    )
    EXTENSION_WITHOUT_APOLOGY = coded(
        "extension_without_apology",
        vi="Gia hạn hồ sơ {dossier} phải kèm nội dung phiếu xin lỗi. Hãy ghi vào note.",
        en="An extension of dossier {dossier} needs the text of its apology letter. Write it as the note.",
    )
    RECEIPT_NOT_POSSIBLE = coded(
        "receipt_not_possible",
        vi="Hồ sơ {dossier} không thể tiếp nhận lúc {value}: chỉ có thể từ {earliest} đến {latest} (từ khi nộp đến khi "
        "tiếp nhận; hồ sơ chuyển từ hệ thống khác thì trước khi nộp vào đây). Hãy kiểm tra lại thời điểm.",
        en="Dossier {dossier} cannot have been received at {value}: only from {earliest} to {latest} (from its "
        "submission to its acceptance; one brought over, before it was submitted here). Check the time.",
    )
    CORRECTION_WITHOUT_REASON = coded(
        "correction_without_reason",
        vi="Đính chính thời điểm tiếp nhận của hồ sơ {dossier} phải có lý do. Hãy ghi vào note.",
        en="Correcting the time of receipt of dossier {dossier} needs a reason. Write it as the note.",
    )
    NO_RECEIPT_TO_CORRECT = coded(
        "no_receipt_to_correct",
        vi="Hồ sơ {dossier} chưa tiếp nhận nên chưa có ngày tiếp nhận để sửa.",
        en="Dossier {dossier} is not accepted yet, so there is no date of receipt to correct.",
    )
    MATTER_WITHOUT_AUTHORITY = coded(
        "matter_without_authority",
        vi="Với nội dung sửa này không xác định được cơ quan có thẩm quyền của hồ sơ {dossier}, hiện là {competent}. "
        "Hãy ghi rõ địa bàn (territory) hoặc địa chỉ.",
        en="With this correction nobody is competent for dossier {dossier} any more; now it is {competent}. "
        "State the territory or the address.",
    )
    APPLICANT_NOT_KEPT = coded(
        "applicant_not_kept",
        vi="Thông tin chủ hồ sơ mới của hồ sơ {dossier} không có trong kho dữ liệu cá nhân. Hãy gửi kèm thông tin, "
        "không gửi mã cam kết của hồ sơ khác.",
        en="The vault holds no such particulars of an applicant of dossier {dossier}. Send the particulars with the "
        "command, not a commitment from elsewhere.",
    )
    NOTE_NOT_KEPT = coded(
        "note_not_kept",
        vi="Kho dữ liệu cá nhân không có ghi chú này của hồ sơ {dossier}. Hãy gửi chữ của ghi chú, không gửi mã cam "
        "kết.",
        en="The vault holds no such note of dossier {dossier}. Send the note's text, not a commitment.",
    )
    PARTICULARS_WITHOUT_CORRECTION = coded(
        "particulars_without_correction",
        vi="Thông tin chủ hồ sơ chỉ gửi kèm lệnh correct_entry sửa chủ hồ sơ, hoặc lệnh retry_refused_call gọi lại "
        "việc xác minh danh tính; không gửi kèm “{command}”.",
        en="Particulars of an applicant are sent only with correct_entry of the applicant, or with retry_refused_call "
        "of an identity; not with {command}.",
    )
    # --- at the door
    PARTICULARS_IN_RECORD = coded(
        "particulars_in_record",
        vi="“{field}” chứa họ tên, số định danh, điện thoại hoặc thư điện tử của một người. Nội dung này được ghi "
        "vĩnh viễn: hãy chỉ ghi căn cứ, số văn bản; thông tin cá nhân ghi ở ghi chú (note).",
        en="The field {field} holds somebody's name, identity number, telephone or e-mail address. It is recorded "
        "for good: cite the law or the document only, and put particulars into the note.",
    )
    INVALID_REQUEST = coded(
        "invalid_request",
        vi="Yêu cầu không đúng mẫu: {problems_vi}. Hãy sửa và gửi lại.",
        en="The request is not well formed: {problems}. Correct it and send it again.",
    )
    DOSSIER_CODE_UNREADABLE = coded(
        "dossier_code_unreadable",
        vi="“{given}” không phải mã hồ sơ. Mã hồ sơ có dạng H42.12-250701-0001; hãy kiểm tra lại.",
        en="{given} is no dossier code. A code looks like H42.12-250701-0001; check it.",
    )
    UNKNOWN_DOSSIER = coded(
        "unknown_dossier",
        vi="Không có hồ sơ {dossier}. Hãy kiểm tra lại mã hồ sơ.",
        en="There is no dossier {dossier}. Check the code.",
    )
    TEMPORAL_UNAVAILABLE = coded(
        "temporal_unavailable",
        vi="Bộ máy quy trình tạm thời không trả lời ({problem}). Chưa mất gì: hãy gửi lại y như vậy.",
        en="The workflow service does not answer now ({problem}). Nothing is lost: send the same again.",
    )
    ANSWER_PENDING = coded(
        "answer_pending",
        vi="Hồ sơ {dossier}: lệnh đã gửi, chưa có trả lời. Hãy gửi lại y như vậy để biết kết quả.",
        en="Dossier {dossier}: the command was sent and is not answered yet. Send the same again to learn.",
    )
