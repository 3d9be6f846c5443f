//! Which endpoint answers a request: a function of world, request and moment.
//! *Not* faults (`faults`) and not sockets (`serve`).

use serde_json::json;

use super::data_plane;
use super::entra;
use super::exchange_endpoint;
use super::http::{Answer, Request};
use super::imds;
use super::manifests;
use super::registry_answers::{firewall, oauth_body};
use super::token_endpoint;
use super::world::{Moment, Place, World};

/// The longest header line openresty takes before it answers 400 [L acr#797: about
/// 6 KB of token, base64 in Basic; C: nginx's default buffer].
pub const LONGEST_HEADER: usize = 8_192;

/// Answers a request that came over a host name.
pub fn answer(world: &World, request: &Request, moment: Moment) -> Answer {
    match world.place(&request.host) {
        Place::Registry => registry(world, request, moment),
        Place::Entra => entra::answer(world, request, moment),
        Place::Storage => manifests::storage(world, request, moment),
        Place::Trap => trap(world, moment),
        Place::Nobody => page(world, moment, 404, "404 Not Found"),
    }
}

/// Answers a request to the instance metadata service.
pub fn imds(world: &World, request: &Request, moment: Moment) -> Answer {
    imds::answer(world, request, moment)
}

/// A web server's page, of no registry.
pub fn page(world: &World, moment: Moment, status: u16, title: &str) -> Answer {
    let body = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    Answer::new(status)
        .header("Server", "nginx")
        .header("Date", world.date(moment))
        .header("Content-Type", "text/html")
        .sized(body)
        .header("Connection", "keep-alive")
}

/// openresty's page for a header that is too long [L acr#797].
pub fn header_too_large(world: &World, moment: Moment) -> Answer {
    let body = "<html>\r\n<head><title>400 Request Header Or Cookie Too Large</title></head>\r\n<body>\r\n\
                <center><h1>400 Bad Request</h1></center>\r\n<center>Request Header Or Cookie Too Large</center>\r\n\
                <hr><center>openresty</center>\r\n</body>\r\n</html>\r\n";
    Answer::new(400)
        .header("Server", "openresty")
        .header("Date", world.date(moment))
        .header("Content-Type", "text/html")
        .sized(body)
        .header("Connection", "close")
}

fn registry(world: &World, request: &Request, moment: Moment) -> Answer {
    if request
        .headers
        .iter()
        .any(|(name, value)| name.len() + value.len() + 2 > LONGEST_HEADER)
    {
        return header_too_large(world, moment);
    }
    if let Some(refused) = firewall(world, moment, request) {
        return refused;
    }
    match request.path() {
        "/oauth2/token" => token_endpoint::answer(world, request, moment),
        "/oauth2/exchange" => exchange_endpoint::answer(world, request, moment),
        path if path == "/v2" || path.starts_with("/v2/") || path.starts_with("/acr/v1/") => {
            data_plane::answer(world, request, moment)
        }
        _ => oauth_body(world, moment, request, 404, String::new()), // inferred
    }
}

/// Takes whatever it is given, as a hostile realm would; the log tells what that was.
fn trap(world: &World, moment: Moment) -> Answer {
    let body = json!({"access_token": "simulated-trap", "token": "simulated-trap"}).to_string();
    Answer::new(200)
        .header("Server", "trap")
        .header("Date", world.date(moment))
        .header("Content-Type", "application/json")
        .sized(body)
}
