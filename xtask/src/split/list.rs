//! What the opening scene does not run, as it is kept: functions, and stretches of functions that it enters.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasm_encoder::Encode as _;
use wasm_encoder::reencode::{Reencode as _, RoundtripReencoder};
use wasmparser::Operator;

use super::flow::{At, Flow, Run};
use super::module::{Module, failed};
use super::outline::can_be_taken_out;
use workshop::Error;

/// Where it is.
pub(crate) const LATER_LIST: &str = "xtask/src/split/later.txt";

/// What is shorter gains little and costs much: arguments are put on the stack, the call goes through a place in the table,
/// a stand-in has that place, and the same instructions compress worse in two files. At 160 the first file is 23 KB gzipped
/// lighter, and both together 13 KB heavier.
const STRETCH_BYTES_MIN: usize = 500;

/// A stretch of a function: how many instructions, and the hash of what they are.
type Known = (usize, u32);

#[derive(Default, PartialEq, Eq, Debug)]
pub(super) struct List {
    /// The hashes of the functions that did not run, without those of [`Self::stretches`].
    functions: BTreeSet<u32>,
    /// By the hash of a function's name.
    stretches: BTreeMap<u32, BTreeSet<Known>>,
}

/// The hash of a function's name: FNV-1a, folded to 32 bits.
pub(super) fn hash_of(name: &str) -> u32 {
    folded(without_disambiguators(name).bytes())
}

fn folded(bytes: impl Iterator<Item = u8>) -> u32 {
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    (hash ^ (hash >> 32)) as u32
}

/// A name without the hashes by which compilers tell equally named crates apart: `core[1f2e3d]::ptr` is `core::ptr`.
fn without_disambiguators(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        text.push_str(before);
        let close = from.find(']').unwrap_or(0);
        let is_hash = close > 6 && from[1..close].bytes().all(|byte| byte.is_ascii_hexdigit());
        let kept = if is_hash { 0 } else { 1 };
        text.push_str(&from[..kept]);
        rest = if is_hash { &from[close + 1..] } else { &from[1..] };
    }
    text + rest
}

/// The kinds of some instructions, one byte each, without what they are about: addresses, locals and numbers of functions
/// are others in each build.
fn kinds_of(operators: &[Operator<'_>]) -> Result<Vec<u8>, Error> {
    let mut kinds = Vec::with_capacity(operators.len());
    for operator in operators {
        let bytes = bytes_of(operator)?;
        // The first byte of some only says that the second one counts.
        kinds.push(if bytes[0] >= 0xfc { bytes[1] } else { bytes[0] });
    }
    Ok(kinds)
}

fn bytes_of(operator: &Operator<'_>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    RoundtripReencoder.instruction(operator.clone()).map_err(failed)?.encode(&mut bytes);
    Ok(bytes)
}

impl List {
    pub(super) fn read(text: &str) -> Result<Self, Error> {
        let mut list = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let parsed = Self::read_line(line).ok_or_else(|| Error::failed(format!("{LATER_LIST}: `{line}`")))?;
            match parsed {
                (function, Some(known)) => drop(list.stretches.entry(function).or_default().insert(known)),
                (function, None) => drop(list.functions.insert(function)),
            }
        }
        Ok(list)
    }

    fn read_line(line: &str) -> Option<(u32, Option<Known>)> {
        let mut words = line.split(' ');
        let mut hash = || u32::from_str_radix(words.next()?, 16).ok();
        let function = hash()?;
        let Some(kinds) = hash() else { return (!line.contains(' ')).then_some((function, None)) };
        let length = words.next()?.parse().ok()?;
        words.next().is_none().then_some((function, Some((length, kinds))))
    }

    fn write(&self) -> String {
        let functions = self.functions.iter().map(|function| format!("{function:08x}\n"));
        let stretches = self.stretches.iter().flat_map(|(function, known)| {
            known.iter().map(move |(length, kinds)| format!("{function:08x} {kinds:08x} {length}\n"))
        });
        format!(
            "# Functions that the opening scene does not run, by the hash of their names, and stretches of functions that it\n\
             # does run, by the hash of their instructions and their number: `cargo xtask profile`.\n{}{}",
            functions.collect::<String>(),
            stretches.collect::<String>()
        )
    }

    pub(super) fn has_function(&self, name: &str) -> bool {
        self.functions.contains(&hash_of(name))
    }

    pub(super) fn has_stretches_of(&self, name: &str) -> bool {
        self.stretches.contains_key(&hash_of(name))
    }

    /// The stretches of a function that the list has, in order.
    pub(super) fn stretches_of(&self, name: &str, flow: &Flow<'_>) -> Result<Vec<Range<At>>, Error> {
        let mut found = Vec::new();
        if let Some(known) = self.stretches.get(&hash_of(name)) {
            find(&flow.runs, known, &kinds_of(&flow.operators)?, flow, &mut found);
        }
        Ok(found)
    }
}

