"""What counts as said in an event."""

import time

import pytest

from anlanh_synapse.content import Said, said


def check(content: dict[str, object], text: str, *links: str) -> None:
    """A message with this content says this."""
    assert said("m.room.message", content) == Said("message", text, links)


def test_a_formatted_twin_is_said_once() -> None:
    """Its tags part no word, and its breaks part lines."""
    check({"body": "lừa đảo\nkhông", "formatted_body": "l<b>ừ</b>a đ<i>ả</i>o<br/>không"}, "lừa đảo\nkhông")


def test_a_formatted_text_that_differs_is_said_beside_the_body() -> None:
    """Programs read one and people the other."""
    check({"body": "chào", "formatted_body": "<p>ma t&uacute;y</p>"}, "chào\n\nma túy\n")


@pytest.mark.parametrize(
    "tag",
    [
        '<a href="https://a.example/?x=1&amp;y=2">',
        "<a href='https://a.example/?x=1&amp;y=2'>",
        "<A class=x HREF = https://a.example/?x=1&amp;y=2>",
    ],
)
def test_the_address_behind_a_link_is_a_link(tag: str) -> None:
    """However it is quoted."""
    check({"body": "xem", "formatted_body": f"{tag}xem</a>"}, "xem", "https://a.example/?x=1&y=2")


def test_an_edit_says_its_new_text_and_its_fallback() -> None:
    """Each is shown by some client."""
    check({"body": "* b", "m.new_content": {"body": "b"}}, "* b\nb")


def test_the_answers_of_a_poll_are_said() -> None:
    """In the order in which they stand."""
    poll = {
        "org.matrix.msc3381.poll.start": {
            "question": {"org.matrix.msc1767.text": "Đi đâu?"},
            "answers": [{"id": "1", "org.matrix.msc1767.text": "Huế"}, {"id": "2", "org.matrix.msc1767.text": "Vinh"}],
        }
    }
    assert said("org.matrix.msc3381.poll.start", poll) == Said("message", "Đi đâu?\nHuế\nVinh", ())


@pytest.mark.parametrize("kind", ["m.room.encrypted", "m.room.redaction", "m.room.member", "m.call.invite"])
def test_other_events_say_nothing(kind: str) -> None:
    """They hold no text, or none that the server can read."""
    assert said(kind, {"body": "x"}) is None


def test_an_empty_message_says_nothing() -> None:
    """The node would have nothing to judge."""
    assert said("m.room.message", {}) is None
    assert said("m.room.message", {"body": " \n"}) is None


# An event has at most 65,536 bytes; these would take minutes in a parser that looks back.
@pytest.mark.parametrize(
    "formatted",
    [
        "<" * 65_000,
        "<a href=" * 8_000,
        "<a " + 'href="' * 10_000 + ">",
        '<a href="' + "href='" * 10_000 + ">",
        "<a " + "href " * 12_000 + ">",
        "<a " + "href" + " " * 60_000 + ">",
        "&" * 65_000,
        "&#" * 32_000,
        "<!--" * 16_000,
    ],
    ids=range(9),
)
def test_hostile_markup_takes_no_longer_than_other_text(formatted: str) -> None:
    """All of Synapse waits while a text is read."""
    begun = time.process_time()
    said("m.room.message", {"body": "x", "formatted_body": formatted})
    assert time.process_time() - begun < 0.25


def test_deep_content_is_read_without_recursion() -> None:
    """Its depth is the sender's choice."""
    content: dict[str, object] = {"body": "đáy"}
    for _ in range(10_000):
        content = {"a": content}
    check(content, "đáy")
