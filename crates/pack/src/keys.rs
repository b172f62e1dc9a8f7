//! What is defined under which key: finds keys that stand twice and references that lead nowhere.

use std::collections::BTreeMap;

use anlanh_screen::{Said, said};

use crate::mistake::{Log, Place, Placed};
use crate::suggestion::did_you_mean;

/// The keys of one kind of thing, and what others must know of it.
#[derive(Debug)]
pub(crate) struct Keys<V> {
    /// What is meant, in a word: "law".
    what: &'static str,
    defined: BTreeMap<String, (Place, V)>,
    /// Whether a file with more of them could not be read: then a reference that seems to lead nowhere may be right.
    is_partial: bool,
    made_up: usize,
}

impl<V> Keys<V> {
    pub(crate) const fn new(what: &'static str) -> Self {
        Self {
            what,
            defined: BTreeMap::new(),
            is_partial: false,
            made_up: 0,
        }
    }

    /// Lets references lead to what could not be read.
    pub(crate) const fn set_partial(&mut self) {
        self.is_partial = true;
    }

    /// Defines a key, or notes that it is already; gives the key back. For one that could not be read, or stands twice,
    /// it gives another that no pack can hold, so that each thing keeps a key of its own.
    pub(crate) fn define(&mut self, log: &mut Log, key: Option<Placed<&str>>, value: V) -> String {
        self.made_up += 1;
        let made_up = format!("?{}", self.made_up);
        let Some(key) = key else {
            self.is_partial = true;
            return made_up;
        };
        if let Some((first, _)) = self.defined.get(key.value) {
            let (vi, en) = (noun(self.what), self.what);
            let message = said!(
                "{vi} {:?} được định nghĩa hai lần, lần đầu ở",
                "{en} {:?} is defined twice, first at",
                key.value
            );
            log.note_with(key.place, message, *first);
            return made_up;
        }
        self.defined.insert(key.value.to_owned(), (key.place, value));
        key.value.to_owned()
    }

    /// What a reference leads to; notes when it leads nowhere.
    pub(crate) fn resolve(&self, log: &mut Log, key: Placed<&str>) -> Option<&V> {
        let found = self.defined.get(key.value).map(|(_, value)| value);
        if found.is_none() && !self.is_partial {
            let known = self.defined.keys().map(String::as_str);
            let (vi, en, meant) = (noun(self.what), self.what, did_you_mean(key.value, known));
            let message = Said::new(
                format!("không có {vi} {:?}{}", key.value, meant.vi),
                format!("there is no {en} {:?}{}", key.value, meant.en),
            );
            log.note(key.place, message);
        }
        found
    }

    /// Every key with what is known of it, in alphabetical order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.defined.iter().map(|(key, (_, value))| (key.as_str(), value))
    }
}

/// What a part of a pack is called in Vietnamese; keys of a file are called by their own name.
pub(crate) fn noun(what: &str) -> &str {
    match what {
        "this file" => "tệp này",
        "law" => "luật",
        "article" => "điều luật",
        "category" => "nhóm vi phạm",
        "clock" => "thời hạn",
        "clock of incidents" => "thời hạn xử lý sự cố",
        "ladder" => "bậc khóa",
        "label" => "nhãn",
        "authority" => "cơ quan",
        "power" => "quyền yêu cầu",
        "list" => "danh sách",
        "warning list" => "danh sách cảnh báo",
        "identifier" => "loại dữ liệu cá nhân",
        "name" => "tên được bảo vệ",
        "short form" => "từ viết tắt",
        "entry" => "mục từ",
        "rule" => "quy tắc",
        "report" => "loại phản ánh",
        "field" => "lĩnh vực",
        "step" => "bước",
        "level" => "cấp độ",
        "form" => "mẫu báo cáo",
        "playbook" => "quy trình",
        "retention" => "thời hạn lưu",
        other => other,
    }
}
