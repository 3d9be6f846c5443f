//! What a live secret looks like. Pure: from text to what was found and where.
//!
//! Two users: the redactor, which takes out of the evidence whatever has such a shape, and the search
//! that every file passes before it is written and that `acr-probe scan` runs. Both ask here, so what is
//! recorded is also what scans clean.
//!
//! The shapes with a marker of their own are public: Microsoft's patterns of identifiable keys,
//! <https://github.com/microsoft/security-utilities>.

mod named;
mod runs;
#[cfg(test)]
mod tests;
mod views;

#[cfg(test)]
pub(crate) use tests::one_of_each;

use std::collections::BTreeSet;
use std::ops::Range;

/// What a secret seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A JWT with its signature: Entra's tokens, the registry's refresh and access tokens.
    SignedToken,
    /// A refresh token of Entra, which is no JWT.
    OpaqueToken,
    /// A password of the registry's admin user or of a repository-scoped token.
    RegistryPassword,
    /// A client secret of an Entra application.
    ClientSecret,
    /// A key of another Azure service that carries a marker.
    ServiceKey,
    /// The key of a storage account.
    StorageKey,
    /// The signature of a shared access signature.
    Signature,
    /// User name and password in a Basic header or in the `auth` of a docker configuration.
    Basic,
    /// The value of a Bearer header.
    Bearer,
    /// User name and password in an address.
    UserInfo,
    /// A private key.
    PrivateKey,
    /// A value under a name that only secrets have: `password`, `identitytoken`, `aadClientSecret`.
    Named,
}

impl Kind {
    /// The words for it in a report.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedToken => "signed token",
            Self::OpaqueToken => "refresh token",
            Self::RegistryPassword => "registry password",
            Self::ClientSecret => "client secret",
            Self::ServiceKey => "service key",
            Self::StorageKey => "storage account key",
            Self::Signature => "shared access signature",
            Self::Basic => "user name and password",
            Self::Bearer => "bearer credential",
            Self::UserInfo => "password in an address",
            Self::PrivateKey => "private key",
            Self::Named => "named secret",
        }
    }

    /// The word for it in the mark that stands in its place.
    pub fn mark(self) -> &'static str {
        match self {
            Self::SignedToken | Self::OpaqueToken => "token",
            Self::Basic | Self::Bearer => "credential",
            Self::Signature => "signature",
            Self::UserInfo | Self::RegistryPassword => "password",
            Self::ClientSecret | Self::Named => "secret",
            Self::ServiceKey | Self::StorageKey | Self::PrivateKey => "key",
        }
    }
}

/// One secret, where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it seems to be.
    pub kind: Kind,
    /// The secret itself, in bytes of the text.
    pub range: Range<usize>,
}

/// What stands in the text as it is, in order, without overlaps.
pub fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    runs::find(text, &mut hits);
    named::find(text, &mut hits);
    hits.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
    let mut end = 0;
    hits.retain(|hit| {
        let is_new = hit.range.start >= end;
        end = end.max(hit.range.end);
        is_new
    });
    hits
}

/// What a text holds, encodings included.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The kinds.
    pub kinds: BTreeSet<Kind>,
    /// True where an encoding inside an encoding went on for longer than is looked into.
    pub too_deep: bool,
}

impl Found {
    /// True where nothing was found and everything was looked at.
    pub fn is_clean(&self) -> bool {
        self.kinds.is_empty() && !self.too_deep
    }
}

/// Searches the text and what is encoded in it: JSON escapes, percent, HTML entities, base64.
pub fn search(text: &str) -> Found {
    let mut found = Found::default();
    found.too_deep = !views::each(text, &mut |view| {
        found
            .kinds
            .extend(find(view).into_iter().map(|hit| hit.kind));
    });
    found
}

/// The text with every secret replaced by what `mark` says of it.
pub fn replace(text: &str, mut mark: impl FnMut(Kind, &str) -> String) -> String {
    let hits = find(text);
    if hits.is_empty() {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for hit in hits {
        shown.push_str(&text[from..hit.range.start]);
        shown.push_str(&mark(hit.kind, &text[hit.range.clone()]));
        from = hit.range.end;
    }
    shown.push_str(&text[from..]);
    shown
}
