//! The matrix: principals down, scopes across.
//!
//! What fits is set in full; else the same is said in fewer words, and in the end without columns.

use super::Look;
use super::cells::{Detail, Shown};
use super::grid::{Grid, Group};
use super::ink::{Style, signs, styled};
use super::wrap::{columns, fold, hang};
use super::{images, who};
use crate::report::{Cell, Principal, Report};

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rung {
    Full,
    ShortWho,
    Marks,
    NoWho,
}

/// The matrix, and below it what would try the rows that were not.
pub(super) fn render(report: &Report<'_>, look: &Look) -> String {
    if report.matrix.is_empty() {
        return String::new();
    }
    let mut out = if images::are_many(report) {
        images::compact(report, look)
    } else {
        [Rung::Full, Rung::ShortWho, Rung::Marks, Rung::NoWho]
            .into_iter()
            .find_map(|rung| grid(report, look, rung).render(look))
            .unwrap_or_else(|| stacked(report, look))
    };
    out.push_str(&sources(report, look));
    out.push_str(&untried(report, look));
    out
}

/// From this many rows on, where each credential came from does not fit into the matrix.
const MANY_ROWS: usize = 5;

/// Where each credential came from, whose it is, and until when.
fn sources(report: &Report<'_>, look: &Look) -> String {
    if report.principals.len() < MANY_ROWS {
        return String::new();
    }
    let mut out = "\n".to_owned();
    let tried = report
        .principals
        .iter()
        .filter(|one| one.untried.is_none() && one.kind != "anonymous");
    for principal in tried {
        let identity = &principal.identity;
        let mut parts = vec![principal.source.to_owned()];
        let ids = [
            ("user", &identity.user_name),
            ("object", &identity.object_id),
            ("application", &identity.client_id),
            ("until", &principal.expires),
        ];
        parts.extend(
            ids.iter()
                .filter_map(|(what, id)| Some(format!("{what} {}", id.as_ref()?))),
        );
        let text = format!("{}: {}", principal.name, parts.join(", "));
        out.push_str(&hang(look, "  ", "    ", &styled(Style::Dim, &text)));
    }
    out
}

fn grid(report: &Report<'_>, look: &Look, rung: Rung) -> Grid {
    let mut header = vec!["principal".to_owned()];
    if rung != Rung::NoWho {
        header.push("who".to_owned());
    }
    header.extend(titles(report, look));
    let header = header
        .iter()
        .map(|title| styled_lines(Style::Dim, title))
        .collect();
    let many = report.targets.len() > 1;
    let groups = report.targets.iter().map(|target| Group {
        title: many.then(|| images::title(report, look, target)),
        rows: report
            .principals
            .iter()
            .map(|principal| row(report, look, rung, &target.image, principal))
            .collect(),
    });
    Grid {
        header,
        groups: groups.collect(),
    }
}

fn row(
    report: &Report<'_>,
    look: &Look,
    rung: Rung,
    image: &str,
    principal: &Principal<'_>,
) -> Vec<String> {
    let mut row = vec![name(look, principal.name)];
    match rung {
        Rung::Full => row.push(signs(look, &who::long(report, principal)).into_owned()),
        Rung::ShortWho | Rung::Marks => {
            row.push(fold(&signs(look, &who::short(report, principal)), 16));
        }
        Rung::NoWho => {}
    }
    let repeats = match rung {
        Rung::Full | Rung::ShortWho => Detail::Step,
        Rung::Marks | Rung::NoWho => Detail::Mark,
    };
    row.extend(texts(report, look, image, principal.name, repeats));
    row
}

/// The cells of one row. What repeats the row's first cell is said in fewer words.
pub(super) fn texts(
    report: &Report<'_>,
    look: &Look,
    image: &str,
    principal: &str,
    repeats: Detail,
) -> Vec<String> {
    let cells = cells_of(report, image, principal);
    let shown: Vec<Shown> = cells.iter().map(|cell| Shown::of(report, cell)).collect();
    let detail = |index: usize| {
        if shown[..index].contains(&shown[index]) {
            repeats
        } else {
            Detail::Full
        }
    };
    shown
        .iter()
        .enumerate()
        .map(|(index, one)| one.text(look, detail(index)))
        .collect()
}

/// The cells of a row, in the plan's order.
pub(in crate::report) fn cells_of<'r, 'a>(
    report: &'r Report<'a>,
    image: &str,
    principal: &str,
) -> Vec<&'r Cell<'a>> {
    report
        .matrix
        .iter()
        .filter(|cell| cell.target == image && cell.principal == principal)
        .collect()
}

/// The columns' titles: actions by their names, other scopes word for word.
pub(super) fn titles(report: &Report<'_>, look: &Look) -> Vec<String> {
    let Some(principal) = report.principals.first() else {
        return vec![];
    };
    let of_target = report
        .targets
        .iter()
        .map(|target| cells_of(report, &target.image, principal.name));
    let widest = of_target.max_by_key(Vec::len).unwrap_or_default();
    widest
        .iter()
        .map(|cell| fold(&signs(look, title(cell)), 24))
        .collect()
}

pub(in crate::report) fn title<'r>(cell: &'r Cell<'_>) -> &'r str {
    let action = cell.asked.first().map(String::as_str);
    match action {
        _ if cell.scope.is_empty() => "sign in",
        Some(action) if cell.scope.starts_with("repository:") && cell.asked.len() == 1 => action,
        _ => &cell.scope,
    }
}

/// A principal's name in a column that leaves room for the others.
pub(super) fn name(look: &Look, name: &str) -> String {
    let room = (look.width / 4).max(16);
    if columns(name) <= room {
        return signs(look, name).into_owned();
    }
    fold(&signs(look, &who::abridged_name(name)), room)
}

fn styled_lines(style: Style, text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| styled(style, line)).collect();
    lines.join("\n")
}

/// Without columns: each row a line of its own.
fn stacked(report: &Report<'_>, look: &Look) -> String {
    let titles = titles(report, look);
    let mut out = String::new();
    for target in report.targets {
        if report.targets.len() > 1 {
            out.push_str(&images::title(report, look, target));
        }
        for principal in &report.principals {
            let cells = texts(report, look, &target.image, principal.name, Detail::Step);
            let said: Vec<String> = titles
                .iter()
                .zip(&cells)
                .map(|(title, cell)| {
                    format!("{title} {cell}")
                        .replace('\n', "")
                        .replace(' ', "\u{a0}")
                })
                .collect();
            let text = format!("{}: {}", principal.name, said.join(" · "));
            out.push_str(&hang(look, "  ", "    ", &text));
        }
    }
    out
}

/// What would try the rows that were not.
fn untried(report: &Report<'_>, look: &Look) -> String {
    let mut out = String::new();
    for principal in &report.principals {
        let Some(why) = &principal.untried else {
            continue;
        };
        let because = why.because.trim_end_matches('.');
        let is_told = |finding: &crate::findings::Finding| {
            finding.summary == report.answer && finding.summary.contains(because)
        };
        if why.flag.is_empty() && report.findings.iter().any(is_told) {
            continue;
        }
        let flag = if why.flag.is_empty() {
            String::new()
        } else {
            format!("; try {}", why.flag.replacen(' ', "\u{a0}", 1))
        };
        let text = format!("{}: untried, {because}{flag}", principal.name);
        out.push_str(&hang(look, "  ", "    ", &styled(Style::Dim, &text)));
    }
    if out.is_empty() {
        out
    } else {
        format!("\n{out}")
    }
}
