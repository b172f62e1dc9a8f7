//! A past verdict, reached again.

use askama::Template;

use super::{SharedWords, VersionLine, shared};
use crate::console::Frame;

/// A past verdict, reached again.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy/replay.html")]
pub struct ReplayPage {
    /// What stands around it.
    pub frame: Frame,
    /// The item.
    pub item: String,
    /// Whether both are the same.
    pub is_same: bool,
    /// The version that judged.
    pub version: VersionLine,
    /// The lists that were loaded: id and digest.
    pub lists: Vec<(String, String)>,
    /// The verdict as it was answered.
    pub then: String,
    /// The verdict as the replay gives it.
    pub now: String,
}

impl ReplayPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn s(&self) -> &'static SharedWords {
        shared(self.frame.language)
    }
}

struct Words {
    title: &'static str,
    same: &'static str,
    different: &'static str,
    judged_by: &'static str,
    lists: &'static str,
    no_lists: &'static str,
    then: &'static str,
    now: &'static str,
}

static VI: Words = Words {
    title: "Xét lại nội dung",
    same: "Kết quả giống hệt, từng byte: cùng nội dung, cùng chính sách, cùng danh sách thì cùng kết quả.",
    different: "Kết quả khác với lúc đó. Đây là lỗi của hệ thống hoặc dữ liệu đã bị sửa: hãy báo cho người vận hành.",
    judged_by: "Phiên bản đã xét",
    lists: "Danh sách đã dùng",
    no_lists: "Không có danh sách nào được nạp.",
    then: "Kết quả lúc đó",
    now: "Kết quả xét lại",
};

static EN: Words = Words {
    title: "Replay of item",
    same: "The same, byte for byte: the same item, policy and lists give the same verdict.",
    different: "It is not the verdict of that time. Either the system has a defect or data was changed by other hands: \
                tell the operator.",
    judged_by: "The version that judged",
    lists: "Lists that were loaded",
    no_lists: "No list was loaded.",
    then: "The verdict then",
    now: "The verdict now",
};
