//! Takes out of the functions of the opening scene what it never ran, each stretch as a function of its own. Those are
//! then taken apart like all others: they go to the second file.
//!
//! A stretch gets as arguments the locals whose values it may read, and gives back those that it may have written and that
//! are read behind it. Where it can be left in more than one way it says in which; the function that called it goes on there.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasm_encoder::reencode::{Reencode as _, RoundtripReencoder};
use wasm_encoder::{
    BlockType, CodeSection, Function, FunctionSection, Instruction, Module as Encoder, NameMap, NameSection,
    RawSection, TypeSection,
};
use wasmparser::{Operator, Parser, Payload, ValType};

use super::flow::{At, Flow, Jump, Wanted};
use super::list::List;
use super::module::{Module, encoded, failed};
use workshop::Error;

/// The name of all stretches.
pub(super) const NAME_OF_STRETCHES: &str = "a stretch that did not run";

/// The module with all stretches of the list as functions of their own.
pub(super) fn outlined(wasm: &[u8], list: &List) -> Result<Vec<u8>, Error> {
    let module = Module::parse(wasm)?;
    let mut added = Added { types: module.types()?, type_of: BTreeMap::new(), functions: Vec::new() };
    let (mut code, mut names) = (CodeSection::new(), NameMap::new());
    for index in module.imports_len()..module.functions_len() {
        let name = module.names.of(index).unwrap_or_default();
        names.append(index, name);
        if !list.has_stretches_of(name) {
            code.raw(module.body(index).as_bytes());
            continue;
        }
        let flow = Flow::of(&module, index)?;
        let stretches = list.stretches_of(name, &flow)?;
        code.function(&without(&module, index, &flow, &stretches, &mut added)?);
    }
    let mut functions = FunctionSection::new();
    module.type_of_body.iter().for_each(|it| {
        functions.function(*it);
    });
    for (nth, (type_index, body)) in added.functions.iter().enumerate() {
        functions.function(*type_index);
        code.function(body);
        names.append(module.functions_len() + nth as u32, NAME_OF_STRETCHES);
    }
    let mut name_section = NameSection::new();
    name_section.functions(&names);

    let mut encoder = Encoder::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.map_err(failed)?;
        match &payload {
            Payload::TypeSection(_) => drop(encoder.section(&added.types)),
            Payload::FunctionSection(_) => drop(encoder.section(&functions)),
            Payload::CodeSectionStart { .. } => drop(encoder.section(&code)),
            Payload::CustomSection(reader) if reader.name() == "name" => {}
            _ => {
                if let Some((id, range)) = payload.as_section() {
                    encoder.section(&RawSection { id, data: &wasm[range] });
                }
            }
        }
    }
    encoder.section(&name_section);
    Ok(encoder.finish())
}

/// What the module gets in addition.
struct Added {
    types: TypeSection,
    /// The types that were added, by what they say.
    type_of: BTreeMap<String, u32>,
    /// With the number of its type.
    functions: Vec<(u32, Function)>,
}

/// Where a stretch goes when it is left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exit {
    Behind,
    /// A branch, as many blocks outwards as seen from the stretch.
    Branch(u32),
}

/// A stretch that can be a function of its own.
struct Stretch {
    at: Range<At>,
    /// Each once; that behind it first.
    exits: Vec<Exit>,
    /// It is left only by returning from the function around it, with that function's results.
    returns: bool,
    arguments: Vec<u32>,
    results: Vec<u32>,
    /// Locals of its own.
    own: Vec<u32>,
}

/// Whether some runs in a row could be a function of their own.
pub(super) fn can_be_taken_out(flow: &Flow<'_>, at: &Range<At>) -> bool {
    exits_of(flow, at).is_some()
}

/// The exits, and whether it returns. Nothing where it is left with values on the stack.
fn exits_of(flow: &Flow<'_>, at: &Range<At>) -> Option<(Vec<Exit>, bool)> {
    let mut exits = Vec::new();
    let mut returns = false;
    if flow.goes_on(at.end - 1) {
        exits.push(Exit::Behind);
    }
    for inside in at.clone() {
        for jump in flow.jumps[inside].iter().filter(|jump| leaves(jump, at)) {
            let exit = Exit::Branch(flow.depth(at.start) - flow.depth_of_label(jump));
            if jump.values == 0 {
                if !exits.contains(&exit) {
                    exits.push(exit);
                }
            } else if matches!(flow.operators[inside], Operator::Return) {
                returns = true;
            } else {
                return None;
            }
        }
    }
    (!returns || exits.is_empty()).then_some((exits, returns))
}

