//! The words that tell one number from another: `stk`, `căn cước`, `biển số`, `ngõ`, `triệu`, `chín`.
//!
//! Words are compared over folded letters, so they count without their marks; a word typed with *other* marks than its
//! own does not (`quán` is never `quận`). The vocabulary belongs to the detectors, not to the pack: it is what makes
//! their stated precision true.

use super::formats;
use crate::fold::{Folded, Gap, Key, Marks, Token};

/// What a word near a number says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// Call or write to me.
    Phone,
    /// An account number follows.
    Account,
    /// A bank's name, or the word bank.
    Bank,
    /// Money is to be sent.
    Transfer,
    /// A payment card.
    Card,
    /// Citizen identity.
    Cccd,
    /// Old identity card.
    Cmnd,
    /// Tax code.
    Mst,
    /// Social or health insurance.
    Bhxh,
    /// Vehicle plate.
    Plate,
    /// Passport.
    Passport,
    /// Driving licence: also twelve digits, and no kind of its own.
    Licence,
    /// Orders, parcels, devices, goods: numbers of things.
    Thing,
}

impl Cue {
    /// How many there are.
    pub(super) const COUNT: usize = 13;
}

/// Levels of a street address, finest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// `số 12`: a house, if more of an address follows.
    Number,
    /// `số nhà 12`.
    House,
    /// `ngõ 34`.
    Alley,
    /// `đường Láng`.
    Street,
    /// `tổ 3`, `ấp 2`.
    Hamlet,
    /// `phường 5`, `xã …`.
    Ward,
    /// `quận 1`, `huyện …`.
    District,
    /// `tỉnh …`, and the provinces by name.
    Province,
}

/// What a word means to the detectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// See [`Cue`].
    Cue(Cue),
    /// Opens a part of an address.
    Place(Level),
    /// A province or large city by name.
    Province,
    /// An address follows.
    AddressCue,
    /// A digit in words, or a letter that stands for one.
    Digit(u8),
    /// What is counted or paid: the number before it is an amount.
    Unit,
    /// The sign of an e-mail address, spelled.
    At,
    /// Begins like another word here and means nothing.
    Nothing,
}

