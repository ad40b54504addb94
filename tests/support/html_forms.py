"""The forms of a page, as a browser would send them."""

from __future__ import annotations

from html.parser import HTMLParser


class _Fields(HTMLParser):
    """Reads the values of the inputs of the form whose action ends with a text."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action = action
        self._inside = False
        self._select: str | None = None
        self._option: tuple[str, str] | None = None
        self._textarea: tuple[str, list[str]] | None = None
        self.fields: dict[str, list[str]] = {}
        self.names: set[str] = set()
        self.found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action", "").endswith(self._action)
            self.found = self.found or self._inside
        if not self._inside:
            return
        name = given.get("name", "")
        if name:
            self.names.add(name)
        match tag:
            case "input" if name:
                chosen = given.get("type") not in ("checkbox", "radio") or "checked" in given
                if chosen:
                    self._add(name, given.get("value", ""))
            case "select":
                self._select = name
            case "option" if self._select and (self._select not in self.fields or "selected" in given):
                self.fields[self._select] = [given.get("value", "")]
            case "textarea":
                self._textarea = (name, [])
            case _:
                return

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "select":
            self._select = None
        if tag == "textarea" and self._textarea is not None:
            name, parts = self._textarea
            self._add(name, "".join(parts).removeprefix("\n"))
            self._textarea = None

    def _add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def form_in(page: str, action: str = "") -> dict[str, list[str]]:
    """What the form with this action would send, as it stands in the page. The form must be there."""
    reader = _Fields(action)
    reader.feed(page)
    assert reader.found, f"no form for {action!r} in: {page[:2000]}"
    return reader.fields


def inputs_in(page: str, action: str = "") -> set[str]:
    """The names of every input of the form."""
    reader = _Fields(action)
    reader.feed(page)
    return reader.names
