"""A document that somebody sent is read in a process of its own: what breaks there breaks nothing here."""

import subprocess
import sys
from pathlib import Path

import pytest

from catalog.drafts.file import read_draft
from catalog.errors import FaultyDataError
from documents.importing import apart
from documents.importing.apart import page_picture, read_apart

DATA = Path(__file__).parent.parent / "data" / "import"
PDF = (DATA / "ke-hoach-o-gop.pdf").read_bytes()


def test_a_document_comes_back_as_a_draft_with_its_rows():
    found = read_apart((DATA / "hai-phong-danh-muc-dan-van-2025.docx").read_bytes(), "danh-muc.docx")
    draft, faults = read_draft(found.draft, "nhap.yaml")
    assert faults == ()
    assert draft is not None
    assert (found.kind, len(draft.duties)) == ("docx", 28)
    places = {place for place, _ in found.rows}
    assert {duty.review.place for duty in draft.duties} <= places


def test_what_cannot_be_read_is_told_in_the_readers_own_words():
    with pytest.raises(FaultyDataError) as refused:
        read_apart((DATA / "co-mat-khau.pdf").read_bytes(), "mật khẩu.pdf")
    assert str(refused.value).startswith("mật khẩu.pdf: tệp được đặt mật khẩu.")


def test_a_decision_file_is_a_draft_too():
    text = "key: a\nsections: [{code: '1', title: Một}]\nduties: [{code: '1.1', section: '1', text: Việc, lead: Sở}]\n"
    assert read_apart(text.encode(), "a.yaml").kind == "yaml"
    with pytest.raises(FaultyDataError, match="dòng 2"):
        read_apart(b"key: a\nla: b\n", "a.yaml")


def test_a_page_is_a_picture():
    assert page_picture(PDF, 1).startswith(b"\x89PNG")
    with pytest.raises(FaultyDataError):
        page_picture(PDF, 99)


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(apart, "LONGEST", 0.01)
    with pytest.raises(FaultyDataError, match="nên đã dừng"):
        read_apart(PDF, "cham.pdf")


def test_a_service_that_is_bounded_closer_still_reads():
    reading = "from documents.importing.apart import read_apart; print(read_apart(b'key: a', 'a.yaml').kind)"
    closer = ["bash", "-c", 'ulimit -f 20000 && exec "$@"', "-", sys.executable, "-c", reading]
    assert subprocess.run(closer, capture_output=True, text=True, check=True).stdout.strip() == "yaml"
