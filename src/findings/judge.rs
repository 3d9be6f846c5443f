//! From the rules' answers to findings. The table decides ties; nothing here knows any rule.

use super::case::{Case, Judged, judge_cells};
use super::event;
use super::finding::{Alternative, Diagnosis, Finding, RuledOut};
use super::network;
use super::outcome::Verdict;
use super::rule::{Answer, Because, Confidence, Family, Overview, Rule, Severity, Telling};
use super::table::RULES;
use super::words::listed;
use crate::evidence::{Ask, Cell, Recording};

/// Judges a whole recording.
pub fn diagnose(recording: &Recording) -> Diagnosis<'_> {
    let cells = judge_cells(recording);
    let judgements: Vec<Option<Judgement>> = cells
        .iter()
        .map(|this| {
            needs_a_cause(this).then(|| {
                Judgement::of(&Case {
                    recording,
                    all: &cells,
                    this,
                })
            })
        })
        .collect();
    let causes = judgements
        .iter()
        .map(|one| {
            one.as_ref()
                .and_then(|one| one.cause.as_ref())
                .map(|(rule, ..)| rule.name)
        })
        .collect();
    let mut findings = cause_findings(recording, &cells, &judgements);
    let beside = event::beside(recording, &cells);
    findings.extend(event::not_here(recording, &cells, &beside));
    findings.extend(notices(recording, &cells));
    // Stable: within a rank the plan's order holds.
    findings.sort_by_key(|finding| rank(recording, finding));
    let ruled_out = ruled_out(recording, &cells, &judgements);
    Diagnosis {
        cells,
        causes,
        findings,
        ruled_out,
        beside,
    }
}

/// A cell with nothing at hand has its reason in the plan already.
fn needs_a_cause(judged: &Judged<'_>) -> bool {
    match judged.outcome.verdict {
        Verdict::Granted => false,
        Verdict::Untried => judged.outcome.fact.is_some() || judged.cell.target.registry.is_empty(),
        Verdict::Denied | Verdict::Missing | Verdict::Unreachable | Verdict::Withheld => true,
    }
}

