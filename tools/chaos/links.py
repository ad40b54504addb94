"""`python -m tools.chaos.links NAME=HOST:PORT …`: TCP links to servers, which can be reset, cut and stalled on order.

Prints one line of JSON with the port of each link, then reads orders from its standard input, one a line: `reset NAME`,
`cut NAME`, `stall NAME`, `mend NAME`. It answers each with the number of connections that were open, and ends at the
end of its input.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import sys
from dataclasses import dataclass, field

AT_ONCE = 65_536
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: the close sends RST, and the peer sees `connection reset`."""


@dataclass
class Link:
    """One listening port, and the server that it leads to."""

    host: str
    port: int
    opened: set[asyncio.StreamWriter] = field(default_factory=set)
    taking: bool = True
    """False: a new connection is reset at once."""
    flowing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.flowing.set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carries one connection to the server, until one side ends it or an order does."""
        if not self.taking:
            _reset(writer)
            return
        try:
            onward, back = await asyncio.open_connection(self.host, self.port)
        except OSError:
            _reset(writer)
            return
        self.opened |= {writer, back}
        try:
            await asyncio.gather(self._carry(reader, back), self._carry(onward, writer))
        except asyncio.CancelledError:
            return  # the links end
        finally:
            self.opened -= {writer, back}
            for one in (writer, back):
                one.close()

    def order(self, what: str, port: str = "") -> int:
        """Carries out an order. Returns how many connections were open."""
        count = len(self.opened) // 2
        match what:
            case "reset":
                self._reset_all()
            case "cut":
                self.taking = False
                self._reset_all()
            case "stall":
                self.flowing.clear()
            case "aim":
                self.port = int(port)
            case "mend":
                self.taking = True
                self.flowing.set()
            case _:
                raise ValueError(what)
        return count

    def _reset_all(self) -> None:
        for writer in tuple(self.opened):
            _reset(writer)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(AT_ONCE):
                await self.flowing.wait()
                writer.write(data)
                await writer.drain()
            writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Ends the connection with RST, in both directions at once."""
    with contextlib.suppress(OSError):
        found: socket.socket | None = writer.get_extra_info("socket")
        if found is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    writer.transport.abort()


async def serve(targets: dict[str, tuple[str, int]]) -> None:
    """Serves the links until the end of the standard input."""
    links = {name: Link(host, port) for name, (host, port) in targets.items()}
    async with contextlib.AsyncExitStack() as stack:
        ports = {}
        for name, link in links.items():
            server = await stack.enter_async_context(await asyncio.start_server(link.take, "127.0.0.1", 0))
            ports[name] = server.sockets[0].getsockname()[1]
        print(json.dumps(ports), flush=True)
        while line := (await asyncio.to_thread(sys.stdin.readline)).split():
            print(links[line[1]].order(line[0], *line[2:]), flush=True)
        for link in links.values():
            link.order("cut")


def main() -> None:
    """Serves the links that the arguments name."""
    targets = {}
    for argument in sys.argv[1:]:
        name, _, address = argument.partition("=")
        host, _, port = address.rpartition(":")
        targets[name] = (host, int(port))
    asyncio.run(serve(targets))


if __name__ == "__main__":
    main()
