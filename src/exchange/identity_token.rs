//! The Entra token of a principal, through `azure_identity` over the recording transport.
//!
//! What happened is what was recorded. The crate's error says less (every 400 of IMDS becomes "the
//! requested identity has not been assigned to this resource") and is not looked at.

use super::{Walk, azure_cli, form, once};
use crate::evidence::{CredentialForm, CredentialShown, Observation, Place, Step};
use crate::principal::{EntraLogin, Held, IdentityId, azure_json::NodeLogin};
use crate::secret::Secret;
use crate::transport::{Asker, AzureTransport, Stopped};
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientMethodOptions, ClientOptions, RetryOptions, Transport};
use azure_identity::{
    AzureCliCredential, ClientAssertion, ClientAssertionCredential,
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
};
use std::sync::Arc;

/// The audience of the registry's own Entra application. A token for it opens nothing else
/// (learn.microsoft.com, "Disable authentication as ARM").
pub(super) const ACR_AUDIENCE: &str = "https://containerregistry.azure.net";
/// Azure Resource Manager: asked for only with `--arm-audience`.
pub(super) const ARM_AUDIENCE: &str = "https://management.azure.com";

/// Entra in the public cloud.
const PUBLIC_AUTHORITY: &str = "https://login.microsoftonline.com";

/// The identity token of a principal for an audience, asked for once per run.
pub(super) async fn shared(
    walk: &Walk<'_>,
    principal: usize,
    audience: &'static str,
) -> Result<Secret, Stopped> {
    let once = once(&walk.shared.identities, (principal, audience));
    let held = &walk.plan.principals[principal].credential;
    let usual = asker(walk, principal);
    let asker = match audience {
        ACR_AUDIENCE => usual,
        other => usual.varied(format!("audience {other}")),
    };
    once.get_or_init(|| ask(walk, held, &asker, audience))
        .await
        .clone()
}

/// The token of another identity of this machine in place of a principal's own, as an experiment.
pub(super) async fn with_identity(
    walk: &Walk<'_>,
    principal: usize,
    id: IdentityId,
    factor: String,
) -> Result<Secret, Stopped> {
    let asker = asker(walk, principal).varied(factor);
    ask(walk, &Held::ManagedIdentity(id), &asker, ACR_AUDIENCE).await
}

/// Who asks for a principal's Entra token.
pub(super) fn asker(walk: &Walk<'_>, principal: usize) -> Asker {
    let planned = &walk.plan.principals[principal];
    Asker {
        place: Place {
            principal: Some(planned.name.clone()),
            ..Place::default()
        },
        step: Step::IdentityToken,
        client: form::AZURE_IDENTITY,
        experiment: None,
        lane: principal % walk.plan.width.max(1),
        direct: !matches!(planned.credential, Held::Entra(_)),
    }
}

async fn ask(
    walk: &Walk<'_>,
    held: &Held,
    asker: &Asker,
    audience: &'static str,
) -> Result<Secret, Stopped> {
    let made = credential(walk, held, asker).ok_or(Stopped)?;
    let credential = made.map_err(|error| unsupported(walk, asker, &error))?;
    let scope = format!("{audience}/.default");
    // A belt beside the transport's own limit: nothing in the crate may wait longer than a request.
    let limit = walk.recorder.timeout() * 2;
    let token = tokio::time::timeout(limit, credential.get_token(&[scope.as_str()], None)).await;
    let token = token.map_err(|_| Stopped)?.map_err(|_| Stopped)?;
    let token = Secret::new(token.token.secret());
    walk.recorder.learn(&token);
    Ok(token)
}

/// The crate's credential for what a principal holds; none for what is not exchanged.
fn credential(
    walk: &Walk<'_>,
    held: &Held,
    asker: &Asker,
) -> Option<azure_core::Result<Arc<dyn TokenCredential>>> {
    let client_options = || options(walk, asker);
    match held {
        Held::ManagedIdentity(id) => Some(managed_identity(id, client_options())),
        Held::Kubelet(azure_json) => match &azure_json.login {
            NodeLogin::ManagedIdentity(id) => Some(managed_identity(id, client_options())),
            NodeLogin::ServicePrincipal { .. } => None,
        },
        Held::Entra(EntraLogin::ServicePrincipal {
            tenant,
            client_id,
            secret,
        }) => Some(upcast(ClientSecretCredential::new(
            tenant,
            client_id.clone(),
            secret.expose().to_owned().into(),
            Some(ClientSecretCredentialOptions {
                client_options: client_options(),
            }),
        ))),
        Held::Entra(EntraLogin::WorkloadIdentity {
            tenant,
            client_id,
            assertion,
        }) => Some(upcast(ClientAssertionCredential::new(
            tenant.clone(),
            client_id.clone(),
            Assertion(assertion.clone()),
            Some(ClientAssertionCredentialOptions {
                client_options: client_options(),
            }),
        ))),
        Held::Entra(EntraLogin::AzureCli) => Some(upcast(AzureCliCredential::new(Some(
            azure_cli::options(walk, asker),
        )))),
        Held::Nothing
        | Held::Password { .. }
        | Held::Stored(_)
        | Held::Plugins(_)
        | Held::Unusable { .. }
        | Held::Untried { .. } => None,
    }
}

fn upcast<T: TokenCredential + 'static>(
    made: azure_core::Result<Arc<T>>,
) -> azure_core::Result<Arc<dyn TokenCredential>> {
    made.map(|credential| credential as Arc<dyn TokenCredential>)
}

