//! Where incidents are told to, and as whom, from what the command line says.

use std::path::Path;

use anlanh_app::incident::share::Edxml;
use anlanh_edxml::{Certificate, Issuer, OrganId, Text};
use anlanh_outbound::{Centre, Client, Endpoint, Reach, check_pair, read_certificate, read_key};
use anyhow::Context;

use crate::cli::EdxmlOptions;

/// Where incidents are told to, and as whom; none where no address is given.
///
/// # Errors
/// When the address is none that may be used, or key, certificate, id or name cannot be read.
pub fn read(options: &EdxmlOptions) -> anyhow::Result<Option<(Edxml, Centre)>> {
    let (Some(address), Some(key), Some(certificate), Some(subject), Some(id), Some(name)) = (
        &options.edxml,
        &options.edxml_key_file,
        &options.edxml_certificate_file,
        &options.edxml_subject,
        &options.edxml_organ_id,
        &options.edxml_organ_name,
    ) else {
        return Ok(None);
    };
    let reach = if options.edxml_private {
        Reach::Private
    } else {
        Reach::Public
    };
    let endpoint = Endpoint::parse(address, reach)
        .context("không dùng được địa chỉ edXML · the address for edXML cannot be used")?;
    let file = |path: &Path| {
        std::fs::read(path).with_context(|| format!("không đọc được {0} · cannot read {0}", path.display()))
    };
    let (key_pem, certificate_pem) = (file(key)?, file(certificate)?);
    let sign = read_key(&key_pem).with_context(|| {
        let key = key.display();
        format!("{key}: không phải khóa RSA để ký · no key of RSA that signs")
    })?;
    let der = read_certificate(&certificate_pem).with_context(|| {
        let certificate = certificate.display();
        format!("{certificate}: không phải chứng thư PEM · no certificate in PEM")
    })?;
    check_pair(&key_pem, &certificate_pem).with_context(|| {
        let (key, certificate) = (key.display(), certificate.display());
        format!(
            "chứng thư {certificate} không phải của khóa {key}: nơi nhận sẽ không kiểm được chữ ký · the certificate \
             {certificate} is not of the key {key}: nobody could verify what it signs"
        )
    })?;
    let text = |text: &str| Text::new(text).context("không dùng được tên edXML · a name for edXML cannot be used");
    let id = OrganId::parse(id).context("mã định danh cơ quan có dạng 000.00.00.H26 · an id is 000.00.00.H26")?;
    let edxml = Edxml {
        issuer: Issuer::new(id, text(name)?),
        certificate: Certificate {
            subject: text(subject)?,
            der,
        },
        sign,
    };
    let centre = Centre {
        client: Client::new(endpoint),
        schedule: options.edxml_retry.clone(),
    };
    Ok(Some((edxml, centre)))
}
