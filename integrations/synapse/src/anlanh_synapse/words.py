"""What people read, Vietnamese first and English second."""

from collections.abc import Iterable


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
