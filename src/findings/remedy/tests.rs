//! Every text is checked as what it claims to be: a shell script whose quotes close, or code whose
//! brackets do, also when the names in it are hostile.

mod directory;
mod reading;

use super::*;
use reading::{code, shell};

/// Stands in every hostile name; nothing may ever act on it.
pub(super) const MARK: &str = "PWNED";
const HOSTILE: &str = "x ; touch PWNED ; ' ; touch PWNED; \"$(touch PWNED)\" `touch PWNED` ${PWNED} %{PWNED} \\' // */ # {[(\nPWNED\r\u{2028}PWNED";

fn incident() -> Observed<'static> {
    Observed {
        registry_name: "acrwizdev",
        login_server: "acrwizdev.azurecr.io",
        repository: "guestbook",
        object_id: Some("3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55"),
        mode: Mode::Unknown,
        cloud: Cloud::Public,
        node_resource_group: Some("MC_rg-cicd-aks-bbs_aks-wiz-dev_japaneast"),
        location: Some("japaneast"),
        image: "acrwizdev.azurecr.io/guestbook:8edd399",
        principal: "kubelet",
    }
}

fn hostile() -> Observed<'static> {
    Observed {
        registry_name: HOSTILE,
        login_server: HOSTILE,
        repository: HOSTILE,
        object_id: Some(HOSTILE),
        node_resource_group: Some(HOSTILE),
        location: Some(HOSTILE),
        image: HOSTILE,
        principal: HOSTILE,
        ..incident()
    }
}

fn everything(o: &Observed<'_>) -> Vec<Remedy> {
    let id = o.object_id;
    let mut all = give_pull_role(o);
    all.extend(limit_to_repository(o));
    all.extend(imds_egress());
    all.extend(directory::everything(o));
    all.extend([
        list_assignments(o),
        remove_dead_assignment(o),
        ask_audience(o),
        arm_audience_enable(o),
        ask_tenant(o),
        cross_tenant(),
        ask_public_access(o),
        allow_ip(o, id.unwrap_or("203.0.113.10")),
        public_access_enable(o),
        ask_login_server(o),
        show_tags(o),
        show_platforms(o),
        build_for(o, id.unwrap_or("linux/arm64")),
        list_manifests(o),
        push_again(o),
        ask_held_back(o),
        release(o),
        check_layers_host(o, id.unwrap_or("x.blob.core.windows.net")),
        open_layers_host(id.unwrap_or("x.blob.core.windows.net")),
        ask_private_zone(o),
        link_private_zone(o),
        wait(o),
        second_opinion(o),
        leave_anonymous(),
        enable_anonymous(o),
        leave_withheld(o),
        open_ticket(o),
        ask_admin(o),
        enable_admin(o),
        admin_password_show(o),
        token_show(o, id.unwrap_or("ci")),
        new_token_password(o, id.unwrap_or("ci")),
        cache_rules(o),
        cache_credential(o),
        cache_path(o, id),
        cache_path(o, None),
        replicas(o),
        use_global(o, id.unwrap_or("r.azurecr.io")),
        replica_out(o, id.unwrap_or("eastus")),
        scope_map_show(o, id.unwrap_or("ci")),
        scope_map_add(o, id.unwrap_or("ci"), &["content/read"]),
        expired_secrets(id),
        new_secret(o, id),
        reconcile_identity(o),
        attach_identity(o),
        name_the_identity(o),
        check_dns(o),
        proxy_bypass(o),
        trust_authority(o),
        sync_clock(),
    ]);
    all
}

fn worlds() -> Vec<Observed<'static>> {
    let mut worlds = Vec::new();
    for base in [incident(), hostile()] {
        for mode in [Mode::Unknown, Mode::Rbac, Mode::Abac] {
            for cloud in [Cloud::Public, Cloud::UsGov, Cloud::China] {
                for principal in [
                    base.principal,
                    "kubelet",
                    "azure-cli",
                    "managed-identity:client-id=x",
                ] {
                    let full = Observed {
                        mode,
                        cloud,
                        principal,
                        ..base
                    };
                    worlds.push(full);
                    worlds.push(Observed {
                        object_id: None,
                        node_resource_group: None,
                        location: None,
                        ..full
                    });
                    worlds.push(Observed {
                        node_resource_group: Some("MC_my_rg_aks_japaneast"),
                        location: None,
                        ..full
                    });
                }
            }
        }
    }
    worlds
}

#[test]
fn the_checkers_see_an_escape() {
    assert!(shell("az -n 'x' ; touch PWNED").is_err());
    // A name as it stands, and one in quotes that are not escaped.
    for naive in [
        HOSTILE.to_owned(),
        format!("'{HOSTILE}'"),
        format!("\"{HOSTILE}\""),
    ] {
        assert!(shell(&format!("az -n {naive}")).is_err(), "{naive}");
    }
    assert!(shell("az -n \"x").is_err());
    assert!(shell("az -n \"$(az -n 'PWNED')\" # PWNED\n").is_ok());
    assert!(code("name: 'a' PWNED", '\'', "//").is_err());
    assert!(code("a = {\n", '"', "#").is_err());
}

