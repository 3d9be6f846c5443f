//! The node's plugin is not there, or gives the kubelet nothing.

use super::{GOES_ON, is_plugin_row, kubelet, kubelet_in_words, left_by, plugin};
use crate::evidence::{CredentialForm, Exec, Fact, FileFault, FileRead, Observation, Step};
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::registry::seen;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// A plugins' row that has no credential to present.
pub static RULE: Rule = Rule {
    name: "credential-provider-not-used",
    family: Family::Node,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the kubelet gets no credential from its provider",
    page: include_str!("credential_provider_not_used.md"),
    examine,
    tell,
    notice: None,
};

/// Why the plugins' row has nothing.
enum Lack<'a> {
    /// The configuration cannot be used.
    Config(&'a FileRead, &'a FileFault),
    /// The program is missing or gave nothing usable.
    Program(&'a Fact, &'a Exec),
    /// It answered, with the anonymous entry alone.
    Anonymous(&'a Fact),
    /// It answered without any entry for this image.
    Nothing(&'a Fact),
}

fn lack<'a>(case: &Case<'a>) -> Option<Lack<'a>> {
    match left_by(case) {
        Some((_, Observation::File(file))) => {
            return Some(Lack::Config(file, file.fault.as_ref()?));
        }
        Some((fact, Observation::Exec(exec))) => return Some(Lack::Program(fact, exec)),
        Some(_) => return None,
        None => {}
    }
    if !is_plugin_row(case) {
        return None;
    }
    let facts = &case.this.trace.facts;
    let shown = facts.iter().find_map(|fact| match &fact.observation {
        Observation::Credential(shown) => Some((*fact, shown.form)),
        _ => None,
    });
    match shown {
        Some((fact, CredentialForm::Anonymous)) if case.is_at(Step::AccessToken, 401) => {
            Some(Lack::Anonymous(fact))
        }
        Some(_) => None,
        // Asked, ended well, and nothing came of it.
        None => facts
            .iter()
            .find(|fact| matches!(fact.observation, Observation::Exec(_)))
            .filter(|_| case.this.trace.last(Step::AccessToken).is_none())
            .filter(|_| case.stop() == Some(Step::AccessToken))
            .map(|fact| Lack::Nothing(fact)),
    }
}

fn examine(case: &Case<'_>) -> Answer {
    let Some(lack) = lack(case) else {
        return Answer::Silent;
    };
    let because = |text: &str, fact| Because::new(text).with_fact(fact);
    match lack {
        Lack::Config(..) => Answer::Confirmed(because(
            "the kubelet's configuration cannot be used",
            case.this.outcome.fact,
        )),
        // It ran and failed: why may lie behind it, in what it asked.
        Lack::Program(fact, exec) if exec.code.is_some_and(|code| code != 0) => Answer::Consistent(
            Confidence::Likely,
            because("the plugin failed", Some(fact)).separated_by(
                "the row kubelet of the same run, which asks for itself what the plugin asks",
            ),
        ),
        Lack::Program(fact, _) => Answer::Confirmed(because(
            "the plugin gave the kubelet nothing that it can use",
            Some(fact),
        )),
        Lack::Nothing(fact) => Answer::Confirmed(because(
            "the plugin answered without an entry for this image",
            Some(fact),
        )),
        Lack::Anonymous(fact) => Answer::Consistent(
            anonymous_confidence(case),
            because("the plugin gave the anonymous entry alone", Some(fact))
                .citing(case.decisive())
                .separated_by(
                    "the kubelet's journal: the plugin says there why it has no credential",
                ),
        ),
    }
}

fn anonymous_confidence(case: &Case<'_>) -> Confidence {
    match kubelet(case).map(|row| row.outcome.verdict) {
        Some(Verdict::Granted) | None => Confidence::Likely,
        Some(_) => Confidence::Possible,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    match lack(case) {
        Some(Lack::Config(file, FileFault::Missing(said) | FileFault::Unreadable(said))) => {
            not_seen(case, file, said)
        }
        Some(Lack::Config(file, FileFault::Malformed(said) | FileFault::Field(said))) => {
            Telling::error(format!("{} cannot be used: {said}", file.path))
                .advise("put the configuration in order, or reimage the node")
                .explain(format!(
                    "A kubelet that is started with this file ({said}) ends at once or knows no provider.{}",
                    kubelet_in_words(case)
                ))
                .remedy([plugin::check(), plugin::newer_node_image()])
        }
        Some(Lack::Program(_, exec)) => program(case, exec),
        Some(Lack::Anonymous(_)) => answered(
            case,
            "its plugin gives the anonymous entry alone, and the registry refuses that (401)",
        ),
        Some(Lack::Nothing(_)) => answered(case, "its plugin answers without an entry for this image"),
        None => Telling::error("its plugin gives no credential").remedy([plugin::check()]),
    }
}

fn not_seen(case: &Case<'_>, file: &FileRead, said: &str) -> Telling {
    Telling::warning(format!(
        "{} was not tried: {}: {said}",
        case.principal(),
        file.path
    ))
    .advise("run the probe as root on the node, or name the file: --principal credential-provider:CONFIG")
    .explain(format!(
        "What the probe cannot see says nothing of what the kubelet sees. A node without such a file has no provider for any \
         registry. {GOES_ON}{}",
        kubelet_in_words(case)
    ))
    .remedy([plugin::check()])
}

fn program(case: &Case<'_>, exec: &Exec) -> Telling {
    let fault = exec.fault.as_deref().unwrap_or("it gave nothing");
    let said = if exec.stderr.is_empty() {
        String::new()
    } else {
        format!(" On standard error it said: \"{}\".", exec.stderr)
    };
    let arguments = if exec.arguments.is_empty() {
        String::new()
    } else {
        format!(" (arguments {})", exec.arguments.join(" "))
    };
    // Where it was looked for is a list; the sentence has its beginning.
    let short = match fault.split_once(", ") {
        Some((first, _)) => format!("{first} …"),
        None => fault.to_owned(),
    };
    Telling::error(format!("the plugin {}: {short}", exec.program))
        .advise("make the plugin work on this node; the kubelet takes both flags, for its configuration and its folder")
        .explain(format!(
            "The kubelet's configuration names {}{arguments} for this image: {fault}.{said}{}",
            exec.program,
            kubelet_in_words(case)
        ))
        .explain(GOES_ON)
        .remedy([plugin::check(), plugin::newer_node_image()])
}

fn answered(case: &Case<'_>, reason: &str) -> Telling {
    let registry = &case.this.cell.target.registry;
    let shape = super::host::Shape::of(registry).map(super::host::Shape::in_words);
    let telling = Telling::error(reason)
        .advise("see what the plugin says in the kubelet's journal")
        .explain(format!(
            "The plugin ran and ended well, and had no credential for {registry}. Azure's plugin does so for a host that it does \
             not take for a registry's, and where it is told to use an identity that the service account does not name.{}",
            kubelet_in_words(case)
        ));
    let telling = match shape {
        Some(shape) => telling.explain(shape),
        None => telling,
    };
    let said = case
        .decisive()
        .map(seen::answer_in_words)
        .unwrap_or_default();
    telling
        .explain(format!("{said} {GOES_ON}").trim().to_owned())
        .remedy([plugin::check(), plugin::newer_node_image()])
}
