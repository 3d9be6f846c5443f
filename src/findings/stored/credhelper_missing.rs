//! A `docker-credential-…` program that is not there, or gives nothing.

use super::{left_by_program, renew};
use crate::findings::case::Case;
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};

/// A stored row whose program gave nothing usable.
pub static RULE: Rule = Rule {
    name: "credhelper-missing",
    family: Family::Stored,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the program that the docker config names is not there, or fails",
    page: include_str!("credhelper_missing.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    match left_by_program(case) {
        Some((fact, _)) => Answer::Confirmed(
            Because::new("the program that the docker config names gave no credential")
                .with_fact(Some(fact)),
        ),
        None => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let Some((_, exec)) = left_by_program(case) else {
        return Telling::error("the program that its docker config names gave no credential");
    };
    let program = &exec.program;
    let fault = exec.fault.as_deref().unwrap_or("it gave nothing");
    let was_run = exec.code.is_some() || !exec.arguments.is_empty();
    let run = if was_run {
        let after = exec.elapsed_ms / 1000.0;
        format!(
            "It was run as \"{program} get\" with the registry's name on its input, and was done after {after:.1} s."
        )
    } else {
        "Clients look for it in PATH, which in a service, a pipeline or a container is another than in a shell.".to_owned()
    };
    let said = if exec.stderr.is_empty() {
        String::new()
    } else {
        format!(" On standard error it said: \"{}\".", exec.stderr)
    };
    Telling::error(format!("{program}: {fault}"))
        .advise("make the program work for this user, or take its name out of the docker config")
        .explain(format!(
            "The docker config leaves this registry's credential to {program} (credHelpers or credsStore): {fault}. {run}{said}"
        ))
        .explain(
            "With a helper named, an entry in auths does not count. docker then stops or goes on without a credential, which \
             depends on the client. No request was made for this row.",
        )
        .remedy([renew::helper(case, program)])
}
