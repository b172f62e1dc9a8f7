//! Addresses under which one thing is reported are made alike, so that reports of it are gathered.

/// What two addresses of one thing have in common; none for what is no address. The scheme, `www.`, the default port, the
/// fragment, a slash at the end and what only tells where somebody came from make no difference.
pub(crate) fn normalised(address: &str) -> Option<String> {
    let address = address.trim();
    let rest = strip_scheme(address)?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = match place.find('/') {
        Some(at) => place.split_at(at),
        None => (place, ""),
    };
    let host = host.to_lowercase();
    let host = host.strip_suffix(":443").or(host.strip_suffix(":80")).unwrap_or(&host);
    let host = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.');
    let is_host = host.contains('.') && !host.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@');
    if !is_host {
        return None;
    }
    let told = query.split('&').filter(|pair| !pair.is_empty() && !tells_the_way(pair));
    let told: Vec<&str> = told.collect();
    let path = path.trim_end_matches('/');
    Some(if told.is_empty() {
        format!("{host}{path}")
    } else {
        format!("{host}{path}?{}", told.join("&"))
    })
}

fn strip_scheme(address: &str) -> Option<&str> {
    for scheme in ["https://", "http://"] {
        if let Some(head) = address.get(..scheme.len())
            && head.eq_ignore_ascii_case(scheme)
        {
            return address.get(scheme.len()..);
        }
    }
    None
}

/// Whether a parameter only tells where somebody came from.
fn tells_the_way(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    name.starts_with("utm_") || ["fbclid", "gclid", "zarsrc"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_thing_are_one() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(normalised(address).as_deref(), expected, "{address}");
        };
        for same in [
            "https://vi-du.vn/p/12",
            " HTTP://www.Vi-Du.vn:80/p/12/#binh-luan ",
            "https://vi-du.vn:443/p/12?utm_source=x&fbclid=1",
        ] {
            check(same, Some("vi-du.vn/p/12"));
        }
        check("https://vi-du.vn/P/12", Some("vi-du.vn/P/12"));
        check("https://vi-du.vn/?id=1&utm_a=2&b=3", Some("vi-du.vn?id=1&b=3"));
        check("https://vi-du.vn", Some("vi-du.vn"));
        for none in [
            "",
            "vi-du.vn/p",
            "https://",
            "https://a",
            "https://a@b.vn/",
            "javascript:alert(1)",
            "https://vi du.vn",
        ] {
            check(none, None);
        }
    }
}
