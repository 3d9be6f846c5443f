//! Answers that do not end, or that grow when they are read.

use super::Case;
use crate::hostile::world::{bytes, fault, gzip_bomb, raw_answer, realm};

/// Answers without an end, or that grow when they are read.
pub fn all() -> Vec<Case> {
    let mut cases = vec![
        Case::new(
            "challenge of a megabyte",
            "Www-Authenticate of 1 MiB",
            fault("challenge", "huge-challenge", ""),
            "not-a-registry",
        ),
        Case::new(
            "challenge of a hundred kilobytes",
            "a realm of 100 kB",
            realm(&format!("https://tokens.evil.test/{}", "a".repeat(100_000))),
            "realm-elsewhere",
        ),
    ];
    let steps = [
        ("challenge", "not-a-registry", "registry-timeout"),
        ("imds", "imds-unreachable", "imds-unreachable"),
        ("entra", "entra-unreachable", "entra-unreachable"),
        ("exchange", "service-error", "registry-timeout"),
        ("token", "service-error", "registry-timeout"),
        ("manifest", "service-error", "registry-timeout"),
    ];
    for (step, broken, late) in steps {
        let row = if step == "entra" {
            "service-principal"
        } else {
            "kubelet"
        };
        let add = |name: &str, world: String, finding| {
            let case = Case::new(&format!("{name} at {step}"), step, world, finding);
            let case = case.by(row).with(&["--action", "pull", "--require", row]);
            if step == "challenge" {
                case
            } else {
                case.shown_to_their_own()
            }
        };
        cases.push(add(
            "endless headers",
            fault(step, "endless-headers", ""),
            broken,
        ));
        cases.push(add("one byte a second", fault(step, "drip", ""), late));
        cases.push(add("silence", fault(step, "hang", ""), late));
        cases.push(add(
            "bytes that are no HTTP",
            bytes(step, &[0, 255, 13, 10, 13, 10, 7]),
            broken,
        ));
        if step != "challenge" && step != "manifest" {
            cases.push(add(
                "JSON bomb, wide",
                bytes(step, &raw_answer("200 OK", JSON, &wide(4_000_000))),
                broken,
            ));
            cases.push(add(
                "JSON bomb, deep",
                bytes(step, &raw_answer("200 OK", JSON, &[b'['; 40_000])),
                broken,
            ));
            cases.push(add(
                "body without an end",
                bytes(step, &endless_body()),
                broken,
            ));
            cases.push(add(
                "gzip bomb",
                bytes(step, &raw_answer("200 OK", GZIP, &gzip_bomb())),
                broken,
            ));
        }
    }
    let nine = raw_answer(
        "200 OK",
        JSON,
        format!("{{\"a\":\"{}\"}}", "a".repeat(4_000_000)).as_bytes(),
    );
    let all_rows = Case::new(
        "four megabytes, nine at a time",
        "every row and action at once",
        bytes("token", &nine),
        "service-error",
    );
    cases.push(all_rows.shown_to_their_own());
    cases
}

const JSON: &str = "Content-Type: application/json\r\n";
const GZIP: &str = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";

/// `{"access_token":"x","a":[0,0,0,…]}`: two bytes on the wire, a whole value in memory.
fn wide(length: usize) -> Vec<u8> {
    let mut body = br#"{"access_token":"x","refresh_token":"x","a":[0"#.to_vec();
    while body.len() < length {
        body.extend_from_slice(b",0");
    }
    body.extend_from_slice(b"]}");
    body
}

/// Chunks that go on for 8 MiB, twice what the probe reads.
fn endless_body() -> Vec<u8> {
    let mut sent =
        format!("HTTP/1.1 200 OK\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..8 {
        sent.extend_from_slice(b"100000\r\n");
        sent.extend(std::iter::repeat_n(b'a', 1 << 20));
        sent.extend_from_slice(b"\r\n");
    }
    sent
}
