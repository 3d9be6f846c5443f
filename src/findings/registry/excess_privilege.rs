//! More is granted than a pull needs.

use crate::evidence::{Ask, Step};
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::rule::{
    Answer, Because, Confidence, Family, Notice, Overview, Owner, Proof, Rule, Telling,
};

/// Push or delete granted where the run asks after a pull.
pub static RULE: Rule = Rule {
    name: "excess-privilege",
    family: Family::Registry,
    owner: Owner::Registry,
    proof: Proof::Wire,
    summary: "a principal that needs to pull may also push or delete",
    page: include_str!("excess_privilege.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::warning("more is granted than a pull needs"),
    notice: Some(notice),
};

fn notice(overview: &Overview<'_>) -> Vec<Notice> {
    let mut notices: Vec<Notice> = Vec::new();
    for case in overview.cases().filter(is_excess) {
        let principal = case.principal().to_owned();
        let scope = case.this.cell.scope();
        let token = case.this.trace.last(Step::AccessToken);
        match notices
            .iter_mut()
            .find(|notice| notice.principals.contains(&principal))
        {
            Some(notice) => {
                notice.scopes.push(scope);
                notice
                    .because
                    .transactions
                    .extend(token.map(|one| one.id.clone()));
            }
            None => notices.push(Notice {
                principals: vec![principal],
                scopes: vec![scope],
                confidence: Confidence::Proven,
                because: Because::new("the token carries it").citing(token),
                telling: Telling::warning(String::new()),
            }),
        }
    }
    notices.into_iter().map(in_words).collect()
}

/// A right beyond pulling that nobody required.
fn is_excess(case: &Case<'_>) -> bool {
    let beyond = matches!(&case.this.cell.ask, Ask::Action(action) if action == "push" || action == "delete");
    let required = case.recording.header.required.iter();
    beyond
        && case.this.outcome.verdict == Verdict::Granted
        && !case.recording.is_required(&case.this.cell)
        && required.clone().all(|one| one.action == "pull")
}

fn in_words(mut notice: Notice) -> Notice {
    let actions: Vec<&str> = notice
        .scopes
        .iter()
        .filter_map(|scope| scope.rsplit(':').next())
        .collect();
    let principal = notice.principals.join(", ");
    notice.telling = Telling::warning(format!(
        "{principal}: {} granted where a pull is needed",
        match actions.as_slice() {
            [one] => format!("{one} is"),
            _ => format!("{} are", actions.join(" and ")),
        }
    ))
    .advise("give what only pulls AcrPull or Repository Reader, or a repository-scoped token")
    .explain(
        "The token carries these actions; they were read from its claims and not tried. What only pulls should not be able to \
         replace or delete what others run.",
    );
    notice
}
