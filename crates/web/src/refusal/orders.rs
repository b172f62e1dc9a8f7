//! What stands in the way of orders of authorities, in words.

use anlanh_app::order::{DocumentError, MAX_DOCUMENT_BYTES, OrderRefusal};
use anlanh_model::{Order, OrderError, OwnerError};

use super::Refusal;

pub(super) fn of_order(refusal: OrderRefusal) -> Refusal {
    match refusal {
        OrderRefusal::Life(error) => of_life(error),
        OrderRefusal::NoDeadline => Refusal::new(
            "bad-order",
            "chính sách không có thời hạn cho loại yêu cầu này: hãy nhập hạn mà yêu cầu nêu",
            "the policy has no deadline for this: enter the one that the order sets",
        ),
        OrderRefusal::NoDocument => Refusal::new(
            "order-not-ready",
            "yêu cầu bằng văn bản hoặc thư điện tử phải có văn bản đính kèm trước khi xác thực",
            "an order on paper or by e-mail has its document before it is authenticated",
        ),
        OrderRefusal::NotKnown => Refusal::new(
            "order-target-unknown",
            "hệ thống chưa từng nhận nội dung nào của đối tượng này: gửi nội dung hoặc hồ sơ của nó trước, hoặc phản đối \"không tìm thấy\"",
            "the node has no item of this target: hand in an item or profile of it first, or contest it as not found",
        ),
        OrderRefusal::ByItsNode => Refusal::new(
            "order-by-hand",
            "yêu cầu này đến từ nút của cơ quan: chỉ nút đó sửa đổi hoặc thu hồi được",
            "this order came from the node of its office: that node amends or withdraws it",
        ),
        OrderRefusal::NotTheirs => Refusal::new(
            "order-out-of-scope",
            "nút gửi thuộc cơ quan khác",
            "the node that sent it speaks for another office",
        ),
        OrderRefusal::NothingToRestore => Refusal::new(
            "order-target-unknown",
            "không còn biện pháp nào đang áp dụng: phản đối \"đã khôi phục\"",
            "nothing holds for it: contest it as restored already",
        ),
        OrderRefusal::Document(error) => of_document(error),
        OrderRefusal::Information(error) => super::information::of_information(error),
    }
}

fn of_document(error: DocumentError) -> Refusal {
    match error {
        DocumentError::TooLarge => Refusal::new(
            "document-too-large",
            format!("mỗi văn bản tối đa {MAX_DOCUMENT_BYTES} byte"),
            format!("a document is at most {MAX_DOCUMENT_BYTES} bytes long"),
        ),
        DocumentError::Unknown => Refusal::new(
            "bad-document",
            "chỉ nhận PDF, JPEG, PNG, GIF, WebP",
            "only PDF, JPEG, PNG, GIF and WebP are taken",
        ),
        DocumentError::TooMany => Refusal::new(
            "bad-document",
            format!("mỗi yêu cầu có tối đa {} văn bản", Order::MAX_DOCUMENTS),
            format!("an order has at most {} documents", Order::MAX_DOCUMENTS),
        ),
    }
}

pub(super) fn of_owner(error: OwnerError) -> Refusal {
    let (code, vi, en) = match error {
        OwnerError::Asked => (
            "owner-not-askable",
            "chủ này đã được yêu cầu gỡ đối tượng này",
            "this owner was asked about this target before",
        ),
        OwnerError::Confidential => (
            "owner-not-askable",
            "yêu cầu đang được bảo mật: chưa được báo cho ai",
            "the order is confidential: nobody may be told yet",
        ),
        OwnerError::NoOwner => (
            "owner-not-askable",
            "nền tảng không cho biết tài khoản, trang, nhóm hoặc kênh này",
            "the platform named no such account, page, group or channel",
        ),
        OwnerError::NoDeadline => (
            "owner-not-askable",
            "chính sách không có thời hạn nào cho chủ trang, nhóm, kênh",
            "the policy has no deadline for owners",
        ),
        OwnerError::Over => (
            "owner-request-over",
            "đã có trả lời, hoặc không còn gì phải làm",
            "it was answered, or nothing is asked any more",
        ),
        OwnerError::NotRemoved => (
            "owner-request-over",
            "chủ chưa báo đã gỡ",
            "the owner did not say that it is removed",
        ),
    };
    Refusal::new(code, vi, en)
}

