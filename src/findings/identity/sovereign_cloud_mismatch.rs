//! Login server and authority belong to different clouds, or a tool put a second suffix on the name.

use super::aadsts::aadsts;
use super::authority::{authority, is_other_cloud, registrys_cloud};
use super::{UNTESTED, stopped_by};
use crate::evidence::{Fact, Observation, Step};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// Azure's clouds do not know each other's tenants.
pub static RULE: Rule = Rule {
    name: "sovereign-cloud-mismatch",
    family: Family::Identity,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "login server and Entra authority belong to different Azure clouds",
    page: include_str!("sovereign_cloud_mismatch.md"),
    examine,
    tell,
    notice: None,
};

/// Entra's own word for it.
const CROSS_CLOUD: [&str; 3] = ["900382", "900432", "90038"];
/// No such tenant: of another cloud, or none at all.
const NO_TENANT: &str = "90002";
/// The suffixes of registries.
const SUFFIXES: [&str; 4] = [".azurecr.io", ".azurecr.us", ".azurecr.cn", ".azurecr.de"];

fn examine(case: &Case<'_>) -> Answer {
    if let Some((_, fact)) = doubled(case) {
        return Answer::Confirmed(
            Because::new("the name bears a registry's suffix twice, and does not exist")
                .with_fact(Some(fact)),
        );
    }
    let Some((answer, number)) = stopped_by(case).and_then(|one| Some((one, aadsts(one)?))) else {
        return Answer::Silent;
    };
    if CROSS_CLOUD.contains(&number.as_str()) {
        return Answer::Confirmed(
            Because::new(format!(
                "Entra says that it was asked across clouds (AADSTS{number})"
            ))
            .citing(Some(answer)),
        );
    }
    if number != NO_TENANT {
        return Answer::Silent;
    }
    match authority(case) {
        Some(_) if is_other_cloud(case) => Answer::Consistent(
            Confidence::Likely,
            Because::new(
                "the tenant is not there, and the authority is of another cloud than the registry",
            )
            .citing(Some(answer))
            .separated_by("the same tenant id at the authority of the registry's cloud"),
        ),
        Some((host, _)) => Answer::Refuted(
            Because::new(format!("{host} and the registry are of one cloud")).citing(Some(answer)),
        ),
        None => Answer::Silent,
    }
}

/// The login server without its second suffix, where it has two and the resolver knows no such name.
fn doubled<'a>(case: &Case<'a>) -> Option<(String, &'a Fact)> {
    let fact = case.this.outcome.fact?;
    let Observation::Dns(dns) = &fact.observation else {
        return None;
    };
    let is_absent = fact.step == Step::Resolve
        && dns
            .fault
            .as_ref()
            .is_some_and(|fault| fault.kind == "nxdomain");
    let once = SUFFIXES
        .iter()
        .find_map(|suffix| dns.host.strip_suffix(suffix))?;
    let has_one = SUFFIXES.iter().any(|suffix| once.ends_with(suffix));
    (is_absent && has_one).then(|| (once.to_owned(), fact))
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let view = observed.view();
    if let Some((once, _)) = doubled(case) {
        let twice = &case.this.cell.target.registry;
        return Telling::error(format!(
            "the login server has two suffixes ({twice}), and no such name exists"
        ))
        .advise(format!("write {once}"))
        .explain(format!(
            "Some tool was given {once}, took it for a registry's bare name, and put its own cloud's suffix behind it. Give it \
             the bare name and the right cloud, or the login server where it takes one."
        ))
        .explain("No connection was made and no credential was sent; every later step is untested.")
        .remedy([remedy::ask_login_server(&view)]);
    }
    let number = stopped_by(case).and_then(aadsts).unwrap_or_default();
    let cloud = registrys_cloud(case);
    let (host, right) = (
        stopped_by(case)
            .and_then(|one| one.host())
            .unwrap_or_default(),
        remedy::authority_host(cloud),
    );
    let reason = if is_other_cloud(case) {
        format!(
            "its tenant was asked for at {host}, and the registry is of another cloud (AADSTS{number})"
        )
    } else {
        format!("{host} says that application or tenant belong to another cloud (AADSTS{number})")
    };
    let mut telling = Telling::error(reason).advise(if is_other_cloud(case) {
        format!("ask {right}: --authority-host for the probe, AZURE_AUTHORITY_HOST for the client")
    } else {
        "ask the authority of the cloud that the application was registered in".to_owned()
    });
    if let Some(answer) = stopped_by(case) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    telling
        .explain(format!(
            "Each Azure cloud has an Entra of its own and knows no other's tenants. A registry under .{} belongs to {}, whose \
             authority is {right}; {host} was asked.",
            cloud.suffix(),
            cloud.az_name(),
        ))
        .explain(UNTESTED)
        .remedy(remedy::right_authority(&view))
}
