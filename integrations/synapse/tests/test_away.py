"""What becomes of messages while the node is away, as the operator chose."""

import signal
from collections.abc import Callable
from pathlib import Path

from harness import LISTED, Client, Homeserver, Node, ask, module, until

People = Callable[..., list[Client]]


def test_open_sends_now_and_screens_once_the_node_is_back(tmp_path: Path, people: People) -> None:
    """Also when the homeserver was started anew meanwhile; and a late verdict takes nothing back."""
    node = Node(tmp_path / "node")
    homeserver = Homeserver(tmp_path / "synapse", module(node, "open"))
    try:
        lan, minh = people(homeserver, "lan", "minh")
        room = lan.room(minh)
        lan.sent(room, "trước khi nút vắng")
        node.kill()
        clean = lan.sent(room, "tin trong lúc nút vắng")
        listed = lan.sent(room, f"Vào https://{LISTED} nhận quà")
        taken_back = lan.sent(room, "tin sẽ tự xóa")
        address = f"{lan.url}/_matrix/client/v3/rooms/{room}/redact/{taken_back}/1"
        assert ask("PUT", address, lan.token, {})[0] == 200
        homeserver.kill()
        homeserver.start()
        node.start()
        item = until(lambda: node.item(listed), "the late screening")
        assert item["action"] == "block", item
        until(lambda: node.item(clean), "the late screening")
        until(lambda: "screened now" in homeserver.log.read_text() or None, "the end of the queue")
        # A verdict alone takes nothing back that people have read already: the node opened a case for a person.
        assert any(LISTED in body for body in minh.read(room))
        assert node.item(taken_back) is None
        log = homeserver.log.read_text()
        assert "the node does not screen (no connection): messages are sent, and wait to be screened" in log
        assert LISTED not in log
    finally:
        homeserver.kill()
        node.kill()


def test_closed_refuses_until_the_node_is_back(tmp_path: Path, people: People) -> None:
    """With words that tell the sender to try again, whether the node is gone or only late."""
    node = Node(tmp_path / "node")
    homeserver = Homeserver(tmp_path / "synapse", module(node, "closed", time_limit_ms=3_000))
    try:
        (lan,) = people(homeserver, "lan")
        room = lan.room()
        until(lambda: lan.say(room, "lần đầu").event_id, "the first message")
        node.pause(signal.SIGSTOP)
        late = lan.say(room, "nút chậm")
        node.pause(signal.SIGCONT)
        assert late.event_id is None
        until(lambda: lan.say(room, "nút đã nhanh lại").event_id, "an answer in time")
        node.kill()
        gone = lan.say(room, "nút vắng")
        assert gone.event_id is None
        for refused in (late, gone):
            assert refused.answer["errcode"] == "M_FORBIDDEN"
            assert refused.answer["vn.anlanh.reason"] == "node_away"
            assert refused.answer["error"].startswith("Tin nhắn chưa được gửi: hệ thống kiểm duyệt tạm ngưng")
        node.start()
        until(lambda: lan.say(room, "nút đã trở lại").event_id, "the return of the node")
        bodies = lan.read(room)
        assert "nút chậm" not in bodies
        assert "nút vắng" not in bodies
        log = homeserver.log.read_text()
        assert "no answer within the time limit" in log
        assert "the node screens again" in log
    finally:
        homeserver.kill()
        node.kill()
