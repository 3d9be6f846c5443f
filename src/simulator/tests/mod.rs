//! What the simulator answers, held against the public shapes.
