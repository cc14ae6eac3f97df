"""What requests and exports would have cost a real server, in seconds of its processor."""

import threading
from typing import Final

OAUTH_REQUEST_SECONDS: Final = 0.3  # the bcrypt check of the token; the rest of a page takes a tenth of it


class Meter:
    """Adds up seconds, from any thread."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._lock = threading.Lock()

    def add(self, seconds: float) -> None:
        """Count what something took."""
        with self._lock:
            self.seconds += seconds