const CUES: &[(Cue, &str)] = &[
    (
        Cue::Phone,
        "sđt|sdt|số đt|số điện thoại|điện thoại|đt|dđ|đtdđ|đtlh|sđtlh|số máy|di động|zalo|zl|gọi|alo|liên hệ|lh|\
         hotline|phone|tel|\
         mobile|call|nhắn tin|sms|whatsapp|viber|telegram|momo|zalopay|viettelpay|số dt|so dt|sim|gọi cho|contact",
    ),
    (
        Cue::Account,
        "stk|số tài khoản|số tk|sotk|tài khoản|tk|ctk|chủ tài khoản|chủ tk|tài khoản số|account number|\
         bank account|acc",
    ),
    (
        Cue::Bank,
        "ngân hàng|bank|nh|vietcombank|vcb|techcombank|tcb|mbbank|mb bank|mb|bidv|vietinbank|vietin|ctg|\
         agribank|agri|acb|\
         vpbank|vp bank|vpb|tpbank|tp bank|tpb|sacombank|stb|hdbank|vib|shb|eximbank|msb|ocb|seabank|scb|lpbank|\
         lienvietpostbank|bắc á bank|nam á bank|namabank|abbank|ncb|pvcombank|kienlongbank|vietabank|bvbank|\
         cake|timo|ubank|\
         woori|shinhan|hsbc|cimb|uob|baovietbank|oceanbank|gpbank|dongabank|pgbank|saigonbank|vietbank|coopbank|\
         vrb|ivb",
    ),
    (Cue::Transfer, "chuyển khoản|ck|banking|chuyển tiền|nạp tiền"),
    (
        Cue::Card,
        "số thẻ|thẻ|visa|mastercard|napas|atm|jcb|thẻ tín dụng|thẻ ghi nợ|credit card|card",
    ),
    (
        Cue::Cccd,
        "cccd|căn cước|căn cước công dân|thẻ căn cước|số căn cước|số định danh|định danh cá nhân|mã định danh|\
         số cccd|ccd",
    ),
    (
        Cue::Cmnd,
        "cmnd|cmt|cmtnd|chứng minh|chứng minh thư|chứng minh nhân dân|số cmnd|số cmt|giấy chứng minh",
    ),
    (
        Cue::Mst,
        "mst|mã số thuế|mã thuế|tax code|tax id|mã số doanh nghiệp|mã số dn|msdn|mst cá nhân|thuế",
    ),
    (
        Cue::Bhxh,
        "bhxh|bhyt|bảo hiểm xã hội|bảo hiểm y tế|sổ bảo hiểm|số bảo hiểm|mã bảo hiểm|thẻ bảo hiểm|thẻ bhyt|\
         sổ bhxh|số bhxh",
    ),
    (
        Cue::Plate,
        "biển số|biển số xe|bks|bsx|biển kiểm soát|biển xe|biển đăng ký|biển|bs",
    ),
    (Cue::Passport, "hộ chiếu|số hộ chiếu|passport|passport no"),
    (Cue::Licence, "gplx|bằng lái|bằng lái xe|giấy phép lái xe|số gplx|blx"),
    (
        Cue::Thing,
        "mã đơn|đơn hàng|mã đơn hàng|số đơn|mã vận đơn|vận đơn|mvđ|order|tracking|sku|imei|isbn|serial|seri|mã sp|\
         mã sản phẩm|mã hàng|barcode|mã vạch|mã giao dịch|mã gd|mã tra cứu|hóa đơn|số hóa đơn|id|uid|mã|otp|\
         mã otp|part|model",
    ),
];

const PLACES: &[(Level, &str)] = &[
    (Level::Number, "số"),
    (Level::House, "số nhà|nhà số|sn|căn hộ|căn hộ số"),
    (Level::Alley, "ngõ|ngách|hẻm|kiệt|hẽm"),
    (Level::Street, "đường|phố|đại lộ|quốc lộ|tỉnh lộ|đg"),
    (
        Level::Hamlet,
        "tổ|tổ dân phố|tdp|khu phố|kp|thôn|ấp|xóm|khóm|bản|buôn|khu|lô",
    ),
    (Level::Ward, "phường|xã|thị trấn|đặc khu|p|f"),
    (Level::District, "quận|huyện|thị xã|q|h|tx"),
    (Level::Province, "tỉnh|thành phố|tp"),
];

const PROVINCE_WORDS: &str = "sài gòn|tphcm|tp hcm|hcm|hn|huế|vũng tàu|nha trang|đà lạt|buôn ma thuột|biên hòa|\
thủ đức|\
                              bình thạnh|gò vấp|tân bình|phú nhuận|tân phú|cầu giấy|đống đa|hai bà trưng|\
                              thanh xuân|\
                              hoàng mai|long biên|hà đông|ba đình|hoàn kiếm|tây hồ";

