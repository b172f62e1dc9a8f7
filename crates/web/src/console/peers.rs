//! Other nodes: who they are, how they are added, and this node's own card.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// A key of this node.
#[derive(Debug, Clone)]
pub struct OwnKey {
    /// Its fingerprint, in groups as people read them.
    pub groups: Vec<String>,
    /// Since when it signs, where another came before it.
    pub from: Option<Moment>,
    /// Until when it is taken, where another followed it.
    pub until: Option<Moment>,
}

/// Another node.
#[derive(Debug, Clone)]
pub struct PeerLine {
    /// The address that it is cut off at; none where it is cut off.
    pub cut: Option<String>,
    /// The page with its address filled in; none where it need not be added again.
    pub again: Option<String>,
    /// Where what it signed twice under one number is, where it did.
    pub evidence: Option<String>,
    /// Its name, once its card was read.
    pub name: String,
    /// Its address.
    pub url: String,
    /// What it is, in words.
    pub roles: String,
    /// The office that it speaks for, in words.
    pub office: String,
    /// How this node stands to it, in words.
    pub state: &'static str,
    /// Why, in words.
    pub why: Option<&'static str>,
    /// What is to be done about that, in words.
    pub advice: Option<&'static str>,
    /// Class of its state in the style sheet.
    pub tone: &'static str,
    /// Since when.
    pub since: Moment,
    /// The fingerprint that people compared.
    pub groups: Vec<String>,
    /// How many messages wait for it.
    pub waiting: u64,
    /// When it was last heard of.
    pub heard: Option<Moment>,
    /// Why it was not reached last, or what it refuses: in words, as the program says it, and when it is tried again.
    pub failures: Vec<(String, String, Moment)>,
}

/// What stands in the form that adds a node.
#[derive(Debug, Clone, Default)]
pub struct TypedPeer {
    /// Its address.
    pub url: String,
    /// The fingerprint.
    pub fingerprint: String,
}

/// Other nodes, and this one.
#[derive(Debug, Clone, Template)]
#[template(path = "console/peers.html")]
pub struct PeersPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands on this node's card: a word and a value each.
    pub card: Vec<(&'static str, String)>,
    /// The keys of this node that are taken, the one that signs first.
    pub keys: Vec<OwnKey>,
    /// For how many days keys overlap.
    pub overlap_days: i64,
    /// Every other node.
    pub peers: Vec<PeerLine>,
    /// Why the form was refused.
    pub refused: Option<String>,
    /// What stands in the form.
    pub typed: TypedPeer,
    /// Offices, the first of them none.
    pub offices: Vec<Choice>,
}

