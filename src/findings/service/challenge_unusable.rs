//! The registry asked for authentication in a way that cannot be followed.

use crate::challenge::{self, ChallengeReading};
use crate::evidence::{Step, Transaction};
use crate::findings::answer::is_registry_like;
use crate::findings::case::Case;
use crate::findings::network::{UNTESTED, asker, registry_answer};
use crate::findings::remedy::{self, Observed};
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::findings::words::listed;

/// A 401 without one usable Bearer challenge.
pub static RULE: Rule = Rule {
    name: "challenge-unusable",
    family: Family::Service,
    owner: Owner::Registry,
    proof: Proof::Wire,
    summary: "the registry asks for authentication in a way that cannot be followed",
    page: include_str!("challenge_unusable.md"),
    examine,
    tell,
    notice: None,
};

/// The 401 that this cell stopped at, and what is wrong with it.
fn unusable<'a>(case: &Case<'a>) -> Option<(&'a Transaction, ChallengeReading)> {
    let answer = registry_answer(case)
        .filter(|one| one.step == Step::Challenge && one.status == Some(401))?;
    match challenge::read(answer.header_lines("www-authenticate")) {
        ChallengeReading::Bearer(_) => None,
        reading => Some((answer, reading)),
    }
}

fn examine(case: &Case<'_>) -> Answer {
    let Some((answer, reading)) = unusable(case) else {
        return Answer::Silent;
    };
    let because = Because::new(format!("the 401 {}", in_words(&reading))).citing(Some(answer));
    if is_registry_like(answer) {
        return Answer::Confirmed(because);
    }
    Answer::Consistent(
        Confidence::Likely,
        because.separated_by("the headers of /v2/ past any proxy: curl --noproxy '*'"),
    )
}

/// What is wrong, as a clause after "the challenge" or "the 401".
fn in_words(reading: &ChallengeReading) -> String {
    match reading {
        ChallengeReading::None => "has no Www-Authenticate header".to_owned(),
        ChallengeReading::NoBearer { schemes } => {
            format!("offers {} and no Bearer", listed(schemes))
        }
        ChallengeReading::Broken { why, .. } => {
            format!("has a Www-Authenticate that cannot be read ({why})")
        }
        ChallengeReading::Several(all) => format!("has {} Bearer challenges", all.len()),
        ChallengeReading::Incomplete { missing, .. } => {
            format!("has a Bearer challenge without {missing}")
        }
        ChallengeReading::Bearer(_) => "is as it should be".to_owned(),
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let host = &case.this.cell.target.registry;
    let Some((answer, reading)) = unusable(case) else {
        return Telling::error("the registry's challenge cannot be followed");
    };
    let mut telling = Telling::error(format!(
        "the registry's challenge cannot be followed: the 401 {}",
        in_words(&reading)
    ))
    .advise("look at what stands before the registry and changes its headers")
    .explain(format!(
        "{host} answered 401, which {}. A client learns only there where to fetch a token, so it ends here; no credential was \
         sent. {UNTESTED}",
        in_words(&reading)
    ))
    .explain(shown(answer));
    if matches!(reading, ChallengeReading::NoBearer { .. }) {
        telling = telling.explain(
            "An Azure registry sends a Basic challenge only after a wrong Basic credential, and the probe sent none here: so a \
             gateway added one, or this is a registry of another make.",
        );
    }
    telling
        .explain(
            "An Azure registry sends exactly one: Bearer with realm and service, both quoted. A gateway or proxy that drops or \
             rewrites the header is the usual reason; the kubelet's provider then gives up, and the pod's event says \
             \"anonymous\".",
        )
        .remedy([
            remedy::proxy_bypass(&observed.view()),
            remedy::ask_login_server(&observed.view()),
            remedy::open_ticket(&Observed {
 principal: asker(case), ..observed.view() }),
        ])
}

/// The header as it came, shortened.
fn shown(answer: &Transaction) -> String {
    let lines: Vec<String> = answer
        .header_lines("www-authenticate")
        .take(3)
        .map(|line| {
            line.chars()
                .filter(|sign| !sign.is_control())
                .take(200)
                .collect()
        })
        .collect();
    if lines.is_empty() {
        return "The answer has no Www-Authenticate at all.".to_owned();
    }
    format!("As it came: {}", lines.join(" | "))
}
