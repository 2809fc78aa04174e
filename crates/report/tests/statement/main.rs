//! The statement pack: what it says, what other programs read in it, and what an attacker cannot work out of it.

mod attack;
mod made_up;
mod pack;
mod readers;
