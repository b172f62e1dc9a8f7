"""What the module keeps, in tables of its own in Synapse's database.

So it is written with Synapse's own care, saved with its backups, and seen by all of its workers. No text that anybody
wrote is kept here: what waits to be screened is an event's id, and the event itself is where Synapse keeps it.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from synapse.module_api import LoggingTransaction, ModuleApi

T = TypeVar("T")
P = ParamSpec("P")

REFERENCE_PREFIX = "matrix:"
REMEMBERED_ACCOUNTS = 50_000
DRAINED_AT_ONCE = 100

TABLES = (
    "CREATE TABLE IF NOT EXISTS anlanh_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS anlanh_accounts (reference TEXT PRIMARY KEY, user_id TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS anlanh_unscreened (event_id TEXT PRIMARY KEY, queued_ms BIGINT NOT NULL)",
)


@dataclass(frozen=True)
class Posted:
    """An event that Synapse keeps."""

    event_id: str
    room_id: str
    sender: str
    type: str
    content: Mapping[str, object]
    sent_ms: int


@dataclass(frozen=True)
class Waiting:
    """An event that was let through unscreened; without `posted`, Synapse has not (or no longer) got it."""

    event_id: str
    queued_ms: int
    posted: Posted | None


class State:
    """The tables, and what of them is also in memory."""

    def __init__(self, api: ModuleApi) -> None:
        """Touches nothing yet: the database is not ready while modules are made."""
        self._api = api
        self._key: bytes | None = None
        self._remembered: set[str] = set()

    async def reference(self, user_id: str) -> str:
        """What the node knows an account by: a keyed hash, which only this server can lead back to the account."""
        digest = hmac.digest(await self._pseudonym_key(), user_id.encode(), hashlib.sha256)
        reference = REFERENCE_PREFIX + base64.b32encode(digest[:20]).decode().lower()
        if reference not in self._remembered:
            await self._run(_remember, reference, user_id)
            if len(self._remembered) >= REMEMBERED_ACCOUNTS:
                self._remembered.clear()
            self._remembered.add(reference)
        return reference

    async def queue(self, event_id: str) -> None:
        """Notes an event that is let through unscreened."""
        await self._run(_queue, event_id, self._api.get_current_time_msec())

    async def waiting(self) -> list[Waiting]:
        """The events that have waited longest."""
        await self._pseudonym_key()
        return await self._run(_waiting)

    async def forget(self, event_id: str) -> None:
        """Takes an event out of the queue."""
        await self._run(_forget, event_id)

    async def _pseudonym_key(self) -> bytes:
        if self._key is None:
            self._key = await self._run(_prepare)
        return self._key

    async def _run(self, work: Callable[Concatenate[LoggingTransaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._api.run_db_interaction(f"anlanh{work.__name__}", work, *args, **kwargs)


def _prepare(txn: LoggingTransaction) -> bytes:
    for table in TABLES:
        txn.execute(table)
    txn.execute(
        "INSERT INTO anlanh_facts (name, value) VALUES ('pseudonym_key', ?) ON CONFLICT DO NOTHING",
        (secrets.token_hex(32),),
    )
    txn.execute("SELECT value FROM anlanh_facts WHERE name = 'pseudonym_key'")
    return bytes.fromhex(_one(txn))


def _one(txn: LoggingTransaction) -> Any:
    row = txn.fetchone()
    if row is None:
        raise LookupError("a row that was just written is not there")
    return row[0]


def _remember(txn: LoggingTransaction, reference: str, user_id: str) -> None:
    txn.execute(
        "INSERT INTO anlanh_accounts (reference, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING", (reference, user_id)
    )


def _queue(txn: LoggingTransaction, event_id: str, now_ms: int) -> None:
    txn.execute(
        "INSERT INTO anlanh_unscreened (event_id, queued_ms) VALUES (?, ?) ON CONFLICT DO NOTHING", (event_id, now_ms)
    )


def _waiting(txn: LoggingTransaction) -> list[Waiting]:
    # What its author has taken back meanwhile is not judged any more. Synapse keeps its text for some days yet.
    txn.execute(
        """SELECT u.event_id, u.queued_ms, e.room_id, e.sender, e.type, e.origin_server_ts, j.json
           FROM anlanh_unscreened u
           LEFT JOIN events e ON e.event_id = u.event_id
               AND NOT EXISTS (SELECT 1 FROM redactions r WHERE r.redacts = u.event_id)
           LEFT JOIN event_json j ON j.event_id = e.event_id
           ORDER BY u.queued_ms, u.event_id LIMIT ?""",
        (DRAINED_AT_ONCE,),
    )
    return [Waiting(event_id, queued_ms, _posted(event_id, row)) for event_id, queued_ms, *row in txn.fetchall()]


def _posted(event_id: str, row: list[Any]) -> Posted | None:
    room_id, sender, event_type, sent_ms, kept = row
    if kept is None:
        return None
    return Posted(event_id, room_id, sender, event_type, json.loads(kept).get("content", {}), sent_ms)


def _forget(txn: LoggingTransaction, event_id: str) -> None:
    txn.execute("DELETE FROM anlanh_unscreened WHERE event_id = ?", (event_id,))
