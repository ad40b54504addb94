"""Where members of staff and owners of webhooks get e-mail in tests."""

from __future__ import annotations

from domain.channels.applicant_policy import ApplicantNotices

STAFF_MAIL_DOMAIN = "can-bo.example"
STAFF_MAIL = ApplicantNotices(staff_mail_domain=STAFF_MAIL_DOMAIN).staff_mailbox
