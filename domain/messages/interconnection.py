"""The sentences about applications that were filed in the national interconnection software."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class InterconnectionRefusal(CodedSentence):
    """Why an application of the software is not taken in. Nothing of it is lost: it stays there, and on the list."""

    APPLICATION_ID_UNREADABLE = coded(
        "application_id_unreadable",
        vi="“{given}” không phải mã hồ sơ liên thông: mã gồm chữ cái, chữ số, dấu chấm và gạch nối.",
        en="{given} is no identifier of an interconnected application, which has letters, digits, dots and hyphens.",
    )
    UNKNOWN_APPLICATION = coded(
        "unknown_application",
        vi="Phần mềm liên thông không có hồ sơ {application}. Hãy kiểm tra mã.",
        en="The interconnection software has no application {application}. Check the identifier.",
    )
    NOT_ORDERED = coded(
        "application_not_ordered",
        vi="Chưa nơi nào của ông/bà yêu cầu lấy hồ sơ {application}. Hãy kiểm tra mã.",
        en="No unit of yours has ordered application {application}. Check the identifier.",
    )
    ORDERED_ELSEWHERE = coded(
        "application_ordered_elsewhere",
        vi="Hồ sơ {application} đã được {unit} yêu cầu lấy về. Hãy hỏi nơi đó.",
        en="Application {application} was ordered by {unit} already. Ask there.",
    )
    UNKNOWN_GROUP = coded(
        "unknown_group",
        vi="Hồ sơ {application} thuộc nhóm liên thông “{group}”, tỉnh chưa công bố nhóm này. Hãy báo người quản trị "
        "quy trình.",
        en="Application {application} is of the group {group}, which the province has not published. Tell whoever "
        "keeps the procedures.",
    )
    UNKNOWN_COMMUNE = coded(
        "unknown_commune",
        vi="Hồ sơ {application} ghi mã xã, phường {unit}, không khớp với đơn vị nào của tỉnh. Hãy hỏi người nộp và nộp "
        "lại với mã đúng.",
        en="Application {application} names the commune {unit}, which is no unit of the province. Ask the applicant, "
        "and file it again with the right code.",
    )
    PART_MISSING = coded(
        "part_missing",
        vi="Hồ sơ {application} thiếu thủ tục thành phần: {missing}. Hãy yêu cầu người nộp bổ sung ở phần mềm liên "
        "thông.",
        en="Application {application} lacks parts of its group: {missing}. Ask the applicant to add them in the "
        "software.",
    )
    PART_UNKNOWN = coded(
        "part_unknown",
        vi="Hồ sơ {application} có thủ tục không thuộc nhóm liên thông này: {unknown}. Hãy yêu cầu người nộp sửa ở "
        "phần mềm liên thông.",
        en="Application {application} has procedures that are no part of its group: {unknown}. Ask the applicant to "
        "correct it in the software.",
    )
    CHILD_DOCUMENTS_MISSING = coded(
        "child_documents_missing",
        vi="Hồ sơ {application} thiếu giấy tờ của thủ tục thành phần: {missing}. Hãy yêu cầu người nộp bổ sung ở phần "
        "mềm liên thông rồi lấy lại.",
        en="Application {application} lacks documents of its parts: {missing}. Ask the applicant to add them in the "
        "software, then take it in again.",
    )
    APPLICANT_UNREADABLE = coded(
        "filed_applicant_unreadable",
        vi="Thông tin người nộp của hồ sơ {application} không đúng mẫu ở: {fields}. Hãy yêu cầu người nộp sửa.",
        en="The particulars in application {application} are not in order: {fields}. Ask the applicant to correct "
        "them.",
    )
    SOFTWARE_REFUSES = coded(
        "software_refuses",
        vi="Phần mềm liên thông từ chối cho lấy hồ sơ {application} (mã {reason}). Cần người xem.",
        en="The interconnection software refuses to give application {application} (code {reason}). A person must "
        "look.",
    )
