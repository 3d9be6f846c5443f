//! What a run costs, measured against what it must cost. See ../README.md.

#![allow(clippy::print_stdout)] // the table is what it is for

mod measure;
mod peers;
mod proxy;
mod world;

use measure::{Times, repeated, resources};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use world::World;

const PROBE: &str = env!("CARGO_BIN_EXE_acr-probe");
/// What a round trip costs.
const TRIP: Duration = Duration::from_millis(40);
/// Round trips that must follow one another. Without content, the kubelet's: TCP, TLS and ping (the identity
/// token comes beside them), exchange, POST, GET, HEAD.
const CHAIN: u32 = 7;
/// With content, the admin user's: TCP, TLS, challenge, POST, GET, HEAD; the index, the manifest, the layer;
/// TCP, TLS and HEAD at its storage.
const CHAIN_WITH_CONTENT: u32 = 12;
/// What the default matrix must send without and with content, and how many connections it may open: seven to
/// the registry, one to IMDS, one to storage.
const LEAST: [(usize, u64); 2] = [(21, 8), (25, 9)];
const RUNS: usize = 9;

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    // `cargo test --all-targets` starts every bench; this one is only for `cargo bench`.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let folder = tempfile::tempdir()?;
    // The worlds are served while this thread waits for programs.
    let (sender, worlds) = std::sync::mpsc::channel();
    let place = folder.path().to_owned();
    std::thread::spawn(move || {
        let served = runtime.block_on(prepare(&place));
        let stays = served.is_ok();
        let _ = sender.send(served);
        if stays {
            runtime.block_on(std::future::pending::<()>());
        }
    });
    let small = worlds.recv()??;
    let mut lines = Vec::new();
    for (content, chain, least) in [
        (false, CHAIN, LEAST[0]),
        (true, CHAIN_WITH_CONTENT, LEAST[1]),
    ] {
        lines.push(matrix(&small.world, content, chain, least)?);
    }
    let others = peers::all(&small.world, &folder.path().join("one"), RUNS);
    lines.extend(others.iter().map(peer));
    lines.push(start_up()?);
    let size = std::fs::metadata(PROBE)?.len();
    lines.push(json!({"what": "binary", "bytes": size}));
    for scale in &small.scale {
        lines.push(curve(scale, folder.path())?);
    }
    print(&lines);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cost.json");
    std::fs::write(&path, serde_json::to_string_pretty(&lines)?)?;
    println!("\nas JSON: {}", path.display());
    Ok(())
}

/// Everything that is served.
struct Prepared {
    world: World,
    scale: Vec<Scale>,
}

/// A list of images.
struct Scale {
    cells: usize,
    registries: usize,
    images: String,
    world: World,
}

async fn prepare(folder: &Path) -> Result<Prepared, String> {
    let one = folder.join("one");
    std::fs::create_dir(&one).map_err(|error| error.to_string())?;
    let world = world::serve(&world::images(1, 1), 1, TRIP, &one).await?;
    let mut scale = Vec::new();
    for (images, registries) in [(4, 1), (34, 1), (334, 1), (1000, 1), (1000, 20)] {
        let place = folder.join(format!("{images}-{registries}"));
        std::fs::create_dir(&place).map_err(|error| error.to_string())?;
        let names = world::images(images, registries);
        scale.push(Scale {
            cells: images * 3,
            registries,
            images: place.join("images").display().to_string(),
            world: world::serve(&names, registries, Duration::ZERO, &place).await?,
        });
    }
    Ok(Prepared { world, scale })
}

fn probe(arguments: &[String]) -> Command {
    let mut command = Command::new(PROBE);
    command.args(arguments).env("PASSWORD", world::PASSWORD);
    command
}

fn counted(world: &World) -> (usize, u64) {
    let log = world.served.iter().map(|served| served.log.snapshot());
    log.fold((0, 0), |(requests, connections), log| {
        let last = log
            .iter()
            .map(|one| one.connection)
            .max()
            .unwrap_or_default();
        (requests + log.len(), connections + last)
    })
}

