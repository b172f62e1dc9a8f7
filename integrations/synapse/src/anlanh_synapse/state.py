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
REPORTS_AT_ONCE = 50

TABLES = (
    "CREATE TABLE IF NOT EXISTS anlanh_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS anlanh_accounts (reference TEXT PRIMARY KEY, user_id TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS anlanh_unscreened (event_id TEXT PRIMARY KEY, queued_ms BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS anlanh_blocked (event_id TEXT PRIMARY KEY, user_id TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS anlanh_locks (reference TEXT NOT NULL, kind TEXT NOT NULL, until_ms BIGINT,
       reason TEXT NOT NULL, appeal_url TEXT, PRIMARY KEY (reference, kind))""",
    "CREATE TABLE IF NOT EXISTS anlanh_direct_rooms (user_id TEXT PRIMARY KEY, room_id TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS anlanh_reported (report_id BIGINT PRIMARY KEY)",
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


@dataclass(frozen=True)
class Reported:
    """What somebody reported from a client; without `posted`, its content is gone."""

    id: int
    event_id: str
    reporter: str
    why: str
    posted: Posted | None


@dataclass(frozen=True)
class Kept:
    """Where an event is that Synapse keeps, whose it is, and whether its content is gone."""

    room_id: str
    sender: str
    redacted: bool


@dataclass(frozen=True)
class Lock:
    """Why an account must not post, and until when."""

    until_ms: int | None
    reason: str
    appeal_url: str | None


@dataclass(frozen=True)
class Standing:
    """What decides about everything that an account sends."""

    direct_room: str | None
    """The room in which the moderator writes to it."""
    lock: Lock | None
    """The longest lock that it is under."""


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
            statement = "INSERT INTO anlanh_accounts (reference, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
            await self._run(_write, statement, reference, user_id)
            if len(self._remembered) >= REMEMBERED_ACCOUNTS:
                self._remembered.clear()
            self._remembered.add(reference)
        return reference

    async def queue(self, event_id: str) -> None:
        """Notes an event that is let through unscreened."""
        statement = "INSERT INTO anlanh_unscreened (event_id, queued_ms) VALUES (?, ?) ON CONFLICT DO NOTHING"
        await self._run(_write, statement, event_id, self._api.get_current_time_msec())

    async def waiting(self) -> list[Waiting]:
        """The events that have waited longest."""
        await self._pseudonym_key()
        return await self._run(_waiting)

    async def forget(self, event_id: str) -> None:
        """Takes an event out of the queue."""
        await self._run(_write, "DELETE FROM anlanh_unscreened WHERE event_id = ?", event_id)

    async def account(self, reference: str) -> str | None:
        """The account behind a reference."""
        return await self._run(_maybe, "SELECT user_id FROM anlanh_accounts WHERE reference = ?", reference)

    async def kept(self, event_id: str) -> Kept | None:
        """What Synapse knows of an event."""
        return await self._run(_kept, event_id)

    async def note_blocked(self, event_id: str, user_id: str) -> None:
        """Notes whose message was refused: of such an event Synapse itself keeps nothing."""
        await self._run(_write, "INSERT INTO anlanh_blocked VALUES (?, ?) ON CONFLICT DO NOTHING", event_id, user_id)

    async def blocked(self, event_id: str) -> str | None:
        """Whose message was refused."""
        return await self._run(_maybe, "SELECT user_id FROM anlanh_blocked WHERE event_id = ?", event_id)

    async def lock(self, reference: str, kind: str, lock: Lock) -> None:
        """Locks an account, or gives its lock another end."""
        statement = """INSERT INTO anlanh_locks (reference, kind, until_ms, reason, appeal_url) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (reference, kind) DO UPDATE SET until_ms = excluded.until_ms, reason = excluded.reason,
                appeal_url = excluded.appeal_url"""
        await self._run(_write, statement, reference, kind, lock.until_ms, lock.reason, lock.appeal_url)

    async def unlock(self, reference: str, kind: str) -> None:
        """Lifts a lock."""
        await self._run(_write, "DELETE FROM anlanh_locks WHERE reference = ? AND kind = ?", reference, kind)

    async def standing(self, user_id: str) -> Standing:
        """How an account stands now: asked of the database each time, so that every worker knows at once."""
        reference = await self.reference(user_id)
        return await self._run(_standing, user_id, reference, self._api.get_current_time_msec())

    async def direct_room(self, user_id: str) -> str | None:
        """The room in which the moderator writes to somebody, unless they have left it."""
        return await self._run(_direct_room, user_id)

    async def note_direct_room(self, user_id: str, room_id: str) -> None:
        """Notes the room in which the moderator writes to somebody."""
        statement = """INSERT INTO anlanh_direct_rooms (user_id, room_id) VALUES (?, ?)
            ON CONFLICT (user_id) DO UPDATE SET room_id = excluded.room_id"""
        await self._run(_write, statement, user_id, room_id)

    async def reported(self) -> list[Reported]:
        """Reports that came in since the module was installed and were not handed on."""
        await self._pseudonym_key()
        return await self._run(_reported)

    async def note_reported(self, report_id: int) -> None:
        """Notes that a report was handed on."""
        await self._run(_write, "INSERT INTO anlanh_reported VALUES (?) ON CONFLICT DO NOTHING", report_id)

    async def fact(self, name: str) -> str | None:
        """Something that the module must know after a restart."""
        await self._pseudonym_key()
        return await self._run(_maybe, "SELECT value FROM anlanh_facts WHERE name = ?", name)

    async def note_fact(self, name: str, value: str) -> None:
        """Notes something that the module must know after a restart."""
        statement = """INSERT INTO anlanh_facts (name, value) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
        await self._run(_write, statement, name, value)

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
    # Reports from before the module was there were somebody else's to answer.
    txn.execute(
        """INSERT INTO anlanh_facts (name, value)
           SELECT 'reports_after', CAST(COALESCE(MAX(id), 0) AS TEXT) FROM event_reports WHERE 1 = 1
           ON CONFLICT DO NOTHING"""
    )
    txn.execute("SELECT value FROM anlanh_facts WHERE name = 'pseudonym_key'")
    return bytes.fromhex(_one(txn))


