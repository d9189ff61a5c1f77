"""Reads a decision's list out of a Word, Excel, PDF or text file into blocks with their places."""

from dataclasses import replace
from pathlib import Path

from catalog.drafts.source import Source
from documents.importing.guard import FileKind, kind_of

_NAMES = {
    FileKind.WORD: "Word",
    FileKind.EXCEL: "Excel",
    FileKind.PDF: "PDF",
    FileKind.TEXT: "văn bản thường",
}
_SUFFIXES = {
    FileKind.WORD: {".docx"},
    FileKind.EXCEL: {".xlsx"},
    FileKind.PDF: {".pdf"},
    FileKind.TEXT: {".txt", ".text", ""},
}


def read_source(path: Path) -> Source:
    """Return the blocks of the file, read as what its content is; a suffix that says otherwise is told.

    Raises FaultyDataError with a Vietnamese sentence for whatever cannot or may not be read.
    """
    kind = kind_of(path)
    source = _read(path, kind)
    if path.suffix.lower() in _SUFFIXES[kind]:
        return source
    told = f"Đuôi tệp là “{path.suffix}” nhưng nội dung là {_NAMES[kind]}; đã đọc theo nội dung."
    return replace(source, warnings=(told, *source.warnings))


def _read(path: Path, kind: FileKind) -> Source:
    """Each reader's library is imported only when a file of its kind is read."""
    if kind is FileKind.WORD:
        from documents.importing.docx import read_docx

        return read_docx(path)
    if kind is FileKind.EXCEL:
        from documents.importing.xlsx import read_xlsx

        return read_xlsx(path)
    if kind is FileKind.PDF:
        from documents.importing.pdf import read_pdf

        return read_pdf(path)
    from documents.importing.txt import read_txt

    return read_txt(path)