const OTHERS: &[(Word, &str)] = &[
    (Word::Province, PROVINCE_WORDS),
    (
        Word::AddressCue,
        "địa chỉ|đ c|address|thường trú|tạm trú|hộ khẩu|nhà ở|ship về|ship tới|giao đến|giao tới|giao về|\
         trú tại|ngụ tại",
    ),
    (Word::At, "at|a còng|acong"),
    (Word::Digit(0), "không|o|zero|hông"),
    (Word::Digit(1), "một|mốt|l|i"),
    (Word::Digit(2), "hai"),
    (Word::Digit(3), "ba"),
    (Word::Digit(4), "bốn|tư"),
    (Word::Digit(5), "năm|lăm"),
    (Word::Digit(6), "sáu"),
    (Word::Digit(7), "bảy|bẩy"),
    (Word::Digit(8), "tám"),
    (Word::Digit(9), "chín"),
    (
        Word::Unit,
        "đ|vnđ|vnd|đồng|k|tr|triệu|tỷ|tỉ|nghìn|ngàn|usd|lượt|view|views|like|likes|follow|followers|người|km|m2|\
         kg|xu|\
         điểm|cái|đơn vị|tệ|usdt",
    ),
    (
        Word::Nothing,
        "xã hội|xã giao|bản thân|bản quyền|bản đồ|bản tin|đường dây|đường link|khu vực|số lượng|số tiền|số dư|\
         số một|tổ chức|\
         tổ quốc|tổ ấm|nhà nước|quan tâm|quan trọng|quan hệ|quan điểm|quan chức|tỉnh táo|phố đi bộ|đường đi|\
         số liệu|\
         số phận|to lớn|tự tin|tỉnh dậy|ngõ cụt",
    ),
];

/// Longest entry, in syllables.
const LONGEST: usize = 4;

#[derive(Debug, Clone, Copy, Default)]
struct Syllable {
    key: Key,
    marks: Marks,
}

#[derive(Debug, Clone, Copy)]
struct Phrase {
    syllables: [Syllable; LONGEST],
    len: usize,
    word: Word,
    /// Of the first syllable.
    hash: u32,
}

/// The vocabulary, ready to be looked up by the key of a token.
#[derive(Debug)]
pub(super) struct Words {
    /// Open addressing: in the upper half a tag, the rest of the hash of a first syllable; in the lower half the first
    /// of its phrases. [`Words::NONE`] ends a search.
    slots: Box<[u32; Self::SLOTS]>,
    /// Sorted by hash of the first syllable, then longest first.
    phrases: Vec<Phrase>,
    /// What words of each hash may be: most words end here.
    roles: Box<[Roles; Self::ROLES]>,
}

/// What by itself makes a text worth a closer look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A word for a part of an address, or a province.
    OfAddress,
    /// A word for the sign of an e-mail address.
    Sign,
}

/// What a syllable may be in the vocabulary, as bits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Roles(u8);

impl Roles {
    /// An entry by itself that says something wherever it stands.
    const ALONE: u8 = 1;
    /// The first of an entry of several syllables.
    const FIRST: u8 = 2;
    /// The second of one.
    const SECOND: u8 = 4;
    /// A digit.
    const DIGIT: u8 = 8;
    /// An entry by itself that says something only right after a number.
    const AFTER: u8 = 16;
    /// An entry by itself that may be a part of an address, or the sign of an e-mail address.
    const PART: u8 = 32;
    /// The first of such an entry of several syllables.
    const FIRST_OF_PART: u8 = 64;
    /// The second of one.
    const SECOND_OF_PART: u8 = 128;

    /// Whether a token says something where it stands, `next` being after it: a word for a digit does only where digits
    /// go on.
    #[inline(always)]
    pub(super) fn speaks_before(self, next: Self, next_token: Option<&Token>) -> bool {
        let follows = next.0 & Self::DIGIT != 0 || next_token.is_some_and(|next| next.traits.has_digit());
        let is_entry = self.0 & Self::ALONE != 0;
        let is_begun = (self.0 & Self::FIRST != 0) & (next.0 & Self::SECOND != 0);
        is_entry | is_begun | (self.0 & Self::DIGIT != 0) & follows
    }
}

impl Words {
    const SLOTS: usize = 2048;
    const NONE: u32 = u32::MAX;
    const ROLES: usize = 8192;

