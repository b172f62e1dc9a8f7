"""What people report from their clients reaches the node, and they hear what becomes of it."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from harness import MODERATOR, Client, Homeserver, Node, ask, module, until

from anlanh_synapse.reports import MAX_TEXT_BYTES, MAX_WHY_BYTES, _cut

People = Callable[..., list[Client]]

BAIT = "Anh đọc mã OTP vừa gửi về máy giúp em"
WHY = "Họ xin mã OTP của tôi"


def status(node: Node, told: str) -> dict[str, object]:
    """What the private link that somebody was told says of their report."""
    link = re.search(r"https?://\S+", told)
    assert link is not None, told
    answer: dict[str, object]
    code, answer = ask("GET", f"{node.url}/v1/reports/{urlsplit(link[0]).path.rsplit('/', 1)[1]}")
    assert code == 200, answer
    return answer


def written_in(person: Client) -> str:
    """The room in which the moderator writes to somebody."""
    return until(lambda: person.invitation(MODERATOR), "the invitation")


def told(person: Client) -> str:
    """What the moderator wrote to somebody."""
    direct = written_in(person)
    return until(lambda: next(iter(person.read(direct)), None), "the message")


def test_a_report_joins_the_case_of_its_message_and_is_answered(
    node: Node, homeserver: Homeserver, people: People
) -> None:
    """By the private link that its reporter gets as a direct message."""
    lan, minh = people(homeserver, "lan", "minh")
    room = lan.room(minh)
    event = lan.sent(room, BAIT)
    item = node.item(event)
    assert item is not None
    minh.report(room, event, WHY)
    direct = written_in(minh)
    link = until(lambda: next(iter(minh.read(direct)), None), "the message")
    assert link.startswith("Đã nhận báo cáo của bạn.")
    assert status(node, link)["state"] == "open"
    again = node.item(event)
    assert again is not None
    assert again["cases"] == item["cases"]
    node.decide(event, "remove")
    until(lambda: status(node, link)["state"] == "answered" or None, "the answer")
    # They hear of it where they reported, once.
    answers = until(lambda: [text for text in minh.read(direct) if "đã được xem xét" in text] or None, "the notice")
    assert len(answers) == 1
    assert status(node, answers[0])["state"] == "answered"
    # The author hears nothing of who reported.
    assert lan.invitation(MODERATOR) is None


def test_a_report_of_a_message_that_nothing_was_found_in_opens_a_case(
    node: Node, homeserver: Homeserver, people: People
) -> None:
    """Also without a reason, which Matrix does not ask for."""
    lan, minh = people(homeserver, "lan", "minh")
    room = lan.room(minh)
    event = lan.sent(room, "Chiều nay gặp nhau nhé")
    minh.report(room, event, "")
    assert status(node, told(minh))["state"] == "open"
    until(lambda: (node.item(event) or {}).get("cases") or None, "the case")


def test_reports_wait_while_the_node_is_away(tmp_path: Path, people: People) -> None:
    """None is lost and none is handed on twice, over restarts of either side."""
    node = Node(tmp_path / "node")
    homeserver = Homeserver(tmp_path / "synapse", module(node, "open"))
    try:
        lan, minh = people(homeserver, "lan", "minh")
        room = lan.room(minh)
        event = lan.sent(room, BAIT)
        node.kill()
        minh.report(room, event, WHY)
        until(lambda: "reports are not handed on for now" in homeserver.log.read_text() or None, "a first try")
        homeserver.kill()
        homeserver.start()
        node.start()
        assert status(node, told(minh))["state"] == "open"
        homeserver.kill()
        homeserver.start()
        lan.report(room, event, "báo cáo thứ hai")
        told(lan)
        log = homeserver.log.read_text()
        assert log.count("report 2 is handed on") == 1
        assert WHY not in log
    finally:
        homeserver.kill()
        node.kill()


@pytest.mark.parametrize("most", [MAX_WHY_BYTES, MAX_TEXT_BYTES])
def test_a_long_text_is_cut_between_two_characters(most: int) -> None:
    """At the node's limit and one past it."""
    assert _cut("a" * most, most) == "a" * most
    assert _cut("a" * (most + 1), most) == "a" * most
    assert _cut("a" * (most - 1) + "ế", most) == "a" * (most - 1)
