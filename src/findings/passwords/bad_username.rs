//! The registry does not know the user name.

use super::{Holder, given_elsewhere, holder, is_refused, refusal_in_words, says, user_in_words};
use crate::findings::case::Case;
use crate::findings::remedy::quote::shell_word;
use crate::findings::remedy::{Observed, Remedy, RemedyKind};
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// A 401 whose words name the user.
pub static RULE: Rule = Rule {
    name: "bad-username",
    family: Family::Passwords,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the registry does not know the user name",
    page: include_str!("bad_username.md"),
    examine,
    tell,
    notice: None,
};

/// The name was looked up as an application's, and there is none.
const NOT_REGISTERED: &str = "application not registered with aad";
/// A token came as password under a name that is no application id.
const MUST_BE_GUID: &str = "client id must be guid";
/// The answer to a wrong pair, and to an Entra token under the null GUID.
const INVALID_PAIR: &str = "invalid clientid or client secret";

fn examine(case: &Case<'_>) -> Answer {
    if !is_refused(case) {
        return Answer::Silent;
    }
    if let Some(given) = given_elsewhere(case) {
        return Answer::Refuted(
            Because::new("the same user name and password are given a token for something else")
                .citing(Some(given)),
        );
    }
    if says(case, NOT_REGISTERED) || says(case, MUST_BE_GUID) {
        return Answer::Confirmed(
            Because::new("the registry's words name the user").citing(case.decisive()),
        );
    }
    if holder(case) == Holder::RefreshToken && says(case, INVALID_PAIR) {
        return Answer::Consistent(
            Confidence::Possible,
            Because::new("an Entra token under this user name is refused with these words")
                .citing(case.decisive())
                .separated_by(
                    "whether the stored password is an ACR refresh token or an Entra token (acr-probe decode: iss)",
                ),
        );
    }
    // An unknown name has words of its own; an answer without words leaves it open.
    match case.decisive().and_then(|answer| answer.registry_error()) {
        Some(_) => Answer::Refuted(
            Because::new(
                "to an unknown user name the registry says \"Application not registered with AAD.\", and it did not",
            )
            .citing(case.decisive()),
        ),
        None => Answer::Consistent(
            Confidence::Possible,
            Because::new("the answer has no words")
                .citing(case.decisive())
                .separated_by("the registry's user names (az acr token list; the admin user is the registry's name)"),
        ),
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let user = user_in_words(case);
    let telling = if says(case, MUST_BE_GUID) {
        Telling::error(format!(
            "the user name {user} does not go with a token as password (401)"
        ))
        .advise("exchange the token first (az acr login --expose-token), or put the password that belongs to this name")
    } else if holder(case) == Holder::RefreshToken {
        Telling::error("the registry refuses the password under the null user name (401)")
            .advise("store an ACR refresh token, not an Entra token, under this name")
    } else {
        Telling::error(format!(
            "the registry does not know the user name {user} (401)"
        ))
        .advise("correct the user name: each kind of password has its own")
    };
    let telling = telling.explain(refusal_in_words(case)).explain(
        "What the name must be: the registry's name (not the login server) for the admin user; the token's name for a \
         repository-scoped token; the application (client) id, neither display name nor object id, for a service principal; \
         00000000-0000-0000-0000-000000000000 for an ACR refresh token. Whether the password is right is untested.",
    );
    telling.remedy([ask_names(&observed.view())])
}

/// Which user names there are, for each kind of password.
fn ask_names(observed: &Observed<'_>) -> Remedy {
    let registry = shell_word(observed.registry_name);
    Remedy {
        kind: RemedyKind::Ask,
        who:
            "anyone who can see the registry (Reader on it); signed in to the application's tenant"
                .to_owned(),
        takes_effect: "it only reads".to_owned(),
        text: format!(
            "az acr show -n {registry} --query name -o tsv             # the admin user's name\n\
             az acr token list -r {registry} --query '[].name' -o tsv  # repository-scoped tokens\n\
             # APP: the application's object id. This prints its application id, which is the user name:\n\
             az ad sp show --id \"${{APP:?}}\" --query appId -o tsv\n"
        ),
    }
}
