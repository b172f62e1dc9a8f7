//! What stands around every page: language, theme, navigation, who is signed in.

use anlanh_api::Language;
use anlanh_model::{Permission, Role};

use crate::assets::fingerprint;

/// The style sheet, served at `/assets/console.css`.
pub const STYLE: &str = concat!(
    include_str!("../../assets/base.css"),
    include_str!("../../assets/console.css")
);

/// The script, served at `/assets/console.js`.
pub const SCRIPT: &str = include_str!("../../assets/console.js");

/// The script of the form where anybody reports something, served at `/assets/report.js`.
pub const REPORT_SCRIPT: &str = include_str!("../../assets/report.js");

/// The script of the page of the public log, served at `/assets/log.js`.
pub const LOG_SCRIPT: &str = include_str!("../../assets/log.js");

/// Changes whenever one of these files does.
pub const ASSETS_VERSION: u64 = fingerprint(
    LOG_SCRIPT.as_bytes(),
    fingerprint(
        REPORT_SCRIPT.as_bytes(),
        fingerprint(SCRIPT.as_bytes(), fingerprint(STYLE.as_bytes(), 0xcbf2_9ce4_8422_2325)),
    ),
);

/// Which colours a person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Whatever the device says.
    #[default]
    Device,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The value of `data-theme`; none where the device decides.
    #[must_use]
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::Device => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// How pictures are shown once somebody wants to see them. Without colour much of their force is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pictures {
    /// As they are.
    #[default]
    Colour,
    /// In shades of grey.
    Grey,
}

/// A section of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Cases that wait.
    Queue,
    /// What anybody reported.
    Reports,
    /// What people decided.
    Decisions,
    /// Items that were kept.
    Items,
    /// What the network blocks.
    Blocklist,
    /// Rules, lexicon, and what became of them.
    Policy,
    /// What the node did, in numbers.
    Figures,
    /// How well people decide.
    Quality,
    /// What the platform is to do, and whether it did.
    Actions,
    /// Orders of authorities.
    Orders,
    /// Orders that this node's own office issues.
    Issued,
    /// The centre at a glance.
    Soc,
    /// Incidents.
    Incidents,
    /// Indicators.
    Indicators,
    /// Feeds of indicators.
    Feeds,
    /// Collections of STIX objects.
    Collections,
    /// What was erased, what is kept, and why.
    Erasures,
    /// Who changed what.
    Audit,
    /// Who may do what.
    Access,
    /// Other nodes.
    Peers,
    /// The page that keeps nothing.
    TryIt,
}

impl Section {
    const ALL: [Self; 21] = [
        Self::Queue,
        Self::Reports,
        Self::Decisions,
        Self::Items,
        Self::Blocklist,
        Self::Policy,
        Self::Figures,
        Self::Quality,
        Self::Actions,
        Self::Orders,
        Self::Issued,
        Self::Soc,
        Self::Incidents,
        Self::Indicators,
        Self::Feeds,
        Self::Collections,
        Self::Erasures,
        Self::Audit,
        Self::Access,
        Self::Peers,
        Self::TryIt,
    ];

