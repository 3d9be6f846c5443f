//! Canaries: the secrets of every scenario are searched for in everything that is written.

use crate::probe::{Simulator, command, folder, repository, run, scenarios};
use acr_probe::report::Format;
use base64::Engine;
use clap::ValueEnum;
use std::io::Read;
use std::path::Path;

/// The values that a scenario's environment and files hold and that nobody may ever see.
fn canaries(scenario: &str) -> Vec<String> {
    let text = std::fs::read_to_string(repository(&format!("testdata/scenarios/{scenario}.toml")))
        .expect("the scenario");
    let words = text.split(|sign: char| {
        !(sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.' | '~' | '+' | '/' | '='))
    });
    let mut found: Vec<String> = words
        .filter(|word| word.contains("canary"))
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The forms in which a secret could turn up.
fn forms(secret: &str) -> Vec<String> {
    let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    vec![
        secret.to_owned(),
        percent,
        base64::engine::general_purpose::STANDARD.encode(secret),
    ]
}

fn assert_clean(what: &str, text: &str, canaries: &[String]) {
    for canary in canaries.iter().flat_map(|one| forms(one)) {
        assert!(!text.contains(&canary), "{what} shows {canary}");
    }
    // Every token of the simulator has three segments; a whole one must never be written.
    let whole =
        text.split(|sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.')));
    let token = whole
        .into_iter()
        .find(|word| word.starts_with("eyJ") && word.matches('.').count() >= 2);
    assert!(token.is_none(), "{what} shows a token");
}

/// Every way in which a report can be written.
fn formats() -> Vec<String> {
    let name = |format: &Format| {
        let value = format.to_possible_value().expect("a format has a name");
        value.get_name().to_owned()
    };
    Format::value_variants().iter().map(name).collect()
}

#[test]
fn no_secret_is_in_any_output() {
    let with_canaries = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for chunk in scenarios().chunks(24) {
            let (chunk, with_canaries) = (chunk.to_vec(), &with_canaries);
            scope.spawn(move || {
                for scenario in chunk {
                    let canaries = canaries(&scenario);
                    let holds = usize::from(!canaries.is_empty());
                    with_canaries.fetch_add(holds, std::sync::atomic::Ordering::Relaxed);
                    check_scenario(&scenario, &canaries);
                }
            });
        }
    });
    let with_canaries = with_canaries.into_inner();
    assert!(
        with_canaries > 15,
        "the scenarios should hold canaries: {with_canaries}"
    );
}

/// Each format, ticket and failure, at the loudest trace level.
fn check_scenario(scenario: &str, canaries: &[String]) {
    let folder = folder();
    let path = |name: &str| {
        folder
            .path()
            .join(name)
            .to_str()
            .expect("a path")
            .to_owned()
    };
    let recording = path("r.jsonl");
    let mut said = vec![loud(&[
        "demo",
        scenario,
        "--reveal-ids",
        "--record",
        &recording,
        "--ticket",
        &path("live/"),
    ])];
    for format in formats() {
        let output = path(&format!("{format}.out"));
        said.push(loud(&[
            "replay", &recording, "--format", &format, "--output", &output,
        ]));
    }
    let ticket = path("t.zip");
    said.push(loud(&[
        "replay",
        &recording,
        "--ticket",
        &ticket,
        "--pseudonymise",
    ]));
    for failing in ["--record", "--output", "--ticket"] {
        said.push(loud(&[
            "replay",
            &recording,
            failing,
            "/nonexistent/folder/file",
        ]));
    }
    said.push(loud(&["scan", &recording]));
    for text in said {
        assert_clean(&format!("{scenario}: the terminal"), &text, canaries);
    }
    assert_files_clean(scenario, folder.path(), canaries);
}

/// Standard output and standard error together.
fn loud(arguments: &[&str]) -> String {
    said(command(arguments).stdin(std::process::Stdio::null()))
}

fn said(command: &mut std::process::Command) -> String {
    let output = command
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .output()
        .expect("it runs");
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Every file below a folder, the members of archives included.
fn assert_files_clean(what: &str, folder: &Path, canaries: &[String]) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            assert_files_clean(what, &path, canaries);
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        let name = format!("{what}: {}", path.display());
        assert_clean(&name, &String::from_utf8_lossy(&bytes), canaries);
        if path.extension().is_some_and(|extension| extension == "zip") {
            let mut archive =
                zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
            for index in 0..archive.len() {
                let mut text = String::new();
                archive
                    .by_index(index)
                    .expect("a member")
                    .read_to_string(&mut text)
                    .expect("text");
                assert_clean(&name, &text, canaries);
            }
        }
    }
}

/// A secret in every place where one can be, each another.
struct Planted {
    folder: tempfile::TempDir,
    canaries: Vec<String>,
}

