//! The fuzz targets' bodies on stable: every seed, and fixed mutations of each. What cargo-fuzz runs for
//! minutes is run here for seconds, and the same way each time.

#[path = "../fuzz/bodies.rs"]
mod bodies;

use crate::chance::Chance;
use crate::probe::repository;
use base64::Engine;
use bodies::BODIES;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// A body, where its seeds are, how many of them are taken, and how many mutations each gets.
const RUNS: &[(&str, &[&str], usize, usize)] = &[
    ("challenge", &["fuzz-seeds/challenge"], 99, 4000),
    ("jwt", &["fuzz-seeds/jwt"], 99, 3000),
    ("reference", &["fuzz-seeds/reference"], 99, 4000),
    ("azure_json", &["fuzz-seeds/azure-json"], 99, 3000),
    ("docker_config", &["docker", "secrets"], 99, 400),
    ("credential_provider", &["credential-provider"], 99, 400),
    ("recording", &["recordings"], 16, 25),
    ("event", &["events"], 99, 40),
    ("body", &["fuzz-seeds/body"], 99, 3000),
];

/// Nothing of these sizes takes longer, debug build and busy machine included.
const LONGEST: Duration = Duration::from_secs(10);

#[test]
fn every_body_has_its_run() {
    let named: Vec<&str> = BODIES.iter().map(|(name, _)| *name).collect();
    let run: Vec<&str> = RUNS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(named, run);
    for name in named {
        let target = repository(&format!("tests/fuzz/targets/{name}.rs"));
        assert!(target.exists(), "{name} has no target for cargo-fuzz");
    }
}

#[test]
fn no_body_minds_what_it_is_given() {
    let failures = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for ((name, body), (_, folders, most, mutations)) in BODIES.iter().zip(RUNS) {
            let failures = &failures;
            scope.spawn(move || {
                let wrong = run(name, *body, &seeds(folders, *most), *mutations);
                failures.lock().expect("no one panicked").extend(wrong);
            });
        }
    });
    let failures = failures.into_inner().expect("no one panicked");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Files of these folders, evenly over them.
fn seeds(folders: &[&str], most: usize) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = folders
        .iter()
        .flat_map(|folder| {
            std::fs::read_dir(repository(&format!("testdata/{folder}"))).expect("seeds are there")
        })
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{folders:?} holds no seed");
    let step = paths.len().div_ceil(most);
    let read = |path| std::fs::read(path).expect("it is read");
    paths.into_iter().step_by(step).map(read).collect()
}

/// The first thing that a body minded, as base64, so that it can become a test.
fn run(name: &str, body: fn(&[u8]), seeds: &[Vec<u8>], mutations: usize) -> Option<String> {
    let mut chance = Chance::new(20_261_124);
    for seed in seeds {
        for number in 0..=mutations {
            let other = &seeds[chance.below(seeds.len())];
            let data = match number {
                0 => seed.clone(),
                _ => chance.mutated(seed, other),
            };
            let began = Instant::now();
            let held = catch_unwind(AssertUnwindSafe(|| body(&data))).is_ok();
            if !held || began.elapsed() > LONGEST {
                let data = base64::engine::general_purpose::STANDARD.encode(&data);
                return Some(format!("{name} after {:?}: {data}", began.elapsed()));
            }
        }
    }
    None
}

#[test]
fn a_body_that_minds_is_found() {
    let minds = |data: &[u8]| assert!(data.len() < 40, "too long");
    let found = run("test", minds, &[b"seed".to_vec()], 500);
    assert!(found.is_some_and(|found| found.starts_with("test after")));
}
