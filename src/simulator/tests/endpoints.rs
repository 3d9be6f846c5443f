//! Who gets what: statuses and messages by credential, role and form.

use super::super::faults::message_of;
use super::*;

const SCOPE: &str = "scope=repository%3Aguestbook%3Apull";

fn by_basic(world: &World, user: &str, password: &str) -> Answer {
    let target = format!("/oauth2/token?{SCOPE}&service={HOST}");
    get(world, &target, &[("Authorization", &basic(user, password))])
}

fn said(answer: &Answer) -> (u16, String) {
    let message = message_of(&answer.body);
    let message = message
        .split(" CorrelationId: ")
        .next()
        .unwrap_or_default()
        .to_owned();
    (answer.status, message)
}

const APPLICATION: &str = r#"
[[application]]
client_id = "11111111-2222-3333-4444-555555555555"
object_id = "66666666-7777-8888-9999-aaaaaaaaaaaa"
secret = "sim-secret"
"#;

#[test]
fn basic_credentials_are_refused_in_the_registry_s_words() {
    let world = guestbook(APPLICATION);
    let generic =
        "authentication required, visit https://aka.ms/acr/authorization for more information.";
    let entra = entra_token(&world, ACR);
    let cases = [
        ("acrwizdev", "Sim-Password-guestbook-canary-9f3a", 200, ""),
        ("acrwizdev", "wrong", 401, generic),
        ("someone", "x", 401, "Application not registered with AAD."),
        (
            "11111111-2222-3333-4444-555555555555",
            "wrong",
            401,
            "Invalid clientid or client secret.",
        ),
        (
            "11111111-2222-3333-4444-555555555555",
            "sim-secret",
            200,
            "",
        ),
        (
            "00000000-0000-0000-0000-000000000000",
            &entra,
            401,
            "Invalid clientid or client secret.",
        ),
        (
            "acrwizdev",
            &entra,
            401,
            "aad access token with sp failed client id must be guid",
        ),
        (
            "acrwizdev",
            "Sim-Password-guestbook-canary-9f3a\n",
            500,
            "An error occurred while processing your request.",
        ),
    ];
    for (user, password, status, message) in cases {
        assert_eq!(
            said(&by_basic(&world, user, password)),
            (status, message.to_owned()),
            "{user}"
        );
    }
}

#[test]
fn a_password_by_post_is_400_without_a_body_unless_stated() {
    let form = format!("grant_type=password&username=acrwizdev&password=x&service={HOST}&{SCOPE}");
    let answer = post(&guestbook(""), "/oauth2/token", &form);
    assert_eq!((answer.status, answer.body.len()), (400, 0));
    assert_eq!(
        post(&registry("post_password = \"401\""), "/oauth2/token", &form).status,
        401
    );
    let good = form.replace("=x&", "=Sim-Password-guestbook-canary-9f3a&");
    assert_eq!(
        post(
            &registry("post_password = \"accepted\""),
            "/oauth2/token",
            &good
        )
        .status,
        200
    );
}

#[test]
fn exchange_judges_audience_tenant_role_and_method() {
    let arm = "https://management.azure.com/";
    let with_role = |line: &str| {
        let text = include_str!("../../../testdata/scenarios/guestbook.toml");
        world(&format!(
            "{}\n{PULL_ROLE}",
            text.replace("[registry]\n", &format!("[registry]\n{line}\n"))
        ))
    };
    assert_eq!(exchange(&with_role(""), arm).status, 200);
    assert_eq!(
        exchange(&with_role("arm_audience = false"), arm).status,
        401
    );
    assert_eq!(
        exchange(&with_role("arm_audience = false"), ACR).status,
        200
    );
    assert_eq!(exchange(&with_role("mode = \"abac\""), ACR).status, 200);
    assert_eq!(
        exchange(&with_role(""), "https://vault.azure.net").status,
        401
    );
    assert_eq!(get(&guestbook(""), "/oauth2/exchange", &[]).status, 404);
    let world = guestbook(PULL_ROLE);
    let token = entra_token(&world, ACR);
    let form = |tenant: &str| {
        format!(
            "access_token={token}&grant_type=access_token_refresh_token&refresh_token={token}&service={HOST}&tenant={tenant}"
        )
    };
    assert_eq!(
        post(
            &world,
            "/oauth2/exchange",
            &form("a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d")
        )
        .status,
        200
    );
    assert_eq!(
        post(&world, "/oauth2/exchange", &form("elsewhere")).status,
        401
    );
}

#[test]
fn a_role_works_after_its_time() {
    let world = guestbook(&format!("{PULL_ROLE}\nafter = \"5s\""));
    let form = format!(
        "grant_type=access_token&service={HOST}&access_token={}",
        entra_token(&world, ACR)
    );
    let asked = request("POST", "/oauth2/exchange", &[], &form);
    assert_eq!(
        answer(&world, &asked, at(Duration::from_secs(4))).status,
        401
    );
    assert_eq!(
        answer(&world, &asked, at(Duration::from_secs(5))).status,
        200
    );
}

