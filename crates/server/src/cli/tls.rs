//! How a node speaks TLS by itself.

use std::path::PathBuf;

use clap::Args;

/// How the node speaks TLS, where no proxy in front does.
#[derive(Debug, Args)]
pub struct TlsOptions {
    /// Chuỗi chứng thư của nút, dạng PEM · The node's chain of certificates, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Khóa riêng của chứng thư, dạng PEM · Its private key, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Bên ký chứng thư của máy khách, dạng PEM: /taxii2/ chỉ nhận máy khách có chứng thư đó · Who signs certificates of
    /// clients, in PEM: /taxii2/ takes none without one
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_client_ca: Option<PathBuf>,
}
