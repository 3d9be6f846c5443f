//! `--secret NAME=env:VAR|file:PATH|-`: where a password is. A secret itself is never an argument,
//! since every user of a machine can read the command lines of its processes.

use crate::error::Error;
use crate::files::Surroundings;
use crate::secret::Secret;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// No password is longer.
const LONGEST: u64 = 64 * 1024;

/// A secret and where it was, in words.
#[derive(Debug, Clone)]
pub struct Found {
    /// The secret.
    pub secret: Secret,
    /// `environment variable ACR_PASSWORD`, `file …`, `standard input`.
    pub source: String,
    /// The file, where it was in one.
    pub file: Option<PathBuf>,
}

/// Secrets by principal.
#[derive(Debug, Default)]
pub struct Secrets(BTreeMap<String, Found>);

impl Secrets {
    /// Reads what `--secret` names.
    ///
    /// # Errors
    /// One sentence per thing that can be wrong. The text typed is not repeated beyond the name: it may
    /// be the password itself.
    pub fn read(arguments: &[String], surroundings: &Surroundings) -> Result<Self, Error> {
        let mut secrets = BTreeMap::new();
        for argument in arguments {
            let (name, place) = argument
                .split_once('=')
                .ok_or_else(|| shape("a --secret"))?;
            let found = read_one(name, place, surroundings)?;
            if secrets.insert(name.to_owned(), found).is_some() {
                return Err(Error::Usage(format!("--secret {name}=… is given twice")));
            }
        }
        Ok(Self(secrets))
    }

    /// The secret of a principal.
    pub fn of(&self, name: &str) -> Option<&Found> {
        self.0.get(name)
    }

    /// The files that secrets were in.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.values().filter_map(|found| found.file.as_deref())
    }

    /// The names that secrets were given for.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

fn shape(what: &str) -> Error {
    Error::Usage(format!(
        "{what} must say where the secret is: NAME=env:VARIABLE, NAME=file:PATH or NAME=- (standard input); \
         a secret itself does not belong on a command line"
    ))
}

fn read_one(name: &str, place: &str, surroundings: &Surroundings) -> Result<Found, Error> {
    if place == "-" {
        return stdin(name);
    }
    if let Some(variable) = place.strip_prefix("env:") {
        let value = surroundings.variable(variable);
        let value = value.ok_or_else(|| {
            Error::Usage(format!(
                "--secret {name}=env:{variable}: the variable {variable} is not set"
            ))
        })?;
        return found(name, value, format!("environment variable {variable}"));
    }
    if let Some(path) = place.strip_prefix("file:") {
        let secret = read_file(&format!("secret of {name}"), Path::new(path), surroundings)?;
        return Ok(Found {
            secret,
            source: format!("file {path}"),
            file: Some(PathBuf::from(path)),
        });
    }
    Err(shape(&format!("--secret {name}=…")))
}

/// A secret that is a whole file.
///
/// # Errors
/// One sentence, where it cannot be read or holds nothing.
pub fn read_file(what: &str, path: &Path, surroundings: &Surroundings) -> Result<Secret, Error> {
    let bytes = surroundings
        .read(path)
        .map_err(|error| Error::file(path, format!("the {what} cannot be read: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::file(path, format!("the {what} is not UTF-8 text")))?;
    match without_last_break(text) {
        text if text.is_empty() => Err(Error::file(path, format!("the {what} is empty"))),
        text => Ok(Secret::new(text)),
    }
}

fn stdin(name: &str) -> Result<Found, Error> {
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(LONGEST)
        .read_to_string(&mut text);
    read.map_err(|error| {
        Error::Usage(format!(
            "--secret {name}=-: standard input cannot be read: {error}"
        ))
    })?;
    found(name, without_last_break(text), "standard input".to_owned())
}

fn found(name: &str, value: String, source: String) -> Result<Found, Error> {
    if value.is_empty() {
        return Err(Error::Usage(format!(
            "the secret of {name} ({source}) is empty"
        )));
    }
    Ok(Found {
        secret: Secret::new(value),
        source,
        file: None,
    })
}

/// One final line break of a file or of standard input is not part of the secret.
fn without_last_break(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(argument: &str) -> Result<Secrets, Error> {
        let variables = BTreeMap::from([
            ("PW".to_owned(), "value-1".to_owned()),
            ("EMPTY".to_owned(), String::new()),
        ]);
        let files = BTreeMap::from([(
            "/f".to_owned(),
            crate::files::StatedFile::Text("value-2\r\n\n".to_owned()),
        )]);
        Secrets::read(
            &[argument.to_owned()],
            &Surroundings::Stated { variables, files },
        )
    }

    #[test]
    fn places() {
        assert_eq!(
            read("admin=env:PW")
                .unwrap()
                .of("admin")
                .unwrap()
                .secret
                .expose(),
            "value-1"
        );
        // One line break belongs to the file, the other to whoever made it.
        assert_eq!(
            read("admin=file:/f")
                .unwrap()
                .of("admin")
                .unwrap()
                .secret
                .expose(),
            "value-2\r\n"
        );
    }

    #[test]
    fn what_is_wrong_never_repeats_the_value() {
        for wrong in [
            "hunter2-canary",
            "admin=hunter2-canary",
            "admin=env:EMPTY",
            "admin=env:NONE",
            "admin=file:/none",
        ] {
            let said = read(wrong).unwrap_err().to_string();
            assert!(!said.contains("canary") && !said.contains('\n'), "{said}");
        }
    }
}
