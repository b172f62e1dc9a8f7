//! What counters are called.

use anlanh_screen::Counter;

/// A counter in Vietnamese and English.
pub const fn name(counter: Counter) -> (&'static str, &'static str) {
    match counter {
        Counter::AuthorItemsHour => ("Bài của người này trong 1 giờ", "Items by this author in an hour"),
        Counter::AuthorItemsDay => ("Bài của người này trong 24 giờ", "Items by this author in a day"),
        Counter::AuthorItemsTotal => ("Bài của người này từ trước đến nay", "Items by this author, ever"),
        Counter::AuthorTextsDay => ("Số bài khác nhau trong 24 giờ", "Distinct texts in a day"),
        Counter::AuthorHostsDay => ("Số tên miền đã dẫn trong 24 giờ", "Distinct hosts linked in a day"),
        Counter::HostItemsHour => (
            "Bài dẫn tên miền này trong 1 giờ",
            "Items linking to this host in an hour",
        ),
        Counter::HostItemsDay => (
            "Bài dẫn tên miền này trong 24 giờ",
            "Items linking to this host in a day",
        ),
        Counter::HostItemsTotal => (
            "Bài dẫn tên miền này từ trước đến nay",
            "Items linking to this host, ever",
        ),
        Counter::HostAuthorsDay => (
            "Người dẫn tên miền này trong 24 giờ",
            "Authors linking to this host in a day",
        ),
        Counter::TextItemsHour => ("Bài giống bài này trong 1 giờ", "Items with this text in an hour"),
        Counter::TextItemsDay => ("Bài giống bài này trong 24 giờ", "Items with this text in a day"),
        Counter::TextItemsTotal => ("Bài giống bài này từ trước đến nay", "Items with this text, ever"),
        Counter::TextAuthorsDay => (
            "Người đăng bài giống bài này trong 24 giờ",
            "Authors of this text in a day",
        ),
    }
}
