//! Runs one program and waits for it: the only place that starts any.
//!
//! No shell: a path and its arguments. The environment is cleared and then given. What goes to
//! stdin is a secret and never an argument. Both outputs are drained while the program runs and
//! capped, so that neither a full pipe nor a flood can hang or fill the probe; the time limit holds
//! for everything, also for a grandchild that keeps a pipe open. At the limit the program itself is
//! killed; a grandchild is not (that takes `kill(2)` on a group, for which std has nothing safe),
//! but its pipes are closed. The program stays in our process group, so that an interrupt from the
//! terminal reaches it and its children.
//!
//! Whether a program may be started at all is the caller's question.

use crate::secret::Secret;
use std::ffi::OsString;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

/// The most that is kept of each output.
pub const LARGEST: usize = 1024 * 1024;

/// The kubelet's limit for a plugin (kubernetes `pkg/credentialprovider/plugin/plugin.go`).
pub const KUBELET_LIMIT: Duration = Duration::from_secs(60);

/// The hidden subcommand with which the probe starts itself to enter another root.
pub const ENTER: &str = "enter-and-execute";

/// This program, also if its file was replaced since it started.
const MYSELF: &str = "/proc/self/exe";

/// How long outputs may stay open after the program has ended.
const GRACE: Duration = Duration::from_secs(1);

/// Variables that a program inherits. A kubelet hands over its whole environment, but ours is not
/// the kubelet's and may hold secrets: what finds programs, home and proxy is enough.
pub const INHERITED: [&str; 9] = [
    "PATH",
    "HOME",
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
];

/// What to run.
pub struct Program {
    /// The file; it is not searched for in `PATH`.
    pub path: PathBuf,
    /// Its arguments, which everyone on the machine can read: no secret.
    pub args: Vec<OsString>,
    /// What it reads on stdin.
    pub stdin: Input,
    /// Variables beside [`INHERITED`], over which they win.
    pub environment: Vec<(String, Secret)>,
    /// How long it may take.
    pub limit: Duration,
}

/// What a program reads.
#[derive(Debug, Clone)]
pub enum Input {
    /// Nothing: its input ends at once.
    Nothing,
    /// A request that may hold a credential.
    Secret(Secret),
    /// A file of this machine.
    File(PathBuf),
}

impl std::fmt::Debug for Program {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Program({})", self.path.display())
    }
}

/// The file of that name in the folders of `PATH`.
pub fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut files = std::env::split_paths(&path).map(|folder| folder.join(name));
    files.find(|file| file.is_file())
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It ended by itself, well or not: see the code.
    Exited,
    /// It took too long and was killed.
    TimedOut,
    /// It wrote more than [`LARGEST`] and was killed.
    TooMuchOutput,
    /// It could not be started; what the system said.
    NotStarted(String),
}

/// What is left of a program that ran.
#[derive(Clone)]
pub struct Ended {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// What it wrote to stdout; may hold a credential.
    pub stdout: Vec<u8>,
    /// What it wrote to stderr; may hold a credential too, so redact before it is shown.
    pub stderr: Vec<u8>,
    /// How long it took.
    pub elapsed: Duration,
    /// How it ended.
    pub how: How,
}

impl std::fmt::Debug for Ended {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Ended")
            .field("how", &self.how)
            .field("code", &self.code)
            .field("signal", &self.signal)
            .field("stdout", &format_args!("{} bytes", self.stdout.len()))
            .field("stderr", &format_args!("{} bytes", self.stderr.len()))
            .finish_non_exhaustive()
    }
}

impl Ended {
    /// True where it ended by itself with exit code 0.
    pub fn is_success(&self) -> bool {
        self.how == How::Exited && self.code == Some(0)
    }

    /// How it ended, in a clause without a subject; none where it ended well.
    pub fn fault(&self) -> Option<String> {
        let seconds = self.elapsed.as_secs_f64();
        match (&self.how, self.code, self.signal) {
            (How::Exited, Some(0), _) => None,
            (How::Exited, Some(code), _) => Some(format!("ended with exit code {code}")),
            (How::Exited, None, Some(signal)) => Some(format!("was ended by signal {signal}")),
            (How::Exited, None, None) => Some("ended without an exit code".to_owned()),
            (How::TimedOut, _, _) => Some(format!("did not end within {seconds:.0} s")),
            (How::TooMuchOutput, _, _) => Some("wrote more than 1 MiB".to_owned()),
            (How::NotStarted(why), _, _) => Some(format!("could not be started: {why}")),
        }
    }
}

/// Runs the program to its end, or to the limit. Never fails: what went wrong is in the answer.
pub async fn run(program: Program) -> Ended {
    let started = Instant::now();
    let mut ended = Ended {
        code: None,
        signal: None,
        stdout: Vec::new(),
        stderr: Vec::new(),
        elapsed: Duration::ZERO,
        how: How::Exited,
    };
    match command(&program).and_then(|mut command| command.spawn()) {
        Err(error) => ended.how = How::NotStarted(error.to_string()),
        Ok(child) => attend(child, &program, &mut ended).await,
    }
    ended.elapsed = started.elapsed();
    ended
}

