"""What must hold after the run, judged by the simulator's own counts beside the ledger. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.dossier.events import PaymentOrderCreated, ResultSealed, ResultSigned, SigningHandedOver, StepCompleted
from domain.dossier.refused_calls import refused_calls
from domain.dossier.state import TERMINAL, Dossier, SigningStatus, State
from domain.dossier.wanted_effects import effects_of
from domain.outside_systems import CHANNELS
from domain.roles import MACHINES
from domain.text.sentences import dong
from domain.values import Bilingual, Value
from tools.chaos.evidence import Evidence
from tools.chaos.operators import known_of
from tools.chaos.signatures import is_authentic
from tools.demo.timeliness import made_late

MAY_REPEAT = frozenset({("portal", "updated"), ("portal", "progress"), ("payments", "paid")})
"""What happens more than once under one key: states follow each other, and citizens pay twice."""
REGISTRIES = ("civil", "residence", "land", "business")


class Line(Value):
    """One line of the table. `lost` and `doubled` name what is wrong; both are empty where the invariant holds."""

    what: Bilingual
    outside: int
    """The simulator's count, or that of the players."""
    ledger: int
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    lied: tuple[str, ...] = ()
    """What a system reported as done, did not do, and cannot be asked about: it is told, and no fault of the engine."""

    @property
    def holds(self) -> bool:
        """True when nothing is wrong."""
        return not (self.lost or self.doubled or self.late or self.wrong)


def judged(evidence: Evidence) -> tuple[Line, ...]:
    """Every invariant."""
    return tuple(judge(evidence) for judge in EVERY)


def filed_once(evidence: Evidence) -> Line:
    """As many dossiers as were filed, and none twice."""
    known = Counter(one.code for one in evidence.whole)
    return _counted("Hồ sơ nộp", "dossiers filed", evidence.planned, len(known), [c for c, n in known.items() if n > 1])


def acted_once(evidence: Evidence) -> Line:
    """Each act of a person that was answered is in the ledger, once however often it was sent."""
    recorded = {one.command_id for one in evidence.record.events if one.actor.role not in MACHINES}
    return _counted("Lệnh của người", "acts of people", evidence.acts, len(recorded - evidence.on_duty))


def orders(evidence: Evidence) -> Line:
    """Every order of the platform is one that the ledger has recorded."""
    outside = [one["order_id"] for one in evidence.books["payments"]["orders"]]
    return _same("Lệnh thanh toán", "payment orders", outside, _of_events(evidence, PaymentOrderCreated, "order"))


def payments(evidence: Evidence) -> Line:
    """What was paid with each order is what the ledger knows to have been paid with it."""
    by_code = {one.code: one for one in evidence.record.dossiers}
    platform = evidence.books["payments"]["orders"]
    known = {one["order_id"]: known_of(by_code[one["dossier"]], one["order_id"]) for one in platform}
    pairs = [(one["order_id"], one["paid_amount"], known[one["order_id"]]) for one in platform]
    return Line(
        what=Bilingual(vi="Tiền đã nộp", en="money paid, dong"),
        outside=sum(paid for _, paid, _ in pairs),
        ledger=sum(known.values()),
        lost=tuple(f"{order}: {dong(paid).vi} > {dong(ours).vi}" for order, paid, ours in pairs if paid > ours),
        doubled=tuple(f"{order}: {dong(paid).vi} < {dong(ours).vi}" for order, paid, ours in pairs if paid < ours),
    )


def refunds(evidence: Evidence) -> Line:
    """What went back to each payer is what the ledger has sent back."""
    back: Counter[str] = Counter()
    for one in evidence.books["payments"]["orders"]:
        back[one["dossier"]] += one["refunded_amount"]
    ours = {one.code: one.money.refunded for one in evidence.record.dossiers}
    return Line(
        what=Bilingual(vi="Tiền hoàn trả", en="money refunded, dong"),
        outside=back.total(),
        ledger=sum(ours.values()),
        lost=tuple(f"{code}: {back[code]} < {amount}" for code, amount in ours.items() if back[code] < amount),
        doubled=tuple(f"{code}: {back[code]} > {amount}" for code, amount in ours.items() if back[code] > amount),
    )


