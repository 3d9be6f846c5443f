//! What was typed. The only place that knows flags and variables; what they mean is a
//! [`crate::plan::Plan`], transport settings and an output, which is all that the rest sees.

mod compare;
mod credentials;
mod demo;
mod explain;
mod exposed;
mod images;
mod manual;
mod merge;
mod node;
mod output;
mod pasted;
mod plugin;
mod prepare;
mod principals;
mod require;
mod route;
mod run;
mod simulate;
mod stdin;

pub use compare::CompareArgs;
pub use demo::DemoArgs;
pub use explain::ExplainArgs;
pub use manual::{completions, manual};
pub use merge::{MergeArgs, MergeFormat};
pub use output::OutputArgs;
pub use plugin::PluginArgs;
pub use run::{Prepared, RunArgs};
pub use simulate::{SimulateArgs, instructions};

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// Why was this image pull refused? Replays the registry's token exchange as every principal at hand,
/// and explains each refusal.
#[derive(Debug, Parser)]
#[command(
    name = "acr-probe",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = "\
Examples:
  acr-probe demo                                    the incident it was made for, on a built-in simulator
  acr-probe run acrwizdev.azurecr.io/guestbook:v1   on the node: why can its kubelet not pull this?
  acr-probe run IMAGE --record why.jsonl            keep the evidence, redacted
  acr-probe replay why.jsonl                        read it again, anywhere, offline
  acr-probe explain no-role-assignment              what a finding means and what to do

Exit codes: 0 granted, 1 denied or missing, 2 usage error, 3 inconclusive."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What was typed, under either name of the program.
#[derive(Debug)]
pub enum Typed {
    /// A command of acr-probe.
    Command(Command),
    /// `kubectl acr-probe pod/NAME`.
    Plugin(Box<PluginArgs>),
}

impl Typed {
    /// Reads the arguments, the program's name first.
    ///
    /// # Errors
    /// What clap says of them; help and version too.
    pub fn read(arguments: &[OsString]) -> Result<Self, clap::Error> {
        match PluginArgs::of(arguments) {
            Some(plugin) => plugin.map(|args| Self::Plugin(Box::new(args))),
            None => Cli::try_parse_from(arguments).map(|cli| Self::Command(cli.command)),
        }
    }
}

/// The commands of the contract.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Replay the token exchange for each image, principal and action, and explain what happened
    Run(Box<RunArgs>),
    /// The same walk against the built-in simulator: no Azure, no root, no network
    Demo(Box<DemoArgs>),
    /// Diagnose a saved recording again, offline
    #[command(after_help = "\
Examples:
  acr-probe replay why.jsonl
  acr-probe replay why.jsonl --format json
  acr-probe replay why.jsonl --ticket ticket.zip --pseudonymise
  kubectl logs job/acr-probe | acr-probe replay -

Prints what the live run printed, byte for byte, and exits as it did.")]
    Replay(ReplayArgs),
    /// Two recordings side by side: the first step and claim at which they part
    Compare(CompareArgs),
    /// Recordings of many nodes or clusters in one view, outliers first
    Merge(MergeArgs),
    /// Serve the simulator for other clients
    Simulate(SimulateArgs),
    /// Show one JWT's header and claims, not verified, never its signature
    #[command(after_help = "\
Examples:
  acr-probe decode token.txt
  az account get-access-token --query accessToken -o tsv | acr-probe decode

A token is never taken from the command line, where other users of the machine can read it.")]
    Decode(DecodeArgs),
    /// List the rules
    #[command(after_help = "\
Examples:
  acr-probe rules
  acr-probe rules --format json")]
    Rules(RulesArgs),
    /// Print what completes the command line in a shell
    #[command(after_help = "\
Examples:
  acr-probe completions bash > /etc/bash_completion.d/acr-probe
  acr-probe completions zsh > \"${fpath[1]}/_acr-probe\"
  acr-probe completions fish > ~/.config/fish/completions/acr-probe.fish")]
    Completions(CompletionsArgs),
    /// Print the manual page, every command in it
    #[command(after_help = "\
Examples:
  acr-probe man > /usr/local/share/man/man1/acr-probe.1
  acr-probe man | man -l -")]
    Man,
    /// Do nothing for a while: what a debug pod runs until the probe is started in it
    #[command(hide = true)]
    Idle(IdleArgs),
    /// The JSON Schema of what the probe writes
    #[command(after_help = "\
Examples:
  acr-probe schema report > report.schema.json
  acr-probe schema recording                    of one line: a recording is JSON Lines
  acr-probe schema compare

JSON Schema, draft 2020-12. Members may be added within a version; those that are there stay.")]
    Schema(SchemaArgs),
    /// Change the root and become another program: how a plugin below /host is run
    #[command(name = "enter-and-execute", hide = true)]
    EnterRoot(EnterRootArgs),
    /// A rule's page, or a pasted error text: what it means, why it happens, how to confirm, what to do
    #[command(after_help = "\
Examples:
  acr-probe explain no-role-assignment
  acr-probe explain imds-unreachable | less
  kubectl describe pod NAME | acr-probe explain --event -
  acr-probe explain --event journal.txt --format json

Of a text: exit code 0 where a cause is named, 3 where nothing is recognised. Nothing is sent.")]
    Explain(ExplainArgs),
    /// Search a recording, report or ticket for anything that looks like a live secret
    #[command(after_help = "\
Examples:
  acr-probe scan why.jsonl
  acr-probe scan ticket.zip
  kubectl logs job/acr-probe | acr-probe scan -

Says where and of what kind, never the secret. What cannot be read, is encrypted or packed too deep is
not clean.

Exit codes: 0 clean, 1 something was found, 2 something could not be looked into.")]
    Scan(ScanArgs),
}

/// `replay`.
#[derive(Debug, clap::Args)]
pub struct ReplayArgs {
    /// The recording; `-` reads standard input
    pub file: PathBuf,
    /// Where and how to write.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `scan`.
#[derive(Debug, clap::Args)]
pub struct ScanArgs {
    /// A file, a folder or a zip archive; `-` reads standard input
    pub file: PathBuf,
}

/// `decode`.
#[derive(Debug, clap::Args)]
pub struct DecodeArgs {
    /// A file that holds one token; standard input if left out or `-`
    pub file: Option<PathBuf>,
}

/// `rules`.
#[derive(Debug, clap::Args)]
pub struct RulesArgs {
    /// How to write the list
    #[arg(long, value_enum, default_value_t = RulesFormat::Table)]
    pub format: RulesFormat,
    /// Count the rules by what proves them instead, as a Markdown table
    #[arg(long, conflicts_with = "format")]
    pub proofs: bool,
}

/// The formats of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RulesFormat {
    /// One line a rule.
    Table,
    /// For programs.
    Json,
}

/// `completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// For which shell
    pub shell: clap_complete::Shell,
}

/// The hidden command that keeps a debug pod alive.
#[derive(Debug, clap::Args)]
pub struct IdleArgs {
    /// For how long.
    pub seconds: u64,
}

/// `schema`.
#[derive(Debug, clap::Args)]
pub struct SchemaArgs {
    /// Of what
    #[arg(value_enum)]
    pub of: Schema,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Schema {
    /// `--format json`
    Report,
    /// A line of `--record` and `--format ndjson`
    Recording,
    /// `compare --format json`
    Compare,
}

/// The hidden command that runs a plugin below another root.
#[derive(Debug, clap::Args)]
pub struct EnterRootArgs {
    /// The root.
    pub root: PathBuf,
    /// The program, as a path below it, and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}
