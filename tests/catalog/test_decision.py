import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest
import yaml

from catalog.decision import Decision
from catalog.decision_file import read_decision, shipped_keys

KEY = "hai-phong-dan-van-2025-2"
CELLS = json.loads(
    (Path(__file__).parent.parent / "data" / "duty-cells-dan-van-2025-2.json").read_text("utf-8")
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    read, faults = read_decision(KEY)
    assert faults == ()
    assert read is not None
    return read


def test_the_decision_ships_under_its_key():
    assert KEY in shipped_keys()


def test_it_has_the_28_duties_of_the_source_in_its_order(decision: Decision):
    assert [duty.code for duty in decision.duties] == list(CELLS)
    assert len(decision.duties) == 28


@pytest.mark.parametrize("code", CELLS)
def test_every_cell_equals_the_source_word_for_word(decision: Decision, code: str):
    duty = decision.duty(code)
    cells = {"text": duty.text, "lead": duty.lead, "support": duty.support, "deadline": duty.deadline}
    assert cells == CELLS[code]
    assert all(unicodedata.is_normalized("NFC", cell) for cell in cells.values())


def test_what_the_unsigned_copy_leaves_blank_stays_blank_and_is_said(decision: Decision):
    assert decision.number is None
    assert decision.issued_on is None
    assert any("số và ngày ban hành để trống" in sentence for sentence in decision.assumptions)
    assert any("cơ quan xác nhận" in sentence for sentence in decision.assumptions)


def test_the_footnote_is_a_reference_and_keeps_both_its_paragraphs(decision: Decision):
    assert decision.duty("1.1").footnotes == (1,)
    assert "cơ sở1" not in decision.duty("1.1").text
    paragraphs = decision.footnotes[0].text.splitlines()
    assert [paragraph[:22] for paragraph in paragraphs] == [
        "- Quyết định số 23-QĐ/",
        "- Luật Thực hiện dân c",
    ]


def test_articles_rounds_and_recipients_are_there(decision: Decision):
    assert [article.number for article in decision.articles] == [1, 2, 3, 4]
    orders = decision.articles[2].clauses
    assert all(planned.text in orders[0].text for planned in decision.rounds)
    assert decision.expected in orders[0].text
    assert decision.ad_hoc is not None
    assert decision.ad_hoc.text in orders[0].text
    assert orders[1].text.startswith("Giao Sở Nội vụ tổng hợp, đôn đốc, theo dõi")
    assert [planned.code for planned in decision.rounds] == ["lan-1", "lan-2"]
    assert len(decision.legal_bases) == 8
    assert decision.recipients[0] == "Như Điều 4"
    assert [section.code for section in decision.sections] == ["1", "2", "3", "4", "5"]
    assert {duty.code for duty in decision.duties if duty.parent == "3.4"} == {
        "3.4.a",
        "3.4.b",
        "3.4.b1",
        "3.4.b2",
        "3.4.b3",
    }


def test_the_issue_date_given_at_loading_wins():
    read, faults = read_decision(KEY, issued_on=date(2025, 7, 25))
    assert faults == ()
    assert read is not None
    assert read.issued_on == date(2025, 7, 25)


SMALL = """\
key: thu-nghiem
directory: hai-phong
year: 2026
title: Ban hành danh mục thử nghiệm
issuer: Ủy ban nhân dân thành phố Hải Phòng
place: Hải Phòng
coordinator: so-noi-vu
confirmer: van-phong-ubnd
leaders: lanh-dao-ubnd
expected: các sở, ngành
sections:
  - {code: "1", title: Phần một}
events:
  - {code: ky-hop, name: Kỳ họp}
rounds:
  - {code: lan-1, text: "trước ngày 05/9/2026", source: Điều 3}
duties:
  - {code: "1.1", section: "1", text: Việc một, lead: Sở Xây dựng, deadline: Quý III/2026}
"""


def refused(folder: Path, text: str, issued_on: date | None = None) -> list[str]:
    """Return what is said about a decision file that must not be read."""
    path = folder / "quyet-dinh.yaml"
    path.write_bytes(text.encode())
    read, faults = read_decision(path, issued_on=issued_on)
    assert read is None
    assert all(fault.remedy for fault in faults)
    assert all(fault.file == "quyet-dinh.yaml" for fault in faults)
    return [f"{fault.place}: {fault.message}" for fault in faults]


def accepted(folder: Path, text: str, issued_on: date | None = None) -> Decision:
    path = folder / "quyet-dinh.yaml"
    path.write_bytes(text.encode())
    read, faults = read_decision(path, issued_on=issued_on)
    assert faults == ()
    assert read is not None
    return read


def with_duty(extra: str) -> str:
    return SMALL + f"  - {{{extra}}}\n"


DUTY_1_2 = 'code: "1.2", section: "1", text: Việc hai, lead: Sở Tài chính'


def test_a_small_decision_without_optional_parts_is_read(tmp_path: Path):
    read = accepted(tmp_path, SMALL)
    assert read.number is None
    assert read.duties[0].support == ""
    assert not read.before_inclusive


def test_line_breaks_in_a_cell_are_joined(tmp_path: Path):
    read = accepted(tmp_path, SMALL.replace("text: Việc một", 'text: "Việc\n      một "'))
    assert read.duties[0].text == "Việc một"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            with_duty('code: "1.1", section: "1", text: Lại, lead: Sở Tài chính, deadline: Quý III/2026'),
            "dòng 19: mã nhiệm vụ “1.1” đã dùng ở trên.",
            id="a duty code twice",
        ),
        pytest.param(
            with_duty('code: "1.2", section: "9", text: Lại, lead: Sở Tài chính, deadline: Quý III/2026'),
            "dòng 19, nhiệm vụ 1.2: không có phần nào mang mã “9”.",
            id="an unknown section",
        ),
        pytest.param(
            with_duty(f"{DUTY_1_2}, deadline: Quý III/2026, closed_by: lan-7"),
            "dòng 19, nhiệm vụ 1.2: không có lần báo cáo nào mang mã “lan-7”.",
            id="an unknown closing round",
        ),
        pytest.param(
            with_duty(f"{DUTY_1_2}, deadline: Kỳ họp cuối năm, event: khac"),
            "dòng 19, nhiệm vụ 1.2: không có sự kiện nào mang mã “khac”.",
            id="an unknown event",
        ),
        pytest.param(
            with_duty(f"{DUTY_1_2}, deadline: Quý III/2026, footnotes: [4]"),
            "dòng 19, nhiệm vụ 1.2: không có chú thích nào mang mã “4”.",
            id="an unknown footnote",
        ),
        pytest.param(
            SMALL.replace("coordinator: so-noi-vu", "coordinator: so-khong-co"),
            "dòng 7: mục “coordinator”: danh bạ hai-phong không có cơ quan mang mã “so-khong-co”.",
            id="an unknown coordinator",
        ),
        pytest.param(
            with_duty(
                'code: "1.2", section: "1", text: Lại, lead: Tổng công ty Sao Hỏa, deadline: Quý III/2026'
            ),
            "dòng 19, nhiệm vụ 1.2, cơ quan chủ trì: danh bạ hai-phong không có “Tổng công ty Sao Hỏa”.",
            id="an unknown lead",
        ),
        pytest.param(
            with_duty(f"{DUTY_1_2}, support: Tổng công ty Sao Hỏa, deadline: Quý III/2026"),
            "dòng 19, nhiệm vụ 1.2, cơ quan phối hợp: danh bạ hai-phong không có “Tổng công ty Sao Hỏa”.",
            id="an unknown supporter",
        ),
        pytest.param(
            with_duty('code: 1.2, section: "1", text: Hai, lead: Sở Tài chính, deadline: Quý III/2026'),
            "dòng 19: mục “duties › 2 › code” phải là chữ.",
            id="a code that YAML takes for a number",
        ),
        pytest.param(
            with_duty('code: "1.2", section: "1", text: "", lead: Sở Tài chính, deadline: Quý III/2026'),
            "dòng 19: mục “duties › 2 › text” để trống.",
            id="an empty text",
        ),
        pytest.param(
            with_duty(f"{DUTY_1_2}, deadline: Quý III/2026, thoi_han: Quý III/2026"),
            "dòng 19: không có mục nào tên là “duties › 2 › thoi_han”.",
            id="an unknown key",
        ),
        pytest.param(
            SMALL.split("duties:", maxsplit=1)[0] + "duties: []\n",
            "dòng 17: mục “duties” là danh sách trống.",
            id="no duty",
        ),
        pytest.param(SMALL.replace("year: 2026\n", ""), "dòng 1: thiếu mục “year”.", id="no year"),
        pytest.param(
            SMALL.replace("trước ngày 05/9/2026", "lần 1"),
            "dòng 16, lần báo cáo lan-1: “lần 1” không cho biết ngày phải báo cáo.",
            id="a round without a date",
        ),
        pytest.param("", ": tệp trống.", id="an empty file"),
        pytest.param(
            SMALL.replace("\n", "\r\n"), "dòng 1: tệp xuống dòng kiểu Windows (CRLF).", id="Windows line ends"
        ),
        pytest.param(
            unicodedata.normalize("NFD", SMALL),
            "dòng 4: chữ có dấu ghi bằng Unicode tổ hợp (NFD).",
            id="decomposed Unicode",
        ),
        pytest.param("- một\n", "dòng 1: mục gốc của tệp phải gồm các mục con “tên: giá trị”.", id="a list"),
    ],
)
def test_a_faulty_file_is_refused_with_line_and_remedy(tmp_path: Path, text: str, said: str):
    assert refused(tmp_path, text) == [said]


