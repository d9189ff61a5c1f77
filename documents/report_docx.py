"""The consolidated report of a round: one frozen snapshot printed through a template of Word."""

import zipfile
from pathlib import Path

from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from catalog.errors import Fault, FaultyDataError
from catalog.report_outline import Outline
from documents.importing.guard import FileKind, kind_of, refuse
from documents.packing import save_document
from documents.report_context import report_context
from documents.report_template import shipped_template
from tasks.snapshots.issued_snapshots import Issued


def outline_for(snapshot: Issued) -> Outline:
    """Return the outline the round calls for: final after the decision's last round, interim before."""
    return Outline.FINAL if snapshot.body["last"] else Outline.INTERIM


def write_report(
    snapshot: Issued, path: Path, outline: Outline | None = None, template: Path | None = None
) -> None:
    """Write the report; the same snapshot, outline and template give the same bytes.

    `template` is an officer's own, else the shipped one. Raises FaultyDataError where it cannot be used, and OSError.
    """
    chosen = outline or outline_for(snapshot)
    source = template or shipped_template(chosen)
    if template is not None and kind_of(template) is not FileKind.WORD:
        raise refuse(template, "mẫu báo cáo phải là tệp Word .docx.", "Hãy xuất mẫu rồi sửa bằng Word.")
    document = _rendered(source, report_context(snapshot, chosen))
    save_document(document.docx, path, snapshot.made_at, f"Báo cáo {snapshot.body['round']['text']}")


def _rendered(source: Path, context: dict[str, object]) -> DocxTemplate:
    """Fill in the template; what it may say is held to printing values (it may come from anybody's mail)."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    document = DocxTemplate(source)
    try:
        document.render(context, environment, autoescape=True)
    except (TemplateError, SecurityError) as error:
        sentence = f"mẫu báo cáo dùng một chỗ điền không có hoặc viết sai ({error})."
        fault = Fault(sentence, file=source.name, remedy="Hãy xuất lại mẫu và so các chỗ điền {{ … }}.")
        raise FaultyDataError([fault]) from None
    except (OpcError, KeyError, ValueError, zipfile.BadZipFile):
        raise refuse(source, "mẫu báo cáo bị hỏng, không mở được.", "Hãy xuất lại mẫu.") from None
    return document
