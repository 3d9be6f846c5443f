//! The image itself.

pub mod dangling_tag;
pub mod platform_mismatch;
pub mod quarantined;
pub mod repo_or_tag_missing;
pub(super) mod stop;

use super::case::Case;
use stop::Stop;

/// What the content has against this cell's pull, where that is what stopped it.
pub(super) fn of<'a>(case: &Case<'a>) -> Option<Stop<'a>> {
    let outcome = &case.this.outcome;
    outcome
        .is_of_content()
        .then(|| Stop::of(case.recording, case.this.cell.target))
        .flatten()
}
