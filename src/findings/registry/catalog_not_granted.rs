//! The list of repositories is refused. No pull ever asks for it.

use super::seen;
use crate::evidence::{Ask, Step};
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// `registry:catalog:*` is not granted.
pub static RULE: Rule = Rule {
    name: "catalog-not-granted",
    family: Family::Registry,
    owner: Owner::Nobody,
    proof: Proof::Wire,
    summary: "the registry's catalogue is refused, which no pull needs",
    page: include_str!("catalog_not_granted.md"),
    examine,
    tell,
    notice: None,
};

/// True where the cell asks for the list of repositories.
pub(super) fn is_of_catalogue(case: &Case<'_>) -> bool {
    matches!(&case.this.cell.ask, Ask::Scope(raw) if raw.starts_with("registry:catalog:"))
}

fn examine(case: &Case<'_>) -> Answer {
    if !is_of_catalogue(case) || case.this.outcome.verdict != Verdict::Denied {
        return Answer::Silent;
    }
    let beside = seen::granted_beside(case);
    let because = Because::new(match beside {
        Some(_) => "the same row is granted a repository, and not the catalogue",
        None => "the token endpoint gave a token without the catalogue",
    })
    .citing(case.decisive())
    .citing(beside)
    .separated_by("a scope of a repository, asked with the same credential");
    match beside {
        Some(_) if case.is_at(Step::AccessToken, 200) => Answer::Confirmed(because),
        Some(_) if case.is_at(Step::AccessToken, 401) => {
            Answer::Consistent(Confidence::Likely, because)
        }
        None if case.is_at(Step::AccessToken, 200) => {
            Answer::Consistent(Confidence::Likely, because)
        }
        // A credential that is refused everything is another rule's.
        _ => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let (principal, repository) = (case.principal(), &case.this.cell.target.repository);
    let reason = match seen::granted_beside(case) {
        Some(_) => format!(
            "{principal} may not list the registry's repositories; on {repository} it has rights, and no pull asks for the list"
        ),
        None => format!(
            "{principal} may not list the registry's repositories; that says nothing of pulls"
        ),
    };
    Telling::info(reason)
        .explain(
            "registry:catalog:* is the scope of the list of repositories. It is a right of its own: in ABAC mode the role \
             Container Registry Repository Catalog Lister carries it, and a repository-scoped token has it only with the \
             system's admin maps.",
        )
        .explain(
            "az acr check-health asks for such a scope where no repository is named, and so calls a good credential faulty.",
        )
}
