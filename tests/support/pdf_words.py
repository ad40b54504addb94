"""The words of a printed form."""

from __future__ import annotations

import io

from pypdf import PdfReader


def words_of(pdf: bytes) -> str:
    """The text of all pages on one line."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())
