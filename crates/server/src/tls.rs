//! Certificates and keys of the node, from their files.

use std::path::Path;

use anlanh_web::Tls;
use anyhow::Context;

use crate::cli::TlsOptions;

/// What the options name; none where the node speaks no TLS.
///
/// # Errors
/// When a file cannot be read, or is none of what it should be.
pub fn read(options: &TlsOptions) -> anyhow::Result<Option<Tls>> {
    let (Some(chain), Some(key)) = (&options.tls_cert, &options.tls_key) else {
        return Ok(None);
    };
    let client_ca = options.tls_client_ca.as_deref().map(file).transpose()?;
    let tls = Tls::new(&file(chain)?, &file(key)?, client_ca.as_deref());
    tls.map(Some)
        .context("không dùng được chứng thư TLS · cannot use the TLS certificate")
}

fn file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = std::fs::read(path);
    read.with_context(|| format!("không đọc được tệp · cannot read {}", path.display()))
}
