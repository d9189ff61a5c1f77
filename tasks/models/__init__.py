"""Every table, so that one import knows them all."""

from tasks.models.accounts import Attempt, Deed, FormReceipt, SignIn, SignInLink, User
from tasks.models.api import ApiToken, ApiWrite
from tasks.models.base import Base
from tasks.models.decisions import (
    Amendment,
    CalendarOverride,
    Decision,
    Duty,
    Ladder,
    Occasion,
    Snapshot,
    Supporter,
)
from tasks.models.directory import Agency, Contact, ContactRole, Directory, Group, Membership
from tasks.models.drafts import ImportDraft
from tasks.models.feeds import CalendarFeed
from tasks.models.identities import Identity
from tasks.models.leases import LastRun, Lease
from tasks.models.notices import Message, MessageState, Notice, NoticeState, Recipient, Stream
from tasks.models.rounds import (
    AWAITED,
    Attachment,
    Report,
    ReportFigure,
    ReportLine,
    Round,
    RoundState,
    Standing,
    StandingEvent,
    Submission,
)
from tasks.models.webhooks import DeliveryState, Webhook, WebhookDelivery
from tasks.models.work import OPEN_LIVES, Extension, Life, Task, TaskEvent

__all__ = [
    "AWAITED",
    "OPEN_LIVES",
    "Agency",
    "Amendment",
    "ApiToken",
    "ApiWrite",
    "Attachment",
    "Attempt",
    "Base",
    "CalendarFeed",
    "CalendarOverride",
    "Contact",
    "ContactRole",
    "Decision",
    "Deed",
    "DeliveryState",
    "Directory",
    "Duty",
    "Extension",
    "FormReceipt",
    "Group",
    "Identity",
    "ImportDraft",
    "Ladder",
    "LastRun",
    "Lease",
    "Life",
    "Membership",
    "Message",
    "MessageState",
    "Notice",
    "NoticeState",
    "Occasion",
    "Recipient",
    "Report",
    "ReportFigure",
    "ReportLine",
    "Round",
    "RoundState",
    "SignIn",
    "SignInLink",
    "Snapshot",
    "Standing",
    "StandingEvent",
    "Stream",
    "Submission",
    "Supporter",
    "Task",
    "TaskEvent",
    "User",
    "Webhook",
    "WebhookDelivery",
]
