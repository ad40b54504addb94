"""The words of the templates. They are written in English there; the catalogues give the Vietnamese, a file a subject.

The catalogues are read as they are edited (`.po`), so that there is no step of building between a changed word and the
screen.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from gateway.views.timeline import Language

FOLDER = Path(__file__).parent / "locale"


def catalogue(language: Language) -> Catalog:
    """The catalogue of a language: every file of its folder together. Raises ValueError for a text translated twice."""
    whole = Catalog(locale=language)
    for file in sorted((FOLDER / language).glob("*.po")):
        with file.open("rb") as opened:
            part = read_po(opened, locale=language, abort_invalid=True)
        for message in part:
            if not message.id:
                continue
            known = whole.get(message.id, message.context)
            if known is not None and known.string != message.string:
                raise ValueError(f"{file.name}: translated in two ways: {message.id!r}")
            whole.add(message.id, message.string, context=message.context)
    return whole


@lru_cache
def translations(language: Language) -> NullTranslations:
    """The translations of a language for the templates."""
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled)
