//! What comes after the cells, in an order that the plan decides.

use super::CellIndex;
use super::content::Granted;
use crate::evidence::redact::lock;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::sync::Mutex;
use tokio::sync::Notify;

/// Work of one lane one after the other, lanes side by side: so the plan and not the order of arrival decides
/// who opens a connection.
pub(super) async fn in_lanes<T>(
    work: impl Iterator<Item = (usize, T)>,
    run: impl AsyncFn(usize, T),
) {
    let mut lanes: BTreeMap<usize, Vec<T>> = BTreeMap::new();
    for (lane, one) in work {
        lanes.entry(lane).or_default().push(one);
    }
    let run = &run;
    let queue = |(lane, queue): (usize, Vec<T>)| async move {
        for one in queue {
            run(lane, one).await;
        }
    };
    join_all(lanes.into_iter().map(queue)).await;
}

/// The pulls of one target: who may pull first is known as soon as all before are.
#[derive(Default)]
pub(super) struct Pulls {
    ended: Mutex<BTreeMap<usize, Option<Granted>>>,
    told: Notify,
}

impl Pulls {
    /// One principal's pull has ended.
    pub fn settle(&self, cell: CellIndex, granted: Option<Granted>) {
        lock(&self.ended).insert(cell.principal, granted);
        self.told.notify_one();
    }

    /// The first principal of the plan that may pull, once that is known; none if nobody may.
    pub async fn first(&self, principals: usize) -> Option<Granted> {
        loop {
            if let Some(known) = self.known(principals) {
                return known;
            }
            // One task waits for each target, and a notice that comes before it waits is kept.
            self.told.notified().await;
        }
    }

    fn known(&self, principals: usize) -> Option<Option<Granted>> {
        let mut ended = lock(&self.ended);
        for principal in 0..principals {
            if let Some(granted) = ended.get_mut(&principal)?.take() {
                return Some(Some(granted));
            }
        }
        Some(None)
    }
}
