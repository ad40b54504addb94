"""The sentences of the import about a row of the national catalogue."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class CatalogueProblem(CodedSentence):
    """Why a row is not imported, and warnings about rows that are imported."""

    # warnings: the row is imported
    NO_LIMIT = coded(
        "no_limit",
        vi="kênh {channel} không công bố thời hạn; tỉnh cần đặt own_limit khi dùng thủ tục này",
        en="the channel {channel} publishes no limit; the province sets own_limit when it uses the procedure",
    )
    FEE_UNKNOWN = coded(
        "fee_unknown",
        vi="kênh {channel} không ghi mức phí; cán bộ ghi mức phí khi tiếp nhận",
        en="the channel {channel} states no fee; the officer states it at intake",
    )
    CHANNEL_REPEATED = coded(
        "channel_repeated",
        vi="kênh {channel} có {cases} trường hợp; hồ sơ phải ghi rõ trường hợp thứ mấy (case)",
        en="the channel {channel} has {cases} cases; a dossier has to say which one (case)",
    )
    # refusals: the row is not imported
    INVALID_UTF8 = coded(
        "invalid_utf8",
        vi="byte {byte} không phải UTF-8; hãy xuất lại tệp với bảng mã UTF-8",
        en="the byte {byte} is not UTF-8; export the file again in UTF-8",
    )
    CONTROL_CHARACTER = coded(
        "control_character",
        vi="{field}: ký tự điều khiển hoặc ký tự ẩn {character} ở vị trí {position}; hãy xóa ký tự đó",
        en="{field}: the control or invisible character {character} at position {position}; remove it",
    )
    NOT_JSON = coded(
        "not_json",
        vi="không phải JSON đúng cú pháp ({detail}); mỗi dòng là một đối tượng JSON",
        en="not well-formed JSON ({detail}); each line is one JSON object",
    )
    NOT_AN_OBJECT = coded(
        "not_an_object",
        vi="không phải một đối tượng JSON",
        en="not a JSON object",
    )
    NO_CHANNEL = coded(
        "no_channel",
        vi="không có kênh tiếp nhận nào nên không nhận được hồ sơ; hãy bổ sung channels",
        en="no channel, so that no dossier can be received; add channels",
    )
    DUPLICATE_CODE = coded(
        "duplicate_code",
        vi="mã đã có ở dòng {first}; dòng này không dùng, hãy gộp hai dòng",
        en="the code is already in row {first}; this row is not used, merge the two",
    )
    MISSING_FIELD = coded(
        "missing_field",
        vi="thiếu trường {field}; hãy bổ sung",
        en="the field {field} is missing; add it",
    )
    NEGATIVE_FEE = coded(
        "negative_fee",
        vi="{field}: phí {value} là số âm; hãy ghi 0 hoặc số đồng",
        en="{field}: the fee {value} is negative",
    )
    FRACTIONAL_FEE = coded(
        "fractional_fee",
        vi="{field}: phí {value} không phải số nguyên đồng",
        en="{field}: the fee {value} is not a whole number of dong",
    )
    LIMIT_OUT_OF_RANGE = coded(
        "limit_out_of_range",
        vi="{field}: thời hạn {value} không nằm trong 1–3650",
        en="{field}: the limit {value} is not within 1–3650",
    )
    LIMIT_WITHOUT_UNIT = coded(
        "limit_without_unit",
        vi="kênh {channel}: thời hạn {limit} và đơn vị {unit} phải cùng có hoặc cùng trống",
        en="channel {channel}: the limit {limit} and the unit {unit} must both be given or both be absent",
    )
    INVALID_VALUE = coded(
        "invalid_value",
        vi="{field}: giá trị {value} không hợp lệ ({detail})",
        en="{field}: the value {value} is not valid ({detail})",
    )
