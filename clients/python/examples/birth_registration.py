"""A maternity ward's service: it files a birth at the commune's desk, follows it, and confirms the fee that it took.

    python birth_registration.py API ISSUER CLIENT_ID SECRET_FILE POSITION_FILE PROCEDURE UNIT < birth.json

Stopped at any point and started again with the same birth and the same file for its position in the events, the service
goes on and does nothing twice.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from luongxanh_client import (
    Accept,
    Applicant,
    Channel,
    ClientCredentials,
    CloudEvent,
    ConfirmPayment,
    EventFilter,
    LuongXanh,
    Matter,
    Refused,
    Submission,
    SubmittedDocument,
)


def file(client: LuongXanh, birth: dict[str, str], procedure: str, unit: str) -> str:
    """Opens the dossier and accepts it at the desk. The number of the birth is the key: it is filed once."""
    submission = Submission(
        procedure=procedure,
        channel=Channel.COUNTER,
        received_by=unit,
        matter=Matter(territory=birth["residence"]),
        applicant=Applicant.model_validate({name: birth[name] for name in ("name", "identity_number", "birth_date")}),
        documents=tuple(SubmittedDocument(code=code, original=True) for code in birth["documents"].split()),
    )
    dossier = client.submit(submission, key=f"birth-{birth['number']}").dossier
    client.act(dossier, Accept(), key=f"accept-{birth['number']}")
    return dossier


def pay(client: LuongXanh, event: CloudEvent, voucher: str) -> None:
    """Confirms what an event asks for. The event is the key: it is confirmed once."""
    try:
        client.act(event.subject, ConfirmPayment(amount=event.content["amount"], voucher=voucher), key=event.id)
    except Refused as refused:  # paid meanwhile, or taken back
        print(f"{event.subject}: {refused.code}: {refused.detail}", file=sys.stderr)


api, issuer, client_id, secret_file, position_file, procedure, unit = sys.argv[1:]
birth = json.load(sys.stdin)
secret = Path(secret_file).read_text(encoding="utf-8").strip()
with LuongXanh(api, ClientCredentials(issuer, client_id, secret)) as client:
    events = client.events.kept_in(position_file)  # before the dossier: no event of it is missed
    dossier = file(client, birth, procedure, unit)
    for event in events.follow(EventFilter(procedures=(procedure,))):
        if event.subject == dossier and event.kind == "payment_requested":
            pay(client, event, f"TILL-{birth['number']}")
        elif event.subject == dossier and event.kind in ("payment_confirmed", "dossier_withdrawn", "dossier_stopped"):
            break
    print(dossier, client.dossier(dossier).state)