    /// Where it is.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Queue => "/console/queue",
            Self::Reports => "/console/reports",
            Self::Decisions => "/console/decisions",
            Self::Items => "/console/items",
            Self::Blocklist => "/console/blocklist",
            Self::Policy => "/console/policy",
            Self::Figures => "/console/figures",
            Self::Quality => "/console/quality",
            Self::Actions => "/console/actions",
            Self::Orders => "/console/orders",
            Self::Issued => "/console/issued",
            Self::Soc => "/console/soc",
            Self::Incidents => "/console/incidents",
            Self::Indicators => "/console/indicators",
            Self::Feeds => "/console/feeds",
            Self::Collections => "/console/collections",
            Self::Erasures => "/console/erasures",
            Self::Audit => "/console/audit",
            Self::Access => "/console/access",
            Self::Peers => "/console/peers",
            Self::TryIt => "/",
        }
    }

    /// What one must be permitted to see it; none where everybody may.
    const fn permission(self) -> Option<Permission> {
        match self {
            Self::Queue | Self::Reports | Self::Decisions => Some(Permission::ReadCases),
            Self::Items => Some(Permission::ReadItems),
            Self::Blocklist => Some(Permission::ReadBlocklist),
            Self::Policy => Some(Permission::ReadPolicy),
            Self::Figures => Some(Permission::ReadFigures),
            Self::Quality => Some(Permission::CheckQuality),
            Self::Actions => Some(Permission::ReadActions),
            Self::Orders => Some(Permission::ReadOrders),
            Self::Issued => Some(Permission::ReadIssued),
            Self::Soc | Self::Incidents => Some(Permission::ReadIncidents),
            Self::Indicators | Self::Feeds => Some(Permission::ReadIndicators),
            Self::Collections => Some(Permission::ReadCollections),
            Self::Erasures => Some(Permission::ReadErasures),
            Self::Audit => Some(Permission::ReadAudit),
            Self::Access => Some(Permission::ManageStaff),
            Self::Peers => Some(Permission::ManagePeers),
            Self::TryIt => None,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Queue, Language::Vi) => "Hàng đợi",
            (Self::Queue, Language::En) => "Queue",
            (Self::Reports, Language::Vi) => "Phản ánh",
            (Self::Reports, Language::En) => "Reports",
            (Self::Decisions, Language::Vi) => "Quyết định",
            (Self::Decisions, Language::En) => "Decisions",
            (Self::Items, Language::Vi) => "Nội dung",
            (Self::Items, Language::En) => "Items",
            (Self::Blocklist, Language::Vi) => "Danh sách chặn",
            (Self::Blocklist, Language::En) => "Blocklist",
            (Self::Policy, Language::Vi) => "Chính sách",
            (Self::Policy, Language::En) => "Policy",
            (Self::Figures, Language::Vi) => "Số liệu",
            (Self::Figures, Language::En) => "Figures",
            (Self::Quality, Language::Vi) => "Chất lượng",
            (Self::Quality, Language::En) => "Quality",
            (Self::Actions, Language::Vi) => "Thi hành",
            (Self::Actions, Language::En) => "Actions",
            (Self::Orders, Language::Vi) => "Yêu cầu",
            (Self::Orders, Language::En) => "Orders",
            (Self::Issued, Language::Vi) => "Yêu cầu gửi đi",
            (Self::Issued, Language::En) => "Issued orders",
            (Self::Soc, Language::Vi) => "Giám sát",
            (Self::Soc, Language::En) => "Watch",
            (Self::Incidents, Language::Vi) => "Sự cố",
            (Self::Incidents, Language::En) => "Incidents",
            (Self::Indicators, Language::Vi) => "Chỉ dấu",
            (Self::Indicators, Language::En) => "Indicators",
            (Self::Feeds, Language::Vi) => "Nguồn chỉ dấu",
            (Self::Feeds, Language::En) => "Feeds",
            (Self::Collections, Language::Vi) => "Tập dữ liệu STIX",
            (Self::Collections, Language::En) => "STIX collections",
            (Self::Erasures, Language::Vi) => "Xóa dữ liệu",
            (Self::Erasures, Language::En) => "Erasures",
            (Self::Audit, Language::Vi) => "Nhật ký",
            (Self::Audit, Language::En) => "Audit log",
            (Self::Access, Language::Vi) => "Quyền truy cập",
            (Self::Access, Language::En) => "Access",
            (Self::Peers, Language::Vi) => "Các nút",
            (Self::Peers, Language::En) => "Nodes",
            (Self::TryIt, Language::Vi) => "Thử",
            (Self::TryIt, Language::En) => "Try",
        }
    }
}

/// Whose node a page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Node {
    /// Of nobody who issues orders.
    #[default]
    Plain,
    /// Of an office that issues orders.
    Office,
}

impl Node {
    /// Whether it has this section at all, whoever looks.
    const fn has(self, section: Section) -> bool {
        match self {
            Self::Office => true,
            Self::Plain => !matches!(section, Section::Issued),
        }
    }
}

/// What stands around a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// In which language it is written.
    pub language: Language,
    /// In which colours.
    pub theme: Theme,
    /// How pictures are shown.
    pub pictures: Pictures,
    /// Which section it belongs to.
    pub section: Option<Section>,
    /// Whose node it is a page of.
    pub node: Node,
    /// Who is signed in, by the name shown.
    pub person: Option<String>,
    /// As what they work.
    pub role: Option<Role>,
    /// What every form sends back, to show that it came from a page of ours.
    pub csrf: String,
    /// Where a choice of language or colours leads back to.
    pub back: String,
    /// What stands before the path of every public page: empty, or the address of this node where the page is served under
    /// the host of another.
    pub base: String,
}

/// A way to a public page.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// Where it is.
    pub path: &'static str,
    /// What it is called.
    pub word: &'static str,
    /// Whether it is the page that is shown.
    pub is_here: bool,
}

impl Frame {
    /// The one of two things that is in its language.
    pub(super) const fn pick<'w, W>(&self, vi: &'w W, en: &'w W) -> &'w W {
        match self.language {
            Language::Vi => vi,
            Language::En => en,
        }
    }

    /// The other language: its tag and its own name.
    pub(super) const fn other_language(&self) -> (&'static str, &'static str) {
        match self.language {
            Language::Vi => (Language::En.tag(), "English"),
            Language::En => (Language::Vi.tag(), "Tiếng Việt"),
        }
    }

