//! What a reader of Markdown makes of it.

use super::escape::{code, fence, field_code, opening, prose};
use crate::report::tests::{LOOK, POISON, check, inputs, inputs_and_hostile};
use crate::report::{Format, render};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

fn events(text: &str) -> Vec<Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    Parser::new_ext(text, options).collect()
}

/// Text stays text: no link, no picture, no HTML but our own, no formula, and nothing outside of code that
/// GitHub would make a link of by itself.
fn assert_harmless(name: &str, text: &str) {
    let mut in_block = false;
    let mut prose = String::new();
    for event in events(text) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                panic!("{name}: a link to {dest_url}")
            }
            Event::Html(html) => panic!("{name}: {html}"),
            Event::InlineHtml(html) => {
                assert!(["<code>", "</code>"].contains(&&*html), "{name}: {html}");
                in_block = &*html == "<code>";
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => panic!("{name}: {text}"),
            Event::Start(Tag::Strikethrough) => panic!("{name}: something is struck out"),
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(text) if !in_block => prose.push_str(&text),
            Event::Code(_) | Event::End(_) | Event::SoftBreak => prose.push(' '),
            _ => {}
        }
    }
    for active in ["://", "www.evil", "@", "#1"] {
        assert!(!prose.contains(active), "{name}: {active} in {prose}");
    }
}

/// Every row has as many fields as its head, as it was meant.
fn assert_rows_are_whole(name: &str, text: &str) {
    let mut is_table = false;
    let mut bars = 0;
    for line in lines_outside_of_fences(text) {
        if !line.starts_with('|') {
            is_table = false;
            continue;
        }
        let own = line.matches('|').count();
        if is_table {
            assert_eq!(bars, own, "{name}: {line}");
        }
        (is_table, bars) = (true, own);
    }
}

fn lines_outside_of_fences(text: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for line in text.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => lines.push(line),
        }
    }
    lines
}

#[test]
fn every_input_looks_as_it_did() {
    for (name, recording) in inputs() {
        if ["guestbook", "cjk", "withheld"].contains(&name.as_str()) {
            let text = render(&recording, Format::Markdown, &LOOK);
            check(&format!("markdown/{name}.md"), &text);
        }
    }
}

#[test]
fn names_stay_names() {
    for (name, recording) in inputs_and_hostile() {
        let text = render(&recording, Format::Markdown, &LOOK);
        assert_harmless(&name, &text);
        assert_rows_are_whole(&name, &text);
    }
}

/// The headings are ours alone, and each is there once.
#[test]
fn no_name_makes_a_heading() {
    for (name, recording) in inputs_and_hostile() {
        let text = render(&recording, Format::Markdown, &LOOK);
        let is_first = |event: &&Event<'_>| matches!(event, Event::Start(Tag::Heading { level, .. }) if *level as usize == 1);
        assert_eq!(events(&text).iter().filter(is_first).count(), 1, "{name}");
        assert!(!text.lines().any(|line| line == "# heading"), "{name}");
    }
}

#[test]
fn code_is_kept_letter_by_letter() {
    for text in ["a", "`", "``a`", " a ", "a\\", "<b>", "&amp;", "a`b``c"] {
        let shown = code(text);
        let read = events(&shown);
        assert!(
            read.iter().any(|event| *event == Event::Code(text.into())),
            "{text:?} as {shown} is {read:?}"
        );
    }
}

#[test]
fn a_bar_in_a_field_is_no_border() {
    let table = format!(
        "| a | b |\n| --- | --- |\n| {} | {} |\n",
        field_code("x|y\\|`z"),
        prose("p|q\\")
    );
    let mut fields = vec![String::new()];
    for event in events(&table) {
        match event {
            Event::Text(text) => fields.last_mut().unwrap().push_str(&text),
            Event::End(TagEnd::TableCell) => fields.push(String::new()),
            _ => {}
        }
    }
    assert_eq!(fields, ["a", "b", "x|y\\|`z", "p|q\\", ""]);
}

#[test]
fn a_fence_is_longer_than_what_it_holds() {
    assert_eq!(fence("a"), "```");
    assert_eq!(fence("a ```` b"), "`````");
    let text = format!("{}\n{POISON}\n{}\n", fence(POISON), fence(POISON));
    let blocks = events(&text);
    let starts = blocks.iter().filter(|one| matches!(one, Event::Start(_)));
    assert_eq!(starts.count(), 1, "{blocks:?}");
}

#[test]
fn what_opens_a_line_opens_nothing_else() {
    for text in [
        "- a", "+ a", "1. a", "12) a", "=== a", "--- a", "# a", "> a", "* a", "    a",
    ] {
        let shown = opening(&prose(text));
        let read = events(&shown);
        assert_eq!(
            read.first(),
            Some(&Event::Start(Tag::Paragraph)),
            "{text:?}: {read:?}"
        );
    }
}

#[test]
fn prose_stays_readable() {
    assert_eq!(
        prose("kubelet cannot pull guestbook: 401 (AcrPull, 10 %)."),
        "kubelet cannot pull guestbook: 401 (AcrPull, 10 %)."
    );
    assert_eq!(
        prose("set ACR_PASSWORD (see https://aka.ms/acr)."),
        "set `ACR_PASSWORD` (see `https://aka.ms/acr`)."
    );
    assert_eq!(prose("a*b <c> [d]"), "a\\*b &lt;c&gt; \\[d\\]");
}
