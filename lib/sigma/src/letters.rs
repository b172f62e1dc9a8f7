//! Small letters, one character at a time: of a part of a text they are a part of those of the whole, whatever stands around it.

/// Every character as its small letter.
pub(crate) fn lowered(text: &str) -> String {
    let mut lowered = String::with_capacity(text.len());
    push_lowered(text, &mut lowered);
    lowered
}

pub(crate) fn push_lowered(text: &str, out: &mut String) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        if let Some(added) = out.get_mut(start..) {
            added.make_ascii_lowercase();
        }
    } else {
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
}
