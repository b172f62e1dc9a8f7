//! Feeds of indicators: how each stands, what waits for a person, and how one is added.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};
use super::pushes::{PushLine, PushWords, words as push_words};

/// A feed in the list.
#[derive(Debug, Clone)]
pub struct FeedLine {
    /// Its page.
    pub link: String,
    /// What people call it.
    pub name: String,
    /// In which form it is, in words.
    pub kind: &'static str,
    /// How it stands, in words.
    pub state: &'static str,
    /// Class of its state in the style sheet.
    pub tone: &'static str,
    /// What is wrong with it, in words.
    pub alarms: Vec<&'static str>,
    /// How many values it lists.
    pub live: String,
    /// When anything in it changed.
    pub changed: Option<Moment>,
    /// When it was got last.
    pub checked: Option<Moment>,
    /// Why it was not got last.
    pub failure: Option<String>,
}

/// What stands in the form of a feed.
#[derive(Debug, Clone, Default)]
pub struct TypedFeed {
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// How comments begin.
    pub comment: String,
    /// Its columns.
    pub columns: String,
    /// How often it is asked for.
    pub every_minutes: String,
    /// How sure one is of it.
    pub confidence: String,
    /// For how many days it holds.
    pub valid_days: String,
    /// The collection that it fills.
    pub collection: String,
    /// User name.
    pub user: String,
    /// Kinds of feeds.
    pub kinds: Vec<Choice>,
    /// Kinds of values, the first of them none.
    pub values: Vec<Choice>,
    /// Colours.
    pub tlps: Vec<Choice>,
    /// Ways to sign in, the first of them none.
    pub ways: Vec<Choice>,
}

/// Every feed.
#[derive(Debug, Clone, Template)]
#[template(path = "console/feeds.html")]
pub struct FeedsPage {
    /// What stands around it.
    pub frame: Frame,
    /// The feeds, by name.
    pub feeds: Vec<FeedLine>,
    /// Where indicators are pushed to, by name.
    pub pushes: Vec<PushLine>,
    /// The form that adds one; none for those who may not.
    pub form: Option<TypedFeed>,
    /// Why the form was refused.
    pub refused: Option<String>,
}

/// A round of a feed.
#[derive(Debug, Clone)]
pub struct RoundLine {
    /// When.
    pub at: Moment,
    /// What became of it, in words.
    pub outcome: &'static str,
    /// Class of that in the style sheet.
    pub tone: &'static str,
    /// What was wrong with it, in words.
    pub alarms: Vec<&'static str>,
    /// Values that it has, new ones, gone ones, refused ones, known good ones.
    pub counts: [String; 5],
    /// Why it failed, or the first things that cannot be used.
    pub why: Vec<String>,
}

