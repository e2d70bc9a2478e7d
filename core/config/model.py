"""Every setting of core with its default. What plugins declare stands in `plugins` and is checked by `plugins.py`."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gaung.core.config.refs import resolve

DEFAULT_DATABASE = "sqlite:///{home}/gaung.db"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class MediaSettings(_Part):
    """`store`: folder of the content-addressed store, shared by all machines. `public_url`: where platforms fetch media from."""

    store: Path = Path("{home}/media")
    public_url: str | None = None

    @field_validator("public_url")
    @classmethod
    def _web(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")


class EngineSettings(_Part):
    """Times in seconds. `queue_factor` x threads are queued per platform; `poll` is the dispatcher's look-out interval."""

    lease: float = Field(60.0, gt=0)
    sweep: float = Field(5.0, gt=0)
    retry_base: float = Field(30.0, gt=0)
    reconcile_after: list[float] = Field([30.0, 120.0, 600.0], min_length=1)
    http_timeout: float = Field(60.0, gt=0)
    queue_factor: int = Field(4, ge=1)
    poll: float = Field(0.2, gt=0)

    @field_validator("reconcile_after")
    @classmethod
    def _ascending(cls, value: list[float]) -> list[float]:
        if value != sorted(value) or value[0] < 0:
            raise ValueError("must be seconds in ascending order")
        return value


class RegistrySettings(_Part):
    """How long personal data is kept, in days: after the end of the last term; a capture; a sighting of somebody not registered."""

    retention_days: int = Field(90, ge=0)
    capture_days: int = Field(30, ge=0)
    sighting_days: int = Field(90, ge=0)


class EndorsementSettings(_Part):
    """When publications are looked at for reshares, in hours after they went out; `batch` profiles are looked at in one go."""

    sweep_hours: list[float] = Field([1, 3, 12, 24, 72, 168], min_length=1)
    batch: int = Field(25, ge=1)

    @field_validator("sweep_hours")
    @classmethod
    def _ascending(cls, value: list[float]) -> list[float]:
        if value != sorted(set(value)) or value[0] < 0:
            raise ValueError("must be hours in ascending order")
        return value


class MeasuringSettings(_Part):
    """When publications are measured, in hours after they went out; accounts once every `account_hours`. `batch` limits one go."""

    publication_hours: list[float] = Field([1, 3, 12, 24, 48, 72, 96, 120, 144, 168, 336, 504, 672], min_length=1)
    account_hours: float = Field(24, gt=0)
    batch: int = Field(50, ge=1)

    @field_validator("publication_hours")
    @classmethod
    def _ascending(cls, value: list[float]) -> list[float]:
        if value != sorted(set(value)) or value[0] < 0:
            raise ValueError("must be hours in ascending order")
        return value


class AlertSettings(_Part):
    """When to speak up: days without a post, percent of followers lost in a week, days before a token ends, percent of its target that a
    drive must have reached at half time.
    """

    silent_days: int = Field(7, ge=1)
    followers_fell_percent: float = Field(5, gt=0)
    token_days: int = Field(7, ge=1)
    coverage_behind_percent: float = Field(50, gt=0, le=100)


class ServeSettings(_Part):
    """Where `gaung serve` listens. `port_chosen` False: `run` and `demo` may take a free port."""

    host: str = "127.0.0.1"
    port: int = Field(8085, ge=0, le=65535)

    @property
    def port_chosen(self) -> bool:
        """Whether file or environment named the port."""
        return "port" in self.model_fields_set


class MetricsSettings(_Part):
    """Where `run`, `worker`, `dispatcher` and `serve` answer Prometheus. `port` None: nowhere; 0: a free port, told in the log."""

    host: str = Field("127.0.0.1", min_length=1)  # an empty one would be every address of the machine
    port: int | None = Field(None, ge=0, le=65535)


class Settings(BaseSettings):
    """All settings of one home: environment beats file beats default. Made by `load`."""

    model_config = SettingsConfigDict(env_prefix="GAUNG_", env_nested_delimiter="__", extra="forbid", frozen=True, validate_default=True)

    database_url: str = Field(DEFAULT_DATABASE, repr=False)
    broker_url: str = Field("embedded", repr=False)
    secret_key: str | dict[str, str] | None = Field(None, repr=False)
    timezone: str = "Asia/Jakarta"
    media: MediaSettings = MediaSettings()
    engine: EngineSettings = EngineSettings()
    serve: ServeSettings = ServeSettings()
    metrics: MetricsSettings = MetricsSettings()
    registry: RegistrySettings = RegistrySettings()
    measuring: MeasuringSettings = MeasuringSettings()
    alerts: AlertSettings = AlertSettings()
    endorsement: EndorsementSettings = EndorsementSettings()
    plugins: dict[str, dict[str, Any]] = Field(default_factory=dict, repr=False)

    _home: Path = PrivateAttr(Path())

    @property
    def home(self) -> Path:
        """The home folder, absolute."""
        return self._home

    @property
    def zone(self) -> ZoneInfo:
        """`timezone` as a tzinfo."""
        return ZoneInfo(self.timezone)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("is no IANA time zone such as Asia/Jakarta") from None
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings fixes the signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then what `load` read from the file."""
        return env_settings, init_settings

    def placed(self, home: Path) -> "Settings":
        """This, with `{home}` expanded; the object belongs to `home` from then on."""
        store = Path(str(self.media.store).replace("{home}", str(home))).expanduser()
        database = self.database_url.replace("{home}", home.as_posix())
        placed = self.model_copy(update={"database_url": database, "media": self.media.model_copy(update={"store": home / store})})
        placed._home = home  # noqa: SLF001 - our own, of a fresh copy
        return placed


def text_or_ref(data: dict[str, Any], keys: tuple[str, ...], home: Path) -> dict[str, Any]:
    """`data` with the references under `keys` resolved."""
    return {key: resolve(value, key=key, home=home) if key in keys else value for key, value in data.items()}
