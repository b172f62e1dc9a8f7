//! What is erased, what is kept, and why: the certificates, and what the page of an item says of it.

use askama::Template;

use super::Frame;
use super::piece::Moment;

/// How long an item is kept, on its page.
#[derive(Debug, Clone)]
pub struct KeepingView {
    /// How long, or when it was erased, in a sentence.
    pub standing: String,
    /// The holds on it, newest first.
    pub holds: Vec<HoldLine>,
    /// Where a hold is put on it, for whoever may.
    pub hold: Option<String>,
    /// Where it is erased, for whoever may.
    pub erase: Option<String>,
}

/// A hold on an item.
#[derive(Debug, Clone)]
pub struct HoldLine {
    /// Why.
    pub reason: String,
    /// Who, when, until when, in words.
    pub facts: String,
    /// Where it is ended, while it lasts and for whoever may.
    pub release: Option<String>,
}

/// A wish for erasure.
#[derive(Debug, Clone)]
pub struct ErasureLine {
    /// The address of its certificate.
    pub link: String,
    /// Its id.
    pub id: String,
    /// When it was asked.
    pub at: Moment,
    /// What is to be erased, in words.
    pub what: String,
    /// How far it has come, in words.
    pub state: String,
}

/// An account that was to be erased, and was not.
#[derive(Debug, Clone)]
pub struct RefusedErasure {
    /// Its reference, as it was typed.
    pub account: String,
    /// Why not, in a sentence.
    pub why: String,
}

/// Wishes for erasure.
#[derive(Debug, Clone, Template)]
#[template(path = "console/erasures.html")]
pub struct ErasuresPage {
    /// What stands around it.
    pub frame: Frame,
    /// The wishes, newest first.
    pub erasures: Vec<ErasureLine>,
    /// Whether the viewer may have an account's items erased.
    pub may_erase: bool,
    /// The account that was just refused.
    pub refused: Option<RefusedErasure>,
    /// The address of the next page.
    pub next: Option<String>,
}

/// What became of an item.
#[derive(Debug, Clone)]
pub struct FateLine {
    /// The item's id.
    pub item: String,
    /// Its address, where the viewer may see it.
    pub link: Option<String>,
    /// What, in words.
    pub fate: String,
}

/// The certificate of an erasure.
#[derive(Debug, Clone, Template)]
#[template(path = "console/erasure.html")]
pub struct ErasurePage {
    /// What stands around it.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// What is known of it: a word and a value each.
    pub facts: Vec<(String, String)>,
    /// What became of each item.
    pub fates: Vec<FateLine>,
    /// What stays in any case, each with its reason.
    pub remains: Vec<String>,
    /// The address of the next page.
    pub next: Option<String>,
}

impl ErasuresPage {
    const fn w(&self) -> &'static Words {
        Words::of(&self.frame)
    }
}

impl ErasurePage {
    const fn w(&self) -> &'static Words {
        Words::of(&self.frame)
    }
}

/// Words about erasing and keeping.
pub(super) struct Words {
    pub title: &'static str,
    pub certificate: &'static str,
    pub lead: &'static str,
    pub empty: &'static str,
    pub heads: [&'static str; 3],
    pub account: &'static str,
    pub account_hint: &'static str,
    pub erase_account: &'static str,
    pub erase_now: &'static str,
    pub sure_account: &'static str,
    pub items: &'static str,
    pub item: &'static str,
    pub fate: &'static str,
    pub remains: &'static str,
    pub next: &'static str,
    pub keeping: &'static str,
    pub holds: &'static str,
    pub hold: &'static str,
    pub reason: &'static str,
    pub reason_hint: &'static str,
    pub days: &'static str,
    pub put: &'static str,
    pub release: &'static str,
    pub erase: &'static str,
    pub sure: &'static str,
}

impl Words {
    pub(super) const fn of(frame: &Frame) -> &'static Self {
        frame.pick(&VI, &EN)
    }
}

static VI: Words = Words {
    title: "Xóa dữ liệu",
    certificate: "Xác nhận xóa",
    lead: "Mỗi yêu cầu xóa được giữ cho đến khi mọi nội dung của nó đã xóa xong. Vụ việc chưa kết thúc, thời hạn khiếu nại và yêu cầu giữ nguyên làm chậm việc xóa, và lý do được ghi ở đây.",
    empty: "Chưa có yêu cầu xóa nào.",
    heads: ["Yêu cầu lúc", "Xóa gì", "Tình trạng"],
    account: "Mã tài khoản",
    account_hint: "Đúng như nền tảng đã gửi kèm nội dung. Mọi nội dung của tài khoản này sẽ bị xóa.",
    erase_account: "Xóa nội dung của một tài khoản",
    erase_now: "Xóa ngay",
    sure_account: "Nội dung đã xóa không lấy lại được. Quyết định và nhật ký vẫn còn.",
    items: "Từng nội dung",
    item: "Nội dung",
    fate: "Kết quả",
    remains: "Những gì còn lại, và vì sao",
    next: "Trang sau",
    keeping: "Lưu giữ",
    holds: "Yêu cầu giữ nguyên",
    hold: "Giữ nguyên nội dung này",
    reason: "Lý do",
    reason_hint: "Ai yêu cầu, theo văn bản nào.",
    days: "Số ngày (để trống: đến khi có người chấm dứt)",
    put: "Giữ nguyên",
    release: "Thôi giữ nguyên",
    erase: "Xóa nội dung này",
    sure: "Văn bản, liên kết, ảnh, ghi chú và mã người đăng sẽ bị xóa, không lấy lại được. Quyết định vẫn còn.",
};

static EN: Words = Words {
    title: "Erasures",
    certificate: "Certificate of erasure",
    lead: "A wish for erasure stays until each of its items is gone. Open cases, the time for appeals and legal holds delay it, and the reason is told here.",
    empty: "Nobody has wanted anything erased yet.",
    heads: ["Asked", "What", "State"],
    account: "Reference of the account",
    account_hint: "Just as the platform sent it with items. Every item of this account is erased.",
    erase_account: "Erase the items of an account",
    erase_now: "Erase now",
    sure_account: "What is erased does not come back. Decisions and the audit log stay.",
    items: "Item by item",
    item: "Item",
    fate: "What became of it",
    remains: "What stays, and why",
    next: "Next page",
    keeping: "Keeping",
    holds: "Legal holds",
    hold: "Hold this item",
    reason: "Reason",
    reason_hint: "Who asks for it, by which document.",
    days: "Days (empty: until somebody ends it)",
    put: "Hold",
    release: "End the hold",
    erase: "Erase this item",
    sure: "Text, links, pictures, notes and the author's reference are erased and do not come back. Decisions stay.",
};
