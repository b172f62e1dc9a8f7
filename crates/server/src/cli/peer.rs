//! Other nodes that this one speaks with.

use clap::{Args, Subcommand};

use super::DataOptions;

/// Who this node is.
#[derive(Debug, Subcommand)]
pub enum NodeCommand {
    /// In các khóa của nút kèm vân tay, để đọc cho người vận hành nút khác đối chiếu · Print the node's keys with their
    /// fingerprints, to be read to the operators of other nodes
    Show(DataOptions),
}

/// What to do with other nodes.
#[derive(Debug, Subcommand)]
pub enum PeerCommand {
    /// Thêm một nút sau khi đối chiếu vân tay qua kênh khác · Add a node whose fingerprint was compared by another way
    Add(PeerOptions),
    /// Liệt kê các nút · List the nodes
    List(DataOptions),
    /// Ngắt một nút: không nhận gì, không gửi gì · Cut a node off: nothing is taken, nothing is sent
    Cut(PeerCutOptions),
}

/// Options of `peer add`.
#[derive(Debug, Args)]
pub struct PeerOptions {
    /// Địa chỉ của nút · Address of the node
    #[arg(value_name = "URL")]
    pub url: String,
    /// Vân tay khóa của nút, do người vận hành bên kia đọc · Fingerprint of its key, as its operator read it out
    #[arg(long, value_name = "HEX")]
    pub fingerprint: String,
    /// Khóa của cơ quan trong gói chính sách mà nút này đại diện · Key of the office in the policy pack that it speaks for
    #[arg(long, value_name = "OFFICE")]
    pub office: Option<String>,
    #[command(flatten)]
    pub data: DataOptions,
}

/// Options of `peer cut`.
#[derive(Debug, Args)]
pub struct PeerCutOptions {
    /// Địa chỉ của nút · Address of the node
    #[arg(value_name = "URL")]
    pub url: String,
    #[command(flatten)]
    pub data: DataOptions,
}
