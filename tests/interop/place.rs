//! Where processes run: on this machine, or in a network namespace with its own names and its own
//! metadata address. Real clients take no `--connect-to`: they want port 443 and 169.254.169.254:80.

use crate::HOST;
use crate::processes;
use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where the login server listens in a namespace.
pub const LISTEN: &str = "127.0.0.2:443";
/// Where the metadata service is, there as in Azure.
pub const IMDS: &str = "169.254.169.254:80";
/// Azure Resource Manager's name in a namespace, and where its stand-in listens.
pub const ARM: &str = "management.lab.test";
const ARM_ADDRESS: &str = "127.0.0.4";
/// For commands whose environment was emptied.
const PATHS: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A place for processes.
pub enum Place {
    /// This machine, as it is.
    Machine,
    /// A namespace.
    Namespace(Namespace),
}

/// A network namespace that goes when this is dropped.
pub struct Namespace {
    name: String,
    folder: PathBuf,
}

impl Place {
    /// A command there.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        match self {
            Self::Machine => Command::new(program),
            Self::Namespace(namespace) => namespace.command(program),
        }
    }

    /// What `simulate` is told to listen at; free ports where nothing is said.
    pub fn listen(&self) -> &[&str] {
        match self {
            Self::Machine => &[],
            Self::Namespace(_) => &["--listen", LISTEN, "--imds", IMDS],
        }
    }
}

impl Namespace {
    /// A new one in which only loopback, the metadata address and the login server's name exist.
    pub fn new(folder: &Path) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        assert!(
            is_root(),
            "this test needs root: it makes a network namespace, in which real clients find the login server at port 443 and the metadata service at 169.254.169.254"
        );
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let namespace = Self {
            name: format!("acr-probe-{}-{number}", std::process::id()),
            folder: folder.to_owned(),
        };
        // Of a run that was killed, by a process of the same number.
        namespace.remove();
        namespace.ip(&["netns", "add", &namespace.name]);
        let name = namespace.name.as_str();
        namespace.ip(&["-n", name, "link", "set", "lo", "up"]);
        let address = "169.254.169.254/32";
        namespace.ip(&["-n", name, "addr", "add", address, "dev", "lo"]);
        let address = LISTEN.split(':').next().unwrap_or_default();
        let hosts = format!("127.0.0.1 localhost\n{address} {HOST}\n{ARM_ADDRESS} {ARM}\n");
        std::fs::create_dir_all(namespace.files()).expect("a folder below /etc/netns");
        std::fs::write(namespace.hosts(), hosts).expect("the names of a namespace");
        std::fs::write(namespace.resolver(), "").expect("no resolver");
        namespace
    }

    /// A command there. `ip` becomes the command, so that killing its process kills the command.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("ip");
        command
            .args(["netns", "exec", &self.name])
            .arg(program.as_ref());
        command
    }

    /// A command there that keeps this machine's /sys, which containerd wants and `ip netns exec`
    /// would mount anew.
    pub fn daemon(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        let there = format!("--net=/run/netns/{}", self.name);
        let mounted = r#"mount --bind "$0" /etc/hosts && mount --bind "$1" /etc/resolv.conf && shift && exec "$@""#;
        command
            .arg(there)
            .args(["unshare", "--mount", "sh", "-c", mounted])
            .arg(self.hosts())
            .arg(self.resolver())
            .arg(program);
        command
    }

    /// Rules of its packet filter, one `nft` command each.
    pub fn filter(&self, rules: &[&str]) {
        for rule in rules {
            let mut nft = self.command("nft");
            processes::succeed(nft.args(rule.split(' ')), &self.folder, "nft");
        }
    }

    fn files(&self) -> PathBuf {
        Path::new("/etc/netns").join(&self.name)
    }

    fn hosts(&self) -> PathBuf {
        self.files().join("hosts")
    }

    fn resolver(&self) -> PathBuf {
        self.files().join("resolv.conf")
    }

    /// There is nothing to be done about what cannot be removed.
    fn remove(&self) {
        let _ = Command::new("ip")
            .args(["netns", "del", &self.name])
            .output();
        let _ = std::fs::remove_dir_all(self.files());
    }

    fn ip(&self, words: &[&str]) {
        let finished = processes::run(Command::new("ip").args(words), &self.folder, "ip");
        assert_eq!(
            finished.code,
            Some(0),
            "this test needs a network namespace, and `ip {}` failed; in a container root also needs CAP_SYS_ADMIN and CAP_NET_ADMIN\n{}",
            words.join(" "),
            finished.stderr
        );
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        self.remove();
    }
}

/// No variables but the way to programs: no proxy and no identity of the machine that tests.
pub fn bare(command: &mut Command) -> &mut Command {
    command.env_clear().env("PATH", PATHS)
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}
