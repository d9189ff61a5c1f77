"""Pages of a list: bounded, with the address of the next one in the answer and of its neighbours in the Link header."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from pydantic import Field

from web.api.fields import Frozen

MOST = 200  # rows of a page
Limit = Annotated[int, Query(ge=1, le=MOST, description="Số dòng nhiều nhất của trang.")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="Bỏ qua bấy nhiêu dòng đầu.")]


class Paged(Frozen):
    """What every list says of itself."""

    total: int = Field(description="Số dòng của cả danh sách.", ge=0)
    next: str | None = Field(description="Địa chỉ của trang sau; null ở trang cuối.")


@dataclass(frozen=True, slots=True)
class Span:
    """The page asked for, by where it begins."""

    request: Request
    limit: int
    offset: int

    def next(self, total: int) -> str | None:
        """Return the address of the next page."""
        after = self.offset + self.limit
        return self._at(after) if after < total else None

    def links(self, total: int) -> dict[str, str]:
        """Return the Link header (RFC 8288): first, prev, next and last, where there are such pages."""
        last = max(0, total - 1) // self.limit * self.limit
        found = {"first": self._at(0), "last": self._at(last)}
        if self.offset:
            found["prev"] = self._at(max(0, self.offset - self.limit))
        if after := self.next(total):
            found["next"] = after
        return {"Link": ", ".join(f'<{address}>; rel="{name}"' for name, address in found.items())}

    def _at(self, offset: int) -> str:
        kept = [
            pair for pair in self.request.query_params.multi_items() if pair[0] not in {"limit", "offset"}
        ]
        return f"{self.request.url.path}?{urlencode([*kept, ('limit', self.limit), ('offset', offset)])}"


def span_of(request: Request, limit: Limit = 50, offset: Offset = 0) -> Span:
    """Return the page that the address asks for."""
    return Span(request, limit, offset)
