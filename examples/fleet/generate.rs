//! Recordings of a fleet: real ones of `testdata/recordings` with other run ids and nodes.

use std::io::{Result, Write};

/// How many node pools.
pub const POOLS: usize = 40;
/// The pools that are not like the others, and what their nodes recorded.
pub const BAD: [(usize, &str, &str); 3] = [
    (
        7,
        "no-role-assignment",
        include_str!("../../testdata/recordings/no-role-assignment.fires.jsonl"),
    ),
    (
        19,
        "firewall-ip",
        include_str!("../../testdata/recordings/firewall-ip.fires.jsonl"),
    ),
    (
        31,
        "imds-unreachable",
        include_str!("../../testdata/recordings/imds-unreachable.fires.jsonl"),
    ),
];
/// What the others recorded.
const GOOD: &str = include_str!("../../testdata/recordings/no-role-assignment.silent.jsonl");

/// Writes `count` recordings pod by pod, with lines of others in between.
pub fn write(count: usize, to: &mut impl Write) -> Result<()> {
    for node in 0..count {
        let prefix = format!("[pod/acr-probe-{node}-x7k2p/probe] ");
        writeln!(to, "{prefix}acr-probe: 12 s left until the first request")?;
        for line in recording(node).lines() {
            writeln!(to, "{prefix}{line}")?;
        }
    }
    Ok(())
}

/// The recording of a node, its pool counted round.
pub fn recording(node: usize) -> String {
    let pool = node % POOLS;
    let bad = BAD.iter().find(|(bad, ..)| *bad == pool);
    let text = bad.map_or(GOOD, |(.., text)| text);
    let own = text.find("\"run\":\"").expect("a run id") + "\"run\":\"".len();
    let text = text.replace(&text[own..own + 16], &format!("{node:016x}"));
    let (header, rest) = text.split_once('\n').expect("a header");
    let mut header: serde_json::Value = serde_json::from_str(header).expect("JSON");
    header["node"] = serde_json::json!({
        "name": format!("aks-pool{pool:02}-31741723-vmss{:06}", node / POOLS),
        "pool": format!("pool{pool:02}"),
        "region": "japaneast",
        "image": null,
        "kubelet": null,
        "cluster": "aks-wiz-dev",
    });
    format!("{header}\n{rest}")
}
