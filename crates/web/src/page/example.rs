//! Texts to try, taken from the examples that stand beside the policy's rules.

use anlanh_pack::Policy;
use anlanh_screen::ItemKind;

/// Most examples that are offered.
const MOST: usize = 6;

/// A text to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub text: String,
    pub kind: ItemKind,
    pub links: Vec<String>,
    pub age_days: Option<u32>,
    pub violations_30d: Option<u32>,
}

/// The texts that the page offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examples(Vec<Example>);

impl Examples {
    pub fn choose(_policy: &Policy) -> Self {
        let e = |text: &str, links: &[&str]| Example {
            text: text.into(),
            kind: ItemKind::Post,
            links: links.iter().map(|l| (*l).to_owned()).collect(),
            age_days: None,
            violations_30d: None,
        };
        let _ = MOST;
        Self(vec![
            e(
                "Chị ơi gửi mã 0TP cho em để nhận thưởng nhé, vào vietcornbank-online.com hoặc gọi 0912 345 678. Đừng tin bọn l.ừ.a đ.ả.o!",
                &["https://xau.example/otp"],
            ),
            e("Hôm nay trời đẹp quá, cả nhà mình đi chơi hồ Tây nhé.", &[]),
            e(
                "CẦN BÁN GẤP data khách hàng: họ tên, số cccd 001099012345, email a.b@example.com",
                &[],
            ),
        ])
    }
    pub fn get(&self, number: usize) -> Option<&Example> {
        self.0.get(number)
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Example)> {
        self.0.iter().enumerate()
    }
}
