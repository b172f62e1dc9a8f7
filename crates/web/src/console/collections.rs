//! Collections of STIX objects: what is in each, who may do what with it, and whether it feeds indicators.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// A collection in the list.
#[derive(Debug, Clone)]
pub struct CollectionLine {
    /// Its page.
    pub link: String,
    /// Its title.
    pub title: String,
    /// Its alias, or else its id.
    pub name: String,
    /// What everybody may do with it, in words.
    pub right: &'static str,
    /// How many objects it has.
    pub objects: String,
    /// When the last of them was added.
    pub changed: Option<Moment>,
    /// The page of the feed that it is.
    pub feed: Option<String>,
}

/// What became of an envelope.
#[derive(Debug, Clone)]
pub struct EnvelopeLine {
    /// When it was handed in.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// How it stands, in words.
    pub state: &'static str,
    /// Class of its state in the style sheet.
    pub tone: &'static str,
    /// Objects that are there, refused ones, and those that are not looked at yet.
    pub counts: [u64; 3],
    /// Why the first one was refused.
    pub why: Option<String>,
}

/// What stands in the form of a collection.
#[derive(Debug, Clone, Default)]
pub struct TypedCollection {
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Its alias.
    pub alias: String,
    /// What everybody may do with it: name, word, whether it is chosen.
    pub choices: Vec<Choice>,
    /// Whether what is written is taken over as indicators.
    pub is_feed: bool,
}

/// Every collection.
#[derive(Debug, Clone, Template)]
#[template(path = "console/collections.html")]
pub struct CollectionsPage {
    /// What stands around it.
    pub frame: Frame,
    /// Where clients begin.
    pub address: String,
    /// The collections, in the order in which they were made.
    pub collections: Vec<CollectionLine>,
    /// What was handed in last.
    pub envelopes: Vec<EnvelopeLine>,
    /// The form that makes one; none for those who may not.
    pub form: Option<TypedCollection>,
    /// Why the form was refused.
    pub refused: Option<String>,
}

/// A token, and what it may do with a collection.
#[derive(Debug, Clone)]
pub struct ClientLine {
    /// Its id.
    pub id: String,
    /// What it was named.
    pub name: String,
    /// What it may do, in words.
    pub right: String,
    /// The strictest marking of what it may read, as it is said.
    pub clearance: String,
    /// What it is granted: name, word, whether it is.
    pub granted: Vec<Choice>,
    /// Colours that it may be cleared for; none for those who may not.
    pub tlps: Vec<Choice>,
}

/// One collection.
#[derive(Debug, Clone, Template)]
#[template(path = "console/collection.html")]
pub struct CollectionPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its page.
    pub path: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// What is known of it: a word and a value each.
    pub facts: Vec<(&'static str, String)>,
    /// The page of the feed that it is.
    pub feed: Option<String>,
    /// Whether it may be made one by who looks.
    pub may_feed: bool,
    /// Whether who looks may grant.
    pub may_grant: bool,
    /// Tokens that have to do with collections.
    pub clients: Vec<ClientLine>,
    /// Why something was refused.
    pub refused: Option<String>,
}

