"""Drafts of decisions under review: kept with their source, corrected by several people, loaded whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from catalog.agencies import Directory, directory_keys, read_directory
from catalog.drafts.checking import checked
from catalog.drafts.file import DraftFile, read_draft
from catalog.drafts.file_text import draft_text
from catalog.errors import Fault, FaultyDataError
from catalog.figures.indicator_checks import misfits
from catalog.figures.indicators import IndicatorSet
from catalog.policy_file import policy_keys
from tasks.directories import loaded_keys, stored_directory
from tasks.errors import ConflictError, DomainError, NotFoundError
from tasks.indicator_sets import store_indicators
from tasks.intake import store_checked
from tasks.loading import Loaded
from tasks.models import Decision, ImportDraft

_LOADED = (
    "Bản nháp này đã nạp thành quyết định {key}; muốn sửa quyết định, hãy dùng trang điều chỉnh, bổ sung."
)
_GONE = "Dòng này đã có người xóa hoặc sửa. Nội dung đang ghi vẫn còn dưới đây; hãy đối chiếu rồi lưu lại."


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it came and as it was read: `rows` are [place, [cell, …]], `draft` is a draft file."""

    name: str
    kind: str
    content: bytes
    draft: str
    rows: list[Any]


@dataclass(frozen=True, slots=True)
class By:
    """Who changes a draft, and when."""

    login: str
    now: datetime


def keep(session: Session, document: Document, by: By) -> ImportDraft:
    """Keep a document with its draft, not yet reviewed whatever the file says."""
    draft = _body(document.draft).model_copy(update={"reviewed": False})
    text = draft_text(draft)
    row = ImportDraft(
        name=document.name,
        kind=document.kind,
        content=document.content,
        source={"rows": document.rows},
        first=text,
        body=text,
        duties=len(draft.duties),
        doubts=draft.doubts,
        version=1,
        added_at=by.now,
        added_by=by.login,
        changed_at=by.now,
        changed_by=by.login,
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, number: int, *, lock: bool = False) -> ImportDraft:
    """Return the draft; with `lock` nobody else changes it before this transaction ends. Raises NotFoundError."""
    rows = select(ImportDraft).where(ImportDraft.id == number)
    found = session.scalar(rows.with_for_update() if lock else rows)
    if found is None:
        raise NotFoundError("Không có bản nháp này; có thể đã có người xóa.")
    return found


def draft_of(row: ImportDraft) -> DraftFile:
    return _body(row.body)


def first_of(session: Session, number: int) -> DraftFile:
    """Return the draft as it was read. Raises NotFoundError."""
    rows = select(ImportDraft).where(ImportDraft.id == number).options(undefer(ImportDraft.first))
    found = session.scalar(rows.execution_options(populate_existing=True))
    if found is None:
        raise NotFoundError("Không có bản nháp này; có thể đã có người xóa.")
    return _body(found.first)


def mark_of(record: BaseModel) -> str:
    """Return a mark by which it is seen later whether somebody changed the record."""
    return sha256(record.model_dump_json().encode()).hexdigest()[:16]


def general_of(draft: DraftFile) -> DraftFile:
    """Return what is corrected on one page: everything but the duties."""
    return draft.model_copy(update={"duties": ()})


def change(session: Session, number: int, by: By, work: Callable[[DraftFile], DraftFile]) -> ImportDraft:
    """Replace the draft by what `work` makes of it as it is now. Raises DomainError where it is loaded already."""
    row = find(session, number, lock=True)
    if row.loaded_as is not None:
        raise DomainError(_LOADED.format(key=row.loaded_as))
    changed = work(draft_of(row))
    text = draft_text(changed)
    if text != row.body:
        row.body, row.version = text, row.version + 1
        row.duties, row.doubts = len(changed.duties), changed.doubts
        row.changed_at, row.changed_by = by.now, by.login
        session.flush()
    return row


def place_of(draft: DraftFile, at: int, mark: str) -> int:
    """Return where the duty with `mark` stands now, at `at` or elsewhere. Raises ConflictError where somebody changed it."""
    marks = [mark_of(duty) for duty in draft.duties]
    if at < len(marks) and marks[at] == mark:
        return at
    if mark in marks:
        return marks.index(mark)
    raise ConflictError(_GONE)


