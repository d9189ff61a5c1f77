"""The numbers that Word writes by itself in front of a paragraph, which are not in its text."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """Counts through a document; paragraphs must be asked for in reading order, once each."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # by numId
    lists: dict[str, str] = field(default_factory=dict)  # numId to the abstract list that counts
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def label(self, paragraph: Any) -> str:
        """Return the number that stands before `paragraph`, "-" for a bullet, "" for none."""
        numbered = self._reference(paragraph)
        if numbered is None:
            return ""
        list_id, depth = numbered
        level = self.levels.get(list_id, {}).get(depth)
        if level is None:
            return ""
        counts = self.counts[self.lists.get(list_id, list_id)]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [each for each in counts if each > depth]:
            del counts[deeper]
        if level.format in {"bullet", "none"}:
            return "-" if level.format == "bullet" else ""
        return self._written(list_id, level.text, counts)

    def _reference(self, paragraph: Any) -> tuple[str, int] | None:
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return None
        style = properties.find(f"{_W}pStyle")
        inherited = self.styles.get(style.get(f"{_W}val"), ("", 0)) if style is not None else ("", 0)
        list_id, depth = _reference(properties.find(f"{_W}numPr"), inherited)
        return (list_id, depth) if list_id not in {"", "0"} else None

    def _written(self, list_id: str, text: str, counts: dict[int, int]) -> str:
        for depth in range(_LEVELS):
            level = self.levels[list_id].get(depth)
            if level:
                text = text.replace(f"%{depth + 1}", _figure(counts.get(depth, level.start), level.format))
        return text.strip()


def read_numbering(numbering: Any | None, styles: Any | None) -> Numbering:
    """Return the lists of numbering.xml and the styles of styles.xml that use them; either may be absent."""
    found = Numbering()
    if numbering is None:
        return found
    abstract = {
        each.get(f"{_W}abstractNumId"): _levels(each) for each in numbering.iterfind(f"{_W}abstractNum")
    }
    for each in numbering.iterfind(f"{_W}num"):
        list_id = each.get(f"{_W}numId")
        origin = each.find(f"{_W}abstractNumId")
        key = origin.get(f"{_W}val") if origin is not None else ""
        overrides = _levels(each, f"{_W}lvlOverride/{_W}lvl")
        restarts = each.find(f"{_W}lvlOverride/{_W}startOverride") is not None
        found.levels[list_id] = {**abstract.get(key, {}), **overrides}
        found.lists[list_id] = f"num-{list_id}" if restarts or overrides else key
    for style in styles.iterfind(f"{_W}style") if styles is not None else ():
        reference = _reference(style.find(f"{_W}pPr/{_W}numPr"), ("", 0))
        if reference[0]:
            found.styles[style.get(f"{_W}styleId")] = reference
    return found


def _levels(owner: Any, path: str = f"{_W}lvl") -> dict[int, _Level]:
    return {
        int(level.get(f"{_W}ilvl") or 0): _Level(
            format=_value(level, "numFmt", "decimal"),
            text=_value(level, "lvlText", ""),
            start=int(_value(level, "start", "1") or 1),
        )
        for level in owner.iterfind(path)
    }


def _value(owner: Any, name: str, default: str) -> str:
    element = owner.find(f"{_W}{name}")
    return default if element is None else str(element.get(f"{_W}val") or "")


def _reference(properties: Any | None, inherited: tuple[str, int]) -> tuple[str, int]:
    if properties is None:
        return inherited
    list_id = _value(properties, "numId", inherited[0])
    depth = _value(properties, "ilvl", str(inherited[1]))
    return list_id, int(depth) if depth.isdigit() else 0


def _figure(count: int, number_format: str) -> str:
    if number_format in {"lowerLetter", "upperLetter"}:
        letters = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters.upper() if number_format == "upperLetter" else letters
    if number_format in {"lowerRoman", "upperRoman"}:
        return _roman(count).upper() if number_format == "upperRoman" else _roman(count)
    return f"{count:02d}" if number_format == "decimalZero" else str(count)


def _roman(count: int) -> str:
    text = ""
    for value, mark in _ROMAN:
        text += mark * (count // value)
        count %= value
    return text
