"""PDF of a Word document through LibreOffice, where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from documents.placing import placed

_PROGRAMS = ("soffice", "libreoffice")
_PATIENCE = 180  # seconds


class NoConverterError(Exception):
    """PDF cannot be made on this machine; the sentence says why and what to do."""


def convert_to_pdf(document: Path, path: Path, program: str | None = None) -> None:
    """Write the PDF of `document` to `path`. `program` is LibreOffice's, found by itself where None.

    Each call has a profile of its own, so that several may run at once and an open LibreOffice is not disturbed.
    Raises NoConverterError, and OSError where the file cannot be written.
    """
    command = program or next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if command is None:
        raise NoConverterError(
            "Máy này chưa cài LibreOffice nên không xuất được PDF. Hãy cài LibreOffice, hoặc xuất ra .docx rồi lưu thành PDF bằng Word."
        )
    with tempfile.TemporaryDirectory(prefix="dondoc-pdf-") as name:
        folder = Path(name)
        made = _convert(command, document, folder)
        with placed(path) as target:
            shutil.copyfile(made, target)


def _convert(command: str, document: Path, folder: Path) -> Path:
    arguments = [
        command, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
        "--convert-to", "pdf", "--outdir", str(folder), str(document.absolute()),
    ]  # fmt: skip
    try:
        done = subprocess.run(arguments, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603  # our own arguments
    except subprocess.TimeoutExpired:
        raise NoConverterError(
            f"LibreOffice chạy quá {_PATIENCE} giây chưa xong; hãy xuất ra .docx rồi lưu thành PDF."
        ) from None
    except OSError as error:
        raise NoConverterError(
            f"Không chạy được LibreOffice ({error.strerror}); hãy xuất ra .docx."
        ) from None
    made = folder / f"{document.stem}.pdf"
    if not made.exists():
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NoConverterError(f"LibreOffice không tạo được PDF ({said[-1] if said else 'không rõ lý do'}).")
    return made
