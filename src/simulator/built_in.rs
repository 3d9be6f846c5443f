//! The scenarios that are part of the program, the incident first.

macro_rules! shipped {
    ($($name:literal)*) => {
        /// Name and text of each.
        pub const ALL: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../testdata/scenarios/", $name, ".toml")))),*
        ];
    };
}

shipped! {
    "guestbook"
}

/// The text of one.
pub fn text(name: &str) -> Option<&'static str> {
    let mut all = ALL.iter();
    all.find(|(known, _)| *known == name).map(|(_, text)| *text)
}
