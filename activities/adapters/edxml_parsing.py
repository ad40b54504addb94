"""Parses a document of another authority as XML, without DTD, entities, network, and without depth or size to choke on.

Two parsers read it: defusedxml's (expat) refuses and counts while it streams, and lxml builds the tree only afterwards.
"""

from __future__ import annotations

from typing import Any
from xml.sax import SAXException  # only the class of its errors
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import parseString
from lxml import etree

from activities.adapters.edxml_errors import refuse
from domain.messages.documents import DocumentFault

LARGEST = 12_000_000
"""Bytes of a whole document."""
MOST_ELEMENTS, DEEPEST, MOST_ATTRIBUTES = 5_000, 24, 16
LONGEST_NAME = 200


def parse(body: bytes) -> etree._Element:
    """The root of a document. Raises DocumentRefused: too large, not XML, with a DTD or an entity, or too deep."""
    if len(body) > LARGEST:
        raise refuse(DocumentFault.TOO_LARGE, most=LARGEST)
    try:
        body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(DocumentFault.NOT_XML) from None
    try:
        parseString(body, _Counter(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise refuse(DocumentFault.XML_FORBIDDEN) from None
    except (SAXException, ValueError, LookupError):  # LookupError: an encoding that nobody knows
        raise refuse(DocumentFault.NOT_XML) from None
    return tree_of(body)


def tree_of(body: bytes) -> etree._Element:
    """The tree that lxml makes of checked bytes. Comments are left out: they would split the text of an element."""
    try:
        return etree.fromstring(body, safe_parser())
    except (etree.XMLSyntaxError, ValueError):
        raise refuse(DocumentFault.NOT_XML) from None


def safe_parser() -> etree.XMLParser:
    """A parser of lxml that loads nothing and expands nothing."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


class _Counter(ContentHandler):
    """Counts what one document may have of each."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._elements = 0

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  the name is the interface's
        self._depth += 1
        self._elements += 1
        too_much = self._elements > MOST_ELEMENTS or self._depth > DEEPEST or len(attrs) > MOST_ATTRIBUTES
        if too_much or len(name) > LONGEST_NAME:
            raise refuse(DocumentFault.XML_TOO_DEEP)

    def endElement(self, name: str) -> None:  # noqa: N802
        self._depth -= 1
