//! The API for people: every operation, body and problem of its description.

use std::sync::Arc;

use askama::Template;

use super::Frame;

/// The description of the API, in one language.
#[derive(Debug, Clone, Default)]
pub struct Docs {
    /// What it is, a paragraph each.
    pub lead: Vec<Titled>,
    /// Operations by what they are about.
    pub groups: Vec<Group>,
    /// The bodies that they take and give.
    pub schemas: Vec<Schema>,
}

/// A text of which some parts are names in code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose(Vec<String>);

impl Prose {
    /// A text with its code between backticks.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self(text.split('`').map(str::to_owned).collect())
    }

    /// Its parts in order; every other one is code.
    pub(super) fn parts(&self) -> impl Iterator<Item = (bool, &str)> {
        [false, true].into_iter().cycle().zip(self.0.iter().map(String::as_str))
    }
}

/// A text in the language of the reader, and the same in the other where there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Titled {
    /// The text.
    pub text: Prose,
    /// The same in the other language.
    pub other: Option<Prose>,
}

/// Operations about one thing.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its id on the page.
    pub id: String,
    /// What they are about.
    pub title: Titled,
    /// The operations, in the order of their paths.
    pub operations: Vec<Operation>,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its id on the page, which is that of the description.
    pub id: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// What it does.
    pub title: Titled,
    /// More of it, a paragraph each.
    pub more: Vec<Prose>,
    /// Scopes that a token needs; none where it needs no token.
    pub scopes: Vec<String>,
    /// What the address and the head say.
    pub parameters: Vec<Field>,
    /// The body that it takes.
    pub body: Option<Body>,
    /// What it answers.
    pub answers: Vec<Answer>,
    /// How to ask it from a shell.
    pub curl: String,
}

/// A body that is taken.
#[derive(Debug, Clone)]
pub struct Body {
    /// Its media types.
    pub media: String,
    /// What it is.
    pub kind: Kind,
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status; none for every other one.
    pub status: Option<String>,
    /// When.
    pub when: Prose,
    /// The body.
    pub body: Option<Body>,
}

/// A type, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kind {
    /// What stands before its name.
    pub before: String,
    /// Name of a body on this page.
    pub schema: Option<String>,
    /// What stands after it.
    pub after: String,
}

/// Something with a name and a type.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Where it stands, for a parameter.
    pub place: Option<&'static str>,
    /// Whether it may not be left out.
    pub is_needed: bool,
    /// What it means.
    pub meaning: Prose,
}

/// A body.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Its name, which is its id on the page.
    pub name: String,
    /// What it is.
    pub meaning: Prose,
    /// What it may be, where it is one of several, or holds all fields of.
    pub parts: Vec<Kind>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// How it may look.
    pub example: Option<String>,
}

/// A kind of problem.
#[derive(Debug, Clone)]
pub struct ProblemKind {
    /// Its code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What it is.
    pub title: String,
}

/// The API for people.
#[derive(Debug, Clone, Template)]
#[template(path = "console/docs.html")]
pub struct DocsPage {
    /// What stands around it.
    pub frame: Frame,
    /// The description.
    pub docs: Arc<Docs>,
    /// Every problem.
    pub problems: Vec<ProblemKind>,
}

impl DocsPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    machines: &'static str,
    node: &'static str,
    contents: &'static str,
    token: &'static str,
    no_token: &'static str,
    parameters: &'static str,
    body: &'static str,
    answers: &'static str,
    otherwise: &'static str,
    curl: &'static str,
    schemas: &'static str,
    one_of: &'static str,
    needed: &'static str,
    example: &'static str,
    problems: &'static str,
    problems_lead: &'static str,
    heads: [&'static str; 3],
}

static VI: Words = Words {
    title: "API",
    machines: "Bản mô tả cho máy đọc (OpenAPI 3.1)",
    node: "Các lệnh mẫu dùng hai biến: địa chỉ của nút và mã truy cập.",
    contents: "Mục lục",
    token: "Cần mã truy cập với phạm vi",
    no_token: "Không cần mã truy cập.",
    parameters: "Tham số",
    body: "Nội dung gửi",
    answers: "Trả lời",
    otherwise: "khác",
    curl: "Lệnh mẫu",
    schemas: "Các kiểu dữ liệu",
    one_of: "Gồm",
    needed: "bắt buộc",
    example: "Ví dụ",
    problems: "Mã lỗi",
    problems_lead: "Mỗi lỗi là một tài liệu Problem (RFC 9457); chương trình nên dựa vào code.",
    heads: ["Mã", "HTTP", "Nghĩa"],
};

static EN: Words = Words {
    title: "API",
    machines: "The description for machines (OpenAPI 3.1)",
    node: "Examples use two variables: the address of the node and a token.",
    contents: "Contents",
    token: "Needs a token of the scope",
    no_token: "Needs no token.",
    parameters: "Parameters",
    body: "Body",
    answers: "Answers",
    otherwise: "else",
    curl: "From a shell",
    schemas: "Bodies",
    one_of: "Made of",
    needed: "needed",
    example: "Example",
    problems: "Problems",
    problems_lead: "Each error is a Problem document (RFC 9457); programs go by its code.",
    heads: ["Code", "HTTP", "Meaning"],
};
