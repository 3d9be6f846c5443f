//! Who can do what: the matrix, and whose credential each row is.

use super::{Block, Field, Section, Table, Text};
use crate::report::plain::one_line;
use crate::report::table::cells::Shown;
use crate::report::table::images::are_many;
use crate::report::table::matrix::{cells_of, title};
use crate::report::table::who;
use crate::report::{Cell, Principal, Report};

/// The matrix and its rows' credentials.
pub(super) fn section(report: &Report<'_>) -> Section {
    let mut blocks: Vec<Block> = matrix(report).block().into_iter().collect();
    let untried = untried(report);
    if !untried.is_empty() {
        blocks.push(Block::Items(untried));
    }
    blocks.extend(credentials(report).block());
    Section::new("matrix", "Who can do what", blocks)
}

fn matrix(report: &Report<'_>) -> Table {
    let has_images = report.targets.len() > 1;
    let scopes = scopes(report);
    let mut head = if has_images { vec!["image"] } else { vec![] };
    head.push("principal");
    head.extend(scopes.iter().map(String::as_str));
    // Last: on a narrow page the verdicts are to be seen first.
    head.push("who");
    let mut table = Table::new("Each principal and what it may do", &head);
    table.names = if has_images { 2 } else { 1 };
    for target in report.targets {
        // Of many images only the rows that were tried; of the others the list below speaks.
        let rows = report
            .principals
            .iter()
            .filter(|one| !are_many(report) || one.untried.is_none());
        for principal in rows {
            let mut row: Vec<Field> = Vec::new();
            if has_images {
                row.push(Text::code(&target.image).into());
            }
            row.push(Text::code(principal.name).into());
            let cells = cells_of(report, &target.image, principal.name);
            row.extend(cells.into_iter().map(|cell| field(report, cell)));
            // A bare login server has fewer columns than its neighbours.
            row.resize_with(table.head.len() - 1, Field::default);
            row.push(Text::of(&who::long(report, principal)).into());
            table.row(None, row);
        }
    }
    table
}

/// The columns: actions by their names, other scopes word for word.
fn scopes(report: &Report<'_>) -> Vec<String> {
    let Some(principal) = report.principals.first() else {
        return vec![];
    };
    let of_target = report
        .targets
        .iter()
        .map(|target| cells_of(report, &target.image, principal.name));
    let widest = of_target.max_by_key(Vec::len).unwrap_or_default();
    widest.iter().map(|cell| title(cell).to_owned()).collect()
}

fn field(report: &Report<'_>, cell: &Cell<'_>) -> Field {
    let (mark, style, words) = Shown::of(report, cell).parts();
    Field {
        text: Text::of(&format!("{mark}\u{a0}{words}")),
        spoken: Some(one_line(&in_words(cell))),
        tone: style.into(),
    }
}

/// A cell that is heard alone: principal, scope, verdict, step, status, cause.
fn in_words(cell: &Cell<'_>) -> String {
    let scope = if cell.scope.is_empty() {
        "signing in"
    } else {
        &cell.scope
    };
    let mut words = format!("{}, {scope}: {}", cell.principal, cell.verdict.name());
    if let Some(step) = cell.stopped_at {
        words.push_str(&format!(" at {step}"));
    }
    if let Some(status) = cell.status {
        words.push_str(&format!(", status {status}"));
    }
    if let Some(cause) = cell.cause {
        words.push_str(&format!(", {cause}"));
    }
    words
}

/// What would try the rows that were not.
fn untried(report: &Report<'_>) -> Vec<Text> {
    let one = |principal: &Principal<'_>| {
        let why = principal.untried.as_ref()?;
        let because = why.because.trim_end_matches('.');
        let text = Text::code(principal.name).say(&format!(": untried, {because}"));
        if why.flag.is_empty() {
            return Some(text);
        }
        Some(text.say("; try ").and_code(&why.flag))
    };
    report.principals.iter().filter_map(one).collect()
}

fn credentials(report: &Report<'_>) -> Table {
    let mut table = Table::new(
        "Whose credential each row is",
        &["principal", "what", "value"],
    );
    let tried = report
        .principals
        .iter()
        .filter(|one| one.untried.is_none() && one.kind != "anonymous");
    for principal in tried {
        let identity = &principal.identity;
        let (kind, source) = (principal.kind.to_owned(), principal.source.to_owned());
        for (what, value) in [
            ("kind", &Some(kind)),
            ("credential from", &Some(source)),
            ("user name", &identity.user_name),
            ("object id", &identity.object_id),
            ("application id", &identity.client_id),
            ("tenant", &identity.tenant_id),
            ("resource", &identity.resource_id),
            ("ends", &principal.expires),
        ] {
            let Some(value) = value else { continue };
            let name = Text::code(principal.name);
            table.row(
                None,
                vec![name.into(), what.into(), Text::code(value).into()],
            );
        }
    }
    table
}
