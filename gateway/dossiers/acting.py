"""Submits and acts for a caller who has signed in. What differs between the ways in (versions, answers) is not here."""

from __future__ import annotations

from uuid import UUID

from activities.ledger.reading import dossier_in
from domain.dossier.state import Dossier
from domain.errors import DomainError, NotFound
from gateway.access.scopes import units_of
from gateway.access.sign_in import SignedIn
from gateway.client import ActRequest, Engine, Submission
from gateway.client.requests import with_plain_note
from gateway.dossiers.bodies import ByCaller, SubmissionBody, command_in
from gateway.dossiers.brought_over import as_told_to
from gateway.dossiers.capacity import actor_for_request
from gateway.dossiers.command_ids import command_id_of, submission_key_of
from gateway.dossiers.reaching import in_reach
from workflows.messages import Receipt


async def submit(
    engine: Engine, signed: SignedIn, body: SubmissionBody, key: str, *, until_recorded: bool = True
) -> Receipt:
    """Opens a dossier. `key` is the caller's own: the same key is the same dossier. Raises the errors of
    `Engine.submit`."""
    given = {name: getattr(body, name) for name in SubmissionBody.model_fields if name != "acting_as"}
    actor = actor_for_request(signed, body.acting_as, (body.received_by,))
    submission = Submission(key=submission_key_of(signed.caller, key), actor=actor, **with_plain_note(given))
    try:
        return await engine.submit(signed.caller.principal, submission, until_recorded=until_recorded)
    except DomainError as refused:
        raise await as_told_to(engine, signed, refused) from refused


async def act(
    engine: Engine,
    signed: SignedIn,
    kind: str,
    code: str,
    body: ByCaller,
    key: str,
    *,
    version: int | None = None,
    until_recorded: bool = True,
) -> Receipt:
    """Gives the command of a body to a dossier that the caller reaches.

    `version` is the one that the caller has seen. Raises NotFound `unknown_dossier`, and the errors of `Engine.act`.
    """
    command_id = command_id_of(signed.caller, key)
    dossier = await _dossier(engine, signed, code, command_id)
    request = ActRequest(
        command_id=command_id,
        actor=actor_for_request(signed, body.acting_as, units_of(dossier)),
        command=command_in(kind, body),
        expected_version=version,
        note=with_plain_note({"note": body.note})["note"],
        applicant=getattr(body, "applicant", None),
        postal_address=getattr(body, "postal_address", None),
    )
    return await engine.act(signed.caller.principal, code, request, until_recorded=until_recorded)


async def _dossier(engine: Engine, signed: SignedIn, code: str, command_id: UUID) -> Dossier:
    """The dossier that the caller reaches, or reached with this very command: an act may take it out of reach.

    A unit that refuses a handover has no more to do with the dossier, and may still ask again how its act ended.
    """
    try:
        return (await in_reach(engine, signed, code))[1]
    except NotFound:
        earlier = await engine.reader.command(command_id)
        if earlier is None or earlier.dossier != code:
            raise
        return dossier_in(await engine.dossier(code))
