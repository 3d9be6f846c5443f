//! A scenario at work: whose host is whose, and what time it is there.
//! *Not* what any of them answers.

use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;

use super::http::{Presented, Request, field};
use super::ids;
use super::mint;
use super::scenario::Scenario;
use super::stated::Stated;
use super::stated_network::Serves;

/// When a request is answered.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The clock of the machine.
    pub real: OffsetDateTime,
    /// Since serving began.
    pub since_start: Duration,
}

/// Who answers under a host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Registry,
    Entra,
    Storage,
    Trap,
    Nobody,
}

/// A scenario at work.
pub struct World {
    pub scenario: Scenario,
}

impl World {
    /// What the file states.
    pub fn stated(&self) -> &Stated {
        self.scenario.stated()
    }

    /// Who answers under `host`.
    pub fn place(&self, host: &str) -> Place {
        let stated = self.stated();
        let registry = &stated.registry;
        if host == registry.host || registry.also.iter().any(|other| other == host) {
            return Place::Registry;
        }
        if host == stated.entra.host {
            return Place::Entra;
        }
        if host == registry.blob_host {
            return Place::Storage;
        }
        match stated.host.get(host).map(|host| host.serves) {
            Some(Serves::Trap) => Place::Trap,
            Some(Serves::Named) | None => Place::Nobody,
        }
    }

    /// The world's clock in seconds since 1970.
    pub fn seconds(&self, moment: Moment) -> i64 {
        self.clock(moment).unix_timestamp()
    }

    /// The world's clock.
    pub fn clock(&self, moment: Moment) -> OffsetDateTime {
        let offset = self.stated().clock_offset.as_time();
        moment.real.checked_add(offset).unwrap_or(moment.real)
    }

    /// A `Date` header.
    pub fn date(&self, moment: Moment) -> String {
        let format = format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
        );
        self.clock(moment).format(&format).unwrap_or_default()
    }

    /// `X-Ms-Correlation-Request-Id`: the same for the same question of the same
    /// principal, whatever the order of arrival. (The real service draws it.)
    pub fn correlation(&self, request: &Request) -> String {
        let asked = self.asked(request);
        let parts: Vec<&str> = asked.iter().map(String::as_str).collect();
        ids::guid(&parts)
    }

    /// What a request asks and for whom, without any secret.
    pub fn asked(&self, request: &Request) -> Vec<String> {
        let mut parts = vec![
            self.scenario.name().to_owned(),
            request.host.clone(),
            request.method.clone(),
            request.path().to_owned(),
        ];
        let pairs = request.query().into_iter().chain(request.form());
        for (name, value) in pairs {
            parts.push(format!("{name}={}", openly(&name, value)));
        }
        parts.push(match request.presented() {
            Presented::Nothing => "nothing".to_owned(),
            Presented::Unreadable => "unreadable".to_owned(),
            Presented::Basic { user, password } => format!("{user}:{}", mint::id_of(&password)),
            Presented::Bearer(token) => mint::id_of(&token),
        });
        parts
    }

    /// Whether a tenant is known to Entra here.
    pub fn knows_tenant(&self, tenant: &str) -> bool {
        let stated = self.stated();
        let identities = stated
            .identity
            .iter()
            .filter_map(|one| one.tenant.as_deref());
        let applications = stated
            .application
            .iter()
            .filter_map(|one| one.tenant.as_deref());
        let others = stated.entra.tenants.iter().map(String::as_str);
        tenant == stated.registry.tenant
            || identities
                .chain(applications)
                .chain(others)
                .any(|known| known == tenant)
    }
}

fn openly(name: &str, value: String) -> String {
    match name {
        "access_token" | "refresh_token" | "client_assertion" => mint::id_of(&value),
        "password" => mint::id_of(&value),
        "client_secret" => String::new(),
        _ => value,
    }
}

/// The first value of `name` in query or form.
pub fn parameter(request: &Request, name: &str) -> Option<String> {
    let query = request.query();
    let form = request.form();
    field(&form, name)
        .or_else(|| field(&query, name))
        .map(str::to_owned)
}