impl PeersPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    own: &'static str,
    own_hint: &'static str,
    signs: &'static str,
    before: &'static str,
    since: &'static str,
    until: &'static str,
    how: &'static str,
    steps: [&'static str; 4],
    peers: &'static str,
    empty: &'static str,
    heads: [&'static str; 5],
    compared: &'static str,
    waiting: &'static str,
    never: &'static str,
    evidence: &'static str,
    retry: &'static str,
    cut: &'static str,
    cut_sure: &'static str,
    again: &'static str,
    add: &'static str,
    url: &'static str,
    url_hint: &'static str,
    fingerprint: &'static str,
    fingerprint_hint: &'static str,
    office: &'static str,
    office_hint: &'static str,
    rotate: &'static str,
    rotate_hint: [&'static str; 2],
    rotate_sure: &'static str,
    rotate_now: &'static str,
    days: &'static str,
}

static VI: Words = Words {
    title: "Các nút",
    lead: "Những nút khác mà nút này nhận và gửi thông điệp có chữ ký. Mỗi nút được thêm bằng tay, sau khi người vận hành hai bên đã đối chiếu vân tay khóa.",
    own: "Nút này",
    own_hint: "Vân tay của khóa đang ký. Đọc cho người vận hành bên kia qua một kênh khác, từng dòng, từng nhóm bốn ký tự.",
    signs: "Vân tay khóa đang ký",
    before: "Vân tay khóa trước",
    since: "Dùng từ",
    until: "Còn được chấp nhận đến",
    how: "Cách đối chiếu vân tay",
    steps: [
        "Gọi người vận hành bên kia theo số bạn đã biết từ trước. Không dùng số điện thoại hay vân tay trong thư vừa nhận.",
        "Họ đọc vân tay của nút họ; bạn gõ vào biểu mẫu, rồi đọc lại để họ kiểm tra.",
        "Bạn đọc vân tay của nút này; họ gõ vào nút của họ.",
        "Vân tay chỉ có chữ số 0–9 và chữ a–f. “Bê”, “đê” và “e” dễ nghe nhầm: hãy đọc chậm và nhắc lại.",
    ],
    peers: "Các nút khác",
    empty: "Chưa có nút nào. Khi hai bên đã thêm nhau, hai nút tự đọc thẻ của nhau và bắt đầu kết nối.",
    heads: ["Nút", "Cơ quan", "Tình trạng", "Liên lạc", "Việc có thể làm"],
    compared: "Vân tay đã đối chiếu",
    waiting: "thông điệp chờ gửi",
    never: "Chưa liên lạc lần nào",
    evidence: "Tải các thông điệp mâu thuẫn",
    retry: "thử lại",
    cut: "Ngắt",
    cut_sure: "Từ lúc ngắt, nút này không nhận gì của nút kia và không gửi gì cho nút kia, cho đến khi nút kia được thêm lại. Những gì đã nhận và đã gửi vẫn còn nguyên.",
    again: "Thêm lại",
    add: "Thêm nút",
    url: "Địa chỉ của nút",
    url_hint: "Ví dụ: https://an-lanh.vi-du.vn",
    fingerprint: "Vân tay, do người bên kia đọc",
    fingerprint_hint: "64 chữ số thập lục phân. Khoảng trắng, dấu hai chấm và dấu gạch nối được bỏ qua.",
    office: "Nút được thêm phát ngôn cho",
    office_hint: "Yêu cầu của nút kia chỉ được nhận cho đúng cơ quan này, và có giá trị như đã gọi lại xác thực.",
    rotate: "Thay khóa của nút này",
    rotate_hint: [
        "Thay khóa khi nghi ngờ khóa bị lộ hoặc theo lịch của đơn vị. Nút này báo khóa mới cho mọi nút đang kết nối bằng thông điệp ký bằng khóa cũ; hai bên không phải đối chiếu lại.",
        "Thông điệp ký bằng khóa cũ còn được chấp nhận thêm",
    ],
    rotate_sure: "Không quay lại khóa cũ được. Nút được thêm sau lúc này phải đối chiếu vân tay mới.",
    rotate_now: "Thay khóa ngay",
    days: "ngày.",
};

static EN: Words = Words {
    title: "Nodes",
    lead: "Other nodes that this one takes signed messages from and sends them to. Each was added by hand, after the people on both sides compared fingerprints.",
    own: "This node",
    own_hint: "The fingerprint of the key that signs. Read it to whoever runs the other node by another way, line by line, four digits at a time.",
    signs: "Fingerprint of the key that signs",
    before: "Fingerprint of the key before",
    since: "In use since",
    until: "Taken until",
    how: "How to compare fingerprints",
    steps: [
        "Call whoever runs the other node on a number that you knew before. Use no number and no fingerprint from a message that just came.",
        "They read the fingerprint of their node; you type it into the form, and read it back for them to check.",
        "You read the fingerprint of this node; they type it into theirs.",
        "There are the digits 0–9 and the letters a–f alone. “b”, “d” and “e” sound alike: read slowly, and repeat.",
    ],
    peers: "Other nodes",
    empty: "There are none. Once both sides have added each other, the nodes read each other's cards and connect by themselves.",
    heads: ["Node", "Office", "State", "Contact", "What can be done"],
    compared: "Compared fingerprint",
    waiting: "messages wait",
    never: "Never heard of",
    evidence: "Get the messages that differ",
    retry: "tried again",
    cut: "Cut off",
    cut_sure: "From then on nothing is taken from that node and nothing is sent to it, until it is added again. What was received and sent stays as it is.",
    again: "Add again",
    add: "Add a node",
    url: "Address of the node",
    url_hint: "As in: https://an-lanh.vi-du.vn",
    fingerprint: "Fingerprint, as the other side reads it",
    fingerprint_hint: "64 hexadecimal digits. Blanks, colons and hyphens are passed over.",
    office: "It speaks for",
    office_hint: "Orders of that node are taken for this office alone, and count as called back about.",
    rotate: "Follow the key of this node",
    rotate_hint: [
        "Follow the key when it may be known to others, or as your schedule says. This node tells the new key to every connected node in a message under the old one; nobody compares again.",
        "What the old key signed is taken for another",
    ],
    rotate_sure: "There is no way back to the old key. A node that is added after this compares the new fingerprint.",
    rotate_now: "Follow the key now",
    days: "days.",
};
