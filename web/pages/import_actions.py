"""Forms of an import: a document sent, rows corrected one by one, a corrected sheet sent back, the decision loaded."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from catalog.days import HANOI
from catalog.drafts.file import DraftDuty, DraftFile
from catalog.errors import FaultyDataError
from catalog.figures.indicators import IndicatorSet, read_indicators
from documents.importing.apart import ReadDocument, read_apart
from tasks.actors import require_keeper
from tasks.errors import ConflictError, DomainError, NotFoundError
from tasks.import_drafts import (
    By,
    Document,
    change,
    draft_of,
    find,
    first_of,
    forget,
    general_of,
    keep,
    load,
    mark_of,
    place_of,
    replace_whole,
)
from web.act import Act, act_of
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.import_fields import VERSION, differences, filled_duty, read_duty, read_general
from web.import_views import lines_of, next_to_see
from web.limits import UPLOAD
from web.pages.imports import IMPORTERS, draft_page, duty_page, general_page, list_page, preview_page
from web.pages.task import RowNumber
from web.uploads import plain_name
from web.visit import visit_after

router = APIRouter(prefix="/nhap-quyet-dinh")
_Act = Annotated[Act, Depends(act_of(*IMPORTERS))]
_SUFFIXES = ("docx", "xlsx", "pdf", "txt", "yaml", "yml")
LARGEST = 25 * 1024 * 1024  # bytes
_CHANGED = (
    "Người khác vừa sửa phần này. Nội dung đang ghi vẫn còn dưới đây; lưu lại sẽ thay phần người đó ghi."
)


@router.post("", dependencies=[Depends(UPLOAD)])
def send(act: _Act) -> Response:
    """Read a document and keep it with its draft."""
    typed = act.typed()
    try:
        name, content = _sent(act)
        read = _read(content, name)
        document = Document(name, read.kind, content, read.draft, read.rows)
        return act.perform(
            "Gửi văn bản để nhập quyết định",
            name,
            lambda session: _address(keep(session, document, _by(act)).id),
        )
    except DomainError as refusal:
        typed.faults["tep"] = "\n".join(refusals_of(refusal))
        with visit_after(act) as visit:
            return list_page(visit, typed, status_of_refusal(refusal))


@router.post("/{number}/dong/{at}")
def save_duty(act: _Act, number: RowNumber, at: RowNumber) -> Response:
    """Save one duty, take it back to what was read, or take it away."""
    typed = act.typed()
    deed = typed.of("lam")
    told: dict[str, object] = {}

    def work(session: Session) -> str:
        def corrected(draft: DraftFile) -> DraftFile:
            found = place_of(draft, at - 1, typed.of(VERSION))
            fresh = _corrected(session, number, typed, draft.duties[found], deed)
            told.update(
                version=mark_of(fresh) if fresh else "", saved_at=f"{act.now.astimezone(HANOI):%H:%M}"
            )
            rest = (fresh,) if fresh else ()
            return draft.model_copy(
                update={"duties": (*draft.duties[:found], *rest, *draft.duties[found + 1 :])}
            )

        row = change(session, number, _by(act), corrected)
        if deed == "xoa":
            return f"{_address(number)}?da=xong"
        following = next_to_see(lines_of(session, draft_of(row)), at) if deed == "tiep" else at
        return f"{_address(number)}/dong/{following}?da=luu" if following else f"{_address(number)}?da=luu"

    try:
        answer = act.perform(
            "" if _wants_json(act) else "Sửa bản nháp quyết định", f"bản nháp {number}, dòng {at}", work
        )
        return JSONResponse(told) if told and _wants_json(act) else answer
    except DomainError as refusal:
        return _refused_duty(act, number, at, typed, refusal)


@router.post("/{number}/them")
def add_duty(act: _Act, number: RowNumber) -> Response:
    """Add an empty duty at the end of the list."""

    def work(session: Session) -> str:
        def longer(draft: DraftFile) -> DraftFile:
            section = draft.duties[-1].section if draft.duties else ""
            codes = {duty.code for duty in draft.duties}
            code = next(f"moi-{count}" for count in range(1, 10_000) if f"moi-{count}" not in codes)
            return draft.model_copy(update={"duties": (*draft.duties, DraftDuty(code=code, section=section))})

        row = change(session, number, _by(act), longer)
        return f"{_address(number)}/dong/{row.duties}"

    return act.perform("Thêm dòng vào bản nháp quyết định", f"bản nháp {number}", work)


@router.post("/{number}/chung")
def save_general(act: _Act, number: RowNumber) -> Response:
    """Save everything that is no duty."""
    typed = act.typed()
    told: dict[str, object] = {}

    def work(session: Session) -> str:
        def corrected(draft: DraftFile) -> DraftFile:
            if mark_of(general_of(draft)) != typed.of(VERSION):
                raise ConflictError(_CHANGED)
            fresh = read_general(typed, draft)
            if typed.faults:
                raise DomainError("Chưa lưu được.")
            told.update(version=mark_of(general_of(fresh)), saved_at=f"{act.now.astimezone(HANOI):%H:%M}")
            return fresh

        change(session, number, _by(act), corrected)
        return f"{_address(number)}/chung?da=luu"

    try:
        answer = act.perform(
            "" if _wants_json(act) else "Sửa bản nháp quyết định", f"bản nháp {number}, phần chung", work
        )
        return JSONResponse(told) if told and _wants_json(act) else answer
    except DomainError as refusal:
        if _wants_json(act):
            return _refused_json(typed, refusal)
        _tell(typed, refusal)
        with visit_after(act) as visit:
            if isinstance(refusal, ConflictError):
                now = mark_of(general_of(draft_of(find(visit.session, number))))
                typed.values = {**typed.values, VERSION: now}
            return general_page(visit, number, typed, status_of_refusal(refusal))


@router.post("/{number}/thay", dependencies=[Depends(UPLOAD)])
def replace(act: _Act, number: RowNumber) -> Response:
    """Put a corrected sheet or decision file in the draft's place."""
    typed = act.typed()

    def work(session: Session) -> str:
        row = find(session, number)
        stamp, anyway = read.stamp.split(":"), typed.of("van-thay") == "1"
        if read.kind == "sheet" and stamp[0] != str(number) and not anyway:
            raise ConflictError(
                "Trang tính này không phải xuất từ bản nháp này; nếu đúng ý, hãy đánh dấu “Vẫn thay bằng tệp này”."
            )
        known = int(stamp[1]) if len(stamp) == 2 and stamp[1].isdecimal() else 0
        replace_whole(session, number, _by(act), read.draft, row.version if anyway else known)
        return f"{_address(number)}?da=luu"

    try:
        name, content = _sent(act)
        read = _read_draft(content, name)
        return act.perform("Thay bản nháp quyết định bằng tệp", f"bản nháp {number}", work, name)
    except DomainError as refusal:
        return _again(act, number, typed, "tep", refusal)


