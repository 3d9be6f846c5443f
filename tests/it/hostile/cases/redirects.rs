//! A redirect on each step to each bad place.

use super::Case;
use crate::hostile::world::redirect;

/// Where a redirect could point.
const TARGETS: [(&str, &str); 8] = [
    ("elsewhere", "https://tokens.evil.test/x"),
    (
        "a look-alike suffix",
        "https://acrwizdev.azurecr.io.evil.test/x",
    ),
    ("clear text", "http://acrwizdev.azurecr.io/x"),
    (
        "user info",
        "https://acrwizdev.azurecr.io@tokens.evil.test/x",
    ),
    ("an odd port", "https://acrwizdev.azurecr.io:8443/x"),
    ("this machine", "https://127.0.0.1:TRAP_PORT/x"),
    (
        "the metadata service",
        "http://169.254.169.254/metadata/identity",
    ),
    ("another registry", "https://other.azurecr.io/oauth2/token"),
];

/// A redirect on each step to each of those.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for step in [
        "challenge",
        "imds",
        "entra",
        "exchange",
        "token",
        "manifest",
    ] {
        for (name, to) in TARGETS {
            let case = Case::new(
                &format!("redirect at {step} to {name}"),
                to,
                redirect(step, to),
                "redirect-refused",
            );
            let row = if step == "entra" {
                "service-principal"
            } else {
                "kubelet"
            };
            let case = case.by(row).with(&["--action", "pull", "--require", row]);
            cases.push(if step == "challenge" {
                case
            } else {
                case.shown_to_their_own()
            });
        }
    }
    // A layer may lie elsewhere; then nothing goes along.
    for (name, to) in &TARGETS[..7] {
        let finding = match *name {
            "elsewhere" | "a look-alike suffix" => "granted",
            // The same host again: it is not followed at all.
            "clear text" | "an odd port" => "granted",
            _ => "redirect-refused",
        };
        let case = Case::new(
            &format!("redirect at blob to {name}"),
            to,
            redirect("blob", to),
            finding,
        );
        cases.push(
            case.by("kubelet")
                .with(&["--action", "pull"])
                .shown_to_their_own(),
        );
    }
    cases
}
