//! Estate times law: a system's flows, its lawful endpoints, and why not the others.
