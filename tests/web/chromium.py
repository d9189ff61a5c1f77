"""The system's Chromium, or playwright's own; without either the browser tests fail with what to do."""

from pathlib import Path

from playwright.sync_api import Playwright

from tests.needs import browser

MISSING = (
    "Không tìm thấy Chromium để chạy kiểm thử trình duyệt. Hãy cài bằng trình quản lý gói của hệ thống "
    "(ví dụ: apt-get install chromium), hoặc chạy: .venv/bin/python -m playwright install chromium"
)


def executable(playwright: Playwright) -> str | None:
    """Return the path of a browser that can be started, None where there is none."""
    own = playwright.chromium.executable_path
    return browser() or (own if own and Path(own).exists() else None)
