//! Tests of the whole: the real binary against the built-in simulator, recordings, the catalogue, and
//! the shape of the house.

mod architecture;
mod beside;
mod cases;
mod cli;
mod compare;
mod content;
mod deploy;
mod events;
mod experiments;
mod fixtures;
mod formats;
mod identity_sources;
mod kubectl;
mod live;
mod merge;
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
mod scan;
mod scenarios;
mod shown;
mod ticket;
mod told;
mod wait;
