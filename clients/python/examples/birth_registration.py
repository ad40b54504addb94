"""A maternity ward's service: it files a birth at the commune's desk, follows it, and confirms the fee that it took.

    python birth_registration.py --api URL --issuer URL --client-id ID --procedure CODE --unit CODE < birth.json

The secret comes from a file, and the place in the events is kept in another one: stopped at any point and started
again with the same birth, the service goes on and does nothing twice.
"""

from __future__ import annotations

import argparse
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
        applicant=Applicant.model_validate(
            {"name": birth["parent"], "identity_number": birth["identity_number"], "birth_date": birth["parent_born"]}
        ),
        documents=tuple(SubmittedDocument(code=code, original=True) for code in birth["documents"].split()),
    )
    dossier = client.submit(submission, key=f"birth-{birth['number']}").dossier
    client.act(dossier, Accept(), key=f"accept-{birth['number']}")
    return dossier


def react(client: LuongXanh, event: CloudEvent, birth: dict[str, str]) -> bool:
    """Does what an event asks for. True when nothing more is to be done here."""
    match event.type.split(".")[1]:
        case "payment_requested":
            paid = ConfirmPayment(amount=(event.data or {})["event"]["amount"], voucher=f"TILL-{birth['number']}")
            try:
                client.act(event.subject, paid, key=event.id)
            except Refused as refused:  # paid meanwhile, or taken back
                print(f"{event.subject}: {refused.code}: {refused.detail}", file=sys.stderr)
        case "payment_confirmed" | "dossier_refused" | "dossier_stopped" | "dossier_resolved":
            return True
    return False


def main() -> None:
    """Files one birth and follows it until it is paid for, or has ended."""
    options = argparse.ArgumentParser()
    for name in ("api", "issuer", "client-id", "secret-file", "position-file", "procedure", "unit"):
        options.add_argument(f"--{name}", required=True)
    given, birth = options.parse_args(), json.load(sys.stdin)
    place = Path(given.position_file)
    sign_in = ClientCredentials(
        given.issuer, given.client_id, Path(given.secret_file).read_text(encoding="utf-8").strip()
    )
    with LuongXanh(given.api, sign_in) as client:
        position = place.read_text(encoding="ascii") if place.exists() else client.events.now()
        place.write_text(position, encoding="ascii")
        dossier = file(client, birth, given.procedure, given.unit)
        for placed in client.events.follow(position, EventFilter(procedures=(given.procedure,))):
            done = placed.event.subject == dossier and react(client, placed.event, birth)
            place.write_text(placed.position or position, encoding="ascii")
            if done:
                break
        print(dossier, client.dossier(dossier).state)


if __name__ == "__main__":
    main()
