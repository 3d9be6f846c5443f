//! The catalogue: every rule has its page, is listed once, fires somewhere and is silent elsewhere.

use crate::probe::{repository, run};
use std::collections::BTreeSet;

#[test]
fn every_rule_is_one_file_one_page_one_line() {
    let catalogue = run(&["rules", "--format", "json"]).json();
    let rules = catalogue["rules"].as_array().expect("rules");
    let mut names = BTreeSet::new();
    for rule in rules {
        let name = rule["rule"].as_str().expect("a name");
        assert!(names.insert(name.to_owned()), "{name} is listed twice");
        let family = rule["family"].as_str().expect("a family");
        let file = format!("src/findings/{family}/{}", name.replace('-', "_"));
        assert!(repository(&format!("{file}.rs")).exists(), "{file}.rs");
        assert!(repository(&format!("{file}.md")).exists(), "{file}.md");
        assert!(
            !rule["summary"].as_str().unwrap_or_default().is_empty(),
            "{name} has no summary"
        );
        check_page(name, rule["page"].as_str().expect("a page"));
        let shown = run(&["explain", name]);
        assert_eq!(shown.code, 0);
        assert!(shown.stdout.contains(name), "{name}: {}", shown.stdout);
    }
    assert_eq!(names, files_of_rules(), "files and table must agree");
}

fn check_page(name: &str, page: &str) {
    assert!(
        page.starts_with(&format!("# {name}\n")),
        "{name}: the page's title"
    );
    for heading in [
        "What it means",
        "Why it happens",
        "How it shows",
        "What looks the same",
        "How to confirm",
        "What to do",
        "Sources",
    ] {
        assert!(
            page.contains(&format!("## {heading}")),
            "{name}: the page lacks {heading}"
        );
    }
}

/// Every file of a family that declares a rule.
fn files_of_rules() -> BTreeSet<String> {
    let families = [
        "registry",
        "passwords",
        "identity",
        "stored",
        "node",
        "content",
        "network",
        "service",
        "safety",
        "last",
    ];
    let mut names = BTreeSet::new();
    for family in families {
        let Ok(folder) = std::fs::read_dir(repository(&format!("src/findings/{family}"))) else {
            continue;
        };
        for entry in folder {
            let path = entry.expect("an entry").path();
            let is_rule = path.extension().is_some_and(|one| one == "rs")
                && std::fs::read_to_string(&path)
                    .expect("a source")
                    .contains("pub static RULE: Rule");
            if is_rule {
                names.insert(
                    path.file_stem()
                        .expect("a name")
                        .to_string_lossy()
                        .replace('_', "-"),
                );
            }
        }
    }
    names
}

#[test]
fn every_error_has_a_remedy_with_who_and_when() {
    let folder = std::fs::read_dir(repository("testdata/recordings")).expect("the fixtures");
    for entry in folder {
        let path = entry.expect("an entry").path();
        if !path.to_string_lossy().ends_with(".fires.jsonl") {
            continue;
        }
        let report = run(&["replay", path.to_str().expect("a path"), "--format", "json"]).json();
        for finding in report["findings"].as_array().expect("findings") {
            if finding["severity"] != "error" {
                continue;
            }
            let remedies = finding["remedies"].as_array().expect("remedies");
            assert!(
                !remedies.is_empty(),
                "{} in {}",
                finding["rule"],
                path.display()
            );
            for remedy in remedies {
                let has =
                    |member: &str| remedy[member].as_str().is_some_and(|text| !text.is_empty());
                assert!(
                    has("who") && has("takes_effect") && has("text"),
                    "{}: {remedy}",
                    finding["rule"]
                );
            }
        }
    }
}

/// Whatever a page or a remedy tells the reader to type must be something this version knows.
#[test]
fn every_command_that_is_advised_exists() {
    let mut help = String::new();
    for command in [
        "run", "demo", "replay", "compare", "simulate", "decode", "rules", "explain",
    ] {
        help.push_str(&run(&[command, "--help"]).stdout);
    }
    let known = |flag: &str| {
        help.split(|sign: char| !(sign.is_alphanumeric() || sign == '-'))
            .any(|word| word == flag)
    };
    let catalogue = run(&["rules", "--format", "json"]).json();
    let mut texts: Vec<(String, String)> = Vec::new();
    for rule in catalogue["rules"].as_array().expect("rules") {
        texts.push((
            rule["rule"].to_string(),
            rule["page"].as_str().expect("a page").to_owned(),
        ));
    }
    for entry in std::fs::read_dir(repository("testdata/recordings")).expect("the fixtures") {
        let path = entry.expect("an entry").path();
        if path.to_string_lossy().ends_with(".fires.jsonl") {
            let report =
                run(&["replay", path.to_str().expect("a path"), "--format", "json"]).json();
            for finding in report["findings"].as_array().expect("findings") {
                texts.push((
                    finding["rule"].to_string(),
                    finding.to_string().replace("\\n", "\n"),
                ));
            }
        }
    }
    for (name, text) in texts {
        for line in text.lines().filter(|line| line.contains("acr-probe ")) {
            let own = line.split("acr-probe ").nth(1).unwrap_or_default();
            let own = own
                .split(['#', ';', '|', '`', '(', ')'])
                .next()
                .unwrap_or_default();
            for flag in own
                .split(|sign: char| !(sign.is_alphanumeric() || sign == '-'))
                .filter(|word| word.starts_with("--"))
            {
                assert!(
                    known(flag),
                    "{name} advises {flag}, which this version does not know: {line}"
                );
            }
        }
    }
}

#[test]
fn the_readme_names_every_rule() {
    let readme = std::fs::read_to_string(repository("README.md")).expect("the README");
    let catalogue = run(&["rules", "--format", "json"]).json();
    for rule in catalogue["rules"].as_array().expect("rules") {
        let name = rule["rule"].as_str().expect("a name");
        assert!(
            readme.contains(&format!("`{name}`")),
            "the README does not name {name}"
        );
    }
}
