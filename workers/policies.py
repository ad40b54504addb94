"""What the settings say to parts of the product: the places of checkpoints, the issuer of access tokens, the
console."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from activities.ledger.checkpoints.places import CheckpointPlaces
from gateway.access.issuer_policy import Algorithm, ClaimNames, IssuerPolicy
from gateway.console.parts import ConsolePolicy
from workers.credentials import console_secret
from workers.setting_values import parts_of
from workers.settings import Settings


def checkpoint_places(settings: Settings) -> CheckpointPlaces:
    """The places of the checkpoints, their key and their origin, from the settings."""
    return CheckpointPlaces(
        origin=f"luongxanh/{settings.authority}",
        folder=settings.checkpoint_folder,
        key_file=settings.checkpoint_key,
        copies=parts_of(settings.checkpoint_copies),
    )


def issuer_policy(settings: Settings) -> IssuerPolicy:
    """The issuer of access tokens, from the settings. Raises the errors of `Settings.need`."""
    return IssuerPolicy(
        issuer=settings.need("issuer_url"),
        audience=settings.need("issuer_audience"),
        keys_url=settings.issuer_keys_url,
        algorithms=tuple(part for part in get_args(Algorithm) if part in parts_of(settings.issuer_algorithms)),
        skew_seconds=settings.issuer_skew_seconds,
        longest_life_seconds=settings.issuer_longest_life_seconds,
        cache_seconds=settings.issuer_cache_seconds,
        kept_seconds=settings.issuer_kept_seconds,
        claims=ClaimNames(
            kind=settings.issuer_kind_claim,
            identifier=settings.issuer_identifier_claim,
            client=parts_of(settings.issuer_client_claims),
            role=settings.issuer_role_claim,
            unit=settings.issuer_unit_claim,
        ),
    )


def console_policy(settings: Settings) -> ConsolePolicy:
    """The console, from the settings. Raises SettingsError for a secret that cannot be read."""
    return ConsolePolicy(
        client_id=settings.console_client_id,
        client_secret=console_secret(settings),
        public_url=settings.public_url,
        temporal_ui=_temporal_ui(settings),
        session_lasts=timedelta(hours=settings.console_session_hours),
        session_idle=timedelta(minutes=settings.console_idle_minutes),
    )


def _temporal_ui(settings: Settings) -> str | None:
    """Where Temporal's pages of the namespace begin."""
    url = settings.temporal_ui_url
    return None if url is None else f"{url.rstrip('/')}/namespaces/{settings.namespace}"
