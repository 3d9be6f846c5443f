//! What a browser makes of it.

use super::STYLE;
use crate::event;
use crate::evidence::{Pasted, Recording};
use crate::findings::outcome::Verdict;
use crate::report::tests::{LOOK, POISON, check, inputs, inputs_and_hostile};
use crate::report::{Format, Report, exit_code, render};
use scraper::{Html, Selector};
use std::collections::BTreeSet;

fn select<'h>(page: &'h Html, what: &str) -> Vec<scraper::ElementRef<'h>> {
    page.select(&Selector::parse(what).unwrap()).collect()
}

fn parsed(name: &str, text: &str) -> Html {
    let page = Html::parse_document(text);
    assert!(page.errors.is_empty(), "{name}: {:?}", page.errors);
    page
}

/// Nothing runs, nothing is fetched, nothing leads out of the page.
fn assert_closed(name: &str, page: &Html) {
    for what in [
        "script", "img", "iframe", "link", "object", "embed", "form", "base",
    ] {
        assert!(select(page, what).is_empty(), "{name} holds {what}");
    }
    for element in select(page, "*") {
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on"), "{name}: {attribute}");
            assert!(
                !["src", "style", "srcset", "action"].contains(&attribute),
                "{name}: {attribute}"
            );
            let is_inner = attribute != "href" || value.starts_with('#');
            assert!(is_inner, "{name}: a link to {value}");
        }
    }
    let policy = select(page, "meta[http-equiv='Content-Security-Policy']");
    let policy = policy.first().and_then(|meta| meta.attr("content"));
    assert!(policy.is_some_and(|text| text.starts_with("default-src 'none'; style-src 'sha256-")));
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
}

/// What a reader who sees nothing needs.
fn assert_can_be_heard(name: &str, page: &Html) {
    for landmark in ["header", "nav[aria-label]", "main", "footer"] {
        assert_eq!(select(page, landmark).len(), 1, "{name}: {landmark}");
    }
    let levels: Vec<usize> = select(page, "h1, h2, h3, h4")
        .iter()
        .map(|one| one.value().name()[1..].parse().unwrap())
        .collect();
    assert_eq!(levels.first(), Some(&1), "{name}");
    assert_eq!(
        levels.iter().filter(|level| **level == 1).count(),
        1,
        "{name}"
    );
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "{name}: {levels:?}"
    );
    assert_eq!(
        select(page, "table").len(),
        select(page, "table > caption").len(),
        "{name}"
    );
    assert!(select(page, "th:not([scope])").is_empty(), "{name}");
    for picture in select(page, "svg") {
        assert_eq!(picture.attr("role"), Some("img"), "{name}");
    }
    assert_eq!(
        select(page, "svg").len(),
        select(page, "svg > title").len(),
        "{name}"
    );
    assert_eq!(
        select(page, "svg").len(),
        select(page, "svg > desc").len(),
        "{name}"
    );
    assert_eq!(
        select(page, "svg").len(),
        select(page, "figcaption ol").len(),
        "{name}"
    );
    assert_links_lead_somewhere(name, page);
}

fn assert_links_lead_somewhere(name: &str, page: &Html) {
    let mut ids = BTreeSet::new();
    for element in select(page, "[id]") {
        let id = element.attr("id").unwrap();
        assert!(ids.insert(id), "{name}: {id} is there twice");
    }
    for link in select(page, "a[href]") {
        let target = link.attr("href").unwrap().trim_start_matches('#');
        assert!(ids.contains(target), "{name}: nothing is called {target}");
    }
    for element in select(page, "section[aria-labelledby], svg[aria-labelledby]") {
        for id in element.attr("aria-labelledby").unwrap().split(' ') {
            assert!(ids.contains(id), "{name}: nothing is called {id}");
        }
    }
}

#[test]
fn every_input_looks_as_it_did() {
    for (name, recording) in inputs() {
        if ["guestbook", "withheld"].contains(&name.as_str()) {
            let text = render(&recording, Format::Html, &LOOK);
            check(&format!("html/{name}.html"), &text);
        }
    }
}

#[test]
fn every_page_is_whole_closed_and_can_be_heard() {
    for (name, recording) in inputs_and_hostile() {
        let text = render(&recording, Format::Html, &LOOK);
        let page = parsed(&name, &text);
        assert_closed(&name, &page);
        assert_can_be_heard(&name, &page);
        assert!(
            !text.contains(['\u{1b}', '\0', '\u{7}', '\u{202e}']),
            "{name}"
        );
    }
}

#[test]
fn every_cell_names_principal_scope_verdict_and_step() {
    for (name, recording) in inputs() {
        let report = Report::of(&recording);
        let text = render(&recording, Format::Html, &LOOK);
        let page = parsed(&name, &text);
        let heard: BTreeSet<String> = select(&page, "td .heard")
            .iter()
            .map(|one| one.text().collect())
            .collect();
        // Of many images, rows that were not tried are told in a list.
        let shown = report
            .matrix
            .iter()
            .filter(|cell| report.targets.len() <= 12 || cell.verdict != Verdict::Untried);
        for cell in shown {
            let said = heard.iter().any(|one| {
                one.starts_with(cell.principal)
                    && one.contains(&cell.scope)
                    && one.contains(cell.verdict.name())
                    && cell.stopped_at.is_none_or(|step| one.contains(step))
            });
            assert!(said, "{name}: {} {}", cell.principal, cell.scope);
        }
    }
}

#[test]
fn each_principal_that_was_tried_has_its_picture() {
    let (_, recording) = inputs()
        .into_iter()
        .find(|(name, _)| name == "guestbook")
        .unwrap();
    let text = render(&recording, Format::Html, &LOOK);
    let page = parsed("guestbook", &text);
    let titles: Vec<String> = select(&page, "svg > title")
        .iter()
        .map(|one| one.text().collect())
        .collect();
    let title = |name: &str| format!("Requests of {name}, in order");
    assert_eq!(titles, ["anonymous", "admin", "kubelet"].map(title));
    let of_kubelet = select(&page, "#sequence-3-part svg");
    let drawn: String = of_kubelet[0].text().collect::<Vec<_>>().join(" ");
    for said in [
        "POST /oauth2/exchange",
        "401 UNAUTHORIZED · 12 ms",
        "+400 ms",
        "t10",
    ] {
        assert!(drawn.contains(said), "{said} in {drawn}");
    }
}

#[test]
fn a_pasted_text_is_shown_as_text() {
    let text = format!(
        "Failed to pull image \"acrwizdev.azurecr.io/guestbook:v1\": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://acrwizdev.azurecr.io/oauth2/token?scope=repository%3Aguestbook%3Apull: 401 Unauthorized {POISON}"
    );
    let said = event::read(&text).said;
    let pasted = Pasted {
        from: "-".to_owned(),
        said,
    };
    let recording = Recording::of_text(
        pasted,
        vec![],
        "r".to_owned(),
        "2026-11-23T20:00:00Z".to_owned(),
    );
    assert_eq!(exit_code(&recording), 0, "it is recognised");
    let page = render(&recording, Format::Html, &LOOK);
    assert_closed("event", &parsed("event", &page));
}
