//! The reference names no registry, so a container client would look for it elsewhere.

use crate::findings::case::Case;
use crate::findings::remedy::quote::shell_word;
use crate::findings::remedy::{Remedy, RemedyKind};
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};

/// A reference without a host.
pub static RULE: Rule = Rule {
    name: "reference-parse",
    family: Family::Node,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the image reference names no registry, so it means Docker Hub",
    page: include_str!("reference_parse.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    if case.this.cell.target.registry.is_empty() {
        return Answer::Confirmed(Because::new(
            "the reference has no host before its first slash",
        ));
    }
    Answer::Silent
}

fn tell(case: &Case<'_>) -> Telling {
    let image = &case.this.cell.target.image;
    let text = format!(
        "acr-probe run \"${{REGISTRY:?}}\"/{}   # REGISTRY: az acr list --query '[].loginServer' -o tsv\n",
        shell_word(image)
    );
    Telling::error(format!("\"{image}\" names no registry: a container client asks Docker Hub for it"))
        .advise("put the login server in front of it, in the manifest too")
        .explain(
            "The part before the first slash is a host only if it holds a dot or a colon, or is localhost. Without one, \
             containerd and docker ask docker.io, for library/NAME where there is no slash at all. No request was sent.",
        )
        .remedy([Remedy {
            kind: RemedyKind::Check,
            who: "whoever wrote the manifest or the command".to_owned(),
            takes_effect: "at once".to_owned(),
            text,
        }])
}
