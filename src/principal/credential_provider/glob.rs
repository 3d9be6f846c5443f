//! One label of a host against one label of a pattern, as Go's `filepath.Match` does it.
//!
//! `*` is any run of characters, `[a-z]` one of a class. The other signs of `filepath.Match` (`?`,
//! `\`, `^`) cannot stand in the host of a URL and are refused before a label is looked at.

enum Token {
    Run,
    One(char),
    Class(Vec<(char, char)>),
}

impl Token {
    fn takes(&self, sign: char) -> bool {
        match self {
            Self::Run => false,
            Self::One(own) => *own == sign,
            Self::Class(ranges) => ranges
                .iter()
                .any(|(low, high)| (*low..=*high).contains(&sign)),
        }
    }
}

/// Whether the label matches; none where the pattern itself is malformed.
pub fn matches(pattern: &str, label: &str) -> Option<bool> {
    let tokens = tokens(pattern)?;
    let signs: Vec<char> = label.chars().collect();
    let (mut token, mut sign) = (0, 0);
    // Where the last run began, and how far it has eaten: the only place to come back to.
    let mut run: Option<(usize, usize)> = None;
    loop {
        match tokens.get(token) {
            Some(Token::Run) => {
                run = Some((token, sign));
                token += 1;
                continue;
            }
            Some(one) if signs.get(sign).is_some_and(|found| one.takes(*found)) => {
                (token, sign) = (token + 1, sign + 1);
                continue;
            }
            None if sign == signs.len() => return Some(true),
            Some(_) | None => {}
        }
        let Some((start, eaten)) = run.filter(|(_, eaten)| *eaten < signs.len()) else {
            return Some(false);
        };
        run = Some((start, eaten + 1));
        (token, sign) = (start + 1, eaten + 1);
    }
}

fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut signs = pattern.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(sign) = signs.next() {
        tokens.push(match sign {
            '*' => Token::Run,
            '[' => Token::Class(class(&mut signs)?),
            plain => Token::One(plain),
        });
    }
    Some(tokens)
}

fn class(signs: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Vec<(char, char)>> {
    let mut ranges = Vec::new();
    loop {
        let low = signs.next()?;
        match low {
            ']' if !ranges.is_empty() => return Some(ranges),
            ']' | '-' => return None,
            _ => {}
        }
        let high = match signs.next_if_eq(&'-') {
            None => low,
            Some(_) => signs.next().filter(|sign| !matches!(sign, ']' | '-'))?,
        };
        ranges.push((low, high));
    }
}

#[cfg(test)]
mod tests {
    use super::matches;
    use proptest::prelude::*;

    #[test]
    fn labels() {
        for (pattern, label, expected) in [
            ("*", "acr", Some(true)),
            ("*", "", Some(true)),
            ("app*", "app-7", Some(true)),
            ("a*b*c", "axxbxbxc", Some(true)),
            ("a*b*c", "axxbxbx", Some(false)),
            ("acr", "acr", Some(true)),
            ("acr", "ACR", Some(false)),
            ("x[a-c]", "xb", Some(true)),
            ("x[a-c]", "xd", Some(false)),
            ("x[a-c", "xb", None),
            ("x[]", "x]", None),
        ] {
            assert_eq!(matches(pattern, label), expected, "{pattern} {label}");
        }
    }

    proptest! {
        #[test]
        fn any_pattern_is_survived(pattern in "[*a\\[\\]-]{0,12}|\\PC{0,8}", label in "[ab-]{0,16}") {
            let _ = matches(&pattern, &label);
        }
    }
}
