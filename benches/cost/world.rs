//! The worlds that are measured: simulators, each behind its proxy, and the arguments that lead there.

use crate::proxy;
use acr_probe::simulator::{self, Listen, Reach, Scenario, Served};
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

const IDENTITY: &str = "c7a9e4b2-6d1f-4e83-b5a0-2f9d8c7b6a51";
pub const PASSWORD: &str = "Sim-Password-guestbook-canary-9f3a";

/// Simulators at work.
pub struct World {
    pub served: Vec<Served>,
    /// What leads `run` to them: addresses, certificates, the node's file, three principals.
    pub arguments: Vec<String>,
    /// Where each name is reached, for other clients.
    pub doors: Vec<(String, SocketAddr)>,
    pub imds: String,
    /// Where the first registry is at port 443, for clients that go where a hosts file leads; that needs root.
    pub named: Result<SocketAddr, String>,
}

/// Where registries are and what they hold.
pub fn registry(number: usize) -> String {
    format!("acrwizdev{number}.azurecr.io")
}

/// So many images over so many registries, in turn.
pub fn images(count: usize, registries: usize) -> Vec<String> {
    let name = |image| format!("{}/app{}:v{image}", registry(image % registries), image % 7);
    (0..count).map(name).collect()
}

fn scenario(number: usize, images: &[String]) -> Result<Scenario, String> {
    let host = registry(number);
    let own: Vec<&String> = images.iter().filter(|one| one.starts_with(&host)).collect();
    let mut text = format!(
        "title = \"measured\"\n[probe]\narguments = [\"{host}\"]\nkubelet_identity = \"{IDENTITY}\"\n\
         [registry]\nhost = \"{host}\"\nblob_host = \"store{number}.blob.core.windows.net\"\n\
         admin = {{ enabled = true, passwords = [\"{PASSWORD}\"] }}\n\
         [[identity]]\nclient_id = \"{IDENTITY}\"\nobject_id = \"3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55\"\n\
         [[role]]\nobject = \"3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55\"\nrole = \"AcrPull\"\n"
    );
    for kind in 0..7 {
        let repository = format!("{host}/app{kind}:");
        let tags = own.iter().filter_map(|one| one.strip_prefix(&repository));
        let tags: Vec<String> = tags
            .map(|tag| format!("{tag} = [\"linux/amd64\", \"linux/arm64\"]"))
            .collect();
        let _ = writeln!(
            text,
            "[registry.repositories.app{kind}]\ntags = {{ {} }}",
            tags.join(", ")
        );
    }
    Scenario::parse("measured", &text, None).map_err(|error| error.to_string())
}

/// Serves the registries of these images; a round trip to any of them costs `trip`.
pub async fn serve(
    images: &[String],
    registries: usize,
    trip: Duration,
    folder: &Path,
) -> Result<World, String> {
    let words = |error: std::io::Error| error.to_string();
    let mut world = World {
        served: vec![],
        arguments: vec![],
        doors: vec![],
        imds: String::new(),
        named: Err("it is not served".to_owned()),
    };
    let mut authorities = String::new();
    for number in 0..registries {
        let scenario = scenario(number, images)?;
        let served = simulator::serve(scenario, Listen::default())
            .await
            .map_err(words)?;
        authorities.push_str(&served.authority_pem);
        for name in &served.names {
            let Reach::At(socket) = name.reach else {
                continue;
            };
            let door = proxy::before(socket, trip, None).await.map_err(words)?;
            world.doors.push((name.host.clone(), door));
            if registries == 1 && name.host == registry(0) && !trip.is_zero() {
                let at = SocketAddr::from(([127, 0, 13, 37], 443));
                let named = proxy::before(socket, trip, Some(at)).await;
                world.named = named.map_err(|error| format!("port 443: {error}"));
            }
        }
        if number == 0 {
            let imds = served.imds.trim_start_matches("http://");
            let imds = imds.parse().map_err(|_| "no address of IMDS".to_owned())?;
            let door = proxy::before(imds, trip, None).await.map_err(words)?;
            world.imds = format!("http://{door}");
        }
        world.served.push(served);
    }
    let azure_json = format!(
        "{{\"cloud\":\"AzurePublicCloud\",\"tenantId\":\"a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d\",\
         \"useManagedIdentityExtension\":true,\"userAssignedIdentityID\":\"{IDENTITY}\"}}"
    );
    std::fs::write(folder.join("azure.json"), azure_json).map_err(words)?;
    std::fs::write(folder.join("ca.pem"), authorities).map_err(words)?;
    std::fs::write(folder.join("images"), images.join("\n")).map_err(words)?;
    let path = |name: &str| folder.join(name).display().to_string();
    let mut arguments = vec!["--azure-json".to_owned(), path("azure.json")];
    arguments.extend(["--ca-cert".to_owned(), path("ca.pem")]);
    arguments.extend(["--imds-endpoint".to_owned(), world.imds.clone()]);
    arguments.extend(["--secret".to_owned(), "admin=env:PASSWORD".to_owned()]);
    for principal in ["anonymous", "admin", "kubelet"] {
        arguments.extend(["--principal".to_owned(), principal.to_owned()]);
    }
    for (host, door) in &world.doors {
        arguments.push("--connect-to".to_owned());
        arguments.push(format!("{host}:443:{}:{}", door.ip(), door.port()));
    }
    world.arguments = arguments;
    Ok(world)
}