def test_a_deadline_that_nobody_understands_blocks_loading_until_a_person_sets_it(tmp_path: Path):
    row = f"{DUTY_1_2}, deadline: Càng sớm càng tốt"
    [said] = refused(tmp_path, with_duty(row))
    assert said.startswith(
        "dòng 19, nhiệm vụ 1.2, thời gian thực hiện: không hiểu thời hạn “Càng sớm càng tốt”."
    )
    assert accepted(tmp_path, with_duty(f"{row}, due: 2026-06-30")).duty("1.2").due == date(2026, 6, 30)


def test_a_deadline_before_the_decision_is_refused_unless_a_person_has_seen_it(tmp_path: Path):
    row = f"{DUTY_1_2}, deadline: Quý I/2026"
    issued = date(2026, 5, 4)
    assert refused(tmp_path, with_duty(row), issued) == [
        (
            "dòng 19, nhiệm vụ 1.2, thời gian thực hiện: “Quý I/2026” (hết ngày 31/3/2026) "
            "trước ngày ban hành 04/5/2026."
        )
    ]
    accepted(tmp_path, with_duty(row))  # no issue date known: nothing to compare with
    accepted(tmp_path, with_duty(f"{row}, accept_past: true"), issued)
    accepted(tmp_path, with_duty(f"{row}, due: 2026-09-30"), issued)


