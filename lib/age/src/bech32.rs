//! Bech32 (BIP 173) of 32 bytes, as far as recipients need it: lower case, one human-readable part, and the checksum.

/// The letters, by their value.
const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// Groups of five bits for 32 bytes: the last one has four bits that are nought.
const GROUPS: usize = 52;
/// Groups of the checksum.
const CHECKSUM: usize = 6;

/// Reads 32 bytes after `part` and `1`; none where anything is other than [`write`] has it.
pub fn read(part: &str, text: &str) -> Option<[u8; 32]> {
    let data = text.strip_prefix(part)?.strip_prefix('1')?;
    let groups: Option<Vec<u8>> = data.bytes().map(value).collect();
    let groups = groups.filter(|groups| groups.len() == GROUPS + CHECKSUM)?;
    if checksum(&expanded(part, &groups)) != 1 {
        return None;
    }
    let mut bytes = [0; 32];
    let mut out = bytes.iter_mut();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for group in groups.iter().take(GROUPS) {
        held = (held << 5 | u32::from(*group)) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *out.next()? = u8::try_from(held >> bits & 0xff).ok()?;
        }
    }
    // What is left over is nought, so that every key has one spelling.
    (held & ((1 << bits) - 1) == 0).then_some(bytes)
}

/// Writes 32 bytes after `part` and `1`.
pub fn write(part: &str, bytes: &[u8; 32]) -> String {
    let mut groups = Vec::with_capacity(GROUPS + CHECKSUM);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            groups.push(low_five(held >> bits));
        }
    }
    groups.push(low_five(held << (5 - bits)));
    let mut whole = groups.clone();
    whole.extend([0; CHECKSUM]);
    let sum = checksum(&expanded(part, &whole)) ^ 1;
    groups.extend((0..CHECKSUM).map(|place| low_five(sum >> (5 * (CHECKSUM - 1 - place)))));
    let letters = groups.iter().filter_map(|group| ALPHABET.get(usize::from(*group)));
    let letters: String = letters.map(|letter| char::from(*letter)).collect();
    format!("{part}1{letters}")
}

fn value(letter: u8) -> Option<u8> {
    let place = ALPHABET.iter().position(|known| *known == letter)?;
    u8::try_from(place).ok()
}

fn low_five(value: u32) -> u8 {
    u8::try_from(value & 31).unwrap_or_default()
}

/// What the checksum is over: the human-readable part, taken apart, and the groups.
fn expanded(part: &str, groups: &[u8]) -> Vec<u8> {
    let high = part.bytes().map(|byte| byte >> 5);
    let low = part.bytes().map(|byte| byte & 31);
    high.chain([0]).chain(low).chain(groups.iter().copied()).collect()
}

fn checksum(values: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.iter().fold(1, |sum: u32, value| {
        let top = sum >> 25;
        let next = (sum & 0x01ff_ffff) << 5 ^ u32::from(*value);
        let taken = GENERATOR.iter().zip(0..).filter(|(_, bit)| top >> bit & 1 == 1);
        taken.fold(next, |next, (generator, _)| next ^ generator)
    })
}
