"""What the import says about a row of the national catalogue."""

from __future__ import annotations

from domain.values import Bilingual

CATALOGUE_MESSAGES: dict[str, Bilingual] = {
    # warnings: the row is imported
    "no_limit": Bilingual(
        vi="kênh {channel} không công bố thời hạn; tỉnh cần đặt own_limit khi dùng thủ tục này",
        en="the channel {channel} publishes no limit; the province sets own_limit when it uses the procedure",
    ),
    "fee_unknown": Bilingual(
        vi="kênh {channel} không ghi mức phí; cán bộ ghi mức phí khi tiếp nhận",
        en="the channel {channel} states no fee; the officer states it at intake",
    ),
    "channel_repeated": Bilingual(
        vi="kênh {channel} có {cases} trường hợp; hồ sơ phải ghi rõ trường hợp thứ mấy (case)",
        en="the channel {channel} has {cases} cases; a dossier has to say which one (case)",
    ),
    # refusals: the row is not imported
    "invalid_utf8": Bilingual(
        vi="byte {byte} không phải UTF-8; hãy xuất lại tệp với bảng mã UTF-8",
        en="the byte {byte} is not UTF-8; export the file again in UTF-8",
    ),
    "control_character": Bilingual(
        vi="{field}: ký tự điều khiển hoặc ký tự ẩn {character} ở vị trí {position}; hãy xóa ký tự đó",
        en="{field}: the control or invisible character {character} at position {position}; remove it",
    ),
    "not_json": Bilingual(
        vi="không phải JSON đúng cú pháp ({detail}); mỗi dòng là một đối tượng JSON",
        en="not well-formed JSON ({detail}); each line is one JSON object",
    ),
    "not_an_object": Bilingual(vi="không phải một đối tượng JSON", en="not a JSON object"),
    "no_channel": Bilingual(
        vi="không có kênh tiếp nhận nào nên không nhận được hồ sơ; hãy bổ sung channels",
        en="no channel, so that no dossier can be received; add channels",
    ),
    "duplicate_code": Bilingual(
        vi="mã đã có ở dòng {first}; dòng này không dùng, hãy gộp hai dòng",
        en="the code is already in row {first}; this row is not used, merge the two",
    ),
    "missing_field": Bilingual(vi="thiếu trường {field}; hãy bổ sung", en="the field {field} is missing; add it"),
    "negative_fee": Bilingual(
        vi="{field}: phí {value} là số âm; hãy ghi 0 hoặc số đồng", en="{field}: the fee {value} is negative"
    ),
    "fractional_fee": Bilingual(
        vi="{field}: phí {value} không phải số nguyên đồng", en="{field}: the fee {value} is not a whole number of dong"
    ),
    "limit_out_of_range": Bilingual(
        vi="{field}: thời hạn {value} không nằm trong 1–3650", en="{field}: the limit {value} is not within 1–3650"
    ),
    "limit_without_unit": Bilingual(
        vi="kênh {channel}: thời hạn {limit} và đơn vị {unit} phải cùng có hoặc cùng trống",
        en="channel {channel}: the limit {limit} and the unit {unit} must both be given or both be absent",
    ),
    "invalid_value": Bilingual(
        vi="{field}: giá trị {value} không hợp lệ ({detail})", en="{field}: the value {value} is not valid ({detail})"
    ),
}
