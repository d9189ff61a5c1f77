"""The outbox, and that a mail arrives: claim, send, settle, bounces."""
