"""What the operator decides, parsed once when Synapse starts; anything unclear stops the start."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from synapse.module_api.errors import ConfigError

KEYS = frozenset(
    {
        "node_url",
        "token_path",
        "when_node_is_away",
        "moderator",
        "contact",
        "report_category",
        "time_limit_ms",
        "poll_seconds",
    }
)
MAX_CONTACT_CHARACTERS = 500
LOCAL_PART = re.compile(r"[a-z0-9._=/+-]{1,100}")
TIME_LIMIT_MS = range(50, 30_001)
POLL_SECONDS = range(1, 3_601)


class WhenAway(Enum):
    """What becomes of a message that the node could not judge in time."""

    OPEN = "open"
    """It is sent, and screened once the node is back."""
    CLOSED = "closed"
    """It is refused, and its sender is told why."""


@dataclass(frozen=True)
class Config:
    """The module's part of the homeserver's configuration."""

    node_url: str
    token: str
    when_node_is_away: WhenAway
    moderator: str
    """Local part of the account that removes messages and writes to people; made if it is not there."""
    contact: str
    """What a sender is told about how to object: an address, a link or a room."""
    report_category: str | None
    """As what the reports of Matrix clients are handed on, which name no category; nothing hands on none."""
    time_limit_ms: int
    poll_seconds: int

    @classmethod
    def parse(cls, given: Mapping[str, object]) -> "Config":
        """Reads the mapping below `config:` and the file that holds the token."""
        if unknown := sorted(set(given) - KEYS):
            raise ConfigError(f"anlanh_synapse: unknown keys: {', '.join(unknown)}")
        return cls(
            node_url=_url(_text(given, "node_url")),
            token=_token(Path(_text(given, "token_path"))),
            when_node_is_away=_when_away(_text(given, "when_node_is_away")),
            moderator=_moderator(_text(given, "moderator")),
            contact=_contact(_text(given, "contact")),
            report_category=_text(given, "report_category") if "report_category" in given else None,
            time_limit_ms=_number(given, "time_limit_ms", 1_000, TIME_LIMIT_MS),
            poll_seconds=_number(given, "poll_seconds", 5, POLL_SECONDS),
        )


def _text(given: Mapping[str, object], key: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"anlanh_synapse: `{key}` is needed and is a text")
    return value.strip()


def _number(given: Mapping[str, object], key: str, default: int, allowed: range) -> int:
    value = given.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        raise ConfigError(f"anlanh_synapse: `{key}` is a whole number from {allowed.start} to {allowed.stop - 1}")
    return value


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError("anlanh_synapse: `node_url` is like http://127.0.0.1:8080")
    return value.rstrip("/")


def _token(path: Path) -> str:
    try:
        token = path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise ConfigError(f"anlanh_synapse: `token_path` cannot be read: {type(error).__name__}") from error
    if not token or not token.isprintable() or " " in token:
        raise ConfigError("anlanh_synapse: the file at `token_path` holds one token and nothing else")
    return token


def _when_away(value: str) -> WhenAway:
    try:
        return WhenAway(value)
    except ValueError as error:
        raise ConfigError("anlanh_synapse: `when_node_is_away` is `open` or `closed`") from error


def _moderator(value: str) -> str:
    if not LOCAL_PART.fullmatch(value):
        raise ConfigError("anlanh_synapse: `moderator` is a local part, as in `kiem-duyet`, of at most 100 characters")
    return value


def _contact(value: str) -> str:
    if len(value) > MAX_CONTACT_CHARACTERS:
        raise ConfigError(f"anlanh_synapse: `contact` has at most {MAX_CONTACT_CHARACTERS} characters")
    return value
