//! The registry admits only selected networks, and this address is not among them.

use super::{addresses, is_private, registry_answer, said};
use crate::evidence::{Step, Transaction};
use crate::findings::answer::is_registry_like;
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use std::net::IpAddr;

/// The registry's 403.
pub static RULE: Rule = Rule {
    name: "firewall-ip",
    family: Family::Network,
    owner: Owner::Registry,
    proof: Proof::ControlPlane,
    summary: "the registry does not admit the address the request came from",
    page: include_str!("firewall_ip.md"),
    examine,
    tell,
    notice: None,
};

/// What separates this from the other causes of the same answer.
pub(super) const SEPARATE: &str =
    "az acr show --query publicNetworkAccess: Enabled with a default action Deny, or Disabled";

/// A 403 at one of the registry's own steps.
pub(super) struct Forbidden<'a> {
    pub answer: &'a Transaction,
    /// True where the answer bears the registry's marks.
    pub is_own: bool,
    /// The address the registry saw, where it says so.
    pub address: Option<IpAddr>,
}

impl<'a> Forbidden<'a> {
    /// The 403 that this cell stopped at.
    pub fn of(case: &Case<'a>) -> Option<Self> {
        let answer = registry_answer(case).filter(|one| one.status == Some(403))?;
        Some(Self {
            answer,
            is_own: is_registry_like(answer),
            address: said(case, answer, Transaction::refused_address),
        })
    }

    /// True where the registry has let this address in already: it gave it a token, and the 403 that
    /// comes later names no address.
    pub fn knows_caller(&self, case: &Case<'_>) -> bool {
        let let_in = case.this.trace.last(Step::AccessToken);
        self.is_own
            && self.answer.step == Step::Manifest
            && self.address.is_none()
            && let_in.is_some_and(|one| one.status == Some(200))
    }

    /// How well the firewall accounts for it. Once there is a token, the registry has let this address
    /// in, and a 403 that names none is likelier about the content.
    fn confidence(&self) -> Confidence {
        let says_denied = match self.answer.registry_error() {
            Some((code, _)) => code == "DENIED",
            // The answer to a HEAD has no body.
            None => self.is_own,
        };
        if self.address.is_some() || (says_denied && self.answer.step < Step::Manifest) {
            Confidence::Likely
        } else {
            Confidence::Possible
        }
    }
}

fn examine(case: &Case<'_>) -> Answer {
    if let Some(forbidden) = Forbidden::of(case) {
        if forbidden.knows_caller(case) {
            let let_in = case.this.trace.last(Step::AccessToken);
            let because = "the token endpoint let this address in";
            return Answer::Refuted(Because::new(because).citing(let_in));
        }
        let text = match forbidden.address {
            Some(address) => format!("a 403 that names the address {address}"),
            None => "a 403 that names no address".to_owned(),
        };
        return Answer::Consistent(
            forbidden.confidence(),
            Because::new(text)
                .citing(Some(forbidden.answer))
                .separated_by(if forbidden.is_own {
                    SEPARATE
                } else {
                    "the same request past any proxy: the registry's own 403 bears X-Ms-Correlation-Request-Id"
                }),
        );
    }
    match registry_answer(case).and_then(|one| Some((one, one.status?))) {
        Some((refusal, status @ 400..=499))
            if matches!(refusal.step, Step::RefreshToken | Step::AccessToken)
                && case.this.outcome.verdict == Verdict::Denied =>
        {
            Answer::Refuted(Because::new(format!("{status}, not 403")).citing(Some(refusal)))
        }
        _ => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let view = observed.view();
    let Some(forbidden) = Forbidden::of(case) else {
        return Telling::error("the registry does not admit this address (403)");
    };
    let step = forbidden.answer.step.name();
    let telling = match forbidden.address {
        Some(address) => Telling::error(format!("the registry does not admit the address {address} (403)"))
            .explain(format!(
                "At {step} the registry answered 403 and named {address} as the address the request came from. That is the \
                 address to compare with its rules, not the one this machine believes to have."
            )),
        None => Telling::error("the registry does not admit this network (403)").explain(format!(
            "At {step} the registry answered 403 and did not name the address it saw. Every 403 known on this path is about \
             the network."
        )),
    };
    let telling = telling
        .explain(format!(
            "{} The registry looks at the address before it looks at any credential, so this holds whoever asks; a missing role may \
             stand behind it, and later steps are untested.",
            path_words(case)
        ))
        .remedy([remedy::ask_public_access(&view)]);
    match forbidden.address {
        Some(address) if !is_private(address) => telling
            .advise(format!(
                "allow {address}, or come through a private endpoint"
            ))
            .remedy([remedy::allow_ip(&view, &address.to_string())]),
        // Address rules are for public addresses; a private one came over a virtual network.
        Some(_) => telling.advise(
            "let this virtual network in: the address is private, so an address rule cannot name it",
        ),
        None => telling.advise("ask the registry which networks it admits"),
    }
}

/// Which way the request took, as far as the address of the name tells.
pub(super) fn path_words(case: &Case<'_>) -> &'static str {
    match addresses(case) {
        [] => "Which address the name led to was not seen.",
        some if some.iter().copied().any(is_private) => {
            "The name led to a private address here, so the request should have come through the private endpoint."
        }
        _ => {
            "The name led to a public address here; if the registry has a private endpoint that this client should use, DNS is \
             the thing to repair, not the rule."
        }
    }
}
