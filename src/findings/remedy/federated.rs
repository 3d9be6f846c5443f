//! Federated credentials: which there are, and one with exactly what was presented, in four languages.
//!
//! From the client id alone one cannot tell a user-assigned identity from an application registration,
//! and the commands differ; so the first remedy is the question that settles it.

use super::directory::client;
use super::quote::{bicep_string, hcl_string, shell_word};
use super::{Cloud, Observed, Remedy, RemedyKind, say};
use serde_json::json;

/// What an assertion presented. `None` = it was not seen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Federated<'a> {
    /// The application (client) id that it was presented for.
    pub client_id: Option<&'a str>,
    /// `iss`.
    pub issuer: Option<&'a str>,
    /// `sub`.
    pub subject: Option<&'a str>,
    /// `aud`.
    pub audience: Option<&'a str>,
}

const WHO: &str =
    "Managed Identity Contributor on the identity; for an application registration its owner";
const EFFECT: &str = "about a minute; until then Entra may go on refusing";
/// What a new federated credential is called.
const NAME: &str = "acr-pull";

/// The audience that Entra expects of an assertion, by cloud (learn.microsoft.com, "Important
/// considerations for federated identity credentials").
#[must_use]
pub fn usual_audience(o: &Observed<'_>) -> &'static str {
    match o.cloud {
        Cloud::Public => "api://AzureADTokenExchange",
        Cloud::UsGov => "api://AzureADTokenExchangeUSGov",
        Cloud::China => "api://AzureADTokenExchangeChina",
    }
}

/// Lists what is registered, then registers what was presented.
#[must_use]
pub fn federate(o: &Observed<'_>, shown: &Federated<'_>) -> Vec<Remedy> {
    vec![
        list(o, shown),
        of_identity(o, shown),
        of_application(o, shown),
        bicep(o, shown),
        terraform(o, shown),
        again(o),
    ]
}

/// A fresh assertion, where it comes from.
#[must_use]
pub fn new_assertion(o: &Observed<'_>) -> Vec<Remedy> {
    let note = Remedy::new(
        RemedyKind::Note,
        "whoever runs the workload or the pipeline",
        say::AT_ONCE,
        "In a pod: use the file that the workload identity webhook mounts, and read it at each use; recreate the pod if the file \
         is old there. In a pipeline: ask for the token in the step that uses it, since it lives for minutes only, and ask anew \
         before a late push or pull.",
    );
    vec![note, again(o)]
}

fn again(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "acr-probe run {} --principal {} --wait 5m\n",
        shell_word(o.image),
        shell_word(o.principal)
    );
    Remedy::new(
        RemedyKind::Check,
        "whoever ran this probe, in the same place",
        say::READS_ONLY,
        text,
    )
}

fn list(o: &Observed<'_>, shown: &Federated<'_>) -> Remedy {
    let (first, id) = client(shown.client_id);
    let text = format!(
        "{cloud}{first}az ad sp show --id {id} --query '[servicePrincipalType,displayName,alternativeNames]' -o json\n\
         # ManagedIdentity: alternativeNames holds its resource id, and so its name (IDENTITY) and resource group (GROUP)\n\
         az identity federated-credential list --identity-name \"${{IDENTITY:?}}\" -g \"${{GROUP:?}}\" \\\n  \
         --query '[].[name,issuer,subject,audiences[0]]' -o table\n\
         # Application:\n\
         az ad app federated-credential list --id {id} --query '[].[name,issuer,subject,audiences[0]]' -o table\n",
        cloud = o.cloud_line(),
    );
    Remedy::new(
        RemedyKind::Ask,
        "Reader on the identity; any member of the tenant for an application",
        say::READS_ONLY,
        text,
    )
}

