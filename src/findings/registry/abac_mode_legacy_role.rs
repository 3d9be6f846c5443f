//! The registry decides by repository, and the role that was given does not count there.

use super::seen;
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::token::claims;

/// A good exchange, then no right on the repository, in ABAC mode.
pub static RULE: Rule = Rule {
    name: "abac-mode-legacy-role",
    family: Family::Registry,
    owner: Owner::Registry,
    proof: Proof::ControlPlane,
    summary: "the registry is in ABAC mode, where AcrPull does not count",
    page: include_str!("abac_mode_legacy_role.md"),
    examine,
    tell,
    notice: None,
};

const SEPARATE_BY: &str = "the registry's mode (az acr show --query roleAssignmentMode)";

fn examine(case: &Case<'_>) -> Answer {
    if seen::is_about_a_right(case) {
        return at_exchange(case);
    }
    if !is_without_right(case) || seen::is_granted_something(case) {
        return Answer::Silent;
    }
    let refused =
        Because::new("the exchange passed, and then there was no right on the repository")
            .citing(seen::exchange(case))
            .citing(case.decisive())
            .citing(seen::sibling(case))
            .separated_by(SEPARATE_BY);
    let Some(token) = case.refresh_token().filter(|token| token.kind != "opaque") else {
        return Answer::Consistent(Confidence::Possible, refused);
    };
    if !claims::has_aad_identity(&token.claims) {
        return Answer::Refuted(
            Because::new(
                "the refresh token has no claim aad_identity, by which Microsoft's acr-cli recognises ABAC mode",
            )
            .citing(seen::exchange(case)),
        );
    }
    Answer::Consistent(Confidence::Likely, refused)
}

/// Whether a registry in ABAC mode refuses the exchange itself is not known.
fn at_exchange(case: &Case<'_>) -> Answer {
    if let Some(passed) = seen::passes_otherwise(case) {
        return Answer::Refuted(Because::new(seen::PASSES_OTHERWISE).citing(Some(passed)));
    }
    Answer::Consistent(
        Confidence::Possible,
        Because::new(
            "whether a registry in ABAC mode refuses an AcrPull holder already here is unknown",
        )
        .citing(seen::exchange(case))
        .separated_by(SEPARATE_BY),
    )
}

/// An Entra identity that was exchanged, and got no token, an empty one, or a refusal of the manifest.
fn is_without_right(case: &Case<'_>) -> bool {
    case.is_entra()
        && seen::exchange(case).is_some()
        && (case.is_at(Step::AccessToken, 401)
            || (case.is_at(Step::AccessToken, 200) && case.this.outcome.verdict == Verdict::Denied)
            || case.is_at(Step::Manifest, 401))
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let (repository, object) = (
        &case.this.cell.target.repository,
        seen::object_in_words(case),
    );
    let role = "Container Registry Repository Reader";
    if seen::is_refused_at_exchange(case) {
        return Telling::error(
            "the registry refuses its identity at the token exchange (401); perhaps it does not count AcrPull",
        )
        .advise("ask for the registry's mode")
        .explain(seen::token_in_words(case))
        .explain(seen::refusal_in_words(case))
        .remedy(remedy::give_pull_role(&observed.view()));
    }
    let answer = case.decisive();
    let sibling = seen::sibling(case);
    let reason = match answer.and_then(|one| one.status) {
        _ if sibling.is_some() => {
            "its role counts for another repository of this registry and leaves this one out"
        }
        Some(200) => "the registry takes its identity and gives it no right on this repository",
        _ => "the registry takes its identity and refuses it this repository (401)",
    };
    let advice = match sibling {
        Some(_) => format!(
            "let the condition of its role cover {repository}, with the final / of a prefix"
        ),
        None => format!("give object {object} the role {role}"),
    };
    let mut telling = Telling::error(reason)
        .advise(advice)
        .explain(seen::token_in_words(case))
        .explain(
            "The exchange passed, and the refresh token carries the claim aad_identity: that is how Microsoft's own acr-cli \
             recognises a registry that decides by repository (ABAC mode). There AcrPull, AcrPush, Owner, Contributor and \
             Reader give no access to images.",
        );
    if let Some(answer) = answer {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    if let Some(passed) = sibling {
        return telling
            .explain(seen::experiment_in_words(passed))
            .explain(
                "The same identity, asked about another repository alone: so a role counts here, and its condition decides by \
                 the repository's name.",
            )
            .remedy(remedy::limit_to_repository(&observed.view()))
            .remedy([remedy::list_assignments(&observed.view())]);
    }
    telling
        .explain(format!(
            "A repository role whose condition leaves {repository} out looks the same from here; another repository tried with \
             the same identity tells (--sibling REPOSITORY). The mode itself is read from the claim and not confirmed: az acr show tells."
        ))
        .remedy(remedy::give_pull_role(&observed.view()))
        .remedy(remedy::limit_to_repository(&observed.view()))
        .remedy([remedy::list_assignments(&observed.view())])
}
