//! Where a panic happened is not said in the released page. The engine is deterministic: the link on the card of a failure
//! goes to just before it, and what a panic says is on the card too. The places are a tenth of the data, and each call that
//! ends in a panic names one.

use wasm_encoder::reencode::{Reencode as _, RoundtripReencoder};
use wasm_encoder::{CodeSection, Function, Instruction, Module as Encoder, RawSection};
use wasmparser::{Operator, Parser, Payload};

use super::data::Segment;
use super::module::{Module, failed};
use workshop::Error;

/// How the name of a source file ends in memory.
const ENDINGS: [&[u8]; 2] = [b".rs\0", b".rs"];
/// File name, its length, line, column.
const PLACE_BYTES: usize = 16;

/// The module without places in calls from which nothing returns. They are the last argument there
/// (`#[track_caller]`, and `core::panicking`); nobody may read them any more (`src/fatal.rs`).
pub(super) fn without_places(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    let module = Module::parse(wasm)?;
    let mut code = CodeSection::new();
    for body in &module.bodies {
        let operators: Result<Vec<Operator<'_>>, _> =
            body.get_operators_reader().map_err(failed)?.into_iter().collect();
        let operators = operators.map_err(failed)?;
        let names_place = |at: usize| names_place(&module.data, &operators[at..]);
        if !(0..operators.len()).any(names_place) {
            code.raw(body.as_bytes());
            continue;
        }
        let mut function: Function = RoundtripReencoder.new_function_with_parsed_locals(body).map_err(failed)?;
        for (at, operator) in operators.iter().enumerate() {
            if names_place(at) {
                function.instruction(&Instruction::I32Const(0));
            } else {
                function.instruction(&RoundtripReencoder.instruction(operator.clone()).map_err(failed)?);
            }
        }
        code.function(&function);
    }
    let mut encoder = Encoder::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.map_err(failed)?;
        match &payload {
            Payload::CodeSectionStart { .. } => drop(encoder.section(&code)),
            _ => {
                if let Some((id, range)) = payload.as_section() {
                    encoder.section(&RawSection { id, data: &wasm[range] });
                }
            }
        }
    }
    Ok(encoder.finish())
}

/// Whether the first of these instructions puts a place on the stack for a call that does not return.
fn names_place(data: &[Segment<'_>], operators: &[Operator<'_>]) -> bool {
    match operators {
        [Operator::I32Const { value }, Operator::Call { .. }, Operator::Unreachable, ..] => {
            is_place(data, *value as u32)
        }
        _ => false,
    }
}

/// Whether a `core::panic::Location` lies there.
fn is_place(data: &[Segment<'_>], address: u32) -> bool {
    let number = |bytes: &[u8], nth: usize| {
        let bytes = bytes.get(4 * nth..4 * nth + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    let file_name = || {
        let place = bytes_at(data, address, PLACE_BYTES)?;
        let (file, length) = (number(place, 0)?, number(place, 1)?);
        bytes_at(data, file, length as usize)
    };
    file_name().is_some_and(|name| ENDINGS.iter().any(|ending| name.ends_with(ending)))
}

fn bytes_at<'a>(data: &[Segment<'a>], address: u32, length: usize) -> Option<&'a [u8]> {
    data.iter().find_map(|segment| {
        let start = address.checked_sub(segment.address)? as usize;
        segment.bytes.get(start..start.checked_add(length)?)
    })
}

#[cfg(test)]
mod tests {
    use super::without_places;
    use crate::split::module::{Module, numbers};
    use wasm_encoder::{
        CodeSection, ConstExpr, DataSection, Function, FunctionSection, Instruction, MemorySection, MemoryType,
        Module as Encoder, RefType, TableSection, TableType, TypeSection, ValType,
    };

    const DATA: i32 = 0x10_0000;
    /// Where the place begins, behind the name of its file.
    const PLACE: i32 = DATA + 8;

    /// `0` takes a place and is called by each body: with this number, and returning or not.
    fn module(bodies: &[(i32, bool)]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], []);
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        functions.function(0);
        let mut taking = Function::new([]);
        taking.instruction(&Instruction::End);
        code.function(&taking);
        for (number, returns) in bodies {
            functions.function(0);
            let mut body = Function::new([]);
            body.instruction(&Instruction::I32Const(*number)).instruction(&Instruction::Call(0));
            if !returns {
                body.instruction(&Instruction::Unreachable);
            }
            body.instruction(&Instruction::End);
            code.function(&body);
        }
        let mut tables = TableSection::new();
        let element_type = RefType::FUNCREF;
        tables.table(TableType { element_type, minimum: 1, maximum: Some(1), table64: false, shared: false });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 17,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let place = [DATA, 7, 12, 5].into_iter().flat_map(i32::to_le_bytes);
        let bytes: Vec<u8> = b"lib.rs\0\0".iter().copied().chain(place).collect();
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(DATA), bytes);
        let mut encoder = Encoder::new();
        encoder.section(&types).section(&functions).section(&tables).section(&memories).section(&code).section(&data);
        encoder.finish()
    }

    #[test]
    fn only_a_place_given_to_what_does_not_return_is_left_out() {
        let wasm = module(&[(PLACE, false), (PLACE, true), (PLACE + 4, false), (7, false)]);
        let without = without_places(&wasm).expect("it can be read");
        let module = Module::parse(&without).expect("it is wasm");
        let named: Vec<u32> = module.bodies.iter().flat_map(|body| numbers(body).expect("it is read")).collect();
        assert_eq!(named, [0, PLACE as u32, PLACE as u32 + 4, 7]);
    }

    #[test]
    fn a_module_without_places_stays_as_it_is() {
        let wasm = module(&[(PLACE + 4, false), (7, true)]);
        assert_eq!(without_places(&wasm).expect("it can be read"), wasm);
    }
}
