//! Writes the logs of a fleet's pods as `kubectl logs --prefix` would, to try `merge` at size:
//!
//!     cargo run --example fleet -- 10000 | acr-probe merge -

mod generate;

use std::error::Error;
use std::io::{BufWriter, stdout};

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1);
    let count = count.ok_or("how many nodes? cargo run --example fleet -- 10000")?;
    generate::write(count.parse()?, &mut BufWriter::new(stdout().lock()))?;
    Ok(())
}
