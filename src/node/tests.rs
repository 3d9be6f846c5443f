use super::*;
use crate::files::StatedFile;

fn pod(files: &[(&str, &str)]) -> Surroundings {
    let stated =
        |(path, text): &(&str, &str)| (path.to_string(), StatedFile::Text(text.to_string()));
    Surroundings::Stated {
        variables: Default::default(),
        files: files.iter().map(stated).collect(),
    }
}

const DROP_IN: &str = "/host/etc/systemd/system/containerd.service.d/http-proxy.conf";

fn notes(files: &[(&str, &str)], ours: &[(&str, &str)]) -> Vec<String> {
    let ours = Proxies::from_variables(|wanted| {
        let found = ours.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.to_string())
    });
    Node::read(&pod(files)).notes(Some("reg.azurecr.io".to_owned()), &ours)
}

#[test]
fn a_machine_with_nothing_of_a_node_has_nothing_to_tell() {
    let node = Node::read(&pod(&[("/etc/resolv.conf", "nameserver 10.0.0.10")]));
    assert!(node.files.is_empty() && node.servers.is_none() && node.authorities.is_none());
    assert!(notes(&[], &[]).is_empty());
}

#[test]
fn a_debug_pod_asks_the_nodes_name_servers_and_trusts_what_the_node_trusts() {
    let files = [
        (
            "/etc/resolv.conf",
            "nameserver 10.0.0.10\nsearch svc.cluster.local",
        ),
        ("/host/etc/resolv.conf", "nameserver 168.63.129.16"),
        (
            "/host/etc/ssl/certs/ca-certificates.crt",
            "-----BEGIN CERTIFICATE-----\n",
        ),
    ];
    let node = Node::read(&pod(&files));
    let servers = node.servers.as_ref().map(|node| node.servers.clone());
    assert_eq!(servers, Some(NameServers::read("nameserver 168.63.129.16")));
    assert!(node.authorities.is_some());
    let paths: Vec<&str> = node.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/host/etc/resolv.conf",
            "/host/etc/ssl/certs/ca-certificates.crt"
        ]
    );
    assert_eq!(
        notes(&files, &[]),
        [
            "a debug pod: the node's files are under /host; its name servers are asked (168.63.129.16), its trust store counts \
          beside ours"
        ]
    );
    let same = Node::read(&pod(&[
        ("/etc/resolv.conf", "nameserver 168.63.129.16"),
        ("/host/etc/resolv.conf", "nameserver 168.63.129.16"),
    ]));
    assert!(same.servers.is_none() && same.files.len() == 1);
}

#[test]
fn the_proxy_of_the_runtime_is_compared_with_ours() {
    let set = "[Service]\nEnvironment=\"HTTPS_PROXY=http://u:p-canary@proxy.corp:3128\" 'no_proxy=.local,10.0.0.0/8'\n";
    let files = [(DROP_IN, set)];
    let told = notes(&files, &[]);
    assert_eq!(
        told[1],
        format!(
            "containerd goes to the registry through the proxy http://proxy.corp:3128 ({DROP_IN}), this run without a proxy: set \
             HTTPS_PROXY and NO_PROXY alike to ask as it does"
        )
    );
    let node = Node::read(&pod(&files));
    let shown = serde_json::to_string(&node.files).unwrap();
    assert!(
        shown.contains("http://(redacted)@proxy.corp:3128") && !shown.contains("canary"),
        "{shown}"
    );
    assert_eq!(
        notes(&files, &[("HTTPS_PROXY", "http://proxy.corp:3128")]).len(),
        1
    );
}

#[test]
fn the_managers_default_holds_until_a_drop_in_says_otherwise() {
    let default = (
        "/host/etc/systemd/system.conf.d/proxy.conf",
        "[Manager]\nDefaultEnvironment=\"HTTPS_PROXY=http://proxy.corp:3128\"",
    );
    let told = notes(&[default], &[]);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[2].starts_with("kubelet goes to the registry through the proxy"));
    let excepted = (DROP_IN, "[Service]\nEnvironment=NO_PROXY=.azurecr.io");
    let told = notes(&[default, excepted], &[]);
    assert!(
        told.len() == 2 && told[1].starts_with("kubelet "),
        "{told:?}"
    );
}
