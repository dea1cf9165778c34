//! The files as they are written.

use std::collections::BTreeSet;

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, ImportSection, Instruction, Module as Encoder, ValType,
};

use super::code::copied;
use super::module;
use super::names::digits;
use super::plan::Plan;
use super::{FIRST_MODULE, LOADER_MODULE, LOADER_NAME};
use workshop::Error;

/// The functions of a file under their new numbers: what it imports, then its own.
struct Numbered {
    imports: ImportSection,
    functions: FunctionSection,
    /// By old number.
    new: Vec<Option<u32>>,
    next: u32,
}

impl Numbered {
    /// `imports` has some that are functions already.
    fn beginning(imports: ImportSection, already: u32, plan: &Plan<'_>, of_later: bool) -> Result<Self, Error> {
        let mut numbered =
            Self { imports, functions: FunctionSection::new(), new: vec![None; plan.is_later.len()], next: already };
        for index in plan.used_imports(of_later)? {
            let import = &plan.module.imports[index as usize];
            numbered.import(index, import.module, import.name, import.type_index);
        }
        Ok(numbered)
    }

    fn import(&mut self, index: u32, module: &str, name: &str, type_index: u32) {
        self.imports.import(module, name, EntityType::Function(type_index));
        self.number(index);
    }

    fn number(&mut self, index: u32) {
        self.new[index as usize] = Some(self.next);
        self.next += 1;
    }

    fn of(&self, index: u32) -> Result<u32, Error> {
        self.new[index as usize].ok_or_else(|| Error::failed(format!("function {index} got lost")))
    }
}

