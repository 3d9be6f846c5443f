//! Keys of one test, made by openssl in its folder and gone with it.

use crate::processes::succeed;
use std::path::Path;
use std::process::Command;

/// What the token service signs with: a PKCS#8 key, and its certificates for `x5c`, leaf first.
pub const KEY: &str = "token.key.pem";
/// The certificates.
pub const CHAIN: &str = "token.chain.pem";
/// What the registry trusts: root and leaf.
pub const BUNDLE: &str = "token.bundle.pem";

/// Makes [`KEY`], [`CHAIN`] and [`BUNDLE`] in a folder.
pub fn make(folder: &Path) {
    let openssl = |arguments: &str| {
        let mut command = Command::new("openssl");
        command
            .args(arguments.split(' '))
            .current_dir(folder)
            .env("RANDFILE", folder.join("rnd"));
        succeed(&mut command, folder, "openssl");
    };
    openssl(
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=interop-root -keyout root.key.pem -out root.pem",
    );
    openssl(&format!(
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out {KEY}"
    ));
    openssl(&format!(
        "req -new -key {KEY} -subj /CN=interop-token -out token.csr"
    ));
    openssl(
        "x509 -req -in token.csr -CA root.pem -CAkey root.key.pem -CAcreateserial -days 2 -out leaf.pem",
    );
    let pem = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a certificate");
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).expect("a file");
    write(CHAIN, pem("leaf.pem"));
    write(BUNDLE, pem("root.pem") + &pem("leaf.pem"));
}