fn leaves(jump: &Jump, at: &Range<At>) -> bool {
    jump.label.is_none_or(|label| label < at.start)
}

impl Stretch {
    fn of(flow: &Flow<'_>, wanted: &Wanted, at: Range<At>) -> Option<Self> {
        let (exits, returns) = exits_of(flow, &at)?;
        let (mut touched, mut written) = (BTreeSet::new(), BTreeSet::new());
        let mut outside: Vec<At> = flow.goes_on(at.end - 1).then_some(at.end).into_iter().collect();
        for inside in at.clone() {
            match &flow.operators[inside] {
                Operator::LocalGet { local_index } => drop(touched.insert(*local_index)),
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                    touched.insert(*local_index);
                    written.insert(*local_index);
                }
                _ => {}
            }
            outside.extend(flow.jumps[inside].iter().filter(|jump| leaves(jump, &at)).map(|jump| jump.to));
        }
        let is_wanted_outside = |local: &u32| outside.iter().any(|outside| wanted.has(*outside, *local));
        let results: Vec<u32> = written.into_iter().filter(is_wanted_outside).collect();
        let (arguments, own) = touched.into_iter().partition(|local| wanted.has(at.start, *local));
        Some(Self { at, exits, returns, arguments, results, own })
    }

    /// How its function is called, and what comes then.
    fn call(&self, function: u32, takes_number: u32) -> Vec<Instruction<'static>> {
        let mut call: Vec<Instruction<'static>> =
            self.arguments.iter().map(|local| Instruction::LocalGet(*local)).collect();
        call.push(Instruction::Call(function));
        call.extend(self.results.iter().rev().map(|local| Instruction::LocalSet(*local)));
        let depth = |exit: &Exit| match exit {
            Exit::Behind => 0,
            Exit::Branch(depth) => *depth,
        };
        match &self.exits[..] {
            [] if self.returns => call.push(Instruction::Return),
            [] => call.push(Instruction::Unreachable),
            [Exit::Behind] => {}
            [Exit::Branch(depth)] => call.push(Instruction::Br(*depth)),
            [Exit::Behind, Exit::Branch(depth)] => call.push(Instruction::BrIf(*depth)),
            [Exit::Behind, others @ ..] => {
                // One block more, which takes the number from the stack; its end is what is behind.
                let depths: Vec<u32> = others.iter().map(|exit| depth(exit) + 1).collect();
                call.push(Instruction::Block(BlockType::FunctionType(takes_number)));
                call.push(Instruction::BrTable([0].into_iter().chain(depths).collect::<Vec<_>>().into(), 0));
                call.push(Instruction::End);
            }
            [first, others @ ..] => {
                let all: Vec<u32> = self.exits.iter().map(depth).collect();
                call.push(Instruction::BrTable(all.into(), depth(others.last().unwrap_or(first))));
            }
        }
        call
    }

    /// Its own function's types.
    fn signature(&self, flow: &Flow<'_>, returned: &[ValType]) -> (Vec<ValType>, Vec<ValType>) {
        let types_of = |locals: &[u32]| locals.iter().map(|local| flow.locals[*local as usize]).collect::<Vec<_>>();
        if self.returns {
            return (types_of(&self.arguments), returned.to_vec());
        }
        let number = (self.exits.len() > 1).then_some(ValType::I32);
        (types_of(&self.arguments), number.into_iter().chain(types_of(&self.results)).collect())
    }

    /// Its own function.
    fn function(&self, flow: &Flow<'_>) -> Result<Function, Error> {
        let mut reencoder = RoundtripReencoder;
        let own: Vec<ValType> = self.own.iter().map(|local| flow.locals[*local as usize]).collect();
        let mut locals = encoded(&own)?;
        let number = (self.arguments.len() + self.own.len()) as u32;
        if self.exits.len() > 1 {
            locals.push(wasm_encoder::ValType::I32);
        }
        let mut function = Function::new_with_locals_types(locals);
        let mut put = |instruction: Instruction<'_>| {
            function.instruction(&instruction);
        };
        let renamed = |local: u32| {
            let place = self.arguments.iter().chain(&self.own).position(|it| *it == local);
            place.map(|place| place as u32).ok_or_else(|| failed("a local got lost"))
        };
        // A block for each exit, the last one outermost, and one around all of them.
        let exits = self.exits.len() as u32;
        let blocks = if exits > 1 { exits + 1 } else { exits };
        (0..blocks).for_each(|_| put(Instruction::Block(BlockType::Empty)));
        let (mut nested, outwards) = (0u32, flow.depth(self.at.start));
        let label = |nested: u32, depth: u32| {
            if depth < nested {
                return Ok(depth);
            }
            let exit = self.exits.iter().position(|exit| *exit == Exit::Branch(depth - nested));
            exit.map(|exit| nested + exit as u32).ok_or_else(|| failed("an exit got lost"))
        };
        for operator in &flow.operators[self.at.clone()] {
            match operator {
                Operator::LocalGet { local_index } => put(Instruction::LocalGet(renamed(*local_index)?)),
                Operator::LocalSet { local_index } => put(Instruction::LocalSet(renamed(*local_index)?)),
                Operator::LocalTee { local_index } => put(Instruction::LocalTee(renamed(*local_index)?)),
                Operator::Br { relative_depth } => put(Instruction::Br(label(nested, *relative_depth)?)),
                Operator::BrIf { relative_depth } => put(Instruction::BrIf(label(nested, *relative_depth)?)),
                Operator::BrTable { targets } => {
                    let mut depths = Vec::new();
                    for depth in targets.targets() {
                        depths.push(label(nested, depth.map_err(failed)?)?);
                    }
                    put(Instruction::BrTable(depths.into(), label(nested, targets.default())?));
                }
                Operator::Return if !self.returns => put(Instruction::Br(label(nested, nested + outwards)?)),
                other => {
                    match other {
                        Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => nested += 1,
                        Operator::End => nested -= 1,
                        _ => {}
                    }
                    put(reencoder.instruction(other.clone()).map_err(failed)?);
                }
            }
        }
        for exit in 0..blocks {
            put(Instruction::End);
            if exit < exits && exits > 1 {
                put(Instruction::I32Const(exit as i32));
                put(Instruction::LocalSet(number));
                put(Instruction::Br(exits - 1 - exit));
            }
        }
        if exits == 0 {
            put(Instruction::Unreachable);
        }
        if exits > 1 {
            put(Instruction::LocalGet(number));
        }
        for local in &self.results {
            put(Instruction::LocalGet(renamed(*local)?));
        }
        put(Instruction::End);
        Ok(function)
    }
}

