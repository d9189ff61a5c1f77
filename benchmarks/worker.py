"""One morning in a process of its own, which imports what `dondoc sweep` and `dondoc deliver` do: how long, how much memory.

`python -m benchmarks.worker URL INSTANT PORT`: sweeps, then delivers to the SMTP server on that port (0: does not).
"""

import json
import resource
import sys
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time

from dondoc.clock import running_from
from notifications.delivering.delivery import Options, deliver
from notifications.delivering.smtp import SmtpServer
from notifications.mailing import read_letterhead
from notifications.sweep import sweep
from tasks.database import open_engine, writing

SENDER = "dondoc@dondoc.example"


def peak() -> float:
    """Return the most memory this process ever held, in MB (10⁶ octets)."""
    status = Path("/proc/self/status")
    if status.exists():  # elsewhere a child is charged with what its parent held when it was made
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def morning(url: str, instant: str, port: int) -> None:
    engine, now = open_engine(url), datetime.fromisoformat(instant)
    letterhead = read_letterhead(f"Đôn đốc nhiệm vụ <{SENDER}>", "https://dondoc.example")
    started, began = perf_counter(), process_time()
    with writing(engine) as session:
        swept = sweep(session, now, letterhead)
    sweeping, sweep_cpu = perf_counter() - started, process_time() - began
    after_sweep = peak()
    sent, delivering, began = 0, 0.0, process_time()
    if port:
        started = perf_counter()
        transport = SmtpServer("127.0.0.1", port, "none", SENDER)
        sent = deliver(engine, transport, running_from(now), Options(connections=4)).sent
        delivering = perf_counter() - started
    assert not swept.failed
    print(
        json.dumps(
            {
                "mails": swept.mails, "notices": sum(swept.notices.values()), "sweep_s": sweeping, "sent": sent,
                "deliver_s": delivering, "sweep_cpu": sweep_cpu, "deliver_cpu": process_time() - began, "sweep_mb": after_sweep, "peak_mb": peak(),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    morning(sys.argv[1], sys.argv[2], int(sys.argv[3]))
