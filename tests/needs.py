"""Says, before any test runs, what this machine still needs and how to get it: `python -m tests.needs`."""

import shutil
import sys

BROWSERS = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")


def browser() -> str | None:
    """Return the path of the system's Chromium, None where there is none."""
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def main() -> int:
    if browser() is None:
        print(
            "No Chromium on this machine, so the browser tests will fail. Install it with the system's package manager "
            "(Debian: apt-get install chromium), or with: .venv/bin/python -m playwright install chromium",
            file=sys.stderr,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
