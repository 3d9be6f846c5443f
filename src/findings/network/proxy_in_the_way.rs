//! An HTTP proxy answered in the registry's place, or would not let the request through.

use super::{connect_stop, page_title, plain, proxy, registry_answer, said};
use crate::evidence::{Connect, ConnectFault, Fact, Step, Transaction};
use crate::findings::answer::{is_proxy_page, is_registry_like};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// An answer that is not the registry's.
pub static RULE: Rule = Rule {
    name: "proxy-in-the-way",
    family: Family::Network,
    owner: Owner::Network,
    proof: Proof::Wire,
    summary: "an HTTP proxy answered in the registry's place",
    page: include_str!("proxy_in_the_way.md"),
    examine,
    tell,
    notice: None,
};

const SEPARATE: &str = "the same request past the proxy: curl --noproxy '*' on /v2/";

fn examine(case: &Case<'_>) -> Answer {
    if let Some((_, fault, fact)) = tunnel(case) {
        let because = |text: &str| Because::new(text).with_fact(Some(fact));
        return match fault {
            ConnectFault::Proxy(_) => Answer::Confirmed(because("the proxy opened no tunnel")),
            _ => Answer::Consistent(
                Confidence::Likely,
                because("the proxy in force could not be reached").separated_by(SEPARATE),
            ),
        };
    }
    if let Some(answer) = case.decisive().filter(|one| one.status == Some(407)) {
        return Answer::Confirmed(Because::new("407 is a proxy's own answer").citing(Some(answer)));
    }
    let Some((answer, status)) = registry_answer(case).and_then(|one| Some((one, one.status?)))
    else {
        return Answer::Silent;
    };
    let consistent = |confidence, text: &str| {
        Answer::Consistent(
            confidence,
            Because::new(text)
                .citing(Some(answer))
                .separated_by(SEPARATE),
        )
    };
    match status {
        403 if is_denied(answer) => Answer::Refuted(
            Because::new("the 403 is the registry's own: code DENIED").citing(Some(answer)),
        ),
        _ if is_registry_like(answer) => Answer::Silent,
        500..=599 if is_registrys_front(answer) => consistent(
            Confidence::Possible,
            "the answer lacks the registry's correlation id",
        ),
        _ if is_proxy_page(answer) => consistent(
            Confidence::Likely,
            "the answer has none of a registry's marks and is a page or came through a proxy",
        ),
        403 => consistent(Confidence::Likely, "the 403 has none of a registry's marks"),
        502..=504 => consistent(
            Confidence::Possible,
            "the answer has none of a registry's marks",
        ),
        401 if answer.step == Step::Challenge && answer.header("via").is_some() => consistent(
            Confidence::Possible,
            "the answer came through a proxy, which may have changed its headers",
        ),
        _ => Answer::Silent,
    }
}

/// A connection that failed at a proxy.
fn tunnel<'a>(case: &Case<'a>) -> Option<(&'a Connect, &'a ConnectFault, &'a Fact)> {
    connect_stop(case).filter(|(connect, fault, _)| {
        connect.proxy.is_some() || matches!(fault, ConnectFault::Proxy(_))
    })
}

fn is_denied(answer: &Transaction) -> bool {
    answer
        .registry_error()
        .is_some_and(|(code, _)| code == "DENIED")
}

/// True where the registry's own web server answered without the registry behind it.
pub(in crate::findings) fn is_registrys_front(answer: &Transaction) -> bool {
    answer
        .header("server")
        .is_some_and(|server| server.starts_with("openresty"))
        && answer.header("via").is_none()
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let telling = match (tunnel(case), case.decisive()) {
        (Some((connect, fault, _)), _) => of_tunnel(connect, fault),
        (None, Some(answer)) => of_answer(case, answer),
        (None, None) => Telling::error("a proxy stands in the way"),
    };
    telling
        .advise("let the registry bypass the proxy, or let the proxy pass it unchanged")
        .explain(
            "This says something about the proxy and nothing about rights; it holds whoever asks, and later steps are untested. \
             The daemon that pulls has an environment of its own: it may use another proxy than this probe, or none.",
        )
        .remedy([remedy::proxy_bypass(&observed.view())])
}

fn of_tunnel(connect: &Connect, fault: &ConnectFault) -> Telling {
    let proxy = connect.proxy.as_deref().unwrap_or("the proxy");
    let host = &connect.host;
    match fault {
        ConnectFault::Proxy(said) => {
            Telling::error(format!("the proxy {proxy} opens no way to {host}")).explain(format!(
                "{proxy} was asked for a tunnel to {host}:{} and refused ({said}).",
                connect.port
            ))
        }
        ConnectFault::Refused(said)
        | ConnectFault::Timeout(said)
        | ConnectFault::Unreachable(said)
        | ConnectFault::Other(said) => {
            Telling::error(format!("the proxy {proxy} cannot be reached")).explain(format!(
                "{proxy} is in force for {host}, and no connection through it came about ({said})."
            ))
        }
    }
}

fn of_answer<'a>(case: &Case<'a>, answer: &'a Transaction) -> Telling {
    let status = answer
        .status
        .map_or_else(|| "nothing".to_owned(), |status| status.to_string());
    let whose = signs(case, answer);
    let through = proxy(case).map_or_else(
        || "No proxy is set for the probe, so it stands on the path itself.".to_owned(),
        |proxy| format!("The probe used the proxy {proxy}."),
    );
    let reason = if answer.status == Some(407) {
        "a proxy on the way demands a login (407)".to_owned()
    } else {
        format!("a proxy answered in the registry's place ({status})")
    };
    Telling::error(reason).explain(format!(
        "The answer at {} was {status}{whose}. A registry's refusal is JSON with errors and bears \
         X-Ms-Correlation-Request-Id; this one has neither. {through}",
        answer.step.name()
    ))
}

/// What the answer says of its sender: `, a page titled "…", via …`.
fn signs<'a>(case: &Case<'a>, answer: &'a Transaction) -> String {
    let title = said(case, answer, page_title).map(|title| format!(", a page titled \"{title}\""));
    let via = answer
        .header("via")
        .map(|via| format!(", via {}", plain(via)));
    let server = answer
        .header("server")
        .map(|server| format!(", server {}", plain(server)));
    [title, via, server].into_iter().flatten().collect()
}
