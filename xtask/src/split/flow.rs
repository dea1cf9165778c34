//! A function's instructions: how they are nested, where control goes, what stands on the stack, which locals are wanted.

use wasmparser::{
    BlockType, ContType, FrameKind, FuncType, FunctionBody, ModuleArity, Operator, RefType, SubType, ValType,
};

use super::module::{Module, failed};
use workshop::Error;

/// The position of an instruction in its function.
pub(super) type At = usize;

/// A branch out of an instruction.
#[derive(Clone, Copy)]
pub(super) struct Jump {
    /// The beginning of what the label belongs to; nothing where that is the function.
    pub(super) label: Option<At>,
    /// Where control goes on.
    pub(super) to: At,
    /// How many values the label takes from the stack.
    pub(super) values: usize,
}

/// A piece of a function that is run from its beginning or not at all: between it and the next one another branch may come
/// in or go out. What is nested in it is part of it.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) at: std::ops::Range<At>,
    /// Nothing is on the stack of the block when it begins, and nothing is left when it ends.
    pub(super) is_neutral: bool,
    /// The runs of the blocks that are nested in it, for a caller that takes only some of them.
    pub(super) inner: Vec<Vec<Run>>,
}

pub(super) struct Flow<'a> {
    pub(super) operators: Vec<Operator<'a>>,
    /// The types of all locals, arguments first.
    pub(super) locals: Vec<ValType>,
    /// The runs of the outermost block.
    pub(super) runs: Vec<Run>,
    /// By instruction.
    pub(super) jumps: Vec<Vec<Jump>>,
    /// By instruction: whether control can get there, and to the one after it.
    is_reached: Vec<bool>,
    goes_on: Vec<bool>,
    /// By `if`: where control goes when it does not hold.
    otherwise: Vec<At>,
    /// By instruction: how many blocks are open there.
    depth: Vec<u32>,
    /// By instruction: the basic block that it belongs to.
    pub(super) block: Vec<u32>,
}

/// Whether another basic block begins after an instruction.
pub(super) fn ends_block(operator: &Operator<'_>) -> bool {
    use Operator as O;
    matches!(operator, O::Loop { .. } | O::If { .. } | O::Else | O::End | O::BrIf { .. })
}

/// The instructions of a body.
pub(super) fn operators<'a>(body: &FunctionBody<'a>) -> Result<Vec<Operator<'a>>, Error> {
    let reader = body.get_operators_reader().map_err(failed)?;
    reader.into_iter().collect::<Result<_, _>>().map_err(failed)
}

/// How many basic blocks a body has.
pub(super) fn blocks_of(body: &FunctionBody<'_>) -> Result<u32, Error> {
    let operators = operators(body)?;
    let inside = operators.len().saturating_sub(1);
    Ok(1 + operators[..inside].iter().filter(|operator| ends_block(operator)).count() as u32)
}

/// A block that is open while the instructions are gone through.
struct Open {
    begins: Option<At>,
    is_loop: bool,
    arguments: usize,
    results: usize,
    /// The stack's height below its arguments.
    height: usize,
    is_reached: bool,
    runs: Vec<Run>,
    /// The run that is going on.
    run: Run,
    begins_neutral: bool,
    /// The runs of the first half of an `if`.
    first_half: Option<Vec<Run>>,
}

