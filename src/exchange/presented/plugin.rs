//! The kubelet's credential provider plugins, asked as the kubelet asks them; every matching entry of what
//! they give, in the kubelet's order.

use super::{Presented, note_run, nothing_run, numbered, password, place};
use crate::evidence::{CredentialForm, CredentialShown, Exec, Observation, Place, Step};
use crate::exchange::{Credential, Walk, once};
use crate::principal::Plugins;
use crate::principal::credential_provider::{self, Auth, Provider, within_host};
use crate::process::{self, Ended, Input, Program};
use crate::transport::Stopped;
use std::collections::BTreeMap;
use std::path::Path;

/// What the kubelet's plugins give for this image: every matching entry in the kubelet's order.
pub(in crate::exchange) async fn of_plugins(
    walk: &Walk<'_>,
    index: usize,
    target: usize,
    plugins: &Plugins,
) -> Result<Vec<Presented>, Stopped> {
    let registry = walk.plan.targets[target].registry.clone();
    let cell = once(&walk.shared.presented, (index, registry.clone()));
    cell.get_or_init(|| async {
        let place = place(&walk.plan.principals[index], &registry);
        let image = &walk.plan.targets[target].image;
        let matched = credential_provider::provider_for(&plugins.config, image);
        if matched.is_empty() {
            note_absent(
                walk,
                &place,
                plugins,
                matched.reasons(),
                "no pattern of matchImages accepts this image",
            );
            return Err(Stopped);
        }
        let mut responses = Vec::new();
        for provider in matched.asked() {
            responses.extend(ask_plugin(walk, &place, plugins, provider, image).await);
        }
        let entries = credential_provider::lookup(&responses, image);
        if entries.is_empty() && !responses.is_empty() {
            note_absent(
                walk,
                &place,
                plugins,
                vec![],
                "the plugin answered without an entry for this image",
            );
        }
        numbered(
            entries
                .into_iter()
                .filter_map(|entry| entry_of(walk, &place, plugins, entry))
                .collect(),
        )
    })
    .await
    .clone()
}

fn from_config(plugins: &Plugins) -> String {
    plugins.config.path.display().to_string()
}

/// The kubelet goes on without a credential: why, and the reason for each pattern where there is one.
fn note_absent(
    walk: &Walk<'_>,
    place: &Place,
    plugins: &Plugins,
    near: Vec<String>,
    because: &str,
) {
    let shown = CredentialShown {
        from: from_config(plugins),
        key: None,
        form: CredentialForm::Absent,
        user_name: None,
        near,
        because: Some(because.to_owned()),
    };
    walk.recorder
        .note(place, Step::IdentityToken, Observation::Credential(shown));
}

async fn ask_plugin(
    walk: &Walk<'_>,
    place: &Place,
    plugins: &Plugins,
    provider: &Provider,
    image: &str,
) -> Option<credential_provider::Response> {
    let failed = |why: String| {
        let exec = Exec {
            program: provider.name.clone(),
            arguments: provider.args.clone(),
            fault: Some(why),
            ..nothing_run()
        };
        walk.recorder
            .note(place, Step::IdentityToken, Observation::Exec(exec));
    };
    if provider.token_attributes.is_some() && plugins.service_account_token.is_none() {
        failed("it asks for a service account token, and none was given (--service-account-token FILE)".into());
        return None;
    }
    let path = match plugins.binary(provider) {
        Ok(path) => path,
        Err(places) => {
            let places: Vec<String> = places
                .iter()
                .map(|place| place.display().to_string())
                .collect();
            failed(format!("its program is at none of {}", places.join(", ")));
            return None;
        }
    };
    let request = credential_provider::request(
        credential_provider::match_images::asked_for(image),
        &provider.api_version,
        plugins.service_account_token.as_ref(),
        &BTreeMap::new(),
    );
    let program = Program {
        path: path.clone(),
        args: provider.args.iter().map(Into::into).collect(),
        stdin: Input::Secret(request),
        environment: provider.env.clone(),
        limit: walk.recorder.timeout(),
    };
    let ended = run_where_it_lives(&path, program).await;
    let response = credential_provider::response(&ended.stdout, &provider.api_version);
    let fault = ended
        .fault()
        .or_else(|| response.as_ref().err().map(ToString::to_string));
    let failed = fault.is_some();
    if let Ok(response) = &response {
        response
            .auth
            .iter()
            .for_each(|entry| walk.recorder.learn(&entry.password));
    }
    let arguments: Vec<&str> = provider.args.iter().map(String::as_str).collect();
    note_run(
        walk,
        place,
        &path.display().to_string(),
        &arguments,
        &ended,
        fault,
    );
    response.ok().filter(|_| !failed)
}

/// A plugin found under `/host` is run there: its certificates and files are the host's.
async fn run_where_it_lives(path: &Path, program: Program) -> Ended {
    match within_host(path) {
        Some((root, below)) => {
            process::run_below(
                root,
                Program {
                    path: below,
                    ..program
                },
            )
            .await
        }
        None => process::run(program).await,
    }
}

/// One entry as the kubelet presents it. The empty one makes a pull without a credential.
fn entry_of(walk: &Walk<'_>, place: &Place, plugins: &Plugins, entry: &Auth) -> Option<Credential> {
    let shown = CredentialShown {
        from: from_config(plugins),
        key: Some(entry.pattern.clone()),
        form: CredentialForm::Password,
        user_name: None,
        near: vec![],
        because: None,
    };
    if entry.is_anonymous() {
        let shown = CredentialShown {
            form: CredentialForm::Anonymous,
            ..shown
        };
        walk.recorder
            .note(place, Step::IdentityToken, Observation::Credential(shown));
        return Some(Credential::None);
    }
    password(
        walk,
        place,
        shown,
        entry.username.clone(),
        entry.password.clone(),
    )
}