fn of_life(error: OrderError) -> Refusal {
    let (code, vi, en) = match error {
        OrderError::Owner(error) => return of_owner(error),
        OrderError::NotAuthenticated => (
            "order-not-ready",
            "hãy gọi lại cơ quan và ghi nhận trước",
            "call the office back and note it first",
        ),
        OrderError::NotChecked => (
            "order-not-ready",
            "hãy xác nhận thẩm quyền và căn cứ trước",
            "confirm the scope first",
        ),
        OrderError::NotHeld => ("order-not-ready", "hãy nhận yêu cầu trước", "take the order first"),
        OrderError::OutOfScope => (
            "order-out-of-scope",
            "thẩm quyền, căn cứ hoặc đối tượng không phù hợp: hãy phản đối, hoặc ghi nhận sửa đổi",
            "office, basis or targets do not hold: contest it, or note an amendment",
        ),
        OrderError::Over => ("order-over", "không còn bước nào nữa", "there is no further step"),
        OrderError::Past => ("order-over", "yêu cầu đã qua bước này", "the order is past this step"),
        OrderError::Settled => ("order-over", "đối tượng này đã được xử lý", "this target is dealt with"),
        OrderError::Open => (
            "order-over",
            "còn đối tượng chưa thực hiện hoặc phản đối",
            "targets are neither carried out nor contested",
        ),
        OrderError::UnderWay => (
            "order-over",
            "đã quyết định nhưng hệ thống của nền tảng chưa báo đã làm xong: chờ báo, hoặc tự kiểm tra rồi xác nhận",
            "it is decided, and the platform's systems have not said that it is done: wait, or look and confirm it",
        ),
        OrderError::Done => (
            "order-over",
            "mọi đối tượng đã được thực hiện trong hạn: yêu cầu thêm đối tượng là một yêu cầu mới, có thời hạn riêng; muốn bỏ việc đã làm thì thu hồi",
            "every target is carried out in time: more targets are a new order, with a deadline of its own; to undo what was done, withdraw it",
        ),
        OrderError::PartDone => (
            "order-over",
            "đã thực hiện một phần: hãy phản đối từng đối tượng còn lại",
            "a part is carried out: contest the rest target by target",
        ),
        OrderError::ByHand => (
            "order-by-hand",
            "loại yêu cầu này thực hiện thủ công: hãy ghi việc đã làm",
            "this kind is carried out by hand: say what was done",
        ),
        OrderError::NotByHand => (
            "order-by-hand",
            "loại yêu cầu này hệ thống tự thực hiện",
            "this kind is carried out through the platform",
        ),
        OrderError::NotHere => (
            "order-by-hand",
            "cung cấp thông tin người dùng cần hai người duyệt, ở trang riêng của yêu cầu",
            "information about users takes two approvals, on a page of its own",
        ),
        OrderError::NotInformation => (
            "order-by-hand",
            "yêu cầu này không yêu cầu cung cấp thông tin người dùng",
            "the order asks for no information about users",
        ),
        OrderError::NeedsSecond => (
            "order-needs-second",
            "khóa vĩnh viễn cần người thứ hai: người khác nhận yêu cầu rồi thực hiện",
            "a lock without an end takes a second person: somebody else takes the order and carries it out",
        ),
        OrderError::NoTarget => (
            "bad-order",
            "không có đối tượng với số này",
            "no target has this number",
        ),
        OrderError::Unsuited => (
            "bad-order",
            "loại yêu cầu không áp dụng được cho đối tượng này",
            "what is ordered does not suit the target",
        ),
        OrderError::BadTargets => {
            return Refusal::new(
                "bad-order",
                format!("một yêu cầu có 1 đến {} đối tượng, không lặp lại", Order::MAX_TARGETS),
                format!("an order has 1 to {} targets, each once", Order::MAX_TARGETS),
            );
        }
        OrderError::BadTarget => (
            "bad-order",
            "đối tượng là mã của nền tảng, địa chỉ đầy đủ của một trang (https://…/…), hoặc tên miền",
            "a target is a reference of the platform's, the whole address of a page (https://…/…), or a domain",
        ),
        OrderError::BadMoment => (
            "bad-order",
            "thời điểm không hợp lý: ban hành trước khi nhận, nhận trước bây giờ, gọi lại sau khi nhận, các hạn ở tương lai",
            "moments do not fit: issued before received, received by now, called back after that, ends in the future",
        ),
    };
    Refusal::new(code, vi, en)
}
