"""Who acts: a person or a system, in one role, for one unit."""

from __future__ import annotations

from enum import StrEnum

from domain.text.sentences import Choice
from domain.values import Bilingual, Code, Day, Strict


class Role(StrEnum):
    """The roles of the one-stop process."""

    APPLICANT = "applicant"
    RECEPTION = "reception"  # receives and returns
    SPECIALIST = "specialist"  # processes
    HEAD_OF_UNIT = "head_of_unit"  # assigns and approves
    SIGNATORY = "signatory"
    CLERK = "clerk"  # numbers and seals
    CASHIER = "cashier"
    COORDINATOR = "coordinator"  # of the provincial centre
    SUPERVISOR = "supervisor"  # reads
    OPERATOR = "operator"  # replays and repairs
    PLATFORM = "platform"  # of payments: reports that an order changed, so that the engine looks at the order
    POST = "post"  # reports that a postal item moved, so that the engine looks at the item
    ASSIGNER = "assigner"  # assigns an officer where none is assigned
    LINKER = "linker"  # carries what one dossier of an interconnected group has recorded to another
    DOCUMENTS = "documents"  # records what an authority of the document axis has answered
    SYSTEM = "system"  # the engine itself: a dossier's timer and calls; never accepted from outside

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _WORDS[self]


_WORDS = {
    Role.APPLICANT: Bilingual(vi="người nộp hồ sơ", en="applicant"),
    Role.RECEPTION: Bilingual(vi="cán bộ một cửa", en="reception"),
    Role.SPECIALIST: Bilingual(vi="công chức chuyên môn", en="specialist"),
    Role.HEAD_OF_UNIT: Bilingual(vi="lãnh đạo bộ phận", en="head of unit"),
    Role.SIGNATORY: Bilingual(vi="người có thẩm quyền ký", en="signatory"),
    Role.CLERK: Bilingual(vi="văn thư", en="clerk"),
    Role.CASHIER: Bilingual(vi="thủ quỹ", en="cashier"),
    Role.COORDINATOR: Bilingual(vi="điều phối viên", en="coordinator"),
    Role.SUPERVISOR: Bilingual(vi="giám sát", en="supervisor"),
    Role.OPERATOR: Bilingual(vi="người vận hành", en="operator"),
    Role.PLATFORM: Bilingual(vi="nền tảng thanh toán", en="payment platform"),
    Role.POST: Bilingual(vi="bưu chính", en="postal service"),
    Role.ASSIGNER: Bilingual(vi="phân công tự động", en="automatic assignment"),
    Role.LINKER: Bilingual(vi="liên thông", en="link of interconnected dossiers"),
    Role.DOCUMENTS: Bilingual(vi="trục liên thông văn bản", en="document axis"),
    Role.SYSTEM: Bilingual(vi="hệ thống", en="system"),
}


def typed(*roles: Role) -> tuple[Choice, ...]:
    """The roles as people type them into a configuration, each with its words: `clerk (văn thư)`."""
    return tuple(Choice(code=role, meaning=role.words) for role in roles)


MACHINES = frozenset({Role.PLATFORM, Role.POST, Role.ASSIGNER, Role.LINKER, Role.DOCUMENTS, Role.SYSTEM})
"""Roles that no person has."""

OF_NO_POST = MACHINES | {Role.APPLICANT}
"""Roles that do not come from a post."""


ACCOUNT_PREFIX = "tai-khoan."
"""The beginning of a carrier's code that is the account of a machine."""

RECEIPT_HOLDER = "nguoi-giu-giay-tiep-nhan"
"""The person of an act by whoever showed the secret of a receipt, where nobody filed the dossier under a sign-in."""
RECEIPT = "giay-tiep-nhan"
"""The carrier of an act that was given with the secret of a receipt, and not under a sign-in."""
RESERVED_CARRIERS = (ACCOUNT_PREFIX, RECEIPT)
"""No service and no program has a code that begins so: the record would confuse the two."""


class Actor(Strict):
    """One acting person or system. `person` is an internal identifier, never a name or an identity number."""

    person: Code
    role: Role
    unit: Code | None = None
    as_of: Day | None = None
    """The day on which `unit` had this code. A merger may reuse the code while a command is on its way."""
    stands_in_for: Code | None = None
    """The absent colleague whose work this person does today, by a dated delegation that the gateway has checked. It is
    recorded."""
    carried_by: Code | None = None
    """The program, or the account of a machine, that carried the act of a person or an applicant. The gateway sets it
    from the verified principal. It is recorded."""


ENGINE = Actor(person="he-thong", role=Role.SYSTEM)
"""The engine itself, for what it does by its own timers and calls."""

LINK = Actor(person="lien-thong", role=Role.LINKER)
"""The follower that links the dossiers of interconnected procedures."""
