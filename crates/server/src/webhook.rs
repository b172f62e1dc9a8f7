//! Where webhooks go, from what the command line says.

use anlanh_outbound::{Client, Endpoint, Reach, Secrets, Webhook};
use anyhow::Context;

use crate::cli::WebhookOptions;

/// How the host platform is told; none where no address is given.
///
/// # Errors
/// When the address is none that may be used, or the secrets cannot be read.
pub fn read(options: &WebhookOptions) -> anyhow::Result<Option<Webhook>> {
    let (Some(address), Some(file)) = (&options.webhook, &options.webhook_secret_file) else {
        return Ok(None);
    };
    let reach = if options.webhook_private {
        Reach::Private
    } else {
        Reach::Public
    };
    let endpoint = Endpoint::parse(address, reach)
        .context("không dùng được địa chỉ webhook · the address of webhooks cannot be used")?;
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let secrets = Secrets::parse(&text).with_context(|| format!("{} holds no secrets", file.display()))?;
    Ok(Some(Webhook {
        client: Client::new(endpoint),
        secrets,
        schedule: options.webhook_retry.clone(),
    }))
}
