//! The probe's JSON report, as far as these tests read it.

use crate::processes::Finished;
use serde_json::Value;
use std::collections::BTreeSet;

/// A report and the exit code that came with it.
#[derive(Debug)]
pub struct Report {
    /// The exit code.
    pub code: i32,
    json: Value,
}

/// One cell of the matrix.
#[derive(Debug)]
pub struct Cell<'a>(&'a Value);

impl Report {
    /// The report that a run printed.
    pub fn of(finished: &Finished) -> Self {
        let json = serde_json::from_str(&finished.stdout);
        Self {
            code: finished.code.expect("an exit code"),
            json: json.unwrap_or_else(|error| {
                panic!("{error}\n{}\n{}", finished.stdout, finished.stderr)
            }),
        }
    }

    /// The verdict of the whole run.
    pub fn verdict(&self) -> &str {
        self.json["verdict"].as_str().unwrap_or_default()
    }

    /// The cell of a principal and an action.
    pub fn cell(&self, principal: &str, action: &str) -> Cell<'_> {
        let cells = self.json["matrix"].as_array().expect("a matrix");
        let end = format!(":{action}");
        let cell = cells.iter().find(|cell| {
            cell["principal"] == principal
                && cell["scope"]
                    .as_str()
                    .is_some_and(|scope| scope.ends_with(&end))
        });
        Cell(cell.unwrap_or_else(|| panic!("no cell {principal} {action} in {:#}", self.json)))
    }

    /// What the report says of a rule, summary first; empty where it does not name the rule.
    pub fn finding(&self, rule: &str) -> String {
        let mut findings = self.json["findings"].as_array().into_iter().flatten();
        let found = findings.find(|one| one["rule"] == rule);
        found.map_or_else(String::new, |one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default();
            format!("{}\n{}", text("summary"), text("explanation"))
        })
    }
}

impl Cell<'_> {
    /// Verdict, the step it stopped at, the status there.
    pub fn outcome(&self) -> (&str, Option<&str>, Option<u64>) {
        let verdict = self.0["verdict"].as_str().unwrap_or_default();
        (
            verdict,
            self.0["stopped_at"].as_str(),
            self.0["status"].as_u64(),
        )
    }

    /// Whether it is a yes.
    pub fn is_granted(&self) -> bool {
        self.outcome().0 == "granted"
    }

    /// The rule that accounts for it.
    pub fn cause(&self) -> Option<&str> {
        self.0["cause"].as_str()
    }

    /// What a pod's event is said to say; empty where nothing is said.
    pub fn predicted_event(&self) -> &str {
        self.0["predicted_event"].as_str().unwrap_or_default()
    }

    /// `answer` or `claims`.
    pub fn basis(&self) -> Option<&str> {
        self.0["basis"].as_str()
    }

    /// The actions that were granted. A set: neither a registry nor a token says anything by order.
    pub fn granted(&self) -> BTreeSet<&str> {
        let granted = self.0["granted"].as_array().into_iter().flatten();
        granted.filter_map(Value::as_str).collect()
    }
}
