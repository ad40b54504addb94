"""Makes HTML of templates. Every value is escaped; a name that a template misspells is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from domain.text.folding import fold
from domain.text.sentences import begun
from gateway.console.catalogues import translations
from gateway.console.formats import Formats
from gateway.console.static_files import static_address
from gateway.dossiers.forms.fields import every_field, suggestion
from gateway.views.timeline import Language

FOLDER = Path(__file__).parent / "templates"
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that change the direction of what follows: with them a name could rewrite the text beside it."""


def visible(value: object) -> Markup:
    """A text of somebody else, such as a name: escaped, kept apart from the text beside it, and with characters that
    change the direction of writing shown as what they are.
    """
    shown = _DIRECTIONS.sub(lambda found: f"[U+{ord(found[0]):04X}]", str(value))
    return Markup("<bdi>{}</bdi>").format(shown)


def hidden_fields(fields: Mapping[str, list[str]]) -> Markup:
    """The fields of a form, hidden."""
    one = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(one.format(name, value) for name, values in fields.items() for value in values)


@lru_cache
def environment(language: Language) -> Environment:
    """The templates with the words and formats of a language."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    functions = Formats(language).functions()
    made.globals.update(functions, static=static_address, language=language, hidden_fields=hidden_fields)
    made.filters.update(functions, visible=visible, suggestion=suggestion, plain_letters=fold, every_field=every_field)
    made.filters.update(begun=begun)
    return made


def rendered(template: str, language: Language, context: Mapping[str, Any], block: str | None = None) -> str:
    """The HTML of a template, or of one of its blocks."""
    found = environment(language).get_template(template)
    if block is None:
        return found.render(context)
    given = found.new_context(dict(context))
    return "".join(found.blocks[block](given))


def written(language: Language, text: str) -> str:
    """A text of the code (English) in the language, from the same catalogues."""
    return translations(language).ugettext(text)
