//! What is in `deploy/` beside the schemas of those who read it: Kubernetes, GitHub and Azure Pipelines.

use crate::python::module;
use std::path::Path;

/// From the first that has `backoffLimitPerIndex` switched on to the newest that the package knows.
const VERSIONS: [&str; 3] = ["1.29", "1.33", "1.37"];
const MANIFESTS: [&str; 4] = ["fleet", "gate", "sample", "unprivileged"];

fn deploy(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    folder.join(name).to_str().expect("a path").to_owned()
}

#[test]
fn kubernetes_knows_every_member_of_the_manifests() {
    for manifest in MANIFESTS.map(|name| deploy(&format!("{name}.yaml"))) {
        for version in VERSIONS {
            let said = module(&["kubernetes_validate", "--strict", "-k", version, &manifest]);
            // A namespace and a job.
            assert_eq!(said.matches(" passed for resource ").count(), 2, "{said}");
        }
    }
}

#[test]
fn the_pipelines_are_what_their_schemas_say() {
    for (schema, file) in [
        ("vendor.github-workflows", "github-actions.yml"),
        ("vendor.azure-pipelines", "azure-pipelines.yml"),
    ] {
        // The schema of Azure Pipelines has patterns that only the older reading of ECMAScript takes.
        let said = module(&[
            "check_jsonschema",
            "--regex-variant",
            "nonunicode",
            "--builtin-schema",
            schema,
            &deploy(file),
        ]);
        assert!(said.contains("ok -- validation done"), "{said}");
    }
}
