"""A flow that could not do its job ends Failed with one of these; its message is the sentence an operator reads."""


class UnfinishedError(RuntimeError):
    """The flow ran, and some of its job is not done. Running it again is safe."""


class MailNotComposedError(UnfinishedError):
    """Some mail of the day could not be composed; the others are queued."""


class MailNotSentError(UnfinishedError):
    """Something that was due could not leave; it waits in the outbox."""


class MailboxUnreadError(UnfinishedError):
    """The mailbox of returned mails cannot be read; what is in it waits there."""


class ChangesUntoldError(UnfinishedError):
    """Another system was given up on: a change it does not know of, or an address that wants nothing more."""


class BackupFailedError(UnfinishedError):
    """The night's copy is not there or is not whole."""


class PrefectAwayError(RuntimeError):
    """Prefect's server cannot be started, does not answer, or is of a version that does not fit."""
