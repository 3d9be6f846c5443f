//! Entra's token endpoint for applications. *Not* discovery, users or consent.
//!
//! Success shape and headers (R) azure-sdk-for-python 2022; errors (D) the AADSTS
//! reference and logs; statuses are SDK experience.

use serde_json::{Value, json};
use time::macros::format_description;

use super::http::{Answer, Request, field};
use super::ids;
use super::mint::{self, Subject};
use super::stated::StatedApplication;
use super::world::{Moment, World};

/// An AADSTS error: number, OAuth error, status, text after the number.
struct Aadsts {
    code: u32,
    text: String,
}

/// Answers a request to the identity provider.
pub fn answer(world: &World, request: &Request, moment: Moment) -> Answer {
    let mut path = request.path().trim_start_matches('/').splitn(2, '/');
    let (tenant, rest) = (
        path.next().unwrap_or_default(),
        path.next().unwrap_or_default(),
    );
    let is_token = matches!(rest, "oauth2/v2.0/token" | "oauth2/token");
    if !is_token || request.method != "POST" {
        return headers(world, request, moment, 404).sized("");
    }
    let form = request.form();
    match judge(world, moment, tenant, &form) {
        Ok((application, audience)) => success(world, request, moment, application, &audience),
        Err(error) => failure(world, request, moment, &error),
    }
}

/// Whether the resource's principal is not in the tenant.
pub fn is_unknown_resource(world: &World, resource: &str) -> bool {
    let resource = resource.trim_end_matches('/');
    let stated = &world.stated().entra.unknown_resources;
    stated
        .iter()
        .any(|known| known.trim_end_matches('/') == resource)
        || resource.ends_with(".azurecr.io")
}

/// AADSTS500011 in words.
pub fn unknown_resource(resource: &str, tenant: &str) -> String {
    format!(
        "AADSTS500011: The resource principal named {resource} was not found in the tenant named {tenant}. \
         This can happen if the application has not been installed by the administrator of the tenant \
         or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
    )
}

fn judge<'a>(
    world: &'a World,
    moment: Moment,
    tenant: &str,
    form: &[(String, String)],
) -> Result<(&'a StatedApplication, String), Aadsts> {
    if !world.knows_tenant(tenant) {
        return Err(aadsts(
            90002,
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
            ),
        ));
    }
    let id = field(form, "client_id").unwrap_or_default();
    let home = &world.stated().registry.tenant;
    let mut all = world.stated().application.iter();
    let application =
        all.find(|one| one.client_id == id && one.tenant.as_ref().unwrap_or(home) == tenant);
    let Some(application) = application else {
        return Err(aadsts(
            700016,
            format!(
                "Application with identifier '{id}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant."
            ),
        ));
    };
    if application.disabled {
        return Err(aadsts(7000112, format!("Application '{id}' is disabled.")));
    }
    prove(world, moment, application, form)?;
    if let Some(code) = application.refused {
        return Err(aadsts(code, "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.".to_owned()));
    }
    let scope = field(form, "scope").or_else(|| field(form, "resource"));
    let Some(scope) = scope else {
        return Err(aadsts(
            900144,
            "The request body must contain the following parameter: 'scope'.".to_owned(),
        ));
    };
    let audience = scope
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .trim_end_matches("/.default");
    if is_unknown_resource(world, audience) {
        let text = unknown_resource(audience, tenant);
        return Err(aadsts(
            500011,
            text.trim_start_matches("AADSTS500011: ").to_owned(),
        ));
    }
    Ok((application, audience.to_owned()))
}

