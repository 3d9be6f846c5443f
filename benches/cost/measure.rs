//! Times, processor and memory of a program.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Wall times of several runs. The machine's noise only ever adds, so the fastest says most of the program.
#[derive(Clone, Copy)]
pub struct Times {
    pub fastest: Duration,
    pub median: Duration,
}

/// Runs it again and again; the first failure is told.
pub fn repeated(command: &mut Command, runs: usize) -> Result<Times, String> {
    let mut times = Vec::new();
    for _ in 0..runs {
        let began = Instant::now();
        let output = command
            .stdin(Stdio::null())
            .output()
            .map_err(|error| error.to_string())?;
        times.push(began.elapsed());
        // The probe's 1 is an answer: somebody may not push.
        if !matches!(output.status.code(), Some(0 | 1)) {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(said.lines().last().unwrap_or("it failed").to_owned());
        }
    }
    times.sort_unstable();
    Ok(Times {
        fastest: times[0],
        median: times[times.len() / 2],
    })
}

/// Processor seconds and peak memory in KiB, as GNU time tells them.
pub fn resources(program: &str, arguments: &[String]) -> Result<(f64, u64), String> {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%U %S %M", program])
        .args(arguments)
        .env("PASSWORD", crate::world::PASSWORD)
        .stdout(Stdio::null())
        .output()
        .map_err(|_| "GNU time is not installed".to_owned())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let numbers = said.lines().last().unwrap_or_default().split(' ');
    let numbers: Vec<f64> = numbers.filter_map(|one| one.parse().ok()).collect();
    match numbers[..] {
        [user, system, memory] => Ok((user + system, memory as u64)),
        _ => Err(said),
    }
}
