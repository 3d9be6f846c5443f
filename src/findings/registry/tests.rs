//! What the rules about a right make of small recordings.

pub(in crate::findings) mod world;

use serde_json::{Value, json};
use world::{REGISTRY, World};

const ARM: &str = "audience https://management.azure.com";

fn kubelet() -> World {
    World::new().row("kubelet", "managed-identity", json!({}))
}

const ALIKE: [&str; 5] = [
    "abac-mode-legacy-role",
    "role-propagation",
    "wrong-identity-assigned",
    "wrong-principal-id",
    "wrong-tenant",
];

#[test]
fn a_refused_identity_leaves_five_others_open() {
    kubelet()
        .entra("kubelet", json!({"oid": "o", "appid": "a"}))
        .exchange("kubelet", 401, json!({}))
        .check("kubelet", "no-role-assignment", &ALIKE);
}

#[test]
fn one_id_cannot_be_mistaken_for_the_other() {
    kubelet()
        .entra("kubelet", json!({"oid": "o", "appid": "o"}))
        .exchange("kubelet", 401, json!({}))
        .check(
            "kubelet",
            "no-role-assignment",
            &[
                "abac-mode-legacy-role",
                "role-propagation",
                "wrong-identity-assigned",
                "wrong-tenant",
            ],
        );
}

#[test]
fn another_identity_that_passes_points_at_the_wrong_one() {
    let world = |tenant: &str| {
        kubelet()
            .row("managed-identity", "managed-identity", json!({}))
            .entra("kubelet", json!({"oid": "o", "appid": "a"}))
            .exchange("kubelet", 401, json!({}))
            .entra(
                "managed-identity",
                json!({"oid": "p", "appid": "b", "tid": tenant}),
            )
            .exchange("managed-identity", 200, json!({}))
            .access("managed-identity", "pull", &["pull"])
            .manifest("managed-identity")
    };
    let without_tenant = [
        "abac-mode-legacy-role",
        "no-role-assignment",
        "role-propagation",
        "wrong-principal-id",
    ];
    world("tenant-1").check("kubelet", "wrong-identity-assigned", &without_tenant);
    let with_identity = [
        "abac-mode-legacy-role",
        "no-role-assignment",
        "role-propagation",
        "wrong-identity-assigned",
        "wrong-principal-id",
    ];
    world("tenant-2").check("kubelet", "wrong-tenant", &with_identity);
}

#[test]
fn a_tenant_named_wrongly_is_likely() {
    let named = json!({"request": {"headers": [], "form": [["tenant", "tenant-9"]]}});
    let without: Vec<&str> = ["no-role-assignment"]
        .into_iter()
        .chain(ALIKE)
        .filter(|one| *one != "wrong-tenant")
        .collect();
    let mut expected = without;
    expected.sort_unstable();
    kubelet()
        .entra("kubelet", json!({"oid": "o", "appid": "a"}))
        .exchange("kubelet", 401, named)
        .check("kubelet", "wrong-tenant", &expected);
}

#[test]
fn audiences() {
    let refused = |audience: &str| {
        kubelet()
            .entra(
                "kubelet",
                json!({"oid": "o", "appid": "a", "aud": audience}),
            )
            .exchange("kubelet", 401, json!({}))
    };
    refused("https://vault.azure.net").check("kubelet", "wrong-audience", &[]);
    let mut with_arm = vec!["arm-audience-disabled"];
    with_arm.extend(ALIKE);
    with_arm.sort_unstable();
    refused("https://management.azure.com/").check("kubelet", "no-role-assignment", &with_arm);
    // The same identity passes with the registry's audience: nothing else is left.
    refused("https://management.azure.com/")
        .exchange(
            "kubelet",
            200,
            json!({"experiment": "audience https://containerregistry.azure.net"}),
        )
        .check("kubelet", "arm-audience-disabled!", &[]);
    refused("https://containerregistry.azure.net")
        .exchange("kubelet", 200, json!({"experiment": ARM}))
        .check("kubelet", "wrong-audience", &[]);
}

#[test]
fn older_clients_are_warned_of() {
    let world = kubelet()
        .entra("kubelet", json!({"oid": "o", "appid": "a"}))
        .exchange("kubelet", 200, json!({}))
        .access("kubelet", "pull", &["pull"])
        .manifest("kubelet")
        .exchange("kubelet", 401, json!({"experiment": ARM}));
    world.check("kubelet", "arm-audience-disabled!", &[]);
}

#[test]
fn an_empty_token_in_abac_mode() {
    let world = |claims: Value| {
        kubelet()
            .entra("kubelet", json!({"oid": "o", "appid": "a"}))
            .exchange("kubelet", 200, json!({}))
            .token("acr-refresh", claims)
            .access("kubelet", "pull", &[])
    };
    world(json!({"aad_identity": "x"})).check(
        "kubelet",
        "abac-mode-legacy-role",
        &["reduced-grant", "role-propagation"],
    );
    world(json!({})).check("kubelet", "reduced-grant!", &[]);
}

#[test]
fn what_is_not_needed_is_information() {
    let world = World::asking(&["pull", "push"])
        .row("anonymous", "anonymous", json!({}))
        .access("anonymous", "pull", &["pull"])
        .manifest("anonymous")
        .access("anonymous", "push", &["pull"]);
    world.check("anonymous", "reduced-grant!", &[]);
    assert_eq!(
        world.summary("anonymous"),
        "anonymous may pull app and not push: what anonymous pull gives"
    );
}

#[test]
fn a_token_that_does_not_reach() {
    let bearer = "Bearer realm=\"https://r.azurecr.io/oauth2/token\",service=\"r.azurecr.io\",error=\"insufficient_scope\"";
    let world = |row: &str, user: &str| {
        World::new()
            .row(row, "password", json!({"identity": {"user_name": user}}))
            .access(row, "pull", &["pull"])
            .answer(
                "manifest",
                json!({"principal": row, "registry": REGISTRY, "headers": {"www-authenticate": [bearer]}}),
            )
    };
    world("admin", "r").check("admin", "reduced-grant", &[]);
    // Neither the admin's name nor an application's id: a token with a scope map.
    world("basic:ci", "ci").check("basic:ci", "scope-map-missing-action", &[]);
    world("basic:sp", "0d4f6c2a-1111-4c1d-9c1d-2f3a4b5c6d7e").check(
        "basic:sp",
        "reduced-grant",
        &[],
    );
}

#[test]
fn a_second_action_tells_a_short_role_from_none() {
    let world = || {
        kubelet()
            .entra("kubelet", json!({"oid": "o", "appid": "a"}))
            .exchange("kubelet", 200, json!({}))
            .token("acr-refresh", json!({"aad_identity": {}}))
            .access("kubelet", "pull", &[])
    };
    let alike = ["reduced-grant", "role-propagation"];
    world().check("kubelet", "abac-mode-legacy-role", &alike);
    world()
        .varied("kubelet", "action metadata_read", &[])
        .check("kubelet", "abac-mode-legacy-role", &alike);
    world()
        .varied("kubelet", "action metadata_read", &["metadata_read"])
        .check("kubelet", "reduced-grant!", &[]);
}