def replace_whole(session: Session, number: int, by: By, text: str, version: int) -> ImportDraft:
    """Put a corrected copy in the draft's place. Raises ConflictError where the draft was changed since `version`."""
    row = find(session, number, lock=True)
    if row.version != version:
        message = (
            f"Bản nháp đã được {row.changed_by} sửa sau khi tệp này được tải về nên chưa thay. "
            "Hãy tải tệp mới và chép phần sửa sang, hoặc đánh dấu “Vẫn thay bằng tệp này”."
        )
        raise ConflictError(message)
    return change(session, number, by, lambda _: _body(text).model_copy(update={"reviewed": False}))


def forget(session: Session, number: int) -> str:
    """Take a draft away and return its file's name. Raises NotFoundError, DomainError for one that was loaded."""
    row = find(session, number, lock=True)
    if row.loaded_as is not None:
        raise DomainError("Bản nháp đã nạp được giữ lại làm căn cứ, không xóa.")
    session.delete(row)
    return row.name


def directories_in(session: Session) -> tuple[str, ...]:
    """Return the keys of the directories that a decision may name here."""
    return tuple(sorted({*loaded_keys(session), *directory_keys()}))


def directory_in(session: Session, key: str) -> Directory | None:
    """Return the directory, the stored one first; None where there is none. No file is looked for by what was typed."""
    if key not in directories_in(session):
        return None
    return stored_directory(session, key) or read_directory(key)[0]


def faults_of(session: Session, draft: DraftFile) -> tuple[Fault, ...]:
    """Return everything that keeps the draft from being loaded."""
    decision, faults = checked(draft, lambda key: (directory_in(session, key), ()))
    faults += _of_keys(session, draft)
    return faults if decision is None or faults else ()


def _of_keys(session: Session, draft: DraftFile) -> tuple[Fault, ...]:
    place = "thông tin chung"
    faults = []
    if draft.policy not in policy_keys():
        faults.append(Fault(f"không có chính sách đôn đốc “{draft.policy}”.", place, remedy="Hãy chọn lại."))
    if draft.key and session.scalar(select(Decision.id).where(Decision.key == draft.key)) is not None:
        said = f"mã quyết định “{draft.key}” đã được nạp."
        faults.append(Fault(said, place, remedy="Nếu đây là văn bản điều chỉnh, hãy dùng trang điều chỉnh, bổ sung; nếu không, hãy đặt mã khác."))  # fmt: skip
    return tuple(faults)


def load(session: Session, number: int, by: By, version: int, indicators: IndicatorSet | None) -> Loaded:
    """Load the reviewed draft in this transaction. Raises FaultyDataError with every fault, ConflictError, DomainError."""
    row = find(session, number, lock=True)
    if row.loaded_as is not None:
        raise DomainError(_LOADED.format(key=row.loaded_as))
    if row.version != version:
        message = f"Bản nháp vừa được {row.changed_by} sửa nên chưa nạp; hãy xem lại trước khi nạp."
        raise ConflictError(message)
    draft = draft_of(row)
    directory_for = cache(
        lambda key: directory_in(session, key)
    )  # one object: names worked out are kept with it
    decision, faults = checked(draft, lambda key: (directory_for(key), ()))
    faults += _of_keys(session, draft)
    directory = directory_for(draft.directory)
    if decision is None or directory is None or faults:
        raise FaultyDataError(faults)
    if indicators is not None and (unfit := misfits(indicators, decision, directory)):
        raise FaultyDataError(unfit)
    loaded = store_checked(session, decision, directory, by.login, by.now)
    store_indicators(session, decision.key, indicators)
    reviewed = draft.model_copy(update={"reviewed": True})
    row.body, row.loaded_at, row.loaded_by, row.loaded_as = (
        draft_text(reviewed),
        by.now,
        by.login,
        decision.key,
    )
    return loaded


def _body(text: str) -> DraftFile:
    draft, faults = read_draft(text, "bản nháp")
    if draft is None:
        raise FaultyDataError(faults)
    return draft
