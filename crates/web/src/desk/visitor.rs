//! Who asks: the session of the cookie, the language and the colours.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::{SessionRow, identity};
use anlanh_model::Actor;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;

use super::form::Form;
use super::{error_page, problem, see_other};
use crate::connections::Peer;
use crate::console::{Frame, Node, Pictures, Section, Theme};
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::{Service, edge};

/// Where the console begins.
pub const HOME: &str = "/console";
/// Where everybody else begins.
const FRONT: &str = "/";
/// Where people sign in.
pub const SIGN_IN: &str = "/console/sign-in";
/// Name of the session's cookie. Behind TLS it is bound to this very host (RFC 6265bis, section 4.1.3).
const COOKIE: &str = "anlanh";
const COOKIE_OF_HOST: &str = "__Host-anlanh";
/// Names of the cookies that keep how a person likes pages.
pub const LANGUAGE_COOKIE: &str = "anlanh-lang";
pub const THEME_COOKIE: &str = "anlanh-theme";
pub const PICTURES_COOKIE: &str = "anlanh-pictures";

/// Whoever asks for a page, signed in or not.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// In which language they read.
    pub language: Language,
    /// In which colours.
    pub theme: Theme,
    /// How they look at pictures.
    pub pictures: Pictures,
    /// Whose node they visit.
    pub node: Node,
    /// Path and query of what they asked for.
    pub path: String,
    /// The address they come from: of an IPv6 address, its network of 64 bits.
    pub address: String,
    /// The same, whole, while the request lasts.
    pub ip: IpAddr,
    /// Whether they came over TLS, as a proxy on this machine says.
    pub is_secure: bool,
    headers: HeaderMap,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Staff {
    /// How they ask.
    pub visitor: Visitor,
    /// Their session.
    pub session: SessionRow,
}

/// Whoever reads what everybody may read: in the frame of their session, if they have one.
#[derive(Debug, Clone)]
pub struct Reader {
    /// How they ask.
    pub visitor: Visitor,
    session: Option<SessionRow>,
}

impl Visitor {
    /// Whoever sent a request with this head.
    pub fn of(parts: &Parts) -> Self {
        let headers = &parts.headers;
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        // A proxy on the same machine is believed; anybody else could write these fields themselves.
        let proxied = peer.is_some_and(|peer| peer.is_loopback());
        let told = |name: &str| {
            let value = headers.get(name).filter(|_| proxied)?;
            Some(value.to_str().ok()?.rsplit(',').next()?.trim())
        };
        let address = told("x-forwarded-for").and_then(|text| text.parse().ok()).or(peer);
        Self {
            language: cookie(headers, LANGUAGE_COOKIE)
                .and_then(Language::from_tag)
                .unwrap_or_else(|| edge::language(headers)),
            theme: match cookie(headers, THEME_COOKIE) {
                Some("light") => Theme::Light,
                Some("dark") => Theme::Dark,
                Some(_) | None => Theme::Device,
            },
            pictures: match cookie(headers, PICTURES_COOKIE) {
                Some("grey") => Pictures::Grey,
                Some(_) | None => Pictures::Colour,
            },
            node: Node::Plain,
            // What was posted has no page to come back to.
            path: match parts.uri.path_and_query() {
                Some(path) if parts.method == Method::GET => path.as_str().to_owned(),
                Some(path) if !path.path().starts_with(HOME) => FRONT.to_owned(),
                Some(_) | None => HOME.to_owned(),
            },
            address: address.map(network).unwrap_or_default(),
            ip: address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
            is_secure: told("x-forwarded-proto") == Some("https"),
            headers: headers.clone(),
        }
    }

    /// The same, who visits this node.
    fn at(service: &Service, parts: &Parts) -> Self {
        let node = match service.app.site().office() {
            Some(_) => Node::Office,
            None => Node::Plain,
        };
        Self {
            node,
            ..Self::of(parts)
        }
    }

    /// The headers of the request.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The secret of the session, if the browser sent one.
    pub fn cookie(&self) -> Option<&str> {
        cookie(&self.headers, self.cookie_name())
    }

    const fn cookie_name(&self) -> &'static str {
        if self.is_secure { COOKIE_OF_HOST } else { COOKIE }
    }

    /// What stands around a page for them.
    pub fn frame(&self, section: Option<Section>) -> Frame {
        Frame {
            language: self.language,
            theme: self.theme,
            pictures: self.pictures,
            section,
            node: self.node,
            person: None,
            role: None,
            csrf: String::new(),
            back: self.path.clone(),
            base: String::new(),
        }
    }

    /// The same for somebody who is signed in.
    fn frame_of(&self, session: &SessionRow, section: Option<Section>) -> Frame {
        Frame {
            person: Some(session.name.clone()),
            role: Some(session.person.role),
            csrf: session.csrf.clone(),
            ..self.frame(section)
        }
    }

    async fn session(&self, service: &Service) -> Result<Option<SessionRow>, anlanh_app::Error> {
        match self.cookie() {
            Some(cookie) => identity::session(&service.app, cookie).await,
            None => Ok(None),
        }
    }

    /// The field that keeps a session's secret in the browser, for so many seconds; 0 forgets it. `Lax`: a link in a
    /// message of a colleague opens signed in; every form carries its own proof besides.
    pub fn set_session(&self, secret: &str, seconds: i64) -> Option<HeaderValue> {
        let (name, secure) = (self.cookie_name(), if self.is_secure { "; Secure" } else { "" });
        let text = format!("{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).ok()
    }

    /// What is answered when something was refused.
    pub fn answer(&self, answer: Result<Response, Problem>) -> Response {
        answer.unwrap_or_else(|problem| error_page(problem, self.frame(None)))
    }
}

