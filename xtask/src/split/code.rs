//! Functions on their way into another file.

use wasm_encoder::reencode::{Reencode as _, RoundtripReencoder};
use wasm_encoder::{Function, Instruction};
use wasmparser::Operator;

use super::flow::ends_block;
use workshop::Error;

/// A function's body with its functions renumbered. `detour` says which callees are reached in another way: by which
/// instructions.
/// With a number for its first basic block, each block first says its number.
pub(super) fn copied(
    body: &wasmparser::FunctionBody<'_>,
    first_block: Option<u32>,
    new_index: &[Option<u32>],
    detour: &dyn Fn(u32) -> Option<[Instruction<'static>; 2]>,
) -> Result<Function, Error> {
    let mut reencoder = RoundtripReencoder;
    let failed = |error: &dyn std::fmt::Display| Error::failed(format!("the page's wasm: {error}"));
    let mut function = reencoder.new_function_with_parsed_locals(body).map_err(|error| failed(&error))?;
    let mut reader = body.get_operators_reader().map_err(|error| failed(&error))?;
    let mut mark = first_block;
    let mut next_block = first_block.unwrap_or_default();
    while !reader.eof() {
        if let Some(block) = mark.take() {
            function.instruction(&Instruction::I32Const(block as i32)).instruction(&Instruction::Call(0));
            next_block = block + 1;
        }
        let operator = reader.read().map_err(|error| failed(&error))?;
        mark = (first_block.is_some() && ends_block(&operator)).then_some(next_block);
        match operator {
            Operator::Call { function_index } => match detour(function_index) {
                Some(instructions) => {
                    instructions.iter().for_each(|instruction| {
                        function.instruction(instruction);
                    });
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
