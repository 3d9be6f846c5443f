//! Putting an observed value into a shell command, a Bicep string, an HCL string or a comment.
//!
//! It does not judge whether a value is a sensible name; it makes sure that it stays one value.
//! Control characters, line breaks and the invisible marks that reorder text are replaced by `?`
//! everywhere: no Azure name holds one, and such a command then merely fails.

/// One word of a POSIX shell: bare where that is safe, else in single quotes.
#[must_use]
pub fn shell_word(value: &str) -> String {
    let value = printable(value);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value;
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// A Bicep string literal, with its quotes.
#[must_use]
pub fn bicep_string(value: &str) -> String {
    let escaped = printable(value)
        .replace('\\', r"\\")
        .replace('\'', r"\'")
        .replace("${", r"\${");
    format!("'{escaped}'")
}

/// An HCL string literal, with its quotes.
#[must_use]
pub fn hcl_string(value: &str) -> String {
    let escaped = printable(value)
        .replace('\\', r"\\")
        .replace('"', "\\\"")
        .replace("${", "$${")
        .replace("%{", "%%{");
    format!("\"{escaped}\"")
}

/// A value inside a comment line: it cannot end the line.
#[must_use]
pub fn in_comment(value: &str) -> String {
    printable(value)
}

fn printable(value: &str) -> String {
    value
        .chars()
        .map(|c| {
            if c.is_control() || reorders(c) {
                '?'
            } else {
                c
            }
        })
        .collect()
}

/// Marks that change the order or the breaking of what is shown (bidirectional controls, separators).
fn reorders(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | ':' | '@' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_values_stay_bare() {
        assert_eq!(
            shell_word("acrwizdev.azurecr.io/guestbook:8edd399"),
            "acrwizdev.azurecr.io/guestbook:8edd399"
        );
    }

    #[test]
    fn anything_else_is_one_quoted_word() {
        assert_eq!(shell_word(""), "''");
        assert_eq!(shell_word("a b"), "'a b'");
        assert_eq!(shell_word("it's $(id)"), r"'it'\''s $(id)'");
        assert_eq!(shell_word("a\nb\u{202E}c"), "'a?b?c'");
    }

    #[test]
    fn code_strings_neither_end_early_nor_interpolate() {
        assert_eq!(bicep_string(r"a'b\${c}"), r"'a\'b\\\${c}'");
        assert_eq!(hcl_string(r#"a"b\${c}%{d}"#), r#""a\"b\\$${c}%%{d}""#);
    }
}
