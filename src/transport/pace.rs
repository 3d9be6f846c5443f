//! The pace: how many requests are under way at once, how many begin in a second, and what a busy host
//! asked for.

use super::Answer;
use super::reading::http_date;
use crate::evidence::redact::lock;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

/// No single `Retry-After` is waited for longer.
const LONGEST: Duration = Duration::from_secs(60);
/// All waits for one host together: after that its answers are taken as they come, so that a registry that
/// refuses for an hour does not hold a run for an hour.
const PATIENCE: Duration = Duration::from_secs(180);

/// How fast a run may be.
#[derive(Debug, Clone, Copy)]
pub struct Tempo {
    /// `--parallel`: requests under way at once.
    pub parallel: usize,
    /// `--max-rps`: requests that begin in a second.
    pub max_rps: Option<u32>,
    /// Whether a 429's `Retry-After` holds for the later requests to its host. Where one image is asked for
    /// there is nobody to spare: the answer is the diagnosis.
    pub patient: bool,
}

/// Who may send, and when.
pub(super) struct Pace {
    tempo: Tempo,
    permits: Semaphore,
    /// When the next request may begin.
    next: Mutex<Option<Instant>>,
    busy: Mutex<HashMap<String, Busy>>,
}

/// A host that answered 429.
struct Busy {
    until: Instant,
    waited: Duration,
}

impl Pace {
    pub fn new(tempo: Tempo) -> Self {
        Self {
            tempo,
            permits: Semaphore::new(tempo.parallel.max(1)),
            next: Mutex::default(),
            busy: Mutex::default(),
        }
    }

    /// Waits until a request to this host may begin. It is under way for as long as the permit is held.
    pub async fn turn(&self, host: &str) -> Option<SemaphorePermit<'_>> {
        loop {
            if let Some(until) = self.busy_until(host) {
                sleep_until(until).await;
            }
            let permit = self.permits.acquire().await.ok();
            if let Some(slot) = self.slot() {
                sleep_until(slot).await;
            }
            // Somebody may have been told to come back later while this one was waiting.
            if self.busy_until(host).is_none() {
                return permit;
            }
        }
    }

    fn busy_until(&self, host: &str) -> Option<Instant> {
        let until = lock(&self.busy).get(host)?.until;
        (until > Instant::now()).then_some(until)
    }

    /// The next moment at which a request may begin.
    fn slot(&self) -> Option<Instant> {
        let gap = Duration::from_secs(1) / self.tempo.max_rps?.max(1);
        let mut next = lock(&self.next);
        let slot = next.map_or_else(Instant::now, |next| next.max(Instant::now()));
        *next = Some(slot + gap);
        Some(slot)
    }

    /// Takes note of a host that asked for patience.
    pub fn heed(&self, host: &str, answer: &Answer) {
        if !self.tempo.patient || answer.status != 429 {
            return;
        }
        let Some(asked) = answer.header_lines("retry-after").next().and_then(after) else {
            return;
        };
        let now = Instant::now();
        let mut busy = lock(&self.busy);
        let host = busy.entry(host.to_owned()).or_insert(Busy {
            until: now,
            waited: Duration::ZERO,
        });
        let from = host.until.max(now);
        let more = (now + asked.min(LONGEST)).saturating_duration_since(from);
        let more = more.min(PATIENCE.saturating_sub(host.waited));
        host.waited += more;
        host.until = from + more;
    }
}

/// `Retry-After`: seconds, or a date.
fn after(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let left = http_date(text)? - OffsetDateTime::now_utc().unix_timestamp();
    u64::try_from(left).ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(patient: bool) -> Pace {
        Pace::new(Tempo {
            parallel: 1,
            max_rps: None,
            patient,
        })
    }

    fn busy(status: u16, retry_after: &str) -> Answer {
        Answer {
            status,
            headers: vec![("retry-after".to_owned(), retry_after.to_owned())],
            body: vec![],
        }
    }

    #[test]
    fn a_busy_host_is_left_alone_for_as_long_as_it_asked() {
        let pace = pace(true);
        pace.heed("a", &busy(429, "30"));
        let left = pace.busy_until("a").expect("it is busy") - Instant::now();
        assert!(left <= Duration::from_secs(30) && left > Duration::from_secs(25));
        assert!(pace.busy_until("b").is_none(), "another host is not");
    }

    #[test]
    fn only_a_429_and_only_in_a_long_run() {
        let one_image = pace(false);
        one_image.heed("a", &busy(429, "30"));
        assert!(one_image.busy_until("a").is_none());
        let many = pace(true);
        many.heed("a", &busy(503, "30"));
        many.heed("a", &busy(429, "soon"));
        assert!(many.busy_until("a").is_none());
    }

    #[test]
    fn patience_ends() {
        let pace = pace(true);
        for _ in 0..100 {
            pace.heed("a", &busy(429, "86400"));
        }
        let left = pace.busy_until("a").expect("it is busy") - Instant::now();
        assert!(left <= LONGEST, "the same minute counts once");
        for _ in 0..100 {
            lock(&pace.busy).get_mut("a").expect("known").until = Instant::now();
            pace.heed("a", &busy(429, "86400"));
        }
        assert_eq!(lock(&pace.busy)["a"].waited, PATIENCE);
    }

    #[test]
    fn requests_begin_at_the_rate_and_not_in_a_burst() {
        let pace = Pace::new(Tempo {
            parallel: 1,
            max_rps: Some(10),
            patient: false,
        });
        let first = pace.slot().expect("a slot");
        let later: Vec<Instant> = (0..5).filter_map(|_| pace.slot()).collect();
        for (number, slot) in (1..).zip(later) {
            assert!(slot - first >= Duration::from_millis(100) * number);
        }
    }

    #[test]
    fn a_date_is_read_too() {
        assert_eq!(after(" 7 "), Some(Duration::from_secs(7)));
        assert!(after("Fri, 31 Dec 2199 23:59:59 GMT").is_some());
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), None);
    }
}
