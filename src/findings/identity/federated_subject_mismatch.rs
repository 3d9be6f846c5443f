//! No federated credential of the application fits the assertion that was presented.

use super::aadsts::{self, aadsts};
use super::presented::{Presented, presented, seen_by_entra};
use super::{UNTESTED, stopped_by};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy::{self, Federated};
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};

/// Entra compares issuer, subject and audience, and finds no match.
pub static RULE: Rule = Rule {
    name: "federated-subject-mismatch",
    family: Family::Identity,
    owner: Owner::IdentityProvider,
    proof: Proof::Wire,
    summary: "no federated credential fits the assertion's issuer, subject and audience",
    page: include_str!("federated_subject_mismatch.md"),
    examine,
    tell,
    notice: None,
};

/// Any of the three, the issuer, the audience, the subject, and newer forms of the first.
const NO_MATCH: [&str; 6] = ["70021", "700211", "700212", "700213", "7002131", "7002138"];

fn number(case: &Case<'_>) -> Option<String> {
    stopped_by(case)
        .and_then(aadsts)
        .filter(|number| NO_MATCH.contains(&number.as_str()))
}

fn examine(case: &Case<'_>) -> Answer {
    let Some(number) = number(case) else {
        return Answer::Silent;
    };
    let meaning = aadsts::find(&number).map_or("no federated credential fits", |code| code.meaning);
    Answer::Confirmed(
        Because::new(format!("Entra says so (AADSTS{number}): {meaning}"))
            .citing(stopped_by(case))
            .with_fact(presented(case).map(|one| one.fact)),
    )
}

/// Which of the three did not fit, where Entra says it.
fn misfit(number: &str) -> Option<&'static str> {
    match number {
        "700211" => Some("issuer"),
        "700212" => Some("audience"),
        "700213" => Some("subject"),
        _ => None,
    }
}

/// One claim: what Entra names, else what the file holds.
fn claim(case: &Case<'_>, file: Option<&Presented<'_>>, name: &str) -> Option<String> {
    stopped_by(case)
        .and_then(|answer| seen_by_entra(answer, name))
        .or_else(|| file?.claim(name))
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let number = number(case).unwrap_or_default();
    let file = presented(case);
    let [issuer, subject, audience] =
        ["issuer", "subject", "audience"].map(|name| claim(case, file.as_ref(), name));
    let client_id = case.this.cell.principal.identity.client_id.as_deref();
    let application = client_id.unwrap_or("that was named");
    let reason = match misfit(&number) {
        Some(what) => format!(
            "no federated credential of application {application} has the {what} of its assertion (AADSTS{number})"
        ),
        None => format!(
            "no federated credential of application {application} fits its assertion (AADSTS{number})"
        ),
    };
    let federated = Federated {
        client_id,
        issuer: issuer.as_deref(),
        subject: subject.as_deref(),
        audience: audience.as_deref(),
    };
    let view = observed.view();
    let usual = remedy::usual_audience(&view);
    let is_audience = misfit(&number) == Some("audience");
    let wanted = Federated {
        // Better another assertion than a credential for the audience of something else.
        audience: if is_audience {
            Some(usual)
        } else {
            federated.audience
        },
        ..federated
    };
    let mut telling = Telling::error(reason)
        .advise(advice(&number, &federated, usual))
        .explain(in_words(&federated, file.as_ref(), usual));
    if let Some(answer) = stopped_by(case) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    telling
        .explain(
            "Entra compares the three with the application's federated credentials, letter by letter and minding capitals. What \
             is registered there cannot be seen from here; the first command below lists it. A credential made a moment ago may \
             need a minute.",
        )
        .explain(UNTESTED)
        .remedy(remedy::federate(&view, &wanted))
}

fn advice(number: &str, shown: &Federated<'_>, usual: &str) -> String {
    match (misfit(number), shown.audience) {
        (Some("audience"), Some(own)) if own != usual => {
            format!("have the assertion made for the audience {usual}; this one is for {own}")
        }
        (Some(what), _) => {
            format!(
                "correct the {what} in the federated credential, or make one with these three values"
            )
        }
        (None, _) => "make a federated credential with exactly these three values".to_owned(),
    }
}

/// What was presented, beside what is expected where that is known.
fn in_words(shown: &Federated<'_>, file: Option<&Presented<'_>>, usual: &str) -> String {
    let unknown = "unknown";
    let from = match file {
        Some(file) => format!(" (from {}, decoded, not verified)", file.file.path),
        None => String::new(),
    };
    let beside = match shown.audience {
        Some(own) if own == usual => ", the usual one".to_owned(),
        _ => format!("; usual in this cloud is {usual}"),
    };
    format!(
        "Presented{from}: issuer {}, subject {}, audience {}{beside}. Expected: a federated credential of the application with \
         the same three.",
        shown.issuer.unwrap_or(unknown),
        shown.subject.unwrap_or(unknown),
        shown.audience.unwrap_or(unknown),
    )
}