fn matrix(world: &World, content: bool, chain: u32, least: (usize, u64)) -> Result<Value, Failed> {
    let mut arguments = vec!["run".to_owned(), world::images(1, 1).remove(0)];
    arguments.extend(world.arguments.iter().cloned());
    let platform = ["--platform".to_owned(), "linux/amd64".to_owned()];
    arguments.extend(match content {
        true => platform.to_vec(),
        false => vec!["--no-content".to_owned()],
    });
    let before = counted(world);
    let times = repeated(&mut probe(&arguments), RUNS)?;
    let after = counted(world);
    let (processor, memory) = resources(PROBE, &arguments)?;
    let must = TRIP * chain;
    Ok(json!({
        "what": if content { "matrix, with content" } else { "matrix, no content" },
        "chain_ms": must.as_millis() as u64,
        "fastest_ms": ms(times.fastest),
        "median_ms": ms(times.median),
        "ratio": ratio(times.fastest, must),
        "median_ratio": ratio(times.median, must),
        "requests": (after.0 - before.0) / RUNS,
        "least_requests": least.0,
        "connections": (after.1 - before.1) / RUNS as u64,
        "most_connections": least.1,
        "processor_s": processor,
        "peak_kib": memory,
    }))
}

fn peer(peer: &peers::Peer) -> Value {
    let times = peer.times.as_ref();
    json!({
        "what": peer.name,
        "version": peer.version,
        "fastest_ms": times.ok().map(|times| ms(times.fastest)),
        "median_ms": times.ok().map(|times| ms(times.median)),
        "why_not": times.err(),
    })
}

fn start_up() -> Result<Value, Failed> {
    let help = repeated(&mut probe(&["--help".to_owned()]), 41)?;
    let nothing = repeated(&mut Command::new("true"), 41)?;
    Ok(json!({
        "what": "--help against true",
        "fastest_ms": ms(help.fastest),
        "true_ms": ms(nothing.fastest),
        "ratio": ratio(help.fastest, nothing.fastest),
        "median_ratio": ratio(help.median, nothing.median),
    }))
}

/// One list: the run, and the replay of what it recorded.
fn curve(scale: &Scale, folder: &Path) -> Result<Value, Failed> {
    let record = folder.join("r.jsonl").display().to_string();
    let output = folder.join("report").display().to_string();
    let mut arguments: Vec<String> = ["run", "--images", &scale.images, "--record", &record]
        .map(str::to_owned)
        .to_vec();
    arguments.extend(scale.world.arguments.iter().cloned());
    arguments.extend([
        "--output".to_owned(),
        output.clone(),
        "--no-content".to_owned(),
    ]);
    let run = repeated(&mut probe(&arguments), 1)?;
    let counted = counted(&scale.world);
    let (processor, memory) = resources(PROBE, &arguments)?;
    let replay = ["replay", &record, "--output", &output].map(str::to_owned);
    let replayed: Times = repeated(&mut probe(&replay), 3)?;
    let (replay_processor, replay_memory) = resources(PROBE, &replay)?;
    let exchanges = scale
        .world
        .served
        .iter()
        .flat_map(|served| served.log.snapshot());
    let exchanges = exchanges.filter(|one| one.target.starts_with("/oauth2/exchange"));
    Ok(json!({
        "what": format!("{} cells, {} registries", scale.cells, scale.registries),
        "wall_ms": ms(run.fastest),
        "requests": counted.0,
        "connections": counted.1,
        "exchanges": exchanges.count() / 2,
        "processor_s": processor,
        "peak_kib": memory,
        "replay_ms": ms(replayed.fastest),
        "replay_processor_s": replay_processor,
        "replay_peak_kib": replay_memory,
    }))
}

fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

fn ratio(one: Duration, other: Duration) -> f64 {
    (one.as_secs_f64() / other.as_secs_f64() * 100.0).round() / 100.0
}

/// One line for each thing that was measured, its numbers by their names.
fn print(lines: &[Value]) {
    println!("a round trip costs {} ms\n", TRIP.as_millis());
    for line in lines {
        let members = line.as_object().into_iter().flatten();
        let shown = members.filter(|(name, value)| *name != "what" && !value.is_null());
        let shown: Vec<String> = shown
            .map(|(name, value)| format!("{} {}", name.replace('_', " "), plain(value)))
            .collect();
        println!("{:<26} {}", plain(&line["what"]), shown.join(" · "));
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