#[test]
fn a_reduced_token_is_insufficient_at_the_resource() {
    let world = guestbook(PULL_ROLE);
    let refresh = member(&exchange(&world, ACR), "refresh_token");
    let ask = |action: &str| {
        let form = format!(
            "grant_type=refresh_token&service={HOST}&scope=repository:guestbook:{action}&refresh_token={refresh}"
        );
        member(&post(&world, "/oauth2/token", &form), "access_token")
    };
    let manifest = "/v2/guestbook/manifests/8edd399546e2808cc356e1fd28af9f4fbdaf2d3d";
    let show = |token: &str| {
        get(
            &world,
            manifest,
            &[("Authorization", &format!("Bearer {token}"))],
        )
    };
    let pulled = show(&ask("pull"));
    assert_eq!(pulled.status, 200);
    assert_eq!(header(&pulled, "Docker-Content-Digest").len(), 1);
    let refused = show(&ask("push"));
    assert_eq!(refused.status, 401);
    assert!(header(&refused, "Www-Authenticate")[0].ends_with("error=\"insufficient_scope\""));
    let as_bearer = show(&refresh);
    assert!(header(&as_bearer, "Www-Authenticate")[0].ends_with("error=\"invalid_token\""));
}

#[test]
fn shapes_of_no_right_are_settings() {
    let access = |setting: &str| {
        let world = registry(&format!(
            "mode = \"abac\"\nno_right_at_token = \"{setting}\""
        ));
        let refresh = member(&exchange(&world, ACR), "refresh_token");
        let form =
            format!("grant_type=refresh_token&service={HOST}&{SCOPE}&refresh_token={refresh}");
        let answer = post(&world, "/oauth2/token", &form);
        match answer.status {
            200 => claims(&answer, "access_token")
                .get("access")
                .map(Value::to_string),
            status => Some(status.to_string()),
        }
    };
    assert_eq!(access("empty-access").as_deref(), Some("[]"));
    assert_eq!(access("missing-access"), None);
    assert_eq!(access("401").as_deref(), Some("401"));
    assert_eq!(
        access("empty-actions").as_deref(),
        Some("[{\"type\":\"repository\",\"name\":\"guestbook\",\"actions\":[]}]")
    );
}

#[test]
fn entra_refuses_with_numbers() {
    let world = guestbook(APPLICATION);
    let ask = |tenant: &str, form: &str| {
        let mut asked = request("POST", &format!("/{tenant}/oauth2/v2.0/token"), &[], form);
        asked.host = "login.microsoftonline.com".to_owned();
        let answer = answer(&world, &asked, moment());
        let body: Value = serde_json::from_slice(&answer.body).expect("json");
        (answer.status, body["error_codes"][0].as_u64().unwrap_or(0))
    };
    let home = "a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d";
    let form = |secret: &str, scope: &str| {
        format!(
            "client_id=11111111-2222-3333-4444-555555555555&grant_type=client_credentials&client_secret={secret}&scope={scope}"
        )
    };
    let acr = "https%3A%2F%2Fcontainerregistry.azure.net%2F.default";
    assert_eq!(ask(home, &form("sim-secret", acr)), (200, 0));
    assert_eq!(ask(home, &form("wrong", acr)), (401, 7_000_215));
    assert_eq!(ask("other", &form("sim-secret", acr)), (400, 90_002));
    assert_eq!(ask(home, "client_id=nobody"), (400, 700_016));
    assert_eq!(
        ask(
            home,
            &form("sim-secret", "https://acrwizdev.azurecr.io/.default")
        ),
        (400, 500_011)
    );
}

#[test]
fn an_oversized_header_is_openresty_s_page() {
    let answer = get(
        &guestbook(""),
        "/oauth2/token",
        &[("Authorization", &"x".repeat(9_000))],
    );
    assert_eq!(answer.status, 400);
    assert!(text(&answer).contains("Request Header Or Cookie Too Large"));
}

#[test]
fn presumed_statuses_are_settings() {
    let form = format!("grant_type=access_token&service={HOST}&access_token=junk");
    assert_eq!(post(&guestbook(""), "/oauth2/exchange", &form).status, 401);
    let other = registry("inferred = { exchange_disorder = 403, oauth_challenge = true }");
    assert_eq!(post(&other, "/oauth2/exchange", &form).status, 403);
    let refused = exchange(&other, ACR);
    assert_eq!(
        refused.status, 401,
        "an identity without a role is no disorder"
    );
    assert_eq!(header(&refused, "Www-Authenticate").len(), 1);
}
