use super::*;

#[test]
fn subjects() {
    assert_eq!("pod/a-b.c".parse(), Ok(Subject::Pod("a-b.c".to_owned())));
    assert_eq!("node/aks-1".parse(), Ok(Subject::Node("aks-1".to_owned())));
    for bad in [
        "pod/",
        "pod/-o",
        "pod/a b",
        "deploy/x",
        "x",
        "pod/a/b",
        "pod/$(id)",
    ] {
        assert!(bad.parse::<Subject>().is_err(), "{bad}");
    }
}

#[test]
fn a_pod_gives_its_node_the_images_that_wait_and_its_secrets() {
    let pod = r#"{"kind": "Pod", "metadata": {"name": "p", "namespace": "n"},
        "spec": {"nodeName": "aks-1", "imagePullSecrets": [{"name": "s1"}, {"name": "s2"}],
            "initContainers": [{"name": "i", "image": "reg.azurecr.io/init:1"}],
            "containers": [{"name": "a", "image": "reg.azurecr.io/app:1"}, {"name": "b", "image": "reg.azurecr.io/side:1"}]},
        "status": {"containerStatuses": [
            {"name": "a", "state": {"waiting": {"reason": "ImagePullBackOff"}}},
            {"name": "b", "state": {"running": {}}}]}}"#;
    let read = Pod::read(pod.as_bytes()).unwrap();
    assert_eq!(read.node.as_deref(), Some("aks-1"));
    assert_eq!(read.images, ["reg.azurecr.io/app:1"]);
    assert_eq!(read.pull_secrets, ["s1", "s2"]);
    let running = pod.replace("ImagePullBackOff", "ContainerCreating");
    let all = Pod::read(running.as_bytes()).unwrap().images;
    assert_eq!(
        all,
        [
            "reg.azurecr.io/init:1",
            "reg.azurecr.io/app:1",
            "reg.azurecr.io/side:1"
        ]
    );
    assert!(Pod::read(b"{\"kind\": \"List\"}").is_err() && Pod::read(b"x").is_err());
}

#[test]
fn a_missing_right_is_named() {
    let said = "Warning: x\nError from server (Forbidden): pods \"p\" is forbidden: User \"u\" cannot create resource \
                \"pods/exec\" in API group \"\" in the namespace \"default\"\n";
    let told = refusal(said);
    assert!(
        told.ends_with("(the right to create pods/exec in namespace default is missing)"),
        "{told}"
    );
    let nodes = "nodes \"n\" is forbidden: User \"u\" cannot get resource \"nodes\" in API group \"\" at the cluster scope";
    assert!(refusal(nodes).ends_with("(the right to get nodes is missing)"));
    assert_eq!(refusal("error: no such host\nmore"), "error: no such host");
}

#[test]
fn the_debug_pod_is_named_by_kubectl() {
    let said =
        "Creating debugging pod node-debugger-aks-1-x7k2p with container debugger on node aks-1.\n";
    assert_eq!(
        created_pod(said).as_deref(),
        Some("node-debugger-aks-1-x7k2p")
    );
    assert_eq!(created_pod("pod/x created"), None);
    assert_eq!(created_pod("debugging pod a;rm with"), None);
}

#[test]
fn an_image_with_a_shell_is_found_by_its_tag() {
    let node = r#"{"status": {"images": [
        {"names": ["mcr.microsoft.com/oss/kubernetes/pause@sha256:1", "mcr.microsoft.com/oss/kubernetes/pause:3.6"]},
        {"names": ["mcr.microsoft.com/oss/kubernetes/kube-proxy@sha256:2", "mcr.microsoft.com/oss/kubernetes/kube-proxy:v1.30"]}]}}"#;
    let held = held_image(node.as_bytes());
    assert_eq!(
        held.as_deref(),
        Some("mcr.microsoft.com/oss/kubernetes/kube-proxy:v1.30")
    );
    assert_eq!(held_image(b"{}"), None);
}

#[test]
fn commands_are_quoted_for_a_shell_and_options_stand_before_the_dashes() {
    let commands = Commands {
        global: vec!["--context=my cluster".to_owned()],
        namespace: Some("default".to_owned()),
    };
    assert_eq!(
        commands.debug("aks-1", "reg/probe:1", false).shown(),
        "kubectl debug node/aks-1 '--image=reg/probe:1' -n default '--context=my cluster' -- /acr-probe idle 900"
    );
    assert_eq!(
        commands.copy("p").shown(),
        "kubectl exec -i p -n default '--context=my cluster' -- sh -c 'cat >/acr-probe && chmod +x /acr-probe'"
    );
}
