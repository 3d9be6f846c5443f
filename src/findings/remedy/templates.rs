//! The Bicep module and the Terraform resource that give one principal one role on one registry.
//!
//! Only text is made here; which role fits is decided in [`super::role`].

use super::quote::{bicep_string, hcl_string, in_comment};
use super::role::Role;
use super::{Mode, Observed};

/// A module file with, as a comment, the call of it.
pub(super) fn bicep(o: &Observed<'_>, role: Role) -> String {
    let parameter = if o.is_kubelet() {
        "kubeletIdentityPrincipalId"
    } else {
        "principalObjectId"
    };
    let registry = bicep_string(o.registry_name);
    format!(
        "// acr-pull-role.bicep: one identity may pull from one registry. {role_name} = {role_id}\n\
         {other}\
         @description('{described}')\n\
         param {parameter} string\n\
         @description('Name of the registry, not its login server')\n\
         param acrName string\n\
         \n\
         var pullRoleId = '{role_id}' // {role_name}\n\
         \n\
         resource acr 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {{\n\
         \x20 name: acrName\n\
         }}\n\
         \n\
         resource mayPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{\n\
         \x20 name: guid(acr.id, {parameter}, pullRoleId)\n\
         \x20 scope: acr\n\
         \x20 properties: {{\n\
         \x20   principalId: {parameter}\n\
         \x20   principalType: '{principal_type}'\n\
         \x20   roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', pullRoleId)\n\
         \x20 }}\n\
         }}\n\
         \n\
         // main.bicep calls it with the infrastructure, before anything is deployed to the cluster:\n\
         // module acrPull 'acr-pull-role.bicep' = {{\n\
         //   name: 'acr-pull-role'\n\
         //   scope: resourceGroup(acrResourceGroup) // the registry's group; leave out if it is this one\n\
         //   params: {{\n\
         //     acrName: {registry}\n\
         //     {parameter}: {argument}\n\
         //   }}\n\
         // }}\n",
        role_name = role.name(),
        role_id = role.id(),
        other = other_role(o, "//"),
        described = if o.is_kubelet() {
            "Object id of the kubelet identity, not its client id"
        } else {
            "Object id of the principal, not its client id"
        },
        principal_type = principal_type(o),
        argument = bicep_argument(o),
    )
}

fn bicep_argument(o: &Observed<'_>) -> String {
    let observed = o.object_id.map(in_comment);
    match (o.is_kubelet(), observed) {
        (true, Some(id)) => format!("aks.properties.identityProfile.kubeletidentity.objectId // observed: {id}"),
        (true, None) => "aks.properties.identityProfile.kubeletidentity.objectId // the object id was not observed".to_owned(),
        (false, Some(id)) => bicep_string(&id),
        (false, None) => "identity.properties.principalId // of the identity's resource; the object id was not observed".to_owned(),
    }
}

/// One resource and the data sources it leans on.
pub(super) fn terraform(o: &Observed<'_>, role: Role) -> String {
    format!(
        "{other}\
         data \"azurerm_subscription\" \"registry\" {{}} # the registry's subscription\n\
         \n\
         variable \"acr_resource_group\" {{\n\
         \x20 type        = string\n\
         \x20 description = \"Resource group of the registry: az acr show -n NAME --query resourceGroup -o tsv\"\n\
         }}\n\
         \n\
         data \"azurerm_container_registry\" \"images\" {{ # or the registry's own resource, if it is in this code\n\
         \x20 name                = {registry}\n\
         \x20 resource_group_name = var.acr_resource_group\n\
         }}\n\
         \n\
         resource \"azurerm_role_assignment\" \"may_pull\" {{\n\
         \x20 scope                            = data.azurerm_container_registry.images.id\n\
         \x20 role_definition_id               = \"${{data.azurerm_subscription.registry.id}}/providers/Microsoft.Authorization/roleDefinitions/{role_id}\" # {role_name}\n\
         {principal}\
         \x20 principal_type                   = \"{principal_type}\"\n\
         \x20 skip_service_principal_aad_check = {skip} # an identity made a moment ago is not in the directory yet\n\
         }}\n",
        other = other_role(o, "#"),
        registry = hcl_string(o.registry_name),
        role_id = role.id(),
        role_name = role.name(),
        principal = terraform_principal(o),
        principal_type = principal_type(o),
        skip = principal_type(o) == "ServicePrincipal",
    )
}

fn terraform_principal(o: &Observed<'_>) -> String {
    let observed = o.object_id.map(in_comment);
    match (o.is_kubelet(), observed) {
        (true, observed) => format!(
            "  principal_id                     = azurerm_kubernetes_cluster.aks.kubelet_identity[0].object_id # {}\n",
            observed.map_or_else(|| "the object id was not observed".to_owned(), |id| format!("observed: {id}"))
        ),
        (false, Some(id)) => format!("  principal_id                     = {}\n", hcl_string(&id)),
        (false, None) => "  principal_id                     = azurerm_user_assigned_identity.client.principal_id # name your identity's resource; the object id was not observed\n".to_owned(),
    }
}

/// The one line that says which role it is instead, while the mode is not known.
pub(super) fn other_role(o: &Observed<'_>, mark: &str) -> String {
    match o.mode {
        Mode::Unknown => format!(
            "{mark} if roleAssignmentMode is AbacRepositoryPermissions: {} ({}) instead\n",
            Role::RepositoryReader.id(),
            Role::RepositoryReader.name()
        ),
        Mode::Rbac | Mode::Abac => String::new(),
    }
}

/// Whoever `az login` signed in is taken for a person; every other Entra principal is an application's.
pub(super) fn principal_type(o: &Observed<'_>) -> &'static str {
    if o.principal == "azure-cli" {
        "User"
    } else {
        "ServicePrincipal"
    }
}
