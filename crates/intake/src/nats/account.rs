//! Who the node is to a NATS server.

use std::fmt;

use anlanh_sensor::NkeySeed;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signer as _;
use serde::Serialize;

use super::key_of;

/// By what a server knows the node. It is not in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum NatsAccount {
    /// It asks for nothing.
    Nobody,
    /// A user and a password.
    Password(String, String),
    /// A token.
    Token(String),
    /// A key, which signs what the server says.
    Nkey(NkeySeed),
}

impl fmt::Debug for NatsAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NatsAccount")
    }
}

/// What a client says first.
#[derive(Debug, Serialize)]
pub(super) struct Connect {
    verbose: bool,
    pedantic: bool,
    headers: bool,
    no_responders: bool,
    tls_required: bool,
    lang: &'static str,
    version: &'static str,
    name: &'static str,
    protocol: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nkey: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sig: Option<String>,
}

impl Connect {
    /// Says who connects; `nonce` is what the server wants signed.
    pub(super) fn new(account: &NatsAccount, nonce: &str, is_tls: bool) -> Self {
        let mut connect = Self {
            verbose: false,
            pedantic: false,
            headers: true,
            no_responders: true,
            tls_required: is_tls,
            lang: "rust",
            version: env!("CARGO_PKG_VERSION"),
            name: "anlanh",
            protocol: 1,
            user: None,
            pass: None,
            auth_token: None,
            nkey: None,
            sig: None,
        };
        match account {
            NatsAccount::Nobody => {}
            NatsAccount::Password(user, password) => {
                (connect.user, connect.pass) = (Some(user.clone()), Some(password.clone()));
            }
            NatsAccount::Token(token) => connect.auth_token = Some(token.clone()),
            NatsAccount::Nkey(seed) => {
                let key = key_of(seed);
                let signature = key.sign(nonce.as_bytes()).to_bytes();
                connect.nkey = Some(NkeySeed::name_of(key.verifying_key().as_bytes()));
                connect.sig = Some(URL_SAFE_NO_PAD.encode(signature));
            }
        }
        connect
    }
}
