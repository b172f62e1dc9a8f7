//! Where webhooks go, from what the command line says.

use std::path::Path;

use anlanh_outbound::{Client, Endpoint, Reach, Schedule, Secrets, Webhook};
use anyhow::Context;

use crate::cli::{SocWebhookOptions, WebhookOptions};

/// How the host platform is told; none where no address is given.
///
/// # Errors
/// When the address is none that may be used, or the secrets cannot be read.
pub fn read(options: &WebhookOptions) -> anyhow::Result<Option<Webhook>> {
    let file = options.webhook_secret_file.as_deref();
    let Some((address, file)) = options.webhook.as_deref().zip(file) else {
        return Ok(None);
    };
    let reach = reach(options.webhook_private);
    open((address, reach), file, options.webhook_retry.clone()).map(Some)
}

/// How a centre's own programs are told of incidents; none where no address is given.
///
/// # Errors
/// When the address is none that may be used, or the secrets cannot be read.
pub fn read_soc(options: &SocWebhookOptions) -> anyhow::Result<Option<Webhook>> {
    let file = options.soc_webhook_secret_file.as_deref();
    let Some((address, file)) = options.soc_webhook.as_deref().zip(file) else {
        return Ok(None);
    };
    let reach = reach(options.soc_webhook_private);
    open((address, reach), file, options.soc_webhook_retry.clone()).map(Some)
}

const fn reach(is_private: bool) -> Reach {
    if is_private { Reach::Private } else { Reach::Public }
}

fn open((address, reach): (&str, Reach), file: &Path, schedule: Schedule) -> anyhow::Result<Webhook> {
    let endpoint = Endpoint::parse(address, reach)
        .context("không dùng được địa chỉ webhook · the address of webhooks cannot be used")?;
    let text =
        std::fs::read_to_string(file).with_context(|| format!("không đọc được · cannot read {}", file.display()))?;
    let secrets = Secrets::parse(&text).with_context(|| {
        format!(
            "không có khóa bí mật nào dùng được · no secrets can be used: {}",
            file.display()
        )
    })?;
    Ok(Webhook {
        client: Client::new(endpoint),
        secrets,
        schedule,
    })
}
