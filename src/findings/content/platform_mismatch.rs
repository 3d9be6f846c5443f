//! The image is there and may be pulled, and not for this operating system and processor.

use super::stop::Stop;
use crate::evidence::Platform;
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};
use crate::findings::words::listed;

/// An index without the platform.
pub static RULE: Rule = Rule {
    name: "platform-mismatch",
    family: Family::Content,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "there is no image for this operating system and processor",
    page: include_str!("platform_mismatch.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    match super::of(case) {
        Some(Stop::NoPlatform {
            index,
            wanted,
            there,
        }) => Answer::Confirmed(
            Because::new(format!(
                "the index has {} and not {wanted}",
                in_words(&there)
            ))
            .citing(Some(index)),
        ),
        _ => Answer::Silent,
    }
}

fn in_words(platforms: &[Platform]) -> String {
    let words: Vec<String> = platforms.iter().map(Platform::to_string).collect();
    listed(&words)
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let Some(Stop::NoPlatform { wanted, there, .. }) = super::of(case) else {
        return Telling::error("there is no image for this platform");
    };
    let wanted = wanted.to_string();
    Telling::error(format!(
        "its image is for {}, not for {wanted}",
        in_words(&there)
    ))
    .advise(format!(
        "build the image for {wanted} too, or keep the pods on nodes that fit"
    ))
    .explain(format!(
        "The reference leads to an index of {} images: {}. None is for {wanted}. The right to pull is there: this is no question \
         of identity or role.",
        there.len(),
        in_words(&there)
    ))
    .explain(
        "A pod's event then says \"no match for platform in manifest\", often followed by an anonymous 401, which is noise: the \
         kubelet tries once more without a credential. Another platform than this machine's is asked about with --platform.",
    )
    .remedy([
        remedy::show_platforms(&observed.view()),
        remedy::build_for(&observed.view(), &wanted),
    ])
}
