//! The image itself.

pub mod repo_or_tag_missing;
