//! The report as JUnit XML, so that a pipeline shows each required cell as a test: a failure where the
//! answer is no, an error where there is none.

mod cases;
#[cfg(test)]
mod tests;

pub(super) use cases::{of_comparison, of_event, of_run};

use super::plain::{one_line, plain};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io::Result;

/// What a pipeline is shown.
#[derive(Debug)]
pub(super) struct Suite {
    /// Its name.
    pub name: String,
    /// When the run began, where it is known.
    pub begun: Option<String>,
    /// What holds for all cases.
    pub properties: Vec<(&'static str, String)>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One required cell, pair or event.
#[derive(Debug)]
pub(super) struct Case {
    /// What groups it: the image.
    pub group: String,
    /// Its name within the group.
    pub name: String,
    /// Seconds.
    pub seconds: f64,
    /// What holds for this case.
    pub properties: Vec<(&'static str, String)>,
    /// What it came to.
    pub outcome: Outcome,
}

/// What a case came to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// As required.
    Passed,
    /// The answer is no.
    Failed(Reason),
    /// There is no answer.
    Unanswered(Reason),
}

/// Why it did not pass.
#[derive(Debug)]
pub(super) struct Reason {
    /// The rule, or the verdict where there is none.
    pub kind: String,
    /// One sentence.
    pub message: String,
    /// All that is to be said.
    pub text: String,
}

/// Writes it. What is written to is memory, so nothing can fail.
pub(super) fn render(suite: &Suite) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = write(&mut writer, suite);
    debug_assert!(written.is_ok(), "memory takes everything");
    let mut text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

type Xml = Writer<Vec<u8>>;

fn write(writer: &mut Xml, suite: &Suite) -> Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counts = counts(suite);
    let counts: Vec<(&str, &str)> = counts
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    writer
        .create_element("testsuites")
        .with_attribute(("name", "acr-probe"))
        .with_attributes(counts.iter().copied())
        .write_inner_content(|writer| {
            let mut element = writer
                .create_element("testsuite")
                .with_attribute(("name", one_line(&suite.name).as_str()))
                .with_attributes(counts.iter().copied())
                .with_attribute(("skipped", "0"));
            if let Some(begun) = &suite.begun {
                element = element.with_attribute(("timestamp", one_line(begun).as_str()));
            }
            element.write_inner_content(|writer| {
                properties(writer, &suite.properties)?;
                suite.cases.iter().try_for_each(|one| case(writer, one))
            })?;
            Ok(())
        })?;
    Ok(())
}

fn counts(suite: &Suite) -> [(&'static str, String); 4] {
    let such = |is: fn(&Outcome) -> bool| {
        let count = suite.cases.iter().filter(|case| is(&case.outcome)).count();
        count.to_string()
    };
    let seconds: f64 = suite.cases.iter().map(|case| case.seconds).sum();
    [
        ("tests", suite.cases.len().to_string()),
        ("failures", such(|one| matches!(one, Outcome::Failed(_)))),
        ("errors", such(|one| matches!(one, Outcome::Unanswered(_)))),
        ("time", format!("{seconds:.3}")),
    ]
}

fn properties(writer: &mut Xml, properties: &[(&str, String)]) -> Result<()> {
    if properties.is_empty() {
        return Ok(());
    }
    writer
        .create_element("properties")
        .write_inner_content(|writer| {
            for (name, value) in properties {
                writer
                    .create_element("property")
                    .with_attribute(("name", *name))
                    .with_attribute(("value", one_line(value).as_str()))
                    .write_empty()?;
            }
            Ok(())
        })?;
    Ok(())
}

fn case(writer: &mut Xml, case: &Case) -> Result<()> {
    writer
        .create_element("testcase")
        .with_attribute(("classname", one_line(&case.group).as_str()))
        .with_attribute(("name", one_line(&case.name).as_str()))
        .with_attribute(("time", format!("{:.3}", case.seconds).as_str()))
        .write_inner_content(|writer| {
            properties(writer, &case.properties)?;
            match &case.outcome {
                Outcome::Passed => Ok(()),
                Outcome::Failed(reason) => why(writer, "failure", reason),
                Outcome::Unanswered(reason) => why(writer, "error", reason),
            }
        })?;
    Ok(())
}

fn why(writer: &mut Xml, element: &str, reason: &Reason) -> Result<()> {
    writer
        .create_element(element)
        .with_attribute(("type", one_line(&reason.kind).as_str()))
        .with_attribute(("message", one_line(&reason.message).as_str()))
        .write_text_content(BytesText::new(&plain(&reason.text)))?;
    Ok(())
}
