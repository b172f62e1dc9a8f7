//! Keys in words: what the policy calls them, and what the page calls what the engine reports.

use anlanh_api::Language;
use anlanh_pack::{Evidence, Policy, Text};
use anlanh_screen::{Action, Detector, PersonalKind, Resemblance, Writing};

/// A legal basis in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasisView {
    /// The article and the law, with its number.
    pub cite: String,
    /// What it says, in the pack's words.
    pub summary: String,
    /// Whether the pack itself says that the source still waits to be confirmed.
    pub is_unconfirmed: bool,
}

/// Looks keys up in one language. What the policy does not name is shown as its key.
#[derive(Debug, Clone, Copy)]
pub struct Names<'p> {
    policy: &'p Policy,
    language: Language,
}

impl<'p> Names<'p> {
    /// Names from this policy in this language.
    pub const fn new(policy: &'p Policy, language: Language) -> Self {
        Self { policy, language }
    }

    /// The one of two texts that is in this language.
    pub const fn pick<'t>(self, vi: &'t str, en: &'t str) -> &'t str {
        self.language.pick(vi, en)
    }

    fn text(self, text: &Text) -> String {
        self.language.pick(&text.vi, &text.en).to_owned()
    }

    /// The title of something that may be told about users.
    pub fn information_field(self, key: &str) -> String {
        let field = self.policy.information_field(key);
        field.map_or_else(|| key.to_owned(), |field| self.text(&field.title))
    }

    /// A category's title.
    pub fn category(self, key: &str) -> String {
        let category = self.policy.category(key);
        category.map_or_else(|| key.to_owned(), |category| self.text(&category.title))
    }

    /// The title of a category that the policy has.
    pub fn known_category(self, key: &str) -> Option<String> {
        Some(self.text(&self.policy.category(key)?.title))
    }

    /// The title of what may be reported.
    pub fn reportable(self, key: &str) -> Option<String> {
        Some(self.text(&self.policy.report_category(key)?.title))
    }

    /// The title of a deadline.
    pub fn clock(self, key: &str) -> Option<String> {
        Some(self.text(&self.policy.clock(key)?.title))
    }

    /// The title of an office.
    pub fn office(self, key: &str) -> String {
        let office = self.policy.authority(key);
        office.map_or_else(|| key.to_owned(), |office| self.text(&office.title))
    }

    /// The title of an office that the policy has.
    pub fn known_office(self, key: &str) -> Option<String> {
        Some(self.text(&self.policy.authority(key)?.title))
    }

    /// A rule's title.
    pub fn rule(self, id: &str) -> String {
        let title = self.policy.rule(id).and_then(|(described, _)| described.title.as_ref());
        title.map_or_else(|| id.to_owned(), |title| self.text(title))
    }

    /// A label's title.
    pub fn label(self, key: &str) -> String {
        let label = self.policy.label(key);
        label.map_or_else(|| key.to_owned(), |label| self.text(&label.title))
    }

    /// A blocklist's title.
    pub fn list(self, id: &str) -> String {
        let list = self.policy.list(id);
        list.map_or_else(|| id.to_owned(), |(_, notes)| self.text(&notes.title))
    }

