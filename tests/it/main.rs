//! Tests of the whole: the real binary against the built-in simulator, recordings, the catalogue, and
//! the shape of the house.

mod any_bytes;
mod architecture;
mod chance;
mod cli;
mod compare;
mod content;
mod events;
mod fuzz_bodies;
mod hostile;
mod identity_sources;
mod live;
mod principals;
mod privacy;
mod probe;
mod recordings;
mod robust;
mod rules;
mod scenarios;
