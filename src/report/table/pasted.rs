//! What was pasted beside the run, and whether the run meets the same.

use super::Look;
use super::ink::{Style, styled};
use super::wrap::{Labels, ids, sentence};
use crate::event::Role;
use crate::findings::event::{Beside, Reproduction};
use crate::report::Report;
use crate::report::event::asked;

const COLUMN: Labels = Labels {
    indent: 2,
    text: 13,
};
/// More pulls of one text are counted.
const SHOWN: usize = 3;

/// One short section; nothing where nothing was pasted.
pub(super) fn render(report: &Report<'_>, look: &Look) -> String {
    let mut out = String::new();
    for one in report.events.iter().take(SHOWN) {
        if let Some(refusal) = one
            .event
            .attempts
            .iter()
            .find(|one| one.role == Role::Refusal)
        {
            out.push_str(&COLUMN.prose(look, "the text", &sentence(&asked(&one.event, refusal))));
        }
        out.push_str(&COLUMN.prose(look, "this run", &met(one, look)));
    }
    let more = report.events.len().saturating_sub(SHOWN);
    if more > 0 {
        let text = format!("{more} more pulls; --format json lists them");
        out.push_str(&COLUMN.prose(look, "", &styled(Style::Dim, &text)));
    }
    out
}

fn met(one: &Beside, look: &Look) -> String {
    let style = match one.here.verdict {
        Reproduction::Reproduced | Reproduction::GrantedHere => Style::Strong,
        _ => Style::Dim,
    };
    let said = styled(style, &one.here.because);
    if one.here.transactions.is_empty() {
        return said;
    }
    let cited = ids(look, &one.here.transactions, &[]).replace(' ', "\u{a0}");
    format!("{said} {}", styled(Style::Dim, &cited))
}