impl Reader {
    /// Whether they are signed in.
    pub const fn is_staff(&self) -> bool {
        self.session.is_some()
    }

    /// What stands around a page for them.
    pub fn frame(&self, section: Option<Section>) -> Frame {
        match &self.session {
            Some(session) => self.visitor.frame_of(session, section),
            None => self.visitor.frame(section),
        }
    }

    /// What is answered when something was refused.
    pub fn answer(&self, answer: Result<Response, Problem>) -> Response {
        answer.unwrap_or_else(|problem| error_page(problem, self.frame(None)))
    }
}

impl Staff {
    /// As whom they act.
    pub const fn actor(&self) -> Actor {
        Actor::Person(self.session.person)
    }

    /// What stands around a page for them.
    pub fn frame(&self, section: Option<Section>) -> Frame {
        self.visitor.frame_of(&self.session, section)
    }

    /// A form that they sent from a page of theirs.
    pub async fn form(&self, service: &Service, body: Body) -> Result<Form, Problem> {
        let form = Form::read(service, self.visitor.headers(), body).await?;
        // Both are random and of one length; whoever can time this can read the page.
        if form.get("csrf") != self.session.csrf {
            return Err(Problem::Refused(Refusal::foreign_form()));
        }
        Ok(form)
    }

    /// A form with one file that they sent from a page of theirs; none where it is longer than that.
    pub async fn form_with_file(
        &self,
        service: &Service,
        body: Body,
        file: &str,
        most_bytes: usize,
    ) -> Result<Option<(Form, Option<Vec<u8>>)>, Problem> {
        let read = Form::read_with_file(service, self.visitor.headers(), body, file, most_bytes).await?;
        match read {
            Some((form, _)) if form.get("csrf") != self.session.csrf => Err(Problem::Refused(Refusal::foreign_form())),
            read => Ok(read),
        }
    }

    /// What is answered when something was refused.
    pub fn answer(&self, answer: Result<Response, Problem>) -> Response {
        answer.unwrap_or_else(|problem| error_page(problem, self.frame(None)))
    }
}

impl FromRequestParts<Arc<Service>> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Self::Rejection> {
        Ok(Self::at(service, parts))
    }
}

impl FromRequestParts<Arc<Service>> for Reader {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Self::Rejection> {
        let visitor = Visitor::at(service, parts);
        // Without a database nobody is known, and the page is there all the same.
        let session = visitor.session(service).await.unwrap_or_default();
        Ok(Self { visitor, session })
    }
}

impl FromRequestParts<Arc<Service>> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Self::Rejection> {
        let visitor = Visitor::at(service, parts);
        match visitor.session(service).await {
            Ok(Some(session)) => Ok(Self { visitor, session }),
            Ok(None) if parts.method == Method::GET => Err(see_other(&format!(
                "{SIGN_IN}?{}",
                serde_urlencoded::to_string([("next", &visitor.path)]).unwrap_or_default()
            ))),
            Ok(None) => Err(see_other(SIGN_IN)),
            Err(error) => Err(visitor.answer(Err(problem(service, &error)))),
        }
    }
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let fields = headers.get_all(header::COOKIE).iter();
    let mut pairs = fields
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Whoever has one IPv6 address has the 2⁶⁴ beside it.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("anlanh-lang=en; xanlanh=1"));
        headers.append(header::COOKIE, HeaderValue::from_static("anlanh=2"));
        assert_eq!(cookie(&headers, COOKIE), Some("2"));
        assert_eq!(cookie(&headers, LANGUAGE_COOKIE), Some("en"));
        assert_eq!(cookie(&headers, THEME_COOKIE), None);
    }

    #[test]
    fn addresses_of_one_network_are_one() {
        let check = |text: &str, expected: &str| assert_eq!(network(text.parse().unwrap()), expected);
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        let visitor = |peer: &str| {
            let request = axum::http::Request::builder()
                .header("x-forwarded-for", "198.51.100.9, 203.0.113.5")
                .header("x-forwarded-proto", "https");
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            parts.extensions.insert(Peer(peer.parse().unwrap()));
            Visitor::of(&parts)
        };
        let near = visitor("127.0.0.1");
        assert_eq!((near.address.as_str(), near.is_secure), ("203.0.113.5", true));
        let set = near.set_session("s", 60).unwrap();
        assert_eq!(
            set,
            "__Host-anlanh=s; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        let far = visitor("192.0.2.1");
        assert_eq!((far.address.as_str(), far.is_secure), ("192.0.2.1", false));
    }
}
