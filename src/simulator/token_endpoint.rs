//! `/oauth2/token`: an access token for whatever credential is shown.
//! *Not* the exchange, and no data plane.
//!
//! GET with Basic or nothing, POST forms [D Token-BasicAuth.md, acr-cli swagger];
//! each refusal names its source in `presented`.

use serde_json::json;

use super::grants::{self, Caller};
use super::http::{Answer, Presented, Request, field};
use super::mint::{self, Access, Granted};
use super::presented::{GENERIC, Refused, by_password, by_refresh_token, malformed};
use super::registry_answers::{oauth_body, oauth_error, oauth_ok};
use super::stated_registry::{KeyCase, NoRight, PostPassword};
use super::world::{Moment, World, parameter};

/// What a request ends in before rights are looked at.
enum Stop {
    Refused(Refused),
    /// 400 without a body [L nerdctl#737].
    EmptyBadRequest,
    BadRequest(&'static str),
    NotAllowed,
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Stop {
        Stop::Refused(refused)
    }
}

const UNAUTHORISED: Refused = Refused {
    status: 401,
    message: GENERIC,
};

/// Answers `/oauth2/token`.
pub fn answer(world: &World, request: &Request, moment: Moment) -> Answer {
    match caller(world, request, moment) {
        Ok(caller) => grant(world, request, moment, &caller),
        Err(stop) => stopped(world, request, moment, &stop),
    }
}

fn caller(world: &World, request: &Request, moment: Moment) -> Result<Caller, Stop> {
    let service = parameter(request, "service");
    let caller = match request.method.as_str() {
        "GET" => by_header(world, request, moment)?,
        "POST" => by_form(world, request, moment)?,
        _ => return Err(Stop::NotAllowed),
    };
    // Another `service`, even in another case, is refused here [L for the case].
    let other = service.is_some_and(|service| service != world.stated().registry.host);
    if other {
        let status = world.stated().registry.inferred.token_wrong_service;
        return Err(Refused {
            status,
            ..UNAUTHORISED
        }
        .into());
    }
    if caller == Caller::Anonymous && !world.stated().registry.anonymous_pull {
        return Err(UNAUTHORISED.into());
    }
    Ok(caller)
}

fn by_header(world: &World, request: &Request, moment: Moment) -> Result<Caller, Stop> {
    match request.presented() {
        Presented::Nothing => Ok(Caller::Anonymous),
        Presented::Basic { user, password } => Ok(by_password(world, moment, &user, &password)?),
        Presented::Unreadable => Err(malformed().into()),
        Presented::Bearer(_) => Err(UNAUTHORISED.into()), // inferred
    }
}

fn by_form(world: &World, request: &Request, moment: Moment) -> Result<Caller, Stop> {
    let form = request.form();
    match field(&form, "grant_type") {
        Some("refresh_token") => {
            let token = field(&form, "refresh_token")
                .ok_or(Stop::BadRequest("refresh_token is required"))?;
            Ok(by_refresh_token(world, moment, token)?)
        }
        Some("password") => by_password_form(world, moment, &form),
        _ => Err(Stop::BadRequest("unsupported grant_type")),
    }
}

fn by_password_form(
    world: &World,
    moment: Moment,
    form: &[(String, String)],
) -> Result<Caller, Stop> {
    let Some(user) = field(form, "username") else {
        return Ok(Caller::Anonymous); // [R] the SDKs' anonymous form
    };
    if field(form, "scope").is_none() {
        return Err(Stop::EmptyBadRequest); // [L]
    }
    let password = field(form, "password").unwrap_or_default();
    match world.stated().registry.post_password {
        PostPassword::BadRequest => Err(Stop::EmptyBadRequest),
        PostPassword::Unauthorized => Err(UNAUTHORISED.into()),
        PostPassword::Accepted => Ok(by_password(world, moment, user, password)?),
    }
}

fn stopped(world: &World, request: &Request, moment: Moment, stop: &Stop) -> Answer {
    match stop {
        Stop::Refused(refused) if refused.status == 500 => {
            oauth_error(world, moment, request, 500, "UNKNOWN", refused.message) // inferred body
        }
        Stop::Refused(refused) => oauth_error(
            world,
            moment,
            request,
            refused.status,
            "UNAUTHORIZED",
            refused.message,
        ),
        Stop::EmptyBadRequest => oauth_body(world, moment, request, 400, String::new()),
        Stop::BadRequest(why) => {
            let status = world.stated().registry.inferred.token_incomplete;
            oauth_error(world, moment, request, status, "BAD_REQUEST", why)
        }
        Stop::NotAllowed => oauth_body(world, moment, request, 405, String::new()),
    }
}

fn grant(world: &World, request: &Request, moment: Moment, caller: &Caller) -> Answer {
    let asked = scopes(request);
    let registry = &world.stated().registry;
    let odd = world
        .stated()
        .odd_token
        .iter()
        .find(|odd| odd.principal == caller.stated_name());
    let access = match odd {
        Some(odd) if odd.empty_access => Some(Vec::new()),
        _ => granted(world, moment, caller, &asked),
    };
    let nothing = access
        .as_ref()
        .is_none_or(|all| all.iter().all(|one| one.actions.is_empty()));
    if nothing && !asked.is_empty() && registry.no_right_at_token == NoRight::Unauthorized {
        return oauth_error(world, moment, request, 401, "UNAUTHORIZED", GENERIC);
    }
    let anonymous = *caller == Caller::Anonymous;
    let by_entra_token = matches!(caller, Caller::Entra(_))
        && !matches!(request.presented(), Presented::Basic { .. });
    let lives = match odd {
        Some(odd) if odd.token_expired => -600,
        _ if anonymous => 300,
        _ => 3_600,
    };
    let token = mint::access(
        world,
        moment,
        Access {
            subject: &caller.subject(world),
            audience: &registry.host,
            access,
            case: match () {
                () if anonymous => KeyCase::Capitalised,
                () if by_entra_token => KeyCase::Lower,
                () => registry.basic_claims,
            },
            version: if anonymous { "1.0" } else { "2.0" },
            lives,
        },
    );
    oauth_ok(world, moment, request, &json!({"access_token": token}))
}

/// The claim `access`; `None` leaves it out.
fn granted(
    world: &World,
    moment: Moment,
    caller: &Caller,
    asked: &[Granted],
) -> Option<Vec<Granted>> {
    if *caller == Caller::Anonymous {
        return Some(anonymous_access(asked));
    }
    let shape = world.stated().registry.no_right_at_token;
    let mut access = Vec::new();
    for scope in asked {
        let actions = grants::granted(world, moment, caller, scope);
        if !actions.is_empty() || shape == NoRight::EmptyActions {
            access.push(Granted {
                actions,
                ..scope.clone()
            });
        }
    }
    let leave_out = access.is_empty() && !asked.is_empty() && shape == NoRight::MissingAccess;
    (!leave_out).then_some(access)
}

/// Pull on every repository, or the catalogue, whatever was asked (R).
fn anonymous_access(asked: &[Granted]) -> Vec<Granted> {
    let has = |kind: &str| asked.iter().any(|scope| scope.kind == kind);
    let one = |kind: &str, name: &str, action: &str| Granted {
        kind: kind.to_owned(),
        name: name.to_owned(),
        actions: vec![action.to_owned()],
    };
    let mut access = Vec::new();
    if has("repository") {
        access.push(one("repository", "*", "pull"));
    }
    if has("registry") {
        access.push(one("registry", "catalog", "*"));
    }
    access
}

/// One `scope` joined by spaces, or several parameters [C/D].
fn scopes(request: &Request) -> Vec<Granted> {
    let pairs = request.query().into_iter().chain(request.form());
    let values: Vec<String> = pairs
        .filter(|(name, _)| name == "scope")
        .map(|(_, value)| value)
        .collect();
    let words = values.iter().flat_map(|value| value.split_whitespace());
    words.filter_map(scope).collect()
}

fn scope(text: &str) -> Option<Granted> {
    let (kind, rest) = text.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    let actions = actions
        .split(',')
        .filter(|action| !action.is_empty())
        .map(str::to_owned);
    Some(Granted {
        kind: kind.to_owned(),
        name: name.to_owned(),
        actions: actions.collect(),
    })
}