@router.post("/{number}/xoa")
def remove(act: _Act, number: RowNumber) -> Response:
    """Take the draft away."""

    def work(session: Session) -> str:
        name = find(session, number).name
        if act.typed().of("chac-chan") != "1":
            raise DomainError(f"Chưa đánh dấu chắc chắn xóa bản nháp của {name}.")
        forget(session, number)
        return "/nhap-quyet-dinh?da=xong"

    try:
        return act.perform("Xóa bản nháp quyết định", f"bản nháp {number}", work)
    except NotFoundError:
        raise
    except DomainError as refusal:
        return _again(act, number, act.typed(), "xoa", refusal)


@router.post("/{number}/nap")
def load_decision(act: _Act, number: RowNumber) -> Response:
    """Load the decision, whole or not at all, once a person says that it was reviewed."""
    typed = act.typed()

    def work(session: Session) -> str:
        version = int(typed.of(VERSION)) if typed.of(VERSION).isdecimal() else 0
        require_keeper(act.actor, draft_of(find(session, number)).directory, "nạp quyết định này")
        load(session, number, _by(act), version, indicators)
        return f"{_address(number)}/xem-truoc?da=xong"

    try:
        _check_reviewed(typed)
        indicators = _indicators(act)
        return act.perform("Nạp quyết định", f"bản nháp {number}", _told(work))
    except NotFoundError:
        raise
    except DomainError as refusal:
        _tell(typed, refusal)
        with visit_after(act) as visit:
            return preview_page(visit, number, typed, status_of_refusal(refusal))