fn prove(
    world: &World,
    moment: Moment,
    application: &StatedApplication,
    form: &[(String, String)],
) -> Result<(), Aadsts> {
    let id = &application.client_id;
    if let Some(secret) = field(form, "client_secret") {
        return match application.secret.as_deref() == Some(secret) {
            false => Err(aadsts(
                7000215,
                format!(
                    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{id}'."
                ),
            )),
            true if application.expired => Err(aadsts(
                7000222,
                format!(
                    "The provided client secret keys for app '{id}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."
                ),
            )),
            true => Ok(()),
        };
    }
    let Some(assertion) = field(form, "client_assertion") else {
        return Err(aadsts(7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.".to_owned()));
    };
    federated(world, moment, application, assertion)
}

fn federated(
    world: &World,
    moment: Moment,
    application: &StatedApplication,
    assertion: &str,
) -> Result<(), Aadsts> {
    let Some(claims) = mint::claims_of(assertion) else {
        return Err(aadsts(
            50027,
            "JWT token is invalid or malformed.".to_owned(),
        ));
    };
    let text = |name: &str| match claims.get(name) {
        Some(Value::Array(list)) => list.first().and_then(Value::as_str).unwrap_or_default(),
        Some(value) => value.as_str().unwrap_or_default(),
        None => "",
    };
    let expires = claims
        .get("exp")
        .and_then(Value::as_i64)
        .unwrap_or(i64::MAX);
    let now = world.seconds(moment);
    if expires < now {
        return Err(aadsts(
            700024,
            format!(
                "Client assertion is not within its valid time range. Current time: {now}, assertion valid until: {expires}."
            ),
        ));
    }
    let (issuer, subject, audience) = (text("iss"), text("sub"), text("aud"));
    let all = &application.federated;
    if all.is_empty() {
        return Err(aadsts(
            70021,
            format!(
                "No matching federated identity record found for presented assertion. Assertion Issuer: '{issuer}'. Assertion Subject: '{subject}'. Assertion Audience: '{audience}'."
            ),
        ));
    }
    let no = |code, what: &str, shown: &str| {
        Err(aadsts(
            code,
            format!(
                "No matching federated identity record found for presented assertion {what} '{shown}'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion."
            ),
        ))
    };
    if !all.iter().any(|one| one.issuer == issuer) {
        return no(700211, "issuer", issuer);
    }
    if !all
        .iter()
        .any(|one| one.issuer == issuer && one.audience == audience)
    {
        return no(700212, "audience", audience);
    }
    let known = all
        .iter()
        .any(|one| one.issuer == issuer && one.audience == audience && one.subject == subject);
    if known {
        Ok(())
    } else {
        no(700213, "subject", subject)
    }
}

fn success(
    world: &World,
    request: &Request,
    moment: Moment,
    application: &StatedApplication,
    audience: &str,
) -> Answer {
    let tenant = application
        .tenant
        .as_ref()
        .unwrap_or(&world.stated().registry.tenant);
    let subject = Subject {
        client: &application.client_id,
        object: &application.object_id,
        tenant,
        resource: None,
    };
    let token = mint::entra(world, moment, &subject, audience, 86_399);
    let body = json!({"token_type": "Bearer", "expires_in": 86_399, "ext_expires_in": 86_399, "refresh_in": 43_199, "access_token": token});
    headers(world, request, moment, 200).sized(body.to_string())
}

fn failure(world: &World, request: &Request, moment: Moment, error: &Aadsts) -> Answer {
    let asked = world.asked(request).join("\n");
    let (trace, correlation) = (ids::guid(&["trace", &asked]), ids::guid(&["entra", &asked]));
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z");
    let stamp = world.clock(moment).format(&format).unwrap_or_default();
    let code = error.code;
    let (name, status) = kind(code);
    let body = json!({
        "error": name,
        "error_description": format!("AADSTS{code}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}", error.text),
        "error_codes": [code],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
    });
    headers(world, request, moment, status).sized(body.to_string())
}

fn kind(code: u32) -> (&'static str, u16) {
    match code {
        7_000_215 | 7_000_222 | 7_000_218 | 700_024 | 700_027 | 50_027 => ("invalid_client", 401),
        7_000_112 | 700_016 => ("unauthorized_client", 400),
        700_211..=700_213 | 70_021 => ("invalid_request", 400),
        500_011 | 50_001 => ("invalid_resource", 400),
        53_003 => ("access_denied", 400), // inferred for client credentials
        _ => ("invalid_request", 400),
    }
}

fn aadsts(code: u32, text: String) -> Aadsts {
    Aadsts { code, text }
}

fn headers(world: &World, request: &Request, moment: Moment, status: u16) -> Answer {
    let asked = world.asked(request).join("\n");
    let mut answer = Answer::new(status)
        .header("Cache-Control", "no-store, no-cache")
        .header("Pragma", "no-cache")
        .header("Content-Type", "application/json; charset=utf-8")
        .header("Expires", "-1")
        .header(
            "Strict-Transport-Security",
            "max-age=31536000; includeSubDomains",
        )
        .header("X-Content-Type-Options", "nosniff")
        .header("P3P", "CP=\"DSP CUR OTPi IND OTRi ONL FIN\"");
    if let Some(id) = request.header("client-request-id") {
        answer = answer.header("client-request-id", id);
    }
    answer
        .header("x-ms-request-id", ids::guid(&["entra-request", &asked]))
        .header("x-ms-ests-server", "2.1.13355.6 - EUS ProdSlices")
        .header("x-ms-clitelem", "1,0,0,,")
        .header("Date", world.date(moment))
}