/// What waits for a person.
#[derive(Debug, Clone)]
pub struct HeldRound {
    /// What is wrong with it: a word and an explanation each.
    pub alarms: Vec<(&'static str, &'static str)>,
    /// What is known, and what came: a word and both each.
    pub compared: Vec<(&'static str, String, String)>,
}

/// What became of the patterns of a feed.
#[derive(Debug, Clone)]
pub struct PatternsCard {
    /// How many events are matched against; nothing while the node has not looked at any yet.
    pub used: Option<String>,
    /// How many are left out, where any are.
    pub left_out: Option<String>,
    /// How many look up what is known to be good, where any do.
    pub warned: Option<String>,
    /// The first of them: the id of the object, and why.
    pub first: Vec<(String, String)>,
}

/// One feed.
#[derive(Debug, Clone, Template)]
#[template(path = "console/feed.html")]
pub struct FeedPage {
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
    /// Why it was not got last.
    pub failure: Option<String>,
    /// What waits for a person.
    pub held: Option<HeldRound>,
    /// What is wrong with it beside that: a word and an explanation each.
    pub alarms: Vec<(&'static str, &'static str)>,
    /// Steps that can be taken: what the form sends, the word, and what is to be known before, where one should be sure.
    pub steps: Vec<(&'static str, &'static str, Option<&'static str>)>,
    /// Its settings; none for those who may not change them.
    pub form: Option<TypedFeed>,
    /// Whether indicators are handed in here.
    pub takes: bool,
    /// What became of what was handed in.
    pub taken: Option<String>,
    /// Why something was refused.
    pub refused: Option<String>,
    /// What became of its patterns; none where it has none.
    pub patterns: Option<PatternsCard>,
    /// Its last rounds, newest first.
    pub rounds: Vec<RoundLine>,
    /// Where its indicators are.
    pub indicators: String,
}

impl FeedsPage {
    const fn pushing(&self) -> &'static PushWords {
        push_words(&self.frame)
    }

    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl FeedPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl Words {
    /// What the address of a kind of feed is.
    fn url_hint(&self, kind: &str) -> &'static str {
        let hint = self.url_hints.iter().find(|(key, _)| *key == kind);
        hint.map_or("", |(_, hint)| hint)
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    empty: &'static str,
    heads: [&'static str; 5],
    never: &'static str,
    add: &'static str,
    name: &'static str,
    kind: &'static str,
    url: &'static str,
    url_hints: [(&'static str, &'static str); 8],
    every: &'static str,
    confidence: &'static str,
    valid: &'static str,
    valid_hint: &'static str,
    tlp: &'static str,
    more: &'static str,
    values: &'static str,
    comment: &'static str,
    columns: &'static str,
    columns_hint: &'static str,
    collection: &'static str,
    collection_hint: &'static str,
    way: &'static str,
    user: &'static str,
    secret: &'static str,
    secret_hint: &'static str,
    back: &'static str,
    held: &'static str,
    held_lead: &'static str,
    compared: [&'static str; 3],
    agree: &'static str,
    agree_sure: &'static str,
    refuse: &'static str,
    facts: &'static str,
    failed: &'static str,
    steps: &'static str,
    settings: &'static str,
    save: &'static str,
    enter: &'static str,
    enter_hint: &'static str,
    text: &'static str,
    file: &'static str,
    enter_now: &'static str,
    patterns: &'static str,
    patterns_used: &'static str,
    patterns_left_out: &'static str,
    patterns_warned: &'static str,
    patterns_waiting: &'static str,
    rounds: &'static str,
    no_rounds: &'static str,
    round_heads: [&'static str; 7],
    why: &'static str,
    indicators: &'static str,
}

static VI: Words = Words {
    title: "Nguồn chỉ dấu",
    lead: "Nơi nút này lấy chỉ dấu: máy chủ TAXII, danh sách, gói STIX và những gì người trực nhập tay. Lần cập nhật nào bất thường thì chờ người xem, chưa có gì được áp dụng.",
    empty: "Chưa có nguồn nào.",
    heads: [
        "Nguồn",
        "Tình trạng",
        "Chỉ dấu",
        "Thay đổi gần nhất",
        "Kiểm tra gần nhất",
    ],
    never: "chưa",
    add: "Thêm nguồn",
    name: "Tên nguồn",
    kind: "Dạng",
    url: "Địa chỉ",
    url_hints: [
        (
            "taxii",
            "địa chỉ của chính tập dữ liệu, ví dụ https://may-chu.vi-du.vn/api/collections/mã/.",
        ),
        (
            "list",
            "địa chỉ của tệp văn bản, ví dụ https://nguon.vi-du.vn/danh-sach.txt; có thể nén gzip.",
        ),
        ("table", "địa chỉ của tệp CSV; nêu các cột ở phần “Cách đọc” bên dưới."),
        ("stix", "địa chỉ của tệp JSON là một gói (bundle) STIX 2.1."),
        ("misp", "địa chỉ của thư mục có tệp manifest.json, không kèm tên tệp."),
        (
            "zone",
            "máy chủ và vùng, ví dụ dns://may-chu.vi-du.vn:53/rpz.vi-du.vn. Khóa TSIG (HMAC-SHA256): tên khóa là tên người dùng, khóa Base64 là mật khẩu.",
        ),
        (
            "collection",
            "để trống; nêu mã hoặc bí danh của tập dữ liệu ở phần “Ghi vào tập dữ liệu STIX” bên dưới.",
        ),
        ("hand", "để trống; chỉ dấu được nhập trên trang của nguồn hoặc qua API."),
    ],
    every: "Hỏi lại sau mỗi (phút)",
    confidence: "Độ tin cậy khi nguồn không nêu (0–100)",
    valid: "Hiệu lực khi nguồn không nêu (ngày)",
    valid_hint: "Với danh sách: nếu không lấy được nguồn trong ngần ấy ngày thì không còn chỉ dấu nào có hiệu lực. Để trống: không hết hạn.",
    tlp: "Mức chia sẻ (TLP)",
    more: "Cách đọc, đăng nhập, tập dữ liệu",
    values: "Mọi giá trị là",
    comment: "Dấu đầu dòng chú thích, ngoài #",
    columns: "Các cột của bảng",
    columns_hint: "Ví dụ: value=2,confidence=4,label=name,separator=tab. Số tính từ 1, hoặc tên cột ở dòng đầu.",
    collection: "Ghi vào tập dữ liệu STIX",
    collection_hint: "Mã hoặc bí danh của một tập dữ liệu trong nút này. Để trống: không ghi. Với dạng “Tập dữ liệu STIX của nút này”: chính là tập mà chỉ dấu được lấy từ đó.",
    way: "Đăng nhập",
    user: "Tên người dùng",
    secret: "Mật khẩu hoặc mã",
    secret_hint: "Được niêm phong khi lưu và không hiện lại. Để trống khi sửa: giữ như cũ, nếu địa chỉ không đổi.",
    back: "Các nguồn",
    held: "Một lần cập nhật đang chờ bạn xem",
    held_lead: "Chưa có gì trong lần này được áp dụng: không thêm, không gỡ. Những gì nguồn đã nêu trước đó vẫn giữ nguyên.",
    compared: ["", "Đang dùng", "Lần này"],
    agree: "Đồng ý",
    agree_sure: "Nguồn sẽ được hỏi lại ngay; những gì nguồn có lúc đó được so với lần đang chờ này rồi áp dụng.",
    refuse: "Không đồng ý",
    facts: "Thông tin",
    failed: "Lần gần nhất không lấy được",
    steps: "Việc có thể làm",
    settings: "Thiết lập",
    save: "Lưu",
    enter: "Nhập chỉ dấu",
    enter_hint: "Mỗi dòng một giá trị (tên miền, URL, địa chỉ, dải mạng, mã băm, e-mail), hoặc một gói STIX 2.1. Dòng không dùng được sẽ được nêu kèm lý do.",
    text: "Giá trị",
    file: "hoặc chọn tệp",
    enter_now: "Nhập",
    patterns: "Mẫu STIX",
    patterns_used: "Đang đối chiếu",
    patterns_left_out: "Không dùng được",
    patterns_warned: "Tra theo giá trị tốt",
    patterns_waiting: "Chưa có cảm biến nào gửi sự kiện, hoặc nút vừa khởi động: chưa đối chiếu với mẫu nào.",
    rounds: "Các lần cập nhật",
    no_rounds: "Chưa có lần nào.",
    round_heads: ["Lúc", "Kết quả", "Có", "Thêm", "Gỡ", "Không dùng được", "Được cảnh báo"],
    why: "Lý do",
    indicators: "Xem chỉ dấu của nguồn này",
};

static EN: Words = Words {
    title: "Feeds",
    lead: "Where this node has indicators from: TAXII servers, lists, STIX bundles, and what people enter by hand. A round that is not as it should be waits for a person; until then nothing of it counts.",
    empty: "There are none.",
    heads: ["Feed", "State", "Indicators", "Last change", "Last look"],
    never: "never",
    add: "Add a feed",
    name: "Name",
    kind: "Form",
    url: "Address",
    url_hints: [
        (
            "taxii",
            "the address of the collection itself, as in https://server.example/api/collections/id/.",
        ),
        (
            "list",
            "the address of the text file, as in https://feed.example/list.txt; it may be packed with gzip.",
        ),
        ("table", "the address of the CSV file; say below what its columns are."),
        ("stix", "the address of a JSON file that is a bundle of STIX 2.1."),
        (
            "misp",
            "the address of the folder that manifest.json is in, without the name of the file.",
        ),
        (
            "zone",
            "server and zone, as in dns://server.example:53/rpz.example. Of a TSIG key (HMAC-SHA256) the name is the user, and the secret in Base64 the password.",
        ),
        ("collection", "none; name the collection below by its id or alias."),
        (
            "hand",
            "none; indicators are entered on the page of the feed, or over the API.",
        ),
    ],
    every: "Asked for every (minutes)",
    confidence: "Confidence where the feed says none (0–100)",
    valid: "Validity where the feed says none (days)",
    valid_hint: "Of a list: when it was not got for so many days, nothing of it holds any more. Empty: it does not end.",
    tlp: "How far it may go (TLP)",
    more: "How to read it, sign in, collection",
    values: "Every value is",
    comment: "Sign of comments, beside #",
    columns: "Columns of the table",
    columns_hint: "As in: value=2,confidence=4,label=name,separator=tab. Numbers from 1, or names of the first line.",
    collection: "Fills the STIX collection",
    collection_hint: "Id or alias of a collection of this node. Empty: none. Of the form “STIX collection of this node” the one that indicators are taken from.",
    way: "Sign in",
    user: "User name",
    secret: "Password or token",
    secret_hint: "Kept sealed, and never shown. Left empty on a change it stays as it is, as long as the address does.",
    back: "Feeds",
    held: "A round waits for you",
    held_lead: "Nothing of it counts yet: nothing was added, nothing removed. What the feed listed before stays.",
    compared: ["", "In use", "This round"],
    agree: "Agree",
    agree_sure: "The feed is asked at once; what it has then is held against what waits, and taken over.",
    refuse: "Refuse",
    facts: "Facts",
    failed: "It was not got last",
    steps: "What can be done",
    settings: "Settings",
    save: "Save",
    enter: "Enter indicators",
    enter_hint: "A value a line (name, URL, address, network, digest, e-mail), or a bundle of STIX 2.1. Lines that cannot be used are told with the reason.",
    text: "Values",
    file: "or choose a file",
    enter_now: "Enter",
    patterns: "STIX patterns",
    patterns_used: "Matched with events",
    patterns_left_out: "Left out",
    patterns_warned: "Look up good values",
    patterns_waiting: "No sensor sends events yet, or the node has just started: nothing was matched with any pattern.",
    rounds: "Rounds",
    no_rounds: "None yet.",
    round_heads: ["When", "Outcome", "Has", "Added", "Gone", "Refused", "Known good"],
    why: "Why",
    indicators: "Indicators of this feed",
};
