"""One run of the webhooks in a process that dies by SIGKILL when a receiver has taken a delivery and nobody knows. `python -m` runs it."""

import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event

from dondoc.clock import running_from
from notifications.webhooks.delivering import tell
from tasks.database import open_engine
from tests.notifications.webhook_receiver import LINE


def main(url: str, start: str, commits: str) -> None:
    """Die instead of the commit of that number; the first is that of the claim, the second that of its settlement."""
    left = int(commits)

    def doom(_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = open_engine(url)
    event.listen(engine, "commit", doom)
    tell(engine, LINE, running_from(datetime.fromisoformat(start)))


if __name__ == "__main__":
    main(*sys.argv[1:])
