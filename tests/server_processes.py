"""Processes of the program as tests start and watch them: polled with patience, ended whatever happens."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

PATIENCE = 120  # seconds for what a loaded machine may take long to do
_T = TypeVar("_T")


@dataclass
class Program:
    """One running `dondoc` command and what it wrote."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def said(self, pattern: str) -> "re.Match[str] | None":
        return re.search(pattern, self.text)

    @property
    def text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(home: Path, *arguments: str, **environment: str) -> Iterator[Program]:
    """Run `dondoc ARGUMENTS` with its own home and nothing else of this machine's settings."""
    log = home / f"{'-'.join(arguments[:2])}-{time.monotonic_ns()}.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", "from dondoc.cli import main; main()", *arguments],
            env=clean_environment(DONDOC_HOME=str(home), **environment), stdin=subprocess.DEVNULL, stdout=stream,
            stderr=stream, cwd=Path(__file__).parent.parent, start_new_session=True,
        )  # fmt: skip
    try:
        yield Program(process, log)
    finally:
        process.kill()
        process.wait()


def clean_environment(**more: str) -> dict[str, str]:
    ours = ("DONDOC_", "PREFECT_")
    return {**{name: value for name, value in os.environ.items() if not name.startswith(ours)}, **more}


def until(condition: Callable[[], _T], patience: float = PATIENCE, why: Callable[[], str] = str) -> _T:
    """Return what the condition returns once it is true; fail with `why` after the patience."""
    deadline = time.monotonic() + patience
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {patience} s in vain. {why()}"
        time.sleep(0.05)


def answers(address: str) -> bool:
    """Tell whether anything speaks HTTP at the address, whatever it says."""
    try:
        with urllib.request.urlopen(address, timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
