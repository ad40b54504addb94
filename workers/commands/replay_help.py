"""The help of `luongxanh ops replay`. It stands alone, so that the list of commands needs nothing else."""

HELP = """\
Phát lại lịch sử bằng mã của bản này hoặc bản khác (replay histories on this release or another one)

Chạy bản mới với lệnh này trước khi nâng cấp: hồ sơ nào không phát lại được thì sẽ mắc kẹt. Chỉ đọc, không ghi gì. Mỗi
lỗi nêu sự kiện khác đầu tiên, dòng mã đã đòi và cách sửa. Mã thoát 1 nếu có lịch sử không phát lại được.
(Run it with the new release before the upgrade: a dossier that does not replay would get stuck. It only reads. A
failure names the first event that differs, the line of code that asked, and the remedy. Exit code 1 if one fails.)

Ví dụ (examples):
  luongxanh ops replay                              mọi hồ sơ đang mở (every open dossier)
  luongxanh ops replay H42.101-250805-0001          một hồ sơ (one dossier)
  luongxanh ops replay --state processing --sample 500
  luongxanh ops replay lich-su/ --rules rules.json  các tệp do Temporal xuất ra (files that Temporal exported)
  luongxanh ops replay --against v0.2.0             bằng bản v0.2.0 (with the release v0.2.0)"""
