//! What to do: commands word for word, each under a label, with who may and when it works.

use super::Look;
use super::ink::{Style, signs, styled};
use super::wrap::{Labels, columns, measure, sentence};
use crate::findings::remedy::{Remedy, RemedyKind};

const COLUMN: Labels = Labels {
    indent: 2,
    text: 10,
};

/// True where there is more than a sentence to say.
pub(super) fn is_worth_showing(remedies: &[Remedy]) -> bool {
    remedies.iter().any(|one| one.kind != RemedyKind::Note)
}

/// The remedies of one finding.
pub(super) fn render(remedies: &[Remedy], look: &Look) -> String {
    let mut out = String::new();
    let mut is_done = false;
    let mut is_coded = false;
    for (index, remedy) in remedies.iter().enumerate() {
        match remedy.kind {
            RemedyKind::Ask => out.push_str(&command(look, "ask", remedy)),
            RemedyKind::Check => out.push_str(&command(look, "check", remedy)),
            RemedyKind::Az | RemedyKind::Kubectl => {
                out.push_str(&command(look, if is_done { "or" } else { "do" }, remedy));
                is_done = true;
            }
            RemedyKind::Bicep | RemedyKind::Terraform if !is_coded => {
                out.push_str(&COLUMN.prose(look, "code", &code(remedies)));
                is_coded = true;
            }
            RemedyKind::Bicep | RemedyKind::Terraform => {}
            RemedyKind::Note => out.push_str(&COLUMN.prose(look, "note", &note(remedy))),
        }
        let next = remedies.get(index + 1);
        if changes(remedy) && !next.is_some_and(|next| changes(next) && is_alike(next, remedy)) {
            out.push_str(&circumstances(look, remedy));
        }
    }
    out
}

/// What was said at an earlier finding.
pub(super) fn as_before(look: &Look, whose: &str) -> String {
    COLUMN.prose(look, "do", &format!("as above for {whose}"))
}

fn is_alike(one: &Remedy, other: &Remedy) -> bool {
    one.who == other.who && one.takes_effect == other.takes_effect
}

/// True for what needs a right to be done. Of a command that only reads nobody asks who may.
fn changes(remedy: &Remedy) -> bool {
    match remedy.kind {
        RemedyKind::Az | RemedyKind::Kubectl | RemedyKind::Bicep | RemedyKind::Terraform => true,
        RemedyKind::Ask | RemedyKind::Check | RemedyKind::Note => false,
    }
}

fn circumstances(look: &Look, remedy: &Remedy) -> String {
    let mut out = String::new();
    if !remedy.who.is_empty() {
        out.push_str(&COLUMN.prose(look, "who", &styled(Style::Dim, &remedy.who)));
    }
    if !remedy.takes_effect.is_empty() {
        let when = styled(Style::Dim, &remedy.takes_effect);
        out.push_str(&COLUMN.prose(look, "works", &when));
    }
    out
}

fn code(remedies: &[Remedy]) -> String {
    let has = |kind| remedies.iter().any(|one| one.kind == kind);
    let names = match (has(RemedyKind::Bicep), has(RemedyKind::Terraform)) {
        (true, true) => "Bicep and Terraform",
        (true, false) => "Bicep",
        (false, _) => "Terraform",
    };
    format!("{names}, filled in: the same command with --format json")
}

fn note(remedy: &Remedy) -> String {
    let text = sentence(&remedy.text);
    if matches!(remedy.who.as_str(), "" | "nobody") {
        return text;
    }
    let when = match remedy.takes_effect.as_str() {
        "" => String::new(),
        when => format!("; {when}"),
    };
    format!(
        "{text} {}",
        styled(Style::Dim, &format!("({}{when})", remedy.who))
    )
}

/// Lines to paste, word for word; comments among them are prose and may be wrapped.
fn command(look: &Look, label: &str, remedy: &Remedy) -> String {
    let mut out = String::new();
    let mut start = COLUMN.label(label);
    for line in remedy.text.trim_end().lines() {
        out.push_str(&match line.strip_prefix("# ") {
            Some(comment) if is_too_long(look, line) => wrapped(look, &start, comment),
            Some(_) => format!("{start}{}\n", styled(Style::Dim, &signs(look, line))),
            None => format!("{start}{line}\n"),
        });
        start = COLUMN.blank();
    }
    out
}

fn is_too_long(look: &Look, line: &str) -> bool {
    COLUMN.text + columns(line) > measure(look)
}

fn wrapped(look: &Look, start: &str, comment: &str) -> String {
    let rest = format!("{}# ", COLUMN.blank());
    let first = format!("{start}{}", styled(Style::Dim, "# "));
    super::wrap::hang(look, &first, &rest, &styled(Style::Dim, comment))
}
