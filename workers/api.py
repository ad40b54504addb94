"""The process that serves the gateway's HTTP side, the API and the console: `luongxanh api --port N`."""

from __future__ import annotations

from datetime import timedelta

from activities.province import limits_of
from gateway.access.rates import Quota
from gateway.access.tokens import open_verifier
from gateway.api.application import application
from gateway.api.keys import Keys
from gateway.api.parts import Api, ApiPolicy, EventsPolicy
from gateway.api.payment_callbacks import callback_router
from gateway.api.payment_rechecks import RecheckPauses
from gateway.api.post_reports import report_router
from gateway.api.sms_replies import reply_router
from gateway.console.application import beside_api, entrance, open_console
from gateway.dossiers.proving import Proofs
from workers import telemetry
from workers.collector import keep_for_good
from workers.connections import patiently
from workers.credentials import api_secrets, callback_secret, post_secret, sms_secret
from workers.engine import open_engine
from workers.http_server import listening, server_of
from workers.policies import checkpoint_places, console_policy, issuer_policy
from workers.setting_values import allowed_hosts_in, parts_of
from workers.settings import Settings


async def serve(settings: Settings, host: str, port: int) -> None:
    """Serves until a signal stops the process. Raises SettingsError, such as `port_unavailable`."""
    secret, secrets, policy = callback_secret(settings), api_secrets(settings), issuer_policy(settings)
    of_the_post, of_sms = post_secret(settings), sms_secret(settings)
    with listening(host, port) as listener:
        runtime = telemetry.set_up("api", level=settings.log_level, otlp_endpoint=settings.otlp_endpoint)
        telemetry.serve_metrics()
        async with (
            telemetry.end_logged(),
            open_verifier(policy) as tokens,
            open_engine(settings, runtime=runtime, connecting=patiently) as engine,
        ):
            limits = limits_of(engine.province, settings.province())
            events_out = events_policy_of(settings)
            parts = Api(
                engine,
                engine.pool,
                tokens,
                Keys(*secrets),
                policy_of(settings),
                limits=limits,
                events_out=events_out,
                proofs=proofs_of(settings),
            )
            reported = (
                callback_router(engine, secret, pauses_of(settings)),
                report_router(engine, of_the_post),
                reply_router(engine.pool, of_sms),
            )
            app = application(parts, *reported, entrance)
            async with open_console(parts, policy, console_policy(settings)) as console:
                served = beside_api(app, console)
                keep_for_good()
                await server_of(served, on_stop=parts.events.live.stop, trusted_proxies=settings.trusted_proxies).serve(
                    sockets=[listener]
                )
    telemetry.shut_down()


def policy_of(settings: Settings) -> ApiPolicy:
    """What the operator has set for the API."""
    return ApiPolicy(
        if_match_for=frozenset(parts_of(settings.if_match_for)),
        caller=Quota(requests=settings.requests_a_minute, seconds=60),
        public=Quota(requests=settings.public_requests_a_minute, seconds=60),
        answers_kept=timedelta(days=settings.answers_kept_days),
    )


def events_policy_of(settings: Settings) -> EventsPolicy:
    """How events go out."""
    return EventsPolicy(
        authority=settings.authority,
        public_url=settings.public_url,
        allowed_hosts=allowed_hosts_in(settings.webhook_allowed_hosts),
    )


def proofs_of(settings: Settings) -> Proofs:
    """Where the log of checkpoints is, and how often a checkpoint is made."""
    return Proofs(checkpoint_places(settings), timedelta(seconds=settings.checkpoint_seconds))


def pauses_of(settings: Settings) -> RecheckPauses:
    """The pauses between two checks of a payment order whose callback was not accepted."""
    return RecheckPauses(
        first=settings.payment_asked_after,
        longest=settings.payment_asked_at_least_every,
        altogether=settings.payment_asked_for,
    )
