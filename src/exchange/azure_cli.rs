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

/// What a failing `az` means, by its exit code and its own words.
fn fault(output: &Output, stderr: &str) -> Option<String> {
    if output.status.success() {
        return None;
    }
    let absent = output.status.code() == Some(127) || stderr.contains("not found");
    let logged_out = stderr.contains("az login") || stderr.contains("setup account");
    Some(match (absent, logged_out) {
        (true, _) => "az is not installed here".to_owned(),
        (false, true) => {
            "az is logged out: nobody is signed in for this operating system user".to_owned()
        }
        (false, false) => "az gave no token".to_owned(),
    })
}

fn token(stdout: &[u8]) -> Option<Secret> {
    let printed: serde_json::Value = serde_json::from_slice(stdout).ok()?;
    Some(Secret::new(printed.get("accessToken")?.as_str()?))
}
