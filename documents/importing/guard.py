"""What a file really is, and whether it may be read: size, password, macros, damage, zip bombs, entities.

Every refusal is one Vietnamese sentence; nothing outside the file is ever asked for.
"""

import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Any

from lxml import etree

from catalog.errors import Fault, FaultyDataError

MAX_FILE_MB = 50
MAX_UNPACKED_MB = 200
MAX_XML_MB = 40  # one part of an Office file
MAX_RATIO = 200  # unpacked : packed, for parts over 10 MB
MAX_PARTS = 5000
_MB = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class FileKind(StrEnum):
    WORD = "docx"
    EXCEL = "xlsx"
    PDF = "pdf"
    TEXT = "txt"


def refuse(path: Path, message: str, remedy: str, place: str = "") -> FaultyDataError:
    return FaultyDataError([Fault(message, place=place, file=path.name, remedy=remedy)])


def kind_of(path: Path) -> FileKind:
    """Return what the file's content says it is, whatever its suffix; raises FaultyDataError where it may not be read."""
    head = _head(path)
    if head.startswith(b"PK"):
        return _office_kind(path)
    if head.startswith(_OLE):
        raise _old_office(path)
    if b"%PDF-" in head[:1024]:
        return FileKind.PDF
    if head.lstrip().startswith(b"{\\rtf"):
        raise refuse(path, "đây là tệp RTF.", "Hãy mở bằng Word và lưu lại thành .docx.")
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(path, "không nhận ra loại tệp này.", "Chỉ nhập được tệp .docx, .xlsx, .pdf và .txt.")
    return FileKind.TEXT


def _head(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise refuse(path, "đây là thư mục.", "Hãy chọn một tệp .docx, .xlsx, .pdf hoặc .txt.")
        if size > MAX_FILE_MB * _MB:
            limit = (
                f"Tệp được nhập lớn nhất là {MAX_FILE_MB} MB; hãy bỏ bớt hình ảnh hoặc chỉ giữ phần danh mục."
            )
            raise refuse(path, f"tệp quá lớn ({size // _MB} MB).", limit)
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        raise refuse(path, "không tìm thấy tệp.", "Hãy kiểm tra lại đường dẫn.") from None
    except OSError as error:
        raise refuse(path, f"không đọc được tệp ({error.strerror}).", "Hãy kiểm tra quyền đọc.") from None
    if not head.strip():
        raise refuse(path, "tệp trống.", "Hãy chọn tệp có nội dung.")
    return head


def _old_office(path: Path) -> FaultyDataError:
    if _ENCRYPTED in path.read_bytes():
        return refuse(path, "tệp được đặt mật khẩu.", "Hãy mở tệp, bỏ mật khẩu, lưu lại rồi nhập.")
    return refuse(path, "đây là tệp Office đời cũ (.doc, .xls).", "Hãy mở và lưu lại thành .docx hoặc .xlsx.")


def _office_kind(path: Path) -> FileKind:
    with open_package(path) as package:
        names = {name.replace("\\", "/").lower() for name in package.namelist()}
        types = _content_types(path, package)
    if any(name.endswith("vbaproject.bin") for name in names) or "macroEnabled" in types:
        raise refuse(
            path, "tệp có chứa macro.", "Hãy lưu lại thành .docx hoặc .xlsx không có macro rồi nhập."
        )
    if "word/document.xml" in names:
        return FileKind.WORD
    if "xl/workbook.xml" in names:
        return FileKind.EXCEL
    raise refuse(
        path,
        "tệp nén này không phải tài liệu Word hay Excel.",
        "Chỉ nhập được tệp .docx, .xlsx, .pdf và .txt.",
    )


def _content_types(path: Path, package: zipfile.ZipFile) -> str:
    if "[Content_Types].xml" not in package.namelist():
        return ""
    return read_part(path, package, "[Content_Types].xml").decode("utf-8", "replace")


def open_package(path: Path) -> zipfile.ZipFile:
    """Open an Office file whose parts are known to fit in memory; raises FaultyDataError where they are not."""
    try:
        package = zipfile.ZipFile(path)
        parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _damaged(path) from None
    if any(part.flag_bits & 1 for part in parts):
        package.close()
        raise refuse(path, "tệp được đặt mật khẩu.", "Hãy mở tệp, bỏ mật khẩu, lưu lại rồi nhập.")
    unpacked = sum(part.file_size for part in parts)
    blown = any(
        part.file_size > 10 * _MB and part.file_size > MAX_RATIO * part.compress_size for part in parts
    )
    if unpacked > MAX_UNPACKED_MB * _MB or len(parts) > MAX_PARTS or blown:
        package.close()
        raise refuse(
            path, "tệp nén bung ra quá lớn (nghi là bom nén).", "Không mở tệp này; hãy xin lại bản gốc."
        )
    return package


def _damaged(path: Path) -> FaultyDataError:
    return refuse(
        path, "tệp bị hỏng, không mở được.", "Hãy mở bằng chương trình gốc và lưu lại, hoặc xin lại bản khác."
    )


def read_part(path: Path, package: zipfile.ZipFile, name: str) -> bytes:
    """Return one part; never more than the size it declares, which `open_package` has bounded."""
    if name in package.NameToInfo and package.getinfo(name).file_size > MAX_XML_MB * _MB:
        raise refuse(path, f"phần {name} trong tệp quá lớn.", "Hãy chỉ giữ phần danh mục rồi nhập lại.")
    try:
        return package.read(name)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise _damaged(path) from None
    except Exception as error:
        if type(error).__module__ in {"zlib", "lzma"}:
            raise _damaged(path) from None
        raise


def parse_part(path: Path, package: zipfile.ZipFile, name: str) -> Any:
    """Return the root of one XML part; entities and DTDs are refused, nothing is fetched."""
    data = read_part(path, package, name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise _damaged(path) from None
    if root.getroottree().docinfo.doctype:
        raise refuse(path, "tệp khai báo thực thể XML lạ.", "Không mở tệp này; hãy xin lại bản gốc.")
    return root


def outside_links(path: Path, package: zipfile.ZipFile) -> tuple[str, ...]:
    """Return a warning where the file points outside itself (templates, pictures, data); hyperlinks do not count."""
    for name in package.namelist():
        if not name.endswith(".rels"):
            continue
        for link in parse_part(path, package, name):
            if link.get("TargetMode") == "External" and not str(link.get("Type", "")).endswith("/hyperlink"):
                return ("Tệp có liên kết ra ngoài (mẫu, hình hoặc dữ liệu); các liên kết này không được mở.",)
    return ()
