"""The checks of `make check` that no linter has: sizes, migrations against models, the locks, what may not be named.

Run as `python -m tests.checks`; every fault is told, and the exit status says whether there was one.
"""

import ast
import re
import statistics
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from migrations import HEAD
from migrations.running import alembic_config, upgrade
from tasks.database import open_engine
from tasks.models import Base

ROOT = Path(__file__).parent.parent
PACKAGES = ("dondoc", "catalog", "tasks", "documents", "notifications", "flows", "web")
LONGEST_MODULE, LONGEST_FUNCTION, MOST_PARAMETERS = 400, 50, 6
MEDIAN_MODULE = 110
_ADDRESS = re.compile(
    r"https?://(?!127\.0\.0\.1|localhost|[\w.-]+\.example\b|www\.w3\.org/|schemas\.openxmlformats\.org/)[\w-]+\.\w"
)
_COMMANDS_AND_ROUTES = ("commands", "pages", "api")  # their signatures are one parameter per option or field


def sources() -> Iterator[tuple[Path, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, path.read_text(encoding="utf-8")


def sizes() -> Iterator[str]:
    lengths = []
    for path, text in sources():
        lines = text.count("\n")
        if lines > 2:
            lengths.append(lines)
        if lines > LONGEST_MODULE:
            yield f"{path.relative_to(ROOT)}: {lines} lines; split it by idea (at most {LONGEST_MODULE})"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _function_faults(path, node)
    if statistics.median(lengths) > MEDIAN_MODULE:
        yield f"the median module has {statistics.median(lengths):.0f} lines (at most {MEDIAN_MODULE})"


def _function_faults(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if length > LONGEST_FUNCTION:
        yield f"{place}: {length} lines (at most {LONGEST_FUNCTION})"
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    count = len([name for name in names if name not in {"self", "cls"}])
    if count > MOST_PARAMETERS and not set(path.parts) & set(_COMMANDS_AND_ROUTES):
        yield f"{place}: {count} parameters (at most {MOST_PARAMETERS}; make a record)"


def migrations() -> Iterator[str]:
    heads = ScriptDirectory.from_config(alembic_config()).get_heads()
    if heads != [HEAD]:
        yield f"migrations.HEAD is {HEAD}, the newest files are {heads}"
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/check.sqlite3")
        upgrade(engine)
        with engine.connect() as connection:
            for difference in compare_metadata(MigrationContext.configure(connection), Base.metadata):
                yield f"the models differ from the migrations: {difference}"
        engine.dispose()


def locks() -> Iterator[str]:
    """Every dependency we name is in a lock, in a version it allows, and no lock holds an address."""
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
    }
    for name, lines in wanted.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        if "://" in text or "--index" in text:
            yield f"{name} holds an address"
        locked = {
            re.sub(r"[-_.]+", "-", match[1]).lower(): match[2]
            for match in re.finditer(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", text, re.MULTILINE)
        }
        for line in lines:
            requirement = Requirement(line)
            version = locked.get(re.sub(r"[-_.]+", "-", requirement.name).lower())
            if version is None or version not in requirement.specifier:
                yield f"{name} does not hold {line} (it has {version}); run make lock"


def addresses() -> Iterator[str]:
    """Nothing in the repository reaches outside: no address but the loopback's, and mail only to .example."""
    for path in _tracked():
        if path.suffix not in {".py", ".yaml", ".html", ".txt", ".css", ".js", ".md", ".toml", ".cfg"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if _ADDRESS.search(line) and "noqa: address" not in line and "\\." not in line:
                yield f"{path.relative_to(ROOT)}:{number}: an address outside this machine: {line.strip()[:80]}"


def documents() -> Iterator[str]:
    """Every file that the documents name is there."""
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                yield f"{path.relative_to(ROOT)} names {target}, which is not there"


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def main() -> int:
    faults = [fault for check in (sizes, migrations, locks, addresses, documents) for fault in check()]
    for fault in faults:
        print(fault)
    print(f"tests.checks: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
