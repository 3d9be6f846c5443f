//! How far a long run is, on standard error. A short one says nothing.

use super::say;
use std::convert::Infallible;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Where nobody sits at a terminal, so few cells are not worth a line in a log.
const FEW_CELLS: usize = 48;
/// How often a terminal is told, and how often a log.
const TERMINAL: Duration = Duration::from_secs(1);
const LOG: Duration = Duration::from_secs(10);

/// Tells again and again, until the run ends and drops it.
pub(super) async fn tell(done: &AtomicUsize, cells: usize) -> Infallible {
    let terminal = std::io::stderr().is_terminal();
    if !terminal && cells <= FEW_CELLS {
        return std::future::pending().await;
    }
    let started = Instant::now();
    let _line = Line { terminal };
    loop {
        tokio::time::sleep(if terminal { TERMINAL } else { LOG }).await;
        let told = line(done.load(Ordering::Relaxed), cells, started.elapsed());
        // On a terminal the line is written over; nothing else of it is needed.
        say(&if terminal {
            format!("\r{told}")
        } else {
            format!("{told}\n")
        });
    }
}

fn line(done: usize, cells: usize, elapsed: Duration) -> String {
    format!("{done} of {cells} cells, {} s", elapsed.as_secs())
}

/// The line on a terminal, which is blank again before a report is written.
struct Line {
    terminal: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.terminal {
            say(&format!("\r{:40}\r", ""));
        }
    }
}
