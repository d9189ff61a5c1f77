"""PDF through LibreOffice: made where it is installed, told in one sentence where it is not."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pdfplumber
import pytest

from documents.administrative import new_document, write
from documents.packing import save_document
from documents.paper_exports import printed
from documents.pdf import NoConverterError, convert_to_pdf

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def paper(path: Path) -> int:
    document = new_document()
    write(document, "Kính gửi: Sở Anh Đào.")
    save_document(document, path, datetime(2025, 9, 5, tzinfo=UTC), "Công văn")
    return 7


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice không có trên máy này")
def test_a_paper_becomes_a_pdf_by_its_suffix(tmp_path: Path) -> None:
    assert printed(tmp_path / "cong-van.pdf", paper) == 7
    with pdfplumber.open(tmp_path / "cong-van.pdf") as pdf:
        assert "Kính gửi" in (pdf.pages[0].extract_text() or "")
        assert (round(pdf.pages[0].width), round(pdf.pages[0].height)) == (595, 842)  # A4 in points
    assert [each.name for each in tmp_path.iterdir()] == ["cong-van.pdf"]


def test_without_libreoffice_one_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper(tmp_path / "a.docx")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoConverterError, match=r"chưa cài LibreOffice nên không xuất được PDF\. Hãy cài"):
        convert_to_pdf(tmp_path / "a.docx", tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize("script", ["exit 1", "echo 'hong' >&2; exit 77"])
def test_a_libreoffice_that_fails_is_told_and_leaves_nothing(tmp_path: Path, script: str) -> None:
    paper(tmp_path / "a.docx")
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(NoConverterError, match="LibreOffice không tạo được PDF"):
        convert_to_pdf(tmp_path / "a.docx", tmp_path / "a.pdf", str(program))
    assert not (tmp_path / "a.pdf").exists()
