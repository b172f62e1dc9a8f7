//! Which media types are taken and given (section 1.6.8).

use axum::http::{HeaderMap, header};

/// Whether whoever asks takes what TAXII 2.1 answers. Who says nothing takes anything.
pub fn is_taken(headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(header::ACCEPT).iter().peekable();
    if said.peek().is_none() {
        return true;
    }
    let ranges = said
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    ranges.map(Media::read).any(|media| {
        let fits = ["*/*", "application/*"].contains(&media.essence.as_str()) || media.is_taxii();
        fits && !media.is_refused
    })
}

/// Whether a body is what TAXII 2.1 takes.
pub fn is_envelope(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    said.is_some_and(|said| Media::read(said).is_taxii())
}

/// A media type, or a range of them.
struct Media {
    essence: String,
    version: Option<String>,
    /// Whether its weight is 0.
    is_refused: bool,
}

impl Media {
    fn read(text: &str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let (mut version, mut is_refused) = (None, false);
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim_matches('"');
            match name.to_ascii_lowercase().as_str() {
                "version" => version = Some(value.to_owned()),
                "q" => is_refused = value.parse() == Ok(0.0),
                _ => {}
            }
        }
        Self {
            essence,
            version,
            is_refused,
        }
    }

    fn is_taxii(&self) -> bool {
        self.essence == "application/taxii+json" && self.version.as_deref().is_none_or(|version| version == "2.1")
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn what_taxii_says_is_given_to_whoever_takes_it() {
        let check = |accept, expected| assert_eq!(is_taken(&headers(header::ACCEPT, accept)), expected, "{accept}");
        check("application/taxii+json;version=2.1", true);
        check(
            "application/taxii+json; version=2.1, application/stix+json;version=2.1",
            true,
        );
        check("application/taxii+json", true);
        check("Application/TAXII+json;Version=\"2.1\";q=0.5", true);
        check("*/*", true);
        check("text/html, application/*;q=0.1", true);
        check("application/taxii+json;version=2.0", false);
        check("application/taxii+json;version=2.1;q=0", false);
        check("application/json", false);
        check("", false);
        assert!(is_taken(&HeaderMap::new()));
    }

    #[test]
    fn envelopes_are_taken_and_nothing_else() {
        let check = |kind, expected| assert_eq!(is_envelope(&headers(header::CONTENT_TYPE, kind)), expected, "{kind}");
        check("application/taxii+json;version=2.1", true);
        check("application/taxii+json", true);
        check("application/taxii+json;version=2.0", false);
        check("application/json", false);
        check("application/stix+json;version=2.1", false);
        assert!(!is_envelope(&HeaderMap::new()));
    }
}
