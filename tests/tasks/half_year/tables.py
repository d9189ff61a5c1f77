"""The tables of the half-year, worked out by hand from the decision and the script. Nothing here is computed.

The decision. 147 agencies report and lead: 14 departments, 114 communes, 19 service units and enterprises.

    147 leads   1.1 without end · 1.2 and 3.4.b until 14/8 · 5.3 until 31/8 · 1.3 until 30/9 · 3.2 and 3.4.b3 until 31/12
    128 leads   2.1 without end · 4.3, 4.4 and 4.5 until 31/12 (departments and communes)
    33 / 114    3.4.b1 (all but the communes) / 3.4.b2 (the communes), until 31/12
    1 lead      2.2, 2.3, 2.5, 2.6 without end · 3.3, 4.1, 4.2, 4.6, 5.2 until 31/12 · 4.7 31/8 · 2.4 30/9 · 5.1 31/10
                3.1 and 4.8 30/11 · 3.4.a waits for the session of the council

7·147 + 4·128 + 33 + 114 + 15 = 1703 tasks. The amendment of 16/10 adds 5.4 (1 task, 30/11), gives 2.6 to two others
(2 added, 1 cancelled), moves 4.3 to 30/11, cancels 4.5: 1703 + 3 = 1706 tasks.

Of the communes, late, returned, extended and paper act, so 110 are silent; of the units nil, exempt, merged and heir are
told of below, and 15 more are silent.
"""

from datetime import date

from tests.tasks.half_year.people import (
    EXEMPT,
    EXTENDED,
    HEIR,
    HOME,
    LATE,
    MERGED,
    NIL,
    ON_TIME,
    PAPER,
    RETURNED,
    SILENT,
)

SEPTEMBER, OCTOBER, DECEMBER, JANUARY = (
    date(2025, 9, 8), date(2025, 10, 31), date(2025, 12, 8), date(2026, 1, 15),
)  # fmt: skip

COUNTS = {
    # 14/8, 294 tasks  on time: departments 28, returned 1 (3.4.b), extended 2, merged 1 (1.2) = 32
    #                  late: late 2, returned 1 (1.2) = 3 · awaiting: paper 2 · overdue: 220 + units 18·2 + merged 1 = 257
    # 31/8, 148        on time: departments 14, 4.7, returned, extended = 17 · late: late 1 · awaiting: paper 1
    #                  and 110 + 19 = 129 overdue
    # 30/9             148 open: ten working days from 08/9 end on 22/9
    # later            5.1, 3.1 and 4.8 open = 3; of 830 until 31/12 the paper's 4.5 awaits an answer: 829 open
    # no end           279 open · 3.4.a has no date
    SEPTEMBER: {
        "done_on_time": 32 + 17,
        "done_late": 3 + 1,
        "awaiting_confirmation": 2 + 1 + 1,
        "no_date": 1,
        "overdue": 257 + 129,
        "open": 148 + 3 + 829 + 279,
    },
    # 14/8             the paper's 1.2 was confirmed with the date of its plan, 13/8: on time 33; its 3.4.b struck out: 258
    # 31/8             the paper's 5.3 counts from ngày đến, 04/9: late 2
    # 30/9, 148        on time: departments 14, 2.4, extended (until 20/10) = 16 · late: late 1
    #                  and 110 + 19 + returned + paper = 131 overdue
    # 31/10            5.1 is due today: due soon
    # 30/11, 131       3.1, 4.8, 5.4 and 128 of 4.3 open: ten working days from 31/10 end on 14/11
    # 31/12            830 - 128 (4.3) - 128 (4.5) = 574 open; of 4.5 the paper's is not applicable, 127 are cancelled
    # no end           279 - 1 (2.6 cancelled) + 2 = 280 open
    OCTOBER: {
        "cancelled": 127 + 1,
        "not_applicable": 1,
        "done_on_time": 33 + 17 + 16,
        "done_late": 3 + 2 + 1,
        "no_date": 1,
        "overdue": 258 + 129 + 131,
        "due_soon": 1,
        "open": 131 + 574 + 280,
    },
    # the merger of 17/11 ended seven tasks that the heir has too: 3.4.b, 5.3, 1.3, 3.2, 3.4.b1, 3.4.b3, 1.1
    # 14/8 257, 31/8 128, 30/9 130 overdue · 5.1 was declared on 03/11: late
    # 30/11            3.1 and 4.8 confirmed today, 5.4 on 03/12: on time 3
    #                  4.3: on time 14 + extended 1 = 15 · late awaits 1 · overdue: 110 + returned + paper = 112
    # 10/12            3.4.a due soon · 31/12: 574 - 3 = 571 open (ten working days from 08/12 end on 22/12)
    # no end           280 - 1 = 279
    DECEMBER: {
        "cancelled": 127 + 1 + 7,
        "not_applicable": 1,
        "done_on_time": 33 + 17 + 16 + 3 + 15,
        "done_late": 3 + 2 + 1 + 1,
        "awaiting_confirmation": 1,
        "overdue": 257 + 128 + 130 + 112,
        "due_soon": 1,
        "open": 571 + 279,
    },
    # 4.3 of late is confirmed, 8 days late: late 1 · 3.4.a on its day: on time 1
    # 31/12, 571       closed out from the second reports: departments 14·4 + 5 single duties = 61, late 4, extended 4, heir 1
    #                  = 70 on time · nil 3 not applicable
    #                  overdue: 110·4 + 15·3 + returned 4 + paper 4 + exempt 3 + heir 2 = 498
    JANUARY: {
        "cancelled": 127 + 1 + 7,
        "not_applicable": 1 + 3,
        "done_on_time": 33 + 17 + 16 + 3 + 15 + 1 + 70,
        "done_late": 3 + 2 + 1 + 1 + 1,
        "overdue": 257 + 128 + 130 + 112 + 498,
        "open": 279,
    },
}
TOTALS = {SEPTEMBER: 1703, OCTOBER: 1706, DECEMBER: 1706, JANUARY: 1706}

