"""How much later a message is sent because the node screens it first.

Two homeservers, one with the module and one without, take messages in turn from one client each, so that what else the
machine does falls on both alike. A third round asks the node alone, as the module does. Run it on an idle machine, with
a release build of the node: `ANLANH=target/release/anlanh python integrations/synapse/bench/latency.py`.
"""

import argparse
import http.client
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from harness import Client, Homeserver, Node, module

SYLLABLES = tuple("chiều nay mình đi uống cà phê với bạn ở quán gần hồ rồi về nhà nấu cơm cho cả nhà".split())


def main() -> None:
    """Measures and prints a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=1_000, help="how many each way (1000)")
    options.add_argument("--warm-up", type=int, default=100, help="how many before that (100)")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder) / "node")
        without = Homeserver(Path(folder) / "without", None)
        with_module = Homeserver(Path(folder) / "with", module(node, "closed"))
        try:
            ways = {
                "without the module": sender(without.client("lan")),
                "with the module": sender(with_module.client("lan")),
                "the node alone": handing_in(node),
            }
            report(measure(ways, given.warm_up, given.messages))
        finally:
            for server in (with_module, without, node):
                server.kill()


def measure(ways: dict[str, Callable[[str], None]], warm_up: int, messages: int) -> dict[str, list[float]]:
    """Milliseconds of each message, by way; the ways take turns."""
    words = random.Random(1)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(warm_up + messages):
        text = " ".join(words.choices(SYLLABLES, k=words.randint(5, 40))) + f" {number}"
        for name, send in ways.items():
            begun = time.perf_counter()
            send(text)
            if number >= warm_up:
                taken[name].append((time.perf_counter() - begun) * 1000)
    return taken


def report(taken: dict[str, list[float]]) -> None:
    """A line for each way, and what the module adds."""
    print(f"{'':22}{'median':>10}{'p95':>10}{'p99':>10}   ms, {len(taken['with the module'])} messages each")
    for name, all_of_it in taken.items():
        print(f"{name:22}{quantile(all_of_it, 50):10.2f}{quantile(all_of_it, 95):10.2f}{quantile(all_of_it, 99):10.2f}")
    added = [b - a for a, b in zip(taken["without the module"], taken["with the module"], strict=True)]
    print(f"{'added, pair by pair':22}{statistics.median(added):10.2f}{quantile(added, 95):10.2f}")


def quantile(values: list[float], percent: int) -> float:
    """The value that so many percent do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def sender(client: Client) -> Callable[[str], None]:
    """Sends messages of one client to a room of its own, over one connection."""
    room = client.room()
    client.close()
    ask = connection(client.url, client.token)

    def send(text: str) -> None:
        path = f"/_matrix/client/v3/rooms/{quote(room)}/send/m.room.message/{time.monotonic_ns()}"
        ask("PUT", path, {"msgtype": "m.text", "body": text})

    return send


def handing_in(node: Node) -> Callable[[str], None]:
    """Asks the node what the module asks it."""
    ask = connection(node.url, node.token_path.read_text())

    def send(text: str) -> None:
        ask("POST", "/v1/items", {"id": f"${time.monotonic_ns()}", "kind": "message", "text": text})

    return send


def connection(url: str, token: str) -> Callable[[str, str, object], None]:
    """Requests over one connection that stays open, each of which must succeed."""
    host = urlsplit(url).netloc
    kept = http.client.HTTPConnection(host)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(method: str, path: str, body: object) -> None:
        kept.request(method, path, json.dumps(body), headers)
        answer = kept.getresponse()
        answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{path}: {answer.status}")

    return ask


if __name__ == "__main__":
    main()
