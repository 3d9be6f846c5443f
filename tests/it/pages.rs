//! Every rule's page as a terminal shows it.

use crate::probe::{command, run};
use std::collections::BTreeSet;

/// What `explain RULE` prints on a terminal of that width.
fn shown(rule: &str, width: usize, more: &[&str]) -> String {
    let mut arguments = vec!["explain", rule];
    arguments.extend(more);
    let output = command(&arguments)
        .env("COLUMNS", width.to_string())
        .output()
        .expect("it starts");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn every_page_is_wrapped_and_without_signs_of_markdown() {
    let catalogue = run(&["rules", "--format", "json"]).json();
    for rule in catalogue["rules"].as_array().expect("rules") {
        let name = rule["rule"].as_str().expect("a name");
        let commands = commands(rule["page"].as_str().expect("a page"));
        let (narrow, wide) = (shown(name, 80, &[]), shown(name, 200, &[]));
        for (width, page) in [(80, &narrow), (200, &wide)] {
            assert!(page.starts_with(&format!("{name}\n")), "{page}");
            for line in page.lines().filter(|line| !commands.contains(line.trim())) {
                check(name, width, line);
            }
            for command in &commands {
                let is_whole = page.lines().any(|line| line.trim() == *command);
                assert!(is_whole, "{name}: at {width} columns no whole {command}");
            }
        }
        let words = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(words(&narrow), words(&wide), "{name}: the words differ");
        assert!(
            narrow.lines().count() > wide.lines().count(),
            "{name}: 200 columns are not used"
        );
        assert!(
            !wide.contains('\u{1b}'),
            "{name}: colour without a terminal"
        );
        assert!(shown(name, 80, &["--ascii"]).is_ascii(), "{name}: --ascii");
    }
}

/// The lines of the page's code blocks: they are pasted, so they are never broken.
fn commands(page: &str) -> BTreeSet<&str> {
    let mut is_code = false;
    let mut commands = BTreeSet::new();
    for line in page.lines().map(str::trim) {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code && !line.is_empty() {
            commands.insert(line);
        }
    }
    commands
}

fn check(rule: &str, width: usize, line: &str) {
    let columns = line.chars().count();
    // An address is one word and has no place to break.
    let is_one_word = line.trim_start_matches([' ', '–']).split(' ').count() == 1;
    assert!(
        columns <= width || is_one_word,
        "{rule}: {columns} columns: {line}"
    );
    let text = line.trim_start();
    for sign in ["`", "**", "](", "<http"] {
        assert!(!text.contains(sign), "{rule}: {sign} in: {line}");
    }
    for sign in ["# ", "## ", "### ", "- ", "* "] {
        assert!(!text.starts_with(sign), "{rule}: {sign} before: {line}");
    }
    let has_stars = |word: &str| word.len() > 2 && word.starts_with('*') && word.ends_with('*');
    assert!(!text.split(' ').any(has_stars), "{rule}: stars in: {line}");
}
