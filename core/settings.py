"""What a person can set, from the environment or a `.env` file beside the README; read once, typed, checked.

Nothing here changes what a model learns: that is the recipe's.
"""

import ipaddress
import os
import re
from pathlib import Path
from typing import Any, Literal

import pydantic
import pydantic_settings
from dotenv import dotenv_values
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core import errors, masking
from core.access.roles import Role

PROJECT_ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds core/, dashboard/ and pages/: relative settings start here, wherever the program is run."""

ENV_FILE = PROJECT_ROOT / ".env"
PREFIX = "GARMENTS_"
KINDS_OF_DATABASES = ("sqlite", "postgresql", "postgres")
_LONGEST_REPEATED = 200


class Settings(pydantic_settings.BaseSettings):
    """One field a setting; the name in the environment is `GARMENTS_` and the field in capitals."""

    model_config = pydantic_settings.SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Path("data")
    """Folder with the dataset's files, `.gz` or extracted, directly or under FashionMNIST/raw; may be read-only."""
    data_mirror: str | None = None
    """Base address (http, https) that serves the dataset's four `.gz` files; tried before the public ones."""
    home: Path = Path("var")
    """Folder for the database, artefacts, logs and extracted data."""
    database_url: pydantic.SecretStr | None = None
    """SQLAlchemy address of the database; default is the file garments.db in `home`. May hold a password."""
    catalogue: str | None = None
    """Catalogue to train on. None: fashion-mnist, or the built-in sample where that cannot be had."""
    keep_versions: pydantic.PositiveInt = 50
    """How many of the newest versions a collection keeps; those that were ever live stay besides."""
    trash_days: pydantic.PositiveInt = 7
    """Days that the files of a deleted version stay in the trash."""
    trainings_per_hour: int = pydantic.Field(default=12, ge=0, le=10_000)
    """How many trainings may begin within an hour; 0 sets no limit."""
    training_niceness: int = pydantic.Field(default=10, ge=0, le=19)
    """How far a training steps back for everything else on the computer, as Unix counts it: 0 not at all, 19 most."""
    training_threads: int | None = pydantic.Field(default=None, ge=1, le=1024)
    """Threads of a training; None: as many as torch takes by itself, one a core."""
    max_photo_mb: pydantic.PositiveInt = 20
    """Megabytes that the file of one photo may have."""
    photo_days: pydantic.PositiveInt = 30
    """Days that dropped photos stay, here and in backups; their tags and what people decided stay for good."""
    max_drop_mb: pydantic.PositiveInt = 200
    """Megabytes of all photos that are dropped on the page at once, out of their ZIPs."""
    max_drop_photos: int = pydantic.Field(default=2000, ge=1, le=20_000)
    """Photos that are dropped on the page at once."""
    backbone: str | None = None
    """Network that looks at own photos in place of those of the wheels: of torchvision, an ONNX file, or none."""
    import_roots: str | None = None
    """Folders of this computer, with the system's separator between them, below which the page may bring photos in."""
    backup_dir: Path | None = None
    """Folder of backups, on another disk; None: who makes one names it."""
    sign_in: Literal["none", "provider", "proxy"] = "none"
    """How people sign in to the dashboard: not at all, at a provider (OpenID Connect), or at a proxy in front of it."""
    person_claim: str = "email"
    """What of the provider's answer is the name that stands in the history: one that people cannot choose."""
    groups_claim: str = "groups"
    """What of the provider's answer names the groups that somebody is in."""
    proxy_addresses: str = "127.0.0.1"
    """Addresses of the proxy, separated by commas: only from there its headers are believed."""
    proxy_person_header: str = "X-Forwarded-Email"
    """Header in which the proxy names who signed in."""
    proxy_groups_header: str = "X-Forwarded-Groups"
    """Header in which the proxy names that person's groups, separated by commas."""
    viewers: str = ""
    """Who may look, separated by commas: names as signed in, `group:NAME`, or `*` for everybody who signed in."""
    reviewers: str = ""
    """Who may also say who is wrong, decide about garments, and train."""
    approvers: str = ""
    """Who may also decide what is live, and set targets, names, costs and the automation line."""
    operators: str = ""
    """Who may also delete versions, and sees why the dashboard is not ready."""
    sign_in_hours: int = pydantic.Field(default=12, ge=1, le=720)
    """Hours after which people sign in again."""
    second_person: bool = False
    """Whether a version is made live only by somebody else than the last one whose corrections it learned from."""
    upload_mb_per_day: pydantic.PositiveInt = 2000
    """Megabytes that one person may send to the dashboard within 24 hours."""
    spot_checks_per_week: int = pydantic.Field(default=20, ge=1, le=1000)
    """Products of the untouched pile that are asked back each week."""

    @pydantic.field_validator("data_dir", "home")
    @classmethod
    def _from_project_root(cls, path: Path) -> Path:
        return _resolved(path)

    @pydantic.field_validator("backup_dir", mode="before")
    @classmethod
    def _is_empty_or_from_project_root(cls, given: Any) -> Any:
        return _resolved(Path(given)) if given else None

    @pydantic.field_validator("data_mirror")
    @classmethod
    def _is_web_address(cls, mirror: str | None) -> str | None:
        if not mirror:
            return None
        if not mirror.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return mirror.rstrip("/") + "/"

    @pydantic.field_validator("catalogue")
    @classmethod
    def _is_named(cls, name: str | None) -> str | None:
        return name or None  # whether there is such a catalogue is known to those who load it

    @pydantic.field_validator("database_url")
    @classmethod
    def _is_database_address(cls, url: pydantic.SecretStr | None) -> pydantic.SecretStr | None:
        if url is None or not url.get_secret_value():
            return None
        try:
            kind = make_url(url.get_secret_value()).get_backend_name()
        except (ArgumentError, ValueError):
            # The value is not repeated: it may hold a password.
            raise ValueError("must be an SQLAlchemy address such as sqlite:///garments.db") from None
        if kind not in KINDS_OF_DATABASES:
            raise ValueError(f"begins with {_cut(kind)}. Use sqlite:///FILE or postgresql://USER@HOST/DATABASE")
        return url

    @pydantic.field_validator("import_roots")
    @classmethod
    def _are_folders(cls, roots: str | None) -> str | None:
        _folders(roots)
        return roots

    @pydantic.field_validator("training_threads", mode="before")
    @classmethod
    def _may_be_empty(cls, given: Any) -> Any:
        return None if given == "" else given

    @pydantic.field_validator("viewers", "reviewers", "approvers", "operators")
    @classmethod
    def _are_people(cls, given: str) -> str:
        for name in filter(None, map(str.strip, given.split(","))):
            if not re.fullmatch(r"\*|group:\S.*|\w.*", name):
                raise ValueError("must be names as signed in, group:NAME or *, separated by commas")
        return given

    @pydantic.field_validator("person_claim", "groups_claim")
    @classmethod
    def _is_claim(cls, given: str) -> str:
        if not re.fullmatch(r"[A-Za-z_]\S*", given):
            raise ValueError("must be the name of a claim, such as email")
        return given

    @pydantic.field_validator("proxy_person_header", "proxy_groups_header")
    @classmethod
    def _is_header(cls, given: str) -> str:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", given):
            raise ValueError("must be the name of a header, such as X-Forwarded-Email")
        return given

    @pydantic.field_validator("proxy_addresses")
    @classmethod
    def _are_addresses(cls, given: str) -> str:
        for address in filter(None, map(str.strip, given.split(","))):
            try:
                ipaddress.ip_address(address)
            except ValueError:
                raise ValueError("must be addresses such as 127.0.0.1, separated by commas") from None
        return given

    @property
    def roles(self) -> dict[Role, str]:
        """Role -> the people and groups that have it, as `core.access.roles.role_of` takes them."""
        return {
            Role.VIEWER: self.viewers,
            Role.REVIEWER: self.reviewers,
            Role.APPROVER: self.approvers,
            Role.OPERATOR: self.operators,
        }

    @property
    def import_folders(self) -> tuple[Path, ...]:
        """The folders of `import_roots`, resolved."""
        return _folders(self.import_roots)

    @property
    def database_address(self) -> str:
        """The address to open; holds the password where there is one, so it is never printed."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'garments.db'}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may read anywhere: the passwords in the addresses."""
        url = make_url(self.database_address)
        asked = [text for name, text in url.query.items() if "pass" in name.lower() and isinstance(text, str)]
        return tuple(filter(None, (url.password, *asked, masking.password_of(self.data_mirror or ""))))

    def masked(self) -> dict[str, str]:
        """Every setting as text, fit for a screen or a log: passwords are replaced by ***."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        shown = {name: "" if value is None else str(value) for name, value in values.items()}
        shown["database_url"] = make_url(self.database_address).render_as_string(hide_password=True)
        return {name: masking.masked(text) for name, text in shown.items()}


def load(env_file: Path | None = None) -> Settings:
    """The settings of this process: the environment wins over `env_file` (default: `.env` beside the README).

    Raises:
        errors.SettingsError: an unknown `GARMENTS_*` name or a wrong value, named in one line.
    """
    given: dict[str, Any] = {name.upper(): value for name, value in dotenv_values(env_file or ENV_FILE).items()}
    given |= {name.upper(): value for name, value in os.environ.items()}
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    given = {name: value for name, value in given.items() if name.startswith(PREFIX)}
    masking.keep_secret(*(masking.password_of(value or "") for value in given.values()))
    if unknown := sorted(given.keys() - known):
        raise errors.SettingsError(
            f"Unknown setting {_cut(unknown[0])}. The settings are {', '.join(sorted(known))}: correct or remove it."
        )
    try:
        # Passed by name, they outrank the environment, which pydantic-settings would otherwise read a second time.
        found = Settings(**{name.removeprefix(PREFIX).lower(): value for name, value in given.items()})
    except pydantic.ValidationError as error:
        raise errors.SettingsError(_first_problem(error)) from None
    masking.keep_secret(*found.secrets)
    return found


def verified() -> Settings:
    """The settings of this process, asked before anything starts: also whether the home can be used.

    Raises:
        errors.SettingsError: as `load`, or the home cannot be made or written.
    """
    found = load()
    refuse_useless(found.home)
    return found


def refuse_useless(home: Path) -> None:
    """Makes the home where it is not there.

    Raises:
        errors.SettingsError: that is impossible, it is no folder, or it cannot be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        problem = "is no folder"
    except OSError as error:
        problem = f"cannot be made ({error.strerror})"
    else:
        if os.access(home, os.W_OK | os.X_OK):
            return
        problem = "cannot be written"
    raise errors.SettingsError(f"{PREFIX}HOME {_cut(str(home))} {problem}. Set it to a folder you may write.")


def _folders(roots: str | None) -> tuple[Path, ...]:
    parts = [part.strip() for part in (roots or "").split(os.pathsep)]
    return tuple(_resolved(Path(part)) for part in parts if part)


def _cut(value: Any) -> str:
    """A value as a message repeats it: in one line, of which nobody has to read five thousand characters."""
    text = repr(value)
    return text if len(text) <= _LONGEST_REPEATED else f"{text[:_LONGEST_REPEATED]}…"


def _resolved(path: Path) -> Path:
    """The folder, from the project's root where it is relative.

    Raises:
        ValueError: it is none that this computer could have.
    """
    try:
        return (PROJECT_ROOT / path.expanduser()).resolve()
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ValueError(f"cannot be a folder ({reason})") from None


def _first_problem(error: pydantic.ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=True)[0]
    name = PREFIX + str(problem["loc"][0]).upper() if problem["loc"] else "A setting"
    reason = problem["msg"].removeprefix("Value error, ").replace("Input should", "should")
    got = "" if name.endswith("DATABASE_URL") else f", got {_cut(problem['input'])}"
    return f"{name} {reason}{got}."
