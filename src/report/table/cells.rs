//! One cell in words: a mark, and the step it stopped at.

use super::Look;
use super::ink::{Style, signs, styled};
use crate::findings::outcome::Verdict;
use crate::findings::rule::Severity;
use crate::report::{Cell, Report};

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Shown {
    mark: &'static str,
    style: Style,
    words: String,
    detail: String,
}

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Mark, step, status.
    Full,
    /// Mark and step.
    Step,
    /// The mark alone.
    Mark,
}

impl Shown {
    /// The cell as a mark and words.
    pub fn of(report: &Report<'_>, cell: &Cell<'_>) -> Self {
        let step = cell.stopped_at.unwrap_or("the end");
        let status = cell.status.map(|code| format!(" {code}"));
        let (mark, style, words, detail) = match cell.verdict {
            Verdict::Granted => ("√", Style::Good, "granted".into(), String::new()),
            Verdict::Denied if is_less_than_asked(cell) && is_normal(report, cell) => {
                ("–", Style::Dim, "not in token".into(), String::new())
            }
            Verdict::Denied if is_normal(report, cell) => {
                ("–", Style::Dim, step.to_owned(), status.unwrap_or_default())
            }
            Verdict::Denied if is_less_than_asked(cell) => {
                ("×", Style::Bad, "not in token".into(), String::new())
            }
            Verdict::Denied => ("×", Style::Bad, step.to_owned(), status.unwrap_or_default()),
            Verdict::Missing => {
                // An index that was read and lacks the platform is no status to show.
                let status = cell.status.filter(|status| *status != 200);
                ("×", Style::Bad, "missing".into(), in_brackets(status))
            }
            Verdict::Withheld => ("!", Style::Warn, "withheld".into(), format!(" at {step}")),
            Verdict::Unreachable => match status {
                Some(status) => ("?", Style::Warn, step.to_owned(), status),
                // A name that is not there and a certificate that is not trusted are answers of a kind.
                None if matches!(step, "resolve" | "tls") => {
                    ("?", Style::Warn, format!("{step} failed"), String::new())
                }
                None => ("?", Style::Warn, "no answer".into(), format!(" at {step}")),
            },
            Verdict::Untried => ("?", Style::Dim, "untried".into(), String::new()),
        };
        Self {
            mark,
            style,
            words,
            detail,
        }
    }

    /// The mark alone, its style, and the words.
    pub fn parts(&self) -> (&'static str, Style, String) {
        (
            self.mark,
            self.style,
            format!("{}{}", self.words, self.detail),
        )
    }

    /// What a cell shows that repeats the first of its row: nothing new, so less.
    pub(super) fn text(&self, look: &Look, detail: Detail) -> String {
        let mark = signs(look, self.mark);
        let words = match detail {
            Detail::Full => format!("{}{}", self.words, self.detail),
            Detail::Step => self.words.clone(),
            Detail::Mark => String::new(),
        };
        let words = signs(look, &words);
        match self.style {
            Style::Dim => styled(Style::Dim, format!("{mark} {words}").trim_end()),
            style => format!("{} {words}", styled(style, &mark))
                .trim_end()
                .to_owned(),
        }
    }
}

/// A token was given, without what was asked for.
fn is_less_than_asked(cell: &Cell<'_>) -> bool {
    cell.stopped_at == Some("access-token") && cell.status == Some(200)
}

fn in_brackets(status: Option<u16>) -> String {
    status.map(|code| format!(" ({code})")).unwrap_or_default()
}

/// True where the refusal is as it should be.
pub(super) fn is_normal(report: &Report<'_>, cell: &Cell<'_>) -> bool {
    let accounts = |finding: &&crate::findings::Finding| {
        Some(finding.rule) == cell.cause
            && finding.principals.iter().any(|name| name == cell.principal)
            && finding.scopes.contains(&cell.scope)
    };
    report
        .findings
        .iter()
        .find(accounts)
        .is_some_and(|finding| finding.severity == Severity::Info)
}
