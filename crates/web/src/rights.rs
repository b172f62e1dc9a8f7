//! Roles and scopes in words, in Vietnamese and English, and which of them a permission asks for. Who may do what stands in
//! `anlanh_model` alone: sentences here are made from its tables.

use anlanh_model::{Permission, Role, Scope};

/// What a role is called.
pub const fn role(role: Role) -> [&'static str; 2] {
    match role {
        Role::Administrator => ["Quản trị viên", "Administrator"],
        Role::PolicyManager => ["Người quản lý chính sách", "Policy manager"],
        Role::Reviewer => ["Người duyệt", "Reviewer"],
        Role::Auditor => ["Kiểm toán viên", "Auditor"],
        Role::SocEngineer => ["Kỹ sư SOC", "SOC engineer"],
    }
}

/// What a role does, in a line.
pub const fn duty(role: Role) -> [&'static str; 2] {
    match role {
        Role::Administrator => [
            "tạo lời mời và mã truy cập, quản lý nút khác và nguồn chỉ dấu; không xét nội dung",
            "invites people, makes tokens, looks after peers and feeds; judges no content",
        ],
        Role::PolicyManager => [
            "soạn và áp dụng chính sách, quyết định vụ việc được chuyển cấp, xử lý yêu cầu của cơ quan có thẩm quyền",
            "writes the policy and puts it in force, decides escalated cases, handles orders of authorities",
        ],
        Role::Reviewer => [
            "nhận và quyết định vụ việc trong hàng đợi",
            "takes and decides cases of the queue",
        ],
        Role::Auditor => [
            "đọc quyết định và nhật ký kiểm toán; không thay đổi gì",
            "reads decisions and the audit log; changes nothing",
        ],
        Role::SocEngineer => [
            "xử lý sự cố, quản lý bộ cảm biến và danh sách chặn của mạng",
            "works at incidents, looks after sensors and the blocklist of the network",
        ],
    }
}

/// What a scope lets a machine do, in a line.
pub const fn scope(scope: Scope) -> [&'static str; 2] {
    match scope {
        Scope::ItemsWrite => ["gửi nội dung vào để xét và lưu", "hand items in to be judged and kept"],
        Scope::ItemsRead => [
            "tìm và đọc nội dung đã lưu, chạy lại kết luận",
            "find and read kept items, and replay their verdicts",
        ],
        Scope::CasesRead => [
            "đọc hàng đợi, vụ việc và quyết định",
            "read the queue, cases and decisions",
        ],
        Scope::CasesWrite => [
            "nhận và quyết định vụ việc, thay mặt một người",
            "take and decide cases, on behalf of a person",
        ],
        Scope::AppealsWrite => [
            "gửi khiếu nại thay người dùng, đọc khiếu nại, lấy liên kết riêng",
            "hand in appeals for users, read appeals, get private links",
        ],
        Scope::PolicyRead => [
            "đọc chính sách, quy tắc và số liệu",
            "read the policy, its rules and figures",
        ],
        Scope::PolicyWrite => [
            "soạn, thử và áp dụng chính sách, thay mặt một người",
            "draft, try and put the policy in force, on behalf of a person",
        ],
        Scope::AuditRead => ["đọc nhật ký kiểm toán", "read the audit log"],
        Scope::ReportsWrite => [
            "gửi phản ánh với tư cách bên được tin cậy",
            "report things as somebody who is trusted",
        ],
        Scope::ActionsRead => [
            "đọc những việc nền tảng phải thi hành",
            "read what the platform is to carry out",
        ],
        Scope::ActionsWrite => [
            "báo đã thi hành hay chưa, gửi dấu hiệu của tài khoản",
            "say whether it was carried out, and send signs of accounts",
        ],
        Scope::ErasuresWrite => [
            "xóa dữ liệu và đọc giấy xác nhận; giữ nguyên nội dung, thay mặt một người",
            "erase data and read certificates; put holds, on behalf of a person",
        ],
        Scope::OrdersRead => [
            "đọc yêu cầu của cơ quan có thẩm quyền và tài liệu kèm theo",
            "read orders of authorities and their documents",
        ],
        Scope::OrdersWrite => [
            "nhập và xử lý yêu cầu của cơ quan có thẩm quyền, thay mặt một người",
            "enter and handle orders of authorities, on behalf of a person",
        ],
        Scope::TaxiiRead => ["đọc các tập dữ liệu qua TAXII", "read collections over TAXII"],
        Scope::TaxiiWrite => [
            "thêm và bớt đối tượng trong các tập dữ liệu qua TAXII",
            "add objects to collections over TAXII, and take them out",
        ],
        Scope::IndicatorsRead => [
            "tra cứu và xuất chỉ dấu, đọc các nguồn",
            "look indicators up and export them, read feeds",
        ],
        Scope::IndicatorsWrite => [
            "nhập chỉ dấu, báo đã thấy chúng; quản lý nguồn, thay mặt một người",
            "enter indicators, tell sightings; manage feeds, on behalf of a person",
        ],
        Scope::BlocklistRead => ["đọc danh sách chặn của mạng", "read the blocklist of the network"],
        Scope::BlocklistFollow => [
            "nhận những địa chỉ đang bị chặn và các thay đổi, để thực thi",
            "be told which addresses are blocked and what changed, to enforce it",
        ],
        Scope::BlocklistWrite => [
            "báo kết quả thăm dò; sửa danh sách chặn, thay mặt một người",
            "tell what probes found; change the blocklist, on behalf of a person",
        ],
        Scope::EventsWrite => ["gửi sự kiện của bộ cảm biến vào", "hand events of sensors in"],
        Scope::IncidentsRead => [
            "đọc sự cố, cảnh báo và kết quả truy tìm",
            "read incidents, alerts and what hunts found",
        ],
        Scope::IncidentsWrite => [
            "mở và ghi sự cố; nhận, khống chế và chia sẻ, thay mặt một người",
            "open and write to incidents; take, contain and share, on behalf of a person",
        ],
        Scope::HuntsWrite => [
            "truy tìm trong sự kiện đã lưu, thay mặt một người",
            "hunt through kept events, on behalf of a person",
        ],
    }
}

