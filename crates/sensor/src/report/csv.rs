//! Records of comma-separated values (RFC 4180), as far as a record is a line.

/// The fields of a line; `""` within quotation marks is one of them.
pub(super) fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let (mut is_quoted, mut chars) = (false, line.chars().peekable());
    while let Some(char) = chars.next() {
        match char {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                chars.next();
                push(&mut fields, '"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            _ => push(&mut fields, char),
        }
    }
    fields
}

fn push(fields: &mut [String], char: char) {
    if let Some(last) = fields.last_mut() {
        last.push(char);
    }
}