def test_all_faults_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path):
    text = with_duty('code: "1.1", section: "7", text: Hai, lead: Tổng công ty Sao Hỏa, deadline: "???"')
    text = text.replace("leaders: lanh-dao-ubnd", "leaders: khong-co").replace("05/9/2026", "sớm")
    said = refused(tmp_path, text)
    assert [line.split(":")[0].split(",")[0] for line in said] == ["dòng 9", "dòng 16", *["dòng 19"] * 4]


def test_a_row_of_wrong_form_does_not_hide_the_faults_of_the_rows_after_it(tmp_path: Path):
    text = with_duty(f"{DUTY_1_2}, deadline: 2026, ghi_chu: lạ")
    text += '  - {code: "1.1", section: "9", text: Ba, lead: Sở Tài chính, deadline: Quý III/2026}\n'
    assert refused(tmp_path, text) == [
        "dòng 19: mục “duties › 2 › deadline” phải là chữ.",
        "dòng 19: không có mục nào tên là “duties › 2 › ghi_chu”.",
        "dòng 20: mã nhiệm vụ “1.1” đã dùng ở trên.",
        "dòng 20, nhiệm vụ 1.1: không có phần nào mang mã “9”.",
    ]


@pytest.mark.parametrize("name", ["khong-co.yaml", "khong-co", ""])
def test_a_missing_file_an_unknown_key_or_a_folder_is_one_sentence(tmp_path: Path, name: str):
    read, faults = read_decision(tmp_path / name)
    assert read is None
    assert len(faults) == 1
    assert str(faults[0]).endswith(".")


def test_a_directory_that_cannot_be_found_is_a_fault_at_its_line(tmp_path: Path):
    text = SMALL.replace("directory: hai-phong", "directory: khong-co")
    assert refused(tmp_path, text) == ["dòng 2: không có danh bạ nào tên là “khong-co”."]


def test_a_directory_already_loaded_is_used_before_the_shipped_one(tmp_path: Path):
    asked: list[str] = []
    path = tmp_path / "quyet-dinh.yaml"
    path.write_text(SMALL, encoding="utf-8")
    read, _ = read_decision(path, asked.append)
    assert read is not None
    assert asked == ["hai-phong"]


def test_the_shipped_file_names_no_person():
    shipped = Path(__file__).parent.parent.parent / "catalog" / "data" / "decisions" / f"{KEY}.yaml"
    text = shipped.read_text(encoding="utf-8")
    assert yaml.safe_load(text)["recipients"][-1] == "Lưu: VT"
    assert "KT. CHỦ TỊCH" not in text
