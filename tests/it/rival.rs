//! A weak rival beside the probe: it stops after the exchange, as `az aks check-acr` does, and reads the same
//! recordings no further than that. The table shows where it is wrong.
//!
//! `cargo test --test it rival -- --nocapture` prints the table. Its ways are those of
//! <https://learn.microsoft.com/azure/aks/cluster-container-registry-integration> and the issues
//! <https://github.com/Azure/AKS/issues/4560> and <https://github.com/Azure/AKS/issues/3201>.

use crate::probe::{repository, scenarios};
use crate::shown;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the rival says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// The exchange was answered 200: "your cluster can pull images".
    CanPull,
    /// The exchange was answered otherwise, whatever the number: no permission.
    NoPermission,
    /// Something before the exchange failed.
    NoExchange,
    /// No identity to exchange: a password, a file, nobody.
    Nothing,
}

impl Said {
    fn word(self) -> &'static str {
        match self {
            Self::CanPull => "can pull",
            Self::NoPermission => "no permission",
            Self::NoExchange => "failed before",
            Self::Nothing => "-",
        }
    }

    /// Right as far as it goes: it is not held against it that it gives no reason.
    fn is_wrong(self, truth: &str) -> bool {
        match self {
            Self::CanPull => truth != "granted",
            Self::NoPermission => truth != "denied",
            Self::NoExchange => truth == "granted",
            Self::Nothing => false,
        }
    }
}

/// The rival: the exchange's status decides. It asks with the audience of the resource manager, so where that
/// was tried too, that is its exchange.
fn rival(recording: &[Value], principal: &str) -> Said {
    const ENTRA: [&str; 4] = [
        "managed-identity",
        "service-principal",
        "workload-identity",
        "azure-cli",
    ];
    let header = &recording[0];
    let known = header["principals"].as_array();
    let is_entra = known
        .into_iter()
        .flatten()
        .any(|one| one["name"] == principal && ENTRA.iter().any(|kind| one["kind"] == *kind));
    if !is_entra {
        return Said::Nothing;
    }
    let exchanges: Vec<&Value> = recording
        .iter()
        .filter(|line| line["line"] == "transaction" && line["step"] == "refresh-token")
        .filter(|line| line["principal"] == principal)
        .collect();
    let is_arm = |line: &&&Value| line["experiment"].to_string().contains("//management.");
    let own = exchanges.iter().find(is_arm).or(exchanges.first());
    match own.map(|line| line["status"].as_u64()) {
        None | Some(None) => Said::NoExchange,
        Some(Some(200)) => Said::CanPull,
        Some(_) => Said::NoPermission,
    }
}

#[derive(Deserialize)]
struct Truth {
    cells: BTreeMap<String, String>,
}

#[test]
fn a_rival_that_stops_after_the_exchange_is_wrong_where_the_probe_is_right() {
    let text = std::fs::read_to_string(repository("testdata/expected.toml")).expect("the truth");
    let truths: BTreeMap<String, Truth> = toml::from_str(&text).expect("it reads");
    let mut table = String::new();
    let mut ours_wrong = String::new();
    let (mut asked, mut rival_wrong) = (0, 0);
    for name in scenarios() {
        let report = shown::scenario(&name).json();
        let pulls: Vec<_> = truths[&name]
            .cells
            .iter()
            .filter_map(|(cell, truth)| Some((cell.strip_suffix(" pull")?, truth)))
            .collect();
        for (principal, truth) in pulls {
            let truth = truth.split(' ').next().unwrap_or_default();
            let ours = verdict(&report, principal);
            let said = rival(shown::recording(&name), principal);
            if ours != truth {
                let _ = writeln!(ours_wrong, "{name}: {principal} is {truth}, not {ours}");
            }
            asked += usize::from(said != Said::Nothing);
            if said.is_wrong(truth) {
                rival_wrong += 1;
                let _ = writeln!(table, "{name:34} {truth:12} {ours:12} {}", said.word());
            }
        }
    }
    print_table(&table, asked, rival_wrong);
    assert!(ours_wrong.is_empty(), "{ours_wrong}");
    assert!(asked > 40, "the rival was asked {asked} times");
    assert!(rival_wrong > 0, "the rival is nowhere wrong");
}

fn verdict(report: &Value, principal: &str) -> String {
    let cells = report["matrix"].as_array().into_iter().flatten();
    let pull = |cell: &&Value| {
        let scope = cell["scope"].as_str().unwrap_or_default();
        cell["principal"] == principal && scope.ends_with(":pull")
    };
    let found = cells.into_iter().find(pull);
    let word = found.and_then(|cell| cell["verdict"].as_str());
    word.unwrap_or("not there").to_owned()
}

#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
fn print_table(table: &str, asked: usize, wrong: usize) {
    println!(
        "{:34} {:12} {:12} the rival says",
        "scenario", "truth", "acr-probe"
    );
    println!(
        "{table}The rival is wrong in {wrong} of the {asked} rows in which it has an identity to ask for."
    );
}
