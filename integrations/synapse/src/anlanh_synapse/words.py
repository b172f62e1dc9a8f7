"""What people read, Vietnamese first and English second."""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def blocked(titles: Iterable[tuple[str, str]], basis: Iterable[str], contact: str, case: str | None) -> str:
    """Why a message was not sent, and how to object."""
    vi, en = zip(*titles, strict=True)
    articles = ", ".join(basis)
    return (
        f"Tin nhắn chưa được gửi. Lý do: {'; '.join(vi)}."
        f"{f' Căn cứ: {articles}.' if articles else ''}"
        " Hệ thống chặn tự động; người kiểm duyệt sẽ xem lại."
        f" Nếu không đồng ý, liên hệ: {contact}{f' (mã vụ việc {case})' if case else ''}.\n"
        f"Your message was not sent. Reason: {'; '.join(en)}."
        f"{f' Basis: {articles}.' if articles else ''}"
        " It was stopped automatically; a moderator will look at it."
        f" To object, contact: {contact}{f' (case {case})' if case else ''}."
    )


def away() -> str:
    """Why nothing can be sent just now."""
    return (
        "Tin nhắn chưa được gửi: hệ thống kiểm duyệt tạm ngưng nên chưa thể kiểm tra nội dung. "
        "Vui lòng thử lại sau ít phút.\n"
        "Your message was not sent: the moderation system is away, so it could not be checked. "
        "Please try again in a few minutes."
    )


def locked(until_ms: int | None, reason: str, objection: str) -> str:
    """Why an account cannot post, until when, and how to object."""
    if until_ms is None:
        until_vi, until_en = "không thời hạn", "without an end"
    else:
        until = datetime.fromtimestamp(until_ms / 1000, VIETNAM)
        until_vi, until_en = f"đến {until:%H:%M ngày %d/%m/%Y}", f"until {until:%Y-%m-%d %H:%M} (UTC+7)"
    return (
        f"Tài khoản của bạn đang bị khóa gửi tin {until_vi}. Lý do: {reason} Khiếu nại tại: {objection}\n"
        f"Your account may not post, {until_en}. Reason: {reason} To object: {objection}"
    )


def removed(decision: str | None) -> str:
    """What everybody in the room reads beside a removed message; it says nothing of its author."""
    return f"Gỡ theo quyết định {decision} của người kiểm duyệt · Removed by moderators, decision {decision}"


def warned(reason: str, basis: Iterable[str], objection: str) -> str:
    """A warning."""
    return _decided(
        "Bạn nhận được cảnh cáo từ người kiểm duyệt.",
        "This is a warning from the moderators.",
        reason,
        basis,
        objection,
    )


def yours_removed(reason: str, basis: Iterable[str], objection: str) -> str:
    """Why a message is gone, for its author alone, and how to object."""
    return _decided(
        "Người kiểm duyệt đã gỡ một tin nhắn của bạn.",
        "A message of yours was removed by the moderators.",
        reason,
        basis,
        objection,
    )


def _decided(vi: str, en: str, reason: str, basis: Iterable[str], objection: str) -> str:
    articles = ", ".join(basis)
    return (
        f"{vi} Lý do: {reason}{f' Căn cứ: {articles}.' if articles else ''}"
        f" Nếu không đồng ý, khiếu nại tại: {objection}\n"
        f"{en} Reason: {reason}{f' Basis: {articles}.' if articles else ''}"
        f" If you disagree, object here: {objection}"
    )


def warning_lifted() -> str:
    """A warning is taken back."""
    return "Cảnh cáo trước đây đối với bạn đã được hủy.\nThe warning that you were given has been taken back."


def may_send_again() -> str:
    """A message that was stopped by a rule was found to be in order."""
    return (
        "Người kiểm duyệt đã xem lại tin nhắn của bạn bị chặn trước đây và cho phép. Bạn có thể gửi lại tin đó.\n"
        "A moderator has looked at the message of yours that was stopped, and allows it. You may send it again."
    )


def removal_lifted() -> str:
    """The removal of a message is reversed, and Matrix cannot bring the message back."""
    return (
        "Quyết định gỡ tin nhắn của bạn đã được hủy. Tin đã gỡ không khôi phục được trên Matrix; bạn có thể gửi lại.\n"
        "The decision to remove your message has been reversed. Matrix cannot restore it; you may send it again."
    )


NO_REASON = "Báo cáo từ ứng dụng Matrix, không nêu lý do."


def reported(status_url: str) -> str:
    """A report has arrived."""
    return (
        f"Đã nhận báo cáo của bạn. Theo dõi và xem kết quả tại liên kết riêng này: {status_url}\n"
        f"Your report has been received. Follow it by this private link: {status_url}"
    )
