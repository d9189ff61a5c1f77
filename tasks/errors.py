"""What the domain refuses, as sentences for the person who asked. No HTTP, no exit status here."""


class DomainError(Exception):
    """A request that the rules refuse; nothing was changed."""


class NotFoundError(DomainError):
    """What was named does not exist."""


class NotAllowedError(DomainError):
    """The person may not do this."""


class ConflictError(DomainError):
    """Somebody changed it meanwhile; what they did stands."""
