//! Where indicators are pushed to: how each stands, and how one is added.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// A push in the list.
#[derive(Debug, Clone)]
pub struct PushLine {
    /// Its page.
    pub link: String,
    /// What people call it.
    pub name: String,
    /// How far goes what is pushed.
    pub tlp: String,
    /// How it stands, in words.
    pub state: &'static str,
    /// Class of its state in the style sheet.
    pub tone: &'static str,
    /// How many objects hold on the other side.
    pub live: String,
    /// How many it did not take; none where it took all.
    pub refused: Option<String>,
    /// When it last took something.
    pub pushed: Option<Moment>,
    /// Why nothing was pushed last.
    pub failure: Option<String>,
}

/// What stands in the form of a push.
#[derive(Debug, Clone, Default)]
pub struct TypedPush {
    /// Its name.
    pub name: String,
    /// The address of the collection.
    pub url: String,
    /// How sure one is of what is pushed, at least.
    pub confidence: String,
    /// User name.
    pub user: String,
    /// Kinds that are pushed.
    pub kinds: Vec<Choice>,
    /// Colours.
    pub tlps: Vec<Choice>,
    /// Ways to sign in, the first of them none.
    pub ways: Vec<Choice>,
}

/// Every push.
#[derive(Debug, Clone, Template)]
#[template(path = "console/pushes.html")]
pub struct PushesPage {
    /// What stands around it.
    pub frame: Frame,
    /// The pushes, by name.
    pub pushes: Vec<PushLine>,
    /// The form that adds one; none for those who may not.
    pub form: Option<TypedPush>,
    /// Why the form was refused.
    pub refused: Option<String>,
}

/// One push.
#[derive(Debug, Clone, Template)]
#[template(path = "console/push.html")]
pub struct PushPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its page.
    pub path: String,
    /// What people call it.
    pub name: String,
    /// How it stands, in words.
    pub state: &'static str,
    /// Class of its state in the style sheet.
    pub tone: &'static str,
    /// Since when.
    pub since: Moment,
    /// What is known of it: a word and a value each.
    pub facts: Vec<(&'static str, String)>,
    /// Why nothing was pushed last.
    pub failure: Option<String>,
    /// How many objects the other side did not take, and why, of the last of them.
    pub refusals: Option<(String, String)>,
    /// Steps that can be taken: what the form sends, the word, and what is to be known before, where one should be sure.
    pub steps: Vec<(&'static str, &'static str, Option<&'static str>)>,
    /// Its settings; none for those who may not change them.
    pub form: Option<TypedPush>,
    /// Why something was refused.
    pub refused: Option<String>,
}

impl PushesPage {
    const fn w(&self) -> &'static PushWords {
        words(&self.frame)
    }
}

impl PushPage {
    const fn w(&self) -> &'static PushWords {
        words(&self.frame)
    }
}

/// What is said of pushes, on the page of feeds too.
pub(super) const fn words(frame: &Frame) -> &'static PushWords {
    frame.pick(&VI, &EN)
}

pub(super) struct PushWords {
    pub title: &'static str,
    pub lead: &'static str,
    pub empty: &'static str,
    pub heads: [&'static str; 4],
    pub never: &'static str,
    pub refused: &'static str,
    pub look: &'static str,
    add: &'static str,
    name: &'static str,
    url: &'static str,
    url_hint: &'static str,
    kinds: &'static str,
    kinds_hint: &'static str,
    tlp: &'static str,
    tlp_hint: &'static str,
    confidence: &'static str,
    way: &'static str,
    user: &'static str,
    secret: &'static str,
    secret_hint: &'static str,
    back: &'static str,
    facts: &'static str,
    failed: &'static str,
    not_taken: &'static str,
    steps: &'static str,
    settings: &'static str,
    save: &'static str,
}

static VI: PushWords = PushWords {
    title: "Nơi nhận chỉ dấu",
    lead: "Tập dữ liệu TAXII của máy chủ khác mà nút này đẩy chỉ dấu tới: mỗi chỉ dấu một lần, trong giới hạn TLP đã đặt. Chỉ dấu bị thu hồi ở đây thì cũng được thu hồi ở đó; TLP:RED không bao giờ được gửi đi.",
    empty: "Chưa có nơi nhận nào.",
    heads: ["Nơi nhận", "Tình trạng", "Đang có ở đó", "Đẩy gần nhất"],
    never: "chưa",
    refused: "bị từ chối",
    look: "Thêm hoặc sửa nơi nhận",
    add: "Thêm nơi nhận",
    name: "Tên nơi nhận",
    url: "Địa chỉ tập dữ liệu",
    url_hint: "Địa chỉ của chính tập dữ liệu TAXII 2.1, ví dụ https://may-chu.vi-du.vn/api/collections/mã/.",
    kinds: "Chỉ đẩy những loại này",
    kinds_hint: "Không chọn loại nào: đẩy mọi loại. Dấu vân tay JA3 và JA4 không có trong STIX nên không được đẩy.",
    tlp: "Mức TLP cao nhất được đẩy",
    tlp_hint: "Hạ mức này thì những gì vượt mức sẽ được thu hồi ở bên nhận.",
    confidence: "Độ tin cậy ít nhất (0–100)",
    way: "Đăng nhập",
    user: "Tên người dùng",
    secret: "Mật khẩu hoặc mã",
    secret_hint: "Được niêm phong khi lưu và không hiện lại. Để trống khi sửa: giữ như cũ, nếu địa chỉ không đổi.",
    back: "Các nơi nhận",
    facts: "Thông tin",
    failed: "Lần gần nhất không đẩy được",
    not_taken: "Đối tượng bên nhận không nhận",
    steps: "Việc có thể làm",
    settings: "Thiết lập",
    save: "Lưu",
};

static EN: PushWords = PushWords {
    title: "Pushes of indicators",
    lead: "TAXII collections of other servers that this node pushes its indicators to: each once, as far as the TLP that was set allows. What is revoked here is revoked there; TLP:RED is never sent.",
    empty: "There are none.",
    heads: ["Push", "State", "There now", "Last push"],
    never: "never",
    refused: "refused",
    look: "Add or change a push",
    add: "Add a push",
    name: "Name",
    url: "Address of the collection",
    url_hint: "The address of the TAXII 2.1 collection itself, as in https://server.example/api/collections/id/.",
    kinds: "Push these kinds alone",
    kinds_hint: "None chosen: every kind. STIX has no words for fingerprints of JA3 and JA4; they are not pushed.",
    tlp: "Push up to (TLP)",
    tlp_hint: "When this is lowered, what is above it is revoked on the other side.",
    confidence: "Confidence, at least (0–100)",
    way: "Sign in",
    user: "User name",
    secret: "Password or token",
    secret_hint: "Kept sealed, and never shown. Left empty on a change it stays as it is, as long as the address does.",
    back: "Pushes",
    facts: "Facts",
    failed: "Nothing was pushed last",
    not_taken: "Objects that the other side did not take",
    steps: "What can be done",
    settings: "Settings",
    save: "Save",
};
