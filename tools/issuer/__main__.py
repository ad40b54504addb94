"""`python -m tools.issuer --port N --folder FOLDER`: serves the development issuer on the loopback address."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

import uvicorn
from pydantic import SecretStr

from activities.province.atomic_files import write_whole
from domain.values import VIETNAM
from tools.issuer.app import DevelopmentIssuer
from tools.issuer.issued_tokens import TokenMaker
from tools.issuer.signing_keys import SigningKeys
from workers import telemetry
from workers.http_server import listening
from workers.settings import load_settings
from workers.staff_in_force import StaffInForce

HOST = "127.0.0.1"
"""It asks for no password, so that no other machine may reach it."""


def main() -> None:
    """Serves until a signal stops the process."""
    parser = argparse.ArgumentParser(prog="python -m tools.issuer", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--folder", type=Path, required=True, help="of its keys")
    parser.add_argument("--audience", required=True, help="the API that its tokens are for")
    parser.add_argument("--service-secret-file", type=Path, required=True, help="with which services sign in")
    parser.add_argument("--address-file", type=Path, help="also write the address here once it listens")
    options = parser.parse_args()
    telemetry.set_up_logs("issuer", "warning")
    secret = SecretStr(options.service_secret_file.read_text(encoding="ascii").strip())
    staff = StaffInForce(load_settings().province())
    with listening(HOST, options.port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        if options.address_file:
            write_whole(options.address_file, address)
        tokens = TokenMaker(address, options.audience, SigningKeys(options.folder))
        issuer = DevelopmentIssuer(tokens, staff, secret, lambda: datetime.now(VIETNAM))
        config = uvicorn.Config(issuer.application(), log_config=None, access_log=False, timeout_graceful_shutdown=1)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
