"""What the portal keeps between requests because it is dear to work out: a few values, each as long as its mark holds."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

MOST = 24  # values kept; the one not asked for longest makes room


class Memory:
    """Values by key, each with the mark it was made under. One machine's own: losing it costs only time."""

    def __init__(self, most: int = MOST) -> None:
        self._kept: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()
        self._most = most
        self._lock = Lock()
        self._making: dict[Hashable, Lock] = {}

    def remembered(
        self, key: Hashable, holds: Callable[[Any], bool], make: Callable[[], tuple[Any, Any]]
    ) -> Any:
        """Return the value kept under `key` while `holds` of its mark, else what `make` returns: mark and value.

        What several ask for at once is made once; the others wait.
        """
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                kept = self._kept.get(key)
            if kept is None or not holds(kept[0]):
                kept = make()
            self._keep(key, kept)
        return kept[1]

    def _keep(self, key: Hashable, kept: tuple[Any, Any]) -> None:
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                gone, _ = self._kept.popitem(last=False)
                self._making.pop(gone, None)