/// Whether some instructions are one of the known stretches.
fn is_one_of(known: &BTreeSet<Known>, kinds: &[u8], at: &Range<At>) -> bool {
    let mut of_length = known.range((at.len(), 0)..=(at.len(), u32::MAX)).peekable();
    of_length.peek().is_some() && known.contains(&known_as(kinds, at))
}

fn known_as(kinds: &[u8], at: &Range<At>) -> Known {
    (at.len(), folded(kinds[at.clone()].iter().copied()))
}

/// Finds known stretches among the runs of a block, and of those nested in it.
fn find(runs: &[Run], known: &BTreeSet<Known>, kinds: &[u8], flow: &Flow<'_>, found: &mut Vec<Range<At>>) {
    let mut behind = 0;
    for (nth, run) in runs.iter().enumerate().filter(|(_, run)| !run.at.is_empty()) {
        if run.at.start < behind {
            continue;
        }
        let neutral = runs[nth..].iter().take_while(|run| run.is_neutral);
        let stretches = neutral
            .map(|last| run.at.start..last.at.end)
            .filter(|at| is_one_of(known, kinds, at) && can_be_taken_out(flow, at));
        if let Some(stretch) = stretches.last() {
            behind = stretch.end;
            found.push(stretch);
        } else {
            run.inner.iter().for_each(|inner| find(inner, known, kinds, flow, found));
        }
    }
}

/// The list's text, from a module and the numbers of the basic blocks that ran in it, counted through all functions.
pub(super) fn list_of(module: &Module<'_>, ran: &BTreeSet<u32>) -> Result<String, Error> {
    let mut by_name: BTreeMap<u32, Vec<Watched<'_>>> = BTreeMap::new();
    let mut first_block = 0;
    for index in module.imports_len()..module.functions_len() {
        let flow = Flow::of(module, index)?;
        let blocks = flow.block.last().map_or(0, |last| last + 1);
        let watched = Watched { flow, first_block };
        first_block += blocks;
        // A function without a name stays in the first file.
        if let Some(name) = module.names.of(index) {
            by_name.entry(hash_of(name)).or_default().push(watched);
        }
    }
    let mut list = List::default();
    for (name, same) in by_name {
        // Where one of several with the same name ran, all count as such.
        if !same.iter().any(|watched| watched.did_run(0, ran)) {
            list.functions.insert(name);
            continue;
        }
        let mut known = BTreeSet::new();
        let mut runs_too = BTreeSet::new();
        for watched in &same {
            let kinds = kinds_of(&watched.flow.operators)?;
            watched.collect(&watched.flow.runs, ran, &kinds, &mut known)?;
        }
        for watched in &same {
            // What looks the same must not have run either.
            let kinds = kinds_of(&watched.flow.operators)?;
            watched.collect_run(&watched.flow.runs, ran, &kinds, &known, &mut runs_too);
        }
        known.retain(|one| !runs_too.contains(one));
        if !known.is_empty() {
            list.stretches.insert(name, known);
        }
    }
    Ok(list.write())
}

/// A function that was watched.
struct Watched<'a> {
    flow: Flow<'a>,
    first_block: u32,
}

impl Watched<'_> {
    fn did_run(&self, at: At, ran: &BTreeSet<u32>) -> bool {
        ran.contains(&(self.first_block + self.flow.block[at]))
    }

    /// The stretches that did not run and are worth it.
    fn collect(
        &self,
        runs: &[Run],
        ran: &BTreeSet<u32>,
        kinds: &[u8],
        known: &mut BTreeSet<Known>,
    ) -> Result<(), Error> {
        let can_go =
            |run: &Run| !self.did_run(run.at.start, ran) && run.is_neutral && can_be_taken_out(&self.flow, &run.at);
        for group in runs.chunk_by(|one, next| can_go(one) && can_go(next)) {
            let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
            let at = first.at.start..last.at.end;
            if can_go(first) && can_be_taken_out(&self.flow, &at) {
                let mut bytes = 0;
                for operator in &self.flow.operators[at.clone()] {
                    bytes += bytes_of(operator)?.len();
                }
                if bytes >= STRETCH_BYTES_MIN {
                    known.insert(known_as(kinds, &at));
                }
                continue;
            }
            for inner in group.iter().flat_map(|run| &run.inner) {
                self.collect(inner, ran, kinds, known)?;
            }
        }
        Ok(())
    }

    /// Of known stretches those that ran somewhere.
    fn collect_run(
        &self,
        runs: &[Run],
        ran: &BTreeSet<u32>,
        kinds: &[u8],
        known: &BTreeSet<Known>,
        found: &mut BTreeSet<Known>,
    ) {
        for (nth, run) in runs.iter().enumerate() {
            if self.did_run(run.at.start, ran) {
                let stretches = runs[nth..].iter().map(|last| run.at.start..last.at.end);
                let known = stretches.filter(|at| is_one_of(known, kinds, at));
                found.extend(known.map(|at| known_as(kinds, &at)));
            }
            run.inner.iter().for_each(|inner| self.collect_run(inner, ran, kinds, known, found));
        }
    }
}
