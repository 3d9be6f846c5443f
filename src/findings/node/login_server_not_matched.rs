//! The kubelet's configuration, or Azure's plugin, does not take this host for a registry's.

use super::host::{Odd, Shape};
use super::{GOES_ON, is_plugin_row, kubelet_in_words, left_by, plugin};
use crate::evidence::{CredentialForm, CredentialShown, Fact, Observation};
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::rule::{
    Answer, Because, Confidence, Family, Notice, Overview, Owner, Proof, Rule, Telling,
};

/// No pattern of `matchImages` accepts the image; or a host that older nodes are known to miss.
pub static RULE: Rule = Rule {
    name: "login-server-not-matched",
    family: Family::Node,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the kubelet's credential provider is not asked for this host",
    page: include_str!("login_server_not_matched.md"),
    examine,
    tell,
    notice: Some(notice),
};

fn examine(case: &Case<'_>) -> Answer {
    match unmatched(case) {
        // Where the reference itself is misspelt the patterns are not to blame.
        Some(_) if Odd::of(&case.this.cell.target.registry).is_some() => Answer::Silent,
        Some((fact, _)) => Answer::Confirmed(
            Because::new("no pattern of matchImages accepts this image").with_fact(Some(fact)),
        ),
        None => Answer::Silent,
    }
}

/// The fact that no pattern matched, with a reason for each.
pub(super) fn unmatched<'a>(case: &Case<'a>) -> Option<(&'a Fact, &'a CredentialShown)> {
    match left_by(case)? {
        (fact, Observation::Credential(shown)) if shown.form == CredentialForm::Absent => {
            Some((fact, shown))
        }
        _ => None,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let registry = &case.this.cell.target.registry;
    let (from, reasons) = unmatched(case).map_or(("the configuration", vec![]), |(_, shown)| {
        (shown.from.as_str(), shown.near.clone())
    });
    let mut telling = Telling::error(format!("no pattern in {from} accepts {registry}"))
        .advise("use a node image whose patterns cover this host, or the registry's plain login server")
        .explain(format!(
            "The kubelet asks a credential provider only for images that a pattern of its matchImages accepts, label by label. \
             Here: {}.",
            if reasons.is_empty() {
                "there is no pattern at all".to_owned()
            } else {
                reasons.join("; ")
            }
        ))
        .explain(format!("{GOES_ON}{}", kubelet_in_words(case)));
    if let Some(shape) = Shape::of(registry) {
        telling = telling.explain(shape.in_words());
    }
    telling = telling.remedy([plugin::newer_node_image()]);
    match plain_login_server(registry) {
        Some(host) => telling.remedy([plugin::other_host(case, &host)]),
        None => telling.remedy([plugin::check()]),
    }
}

/// The global login server of a regional host.
fn plain_login_server(registry: &str) -> Option<String> {
    let (name, suffix) = registry.split_once(".geo.azurecr.")?;
    let name = name.split('.').next()?;
    Some(format!("{name}.azurecr.{suffix}"))
}

/// Where the identity is granted the pull and the host is one that older nodes miss, the pod may still fail.
fn notice(overview: &Overview<'_>) -> Vec<Notice> {
    let asks_plugins = overview.cases().any(|case| is_plugin_row(&case));
    let cases = overview.cases().filter(|case| {
        !asks_plugins
            && case.principal() == "kubelet"
            && case.this.cell.is_pull()
            && case.this.outcome.verdict == Verdict::Granted
    });
    cases
        .filter_map(|case| Some(in_words(&case, Shape::of(&case.this.cell.target.registry)?)))
        .collect()
}

fn in_words(case: &Case<'_>, shape: Shape) -> Notice {
    let registry = &case.this.cell.target.registry;
    Notice {
        principals: vec![case.principal().to_owned()],
        scopes: vec![case.this.cell.scope()],
        confidence: Confidence::Possible,
        because: Because::new("the host has a shape that older nodes miss"),
        telling: Telling::info(format!(
            "the identity may pull from {registry}, and an older node does not use it for a host of this shape"
        ))
        .advise("if pods fail with an anonymous 401: --principal credential-provider on the node asks its own configuration")
        .explain(shape.in_words())
        .remedy([plugin::check()]),
    }
}
