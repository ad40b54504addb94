"""`python -m tools.simulator --port 0 --state FILE`: prints one line of JSON with its address, then serves."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from activities.province.atomic_files import PRIVATE, write_whole
from domain.outside_systems import System
from tools.simulator.app import Simulator
from tools.simulator.server import listening, server_of
from tools.simulator.world import Access, as_file
from workers import telemetry
from workers.settings import load_settings


def main() -> None:
    """Serves until a signal stops the process."""
    parser = argparse.ArgumentParser(prog="python -m tools.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--mail-port", type=int, default=0, help="of the mail server; 0: a free one")
    parser.add_argument("--state", type=Path, help="SQLite file; without it everything is forgotten at the end")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--unreliable", type=float, default=0.0, metavar="SHARE", help="share of calls that go wrong")
    parser.add_argument("--address-file", type=Path, help="also write the address here once it listens")
    parser.add_argument("--outside-file", type=Path, help="also write where each system is, as a worker reads it")
    parser.add_argument("--callback-secret-file", type=Path, help="with which its payment callbacks are signed")
    parser.add_argument("--post-secret-file", type=Path, help="with which the reports of its post are signed")
    options = parser.parse_args()
    telemetry.set_up_logs("simulator", "warning")
    simulator = Simulator(
        state=options.state,
        seed=options.seed,
        unreliable=options.unreliable,
        access=_access({"callback_secret": options.callback_secret_file, "post_secret": options.post_secret_file}),
    )
    with listening(options.host, options.port) as listener:
        simulator.receive_mail(listening(options.host, options.mail_port or _mail_port(options.outside_file)))
        server = server_of(simulator, listener)
        if options.address_file:
            write_whole(options.address_file, simulator.url)
        if options.outside_file:
            addresses = simulator.world.access.addresses(simulator.url, unit=load_settings().authority)
            write_whole(options.outside_file, as_file(addresses), mode=PRIVATE)
        print(json.dumps({"address": simulator.url}), flush=True)
        server.run(sockets=[listener])


def _access(files: Mapping[str, Path | None]) -> Access:
    """The secrets in these files, of each the line in use; where there is none, one that only the simulator takes."""
    return Access.model_validate(
        {name: file.read_text(encoding="ascii").split()[0] for name, file in files.items() if file is not None}
    )


def _mail_port(outside_file: Path | None) -> int:
    """The port that the mail server had before: who reads the file when it starts still has it. 0: none is known."""
    if outside_file is None or not outside_file.exists():
        return 0
    listed = json.loads(outside_file.read_bytes())
    return next((urlsplit(one["base_url"]).port or 0 for one in listed if one["system"] == System.EMAIL), 0)


if __name__ == "__main__":
    main()
