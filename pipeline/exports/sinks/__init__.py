"""Servers that take documents: Splunk's HTTP Event Collector and Elasticsearch's bulk interface."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from pipeline.exports.lines import Document


class Receipt(NamedTuple):
    """What a server said about documents: so many are new to it, it had so many already, and it refuses these for good."""

    created: int = 0
    already_there: int = 0
    refused: tuple[str, ...] = ()

    def plus(self, other: "Receipt") -> "Receipt":
        """Both together."""
        return Receipt(
            self.created + other.created,
            self.already_there + other.already_there,
            self.refused + other.refused,
        )


class Sink(Protocol):
    """Where documents are sent. What there is a receipt for has been acknowledged, every document of it."""

    def send(self, documents: Sequence[Document]) -> Receipt:
        """Send these, trying again as long as it is of use.

        Raises: ServerError where the server is out of reach, refuses the token, or answers another shape.
        """
