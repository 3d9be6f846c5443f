//! A principal's requests in order, for a picture: who was asked, what for, what came back, when.

use super::evidence::{answered, at, took};
use super::{Block, Section, Text, Tone, evidence};
use crate::evidence::{Fact, Observation, Place, Transaction};
use crate::findings::outcome::Verdict;
use crate::report::plain::one_line;
use crate::report::{Principal, Report};

/// More than these do not help anybody who looks at a picture.
const DRAWN: usize = 80;

/// One principal's requests.
#[derive(Debug)]
pub(in crate::report) struct Sequence {
    /// A name for links; of our own making.
    pub id: String,
    /// Who asks.
    pub principal: String,
    /// Who is asked, in the order in which they are first met.
    pub lanes: Vec<String>,
    /// The requests.
    pub arrows: Vec<Arrow>,
    /// How many more there are.
    pub left_out: usize,
}

/// One request.
#[derive(Debug)]
pub(in crate::report) struct Arrow {
    /// The id of its transaction or fact.
    pub id: String,
    /// The step.
    pub step: &'static str,
    /// Who is asked: an index into the lanes.
    pub lane: usize,
    /// When it began; empty where only the order is known.
    pub at: String,
    /// What was asked.
    pub request: String,
    /// What came back.
    pub answer: String,
    /// How long it took.
    pub took: String,
    /// How the answer is meant.
    pub tone: Tone,
    /// True for what no client would have sent.
    pub is_experiment: bool,
}

impl Arrow {
    /// The request in one sentence: what the picture shows, for those who do not see it.
    pub fn in_words(&self, lanes: &[String]) -> String {
        let host = lanes.get(self.lane).map_or("", String::as_str);
        let begun = match self.at.as_str() {
            "" => String::new(),
            at => format!(" at {at}"),
        };
        let experiment = if self.is_experiment {
            ", an experiment"
        } else {
            ""
        };
        format!(
            "{}, {}{experiment}{begun}: {} to {host}: {}, {}",
            self.id, self.step, self.request, self.answer, self.took
        )
    }
}

/// A picture for each principal that was tried.
pub(super) fn section(report: &Report<'_>) -> Section {
    let tried = report.principals.iter().filter(|one| one.untried.is_none());
    let parts = tried.enumerate().filter_map(|(index, principal)| {
        let id = format!("sequence-{}", index + 1);
        let sequence = sequence(report, principal, &id)?;
        let mut part = Section::new(format!("{id}-part"), "", vec![Block::Sequence(sequence)]);
        part.title = Text::default().and_code(principal.name);
        Some(part)
    });
    Section {
        parts: parts.collect(),
        ..Section::new("sequence", "Sequence", vec![])
    }
}

fn sequence(report: &Report<'_>, principal: &Principal<'_>, id: &str) -> Option<Sequence> {
    let mut sequence = Sequence {
        id: id.to_owned(),
        principal: one_line(principal.name),
        lanes: vec![],
        arrows: vec![],
        left_out: 0,
    };
    let mut own: Vec<&Transaction> = report
        .transactions
        .iter()
        .filter(|one| belongs(report, principal, one))
        .collect();
    own.sort_by(|one, other| one.started_ms.total_cmp(&other.started_ms));
    for one in own {
        sequence.add(request(one), &lane_of(one));
    }
    // Facts carry no time. What failed there ended the flow, and so stands at its end.
    for fact in report
        .facts
        .iter()
        .filter(|one| is_for(&one.place, principal))
    {
        if let Some((host, arrow)) = failed(fact) {
            sequence.add(arrow, &host);
        }
    }
    (!sequence.arrows.is_empty()).then_some(sequence)
}

/// Its own requests, those it stands on with others, and the check of the content where it may pull.
fn belongs(report: &Report<'_>, principal: &Principal<'_>, one: &Transaction) -> bool {
    if one.place.principal.is_some() {
        return is_for(&one.place, principal);
    }
    let mut cells = report
        .matrix
        .iter()
        .filter(|cell| cell.principal == principal.name);
    cells.any(|cell| {
        let may_pull = cell.verdict == Verdict::Granted && cell.asked == ["pull"];
        cell.trace.contains(&one.id.as_str()) || (one.place.content && may_pull)
    })
}

/// What is nobody's own is everybody's.
fn is_for(place: &Place, principal: &Principal<'_>) -> bool {
    let own = place.principal.as_deref();
    own.is_none_or(|name| name == principal.name)
}

impl Sequence {
    fn add(&mut self, mut arrow: Arrow, host: &str) {
        if self.arrows.len() == DRAWN {
            self.left_out += 1;
            return;
        }
        let host = one_line(host);
        arrow.lane = match self.lanes.iter().position(|own| *own == host) {
            Some(at) => at,
            None => {
                self.lanes.push(host);
                self.lanes.len() - 1
            }
        };
        self.arrows.push(arrow);
    }
}

fn lane_of(one: &Transaction) -> String {
    one.host().unwrap_or_else(|| "an unknown host".to_owned())
}

/// Without scheme and host: the lane tells them.
fn request(one: &Transaction) -> Arrow {
    let path = one
        .url
        .split_once("://")
        .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]))
        .unwrap_or(&one.url);
    Arrow {
        id: one_line(&one.id),
        step: one.step.name(),
        lane: 0,
        at: at(one.started_ms),
        request: one_line(&format!("{} {path}", one.method)),
        answer: one_line(&short_answer(one)),
        took: took(one.elapsed_ms),
        tone: evidence::tone(one),
        is_experiment: one.experiment.is_some(),
    }
}

/// The status and the registry's own word for it; the table of requests has the sentence.
fn short_answer(one: &Transaction) -> String {
    let said = one.registry_error().or_else(|| one.identity_error());
    match (one.status, said, &one.failure) {
        (Some(status), Some((code, _)), None) => format!("{status} {code}"),
        _ => answered(one),
    }
}

/// Where it was no request that failed.
fn failed(fact: &Fact) -> Option<(String, Arrow)> {
    let (host, request, answer, milliseconds) = match &fact.observation {
        Observation::Dns(dns) => {
            let fault = dns.fault.as_ref()?;
            (&dns.host, "resolve", fault.message.as_str(), dns.elapsed_ms)
        }
        Observation::Connect(connect) => {
            let fault = connect.fault.as_ref()?;
            (
                &connect.host,
                "connect",
                fault.message(),
                connect.elapsed_ms,
            )
        }
        Observation::Tls(tls) => {
            let fault = tls.fault.as_ref()?;
            (&tls.host, "TLS handshake", fault.message(), tls.elapsed_ms)
        }
        Observation::Withheld(one) => (&one.destination, "not sent", one.because.as_str(), 0.0),
        Observation::Clock(_)
        | Observation::File(_)
        | Observation::Credential(_)
        | Observation::Exec(_)
        | Observation::Event(_) => return None,
    };
    let arrow = Arrow {
        id: one_line(&fact.id),
        step: fact.step.name(),
        lane: 0,
        at: String::new(),
        request: request.to_owned(),
        answer: one_line(answer),
        took: took(milliseconds),
        tone: Tone::Warn,
        is_experiment: false,
    };
    Some((host.clone(), arrow))
}
