"""Files that may not be read: one Vietnamese sentence each, and nothing fetched or blown up."""

import base64
import io
import re
import tracemalloc
import zipfile
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from docx import Document
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import LIT

from catalog.errors import FaultyDataError
from documents.importing import guard as import_guard
from documents.importing.pdf_bounds import too_large
from documents.importing.tables_in import read_source

DATA = Path(__file__).parent.parent / "data" / "import"
WORD = DATA / "hai-phong-danh-muc-dan-van-2025.docx"
BLANK_PDF = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def refusal(path: Path) -> str:
    with pytest.raises(FaultyDataError) as refused:
        read_source(path)
    assert len(refused.value.faults) == 1
    fault = refused.value.faults[0]
    assert fault.file
    assert fault.remedy
    return fault.message


def saved(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def with_part(tmp_path: Path, part: str, data: bytes, name: str = "tep.docx") -> Path:
    """The Word file with one part added or replaced."""
    path = tmp_path / name
    with zipfile.ZipFile(WORD) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != part:
                new.writestr(each, old.read(each))
        new.writestr(part, data)
    return path


def test_a_scanned_pdf_is_refused(tmp_path):
    assert "ảnh chụp" in refusal(saved(tmp_path, "quet.pdf", BLANK_PDF))


def pdf_drawing(instructions: bytes) -> bytes:
    """A PDF of one page with a line of text and these drawing instructions, packed."""
    packed = zlib.compress(instructions + b" BT /F1 12 Tf 50 700 Td (Nhiem vu) Tj ET", 9)
    return (
        b"%%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n"
        b"4 0 obj\n<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream\nendobj\n"
        b"5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\ntrailer<</Root 1 0 R>>\n%%%%EOF"
    ) % (len(packed), packed)


def test_a_pdf_whose_page_unpacks_without_end_is_refused_in_bounded_memory(tmp_path):
    path = saved(tmp_path, "bom.pdf", pdf_drawing(b"(hello) Tj " * 10_000_000))
    tracemalloc.start()
    try:
        assert "bom nén" in refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "written_out"), [("ASCII85Decode", base64.a85encode), ("ASCIIHexDecode", lambda packed: packed.hex().encode())]
)  # fmt: skip
def test_a_bomb_written_out_as_text_is_a_bomb_too(tmp_path, name, written_out):
    path = saved(tmp_path, "bom.pdf", pdf_drawing(b"(hello) Tj " * 1_000_000))
    packed = re.search(rb"stream\n(.*)\nendstream", path.read_bytes(), re.DOTALL)[1]
    text = written_out(packed)
    told = (
        path.read_bytes()
        .replace(packed, text)
        .replace(b"/Length %d" % len(packed), b"/Length %d" % len(text))
    )
    path.write_bytes(told.replace(b"/FlateDecode", b"[/%s /FlateDecode]" % name.encode()))
    assert "bom nén" in refusal(path)


def test_forms_that_share_what_they_draw_with_are_counted_once():
    page = SimpleNamespace(contents=[], resources={"XObject": (shared := {})})
    for name in range(40):
        attributes = {"Subtype": LIT("Form"), "Resources": {"XObject": shared}}
        shared[str(name)] = PDFStream(attributes, b"0 0 m 9 9 l S " * 1_000)
    assert not too_large(SimpleNamespace(page_obj=page))


def test_a_pdf_with_a_little_drawing_is_read(tmp_path):
    assert read_source(saved(tmp_path, "net.pdf", pdf_drawing(b"0 0 m 9 9 l S " * 10))).lines


def test_a_pdf_with_a_password_is_refused():
    assert "mật khẩu" in refusal(DATA / "co-mat-khau.pdf")


def test_a_damaged_pdf_is_refused(tmp_path):
    assert "hỏng" in refusal(saved(tmp_path, "hong.pdf", b"%PDF-1.7\n garbage \xff\xfe"))


