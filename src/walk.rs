//! The commands, each a door into the corridor. The only place that writes to standard output and
//! standard error.

mod deliver;
mod merge;
mod on_node;
mod progress;
mod spread;

use crate::cli::{self, Command, Prepared, Typed};
use crate::error::Error;
use crate::evidence::redact::Redactor;
use crate::evidence::{Recording, read_recording};
use crate::files::Surroundings;
use crate::findings::compare::Named;
use crate::report;
use crate::transport::Live;
use crate::wait::{self, Next};
use crate::{exchange, findings, process, simulator, token};
use deliver::{deliver, give};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Runs a command and returns its exit code.
///
/// # Errors
/// Our own failures: arguments, files, output.
pub fn run(typed: Typed) -> Result<u8, Error> {
    survive_size_limits()?;
    let command = match typed {
        Typed::Command(command) => command,
        Typed::Plugin(args) => return on_node::on_node(&args),
    };
    match command {
        Command::Run(args) => {
            args.output.pseudonyms()?;
            let prepared = args.prepare(&Surroundings::Machine)?;
            block_on(spread::within(args.spread, prepared, &args.output))?
        }
        Command::Demo(args) => demo(&args),
        Command::Replay(args) => {
            let recording =
                read_recording(&args.file).map_err(|error| Error::file(&args.file, error))?;
            if !recording.complete {
                say(&format!("{}: the run was cut off\n", args.file.display()));
            }
            deliver(&recording, &args.output)
        }
        Command::Compare(args) => compare(&args),
        Command::Merge(args) => merge::merge(&args),
        Command::Simulate(args) => block_on(simulate(&args))?,
        Command::Decode(args) => decode(args.file.as_deref()),
        Command::Rules(args) => {
            let text = match args.format {
                _ if args.proofs => report::proofs_table(),
                cli::RulesFormat::Table => report::rules_table(),
                cli::RulesFormat::Json => report::rules_json(),
            };
            print(&text)?;
            Ok(0)
        }
        Command::Completions(args) => {
            print(&cli::completions(args.shell))?;
            Ok(0)
        }
        Command::Man => {
            print(&cli::manual())?;
            Ok(0)
        }
        Command::Idle(args) => block_on(idle(Duration::from_secs(args.seconds)))?,
        Command::Schema(args) => {
            print(match args.of {
                cli::Schema::Report => report::schema::REPORT,
                cli::Schema::Recording => report::schema::RECORDING,
                cli::Schema::Compare => report::schema::COMPARE,
            })?;
            Ok(0)
        }
        Command::EnterRoot(args) => {
            let error = process::enter_and_execute(&args.root, &args.command);
            say(&format!("{error}\n"));
            Ok(process::NOT_ENTERED)
        }
        Command::Explain(args) => explain(&args),
        Command::Scan(args) => deliver::search(&args.file),
    }
}

/// What a walk came to, and the signal that cut it short, if one did.
struct Walked {
    recording: Recording,
    signal: Option<u8>,
}

/// Walks a plan over the live transport; with `--wait`, until it is granted or the time is over. A signal
/// ends it: what is known then is what is reported.
async fn probe(prepared: Prepared) -> Result<Walked, Error> {
    let Prepared {
        plan,
        settings,
        wait,
        warnings,
    } = prepared;
    for warning in warnings {
        say(&format!("warning: {warning}\n"));
    }
    let started = Instant::now();
    let mut signals = Signals::new()?;
    let mut tries = 0;
    let mut until_then = None;
    loop {
        let live = Live::new(settings.clone()).map_err(Error::Setup)?;
        let done = AtomicUsize::default();
        let mut recording = tokio::select! {
            recording = exchange::probe(&plan, live, &done, signals.arrive()) => recording,
            never = progress::tell(&done, plan.cells()) => match never {},
        };
        let Some(limit) = wait.filter(|_| signals.arrived.is_none()) else {
            return Ok(Walked {
                recording,
                signal: signals.arrived,
            });
        };
        tries += 1;
        let elapsed = started.elapsed();
        match wait::next(&recording, tries, elapsed, limit, chance()) {
            Next::Stop => {
                recording.header.waited = Some(wait::waited(tries, elapsed, until_then));
                return Ok(Walked {
                    recording,
                    signal: None,
                });
            }
            Next::After(pause) => {
                until_then = wait::cause(&recording);
                say(&progress(
                    until_then.as_deref(),
                    tries,
                    pause,
                    limit.saturating_sub(elapsed),
                ));
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = signals.arrive() => return Ok(Walked { recording, signal: signals.arrived }),
                }
            }
        }
    }
}

/// Ctrl-C and SIGTERM.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// The exit code of the one that came: 128 and its number.
    arrived: Option<u8>,
}

impl Signals {
    fn new() -> Result<Self, Error> {
        let listen = |kind| signal(kind).map_err(|error| Error::Setup(error.to_string()));
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            arrived: None,
        })
    }

    async fn arrive(&mut self) {
        let code = tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
        };
        self.arrived = Some(code);
    }
}

/// A file larger than the limit of `ulimit -f` is an error of the write, as a full disk is, and not the
/// end of the process: its signal is taken, and nothing comes of it.
fn survive_size_limits() -> Result<(), Error> {
    block_on(async { signal(SignalKind::from_raw(SIGXFSZ)) })?
        .map(|_| ())
        .map_err(|error| Error::Setup(error.to_string()))
}

/// "File size limit exceeded", the same number on every architecture but MIPS and PA-RISC.
const SIGXFSZ: i32 = 25;

fn progress(cause: Option<&str>, tries: u32, pause: Duration, left: Duration) -> String {
    let cause = cause.unwrap_or("not granted");
    format!(
        "try {tries}: {cause}; again in {} s, {} s left\n",
        pause.as_secs(),
        left.as_secs()
    )
}

