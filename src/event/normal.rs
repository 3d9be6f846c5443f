//! One text without what terminals and JSON added to it.

/// Without escape sequences of terminals, without carriage returns.
pub(super) fn plain(line: &str) -> String {
    let line = line.trim_end_matches('\r');
    let has = |byte: u8| line.as_bytes().contains(&byte);
    // 0xc2 begins U+009B, the one-character form of an escape sequence.
    if !has(0x1b) && !has(0xc2) && !has(b'\r') {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    while let Some(one) = rest.next() {
        match one {
            '\u{1b}' => match rest.next() {
                Some('[') => skip_until(&mut rest, |end| ('@'..='~').contains(&end)),
                Some(']') => skip_until(&mut rest, |end| end == '\u{7}' || end == '\\'),
                _ => {}
            },
            '\u{9b}' => skip_until(&mut rest, |end| ('@'..='~').contains(&end)),
            '\r' => {}
            one => out.push(one),
        }
    }
    out
}

fn skip_until(rest: &mut impl Iterator<Item = char>, is_end: impl Fn(char) -> bool) {
    for one in rest.by_ref() {
        if is_end(one) {
            return;
        }
    }
}

/// Without JSON's escapes, however often they were applied. A line break becomes a blank: one message
/// stays one line.
pub(super) fn unescaped(text: &str) -> String {
    work::count(text);
    const DEEPEST: usize = 4;
    let mut text = text.to_owned();
    for _ in 0..DEEPEST {
        if !text.contains('\\') {
            break;
        }
        let next = once(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

fn once(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(one) = rest.next() {
        if one != '\\' {
            out.push(one);
            continue;
        }
        let mut ahead = rest.clone();
        match ahead.next() {
            Some('n' | 't' | 'r') => out.push(' '),
            Some(sign @ ('"' | '\'' | '/' | '\\')) => out.push(sign),
            Some('u') => match unicode(&mut ahead) {
                Some(sign) => out.push(sign),
                None => {
                    out.push('\\');
                    continue;
                }
            },
            _ => {
                out.push('\\');
                continue;
            }
        }
        rest = ahead;
    }
    out
}

fn unicode(rest: &mut std::str::Chars<'_>) -> Option<char> {
    let mut code = 0;
    for _ in 0..4 {
        code = code * 16 + rest.next()?.to_digit(16)?;
    }
    char::from_u32(code)
}

/// In lower case and without blanks: phrases are found in it wherever a line was broken.
pub(super) fn squeezed(text: &str) -> String {
    work::count(text);
    let mut out = String::with_capacity(text.len());
    let pieces = text.split(' ').flat_map(|word| word.split('"'));
    pieces.for_each(|piece| out.push_str(piece));
    if out
        .bytes()
        .any(|one| matches!(one, b'\t' | b'\n' | b'\r' | b'`'))
    {
        out.retain(|one| !matches!(one, '\t' | '\n' | '\r' | '`'));
    }
    out.make_ascii_lowercase();
    out
}

/// How much was read, for the test that it grows with the text and no faster.
pub(super) mod work {
    #[cfg(test)]
    thread_local! {
        static BYTES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    /// Counts a text that is read through, in tests alone.
    pub(in crate::event) fn count(_text: &str) {
        #[cfg(test)]
        BYTES.with(|bytes| bytes.set(bytes.get() + _text.len()));
    }

    /// What was counted since the last call.
    #[cfg(test)]
    pub(in crate::event) fn taken() -> usize {
        BYTES.take()
    }
}
