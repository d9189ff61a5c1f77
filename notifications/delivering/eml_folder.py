"""Where no mail server is configured, mails become .eml files in a folder: each whole or not there at all."""

from pathlib import Path
from urllib.parse import quote

from notifications.delivering.outbox import Claim
from notifications.delivering.transport import OutageError, Reply, Verdict


class EmlFolder:
    """A transport that writes each mail to a file named after its key; a second attempt replaces the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def place(self) -> str:
        """The folder's path."""
        return str(self.folder)

    def channel(self) -> "EmlFolder":
        """Return itself: a folder takes any number of writers."""
        return self

    @property
    def is_open(self) -> bool:
        """Whether the folder is there."""
        return self.folder.is_dir()

    async def open(self) -> None:
        """Make the folder. Raises OutageError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable(error) from error

    async def send(self, mail: Claim) -> tuple[Reply, ...]:
        """Write the file. Raises OutageError when the folder cannot be written to, or the disk is full."""
        path = self.folder / file_name(mail.key)
        partial = path.with_suffix(f".{mail.id}.partial")
        try:
            partial.write_bytes(mail.mime)
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise self._unusable(error) from error
        return tuple(Reply(address, Verdict.SENT) for address in mail.recipients)

    async def close(self) -> None:
        """Nothing is kept open."""

    def _unusable(self, error: OSError) -> OutageError:
        return OutageError(f"Không ghi được thư vào thư mục {self.folder}: {error.strerror or error}.")


def file_name(key: str) -> str:
    """Return a file name for a message key, different for different keys and good on every system."""
    return quote(key, safe="+").replace("%3A", "=") + ".eml"
