"""The sentences about units and people, and the reasons of routing and assignment."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class OrganisationRefusal(CodedSentence):
    """Why a unit or a person cannot be found, or may not act."""

    UNKNOWN_UNIT = coded(
        "unknown_unit",
        vi="Không có đơn vị nào mang mã {unit}. Hãy kiểm tra lại mã trong danh mục đơn vị của tỉnh.",
        en="No unit has the code {unit}. Check the code in the province's list of units.",
    )
    UNIT_CLOSED = coded(
        "unit_closed",
        vi="Đơn vị {unit} ({name}) kết thúc hoạt động ngày {closed}. Hãy dùng đơn vị kế thừa: {successors}.",
        en="Unit {unit} ({name}) was closed on {closed}. Use its successor: {successors}.",
    )
    UNIT_NOT_OPEN_YET = coded(
        "unit_not_open_yet",
        vi="Đơn vị {unit} ({name}) hoạt động từ ngày {opens}. Hãy dùng đơn vị đang có hiệu lực vào ngày xử lý.",
        en="Unit {unit} ({name}) opens on {opens}. Use the unit that is in force on the day of the act.",
    )
    NO_PROVINCIAL_CENTRE = coded(
        "no_provincial_centre",
        vi="Ngày {day} có {count} Trung tâm Phục vụ hành chính công tỉnh; phải có một. Hãy kiểm tra ngày và cơ cấu.",
        en="On {day} there are {count} provincial centres, and there must be one. Check the date and the organisation.",
    )
    UNKNOWN_PERSON = coded(
        "unknown_person",
        vi="Không có cán bộ hay dịch vụ nào mang mã {person}. Kiểm tra lại mã; nếu đúng, người quản trị ghi vào "
        "people.yaml của tỉnh: cán bộ vào posts và appointments, phần mềm được tin cậy vào services.",
        en="No person and no service has the code {person}. Check the code; where it is right, an administrator enters "
        "it in the province's people.yaml: a person under posts and appointments, trusted software under services.",
    )
    PERSON_ABSENT = coded(
        "person_absent",
        vi="Cán bộ {person} đang vắng mặt ({ground}). Người thay: {stand_in}. Hết vắng mặt thì việc lại về cán bộ "
        "này; về sớm thì lãnh đạo đơn vị rút lần nghỉ.",
        en="Person {person} is away ({ground}). Standing in: {stand_in}. After the absence the work is theirs "
        "again; the head of the unit withdraws it for who comes back early.",
    )
    NOT_IN_UNIT = coded(
        "not_in_unit",
        vi="Cán bộ {person} làm việc tại {own}, không phải {unit}, và không thay ai vắng ở đó. Hãy ghi đúng đơn vị.",
        en="Person {person} works in {own}, not in {unit}, and stands in for nobody absent there. Name the right unit.",
    )
    NOT_IN_ROLE = coded(
        "not_in_role",
        vi="Tại {unit}, cán bộ {person} không làm vai trò “{role}”; vai trò hiện có: {roles}. Hãy chọn đúng vai trò.",
        en="In {unit} person {person} does not act as {role}, but as {roles}. Name the right role.",
    )
    SIGNED_IN_FOR_ANOTHER_POST = coded(
        "signed_in_for_another_post",
        vi="Lần đăng nhập này chỉ dùng cho: vai trò {role}, đơn vị {unit}. Hãy đăng nhập lại cho vị trí cần dùng.",
        en="This sign-in is only for: role {role}, unit {unit}. Sign in again for the post that is needed.",
    )
    SERVICE_NOT_IN_ROLE = coded(
        "service_not_in_role",
        vi="Dịch vụ {person} không được làm vai trò “{role}”; được làm: {roles}. Cần thêm thì sửa services trong "
        "people.yaml.",
        en="The service {person} may not act as {role}, only as {roles}. Where it should, correct services in "
        "people.yaml.",
    )
    SERVICE_NOT_IN_UNIT = coded(
        "service_not_in_unit",
        vi="Dịch vụ {person} không được làm tại {unit}; được làm tại: {units}. Cần thêm thì sửa services trong "
        "people.yaml.",
        en="The service {person} may not act in {unit}, only in {units}. Where it should, correct services in "
        "people.yaml.",
    )
    SERVICE_NOT_IN_FORCE_YET = coded(
        "service_not_in_force_yet",
        vi="Dịch vụ {service} được tin cậy từ ngày {valid_from}. Trước ngày đó dịch vụ không được làm gì.",
        en="The service {service} is trusted from {valid_from} on. Before that day it may do nothing.",
    )
    SERVICE_REVOKED = coded(
        "service_revoked",
        vi="Dịch vụ {service} hết được tin cậy sau ngày {valid_to}. Cần dùng lại thì sửa services trong people.yaml.",
        en="The service {service} is no longer trusted after {valid_to}. Where it should be, correct services in "
        "people.yaml.",
    )
    SERVICE_NOT_IN_PROCEDURE = coded(
        "service_not_in_procedure",
        vi="Dịch vụ {service} không được làm thủ tục {procedure}; được làm: {procedures}. Cần thêm thì sửa services "
        "trong people.yaml.",
        en="The service {service} may not act on procedure {procedure}, only on {procedures}. Where it should, correct "
        "services in people.yaml.",
    )
    SERVICE_NOT_IN_COMMAND = coded(
        "service_not_in_command",
        vi="Dịch vụ {service} không được gửi lệnh {command}; được gửi: {commands}. Cần thêm thì sửa services trong "
        "people.yaml.",
        en="The service {service} may not send {command}, only {commands}. Where it should, correct services in "
        "people.yaml.",
    )
    SERVICE_NOT_FOR_APPLICANTS = coded(
        "service_not_for_applicants",
        vi="Dịch vụ {service} không được làm thay người nộp hồ sơ. Cần thì ghi for_applicants: true ở services trong "
        "people.yaml.",
        en="The service {service} may not act for applicants. Where it should, enter for_applicants: true under "
        "services in people.yaml.",
    )
    NOT_FOR_BRINGING_OVER = coded(
        "not_for_bringing_over",
        vi="Chỉ dịch vụ có brings_over: true ở services trong people.yaml được mở hồ sơ chuyển từ hệ thống cũ "
        "(brought_over). Hồ sơ mới thì bỏ phần đó.",
        en="Only a service with brings_over: true under services in people.yaml may open a dossier of an older system "
        "(brought_over). Leave that part out of a new dossier.",
    )
    SERVICE_NOT_FOR_STAFF = coded(
        "service_not_for_staff",
        vi="Dịch vụ {service} không được làm thay {person}: dịch vụ chỉ làm dưới mã của mình, hoặc cho người nộp. "
        "Cán bộ phải tự đăng nhập.",
        en="The service {service} may not act for {person}: a service acts under its own code, or for an applicant. "
        "Staff sign in themselves.",
    )
    NOT_WHO_SIGNED_IN = coded(
        "not_who_signed_in",
        vi="Người đăng nhập là {principal}, không được làm việc dưới mã {person} với vai trò “{role}”. Hãy đăng nhập "
        "đúng người, hoặc chọn đúng vai trò.",
        en="{principal} has signed in and may not act as {person} in the role {role}. Sign in as that person, or name "
        "the right role.",
    )
    ONLY_THE_SERVICE_ITSELF = coded(
        "only_the_service_itself",
        vi="Mã {service} là của một dịch vụ: chỉ dịch vụ đó được làm dưới mã này, bằng thông tin đăng nhập của nó.",
        en="{service} is the code of a service: only the service itself acts under it, with its own credentials.",
    )
    CARRIER_RESERVED = coded(
        "carrier_reserved",
        vi="Chương trình {carrier} mang mã dành riêng. Hãy đăng ký chương trình dưới mã khác.",
        en="The program {carrier} has a reserved code. Register the program under another code.",
    )
    FOUR_EYES = coded(
        "four_eyes",
        vi="Hồ sơ {dossier}: {person} đã làm việc “{done}”, nên việc “{command}” phải do người khác làm ({source}).",
        en="Dossier {dossier}: {person} did “{done}” in it, so somebody else must do “{command}” ({source}).",
    )
    NOT_IN_FIELD = coded(
        "not_in_field",
        vi="Hồ sơ {dossier} thuộc lĩnh vực “{field}”; vị trí của {person} làm lĩnh vực: {fields}. Người làm lĩnh vực "
        "đó nhận, hoặc lãnh đạo đơn vị giao.",
        en="Dossier {dossier} is of the field {field}, and {person} works in {fields}. Somebody of that field takes "
        "it, or the head of unit assigns it.",
    )
    ASSIGNEE_ABSENT = coded(
        "assignee_absent",
        vi="Không giao hồ sơ {dossier} cho {person} được: người này đang vắng mặt. Người thay: {stand_in}.",
        en="Dossier {dossier} cannot be assigned to {person}, who is away. Standing in: {stand_in}.",
    )
    ASSIGNEE_NOT_IN_ROLE = coded(
        "assignee_not_in_role",
        vi="Không giao hồ sơ {dossier} cho {person} được: bước hiện tại cần vai trò “{role}”, người này giữ: {roles}.",
        en="Dossier {dossier} cannot be assigned to {person}: the current step takes {role}, and they are {roles}.",
    )
    ASSIGNEE_ELSEWHERE = coded(
        "assignee_elsewhere",
        vi="Không giao hồ sơ {dossier} cho {person} được: người này không ở {unit}. Hãy chọn người của đơn vị.",
        en="Dossier {dossier} cannot be assigned to {person}, who does not work in {unit}. Choose somebody who does.",
    )


class RoutingReason(CodedSentence):
    """Why a dossier is routed to its unit: one sentence for each reason of the chain."""

    COMMUNE_LEVEL = coded(
        "commune_level",
        vi="Thủ tục {procedure} thuộc thẩm quyền cấp xã.",
        en="Procedure {procedure} is resolved at commune level.",
    )
    PROVINCE_LEVEL = coded(
        "province_level",
        vi="Thủ tục {procedure} thuộc thẩm quyền cấp tỉnh.",
        en="Procedure {procedure} is resolved at provincial level.",
    )
    SPECIALISED_AUTHORITY = coded(
        "specialised_authority",
        vi="Cơ quan chuyên môn có thẩm quyền: {unit}.",
        en="The competent specialised authority is {unit}.",
    )
    AUTHORITY_NOT_IN_FORCE = coded(
        "authority_not_in_force",
        vi="Cơ quan chuyên môn của thủ tục không xác định được vào ngày {day}.",
        en="The procedure's specialised authority cannot be determined on {day}.",
    )
    RECEIVER_IS_COMPETENT = coded(
        "receiver_is_competent",
        vi="Thủ tục không phụ thuộc địa giới: nơi tiếp nhận {unit} giải quyết.",
        en="The procedure is not bound to a territory: the receiving unit {unit} resolves it.",
    )
    RESIDENCE_IN = coded(
        "residence_in",
        vi="Nơi cư trú thuộc {unit}.",
        en="The residence is in {unit}.",
    )
    PARCEL_IN = coded(
        "parcel_in",
        vi="Thửa đất, công trình thuộc {unit}.",
        en="The parcel or building is in {unit}.",
    )
    SEAT_IN = coded(
        "seat_in",
        vi="Trụ sở, địa điểm hoạt động thuộc {unit}.",
        en="The seat is in {unit}.",
    )
    ANYWHERE_IN = coded(
        "anywhere_in",
        vi="Nơi tiếp nhận không phải cấp xã; chuyển về {unit} theo địa bàn đã khai.",
        en="The receiving unit is not a commune; the matter goes to {unit}, the territory stated.",
    )
    SUCCEEDED_WHOLE = coded(
        "succeeded_whole",
        vi="{former} đã sáp nhập toàn bộ vào {unit} từ ngày {day}.",
        en="{former} became part of {unit}, whole, on {day}.",
    )
    SUCCEEDED_BY_ADDRESS = coded(
        "succeeded_by_address",
        vi="{former} đã chia cho nhiều đơn vị; địa chỉ cho biết phần này nay thuộc {unit}.",
        en="{former} was divided; the address shows that this part is now in {unit}.",
    )
    DIVIDED_UNIT = coded(
        "divided_unit",
        vi="{former} đã chia cho {successors}; cần địa chỉ cụ thể (thôn, tổ, đường) để xác định.",
        en="{former} was divided between {successors}; the address (hamlet, group, street) is needed to decide.",
    )
    TERRITORY_MISSING = coded(
        "territory_missing",
        vi="Hồ sơ chưa cho biết địa bàn của vụ việc (nơi cư trú, thửa đất hoặc trụ sở).",
        en="The dossier does not state the territory of the matter (residence, parcel or seat).",
    )
    TERRITORY_NOT_COMMUNE = coded(
        "territory_not_commune",
        vi="{unit} không phải là xã, phường, nên không xác định được địa bàn.",
        en="{unit} is not a commune or ward, so the territory is not determined.",
    )
    ADDRESS_RESOLVED = coded(
        "address_resolved",
        vi="Địa chỉ đã khai thuộc {unit}.",
        en="The address stated is in {unit}.",
    )
    ADDRESS_UNKNOWN = coded(
        "address_unknown",
        vi="Địa chỉ đã khai không khớp với đơn vị nào, cũ hay mới.",
        en="The address stated fits no unit, former or present.",
    )
    ADDRESS_AMBIGUOUS = coded(
        "address_ambiguous",
        vi="Địa chỉ đã khai khớp với nhiều đơn vị: {units}.",
        en="The address stated fits several units: {units}.",
    )
    ADDRESS_TOO_WIDE = coded(
        "address_too_wide",
        vi="Địa chỉ đã khai chỉ đến cấp huyện hoặc tỉnh ({units}), chưa đủ để xác định xã, phường.",
        en="The address stated goes only to a district or province ({units}), not to a commune.",
    )
    CANNOT_HAVE_MATTER = coded(
        "cannot_have_matter",
        vi="{unit} không cùng cấp, lĩnh vực với thủ tục {procedure} nên không giải quyết được.",
        en="{unit} is not of the level or field of procedure {procedure} and cannot resolve it.",
    )
    MANDATED = coded(
        "mandated",
        vi="{giver} ủy quyền cho {unit} theo {source}.",
        en="{giver} has delegated this to {unit} by {source}.",
    )
    MANDATE_WITHOUT_TERRITORY = coded(
        "mandate_without_territory",
        vi="{giver} ủy quyền cho cấp xã theo {source}, nhưng chưa rõ địa bàn.",
        en="{giver} has delegated this to the communes by {source}, but the territory is not known.",
    )
    TO_COORDINATION = coded(
        "to_coordination",
        vi="Chuyển đến bộ phận điều phối tại {unit}.",
        en="Sent to the coordination queue at {unit}.",
    )
    HANDED_OVER = coded(
        "handed_over",
        vi="{sender} chuyển đến, {receiver} đã nhận.",
        en="Handed over by {sender}, acknowledged by {receiver}.",
    )
    RECEIVED_ELSEWHERE = coded(
        "received_elsewhere",
        vi="Tiếp nhận tại {receiver}, giải quyết tại {unit}: không phụ thuộc địa giới hành chính.",
        en="Received at {receiver}, resolved at {unit}: regardless of administrative boundary.",
    )
    MUST_BE_RECEIVED_THERE = coded(
        "must_be_received_there",
        vi="Thủ tục này chỉ được tiếp nhận tại nơi có thẩm quyền ({unit}), không nhận tại {receiver}.",
        en="This procedure is received only where it is resolved ({unit}), not at {receiver}.",
    )


class AssignmentReason(CodedSentence):
    """Why a dossier is assigned to a person or to nobody: one sentence for each reason of the chain."""

    HANDLES_FIELD = coded(
        "handles_field",
        vi="Vị trí {post} của {person} phụ trách lĩnh vực {field}.",
        en="{person} holds the post {post}, which names the field {field}.",
    )
    HANDLES_EVERY_FIELD = coded(
        "handles_every_field",
        vi="Vị trí {post} của {person} phụ trách mọi lĩnh vực.",
        en="{person} holds the post {post}, which handles every field.",
    )
    HAD_IT_BEFORE = coded(
        "had_it_before",
        vi="{person} đã xử lý hồ sơ này trước đây nên được giao tiếp.",
        en="{person} has worked on this dossier before, and so gets it again.",
    )
    LEAST_WORK = coded(
        "least_work",
        vi="{person} còn ít việc nhất trong {count} người có thể nhận: khoảng {hours} giờ làm việc, {items} hồ sơ.",
        en="Of the {count} who could take it, {person} has the least work left: about {hours} working hours in {items} "
        "open dossiers.",
    )
    WORK_LEFT = coded(
        "work_left",
        vi="{person} còn khoảng {hours} giờ làm việc, {items} hồ sơ.",
        en="{person} has about {hours} working hours left in {items} open dossiers.",
    )
    JUST_BACK = coded(
        "just_back",
        vi="{person} vừa đi làm lại nên được tính ít nhất bằng mức việc trung bình của đồng nghiệp.",
        en="{person} has just come back, and so counts as having at least the colleagues' average work.",
    )
    NOT_IN_TIME = coded(
        "not_in_time",
        vi="Với số việc đang giữ, {person} không làm kịp trước {due}.",
        en="With the work already held, {person} would not do it by {due}.",
    )
    LEAVES_BEFORE = coded(
        "leaves_before",
        vi="{person} vắng mặt từ {leaves}, trước khi làm xong được việc này.",
        en="{person} goes away on {leaves}, before this could be done.",
    )
    FEWER_LATELY = coded(
        "fewer_lately",
        vi="Số việc còn lại bằng nhau; {person} được giao ít hơn {other} trong những ngày qua.",
        en="Both have equal work left; {person} was given fewer than {other} in the last days.",
    )
    FIRST_BY_CODE = coded(
        "first_by_code",
        vi="Mọi điều khác bằng nhau nên {person} đứng trước {other} theo thứ tự mã cán bộ.",
        en="All else is equal, and {person} comes before {other} by code.",
    )
    TAKEN_FROM_ABSENT = coded(
        "taken_from_absent",
        vi="Hồ sơ trước do hệ thống giao cho {former}; người này vắng mặt hoặc đã thôi vị trí, chưa bắt đầu và không "
        "có người thay.",
        en="The engine had assigned it to {former}, who is away or has left, had not begun, and has no stand-in.",
    )
    STANDS_IN_FOR = coded(
        "stands_in_for",
        vi="{person} chỉ làm thay {holder} đang vắng mặt nên hệ thống không tự giao; lãnh đạo giao được.",
        en="{person} only stands in for {holder}, who is away: the engine gives nothing, a head of unit may.",
    )
    AWAY = coded(
        "away",
        vi="{person} đang vắng mặt nên không được giao.",
        en="{person} is away and is given nothing.",
    )
    IN_TWO_UNITS = coded(
        "in_two_units",
        vi="{person} đang giữ vị trí ở nhiều đơn vị ({units}) nên không được giao.",
        en="{person} holds posts in several units ({units}) and is given nothing.",
    )
    NOBODY_PRESENT = coded(
        "nobody_present",
        vi="Không ai tại {unit} nhận được việc này lúc này: hồ sơ ở hàng chung của đơn vị, lãnh đạo giao khi có người.",
        en="Nobody in {unit} can take it now: it stays in the unit's queue until the head of unit assigns it.",
    )


class AudienceReason(CodedSentence):
    """Why a warning or an escalation went to other people than the ladder names."""

    UNIT_CLOSED = coded(
        "audience_unit_closed",
        vi="{unit} đã sáp nhập: báo cho đơn vị kế tiếp {successor}.",
        en="{unit} has merged: its successor {successor} is told.",
    )
    NOBODY_ASSIGNED = coded(
        "audience_nobody_assigned",
        vi="Chưa có người thụ lý tại {unit}: báo lãnh đạo bộ phận.",
        en="Nobody is assigned in {unit}: its head is told.",
    )
    NO_SUCH_POST = coded(
        "audience_no_such_post",
        vi="{unit} không có ai giữ vai trò {role}.",
        en="Nobody in {unit} has the role {role}.",
    )
    AWAY = coded(
        "audience_away",
        vi="{person} đang vắng mặt và không có người làm thay.",
        en="{person} is away, and nobody stands in.",
    )
    ONE_LEVEL_UP = coded(
        "audience_one_level_up",
        vi="Không ai tại {unit} nhận được: báo lên một cấp, {above}.",
        en="Nobody in {unit} can be told: it goes one level up, to {above}.",
    )
    COUNCIL_AWAY = coded(
        "audience_council_away",
        vi="Không ai trong hội đồng nhận được lúc này: báo người có trách nhiệm trả lời của {unit}.",
        en="Nobody of the council can be told now: whoever must answer for {unit} is told.",
    )
