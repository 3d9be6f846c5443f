//! Ids that are the same in every run of one world: names of what was asked,
//! hashed. *Not* random, and so never a secret.

use ring::digest::{Context, SHA256, digest};

/// A lower-case GUID (version-4 shape) derived from `parts`.
pub fn guid(parts: &[&str]) -> String {
    let mut bytes = hashed(parts);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = hex(&bytes[..16]);
    format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..]
    )
}

/// 32 hexadecimal digits derived from `parts`: the shape of the claim `rid`.
pub fn hex32(parts: &[&str]) -> String {
    hex(&hashed(parts)[..16])
}

/// A number below `limit` derived from `parts`.
pub fn number(parts: &[&str], limit: u64) -> u64 {
    let bytes = hashed(parts);
    bytes[..8]
        .iter()
        .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte))
        % limit
}

/// `sha256:…` of `content`.
pub fn digest_of(content: &[u8]) -> String {
    format!("sha256:{}", hex(digest(&SHA256, content).as_ref()))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hashed(parts: &[&str]) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    context.finish().as_ref().to_vec()
}
