//! A wasm module as the splitter needs it: what refers to functions taken apart, the rest as it came.

use std::collections::BTreeMap;
use std::ops::Range;

use wasm_encoder::reencode::{Error as ReencodeError, Reencode as _, RoundtripReencoder};
use wasm_encoder::{ExportKind, MemArg, Module as Encoder, RawSection, TableSection, TypeSection};
use wasmparser::{
    BlockType, ElementItems, ElementKind, ExternalKind, FuncType, FunctionBody, KnownCustom, Name, Operator, Parser,
    Payload, TypeRef,
};

use super::data::{Segment, read_segment};
use workshop::Error;

/// The names of functions by index.
#[derive(Default)]
pub(super) struct Names<'a>(BTreeMap<u32, &'a str>);

impl<'a> Names<'a> {
    pub(super) fn of(&self, function: u32) -> Option<&'a str> {
        self.0.get(&function).copied()
    }
}

/// A function that JavaScript provides.
pub(super) struct Import<'a> {
    pub(super) module: &'a str,
    pub(super) name: &'a str,
    pub(super) type_index: u32,
}

pub(super) struct Export<'a> {
    pub(super) name: &'a str,
    pub(super) kind: ExportKind,
    pub(super) index: u32,
}

/// A stretch of the table.
pub(super) struct Stretch {
    pub(super) offset: u32,
    pub(super) functions: Vec<u32>,
}

/// The section by which compilers tell each other which instructions a module may have.
const FEATURES: &str = "target_features";

/// A section that is copied as it is.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a> {
    id: u8,
    data: &'a [u8],
}

pub(super) struct Module<'a> {
    type_section: wasmparser::TypeSectionReader<'a>,
    types: Vec<FuncType>,
    pub(super) imports: Vec<Import<'a>>,
    pub(super) type_of_body: Vec<u32>,
    pub(super) table_types: Vec<wasm_encoder::TableType>,
    /// The table of functions, and its size.
    pub(super) table: u32,
    pub(super) table_len: u32,
    pub(super) memory_type: wasm_encoder::MemoryType,
    pub(super) global_types: Vec<wasm_encoder::GlobalType>,
    pub(super) exports: Vec<Export<'a>>,
    pub(super) elements: Vec<Stretch>,
    pub(super) bodies: Vec<FunctionBody<'a>>,
    pub(super) memories: Option<Raw<'a>>,
    pub(super) globals: Option<Raw<'a>>,
    pub(super) data_count: Option<Raw<'a>>,
    pub(super) data: Vec<Segment<'a>>,
    /// Which instructions it may have, for the next reader.
    pub(super) features: Option<Raw<'a>>,
    pub(super) names: Names<'a>,
}

pub(super) fn failed(error: impl std::fmt::Display) -> Error {
    Error::failed(format!("the page's wasm cannot be read: {error}"))
}

/// The functions that a body calls directly.
pub(super) fn callees(body: &FunctionBody<'_>) -> Result<Vec<u32>, Error> {
    let mut callees = Vec::new();
    let mut reader = body.get_operators_reader().map_err(failed)?;
    while !reader.eof() {
        if let Operator::Call { function_index } = reader.read().map_err(failed)? {
            callees.push(function_index);
        }
    }
    Ok(callees)
}

/// The numbers in a body that may be addresses.
pub(super) fn numbers(body: &FunctionBody<'_>) -> Result<Vec<u32>, Error> {
    let mut numbers = Numbers(Vec::new());
    let mut reader = body.get_operators_reader().map_err(failed)?;
    while !reader.eof() {
        match reader.read().map_err(failed)? {
            Operator::I32Const { value } => numbers.0.push(value as u32),
            operator => drop(numbers.instruction(operator).map_err(failed)?),
        }
    }
    Ok(numbers.0)
}

/// Collects the constant part of addresses while it goes through instructions.
struct Numbers(Vec<u32>);

impl wasm_encoder::reencode::Reencode for Numbers {
    type Error = std::convert::Infallible;