impl Plan<'_> {
    pub(super) fn first(&self) -> Result<Vec<u8>, Error> {
        let module = self.module;
        let mut types = module.types()?;
        let loader_type = types.len();
        types.ty().function([], []);

        let mut imports = ImportSection::new();
        // The first, so that the many calls of it take a byte less.
        imports.import(LOADER_MODULE, LOADER_NAME, EntityType::Function(loader_type));
        let mut numbered = Numbered::beginning(imports, 1, self, false)?;
        let own = self.own(&mut numbered, false);
        let stand_ins = numbered.next;
        let mut places = self.places();
        places.retain(|(place, _)| *place < module.table_len);
        // What only functions of this file call needs no stand-in of its own: they go through one for each type.
        let types_of_added = self.added().map(|(_, function)| module.type_of(function));
        let types_of_added: BTreeSet<u32> = types_of_added.collect();
        let gate_of = |type_index: &u32| {
            let nth = types_of_added.range(..type_index).count();
            stand_ins + (places.len() + nth) as u32
        };
        let detour = |callee: u32| {
            let place = self.slot[callee as usize].filter(|_| self.is_later[callee as usize])?;
            let type_index = module.type_of(callee);
            let call = if place < module.table_len {
                Instruction::CallIndirect { type_index, table_index: module.table }
            } else {
                Instruction::Call(gate_of(&type_index))
            };
            Some([Instruction::I32Const(place as i32), call])
        };
        let mut code = CodeSection::new();
        for index in own {
            code.function(&copied(module.body(index), None, &numbered.new, &detour)?);
        }
        for (place, function) in &places {
            let type_index = module.type_of(*function);
            numbered.functions.function(type_index);
            code.function(&self.stand_in(*place, type_index));
        }
        for type_index in &types_of_added {
            numbered.functions.function(types.len());
            let function = module.function_type(*type_index);
            let mut arguments = module::encoded(function.params())?;
            arguments.push(ValType::I32);
            types.ty().function(arguments, module::encoded(function.results())?);
            code.function(&self.gate(*type_index));
        }

        let stand_in_at =
            |place: u32| places.binary_search_by_key(&place, |(place, _)| *place).map(|nth| stand_ins + nth as u32);
        let mut elements = ElementSection::new();
        for segment in &module.elements {
            let mut filled = Vec::new();
            for (nth, function) in segment.functions.iter().enumerate() {
                filled.push(stand_in_at(segment.offset + nth as u32).or_else(|_| numbered.of(*function))?);
            }
            self.fill(&mut elements, segment.offset, filled);
        }
        let lent: Result<Vec<u32>, Error> = self.lent.iter().rev().map(|index| numbered.of(*index)).collect();
        self.fill(&mut elements, self.slots, lent?);

        let mut exports = ExportSection::new();
        for export in &module.exports {
            let index = match export.kind {
                ExportKind::Func => numbered.of(export.index)?,
                _ => export.index,
            };
            exports.export(export.name, export.kind, index);
        }
        for (name, kind, index) in self.shared() {
            exports.export(&name, kind, index);
        }

        let mut encoder = Encoder::new();
        encoder.section(&types).section(&numbered.imports).section(&numbered.functions);
        encoder.section(&module.tables(Some(self.places_len()))?);
        module.raw(&mut encoder, module.memories);
        module.raw(&mut encoder, module.globals);
        encoder.section(&exports).section(&elements);
        module.raw(&mut encoder, module.data_count);
        encoder.section(&code).section(&self.data.first());
        module.raw(&mut encoder, module.features);
        Ok(encoder.finish())
    }

    pub(super) fn rest(&self) -> Result<Vec<u8>, Error> {
        let module = self.module;
        let mut imports = ImportSection::new();
        for (name, kind, index) in self.shared() {
            let entity = match kind {
                ExportKind::Table => EntityType::Table(module.table_type(index, Some(self.places_len()))),
                ExportKind::Memory => EntityType::Memory(module.memory_type),
                _ => EntityType::Global(module.global_types[index as usize]),
            };
            imports.import(FIRST_MODULE, &name, entity);
        }
        let mut numbered = Numbered::beginning(imports, 0, self, true)?;
        for (nth, index) in self.lent.iter().enumerate() {
            numbered.import(*index, FIRST_MODULE, &format!("_{}", digits(nth)), module.type_of(*index));
        }
        let mut code = CodeSection::new();
        for index in self.own(&mut numbered, true) {
            code.function(&copied(module.body(index), None, &numbered.new, &|_| None)?);
        }
        let mut elements = ElementSection::new();
        for run in self.places().chunk_by(|(one, _), (next, _)| one + 1 == *next) {
            let filled: Result<Vec<u32>, Error> = run.iter().map(|(_, function)| numbered.of(*function)).collect();
            self.fill(&mut elements, run[0].0, filled?);
        }
        let mut encoder = Encoder::new();
        encoder.section(&module.types()?).section(&numbered.imports).section(&numbered.functions);
        encoder.section(&elements).section(&code).section(&self.data.rest());
        module.raw(&mut encoder, module.features);
        Ok(encoder.finish())
    }

    /// A file without code: when it is joined, its words are there.
    pub(super) fn chinese(&self) -> Vec<u8> {
        data_alone(self.module.memory_type, &self.data.chinese())
    }

    /// The functions of one of the files, which get numbers.
    fn own(&self, numbered: &mut Numbered, of_later: bool) -> Vec<u32> {
        let module = self.module;
        let all = module.imports_len()..module.functions_len();
        let own: Vec<u32> = all.filter(|index| self.is_later[*index as usize] == of_later).collect();
        for index in &own {
            numbered.functions.function(module.type_of(*index));
            numbered.number(*index);
        }
        own
    }

    /// Calls what has a place in the table, its last argument; loads the second file if there is nothing yet.
    fn gate(&self, type_index: u32) -> Function {
        let place = self.module.arity_of_type(type_index).0 as u32;
        let table_index = self.module.table;
        let mut gate = Function::new([]);
        gate.instruction(&Instruction::LocalGet(place)).instruction(&Instruction::TableGet(table_index));
        gate.instruction(&Instruction::RefIsNull).instruction(&Instruction::If(BlockType::Empty));
        gate.instruction(&Instruction::Call(0)).instruction(&Instruction::End);
        for argument in 0..=place {
            gate.instruction(&Instruction::LocalGet(argument));
        }
        gate.instruction(&Instruction::CallIndirect { type_index, table_index }).instruction(&Instruction::End);
        gate
    }

    /// Loads the second file and calls again.
    fn stand_in(&self, place: u32, type_index: u32) -> Function {
        let mut stand_in = Function::new([]);
        stand_in.instruction(&Instruction::Call(0));
        for argument in 0..self.module.arity_of_type(type_index).0 as u32 {
            stand_in.instruction(&Instruction::LocalGet(argument));
        }
        stand_in.instruction(&Instruction::I32Const(place as i32));
        stand_in.instruction(&Instruction::CallIndirect { type_index, table_index: self.module.table });
        stand_in.instruction(&Instruction::End);
        stand_in
    }

    fn fill(&self, elements: &mut ElementSection, place: u32, functions: Vec<u32>) {
        let table = Some(self.module.table).filter(|table| *table > 0);
        elements.active(table, &ConstExpr::i32_const(place as i32), Elements::Functions(functions.into()));
    }

    /// Tables, memory and globals, under the names by which the second file finds them.
    fn shared(&self) -> Vec<(String, ExportKind, u32)> {
        let name_of = |table: u32| if table == self.module.table { TABLE_NAME.to_owned() } else { format!("t{table}") };
        let tables = 0..self.module.table_types.len() as u32;
        let tables = tables.map(|table| (name_of(table), ExportKind::Table, table));
        let memory = std::iter::once((MEMORY_NAME.to_owned(), ExportKind::Memory, 0));
        let globals =
            (0..self.module.global_types.len() as u32).map(|nth| (format!("g{nth}"), ExportKind::Global, nth));
        tables.chain(memory).chain(globals).collect()
    }
}

/// The names of the memory and of the table of functions among what is shared.
const MEMORY_NAME: &str = "m";
const TABLE_NAME: &str = "t";

fn data_alone(memory_type: wasm_encoder::MemoryType, data: &DataSection) -> Vec<u8> {
    let mut imports = ImportSection::new();
    imports.import(FIRST_MODULE, MEMORY_NAME, EntityType::Memory(memory_type));
    let mut encoder = Encoder::new();
    encoder.section(&imports).section(data);
    encoder.finish()
}
