"""A draft as an Excel sheet: unchanged it comes back as it was, an edited cell changes that and nothing else."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from catalog.drafts.drafting import draft_decision
from catalog.drafts.file import (
    DraftAdHoc,
    DraftDuty,
    DraftEvent,
    DraftFile,
    DraftFootnote,
    DraftHeading,
    DraftPeriod,
    DraftSection,
    FileReview,
    RowReview,
    read_draft,
)
from catalog.drafts.file_text import draft_text
from catalog.drafts.yaml import draft_file
from documents.draft_sheet.layout import DUTIES, GENERAL, ROUNDS
from documents.draft_sheet.reader import is_draft_sheet, read_draft_sheet
from documents.draft_sheet.writer import write_draft_sheet
from documents.importing.tables_in import read_source

DATA = Path(__file__).parent.parent / "data" / "import"
SHIPPED = Path(__file__).parents[2] / "catalog" / "data" / "decisions" / "hai-phong-dan-van-2025-2.yaml"
MADE = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
SAMPLES = ("hai-phong-danh-muc-dan-van-2025.docx", "hai-phong-danh-muc-dan-van-2025.pdf", "hai-phong-quyet-dinh-2025.txt",
           "ke-hoach-o-gop.pdf")  # fmt: skip


def sample(name: str) -> DraftFile:
    return draft_file(draft_decision(read_source(DATA / name)))


def through_a_sheet(draft: DraftFile, folder: Path) -> DraftFile:
    path = folder / "nhap.xlsx"
    write_draft_sheet(path, draft, MADE)
    found, faults = read_draft_sheet(path)
    assert faults == ()
    assert found is not None
    return found.draft


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "nhap.xlsx"
    write_draft_sheet(path, sample("ke-hoach-o-gop.pdf"), MADE, "7")
    return path


def edited(path: Path, sheet: str, cells: dict[str, object]) -> Path:
    """The workbook as another program saves it after somebody typed into some cells."""
    book = load_workbook(path)
    for name, value in cells.items():
        book[sheet][name] = value
    book.save(path)
    return path


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_comes_back_from_its_sheet_to_the_letter(name: str, tmp_path: Path):
    draft = sample(name)
    assert draft_text(through_a_sheet(draft, tmp_path)) == draft_text(draft)


def test_the_hand_made_decision_comes_back_too(tmp_path: Path):
    draft, _ = read_draft(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)
    assert draft is not None
    assert through_a_sheet(draft, tmp_path) == draft


TEXTS = st.text(max_size=60) | st.sampled_from(
    ["=1+1", "+84", "@x", "-", "_x0041_ và _x000D_", "dòng\nhai", "1.10", "0"]
)
WORDS = TEXTS.filter(lambda text: bool(RowReview(printed=text).printed))
SEVERAL = st.lists(TEXTS, max_size=3).map(tuple)
DAYS = st.none() | st.dates(date(1946, 1, 1), date(2199, 12, 31))
YEARS = st.none() | st.integers(1945, 2200)
REVIEWS = st.builds(
    RowReview, read=TEXTS, printed=TEXTS, place=TEXTS, warnings=SEVERAL, seen=st.booleans(),
    sources=st.dictionaries(st.sampled_from(["text", "lead", "support", "deadline"]), TEXTS),
    extras=st.dictionaries(WORDS, TEXTS, max_size=3),
)  # fmt: skip
TERMS = {"start": DAYS, "due": DAYS, "issued_on": DAYS, "year": YEARS}
DUTIES_ = st.builds(
    DraftDuty, code=WORDS, section=TEXTS, parent=TEXTS, text=TEXTS, lead=TEXTS, support=TEXTS, deadline=TEXTS,
    footnotes=st.lists(st.integers(-9, 9999), max_size=3).map(tuple), event=TEXTS, closed_by=TEXTS,
    accept_past=st.booleans(), review=REVIEWS, **TERMS,
)  # fmt: skip
DRAFTS = st.builds(
    DraftFile, reviewed=st.none() | st.booleans(), key=TEXTS, directory=TEXTS, policy=TEXTS, number=TEXTS,
    issued_on=DAYS, year=YEARS, before=st.sampled_from(["exclusive", "inclusive"]), title=TEXTS, issuer=TEXTS,
    place=TEXTS, coordinator=TEXTS, confirmer=TEXTS, leaders=TEXTS, assumptions=SEVERAL, legal_bases=SEVERAL,
    recipients=SEVERAL, expected=TEXTS, duties=st.lists(DUTIES_, max_size=3).map(tuple),
    sections=st.lists(st.builds(DraftSection, code=WORDS, title=TEXTS, review=REVIEWS), max_size=2).map(tuple),
    headings=st.lists(st.builds(DraftHeading, code=WORDS, section=TEXTS, text=TEXTS, review=REVIEWS), max_size=2).map(tuple),
    footnotes=st.lists(st.builds(DraftFootnote, number=st.integers(0, 99), text=TEXTS), max_size=2).map(tuple),
    rounds=st.lists(st.builds(DraftPeriod, code=WORDS, text=TEXTS, source=TEXTS, opens=DAYS, due=DAYS, issued_on=DAYS, year=YEARS), max_size=2).map(tuple),
    events=st.lists(st.builds(DraftEvent, code=WORDS, name=TEXTS), max_size=2).map(tuple),
    ad_hoc=st.none() | st.builds(DraftAdHoc, text=WORDS, source=TEXTS),
    review=st.builds(FileReview, file=TEXTS, coordinator=TEXTS, warnings=SEVERAL, seen=st.booleans()),
    articles=st.lists(st.builds(lambda number, text, clauses: {"number": number, "text": text, "clauses": clauses},
        st.integers(1, 99), WORDS, st.lists(st.builds(lambda number, text: {"number": number, "text": text},
            st.integers(1, 99), WORDS), max_size=2)), max_size=2, unique_by=lambda article: article["number"]).map(tuple),
)  # fmt: skip


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking workbooks takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(DRAFTS)
def test_any_draft_comes_back_from_its_sheet(tmp_path: Path, draft: DraftFile):
    assert through_a_sheet(draft, tmp_path) == draft


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(DRAFTS.filter(lambda draft: len({row.code for row in (*draft.sections, *draft.headings, *draft.duties)})
                     == len(draft.sections) + len(draft.headings) + len(draft.duties) and draft.reviewed is not None))  # fmt: skip
def test_any_draft_comes_back_from_its_yaml(draft: DraftFile):
    assert read_draft(draft_text(draft), "nhap.yaml") == (draft, ())


def test_another_program_reads_what_the_officer_sees(sheet: Path):
    book = CalamineWorkbook.from_path(str(sheet))
    rows = book.get_sheet_by_name(DUTIES).to_python()
    heads = rows[0]
    first = dict(zip(heads, rows[1], strict=True))
    assert first["Mã"] == "1.a"
    assert first["Cơ quan chủ trì"] == "Sở Tài chính"
    assert first["Thời gian thực hiện"] == "30/8/2026"
    assert first["Nơi trong văn bản"] == "trang 1, bảng 1, dòng 4"
    assert "Khác: Sản phẩm" in heads


def test_an_edited_cell_changes_that_and_nothing_else(sheet: Path):
    before = sample("ke-hoach-o-gop.pdf")
    edited(sheet, DUTIES, {"E3": "Sở Nội vụ", "J3": datetime(2026, 9, 5), "B2": "2"})  # noqa: DTZ001  # Excel has no zone
    found, faults = read_draft_sheet(sheet)
    assert faults == ()
    assert found is not None
    first, second, *rest = before.duties
    wanted = (first.model_copy(update={"section": "2"}),
              second.model_copy(update={"lead": "Sở Nội vụ", "due": date(2026, 9, 5)}), *rest)  # fmt: skip
    assert found.draft == before.model_copy(update={"duties": wanted})
    assert found.stamp == "7"


def test_a_row_that_was_added_has_nothing_read_of_it(sheet: Path):
    edited(
        sheet, DUTIES, {"A6": "4", "B6": "chung", "D6": "Tổng kết", "E6": "Sở Nội vụ", "G6": "Quý IV/2026"}
    )
    found, _ = read_draft_sheet(sheet)
    assert found is not None
    assert found.draft.duties[-1].code == "4"
    assert found.draft.duties[-1].review == RowReview()


def test_every_fault_is_told_at_its_cell(sheet: Path):
    edited(sheet, DUTIES, {"A2": 1.1, "E3": "=1+1", "J3": "32/13/2026", "P4": "ừ", "H5": "một"})
    edited(sheet, GENERAL, {"B6": "năm nay", "A9": "Danh bạ gì đó"})
    edited(sheet, ROUNDS, {"D1": "Mở"})
    found, faults = read_draft_sheet(sheet)
    assert found is None
    assert [fault.place for fault in faults] == ["trang Lần báo cáo, dòng 1", "trang Lần báo cáo, ô D1"]
    edited(sheet, ROUNDS, {"D1": "Ngày mở (đặt tay)"})
    found, faults = read_draft_sheet(sheet)
    assert found is None
    assert {fault.place for fault in faults} == {
        "trang Nhiệm vụ, ô A2", "trang Nhiệm vụ, ô E3", "trang Nhiệm vụ, ô J3", "trang Nhiệm vụ, ô P4",
        "trang Nhiệm vụ, ô H5", "trang Thông tin chung, ô B6", "trang Thông tin chung, ô A9", "trang Thông tin chung",
    }  # fmt: skip
    assert "công thức" in next(str(fault) for fault in faults if fault.place.endswith("E3"))


def test_a_year_out_of_range_is_told_at_its_cell(sheet: Path):
    edited(sheet, GENERAL, {"B6": "12"})
    found, (fault,) = read_draft_sheet(sheet)
    assert found is None
    assert fault.place == "trang Thông tin chung, ô B6"


def test_a_workbook_of_another_kind_is_not_taken_for_ours(tmp_path: Path, sheet: Path):
    book = load_workbook(sheet)
    del book["dondoc-nhap"]
    other = tmp_path / "khac.xlsx"
    book.save(other)
    assert is_draft_sheet(sheet)
    assert not is_draft_sheet(other)
    assert not is_draft_sheet(DATA / "ke-hoach-o-gop.pdf")
    found, (fault,) = read_draft_sheet(other)
    assert found is None
    assert "không phải trang tính" in fault.message


def test_nothing_in_the_sheet_is_a_formula(tmp_path: Path):
    draft = sample("ke-hoach-o-gop.pdf").model_copy(
        update={"title": '=HYPERLINK("x")', "issuer": "+1", "place": "@a"}
    )
    path = tmp_path / "nhap.xlsx"
    write_draft_sheet(path, draft, MADE)
    book = load_workbook(path)
    assert {cell.data_type for page in book for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert book[GENERAL].freeze_panes == "B2"
    assert book[DUTIES].auto_filter.ref.startswith("A1:")


def test_the_same_draft_gives_the_same_file(tmp_path: Path):
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in paths:
        write_draft_sheet(path, sample("ke-hoach-o-gop.pdf"), MADE)
    assert paths[0].read_bytes() == paths[1].read_bytes()
