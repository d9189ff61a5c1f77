"""The kinds of text that a catalogue file holds, each brought to NFC with its line breaks joined."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from catalog.text import normalize


def _written(text: str) -> str:
    joined = normalize(text)
    if not joined:
        raise PydanticCustomError("blank", "blank")  # told in Vietnamese by catalog.record_faults
    return joined


def _paragraphs(text: str) -> str:
    _written(text)
    return "\n".join(filter(None, (normalize(line) for line in text.splitlines())))


Cell = Annotated[str, AfterValidator(normalize)]  # may be empty
Text = Annotated[str, AfterValidator(_written)]
Paragraphs = Annotated[str, AfterValidator(_paragraphs)]  # one line each
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-zĐđ]+([.\-_][0-9A-Za-zĐđ]+)*$")]
