//! Text that stays text in Markdown.

/// Prose. A word that some reader would turn into a link, a mention or a formula becomes code; signs of
/// Markdown are escaped. What leads a line is [`opening`]'s.
pub(super) fn prose(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(word).collect();
    words.join(" ")
}

fn word(word: &str) -> String {
    if !is_active(word) {
        return escaped(word);
    }
    // Punctuation around it is the sentence's, not the word's.
    let is_around = |one: char| {
        matches!(
            one,
            '(' | ')' | ',' | ';' | '.' | ':' | '"' | '\'' | '“' | '”' | '!' | '?'
        )
    };
    let inner = word.trim_matches(is_around);
    match word.split_once(inner) {
        Some((before, after)) if is_active(inner) => {
            format!("{}{}{}", escaped(before), field_code(inner), escaped(after))
        }
        _ => escaped(word),
    }
}

/// True for what GitHub and its kind act upon wherever it stands.
fn is_active(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.contains("://")
        || word.contains("www.")
        || word.contains("mailto:")
        || word.contains(['@', '#', '$', '_'])
        || word.contains("gh-")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A reader of tables looks for bars before it looks for anything else.
            '|' => out.push_str("&#124;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '$' | '#' => {
                out.push('\\');
                out.push(one);
            }
            _ => out.push(one),
        }
    }
    out
}

/// A paragraph, an item, a heading: nothing at its start makes it a list, a rule, or another heading.
pub(super) fn opening(text: &str) -> String {
    let text = text.trim_start();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (before, rest) = text.split_at(digits);
    let is_number = digits > 0 && rest.starts_with(['.', ')']);
    let is_sign = digits == 0 && rest.starts_with(['-', '+', '=']);
    if is_number || is_sign {
        return format!("{before}\\{rest}");
    }
    text.to_owned()
}

/// A code span, whatever is in it.
pub(super) fn code(text: &str) -> String {
    let ticks = "`".repeat(longest_run(text) + 1);
    let is_open = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    if is_open {
        return format!("{ticks} {text} {ticks}");
    }
    format!("{ticks}{text}{ticks}")
}

/// A code span in a table. A bar would end the field even there, so such a text is written as HTML in
/// which every sign that could mean something is a number.
pub(super) fn field_code(text: &str) -> String {
    if !text.contains('|') {
        return code(text);
    }
    let mut out = "<code>".to_owned();
    for one in text.chars() {
        if one.is_alphanumeric() || matches!(one, ' ' | '-' | ',' | '.') {
            out.push(one);
        } else {
            out.push_str(&format!("&#{};", u32::from(one)));
        }
    }
    out.push_str("</code>");
    out
}

/// A fence longer than any run of backticks in the text.
pub(super) fn fence(text: &str) -> String {
    "`".repeat((longest_run(text) + 1).max(3))
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|one| one != '`').map(str::len);
    runs.max().unwrap_or_default()
}
