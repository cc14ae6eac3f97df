"""Settings: one frozen object, and where each of its values came from.

    flag > environment > quay-audit.toml (working folder, then the user's configuration folder) > default

`catalogue` lists the settings, `values` reads one, `layers` collects what was given where, `settings` decides.
Only the command line reads the environment; everything else is given `Settings`, or a value out of it.
"""

from pipeline.config.catalogue import SETTING_BY_NAME, SETTINGS, Setting, markdown_from_settings
from pipeline.config.layers import user_folder_from_environment
from pipeline.config.secret import Secret
from pipeline.config.settings import Settings, load_settings
from pipeline.config.values import StoreAddress

__all__ = [
    "SETTINGS",
    "SETTING_BY_NAME",
    "Secret",
    "Setting",
    "Settings",
    "StoreAddress",
    "load_settings",
    "markdown_from_settings",
    "user_folder_from_environment",
]
