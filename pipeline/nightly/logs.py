"""What happens in a night as structured lines: one JSON object each, in ASCII, stamped by the night's own clock."""

import json
from datetime import datetime
from typing import Any


def line_from_event(at: datetime, level: str, event: str, words: str, facts: dict[str, Any]) -> str:
    """One line without its end. `facts` are plain values; none of them may be one of the four that every line has."""
    document = facts | {
        "at": at.isoformat(timespec="milliseconds"),
        "level": level,
        "event": event,
        "words": words,
    }
    return json.dumps(document, sort_keys=True, allow_nan=False).replace("\x7f", "\\u007f")
