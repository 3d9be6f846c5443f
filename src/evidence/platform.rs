//! Operating system and processor, and which of them a manifest is for.

use serde_json::Value;
use std::fmt;

/// `linux/arm64`, `linux/arm/v7`, `windows/amd64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// `linux`, `windows`, …
    pub os: String,
    /// The processor as images name it: `amd64`, `arm64`, …
    pub architecture: String,
    /// `v7`, where one was named.
    pub variant: Option<String>,
}

/// One image of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// What it is for.
    pub platform: Platform,
    /// Its manifest's digest.
    pub digest: String,
}

impl Platform {
    /// Reads `OS/ARCH[/VARIANT]`; the kernel's names of processors are understood too.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let (os, architecture, variant) = match parts.as_slice() {
            [os, architecture] => (os, architecture, None),
            [os, architecture, variant] => (os, architecture, Some(*variant)),
            _ => return None,
        };
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        if !parts.iter().all(|part| is_word(part)) {
            return None;
        }
        Some(Self {
            os: os.to_ascii_lowercase(),
            architecture: image_name(&architecture.to_ascii_lowercase()).to_owned(),
            variant: variant.map(str::to_ascii_lowercase),
        })
    }

    /// This machine's. Where it is neither Linux nor Windows, containers run in a Linux of its own.
    pub fn here() -> Self {
        let os = match std::env::consts::OS {
            "windows" => "windows",
            _ => "linux",
        };
        let architecture = match std::env::consts::ARCH {
            "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
            other => image_name(other),
        };
        Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: None,
        }
    }

    /// True where a machine of this platform would take an image for `other`. A variant that is not
    /// named takes any: refusing too little is the lesser fault here.
    pub fn takes(&self, other: &Self) -> bool {
        let variants = match (&self.variant, &other.variant) {
            (Some(own), Some(other)) if self.architecture == "arm" => other <= own,
            (Some(own), Some(other)) => own == other,
            _ => true,
        };
        self.os == other.os && self.architecture == other.architecture && variants
    }

    /// The images of an index, what is no image for a machine (attestations) left out; none where this
    /// is no index.
    pub fn entries(manifest: &Value) -> Option<Vec<IndexEntry>> {
        let manifests = manifest.get("manifests")?.as_array()?;
        let entry = |one: &Value| {
            let platform = one.get("platform")?;
            let member = |name: &str| platform.get(name)?.as_str().map(str::to_owned);
            let platform = Self {
                os: member("os")?,
                architecture: member("architecture")?,
                variant: member("variant").filter(|variant| !variant.is_empty()),
            };
            let digest = one.get("digest")?.as_str()?.to_owned();
            (platform.os != "unknown").then_some(IndexEntry { platform, digest })
        };
        Some(manifests.iter().filter_map(entry).collect())
    }
}

/// The name that images have for a processor.
fn image_name(architecture: &str) -> &str {
    match architecture {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" | "i686" => "386",
        "loongarch64" => "loong64",
        other => other,
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(variant) => write!(formatter, "/{variant}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Platform;

    #[test]
    fn platforms_read_and_compare() {
        let platform = |text| Platform::parse(text).unwrap();
        for (machine, image, takes) in [
            ("linux/x86_64", "linux/amd64", true),
            ("linux/arm64", "linux/arm64/v8", true),
            ("linux/arm/v7", "linux/arm/v6", true),
            ("linux/arm/v6", "linux/arm/v7", false),
            ("linux/amd64", "windows/amd64", false),
        ] {
            assert_eq!(
                platform(machine).takes(&platform(image)),
                takes,
                "{machine} {image}"
            );
        }
        for bad in ["", "linux", "linux/", "a/b/c/d", "linux/a b"] {
            assert!(Platform::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(platform("Linux/aarch64").to_string(), "linux/arm64");
    }

    #[test]
    fn an_attestation_is_no_image() {
        let index = serde_json::json!({"manifests": [
            {"digest": "sha256:1", "platform": {"os": "linux", "architecture": "amd64"}},
            {"digest": "sha256:2", "platform": {"os": "unknown", "architecture": "unknown"}},
            {"digest": "sha256:3"},
        ]});
        let entries = Platform::entries(&index).unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].digest, "sha256:1");
        assert!(Platform::entries(&serde_json::json!({"layers": []})).is_none());
    }
}
