"""The examples for operators can be read by what reads them, and name only commands, options and settings that exist."""

import configparser
import re
import shlex
from pathlib import Path

import pytest
import typer
import yaml

from dondoc.cli import app
from dondoc.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SECRETS = ("DATABASE_URL", "SMTP_PASSWORD", "SECRET_KEY", "IMAP_PASSWORD", "OIDC_CLIENT_SECRET")
SETTINGS = (
    {f"DONDOC_{name.upper()}" for name in Settings.model_fields}
    | {f"DONDOC_{name}_FILE" for name in SECRETS}
    | {"PREFECT_API_URL", "PREFECT_SERVER_DATABASE_CONNECTION_URL"}
)


def require_command(words: list[str]) -> None:
    """Fail unless the words after `dondoc` name a command and options that it has."""
    command = typer.main.get_command(app)
    context = command.make_context("dondoc", [], resilient_parsing=True)
    rest = list(words)
    while hasattr(command, "get_command") and rest:
        name = rest.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"dondoc has no command {name}"
        command = found
    options = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert {word for word in rest if word.startswith("--")} <= options, words


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_each_unit_is_readable_and_starts_something_that_exists(unit):
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str
    parser.read(unit, encoding="utf-8")
    assert parser["Unit"]["Description"]
    if unit.suffix == ".timer":
        assert parser["Timer"]["OnCalendar"]
        assert unit.with_suffix(".service").exists()
        return
    program, *words = shlex.split(parser["Service"]["ExecStart"])
    assert program.endswith("/bin/dondoc")
    require_command(words)
    assert parser["Service"]["User"] == "dondoc"


def test_the_compose_file_is_readable_and_starts_things_that_exist():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    for service in compose["services"].values():
        program, *words = service.get("command", ["dondoc", "doctor"])
        assert program == "dondoc"
        require_command(words)
        assert {
            name for name in service.get("environment", {}) if not name.startswith("POSTGRES_")
        } <= SETTINGS
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        assert set(service.get("depends_on", [])) <= set(compose["services"])


def test_the_example_of_settings_names_settings_that_exist():
    lines = (DEPLOY / "dondoc.env.example").read_text(encoding="utf-8").splitlines()
    named = {found[1] for line in lines if (found := re.match(r"#?([A-Z_]+)=", line))}
    assert "DONDOC_SMTP_HOST" in named
    assert named <= SETTINGS


def test_the_operators_page_names_commands_files_and_settings_that_exist():
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for words in re.findall(r"`dondoc ([a-z][^`]*)`", page):
        require_command([word for word in shlex.split(words) if not re.fullmatch(r"[A-ZĐ_…]+|\[.*\]", word)])
    for path in re.findall(r"`((?:deploy|docs|flows|tasks|dondoc)/[^`*]+)`", page):
        assert (ROOT / path).exists(), path
    named = set(re.findall(r"`(DONDOC_[A-Z_]+)`", page))
    assert named <= SETTINGS
    assert {f"DONDOC_{name.upper()}" for name in Settings.model_fields} <= named
