"""Every example of docs/api.md is answered as printed, in its order, about the decision that is shipped."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from string import Template

import pytest
from httpx import Response
from pydantic import SecretStr

from dondoc.cli import app as command
from dondoc.clock import running_from
from dondoc.commands.running import run
from dondoc.settings import Settings
from tasks.accounts.tokens import Scope
from tasks.opening import open_database
from tests.tasks.cast import at
from tests.web.api.systems import API, System, make_key
from tests.web.people import BASE
from web.app import create_app

GUIDE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```sh\n# (\d{3})\n(curl .+)\n```$", GUIDE, re.MULTILINE)
KEY, AGENCY = "hai-phong-dan-van-2025-2", "so-noi-vu"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[System, dict[str, str]]]:
    """The portal with the shipped decision in force and its first round open; what the guide's variables hold."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    begun = ["--as-of", "2025-07-25"]
    assert run(command, ["catalog", "load", KEY, "--issued-on", "2025-07-25", "--activate", *begun]) == 0
    assert run(command, ["rounds", "open", "lan-1", *begun]) == 0
    engine = open_database(f"sqlite:///{tmp_path}/dondoc.sqlite3")
    secret = make_key(engine, AGENCY, coordinator=True)
    settings = Settings(home=tmp_path, base_url=BASE, secret_key=SecretStr("khóa thử " * 5))
    system = System(create_app(settings, engine, running_from(at("2025-09-08", 9))), secret)
    duty = system.read(f"/duties/{KEY}/1.1").headers["etag"]
    report = system.read(f"/rounds/{KEY}/lan-1/reports/{AGENCY}").headers["etag"]
    own = system.read("/tasks", agency=AGENCY).json()["items"][0]["id"]
    other = system.read("/tasks", agency="so-xay-dung").json()["items"][0]["id"]
    del system.headers["authorization"]
    yield (
        system,
        {"DONDOC_TOKEN": secret, "ETAG": duty, "REPORT_ETAG": report, "TASK": str(own), "OTHER": str(other)},
    )
    engine.dispose()


def sent(system: System, line: str, variables: dict[str, str]) -> Response:
    """Send what a curl command says, with the options that the guide uses."""
    words = iter(
        shlex.split(Template(line).substitute({k: v.replace('"', '\\"') for k, v in variables.items()}))[1:]
    )
    method, headers, said, address = "GET", {}, None, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-X":
            method = next(words)
        elif word == "-d":
            said = next(words).encode()
        else:
            assert not word.startswith("-"), word
            address = word
    assert address.startswith(f"{BASE}{API}/")
    return system.request(method, address, headers=headers, content=said)


def test_the_examples_of_the_guide_are_answered_as_printed(served: tuple[System, dict[str, str]]):
    system, variables = served
    assert len(EXAMPLES) == GUIDE.count("curl ") >= 9
    for status, line in EXAMPLES:
        answer = sent(system, line, variables)
        assert answer.status_code == int(status), (line, answer.text)


def test_the_guide_lists_every_scope():
    table = dict(re.findall(r"^\| `(\w+:\w+)` \| (.+) \|$", GUIDE, re.MULTILINE))
    assert table == {scope.value: scope.label for scope in Scope}