def signatures(evidence: Evidence) -> Line:
    """Every signature that was given is recorded, each once.

    The level above signs at once when no answer comes (decision 008), so a signature of the level below may have been
    given and is not used. As many as were handed over are no second signature of the result.
    """
    made, ours = _made(evidence, "sign"), _of_dossiers(evidence, ResultSigned)
    dropped = _of_dossiers(evidence, SigningHandedOver)
    unused = Counter({code: min(count, dropped[code]) for code, count in (made - ours).items()})
    return _compared("Chữ ký", "signatures", made - unused + _forgotten(evidence, ResultSigned, made), ours)


def seals(evidence: Evidence) -> Line:
    """Every seal that was given is recorded, each once."""
    made = _made(evidence, "seal")
    made += _forgotten(evidence, ResultSealed, made)
    return _compared("Con dấu", "seals", made, _of_dossiers(evidence, ResultSealed))


def entries(evidence: Evidence) -> Line:
    """Every entry of a registry is a result that the ledger has registered, each dossier once."""
    outside = [
        f"{registry} {row['fields']['MaHoSo']}"
        for registry in REGISTRIES
        for row in evidence.books.get(registry, {}).get("entries", ())
    ]
    ours = [f"{one.result.registry} {one.code}" for one in evidence.record.dossiers if one.result.reference]
    return _same("Mục đăng ký", "registry entries", outside, ours)


def portal_states(evidence: Evidence) -> Line:
    """The portal shows every dossier in its present state, and has created each once."""
    shown = {row["MaHoSo"]: row["TrangThaiHoSo"] for row in evidence.books["portal"]["dossiers"]}
    ours = {one.code: str(one.state.portal_code) for one in evidence.whole}
    aside = evidence.aside("portal")
    stale = [
        f"{code}: {shown.get(code)} ≠ {state}"
        for code, state in ours.items()
        if shown.get(code) != state and code not in aside
    ]
    more = [code for code in shown if code not in ours]
    what = Bilingual(vi="Trạng thái trên Cổng", en="portal states")
    return Line(what=what, outside=len(shown), ledger=len(ours), lost=tuple(stale), doubled=tuple(more))


def portal_steps(evidence: Evidence) -> Line:
    """The portal shows every completed step of a filed dossier, once.

    A step that was sent back and completed again within the second is one there: its times have no smaller part.
    It has no service that shows its steps. Those of which it says itself that it reported and did not do them are told
    apart.
    """
    filed = {one.code for one in evidence.whole}
    filed -= evidence.aside("portal")
    shown = Counter(row["MaHoSo"] for row in evidence.books["portal"]["steps"] if row["MaHoSo"] in filed)
    told = {
        (one.dossier, one.event.step, one.event.person, one.event.unit, one.event.at.replace(microsecond=0))
        for one in evidence.record.events
        if isinstance(one.event, StepCompleted) and one.dossier in filed
    }
    ours = Counter(dossier for dossier, *_ in told)
    line = _compared("Bước xử lý trên Cổng", "steps on the portal", shown, ours)
    lies = [one for one in evidence.books["portal"].get("lied", ()) if one["service"] == "CapNhatTienDoHoSoMC"]
    lied = Counter(line.lost) & Counter(code for one in lies for code in one["dossiers"])
    apart = {"lost": tuple((Counter(line.lost) - lied).elements()), "lied": tuple(lied.elements())}
    return line.model_copy(update=apart)


