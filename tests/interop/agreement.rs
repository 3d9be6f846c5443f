//! What the comparisons with real clients share.

use crate::OBJECT;
use crate::lab::Lab;
use crate::python::Said;
use crate::report::Cell;
use crate::token_service::Seen;
use crate::wire::{differences, named};
use std::collections::BTreeSet;
use std::io::Write;

/// A client id that no identity of the world has.
pub const NOBODY: &str = "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9";
/// Where an Entra token becomes a refresh token.
pub const EXCHANGE: &str = "/oauth2/exchange";
/// Where access tokens are.
pub const TOKEN: &str = "/oauth2/token";
/// Where identity tokens are.
pub const METADATA: &str = "/metadata/identity/oauth2/token";

/// The kubelet's identity may pull.
pub fn pull_role() -> String {
    format!("[[role]]\nobject = \"{OBJECT}\"\nrole = \"AcrPull\"\n")
}

/// The only request of a method for a path, and what it got.
pub fn only<'a>(seen: &'a [Seen], method: &str, path: &str) -> &'a Seen {
    let fits = |one: &&Seen| one.method == method && one.path == path;
    let found: Vec<&Seen> = seen.iter().filter(fits).collect();
    assert_eq!(found.len(), 1, "{method} {path} in {seen:#?}");
    found[0]
}

/// Methods, paths and statuses.
pub fn lines<'a>(seen: &'a [Seen]) -> Vec<(&'a str, &'a str, u16)> {
    let line = |one: &'a Seen| (one.method.as_str(), one.path.as_str(), one.status);
    seen.iter().map(line).collect()
}

/// Both clients' requests side by side, the probe's first: what a failed comparison shows.
pub fn beside(probe: &[Seen], client: &[Seen]) -> String {
    let shown = |one: Option<&Seen>| {
        one.map_or_else(String::new, |one| {
            format!("{} {:<4} {}", one.status, one.method, one.path)
        })
    };
    let rows = (0..probe.len().max(client.len())).map(|number| {
        let (ours, theirs) = (shown(probe.get(number)), shown(client.get(number)));
        format!("{ours:<64} | {theirs}\n")
    });
    let rows: String = rows.collect();
    format!("\n{:<64} | the client asked\n{rows}", "the probe asked")
}

/// Two requests differ in the user agent, in what is known and in nothing else; what differs is shown.
pub fn differ_in(lab: &Lab, probe: &Seen, client: &Seen, known: &[&str]) {
    let found = differences(probe, client);
    let named: BTreeSet<&str> = named(&found).into_iter().collect();
    let known = known.iter().copied().chain(["header user-agent"]);
    let known: BTreeSet<&str> = known.collect();
    let shown = found.iter().map(|one| format!("    {one}\n"));
    let (method, path) = (&client.method, &client.path);
    let shown: String = shown.collect();
    show(&format!("  {method} {path}: probe | client\n{shown}"));
    assert_eq!(named, known, "{method} {path}\n{shown}{lab}");
}

/// The same yes or no; the answers are shown side by side, also where they agree.
pub fn same_answer(cell: &Cell, client: &str, said: &Said) {
    let (verdict, step, status) = cell.outcome();
    let (step, status) = (step.unwrap_or("-"), status.unwrap_or(0));
    let answer = if said.is_yes() { "yes" } else { "no" };
    show(&format!(
        "  probe: {verdict} at {step}, {status}\n  {client}: {answer} {} {}\n",
        said.text("error"),
        said.text("text")
    ));
    assert_eq!(cell.is_granted(), said.is_yes(), "{cell:#?}\n{said:#?}");
}

/// Past the capture of the test harness: in the log of a run that passes it says what was seen.
pub fn show(text: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or_default();
    // Whoever closed it does not want to see it.
    let _ = std::io::stdout().write_all(format!("{test}\n{text}").as_bytes());
}
