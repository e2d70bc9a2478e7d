"""Configuration: `gaung.toml` in the home, `GAUNG_*` in the environment, defaults; and who acts, for which office."""

from gaung.core.config.load import default_home, load
from gaung.core.config.model import EngineSettings, MediaSettings, MetricsSettings, ServeSettings, Settings
from gaung.core.config.plugins import plugin_settings
from gaung.core.config.urls import shown
from gaung.core.config.who import actor, office_scope

__all__ = [
    "EngineSettings",
    "MediaSettings",
    "MetricsSettings",
    "ServeSettings",
    "Settings",
    "actor",
    "default_home",
    "load",
    "office_scope",
    "plugin_settings",
    "shown",
]