    /// Folds and sorts the vocabulary.
    pub(super) fn compile() -> Self {
        let cues = CUES.iter().map(|(cue, list)| (Word::Cue(*cue), *list));
        let places = PLACES.iter().map(|(level, list)| (Word::Place(*level), *list));
        let provinces = formats::PROVINCES.iter().map(|(_, name)| (Word::Province, *name));
        let mut folded = Folded::new();
        let mut phrases = Vec::new();
        for (word, list) in cues.chain(places).chain(OTHERS.iter().copied()).chain(provinces) {
            for text in list.split('|') {
                folded.fold(text);
                let mut phrase = Phrase {
                    syllables: [Syllable::default(); LONGEST],
                    len: folded.tokens().len(),
                    word,
                    hash: folded.tokens().first().map_or(0, |first| Self::hash(first.key)),
                };
                for (syllable, token) in phrase.syllables.iter_mut().zip(folded.tokens()) {
                    *syllable = Syllable {
                        key: token.key,
                        marks: token.marks,
                    };
                }
                phrases.push(phrase);
            }
        }
        phrases.sort_by_key(|phrase| (phrase.hash, LONGEST - phrase.len));
        let mut slots = Box::new([Self::NONE; Self::SLOTS]);
        let mut last = None;
        for (at, phrase) in (0u32..).zip(&phrases) {
            if last.replace(phrase.hash) == Some(phrase.hash) {
                continue;
            }
            let mut slot = Self::slot_of(phrase.hash);
            while slots.get(slot).is_some_and(|taken| *taken != Self::NONE) {
                slot = (slot + 1) % Self::SLOTS;
            }
            if let Some(free) = slots.get_mut(slot) {
                *free = phrase.hash << 16 | at;
            }
        }
        let mut roles = Box::new([Roles(0); Self::ROLES]);
        for phrase in &phrases {
            let [first, second, ..] = &phrase.syllables;
            let is_single = phrase.len == 1;
            let role = match phrase.word {
                _ if !is_single => Roles::FIRST,
                Word::Digit(_) => Roles::DIGIT,
                Word::Unit | Word::Nothing => Roles::AFTER,
                Word::Cue(_) | Word::Place(_) | Word::Province | Word::AddressCue | Word::At => Roles::ALONE,
            };
            let (part, second_of_part) = match phrase.word {
                Word::Place(_) | Word::Province | Word::At if is_single => (Roles::PART, 0),
                Word::Place(_) | Word::Province | Word::At => (Roles::FIRST_OF_PART, Roles::SECOND_OF_PART),
                Word::Cue(_) | Word::AddressCue | Word::Digit(_) | Word::Unit | Word::Nothing => (0, 0),
            };
            let second = (!is_single).then_some((second.key, Roles::SECOND | second_of_part));
            for (key, role) in [(first.key, role | part)].into_iter().chain(second) {
                if let Some(roles) = roles.get_mut(Self::hash(key) as usize % Self::ROLES) {
                    roles.0 |= role;
                }
            }
        }
        Self { slots, phrases, roles }
    }

    /// What a token may be, never too little; about half of the words of a text are nothing.
    #[inline(always)]
    pub(super) fn roles(&self, token: &Token) -> Roles {
        let at = Self::hash(token.key) as usize % Self::ROLES;
        self.roles.get(at).copied().unwrap_or_default()
    }

    /// What tokens begin with if it is a word for a part of an address or for the sign of an e-mail address.
    #[inline(always)]
    pub(super) fn part(&self, tokens: &[Token]) -> Option<Part> {
        let [token, rest @ ..] = tokens else { return None };
        let roles = self.roles(token).0;
        let next = rest.first().map(|next| self.roles(next).0).unwrap_or_default();
        let may_be =
            (roles & Roles::PART != 0) | (roles & Roles::FIRST_OF_PART != 0) & (next & Roles::SECOND_OF_PART != 0);
        if !may_be {
            return None;
        }
        match self.find(tokens)? {
            (Word::Place(_) | Word::Province, _) => Some(Part::OfAddress),
            (Word::At, _) => Some(Part::Sign),
            (Word::Cue(_) | Word::AddressCue | Word::Digit(_) | Word::Unit | Word::Nothing, _) => None,
        }
    }

