//! Durations as Go writes and reads them (`time.ParseDuration`): `10m`, `1h0m0s`, `0`, `1.5h`.

/// Each unit with its nanoseconds; the longer names first.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("h", 3600e9),
    ("m", 60e9),
    ("s", 1e9),
];

/// The seconds, negative ones included; none where Go would refuse the text.
pub fn seconds(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut sum = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|sign: char| !sign.is_ascii_digit() && sign != '.')?;
        let number: f64 = rest[..end].parse().ok()?;
        let (unit, size) = UNITS
            .iter()
            .find(|(unit, _)| rest[end..].starts_with(unit))?;
        sum += number * size;
        rest = &rest[end + unit.len()..];
    }
    Some(sign * sum / 1e9)
}

#[cfg(test)]
mod tests {
    use super::seconds;
    use proptest::prelude::*;

    #[test]
    fn as_go_reads_them() {
        for (text, expected) in [
            ("10m", Some(600.0)),
            ("1h0m0s", Some(3600.0)),
            ("0", Some(0.0)),
            ("0s", Some(0.0)),
            ("1.5h", Some(5400.0)),
            ("-5m", Some(-300.0)),
            ("250ms", Some(0.25)),
            ("", None),
            ("10", None),
            ("m", None),
            ("10 m", None),
            ("ten", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*|[-+0-9.hmsnuµ]{0,12}") {
            let _ = seconds(&text);
        }
    }
}
