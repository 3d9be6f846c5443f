//! `az account get-access-token`, as `azure_identity` runs it: recorded, and what it prints to standard
//! output kept out of the record, since that is the token.

use super::Walk;
use crate::evidence::{Exec, Observation, milliseconds};
use crate::secret::Secret;
use crate::transport::{Asker, Recorder};
use azure_identity::{AzureCliCredentialOptions, Executor};
use std::ffi::OsStr;
use std::process::Output;
use std::sync::Arc;
use std::time::Instant;

/// The crate's options, with an executor that records.
pub(super) fn options(walk: &Walk<'_>, asker: &Asker) -> AzureCliCredentialOptions {
    AzureCliCredentialOptions {
        executor: Some(Arc::new(Recorded {
            recorder: walk.recorder.clone(),
            asker: asker.clone(),
        })),
        ..AzureCliCredentialOptions::default()
    }
}

#[derive(Debug)]
struct Recorded {
    recorder: Arc<Recorder>,
    asker: Asker,
}

#[async_trait::async_trait]
impl Executor for Recorded {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> std::io::Result<Output> {
        let began = Instant::now();
        let ended = azure_identity::new_executor().run(program, args).await;
        let arguments = args
            .iter()
            .map(|one| one.to_string_lossy().into_owned())
            .collect();
        let mut exec = Exec {
            program: program.to_string_lossy().into_owned(),
            arguments,
            code: None,
            fault: None,
            stderr: String::new(),
            elapsed_ms: milliseconds(began.elapsed()),
        };
        match &ended {
            Err(error) => exec.fault = Some(format!("it cannot be started: {error}")),
            Ok(output) => {
                exec.code = output.status.code();
                exec.stderr = self
                    .recorder
                    .redacted_foreign(&String::from_utf8_lossy(&output.stderr));
                exec.fault = fault(output, &exec.stderr);
                let token = token(&output.stdout);
                self.recorder.note_with_token(
                    &self.asker.place,
                    self.asker.step,
                    Observation::Exec(exec),
                    token.as_ref(),
                );
                return ended;
            }
        }
        self.recorder
            .note(&self.asker.place, self.asker.step, Observation::Exec(exec));
        ended
    }
}

/// What a failing `az` means, by its exit code and its own words: one sentence.
fn fault(output: &Output, stderr: &str) -> Option<String> {
    if output.status.success() {
        return token(&output.stdout)
            .is_none()
            .then(|| "az ended well and printed no token".to_owned());
    }
    Some(match stderr.split("AADSTS").nth(1) {
        Some(rest) => refused(&number(rest)),
        None if is_absent(output.status.code(), stderr) => "az is not installed here".to_owned(),
        None if is_elsewhere(stderr) => {
            "az is logged in to another tenant or subscription than the one it was asked for"
                .to_owned()
        }
        None if stderr.contains("az login") || stderr.contains("setup account") => {
            "az is logged out: nobody is signed in for this operating system user".to_owned()
        }
        None => "az gave no token".to_owned(),
    })
}

/// The shell's word for a program that is not there; `az` itself says "not found" of other things.
fn is_absent(code: Option<i32>, stderr: &str) -> bool {
    code == Some(127) || stderr.contains("az: not found") || stderr.contains("command not found")
}

fn is_elsewhere(stderr: &str) -> bool {
    let lower = stderr.to_ascii_lowercase();
    (lower.contains("subscription") || lower.contains("tenant")) && lower.contains("not found")
        || lower.contains("doesn't exist in cloud")
}

fn number(rest: &str) -> String {
    rest.chars().take_while(char::is_ascii_digit).collect()
}

/// What Entra told `az`, by its number (learn.microsoft.com, Entra error codes).
fn refused(number: &str) -> String {
    let meaning = match number {
        "700082" | "70043" | "50173" => "az's sign-in has expired; it takes a new az login",
        "50020" | "50034" | "90002" | "90072" => {
            "az is logged in to another tenant than the one it was asked for"
        }
        "50076" | "50079" | "53003" | "530032" => {
            "Entra wants the person who is logged in to az to do more than sign in"
        }
        _ => "Entra gives the login of az no token",
    };
    format!("{meaning} (AADSTS{number})")
}

fn token(stdout: &[u8]) -> Option<Secret> {
    let printed: serde_json::Value = serde_json::from_slice(stdout).ok()?;
    Some(Secret::new(printed.get("accessToken")?.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    fn said(code: i32, stdout: &str, stderr: &str) -> Option<String> {
        let output = Output {
            status: ExitStatus::from_raw(code << 8),
            stdout: stdout.into(),
            stderr: stderr.into(),
        };
        fault(&output, stderr)
    }

    #[test]
    fn each_failure_of_az_is_one_sentence() {
        for (code, stderr, words) in [
            (127, "/bin/sh: 1: az: not found", "not installed"),
            (
                1,
                "ERROR: Please run 'az login' to setup account.",
                "logged out",
            ),
            (
                1,
                "ERROR: AADSTS700082: The refresh token has expired.\nTo re-authenticate, please run:\naz login",
                "sign-in has expired; it takes a new az login (AADSTS700082)",
            ),
            (
                1,
                "ERROR: AADSTS90002: Tenant 'x' not found. Check",
                "another tenant than the one it was asked for (AADSTS90002)",
            ),
            (
                1,
                "ERROR: The subscription of 'x' doesn't exist in cloud 'AzureCloud'.",
                "another tenant or subscription",
            ),
            (1, "ERROR: AADSTS50076: multifactor", "(AADSTS50076)"),
            (2, "Traceback", "gave no token"),
        ] {
            let fault = said(code, "", stderr).expect("a fault");
            assert!(fault.contains(words), "{stderr}: {fault}");
            assert!(!fault.contains(". "), "one sentence: {fault}");
        }
        assert_eq!(said(0, r#"{"accessToken": "x.y.z"}"#, ""), None);
        assert!(said(0, "nothing", "").is_some());
    }
}
