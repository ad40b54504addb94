"""The address on a receipt, as its QR code has it.

The secret is in the fragment: a browser keeps the fragment to itself, so that no log of a server and no Referer has it.
A script of the page takes it from the address line and posts it. Without scripts the person types it.
"""

from __future__ import annotations

from urllib.parse import quote


def address_on_receipt(public_url: str, dossier: str, secret: str) -> str:
    """The address that opens a dossier for who holds its receipt. `public_url`: where browsers reach the console."""
    return f"{public_url.rstrip('/')}/console/track?dossier={quote(dossier)}#s={quote(secret)}"