impl Planted {
    /// A new value; what stands in it cannot be mistaken for anything else.
    fn value(&mut self, place: &str) -> String {
        let value = format!("Sim+{place}/canary={:04}", 7919 * (self.canaries.len() + 1));
        self.canaries.push(value.clone());
        value
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        std::fs::write(&path, text).expect("it is written");
        path.to_str().expect("a path").to_owned()
    }

    fn program(&self, name: &str, text: &str) -> String {
        use std::os::unix::fs::PermissionsExt;
        let path = self.file(name, text);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it is");
        path
    }
}

const IMAGE: &str = "acrwizdev.azurecr.io/guestbook:8edd399546e2808cc356e1fd28af9f4fbdaf2d3d";

#[test]
fn a_secret_in_every_place_is_in_no_output() {
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let simulator = Simulator::serve("many-principals");
    let mut planted = Planted {
        folder: folder(),
        canaries: vec![],
    };
    let mut arguments: Vec<String> = vec!["run".into(), IMAGE.into()];
    let mut own = simulator.arguments.iter();
    while let Some(word) = own.next() {
        if ["--connect-to", "--ca-cert", "--imds-endpoint"].contains(&word.as_str()) {
            arguments.extend([word.clone(), own.next().expect("a value").clone()]);
        }
    }
    let mut row = |words: &[&str]| arguments.extend(words.iter().map(|word| (*word).to_owned()));
    row(&[
        "--principal",
        "anonymous",
        "--principal",
        "admin",
        "--secret",
        "admin=env:ADMIN_SECRET",
    ]);

    let basic = planted.value("basic");
    let basic = planted.file("basic.txt", &basic);
    row(&[
        "--principal",
        "basic:ci",
        "--username",
        "ci=ci-pull",
        "--secret",
        &format!("ci=file:{basic}"),
    ]);
    let federated = planted.value("assertion");
    let segment = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let signature = segment(&federated);
    planted.canaries.push(signature.clone());
    let claims = r#"{"iss":"https://x.test/","sub":"system:serviceaccount:a:b","aud":["api://AzureADTokenExchange"],"exp":4000000000}"#;
    let assertion = format!(
        "{}.{}.{signature}",
        segment(r#"{"alg":"RS256"}"#),
        segment(claims)
    );
    let assertion = planted.file("token", &assertion);
    row(&[
        "--principal",
        "service-principal",
        "--principal",
        "workload-identity",
    ]);

    let auth = planted.value("auth");
    planted.canaries.push(base64(&format!("ci-pull:{auth}")));
    let identity = planted.value("identitytoken");
    let helper = planted.value("helper");
    let address = planted.value("address").replace(['+', '/', '='], "-");
    planted.canaries.push(address.clone());
    let configs = [
        format!(
            r#"{{"auths":{{"acrwizdev.azurecr.io":{{"auth":"{}"}}}}}}"#,
            base64(&format!("ci-pull:{auth}"))
        ),
        format!(
            r#"{{"auths":{{"acrwizdev.azurecr.io":{{"auth":"MDowOg==","identitytoken":"{identity}"}}}}}}"#
        ),
        r#"{"credHelpers":{"acrwizdev.azurecr.io":"planted"}}"#.to_owned(),
        format!(
            r#"{{"auths":{{"https://user:{address}@acrwizdev.azurecr.io":{{"auth":"YTpi"}}}}}}"#
        ),
        format!(
            r#"{{"auths":{{"acrwizdev.azurecr.io":{{"auth":"{auth} is not base64","password":7}}}}}}"#
        ),
    ];
    for (number, text) in configs.iter().enumerate() {
        let path = planted.file(&format!("docker-{number}/config.json"), text);
        row(&["--principal", &format!("docker-config:{path}")]);
    }
    planted.program(
        "bin/docker-credential-planted",
        &format!("#!/bin/sh\necho 'warning {helper}' >&2\necho '{{\"ServerURL\":\"x\",\"Username\":\"u\",\"Secret\":\"{helper}\"}}'\n"),
    );
    let pull = planted.value("pullsecret");
    let inner = format!(
        r#"{{"auths":{{"acrwizdev.azurecr.io":{{"username":"ci-pull","password":"{pull}"}}}}}}"#
    );
    let secret = planted.file("secret.yaml", &format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: a, namespace: b}}\ntype: kubernetes.io/dockerconfigjson\ndata: {{.dockerconfigjson: {}}}\n",
        base64(&inner)
    ));
    row(&["--principal", &format!("pull-secret:{secret}")]);
    let plugin = planted.value("plugin");
    let noise = planted.value("pluginstderr");
    planted.program("plugins/planted", &format!(
        "#!/bin/sh\necho 'failed with password={noise}' >&2\ncat >/dev/null\necho '{{\"kind\":\"CredentialProviderResponse\",\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\",\"cacheKeyType\":\"Image\",\"auth\":{{\"*.azurecr.io\":{{\"username\":\"u\",\"password\":\"{plugin}\"}}}}}}'\n"
    ));
    let config = planted.file("plugins/config.yaml", "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n- name: planted\n  matchImages: [\"*.azurecr.io\"]\n  defaultCacheDuration: 10m\n  apiVersion: credentialprovider.kubelet.k8s.io/v1\n");
    row(&["--principal", &format!("credential-provider:{config}")]);
    let node = planted.value("azurejson");
    let azure_json = planted.file("azure.json", &format!(
        r#"{{"cloud":"AzurePublicCloud","tenantId":"a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d","aadClientId":"7b1e0d9c-8a7f-4b6e-95d4-c3b2a1908f7e","aadClientSecret":"{node}"}}"#
    ));
    row(&["--principal", "kubelet", "--azure-json", &azure_json]);

    let client = planted.value("client");
    let path = format!("{}/bin:/usr/bin:/bin", planted.folder.path().display());
    // The simulator knows this one, so that tokens are issued and a layer's signed address is given.
    let admin = "Sim-Password-guestbook-canary-9f3a";
    planted
        .canaries
        .extend([admin.to_owned(), "sig=simulated".to_owned()]);
    let variables = [
        ("ADMIN_SECRET", admin),
        ("AZURE_TENANT_ID", "a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d"),
        ("AZURE_CLIENT_ID", "7b1e0d9c-8a7f-4b6e-95d4-c3b2a1908f7e"),
        ("AZURE_CLIENT_SECRET", client.as_str()),
        ("AZURE_FEDERATED_TOKEN_FILE", assertion.as_str()),
        ("PATH", path.as_str()),
    ];
    let proxy = planted.value("proxy").replace(['+', '/', '='], "-");
    planted.canaries.push(proxy.clone());
    assert!(planted.canaries.len() >= 16, "{:?}", planted.canaries);

    let written = folder();
    let into = |name: &str| {
        written
            .path()
            .join(name)
            .to_str()
            .expect("a path")
            .to_owned()
    };
    let mut said = Vec::new();
    let mut live = |more: &[&str], variables: &[(&str, &str)]| {
        let words: Vec<&str> = arguments
            .iter()
            .map(String::as_str)
            .chain(more.iter().copied())
            .collect();
        let text = self::said(
            command(&words)
                .stdin(std::process::Stdio::null())
                .envs(variables.iter().copied()),
        );
        said.push(text.clone());
        text
    };
    let recording = into("r.jsonl");
    live(
        &[
            "--record",
            &recording,
            "--ticket",
            &into("t.zip"),
            "--reveal-ids",
        ],
        &variables,
    );
    for format in formats() {
        let (output, ticket) = (into(&format!("{format}.out")), into(&format!("{format}/")));
        live(
            &[
                "--format",
                &format,
                "--output",
                &output,
                "--ticket",
                &ticket,
                "--pseudonymise",
            ],
            &variables,
        );
        live(
            &[
                "--format",
                &format,
                "--record",
                "/nonexistent/folder/r.jsonl",
            ],
            &variables,
        );
    }
    let through = format!("http://proxyuser:{proxy}@127.0.0.1:1");
    live(
        &["--record", &into("proxy.jsonl")],
        &[&variables[..], &[("HTTPS_PROXY", through.as_str())]].concat(),
    );
    let odd = format!("http://user:{proxy}@127.0.0.1:1/");
    let imds = live(&["--imds-endpoint", &odd], &variables);
    assert!(imds.contains("--imds-endpoint"), "{imds}");
    let authority = live(
        &["--authority-host", &odd.replace("http:", "https:")],
        &variables,
    );
    assert!(authority.contains("--authority-host"), "{authority}");

    // The secrets were used: what was recorded says so.
    let recorded = std::fs::read_to_string(&recording).expect("the recording");
    for sign in [
        "(redacted password,",
        "(redacted client_secret,",
        "(redacted client_assertion,",
        "docker-credential-planted",
        "plugins/planted",
        "\"kind\":\"acr-access\"",
        "sig=(redacted",
    ] {
        assert!(recorded.contains(sign), "{sign} is not in the recording");
    }
    for text in said {
        assert_clean("the terminal", &text, &planted.canaries);
    }
    assert_files_clean("planted", written.path(), &planted.canaries);
}

#[test]
fn the_search_itself_finds_what_it_looks_for() {
    let canaries = ["Sim-canary-1".to_owned()];
    for form in forms("Sim-canary-1") {
        let found =
            std::panic::catch_unwind(|| assert_clean("x", &format!("a {form} b"), &canaries));
        assert!(found.is_err(), "{form}");
    }
    assert!(std::panic::catch_unwind(|| assert_clean("x", "eyJh.eyJi.sig", &[])).is_err());
}

#[test]
fn no_secret_is_an_argument() {
    let refused = run(&[
        "run",
        "x.azurecr.io/a:b",
        "--secret",
        "admin=Hunter2-canary",
    ]);
    assert_eq!(refused.code, 2);
    assert!(
        !refused.stderr.contains("Hunter2-canary"),
        "{}",
        refused.stderr
    );
}
