//! The pages for those who report something and have no account.

use askama::Template;

use super::Frame;
use super::piece::Moment;

/// One thing that may be reported.
#[derive(Debug, Clone)]
pub struct Reportable {
    /// What the form sends.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// What belongs to it.
    pub meaning: String,
    /// Whether name and address are needed.
    pub needs_contact: bool,
    /// Whether it cannot be reported here for now: it waits for a mail, and none is sent.
    pub is_closed: bool,
    /// Whether it was chosen.
    pub chosen: bool,
}

/// What was filled in.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    /// Where the thing is.
    pub url: String,
    /// Its id.
    pub item: String,
    /// What it says.
    pub text: String,
    /// Why it is reported.
    pub why: String,
    /// Whether it harms whoever reports.
    pub is_own: bool,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// The form where anybody reports something.
#[derive(Debug, Clone, Template)]
#[template(path = "report/form.html")]
pub struct ReportFormPage {
    /// What stands around it.
    pub frame: Frame,
    /// Name of the platform.
    pub site: String,
    /// What may be reported.
    pub reportables: Vec<Reportable>,
    /// What was filled in.
    pub filled: Filled,
    /// What is sent back.
    pub challenge: String,
    /// How many zero bits are asked for.
    pub bits: u32,
    /// Why it was not taken, in a sentence.
    pub error: Option<String>,
}

impl ReportFormPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

/// What has become of a report.
#[derive(Debug, Clone, Template)]
#[template(path = "report/status.html")]
pub struct ReportStatusPage {
    /// What stands around it.
    pub frame: Frame,
    /// The id of the report.
    pub number: String,
    /// Its private address, to be kept; the path alone.
    pub link: String,
    /// The same, whole.
    pub url: String,
    /// How it stands, in a sentence.
    pub standing: String,
    /// What is to be done by whoever made it, in a sentence.
    pub advice: Option<String>,
    /// Where the outcome may be appealed, and what that is called.
    pub appeal: Option<(String, String)>,
    /// What is known of it: name and value.
    pub facts: Vec<(String, String)>,
    /// When it came in.
    pub received: Moment,
    /// Whether a screenshot may be put to it.
    pub takes_picture: bool,
}

impl ReportStatusPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

/// The page behind a link from a mail.
#[derive(Debug, Clone, Template)]
#[template(path = "report/confirm.html")]
pub struct ReportConfirmPage {
    /// What stands around it.
    pub frame: Frame,
    /// The id of the report.
    pub number: String,
    /// Where the form goes.
    pub link: String,
}

impl ReportConfirmPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

/// What was erased, and what was not.
#[derive(Debug, Clone, Template)]
#[template(path = "report/erased.html")]
pub struct ReportErasedPage {
    /// What stands around it.
    pub frame: Frame,
    /// The id of the report.
    pub number: String,
    /// When.
    pub at: Moment,
    /// What was erased.
    pub erased: Vec<String>,
    /// What is kept, and why.
    pub held: Vec<String>,
    /// Whether it is gone from the disk, in a sentence.
    pub disk: String,
}

impl ReportErasedPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    what: &'static str,
    url: &'static str,
    no_url: &'static str,
    item: &'static str,
    text: &'static str,
    kind: &'static str,
    needs_contact: &'static str,
    closed: &'static str,
    why: &'static str,
    whom: &'static str,
    own: &'static str,
    third: &'static str,
    who: &'static str,
    who_hint: &'static str,
    name: &'static str,
    email: &'static str,
    send: &'static str,
    of: &'static str,
    received: &'static str,
    keep: &'static str,
    erase: &'static str,
    erase_means: &'static str,
    confirm: &'static str,
    confirm_means: &'static str,
    erased: &'static str,
    what_erased: &'static str,
    what_held: &'static str,
    again: &'static str,
    process: &'static str,
    picture: &'static str,
    picture_means: &'static str,
    add: &'static str,
}

static VI: Words = Words {
    title: "Phản ánh nội dung vi phạm",
    lead: "Không cần tài khoản. Người đăng không bao giờ biết ai đã phản ánh.",
    what: "Nội dung nào?",
    url: "Liên kết đến nội dung",
    no_url: "Không có liên kết?",
    item: "Mã nội dung",
    text: "Dán nội dung vào đây",
    kind: "Vi phạm gì?",
    needs_contact: "Cần họ tên và email",
    closed: "Loại này cần xác nhận email, mà hệ thống chưa gửi được thư. Hãy liên hệ bên vận hành.",
    why: "Vì sao bạn phản ánh?",
    whom: "Ai bị ảnh hưởng?",
    own: "Chính tôi",
    third: "Người khác hoặc cộng đồng",
    who: "Bạn là ai?",
    who_hint: "Được mã hóa và lưu tách riêng. Có email, bạn nhận được kết quả qua thư sau khi xác nhận địa chỉ.",
    name: "Họ tên",
    email: "Email",
    send: "Gửi phản ánh",
    of: "Phản ánh",
    received: "Nhận lúc",
    keep: "Hãy giữ liên kết này để theo dõi; ai có liên kết đều xem được:",
    erase: "Xóa dữ liệu của tôi",
    erase_means: "Xóa họ tên, email và những gì bạn viết. Liên kết này sẽ không dùng được nữa và bạn sẽ không nhận được kết quả.",
    confirm: "Xác nhận địa chỉ email",
    confirm_means: "Bấm nút để xác nhận rằng bạn đã gửi phản ánh này. Nếu không phải bạn, hãy đóng trang: địa chỉ chưa được xác nhận sẽ bị xóa.",
    erased: "Đã xóa dữ liệu của bạn",
    what_erased: "Đã xóa",
    what_held: "Còn giữ, và vì sao",
    again: "Gửi phản ánh khác",
    process: "Cách xử lý, thời hạn và khiếu nại",
    picture: "Thêm ảnh chụp màn hình",
    picture_means: "JPEG, PNG, GIF hoặc WebP, tối đa 4 MiB. Chỉ gửi được một ảnh.",
    add: "Gửi ảnh",
};

static EN: Words = Words {
    title: "Report something that breaks the rules",
    lead: "No account needed. The author never learns who reported.",
    what: "What is it?",
    url: "Link to it",
    no_url: "No link?",
    item: "Id of the item",
    text: "Paste what it says",
    kind: "What is wrong with it?",
    needs_contact: "Needs name and e-mail",
    closed: "This kind needs a confirmed address, and no mail is sent from here. Write to who runs this site.",
    why: "Why do you report it?",
    whom: "Whom does it harm?",
    own: "Me",
    third: "Somebody else, or everybody",
    who: "Who are you?",
    who_hint: "Encrypted and kept apart. With an e-mail address you hear the outcome by mail once you confirmed it.",
    name: "Full name",
    email: "E-mail",
    send: "Send the report",
    of: "Report",
    received: "Received",
    keep: "Keep this link to follow it; whoever has it can read this page:",
    erase: "Erase my data",
    erase_means: "Erases your name, e-mail address and what you wrote. This link will lead nowhere, and you will not hear the outcome.",
    confirm: "Confirm your e-mail address",
    confirm_means: "Press the button to confirm that you made this report. If you did not, close this page: an address that is not confirmed is erased.",
    erased: "Your data was erased",
    what_erased: "Erased",
    what_held: "Kept, and why",
    again: "Report something else",
    process: "Process, deadlines and appeals",
    picture: "Add a screenshot",
    picture_means: "JPEG, PNG, GIF or WebP, at most 4 MiB. One picture only.",
    add: "Send the picture",
};