def _write(txn: LoggingTransaction, statement: str, *values: str | int | None) -> None:
    txn.execute(statement, values)


def _maybe(txn: LoggingTransaction, statement: str, value: str) -> str | None:
    txn.execute(statement, (value,))
    row = txn.fetchone()
    return None if row is None else row[0]


def _kept(txn: LoggingTransaction, event_id: str) -> Kept | None:
    txn.execute(
        """SELECT room_id, sender, EXISTS (SELECT 1 FROM redactions r WHERE r.redacts = e.event_id)
           FROM events e WHERE event_id = ?""",
        (event_id,),
    )
    row = txn.fetchone()
    return None if row is None else Kept(row[0], row[1], bool(row[2]))


def _lock_of(txn: LoggingTransaction, reference: str, now_ms: int) -> Lock | None:
    txn.execute(
        """SELECT until_ms, reason, appeal_url FROM anlanh_locks
           WHERE reference = ? AND (until_ms IS NULL OR until_ms > ?)
           ORDER BY CASE WHEN until_ms IS NULL THEN 0 ELSE 1 END, until_ms DESC LIMIT 1""",
        (reference, now_ms),
    )
    row = txn.fetchone()
    return None if row is None else Lock(*row)


def _standing(txn: LoggingTransaction, user_id: str, reference: str, now_ms: int) -> Standing:
    return Standing(_direct_room(txn, user_id), _lock_of(txn, reference, now_ms))


def _direct_room(txn: LoggingTransaction, user_id: str) -> str | None:
    txn.execute(
        """SELECT d.room_id FROM anlanh_direct_rooms d
           JOIN local_current_membership m ON m.room_id = d.room_id AND m.user_id = d.user_id
           WHERE d.user_id = ? AND m.membership IN ('join', 'invite')""",
        (user_id,),
    )
    row = txn.fetchone()
    return None if row is None else row[0]


def _one(txn: LoggingTransaction) -> Any:
    row = txn.fetchone()
    if row is None:
        raise LookupError("a row that was just written is not there")
    return row[0]


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


def _reported(txn: LoggingTransaction) -> list[Reported]:
    # By what was not handed on rather than from a last id on: ids are given out before they are committed.
    txn.execute(
        """SELECT r.id, r.event_id, r.user_id, COALESCE(r.reason, ''),
                  e.room_id, e.sender, e.type, e.origin_server_ts, j.json
           FROM event_reports r
           LEFT JOIN events e ON e.event_id = r.event_id
               AND NOT EXISTS (SELECT 1 FROM redactions x WHERE x.redacts = r.event_id)
           LEFT JOIN event_json j ON j.event_id = e.event_id
           WHERE r.id > (SELECT CAST(value AS BIGINT) FROM anlanh_facts WHERE name = 'reports_after')
             AND NOT EXISTS (SELECT 1 FROM anlanh_reported d WHERE d.report_id = r.id)
           ORDER BY r.id LIMIT ?""",
        (REPORTS_AT_ONCE,),
    )
    return [
        Reported(number, event_id, reporter, why, _posted(event_id, event))
        for number, event_id, reporter, why, *event in txn.fetchall()
    ]


def _posted(event_id: str, row: list[Any]) -> Posted | None:
    room_id, sender, event_type, sent_ms, kept = row
    if kept is None:
        return None
    return Posted(event_id, room_id, sender, event_type, json.loads(kept).get("content", {}), sent_ms)
