"""Reads a Word file as the XML it is and measures it against Nghị định 30/2020/NĐ-CP, phụ lục I."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TWIPS = 1440 / 25.4  # in a millimetre


@dataclass
class Paper:
    """One document: its body, its sections, its headers by relationship."""

    body: Any
    headers: dict[str, Any]

    @property
    def sections(self) -> list[Any]:
        return list(self.body.iter(f"{W}sectPr"))

    @property
    def tables(self) -> list[list[list[str]]]:
        return [
            [[said(cell) for cell in row.findall(f"{W}tc")] for row in table.iter(f"{W}tr")]
            for table in self.body.iter(f"{W}tbl")
        ]

    @property
    def paragraphs(self) -> list[str]:
        """The text outside tables."""
        return [said(each) for each in self.body.findall(f"{W}p")]

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def read(path: Path) -> Paper:
    with zipfile.ZipFile(path) as archive:
        body = ET.fromstring(archive.read("word/document.xml"))[0]
        links = ET.fromstring(archive.read("word/_rels/document.xml.rels"))
        headers = {
            link.get("Id", ""): ET.fromstring(archive.read(f"word/{link.get('Target')}"))
            for link in links
            if str(link.get("Type")).endswith("/header")
        }
    return Paper(body, headers)


def said(element: Any) -> str:
    parts = []
    for node in element.iter():
        if node.tag == f"{W}t":
            parts.append(node.text or "")
        elif node.tag == f"{W}br":
            parts.append("\n")
    return "".join(parts)


def millimetres(element: Any, name: str) -> float:
    return int(element.get(f"{W}{name}")) / _TWIPS


def breaches(path: Path) -> list[str]:
    """Return what of the file is not as the decree has it; nothing is as it should be."""
    paper = read(path)
    found = [wrong for section in paper.sections for wrong in _page(section)]
    for run in paper.body.iter(f"{W}r"):
        if said(run).strip():
            found += _run(run)
    if not _numbered(paper):
        found.append("no page number centred in the header from page 2")
    return found


def _page(section: Any) -> list[str]:
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    sides = sorted(round(millimetres(size, side)) for side in "wh")
    limits = {"top": (20, 25), "bottom": (20, 25), "left": (30, 35), "right": (15, 20)}
    wrong = [f"paper {sides}"] if sides != [210, 297] else []
    for name, (least, most) in limits.items():
        if not least - 0.1 <= millimetres(margins, name) <= most + 0.1:
            wrong.append(f"{name} margin {millimetres(margins, name):.1f} mm")
    if millimetres(margins, "header") > 20:
        wrong.append("the header does not stand in the top margin")
    return wrong


def _run(run: Any) -> list[str]:
    look = run.find(f"{W}rPr")
    words = said(run)[:30]
    fonts = {look.find(f"{W}rFonts").get(f"{W}{kind}") for kind in ("ascii", "hAnsi", "cs")}
    size = int(look.find(f"{W}sz").get(f"{W}val")) / 2
    colour = look.find(f"{W}color").get(f"{W}val")
    wrong = [f"{words}: {fonts}"] if fonts != {"Times New Roman"} else []
    small = words.startswith(("Nơi nhận", "- ")) and size in {11, 12}  # the decree's own sizes for nơi nhận
    if size not in {13, 14} and not small:
        wrong.append(f"{words}: {size} pt")
    return [*wrong, *([f"{words}: {colour}"] if colour != "000000" else [])]


def _numbered(paper: Paper) -> bool:
    first = paper.sections[0]
    references = {each.get(f"{W}type"): each.get(f"{R}id") for each in first.findall(f"{W}headerReference")}
    if first.find(f"{W}titlePg") is None or "default" not in references:
        return False
    header = paper.headers[references["default"]]
    fields = [field.text for field in header.iter(f"{W}instrText")]
    centred = {each.get(f"{W}val") for each in header.iter(f"{W}jc")}
    first_page = references.get("first")
    silent = first_page is None or not list(paper.headers[first_page].iter(f"{W}instrText"))
    return fields == ["PAGE"] and centred == {"center"} and silent