impl CollectionsPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl CollectionPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    address: &'static str,
    empty: &'static str,
    heads: [&'static str; 5],
    never: &'static str,
    yes: &'static str,
    no: &'static str,
    envelopes: &'static str,
    no_envelopes: &'static str,
    envelope_heads: [&'static str; 4],
    counts: [&'static str; 3],
    make: &'static str,
    name: &'static str,
    description: &'static str,
    alias: &'static str,
    alias_hint: &'static str,
    rights: &'static str,
    rights_hint: &'static str,
    back: &'static str,
    facts: &'static str,
    feed: &'static str,
    feed_hint: &'static str,
    feed_is: &'static str,
    feed_link: &'static str,
    feed_now: &'static str,
    clients: &'static str,
    clients_hint: &'static str,
    no_clients: &'static str,
    may: &'static str,
    granted: &'static str,
    clearance: &'static str,
    save: &'static str,
}

static VI: Words = Words {
    title: "Tập dữ liệu STIX",
    lead: "Những tập đối tượng STIX mà nút này chia sẻ qua TAXII 2.1. Ai có mã truy cập với phạm vi taxii:read thì đọc, taxii:write thì ghi, trong giới hạn quyền của từng tập và mức TLP của mã.",
    address: "Địa chỉ máy chủ TAXII",
    empty: "Chưa có tập dữ liệu nào.",
    heads: [
        "Tập dữ liệu",
        "Mọi mã được",
        "Đối tượng",
        "Ghi gần nhất",
        "Là nguồn chỉ dấu",
    ],
    never: "chưa",
    yes: "có",
    no: "không",
    envelopes: "Những lần ghi gần đây",
    no_envelopes: "Không có lần ghi nào trong 48 giờ qua.",
    envelope_heads: ["Lúc", "Mã truy cập", "Kết quả", "Đối tượng"],
    counts: ["đã nhận", "bị từ chối", "đang chờ"],
    make: "Tạo tập dữ liệu",
    name: "Tên tập dữ liệu",
    description: "Mô tả",
    alias: "Bí danh",
    alias_hint: "Dùng thay mã trong địa chỉ: chữ không dấu, chữ số, gạch nối. Có thể để trống.",
    rights: "Mọi mã truy cập có phạm vi tương ứng",
    rights_hint: "Bỏ chọn để chỉ những mã được cấp riêng mới đọc hoặc ghi được.",
    back: "Các tập dữ liệu",
    facts: "Thông tin",
    feed: "Nguồn chỉ dấu",
    feed_hint: "Chỉ dấu và lần phát hiện được ghi vào đây sẽ dùng được như từ mọi nguồn khác, mang tên mã đã ghi. Lần ghi bất thường thì chờ người xem; thu hồi thì có hiệu lực ngay.",
    feed_is: "Tập dữ liệu này là một nguồn chỉ dấu.",
    feed_link: "Xem nguồn",
    feed_now: "Lấy chỉ dấu từ tập này",
    clients: "Mã truy cập",
    clients_hint: "Mã có mức TLP thấp hơn nhãn của một đối tượng thì không thấy đối tượng đó.",
    no_clients: "Chưa có mã truy cập nào có phạm vi taxii:read hoặc taxii:write.",
    may: "Được",
    granted: "Cấp riêng",
    clearance: "Mức TLP",
    save: "Lưu",
};

static EN: Words = Words {
    title: "STIX collections",
    lead: "Collections of STIX objects that this node shares over TAXII 2.1. Whoever has a token with taxii:read reads, with taxii:write adds, as far as each collection and the clearance of the token allow.",
    address: "Address of the TAXII server",
    empty: "There are none.",
    heads: [
        "Collection",
        "Every token may",
        "Objects",
        "Last addition",
        "Feeds indicators",
    ],
    never: "never",
    yes: "yes",
    no: "no",
    envelopes: "What was handed in last",
    no_envelopes: "Nothing in the last 48 hours.",
    envelope_heads: ["When", "Token", "Outcome", "Objects"],
    counts: ["taken", "refused", "pending"],
    make: "Make a collection",
    name: "Title",
    description: "Description",
    alias: "Alias",
    alias_hint: "May stand in place of the id: ASCII letters, digits, hyphens. May be empty.",
    rights: "Every token with the scope for it",
    rights_hint: "Without a tick, only tokens that are granted to read or add.",
    back: "Collections",
    facts: "Facts",
    feed: "Feed of indicators",
    feed_hint: "Indicators and sightings that are written here count like those of any feed, in the name of the token that wrote them. What is not as it should be waits for a person; what is revoked counts no more at once.",
    feed_is: "This collection is a feed of indicators.",
    feed_link: "See the feed",
    feed_now: "Take its indicators",
    clients: "Tokens",
    clients_hint: "A token that is cleared for less than an object is marked does not see that object.",
    no_clients: "No token has the scope taxii:read or taxii:write.",
    may: "May",
    granted: "Granted",
    clearance: "Clearance (TLP)",
    save: "Save",
};
