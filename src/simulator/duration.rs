//! Lengths of time as scenarios write them: `5s`, `-7m`, `250ms`, `1h`, `2d`.
//!
//! *Not* a calendar: no months, no combinations.

use serde::{Deserialize, Deserializer, de::Error};

/// A signed length of time in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span(pub i64);

impl Span {
    /// As the `time` crate's length.
    pub fn as_time(self) -> time::Duration {
        time::Duration::milliseconds(self.0)
    }

    /// As a waiting time; negative lengths do not wait.
    pub fn as_wait(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.0.max(0).unsigned_abs())
    }

    fn read(text: &str) -> Option<Span> {
        let start = text.find(|c: char| c.is_ascii_alphabetic())?;
        let (number, unit) = text.split_at(start);
        let factor = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        number.parse::<i64>().ok()?.checked_mul(factor).map(Span)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Span::read(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is not a length of time such as \"5s\", \"-7m\" or \"250ms\""
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn reads_signed_lengths_with_a_unit() {
        assert_eq!(Span::read("-7m"), Some(Span(-420_000)));
        assert_eq!(Span::read("250ms"), Some(Span(250)));
        assert_eq!(Span::read("5"), None);
        assert_eq!(Span::read("99999999999999999h"), None);
    }
}
