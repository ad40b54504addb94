"""Composes an e-mail: plain text and the same as a page, with headers that nothing from outside can add to."""

from __future__ import annotations

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from activities.adapters.address import EmailTerms
from activities.adapters.notice_requests import Email
from domain.text.printable import printable
from domain.values import normalised

_POLICY = SMTP.clone(cte_type="7bit")
"""Only ASCII goes over the wire, so that every mail server takes it."""
_LONGEST_NAME = 120
_CLOSING = "Thư này do hệ thống gửi tự động, xin không trả lời."


def message_id_of(key: str, sender: str) -> str:
    """The Message-ID of a key: always the same. It does not show the dossier's code: mail servers log it."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"


def composed(email: Email, terms: EmailTerms) -> EmailMessage:
    """The message. Composed again for the same request it is the same, byte by byte."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(terms.sender_name, terms.sender)
    message["To"] = _address(email.name, email.to)
    message["Subject"] = _one_line(email.subject)
    message["Date"] = email.at
    message["Message-ID"] = message_id_of(email.key, terms.sender)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "vi"
    if email.opt_out_url is not None:
        message["List-Unsubscribe"] = f"<{email.opt_out_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_plain(email, terms), cte="base64")
    message.add_alternative(_page(email, terms), subtype="html", cte="base64")
    message.set_boundary(f"lx-{hashlib.sha256(email.key.encode()).hexdigest()[:32]}")
    return message


def _one_line(text: str) -> str:
    return printable(normalised(text))


def _address(name: str, mailbox: str) -> Address:
    local, _, host = mailbox.rpartition("@")
    return Address(display_name=_one_line(name)[:_LONGEST_NAME], username=local, domain=host)


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
