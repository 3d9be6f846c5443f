//! Something on the way shows a certificate of its own in the registry's place.

use super::{UNTESTED, address_words, clock_skew, common_name, handshake, moment, tls_stop};
use crate::evidence::{Step, Tls, TlsFault};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// An issuer that this machine does not trust.
pub static RULE: Rule = Rule {
    name: "tls-interception",
    family: Family::Network,
    owner: Owner::Network,
    proof: Proof::Wire,
    summary: "something on the way replaces the registry's certificate",
    page: include_str!("tls_interception.md"),
    examine,
    tell,
    notice: None,
};

const WHOSE: &str = "the issuer that openssl s_client shows from another network";

fn examine(case: &Case<'_>) -> Answer {
    let Some((tls, fault, fact)) = tls_stop(case) else {
        return refuted(case);
    };
    match fault {
        TlsFault::Untrusted(_) => Answer::Consistent(
            Confidence::Likely,
            Because::new(format!(
                "the certificate is issued by {}, whom this machine does not trust",
                issuer(tls)
            ))
            .with_fact(Some(fact))
            .separated_by(WHOSE),
        ),
        // The dates are looked at first, so nobody has judged the issuer yet. Azure renews its own
        // certificates; whoever re-signs may forget to.
        TlsFault::Expired(_) | TlsFault::NotYetValid(_) => Answer::Consistent(
            if clock_skew::condemned_by(case).is_some() {
                Confidence::Likely
            } else {
                Confidence::Possible
            },
            Because::new("the certificate is out of its time")
                .with_fact(Some(fact))
                .separated_by(WHOSE),
        ),
        TlsFault::WrongName(_) | TlsFault::Timeout(_) | TlsFault::Broken(_) => Answer::Silent,
    }
}

fn refuted(case: &Case<'_>) -> Answer {
    match handshake(case) {
        Some((tls, fact)) if case.stop() > Some(Step::Tls) => Answer::Refuted(
            Because::new(format!("certificate issued by {}, verified", issuer(tls)))
                .with_fact(Some(fact)),
        ),
        _ => Answer::Silent,
    }
}

/// Who signed the certificate that was shown.
fn issuer(tls: &Tls) -> String {
    tls.chain.first().map_or_else(
        || "an issuer that was not shown".to_owned(),
        |one| common_name(&one.issuer),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let Some((tls, fault, _)) = tls_stop(case) else {
        return Telling::error("the certificate shown is not the registry's own");
    };
    let issuer = issuer(tls);
    let address = address_words(case);
    let telling = match (fault, tls.chain.first()) {
        (TlsFault::Expired(_) | TlsFault::NotYetValid(_), Some(leaf)) => Telling::error(format!(
            "the certificate shown is out of its time, and not by this machine's clock alone ({issuer})"
        ))
        .explain(format!(
            "{address} showed a certificate issued by {issuer}, valid from {} to {}. It is out of its time by another host's \
             clock as well, so it is the certificate that is wrong. Azure renews its own; so something else answers there or \
             re-signs.",
            moment(leaf.not_before),
            moment(leaf.not_after)
        )),
        (fault, _) => Telling::error(format!(
            "the certificate shown is signed by {issuer}, whom this machine does not trust"
        ))
        .explain(format!(
            "{address} showed a certificate for {} issued by {issuer}; no authority that this machine trusts stands behind \
             it ({}). Usually that is an inspecting proxy of the organisation, whose holder can read the traffic. A missing \
             root certificate is possible too, if the issuer is a public authority; the probe brings the public ones along.",
            tls.host,
            said(fault)
        )),
    };
    let advice = match fault {
        // Trusting an authority does not help against dates.
        TlsFault::Expired(_) | TlsFault::NotYetValid(_) => {
            "find out what answers there, and let the registry pass uninspected".to_owned()
        }
        TlsFault::Untrusted(_)
        | TlsFault::WrongName(_)
        | TlsFault::Timeout(_)
        | TlsFault::Broken(_) => format!(
            "find out whose authority {issuer} is; then let the registry pass uninspected, or trust it on the nodes"
        ),
    };
    telling
        .advise(advice)
        .explain(format!(
            "No credential was sent over this connection. {UNTESTED}"
        ))
        .remedy([remedy::trust_authority(&observed.view())])
}

fn said(fault: &TlsFault) -> &str {
    match fault {
        TlsFault::Untrusted(said)
        | TlsFault::WrongName(said)
        | TlsFault::Expired(said)
        | TlsFault::NotYetValid(said)
        | TlsFault::Timeout(said)
        | TlsFault::Broken(said) => said,
    }
}
