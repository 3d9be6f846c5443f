//! What nothing accounts for.

pub mod unexplained;