def _corrected(session: Session, number: int, typed: Typed, duty: DraftDuty, deed: str) -> DraftDuty | None:
    if deed == "xoa":
        return None
    if deed == "lay-lai":
        first = next((row for row in first_of(session, number).duties if row.code == duty.review.read), None)
        if first is None:
            raise DomainError("Dòng này do người thêm, không có bản đã đọc để lấy lại.")
        return first
    fresh = read_duty(typed, duty)
    if typed.faults:
        raise DomainError("Chưa lưu được.")
    return fresh


def _refused_duty(act: Act, number: int, at: int, typed: Typed, refusal: DomainError) -> Response:
    if _wants_json(act):
        return _refused_json(typed, refusal)
    _tell(typed, refusal)
    with visit_after(act) as visit:
        duties = draft_of(find(visit.session, number)).duties
        theirs = filled_duty(duties[at - 1]) if at <= len(duties) else Typed()
        conflict = tuple(differences(typed, theirs)) if isinstance(refusal, ConflictError) else ()
        if conflict:
            typed.values = {**typed.values, VERSION: theirs.of(VERSION)}
        return duty_page(visit, number, at, typed, status_of_refusal(refusal), conflict)


def _refused_json(typed: Typed, refusal: DomainError) -> Response:
    sentences = list(typed.faults.values()) or refusals_of(refusal)
    return JSONResponse({"sentences": sentences}, status_code=status_of_refusal(refusal))


def _again(act: Act, number: int, typed: Typed, field: str, refusal: DomainError) -> Response:
    typed.faults[field] = "\n".join(refusals_of(refusal))
    with visit_after(act) as visit:
        return draft_page(visit, number, typed, status_of_refusal(refusal))


def _tell(typed: Typed, refusal: DomainError) -> None:
    if not typed.faults or isinstance(refusal, ConflictError):
        typed.faults["chung"] = "\n".join(refusals_of(refusal))


def _told(work: Callable[[Session], str]) -> Callable[[Session], str]:
    """Turn faulty data into a refusal that the page tells."""

    def told(session: Session) -> str:
        try:
            return work(session)
        except FaultyDataError as refused:
            raise DomainError("\n".join(map(str, refused.faults))) from None

    return told


def _sent(act: Act) -> tuple[str, bytes]:
    """Return the file's name and content. Raises DomainError for none, one of another kind, or one too large."""
    files = act.files("tep")
    if not files:
        raise DomainError("Chưa chọn tệp nào.")
    name = plain_name(files[0].filename or "")
    if name.rpartition(".")[2].lower() not in _SUFFIXES:
        raise DomainError(
            f"Tệp {name}: chỉ nhập được {', '.join(_SUFFIXES[:-1])}. Hãy lưu sang một trong các dạng này rồi gửi lại."
        )
    content = files[0].file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise DomainError(
            f"Tệp {name} nặng quá {LARGEST // 2**20} MB. Hãy chỉ giữ phần danh mục rồi gửi lại."
        )
    return name, content


def _read(content: bytes, name: str) -> ReadDocument:
    try:
        return read_apart(content, name)
    except FaultyDataError as refused:
        raise DomainError("\n".join(map(str, refused.faults))) from None


def _read_draft(content: bytes, name: str) -> ReadDocument:
    """Return a corrected copy of a draft. Raises DomainError for any other document."""
    read = _read(content, name)
    if read.kind not in {"sheet", "yaml"}:
        raise DomainError(f"Tệp {name} không phải trang tính hay tệp .yaml của bản nháp.")
    return read


def _check_reviewed(typed: Typed) -> None:
    if typed.of("da-ra-soat") != "1":
        raise DomainError("Chưa đánh dấu đã rà soát. Hãy đối chiếu bản nháp với văn bản rồi đánh dấu.")


def _indicators(act: Act) -> IndicatorSet | None:
    files = act.files("chi-tieu")
    if not files:
        return None
    with TemporaryDirectory(prefix="dondoc-") as folder:
        path = Path(folder) / "chi-tieu.yaml"
        path.write_bytes(files[0].file.read(1024 * 1024))  # 1 MB; the shipped set has a hundredth
        found, faults = read_indicators(path)
    if found is None:
        raise DomainError("\n".join(map(str, faults)))
    return found


def _address(number: int) -> str:
    return f"/nhap-quyet-dinh/{number}"


def _by(act: Act) -> By:
    return By(act.actor.login, act.now)


def _wants_json(act: Act) -> bool:
    return act.request.headers.get("accept", "").startswith("application/json")