    fn mem_arg(&mut self, argument: wasmparser::MemArg) -> Result<MemArg, ReencodeError> {
        self.0.push(argument.offset as u32);
        RoundtripReencoder.mem_arg(argument)
    }
}

/// Types as they are written.
pub(super) fn encoded(types: &[wasmparser::ValType]) -> Result<Vec<wasm_encoder::ValType>, Error> {
    types.iter().map(|it| RoundtripReencoder.val_type(*it).map_err(failed)).collect()
}

impl<'a> Module<'a> {
    pub(super) fn parse(wasm: &'a [u8]) -> Result<Self, Error> {
        let mut reencoder = RoundtripReencoder;
        let raw = |id: u8, range: Range<usize>| Some(Raw { id, data: &wasm[range] });
        let mut type_section = None;
        let mut memory_type = None;
        let (mut types, mut imports, mut type_of_body) = (Vec::new(), Vec::new(), Vec::new());
        let mut filled_tables = Vec::new();
        let (mut table_types, mut global_types) = (Vec::new(), Vec::new());
        let (mut exports, mut elements, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
        let (mut memories, mut globals, mut data_count, mut features) = (None, None, None, None);
        let mut data = Vec::new();
        let mut names = Names::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.map_err(failed)? {
                Payload::TypeSection(reader) => {
                    for function in reader.clone().into_iter_err_on_gc_types() {
                        types.push(function.map_err(failed)?);
                    }
                    type_section = Some(reader);
                }
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        let import = import.map_err(failed)?;
                        let TypeRef::Func(type_index) = import.ty else {
                            return Err(failed(format!("it imports `{}`, which is not a function", import.name)));
                        };
                        imports.push(Import { module: import.module, name: import.name, type_index });
                    }
                }
                Payload::FunctionSection(reader) => {
                    for type_index in reader {
                        type_of_body.push(type_index.map_err(failed)?);
                    }
                }
                Payload::TableSection(reader) => {
                    for table in reader {
                        table_types.push(reencoder.table_type(table.map_err(failed)?.ty).map_err(failed)?);
                    }
                }
                Payload::MemorySection(reader) => {
                    memories = raw(5, reader.range());
                    for memory in reader {
                        memory_type = Some(reencoder.memory_type(memory.map_err(failed)?).map_err(failed)?);
                    }
                }
                Payload::GlobalSection(reader) => {
                    globals = raw(6, reader.range());
                    for global in reader {
                        global_types.push(reencoder.global_type(global.map_err(failed)?.ty).map_err(failed)?);
                    }
                }
                Payload::ExportSection(reader) => {
                    for export in reader {
                        let export = export.map_err(failed)?;
                        let kind = match export.kind {
                            ExternalKind::Func => ExportKind::Func,
                            ExternalKind::Table => ExportKind::Table,
                            ExternalKind::Memory => ExportKind::Memory,
                            ExternalKind::Global => ExportKind::Global,
                            _ => return Err(failed(format!("it exports `{}`", export.name))),
                        };
                        exports.push(Export { name: export.name, kind, index: export.index });
                    }
                }
                Payload::StartSection { .. } => return Err(failed("it has a start function")),
                Payload::ElementSection(reader) => {
                    for element in reader {
                        let element = element.map_err(failed)?;
                        let (ElementKind::Active { table_index, offset_expr }, ElementItems::Functions(items)) =
                            (element.kind, element.items)
                        else {
                            return Err(failed("its table is filled in an unknown way"));
                        };
                        filled_tables.push(table_index.unwrap_or(0));
                        let Ok(Operator::I32Const { value }) = offset_expr.get_operators_reader().read() else {
                            return Err(failed("a place in its table is not a constant"));
                        };
                        let functions: Result<Vec<u32>, _> = items.into_iter().collect();
                        elements.push(Stretch { offset: value as u32, functions: functions.map_err(failed)? });
                    }
                }
                Payload::DataCountSection { range, .. } => data_count = raw(12, range),
                Payload::CodeSectionEntry(body) => bodies.push(body),
                Payload::DataSection(reader) => {
                    for segment in reader {
                        data.push(read_segment(segment.map_err(failed)?)?);
                    }
                }
                Payload::CustomSection(reader) => {
                    if reader.name() == FEATURES {
                        features = raw(0, reader.range());
                    }
                    if let KnownCustom::Name(reader) = reader.as_known() {
                        for subsection in reader {
                            if let Name::Function(map) = subsection.map_err(failed)? {
                                for naming in map {
                                    let naming = naming.map_err(failed)?;
                                    names.0.insert(naming.index, naming.name);
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        let is_for_functions = |table: &wasm_encoder::TableType| table.element_type == wasm_encoder::RefType::FUNCREF;
        let table =
            table_types.iter().position(is_for_functions).ok_or_else(|| failed("it has no table of functions"))?;
        if filled_tables.iter().any(|filled| *filled != table as u32) {
            return Err(failed("another table than that of functions is filled"));
        }
        Ok(Self {
            table: table as u32,
            table_len: table_types[table].minimum as u32,
            type_section: type_section.ok_or_else(|| failed("it has no types"))?,
            memory_type: memory_type.ok_or_else(|| failed("it has no memory"))?,
            types,
            imports,
            type_of_body,
            table_types,
            global_types,
            exports,
            elements,
            bodies,
            memories,
            globals,
            data_count,
            data,
            features,
            names,
        })
    }

    pub(super) fn imports_len(&self) -> u32 {
        self.imports.len() as u32
    }

    pub(super) fn functions_len(&self) -> u32 {
        (self.imports.len() + self.bodies.len()) as u32
    }

    pub(super) fn body(&self, function: u32) -> &FunctionBody<'a> {
        &self.bodies[function as usize - self.imports.len()]
    }

    pub(super) fn type_of(&self, function: u32) -> u32 {
        match self.imports.get(function as usize) {
            Some(import) => import.type_index,
            None => self.type_of_body[function as usize - self.imports.len()],
        }
    }

    pub(super) fn function_type(&self, type_index: u32) -> &FuncType {
        &self.types[type_index as usize]
    }

    /// How many values a block takes from the stack and leaves there.
    pub(super) fn arity_of_block(&self, block: BlockType) -> (usize, usize) {
        match block {
            BlockType::Empty => (0, 0),
            BlockType::Type(_) => (0, 1),
            BlockType::FuncType(type_index) => self.arity_of_type(type_index),
        }
    }

    pub(super) fn arity_of_type(&self, type_index: u32) -> (usize, usize) {
        let function = self.function_type(type_index);
        (function.params().len(), function.results().len())
    }

    /// All types under their numbers; more may be added behind.
    pub(super) fn types(&self) -> Result<TypeSection, Error> {
        let mut types = TypeSection::new();
        RoundtripReencoder.parse_type_section(&mut types, self.type_section.clone()).map_err(failed)?;
        Ok(types)
    }

    /// The type of a table; of that of functions with this size, where one is given.
    pub(super) fn table_type(&self, table: u32, slots: Option<u32>) -> wasm_encoder::TableType {
        let mut table_type = self.table_types[table as usize];
        if let Some(slots) = slots.filter(|_| table == self.table) {
            table_type.minimum = u64::from(slots);
            table_type.maximum = table_type.maximum.map(|maximum| maximum.max(u64::from(slots)));
        }
        table_type
    }

    pub(super) fn tables(&self, slots: Option<u32>) -> Result<TableSection, Error> {
        let mut tables = TableSection::new();
        for table in 0..self.table_types.len() as u32 {
            tables.table(self.table_type(table, slots));
        }
        Ok(tables)
    }

    /// Copies a section, if there is one.
    pub(super) fn raw(&self, encoder: &mut Encoder, section: Option<Raw<'a>>) {
        if let Some(Raw { id, data }) = section {
            encoder.section(&RawSection { id, data });
        }
    }
}
