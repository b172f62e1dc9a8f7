"""What people send on a homeserver is screened before anybody else sees it."""

import json
from collections.abc import Callable

import pytest
from harness import CONTACT, LISTED, Client, Homeserver, Node, ask

People = Callable[..., list[Client]]

FIRST = "$the-first-message"


def test_an_ordinary_message_is_sent_and_kept_under_its_event_id(
    node: Node, homeserver: Homeserver, people: People
) -> None:
    """So that a report or a decision about the event finds the item."""
    lan, minh = people(homeserver, "lan", "minh")
    room = lan.room(minh)
    event_id = lan.sent(room, "Chiều nay mình đi uống cà phê nhé")
    assert "Chiều nay mình đi uống cà phê nhé" in minh.read(room)
    item = node.item(event_id)
    assert item is not None
    assert item["kind"] == "message"


def test_the_node_knows_an_account_by_a_keyed_hash_alone(node: Node, homeserver: Homeserver, people: People) -> None:
    """One account has one reference, two have two, and none of them tells a name."""
    hoa, khanh = people(homeserver, "hoa", "khanh")
    room = hoa.room(khanh)
    events = [hoa.sent(room, "một"), hoa.sent(room, "hai"), khanh.sent(room, "ba")]
    references = [node.author(event) for event in events]
    assert references[0] == references[1] != references[2]
    assert all(reference.startswith("matrix:") and "hoa" not in reference for reference in references)


def test_an_automatic_block_refuses_and_says_why_and_how_to_object(
    node: Node, homeserver: Homeserver, people: People
) -> None:
    """In Vietnamese and in English, with the articles, the case and the operator's contact."""
    nam, tu = people(homeserver, "nam", "tu")
    room = nam.room(tu)
    before = len(node.items())
    sent = nam.say(room, f"Vào https://{LISTED}/nhan-thuong để nhận quà")
    assert sent.event_id is None
    assert sent.answer["errcode"] == "M_FORBIDDEN"
    vietnamese, english = sent.answer["error"].split("\n")
    assert vietnamese.startswith("Tin nhắn chưa được gửi. Lý do: Liên kết nằm trong danh sách chặn của bên vận hành.")
    assert "Reason: Link on the operator's blocklist." in english
    case = sent.answer["vn.anlanh.case"]
    assert case
    for text in (vietnamese, english):
        assert CONTACT in text
        assert case in text
        assert "luat-116-2025/7.2.dd" in text
    assert sent.answer["vn.anlanh.categories"] == ["SC1"]
    assert not any(LISTED in body for body in tu.read(room))
    # What was refused is kept all the same: otherwise nobody could look at it when its author objects.
    after = node.items()
    assert len(after) == before + 1
    kept = node.item(after[0]["id"])
    assert kept is not None
    assert kept["cases"] == [case]
    assert LISTED in kept["text"]


def test_a_score_alone_removes_no_speech(node: Node, homeserver: Homeserver, people: People) -> None:
    """What a person must review is sent meanwhile."""
    thu, vy = people(homeserver, "thu", "vy")
    room = thu.room(vy)
    text = "Anh đọc mã OTP vừa gửi về máy giúp em"
    event_id = thu.sent(room, text)
    assert text in vy.read(room)
    item = node.item(event_id)
    assert item is not None
    assert item["action"] == "review", item


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        pytest.param(
            "m.room.message",
            {
                "msgtype": "m.text",
                "body": "xem ảnh nhé",
                "format": "org.matrix.custom.html",
                "formatted_body": f'<a href="https://{LISTED}/a">xem ảnh nhé</a>',
            },
            id="behind a link's text",
        ),
        pytest.param(
            "m.room.message",
            {
                "msgtype": "m.text",
                "body": "* sửa",
                "m.new_content": {"msgtype": "m.text", "body": f"https://{LISTED}"},
                "m.relates_to": {"rel_type": "m.replace", "event_id": FIRST},
            },
            id="in an edit",
        ),
        pytest.param(
            "m.reaction",
            {"m.relates_to": {"rel_type": "m.annotation", "event_id": FIRST, "key": f"https://{LISTED}"}},
            id="in a reaction",
        ),
        pytest.param(
            "m.room.message",
            {"msgtype": "m.image", "body": f"https://{LISTED}", "url": "mxc://test.example/a"},
            id="in a caption",
        ),
    ],
)
def test_everything_that_a_client_shows_is_screened(
    homeserver: Homeserver, people: People, kind: str, content: dict[str, object]
) -> None:
    """A clean body does not cover for what stands beside it."""
    (author,) = people(homeserver, "ai")
    room = author.room()
    first = author.sent(room, "tin đầu")
    content = json.loads(json.dumps(content).replace(FIRST, first))
    sent = author.send(room, content, kind)
    assert sent.event_id is None
    assert sent.answer["vn.anlanh.reason"] == "blocked"


def test_the_topic_of_a_room_is_screened(homeserver: Homeserver, people: People) -> None:
    """It is read by everybody who comes in, like a message."""
    (author,) = people(homeserver, "ai")
    room = author.room()
    address = f"{homeserver.url}/_matrix/client/v3/rooms/{room}/state/m.room.topic"
    assert ask("PUT", address, author.token, {"topic": "Nhóm đọc sách"})[0] == 200
    status, answer = ask("PUT", address, author.token, {"topic": f"https://{LISTED}"})
    assert status == 403
    assert answer["vn.anlanh.reason"] == "blocked"


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({"name": f"https://{LISTED}"}, id="name"),
        pytest.param({"topic": f"https://{LISTED}"}, id="topic"),
        pytest.param(
            {"initial_state": [{"type": "m.room.topic", "content": {"topic": f"https://{LISTED}"}}]}, id="state"
        ),
    ],
)
def test_a_room_is_not_made_with_a_name_that_is_blocked(
    homeserver: Homeserver, people: People, config: dict[str, object]
) -> None:
    """Synapse does not ask about the first events of a room one by one."""
    (author,) = people(homeserver, "ai")
    address = f"{homeserver.url}/_matrix/client/v3/createRoom"
    assert ask("POST", address, author.token, {"name": "Nhóm đọc sách"})[0] == 200
    status, answer = ask("POST", address, author.token, config)
    assert status == 403
    assert answer["vn.anlanh.reason"] == "blocked"


def test_what_only_the_recipients_can_read_is_not_handed_in(node: Node, homeserver: Homeserver, people: People) -> None:
    """There is nothing to screen in an encrypted event, and its bytes are nobody else's business."""
    (author,) = people(homeserver, "ai")
    room = author.room()
    content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AAA", "session_id": "s", "body": "x"}
    sent = author.send(room, content, "m.room.encrypted")
    assert sent.event_id is not None, sent
    assert node.item(sent.event_id) is None


def test_nothing_of_what_was_sent_is_in_the_log(homeserver: Homeserver, people: People) -> None:
    """Neither of what passed nor of what was refused."""
    (an,) = people(homeserver, "an")
    room = an.room()
    an.sent(room, "bí mật giữa hai người: hoa-sen-trắng")
    assert an.say(room, f"hoa-sen-đỏ https://{LISTED}").event_id is None
    log = homeserver.log.read_text()
    assert "messages are screened by" in log
    assert "hoa-sen" not in log
    assert LISTED not in log
