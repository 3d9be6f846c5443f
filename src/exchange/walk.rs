//! One cell's way: challenge, credential, access token, manifest; and what it shares with others.

use super::challenge::{self, Challenged};
use super::content::Granted;
use super::experiment::Attempt;
use super::presented::{self, Presented, alone};
use super::{CellIndex, Credential, Walk, access_token, form, manifest, once, refresh_token};
use crate::evidence::{Ask, Observation, Place, Step};
use crate::plan::Flow;
use crate::principal::{EntraLogin, Held, NULL_USER, Principal, azure_json::NodeLogin};
use crate::transport::{Asker, Stopped};

impl Walk<'_> {
    pub(super) fn cells(&self) -> impl Iterator<Item = CellIndex> + '_ {
        let plan = self.plan;
        (0..plan.targets.len()).flat_map(move |target| {
            let asks = if plan.targets[target].repository.is_empty() {
                plan.asks.len().min(1)
            } else {
                plan.asks.len()
            };
            (0..plan.principals.len()).flat_map(move |principal| {
                (0..asks).map(move |ask| CellIndex {
                    target,
                    principal,
                    ask,
                })
            })
        })
    }

    /// Records the files that were read for the principals, and keeps their secrets out of what follows.
    pub(super) fn note_files(&self) {
        for file in &self.plan.node_files {
            self.recorder.note(
                &Place::default(),
                Step::Resolve,
                Observation::File(file.clone()),
            );
        }
        for principal in &self.plan.principals {
            match &principal.credential {
                Held::Password { secret, .. } => self.recorder.learn(secret),
                Held::Kubelet(azure_json) => {
                    if let NodeLogin::ServicePrincipal { secret, .. } = &azure_json.login {
                        self.recorder.learn(secret);
                    }
                }
                Held::Entra(EntraLogin::ServicePrincipal { secret, .. }) => {
                    self.recorder.learn(secret)
                }
                Held::Entra(EntraLogin::WorkloadIdentity { assertion, .. }) => {
                    self.recorder.learn(assertion)
                }
                Held::Nothing
                | Held::ManagedIdentity(_)
                | Held::Entra(EntraLogin::AzureCli)
                | Held::Stored(_)
                | Held::Plugins(_)
                | Held::Unusable { .. }
                | Held::Untried { .. } => {}
            }
            let place = Place {
                principal: Some(principal.name.clone()),
                ..Place::default()
            };
            for file in &principal.files {
                self.recorder
                    .note(&place, Step::IdentityToken, Observation::File(file.clone()));
            }
        }
    }

    /// Records what was pasted, redacted: the secrets of this run are known by now. A pull is asked for by its
    /// manifest, so that is the step it is filed under.
    pub(super) fn note_pasted(&self) {
        let Some(pasted) = self.plan.pasted.clone() else {
            return;
        };
        let pasted = self.recorder.redacted_pasted(pasted);
        self.recorder.note(
            &Place::default(),
            Step::Manifest,
            Observation::Event(pasted),
        );
    }

    /// The first gate: nothing at all is sent to a host that is not a registry's.
    pub(super) fn admit(&self, registry: &str) -> bool {
        // A reference without a host goes nowhere from here.
        if registry.is_empty() {
            return false;
        }
        let mut judged = crate::evidence::redact::lock(&self.shared.judged);
        *judged.entry(registry.to_owned()).or_insert_with(|| {
            let place = Place {
                registry: Some(registry.to_owned()),
                ..Place::default()
            };
            match self.recorder.trust().registry(registry) {
                Ok(()) => true,
                Err(breach) => {
                    self.recorder.withhold(&place, Step::Resolve, breach);
                    false
                }
            }
        })
    }

    /// One cell, from the challenge to the manifest. A pull that is granted can read the image.
    pub(super) async fn cell(&self, cell: CellIndex) -> Option<Granted> {
        let principal = &self.plan.principals[cell.principal];
        if principal.untried().is_some() {
            return None;
        }
        // Where it stopped is in the evidence.
        self.walk_cell(cell, principal).await.ok().flatten()
    }

    /// Every credential in the client's order, until one passes.
    pub(super) async fn walk_cell(
        &self,
        cell: CellIndex,
        principal: &Principal,
    ) -> Result<Option<Granted>, Stopped> {
        let (challenged, presented, ()) = tokio::join!(
            self.challenged(cell),
            self.presented(cell.principal, cell.target, principal),
            self.open_ahead(cell, principal)
        );
        let challenge = match challenged? {
            Challenged::Open => return Ok(None),
            Challenged::Bearer(challenge) => challenge,
        };
        let presented = presented?;
        if self.is_settled_by_exchange(cell, principal) {
            return Ok(None);
        }
        for one in presented {
            if let Ok(granted) = self.attempt(cell, &challenge, &one).await {
                return Ok(granted);
            }
        }
        Err(Stopped)
    }

    /// The connection that this cell will ask for its token on is opened while challenge and credential are
    /// on their way.
    async fn open_ahead(&self, cell: CellIndex, principal: &Principal) {
        if self.is_settled_by_exchange(cell, principal) {
            return;
        }
        if let Ok(origin) = challenge::address(&self.plan.targets[cell.target].registry, "/") {
            self.recorder.open_ahead(&self.asker(cell), &origin).await;
        }
    }

    /// One credential, from the access token to the manifest.
    pub(super) async fn attempt(
        &self,
        cell: CellIndex,
        challenge: &challenge::Bearer,
        presented: &Presented,
    ) -> Result<Option<Granted>, Stopped> {
        let mut asker = self.asker(cell);
        asker.place.attempt = presented.attempt;
        let scopes = self.scopes(cell, challenge);
        let flow = self.plan.flow;
        let asked = access_token::ask(
            &self.recorder,
            &asker,
            challenge,
            &presented.credential,
            &scopes,
            flow,
        )
        .await;
        let attempt = Attempt {
            cell,
            presented: presented.clone(),
            token: asked.as_ref().ok().cloned(),
        };
        crate::evidence::redact::lock(&self.shared.attempts).push(attempt);
        let token = asked?;
        if !self.is_pull(cell) {
            return Ok(None);
        }
        let target = &self.plan.targets[cell.target];
        let digest = manifest::ask(&self.recorder, &asker, target, flow, &token).await?;
        Ok(Some(Granted {
            cell,
            token,
            digest,
        }))
    }

    /// The challenge that this cell's client gets: of the manifest for containerd, of `/v2/` for the
    /// SDKs and where no repository is asked for.
    pub(super) async fn challenged(&self, cell: CellIndex) -> Result<Challenged, Stopped> {
        let target = &self.plan.targets[cell.target];
        if self.plan.flow != Flow::Containerd || target.repository.is_empty() {
            return self.ping(cell.target).await;
        }
        let asker = Asker {
            place: self.place(None, cell.target, None),
            ..self.asker(CellIndex {
                principal: 0,
                ask: 0,
                ..cell
            })
        };
        once(&self.shared.challenges, cell.target)
            .get_or_init(|| challenge::manifest(&self.recorder, asker.at(Step::Challenge), target))
            .await
            .clone()
    }

    /// `GET /v2/`, once per registry, on the first connection of whoever exchanges.
    pub(super) async fn ping(&self, target: usize) -> Result<Challenged, Stopped> {
        let registry = &self.plan.targets[target].registry;
        let first = self
            .plan
            .principals
            .iter()
            .position(Principal::is_exchanged)
            .unwrap_or(0);
        let client = match &self.plan.principals[first].credential {
            Held::Kubelet(_) => form::PROVIDER,
            _ => form::client(self.plan.flow),
        };
        let place = Place {
            registry: Some(registry.clone()),
            ..Place::default()
        };
        let asker = Asker {
            place,
            client,
            ..self.asker(CellIndex {
                target,
                principal: first,
                ask: 0,
            })
        };
        once(&self.shared.pings, registry.clone())
            .get_or_init(|| challenge::ping(&self.recorder, asker.at(Step::Challenge), registry))
            .await
            .clone()
    }

    /// What this principal presents to this target's registry, in the client's order.
    pub(super) async fn presented(
        &self,
        index: usize,
        target: usize,
        principal: &Principal,
    ) -> Result<Vec<Presented>, Stopped> {
        match &principal.credential {
            Held::Nothing => Ok(alone(Credential::None)),
            Held::Password { user, secret } => {
                let registry_name = || {
                    self.plan.targets[target]
                        .registry
                        .split('.')
                        .next()
                        .unwrap_or_default()
                        .to_owned()
                };
                let user = user.clone().unwrap_or_else(registry_name);
                Ok(alone(Credential::Password {
                    user,
                    secret: secret.clone(),
                }))
            }
            Held::Kubelet(azure_json) => match &azure_json.login {
                NodeLogin::ServicePrincipal { client_id, secret } => {
                    Ok(alone(Credential::Password {
                        user: client_id.clone(),
                        secret: secret.clone(),
                    }))
                }
                NodeLogin::ManagedIdentity(_) => self.exchanged(index, target).await.map(alone),
            },
            Held::ManagedIdentity(_) | Held::Entra(_) => {
                self.exchanged(index, target).await.map(alone)
            }
            Held::Stored(stored) => presented::stored(self, index, target, stored).await,
            Held::Plugins(plugins) => presented::of_plugins(self, index, target, plugins).await,
            Held::Unusable { .. } | Held::Untried { .. } => Err(Stopped),
        }
    }

    /// The ACR refresh token, as this flow's client presents it.
    pub(super) async fn exchanged(
        &self,
        principal: usize,
        target: usize,
    ) -> Result<Credential, Stopped> {
        let refresh = refresh_token::shared(self, principal, target).await?;
        Ok(match self.plan.flow {
            Flow::Containerd | Flow::Docker => Credential::Password {
                user: NULL_USER.to_owned(),
                secret: refresh,
            },
            Flow::Sdk => Credential::Refresh(refresh),
        })
    }

    /// A bare login server asks an Entra principal for nothing beyond the exchange.
    pub(super) fn is_settled_by_exchange(&self, cell: CellIndex, principal: &Principal) -> bool {
        self.plan.targets[cell.target].repository.is_empty()
            && principal.is_exchanged()
            && matches!(self.plan.asks[cell.ask], Ask::Action(_))
    }

    pub(super) fn is_pull(&self, cell: CellIndex) -> bool {
        matches!(&self.plan.asks[cell.ask], Ask::Action(action) if action == "pull")
            && !self.plan.targets[cell.target].repository.is_empty()
    }

    /// The first cell that asks to pull a target's image, if one does.
    pub(super) fn first_pull(&self, target: usize) -> Option<CellIndex> {
        let asks = 0..self.plan.asks.len();
        let mut cells = asks.map(|ask| CellIndex {
            target,
            principal: 0,
            ask,
        });
        cells.find(|cell| self.is_pull(*cell))
    }

    /// The scopes that the token is asked for. containerd adds what the challenge names to what it
    /// needs; a cell that asks for something else asks for that alone.
    pub(super) fn scopes(&self, cell: CellIndex, challenge: &challenge::Bearer) -> Vec<String> {
        let scope = self.scope(cell);
        if scope.is_empty() {
            return vec![];
        }
        let mut scopes = vec![scope];
        if self.is_pull(cell) && self.plan.flow == Flow::Containerd {
            scopes.extend(challenge.scope.clone());
        }
        scopes.sort();
        scopes.dedup();
        scopes
    }

    pub(super) fn scope(&self, cell: CellIndex) -> String {
        crate::evidence::scope_of(&self.plan.targets[cell.target], &self.plan.asks[cell.ask])
    }

    pub(super) fn place(
        &self,
        principal: Option<usize>,
        target: usize,
        ask: Option<usize>,
    ) -> Place {
        let planned = &self.plan.targets[target];
        Place {
            registry: Some(planned.registry.clone()),
            principal: principal.map(|index| self.plan.principals[index].name.clone()),
            target: Some(planned.image.clone()),
            scope: ask.map(|ask| crate::evidence::scope_of(planned, &self.plan.asks[ask])),
            ..Place::default()
        }
    }

    /// The asker of a cell. Its lane is the cell's number within the width, so that the plan and not
    /// the order of arrival decides who shares a connection.
    pub(super) fn asker(&self, cell: CellIndex) -> Asker {
        let number = (cell.target * self.plan.principals.len() + cell.principal)
            * self.plan.asks.len()
            + cell.ask;
        Asker {
            place: self.place(Some(cell.principal), cell.target, Some(cell.ask)),
            step: Step::AccessToken,
            client: form::client(self.plan.flow),
            experiment: None,
            lane: number % self.plan.width.max(1),
            direct: false,
        }
    }
}
