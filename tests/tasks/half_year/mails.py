"""The mails of the half-year, worked out by hand: what the sweeps of chosen days say, and what single agencies were sent.

Steps by due day (domain.md: working days back from the last on-time day, or the working day before it; onward after it):

    14/8   31/7 07/8 12/8 · 14/8 · 15/8 21/8        30/9   16/9 23/9 26/9 · 30/9 · 01/10 07/10
    31/8   15/8 22/8 27/8 · 29/8 · 03/9 09/9        31/10  17/10 24/10 29/10 · 31/10 · 03/11 07/11
    30/11  14/11 21/11 26/11 · 28/11 · 01/12 05/12  31/12  17/12 24/12 29/12 · 31/12 · 05/01 the close-out alone
    lan-1  opens 05/8 · 19/8 26/8 29/8 · 04/9 · 05/9 11/9
    lan-2  opens 06/11 · 20/11 27/11 02/12 · 04/12 · 05/12 11/12
"""

from tests.tasks.half_year.people import EXTENDED, LATE, NIL, ON_TIME, SILENT

_DIGESTS = {"digest_coordinator": 1, "digest_leaders": 1}

# What the morning's sweep says (notices by kind) and in how many mails.
SWEEPS = {
    # 147 agencies, and the Party's board that supports by name; Sở Nội vụ is asked for the day of the session
    "2025-07-25": ({"assignment": 148, "set_date": 1}, 149),
    "2025-08-05": ({"round_open": 147}, 147),
    "2025-08-15": (
        # of 294 due yesterday done: departments 28, returned 1 (1.2 came back), extended 2, merged 1; 148 due on 31/8
        {"reminder": 148, "overdue": 262, "escalation": 262},
        148,
    ),
    # 147 missing but departments 14, extended, nil and returned, which came on 03/9
    "2025-09-05": ({"overdue": 130, "escalation": 130}, 131),
    "2025-09-16": ({"reminder": 149}, 148),  # 147 of 1.3, 2.4, and 2.4 to who supports it by name
    # of 148 departments 14, 2.4 (declared) and the extended one are not late; the month's question for the session's day
    "2025-10-01": ({"overdue": 132, "escalation": 132, "set_date": 1}, 133),
    "2025-10-16": ({"reminder": 1}, 1),  # the extended one, two working days before 20/10
    "2025-11-03": ({"overdue": 1, "escalation": 1, "set_date": 1, **_DIGESTS}, 4),  # Sở Nội vụ's own 5.1
    "2025-11-06": ({"round_open": 147}, 147),
    "2025-11-14": ({"reminder": 131}, 129),  # 3.1, 4.8, 5.4 and 128 of 4.3
    "2025-11-18": ({"assignment": 1}, 1),  # the heir's new duties, the day after the merger
    "2025-12-01": ({"overdue": 113, "escalation": 113, **_DIGESTS}, 116),  # 4.3: 128 - 14 - the extended one
    # 3.4.a, five working days before the session; the extended round; 3.1 and 4.8 wait since 26/11 for the confirmer
    "2025-12-03": ({"reminder": 1, "round_reminder": 1, "unanswered": 2}, 3),
    # 571 due on 31/12, and three named supporters: of 3.2 and 3.3 the Party's board, of 4.4 the inspectorate;
    # every lead save the merged agency, and the board
    "2025-12-17": ({"reminder": 574}, 147),
    "2026-01-05": ({"close_out": 1, **_DIGESTS}, 3),
    "2026-01-06": ({}, 0),
}

# How many mails of the half-year carried each kind, to one agency.
BY_KIND = {
    # each of the five due days is reminded of before it
    ON_TIME: {"assignment": 1, "reminder": 15, "last_day": 1, "round_open": 2, "round_reminder": 6, "amended": 1},
    # overdue: 15/8, 03/9, 05/9 (round), 01/10, 07/10, 01/12, 05/12
    LATE: {
        "assignment": 1, "reminder": 15, "last_day": 5, "overdue": 7, "round_open": 2, "round_reminder": 6,
        "round_last_day": 2, "amended": 1,
    },
    # overdue: 15/8, 21/8, 03/9, 05/9, 09/9, 11/9, 01/10, 07/10, 01/12, 05/12, 11/12; none after 31/12
    SILENT: {
        "assignment": 1, "reminder": 15, "last_day": 5, "overdue": 11, "round_open": 2, "round_reminder": 6,
        "round_last_day": 2, "amended": 1,
    },
    # four due days; both reports in before their last reminder: 19/8, 26/8, 20/11, 27/11
    NIL: {
        "assignment": 1, "reminder": 12, "last_day": 4, "overdue": 6, "round_open": 2, "round_reminder": 4,
    },
    # 1.3: 16/9 and 23/9, then for 20/10 06/10, 13/10, 16/10; lan-2: 20/11, 27/11, then for 10/12 03/12, 08/12
    EXTENDED: {
        "assignment": 1, "reminder": 3 + 3 + 2 + 3 + 3 + 3, "last_day": 1, "round_open": 2, "round_reminder": 7,
        "round_last_day": 1, "extension_granted": 1, "amended": 1,
    },
}  # fmt: skip

# Days with two kinds in the silent commune's one mail: 15/8 and 29/8; 05/12 tells of a task and a report under one word.
SILENT_ROUTINE = 1 + 15 + 5 + 11 + 2 + 6 + 2 - 2

# Sent at once, in the evening of the deed: to whom how many. The amendment is told to the 128 who lead 4.3 (4.5 and 2.6
# are led by some of them) and to the one who got 5.4.
AT_ONCE = {
    ("2025-08-13", "returned"): 1,
    ("2025-09-05", "returned"): 1,
    ("2025-09-09", "returned"): 1,
    ("2025-09-24", "extension_granted"): 1,
    ("2025-10-16", "amended"): 129,
}

# A digest is made on a Monday (03/9 for 01/9, a holiday) when something changed. The coordinator's: nothing did between
# 20/10 and 27/10, nor between 22/12 and 29/12. The leaders', of lateness alone: the first is 18/8; nothing newly late and
# no late one settled before 22/9, 29/9, 20/10, 27/10, 17/11 (the merger came after the sweep), 22/12 and 29/12.
DIGESTS = {
    "digest_coordinator": (
        "2025-07-28 2025-08-04 2025-08-11 2025-08-18 2025-08-25 2025-09-03 2025-09-08 2025-09-15 2025-09-22 2025-09-29 "
        "2025-10-06 2025-10-13 2025-10-20 2025-11-03 2025-11-10 2025-11-17 2025-11-24 2025-12-01 2025-12-08 2025-12-15 "
        "2025-12-22 2026-01-05 2026-01-12"
    ),
    "digest_leaders": (
        "2025-08-18 2025-08-25 2025-09-03 2025-09-08 2025-09-15 2025-10-06 2025-10-13 2025-11-03 2025-11-10 2025-11-24 "
        "2025-12-01 2025-12-08 2025-12-15 2026-01-05 2026-01-12"
    ),
}
# The leaders' first digest: communes 113 (all but the extended one) and units 19 are late.
FIRST_LEADERS = {"newly_late": 262, "agencies": 132, "missing": 147}