# What is proposed on 05/01 for the 571: complete the 70; not applicable for the nil report's 3; the rest is left, 3.2 of
# returned among it, whose first report is not its last: 571 - 70 - 3.
PROPOSALS = {"complete": 70, "not_applicable": 3, "leave": 498}

# What changed from 31/10 to 08/12, most frequent first.
MOVES = {
    ("open", "overdue"): 112,  # 4.3
    ("open", "done_on_time"): 18,  # 4.3 15, 3.1, 4.8, 5.4
    ("open", "cancelled"): 4,  # of the merged agency: 1.1, 3.2, 3.4.b1, 3.4.b3
    ("overdue", "cancelled"): 3,  # of the merged agency: 3.4.b, 5.3, 1.3
    ("open", "awaiting_confirmation"): 1,  # 4.3 of late
    ("due_soon", "done_late"): 1,  # 5.1
    ("no_date", "due_soon"): 1,  # 3.4.a
}

# Each agency's page at the four days. A department and a commune lead 12 duties, a unit 8, Sở Nội vụ 12 and 8 of its own.
_PUNCTUAL = (
    {"done_on_time": 3, "open": 9},
    {"done_on_time": 4, "open": 7, "cancelled": 1},
    {"done_on_time": 5, "open": 6, "cancelled": 1},
    {"done_on_time": 9, "open": 2, "cancelled": 1},
)
PAGES = {
    ON_TIME: _PUNCTUAL,
    LATE: (
        {"done_late": 3, "open": 9},
        {"done_late": 4, "open": 7, "cancelled": 1},
        {"done_late": 4, "awaiting_confirmation": 1, "open": 6, "cancelled": 1},
        {"done_late": 5, "done_on_time": 4, "open": 2, "cancelled": 1},
    ),
    SILENT: (
        {"overdue": 3, "open": 9},
        {"overdue": 4, "open": 7, "cancelled": 1},
        {"overdue": 5, "open": 6, "cancelled": 1},
        {"overdue": 9, "open": 2, "cancelled": 1},
    ),
    NIL: (
        {"overdue": 3, "open": 5},
        {"overdue": 4, "open": 4},
        {"overdue": 4, "open": 4},
        {"overdue": 4, "not_applicable": 3, "open": 1},
    ),
    RETURNED: (
        {"done_on_time": 2, "done_late": 1, "open": 9},
        {"done_on_time": 2, "done_late": 1, "overdue": 1, "open": 7, "cancelled": 1},
        {"done_on_time": 2, "done_late": 1, "overdue": 2, "open": 6, "cancelled": 1},
        {"done_on_time": 2, "done_late": 1, "overdue": 6, "open": 2, "cancelled": 1},
    ),
    EXTENDED: _PUNCTUAL,
    EXEMPT: (
        {"overdue": 3, "open": 5},
        {"overdue": 4, "open": 4},
        {"overdue": 4, "open": 4},
        {"overdue": 7, "open": 1},
    ),
    MERGED: (
        {"done_on_time": 1, "overdue": 2, "open": 5},
        {"done_on_time": 1, "overdue": 3, "open": 5},  # with 5.4, which the amendment gave it
        {"done_on_time": 1, "cancelled": 7},
        {"done_on_time": 1, "cancelled": 7},
    ),
    HEIR: (
        {"overdue": 3, "open": 5},
        {"overdue": 4, "open": 4},
        {"overdue": 4, "done_on_time": 1, "open": 4},  # 5.4 came with the merger
        {"overdue": 6, "done_on_time": 2, "open": 1},
    ),
    PAPER: (
        {"awaiting_confirmation": 4, "open": 8},
        {"done_on_time": 1, "done_late": 1, "not_applicable": 1, "overdue": 2, "open": 7},
        {"done_on_time": 1, "done_late": 1, "not_applicable": 1, "overdue": 3, "open": 6},
        {"done_on_time": 1, "done_late": 1, "not_applicable": 1, "overdue": 7, "open": 2},
    ),
    HOME: (
        {"done_on_time": 4, "no_date": 1, "open": 15},
        {"done_on_time": 6, "due_soon": 1, "no_date": 1, "open": 11, "cancelled": 1},
        {"done_on_time": 9, "done_late": 1, "due_soon": 1, "open": 8, "cancelled": 1},
        {"done_on_time": 16, "done_late": 1, "open": 2, "cancelled": 1},
    ),
}

