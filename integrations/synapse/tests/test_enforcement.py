"""What people decide in the node happens on the homeserver, and the node learns what came of it."""

from collections.abc import Callable
from pathlib import Path

from harness import CONTACT, FACTS, LISTED, MODERATOR, Client, Homeserver, Node, ask, module, until

People = Callable[..., list[Client]]

# Asks for a one-time password: a rule of the pack has a person look at it.
BAIT = "Anh đọc mã OTP vừa gửi về máy giúp em"


def done(node: Node, reference: str, kind: str) -> None:
    """Waits until the homeserver has confirmed the action, which must be done."""
    assert until(lambda: node.confirmation(reference, kind), "the confirmation") == (True, None)


def test_a_removal_takes_the_message_out_of_the_room(node: Node, homeserver: Homeserver, people: People) -> None:
    """Also where the moderator does not belong to the room; and nobody is accused before the others."""
    lan, minh = people(homeserver, "lan", "minh")
    room = lan.room(minh)
    other = lan.sent(room, "tin khác")
    event = lan.sent(room, BAIT)
    node.decide(event, "remove")
    done(node, event, "remove")
    assert minh.read(room) == ["tin khác"]
    address = f"{homeserver.url}/_matrix/client/v3/rooms/{room}/event/"
    _, removed = ask("GET", address + event, minh.token)
    reason = removed["unsigned"]["redacted_because"]["content"]["reason"]
    assert reason.startswith("Gỡ theo quyết định ")
    assert FACTS not in reason
    _, kept = ask("GET", address + other, minh.token)
    assert "redacted_because" not in kept["unsigned"]


def test_the_author_of_a_removed_message_is_told_why(node: Node, homeserver: Homeserver, people: People) -> None:
    """With the basis and where to object, alone with the moderator; and once, however often it is removed."""
    lan, minh = people(homeserver, "lan", "minh")
    room = lan.room(minh)
    event = lan.sent(room, BAIT)
    node.decide(event, "remove")
    done(node, event, "remove")
    direct = until(lambda: lan.invitation(MODERATOR), "the invitation")
    (told,) = lan.read(direct)
    vietnamese, english = told.split("\n")
    assert vietnamese.startswith("Người kiểm duyệt đã gỡ một tin nhắn của bạn.")
    (action,) = (action for action in node.actions() if action["target"]["reference"] == event)
    assert action["basis"]
    for text in (vietnamese, english):
        assert FACTS in text
        assert action["basis"][0] in text
        assert text.endswith(action["appeal_url"] or CONTACT)
    assert minh.invitation(MODERATOR) is None


def test_who_took_a_message_back_is_told_of_the_decision_too(
    node: Node, homeserver: Homeserver, people: People
) -> None:
    """It counts against them all the same."""
    (lan,) = people(homeserver, "lan")
    room = lan.room()
    event = lan.sent(room, BAIT)
    lan.redact(room, event)
    node.decide(event, "remove")
    done(node, event, "remove")
    direct = until(lambda: lan.invitation(MODERATOR), "the invitation")
    (told,) = lan.read(direct)
    assert FACTS in told


def test_the_moderator_removes_under_its_own_name_where_it_may(
    node: Node, homeserver: Homeserver, people: People
) -> None:
    """And so it can where the author has left: nobody gets away with a message by leaving."""
    owner, author = people(homeserver, "chu", "ai")
    room = owner.room(author)
    event = author.sent(room, BAIT)
    address = f"{homeserver.url}/_matrix/client/v3/rooms/{room}"
    assert ask("POST", f"{address}/leave", author.token, {})[0] == 200
    node.decide(event, "remove")
    confirmed = until(lambda: node.confirmation(event, "remove"), "the confirmation")
    assert confirmed[0] is False
    assert MODERATOR in (confirmed[1] or "")

    second = owner.room(author)
    event = author.sent(second, BAIT)
    seat(owner, homeserver, second)
    address = f"{homeserver.url}/_matrix/client/v3/rooms/{second}"
    assert ask("POST", f"{address}/leave", author.token, {})[0] == 200
    node.decide(event, "remove")
    done(node, event, "remove")
    _, removed = ask("GET", f"{address}/event/{event}", owner.token)
    assert removed["unsigned"]["redacted_because"]["sender"] == MODERATOR
    assert "body" not in removed["content"]


def seat(owner: Client, homeserver: Homeserver, room: str) -> None:
    """Lets the moderator into a room with the power to remove: its account is signed in to by nobody else than here."""
    address = f"{homeserver.url}/_matrix/client/v3/rooms/{room}"
    _, power = ask("GET", f"{address}/state/m.room.power_levels/", owner.token)
    power.setdefault("users", {})[MODERATOR] = 50
    assert owner.state(room, "m.room.power_levels", power)[0] == 200
    assert owner.state(room, "m.room.join_rules", {"join_rule": "public"})[0] == 200
    homeserver.join_as(MODERATOR, room)


