"""What a sent file is called here: a plain name that every system can hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.uploads import LONGEST_NAME, plain_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Hồ sơ\\Báo cáo.docx", "Báo cáo.docx"),
        ("../../etc/passwd", "passwd"),
        (".hidden", "hidden"),
        ("a<b>:c?.pdf", "a_b__c_.pdf"),
        ("Số 12.Kế hoạch triển khai", "Số 12.Kế hoạch triển khai"),
        (" . ", "tep"),
    ],
)
def test_a_name_is_made_plain(sent, kept):
    assert plain_name(sent) == kept


@given(
    st.text(st.sampled_from("ếộạ a.\\/\x00😀\ud800"), max_size=400), st.sampled_from(["", ".docx", ".yaml"])
)
def test_a_name_fits_every_file_system_and_keeps_its_suffix(stem, suffix):
    name = plain_name(f"ế{stem}ế{suffix}")
    assert len(name) <= LONGEST_NAME
    assert len(name.encode()) <= 255
    assert name.endswith(suffix)
    assert name == plain_name(name)
    assert not set(name) & set("\x00/\\")
