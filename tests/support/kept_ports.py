"""Keeps the ports of a server that is stopped for a while."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def kept(ports: Iterable[int]) -> Iterator[None]:
    """The system gives none of these ports of 127.0.0.1 to anybody until the end of the block.

    Otherwise another stack may have the port of a server that is started again, and who waits for the server waits for
    ever. A caller is refused meanwhile, as at a port where nobody listens. The server itself may listen again: it
    allows the reuse of its address, as these sockets do.
    """
    with ExitStack() as stack:
        for port in ports:
            place = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            place.bind(("127.0.0.1", port))
        yield
