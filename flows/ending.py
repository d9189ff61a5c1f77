"""That this process is about to end: long work looks here between two mails, and leaves the rest to the next run."""

from threading import Event

ENDING = Event()