fn of_identity(o: &Observed<'_>, shown: &Federated<'_>) -> Remedy {
    let text = format!(
        "# a user-assigned identity; IDENTITY, GROUP: its name and resource group, see above\n\
         {missing}{cloud}az identity federated-credential create --name {NAME} \\\n  \
         --identity-name \"${{IDENTITY:?}}\" -g \"${{GROUP:?}}\" \\\n  \
         --issuer {issuer} \\\n  --subject {subject} \\\n  --audiences {audience}\n",
        missing = missing(shown, "#"),
        cloud = o.cloud_line(),
        issuer = word(shown.issuer, "ISSUER"),
        subject = word(shown.subject, "SUBJECT"),
        audience = shell_word(audience(o, shown)),
    );
    Remedy::new(RemedyKind::Az, WHO, EFFECT, text)
}

fn of_application(o: &Observed<'_>, shown: &Federated<'_>) -> Remedy {
    let (first, id) = client(shown.client_id);
    let parameters = json!({
        "name": NAME,
        "issuer": shown.issuer.unwrap_or("ISSUER"),
        "subject": shown.subject.unwrap_or("SUBJECT"),
        "audiences": [audience(o, shown)],
    });
    let text = format!(
        "# an application registration\n{missing}{cloud}{first}az ad app federated-credential create --id {id} \\\n  --parameters {}\n",
        shell_word(&parameters.to_string()),
        missing = missing(shown, "#"),
        cloud = o.cloud_line(),
    );
    Remedy::new(
        RemedyKind::Az,
        "owner of the application, or Cloud Application Administrator",
        EFFECT,
        text,
    )
}

fn bicep(o: &Observed<'_>, shown: &Federated<'_>) -> Remedy {
    let text = format!(
        "{missing}param identityName string // the user-assigned identity, in this resource group\n\
         \n\
         resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {{\n\
         \x20 name: identityName\n\
         }}\n\
         \n\
         resource pull 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {{\n\
         \x20 parent: identity\n\
         \x20 name: '{NAME}'\n\
         \x20 properties: {{\n\
         \x20   issuer: {issuer}\n\
         \x20   subject: {subject}\n\
         \x20   audiences: [\n\
         \x20     {audience}\n\
         \x20   ]\n\
         \x20 }}\n\
         }}\n",
        missing = missing(shown, "//"),
        issuer = bicep_string(shown.issuer.unwrap_or("ISSUER")),
        subject = bicep_string(shown.subject.unwrap_or("SUBJECT")),
        audience = bicep_string(audience(o, shown)),
    );
    Remedy::new(RemedyKind::Bicep, WHO, EFFECT, text)
}

fn terraform(o: &Observed<'_>, shown: &Federated<'_>) -> Remedy {
    let text = format!(
        "{missing}resource \"azurerm_federated_identity_credential\" \"acr_pull\" {{\n\
         \x20 name                = \"{NAME}\"\n\
         \x20 resource_group_name = azurerm_user_assigned_identity.client.resource_group_name # name your identity's resource\n\
         \x20 parent_id           = azurerm_user_assigned_identity.client.id\n\
         \x20 issuer              = {issuer}\n\
         \x20 subject             = {subject}\n\
         \x20 audience            = [{audience}]\n\
         }}\n",
        missing = missing(shown, "#"),
        issuer = hcl_string(shown.issuer.unwrap_or("ISSUER")),
        subject = hcl_string(shown.subject.unwrap_or("SUBJECT")),
        audience = hcl_string(audience(o, shown)),
    );
    Remedy::new(RemedyKind::Terraform, WHO, EFFECT, text)
}

/// The audience that was presented, else the usual one.
fn audience<'a>(o: &Observed<'_>, shown: &Federated<'a>) -> &'a str {
    shown.audience.unwrap_or_else(|| usual_audience(o))
}

fn word(value: Option<&str>, variable: &str) -> String {
    value.map_or_else(|| format!("\"${{{variable}:?}}\""), shell_word)
}

/// A comment line for what was not seen.
fn missing(shown: &Federated<'_>, mark: &str) -> String {
    let unseen: Vec<&str> = [("ISSUER", shown.issuer), ("SUBJECT", shown.subject)]
        .into_iter()
        .filter_map(|(name, value)| value.is_none().then_some(name))
        .collect();
    if unseen.is_empty() {
        return String::new();
    }
    format!(
        "{mark} {}: iss and sub of the assertion (acr-probe decode FILE); not observed\n",
        unseen.join(", ")
    )
}
