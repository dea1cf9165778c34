use std::collections::BTreeSet;
use std::process::Command;

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType,
    Instruction, MemorySection, MemoryType, Module as Encoder, NameMap, NameSection, RefType, TableSection, TableType,
    TypeSection, ValType,
};
use wasmparser::Operator;

use super::super::flow::Flow;
use super::super::list::{List, list_of};
use super::super::module::Module;
use super::outlined;

use Instruction as I;

/// A block of instructions that are there to be taken out: what does nothing marks them, and makes them worth it.
fn not_run(instructions: &[I<'static>]) -> Vec<I<'static>> {
    std::iter::repeat_n(I::Nop, 500).chain(instructions.iter().cloned()).collect()
}

fn block(inside: Vec<I<'static>>) -> Vec<I<'static>> {
    [I::Block(BlockType::Empty)].into_iter().chain(inside).chain([I::End]).collect()
}

/// Adds to the second argument.
fn add(number: i32) -> [I<'static>; 4] {
    [I::LocalGet(1), I::I32Const(number), I::I32Add, I::LocalSet(1)]
}

fn times(number: i32) -> [I<'static>; 4] {
    [I::LocalGet(1), I::I32Const(number), I::I32Mul, I::LocalSet(1)]
}

/// Functions of two numbers, with a local of their own. All but the last give back a number; that one sets a global.
fn bodies() -> Vec<(&'static str, Vec<I<'static>>)> {
    let unless_first = |depth: u32| vec![I::LocalGet(0), I::BrIf(depth)];
    let second = vec![I::LocalGet(1)];

    let goes_on_behind = [
        block([unless_first(0), not_run(&add(7)), vec![I::I32Const(5), I::LocalSet(2)]].concat()),
        vec![I::LocalGet(1), I::LocalGet(2), I::I32Add],
    ];
    let odd_or_large = [
        not_run(&[I::LocalGet(1), I::LocalGet(0), I::I32Add, I::LocalSet(1)]),
        vec![I::LocalGet(0), I::I32Const(6), I::I32GtU, I::BrIf(2), I::Nop],
        vec![I::LocalGet(1), I::I32Const(1), I::I32And, I::BrIf(1), I::Nop],
        times(3).to_vec(),
    ];
    let each_third = [vec![I::LocalGet(0), I::I32Const(3), I::I32RemU, I::BrIf(0)], odd_or_large.concat()].concat();
    let in_a_loop = [
        vec![I::Loop(BlockType::Empty), I::LocalGet(0), I::I32Const(1), I::I32Add, I::LocalSet(0)],
        block(each_third),
        add(1).to_vec(),
        vec![I::LocalGet(0), I::I32Const(9), I::I32LtU, I::BrIf(0), I::End],
    ];
    let leaves_a_loop = [block(in_a_loop.concat()), second.clone()];
    let hundred = [I::LocalGet(1), I::I32Const(100), I::I32Add, I::Return];
    let returns = [block([unless_first(0), not_run(&hundred)].concat()), second.clone()];
    let chooses = [add(1).to_vec(), vec![I::LocalGet(0), I::BrTable(vec![0, 1].into(), 2)]].concat();
    let to_any = block([vec![I::LocalGet(1), I::BrIf(0)], not_run(&chooses)].concat());
    let one_out = block([to_any, times(10).to_vec()].concat());
    let branches_anywhere = [block([one_out, add(1000).to_vec()].concat()), second.clone()];
    let never_comes_back = [block([unless_first(0), not_run(&[I::Unreachable])].concat()), second.clone()];
    let maybe_out = [vec![I::LocalGet(1), I::BrIf(1), I::Nop], vec![I::I32Const(9), I::LocalSet(1)]].concat();
    let inner = block([unless_first(0), not_run(&maybe_out)].concat());
    let two_ways = [block([inner, add(1).to_vec()].concat()), second.clone()];
    let sets = [
        not_run(&[I::LocalGet(1), I::GlobalSet(0), I::LocalGet(1), I::If(BlockType::Empty), I::Return, I::End]),
        vec![I::Nop, I::I32Const(7), I::GlobalSet(0)],
    ];
    let returns_nothing = [block([unless_first(0), sets.concat()].concat()), vec![I::LocalGet(0), I::GlobalSet(0)]];
    vec![
        ("goes on behind", goes_on_behind.concat()),
        ("leaves a loop", leaves_a_loop.concat()),
        ("returns", returns.concat()),
        ("branches anywhere", branches_anywhere.concat()),
        ("never comes back", never_comes_back.concat()),
        ("two ways", two_ways.concat()),
        ("returns nothing", returns_nothing.concat()),
    ]
}

fn module() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32, ValType::I32], [ValType::I32]);
    types.ty().function([ValType::I32, ValType::I32], []);
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    let (mut exports, mut names) = (ExportSection::new(), NameMap::new());
    for (index, (name, body)) in bodies().into_iter().enumerate() {
        functions.function(u32::from(name == "returns nothing"));
        let mut function = Function::new([(1, ValType::I32)]);
        for instruction in body.iter().chain([&I::End]) {
            function.instruction(instruction);
        }
        code.function(&function);
        exports.export(name, ExportKind::Func, index as u32);
        names.append(index as u32, name);
    }
    exports.export("set", ExportKind::Global, 0);
    let mut tables = TableSection::new();
    let (minimum, element_type) = (1, RefType::FUNCREF);
    tables.table(TableType { element_type, minimum, maximum: None, table64: false, shared: false });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let mut globals = GlobalSection::new();
    globals.global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(0));
    let mut name_section = NameSection::new();
    name_section.functions(&names);
    let mut encoder = Encoder::new();
    encoder.section(&types).section(&functions).section(&tables).section(&memories).section(&globals);
    encoder.section(&exports).section(&code).section(&name_section);
    encoder.finish()
}