#[test]
fn every_text_is_well_formed_whatever_the_names() {
    for o in worlds() {
        for remedy in everything(&o) {
            let verdict = match remedy.kind {
                RemedyKind::Bicep => code(&remedy.text, '\'', "//"),
                RemedyKind::Terraform => code(&remedy.text, '"', "#"),
                RemedyKind::Note => Ok(()),
                RemedyKind::Ask | RemedyKind::Az | RemedyKind::Kubectl | RemedyKind::Check => {
                    shell(&remedy.text)
                }
            };
            assert_eq!(verdict, Ok(()), "{:?}\n{}", remedy.kind, remedy.text);
            assert!(
                remedy
                    .text
                    .lines()
                    .all(|line| !line.contains(|c: char| c.is_control()))
            );
            assert!(!remedy.who.is_empty() && !remedy.takes_effect.is_empty());
        }
    }
}

#[test]
fn code_interpolates_nothing_from_a_name() {
    for remedy in give_pull_role(&hostile()) {
        if remedy.kind == RemedyKind::Terraform {
            assert!(
                !remedy.text.replace("$${", "").contains("${PWNED"),
                "{}",
                remedy.text
            );
        }
    }
    for remedy in give_pull_role(&Observed {
        principal: "managed-identity",
        ..hostile()
    }) {
        if remedy.kind == RemedyKind::Bicep {
            let calls: Vec<_> = remedy
                .text
                .lines()
                .filter(|line| line.contains(MARK))
                .collect();
            assert!(calls.iter().all(|line| line.starts_with("//")), "{calls:?}");
        }
    }
}

#[test]
fn every_variable_is_explained() {
    for o in worlds() {
        for remedy in everything(&o)
            .into_iter()
            .filter(|r| !matches!(r.kind, RemedyKind::Note | RemedyKind::Terraform))
        {
            for part in remedy.text.replace(HOSTILE, "").split("\"$").skip(1) {
                let name: String = part
                    .trim_start_matches('{')
                    .chars()
                    .take_while(|c| c.is_ascii_uppercase() || *c == '_')
                    .collect();
                let told = name.is_empty()
                    || remedy.text.contains(&format!("{name}=\""))
                    || remedy
                        .text
                        .lines()
                        .any(|line| line.starts_with('#') && line.contains(&name));
                assert!(told, "{name} in\n{}", remedy.text);
            }
            assert!(!remedy.text.contains("TODO"));
        }
    }
}

#[test]
fn the_unknown_mode_begins_with_the_question() {
    let remedies = give_pull_role(&incident());
    assert_eq!(remedies[0].kind, RemedyKind::Ask);
    assert!(
        remedies[0]
            .text
            .starts_with("az acr show -n acrwizdev --query roleAssignmentMode -o tsv\n")
    );
    assert!(
        remedies[1]
            .text
            .contains("--role 7f951dda-4ed3-4680-a7ca-43fe172d538d")
    );
    assert!(remedies[1].text.contains("# role: AcrPull"));
    assert!(remedies[1].text.contains(
        "b93aa761-3e63-49ed-ac28-beffa264f7ac (Container Registry Repository Reader) instead"
    ));
}

#[test]
fn a_known_mode_prints_one_role_only() {
    let all = |mode| {
        give_pull_role(&Observed { mode, ..incident() })
            .into_iter()
            .map(|r| r.text)
            .collect::<String>()
    };
    let (rbac, abac) = (all(Mode::Rbac), all(Mode::Abac));
    assert!(rbac.contains("7f951dda-4ed3") && !rbac.contains("b93aa761-3e63"));
    assert!(
        abac.contains("b93aa761-3e63")
            && !abac.contains("7f951dda-4ed3")
            && !abac.contains("attach-acr")
    );
    assert!(!rbac.contains("roleAssignmentMode") && !abac.contains("roleAssignmentMode"));
}

#[test]
fn derived_names_say_so() {
    let attach = give_pull_role(&incident())
        .into_iter()
        .find(|r| r.text.contains("--attach-acr"));
    let text = attach.map(|r| r.text).unwrap_or_default();
    assert!(
        text.contains("az aks update -n aks-wiz-dev -g rg-cicd-aks-bbs --attach-acr acrwizdev"),
        "{text}"
    );
    assert!(
        text.contains("derived from the node resource group"),
        "{text}"
    );
}

#[test]
fn sovereign_clouds_are_named_first() {
    let o = Observed {
        cloud: Cloud::of_login_server("reg.azurecr.us"),
        ..incident()
    };
    assert!(
        give_pull_role(&o)[0]
            .text
            .contains("az cloud set -n AzureUSGovernment")
    );
    assert_eq!(Cloud::of_login_server("reg.AZURECR.cn"), Cloud::China);
    assert_eq!(Cloud::of_login_server("azurecr.us.evil.com"), Cloud::Public);
}

#[test]
fn kinds_are_kebab_case_in_json() {
    let kinds = [RemedyKind::Ask, RemedyKind::Az, RemedyKind::Kubectl];
    assert_eq!(
        serde_json::to_string(&kinds).ok().as_deref(),
        Some(r#"["ask","az","kubectl"]"#)
    );
}

#[test]
fn the_registry_is_named_by_its_login_server() {
    assert_eq!(registry_name("acrwizdev.azurecr.io"), "acrwizdev");
    assert_eq!(
        registry_name("contoso-e7ggejfuhzhgedc8.azurecr.io"),
        "contoso"
    );
    assert_eq!(registry_name("reg.japaneast.geo.azurecr.io"), "reg");
}
