//! Which principal of one recording belongs to which of the other, and which image.

use super::Named;
use crate::evidence::PlannedPrincipal;
use crate::findings::words::listed;

/// Why two recordings cannot be compared. One sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unpairable {
    /// A pair that was typed names nobody.
    #[error("--pair {text}: it must be A=B, with A one of {a} and B one of {b}")]
    Unknown {
        /// As it was typed.
        text: String,
        /// Who is in the first recording.
        a: String,
        /// Who is in the second.
        b: String,
    },
    /// No name is in both.
    #[error(
        "no principal is in both: the first recording has {a}, the second {b}; say who belongs together with --pair {example}"
    )]
    NoCommonName {
        /// Who is in the first recording.
        a: String,
        /// Who is in the second.
        b: String,
        /// What could be typed.
        example: String,
    },
    /// No image is in both.
    #[error("no image is in both recordings: the first asked for {a}, the second for {b}")]
    NoCommonImage {
        /// The first's images.
        a: String,
        /// The second's.
        b: String,
    },
    /// The same principals and images, and no action in common.
    #[error("the two recordings have no action in common, so there is nothing to compare")]
    NothingInCommon,
}

/// Who is compared with whom.
pub(super) struct Pairing {
    pub principals: Vec<(String, String)>,
    pub targets: Vec<(String, String)>,
    pub notes: Vec<String>,
}

impl Pairing {
    pub fn of(a: Named<'_>, b: Named<'_>, wanted: &[String]) -> Result<Self, Unpairable> {
        let mut notes = circumstances(a, b);
        let principals = principals(a, b, wanted, &mut notes)?;
        let targets = targets(a, b, &mut notes)?;
        Ok(Self {
            principals,
            targets,
            notes,
        })
    }
}

fn circumstances(a: Named<'_>, b: Named<'_>) -> Vec<String> {
    let mut notes: Vec<String> = [a, b]
        .iter()
        .filter(|one| !one.recording.complete)
        .map(|one| {
            format!(
                "{} was cut off, so what is missing from it says nothing",
                one.name
            )
        })
        .collect();
    let (one, other) = (&a.recording.header, &b.recording.header);
    if one.flow != other.flow {
        notes.push(format!(
            "different clients were replayed: flow {} in {}, {} in {}",
            one.flow, a.name, other.flow, b.name
        ));
    }
    notes
}

fn principals(
    a: Named<'_>,
    b: Named<'_>,
    wanted: &[String],
    notes: &mut Vec<String>,
) -> Result<Vec<(String, String)>, Unpairable> {
    let (own, others) = (names(a), names(b));
    let mut pairs = Vec::new();
    for text in wanted {
        let pair = typed(text, &own, &others).ok_or_else(|| Unpairable::Unknown {
            text: text.clone(),
            a: own.join(", "),
            b: others.join(", "),
        })?;
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    if wanted.is_empty() {
        pairs = unasked(a, b, notes);
    }
    if pairs.is_empty() {
        let first = |names: &[String]| names.first().cloned().unwrap_or_default();
        return Err(Unpairable::NoCommonName {
            example: format!("{}={}", first(&tried(a)), first(&tried(b))),
            a: own.join(", "),
            b: others.join(", "),
        });
    }
    let left_a = left(&tried(a), pairs.iter().map(|(one, _)| one));
    let left_b = left(&tried(b), pairs.iter().map(|(_, other)| other));
    notes.extend(not_compared(a.name, &left_a));
    notes.extend(not_compared(b.name, &left_b));
    Ok(pairs)
}

/// `A=B`; names may hold a `=` of their own.
fn typed(text: &str, own: &[String], others: &[String]) -> Option<(String, String)> {
    text.match_indices('=').find_map(|(at, _)| {
        let (one, other) = (text[..at].to_owned(), text[at + 1..].to_owned());
        (own.contains(&one) && others.contains(&other)).then_some((one, other))
    })
}

/// By name; where nobody but anonymous has one in both, the only ones that there are.
fn unasked(a: Named<'_>, b: Named<'_>, notes: &mut Vec<String>) -> Vec<(String, String)> {
    let (counted_a, counted_b) = (counted(a), counted(b));
    let mut pairs = by_name(&counted_a, &counted_b);
    if pairs.iter().all(|(name, _)| name == "anonymous")
        && let Some((one, other)) = the_only_ones(&counted_a, &counted_b)
    {
        notes.push(format!(
            "{one} and {other} were paired because each recording tried no other"
        ));
        pairs.push((one, other));
    }
    if pairs.is_empty() {
        // One side alone tried it, which is better than nothing.
        pairs = by_name(&counted_a, &names(b));
        pairs.extend(by_name(&names(a), &counted_b));
    }
    pairs
}

fn by_name(own: &[String], others: &[String]) -> Vec<(String, String)> {
    let is_common = |name: &&String| others.contains(name);
    let common = own.iter().filter(is_common);
    common.map(|name| (name.clone(), name.clone())).collect()
}

fn the_only_ones(own: &[String], others: &[String]) -> Option<(String, String)> {
    let somebody = |names: &[String]| {
        let mut names = names.iter().filter(|name| *name != "anonymous");
        let first = names.next()?.clone();
        names.next().is_none().then_some(first)
    };
    Some((somebody(own)?, somebody(others)?))
}

/// Who was tried, or should have been: a row that is there only to name its flag says nothing.
fn counted(named: Named<'_>) -> Vec<String> {
    let required = &named.recording.header.required;
    let is_required = |row: &PlannedPrincipal| required.iter().any(|one| one.principal == row.name);
    rows(named)
        .filter(|row| row.untried.is_none() || is_required(row))
        .map(|row| row.name.clone())
        .collect()
}

fn rows<'a>(named: Named<'a>) -> impl Iterator<Item = &'a PlannedPrincipal> {
    named.recording.header.principals.iter()
}

