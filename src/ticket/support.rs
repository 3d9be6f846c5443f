//! What support searches its logs by: the ids of the answers with their times, and a query for the
//! registry's login events.
//!
//! The table's columns: <https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerregistryloginevents>

use crate::evidence::{Observation, Recording, Transaction};
use crate::report::Report;
use std::collections::BTreeSet;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

/// Clocks differ and logs are cut in minutes: so much around the run is searched.
const MARGIN: Duration = Duration::minutes(5);

/// The page.
pub(super) fn page(recording: &Recording) -> String {
    let header = &recording.header;
    let mut page = format!(
        "# For support\n\nRun {} of acr-probe {}, begun {}.\n",
        header.run, header.version, header.observed_at
    );
    if let Some(simulated) = &header.simulated {
        page.push_str(&format!(
            "\nThis run asked the built-in simulator (scenario {}): no log of Azure knows it.\n",
            simulated.scenario
        ));
    }
    for note in &header.notes {
        page.push_str(&format!("\nNote: {note}.\n"));
    }
    page.push_str("\n## Answers and their ids\n\n");
    page.push_str(&answers(recording));
    page.push_str("\n## The registry's login events\n\n");
    page.push_str(
        "For a Log Analytics workspace that the registry's diagnostic settings send \
         ContainerRegistryLoginEvents to:\n",
    );
    let registries: BTreeSet<&str> = header
        .targets
        .iter()
        .map(|one| one.registry.as_str())
        .collect();
    for registry in registries {
        page.push_str(&format!("\n```kusto\n{}```\n", query(recording, registry)));
    }
    page
}

/// One line for each answer that carries an id.
fn answers(recording: &Recording) -> String {
    let mut table = String::from(
        "| time (UTC) | step | principal | status | id | request |\n|---|---|---|---|---|---|\n",
    );
    let known = table.len();
    for one in &recording.transactions {
        let Some(id) = id(one) else { continue };
        table.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            moment(recording, one.started_ms),
            one.step.name(),
            cell(one.place.principal.as_deref().unwrap_or("all")),
            one.status
                .map_or_else(|| "none".to_owned(), |status| status.to_string()),
            cell(id),
            one.id
        ));
    }
    if table.len() == known {
        return "No answer carried an id.\n".to_owned();
    }
    table
}

/// The registry's id, or that of Entra.
fn id(one: &Transaction) -> Option<&str> {
    one.correlation_id
        .as_deref()
        .or_else(|| one.header("x-ms-request-id"))
}

/// A text of someone else's in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

fn start(recording: &Recording) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(&recording.header.observed_at, &Rfc3339).ok()
}

fn moment(recording: &Recording, started_ms: f64) -> String {
    let Some(start) = start(recording) else {
        return recording.header.observed_at.clone();
    };
    let moment = start + Duration::milliseconds(started_ms.max(0.0) as i64);
    moment.format(&Rfc3339).unwrap_or_default()
}

fn query(recording: &Recording, registry: &str) -> String {
    let host = registry.split(':').next().unwrap_or(registry);
    let mut query = String::from("ContainerRegistryLoginEvents\n");
    if let Some((from, to)) = window(recording) {
        query.push_str(&format!(
            "| where TimeGenerated between (datetime({from}) .. datetime({to}))\n"
        ));
    }
    query.push_str(&format!("| where LoginServer =~ {}\n", quoted(host)));
    let mut conditions = Vec::new();
    let ids = list(ids(recording, registry));
    if !ids.is_empty() {
        conditions.push(format!("CorrelationId in~ ({ids})"));
    }
    let identities = list(identities(recording));
    if !identities.is_empty() {
        conditions.push(format!("Identity in~ ({identities})"));
    }
    let addresses = list(addresses(recording, registry));
    if addresses.is_empty() {
        query.push_str("// no answer named the address that the registry saw: add CallerIpAddress if you know it\n");
    } else {
        conditions.push(format!("CallerIpAddress in ({addresses})"));
    }
    if !conditions.is_empty() {
        query.push_str(&format!("| where {}\n", conditions.join("\n    or ")));
    }
    query.push_str(
        "| project TimeGenerated, OperationName, ResultType, ResultDescription, Identity, CallerIpAddress, CorrelationId\n\
         | order by TimeGenerated asc\n",
    );
    query
}

/// The run with a margin, wider where a clock was found to be wrong.
fn window(recording: &Recording) -> Option<(String, String)> {
    let start = start(recording)?;
    let ends = recording
        .transactions
        .iter()
        .map(|one| one.started_ms + one.elapsed_ms);
    let end = start + Duration::milliseconds(ends.fold(0.0, f64::max) as i64);
    let skews = recording
        .facts
        .iter()
        .filter_map(|fact| match &fact.observation {
            Observation::Clock(clock) => Some(clock.ahead().abs()),
            _ => None,
        });
    let margin = MARGIN.saturating_add(Duration::seconds(skews.max().unwrap_or_default()));
    let whole =
        |moment: Option<OffsetDateTime>| moment?.replace_nanosecond(0).ok()?.format(&Rfc3339).ok();
    Some((
        whole(start.checked_sub(margin))?,
        whole(end.checked_add(margin))?,
    ))
}

fn of_registry<'a>(
    recording: &'a Recording,
    registry: &'a str,
) -> impl Iterator<Item = &'a Transaction> {
    let is_of = move |one: &&Transaction| one.place.registry.as_deref() == Some(registry);
    recording.transactions.iter().filter(is_of)
}

fn ids(recording: &Recording, registry: &str) -> BTreeSet<String> {
    of_registry(recording, registry)
        .filter_map(|one| one.correlation_id.clone())
        .collect()
}

fn addresses(recording: &Recording, registry: &str) -> BTreeSet<String> {
    of_registry(recording, registry)
        .filter_map(Transaction::refused_address)
        .map(|address| address.to_string())
        .collect()
}

/// Object ids, client ids and user names: under which of them the registry logs depends on the credential.
fn identities(recording: &Recording) -> BTreeSet<String> {
    let report = Report::of(recording);
    let own = report.principals.iter().flat_map(|principal| {
        let identity = &principal.identity;
        [
            &identity.object_id,
            &identity.client_id,
            &identity.user_name,
        ]
        .map(Option::clone)
        .into_iter()
        .flatten()
    });
    own.filter(|one| !one.starts_with("(redacted")).collect()
}

fn list(words: BTreeSet<String>) -> String {
    words
        .iter()
        .map(|word| quoted(word))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A text of the query language: what is in it cannot end it.
fn quoted(text: &str) -> String {
    let plain: String = text.chars().filter(|sign| !sign.is_control()).collect();
    format!(
        "\"{}\"",
        plain
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('`', "'")
    )
}
