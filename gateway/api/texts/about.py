"""The first page of the OpenAPI document: what holds for every operation."""

DESCRIPTION = """\
Nộp, theo dõi và xử lý hồ sơ thủ tục hành chính của tỉnh. Hướng dẫn từng bước: `docs/api.md`.

- **Đăng nhập**: access token (Bearer) của nơi cấp token OIDC của tỉnh. Cán bộ làm trong các vai trò và đơn vị của
  mình; dịch vụ làm trong phạm vi ghi ở `services` của `people.yaml`, và với `On-Behalf-Of` thì thay một người nộp.
  Hồ sơ ngoài phạm vi trả lời như không có (404).
- **Làm một việc**: mỗi yêu cầu POST thay đổi dữ liệu cần `Idempotency-Key`, tên do bạn đặt cho việc đó. Không rõ đã
  tới chưa thì gửi lại y nguyên (cùng khóa, nội dung và tiêu đề): việc chỉ làm một lần. Đổi bất cứ gì thì dùng khóa
  mới.
- **Không ghi đè**: gửi `If-Match` với `ETag` đã xem; hồ sơ đã khác thì trả 412.
- **Lỗi**: problem (RFC 9457); chương trình xét `code`, người đọc `detail` theo `Accept-Language`. Mọi mã: `GET
  /v1/problems`.
- **Thời điểm** có múi giờ, như `2026-01-05T08:15:00+07:00`; **tiền** là số nguyên, đồng.

Submit, follow and drive the dossiers of a province's administrative procedures. Step by step: `docs/api.md`.

- **Sign in** with an access token (Bearer) of the province's OIDC issuer. The staff act in their roles and units; a
  service within its entry under `services` in `people.yaml`, and with `On-Behalf-Of` for an applicant. What is out
  of scope looks like none (404).
- **Acting**: each POST that changes something takes an `Idempotency-Key`, your own name of the act. When in doubt
  send the same again (key, body and headers): it acts once. Whatever else is changed takes a new key.
- **Overwriting nothing**: send `If-Match` with the `ETag` that you have seen; a dossier that has changed answers
  412.
- **Errors** are problems (RFC 9457): programs decide by `code`, people read `detail`. Every code: `GET
  /v1/problems`.
- **Instants** have their zone, like `2026-01-05T08:15:00+07:00`; **money** is whole dong."""
