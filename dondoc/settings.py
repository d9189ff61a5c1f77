"""Settings: one typed class, the only reader of the environment, built at the entry point."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_SECRETS = ("database_url", "smtp_password", "secret_key", "imap_password", "oidc_client_secret")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class UnusableSettingsError(Exception):
    """A setting has a value that cannot be used; the sentence names it."""


class Settings(BaseSettings):
    """What the environment or DONDOC_HOME/.env says. A name with `_FILE` holds the path of a secret."""

    model_config = SettingsConfigDict(env_prefix="DONDOC_", extra="ignore", env_ignore_empty=True)

    home: Path = Path("var")
    database_url: SecretStr | None = None
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str = "Đôn đốc nhiệm vụ <dondoc@dondoc.example>"
    mail_rate: int = 0  # mails a minute; 0 is no limit
    base_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr | None = None
    bounce_maildir: Path | None = None  # where mails come back, as a Maildir folder …
    imap_host: str | None = None  # … or as an IMAP mailbox over TLS
    imap_port: int = 993
    imap_user: str | None = None
    imap_password: SecretStr | None = None
    imap_folder: str = "INBOX"
    oidc_issuer: str | None = None  # the OpenID provider's address, as it names itself
    oidc_client_id: str = Field(default="", validate_default=True)
    oidc_client_secret: SecretStr | None = None  # none: a public client, held by PKCE alone
    oidc_name: str = "tài khoản điện tử"  # what the button calls it: "Đăng nhập bằng …"
    oidc_claim: str = "sub"  # what identifies a person, never given to another one
    oidc_scope: str = "openid email"
    webhook_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()  # inner ones to call
    heartbeat_url: str | None = (
        None  # pinged by `dondoc doctor`: as it is when all is well, with /fail when not
    )

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in _SECRETS:
            path = os.environ.get(f"DONDOC_{name.upper()}_FILE")
            if path:
                values[name] = Path(path).read_text(encoding="utf-8").strip()
        return values

    @field_validator("webhook_networks", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        try:
            words = value.replace(",", " ").split() if isinstance(value, str) else value
            return tuple(ip_network(word) for word in words)
        except ValueError:
            raise PydanticCustomError(
                "webhook_networks",
                "ghi các mạng nội bộ cách nhau dấu phẩy, ví dụ 10.20.0.0/16, 192.168.5.9/32",
            ) from None

    @field_validator("oidc_issuer")
    @classmethod
    def _over_tls(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if value and not (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        ):
            raise PydanticCustomError("oidc_issuer", "phải bắt đầu bằng https://")
        return value

    @field_validator("oidc_client_id")
    @classmethod
    def _known_to_issuer(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("oidc_issuer") and not value.strip():
            raise PydanticCustomError("oidc_client_id", "phải có khi có DONDOC_OIDC_ISSUER")
        return value.strip()

    @field_validator("oidc_claim")
    @classmethod
    def _lasting(cls, value: str) -> str:
        if value in {"email", "phone_number", "name", "preferred_username"}:
            raise PydanticCustomError(
                "oidc_claim",
                "phải là thông tin không bao giờ đổi chủ, như sub; địa chỉ thư có cách liên kết riêng",
            )
        return value

    @property
    def database(self) -> str:
        """The SQLAlchemy URL: the one given, else SQLite in the home."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.home / 'dondoc.sqlite3').absolute()}"

    @property
    def has_bounce_mailbox(self) -> bool:
        """Whether mails that came back can be read."""
        return self.bounce_maildir is not None or self.imap_host is not None

    @property
    def mail_folder(self) -> Path:
        """Where mails are written as .eml files when no mail server is configured."""
        return self.home / "mail"


def prepare_prefect(settings: Settings) -> None:
    """Set what Prefect reads when it is first imported, where neither the environment nor DONDOC_HOME/.env says otherwise.

    Its home lies under DONDOC_HOME; it sends nothing to anybody; our loggers show in its runs.
    """
    ours = "dondoc,tasks,notifications,documents,flows"
    for name, value in (
        *_prefect_lines(settings.home / ".env"),
        ("PREFECT_HOME", str((settings.home / "prefect").absolute())),
        ("PREFECT_SERVER_ANALYTICS_ENABLED", "false"),
        ("DO_NOT_TRACK", "1"),
        ("PREFECT_LOGGING_EXTRA_LOGGERS", ours),
        ("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore"),
        ("PREFECT_SERVER_UI_V2_ENABLED", "false"),
        ("PREFECT_SERVER_UI_API_URL", "/api"),  # its pages ask the server they came from, whatever its port
        ("PREFECT_WORKER_QUERY_SECONDS", "5"),
        ("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", "30"),
    ):
        os.environ.setdefault(name, value)


def prefect_api_url() -> str | None:
    """Return the address of the Prefect server that this machine is told to use, None for a temporary one."""
    return os.environ.get("PREFECT_API_URL") or None


def use_prefect_api(url: str) -> None:
    """Let Prefect, when it is first imported, and every child process use the server at `url`."""
    os.environ["PREFECT_API_URL"] = url


def environment_with(changes: dict[str, str]) -> dict[str, str]:
    """Return this process's environment with changes, for a child process."""
    return {**os.environ, **changes}


def _prefect_lines(path: Path) -> list[tuple[str, str]]:
    return [
        (name, value) for name, value in dotenv_values(path).items() if value and name.startswith("PREFECT_")
    ]


def read_settings() -> Settings:
    """Read the settings. Raises UnusableSettingsError naming each variable that cannot be used."""
    home = Path(os.environ.get("DONDOC_HOME") or "var")
    try:
        return Settings(_env_file=home / ".env", home=home)
    except ValidationError as error:
        named = "; ".join(
            f"DONDOC_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        )
        raise UnusableSettingsError(f"Thiết lập không dùng được: {named}.") from None
    except OSError as error:
        raise UnusableSettingsError(
            f"Không đọc được tệp bí mật {error.filename}: {error.strerror}."
        ) from None
