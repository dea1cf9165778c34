//! Takes the page's wasm apart: the first file has what the opening scene runs, the second everything else. The page
//! starts with the first and fetches the second when it is up; a call that comes earlier fetches it on the spot.
//!
//! Every function is there under its old name. Where a function of the first file calls one of the second it goes through
//! the table, and as long as the second file is absent the table has a stand-in there: it loads the file, which puts the
//! real functions into the table, and calls again. Memory, table and globals are one and the same for both.
//!
//! What the opening scene runs was observed (`cargo xtask profile`) and is kept as `split/later.txt`: the functions that did
//! *not* run, each as a hash of its name. So a function that is new or renamed goes to the first file, and a list that is
//! out of date costs bytes, never a wait.

mod module;
mod site;

use std::collections::BTreeSet;

use wasm_encoder::reencode::{Reencode as _, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    ImportSection, Instruction, Module as Encoder, TypeSection,
};
use wasmparser::Operator;

use module::Module;
pub(crate) use module::Names;
pub(crate) use site::{REST_ENDING, list_of, observed, split_site};
use workshop::Error;

/// Where the stand-ins find the function that loads the second file.
const LOADER_MODULE: &str = "split";
const LOADER_NAME: &str = "load";
/// Where an observed module tells which function it enters.
const WITNESS_NAME: &str = "mark";
/// Where the second file finds what the first one has.
const FIRST_MODULE: &str = "first";

/// The list of functions that the opening scene does not run.
pub(crate) const LATER_LIST: &str = "xtask/src/split/later.txt";

/// The hash of a function's name in the list: FNV-1a, folded to 32 bits.
pub(crate) fn hash_of(name: &str) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in without_disambiguators(name).bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
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

/// The list as a set.
pub(crate) fn read_list(text: &str) -> Result<BTreeSet<u32>, Error> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| u32::from_str_radix(line, 16).map_err(|_| Error::failed(format!("{LATER_LIST}: `{line}`"))))
        .collect()
}

/// The two files.
pub(crate) struct Halves {
    pub(crate) first: Vec<u8>,
    pub(crate) rest: Vec<u8>,
}

/// What becomes of each function.
struct Plan<'a> {
    module: &'a Module<'a>,
    /// By function index: belongs to the second file.
    is_later: Vec<bool>,
    /// By function index: its place in the table, where it has or gets one that the first file uses.
    slot: Vec<Option<u32>>,
    /// The table's size after the slots that were added.
    slots: u32,
    /// The functions of the first file that the second one calls, in order.
    lent: Vec<u32>,
}

/// Takes a module apart. It must be one whose functions have names.
pub(crate) fn split(wasm: &[u8], later: &BTreeSet<u32>) -> Result<Halves, Error> {
    let module = Module::parse(wasm)?;
    let plan = Plan::make(&module, later)?;
    Ok(Halves { first: plan.first()?, rest: plan.rest()? })
}

/// The module with a call at the beginning of each function that says its index.
pub(crate) fn observe(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    let module = Module::parse(wasm)?;
    let mut types = module.types()?;
    let witness_type = types.len();
    types.ty().function([wasm_encoder::ValType::I32], []);
    let mut imports = ImportSection::new();
    imports.import(LOADER_MODULE, WITNESS_NAME, EntityType::Function(witness_type));
    for import in &module.imports {
        imports.import(import.module, import.name, EntityType::Function(import.type_index));
    }
    let new_index: Vec<Option<u32>> = (0..module.functions_len()).map(|index| Some(index + 1)).collect();
    let mut code = CodeSection::new();
    for (nth, body) in module.bodies.iter().enumerate() {
        let index = module.imports_len() + nth as u32;
        let begin = [Instruction::I32Const(index as i32), Instruction::Call(0)];
        code.function(&copied(body, &begin, &new_index, &|_| None, module.table)?);
    }
    let mut functions = FunctionSection::new();
    module.type_of_body.iter().for_each(|type_index| {
        functions.function(*type_index);
    });
    let table = Some(module.table).filter(|table| *table > 0);
    let mut elements = ElementSection::new();
    for segment in &module.elements {
        let moved: Vec<u32> = segment.functions.iter().map(|index| index + 1).collect();
        elements.active(table, &ConstExpr::i32_const(segment.offset as i32), Elements::Functions(moved.into()));
    }
    let mut exports = ExportSection::new();
    for export in &module.exports {
        let by = u32::from(export.kind == ExportKind::Func);
        exports.export(export.name, export.kind, export.index + by);
    }
    let mut encoder = Encoder::new();
    encoder.section(&types).section(&imports).section(&functions);
    encoder.section(&module.tables(None)?);
    module.raw(&mut encoder, module.memories);
    module.raw(&mut encoder, module.globals);
    encoder.section(&exports).section(&elements);
    module.raw(&mut encoder, module.data_count);
    encoder.section(&code);
    module.raw(&mut encoder, module.data);
    Ok(encoder.finish())
}