/// What the rules say of one cell.
struct Judgement {
    cause: Option<(&'static Rule, Confidence, Because)>,
    alternatives: Vec<Alternative>,
    refuted: Vec<(&'static str, Because)>,
}

impl Judgement {
    fn of(case: &Case<'_>) -> Self {
        let mut confirmed = None;
        let mut consistent: Vec<(&'static Rule, Confidence, Because)> = Vec::new();
        let mut refuted = Vec::new();
        for rule in RULES {
            match (rule.examine)(case) {
                Answer::Silent => {}
                Answer::Refuted(because) => refuted.push((rule.name, because)),
                Answer::Consistent(confidence, because) => {
                    consistent.push((rule, confidence, because))
                }
                Answer::Confirmed(because) if confirmed.is_none() => {
                    confirmed = Some((*rule, Confidence::Proven, because))
                }
                // The first in the table accounts for the stop; the second is a consequence or a twin.
                Answer::Confirmed(_) => {}
            }
        }
        if confirmed.is_some() {
            return Self {
                cause: confirmed,
                alternatives: vec![],
                refuted,
            };
        }
        // Stable, so that the table decides among equally likely ones.
        consistent.sort_by_key(|(_, confidence, _)| std::cmp::Reverse(*confidence));
        let mut consistent = consistent.into_iter();
        let cause = consistent.next();
        let alternatives = consistent
            .map(|(rule, _, because)| Alternative {
                rule: rule.name,
                separate_by: because.separate_by,
            })
            .collect();
        Self {
            cause,
            alternatives,
            refuted,
        }
    }
}

/// Cells with the same cause and the same circumstances become one finding.
fn cause_findings(
    recording: &Recording,
    cells: &[Judged<'_>],
    judgements: &[Option<Judgement>],
) -> Vec<Finding> {
    let mut groups: Vec<(Key, Vec<usize>)> = Vec::new();
    for (index, judgement) in judgements.iter().enumerate() {
        let Some(Judgement {
            cause: Some((rule, confidence, _)),
            ..
        }) = judgement
        else {
            continue;
        };
        let key = Key::of(rule, *confidence, &cells[index]);
        match groups.iter_mut().find(|(own, _)| *own == key) {
            Some((_, members)) => members.push(index),
            None => groups.push((key, vec![index])),
        }
    }
    groups
        .iter()
        .map(|(_, members)| finding(recording, cells, judgements, members))
        .collect()
}

/// What makes two cells one finding: the same rule, and the same stop if it was shared, else the same
/// principal at the same registry.
#[derive(PartialEq)]
struct Key {
    rule: &'static str,
    confidence: Confidence,
    registry: String,
    principal: Option<String>,
}

impl Key {
    fn of(rule: &Rule, confidence: Confidence, judged: &Judged<'_>) -> Self {
        let outcome = &judged.outcome;
        let is_shared = match (outcome.transaction, outcome.fact) {
            (Some(transaction), _) => transaction.place.principal.is_none(),
            (None, Some(fact)) => fact.place.principal.is_none(),
            (None, None) => false,
        };
        // What network and service do, they do to whoever asks.
        let is_shared = is_shared
            || matches!(
                rule.family,
                Family::Network | Family::Service | Family::Safety
            )
            || judged.cell.target.registry.is_empty();
        Self {
            rule: rule.name,
            confidence,
            registry: judged.cell.target.registry.clone(),
            principal: (!is_shared).then(|| judged.cell.principal.name.clone()),
        }
    }
}

fn finding(
    recording: &Recording,
    cells: &[Judged<'_>],
    judgements: &[Option<Judgement>],
    members: &[usize],
) -> Finding {
    let of = |index: usize| {
        judgements[index]
            .as_ref()
            .and_then(|one| one.cause.as_ref().map(|cause| (one, cause)))
    };
    // The cell that the exit code speaks of tells the story; every member has a judgement with a cause.
    let is_required = |index: &&usize| recording.is_required(&cells[**index].cell);
    let first = members
        .iter()
        .find(is_required)
        .copied()
        .unwrap_or(members[0]);
    let Some((judgement, (rule, confidence, _))) = of(first) else {
        unreachable!("a member without a cause")
    };
    let this = &cells[first];
    let case = Case {
        recording,
        all: cells,
        this,
    };
    let mut telling = (rule.tell)(&case);
    if rule.family == Family::Network {
        telling.explanation.extend(network::way(&case));
    }
    let mut transactions = Vec::new();
    let mut facts = Vec::new();
    for (_, (_, _, because)) in members.iter().filter_map(|index| of(*index)) {
        add_new(&mut transactions, &because.transactions);
        add_new(&mut facts, &because.facts);
    }
    let member_cells: Vec<&Cell<'_>> = members.iter().map(|index| &cells[*index].cell).collect();
    let mut principals = Vec::new();
    let mut scopes = Vec::new();
    for cell in &member_cells {
        add_new(&mut principals, std::slice::from_ref(&cell.principal.name));
        add_new(&mut scopes, &[cell.scope()]);
    }
    Finding {
        rule: rule.name,
        severity: telling.severity,
        confidence: *confidence,
        summary: summary(&telling, &principals, &member_cells),
        principals,
        scopes,
        transactions,
        facts,
        advice: telling.advice,
        explanation: telling.explanation.join("\n\n"),
        alternatives: judgement.alternatives.clone(),
        remedies: telling.remedies,
    }
}

/// An error's reason is a clause; it becomes a sentence that names who cannot do what.
fn summary(telling: &Telling, principals: &[String], cells: &[&Cell<'_>]) -> String {
    if telling.severity != Severity::Error {
        return telling.reason.clone();
    }
    format!(
        "{} cannot {}: {}",
        listed(principals),
        deed(cells),
        telling.reason
    )
}

/// What the cells wanted to do. Where a pull is among it, the pull is what matters.
fn deed(cells: &[&Cell<'_>]) -> String {
    let cell = cells
        .iter()
        .find(|cell| cell.is_pull())
        .unwrap_or(&cells[0]);
    let repository = &cell.target.repository;
    if cell.is_bare() {
        return format!("sign in to {}", cell.target.registry);
    }
    match cell.ask {
        Ask::Action(action) => match action.as_str() {
            "pull" => format!("pull {repository}"),
            "push" => format!("push to {repository}"),
            "delete" => format!("delete from {repository}"),
            "metadata_read" => format!("read the metadata of {repository}"),
            _ => format!("write the metadata of {repository}"),
        },
        Ask::Scope(raw) => format!("get {raw}"),
    }
}

fn notices(recording: &Recording, cells: &[Judged<'_>]) -> Vec<Finding> {
    let overview = Overview {
        recording,
        all: cells,
    };
    let mut findings = Vec::new();
    for rule in RULES {
        let Some(notice) = rule.notice else { continue };
        for one in notice(&overview) {
            findings.push(Finding {
                rule: rule.name,
                severity: one.telling.severity,
                confidence: one.confidence,
                principals: one.principals,
                scopes: one.scopes,
                transactions: one.because.transactions,
                facts: one.because.facts,
                summary: one.telling.reason,
                advice: one.telling.advice,
                explanation: one.telling.explanation.join("\n\n"),
                alternatives: vec![],
                remedies: one.telling.remedies,
            });
        }
    }
    findings
}

/// What stands in the way of a required cell first, then by severity.
fn rank(recording: &Recording, finding: &Finding) -> (bool, std::cmp::Reverse<Severity>) {
    let required = &recording.header.required;
    let stands_in_the_way = finding.severity == Severity::Error
        && required
            .iter()
            .any(|one| finding.principals.contains(&one.principal));
    (!stands_in_the_way, std::cmp::Reverse(finding.severity))
}

/// What was refuted for cells that stopped, each rule once per reason.
fn ruled_out(
    recording: &Recording,
    cells: &[Judged<'_>],
    judgements: &[Option<Judgement>],
) -> Vec<RuledOut> {
    let mut out: Vec<RuledOut> = Vec::new();
    // Where the exit code speaks of some cells, what was ruled out for others is noise.
    let speaks_of = |index: &usize| recording.is_required(&cells[*index].cell);
    let some_required =
        (0..cells.len()).any(|index| speaks_of(&index) && judgements[index].is_some());
    for index in (0..cells.len()).filter(|index| !some_required || speaks_of(index)) {
        let Some(judgement) = &judgements[index] else {
            continue;
        };
        for (rule, because) in &judgement.refuted {
            let principal = &cells[index].cell.principal.name;
            match out
                .iter_mut()
                .find(|one| one.rule == *rule && one.because == because.text)
            {
                Some(one) => {
                    add_new(&mut one.principals, std::slice::from_ref(principal));
                    add_new(&mut one.transactions, &because.transactions);
                    add_new(&mut one.facts, &because.facts);
                }
                None => out.push(RuledOut {
                    rule,
                    because: because.text.clone(),
                    transactions: because.transactions.clone(),
                    facts: because.facts.clone(),
                    principals: vec![principal.clone()],
                }),
            }
        }
    }
    out
}

fn add_new(list: &mut Vec<String>, more: &[String]) {
    for one in more {
        if !list.contains(one) {
            list.push(one.clone());
        }
    }
}