/// A function that calls its stretches instead of having them.
fn without(
    module: &Module<'_>,
    index: u32,
    flow: &Flow<'_>,
    stretches: &[Range<At>],
    added: &mut Added,
) -> Result<Function, Error> {
    let mut reencoder = RoundtripReencoder;
    let wanted = flow.wanted();
    let returned = module.function_type(module.type_of(index)).results();
    let mut function = reencoder.new_function_with_parsed_locals(module.body(index)).map_err(failed)?;
    let mut behind = 0;
    for at in stretches {
        let Some(stretch) = Stretch::of(flow, &wanted, at.clone()) else { continue };
        for operator in &flow.operators[behind..at.start] {
            function.instruction(&reencoder.instruction(operator.clone()).map_err(failed)?);
        }
        behind = at.end;
        let takes_number = added.type_of((vec![ValType::I32], Vec::new()))?;
        let new = module.functions_len() + added.functions.len() as u32;
        for instruction in stretch.call(new, takes_number) {
            function.instruction(&instruction);
        }
        let type_index = added.type_of(stretch.signature(flow, returned))?;
        added.functions.push((type_index, stretch.function(flow)?));
    }
    for operator in &flow.operators[behind..] {
        function.instruction(&reencoder.instruction(operator.clone()).map_err(failed)?);
    }
    Ok(function)
}

impl Added {
    fn type_of(&mut self, (arguments, results): (Vec<ValType>, Vec<ValType>)) -> Result<u32, Error> {
        let key = format!("{arguments:?}{results:?}");
        if let Some(known) = self.type_of.get(&key) {
            return Ok(*known);
        }
        let new = self.types.len();
        self.types.ty().function(encoded(&arguments)?, encoded(&results)?);
        self.type_of.insert(key, new);
        Ok(new)
    }
}

#[cfg(test)]
mod tests;
