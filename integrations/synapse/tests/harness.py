"""A real node, a real homeserver and real clients, each started for the tests and ended by them."""

import asyncio
import hashlib
import hmac
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from nio import AsyncClient, AsyncClientConfig, RoomMessagesResponse

T = TypeVar("T")

REPOSITORY = Path(__file__).parents[3]
BINARY = Path(os.environ.get("ANLANH", REPOSITORY / "target/debug/anlanh")).resolve()
LISTED = "lua-dao.example"
CONTACT = "kiem-duyet@test.example"
FACTS = "Tin xin mã OTP của người khác."
SCOPES = ("items:write", "policy:read", "actions:read", "actions:write", "reports:write")
MODERATOR = "@kiem-duyet:test.example"
SHARED_SECRET = "chi-de-thu"
PATIENCE_SECONDS = 120


def ask(method: str, url: str, token: str | None = None, body: object = None) -> tuple[int, Any]:
    """One request and its JSON answer, whatever its status."""
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(url, data, headers, method=method), timeout=60) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except HTTPError as refused:
        return refused.code, json.loads(refused.read() or b"null")


def until(found: Callable[[], T | None], what: str) -> T:
    """Asks until there is an answer; what is waited for happens in another process."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if (answer := found()) is not None:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {PATIENCE_SECONDS} seconds")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """A server that can be stopped and started again in its place."""

    def __init__(self, command: list[str], url: str, folder: Path, ready: str) -> None:
        """Starts it and waits until it answers."""
        self._command = command
        self._folder = folder
        self._ready = ready
        self.url = url
        self.log = folder / "log"
        self.start()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(self._command, cwd=self._folder, stdout=log, stderr=log)
        until(self._answers, f"the start of {self._command[0]}")

    def kill(self) -> None:
        """Ends it as a loss of power would."""
        self._running.kill()
        self._running.wait()

    def stop(self) -> None:
        """Asks it to end."""
        self._running.terminate()
        self._running.wait(timeout=PATIENCE_SECONDS)

    def pause(self, signal: int) -> None:
        """Sends it a signal."""
        self._running.send_signal(signal)

    def _answers(self) -> bool | None:
        if self._running.poll() is not None:
            raise AssertionError(self.log.read_text()[-4000:])
        try:
            with urlopen(self.url + self._ready, timeout=5) as answer:
                return True if answer.status == 200 else None
        except (URLError, OSError):
            return None


class Node(Process):
    """An An Lành node with one listed host, and a token for the homeserver."""

    def __init__(self, folder: Path) -> None:
        """Starts it."""
        folder.mkdir(parents=True)
        (folder / "listed.txt").write_text(f"{LISTED}\n")
        port = free_port()
        listen = ["serve", "--listen", f"127.0.0.1:{port}", "--data", "data", "--blocklist", "listed.txt"]
        super().__init__([str(BINARY), *listen], f"http://127.0.0.1:{port}", folder, "/readyz")
        self.token_path = folder / "synapse.token"
        self.token_path.write_text(self.token("synapse", *SCOPES))
        self._reader = self.token("reader", "items:read", "cases:read", "actions:read")
        self._run("user", "create", "--name", "duyet", "--role", "reviewer", given="mat-khau-du-dai-de-thu\n")
        self._reviewer = self.token("reviewer", "cases:read", "cases:write", person="duyet")

    def token(self, name: str, *scopes: str, person: str | None = None) -> str:
        """Makes a token as an operator does."""
        wanted = [part for scope in scopes for part in ("--scope", scope)]
        whose = ["--for", person] if person else []
        return self._run("token", "create", "--name", name, *wanted, *whose)

    def _run(self, *command: str, given: str = "") -> str:
        run = [str(BINARY), *command, "--data", "data"]
        made = subprocess.run(run, cwd=self._folder, check=True, capture_output=True, text=True, input=given)
        return made.stdout.strip()

    def decide(self, event_id: str, outcome: str, **more: object) -> None:
        """Decides the case of an event, as a reviewer who read it."""
        item = self.item(event_id)
        assert item is not None
        (case,) = item["cases"]
        self.decide_case(case, outcome, **more)

    def decide_case(self, case: str, outcome: str, **more: object) -> None:
        """Decides a case, as a reviewer who read it."""
        body = {"outcome": outcome, "facts": FACTS} | more
        if outcome != "no_violation":
            body |= {"category": "SC1"}
        status, answer = ask("POST", f"{self.url}/v1/cases/{case}/decision", self._reviewer, body)
        assert status == 200, answer

    def cases(self) -> list[Any]:
        """The cases that wait."""
        status, page = ask("GET", f"{self.url}/v1/cases?limit=200", self._reader)
        assert status == 200, page
        cases: list[Any] = page["cases"]
        return cases

    def actions(self) -> list[Any]:
        """Every action that the host platform is told."""
        status, page = ask("GET", f"{self.url}/v1/actions?limit=200", self._reader)
        assert status == 200, page
        actions: list[Any] = page["actions"]
        return actions

    def confirmation(self, reference: str, kind: str) -> tuple[bool, str | None] | None:
        """What the homeserver said of the last action on a target: whether it is done, and what was in the way."""
        with sqlite3.connect(f"file:{self._folder}/data/anlanh.db?mode=ro", uri=True) as database:
            found = database.execute(
                """SELECT done_at IS NOT NULL, problem FROM action WHERE reference = ? AND kind = ?
                   AND (done_at IS NOT NULL OR problem IS NOT NULL) ORDER BY id DESC LIMIT 1""",
                (reference, kind),
            ).fetchone()
        return None if found is None else (bool(found[0]), found[1])

    def item(self, event_id: str) -> Any | None:
        """The item that came with this id, as the API shows it."""
        status, page = ask("GET", f"{self.url}/v1/items?id={event_id}", self._reader)
        assert status == 200, page
        assert len(page["items"]) <= 1, "one event became several items"
        if not page["items"]:
            return None
        status, item = ask("GET", f"{self.url}/v1/items/{page['items'][0]['item']}", self._reader)
        assert status == 200, item
        return item

    def author(self, event_id: str) -> str:
        """The author of an item, which no operation of the API shows."""
        with sqlite3.connect(f"file:{self._folder}/data/anlanh.db?mode=ro", uri=True) as database:
            (author,) = database.execute("SELECT author FROM item WHERE external = ?", (event_id,)).fetchone()
        assert isinstance(author, str)
        return author

    def items(self) -> list[Any]:
        """The newest items."""
        status, page = ask("GET", f"{self.url}/v1/items", self._reader)
        assert status == 200, page
        items: list[Any] = page["items"]
        return items


class Homeserver(Process):
    """A Matrix Synapse with the module, or without it."""

    def __init__(self, folder: Path, module: dict[str, object] | None) -> None:
        """Writes its configuration and starts it."""
        folder.mkdir(parents=True)
        self._accounts = 0
        port = free_port()
        configuration = folder / "homeserver.yaml"
        configuration.write_text(json.dumps(_configuration(folder, port, module)))
        (folder / "log.yaml").write_text(json.dumps(LOGGING))
        command = [sys.executable, "-m", "synapse.app.homeserver", "-c", str(configuration)]
        subprocess.run([*command, "--generate-keys"], check=True, capture_output=True, cwd=folder)
        super().__init__(command, f"http://127.0.0.1:{port}", folder, "/health")

    def client(self, name: str) -> "Client":
        """A new account whose name begins so, signed in."""
        self._accounts += 1
        body = {"username": f"{name}{self._accounts}", "password": "mat-khau-thu", "auth": {"type": "m.login.dummy"}}
        status, made = ask("POST", f"{self.url}/_matrix/client/v3/register", body=body)
        assert status == 200, made
        return Client(self.url, made["user_id"], made["device_id"], made["access_token"])

    def admin(self) -> str:
        """The token of a server administrator, made as `register_new_matrix_user` makes one."""
        address = f"{self.url}/_synapse/admin/v1/register"
        nonce = ask("GET", address)[1]["nonce"]
        self._accounts += 1
        name, password = f"quan-tri{self._accounts}", "mat-khau-thu"
        signed = "\0".join((nonce, name, password, "admin")).encode()
        mac = hmac.new(SHARED_SECRET.encode(), signed, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": password, "admin": True, "mac": mac}
        status, made = ask("POST", address, body=body)
        assert status == 200, made
        return str(made["access_token"])

    def join_as(self, user_id: str, room: str) -> None:
        """Has an account join a room, as a server administrator can."""
        status, answer = ask("POST", f"{self.url}/_synapse/admin/v1/users/{user_id}/login", self.admin(), {})
        assert status == 200, answer
        status, joined = ask("POST", f"{self.url}/_matrix/client/v3/join/{room}", answer["access_token"], {})
        assert status == 200, joined


class Client:
    """A person with a Matrix client (matrix-nio)."""

    def __init__(self, url: str, user_id: str, device_id: str, token: str) -> None:
        """Signed in already."""
        self.url = url
        self.user_id = user_id
        self.token = token
        self._loop = asyncio.new_event_loop()
        self._nio = self.do(self._made(device_id))

    async def _made(self, device_id: str) -> AsyncClient:
        client = AsyncClient(self.url, self.user_id, config=AsyncClientConfig(max_limit_exceeded=0))
        client.restore_login(self.user_id, device_id, self.token)
        return client

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs one thing that the client does to its end."""
        return self._loop.run_until_complete(work)

    def close(self) -> None:
        """Signs nothing out; only lets go of what is open."""
        self.do(self._nio.close())
        self._loop.close()

    def room(self, *others: "Client") -> str:
        """Makes a room with others in it."""
        made = self.do(self._nio.room_create(invite=[other.user_id for other in others]))
        room: str = made.room_id
        for other in others:
            other.do(other._nio.join(room))
        return room

    def send(self, room: str, content: Mapping[str, object], kind: str = "m.room.message") -> "Sent":
        """Sends an event and says what came of it."""
        answer = self.do(self._nio.room_send(room, kind, content))
        if hasattr(answer, "event_id"):
            return Sent(answer.event_id, None, None)
        refused = self.do(answer.transport_response.json())
        return Sent(None, answer.message, refused)

    def say(self, room: str, text: str) -> "Sent":
        """Sends a text."""
        return self.send(room, {"msgtype": "m.text", "body": text})

    def sent(self, room: str, text: str) -> str:
        """Sends a text that must pass; its event's id."""
        sent = self.say(room, text)
        assert sent.event_id is not None, sent
        return sent.event_id

    def redact(self, room: str, event_id: str) -> None:
        """Takes back a message."""
        answer = self.do(self._nio.room_redact(room, event_id))
        assert hasattr(answer, "event_id"), answer

    def state(self, room: str, kind: str, content: Mapping[str, object], key: str = "") -> tuple[int, Any]:
        """Sets a piece of a room's state."""
        address = f"{self.url}/_matrix/client/v3/rooms/{room}/state/{kind}/{key}"
        return ask("PUT", address, self.token, content)

    def invitation(self, inviter: str) -> str | None:
        """The room that somebody has invited this person into, which they join."""
        synced = self.do(self._nio.sync(timeout=0))
        for room, invited in synced.rooms.invite.items():
            if any(getattr(event, "sender", None) == inviter for event in invited.invite_state):
                self.do(self._nio.join(room))
                return str(room)
        return None

    def report(self, room: str, event_id: str, reason: str) -> None:
        """Reports a message, as clients do."""
        address = f"{self.url}/_matrix/client/v3/rooms/{room}/report/{event_id}"
        status, answer = ask("POST", address, self.token, {"reason": reason} if reason else {})
        assert status == 200, answer

    def read(self, room: str) -> list[str]:
        """The bodies of the messages in a room as this person sees them, newest first."""
        answer = self.do(self._nio.room_messages(room, limit=100))
        assert isinstance(answer, RoomMessagesResponse), answer
        return [event.source["content"]["body"] for event in answer.chunk if "body" in event.source["content"]]


