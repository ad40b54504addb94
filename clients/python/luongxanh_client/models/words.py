"""The words of the field that answers and questions use."""

from __future__ import annotations

from luongxanh_client.models.base import OpenEnum


class State(OpenEnum):
    """The state of a dossier."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PROCESSING = "processing"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PAYMENT_REQUESTED = "payment_requested"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    RESOLVED = "resolved"
    RETURNED = "returned"


LAST_STATES = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RETURNED})
"""The states after which no other one follows."""


class ChildStatus(OpenEnum):
    """How a part of an interconnected dossier stands."""

    WAITING = "waiting"
    OPEN = "open"
    SUPPLEMENT = "supplement"
    SUPPLIED = "supplied"
    RESOLVED = "resolved"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    GIVEN_UP = "given_up"


class Channel(OpenEnum):
    """How a dossier was filed."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class PostPurpose(OpenEnum):
    """What the post does for a dossier."""

    DELIVERY = "delivery"
    COLLECTION = "collection"


class Handback(OpenEnum):
    """How the result reached the applicant."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class Role(OpenEnum):
    """The roles of the one-stop process."""

    APPLICANT = "applicant"
    RECEPTION = "reception"
    SPECIALIST = "specialist"
    HEAD_OF_UNIT = "head_of_unit"
    SIGNATORY = "signatory"
    CLERK = "clerk"
    CASHIER = "cashier"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    PLATFORM = "platform"
    POST = "post"
    ASSIGNER = "assigner"
    LINKER = "linker"
    DOCUMENTS = "documents"
    SYSTEM = "system"


class WhichClock(OpenEnum):
    """The two clocks of a dossier: the limit in law, and the promise of Green Stream."""

    STATUTORY = "statutory"
    PROMISED = "promised"


class Going(OpenEnum):
    """The state of a clock."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    ENDED_WITHOUT_RESULT = "ended_without_result"


class Timeliness(OpenEnum):
    """Whether a dossier ended before, on or after its due day; open where only a longer calendar can decide."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"


class HolderKind(OpenEnum):
    """Who has a dossier and uses its time."""

    UNIT = "unit"
    APPLICANT = "applicant"
    OUTSIDE_SYSTEM = "outside_system"
    SIGNING = "signing"
    PAYMENT = "payment"
    SUSPENDED = "suspended"


class ActStatus(OpenEnum):
    """How far an act has come whose caller did not wait."""

    PENDING = "pending"
    RECORDED = "recorded"
    REFUSED = "refused"


class Charge(OpenEnum):
    """What a dossier has to pay for."""

    FEE = "fee"
    TAX = "tax"


class ExplanationCause(OpenEnum):
    """Why a unit kept a dossier waiting."""

    OVERLOAD = "overload"
    ABSENCE = "absence"
    OTHER_UNIT = "other_unit"
    OUTSIDE_SYSTEM = "outside_system"
    APPLICANT = "applicant"
    DIFFICULT_CASE = "difficult_case"
    MISTAKE = "mistake"
    OTHER = "other"


class ApplicantField(OpenEnum):
    """The names of an applicant's particulars."""

    NAME = "name"
    IDENTITY_NUMBER = "identity_number"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


class UnitPart(OpenEnum):
    """What a unit is for a dossier."""

    RECEIVING = "receiving"
    COMPETENT = "competent"
    RESPONSIBLE = "responsible"
    ACCOUNTABLE = "accountable"
    ANY = "any"


class SharedWith(OpenEnum):
    """Who may open a saved search beside its owner."""

    NOBODY = "nobody"
    UNIT = "unit"
    PROVINCE = "province"