    /// The colours that come after the present ones: their key and their name.
    pub(super) const fn next_theme(&self) -> (&'static str, &'static str) {
        match (self.theme, self.language) {
            (Theme::Device, Language::Vi) => ("dark", "Nền tối"),
            (Theme::Device, Language::En) => ("dark", "Dark"),
            (Theme::Dark, Language::Vi) => ("light", "Nền sáng"),
            (Theme::Dark, Language::En) => ("light", "Light"),
            (Theme::Light, Language::Vi) => ("device", "Theo thiết bị"),
            (Theme::Light, Language::En) => ("device", "As the device"),
        }
    }

    /// The other way to show pictures: its key and its name.
    pub(super) const fn other_pictures(&self) -> (&'static str, &'static str) {
        match (self.pictures, self.language) {
            (Pictures::Colour, Language::Vi) => ("grey", "Xem ảnh đen trắng"),
            (Pictures::Colour, Language::En) => ("grey", "Show in grey"),
            (Pictures::Grey, Language::Vi) => ("colour", "Xem ảnh màu"),
            (Pictures::Grey, Language::En) => ("colour", "Show in colour"),
        }
    }

    /// Whether pictures are shown in grey.
    pub(super) fn shows_grey(&self) -> bool {
        self.pictures == Pictures::Grey
    }

    /// The language by value, as templates hand fields on by reference.
    pub const fn language(&self) -> Language {
        self.language
    }

    pub fn is_in(&self, section: &Section) -> bool {
        self.section.as_ref() == Some(section)
    }

    /// Whether it is a page for everybody, and nobody of the staff looks at it.
    pub fn is_public(&self) -> bool {
        let is_console = self.back.strip_prefix("/console");
        let is_console = is_console.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        self.person.is_none() && (!is_console || !self.base.is_empty())
    }

    /// Where the name of the product leads: whoever works here to their work, everybody else to the front page.
    pub fn home(&self) -> String {
        match self.person {
            Some(_) => "/console".to_owned(),
            None => format!("{}/", self.base),
        }
    }

    /// The ways between the pages that everybody may read.
    pub fn ways(&self) -> [Way; 6] {
        let here = self.back.split('?').next().unwrap_or_default();
        let way = |path: &'static str, vi: &'static str, en: &'static str| {
            let rest = here.strip_prefix(path).filter(|_| self.base.is_empty());
            let is_here = match path {
                // What was posted elsewhere leads back to the front page, too.
                "/" => self.section == Some(Section::TryIt),
                _ => rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            };
            Way {
                path,
                word: self.language.pick(vi, en),
                is_here,
            }
        };
        [
            way("/", "Kiểm tra nội dung", "Check content"),
            way("/report", "Gửi phản ánh", "Report"),
            way("/blocked", "Tra cứu chặn", "Blocked names"),
            way("/policy", "Quy định", "Policy"),
            way("/transparency", "Minh bạch", "Transparency"),
            way("/log", "Nhật ký công khai", "Public log"),
        ]
    }

    pub const fn words(&self) -> &'static Words {
        self.pick(&VI, &EN)
    }

    #[expect(
        clippy::unused_self,
        reason = "templates reach constants through what they are given"
    )]
    pub(super) const fn assets(&self) -> u64 {
        ASSETS_VERSION
    }

    /// The sections that whoever is signed in may see.
    pub fn sections(&self) -> Vec<Section> {
        let may = |section: &Section| match (section.permission(), self.role) {
            (Some(permission), Some(role)) => role.may(permission),
            (Some(_), None) => false,
            (None, _) => true,
        };
        let here = Section::ALL.into_iter().filter(|section| self.node.has(*section));
        here.filter(may).collect()
    }
}

pub struct Words {
    pub skip: &'static str,
    pub navigation: &'static str,
    pub sign_out: &'static str,
    pub keys: &'static str,
    pub close: &'static str,
    pub published: &'static str,
    pub public: &'static str,
    pub staff: &'static str,
    pub audit_of: &'static str,
    pub orders_of: &'static str,
}

static VI: Words = Words {
    skip: "Đến nội dung chính",
    navigation: "Các mục",
    sign_out: "Đăng xuất",
    keys: "Phím tắt",
    close: "Đóng",
    published: "Quy định",
    public: "Các trang công khai",
    staff: "Dành cho nhân viên",
    audit_of: "Nhật ký của mục này",
    orders_of: "Yêu cầu của cơ quan có thẩm quyền",
};

static EN: Words = Words {
    skip: "Skip to the content",
    navigation: "Sections",
    sign_out: "Sign out",
    keys: "Keys",
    close: "Close",
    published: "Policy",
    public: "Public pages",
    staff: "For staff",
    audit_of: "Audit log of this",
    orders_of: "Orders of authorities",
};
