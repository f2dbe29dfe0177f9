"""The configuration: one TOML file, read into frozen types, every fault named at once.

No option switches sealing, sign-in or the trail off; there is none to find (a test looks).
"""

from vault.config.anchors import (
    AnchorsConfig,
    BucketAnchorConfig,
    DirectoryAnchorConfig,
    TimestampAnchorConfig,
    WitnessAnchorConfig,
)
from vault.config.bucket import S3Config
from vault.config.loading import load_config
from vault.config.mail import MailConfig
from vault.config.model import (
    Config,
    DatabaseConfig,
    FeedConfig,
    GatewayConfig,
    HotFolderConfig,
    IntakeConfig,
    IntakeLimits,
    KeysConfig,
    LoggingConfig,
    MarkingConfig,
    PasswordsConfig,
    PlacesConfig,
    SessionsConfig,
    SignInConfig,
    StorageConfig,
    TrailConfig,
    Zone,
)

__all__ = [
    "AnchorsConfig",
    "BucketAnchorConfig",
    "Config",
    "DatabaseConfig",
    "DirectoryAnchorConfig",
    "FeedConfig",
    "GatewayConfig",
    "HotFolderConfig",
    "IntakeConfig",
    "IntakeLimits",
    "KeysConfig",
    "LoggingConfig",
    "MailConfig",
    "MarkingConfig",
    "PasswordsConfig",
    "PlacesConfig",
    "S3Config",
    "SessionsConfig",
    "SignInConfig",
    "StorageConfig",
    "TimestampAnchorConfig",
    "TrailConfig",
    "WitnessAnchorConfig",
    "Zone",
    "load_config",
]
