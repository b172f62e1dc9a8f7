"""Asking the node, within a time limit. What goes wrong is told without anything of what was sent."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import quote

from synapse.module_api import make_deferred_yieldable, run_in_background
from twisted.internet import reactor
from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.internet.error import ConnectError
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import Agent, FileBodyProducer, HTTPConnectionPool, ResponseDone, ResponseNeverReceived
from twisted.web.http_headers import Headers
from twisted.web.iweb import IResponse

MAX_ANSWER_BYTES = 4 * 1024 * 1024
# The node hangs up on who is silent for 15 seconds; a request must not meet that moment.
IDLE_SECONDS = 10
CONNECTIONS = 32

NO_CONTENT = 204
SUCCESS = (200, 201, NO_CONTENT)
# Later it may do: a token that is renewed, a node that is busy or cannot write.
PASSING = (401, 403, 404, 408, 429)
FAILURE = 500

T = TypeVar("T")


class NodeError(Exception):
    """The node did not do what it was asked."""


class Away(NodeError):
    """The node cannot be reached, is late, or cannot do its work now; the same request may succeed later."""


class Refused(NodeError):
    """The node understood and refused; the same request will be refused again."""

    def __init__(self, status: int, code: str) -> None:
        """Keeps the code of the problem document, never its text."""
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Item:
    """One thing that somebody said, as it is handed to the node."""

    id: str
    kind: str
    text: str
    links: tuple[str, ...]
    author: str
    author_age_days: int | None
    time: str

    def to_json(self) -> dict[str, object]:
        """The body of `POST /v1/items`."""
        author: dict[str, object] = {"ref": self.author}
        if self.author_age_days is not None:
            author["age_days"] = self.author_age_days
        return {
            "id": self.id,
            "kind": self.kind,
            "text": self.text,
            "links": list(self.links),
            "author": author,
            "time": self.time,
        }


@dataclass(frozen=True)
class Reason:
    """Why a rule fired."""

    category: str
    rule: str
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """The node's answer to an item that it keeps."""

    case: str | None
    action: str
    policy: str
    """Digest of the policy that judged."""
    blocked_by: tuple[Reason, ...]


@dataclass(frozen=True)
class Action:
    """What the node wants done, as decided by people."""

    id: str
    kind: str
    lifts: bool
    """Whether it undoes what was done before."""
    target: str
    """`item`, `account`, `page`, `group`, `channel` or `report`."""
    reference: str
    until_ms: int | None
    decision: str | None
    basis: tuple[str, ...]
    reason: str
    appeal_url: str | None
    notice: str
    """What the one it is for is to be told, in Vietnamese and English."""
    reporter: str | None
    """Who made the report that it answers, by the reference that was handed on."""


@dataclass(frozen=True)
class Report:
    """What somebody reported."""

    category: str
    event_id: str
    text: str | None
    why: str
    reporter: str
    """What the node knows whoever reported by."""

    def to_json(self) -> dict[str, object]:
        """The body of `POST /v1/reports`."""
        return {
            "category": self.category,
            "item": self.event_id,
            "text": self.text,
            "why": self.why,
            "reporter": self.reporter,
        }