class RelativeDays(OpenEnum):
    """Days counted from today: weeks begin on Monday, working days are those of the province's calendar."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    TOMORROW = "tomorrow"
    BEFORE_TODAY = "before_today"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    NEXT_WEEK = "next_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    NEXT_MONTH = "next_month"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    LAST_7_WORKING_DAYS = "last_7_working_days"
    NEXT_3_WORKING_DAYS = "next_3_working_days"
    NEXT_7_WORKING_DAYS = "next_7_working_days"


class AssignmentOutcome(OpenEnum):
    """What became of one dossier of an order."""

    GIVEN = "given"
    REFUSED = "refused"
    OPEN = "open"
    UNDONE = "undone"


class WhichWork(OpenEnum):
    """Whose work is shown, and which of it."""

    MINE = "mine"
    UNIT = "unit"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"


class Group(OpenEnum):
    """By what dossiers are counted apart."""

    ALL = "all"
    UNIT = "unit"
    OFFICER = "officer"
    PROCEDURE = "procedure"


class SortKey(OpenEnum):
    """By what found dossiers are sorted. Lateness: in working minutes, of dossiers that have ended."""

    CODE = "code"
    RECEIVED_AT = "received_at"
    STATUTORY_DUE = "statutory_due"
    PROMISED_DUE = "promised_due"
    UPDATED_AT = "updated_at"
    ENDED_AT = "ended_at"
    LATE_STATUTORY_MINUTES = "late_statutory_minutes"
    LATE_PROMISED_MINUTES = "late_promised_minutes"


class Level(OpenEnum):
    """The level of government that resolves a procedure."""

    COMMUNE = "commune"
    PROVINCE = "province"


class Status(OpenEnum):
    """The status of a version of a procedure."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class StepKind(OpenEnum):
    """What completing a step means."""

    PROCESS = "process"
    APPROVE = "approve"
    SIGN = "sign"


class LimitUnit(OpenEnum):
    """The kinds of limit."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    MONTH = "month"
    SAME_DAY = "same_day"


class TerritoryBasis(OpenEnum):
    """What ties a matter to a territory."""

    RESIDENCE = "residence"
    PARCEL = "parcel"
    SEAT = "seat"
    ANYWHERE = "anywhere"


class UnitLevel(OpenEnum):
    """The kinds of unit."""

    COMMUNE = "commune"
    WARD = "ward"
    TOWNSHIP = "township"
    DEPARTMENT = "department"
    PROVINCIAL_CENTRE = "provincial_centre"
    PROVINCIAL_COMMITTEE = "provincial_committee"


class Weekday(OpenEnum):
    """The days of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class ExceptionKind(OpenEnum):
    """Why one day differs from its season."""

    HOLIDAY = "holiday"
    SWAPPED_OFF = "swapped_off"
    MAKE_UP_WORKING = "make_up_working"
    CLOSURE = "closure"
    SHORT_DAY = "short_day"
    EXTRA_DESK = "extra_desk"


class WebhookState(OpenEnum):
    """Whether a webhook is sent."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class DocumentStage(OpenEnum):
    """What a receiver, or the axis, said about a document."""

    SENT = "sent"
    ARRIVED = "01"
    REFUSED = "02"
    ACCEPTED = "03"
    ASSIGNED = "04"
    IN_PROGRESS = "05"
    COMPLETED = "06"
    RECALL_ASKED = "13"
    RECALL_AGREED = "15"
    RECALL_REFUSED = "16"


class Purpose(OpenEnum):
    """Why a document was sent."""

    OPINION = "opinion"
    RESULT = "result"
    RECALL = "recall"


class ReceivedState(OpenEnum):
    """How a document that came stands."""

    KEPT = "kept"
    DONE = "done"
    REFUSED = "refused"
    PERSON = "person"
    SETTLED = "settled"


class NoticeChannel(OpenEnum):
    """By which channel a person is told."""

    ZALO = "zalo"
    SMS = "sms"
    EMAIL = "email"


class NoticeKind(OpenEnum):
    """What a notice tells."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PAYMENT_REQUESTED = "payment_requested"
    PAYMENT_CONFIRMED = "payment_confirmed"
    PAYMENT_EXPIRED = "payment_expired"
    DEADLINE_EXTENDED = "deadline_extended"
    RESOLVED = "resolved"
    DATE_CHANGED = "date_changed"


class NoticeState(OpenEnum):
    """How a notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    OUT_OF_DATE = "out_of_date"
    OPTED_OUT = "opted_out"
    UNREACHABLE = "unreachable"


class HowOptedOut(OpenEnum):
    """How a person opted out."""

    DESK = "desk"
    LINK = "link"
    REPLY = "reply"


class OutsideAct(OpenEnum):
    """What is ordered for an outside system."""

    OPEN = "open"
    CLOSE = "close"
    DRAIN = "drain"
    AUTOMATIC = "automatic"


class SystemState(OpenEnum):
    """How the calls of an outside system stand."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"
    HELD = "held"
    DRAINING = "draining"
    DRAINED = "drained"
    FORCED = "forced"
    UNKNOWN = "unknown"
    UNUSED = "unused"