def test_a_lock_stops_an_account_from_posting_anywhere(node: Node, homeserver: Homeserver, people: People) -> None:
    """Until a moment, with its reason and how to object; reading and taking back stay free."""
    lan, minh = people(homeserver, "lan", "minh")
    room = lan.room(minh)
    earlier = lan.sent(room, "tin trước đó")
    event = lan.sent(room, BAIT)
    lock = {"kind": "temporary_lock", "target": "account", "days": 7}
    node.decide(event, "remove", measures=[lock])
    done(node, node.author(event), "lock")
    refused = lan.say(room, "tin sau khi bị khóa")
    assert refused.event_id is None
    assert refused.answer["vn.anlanh.reason"] == "locked"
    vietnamese, english = refused.answer["error"].split("\n")
    assert vietnamese.startswith("Tài khoản của bạn đang bị khóa gửi tin đến ")
    for text in (vietnamese, english):
        assert FACTS in text
        assert CONTACT in text or "http" in text
    for kind, content in (
        ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": earlier, "key": "👍"}}),
        ("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AAA", "session_id": "s"}),
    ):
        assert lan.send(room, content, kind).event_id is None
    assert lan.state(room, "m.room.topic", {"topic": "chủ đề"})[0] == 403
    create = f"{homeserver.url}/_matrix/client/v3/createRoom"
    assert ask("POST", create, lan.token, {})[1]["vn.anlanh.reason"] == "locked"
    invite = f"{homeserver.url}/_matrix/client/v3/rooms/{room}/invite"
    (vy,) = people(homeserver, "vy")
    assert ask("POST", invite, lan.token, {"user_id": vy.user_id})[1]["vn.anlanh.reason"] == "locked"
    lan.redact(room, earlier)
    assert lan.read(room) == []
    # The other one is not locked.
    minh.sent(room, "mình vẫn gửi được")


def test_a_warning_comes_as_a_message_and_can_be_answered(node: Node, homeserver: Homeserver, people: People) -> None:
    """In a room that nobody else can be brought into, where what it is about may be quoted."""
    lan, minh = people(homeserver, "lan", "minh")
    room = lan.room(minh)
    event = lan.sent(room, BAIT)
    node.decide(event, "remove", measures=[{"kind": "warn", "target": "account"}])
    done(node, node.author(event), "warn")
    direct = until(lambda: lan.invitation(MODERATOR), "the invitation")
    warning, removal = lan.read(direct)
    assert removal.startswith("Người kiểm duyệt đã gỡ")
    assert warning.startswith("Bạn nhận được cảnh cáo từ người kiểm duyệt.")
    assert FACTS in warning
    lan.sent(direct, f"Tôi chỉ nhắc bạn tôi đừng vào https://{LISTED}")
    invite = f"{homeserver.url}/_matrix/client/v3/rooms/{direct}/invite"
    assert ask("POST", invite, lan.token, {"user_id": minh.user_id})[0] == 403


def test_a_block_that_a_person_does_not_uphold_is_told_to_the_author(
    node: Node, homeserver: Homeserver, people: People
) -> None:
    """The message was never sent, so only its author can send it."""
    (lan,) = people(homeserver, "lan")
    room = lan.room()
    refused = lan.say(room, f"Đừng vào https://{LISTED}, đó là lừa đảo")
    event = next(item["id"] for item in node.items() if item["action"] == "block")
    node.decide_case(refused.answer["vn.anlanh.case"], "no_violation")
    done(node, event, "hide")
    direct = until(lambda: lan.invitation(MODERATOR), "the invitation")
    (told,) = lan.read(direct)
    assert "cho phép. Bạn có thể gửi lại" in told


def test_what_matrix_cannot_do_is_said_to_be_not_done(node: Node, homeserver: Homeserver, people: People) -> None:
    """A message that is hidden could not be shown again, so it is not hidden."""
    (lan,) = people(homeserver, "lan")
    room = lan.room()
    event = lan.sent(room, BAIT)
    node.decide(event, "hide")
    confirmed = until(lambda: node.confirmation(event, "hide"), "the confirmation")
    assert confirmed[0] is False
    assert "cannot hide" in (confirmed[1] or "")
    assert lan.read(room) == [BAIT]


def test_the_place_in_the_feed_survives_a_restart(tmp_path: Path, people: People) -> None:
    """What was decided meanwhile is carried out, and what was done before is not done again."""
    node = Node(tmp_path / "node")
    homeserver = Homeserver(tmp_path / "synapse", module(node, "closed"))
    try:
        (lan,) = people(homeserver, "lan")
        room = lan.room()
        first, second, third = (lan.sent(room, BAIT) for _ in range(3))
        node.decide(first, "no_violation")
        node.decide(second, "remove", measures=[{"kind": "warn", "target": "account"}])
        done(node, node.author(second), "warn")
        homeserver.kill()
        node.decide(third, "remove", measures=[{"kind": "temporary_lock", "target": "account", "days": 1}])
        homeserver.start()
        done(node, third, "remove")
        done(node, node.author(third), "lock")
        assert lan.read(room) == [BAIT]
        assert lan.say(room, "vẫn bị khóa").event_id is None
        direct = until(lambda: lan.invitation(MODERATOR), "the invitation")
        told = lan.read(direct)
        assert len(told) == 3, "two removals and a warning"
        homeserver.kill()
        homeserver.start()
        assert lan.say(room, "vẫn bị khóa sau khi khởi động lại").event_id is None
        log = homeserver.log.read_text()
        for action in node.actions():
            # A kill may come between an action and the note that it is done: it is told again and changes nothing.
            assert 1 <= log.count(f"action {action['id']} ") <= 2, action
        assert lan.read(direct) == told
        assert FACTS not in log
    finally:
        homeserver.kill()
        node.kill()