class Sent:
    """What came of sending an event."""

    def __init__(self, event_id: str | None, error: str | None, answer: Any) -> None:
        """Either an id, or an error and all that came with it."""
        self.event_id = event_id
        self.error = error
        self.answer = answer

    def __repr__(self) -> str:
        """For failed assertions."""
        return f"Sent({self.event_id}, {self.answer})"


def module(node: Node, when_away: str, **more: object) -> dict[str, object]:
    """The configuration of the module as the README shows it."""
    return {
        "node_url": node.url,
        "token_path": str(node.token_path),
        "when_node_is_away": when_away,
        "moderator": "kiem-duyet",
        "contact": CONTACT,
        "report_category": "lua-dao",
        # Far more than it takes, so that a busy machine does not make the node look away.
        "time_limit_ms": 20_000,
        "poll_seconds": 1,
    } | more


LOGGING = {
    "version": 1,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "INFO", "handlers": ["out"]},
    "disable_existing_loggers": False,
}


def _configuration(folder: Path, port: int, module: dict[str, object] | None) -> dict[str, object]:
    unlimited = {"per_second": 100_000, "burst_count": 100_000}
    return {
        "server_name": "test.example",
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "pid_file": str(folder / "pid"),
        "listeners": [
            {"port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "resources": [{"names": ["client"]}]}
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": SHARED_SECRET,
        "macaroon_secret_key": "chi-de-thu",
        "form_secret": "chi-de-thu",
        "report_stats": False,
        "suppress_key_server_warning": True,
        "trusted_key_servers": [],
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "password_config": {"enabled": True},
        "bcrypt_rounds": 4,
        "rc_message": unlimited,
        "rc_registration": unlimited,
        "rc_reports": unlimited,
        "rc_login": {"address": unlimited, "account": unlimited, "failed_attempts": unlimited},
        "rc_joins": {"local": unlimited, "remote": unlimited},
        "rc_room_creation": unlimited,
        "modules": [] if module is None else [{"module": "anlanh_synapse.AnLanh", "config": module}],
    }
