"""What was typed into a form: read field by field, with every fault kept beside what was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from catalog.text import normalize
from web.dates import day_from

LONGEST = 4_000  # characters of one field


@dataclass(slots=True)
class Typed:
    """The values of a form by field name, and the sentence about each field that is at fault."""

    values: Mapping[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def of(self, name: str, default: str = "") -> str:
        """Return what was typed, as it was, for showing it again."""
        return self.values.get(name, default)

    def text(self, name: str, label: str, *, required: bool = False, longest: int = LONGEST) -> str:
        """Return a field's text, normalised; line breaks are kept."""
        found = "\n".join(normalize(line) for line in self.of(name).splitlines()).strip()
        if required and not found:
            self.faults[name] = f"Chưa ghi {label}."
        elif len(found) > longest:
            self.faults[name] = f"{label.capitalize()} dài quá {longest} ký tự; hãy rút ngắn."
        return found

    def day(self, name: str, label: str, *, required: bool = False) -> date | None:
        """Return a field's day, None when nothing was typed."""
        text = self.of(name).strip()
        if not text:
            if required:
                self.faults[name] = f"Chưa ghi {label}."
            return None
        day = day_from(text)
        if day is None:
            self.faults[name] = f"{label.capitalize()} «{text[:20]}» không đọc được; hãy ghi dạng 05/09/2025."
        return day

    def choice(self, name: str, label: str, allowed: Iterable[str]) -> str:
        """Return a field's value, which must be one of those offered."""
        found = self.of(name)
        if found not in set(allowed):
            self.faults[name] = f"Hãy chọn {label}."
        return found
