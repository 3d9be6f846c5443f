//! Golden reports: `testdata/golden/input/*.jsonl` as it looks. `UPDATE_GOLDEN=1` writes them anew.

use super::ink::{Style, finish, styled};
use super::{Look, render, wrap};
use crate::evidence::Recording;
use crate::report::tests::{self, inputs};
use crate::report::{Report, page};
use unicode_width::UnicodeWidthStr;

const ESCAPE: char = '\u{1b}';

fn look(width: usize) -> Look {
    Look {
        width,
        colour: false,
        ascii: false,
    }
}

fn shown(recording: &Recording, look: &Look) -> String {
    render(&Report::of(recording), look)
}

fn check(name: &str, actual: &str) {
    tests::check(&format!("table/{name}.txt"), actual);
}

#[test]
fn every_input_looks_as_it_did() {
    for (name, recording) in inputs() {
        for width in [80, 200] {
            check(&format!("{name}.{width}"), &shown(&recording, &look(width)));
        }
    }
}

#[test]
fn signs_and_colours() {
    for (name, recording) in inputs() {
        if !["guestbook", "cjk", "withheld"].contains(&name.as_str()) {
            continue;
        }
        let ascii = Look {
            ascii: true,
            ..look(80)
        };
        check(&format!("{name}.80.ascii"), &shown(&recording, &ascii));
        let colour = Look {
            colour: true,
            ..look(100)
        };
        check(&format!("{name}.100.colour"), &shown(&recording, &colour));
    }
}

/// Commands are pasted, so they are never wrapped; a word is never broken.
fn may_be_wide(line: &str, width: usize) -> bool {
    let is_code = line.starts_with(&" ".repeat(10)) || line.get(2..6).is_some_and(is_label);
    is_code || line.split(' ').any(|word| word.width() + 12 > width)
}

fn is_label(text: &str) -> bool {
    ["ask ", "do  ", "or  ", "chec"].contains(&text)
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for (name, recording) in inputs() {
        for width in [40, 60, 72, 80, 93, 100, 120, 200] {
            for ascii in [false, true] {
                let look = Look {
                    ascii,
                    ..look(width)
                };
                for line in shown(&recording, &look).lines() {
                    assert!(
                        line.width() <= width || may_be_wide(line, width),
                        "{name} at {width}, {} columns: {line}",
                        line.width()
                    );
                }
            }
        }
    }
}

#[test]
fn a_report_without_colour_holds_nothing_that_steers_a_terminal() {
    for (name, recording) in inputs() {
        for ascii in [false, true] {
            let text = shown(&recording, &Look { ascii, ..look(80) });
            let steers = |one: char| {
                (one.is_control() && one != '\n')
                    || ('\u{202a}'..='\u{202e}').contains(&one)
                    || ('\u{e0ff0}'..='\u{e0fff}').contains(&one)
            };
            assert!(!text.contains(steers), "{name}: {text:?}");
            assert!(text.lines().all(|line| !line.ends_with(' ')), "{name}");
        }
    }
}

#[test]
fn colour_adds_escapes_and_nothing_else() {
    for (name, recording) in inputs() {
        let coloured = shown(
            &recording,
            &Look {
                colour: true,
                ..look(100)
            },
        );
        assert_eq!(stripped(&coloured), shown(&recording, &look(100)), "{name}");
        for line in coloured.lines() {
            assert!(line.matches(ESCAPE).count() % 2 == 0, "{name}: {line:?}");
        }
    }
}

fn stripped(text: &str) -> String {
    let mut parts = text.split(ESCAPE);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| {
        out + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

#[test]
fn signs_have_ascii_forms() {
    let ascii = Look {
        ascii: true,
        ..look(80)
    };
    for (name, recording) in inputs() {
        if name != "cjk" {
            assert!(shown(&recording, &ascii).is_ascii(), "{name}");
        }
    }
    assert_eq!(
        finish(&ascii, "√ × – … · “留言板”"),
        "ok x - ... - \"留言板\"\n"
    );
}

#[test]
fn a_style_ends_with_its_line() {
    let look = Look {
        colour: true,
        ..look(80)
    };
    let text = format!("a {}\n", styled(Style::Dim, "b \n  c "));
    assert_eq!(
        finish(&look, &text),
        "a \u{1b}[2mb\u{1b}[0m\n  \u{1b}[2mc\u{1b}[0m\n"
    );
}

#[test]
fn long_names_part_where_they_can() {
    assert_eq!(
        wrap::fold("managed-identity:client-id=3f6d2c1e-…", 20),
        "managed-identity:\nclient-id=3f6d2c1e-…"
    );
    assert_eq!(wrap::fold("团队/留言板", 8), "团队/\n留言板");
}

#[test]
fn pages_are_set_without_markdown() {
    let text = "# rule\n\n*One line\nof it.*\n\n## Why\n\n- `az acr` asks **this** of `registry:catalog:*`\n  and more\n- two * three\n\n```\naz  login \\\n  -x '**'\n```\n";
    assert_eq!(
        page(text, &look(40)),
        "rule\n\n  One line of it.\n\nWhy\n  – az acr asks this of\n    registry:catalog:* and more\n  – two * three\n\n    az  login \\\n      -x '**'\n"
    );
}

#[test]
fn the_pages_we_have_leave_no_markdown_behind() {
    for rule in crate::findings::RULES {
        let shown = page(rule.page, &look(80));
        for line in shown.lines().filter(|line| !line.starts_with("    ")) {
            assert!(
                !line.contains("**") && !line.starts_with('#'),
                "{}: {line}",
                rule.name
            );
            assert!(line.width() <= 80, "{}: {line}", rule.name);
        }
    }
}
