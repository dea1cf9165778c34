//! Puts the functions of a file next to those that look like them. gzip finds a repetition only within the last 32 KiB, and
//! the compiler writes copies of one generic function far apart.

use wasm_encoder::reencode::{Error as ReencodeError, Reencode};
use wasm_encoder::{CodeSection, ElementSection, ExportSection, FunctionSection, Module as Encoder, RawSection};
use wasmparser::{FunctionBody, Parser, Payload, TypeRef};

use super::module::failed;
use workshop::Error;

/// How many bytes in a row count as something that may be repeated.
const WORD_BYTES: usize = 6;
/// What more functions have than this is found in any order.
const HOLDERS_MAX: usize = 400;
/// How far back it is looked for; less than gzip's 32 KiB, because the bytes between count too.
const WINDOW_BYTES: usize = 24_000;

/// The module with its functions in such an order.
pub(super) fn ordered(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    let (mut imports_len, mut types, mut bodies) = (0, Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(failed)? {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    imports_len += u32::from(matches!(import.map_err(failed)?.ty, TypeRef::Func(_)));
                }
            }
            Payload::FunctionSection(reader) => {
                for type_index in reader {
                    types.push(type_index.map_err(failed)?);
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body),
            _ => {}
        }
    }
    let order = order_of(&bodies.iter().map(FunctionBody::as_bytes).collect::<Vec<_>>());
    let mut moved = Moved { imports_len, new: vec![0; order.len()] };
    for (new, old) in order.iter().enumerate() {
        moved.new[*old] = new as u32;
    }

    let mut encoder = Encoder::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.map_err(failed)?;
        match &payload {
            Payload::FunctionSection(_) => {
                let mut functions = FunctionSection::new();
                for old in &order {
                    functions.function(types[*old]);
                }
                encoder.section(&functions);
            }
            Payload::ExportSection(reader) => {
                let mut exports = ExportSection::new();
                moved.parse_export_section(&mut exports, reader.clone()).map_err(failed)?;
                encoder.section(&exports);
            }
            Payload::ElementSection(reader) => {
                let mut elements = ElementSection::new();
                moved.parse_element_section(&mut elements, reader.clone()).map_err(failed)?;
                encoder.section(&elements);
            }
            Payload::CodeSectionStart { .. } => {
                let mut code = CodeSection::new();
                for old in &order {
                    moved.parse_function_body(&mut code, bodies[*old].clone()).map_err(failed)?;
                }
                encoder.section(&code);
            }
            Payload::StartSection { .. } => return Err(failed("it has a start function")),
            _ => {
                if let Some((id, range)) = payload.as_section() {
                    encoder.section(&RawSection { id, data: &wasm[range] });
                }
            }
        }
    }
    Ok(encoder.finish())
}

/// Functions under their new numbers.
struct Moved {
    imports_len: u32,
    /// By old number, both counted without imports.
    new: Vec<u32>,
}

impl Reencode for Moved {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, ReencodeError> {
        let own = function.checked_sub(self.imports_len);
        Ok(own.map_or(function, |own| self.imports_len + self.new[own as usize]))
    }
}

/// Always the one next of which the largest share has just been there.
fn order_of(bodies: &[&[u8]]) -> Vec<usize> {
    let words = Words::of(bodies);
    let mut recent = Recent { counts: vec![0; words.holders.len()], shared: vec![0; bodies.len()] };
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let (mut begins, mut window_bytes) = (0, 0);
    while !left.is_empty() {
        let share = |function: usize| (u64::from(recent.shared[function]) << 16) / bodies[function].len() as u64;
        // The first of those that are equal.
        let best = (0..left.len()).rev().max_by_key(|nth| share(left[*nth])).unwrap_or_default();
        let next = left.remove(best);
        order.push(next);
        recent.enter(&words, next);
        window_bytes += bodies[next].len();
        while window_bytes > WINDOW_BYTES && begins + 1 < order.len() {
            recent.leave(&words, order[begins]);
            window_bytes -= bodies[order[begins]].len();
            begins += 1;
        }
    }
    order
}

/// What functions have in common.
struct Words {
    /// By function.
    of: Vec<Vec<usize>>,
    /// By word: the functions that have it.
    holders: Vec<Vec<usize>>,
}

