//! The store is not what clients read, or its entry is not.

use super::{file, goes_on_anonymously, is_pull_secret, left_by, renew};
use crate::evidence::{CredentialForm, CredentialShown, FileFault, FileRead, Observation};
use crate::findings::case::Case;
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};

/// A stored row that stopped before any request, for what is in its file.
pub static RULE: Rule = Rule {
    name: "docker-config-malformed",
    family: Family::Stored,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the docker config or pull secret is not what clients read",
    page: include_str!("docker_config_malformed.md"),
    examine,
    tell,
    notice: None,
};

/// What is wrong.
enum Fault<'a> {
    /// The file as a whole.
    File(&'a FileRead, &'a FileFault),
    /// The entry that counts.
    Entry(&'a CredentialShown),
}

fn examine(case: &Case<'_>) -> Answer {
    let because = match fault(case) {
        None => return Answer::Silent,
        Some(Fault::File(..)) => "the file cannot be used",
        Some(Fault::Entry(_)) => "the entry for this registry cannot be used",
    };
    Answer::Confirmed(Because::new(because).with_fact(case.this.outcome.fact))
}

fn fault<'a>(case: &Case<'a>) -> Option<Fault<'a>> {
    match left_by(case)?.1 {
        Observation::File(file) => Some(Fault::File(file, file.fault.as_ref()?)),
        Observation::Credential(shown) if is_unusable(shown) => Some(Fault::Entry(shown)),
        _ => None,
    }
}

/// A user name was read where only stray bytes are wrong: another rule speaks of those.
fn is_unusable(shown: &CredentialShown) -> bool {
    match shown.form {
        CredentialForm::Malformed => shown.user_name.is_none(),
        CredentialForm::Empty | CredentialForm::RegistryToken | CredentialForm::Unsupported => true,
        CredentialForm::Password
        | CredentialForm::IdentityToken
        | CredentialForm::Anonymous
        | CredentialForm::Absent => false,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    match fault(case) {
        Some(Fault::File(file, FileFault::Missing(said) | FileFault::Unreadable(said))) => {
            not_seen(case, file, said)
        }
        Some(Fault::File(file, FileFault::Malformed(said) | FileFault::Field(said))) => {
            unreadable(case, file, said)
        }
        Some(Fault::Entry(shown)) => entry(case, shown),
        None => Telling::error("its stored credential cannot be used"),
    }
}

/// What the probe cannot see says nothing of what the client sees.
fn not_seen(case: &Case<'_>, file: &FileRead, said: &str) -> Telling {
    Telling::warning(format!(
        "{} was not tried: {}: {said}",
        case.principal(),
        file.path
    ))
    .advise("name the file that the client reads, and run the probe as a user who may read it")
    .explain(
        "docker reads config.json in $DOCKER_CONFIG, else in ~/.docker of the user who runs it; sudo changes that user. A Secret \
         is read as kubectl get secret NAME -o yaml prints it.",
    )
    .remedy([renew::renew(case)])
}

fn unreadable(case: &Case<'_>, file: &FileRead, said: &str) -> Telling {
    let shown = file.shown.get("type").and_then(|kind| kind.as_str());
    let kind = shown
        .map(|kind| format!(" The Secret's type is {kind}."))
        .unwrap_or_default();
    Telling::error(format!("{} cannot be used: {said}", file.path))
        .advise("write it again; nothing in it is usable as it stands")
        .explain(format!(
            "What is wrong with {}: {said}.{kind} {}",
            file.path,
            goes_on_anonymously(case)
        ))
        .remedy([renew::renew(case)])
}

fn entry(case: &Case<'_>, shown: &CredentialShown) -> Telling {
    let key = shown.key.as_deref().unwrap_or("(no key)");
    let place = file(case).map_or(shown.from.as_str(), |file| file.path.as_str());
    let because = shown.because.as_deref();
    let (what, why) = match shown.form {
        CredentialForm::Empty => (
            "is empty",
            because.unwrap_or("it has none of the members that a client reads"),
        ),
        CredentialForm::RegistryToken => (
            "holds a registrytoken alone",
            "container runtimes do not read that member",
        ),
        _ => ("cannot be read", because.unwrap_or("it is malformed")),
    };
    let telling = Telling::error(format!("the entry \"{key}\" in {place} {what}: {why}"))
        .advise("store the credential again under the same key")
        .explain(format!(
            "{place} has an entry \"{key}\" for this registry. It {what}: {why}. {}",
            goes_on_anonymously(case)
        ));
    let telling = match (shown.form, is_pull_secret(case)) {
        (CredentialForm::Empty, true) => telling.explain(
            "The kubelet reads auth, or username and password, of an entry; an identitytoken, which docker would present, it \
             passes over.",
        ),
        (CredentialForm::Empty, false) => telling.explain(
            "docker leaves {} behind where a store or a helper kept the secret; without that program here the entry says nothing.",
        ),
        _ => telling,
    };
    telling.remedy([renew::renew(case)])
}