/// A function's body with its functions renumbered. `slot_of` says which callees are reached through the table, and how.
fn copied(
    body: &wasmparser::FunctionBody<'_>,
    begin: &[Instruction<'_>],
    new_index: &[Option<u32>],
    slot_of: &dyn Fn(u32) -> Option<(u32, u32)>,
    table_index: u32,
) -> Result<Function, Error> {
    let mut reencoder = RoundtripReencoder;
    let failed = |error: &dyn std::fmt::Display| Error::failed(format!("the page's wasm: {error}"));
    let mut function = reencoder.new_function_with_parsed_locals(body).map_err(|error| failed(&error))?;
    begin.iter().for_each(|instruction| {
        function.instruction(instruction);
    });
    let mut reader = body.get_operators_reader().map_err(|error| failed(&error))?;
    while !reader.eof() {
        match reader.read().map_err(|error| failed(&error))? {
            Operator::Call { function_index } => match slot_of(function_index) {
                Some((slot, type_index)) => {
                    function.instruction(&Instruction::I32Const(slot as i32));
                    function.instruction(&Instruction::CallIndirect { type_index, table_index });
                }
                None => {
                    let moved = new_index[function_index as usize];
                    let moved = moved.ok_or_else(|| Error::failed(format!("function {function_index} got lost")))?;
                    function.instruction(&Instruction::Call(moved));
                }
            },
            Operator::RefFunc { .. } | Operator::ReturnCall { .. } => {
                return Err(Error::failed("the page's wasm has an instruction that the splitter does not know"));
            }
            other => {
                function.instruction(&reencoder.instruction(other).map_err(|error| failed(&error))?);
            }
        }
    }
    Ok(function)
}

impl<'a> Plan<'a> {
    fn make(module: &'a Module<'a>, later: &BTreeSet<u32>) -> Result<Self, Error> {
        let functions = module.functions_len() as usize;
        let mut is_later = vec![false; functions];
        for index in module.imports_len()..module.functions_len() {
            is_later[index as usize] = module.names.of(index).is_some_and(|name| later.contains(&hash_of(name)));
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
        for (nth, body) in module.bodies.iter().enumerate() {
            let caller_is_later = is_later[module.imports_len() as usize + nth];
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
        Ok(Self { module, is_later, slot, slots, lent: lent.into_iter().collect() })
    }

    /// The imports from JavaScript that one of the files uses.
    fn used_imports(&self, of_later: bool) -> Result<Vec<u32>, Error> {
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

    /// The places of the table that the second file fills: (place, function), in order.
    fn places(&self) -> Vec<(u32, u32)> {
        let in_table = self.module.elements.iter().flat_map(|segment| {
            segment.functions.iter().enumerate().map(|(nth, function)| (segment.offset + nth as u32, *function))
        });
        let added = (self.module.imports_len()..self.module.functions_len())
            .filter_map(|index| Some((self.slot[index as usize]?, index)))
            .filter(|(slot, _)| *slot >= self.module.table_len);
        let mut places: Vec<(u32, u32)> =
            in_table.chain(added).filter(|(_, function)| self.is_later[*function as usize]).collect();
        places.sort_unstable();
        places
    }

    fn first(&self) -> Result<Vec<u8>, Error> {
        let module = self.module;
        let mut types = module.types()?;
        let loader_type = types.len();
        types.ty().function([], []);

        let mut imports = ImportSection::new();
        // The first, so that the many calls of it take a byte less.
        imports.import(LOADER_MODULE, LOADER_NAME, EntityType::Function(loader_type));
        let mut new_index = vec![None; self.is_later.len()];
        let mut next = 1;
        for index in self.used_imports(false)? {
            let import = &module.imports[index as usize];
            imports.import(import.module, import.name, EntityType::Function(import.type_index));
            new_index[index as usize] = Some(next);
            next += 1;
        }
        let mut functions = FunctionSection::new();
        let own = (module.imports_len()..module.functions_len()).filter(|index| !self.is_later[*index as usize]);
        for index in own.clone() {
            functions.function(module.type_of(index));
            new_index[index as usize] = Some(next);
            next += 1;
        }
        let places = self.places();
        let stand_ins = next;
        let mut code = CodeSection::new();
        for index in own {
            let through_table = |callee: u32| {
                let slot = self.slot[callee as usize].filter(|_| self.is_later[callee as usize])?;
                Some((slot, module.type_of(callee)))
            };
            code.function(&copied(module.body(index), &[], &new_index, &through_table, module.table)?);
        }
        for (place, function) in &places {
            let type_index = module.type_of(*function);
            functions.function(type_index);
            let mut stand_in = Function::new([]);
            stand_in.instruction(&Instruction::Call(0));
            for argument in 0..module.arguments_of(type_index) {
                stand_in.instruction(&Instruction::LocalGet(argument));
            }
            stand_in.instruction(&Instruction::I32Const(*place as i32));
            stand_in.instruction(&Instruction::CallIndirect { type_index, table_index: module.table });
            stand_in.instruction(&Instruction::End);
            code.function(&stand_in);
        }

        let table = Some(module.table).filter(|table| *table > 0);
        let mut elements = ElementSection::new();
        let stand_in_at =
            |place: u32| places.binary_search_by_key(&place, |(place, _)| *place).map(|nth| stand_ins + nth as u32);
        for segment in &module.elements {
            let mut filled = Vec::new();
            for (nth, function) in segment.functions.iter().enumerate() {
                let known = stand_in_at(segment.offset + nth as u32).ok().or(new_index[*function as usize]);
                filled.push(known.ok_or_else(|| Error::failed(format!("function {function} got lost")))?);
            }
            elements.active(table, &ConstExpr::i32_const(segment.offset as i32), Elements::Functions(filled.into()));
        }
        let added: Vec<u32> = (module.table_len..self.slots).filter_map(|place| stand_in_at(place).ok()).collect();
        if !added.is_empty() {
            let offset = ConstExpr::i32_const(module.table_len as i32);
            elements.active(table, &offset, Elements::Functions(added.into()));
        }

        let mut exports = ExportSection::new();
        for export in &module.exports {
            let index = match export.kind {
                ExportKind::Func => new_index[export.index as usize].unwrap_or_default(),
                _ => export.index,
            };
            exports.export(export.name, export.kind, index);
        }
        for (name, kind, index) in self.shared() {
            exports.export(&name, kind, index);
        }
        for (nth, index) in self.lent.iter().enumerate() {
            exports.export(&nth.to_string(), ExportKind::Func, new_index[*index as usize].unwrap_or_default());
        }

        let mut encoder = Encoder::new();
        encoder.section(&types).section(&imports).section(&functions);
        encoder.section(&module.tables(Some(self.slots))?);
        module.raw(&mut encoder, module.memories);
        module.raw(&mut encoder, module.globals);
        encoder.section(&exports).section(&elements);
        module.raw(&mut encoder, module.data_count);
        encoder.section(&code);
        module.raw(&mut encoder, module.data);
        Ok(encoder.finish())
    }

    /// Tables, memory and globals, under the names by which the second file finds them.
    fn shared(&self) -> Vec<(String, ExportKind, u32)> {
        let tables = (0..self.module.table_types.len() as u32).map(|nth| (format!("t{nth}"), ExportKind::Table, nth));
        let memory = std::iter::once(("m".to_owned(), ExportKind::Memory, 0));
        let globals =
            (0..self.module.global_types.len() as u32).map(|nth| (format!("g{nth}"), ExportKind::Global, nth));
        tables.chain(memory).chain(globals).collect()
    }

    fn rest(&self) -> Result<Vec<u8>, Error> {
        let module = self.module;
        let types: TypeSection = module.types()?;
        let mut imports = ImportSection::new();
        for (name, kind, index) in self.shared() {
            let entity = match kind {
                ExportKind::Table => EntityType::Table(module.table_type(index, Some(self.slots))),
                ExportKind::Memory => EntityType::Memory(module.memory_type),
                _ => EntityType::Global(module.global_types[index as usize]),
            };
            imports.import(FIRST_MODULE, &name, entity);
        }
        let mut new_index = vec![None; self.is_later.len()];
        let mut next = 0;
        for index in self.used_imports(true)? {
            let import = &module.imports[index as usize];
            imports.import(import.module, import.name, EntityType::Function(import.type_index));
            new_index[index as usize] = Some(next);
            next += 1;
        }
        for (nth, index) in self.lent.iter().enumerate() {
            imports.import(FIRST_MODULE, &nth.to_string(), EntityType::Function(module.type_of(*index)));
            new_index[*index as usize] = Some(next);
            next += 1;
        }
        let own = (module.imports_len()..module.functions_len()).filter(|index| self.is_later[*index as usize]);
        let mut functions = FunctionSection::new();
        for index in own.clone() {
            functions.function(module.type_of(index));
            new_index[index as usize] = Some(next);
            next += 1;
        }
        let mut code = CodeSection::new();
        for index in own {
            code.function(&copied(module.body(index), &[], &new_index, &|_| None, module.table)?);
        }
        let table = Some(module.table).filter(|table| *table > 0);
        let mut elements = ElementSection::new();
        let places = self.places();
        for run in places.chunk_by(|(one, _), (next, _)| one + 1 == *next) {
            let filled: Option<Vec<u32>> = run.iter().map(|(_, function)| new_index[*function as usize]).collect();
            let filled = filled.ok_or_else(|| Error::failed("a function got lost"))?;
            elements.active(table, &ConstExpr::i32_const(run[0].0 as i32), Elements::Functions(filled.into()));
        }
        let mut encoder = Encoder::new();
        encoder.section(&types).section(&imports).section(&functions).section(&elements).section(&code);
        Ok(encoder.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::module::{Module, callees};
    use super::{Halves, hash_of, observe, read_list, split};
    use std::collections::BTreeSet;
    use wasm_encoder::{
        CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
        FunctionSection, ImportSection, Instruction, MemorySection, MemoryType, Module as Encoder, NameMap,
        NameSection, RefType, TableSection, TableType, TypeSection, ValType,
    };
    use wasmparser::{Parser, Payload};

    /// A JavaScript import (0); `start` (1), exported, which calls `later` (2); `later`, which stands at place 1 of the table and
    /// calls `both` (3) and the import; `both`; `apart` (4), which only `later` calls.
    fn page() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], [ValType::I32]);
        let mut imports = ImportSection::new();
        imports.import("js", "f", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for called in [&[2][..], &[3, 0, 4], &[], &[]] {
            functions.function(0);
            let mut body = Function::new([]);
            body.instruction(&Instruction::LocalGet(0));
            called.iter().for_each(|callee| {
                body.instruction(&Instruction::Call(*callee));
            });
            body.instruction(&Instruction::End);
            code.function(&body);
        }
        let mut tables = TableSection::new();
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            minimum: 3,
            maximum: Some(3),
            table64: false,
            shared: false,
        });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        let mut exports = ExportSection::new();
        exports.export("start", ExportKind::Func, 1);
        let mut elements = ElementSection::new();
        elements.active(None, &ConstExpr::i32_const(1), Elements::Functions(vec![2, 3].into()));
        let mut names = NameMap::new();
        for (index, name) in ["f", "start", "later[0123456789abcdef]::it", "both", "apart"].into_iter().enumerate() {
            names.append(index as u32, name);
        }
        let mut name_section = NameSection::new();
        name_section.functions(&names);
        let mut encoder = Encoder::new();
        encoder.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
        encoder.section(&exports).section(&elements).section(&code).section(&name_section);
        encoder.finish()
    }

    #[test]
    fn a_call_into_the_second_file_goes_through_the_table_where_a_stand_in_loads_it() {
        let later: BTreeSet<u32> = ["later::it", "apart"].map(hash_of).into();
        let Halves { first, rest } = split(&page(), &later).expect("it can be taken apart");
        let first = Module::parse(&first).expect("it is wasm");
        // The loader; `start` and `both`; a stand-in for `later`. `apart` needs none, and the import is wanted only later.
        assert_eq!((first.imports.len(), first.bodies.len()), (1, 3));
        assert!(callees(&first.bodies[0]).expect("it is read").is_empty());
        assert_eq!(callees(&first.bodies[2]).expect("it is read"), [0], "the stand-in calls the loader");
        assert_eq!(first.elements[0].functions, [3, 2], "the stand-in has the place of `later`, `both` its own");
        let (mut imports, mut bodies) = (Vec::new(), 0);
        for payload in Parser::new(0).parse_all(&rest) {
            match payload.expect("it is wasm") {
                Payload::ImportSection(reader) => {
                    imports.extend(reader.into_imports().map(|import| import.expect("it is read").name.to_owned()));
                }
                Payload::CodeSectionEntry(_) => bodies += 1,
                _ => {}
            }
        }
        assert_eq!(imports, ["t0", "m", "f", "0"], "what is shared, the import from JavaScript, and `both`");
        assert_eq!(bodies, 2);
    }

    #[test]
    fn an_observed_function_first_says_its_number() {
        let observed = observe(&page()).expect("it can be observed");
        let observed = Module::parse(&observed).expect("it is wasm");
        assert_eq!(callees(&observed.bodies[1]).expect("it is read"), [0, 4, 1, 5]);
    }

    #[test]
    fn a_name_is_the_same_whichever_hash_tells_its_crate_apart() {
        assert_eq!(hash_of("<core[c5930c85a12de822]::f as [u8]>"), hash_of("<core[0370fcf0]::f as [u8]>"));
        assert_ne!(hash_of("a[u8]"), hash_of("a[u16]"));
    }

    #[test]
    fn a_line_that_is_no_hash_is_refused() {
        assert_eq!(read_list("# words\n0000000a\n").ok(), Some([10].into()));
        assert!(read_list("walk\n").is_err());
    }
}
