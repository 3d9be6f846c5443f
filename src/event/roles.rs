//! Which attempt is the first real refusal, and which is noise.

use super::{Attempt, Credential, Fault, Role};
use crate::evidence::Step;

/// In a list the first entries are those with a credential: the anonymous one comes last.
pub(super) fn infer(attempts: &mut [Attempt]) {
    let has_anonymous = attempts.last().is_some_and(is_anonymous_refusal);
    let count = attempts.len();
    for one in attempts.iter_mut().take(count.saturating_sub(1)) {
        let is_answer = matches!(
            one.step,
            Some(Step::AccessToken | Step::Manifest | Step::Blob)
        );
        if has_anonymous && is_answer && one.credential == Credential::Unstated {
            one.credential = Credential::Presented;
        }
    }
}

/// The first refusal that is no consequence is the real one.
pub(super) fn assign(attempts: &mut [Attempt]) {
    let is_weak = |one: &Attempt| is_anonymous_refusal(one) || is_consequence(one.fault);
    let decisive = attempts
        .iter()
        .position(|one| !is_weak(one))
        .or_else(|| attempts.iter().position(|one| !is_anonymous_refusal(one)))
        .unwrap_or(0);
    for (at, one) in attempts.iter_mut().enumerate() {
        one.role = match at {
            _ if at == decisive => Role::Refusal,
            _ if is_weak(one) => Role::Noise,
            _ => Role::Later,
        };
    }
}

/// What the kubelet meets when it has nothing to present.
fn is_anonymous_refusal(one: &Attempt) -> bool {
    one.credential == Credential::None && one.fault == Fault::Refused
}

/// What only says that something before it failed.
fn is_consequence(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::ProviderFailed
            | Fault::RoleNotGiven
            | Fault::NoProvider
            | Fault::NoEntry
            | Fault::NotLoggedIn
    )
}
