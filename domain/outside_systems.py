"""The names of the outside systems, as used by rules, incidents and task queues."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Bilingual


class System(StrEnum):
    """The outside systems. Each has its own connection, limit of calls and circuit breaker."""

    PORTAL = "portal"
    POPULATION = "population"
    CIVIL = "civil"
    RESIDENCE = "residence"
    LAND = "land"
    BUSINESS = "business"
    PAYMENTS = "payments"
    SIGNING = "signing"
    EMAIL = "email"
    SMS = "sms"
    ZALO = "zalo"
    INTERCONNECTION = "interconnection"
    DOCUMENTS = "documents"
    POST = "post"


CHANNELS = frozenset({System.EMAIL, System.SMS, System.ZALO})
"""Systems that carry notices to people. A province may have only some of them."""
OPTIONAL = frozenset({System.INTERCONNECTION, System.DOCUMENTS, System.POST}) | CHANNELS
"""Systems that a province may be without. Every other one must have an address."""
BY_RELAY = frozenset({System.PORTAL, System.INTERCONNECTION, System.DOCUMENTS}) | CHANNELS
"""Systems that only relays call. They need no queue of calls: their queue is their place in the ledger."""


class Registry(StrEnum):
    """The registries, under the names that a procedure's `outside.registry` uses."""

    CIVIL = System.CIVIL.value
    RESIDENCE = System.RESIDENCE.value
    LAND = System.LAND.value
    BUSINESS = System.BUSINESS.value


SYSTEM_NAMES: dict[System, Bilingual] = {
    System.PORTAL: Bilingual(vi="Cổng Dịch vụ công quốc gia", en="National Public Service Portal"),
    System.POPULATION: Bilingual(vi="Cơ sở dữ liệu quốc gia về dân cư", en="national population database"),
    System.CIVIL: Bilingual(vi="phần mềm đăng ký hộ tịch", en="civil registration"),
    System.RESIDENCE: Bilingual(vi="cơ sở dữ liệu về cư trú", en="residence database"),
    System.LAND: Bilingual(vi="cơ sở dữ liệu đất đai", en="land database"),
    System.BUSINESS: Bilingual(vi="cơ sở dữ liệu đăng ký kinh doanh", en="business register"),
    System.PAYMENTS: Bilingual(vi="nền tảng thanh toán", en="payment platform"),
    System.SIGNING: Bilingual(vi="dịch vụ ký số từ xa", en="remote signing service"),
    System.EMAIL: Bilingual(vi="máy chủ thư điện tử", en="mail server"),
    System.SMS: Bilingual(vi="cổng tin nhắn SMS", en="SMS gateway"),
    System.ZALO: Bilingual(vi="cổng tin Zalo", en="Zalo gateway"),
    System.INTERCONNECTION: Bilingual(vi="phần mềm dịch vụ công liên thông", en="national interconnection software"),
    System.DOCUMENTS: Bilingual(vi="trục liên thông văn bản", en="document axis"),
    System.POST: Bilingual(vi="bưu chính công ích", en="public postal service"),
}
"""The name of each system for people."""

RELAY_NAMES: dict[str, Bilingual] = {
    "portal": SYSTEM_NAMES[System.PORTAL],
    "notices": Bilingual(vi="tin nhắn, thư điện tử", en="notices to people"),
    "interconnection": SYSTEM_NAMES[System.INTERCONNECTION],
    "documents": SYSTEM_NAMES[System.DOCUMENTS],
    "assigner": Bilingual(vi="phân công tự động", en="assignment to officers"),
    "link": Bilingual(vi="liên kết hồ sơ liên thông", en="links of interconnected dossiers"),
}
"""Where each relay of the ledger sends the events."""