impl Words {
    fn of(bodies: &[&[u8]]) -> Self {
        let mut found: Vec<(&[u8], usize)> = Vec::new();
        for (function, body) in bodies.iter().enumerate() {
            found.extend(body.windows(WORD_BYTES).map(|word| (word, function)));
        }
        found.sort_unstable();
        found.dedup();
        let mut words = Self { of: vec![Vec::new(); bodies.len()], holders: Vec::new() };
        for same in found.chunk_by(|(one, _), (next, _)| one == next) {
            if (2..=HOLDERS_MAX).contains(&same.len()) {
                same.iter().for_each(|(_, function)| words.of[*function].push(words.holders.len()));
                words.holders.push(same.iter().map(|(_, function)| *function).collect());
            }
        }
        words
    }
}

/// What stands in the window.
struct Recent {
    /// By word: how many functions of the window have it.
    counts: Vec<u32>,
    /// By function: how many of its words are there.
    shared: Vec<u32>,
}

impl Recent {
    fn enter(&mut self, words: &Words, function: usize) {
        for word in &words.of[function] {
            self.counts[*word] += 1;
            if self.counts[*word] == 1 {
                words.holders[*word].iter().for_each(|holder| self.shared[*holder] += 1);
            }
        }
    }

    fn leave(&mut self, words: &Words, function: usize) {
        for word in &words.of[function] {
            self.counts[*word] -= 1;
            if self.counts[*word] == 0 {
                words.holders[*word].iter().for_each(|holder| self.shared[*holder] -= 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
        FunctionSection, ImportSection, Instruction, Module as Encoder, RefType, TableSection, TableType, TypeSection,
    };

    use super::{order_of, ordered};
    use crate::split::module::{Module, callees};

    #[test]
    fn what_looks_alike_stands_together() {
        let bodies = [&b"one thing and no other"[..], b"0123456789", b"one thing and another"];
        assert_eq!(order_of(&bodies), [0, 2, 1]);
    }

    /// An import (0), and functions that each call the one before them; the last one is exported and in the table.
    fn chain(marks: &[&[i32]]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("js", "f", EntityType::Function(0));
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for (nth, marks) in marks.iter().enumerate() {
            functions.function(0);
            let mut body = Function::new([]);
            for mark in *marks {
                body.instruction(&Instruction::I32Const(*mark)).instruction(&Instruction::Drop);
            }
            body.instruction(&Instruction::Call(nth as u32)).instruction(&Instruction::End);
            code.function(&body);
        }
        let last = marks.len() as u32;
        let mut tables = TableSection::new();
        let table =
            TableType { element_type: RefType::FUNCREF, minimum: 1, maximum: None, table64: false, shared: false };
        tables.table(table);
        let mut memories = wasm_encoder::MemorySection::new();
        memories.memory(wasm_encoder::MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut exports = ExportSection::new();
        exports.export("last", ExportKind::Func, last);
        let mut elements = ElementSection::new();
        elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(vec![last].into()));
        let mut encoder = Encoder::new();
        encoder.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
        encoder.section(&exports).section(&elements).section(&code);
        encoder.finish()
    }

    /// The functions on the way from the one that is exported to the import, without their calls.
    fn way(wasm: &[u8]) -> Vec<Vec<u8>> {
        let module = Module::parse(wasm).expect("it is wasm");
        assert_eq!(module.elements[0].functions, [module.exports[0].index]);
        let (mut way, mut function) = (Vec::new(), module.exports[0].index);
        while function > 0 {
            let body = module.body(function);
            way.push(body.as_bytes()[..body.as_bytes().len() - 3].to_vec());
            function = callees(body).expect("it is read")[0];
        }
        way
    }

    #[test]
    fn functions_in_another_order_still_call_the_same() {
        let alike: &[i32] = &[1, 2, 3, 4, 5];
        let page = chain(&[alike, &[], &[6, 7, 8, 9, 10], alike]);
        let ordered = ordered(&page).expect("it can be ordered");
        assert_eq!(way(&ordered), way(&page));
        let short = |wasm: &[u8]| {
            let module = Module::parse(wasm).expect("it is wasm");
            module.bodies.iter().position(|body| body.as_bytes().len() == 4)
        };
        assert_eq!((short(&page), short(&ordered)), (Some(1), Some(2)));
    }
}