/// What a person needs to be allowed something.
pub fn of_person(permission: Permission) -> [String; 2] {
    let [vi, en] = roles(permission);
    [
        format!("cần vai trò {vi}; quản trị viên đổi vai trò ở mục Quyền truy cập"),
        format!("needs the role {en}; an administrator changes roles under Access"),
    ]
}

/// What a token needs to be allowed something.
pub fn of_token(permission: Permission) -> [String; 2] {
    let [vi, en] = roles(permission);
    let scopes = || Scope::ALL.into_iter().filter(|scope| scope.may(permission));
    let keys = |or| either(scopes().map(Scope::key).collect(), or);
    let (vi_keys, en_keys) = (keys("hoặc"), keys("or"));
    if scopes().next().is_none() {
        return [
            format!("không mã truy cập nào làm được việc này; trên trang quản trị, cần vai trò {vi}"),
            format!("no token may do this; in the console it takes the role {en}"),
        ];
    }
    if permission.needs_person() {
        return [
            format!("cần phạm vi {vi_keys}, và mã phải thay mặt (--for) một người có vai trò {vi}"),
            format!("needs the scope {en_keys}, and the token must stand --for a person with the role {en}"),
        ];
    }
    [
        format!("cần phạm vi {vi_keys}; nếu mã thay mặt một người, người đó cần vai trò {vi}"),
        format!("needs the scope {en_keys}; where the token stands for a person, they need the role {en}"),
    ]
}

/// The roles that are allowed something.
fn roles(permission: Permission) -> [String; 2] {
    let named = || Role::ALL.into_iter().filter(|role| role.may(permission)).map(role);
    [
        either(named().map(|[vi, _]| vi).collect(), "hoặc"),
        either(named().map(|[_, en]| en).collect(), "or"),
    ]
}

/// One of these, as it is said.
fn either(names: Vec<&str>, or: &str) -> String {
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} {or} {last}", before.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_said_as_it_can_be_given() {
        let check = |permission: Permission, person: [&str; 2], token: [&str; 2]| {
            let told = |told: [String; 2], begins: [&str; 2]| {
                for (told, begin) in told.iter().zip(begins) {
                    assert!(told.starts_with(begin), "{permission:?}: {told}");
                    assert!(!told.contains(permission.key()), "{permission:?}: {told}");
                }
            };
            told(of_person(permission), person);
            told(of_token(permission), token);
        };
        check(
            Permission::ReadAudit,
            [
                "cần vai trò Quản trị viên hoặc Kiểm toán viên;",
                "needs the role Administrator or Auditor;",
            ],
            ["cần phạm vi audit:read; nếu mã", "needs the scope audit:read; where"],
        );
        check(
            Permission::DecideCases,
            [
                "cần vai trò Người quản lý chính sách hoặc Người duyệt;",
                "needs the role Policy manager or Reviewer;",
            ],
            [
                "cần phạm vi cases:write, và mã phải thay mặt (--for)",
                "needs the scope cases:write, and the token must stand",
            ],
        );
        check(
            Permission::ReadCases,
            [
                "cần vai trò Người quản lý chính sách, Người duyệt hoặc Kiểm toán viên;",
                "needs the role Policy manager, Reviewer or Auditor;",
            ],
            [
                "cần phạm vi cases:read hoặc cases:write;",
                "needs the scope cases:read or cases:write;",
            ],
        );
        check(
            Permission::ManageStaff,
            ["cần vai trò Quản trị viên;", "needs the role Administrator;"],
            ["không mã truy cập nào", "no token may do this"],
        );
    }

    #[test]
    fn every_permission_is_said_without_its_key() {
        for permission in Permission::ALL {
            for told in of_person(permission).into_iter().chain(of_token(permission)) {
                assert!(!told.contains(permission.key()), "{permission:?}: {told}");
                assert!(!told.contains("vai trò ;") && !told.contains("role ;"), "{told}");
            }
        }
    }
}