class ReleaseAct(OpenEnum):
    """What happened to a build of the worker."""

    BEGAN = "began"
    RAMPED = "ramped"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    RETIRED = "retired"


class RolloutKind(OpenEnum):
    """The kind of rule that changed, or a repair."""

    CALENDAR = "calendar"
    ORGANISATION = "organisation"
    REPAIR = "repair"


class PlanningState(OpenEnum):
    """How far a plan of a repair is that is made in the background."""

    UNDER_WAY = "under_way"
    MADE = "made"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class RolloutState(OpenEnum):
    """How far a rollout is."""

    UNFINISHED = "unfinished"
    FINISHED = "finished"
    ABANDONED = "abandoned"


class IntakeState(OpenEnum):
    """How an order to take an application in stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"


class RampState(OpenEnum):
    """How far a watched ramp is, and how it ended."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    WENT_BACK = "went_back"
    STOPPED = "stopped"
    OVERTAKEN = "overtaken"


class ReplayState(OpenEnum):
    """How far a replay is, and how it ended."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    BROKEN_OFF = "broken_off"


class EscalationState(OpenEnum):
    """What is wanted of somebody in an open escalation."""

    UNANSWERED = "unanswered"
    UNEXPLAINED = "unexplained"
    HANDED_BACK = "handed_back"
    TAKEN_OVER = "taken_over"


class Difference(OpenEnum):
    """How Temporal and the ledger differ."""

    WITHOUT_WORKFLOW = "without_workflow"
    WORKFLOW_OF_ENDED = "workflow_of_ended"
    WITHOUT_DOSSIER = "without_dossier"
    WORKFLOW_BEHIND = "workflow_behind"
    WORKFLOW_AHEAD = "workflow_ahead"
    DOUBLED = "doubled"
    RULES_UNPUBLISHED = "rules_unpublished"
    ORDER_UNRECORDED = "order_unrecorded"
    BEYOND_THE_LEDGER = "beyond_the_ledger"
    CURSOR_AHEAD = "cursor_ahead"
    CHILD_UNREPORTED = "child_unreported"
    UNIQUENESS_MISSING = "uniqueness_missing"


class ReconciliationState(OpenEnum):
    """How far a comparison is."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class LogFormat(OpenEnum):
    """The formats of event logs."""

    XES = "xes"
    OCEL2 = "ocel2"
    CSV = "csv"
    PARQUET = "parquet"


class ItemState(OpenEnum):
    """The outcome of a rollout for one dossier."""

    PENDING = "pending"
    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    WAITING = "waiting"
    ABANDONED = "abandoned"
    MOVED_ON = "moved_on"
    NOT_CURED = "not_cured"


class Measure(OpenEnum):
    """What is counted over a period. Of resolved ones: with the clock, kept, early, on the day, late on it."""

    CARRIED_OVER = "carried_over"
    RECEIVED = "received"
    RECEIVED_ONLINE = "received_online"
    RECEIVED_CROSSING = "received_crossing"
    RESOLVED = "resolved"
    RETURNED = "returned"
    ENDED_OTHERWISE = "ended_otherwise"
    OPEN_AT_END = "open_at_end"
    JUDGED_STATUTORY = "judged_statutory"
    KEPT_STATUTORY = "kept_statutory"
    EARLY_STATUTORY = "early_statutory"
    ON_TIME_STATUTORY = "on_time_statutory"
    LATE_STATUTORY = "late_statutory"
    JUDGED_PROMISED = "judged_promised"
    KEPT_PROMISED = "kept_promised"
    EARLY_PROMISED = "early_promised"
    ON_TIME_PROMISED = "on_time_promised"
    LATE_PROMISED = "late_promised"


class MeasureNow(OpenEnum):
    """What is counted as of now."""

    OPEN = "open"
    DUE_TODAY = "due_today"
    OVERDUE_STATUTORY = "overdue_statutory"
    OVERDUE_PROMISED = "overdue_promised"
    STANDING_STILL = "standing_still"
    ESCALATED = "escalated"
    WITH_INCIDENT = "with_incident"
    UNASSIGNED = "unassigned"
