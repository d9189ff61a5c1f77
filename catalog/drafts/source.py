"""What an importer found in a document, before anything is made of it: blocks in reading order, each with its place.

The readers in `documents` fill these records; `catalog.drafts.drafting` turns them into a draft.
"""

import re
from dataclasses import dataclass
from typing import Literal

# A raised footnote mark keeps its digits between these two, so that text and mark are told apart later.
MARK_OPEN, MARK_CLOSE = "\ue000", "\ue001"
MARK = re.compile(f"\\s*{MARK_OPEN}([^{MARK_CLOSE}]*){MARK_CLOSE}")


@dataclass(frozen=True, slots=True)
class Cell:
    """One position of a table's grid; a merged cell holds its text at its first position only.

    `covered` says from where a position belongs to another cell. Lines of `text` are separated by line breaks.
    """

    text: str = ""
    place: str = ""
    covered: Literal["", "left", "above"] = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """`page_top`: the first row after a page break, which may go on with the row before it."""

    cells: tuple[Cell, ...]
    place: str
    page_top: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]
    place: str
    caption: str = ""
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or a line of prose; `gap` says that a blank line stands before it."""

    text: str
    place: str
    gap: bool = False


Block = Table | Line


@dataclass(frozen=True, slots=True)
class Source:
    """A whole document. `wrapped`: its lines are those of the page, not paragraphs.

    `notes` are the document's own footnotes by their printed mark; `warnings` are the reader's.
    """

    name: str
    blocks: tuple[Block, ...]
    notes: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    wrapped: bool = False

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Line))