class Node:
    """The node's API, as far as a chat server needs it."""

    def __init__(self, url: str, token: str, time_limit_ms: int) -> None:
        """Opens nothing yet."""
        pool = HTTPConnectionPool(reactor)
        pool.maxPersistentPerHost = CONNECTIONS
        pool.cachedConnectionTimeout = IDLE_SECONDS
        self._time_limit_seconds = time_limit_ms / 1000
        self._agent = Agent(reactor, connectTimeout=self._time_limit_seconds, pool=pool)
        self._url = url
        self._headers = {"Authorization": [f"Bearer {token}"], "User-Agent": ["anlanh-synapse"]}
        self._titles: tuple[str, Mapping[str, tuple[str, str]]] = ("", {})

    async def hand_in(self, item: Item) -> Judged:
        """Has the node screen and keep an item. The same id twice is the same item."""
        return await self._ask("POST", "/v1/items", _judged, item.to_json(), once=item.id)

    async def title(self, rule: str, policy: str) -> tuple[str, str] | None:
        """What a rule is called, in Vietnamese and English, in the policy with this digest."""
        if self._titles[0] != policy:
            self._titles = (policy, await self._ask("GET", "/v1/policy/rules", _titles))
        return self._titles[1].get(rule)

    async def next_action(self, after: str | None) -> tuple[Action, str] | None:
        """The action after a place in the feed, and the place behind it."""
        query = f"&after={quote(after, safe='')}" if after else ""
        return await self._ask("GET", f"/v1/actions?limit=1{query}", _next_action)

    async def confirm(self, action_id: str, problem: str | None) -> None:
        """Tells the node that an action was done, or what was in the way."""
        body = {"done": True} if problem is None else {"done": False, "problem": problem}
        await self._ask("POST", f"/v1/actions/{quote(action_id, safe='')}/confirmation", _nothing, body)

    async def report(self, report: Report) -> str:
        """Hands on a report; the private address where whoever reported can follow it."""
        return await self._ask("POST", "/v1/reports", _status_url, report.to_json())

    async def _ask(
        self, method: str, path: str, read: Callable[[Any], T], body: object = None, once: str | None = None
    ) -> T:
        exchange = run_in_background(self._exchange, method, path, body, once)
        exchange.addTimeout(self._time_limit_seconds, reactor)
        try:
            status, answer = await make_deferred_yieldable(exchange)
        except (TimeoutError, CancelledError):
            raise Away("no answer within the time limit") from None
        except ConnectError:
            raise Away("no connection") from None
        except Exception as error:
            # Twisted raises many kinds, and their texts may hold what was sent.
            raise Away(type(error).__name__) from None
        try:
            given: Any = None if status == NO_CONTENT else json.loads(answer)
            if status in SUCCESS:
                return read(given)
            code = str(given["code"])
        except (ValueError, KeyError, TypeError):
            raise Away(f"an answer that cannot be read, status {status}") from None
        if status in PASSING or status >= FAILURE:
            raise Away(f"{status} {code}")
        raise Refused(status, code)

    async def _exchange(self, method: str, path: str, body: object, once: str | None) -> tuple[int, bytes]:
        try:
            return await self._exchange_once(method, path, body, once)
        except ResponseNeverReceived as error:
            if any(reason.check(CancelledError) for reason in error.reasons):
                raise CancelledError from None
            # The node closed a connection that was kept open, as when it is started anew. Asking again is safe: an item
            # carries its key, a confirmation may be repeated, and reports of one thing are gathered under one case.
            return await self._exchange_once(method, path, body, once)

    async def _exchange_once(self, method: str, path: str, body: object, once: str | None) -> tuple[int, bytes]:
        headers = Headers(self._headers)
        producer = None
        if body is not None:
            headers.addRawHeader("Content-Type", "application/json")
            producer = FileBodyProducer(BytesIO(json.dumps(body, ensure_ascii=False).encode()))
        if once is not None:
            headers.addRawHeader("Idempotency-Key", once)
        response = await self._agent.request(method.encode(), f"{self._url}{path}".encode(), headers, producer)  # type: ignore[arg-type]
        return response.code, await _whole(response)


def _judged(answer: Any) -> Judged:
    verdict = answer["verdict"]
    blocking = [reason for reason in verdict["reasons"] if reason["action"] == "block"]
    return Judged(
        case=answer["case"],
        action=verdict["action"],
        policy=verdict["pack"]["digest"],
        blocked_by=tuple(Reason(it["category"], it["rule"], tuple(it["basis"])) for it in blocking),
    )


def _next_action(answer: Any) -> tuple[Action, str] | None:
    if not answer["actions"]:
        return None
    action, target = answer["actions"][0], answer["actions"][0]["target"]
    until = action["until"]
    read = Action(
        id=action["id"],
        kind=action["kind"],
        lifts=action["effect"] == "lift",
        target=target["kind"],
        reference=target["reference"],
        until_ms=None if until is None else int(datetime.fromisoformat(until).timestamp() * 1000),
        decision=action["decision"],
        basis=tuple(action["basis"]),
        reason=action["reason"],
        appeal_url=action["appeal_url"],
        notice="\n".join(action["notice"][language] for language in ("vi", "en")) if action["notice"] else "",
        reporter=action["report"]["reporter"] if action["report"] else None,
    )
    return read, answer["next"]


def _status_url(answer: Any) -> str:
    return str(answer["status_url"])


def _nothing(_: Any) -> None:
    return None


def _titles(answer: Any) -> dict[str, tuple[str, str]]:
    titles = {rule["id"]: rule["definition"]["title"] for rule in answer["rules"]}
    return {rule: (title["vi"], title["en"]) for rule, title in titles.items()}


def _whole(response: IResponse) -> "Deferred[bytes]":
    done: Deferred[bytes] = Deferred()
    response.deliverBody(_Body(done))  # type: ignore[call-arg,misc]
    return done


class _Body(Protocol):
    """Gathers a body up to the limit."""

    def __init__(self, done: "Deferred[bytes]") -> None:
        self._done = done
        self._pieces = bytearray()

    def dataReceived(self, data: bytes) -> None:
        self._pieces += data
        if len(self._pieces) > MAX_ANSWER_BYTES and not self._done.called:
            self._done.errback(ValueError("the answer is too long"))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._done.called:
            return
        if reason.check(ResponseDone):
            self._done.callback(bytes(self._pieces))
        else:
            self._done.errback(reason)
