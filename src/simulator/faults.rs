//! Faults of a scenario laid over the answer that would have been given.
//! *Not* names, connections and certificates: those fail before a request exists.

use std::sync::Mutex;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::answer::page;
use super::data_plane::{Resource, resource};
use super::http::{Answer, Manner, Presented, Request};
use super::registry_answers::{oauth_body, oauth_error};
use super::stated_network::{At, FaultKind, StatedFault};
use super::world::{Moment, Place, World};

/// How often each fault has happened.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Vec<u32>>);

impl Tally {
    /// The first fault that fits a request and is not used up; counts it.
    pub fn take<'a>(
        &self,
        world: &'a World,
        request: &Request,
        is_imds: bool,
    ) -> Option<&'a StatedFault> {
        let faults = &world.stated().fault;
        let step = step(world, request, is_imds);
        let mut used = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        used.resize(faults.len(), 0);
        let mut fitting = faults.iter().zip(used.iter_mut()).filter(|(fault, used)| {
            fits(fault, step, request) && fault.count.is_none_or(|count| **used < count)
        });
        let (fault, used) = fitting.next()?;
        *used += 1;
        Some(fault)
    }
}

/// The answer with the fault in it.
pub fn apply(
    world: &World,
    moment: Moment,
    request: &Request,
    fault: &StatedFault,
    usual: Answer,
) -> Answer {
    let with = |manner| Answer {
        manner,
        ..usual.clone()
    };
    let mut answer = match fault.kind {
        FaultKind::Status => status(world, moment, fault, &usual),
        FaultKind::Throttle => throttle(world, moment, request, fault),
        FaultKind::Hang => with(Manner::Hang),
        FaultKind::Close => with(Manner::Close),
        FaultKind::Delay => usual.clone(),
        FaultKind::ProxyPage => proxy(world, moment, fault),
        FaultKind::WebPage => page(world, moment, fault.status.unwrap_or(200), "Welcome"),
        FaultKind::Redirect => Answer::new(fault.status.unwrap_or(307))
            .header("Server", "openresty")
            .header("Date", world.date(moment))
            .header("Location", fault.location.clone().unwrap_or_default())
            .sized(""),
        FaultKind::Drip => with(Manner::Drip),
        FaultKind::EndlessHeaders => with(Manner::EndlessHeaders),
        FaultKind::HugeChallenge => {
            let mut answer = Answer::new(401).header("Server", "openresty");
            answer = answer.header(
                "Www-Authenticate",
                format!("Bearer realm=\"{}\"", "a".repeat(1 << 20)),
            );
            answer.sized("")
        }
        FaultKind::Bytes => Answer {
            body: bytes(fault),
            ..with(Manner::Bytes)
        },
        FaultKind::Gzip => usual.clone().header("Content-Encoding", "gzip"),
    };
    for (name, value) in &fault.headers {
        answer = answer.header(name, value.clone());
    }
    answer.delay = fault.delay.as_wait();
    answer
}

/// What the scenario's check has read already.
fn bytes(fault: &StatedFault) -> Vec<u8> {
    let text = fault.bytes.as_deref().unwrap_or_default();
    STANDARD.decode(text).unwrap_or_default()
}

fn throttle(world: &World, moment: Moment, request: &Request, fault: &StatedFault) -> Answer {
    let answer = match world.stated().registry.inferred.throttle_body {
        true => oauth_error(
            world,
            moment,
            request,
            429,
            "TOOMANYREQUESTS",
            "too many requests",
        ),
        false => oauth_body(world, moment, request, 429, String::new()),
    };
    let seconds = fault.retry_after.clone();
    answer.header("Retry-After", seconds.unwrap_or_else(|| "60".to_owned()))
}

fn status(world: &World, moment: Moment, fault: &StatedFault, usual: &Answer) -> Answer {
    let own = |(name, _): &&(String, String)| {
        !matches!(
            name.as_str(),
            "Content-Length"
                | "Transfer-Encoding"
                | "Content-Type"
                | "Www-Authenticate"
                | "Docker-Content-Digest"
                | "Location"
                | "Etag"
        )
    };
    let mut answer = Answer::new(fault.status.unwrap_or(500));
    if fault.own_headers {
        answer.headers = usual.headers.iter().filter(own).cloned().collect();
    } else {
        answer = answer.header("Date", world.date(moment));
    }
    if let Some(kind) = &fault.content_type {
        answer = answer.header("Content-Type", kind.clone());
    }
    if let Some(seconds) = &fault.retry_after {
        answer = answer.header("Retry-After", seconds.clone());
    }
    answer.sized(fault.body.clone().unwrap_or_default())
}

fn proxy(world: &World, moment: Moment, fault: &StatedFault) -> Answer {
    let status = fault.status.unwrap_or(403);
    let body = fault.body.clone().unwrap_or_else(|| {
        format!("<!DOCTYPE html>\n<html><head><title>Corp Web Gateway</title></head>\n<body><h1>Access denied ({status})</h1><p>Your request was blocked by policy.</p></body></html>\n")
    });
    let mut answer = Answer::new(status)
        .header("Date", world.date(moment))
        .header("Via", "1.1 proxy.corp.example (squid/6.6)");
    if status == 407 {
        answer = answer.header("Proxy-Authenticate", "Basic realm=\"Corp Web Gateway\"");
    }
    answer
        .header("Content-Type", "text/html; charset=utf-8")
        .sized(body)
}

fn fits(fault: &StatedFault, step: At, request: &Request) -> bool {
    let at = fault.at == At::Every || fault.at == step;
    at && fault.host.as_ref().is_none_or(|host| *host == request.host)
}

fn step(world: &World, request: &Request, is_imds: bool) -> At {
    if is_imds {
        return At::Imds;
    }
    match world.place(&request.host) {
        Place::Entra => return At::Entra,
        Place::Storage => return At::Storage,
        Place::Registry | Place::Trap | Place::Nobody => {}
    }
    match request.path() {
        "/oauth2/exchange" => return At::Exchange,
        "/oauth2/token" => return At::Token,
        _ => {}
    }
    if request.presented() == Presented::Nothing {
        return At::Challenge;
    }
    match resource(request.path()) {
        Resource::Manifest { .. } => At::Manifest,
        Resource::Blob { .. } => At::Blob,
        Resource::Ping
        | Resource::Catalogue
        | Resource::Upload { .. }
        | Resource::Tags { .. }
        | Resource::Attributes { .. }
        | Resource::Unknown => At::Challenge,
    }
}

/// For tests of bodies: the text of an `errors` envelope.
#[cfg(test)]
pub fn message_of(body: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or(serde_json::Value::Null);
    value["errors"][0]["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