    /// How sure the source of something is, in words.
    pub const fn evidence(self, evidence: Evidence) -> &'static str {
        match evidence {
            Evidence::Gazette => self
                .language
                .pick("toàn văn trên Công báo", "full text of the official gazette"),
            Evidence::Site => self.language.pick(
                "trang chính thức, báo chí hoặc cơ sở dữ liệu pháp luật",
                "an official, press or law-database page",
            ),
            Evidence::Secondary => self.language.pick(
                "tài liệu thứ cấp có dẫn số điều, khoản",
                "a secondary work that cites article numbers",
            ),
            Evidence::Code => self.language.pick(
                "thông lệ ghi trong mã nguồn, không phải quy định pháp luật",
                "practice as found in source code, not law",
            ),
            Evidence::Memory => self.language.pick("chưa được xác nhận", "not confirmed"),
            Evidence::Contradictory => self
                .language
                .pick("các nguồn mâu thuẫn nhau", "sources that contradict each other"),
            Evidence::Own => self
                .language
                .pick("do người soạn bộ quy tắc tự viết", "written by the makers of the pack"),
        }
    }

    /// A legal basis.
    pub fn basis(self, key: &str) -> BasisView {
        let Some((law, article)) = self.policy.basis(key) else {
            return BasisView {
                cite: key.to_owned(),
                summary: String::new(),
                is_unconfirmed: false,
            };
        };
        let (cite, title) = (self.text(&article.cite), self.text(&law.title));
        BasisView {
            cite: format!("{cite}, {title} ({})", law.number),
            summary: self.text(&article.summary),
            is_unconfirmed: law.evidence.is_unconfirmed() || article.evidence.is_unconfirmed(),
        }
    }

    /// An action in a word.
    pub const fn action(self, action: Action) -> &'static str {
        match action {
            Action::Allow => self.language.pick("Cho phép", "Allow"),
            Action::Label => self.language.pick("Gắn nhãn", "Label"),
            Action::Review => self.language.pick("Cần người xem", "Review"),
            Action::Limit => self.language.pick("Hạn chế", "Limit"),
            Action::Block => self.language.pick("Chặn", "Block"),
        }
    }

    /// What an action means, in a sentence.
    pub const fn meaning(self, action: Action) -> &'static str {
        match action {
            Action::Allow => self.language.pick(
                "Không thấy điều gì cần xử lý.",
                "Nothing was found that calls for action.",
            ),
            Action::Label => self.language.pick("Hiển thị kèm nhãn.", "Show it with a label."),
            Action::Review => self.language.pick(
                "Cần một người xem trước khi quyết định.",
                "A person must look before anything is decided.",
            ),
            Action::Limit => self.language.pick(
                "Hạn chế lan truyền cho đến khi có người xem.",
                "Limit its reach until a person has looked.",
            ),
            Action::Block => self.language.pick("Không hiển thị.", "Do not show it."),
        }
    }

    /// A detector in words.
    pub const fn detector(self, detector: Detector) -> &'static str {
        match detector {
            Detector::Lexicon => self.language.pick("Từ vựng", "Lexicon"),
            Detector::Blocklist => self.language.pick("Danh sách chặn", "Blocklist"),
            Detector::LookAlike => self.language.pick("Tên giả mạo", "Look-alike"),
            Detector::PersonalData => self.language.pick("Dữ liệu cá nhân", "Personal data"),
            Detector::Context => self.language.pick("Bối cảnh", "Context"),
        }
    }

    /// A link, in a word.
    pub const fn link(self) -> &'static str {
        self.language.pick("Liên kết", "Link")
    }

    /// How a phrase was written, in words; nothing when plainly.
    pub const fn writing(self, writing: Writing) -> &'static str {
        match writing {
            Writing::Plain => "",
            Writing::WithoutMarks => self.language.pick("thiếu dấu", "without marks"),
            Writing::Disguised => self.language.pick("ngụy trang", "disguised"),
        }
    }

    /// How a name resembles another, in words.
    pub const fn resemblance(self, resemblance: Resemblance) -> &'static str {
        match resemblance {
            Resemblance::Homograph => self.language.pick("nhìn giống hệt", "same to the eye"),
            Resemblance::Misspelling => self.language.pick("sai một chữ", "one letter off"),
            Resemblance::Affix => self.language.pick("thêm đầu, đuôi", "something added"),
            Resemblance::Subdomain => self.language.pick("tên miền con lạ", "label of a stranger"),
        }
    }

    /// A kind of personal data in words.
    pub const fn personal(self, kind: PersonalKind) -> &'static str {
        match kind {
            PersonalKind::Cccd => self.language.pick("số căn cước", "citizen identity number"),
            PersonalKind::Cmnd => self.language.pick("số chứng minh nhân dân", "old identity card number"),
            PersonalKind::Mst => self.language.pick("mã số thuế", "tax code"),
            PersonalKind::Mobile => self.language.pick("số di động", "mobile number"),
            PersonalKind::Landline => self.language.pick("số cố định", "landline number"),
            PersonalKind::BankCard => self.language.pick("số thẻ ngân hàng", "payment card number"),
            PersonalKind::BankAccount => self.language.pick("số tài khoản", "bank account number"),
            PersonalKind::Plate => self.language.pick("biển số xe", "vehicle plate"),
            PersonalKind::Passport => self.language.pick("số hộ chiếu", "passport number"),
            PersonalKind::Bhxh => self.language.pick("mã số bảo hiểm xã hội", "social insurance number"),
            PersonalKind::Email => self.language.pick("địa chỉ thư điện tử", "e-mail address"),
            PersonalKind::Address => self.language.pick("địa chỉ", "street address"),
        }
    }
}
