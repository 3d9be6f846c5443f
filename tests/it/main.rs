//! Tests of the whole: the real binary against the built-in simulator, recordings, the catalogue, and
//! the shape of the house.

mod architecture;
mod beside;
mod cases;
mod cli;
mod compare;
mod content;
mod cost;
mod events;
mod identity_sources;
mod kubectl;
mod live;
mod pages;
mod pairs;
mod precedence;
mod principals;
mod privacy;
mod probe;
mod proofs;
mod recordings;
mod remedies;
mod rival;
mod rules;
mod scenarios;
mod shown;
mod told;
