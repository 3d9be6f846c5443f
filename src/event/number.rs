//! The number of an answer among all the numbers of a text.

/// The number of the answer: one from 400 to 599 beside a word that makes it a status.
pub(super) fn status(text: &str) -> Option<u16> {
    const REASONS: [&str; 13] = [
        "Unauthorized",
        "Forbidden",
        "Not",
        "Bad",
        "Too",
        "Internal",
        "Gateway",
        "Service",
        "Proxy",
        "Request",
        "UNAUTHORIZED",
        "unauthorized",
        "DENIED",
    ];
    const BEFORE: [&str; 6] = ["status", "code", "http", "statuscode", "returned", "error"];
    let mut before: [&str; 3] = [""; 3];
    let mut words = text
        .split(|one: char| !one.is_ascii_alphanumeric() && one != '_')
        .filter(|word| !word.is_empty())
        .peekable();
    while let Some(word) = words.next() {
        let is_number = word.len() == 3
            && word.starts_with(['4', '5'])
            && word.bytes().all(|one| one.is_ascii_digit());
        if is_number {
            let is_named = words.peek().is_some_and(|next| REASONS.contains(next));
            let is_announced = before
                .iter()
                .any(|word| BEFORE.iter().any(|one| word.eq_ignore_ascii_case(one)));
            if is_named || is_announced {
                return word.parse().ok();
            }
        }
        before.rotate_left(1);
        before[2] = word;
    }
    None
}
