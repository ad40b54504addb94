"""Composes an e-mail: plain text and the same as a page, with headers that nothing from outside can add to."""

from __future__ import annotations

import hashlib
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from html import escape

from activities.adapters.address import EmailTerms
from activities.adapters.notice_requests import Email
from domain.text.printable import printable
from domain.values import normalised

_LONGEST_LINE = 76
_WIRE = compat32.clone(linesep="\r\n", max_line_length=0)
"""Only ASCII goes over the wire, so that every mail server takes it. Long headers are divided here: the newer policies
of the standard library lose a blank where they divide a Vietnamese subject."""
_LONGEST_NAME = 120
_CLOSING = "Thư này do hệ thống gửi tự động, xin không trả lời."


def message_id_of(key: str, sender: str) -> str:
    """The Message-ID of a key: always the same. It does not show the dossier's code: mail servers log it."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"


def composed(email: Email, terms: EmailTerms) -> bytes:
    """The message as it goes over the wire. Composed again for the same request it is the same, byte by byte."""
    boundary = f"lx-{hashlib.sha256(email.key.encode()).hexdigest()[:32]}"
    message = MIMEMultipart("alternative", boundary)
    message["From"] = _address(terms.sender_name, terms.sender)
    message["To"] = _address(email.name, email.to)
    message["Subject"] = _encoded(_one_line(email.subject), "Subject")
    message["Date"] = format_datetime(email.at)
    message["Message-ID"] = message_id_of(email.key, terms.sender)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "vi"
    if email.opt_out_url is not None:
        message["List-Unsubscribe"] = f"<{email.opt_out_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.attach(MIMEText(_plain(email, terms), "plain", "utf-8"))
    message.attach(MIMEText(_page(email, terms), "html", "utf-8"))
    return message.as_bytes(policy=_WIRE)


def _one_line(text: str) -> str:
    return printable(normalised(text))


def _address(name: str, mailbox: str) -> str:
    """A name and a mailbox, which has only ASCII. The name is divided into words of a length that is allowed."""
    shown = _one_line(name)[:_LONGEST_NAME]
    if not shown or shown.isascii():
        return formataddr((shown, mailbox))
    return f"{_encoded(shown, 'From')}\r\n <{mailbox}>"


def _encoded(text: str, header: str) -> str:
    """Words that a header may hold (RFC 2047), on lines of the length that is allowed."""
    return Header(text, "utf-8", _LONGEST_LINE, header).encode(linesep="\r\n")


def _paragraphs(email: Email, terms: EmailTerms) -> list[str]:
    greeting = [f"Kính gửi {_one_line(email.name) or 'Ông/Bà'},"] if email.greets else []
    return [*greeting, normalised(email.text), f"Trân trọng,\n{terms.sender_name}", _CLOSING]


def _plain(email: Email, terms: EmailTerms) -> str:
    paragraphs = _paragraphs(email, terms)
    if email.opt_out_url is not None:
        paragraphs.append(f"Không muốn nhận thư báo nữa: {email.opt_out_url}")
    return "\n\n".join(paragraphs) + "\n"


def _page(email: Email, terms: EmailTerms) -> str:
    """The same words as a page. Everything from outside is escaped, and a link leads only to our own opt-out."""
    paragraphs = [escape(one).replace("\n", "<br>\n") for one in _paragraphs(email, terms)]
    if email.opt_out_url is not None:
        paragraphs.append(f'<a href="{escape(email.opt_out_url)}">Không muốn nhận thư báo nữa</a>')
    body = "\n".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"><title>'
        f"{escape(_one_line(email.subject))}</title></head>\n"
        f'<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 40em">\n{body}\n'
        "</body></html>\n"
    )
