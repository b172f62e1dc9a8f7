"""What the operator writes is checked when Synapse starts."""

from pathlib import Path

import pytest
from synapse.module_api.errors import ConfigError

from anlanh_synapse import AnLanh
from anlanh_synapse.config import WhenAway


@pytest.fixture
def given(tmp_path: Path) -> dict[str, object]:
    """The least that is needed."""
    token = tmp_path / "token"
    token.write_text("anl_abc\n")
    return {
        "node_url": "http://127.0.0.1:8080/",
        "token_path": str(token),
        "when_node_is_away": "open",
        "moderator": "kiem-duyet",
        "contact": "https://vi-du.example/khieu-nai",
    }


def test_the_least_that_is_needed_is_enough(given: dict[str, object]) -> None:
    """The rest has defaults."""
    config = AnLanh.parse_config(given)
    assert config.node_url == "http://127.0.0.1:8080"
    assert config.token == "anl_abc"
    assert config.when_node_is_away is WhenAway.OPEN
    assert config.report_category is None
    assert (config.time_limit_ms, config.poll_seconds) == (1_000, 5)


@pytest.mark.parametrize("key", ["node_url", "token_path", "when_node_is_away", "moderator", "contact"])
def test_what_is_needed_must_be_there(given: dict[str, object], key: str) -> None:
    """Above all the choice between open and closed, which nobody makes for the operator."""
    del given[key]
    with pytest.raises(ConfigError, match=key):
        AnLanh.parse_config(given)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("time_limit_ms", 50, 49),
        ("time_limit_ms", 30_000, 30_001),
        ("poll_seconds", 1, 0),
        ("poll_seconds", 3_600, 3_601),
        ("poll_seconds", 5, True),
        ("report_category", "khac", ""),
        ("contact", "x" * 500, "x" * 501),
        ("moderator", "x" * 100, "x" * 101),
        ("moderator", "kiem-duyet", "@kiem-duyet:vi-du.example"),
        ("when_node_is_away", "closed", "off"),
        ("node_url", "https://nut.vi-du.example/anlanh", "nut.vi-du.example"),
        ("node_url", "http://[::1]:8080", "file:///etc/passwd"),
    ],
)
def test_limits_hold_at_the_limit_and_one_past_it(
    given: dict[str, object], key: str, good: object, bad: object
) -> None:
    """And the message names the key."""
    AnLanh.parse_config(given | {key: good})
    with pytest.raises(ConfigError, match=key):
        AnLanh.parse_config(given | {key: bad})


def test_an_unknown_key_is_refused(given: dict[str, object]) -> None:
    """A misspelled choice must not be taken for a default."""
    with pytest.raises(ConfigError, match="when_node_away"):
        AnLanh.parse_config(given | {"when_node_away": "open"})


def test_a_token_never_stands_in_an_error(given: dict[str, object], tmp_path: Path) -> None:
    """The file may hold more than was meant."""
    (tmp_path / "token").write_text("anl_bi-mat va them")
    with pytest.raises(ConfigError) as error:
        AnLanh.parse_config(given)
    assert "bi-mat" not in str(error.value)
