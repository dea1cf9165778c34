//! What goes into which file.

use std::collections::BTreeSet;

use wasm_encoder::ExportKind;

use super::data::Shares;
use super::list::List;
use super::module::{self, Module};
use super::outline::NAME_OF_STRETCHES;
use super::references::References;
use workshop::Error;

/// What becomes of each function.
pub(super) struct Plan<'a> {
    pub(super) module: &'a Module<'a>,
    /// By function index: belongs to the second file.
    pub(super) is_later: Vec<bool>,
    /// By function index: its place in the table, where it has or gets one that the first file uses.
    pub(super) slot: Vec<Option<u32>>,
    /// The table's size after the slots that were added.
    pub(super) slots: u32,
    /// The functions of the first file that the second one calls, by type.
    pub(super) lent: Vec<u32>,
    pub(super) data: Shares<'a>,
}

impl<'a> Plan<'a> {
    pub(super) fn make(module: &'a Module<'a>, list: &List, references: &References) -> Result<Self, Error> {
        let functions = module.functions_len() as usize;
        let mut is_later = vec![false; functions];
        for index in module.imports_len()..module.functions_len() {
            let is_of_list = |name: &str| name == NAME_OF_STRETCHES || list.has_function(name);
            is_later[index as usize] = module.names.of(index).is_some_and(is_of_list);
        }
        // JavaScript calls these in the first file.
        for export in module.exports.iter().filter(|export| export.kind == ExportKind::Func) {
            is_later[export.index as usize] = false;
        }
        let mut slot = vec![None; functions];
        for segment in &module.elements {
            for (nth, function) in segment.functions.iter().enumerate() {
                slot[*function as usize].get_or_insert(segment.offset + nth as u32);
            }
        }
        let mut slots = module.table_len;
        let mut lent = BTreeSet::new();
        let (mut named, mut named_later) = (BTreeSet::new(), BTreeSet::new());
        for (nth, body) in module.bodies.iter().enumerate() {
            let caller = module.imports_len() + nth as u32;
            let caller_is_later = is_later[caller as usize];
            let named_by_it = module::numbers(body)?.into_iter().flat_map(|number| references.meant_by(number));
            if caller_is_later {
                named_later.extend(named_by_it)
            } else {
                named.extend(named_by_it)
            }
            for callee in module::callees(body)? {
                if !caller_is_later && is_later[callee as usize] {
                    slot[callee as usize].get_or_insert_with(|| {
                        slots += 1;
                        slots - 1
                    });
                }
                if caller_is_later && !is_later[callee as usize] && callee >= module.imports_len() {
                    lent.insert(callee);
                }
            }
        }
        let data = Shares::make(&module.data, references, named, named_later);
        let mut lent: Vec<u32> = lent.into_iter().collect();
        // Then their imports differ by no more than a digit from one to the next.
        lent.sort_by_key(|function| module.type_of(*function));
        Ok(Self { module, is_later, slot, slots, lent, data })
    }

    /// The imports from JavaScript that one of the files uses.
    pub(super) fn used_imports(&self, of_later: bool) -> Result<Vec<u32>, Error> {
        let mut used = BTreeSet::new();
        for (nth, body) in self.module.bodies.iter().enumerate() {
            if self.is_later[self.module.imports_len() as usize + nth] == of_later {
                used.extend(module::callees(body)?.into_iter().filter(|callee| *callee < self.module.imports_len()));
            }
        }
        if !of_later {
            let exported = self.module.exports.iter().filter(|export| export.kind == ExportKind::Func);
            let in_table = self.module.elements.iter().flat_map(|segment| &segment.functions).copied();
            used.extend(
                exported.map(|export| export.index).chain(in_table).filter(|index| *index < self.module.imports_len()),
            );
        }
        Ok(used.into_iter().collect())
    }

    /// Functions of the second file that got a place because the first one calls them: (place, function).
    pub(super) fn added(&self) -> impl Iterator<Item = (u32, u32)> {
        let all = self.module.imports_len()..self.module.functions_len();
        let placed = all.filter_map(|index| Some((self.slot[index as usize]?, index)));
        placed.filter(|(place, _)| *place >= self.module.table_len)
    }

    /// The size of the table: after all other places come those by which the second file gets what it calls of the first.
    pub(super) fn places_len(&self) -> u32 {
        self.slots + self.lent.len() as u32
    }

    /// The places of the table that the second file fills: (place, function), in order.
    pub(super) fn places(&self) -> Vec<(u32, u32)> {
        let in_table = self.module.elements.iter().flat_map(|segment| {
            segment.functions.iter().enumerate().map(|(nth, function)| (segment.offset + nth as u32, *function))
        });
        let mut places: Vec<(u32, u32)> =
            in_table.filter(|(_, function)| self.is_later[*function as usize]).chain(self.added()).collect();
        places.sort_unstable();
        places
    }
}
