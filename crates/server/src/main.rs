//! `anlanh`: the command line, and the wiring of everything behind it.

mod blocking;
mod blocklist;
mod cli;
mod data;
mod decisions;
mod demo;
mod edxml;
mod events;
mod key;
mod log;
mod logs;
mod mail;
#[expect(
    unsafe_code,
    reason = "blocklists of many million names are mapped into memory, which the compiler cannot vouch for"
)]
mod mapped;
mod matching;
mod network;
mod pack;
mod parquet;
mod peer;
mod pipeline;
mod policy;
mod reporter;
mod screen;
mod sensor;
mod serve;
mod sigma;
mod stream;
mod summary;
mod taxii;
mod tls;
mod token;
mod told;
mod user;
mod watch;
mod webhook;
mod witness;
mod zone;
mod zone_feeds;

use std::io::Write;
use std::process::ExitCode;

use anlanh_app::sensor::SensorStep;
use clap::Parser;
use cli::{
    BlocklistCommand, Cli, CollectionCommand, Command, DecisionsCommand, EventsCommand, LogCommand, NodeCommand,
    PackCommand, PeerCommand, ReporterCommand, SensorCommand, TaxiiCommand, TokenCommand, UserCommand, WatchCommand,
};
use mimalloc::MiMalloc;

/// An item is a few hundred small pieces that one thread makes and another lets go; this allocator is made for that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How a command ended, when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Everything went well.
    Good,
    /// It went through, but some lines were bad.
    SomeBad,
    /// What was to be checked has mistakes, which were printed.
    Mistaken,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    logs::hush_panics();
    let outcome = match cli.command {
        Command::Serve(options) => serve::run(&options),
        Command::Screen(options) => screen::run(&options),
        Command::Match(options) => matching::run(&options),
        Command::Events(EventsCommand::Keep(options)) => events::keep(&options),
        Command::Events(EventsCommand::Hunt(options)) => events::hunt(&options),
        Command::Events(EventsCommand::Export(options)) => parquet::export(&options),
        Command::Events(EventsCommand::Forget(options)) => events::forget(&options),
        Command::Pack(PackCommand::Check { dir }) => pack::check(&dir),
        Command::Pack(PackCommand::Test { dir }) => pack::test(&dir),
        Command::Blocklist(BlocklistCommand::Compile { files, out }) => blocklist::compile(&files, &out),
        Command::Blocklist(BlocklistCommand::Export(options)) => blocking::export(&options),
        Command::Blocklist(BlocklistCommand::Serve(options)) => zone::serve(*options),
        Command::Blocklist(BlocklistCommand::Resolver(options)) => zone::configure(&options),
        Command::Blocklist(BlocklistCommand::Import(options)) => zone::import(&options),
        Command::Reporter(ReporterCommand::Erase(options)) => reporter::erase(&options),
        Command::User(UserCommand::Create(options)) => user::create(&options),
        Command::User(UserCommand::List(options)) => user::list(&options),
        Command::Decisions(DecisionsCommand::Export(options)) => decisions::export(&options),
        Command::Log(LogCommand::Verify(options)) => log::verify(&options),
        Command::Log(LogCommand::Prove(options)) => log::prove(&options),
        Command::Log(LogCommand::Watch(WatchCommand::Add(options))) => watch::add(&options),
        Command::Log(LogCommand::Watch(WatchCommand::List(options))) => watch::list(&options),
        Command::Log(LogCommand::Watch(WatchCommand::Remove(options))) => watch::remove(&options),
        Command::Node(NodeCommand::Show(options)) => peer::show_node(&options),
        Command::Peer(PeerCommand::Add(options)) => peer::add(&options),
        Command::Peer(PeerCommand::List(options)) => peer::list(&options),
        Command::Peer(PeerCommand::Cut(options)) => peer::cut(&options),
        Command::Taxii(TaxiiCommand::Collection(command)) => match command {
            CollectionCommand::Create(options) => taxii::create(&options),
            CollectionCommand::List(options) => taxii::list(&options),
            CollectionCommand::Grant(options) => taxii::grant(&options),
        },
        Command::Sensor(SensorCommand::Add(options)) => sensor::add(&options),
        Command::Sensor(SensorCommand::List(options)) => sensor::list(&options),
        Command::Sensor(SensorCommand::Stop(options)) => sensor::step(&options, SensorStep::Stop),
        Command::Sensor(SensorCommand::Resume(options)) => sensor::step(&options, SensorStep::Resume),
        Command::Sensor(SensorCommand::Remove(options)) => sensor::step(&options, SensorStep::Remove),
        Command::Token(TokenCommand::Create(options)) => token::create(&options),
        Command::Token(TokenCommand::List(options)) => token::list(&options),
        Command::Token(TokenCommand::Revoke(options)) => token::revoke(&options),
    };
    match outcome {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::SomeBad) => ExitCode::from(2),
        Ok(Outcome::Mistaken) => ExitCode::FAILURE,
        Err(error) => {
            if !is_broken_pipe(&error) {
                let _ = writeln!(std::io::stderr(), "anlanh: {}", told::told(&error));
            }
            ExitCode::FAILURE
        }
    }
}

/// Whether it failed only because whoever read the output has gone, as `head` does: nothing worth a message.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    causes.any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
