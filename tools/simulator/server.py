"""Serves the simulator on a socket, as its own process or in a thread of a test."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tools.simulator.app import Simulator
from tools.simulator.broken_answers import BrokenOff
from tools.simulator.connections import ReachableProtocol


def listening(host: str, port: int) -> socket.socket:
    """A listening socket. Port 0 takes a free port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=512)


def server_of(simulator: Simulator, listener: socket.socket) -> uvicorn.Server:
    """A server for this socket. It sets the simulator's `url`."""
    host, port = listener.getsockname()[:2]
    simulator.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    logging.getLogger("uvicorn.error").addFilter(_not_broken_off)
    config = uvicorn.Config(
        simulator.application(),
        http=ReachableProtocol,
        date_header=False,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        log_config=None,
    )
    return uvicorn.Server(config)


@contextmanager
def running_simulator(simulator: Simulator) -> Iterator[str]:
    """Serves from a thread, for tests. Gives the address, and stops the server at the end."""
    listener = listening("127.0.0.1", 0)
    simulator.receive_mail(listening("127.0.0.1", 0))
    server = server_of(simulator, listener)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 10
        while not server.started:
            if not thread.is_alive() or time.monotonic() > until:
                raise RuntimeError("the simulator did not start within 10 seconds")
            time.sleep(0.01)
        yield simulator.url
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


def _not_broken_off(record: logging.LogRecord) -> bool:
    """Keeps a connection that is dropped on purpose out of the log."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, BrokenOff)
