"""What a person reads in an event: its texts and the links behind them.

Everything that some client shows is judged: the plain body and the formatted one, the new text of an edit and the
fallback beside it. Otherwise a clean text would stand for the program and another one for people. An event is hostile
input of up to 64 KiB, so nothing here recurses and no pattern looks twice at the same character.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

MESSAGES = frozenset({"m.room.message", "m.sticker", "m.reaction", "m.poll.start", "org.matrix.msc3381.poll.start"})
DESCRIPTIONS = frozenset({"m.room.name", "m.room.topic"})

PLAIN = frozenset({"body", "key", "name", "topic", "m.text", "org.matrix.msc1767.text", "filename"})
FORMATTED = frozenset({"formatted_body"})

_TAG = re.compile(r"<([^<>]*)>")
_BREAKING = re.compile(r"/?\s*(?:br|p|div|li|ul|ol|h[1-6]|blockquote|pre|tr|td|th|hr|table)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"""\b(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What an event says, as the node takes it."""

    kind: str
    text: str
    links: tuple[str, ...]


def said(event_type: str, content: Mapping[str, object]) -> Said | None:
    """What the event says; nothing if no person reads it, or if only its recipients can (encrypted)."""
    if event_type in MESSAGES:
        return _said("message", content)
    if event_type in DESCRIPTIONS:
        return _said("profile", content)
    return None


def said_of_room(config: Mapping[str, object]) -> Said | None:
    """What the name and the topic of a room say that is about to be made."""
    described: dict[str, object] = {key: config.get(key) for key in ("name", "topic")}
    states = config.get("initial_state")
    for number, state in enumerate(states if isinstance(states, Sequence) else ()):
        if isinstance(state, Mapping) and state.get("type") in DESCRIPTIONS:
            described[str(number)] = state.get("content")
    return _said("profile", described)


def _said(kind: str, content: Mapping[str, object]) -> Said | None:
    texts: list[str] = []
    links: dict[str, None] = {}
    for key, value in _strings(content):
        if key in PLAIN:
            texts.append(value)
        elif key in FORMATTED:
            texts.append(_without_tags(value))
            links.update(dict.fromkeys(_addresses(value)))
    text = "\n".join(_distinct(texts))
    return Said(kind, text, tuple(links)) if text or links else None


def _strings(content: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every string with the key it stands under, in the order of the event."""
    waiting: list[tuple[str, object]] = [("", content)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, Mapping):
            waiting.extend(reversed([(str(inner), below) for inner, below in value.items()]))
        elif isinstance(value, Sequence):
            waiting.extend((key, below) for below in reversed(value))


def _distinct(texts: list[str]) -> Iterator[str]:
    """Each text once; a body and its formatted twin differ in their spaces alone."""
    seen = set()
    for text in texts:
        words = " ".join(text.split())
        if words and words not in seen:
            seen.add(words)
            yield text


def _without_tags(formatted: str) -> str:
    # A tag inside a word must not part it: `l<b>ừ</b>a` reads as one word.
    plain = _TAG.sub(lambda tag: "\n" if _BREAKING.match(tag[1]) else "", formatted)
    return html.unescape(plain)


def _addresses(formatted: str) -> Iterator[str]:
    for tag in _TAG.finditer(formatted):
        for address in _ADDRESS.finditer(tag[1]):
            found = html.unescape(address[1] or address[2] or address[3] or "").strip()
            if found and not found.startswith("mxc:"):
                yield found
