//! What a reader of XML makes of it.

use crate::findings::outcome::Verdict;
use crate::report::tests::{LOOK, check, inputs, inputs_and_hostile};
use crate::report::{Format, Report, render};
use roxmltree::{Document, Node};

fn number(node: Node<'_, '_>, name: &str) -> usize {
    node.attribute(name).unwrap().parse().unwrap()
}

fn named<'a>(page: &'a Document<'a>, name: &str) -> Vec<Node<'a, 'a>> {
    page.descendants()
        .filter(|one| one.has_tag_name(name))
        .collect()
}

#[test]
fn every_input_looks_as_it_did() {
    for (name, recording) in inputs() {
        let text = render(&recording, Format::Junit, &LOOK);
        check(&format!("junit/{name}.xml"), &text);
    }
}

#[test]
fn every_required_cell_is_a_case() {
    for (name, recording) in inputs_and_hostile() {
        let report = Report::of(&recording);
        let text = render(&recording, Format::Junit, &LOOK);
        let page = Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        let required: Vec<_> = report.matrix.iter().filter(|cell| cell.required).collect();
        let cases = named(&page, "testcase");
        assert_eq!(cases.len(), required.len().max(1), "{name}");
        for (cell, case) in required.iter().zip(&cases) {
            let has = |what| case.children().any(|child| child.has_tag_name(what));
            let outcome = (has("failure"), has("error"));
            let expected = match cell.verdict {
                Verdict::Granted => (false, false),
                Verdict::Denied | Verdict::Missing => (true, false),
                Verdict::Unreachable | Verdict::Withheld | Verdict::Untried => (false, true),
            };
            assert_eq!(outcome, expected, "{name}: {}", cell.principal);
        }
        let suite = named(&page, "testsuite")[0];
        assert_eq!(number(suite, "tests"), cases.len(), "{name}");
        assert_eq!(
            number(suite, "failures"),
            named(&page, "failure").len(),
            "{name}"
        );
        assert_eq!(
            number(suite, "errors"),
            named(&page, "error").len(),
            "{name}"
        );
    }
}

/// The exit code and the counts say the same.
#[test]
fn a_suite_passes_where_the_run_does() {
    for (name, recording) in inputs() {
        let report = Report::of(&recording);
        let text = render(&recording, Format::Junit, &LOOK);
        let page = Document::parse(&text).unwrap();
        let bad = named(&page, "failure").len() + named(&page, "error").len();
        assert_eq!(bad == 0, report.verdict.exit_code() == 0, "{name}");
    }
}

#[test]
fn a_failure_tells_the_finding_and_what_to_do() {
    let (_, recording) = inputs()
        .into_iter()
        .find(|(name, _)| name == "guestbook")
        .unwrap();
    let text = render(&recording, Format::Junit, &LOOK);
    let page = Document::parse(&text).unwrap();
    let failure = named(&page, "failure")[0];
    assert_eq!(failure.attribute("type"), Some("no-role-assignment"));
    assert!(
        failure
            .attribute("message")
            .unwrap()
            .starts_with("kubelet cannot pull guestbook")
    );
    assert!(
        failure
            .text()
            .unwrap()
            .contains("az role assignment create")
    );
}