impl<'a> Flow<'a> {
    pub(super) fn of(module: &Module<'a>, function: u32) -> Result<Self, Error> {
        let body = module.body(function);
        let operators = operators(body)?;
        let of_function = module.function_type(module.type_of(function));
        let mut locals = of_function.params().to_vec();
        for group in body.get_locals_reader().map_err(failed)? {
            let (count, kind) = group.map_err(failed)?;
            locals.extend(std::iter::repeat_n(kind, count as usize));
        }
        let ends = ends_of(&operators);
        let count = operators.len();
        let mut flow = Self {
            locals,
            runs: Vec::new(),
            jumps: vec![Vec::new(); count],
            is_reached: vec![false; count],
            goes_on: vec![false; count],
            otherwise: ends.clone(),
            depth: Vec::with_capacity(count),
            block: Vec::with_capacity(count),
            operators: Vec::new(),
        };
        let mut height = 0;
        let mut open = vec![Open::new(None, false, (0, of_function.results().len()), 0, true)];
        for (at, operator) in operators.iter().enumerate() {
            let reached = open.last().is_some_and(|block| block.is_reached);
            flow.is_reached[at] = reached;
            flow.depth.push(open.len().saturating_sub(1) as u32);
            let before = at.checked_sub(1);
            let begins = before.is_some_and(|before| ends_block(&operators[before]));
            flow.block.push(before.map_or(0, |before| flow.block[before]) + u32::from(begins));
            let jump = |open: &[Open], depth: u32| -> Result<Jump, Error> {
                let nth = open.len().checked_sub(1 + depth as usize).ok_or_else(|| failed("a branch leads nowhere"))?;
                let Open { begins, is_loop, arguments, results, .. } = open[nth];
                let values = if is_loop { arguments } else { results };
                let to = begins.map_or(count - 1, |begins| if is_loop { begins } else { ends[begins] });
                Ok(Jump { label: begins, to, values })
            };
            let mut stops = false;
            match operator {
                Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
                    if matches!(operator, Operator::If { .. }) {
                        height = lower(height, 1, reached)?;
                    }
                    let arity = module.arity_of_block(*blockty);
                    height = lower(height, arity.0, reached)?;
                    let is_loop = matches!(operator, Operator::Loop { .. });
                    open.push(Open::new(Some(at), is_loop, arity, height, reached));
                    height += arity.0;
                }
                Operator::Else => {
                    let block = open.last_mut().ok_or_else(|| failed("it has an end too many"))?;
                    let begins = block.begins.unwrap_or_default();
                    block.close_run(at, height);
                    block.first_half = Some(std::mem::take(&mut block.runs));
                    flow.otherwise[begins] = at + 1;
                    // The first half goes on behind the second.
                    flow.goes_on[at] = false;
                    flow.jumps[at].push(Jump { label: block.begins, to: ends[begins], values: block.results });
                    height = block.height + block.arguments;
                    block.is_reached = flow.is_reached[begins];
                    block.open_run(at + 1, height);
                    continue;
                }
                Operator::End => {
                    let mut block = open.pop().ok_or_else(|| failed("it has an end too many"))?;
                    block.close_run(at, height);
                    height = block.height + block.results;
                    match open.last_mut() {
                        // Whether control comes out depends on branches; that it may is the safe answer.
                        Some(outer) => {
                            outer.is_reached = block.begins.is_some_and(|begins| flow.is_reached[begins]);
                            outer.run.inner.extend(block.first_half);
                            outer.run.inner.push(block.runs);
                            outer.close_run(at + 1, height);
                            outer.open_run(at + 1, height);
                        }
                        None => flow.runs = block.runs,
                    }
                    flow.goes_on[at] = !open.is_empty();
                    flow.is_reached[at] = true;
                    continue;
                }
                Operator::Br { relative_depth } => {
                    flow.jumps[at].push(jump(&open, *relative_depth)?);
                    stops = true;
                }
                Operator::BrIf { relative_depth } => {
                    height = lower(height, 1, reached)?;
                    flow.jumps[at].push(jump(&open, *relative_depth)?);
                    if let Some(block) = open.last_mut() {
                        block.close_run(at + 1, height);
                        block.open_run(at + 1, height);
                    }
                }
                Operator::BrTable { targets } => {
                    for depth in targets.targets().chain([Ok(targets.default())]) {
                        flow.jumps[at].push(jump(&open, depth.map_err(failed)?)?);
                    }
                    stops = true;
                }
                Operator::Return => {
                    flow.jumps[at].push(jump(&open, open.len() as u32 - 1)?);
                    stops = true;
                }
                Operator::Unreachable => stops = true,
                Operator::Call { function_index } => {
                    let (taken, left) = module.arity_of_type(module.type_of(*function_index));
                    height = lower(height, taken, reached)? + left;
                }
                Operator::CallIndirect { type_index, .. } => {
                    let (taken, left) = module.arity_of_type(*type_index);
                    height = lower(height, taken + 1, reached)? + left;
                }
                other => {
                    let arity = other.operator_arity(&Apart);
                    let (taken, left) = arity.ok_or_else(|| failed(format!("{other:?} is not known")))?;
                    height = lower(height, taken as usize, reached)? + left as usize;
                }
            }
            flow.goes_on[at] = !stops && reached;
            if let Some(block) = open.last_mut().filter(|_| stops) {
                block.is_reached = false;
                height = block.height;
            }
        }
        flow.operators = operators;
        Ok(flow)
    }

    /// The locals whose values may be read from each instruction on before they are written.
    pub(super) fn wanted(&self) -> Wanted {
        let count = self.operators.len();
        let words = self.locals.len().div_ceil(64);
        let mut wanted = Wanted { words, bits: vec![0; (count + 1) * words] };
        let mut now = vec![0; words];
        loop {
            let mut is_settled = true;
            for at in (0..count).rev() {
                now.fill(0);
                let after = self.goes_on(at).then_some(at + 1);
                let skipped = matches!(self.operators[at], Operator::If { .. }).then(|| self.otherwise[at]);
                for next in self.jumps[at].iter().map(|jump| jump.to).chain(after).chain(skipped) {
                    now.iter_mut().zip(wanted.row(next)).for_each(|(now, next)| *now |= next);
                }
                match &self.operators[at] {
                    Operator::LocalGet { local_index } => now[*local_index as usize / 64] |= 1 << (local_index % 64),
                    Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                        now[*local_index as usize / 64] &= !(1 << (local_index % 64));
                    }
                    _ => {}
                }
                if now != wanted.row(at) {
                    wanted.bits[at * words..][..words].copy_from_slice(&now);
                    is_settled = false;
                }
            }
            if is_settled {
                return wanted;
            }
        }
    }

    /// How many blocks are open at an instruction.
    pub(super) fn depth(&self, at: At) -> u32 {
        self.depth[at]
    }

    /// How many blocks are open inside of what a label belongs to.
    pub(super) fn depth_of_label(&self, jump: &Jump) -> u32 {
        jump.label.map_or(0, |begins| self.depth[begins] + 1)
    }

    /// Whether control may go on with the next instruction.
    pub(super) fn goes_on(&self, at: At) -> bool {
        self.goes_on[at]
    }
}

