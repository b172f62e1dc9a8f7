//! What stands in the way of peers, of their messages, and of orders of this node's office, in words.

use anlanh_app::peer::{MAX_MESSAGE_BYTES, MAX_OPEN_STREAMS, MAX_PEERS, PeerError, ReceiveError};
use anlanh_model::IssuedError;

use super::Refusal;

impl Refusal {
    /// A message of another node is longer than any may be.
    pub fn message_too_large() -> Self {
        Self::new(
            "message-too-large",
            format!("mỗi thông điệp tối đa {MAX_MESSAGE_BYTES} byte"),
            format!("a message has at most {MAX_MESSAGE_BYTES} bytes"),
        )
    }

    /// Why a message of another node is not received.
    pub fn of_message(error: &ReceiveError) -> Self {
        match error {
            ReceiveError::NotSigned(_) => Self::new(
                "message-not-signed",
                "thông điệp giữa các nút phải có chữ ký theo RFC 9421; xem docs/PROTOCOL.md",
                "a message between nodes is signed after RFC 9421; see docs/PROTOCOL.md",
            ),
            ReceiveError::Unknown => Self::new(
                "peer-unknown",
                "chữ ký không thuộc nút nào đã được thêm và đối chiếu vân tay ở đây",
                "the signature is of no node that was added here, with its fingerprint compared",
            ),
            ReceiveError::CutOff => Self::new(
                "peer-cut-off",
                "nút này đã bị ngắt ở đây: người vận hành hai bên cần liên hệ với nhau",
                "this node was cut off here: the operators of both sides should talk",
            ),
            ReceiveError::Clock => Self::new(
                "message-clock",
                "chữ ký ở một thời điểm khác: đồng hồ của hai nút lệch nhau hơn 5 phút",
                "the signature is of another time: the clocks of both nodes differ by more than 5 minutes",
            ),
            ReceiveError::Malformed(error) => Self::new(
                "bad-message",
                "thông điệp không đúng dạng: xem docs/PROTOCOL.md, phần 2",
                format!("{error}; see docs/PROTOCOL.md, part 2"),
            ),
            ReceiveError::Newer { .. } => Self::new(
                "message-newer",
                "nút này chưa biết dạng của thông điệp: cần cập nhật phần mềm ở đây; bên gửi sẽ tự gửi lại",
                "this node does not know the form of the message: it has to be updated, and the sender sends it again",
            ),
            ReceiveError::Elsewhere => Self::new(
                "bad-message",
                "thông điệp không phải từ nút đã ký gửi đến nút này",
                "the message is not from the node that signed it to this one",
            ),
            ReceiveError::OutOfOrder { expected } => Self::new(
                "message-out-of-order",
                format!("đang chờ thông điệp số {expected} của luồng này"),
                format!("message {expected} of this stream is expected"),
            ),
            ReceiveError::Equivocation { expected } => Self::new(
                "message-differs",
                format!("một thông điệp khác đã mang số này; đang chờ số {expected}"),
                format!("another message has this number; {expected} is expected"),
            ),
            ReceiveError::TooManyStreams => Self::new(
                "too-many-streams",
                format!("nút gửi đang có {MAX_OPEN_STREAMS} luồng chưa kết thúc"),
                format!("the sender has {MAX_OPEN_STREAMS} streams open"),
            ),
            ReceiveError::Node(_) => Self::new("unavailable", "hãy gửi lại", "send it again"),
        }
    }
}

pub(super) fn of_peer(error: PeerError) -> Refusal {
    match error {
        PeerError::BadAddress => Refusal::new(
            "bad-peer",
            "địa chỉ nút có dạng https://máy-chủ, không có ? và #",
            "the address of a node is https://host, without ? and #",
        ),
        PeerError::Itself => Refusal::new(
            "bad-peer",
            "đó là địa chỉ của chính nút này",
            "that is this node's own address",
        ),
        PeerError::BadFingerprint => Refusal::new(
            "bad-peer",
            "vân tay gồm 64 chữ số thập lục phân",
            "a fingerprint has 64 hexadecimal digits",
        ),
        PeerError::TooMany => Refusal::new(
            "bad-peer",
            format!("tối đa {MAX_PEERS} nút"),
            format!("at most {MAX_PEERS} nodes"),
        ),
        PeerError::TooLong => Refusal::new(
            "message-too-large",
            format!("yêu cầu dài quá {MAX_MESSAGE_BYTES} byte khi gửi đi: hãy bớt đối tượng"),
            format!("as a message it has more than {MAX_MESSAGE_BYTES} bytes: name fewer targets"),
        ),
        PeerError::NotReachable => Refusal::new(
            "peer-not-active",
            "nút nhận chưa được kết nối hoặc đã bị ngắt: xem trang Các nút",
            "the addressee is not connected, or was cut off: see the page of peers",
        ),
    }
}

pub(super) fn of_issued(error: IssuedError) -> Refusal {
    let (code, vi, en) = match error {
        IssuedError::Signed => (
            "issued-signed",
            "yêu cầu đã ký thì không sửa được nữa: hãy sửa đổi bằng văn bản sửa đổi",
            "what was signed is not changed any more: amend it",
        ),
        IssuedError::NotYet => (
            "issued-signed",
            "yêu cầu chưa được ký hoặc nút nhận chưa xác nhận đã nhận",
            "the order is not signed, or no receipt is there yet",
        ),
        IssuedError::Over => (
            "issued-signed",
            "yêu cầu đã kết thúc hoặc đã được trả lời: không sửa đổi, đôn đốc được nữa; hãy thu hồi, hoặc ban hành yêu cầu mới",
            "the order is answered or over, and is not amended or reminded of any more: withdraw it, or issue a new one",
        ),
        IssuedError::Done => (
            "issued-signed",
            "mọi đối tượng đã được thực hiện trong hạn: yêu cầu thêm đối tượng là một yêu cầu mới; muốn bỏ việc đã làm thì thu hồi",
            "every target is carried out in time: more targets are a new order; to undo what was done, withdraw it",
        ),
        IssuedError::OwnDraft => (
            "issued-own-draft",
            "bạn đã soạn hoặc sửa lần cuối dự thảo này, và cơ quan có người khác có quyền ký: người đó xem lại rồi ký",
            "you wrote the draft as it is, and somebody else here may sign: they look at it and sign",
        ),
        IssuedError::NumberUsed => (
            "issued-number-used",
            "cơ quan đã ký một yêu cầu khác với số này trong năm: xem yêu cầu đó, rồi xác nhận nếu vẫn ký",
            "the office signed another order under this number this year: look at it, and confirm if it is meant",
        ),
        IssuedError::OutOfScope => (
            "order-out-of-scope",
            "thẩm quyền, căn cứ hoặc đối tượng không phù hợp với chính sách đang áp dụng: hãy sửa dự thảo",
            "office, basis or targets do not hold by the policy in force: change the draft",
        ),
    };
    Refusal::new(code, vi, en)
}
