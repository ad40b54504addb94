"""Shows what the engine returns: a receipt, or an error with the id for sending the same again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.messages.record import RecordRefusal
from domain.values import Bilingual
from gateway.cli.output import Output, show, tell
from gateway.i18n.wording import at, state_name
from workflows.messages import Receipt

UNKNOWN_OUTCOME = (
    DossierRefusal.ANSWER_PENDING,
    DossierRefusal.TEMPORAL_UNAVAILABLE,
    RecordRefusal.DATABASE_UNAVAILABLE,
)


@contextmanager
def sent_as(**identity: object) -> Iterator[None]:
    """Adds the id or key of the request to errors inside, so that the same can be sent again safely.

    When nobody knows whether the request arrived, also after Ctrl-C, it prints the option for sending it again.
    """
    options = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in identity.items())
    again = Bilingual(vi=f"Gửi lại với {options} thì chỉ làm một lần.", en=f"Sent again with {options}, it acts once.")
    try:
        yield
    except asyncio.CancelledError:
        tell(f"Chưa biết đã nhận hay chưa. {again.vi}", f"Whether it was received is not known. {again.en}")
        raise
    except DomainError as problem:
        problem.facts = {**problem.facts, **{name: str(value) for name, value in identity.items()}}
        if problem.code in UNKNOWN_OUTCOME:
            problem.message = Bilingual(vi=f"{problem.message.vi}\n{again.vi}", en=f"{problem.message.en}\n{again.en}")
        raise


def show_receipt(receipt: Receipt, output: Output) -> None:
    """Prints two or three lines: the code, the state, and the dates."""
    state = output.of(state_name(receipt.state))
    again = output.say(" – lệnh này đã làm trước đó", " – this had acted before") if receipt.repeated else ""
    version = output.say("phiên bản", "version")
    show(f"{receipt.dossier}  {state}  ({version} {receipt.version}){again}")
    dates = [
        (output.say("Hẹn trả", "Promised"), receipt.promised_due),
        (output.say("Theo quy định", "Statutory"), receipt.statutory_due),
    ]
    shown = [f"{name}: {at(due)}" for name, due in dates if due is not None]
    if receipt.beyond:
        shown.append(
            output.say(
                "Có hạn nằm ngoài lịch làm việc, sẽ tính khi lịch được bổ sung",
                "A date lies beyond the calendar and is computed when it is extended",
            )
        )
    if shown:
        show("  " + "   ".join(shown))
