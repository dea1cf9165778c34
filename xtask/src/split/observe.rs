//! The module that says which of its functions run.

use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, FunctionSection,
    ImportSection, Module as Encoder,
};

use super::code::copied;
use super::data;
use super::flow::blocks_of;
use super::module::Module;
use super::{LOADER_MODULE, WITNESS_NAME};
use workshop::Error;

/// The module with a call at the beginning of each basic block that says its number, counted through all functions.
pub(super) fn observe(wasm: &[u8]) -> Result<Vec<u8>, Error> {
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
    let mut first_block = 0;
    for body in &module.bodies {
        code.function(&copied(body, Some(first_block), &new_index, &|_| None)?);
        first_block += blocks_of(body)?;
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
    encoder.section(&code).section(&data::whole(&module.data));
    Ok(encoder.finish())
}