/// Runs the program below another root, such as a node's root under `/host`: the probe starts
/// itself, and [`enter_and_execute`] does the rest. `program.path` is a path below that root.
pub async fn run_below(root: &Path, program: Program) -> Ended {
    run(below(root, program)).await
}

/// The probe itself with the hidden subcommand, the root, and the program's own command line.
pub fn below(root: &Path, mut program: Program) -> Program {
    let mut args = vec![
        OsString::from(ENTER),
        root.as_os_str().to_owned(),
        program.path.into_os_string(),
    ];
    args.append(&mut program.args);
    Program {
        path: PathBuf::from(MYSELF),
        args,
        ..program
    }
}

/// Changes this process's root and becomes the program: what the hidden subcommand does, with the
/// root and then the command line as its arguments. Returns only where that failed; the caller then
/// says why on stderr and ends with [`NOT_ENTERED`]. Environment and pipes are kept.
pub fn enter_and_execute(root: &Path, argv: &[OsString]) -> std::io::Error {
    let in_words = |what: String, error: &std::io::Error| {
        std::io::Error::new(error.kind(), format!("{what}: {error}"))
    };
    let Some((path, args)) = argv.split_first() else {
        return std::io::Error::new(std::io::ErrorKind::InvalidInput, "no program is named");
    };
    let entered = std::os::unix::fs::chroot(root).and_then(|()| std::env::set_current_dir("/"));
    if let Err(error) = entered {
        return in_words(
            format!("cannot change the root to {}", root.display()),
            &error,
        );
    }
    let error = std::process::Command::new(path).args(args).exec();
    in_words(
        format!("cannot execute {} below {}", path.display(), root.display()),
        &error,
    )
}

/// The exit code of the hidden subcommand where the program was not reached.
pub const NOT_ENTERED: u8 = 126;

fn command(program: &Program) -> std::io::Result<Command> {
    let inherited = INHERITED
        .iter()
        .filter_map(|name| Some((*name, std::env::var_os(name)?)));
    let given = program
        .environment
        .iter()
        .map(|(name, value)| (name, value.expose()));
    let mut command = Command::new(&program.path);
    command
        .args(&program.args)
        .env_clear()
        .envs(inherited)
        .envs(given)
        .stdin(match &program.stdin {
            Input::File(path) => Stdio::from(std::fs::File::open(path)?),
            Input::Nothing | Input::Secret(_) => Stdio::piped(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Ok(command)
}

type Pipes = (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>);

async fn attend(mut child: Child, program: &Program, ended: &mut Ended) {
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let watched = watch(&mut child, pipes, program, ended);
    match tokio::time::timeout(program.limit, watched).await {
        Ok(Ok(status)) => {
            ended.code = status.code();
            ended.signal = status.signal();
            return;
        }
        Ok(Err(how)) => ended.how = how,
        Err(_) => ended.how = How::TimedOut,
    }
    // It may have ended meanwhile, which is as good.
    let _ = child.start_kill();
    let _ = child.wait().await;
}

async fn watch(
    child: &mut Child,
    (stdin, stdout, stderr): Pipes,
    program: &Program,
    ended: &mut Ended,
) -> Result<ExitStatus, How> {
    let talk = async {
        tokio::try_join!(
            feed(stdin, &program.stdin),
            drain(stdout, &mut ended.stdout),
            drain(stderr, &mut ended.stderr),
        )
    };
    tokio::pin!(talk);
    let lost = |error: std::io::Error| How::NotStarted(format!("it was lost: {error}"));
    tokio::select! {
        talked = &mut talk => {
            talked?;
            child.wait().await.map_err(lost)
        }
        status = child.wait() => {
            let status = status.map_err(lost)?;
            // A grandchild may keep a pipe open for ever; what the program wrote is there by now.
            if let Ok(talked) = tokio::time::timeout(GRACE, talk).await {
                talked?;
            }
            Ok(status)
        }
    }
}

/// A program that does not read its request is no fault of ours: whatever happens is passed over.
async fn feed(stdin: Option<ChildStdin>, input: &Input) -> Result<(), How> {
    if let Some(mut stdin) = stdin {
        if let Input::Secret(request) = input {
            let _ = stdin.write_all(request.expose().as_bytes()).await;
        }
        let _ = stdin.shutdown().await;
    }
    Ok(())
}

async fn drain(pipe: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) -> Result<(), How> {
    let Some(pipe) = pipe else { return Ok(()) };
    let mut pipe = pipe.take(LARGEST as u64 + 1);
    // An output that breaks off is what was written of it.
    let _ = pipe.read_to_end(kept).await;
    if kept.len() > LARGEST {
        kept.truncate(LARGEST);
        return Err(How::TooMuchOutput);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
