"""What an applicant was told of a dossier, and by which channels they want to be told."""

from __future__ import annotations

from activities.ledger.notices import NoticeLine, NoticeRegister
from activities.ledger.opt_outs import OptOut, OptOuts
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.vault import Vault
from domain.channels.contacts import contacts_of
from domain.channels.notice_channel import NoticeChannel
from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from domain.messages.record import RecordRefusal
from domain.values import Value


class ChannelOfApplicant(Value):
    """One channel and one applicant. `reaches`: the vault has a number or a mailbox for it. `opt_out`: the one that
    holds; None: they take notices by it."""

    channel: NoticeChannel
    reaches: bool
    opt_out: OptOut | None


class NoticesOfDossier(Value):
    """The notices of a dossier, the oldest first, and every channel."""

    notices: tuple[NoticeLine, ...]
    channels: tuple[ChannelOfApplicant, ...]


async def notices_of(pool: Pool, dossier: str) -> NoticesOfDossier:
    """The notices of a dossier. Nothing of it says where the applicant is reached.

    Raises NotFound `unknown_dossier`, DatabaseUnavailable.
    """
    contacts, opt_outs = await _contacts(pool, dossier), OptOuts(pool)
    channels = [
        ChannelOfApplicant(
            channel=channel,
            reaches=channel in contacts,
            opt_out=await opt_outs.look(channel, contacts[channel]) if channel in contacts else None,
        )
        for channel in NoticeChannel
    ]
    notices = await NoticeRegister(pool).of_dossier(dossier)
    return NoticesOfDossier(notices=tuple(notices), channels=tuple(channels))


async def opt_out(pool: Pool, dossier: str, channel: NoticeChannel, who: str, why: str) -> OptOut:
    """Records that the applicant of a dossier takes no notices by a channel. It holds for every dossier with the same
    number or mailbox. A second time changes nothing.

    Raises NotFound `unknown_dossier`, `contact_not_kept`, the errors of `operator_orders`, DatabaseUnavailable.
    """
    return await OptOuts(pool).opt_out(channel, await _contact(pool, dossier, channel), who, why)


async def opt_in(pool: Pool, dossier: str, channel: NoticeChannel, who: str, why: str) -> OptOut:
    """Takes the opt-out back; returns it as it was. Raises NotFound `not_opted_out`, and the errors of `opt_out`."""
    return await OptOuts(pool).take_back(channel, await _contact(pool, dossier, channel), who, why)


async def _contact(pool: Pool, dossier: str, channel: NoticeChannel) -> str:
    contacts = await _contacts(pool, dossier)
    if channel not in contacts:
        raise NotFound(RecordRefusal.CONTACT_NOT_KEPT, dossier=dossier, channel=channel.value)
    return contacts[channel]


async def _contacts(pool: Pool, dossier: str) -> dict[NoticeChannel, str]:
    """Where the applicant is reached. Empty when it was erased."""
    row = await LedgerReader(pool).dossier(dossier)
    if row is None:
        raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=dossier)
    kept = dossier_in(row).applicant.commitment
    return dict(contacts_of((await Vault(pool).reveal_all([kept])).get(kept)))