fn names(named: Named<'_>) -> Vec<String> {
    rows(named).map(|row| row.name.clone()).collect()
}

fn tried(named: Named<'_>) -> Vec<String> {
    let is_tried = |row: &&PlannedPrincipal| row.untried.is_none();
    rows(named)
        .filter(is_tried)
        .map(|row| row.name.clone())
        .collect()
}

fn left<'p>(all: &[String], used: impl Iterator<Item = &'p String>) -> Vec<String> {
    let used: Vec<&String> = used.collect();
    let is_left = |name: &&String| !used.contains(name);
    all.iter().filter(is_left).cloned().collect()
}

fn not_compared(recording: &str, names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| format!("not compared: {} of {recording}", listed(names)))
}

fn targets(
    a: Named<'_>,
    b: Named<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<(String, String)>, Unpairable> {
    let images = |named: Named<'_>| -> Vec<String> {
        let targets = named.recording.header.targets.iter();
        targets.map(|target| target.image.clone()).collect()
    };
    let (own, others) = (images(a), images(b));
    if let ([one], [other]) = (own.as_slice(), others.as_slice()) {
        if one != other {
            notes.push(format!("two images are compared: {one} and {other}"));
        }
        return Ok(vec![(one.clone(), other.clone())]);
    }
    let common: Vec<&String> = own.iter().filter(|image| others.contains(image)).collect();
    if common.is_empty() {
        return Err(Unpairable::NoCommonImage {
            a: listed(&own),
            b: listed(&others),
        });
    }
    notes.extend(not_compared(a.name, &left(&own, common.iter().copied())));
    notes.extend(not_compared(b.name, &left(&others, common.iter().copied())));
    let pairs = common
        .into_iter()
        .map(|image| (image.clone(), image.clone()));
    Ok(pairs.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_a_sign_of_equality() {
        let names = |names: &[&str]| names.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        let own = names(&["admin", "managed-identity:client-id=1"]);
        let others = names(&["kubelet", "managed-identity:client-id=2"]);
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let expected = expected.map(|(one, other)| (one.to_owned(), other.to_owned()));
            assert_eq!(typed(text, &own, &others), expected, "{text}");
        };
        check("admin=kubelet", Some(("admin", "kubelet")));
        check(
            "managed-identity:client-id=1=managed-identity:client-id=2",
            Some((
                "managed-identity:client-id=1",
                "managed-identity:client-id=2",
            )),
        );
        check("kubelet=admin", None);
        check("admin", None);
        check("", None);
    }
}
