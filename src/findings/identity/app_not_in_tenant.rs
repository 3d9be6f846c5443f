//! The tenant has no such application, has it disabled, or is no tenant at all.

use super::aadsts::aadsts;
use super::authority::is_other_cloud;
use super::{UNTESTED, stopped_by};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// Entra looked, and found nobody who may sign in.
pub static RULE: Rule = Rule {
    name: "app-not-in-tenant",
    family: Family::Identity,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the tenant has no such application, or has it disabled, or does not exist",
    page: include_str!("app_not_in_tenant.md"),
    examine,
    tell,
    notice: None,
};

/// What is not there.
#[derive(Clone, Copy, PartialEq)]
enum Lacks {
    Application,
    Tenant,
    Permission,
}

impl Lacks {
    const fn number(self) -> &'static str {
        match self {
            Self::Application => "700016",
            Self::Tenant => "90002",
            Self::Permission => "7000112",
        }
    }
}

fn lacks(case: &Case<'_>) -> Option<Lacks> {
    let number = stopped_by(case).and_then(aadsts)?;
    [Lacks::Application, Lacks::Tenant, Lacks::Permission]
        .into_iter()
        .find(|one| one.number() == number)
}

fn examine(case: &Case<'_>) -> Answer {
    let Some(lacks) = lacks(case) else {
        return Answer::Silent;
    };
    let text = match lacks {
        Lacks::Application => "Entra says that the tenant has no such application",
        Lacks::Tenant => "Entra says that there is no such tenant",
        Lacks::Permission => "Entra says that the application is disabled",
    };
    let because =
        Because::new(format!("{text} (AADSTS{})", lacks.number())).citing(stopped_by(case));
    // A tenant of another cloud is not there either.
    if lacks == Lacks::Tenant && is_other_cloud(case) {
        return Answer::Consistent(
            Confidence::Possible,
            because.separated_by("the same tenant id at the authority of the registry's cloud"),
        );
    }
    Answer::Confirmed(because)
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let view = observed.view();
    let identity = &case.this.cell.principal.identity;
    let id = identity.client_id.as_deref();
    let tenant = identity.tenant_id.as_deref();
    let (application, directory) = (
        id.unwrap_or("that was named"),
        tenant.unwrap_or("that was asked"),
    );
    let lacks = lacks(case).unwrap_or(Lacks::Application);
    let number = lacks.number();
    let mut telling = match lacks {
        Lacks::Application => Telling::error(format!(
            "tenant {directory} has no application {application} (AADSTS{number})"
        ))
        .advise("compare tenant and client id with the application's own, letter by letter")
        .explain(
            "Either the id is wrong (an object id in place of the client id is a frequent slip), the tenant is wrong, the \
             application was deleted, or it is another tenant's and nobody has made its service principal here.",
        ),
        Lacks::Tenant => Telling::error(format!(
            "there is no tenant {directory} in this cloud (AADSTS{number})"
        ))
        .advise("correct the tenant id (AZURE_TENANT_ID)")
        .explain(
            "A tenant id that belongs to another cloud is not there either; the authority that was asked is in the address below.",
        ),
        Lacks::Permission => Telling::error(format!(
            "application {application} is disabled in tenant {directory} (AADSTS{number})"
        ))
        .advise("find out who disabled it and why, before it is enabled again")
        .explain(
            "The application is there, and its service principal may not sign in: somebody switched it off, or Microsoft did \
             after misuse. Its secret may be good.",
        ),
    };
    if let Some(answer) = stopped_by(case) {
        telling = telling.explain(format!(
            "{} The authority was {}.",
            seen::answer_in_words(answer),
            answer.host().unwrap_or_default()
        ));
    }
    let telling = telling.explain(format!(
        "Tenant and client id come from {}. {UNTESTED}",
        origin(case)
    ));
    match lacks {
        Lacks::Application => telling.remedy([
            remedy::find_application(&view, id),
            remedy::provision_application(&view, id),
        ]),
        Lacks::Tenant => telling.remedy([remedy::find_tenant(&view)]),
        Lacks::Permission => telling.remedy([remedy::enable_application(&view, id)]),
    }
}

/// Where tenant and client id were read.
fn origin<'a>(case: &Case<'a>) -> &'a str {
    let planned = case.this.cell.principal;
    match planned.kind.as_str() {
        "service-principal" | "workload-identity" => "AZURE_TENANT_ID and AZURE_CLIENT_ID",
        _ => &planned.source,
    }
}
