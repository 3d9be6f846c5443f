//! Which cells the exit code speaks of.

use super::run::RunArgs;
use crate::error::Error;
use crate::evidence::{Ask, Required};
use crate::principal::Principal;
use crate::scope::Action;
use std::str::FromStr;

impl RunArgs {
    pub(super) fn required(
        &self,
        principals: &[Principal],
        asks: &[Ask],
    ) -> Result<Vec<Required>, Error> {
        let actions: Vec<&str> = asks
            .iter()
            .filter_map(|ask| match ask {
                Ask::Action(action) => Some(action.as_str()),
                Ask::Scope(_) => None,
            })
            .collect();
        let default = if actions.contains(&"pull") {
            "pull"
        } else {
            actions.first().copied().unwrap_or("pull")
        };
        if self.choices.require.is_empty() {
            let names = default_required(principals, !self.choices.principal.is_empty());
            return Ok(names
                .into_iter()
                .map(|principal| Required {
                    principal,
                    action: default.to_owned(),
                })
                .collect());
        }
        self.choices
            .require
            .iter()
            .map(|text| require(text, principals, &actions, default))
            .collect()
    }
}

/// The part after the last `:` is an action only if it is one of the five words.
fn require(
    text: &str,
    principals: &[Principal],
    actions: &[&str],
    default: &str,
) -> Result<Required, Error> {
    let (principal, action) = match text.rsplit_once(':') {
        Some((principal, word)) if Action::from_str(word).is_ok() => (principal, word),
        _ => (text, default),
    };
    let names = || {
        principals
            .iter()
            .map(|row| row.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !principals.iter().any(|row| row.name == principal) {
        return Err(Error::Usage(format!(
            "--require {text}: there is no row {principal}; the rows are {}",
            names()
        )));
    }
    if !actions.contains(&action) {
        return Err(Error::Usage(format!(
            "--require {text}: {action} is not asked for; the actions are {}",
            actions.join(", ")
        )));
    }
    Ok(Required {
        principal: principal.to_owned(),
        action: action.to_owned(),
    })
}

fn default_required(principals: &[Principal], named: bool) -> Vec<String> {
    let name = |row: &Principal| row.name.clone();
    let is_anonymous = |row: &&Principal| row.credential.kind() == "anonymous";
    let others: Vec<&Principal> = principals.iter().filter(|row| !is_anonymous(row)).collect();
    if named {
        return if others.is_empty() {
            principals.iter().map(name).collect()
        } else {
            others.into_iter().map(name).collect()
        };
    }
    let of_the_node = |wanted: &str| others.iter().find(|row| row.name == wanted);
    if let Some(row) = of_the_node("kubelet").or_else(|| of_the_node("credential-provider")) {
        return vec![name(row)];
    }
    let tried: Vec<String> = others
        .iter()
        .filter(|row| row.untried().is_none())
        .map(|row| name(row))
        .collect();
    if tried.is_empty() {
        principals.iter().filter(is_anonymous).map(name).collect()
    } else {
        tried
    }
}
