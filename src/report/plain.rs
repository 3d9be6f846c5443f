//! Text as any report may hold it, wherever it came from: nothing in it steers a terminal, breaks XML or
//! turns the reading direction.

/// A character as it may be shown: control characters and what no XML may hold are replaced, invisible
/// ones that turn the reading direction are left out.
pub(super) fn shown(one: char) -> Option<char> {
    match one {
        '\n' => Some(one),
        '\t' => Some(' '),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => None,
        '\u{fffe}' | '\u{ffff}' => Some('?'),
        _ if one.is_control() => Some('?'),
        _ => Some(one),
    }
}

/// The text without what may not be shown. Lines stay.
pub(super) fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars().filter_map(shown).collect()
}

/// The same in one line.
pub(super) fn one_line(text: &str) -> String {
    plain(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers() {
        assert_eq!(
            plain("a\u{1b}[2J\0b\u{202e}c\r\nd\te\u{ffff}"),
            "a?[2J?bc\nd e?"
        );
        assert_eq!(one_line("a\nb"), "a b");
        assert_eq!(plain("团队/留言板 é 🐳"), "团队/留言板 é 🐳");
    }
}