    /// Whether a token begins with a letter that stands for a ward or district: `p`, `f` or `q`.
    #[inline(always)]
    pub(super) const fn is_part_letter(token: &Token) -> bool {
        let first = token.key.bits() & 0xff;
        (first == (b'p' & 0x1f) as u64) | (first == (b'f' & 0x1f) as u64) | (first == (b'q' & 0x1f) as u64)
    }

    /// Whether a token may spell a digit: never false when it does.
    #[inline(always)]
    pub(super) fn may_be_digit(&self, token: &Token) -> bool {
        self.roles(token).0 & Roles::DIGIT != 0
    }

    /// Eleven bits for the slot and sixteen for the tag.
    #[inline(always)]
    const fn hash(key: Key) -> u32 {
        (key.bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 37) as u32
    }

    #[inline(always)]
    const fn slot_of(hash: u32) -> usize {
        (hash >> 16) as usize % Self::SLOTS
    }

    /// The phrases whose first syllable has this key, longest first, perhaps with others of the same hash.
    #[inline(always)]
    fn candidates(&self, key: Key) -> Option<impl Iterator<Item = &Phrase>> {
        let hash = Self::hash(key);
        let mut slot = Self::slot_of(hash);
        loop {
            let found = *self.slots.get(slot)?;
            if found == Self::NONE {
                return None;
            }
            if found >> 16 == hash & 0xffff {
                let phrases = self.phrases.get(found as usize & 0xffff..)?.iter();
                return Some(phrases.take_while(move |phrase| phrase.hash == hash));
            }
            slot = (slot + 1) % Self::SLOTS;
        }
    }

    /// The longest entry that begins with the first of these tokens, and how many of them it takes.
    #[inline(always)]
    pub(super) fn look_up(&self, tokens: &[Token]) -> Option<(Word, usize)> {
        let begins = Roles::ALONE | Roles::FIRST | Roles::DIGIT | Roles::AFTER;
        if self.roles(tokens.first()?).0 & begins == 0 {
            return None;
        }
        self.find(tokens)
    }

    fn find(&self, tokens: &[Token]) -> Option<(Word, usize)> {
        self.candidates(tokens.first()?.key)?
            .find(|phrase| phrase.matches(tokens))
            .map(|phrase| (phrase.word, phrase.len))
    }

    /// The meaning of folded letters that stand alone, as the letters before the digits in `sdt0912…`.
    pub(super) fn look_up_bare(&self, letters: &[u8]) -> Option<Word> {
        let key = Key::of(letters);
        self.candidates(key)?
            .find(|phrase| phrase.len == 1 && phrase.syllables.first().is_some_and(|first| first.key == key))
            .map(|phrase| phrase.word)
    }

    /// The digit that a token spells.
    #[inline]
    pub(super) fn digit(&self, token: &Token) -> Option<u8> {
        if !self.may_be_digit(token) {
            return None;
        }
        let (Word::Digit(digit), _) = self.look_up(std::slice::from_ref(token))? else {
            return None;
        };
        Some(digit)
    }
}

impl Phrase {
    #[inline]
    fn matches(&self, tokens: &[Token]) -> bool {
        let [first, second, ..] = &self.syllables;
        let is_second = |token: &Token| token.key == second.key;
        // Many entries begin alike, so the second syllable is looked at before anything else.
        if self.len > 1 && !tokens.get(1).is_some_and(is_second) {
            return false;
        }
        let syllables = self.syllables.iter().take(self.len);
        tokens.len() >= self.len
            && tokens.first().is_some_and(|token| token.key == first.key)
            && syllables.zip(tokens).enumerate().all(|(at, (syllable, token))| {
                token.key == syllable.key
                    && token.marks.is_compatible_with(syllable.marks)
                    && (at == 0 || token.gap != Gap::Break)
            })
    }
}
