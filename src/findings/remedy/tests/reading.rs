//! Two small readers: how a shell quotes a script, and whether code closes what it opens.
//!
//! They are no parsers: enough to tell that a name stayed inside its quotes.

use super::MARK;

/// How deep inside quotes a shell stands; `$(` opens a fresh level.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Quote {
    Open,
    Single,
    Double,
    Comment,
}

/// Reads a script as a POSIX shell quotes it; fails if a quote or `$(` stays open, or if the mark
/// stands where a shell would act on it.
pub(super) fn shell(text: &str) -> Result<(), String> {
    let mut levels = vec![Quote::Open];
    let (mut previous, mut rest) = ('\n', text);
    while let Some(c) = rest.chars().next() {
        let state = *levels.last().ok_or("one ')' too many")?;
        let quoted = matches!(state, Quote::Single | Quote::Comment);
        if rest.starts_with(MARK) && !quoted {
            return Err(format!("a hostile name got out: …{rest}"));
        }
        let mut step = c.len_utf8();
        match (state, c) {
            (Quote::Open, '\'') => levels.push(Quote::Single),
            (Quote::Open, '"') => levels.push(Quote::Double),
            (Quote::Open, '#') if previous.is_whitespace() => levels.push(Quote::Comment),
            (Quote::Open | Quote::Double, '\\') => {
                step += rest[1..].chars().next().map_or(0, char::len_utf8)
            }
            (Quote::Open | Quote::Double, '$') if rest.starts_with("$(") => {
                levels.push(Quote::Open);
                step = 2;
            }
            (Quote::Open, '(') => levels.push(Quote::Open),
            (Quote::Open, ')') | (Quote::Single, '\'') | (Quote::Double, '"') => drop(levels.pop()),
            (Quote::Comment, '\n') => drop(levels.pop()),
            (Quote::Open | Quote::Double, '`') => return Err("a backquote".to_owned()),
            _ => {}
        }
        previous = c;
        rest = &rest[step..];
    }
    if levels.last() == Some(&Quote::Comment) {
        levels.pop();
    }
    if levels == [Quote::Open] {
        Ok(())
    } else {
        Err(format!("left open: {levels:?}"))
    }
}

/// Reads code with one string quote and one comment mark; brackets outside both must close.
pub(super) fn code(text: &str, string_quote: char, comment: &str) -> Result<(), String> {
    let (mut open, mut in_string) = (Vec::new(), false);
    for line in text.lines() {
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            if rest.starts_with(MARK) && !in_string {
                return Err(format!("a hostile name got out: …{rest}"));
            }
            let mut step = c.len_utf8();
            match (in_string, c) {
                (true, '\\') => step += rest[1..].chars().next().map_or(0, char::len_utf8),
                (_, q) if q == string_quote => in_string = !in_string,
                (false, _) if rest.starts_with(comment) => break,
                (false, '{' | '[' | '(') => open.push(c),
                (false, '}' | ']' | ')') => {
                    let expected = match c {
                        '}' => '{',
                        ']' => '[',
                        _ => '(',
                    };
                    if open.pop() != Some(expected) {
                        return Err(format!("unmatched {c}"));
                    }
                }
                _ => {}
            }
            rest = &rest[step..];
        }
        if in_string {
            return Err(format!("string left open in: {line}"));
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("left open: {open:?}"))
    }
}
