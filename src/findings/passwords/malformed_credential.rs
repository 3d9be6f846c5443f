//! The stored name or password has bytes in it that do not belong there.

use super::user_in_words;
use crate::evidence::{CredentialForm, Fact, FileFault, Observation, Step};
use crate::findings::case::{Case, Judged};
use crate::findings::outcome::Verdict;
use crate::findings::registry::seen;
use crate::findings::remedy::{Remedy, RemedyKind};
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// Seen before sending, or a 500 that nobody else gets.
pub static RULE: Rule = Rule {
    name: "malformed-credential",
    family: Family::Passwords,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the stored credential holds stray bytes",
    page: include_str!("malformed_credential.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    if let Some((fact, ..)) = not_sent(case) {
        return Answer::Confirmed(
            Because::new("the stray bytes are in the stored password").with_fact(Some(fact)),
        );
    }
    if !case.is_password() || !case.is_at(Step::AccessToken, 500) {
        return Answer::Silent;
    }
    let because = Because::new("the token endpoint fails (500) for this credential")
        .citing(case.decisive())
        .separated_by("the same credential without stray blanks and line breaks");
    let others: Vec<&Judged<'_>> = case
        .others()
        .filter(|other| other.trace.last(Step::AccessToken).is_some())
        .collect();
    if let Some(failing) = others
        .iter()
        .find(|other| other.outcome.is_at(Step::AccessToken, 500))
    {
        return Answer::Refuted(
            Because::new("another credential meets the same 500")
                .citing(case.decisive())
                .citing(failing.outcome.transaction),
        );
    }
    let confidence = if others.is_empty() {
        Confidence::Possible
    } else {
        Confidence::Likely
    };
    Answer::Consistent(confidence, because)
}

/// A password that the probe would not send, with what is wrong with it.
fn not_sent<'a>(case: &Case<'a>) -> Option<(&'a Fact, &'a str, &'a str)> {
    if case.this.outcome.verdict != Verdict::Untried {
        return None;
    }
    let fact = case.this.outcome.fact?;
    match &fact.observation {
        Observation::File(file) if case.this.cell.principal.kind == "password" => {
            match file.fault.as_ref()? {
                FileFault::Malformed(said) => Some((fact, &file.path, said)),
                FileFault::Missing(_) | FileFault::Unreadable(_) | FileFault::Field(_) => None,
            }
        }
        // A stored entry that was read, user name and all, and is wrong in its bytes.
        Observation::Credential(shown)
            if shown.form == CredentialForm::Malformed && shown.user_name.is_some() =>
        {
            Some((fact, &shown.from, shown.because.as_deref()?))
        }
        _ => None,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let telling = match not_sent(case) {
        Some((_, place, said)) => Telling::error(format!("{said} ({place})")).explain(
            "The probe did not send it: a registry answers such a password with 500, as if it were broken itself. A client that \
             reads the same copy sends it as it is. No request was made for this row, so its rights are untested.",
        ),
        None => {
            let said = case.decisive().map(seen::answer_in_words);
            Telling::error(format!(
                "the registry's token endpoint fails for the credential of {} (500), and for no other",
                user_in_words(case)
            ))
            .explain(said.unwrap_or_default())
            .explain(
                "A line break or junk in the user name or password is answered with 500, not 401. The registry itself is well: \
                 it answers other rows.",
            )
        }
    };
    telling
        .advise("store the credential again, without the stray bytes")
        .explain("The usual way in: echo adds a line break before base64; printf %s does not. A user name ends at the first colon.")
        .remedy([store_again()])
}

/// The credential written anew; the password comes from a file, not from the command line.
fn store_again() -> Remedy {
    Remedy {
        kind: RemedyKind::Check,
        who: "whoever owns the stored credential".to_owned(),
        takes_effect: "at the next try; pods within 5 minutes".to_owned(),
        text: "# PASSWORD_FILE: the stored copy. How many line breaks does it hold? Expected: 0\n\
               tr -cd '\\r\\n' < \"${PASSWORD_FILE:?}\" | wc -c\n\
               # the same without them, for the pull secret or pipeline to be made from:\n\
               ( umask 077; tr -d '\\r\\n' < \"${PASSWORD_FILE:?}\" > password-clean )\n"
            .to_owned(),
    }
}