# The league: on time, late, overdue, rate = on time over the three, median of the days late.
# By 31/10 what was due on 14/8 is 78 days late (17 + 30 + 31), on 31/8 61, on 30/9 31.
LEAGUE_OCTOBER = {
    ON_TIME: (4, 0, 0, 1.0, None),
    LATE: (0, 4, 0, 0.0, 6.0),  # 5 6 6 10
    SILENT: (0, 0, 4, 0.0, 69.5),  # 31 61 78 78
    RETURNED: (2, 1, 1, 0.5, 17.5),  # 4 31
    EXTENDED: (4, 0, 0, 1.0, None),
    MERGED: (1, 0, 3, 0.25, 61.0),  # 31 61 78
    PAPER: (1, 1, 2, 0.25, 31.0),  # 4 31 78
}
# By 15/01 due on 14/8 is 154 days late (17 + 30 + 31 + 30 + 31 + 15), on 31/8 137, on 30/9 107, on 30/11 46, on 31/12 15.
LEAGUE_JANUARY = {
    ON_TIME: (9, 0, 0, 1.0, None),
    LATE: (4, 5, 0, 4 / 9, 6.0),  # 5 6 6 8 10
    SILENT: (0, 0, 9, 0.0, 46.0),  # 15 15 15 15 46 107 137 154 154
    NIL: (0, 0, 4, 0.0, 145.5),  # 107 137 154 154
    RETURNED: (2, 1, 6, 2 / 9, 15.0),  # 4 15 15 15 15 46 107
    EXTENDED: (9, 0, 0, 1.0, None),
    EXEMPT: (0, 0, 7, 0.0, 107.0),  # 15 15 15 107 137 154 154
    MERGED: (1, 0, 0, 1.0, None),
    HEIR: (2, 0, 6, 0.25, 122.0),  # 15 15 107 137 154 154
    PAPER: (1, 1, 7, 1 / 9, 15.0),  # 4 15 15 15 15 46 107 154
    HOME: (16, 1, 0, 16 / 17, 3.0),
}

# A round: expected = submitted + exempt + missing; submitted = on time + late.
ROUNDS = {
    # departments 14, extended, nil, paper; the returned report is missing again; late comes tomorrow
    ("lan-1", SEPTEMBER): {
        "expected": 147, "submitted": 17, "on_time": 17, "late": 0, "nil": 1, "accepted": 16, "drafting": 0,
        "extended": 0, "exempt": 0, "missing": 130, "returned": 1,
    },
    # with the returned (on time: its first submission counts) and the late one
    ("lan-1", OCTOBER): {
        "expected": 147, "submitted": 19, "on_time": 18, "late": 1, "nil": 1, "accepted": 19, "drafting": 0,
        "extended": 0, "exempt": 0, "missing": 128, "returned": 0,
    },
    ("lan-2", OCTOBER): {
        "expected": 147, "submitted": 0, "on_time": 0, "late": 0, "nil": 0, "accepted": 0, "drafting": 0,
        "extended": 0, "exempt": 0, "missing": 147, "returned": 0,
    },
    # departments 14, heir and nil on time, late today; the merged agency need not report what its heir does
    ("lan-2", DECEMBER): {
        "expected": 147, "submitted": 17, "on_time": 16, "late": 1, "nil": 1, "accepted": 16, "drafting": 0,
        "extended": 1, "exempt": 2, "missing": 128, "returned": 0,
    },
    # the extended one came on 09/12, within its own day
    ("lan-2", JANUARY): {
        "expected": 147, "submitted": 18, "on_time": 17, "late": 1, "nil": 1, "accepted": 18, "drafting": 0,
        "extended": 1, "exempt": 2, "missing": 127, "returned": 0,
    },
}  # fmt: skip

# Where each stands in the two rounds at the end: state, nil, extended, the day received, on time.
_MISSING = ("missing", False, False, None, None)
STANDINGS = {
    ON_TIME: (("accepted", False, False, date(2025, 9, 3), True), ("accepted", False, False, date(2025, 12, 3), True)),
    LATE: (("accepted", False, False, date(2025, 9, 9), False), ("accepted", False, False, date(2025, 12, 8), False)),
    SILENT: (_MISSING, _MISSING),
    NIL: (("accepted", True, False, date(2025, 8, 28), True), ("accepted", True, False, date(2025, 12, 1), True)),
    RETURNED: (("accepted", False, False, date(2025, 9, 3), True), _MISSING),
    EXTENDED: (("accepted", False, False, date(2025, 9, 4), True), ("accepted", False, True, date(2025, 12, 9), True)),
    EXEMPT: (_MISSING, ("exempt", False, False, None, None)),
    MERGED: (_MISSING, ("exempt", False, False, None, None)),
    HEIR: (_MISSING, ("accepted", False, False, date(2025, 12, 2), True)),
    PAPER: (("accepted", False, False, date(2025, 9, 4), True), _MISSING),
}  # fmt: skip