def notices(evidence: Evidence) -> Line:
    """Every notice that the ledger calls sent is at its channel, once: under its key, an e-mail under its Message-ID.

    The channels have no way to ask whether they have a notice. So many as they say themselves that they reported and
    did not send are told apart.
    """
    taken = {key: times for one in CHANNELS for key, times in evidence.effects(one, "sent").items()}
    lost = tuple(sorted(set(evidence.notices) - taken.keys()))
    lies = sum(evidence.books[one]["misbehaved"].get("no_effect", 0) for one in CHANNELS if one in evidence.books)
    return Line(
        what=Bilingual(vi="Tin nhắn, thư", en="notices"),
        outside=len(taken.keys() & set(evidence.notices)),
        ledger=len(evidence.notices),
        lost=lost if len(lost) > lies else (),
        lied=lost if len(lost) <= lies else (),
        doubled=tuple(sorted(key for key, times in taken.items() if times > 1)),
    )


def interconnection(evidence: Evidence) -> Line:
    """The national software was told the end of every application, each status of each part once."""
    told = evidence.books["interconnection"]["told"]
    last = {(row["application"], row["part"]): row["status"] for row in told}
    taken = {row["fields"]["MaHoSo"]: row["application"] for row in told}
    ours = {one.code: _LAST_STATUS.get(one.state) for one in evidence.whole if one.code in taken}
    wrong = [
        f"{code} {taken[code]}: {last.get((taken[code], ''))} ≠ {status}"
        for code, status in ours.items()
        if status is not None and last.get((taken[code], "")) != status
    ]
    what = Bilingual(vi="Trạng thái liên thông", en="interconnected applications")
    return Line(what=what, outside=len(set(taken.values())), ledger=len(ours), lost=tuple(wrong))


_LAST_STATUS = {State.RESOLVED: "4", State.RETURNED: "5", State.REFUSED: "6", State.STOPPED: "6", State.WITHDRAWN: "6"}


def once(evidence: Evidence) -> Line:
    """No effect of any system happened twice under one key, also of a system that this module does not know."""
    effects = [
        (system, one)
        for system, book in evidence.books.items()
        for one in book.get("effects", ())
        if (system, one["service"]) not in MAY_REPEAT
    ]
    twice = tuple(
        f"{system} {one['service']} {one['key']} ×{one['times']}" for system, one in effects if one["times"] > 1
    )
    count = sum(one["times"] for _, one in effects)
    what = Bilingual(vi="Tác động của mọi hệ thống", en="effects of all systems")
    return Line(what=what, outside=count, ledger=len(effects), doubled=twice)


def in_time(evidence: Evidence) -> Line:
    """No dossier became late during the run."""
    clocked = [one for one in evidence.record.dossiers if one.deadlines.timing is not None]
    late = tuple(one.code for one in clocked if made_late(one, by=evidence.began))
    what = Bilingual(vi="Hồ sơ không bị lỗi bên ngoài làm trễ", en="dossiers not made late")
    return Line(what=what, outside=len(clocked), ledger=len(clocked) - len(late), late=late)


def finished(evidence: Evidence) -> Line:
    """Every dossier is where its story ends with nothing open, or waits for a person who was told why."""
    aside = {one.dossier for one in evidence.set_aside}
    stuck = [reason for one in evidence.record.dossiers if (reason := _unfinished(one, evidence)) is not None]
    told = [one.code for one in evidence.record.dossiers if waits_for_a_person(one) or one.code in aside]
    what = Bilingual(vi="Hồ sơ xong hoặc chờ người, có lý do", en="finished, or with a person for a stated reason")
    count = len(evidence.record.dossiers)
    wrong = (*stuck, *evidence.failures)
    return Line(what=what, outside=count - len(told), ledger=count, wrong=wrong)


def relays(evidence: Evidence) -> Line:
    """The relays have passed everything on."""
    behind = tuple(f"{relay}: {count}" for relay, count in evidence.behind.items() if count)
    what = Bilingual(vi="Sự kiện chưa chuyển", en="events not passed on")
    return Line(what=what, outside=sum(evidence.behind.values()), ledger=0, lost=behind)


def chains(evidence: Evidence) -> Line:
    """Every chain verifies."""
    what = Bilingual(vi="Chuỗi sổ cái nguyên vẹn", en="chains that verify")
    return Line(what=what, outside=evidence.chains, ledger=len(evidence.record.dossiers), wrong=evidence.broken)


