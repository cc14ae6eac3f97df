"""A seeded, lively history for the embedded Quay: people, machines, workers, and incidents planted among them."""

from pipeline.demo.history.build import TOKENS, ApiToken, History, build_history
from pipeline.demo.history.incidents import Incident

__all__ = ["TOKENS", "ApiToken", "History", "Incident", "build_history"]