/// A number between 0 and 1.
fn chance() -> f64 {
    use ring::rand::SecureRandom;
    let mut bytes = [128_u8; 4];
    // Without randomness every pause is the middle one.
    let _ = ring::rand::SystemRandom::new().fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

fn demo(args: &cli::DemoArgs) -> Result<u8, Error> {
    if args.list {
        let line = |(name, title): (&str, String)| format!("{name:<30} {title}\n");
        print(
            &simulator::Scenario::built_in_names()
                .into_iter()
                .map(line)
                .collect::<String>(),
        )?;
        return Ok(0);
    }
    args.output.pseudonyms()?;
    let scenario = args.scenario()?;
    let walked = block_on(async {
        let served = simulator::serve(scenario.clone(), simulator::Listen::default())
            .await
            .map_err(simulator_failed)?;
        if let Some(log) = &args.log {
            keep_log(&served, log)?;
        }
        probe(args.prepare(&scenario, &served)?).await
    })??;
    let code = deliver(&walked.recording, &args.output)?;
    Ok(walked
        .signal
        .unwrap_or(if args.exit_code { code } else { 0 }))
}

/// Until the time is over or somebody ends it.
async fn idle(time: Duration) -> Result<u8, Error> {
    let mut signals = Signals::new()?;
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = signals.arrive() => {}
    }
    Ok(signals.arrived.unwrap_or_default())
}

async fn simulate(args: &cli::SimulateArgs) -> Result<u8, Error> {
    let scenario = args.scenario()?;
    let served = simulator::serve(scenario.clone(), args.listen())
        .await
        .map_err(simulator_failed)?;
    if let Some(log) = &args.log {
        keep_log(&served, log)?;
    }
    // Held until the end: dropping it removes the folder.
    let temporary = match &args.folder {
        Some(_) => None,
        None => Some(
            tempfile::Builder::new()
                .prefix("acr-probe-simulate-")
                .tempdir()
                .map_err(simulator_failed)?,
        ),
    };
    let folder = args
        .folder
        .as_deref()
        .or(temporary.as_ref().map(tempfile::TempDir::path))
        .unwrap_or(Path::new("."));
    print(&cli::instructions(&scenario, &served, folder)?)?;
    Signals::new()?.arrive().await;
    Ok(0)
}

fn decode(file: Option<&Path>) -> Result<u8, Error> {
    let mut text = String::new();
    let limit = token::LONGEST as u64 + 1024;
    let path = file.unwrap_or(Path::new("-"));
    let read = if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_string(&mut text))
    };
    read.map_err(|error| Error::file(path, error))?;
    let decoded = token::decode(text.trim()).map_err(|error| Error::file(path, error))?;
    print(&report::token(&decoded))?;
    Ok(0)
}

/// Two recordings side by side; the exit code says whether what was required ends alike.
fn compare(args: &cli::CompareArgs) -> Result<u8, Error> {
    args.check()?;
    let read = |path: &Path| read_recording(path).map_err(|error| Error::file(path, error));
    let (a, b) = (read(&args.a)?, read(&args.b)?);
    for (path, recording) in [(&args.a, &a), (&args.b, &b)] {
        if recording.text_alone().is_some() {
            return Err(Error::file(
                path,
                "it holds a pasted text and no run; give that text to run --event",
            ));
        }
    }
    let names = [&args.a, &args.b].map(|path| path.display().to_string());
    let [one, other] = [(&names[0], &a), (&names[1], &b)].map(|(name, recording)| Named {
        name: name.as_str(),
        recording,
    });
    let comparison = findings::compare::compare(one, other, &args.pair)
        .map_err(|error| Error::Usage(error.to_string()))?;
    let look = args
        .look
        .resolve(&Surroundings::Machine, args.output.is_none());
    let text = report::render_comparison(&comparison, args.format, &look);
    give(&text, args.output.as_deref())?;
    Ok(comparison.verdict.exit_code())
}

/// A rule's page, or what a pasted text comes to. The text goes the way of a run: what is kept of it is a
/// redacted recording, and the report is made from that.
fn explain(args: &cli::ExplainArgs) -> Result<u8, Error> {
    if let Some(name) = &args.rule {
        let rule = findings::find(name).ok_or_else(|| {
            Error::Usage(format!(
                "there is no rule {name}; `acr-probe rules` names them"
            ))
        })?;
        let look = args.output.look(&Surroundings::Machine);
        give(
            &report::page(rule.page, &look),
            args.output.output.as_deref(),
        )?;
        return Ok(0);
    }
    let redactor = Redactor::default();
    let pasted = redactor.pasted_text(args.text()?);
    let now = exchange::rfc3339(time::OffsetDateTime::now_utc());
    let recording = Recording::of_text(pasted, redactor.report(), exchange::run_id(), now);
    deliver(&recording, &args.output)
}

fn print(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    written.map_err(|source| Error::Output {
        place: "standard output".into(),
        source,
    })
}

/// To standard error. Nobody may be listening there, and the report does not depend on it.
fn say(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

fn keep_log(served: &simulator::Served, path: &Path) -> Result<(), Error> {
    let kept = served.log.append_to(path);
    kept.map_err(|error| Error::file(path, error))
}

fn simulator_failed(error: std::io::Error) -> Error {
    Error::Setup(format!("the simulator cannot listen: {error}"))
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Error::Setup(error.to_string()))?;
    let ended = runtime.block_on(future);
    // A look-up that hangs in the C library outlives its time limit; the report does not wait for it.
    runtime.shutdown_background();
    Ok(ended)
}
