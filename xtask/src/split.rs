//! Takes the page's wasm apart. The first file has the code and the data of the opening scene, the second everything else;
//! the page starts with the first and fetches the second when it is up. A call that comes earlier fetches it on the spot.
//! What the first file would have of 中文 is a third file, fetched where somebody reads it.
//!
//! Every function is there under its old name. Where a function of the first file calls one of the second it goes through
//! the table, and as long as the second file is absent the table has a stand-in there: it loads the file, which puts the
//! real functions into the table, and calls again. Memory, table and globals are one and the same for all.
//!
//! What the opening scene runs was observed (`cargo xtask profile`) and is kept as `split/later.txt`: the functions that did
//! *not* run, each as a hash of its name, and the stretches that did not run of functions that did, each as a hash of its
//! instructions. A stretch becomes a function of its own (`split/outline.rs`) and then goes where functions go. What is new
//! or has changed stays in the first file: a list that is out of date costs bytes, never a wait.
//!
//! Data goes where it is referred to, as the linker's relocations say (`split/references.rs`): what no function of the first
//! file can reach arrives with the second, and what no function at all can reach is left out: above all the places in the
//! source that panics name (`split/panics.rs`).

mod assemble;
mod code;
mod data;
mod flow;
mod list;
mod module;
mod names;
mod observe;
mod order;
mod outline;
mod panics;
mod plan;
mod references;
mod site;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub(crate) use list::LATER_LIST;
use list::List;
use module::Module;
use plan::Plan;
use references::References;
pub(crate) use site::{CHINESE_ENDING, REST_ENDING, observed, split_site};
use workshop::Error;

/// Where the stand-ins find the function that loads the second file.
const LOADER_MODULE: &str = "split";
const LOADER_NAME: &str = "load";
/// Where an observed module tells which function it enters.
const WITNESS_NAME: &str = "mark";
/// Where the other files find what the first one has.
const FIRST_MODULE: &str = "first";

/// The files.
struct Parts {
    first: Vec<u8>,
    rest: Vec<u8>,
    /// Data only.
    chinese: Vec<u8>,
}

/// Takes a module apart. It must be one whose functions have names, with what the linker said of it.
fn split(wasm: &[u8], list: &List, references: &References) -> Result<Parts, Error> {
    let wasm = outline::outlined(&panics::without_places(wasm)?, list)?;
    let module = Module::parse(&wasm)?;
    let plan = Plan::make(&module, list, references)?;
    Ok(Parts { first: plan.first()?, rest: plan.rest()?, chinese: plan.chinese() })
}

/// The list's text, from a module and the numbers of its basic blocks that ran.
pub(crate) fn list_of(wasm: &[u8], ran: &BTreeSet<u32>) -> Result<String, Error> {
    list::list_of(&Module::parse(wasm)?, ran)
}
