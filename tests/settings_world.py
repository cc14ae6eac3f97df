"""A world for settings: folders of its own, and what every refusal must be like."""

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Settings, load_settings
from pipeline.errors import SettingsError

TOKEN = "s3cr3tTokenOfForty"


class World:
    """A working folder and a user's configuration folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.working, self.user = folder / "working", folder / "user"
        self.working.mkdir()
        self.user.mkdir()

    def load(self, flags: Mapping[str, Any] | None = None, **environ: str) -> Settings:
        """The settings in force."""
        return load_settings(flags or {}, environ, self.working, self.user)

    def refusal(self, flags: Mapping[str, Any] | None = None, **environ: str) -> SettingsError:
        """The error these settings are refused with: it says where and what to do, and shows no secret."""
        with pytest.raises(SettingsError) as caught:
            self.load(flags, **environ)
        assert caught.value.where
        assert caught.value.hint
        assert TOKEN not in "".join(traceback.format_exception(caught.value))
        return caught.value

    def write(self, text: str) -> Path:
        """The working folder's settings file."""
        file = self.working / "quay-audit.toml"
        file.write_text(text, "utf-8")
        return file

    def token_file(self, content: bytes, mode: int = 0o600) -> Path:
        """A token file with this content and mode."""
        file = self.working / "token"
        file.write_bytes(content)
        file.chmod(mode)
        return file


def token_refusal(settings: Settings) -> SettingsError:
    """The error a token is refused with, when it is asked for; it shows no secret."""
    with pytest.raises(SettingsError) as caught:
        settings.require_token()
    assert caught.value.where
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    return caught.value
