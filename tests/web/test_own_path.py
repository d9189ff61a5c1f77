import pytest

from web.auth import own_path


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", ""],
)
def test_signing_in_leads_nowhere_else(target: str):
    assert own_path(target) == "/"


def test_pages_of_the_portal_are_led_on_to():
    assert own_path("/viec?tinh-trang=overdue&trang=2") == "/viec?tinh-trang=overdue&trang=2"
