"""One node and one homeserver for the tests that leave both as they are; others start their own."""

from collections.abc import Callable, Iterator

import pytest
from harness import Client, Homeserver, Node, module


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that stays up."""
    node = Node(tmp_path_factory.mktemp("shared") / "node")
    yield node
    node.kill()


@pytest.fixture(scope="session")
def homeserver(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """A homeserver whose messages the node screens."""
    homeserver = Homeserver(tmp_path_factory.mktemp("shared") / "synapse", module(node, "closed"))
    yield homeserver
    homeserver.kill()


@pytest.fixture
def people() -> Iterator[Callable[..., list[Client]]]:
    """Makes accounts on a homeserver, by their names."""
    made: list[Client] = []

    def make(homeserver: Homeserver, *names: str) -> list[Client]:
        clients = [homeserver.client(name) for name in names]
        made.extend(clients)
        return clients

    yield make
    for client in made:
        client.close()
