//! More images than one looks at one by one: a line per image and principal.

use super::Look;
use super::cells::Detail;
use super::grid::{Grid, Group};
use super::ink::{Style, signs, styled};
use super::matrix::{name, texts, titles};
use super::wrap::{columns, fold, hang, measure};
use crate::evidence::Target;
use crate::report::{Principal, Report};

/// More than these are shown as a list.
const FEW: usize = 12;

/// True where the images are too many for a block each.
pub(in crate::report) fn are_many(report: &Report<'_>) -> bool {
    report.targets.len() > FEW
}

/// The list.
pub(super) fn compact(report: &Report<'_>, look: &Look) -> String {
    [Detail::Full, Detail::Step, Detail::Mark]
        .into_iter()
        .find_map(|detail| grid(report, look, detail).render(look))
        .unwrap_or_else(|| plain(report, look))
}

/// The principals that were tried; of the others the lines below the matrix speak.
fn tried<'r, 'a>(report: &'r Report<'a>) -> impl Iterator<Item = &'r Principal<'a>> {
    report
        .principals
        .iter()
        .filter(|principal| principal.untried.is_none())
}

fn grid(report: &Report<'_>, look: &Look, detail: Detail) -> Grid {
    let mut header = vec!["image".to_owned(), "principal".to_owned()];
    header.extend(titles(report, look));
    let header = header
        .iter()
        .map(|title| styled(Style::Dim, title))
        .collect();
    let mut rows = Vec::new();
    for target in report.targets {
        for (index, principal) in tried(report).enumerate() {
            let image = if index == 0 {
                fold(&signs(look, &short(report, target)), look.width / 2)
            } else {
                String::new()
            };
            let mut row = vec![image, name(look, principal.name)];
            row.extend(texts(report, look, &target.image, principal.name, detail));
            rows.push(row);
        }
    }
    Grid {
        header,
        groups: vec![Group { title: None, rows }],
    }
}

fn plain(report: &Report<'_>, look: &Look) -> String {
    let mut out = String::new();
    for target in report.targets {
        for principal in tried(report) {
            let cells = texts(report, look, &target.image, principal.name, Detail::Step);
            let text = format!(
                "{} · {}: {}",
                short(report, target),
                principal.name,
                cells.join(" · ")
            );
            out.push_str(&hang(look, "  ", "    ", &text));
        }
    }
    out
}

/// The line above the rows of one image of several.
pub(super) fn title(report: &Report<'_>, look: &Look, target: &Target) -> String {
    let whole = target.image.as_str();
    let text = if columns(whole) + 2 > measure(look) {
        short(report, target)
    } else {
        whole.to_owned()
    };
    format!(
        "\n{}",
        hang(look, "  ", "  ", &styled(Style::Strong, &text))
    )
}

/// The image without what all images share, and without most of a hash.
fn short(report: &Report<'_>, target: &Target) -> String {
    let alone = one_registry(report).is_some();
    let registry = if alone {
        String::new()
    } else {
        format!("{}/", target.registry)
    };
    if target.repository.is_empty() {
        return target.image.clone();
    }
    let (sign, reference) = match target.reference.strip_prefix("sha256:") {
        Some(digest) => ("@sha256:", digest),
        None => (":", target.reference.as_str()),
    };
    let is_hash = reference.len() >= 32 && reference.chars().all(|one| one.is_ascii_hexdigit());
    let reference = if is_hash {
        format!("{}…", &reference[..12])
    } else {
        reference.to_owned()
    };
    format!("{registry}{}{sign}{reference}", target.repository)
}

/// The registry that all images are in.
pub(in crate::report) fn one_registry<'r>(report: &'r Report<'_>) -> Option<&'r str> {
    let first = report.targets.first()?;
    report
        .targets
        .iter()
        .all(|target| target.registry == first.registry)
        .then_some(first.registry.as_str())
}