/// Sets of locals, one for each instruction and one for the end.
pub(super) struct Wanted {
    words: usize,
    bits: Vec<u64>,
}

impl Wanted {
    fn row(&self, at: At) -> &[u64] {
        &self.bits[at * self.words..][..self.words]
    }

    pub(super) fn has(&self, at: At, local: u32) -> bool {
        self.row(at)[local as usize / 64] & (1 << (local % 64)) != 0
    }
}

/// For instructions that are about nothing but values: no module is needed for what they take and leave.
struct Apart;

impl ModuleArity for Apart {
    fn sub_type_at(&self, _: u32) -> Option<&SubType> {
        None
    }

    fn tag_type_arity(&self, _: u32) -> Option<(u32, u32)> {
        None
    }

    fn type_index_of_function(&self, _: u32) -> Option<u32> {
        None
    }

    fn func_type_of_cont_type(&self, _: &ContType) -> Option<&FuncType> {
        None
    }

    fn sub_type_of_ref_type(&self, _: &RefType) -> Option<&SubType> {
        None
    }

    fn control_stack_height(&self) -> u32 {
        0
    }

    fn label_block(&self, _: u32) -> Option<(BlockType, FrameKind)> {
        None
    }
}

/// The stack without some values; where control does not get there, whatever is there may be taken.
fn lower(height: usize, by: usize, reached: bool) -> Result<usize, Error> {
    match height.checked_sub(by) {
        Some(height) => Ok(height),
        None if !reached => Ok(0),
        None => Err(failed("it takes more from the stack than there is")),
    }
}

/// By the beginning of a block: its end.
fn ends_of(operators: &[Operator<'_>]) -> Vec<At> {
    let (mut ends, mut open) = (vec![0; operators.len()], Vec::new());
    for (at, operator) in operators.iter().enumerate() {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => open.push(at),
            Operator::End => {
                if let Some(begins) = open.pop() {
                    ends[begins] = at;
                }
            }
            _ => {}
        }
    }
    ends
}

impl Open {
    fn new(begins: Option<At>, is_loop: bool, arity: (usize, usize), height: usize, is_reached: bool) -> Self {
        let first = begins.map_or(0, |begins| begins + 1);
        let run = Run { at: first..first, is_neutral: false, inner: Vec::new() };
        let (arguments, results) = arity;
        Self {
            begins,
            is_loop,
            arguments,
            results,
            height,
            is_reached,
            runs: Vec::new(),
            run,
            begins_neutral: is_reached && arguments == 0,
            first_half: None,
        }
    }

    /// A run ends before an instruction.
    fn close_run(&mut self, at: At, height: usize) {
        let ends_neutral = !self.is_reached || height == self.height;
        let run = Run {
            at: self.run.at.start..at,
            is_neutral: self.begins_neutral && ends_neutral,
            inner: std::mem::take(&mut self.run.inner),
        };
        if !run.at.is_empty() {
            self.runs.push(run);
        }
    }

    fn open_run(&mut self, at: At, height: usize) {
        self.run.at = at..at;
        self.begins_neutral = self.is_reached && height == self.height;
    }
}
