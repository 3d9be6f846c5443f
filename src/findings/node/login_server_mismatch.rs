//! The reference's host is not, letter for letter, the login server.

use super::host::{self, Odd};
use super::login_server_not_matched::unmatched;
use super::plugin;
use crate::challenge::{self, ChallengeReading};
use crate::evidence::{CredentialForm, Fact, Observation, Step, Transaction};
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{
    Answer, Because, Confidence, Family, Notice, Overview, Owner, Proof, Rule, Telling,
};

/// Capitals, a port, or a name that only DNS uses.
pub static RULE: Rule = Rule {
    name: "login-server-mismatch",
    family: Family::Node,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the host in the image reference is not the login server, letter for letter",
    page: include_str!("login_server_mismatch.md"),
    examine,
    tell,
    notice: Some(notice),
};

fn examine(case: &Case<'_>) -> Answer {
    if let Some(fact) = missed(case) {
        return Answer::Confirmed(
            Because::new(
                "the credential is stored for the login server, and the image names it otherwise",
            )
            .with_fact(Some(fact)),
        );
    }
    let Some((challenge, _)) = odd_service(case) else {
        return Answer::Silent;
    };
    let confidence = if case.is_entra() && case.is_beyond(Step::RefreshToken) {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    if !case.is_at(Step::AccessToken, 401) || case.is_anonymous() {
        return Answer::Silent;
    }
    Answer::Consistent(
        confidence,
        Because::new("the token was asked for a service with capital letters, and refused")
            .citing(Some(challenge))
            .citing(case.decisive())
            .separated_by("the same pull with the host in lower case"),
    )
}

/// Nothing is stored, or matched, for this spelling; for the login server there is something.
fn missed<'a>(case: &Case<'a>) -> Option<&'a Fact> {
    Odd::of(&case.this.cell.target.registry)?;
    if let Some((fact, _)) = unmatched(case) {
        return Some(fact);
    }
    let fact = case.this.outcome.fact?;
    match &fact.observation {
        Observation::Credential(shown)
            if shown.form == CredentialForm::Absent && names_login_server(case, &shown.near) =>
        {
            Some(fact)
        }
        _ => None,
    }
}

fn names_login_server(case: &Case<'_>, near: &[String]) -> bool {
    let login_server = host::login_server(&case.this.cell.target.registry);
    near.iter().any(|key| {
        let key = key.split_once("://").map_or(key.as_str(), |(_, rest)| rest);
        key.split('/').next() == Some(login_server.as_str())
    })
}

/// The challenge whose service has capital letters.
fn odd_service<'a>(case: &Case<'a>) -> Option<(&'a Transaction, String)> {
    case.this.trace.at(Step::Challenge).find_map(|one| {
        match challenge::read(one.header_lines("www-authenticate")) {
            ChallengeReading::Bearer(bearer) => {
                let service = bearer.service?;
                service
                    .contains(|letter: char| letter.is_ascii_uppercase())
                    .then_some((one, service))
            }
            _ => None,
        }
    })
}

fn tell(case: &Case<'_>) -> Telling {
    let registry = &case.this.cell.target.registry;
    let login_server = host::login_server(registry);
    let telling = match (missed(case), Odd::of(registry)) {
        (Some(fact), Some(odd)) => Telling::error(format!(
            "the image names {registry}, {}; its credential is kept for {login_server}",
            odd.in_words()
        ))
        .explain(found_in_words(fact))
        .explain(
            "Stores, helpers and the kubelet's patterns go by the host's exact spelling. A client that finds nothing goes on \
             anonymously. No request was made for this row.",
        ),
        _ => {
            let service = odd_service(case).map(|(_, service)| service).unwrap_or_default();
            let said = case.decisive().map(seen::answer_in_words).unwrap_or_default();
            Telling::error(format!(
                "the token endpoint refuses the service {service} (401); its capital letters may be why"
            ))
            .explain(format!(
                "The registry's challenge named the service {service}, and clients repeat it as it stands. {said} Such a service \
                 passes at the exchange and is refused where the access token is asked for."
            ))
        }
    };
    let observed = case.observed();
    telling
        .advise(format!("write {login_server} in the image reference"))
        .remedy([
            plugin::other_host(case, &login_server),
            remedy::ask_login_server(&observed.view()),
        ])
}

fn found_in_words(fact: &Fact) -> String {
    match &fact.observation {
        Observation::Credential(shown) => format!(
            "{} has nothing for this spelling. What comes near: {}.",
            shown.from,
            shown.near.join("; ")
        ),
        _ => String::new(),
    }
}

/// Said for each odd reference that no row was stopped by.
fn notice(overview: &Overview<'_>) -> Vec<Notice> {
    let mut seen: Vec<&str> = Vec::new();
    let mut notices = Vec::new();
    for case in overview.cases() {
        let registry = case.this.cell.target.registry.as_str();
        let Some(odd) = Odd::of(registry).filter(|_| !seen.contains(&registry)) else {
            continue;
        };
        seen.push(registry);
        let is_told = overview
            .cases()
            .filter(|other| other.this.cell.target.registry == registry)
            .any(|other| {
                other.this.outcome.verdict != Verdict::Granted && examine(&other) != Answer::Silent
            });
        if !is_told {
            notices.push(in_words(&case, odd));
        }
    }
    notices
}

fn in_words(case: &Case<'_>, odd: Odd) -> Notice {
    let registry = &case.this.cell.target.registry;
    let login_server = host::login_server(registry);
    let observed = case.observed();
    let mut principals: Vec<String> = vec![];
    let mut scopes: Vec<String> = vec![];
    for one in case
        .all
        .iter()
        .filter(|one| one.cell.target.registry == *registry)
    {
        if !principals.contains(&one.cell.principal.name) {
            principals.push(one.cell.principal.name.clone());
        }
        if !scopes.contains(&one.cell.scope()) {
            scopes.push(one.cell.scope());
        }
    }
    Notice {
        principals,
        scopes,
        confidence: Confidence::Proven,
        because: Because::new("the reference itself shows it"),
        telling: Telling::warning(format!(
            "the image names {registry}, {}; the login server is {login_server}",
            odd.in_words()
        ))
        .advise(format!("write {login_server}: stored credentials and the kubelet's patterns go by the spelling"))
        .explain(
            "The registry may answer under this name too, so this alone refuses nothing. A credential that is stored for the \
             login server is not found under another spelling, and then the pull is anonymous.",
        )
        .remedy([
            plugin::other_host(case, &login_server),
            remedy::ask_login_server(&observed.view()),
        ]),
    }
}
