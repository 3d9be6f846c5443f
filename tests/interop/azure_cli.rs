//! The Azure CLI, signed in as a lab's kubelet identity. Azure Resource Manager, which no simulator has,
//! is a stand-in of three answers.

use crate::KUBELET;
use crate::lab::Lab;
use crate::place::{ARM, bare};
use crate::processes::{self, Finished, Server};
use crate::python;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

const REQUIREMENTS: &str = include_str!("azure_cli_requirements.txt");
/// Where [`ARM`] is.
const LISTEN: &str = "127.0.0.4:443";
/// It loads for some seconds, and longer on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// A CLI that is signed in until this is dropped.
pub struct AzureCli<'a> {
    lab: &'a Lab,
    _arm: Server,
}

impl<'a> AzureCli<'a> {
    /// Registers a cloud of its own, and signs in there by IMDS.
    pub fn sign_in(lab: &'a Lab) -> Self {
        certify(lab.folder());
        let bundle = [lab.authority(), lab.folder().join("arm.pem")];
        let bundle = bundle.map(|file| fs::read_to_string(file).expect("a certificate"));
        fs::write(lab.folder().join("bundle.pem"), bundle.join("\n")).expect("a bundle");
        let cli = Self {
            lab,
            _arm: stand_in(lab),
        };
        cli.succeed(&format!(
            "cloud register -n lab --skip-endpoint-discovery --endpoint-resource-manager https://{ARM} \
             --endpoint-active-directory https://{ARM} --suffix-acr-login-server-endpoint .azurecr.io \
             --endpoint-active-directory-resource-id https://management.azure.com/"
        ));
        cli.succeed("cloud set -n lab");
        cli.succeed(&format!("login --identity --client-id {KUBELET}"));
        cli
    }

    /// One command, to its end.
    pub fn run(&self, words: &str) -> Finished {
        static MADE: OnceLock<PathBuf> = OnceLock::new();
        let python = MADE.get_or_init(|| python::with("azure-cli", REQUIREMENTS));
        let mut command = self.lab.place().command(python);
        let folder = self.lab.folder();
        bare(&mut command)
            .env("HOME", folder)
            .env("AZURE_CONFIG_DIR", folder.join("azure"))
            .env("AZURE_CORE_COLLECT_TELEMETRY", "no")
            .env("AZURE_CORE_NO_COLOR", "yes")
            .env("REQUESTS_CA_BUNDLE", folder.join("bundle.pem"))
            .args(["-m", "azure.cli"])
            .args(words.split_whitespace());
        processes::run_within(PATIENCE, &mut command, folder, "azure-cli")
    }

    fn succeed(&self, words: &str) {
        let finished = self.run(words);
        let said = finished.stderr;
        assert_eq!(finished.code, Some(0), "az {words}\n{said}{}", self.lab);
    }
}

/// A certificate for the stand-in, made in the lab's folder.
fn certify(folder: &Path) {
    let mut openssl = Command::new("openssl");
    openssl
        .current_dir(folder)
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args(["-subj", "/CN=interop-arm", "-addext"])
        .arg(format!("subjectAltName=DNS:{ARM}"))
        .args(["-keyout", "arm.key.pem", "-out", "arm.pem"]);
    processes::succeed(&mut openssl, folder, "openssl");
}

fn stand_in(lab: &Lab) -> Server {
    let folder = lab.folder();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/arm_stand_in.py");
    let mut command = lab.place().command("python3");
    bare(&mut command).arg(script).arg(LISTEN);
    command
        .arg(folder.join("arm.pem"))
        .arg(folder.join("arm.key.pem"))
        .arg("guestbookacr");
    let mut server = Server::start(&mut command, folder, "arm");
    server.until("its start", |server| {
        server.stdout().contains("serving").then_some(())
    });
    server
}