/// The list of a page that ran all but the marked blocks.
fn list(wasm: &[u8]) -> List {
    let module = Module::parse(wasm).expect("it is wasm");
    let (mut ran, mut first) = (BTreeSet::new(), 0);
    for index in 0..module.functions_len() {
        let flow = Flow::of(&module, index).expect("it is understood");
        let marked: BTreeSet<u32> = (0..flow.operators.len())
            .filter(|at| matches!(flow.operators[*at], Operator::Nop))
            .map(|at| flow.block[at])
            .collect();
        let blocks = flow.block.last().expect("it has instructions") + 1;
        ran.extend((0..blocks).filter(|block| !marked.contains(block)).map(|block| first + block));
        first += blocks;
    }
    List::read(&list_of(&module, &ran).expect("the list is made")).expect("the list is read")
}

/// What all functions of two modules answer, as Node.js runs them.
fn answers(one: &[u8], other: &[u8]) -> Vec<String> {
    const SCRIPT: &str = "
        for (const text of process.argv.slice(1)) {
            const { set, ...functions } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(text, 'hex'))).exports;
            const said = [];
            for (const [name, run] of Object.entries(functions))
                for (let a = 0; a < 8; a++)
                    for (let b = 0; b < 8; b++) {
                        set.value = -1;
                        let answer;
                        try { answer = run(a, b); } catch (error) { answer = error.message; }
                        said.push([name, a, b, answer, set.value]);
                    }
            console.log(JSON.stringify(said));
        }";
    let hex = |wasm: &[u8]| wasm.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let output = Command::new("node").args(["-e", SCRIPT, &hex(one), &hex(other)]).output().expect("Node.js runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn a_function_does_the_same_when_its_stretches_are_functions_of_their_own() {
    let whole = module();
    let outlined = outlined(&whole, &list(&whole)).expect("it is taken apart");
    let functions = |wasm: &[u8]| Module::parse(wasm).expect("it is wasm").functions_len();
    assert_eq!(functions(&outlined), 2 * functions(&whole), "each function has one stretch");
    let answers = answers(&whole, &outlined);
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].contains("unreachable"), "{}", answers[0]);
}

#[test]
fn a_function_that_did_not_run_goes_as_a_whole_and_one_that_ran_stays_as_a_whole() {
    let whole = module();
    let module = Module::parse(&whole).expect("it is wasm");
    let blocks = Flow::of(&module, 0).expect("it is understood").block.last().expect("it has instructions") + 1;
    let list = List::read(&list_of(&module, &(0..blocks).collect()).expect("it is made")).expect("it is read");
    assert!(!list.has_function("goes on behind") && !list.has_stretches_of("goes on behind"));
    assert!(list.has_function("returns") && !list.has_stretches_of("returns"));
}
