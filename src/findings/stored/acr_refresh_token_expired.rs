//! The stored secret is an ACR refresh token whose time is over.

use super::{is_stored, presented, renew};
use crate::evidence::{Step, TokenShown};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::token::claims::{self, Lifetime};
use time::OffsetDateTime;

/// What `az acr login` leaves behind, used some hours later.
pub static RULE: Rule = Rule {
    name: "acr-refresh-token-expired",
    family: Family::Stored,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the stored ACR refresh token has run out",
    page: include_str!("acr_refresh_token_expired.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    let Some((token, lifetime)) = stored_token(case).filter(|_| case.is_at(Step::AccessToken, 401))
    else {
        return Answer::Silent;
    };
    let because = |text: &str| {
        let because = Because::new(text).citing(case.decisive());
        let fact = presented(case).map(|(fact, _)| fact);
        because
            .with_fact(fact.filter(|fact| Some(fact.id.as_str()) == token.fact.as_deref()))
            .separated_by("the same sign-in made anew (az acr login)")
    };
    match (lifetime.expired_at(case.now()), case.clock()) {
        (true, Some(_)) => Answer::Confirmed(because(
            "exp of the stored token is past by the registry's clock, and the registry refuses it",
        )),
        (true, None) => Answer::Consistent(
            Confidence::Likely,
            because("exp of the stored token is past by this machine's clock"),
        ),
        // A change of the registry's mode ends tokens before their time.
        (false, _) => Answer::Consistent(
            Confidence::Possible,
            because("the stored token is refused before its time is over"),
        ),
    }
}

/// The ACR refresh token that was taken out of the store.
fn stored_token<'a>(case: &Case<'a>) -> Option<(&'a TokenShown, Lifetime)> {
    let is_from_a_store = is_stored(case.this.cell.principal);
    let token = case.identity_token().filter(|_| is_from_a_store)?;
    (token.kind == "acr-refresh").then(|| (token, claims::lifetime(&token.claims)))
}

fn tell(case: &Case<'_>) -> Telling {
    let Some((_, lifetime)) = stored_token(case) else {
        return Telling::error("the registry refuses the stored token (401)");
    };
    let from = presented(case).map_or("its store", |(_, shown)| shown.from.as_str());
    let is_over = lifetime.expired_at(case.now());
    let reason = match lifetime.expires.filter(|_| is_over) {
        Some(end) => format!(
            "the stored ACR refresh token expired at {} (401)",
            moment(end)
        ),
        None => "the registry refuses the stored ACR refresh token before its time is over (401)"
            .to_owned(),
    };
    let said = case
        .decisive()
        .map(seen::answer_in_words)
        .unwrap_or_default();
    let telling = Telling::error(reason)
        .advise("sign in again; for what runs longer than hours, use an identity or a repository-scoped token")
        .explain(format!("{}{}", lived(case, from, &lifetime), said))
        .explain(
            "Such a token is what az acr login stores. It lives 3 hours for a person and 75 minutes have been seen for a service \
             principal; nothing renews it, so in a pull secret or a long pipeline it is dead when it is needed.",
        );
    let observed = case.observed();
    if is_over {
        telling.remedy([renew::renew(case)])
    } else {
        telling
            .explain("A registry that is switched to repository permissions (ABAC mode) refuses every token from before the switch.")
            .remedy([renew::renew(case), remedy::wait(&observed.view())])
    }
}

fn lived(case: &Case<'_>, from: &str, lifetime: &Lifetime) -> String {
    let mut said = format!("{from} holds an ACR refresh token (decoded, not verified)");
    if let Some(span) = lifetime.span() {
        said.push_str(&format!(", made for {} min", span / 60));
    }
    match lifetime.seconds_left(case.now()) {
        Some(left) if left <= 0 => {
            said.push_str(&format!(", over for {}", ago(-left)));
        }
        Some(left) => said.push_str(&format!(", good for another {} min", left / 60)),
        None => {}
    }
    said.push_str(" by the registry's clock. It was sent as it is. ");
    said
}

fn ago(seconds: i64) -> String {
    match seconds {
        seconds if seconds >= 2 * 86_400 => format!("{} days", seconds / 86_400),
        seconds if seconds >= 2 * 3_600 => format!("{} h", seconds / 3_600),
        seconds => format!("{} min", seconds / 60),
    }
}

/// A moment in UTC, to the minute.
fn moment(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds).map_or_else(
        |_| format!("{seconds} s after 1970"),
        |time| {
            let (hour, minute, _) = time.to_hms();
            format!("{} {hour:02}:{minute:02} UTC", time.date())
        },
    )
}
