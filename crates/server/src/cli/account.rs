//! Accounts of people, tokens of programs, and those who report.

use std::path::PathBuf;

use anlanh_model::{Role, Scope, Tlp};
use clap::{Args, Subcommand};

use super::{DataOptions, keys};

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Tạo tài khoản; mật khẩu đọc từ đầu vào chuẩn, nếu không có thì tạo và in ra · Make an account; the password
    /// comes from standard input, or is made and printed
    Create(UserOptions),
    /// Liệt kê tài khoản · List accounts
    List(DataOptions),
}

/// Options of `user create`.
#[derive(Debug, Args)]
pub struct UserOptions {
    /// Tên đăng nhập · Name to sign in with
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// administrator, policy-manager, reviewer, auditor, soc-engineer
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub role: Role,
    /// Tệp chứa mật khẩu ở dòng đầu · File with the password on its first line
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    #[command(flatten)]
    pub data: DataOptions,
}

/// What to do with the data of those who report.
#[derive(Debug, Subcommand)]
pub enum ReporterCommand {
    /// Xóa mọi dữ liệu từ một địa chỉ email đã xác nhận, in giấy chứng nhận · Erase everything that came from a confirmed
    /// address, and print a certificate
    Erase(EraseOptions),
}

/// Options of `reporter erase`.
#[derive(Debug, Args)]
pub struct EraseOptions {
    /// Địa chỉ email · E-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    #[command(flatten)]
    pub data: DataOptions,
}

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Tạo mã truy cập và in ra một lần · Make a token and print it once
    Create(TokenOptions),
    /// Liệt kê mã truy cập · List tokens
    List(DataOptions),
    /// Thu hồi mã truy cập · Revoke a token
    Revoke(RevokeOptions),
}

/// Options of `token create`.
#[derive(Debug, Args)]
pub struct TokenOptions {
    /// Tên của mã · Name of the token
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// What it may do.
    #[arg(long, value_name = "SCOPE", required = true, value_parser = scope, help = scopes())]
    pub scope: Vec<Scope>,
    /// Người mà mã này thay mặt · Person the token stands for
    #[arg(long = "for", value_name = "USER")]
    pub person: Option<String>,
    /// Được đọc đến mức TLP nào: clear, green, amber, amber+strict, red · How strictly marked objects it may read
    #[arg(long, value_name = "TLP", default_value = "clear", value_parser = tlp)]
    pub tlp: Tlp,
    #[command(flatten)]
    pub data: DataOptions,
}

/// Options of `token revoke`.
#[derive(Debug, Args)]
pub struct RevokeOptions {
    /// Id của mã, như `token list` in ra · Id of the token, as `token list` prints it
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub data: DataOptions,
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_key(text).ok_or_else(|| keys(&Role::ALL.map(Role::key)))
}

fn scopes() -> String {
    let known = Scope::ALL.map(Scope::key).join(", ");
    format!("Được làm gì, một hay nhiều lần · What it may do, once or more: {known}")
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::from_key(text).ok_or_else(|| keys(&Scope::ALL.map(Scope::key)))
}

fn tlp(text: &str) -> Result<Tlp, String> {
    Tlp::from_key(text).ok_or_else(|| keys(&Tlp::ALL.map(Tlp::key)))
}
