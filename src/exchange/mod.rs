//! WHAT: the walk. Every cell goes challenge → identity token → refresh token → access token →
//! manifest, as the replayed client goes; what is shared is asked once.
//!
//! A step that gets no further returns [`Stopped`], which holds nothing: where and why is in the
//! evidence. One bad cell never stops the matrix.

mod access_token;
mod azure_cli;
mod challenge;
mod content;
mod experiment;
mod form;
mod grants;
mod identity_token;
mod lanes;
mod manifest;
mod presented;
mod refresh_token;
mod walk;

use crate::evidence::Recording;
use crate::plan::Plan;
use crate::secret::Secret;
use crate::transport::{Live, Recorder, Stopped};
use challenge::Challenged;
use futures_util::StreamExt;
use futures_util::stream;
use lanes::Pulls;
use presented::Presented;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;
use tokio::sync::OnceCell;

/// What a principal presents to a token endpoint.
#[derive(Clone)]
enum Credential {
    /// Nothing.
    None,
    /// A user name and a password; an ACR refresh token goes with the null user name.
    Password { user: String, secret: Secret },
    /// An ACR refresh token.
    Refresh(Secret),
}

/// Cells under way for each request that may be: some wait for what others ask for.
const CELLS_A_REQUEST: usize = 4;

/// Walks the plan and returns the evidence, in the plan's order. Where `interrupt` comes first, what was
/// seen until then is the evidence, and the recording says that it was cut off. `done` counts cells.
pub async fn probe(
    plan: &Plan,
    live: Live,
    done: &AtomicUsize,
    interrupt: impl Future<Output = ()>,
) -> Recording {
    let recorder = Arc::new(Recorder::new(live, plan.trust.clone(), plan.reveals_ids));
    let observed_at = OffsetDateTime::now_utc();
    let walk = Walk {
        plan,
        recorder: recorder.clone(),
        shared: Shared::of(plan),
    };
    walk.note_files();
    walk.note_pasted();
    let trusted: Vec<bool> = plan
        .targets
        .iter()
        .map(|target| walk.admit(&target.registry))
        .collect();
    let whole = async {
        tokio::join!(
            async {
                let cells = stream::iter(walk.cells());
                let walked =
                    cells.for_each_concurrent(plan.width * CELLS_A_REQUEST, async |cell| {
                        let granted = match trusted[cell.target] {
                            true => walk.cell(cell).await,
                            false => None,
                        };
                        if walk.is_pull(cell) {
                            walk.shared.pulls[cell.target].settle(cell, granted);
                        }
                        done.fetch_add(1, Ordering::Relaxed);
                    });
                walked.await;
                experiment::run(&walk).await;
            },
            content::run(&walk)
        );
    };
    let complete = tokio::select! {
        () = whole => true,
        () = interrupt => false,
    };
    let recording = recorder.finish(plan.header(run_id(), rfc3339(observed_at)));
    Recording {
        complete,
        ..recording
    }
}

/// The walk of one plan.
struct Walk<'a> {
    plan: &'a Plan,
    recorder: Arc<Recorder>,
    shared: Shared,
}

type Once<K, T> = Mutex<HashMap<K, Arc<OnceCell<Result<T, Stopped>>>>>;

/// What more than one cell stands on, each asked once.
#[derive(Default)]
struct Shared {
    /// `GET /v2/`, by registry.
    pings: Once<String, Challenged>,
    /// The unauthenticated manifest request, by target.
    challenges: Once<usize, Challenged>,
    /// The Entra token, by principal and audience.
    identities: Once<(usize, &'static str), Secret>,
    /// The ACR refresh token, by principal and registry.
    refreshes: Once<(usize, String), Secret>,
    /// What stores, helpers and plugins gave, by principal and registry.
    presented: Once<(usize, String), Vec<Presented>>,
    /// What was presented for each cell and what came of it: what an experiment may vary.
    attempts: Mutex<Vec<experiment::Attempt>>,
    /// What became of the pulls, by target.
    pulls: Vec<Pulls>,
    /// Registries that were judged already.
    judged: Mutex<HashMap<String, bool>>,
}

impl Shared {
    fn of(plan: &Plan) -> Self {
        Self {
            pulls: plan.targets.iter().map(|_| Pulls::default()).collect(),
            ..Self::default()
        }
    }
}

/// The cell of one key, made where it is not there yet.
fn once<K: std::hash::Hash + Eq, T>(map: &Once<K, T>, key: K) -> Arc<OnceCell<Result<T, Stopped>>> {
    crate::evidence::redact::lock(map)
        .entry(key)
        .or_default()
        .clone()
}

/// One cell by its indices in the plan.
#[derive(Clone, Copy)]
struct CellIndex {
    target: usize,
    principal: usize,
    ask: usize,
}

/// Whole seconds, in UTC.
pub fn rfc3339(time: OffsetDateTime) -> String {
    let whole = time.replace_nanosecond(0).unwrap_or(time);
    whole
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default()
}

/// Eight random bytes: enough to tell the runs of a fleet apart.
pub fn run_id() -> String {
    use ring::rand::SecureRandom;
    let mut bytes = [0_u8; 8];
    // Without randomness the id is zero, which is a poor name and no fault.
    let _ = ring::rand::SystemRandom::new().fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
