//! The certificate is for another name than the one that was asked.

use super::{UNTESTED, address_words, common_name, tls_stop};
use crate::evidence::{CertificateShown, TlsFault};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};
use crate::findings::words::listed;

/// A good certificate, of somebody else.
pub static RULE: Rule = Rule {
    name: "tls-name-mismatch",
    family: Family::Network,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the certificate is for another name than the image reference has",
    page: include_str!("tls_name_mismatch.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    match tls_stop(case) {
        Some((_, TlsFault::WrongName(_), fact)) => Answer::Confirmed(
            Because::new("the certificate does not carry the name that was asked")
                .with_fact(Some(fact)),
        ),
        _ => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let Some((tls, ..)) = tls_stop(case) else {
        return Telling::error("the certificate shown is for another name");
    };
    let host = &tls.host;
    let shown = tls.chain.first();
    let names = names(shown);
    let issuer = shown.map_or_else(|| "nobody".to_owned(), |one| common_name(&one.issuer));
    let telling = Telling::error(format!(
        "the certificate shown is for {names}, not for {host}"
    ))
    .explain(format!(
        "What answers at {} showed a certificate for {names}, issued by {issuer}. The name asked for was {host}. Whoever \
         that is, it has not proved to be this registry, so no credential was sent. {UNTESTED}",
        address_words(case)
    ));
    let is_azure = shown.is_some_and(|one| one.names.iter().any(|name| is_login_server(name)));
    if is_azure {
        return telling
            .advise("use the registry's login server in the image reference")
            .explain(
                "It is a registry's certificate: the registry was reached under a name it does not serve, such as the \
                 privatelink name or a name of your own. Private DNS leads the ordinary login server to the private address.",
            )
            .remedy([remedy::ask_login_server(&observed.view())]);
    }
    telling
        .advise(format!("find out what answers for {host} here"))
        .explain(
            "It is no registry's certificate: DNS, a hosts entry or a gateway leads the name to some other machine.",
        )
        .remedy([
            remedy::check_dns(&observed.view()),
            remedy::ask_login_server(&observed.view()),
        ])
}

fn names(shown: Option<&CertificateShown>) -> String {
    let Some(shown) = shown else {
        return "another name".to_owned();
    };
    let names = shown.names.as_slice();
    match names.len() {
        0 => common_name(&shown.subject),
        1..=3 => listed(names),
        more => format!("{} and {} more", names[..2].join(", "), more - 2),
    }
}

fn is_login_server(name: &str) -> bool {
    let suffixes = ["azurecr.io", "azurecr.us", "azurecr.cn", "azurecr.de"];
    suffixes
        .iter()
        .any(|suffix| name.ends_with(&format!(".{suffix}")))
}
