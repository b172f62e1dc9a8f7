//! Citizen identity numbers (số căn cước công dân, số định danh cá nhân).
//!
//! Rule: twelve digits: three for the province or country of birth registration, one for century and sex (0 and 1 for
//! 1900 to 1999, 2 and 3 for 2000 to 2099), two for the year of birth, six at random. There is no check digit. Source:
//! NĐ 137/2015/NĐ-CP Điều 13, TT 07/2016/TT-BCA Điều 7.
//!
//! Confidence: 98 beside a word such as `căn cước`; 78 without in one piece, because one random twelve-digit number in
//! seventy has the shape; 70 in regular groups. Codes of foreign countries (101 and above, from memory) only beside a
//! cue, 85. The number of a driving licence has twelve digits too: beside a word for one it is not taken for a CCCD.
//!
//! Known false alarms: order numbers of twelve digits that begin with 0.

use super::context::{Context, Nearness};
use super::formats::PROVINCE_CODES;
use super::number::{Number, Seps};
use super::words::Cue;
use super::{Hit, value};
use crate::PersonalKind;

/// Numbers are given at birth, so nobody has one from the future. The engine reads no clock; this bound lies some
/// years ahead of the release.
const LATEST_BIRTH_YEAR: u32 = 2035;
/// Nobody older holds one: they were first given out in 2016.
const EARLIEST_BIRTH_YEAR: u32 = 1905;
/// First code of a foreign country.
const FIRST_COUNTRY: u32 = 101;

/// What a number is as a CCCD.
pub(super) fn judge(number: &Number<'_>, context: &Context) -> Option<Hit> {
    let digits = number.digits();
    let place = place_of(digits)?;
    let allowed = Seps::SPACE.and(Seps::DOT).and(Seps::DASH);
    if !number.seps().only(allowed) || number.words() > 0 || context.nearness(Cue::Licence) == Nearness::Nearest {
        return None;
    }
    let cue = context.nearest_of(&[Cue::Cccd, Cue::Cmnd]);
    let mut confidence = match (place, cue) {
        (Place::Country, Nearness::None | Nearness::Inherited) => return None,
        (Place::Country, Nearness::Near | Nearness::Nearest) => 85,
        (Place::Province, Nearness::Nearest) => 98,
        (Place::Province, Nearness::Near) => 92,
        (Place::Province, Nearness::Inherited | Nearness::None) => match number.groups() {
            [12] => 78,
            [3, 3, 3, 3] | [4, 4, 4] | [3, 3, 6] | [3, 1, 2, 6] | [6, 6] => 70,
            groups if groups.len() == 12 => 65,
            _ => return None,
        },
    };
    confidence -= if number.letters() > 0 { 10 } else { 0 };
    confidence -= if number.is_glued() { 20 } else { 0 };
    if context.nearness(Cue::Thing) == Nearness::Nearest {
        confidence -= 40;
    }
    Some(Hit::new(PersonalKind::Cccd, confidence))
}

#[derive(Clone, Copy)]
enum Place {
    Province,
    Country,
}

/// Where a number of the right shape was registered; `None` when the shape is wrong.
fn place_of(digits: &[u8]) -> Option<Place> {
    let [place @ .., century, tens, ones, _, _, _, _, _, _] = digits else {
        return None;
    };
    if digits.len() != 12 || *century > 3 {
        return None;
    }
    let year = 1900 + 100 * u32::from(*century / 2) + value(&[*tens, *ones]);
    if !(EARLIEST_BIRTH_YEAR..=LATEST_BIRTH_YEAR).contains(&year) {
        return None;
    }
    let place = value(place);
    if place >= FIRST_COUNTRY {
        Some(Place::Country)
    } else {
        PROVINCE_CODES.contains(place).then_some(Place::Province)
    }
}
