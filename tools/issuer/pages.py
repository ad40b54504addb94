"""The pages of the development issuer: plain HTML without scripts, Vietnamese first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from domain.organisation.organisation import Organisation
from domain.organisation.people import Post, Service
from domain.organisation.staff import Staff
from domain.roles import OF_NO_POST, Role
from domain.rules.province import Province
from domain.values import VIETNAM

MOST_SHOWN = 60
TITLE = "Đăng nhập Luồng Xanh"
WARNING = (
    "<p class=warning role=note><strong>Chỉ dùng khi phát triển và dùng thử.</strong> Ai mở được trang này đều chọn "
    "được mình là ai, không cần mật khẩu. <span class=english lang=en>For development only: no password is asked."
    "</span></p>"
)
LINKS = "<nav><a href=#staff>Cán bộ</a><a href=#applicant>Người nộp hồ sơ</a><a href=#services>Dịch vụ</a></nav>"
APPLICANT_LABEL = "Mã của người nộp (không phải họ tên hay số định danh)"


@dataclass(frozen=True)
class Chosen:
    """What the filter of the page shows: the people of a unit, in a role, whose code has these letters."""

    unit: str
    role: str = ""
    letters: str = ""


@dataclass(frozen=True)
class Shown:
    """One person of the list: a post of theirs in force today."""

    person: str
    post: Post
    away: bool


def people_shown(staff: Staff, chosen: Chosen, now: datetime) -> list[Shown]:
    """Who holds a post today, filtered; at most `MOST_SHOWN` and one more, which says that the list goes on."""
    today = now.astimezone(VIETNAM).date()
    posts = {post.code: post for post in staff.posts}
    found: list[Shown] = []
    for held in staff.appointments:
        post = posts[held.post]
        if not held.in_force(today) or chosen.letters.lower() not in held.person.lower():
            continue
        if chosen.unit in ("", post.unit) and chosen.role in ("", post.role):
            found.append(Shown(held.person, post, staff.absent(held.person, now)))
    return sorted(found, key=lambda one: (one.post.unit, one.person))[: MOST_SHOWN + 1]


def sign_in_page(
    province: Province, client: str, hidden: Mapping[str, str], chosen: Chosen, now: datetime, token_address: str
) -> str:
    """The page on which one chooses who to be. `hidden`: the fields of the authorization request."""
    fields = "".join(f'<input type=hidden name="{escape(n)}" value="{escape(v)}">' for n, v in hidden.items())
    people = people_shown(province.staff, chosen, now)
    return _page(
        TITLE,
        f"<h1>{TITLE}</h1><p>Chương trình <code>{escape(client)}</code> xin đăng nhập vào hệ thống hồ sơ của "
        f"{escape(_within_a_sentence(province.name))}. Hãy chọn mình là ai. "
        f"<span class=english lang=en>A program asks you to sign in: choose who you are.</span></p>{LINKS}"
        "<section id=staff><h2>Cán bộ <span class=english lang=en>Staff</span></h2>"
        + _filter("/authorize", fields, province.organisation, chosen, now)
        + f'<form method=post action="/authorize">{fields}'
        + _people(people, province.organisation, now, _buttons)
        + "</form>"
        + "</section>"
        + _applicant(fields)
        + _services(province.staff.services, token_address),
    )


def people_page(province: Province, chosen: Chosen, now: datetime, token_address: str) -> str:
    """The page that only shows who could sign in."""
    people = people_shown(province.staff, chosen, now)
    return _page(
        "Ai đăng nhập được",
        f"<h1>Ai đăng nhập được</h1><p>Cán bộ và dịch vụ của {escape(_within_a_sentence(province.name))} hôm nay. "
        "Lấy mã truy cập: <code>luongxanh dev token --person MÃ</code>. "
        "<span class=english lang=en>Who can sign in today.</span></p>"
        "<section id=staff><h2>Cán bộ <span class=english lang=en>Staff</span></h2>"
        + _filter("/", "", province.organisation, chosen, now)
        + _people(people, province.organisation, now, lambda _: "")
        + "</section>"
        + _services(province.staff.services, token_address),
    )


def _within_a_sentence(name: str) -> str:
    """`tỉnh Ninh Bình`: the kind of unit has a capital only where a sentence begins."""
    return name[:1].lower() + name[1:]


def _applicant(fields: str) -> str:
    return (
        "<section id=applicant><h2>Người nộp hồ sơ <span class=english lang=en>Applicant</span></h2>"
        f'<form method=post action="/authorize" class=filter>{fields}<label>{APPLICANT_LABEL}'
        '<input name=applicant required maxlength=64 pattern="[A-Za-z0-9][A-Za-z0-9._\\-]*" '
        'placeholder="nguoi-nop-1" autocomplete=off></label><button>Đăng nhập</button></form></section>'
    )


def _filter(action: str, fields: str, organisation: Organisation, chosen: Chosen, now: datetime) -> str:
    units = sorted(organisation.in_force(now.astimezone(VIETNAM).date()), key=lambda unit: (-len(unit.code), unit.code))
    unit_options = [("", "Mọi đơn vị"), *((unit.code, f"{unit.name} ({unit.code})") for unit in units)]
    role_options = [("", "Mọi vai trò"), *((role.value, role.words.vi) for role in Role if role not in OF_NO_POST)]
    return (
        f'<form method=get action="{action}" class=filter>{fields}'
        f"<label>Đơn vị{_select('unit', unit_options, chosen.unit)}</label>"
        f"<label>Vai trò{_select('role', role_options, chosen.role)}</label>"
        f'<label>Mã cán bộ có chữ<input name=letters maxlength=64 value="{escape(chosen.letters)}" autocomplete=off>'
        "</label>"
        "<button class=second>Lọc</button></form>"
    )


def _select(name: str, options: Iterable[tuple[str, str]], selected: str) -> str:
    made = (
        f'<option value="{escape(value)}"{" selected" if value == selected else ""}>{escape(text)}</option>'
        for value, text in options
    )
    return f"<select name={name}>{''.join(made)}</select>"


def _people(people: list[Shown], organisation: Organisation, now: datetime, buttons: Callable[[Shown], str]) -> str:
    if not people:
        return "<p class=note>Không có ai như vậy hôm nay. Hãy chọn đơn vị hoặc vai trò khác.</p>"
    today = now.astimezone(VIETNAM).date()
    parts: list[str] = []
    last = None
    for one in people[:MOST_SHOWN]:
        if one.post.unit != last:
            parts.append("</table>" if last is not None else "")
            last = one.post.unit
            name = organisation.name_of(last, today) or last
            parts.append(f"<h3>{escape(name)} <code>{escape(last)}</code></h3><table>")
        parts.append(_row(one, buttons(one)))
    parts.append("</table>")
    if len(people) > MOST_SHOWN:
        parts.append(f"<p class=note>Chỉ hiện {MOST_SHOWN} người đầu. Hãy chọn đơn vị hoặc gõ mã cán bộ.</p>")
    return "".join(parts)


def _row(one: Shown, buttons: str) -> str:
    title, words = one.post.title, one.post.role.words.vi
    away = " <span class=away>đang vắng</span>" if one.away else ""
    role = "" if words.casefold() == title.casefold() else f"<br><span class=english>{escape(words)}</span>"
    return f"<tr><td>{escape(title)}{away}{role}</td><td><code>{escape(one.person)}</code></td>{buttons}</tr>"


def _buttons(one: Shown) -> str:
    narrowed = escape(f"{one.person}:{one.post.role}:{one.post.unit}")
    return (
        f'<td class=buttons><button name=person value="{escape(one.person)}">Đăng nhập</button> '
        f'<button class=second name=post value="{narrowed}" title="Chỉ làm vai trò này tại đơn vị này">Chỉ vị trí này'
        "</button></td>"
    )


def _services(services: Iterable[Service], token_address: str) -> str:
    rows = "".join(
        f"<tr><td>{escape(service.name)}</td><td><code>{escape(service.code)}</code></td></tr>" for service in services
    )
    listed = (
        f"<table>{rows}</table>" if rows else "<p class=note>Tỉnh chưa ghi dịch vụ nào (mục services, people.yaml).</p>"
    )
    command = f"curl -d grant_type=client_credentials -d client_id=MÃ -d client_secret=KHÓA {token_address}"
    return (
        "<section id=services><h2>Dịch vụ <span class=english lang=en>Services</span></h2>"
        "<p>Dịch vụ không đăng nhập ở đây mà xin mã truy cập bằng mã và khóa của mình; khóa ở tệp "
        "<code>secrets/service-secret</code> trong thư mục của hệ thống.</p>"
        f"{listed}<pre><code>{escape(command)}</code></pre></section>"
    )


def message_page(title: str, vi: str, en: str) -> str:
    """A page that says one thing."""
    words = f"<p>{escape(vi)}</p><p class=english lang=en>{escape(en)}</p>"
    return _page(title, f"<section><h1>{escape(title)}</h1>{words}</section>")


def _page(title: str, body: str) -> str:
    return (
        "<!doctype html><html lang=vi><head><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} (phát triển)</title><link rel=stylesheet href="/style.css"></head>'
        f"<body>{WARNING}<main>{body}</main></body></html>"
    )