def agreement(evidence: Evidence) -> Line:
    """The ledger and Temporal agree."""
    what = Bilingual(vi="Sổ cái khác Temporal", en="differences of ledger and Temporal")
    return Line(what=what, outside=len(evidence.differences), ledger=0, wrong=evidence.differences)


EVERY: tuple[Callable[[Evidence], Line], ...] = (
    filed_once,
    acted_once,
    orders,
    payments,
    refunds,
    signatures,
    seals,
    entries,
    portal_states,
    portal_steps,
    notices,
    interconnection,
    once,
    in_time,
    finished,
    relays,
    chains,
    agreement,
)


def waits_for_a_person(dossier: Dossier) -> bool:
    """True if a call was refused for good, which operators are shown, or the level above has to sign."""
    return bool(refused_calls(dossier)) or dossier.signing.status is SigningStatus.HANDED_OVER


def is_at_rest(dossier: Dossier) -> bool:
    """True if no outside call is needed any more. An order that nobody pays stays open for days."""
    return not effects_of(dossier)


def _unfinished(dossier: Dossier, evidence: Evidence) -> str | None:
    """Why a dossier is neither finished nor with a person; None if it is."""
    if waits_for_a_person(dossier):
        return None
    open_calls = ", ".join(f"{one.effect} {one.code}" for one in dossier.incidents)
    if not is_at_rest(dossier):
        return f"{dossier.code} {dossier.state}: {open_calls or 'a call is under way'}"
    wanted = evidence.ends.get(dossier.code)
    if wanted is not None and dossier.state != wanted and dossier.state not in TERMINAL:
        return f"{dossier.code}: {dossier.state} ≠ {wanted}"
    return None


def _made(evidence: Evidence, service: str) -> Counter[str]:
    """How often the signing service did this for each dossier."""
    made: Counter[str] = Counter()
    for key, times in evidence.effects("signing", service).items():
        made[key.rpartition(".")[0]] += times
    return made


def _forgotten(evidence: Evidence, event: type[ResultSigned | ResultSealed], kept: Mapping[str, int]) -> Counter[str]:
    """What the service gave and does not remember, by dossier: the ledger has bytes that only its key makes."""
    documents = {one.code: one.signing.document for one in evidence.record.dossiers}
    return Counter(
        one.dossier
        for one in evidence.record.events
        if isinstance(one.event, event)
        and not kept.get(one.dossier)
        and is_authentic(one.event, documents[one.dossier])
    )


def _of_dossiers(evidence: Evidence, event: type[Any]) -> Counter[str]:
    """How often each dossier has such an event."""
    return Counter(one.dossier for one in evidence.record.events if isinstance(one.event, event))


def _of_events(evidence: Evidence, event: type[Any], field: str) -> list[str]:
    return [str(getattr(one.event, field)) for one in evidence.record.events if isinstance(one.event, event)]


def _counted(vi: str, en: str, outside: int, ledger: int, twice: Iterable[str] = ()) -> Line:
    lost = (f"{outside} > {ledger}",) if outside > ledger else ()
    doubled = (*twice, *((f"{outside} < {ledger}",) if outside < ledger else ()))
    return Line(what=Bilingual(vi=vi, en=en), outside=outside, ledger=ledger, lost=lost, doubled=doubled)


def _same(vi: str, en: str, outside: Iterable[str], ledger: Iterable[str]) -> Line:
    return _compared(vi, en, Counter(outside), Counter(ledger))


def _compared(vi: str, en: str, outside: Mapping[str, int], ledger: Mapping[str, int]) -> Line:
    """Lost: what the ledger has and the system has not. Doubled: what the system did more often."""
    theirs, ours = Counter(outside), Counter(ledger)
    return Line(
        what=Bilingual(vi=vi, en=en),
        outside=theirs.total(),
        ledger=ours.total(),
        lost=tuple(sorted((ours - theirs).elements())),
        doubled=tuple(sorted((theirs - ours).elements())),
    )