def test_an_office_file_with_a_password_is_refused(tmp_path):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert "mật khẩu" in refusal(saved(tmp_path, "khoa.docx", data))


def test_an_old_office_file_is_refused(tmp_path):
    assert "đời cũ" in refusal(saved(tmp_path, "cu.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600))


def test_a_file_with_macros_is_refused_whatever_its_suffix(tmp_path):
    assert "macro" in refusal(with_part(tmp_path, "word/vbaProject.bin", b"x"))


@pytest.mark.parametrize("cut", [30, 2000, 20000])
def test_a_truncated_zip_is_refused(tmp_path, cut):
    assert "hỏng" in refusal(saved(tmp_path, "cut.docx", WORD.read_bytes()[:cut]))


def test_a_zip_with_flipped_bytes_is_refused_or_read_but_never_crashes(tmp_path):
    whole = WORD.read_bytes()
    for at in range(100, len(whole), 1511):
        broken = bytearray(whole)
        broken[at] ^= 0xFF
        try:
            read_source(saved(tmp_path, "lat.docx", bytes(broken)))
        except FaultyDataError as refused:
            assert refused.faults  # noqa: PT017  # both outcomes are right; only another exception is wrong


def test_a_zip_bomb_is_refused_without_being_unpacked(tmp_path):
    assert "bom nén" in refusal(with_part(tmp_path, "word/document.xml", b" " * (60 * 1024 * 1024)))


def test_a_file_over_the_limit_is_refused_without_being_read(tmp_path):
    path = tmp_path / "to.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7")
        file.truncate(300 * 1024 * 1024)  # sparse
    assert "quá lớn (300 MB)" in refusal(path)


def test_entities_in_office_xml_are_refused(tmp_path):
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        b"<w:t>&a;</w:t></w:r></w:p></w:body></w:document>"
    )
    assert "thực thể XML" in refusal(with_part(tmp_path, "word/document.xml", bomb))


def test_links_to_the_outside_are_told_and_left_alone(tmp_path):
    link = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" TargetMode="External" Target="http://127.0.0.1:9/mau.dotx" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
    )
    source = read_source(with_part(tmp_path, "word/_rels/settings.xml.rels", link))
    assert any("liên kết ra ngoài" in warning for warning in source.warnings)


def test_a_wrong_suffix_is_told_and_the_content_read(tmp_path):
    source = read_source(saved(tmp_path, "danh-muc.pdf", WORD.read_bytes()))
    assert source.warnings == ("Đuôi tệp là “.pdf” nhưng nội dung là Word; đã đọc theo nội dung.",)
    assert source.tables


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("trong.docx", b"", "trống"),
        ("anh.pdf", b"\x89PNG\r\n\x1a\n\0\0\0", "không nhận ra"),
        ("van-ban.rtf", b"{\\rtf1 x}", "RTF"),
        ("ma.txt", "Nhiệm vụ".encode("cp1258", "replace") + b"\xff", "UTF-8"),
    ],
)
def test_other_files_are_refused_with_a_sentence(tmp_path, name, data, said):
    assert said in refusal(saved(tmp_path, name, data))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert "không tìm thấy" in refusal(tmp_path / "khong-co.docx")
    assert "thư mục" in refusal(tmp_path)


def test_another_zip_is_refused(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.txt", "x")
    assert "không phải tài liệu" in refusal(saved(tmp_path, "goi.docx", buffer.getvalue()))


def test_a_document_without_a_list_is_refused(tmp_path):
    from catalog.drafts.drafting import draft_decision

    document = Document()
    document.add_paragraph("Không có bảng nào.")
    document.save(tmp_path / "khong.docx")
    with pytest.raises(FaultyDataError, match="không thấy bảng danh mục"):
        draft_decision(read_source(tmp_path / "khong.docx"))


def test_the_limits_stand_in_a_sensible_order():
    assert import_guard.MAX_XML_MB <= import_guard.MAX_FILE_MB <= import_guard.MAX_UNPACKED_MB
