"""The agencies of a place: its directory, shipped or from a file."""

from pathlib import Path

from catalog.directory import Agency, AgencyKind, Contact, Directory, Group
from catalog.directory_file import DIRECTORIES, directory_from
from catalog.errors import Fault
from catalog.yaml_lines import load_yaml

__all__ = ["Agency", "AgencyKind", "Contact", "Directory", "Group", "directory_keys", "read_directory"]


def directory_keys() -> tuple[str, ...]:
    """Return the keys of the directories that come with the package."""
    return tuple(sorted(path.stem for path in DIRECTORIES.glob("*.yaml")))


def read_directory(path_or_key: Path | str) -> tuple[Directory | None, tuple[Fault, ...]]:
    """Return the directory of a shipped key or of a YAML file, or None and every fault with its line."""
    path = Path(path_or_key)
    if str(path_or_key) in directory_keys():
        path = DIRECTORIES / f"{path_or_key}.yaml"
    data, lines, faults = load_yaml(path)
    if faults:
        return None, faults
    return directory_from(data, lines, path.name)
