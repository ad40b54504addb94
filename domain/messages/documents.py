"""The sentences about documents that came by the axis and are refused, or need a person."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class DocumentFault(CodedSentence):
    """Why a document is refused: it is not read any further, and its sender is told so."""

    TOO_LARGE = coded(
        "document_too_large",
        vi="Văn bản lớn hơn {most} byte.",
        en="The document is larger than {most} bytes.",
    )
    NOT_XML = coded(
        "document_not_xml",
        vi="Văn bản không phải XML UTF-8 đọc được.",
        en="The document is no readable XML in UTF-8.",
    )
    XML_FORBIDDEN = coded(
        "document_xml_forbidden",
        vi="Văn bản khai báo DTD hoặc thực thể; không được phép.",
        en="The document declares a DTD or an entity, which is not allowed.",
    )
    XML_TOO_DEEP = coded(
        "document_xml_too_deep",
        vi="Văn bản có quá nhiều phần tử, thuộc tính, hoặc lồng quá sâu.",
        en="The document has too many elements or attributes, or is nested too deeply.",
    )
    NOT_EDXML = coded(
        "document_not_edxml",
        vi="Văn bản không đúng khung của QCVN 102:2016 ở: {field}.",
        en="The document is not the edXML envelope of QCVN 102:2016 at: {field}.",
    )
    UNSIGNED = coded(
        "document_unsigned",
        vi="Văn bản không có chữ ký số.",
        en="The document has no digital signature.",
    )
    SIGNATURE_WRONG = coded(
        "document_signature_wrong",
        vi="Chữ ký số của văn bản không đúng, hoặc không do cơ quan chứng thực được tin cậy cấp.",
        en="The digital signature is wrong, or its certificate is not of a trusted authority.",
    )
    SIGNER_IS_ANOTHER = coded(
        "document_signer_is_another",
        vi="Văn bản ghi nơi gửi {sender} nhưng chứng thư số là của {signer}.",
        en="The document names {sender} as its sender, but the certificate belongs to {signer}.",
    )
    SENDER_IS_ANOTHER = coded(
        "document_sender_is_another",
        vi="Trục ghi nơi gửi {told} nhưng văn bản ghi {sender}.",
        en="The axis names {told} as the sender, but the document names {sender}.",
    )
    ATTACHMENT_NOT_ZIP = coded(
        "attachment_not_zip",
        vi="Tệp đính kèm {name} không phải tệp nén mã hóa base64 đọc được.",
        en="The attachment {name} is no readable zip in base64.",
    )
    ATTACHMENT_NAME_FORBIDDEN = coded(
        "attachment_name_forbidden",
        vi="Tệp nén {name} chứa tên tệp đi ra ngoài thư mục, hoặc tên không được phép.",
        en="The zip {name} has a file name that leaves its folder, or a forbidden name.",
    )
    ATTACHMENT_TOO_LARGE = coded(
        "attachment_too_large",
        vi="Tệp đính kèm {name} giải nén ra quá lớn hoặc quá nhiều tệp.",
        en="The attachment {name} unpacks to too much, or to too many files.",
    )
    ATTACHMENT_ENCRYPTED = coded(
        "attachment_encrypted",
        vi="Tệp đính kèm {name} bị mã hóa, không kiểm tra được.",
        en="The attachment {name} is encrypted and cannot be checked.",
    )
    ATTACHMENT_NESTED = coded(
        "attachment_nested",
        vi="Tệp đính kèm {name} chứa tệp nén trong tệp nén.",
        en="The attachment {name} has an archive inside the archive.",
    )
    ATTACHMENT_TWICE = coded(
        "attachment_twice",
        vi="Văn bản có hai tệp cùng tên hoặc cùng mã: {name}.",
        en="The document has two files of one name or identifier: {name}.",
    )
    ATTACHMENT_TYPE_DIFFERS = coded(
        "attachment_type_differs",
        vi="Tệp {name} ghi là {stated} nhưng nội dung không phải.",
        en="The file {name} is stated to be {stated}, and its content is not.",
    )
    MANIFEST_DIFFERS = coded(
        "manifest_differs",
        vi="Danh mục đính kèm và các tệp đính kèm không khớp: {name}.",
        en="The manifest and the attachments differ: {name}.",
    )


class DocumentMatter(CodedSentence):
    """Why a document that is in order needs a person: it does not fit what is open here."""

    NOT_ASKED = coded(
        "document_not_asked",
        vi="Văn bản không trả lời văn bản nào của đơn vị trên trục.",
        en="The document answers none of ours.",
    )
    ANOTHER_SENDER = coded(
        "document_of_another_sender",
        vi="Văn bản trả lời câu hỏi của đơn vị nhưng không phải do cơ quan đã được hỏi gửi.",
        en="The document answers a question of ours, but another authority was asked.",
    )
    ANOTHER_RECEIVER = coded(
        "document_for_another_receiver",
        vi="Văn bản không ghi đơn vị của tỉnh ở nơi nhận.",
        en="The document names none of our units as its receiver.",
    )
    NOT_AWAITED = coded(
        "document_not_awaited",
        vi="Ý kiến này đã có rồi, hoặc hồ sơ đã kết thúc.",
        en="This opinion was given already, or the dossier has ended.",
    )
    UNDECIDED = coded(
        "document_undecided",
        vi="Văn bản trả lời không có tệp ý kiến máy đọc được. Người xem văn bản rồi ghi đồng ý hay không.",
        en="The answer has no opinion that a machine can read. A person reads it and records whether it agrees.",
    )
    CHANGES_ANOTHER = coded(
        "document_changes_another",
        vi="Văn bản cập nhật hoặc thay thế một văn bản trước. Người xem rồi xử lý.",
        en="The document updates or replaces an earlier one. A person reads it and deals with it.",
    )
    REFUSED_THERE = coded(
        "document_refused_there",
        vi="Cơ quan nhận đã từ chối văn bản của đơn vị.",
        en="The receiver has refused our document.",
    )
    RECALLED = coded(
        "document_recalled",
        vi="Nơi gửi xin lấy lại văn bản trả lời, nhưng ý kiến đã được ghi vào hồ sơ.",
        en="The sender asks for its answer back, but the opinion is recorded already.",
    )
    DIFFERS = coded(
        "document_differs",
        vi="Văn bản trùng mã với văn bản đã nhận nhưng nội dung khác.",
        en="The document has the identifier of an earlier one, and another content.",
    )
    STATUS_OF_ANOTHER = coded(
        "status_of_another",
        vi="Trạng thái do một cơ quan không nhận văn bản đó gửi, hoặc không có văn bản đó.",
        en="The status comes from an authority that is no receiver of that document, or there is no such document.",
    )


class DocumentRefusal(CodedSentence):
    """Why an order about a document is refused."""

    UNKNOWN_AXIS_DOCUMENT = coded(
        "unknown_axis_document",
        vi="Không có văn bản {document} trong sổ của trục. Hãy xem danh sách văn bản.",
        en="There is no document {document} in the register of the axis. See the list of documents.",
    )
    NOT_OPEN = coded(
        "document_not_open",
        vi="Văn bản {document} không chờ người xử lý.",
        en="The document {document} does not wait for a person.",
    )
    ANSWERS_NOTHING = coded(
        "document_answers_nothing",
        vi="Văn bản {document} không trả lời yêu cầu ý kiến nào, nên không ghi thành ý kiến được. Hãy xử lý rồi ghi "
        "nhận.",
        en="The document {document} answers no request for an opinion, so it cannot become one. Deal with it and note "
        "it.",
    )
    NOT_ON_THE_AXIS = coded(
        "unit_not_on_the_axis",
        vi="Đơn vị {unit} không làm việc qua trục văn bản. Người của đơn vị đó cho ý kiến trong phần mềm này.",
        en="The unit {unit} does not work on the axis. Its own people give their opinion here.",
    )
