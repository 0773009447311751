//! The `comity` binary as its users see it: what it prints and how it exits, how it serves, stops, reloads and recovers.
//! Not tests of the rooms: those stand beside their code.

mod check;
mod demo;
mod help;
mod house;
mod http;
mod rule;
mod run;
mod sdk;
mod serve;
mod served;
mod verify;
