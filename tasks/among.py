"""Asks for rows by many ids at once: the ids travel as one value, however many there are.

Spelled out as `IN (…, …)` ten thousand ids cost the driver and the server more than the rows that they name.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, Boolean, Dialect, Integer, String, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import TypeDecorator


class _Many(TypeDecorator[list[Any]]):
    """A list in one parameter: an array where the database has them, else JSON."""

    impl = JSON
    cache_ok = True

    def __init__(self, of_text: bool) -> None:
        super().__init__()
        self.of_text = of_text

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(String() if self.of_text else Integer()))
        return dialect.type_descriptor(JSON())


class _Among(FunctionElement[bool]):
    """The condition itself; its two clauses are the column and the list."""

    type = Boolean()
    inherit_cache = True
    name = "among"

    def self_group(self, against: Any = None) -> Any:
        """Stand as a condition by itself: SQLite's compiler would compare it with 1, which no index serves."""
        return self


def among(column: Any, wanted: Iterable[int] | Iterable[str]) -> FunctionElement[bool]:
    """Return the condition that `column` is one of `wanted`, all numbers or all texts; of nothing, nothing is."""
    values = list(wanted)
    of_text = bool(values) and isinstance(values[0], str)
    return _Among(column, bindparam(None, values, type_=_Many(of_text)))


def among_given(column: Any, name: str) -> FunctionElement[bool]:
    """Return the same condition for a statement made once: the numbers come with each execution, as a list under `name`."""
    return _Among(column, bindparam(name, type_=_Many(of_text=False)))


@compiles(_Among, "postgresql")
def _as_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, wanted = element.clauses
    return f"{compiler.process(column, **options)} = ANY ({compiler.process(wanted, **options)})"


@compiles(_Among, "sqlite")
def _as_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, wanted = element.clauses
    listed = compiler.process(wanted, **options)
    return f"{compiler.process(column, **options)} IN (SELECT value FROM json_each({listed}))"  # noqa: S608  # a bound name
