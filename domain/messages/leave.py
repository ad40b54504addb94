"""The sentences about absences and delegations that people enter."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class LeaveRefusal(CodedSentence):
    """Why an absence or a delegation is not entered, or not withdrawn."""

    LEAVE_OF_ANOTHER = coded(
        "leave_of_another",
        vi="Chỉ chính {person} hoặc lãnh đạo đơn vị của người đó ghi hay rút phần nghỉ và ủy quyền này.",
        en="Only {person}, or the head of their unit, enters or withdraws this.",
    )
    LEAVE_REVERSED = coded(
        "leave_reversed",
        vi="Thời điểm kết thúc ({ended}) phải sau thời điểm bắt đầu ({began}).",
        en="The end ({ended}) must be after the beginning ({began}).",
    )
    LEAVE_IN_THE_PAST = coded(
        "leave_in_the_past",
        vi="Không ghi cho thời gian đã qua ({began}): việc đã làm khi đó giữ nguyên. Hãy ghi từ bây giờ.",
        en="Nothing is entered for the past ({began}): what was done then stays. Let it begin now.",
    )
    LEAVE_TOO_LONG = coded(
        "leave_too_long",
        vi="Mỗi lần ghi dài nhất {days} ngày. Cần lâu hơn thì ghi tiếp khi hết hạn.",
        en="One entry is for {days} days at most. Enter another one when it ends.",
    )
    LEAVE_TOO_FAR = coded(
        "leave_too_far",
        vi="Chỉ ghi trước nhiều nhất {days} ngày.",
        en="It is entered {days} days ahead at most.",
    )
    ABSENCE_OVERLAPS = coded(
        "absence_overlaps",
        vi="{person} đã có lần nghỉ khác trùng: từ {began} đến {ended}. Rút lần đó, hoặc chọn thời gian khác.",
        en="{person} has another absence at that time: from {began} to {ended}. Withdraw it, or choose other days.",
    )
    LEAVE_TO_ONESELF = coded(
        "leave_to_oneself",
        vi="{person} không ủy quyền cho chính mình được. Hãy chọn một đồng nghiệp.",
        en="{person} cannot delegate to themselves. Choose a colleague.",
    )
    RECEIVER_WITHOUT_POST = coded(
        "receiver_without_post",
        vi="{person} không giữ vị trí nào lúc bắt đầu, nên không nhận ủy quyền được. Hãy chọn người khác.",
        en="{person} holds no post when it begins, so nothing can be delegated to them. Choose somebody else.",
    )
    ROLE_NOT_HELD = coded(
        "role_not_held",
        vi="{person} không giữ vai trò: {roles}. Chỉ ủy quyền được vai trò của mình.",
        en="{person} is not {roles}. Only one's own roles can be delegated.",
    )
    RECEIVER_OF_ANOTHER_UNIT = coded(
        "receiver_of_another_unit",
        vi="{person} làm ở đơn vị khác: phải ghi căn cứ, hoặc chọn người cùng đơn vị.",
        en="{person} works in another unit: give the legal basis, or choose somebody of the same unit.",
    )
    DELEGATION_OVERLAPS = coded(
        "delegation_overlaps",
        vi="Vai trò này đã ủy quyền cho {person} từ {began} đến {ended}. Rút lần đó, hoặc chọn thời gian khác.",
        en="This role is delegated to {person} from {began} to {ended}. Withdraw that, or choose another time.",
    )
    LEAVE_IN_A_RING = coded(
        "leave_in_a_ring",
        vi="Ủy quyền thành vòng tròn: {people}. Không ai làm được việc; hãy chọn người khác.",
        en="The delegations make a ring: {people}. Nobody could do the work; choose somebody else.",
    )
    UNKNOWN_LEAVE = coded(
        "unknown_leave",
        vi="Không có lần ghi số {number}.",
        en="There is no entry {number}.",
    )
    LEAVE_OVER = coded(
        "leave_over",
        vi="Lần ghi số {number} đã hết hiệu lực lúc {until}, nên không rút nữa.",
        en="Entry {number} counted until {until}, so it cannot be withdrawn any more.",
    )
