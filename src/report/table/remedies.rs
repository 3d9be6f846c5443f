//! What to do: commands word for word, each under a label, with who may and when it works.

use super::Look;
use super::ink::{Style, styled};
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
    for run in remedies.chunk_by(|one, next| changes(one) && changes(next)) {
        match run {
            [one] if !changes(one) => out.push_str(&reading(look, one)),
            run => out.push_str(&changing(look, run)),
        }
    }
    out
}

/// What only reads, or only says.
fn reading(look: &Look, remedy: &Remedy) -> String {
    match remedy.kind {
        RemedyKind::Ask => command(look, "ask", remedy),
        RemedyKind::Check => command(look, "check", remedy),
        RemedyKind::Note => COLUMN.prose(look, "note", &note(remedy)),
        RemedyKind::Az | RemedyKind::Kubectl | RemedyKind::Bicep | RemedyKind::Terraform => {
            command(look, "do", remedy)
        }
    }
}

/// Ways to the same end: each with who may, all with when it works.
fn changing(look: &Look, run: &[Remedy]) -> String {
    let mut out = String::new();
    let mut label = "do";
    let mut who: Vec<&str> = Vec::new();
    for remedy in run.iter().filter(|one| !is_code(one)) {
        out.push_str(&command(look, label, remedy));
        if !remedy.who.is_empty() && !who.contains(&remedy.who.as_str()) {
            out.push_str(&COLUMN.prose(look, "who", &styled(Style::Dim, &remedy.who)));
            who.push(&remedy.who);
        }
        label = "or";
    }
    if run.iter().any(is_code) {
        out.push_str(&COLUMN.prose(look, "code", &code(run)));
    }
    let mut effects: Vec<&str> = run.iter().map(|one| one.takes_effect.as_str()).collect();
    effects.dedup();
    effects.retain(|one| !one.is_empty());
    if !effects.is_empty() {
        let when = styled(Style::Dim, &effects.join("; or "));
        out.push_str(&COLUMN.prose(look, "works", &when));
    }
    out
}

fn is_code(remedy: &Remedy) -> bool {
    matches!(remedy.kind, RemedyKind::Bicep | RemedyKind::Terraform)
}

/// True for what needs a right to be done. Of a command that only reads nobody asks who may.
fn changes(remedy: &Remedy) -> bool {
    match remedy.kind {
        RemedyKind::Az | RemedyKind::Kubectl | RemedyKind::Bicep | RemedyKind::Terraform => true,
        RemedyKind::Ask | RemedyKind::Check | RemedyKind::Note => false,
    }
}

fn code(remedies: &[Remedy]) -> String {
    let has = |kind| remedies.iter().any(|one| one.kind == kind);
    let names = match (has(RemedyKind::Bicep), has(RemedyKind::Terraform)) {
        (true, true) => "Bicep and Terraform",
        (true, false) => "Bicep",
        (false, _) => "Terraform",
    };
    format!("{names}, filled in: the same command with --format markdown")
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
        let (code, comment) = parted(look, line);
        if !code.is_empty() {
            out.push_str(&format!("{start}{code}\n"));
            start = COLUMN.blank();
        }
        if let Some(comment) = comment {
            out.push_str(&wrapped(look, &start, comment));
            start = COLUMN.blank();
        }
    }
    out
}

/// Code and comment, each for a line of its own. A comment behind code stays there if there is room; else
/// it comes after it, where it cannot part a command from its continuation.
fn parted<'t>(look: &Look, line: &'t str) -> (&'t str, Option<&'t str>) {
    if let Some(comment) = line.strip_prefix("# ") {
        return ("", Some(comment));
    }
    match line.split_once("   # ") {
        Some((code, comment)) if COLUMN.text + columns(line) > measure(look) => {
            (code, Some(comment))
        }
        _ => (line, None),
    }
}

fn wrapped(look: &Look, start: &str, comment: &str) -> String {
    let rest = format!("{}# ", COLUMN.blank());
    let first = format!("{start}{}", styled(Style::Dim, "# "));
    super::wrap::hang(look, &first, &rest, &styled(Style::Dim, comment))
}
