//! The worlds of the hostile suite: one decent registry, and what a case lays over it.

/// The registry that every credential is meant for.
pub const REGISTRY: &str = "acrwizdev.azurecr.io";
/// The identity provider, which gets an application's secret and nothing else.
pub const ENTRA: &str = "login.microsoftonline.com";

/// What is replaced in a case's text: the port of a listener that belongs to nobody.
pub const TRAP_PORT: &str = "TRAP_PORT";

/// Everything that a principal could lose is at hand here: a password, an identity, an application's
/// secret. The hosts under `evil.test` take whatever they are given.
const DECENT: &str = r#"
title = "A registry in a hostile place"

[probe]
arguments = [IMAGE, "--secret", "admin=env:ACR_PASSWORD", "--timeout", "2"]
kubelet_identity = "c7a9e4b2-6d1f-4e83-b5a0-2f9d8c7b6a51"
[probe.environment]
ACR_PASSWORD = "Sim-Password-hostile-canary-9f3a"
AZURE_TENANT_ID = "a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d"
AZURE_CLIENT_ID = "4b7d1f60-2c8e-4f35-a1d9-6e0c3b5a7f82"
AZURE_CLIENT_SECRET = "Sim-Secret-hostile-canary-77c1"

[registry]
host = "acrwizdev.azurecr.io"
also = ["acrwizdev.japaneast.geo.azurecr.io"]
admin = { enabled = true, passwords = ["Sim-Password-hostile-canary-9f3a"] }
[registry.repositories.guestbook]
tags = { v1 = ["linux/amd64"] }

[[identity]]
client_id = "c7a9e4b2-6d1f-4e83-b5a0-2f9d8c7b6a51"
object_id = "3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55"

[[application]]
client_id = "4b7d1f60-2c8e-4f35-a1d9-6e0c3b5a7f82"
object_id = "91c3e5a7-0b2d-4f68-8a1c-3e5d7f90b2a4"
secret = "Sim-Secret-hostile-canary-77c1"

[[role]]
object = "3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55"
role = "AcrPull"

[[role]]
object = "91c3e5a7-0b2d-4f68-8a1c-3e5d7f90b2a4"
role = "AcrPull"

[host."tokens.evil.test"]
serves = "trap"
ports = [443, 80, 8443]

[host."acrwizdev.azurecr.io.evil.test"]
serves = "trap"

[host."other.azurecr.io"]
serves = "trap"

[host."xacrwizdev.azurecr.io"]
serves = "trap"
"#;

/// The usual ports of the registry; a case that states the registry's host itself leaves this out.
const PORTS: &str = r#"
[host."acrwizdev.azurecr.io"]
ports = [443, 80, 8443]
"#;

/// The scenario of a case.
pub fn scenario(image: &str, laid_over: &str, trap: u16) -> String {
    let decent = DECENT.replace("IMAGE", &format!("{image:?}"));
    let ports = match laid_over.contains("[host.\"acrwizdev.azurecr.io\"]") {
        true => "",
        false => PORTS,
    };
    format!("{decent}{ports}{laid_over}").replace(TRAP_PORT, &trap.to_string())
}

/// A challenge with this realm.
pub fn realm(address: &str) -> String {
    format!("[registry.challenge]\nrealm = {address:?}\n")
}

/// A redirect at a step.
pub fn redirect(step: &str, to: &str) -> String {
    format!("[[fault]]\nat = {step:?}\nkind = \"redirect\"\nlocation = {to:?}\n")
}

/// A fault at a step, with more of its keys.
pub fn fault(step: &str, kind: &str, keys: &str) -> String {
    format!("[[fault]]\nat = {step:?}\nkind = {kind:?}\n{keys}\n")
}

/// An answer with this body at a step.
pub fn answers(step: &str, status: u16, body: &str) -> String {
    let keys =
        format!("status = {status}\ncontent_type = \"application/json\"\nbody = '''{body}'''");
    fault(step, "status", &keys)
}

/// Raw bytes in place of an answer.
pub fn bytes(step: &str, bytes: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    fault(step, "bytes", &format!("bytes = {text:?}"))
}

/// A whole answer over a body, with further header lines.
pub fn raw_answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// 64 MiB of zeros, as gzip: 65 kB on the wire.
pub fn gzip_bomb() -> Vec<u8> {
    include_bytes!("../../../testdata/hostile/zeros-64M.gz").to_vec()
}