fn managed_identity(
    id: &IdentityId,
    client_options: ClientOptions,
) -> azure_core::Result<Arc<dyn TokenCredential>> {
    let options = ManagedIdentityCredentialOptions {
        user_assigned_id: user_assigned(id),
        client_options,
    };
    upcast(ManagedIdentityCredential::new(Some(options)))
}

/// Our transport in place of the crate's, no retries, and the authority that was asked for.
fn options(walk: &Walk<'_>, asker: &Asker) -> ClientOptions {
    let transport = AzureTransport::new(walk.recorder.clone(), asker.clone());
    let authority = walk.plan.authority.as_ref().map_or_else(
        || authority_of(walk.plan.targets.iter().map(|one| one.registry.as_str())),
        |stated| stated.as_str().trim_end_matches('/').to_owned(),
    );
    let mut custom = CustomConfiguration::default();
    custom.authority_host = authority;
    let cloud = Some(Arc::new(CloudConfiguration::from(custom)));
    ClientOptions {
        transport: Some(Transport::new(Arc::new(transport))),
        retry: RetryOptions::none(),
        cloud,
        ..ClientOptions::default()
    }
}

/// Entra's authority where none was named: that of the cloud that all registries are in, by their
/// suffix, else the public one (learn.microsoft.com, "National clouds").
fn authority_of<'a>(mut registries: impl Iterator<Item = &'a str>) -> String {
    let of = |registry: &str| {
        let host = registry.split(':').next().unwrap_or_default();
        match host.to_ascii_lowercase() {
            host if host.ends_with(".azurecr.us") => "https://login.microsoftonline.us",
            host if host.ends_with(".azurecr.cn") => "https://login.partner.microsoftonline.cn",
            _ => PUBLIC_AUTHORITY,
        }
    };
    let first = registries.next().map_or(PUBLIC_AUTHORITY, of);
    let agree = registries.all(|one| of(one) == first);
    if agree { first } else { PUBLIC_AUTHORITY }.to_owned()
}

/// The environment selects a source that the crate cannot ask (Azure Arc, Service Fabric, …), or an id
/// has a form it refuses: said so, since nothing was sent that could show it.
fn unsupported(walk: &Walk<'_>, asker: &Asker, error: &azure_core::Error) -> Stopped {
    let shown = CredentialShown {
        from: form::AZURE_IDENTITY.to_owned(),
        key: None,
        form: CredentialForm::Unsupported,
        user_name: None,
        near: vec![],
        because: Some(walk.recorder.redacted(&in_words(&error.to_string()))),
    };
    walk.recorder.note(
        &asker.place,
        Step::IdentityToken,
        Observation::Credential(shown),
    );
    Stopped
}

/// What the crate refused to be, with the variables that made it choose. It reads them from the
/// process's own environment, in this order.
fn in_words(error: &str) -> String {
    let selects = [
        (
            "Service Fabric",
            "IDENTITY_ENDPOINT, IDENTITY_HEADER and IDENTITY_SERVER_THUMBPRINT are",
        ),
        ("Azure Arc", "IDENTITY_ENDPOINT and IMDS_ENDPOINT are"),
        ("Azure ML", "MSI_ENDPOINT and MSI_SECRET are"),
        ("CloudShell", "MSI_ENDPOINT is"),
    ];
    let selected = selects.iter().find(|(source, _)| {
        error.starts_with(&format!("{source} managed identity isn't supported"))
    });
    if let Some((source, variables)) = selected {
        return format!(
            "the environment selects {source} ({variables} set), whose identity endpoint azure_identity cannot ask; with these \
             variables unset it asks the virtual machine's (IMDS)"
        );
    }
    if error.contains("App Service") {
        return format!(
            "the environment selects App Service or Container Apps (IDENTITY_ENDPOINT and IDENTITY_HEADER are set): {error}"
        );
    }
    error.to_owned()
}

/// The federated token as the crate wants to be handed it.
#[derive(Debug)]
struct Assertion(Secret);

#[async_trait::async_trait]
impl ClientAssertion for Assertion {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        Ok(self.0.expose().to_owned())
    }
}

fn user_assigned(id: &IdentityId) -> Option<UserAssignedId> {
    match id {
        IdentityId::Default => None,
        IdentityId::Client(id) => Some(UserAssignedId::ClientId(id.clone())),
        IdentityId::Object(id) => Some(UserAssignedId::ObjectId(id.clone())),
        IdentityId::Resource(id) => Some(UserAssignedId::ResourceId(id.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_that_of_the_registries() {
        let of = |names: &[&str]| authority_of(names.iter().copied());
        assert_eq!(of(&["a.azurecr.io"]), PUBLIC_AUTHORITY);
        assert_eq!(
            of(&["a.azurecr.us:443", "B.azurecr.US"]),
            "https://login.microsoftonline.us"
        );
        assert_eq!(
            of(&["a.azurecr.cn"]),
            "https://login.partner.microsoftonline.cn"
        );
        assert_eq!(of(&["a.azurecr.cn", "a.azurecr.io"]), PUBLIC_AUTHORITY);
        assert_eq!(of(&[]), PUBLIC_AUTHORITY);
    }

    #[test]
    fn a_source_that_cannot_be_asked_is_named_with_its_variables() {
        for (error, words) in [
            (
                "Azure Arc managed identity isn't supported",
                "selects Azure Arc (IDENTITY_ENDPOINT and IMDS_ENDPOINT are set)",
            ),
            (
                "CloudShell managed identity isn't supported",
                "selects CloudShell (MSI_ENDPOINT is set)",
            ),
            ("an invalid tenant", "an invalid tenant"),
        ] {
            assert!(in_words(error).contains(words), "{}", in_words(error));
        }
    }
}
