"""Every operation of the API: the scope it needs, and whose keys it answers where all of them have every scope."""

from dataclasses import dataclass, field
from typing import Any

from tasks.accounts.tokens import Scope

EVERYBODY = {"alice", "bob", "charlie", "seal", "home"}
LEADS = {"alice", "bob", "charlie"}
AT = "/rounds/quyet-dinh/lan-1"
REASON = {"reason": "Thiếu văn bản."}
LATER = {"to": "2025-09-30", **REASON}


@dataclass(frozen=True)
class Line:
    """`home` coordinates, `seal` supports duty 1.1 by name, `{bob}` is Bob's task of it, `{file}` the file with Charlie's report. Others get 403 or 404."""

    call: str
    scope: Scope
    admits: set[str]
    says: dict[str, Any] = field(default_factory=dict)


TABLE = {
    "listDecisions": Line("GET /decisions", Scope.CATALOG_READ, EVERYBODY),
    "getDecision": Line("GET /decisions/quyet-dinh", Scope.CATALOG_READ, EVERYBODY),
    "listDuties": Line("GET /duties", Scope.CATALOG_READ, EVERYBODY),
    "getDuty": Line("GET /duties/quyet-dinh/1.2", Scope.CATALOG_READ, LEADS | {"home"}),
    "listDutyTasks": Line("GET /duties/quyet-dinh/1.1/tasks", Scope.TASKS_READ, LEADS | {"home", "seal"}),
    "listTasks": Line("GET /tasks", Scope.TASKS_READ, EVERYBODY),
    "getTask": Line("GET /tasks/{bob}", Scope.TASKS_READ, {"bob", "seal", "home"}),
    "startTask": Line("POST /tasks/{bob}/start", Scope.TASKS_WRITE, {"bob"}),
    "declareTask": Line("POST /tasks/{bob}/declare", Scope.TASKS_WRITE, {"bob"}),
    "declareTaskNotApplicable": Line("POST /tasks/{bob}/declare-not-applicable", Scope.TASKS_WRITE, {"bob"}, REASON),
    "askTaskExtension": Line("POST /tasks/{bob}/ask-extension", Scope.TASKS_WRITE, {"bob"}, LATER),
    "confirmTask": Line("POST /tasks/{bob}/confirm", Scope.TASKS_CONFIRM, {"home"}),
    "returnTask": Line("POST /tasks/{bob}/return", Scope.TASKS_CONFIRM, {"home"}, REASON),
    "cancelTask": Line("POST /tasks/{bob}/cancel", Scope.TASKS_CONFIRM, {"home"}, REASON),
    "reopenTask": Line("POST /tasks/{bob}/reopen", Scope.TASKS_CONFIRM, {"home"}, REASON),
    "extendTask": Line("POST /tasks/{bob}/extend", Scope.TASKS_CONFIRM, {"home"}, LATER),
    "answerTaskExtension": Line("POST /tasks/{bob}/answer-extension", Scope.TASKS_CONFIRM, {"home"}, {"granted": True}),
    "listRounds": Line("GET /rounds", Scope.ROUNDS_READ, EVERYBODY),
    "getRound": Line(f"GET {AT}", Scope.ROUNDS_READ, LEADS | {"home"}),
    "getRoundStanding": Line(f"GET {AT}/standing", Scope.ROUNDS_READ, {"home"}),
    "listRoundAgencies": Line(f"GET {AT}/agencies", Scope.ROUNDS_READ, LEADS | {"home"}),
    "getReport": Line(f"GET {AT}/reports/bob", Scope.REPORTS_READ, {"bob", "home"}),
    "saveReport": Line(f"PUT {AT}/reports/bob", Scope.REPORTS_WRITE, {"bob"}),
    "submitReport": Line(f"POST {AT}/reports/bob/submit", Scope.REPORTS_WRITE, {"bob"}),
    "submitNilReport": Line(
        f"POST {AT}/reports/bob/submit-nil", Scope.REPORTS_WRITE, {"bob"}, {"statement": "Không phát sinh."}
    ),
    "getReportAttachment": Line(f"GET {AT}/reports/charlie/attachments/{{file}}", Scope.REPORTS_READ, {"charlie", "home"}),
    "returnReport": Line(f"POST {AT}/reports/bob/return", Scope.REPORTS_CONFIRM, {"home"}, {"comments": "Thiếu số liệu."}),
    "acceptReport": Line(f"POST {AT}/reports/bob/accept", Scope.REPORTS_CONFIRM, {"home"}),
    "listAgencies": Line("GET /agencies", Scope.AGENCIES_READ, EVERYBODY),
    "getAgency": Line("GET /agencies/bob", Scope.AGENCIES_READ, {"bob", "home"}),
}  # fmt: skip
