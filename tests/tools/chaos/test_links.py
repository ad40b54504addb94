"""The links between processes: what they do on order to real connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tools.chaos.link_control import Links, open_links


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that says everything back."""
    while data := await reader.read(1_000):
        writer.write(data)
    writer.close()


@pytest.fixture(scope="module")
async def links() -> AsyncIterator[Links]:
    """One link to an echo."""
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, open_links({"echo": address, "nowhere": "127.0.0.1:9"}) as opened:
        yield opened


async def connected(links: Links, name: str = "echo") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection over a link."""
    return await asyncio.open_connection("127.0.0.1", links.ports[name])


async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, what: bytes) -> bytes:
    """What comes back."""
    writer.write(what)
    return await asyncio.wait_for(reader.readexactly(len(what)), 10)


async def is_reset(links: Links, name: str) -> None:
    """A new connection is reset: before it is used, or as soon as it is."""
    with pytest.raises(ConnectionResetError):
        await first_byte(links, name)


async def first_byte(links: Links, name: str) -> bytes:
    """What a new connection hears."""
    reader, _ = await connected(links, name)
    return await asyncio.wait_for(reader.read(1), 10)


async def test_a_link_carries_both_ways(links: Links) -> None:
    """What goes in comes out."""
    reader, writer = await connected(links)
    assert await said(reader, writer, b"xin chao") == b"xin chao"
    writer.close()


async def test_a_reset_ends_open_connections_and_takes_new_ones(links: Links) -> None:
    """The peer sees a reset, and the next connection works."""
    reader, writer = await connected(links)
    await said(reader, writer, b"one")
    assert await links.order("reset", "echo") == 1
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(reader.read(1), 10)
    again = await connected(links)
    assert await said(*again, b"two") == b"two"
    again[1].close()


async def test_a_cut_link_takes_no_connection_until_it_is_mended(links: Links) -> None:
    """A new connection is reset at once."""
    await links.order("cut", "echo")
    try:
        await is_reset(links, "echo")
    finally:
        await links.order("mend", "echo")
    mended = await connected(links)
    assert await said(*mended, b"three") == b"three"
    mended[1].close()


async def test_a_stalled_link_says_nothing_and_loses_nothing(links: Links) -> None:
    """What was sent meanwhile arrives when it is mended."""
    reader, writer = await connected(links)
    await said(reader, writer, b"before")
    await links.order("stall", "echo")
    writer.write(b"meanwhile")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.2)
    await links.order("mend", "echo")
    assert await asyncio.wait_for(reader.readexactly(9), 10) == b"meanwhile"
    writer.close()


async def test_a_link_to_a_server_that_is_down_resets(links: Links) -> None:
    """And it leads there as soon as it is told where the server is."""
    await is_reset(links, "nowhere")
    await links.order("aim", "nowhere", links.ports["echo"])
    aimed = await connected(links, "nowhere")
    assert await said(*aimed, b"four") == b"four"
    aimed[1].close()
