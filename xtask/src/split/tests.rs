use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, DataSymbolDefinition, ElementSection, Elements, Encode as _,
    EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection, Instruction, LinkingSection,
    MemorySection, MemoryType, Module as Encoder, NameMap, NameSection, RefType, SymbolTable, TableSection, TableType,
    TypeSection, ValType,
};
use wasmparser::{Parser, Payload};

use super::list::{List, hash_of};
use super::module::{Module, callees};
use super::observe::observe;
use super::references::References;
use super::{Parts, split};

/// Where the data begins.
const DATA: u32 = 0x10_0000;

/// The data: (name, bytes). `table` points to `aim`; nobody refers to the spaces in between.
const PIECES: &[(&str, &[u8])] = &[
    ("words", b"both"),
    ("late", b"late"),
    ("table", &[0x10, 0, 0x10, 0]),
    ("", b"    "),
    ("aim", b"aim!"),
    ("han", "汉字".as_bytes()),
    ("itself", "中文".as_bytes()),
    ("late han", "后来".as_bytes()),
    ("unused", b"nobody"),
];

fn address_of(wanted: &str) -> u32 {
    let before = PIECES.iter().take_while(|(name, _)| *name != wanted);
    DATA + before.map(|(_, bytes)| bytes.len() as u32).sum::<u32>()
}

/// A number in five bytes, as the linker writes an address.
fn padded(value: u32) -> [u8; 5] {
    [0, 7, 14, 21, 28].map(|by| (value >> by) as u8 & 0x7f | if by < 28 { 0x80 } else { 0 })
}

/// A JavaScript import (0); `start` (1), exported, which calls `later` (2); `later`, which stands at place 1 of the table and
/// calls `both` (3) and the import; `both`; `apart` (4), which only `later` calls. Each has data that it refers to:
/// (name, what is added to its address).
fn page() -> Vec<u8> {
    type Body = (&'static [u32], &'static [(&'static str, i32)]);
    const BODIES: [Body; 4] = [
        (&[2], &[("words", 0), ("han", 0), ("itself", 0)]),
        (&[3, 0, 4], &[("words", 2), ("late", 0)]),
        (&[], &[("table", -3)]),
        (&[], &[("late han", 0)]),
    ];
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("js", "f", EntityType::Function(0));
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for (called, named) in BODIES {
        functions.function(0);
        let mut body = Function::new([]);
        for (name, by) in named {
            body.raw([0x41].into_iter().chain(padded(address_of(name).wrapping_add_signed(*by))));
            body.instruction(&Instruction::Drop);
        }
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
    memories.memory(MemoryType { minimum: 17, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let mut exports = ExportSection::new();
    exports.export("start", ExportKind::Func, 1);
    let mut elements = ElementSection::new();
    elements.active(None, &ConstExpr::i32_const(1), Elements::Functions(vec![2, 3].into()));
    let mut data = DataSection::new();
    let all: Vec<u8> = PIECES.iter().flat_map(|(_, bytes)| *bytes).copied().collect();
    data.active(0, &ConstExpr::i32_const(DATA as i32), all);
    let mut names = NameMap::new();
    for (index, name) in ["f", "start", "later[0123456789abcdef]::it", "both", "apart"].into_iter().enumerate() {
        names.append(index as u32, name);
    }
    let mut name_section = NameSection::new();
    name_section.functions(&names);
    let mut symbols = SymbolTable::new();
    for (name, bytes) in PIECES.iter().filter(|(name, _)| !name.is_empty()) {
        let offset = address_of(name) - DATA;
        symbols.data(0, name, Some(DataSymbolDefinition { index: 0, offset, size: bytes.len() as u32 }));
    }
    let mut linking = LinkingSection::new();
    linking.symbol_table(&symbols);

    let mut encoder = Encoder::new();
    encoder.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
    encoder.section(&exports).section(&elements).section(&code).section(&data).section(&name_section);
    encoder.section(&linking);
    let mut wasm = encoder.finish();

    let symbol_of =
        |wanted: &str| PIECES.iter().filter(|(name, _)| !name.is_empty()).position(|(name, _)| *name == wanted);
    let in_code: Vec<(u8, usize, &str, i32)> = BODIES
        .iter()
        .flat_map(|(_, named)| *named)
        .map(|(name, by)| {
            let wanted = padded(address_of(name).wrapping_add_signed(*by));
            (4, place_in(&wasm, 10, &wanted), *name, *by)
        })
        .collect();
    let in_data = [(5, place_in(&wasm, 11, &address_of("aim").to_le_bytes()), "aim", 0)];
    for (section, entries) in [(7, &in_code[..]), (8, &in_data)] {
        let mut content = Vec::new();
        (section as u32).encode(&mut content);
        (entries.len() as u32).encode(&mut content);
        for (kind, place, name, by) in entries {
            content.push(*kind);
            (*place as u32).encode(&mut content);
            (symbol_of(name).expect("it is a symbol") as u32).encode(&mut content);
            by.encode(&mut content);
        }
        let relocations = CustomSection { name: "reloc.".into(), data: content.into() };
        wasm.push(0);
        relocations.encode(&mut wasm);
    }
    wasm
}

/// Where some bytes stand, from the beginning of a section.
fn place_in(wasm: &[u8], section: u8, wanted: &[u8]) -> usize {
    let sections = Parser::new(0).parse_all(wasm).filter_map(|payload| payload.expect("it is wasm").as_section());
    let (_, range) = { sections }.find(|(id, _)| *id == section).expect("there is such a section");
    let found = wasm[range].windows(wanted.len()).position(|window| window == wanted);
    found.expect("they are there")
}

fn parts() -> Parts {
    let list = ["later::it", "apart"].map(|name| format!("{:08x}\n", hash_of(name))).concat();
    let (page, list) = (page(), List::read(&list).expect("it is a list"));
    let references = References::read(&page).expect("the linker's words are read");
    split(&page, &list, &references).expect("it can be taken apart")
}

/// What a file brings: (address, bytes).
fn data_of(wasm: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let sections = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload.expect("it is wasm") {
        Payload::DataSection(reader) => Some(reader),
        _ => None,
    });
    let segments = sections.flatten().map(|segment| super::data::read_segment(segment.expect("it is read")));
    segments.map(|segment| segment.map(|it| (it.address, it.bytes.to_vec())).expect("it is a segment")).collect()
}

#[test]
fn a_call_into_the_second_file_goes_through_the_table_where_a_stand_in_loads_it() {
    let Parts { first, rest, .. } = parts();
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
    assert_eq!(imports, ["t", "m", "f", "_00"], "what is shared, the import from JavaScript, and `both`");
    assert_eq!(bodies, 2);
}

#[test]
fn a_function_that_had_no_place_in_the_table_is_called_through_a_gate_that_waits_for_it() {
    let list = List::read(&format!("{:08x}\n", hash_of("apart"))).expect("it is a list");
    let page = page();
    let parts = split(&page, &list, &References::read(&page).expect("it is read")).expect("it can be taken apart");
    let first = Module::parse(&parts.first).expect("it is wasm");
    // The loader and the import; `start`, `later` and `both`; a gate.
    assert_eq!((first.imports.len(), first.bodies.len()), (2, 4));
    assert_eq!(
        callees(&first.bodies[1]).expect("it is read"),
        [4, 1, 5],
        "`both`, the import, and the gate for `apart`"
    );
    assert_eq!(callees(&first.bodies[3]).expect("it is read"), [0], "the gate calls the loader");
    assert_eq!(first.function_type(first.type_of(5)).params().len(), 2, "the argument and the place in the table");
    assert_eq!(first.table_len, 4);
}

#[test]
fn data_that_only_the_second_file_refers_to_comes_with_it() {
    let Parts { first, rest, .. } = parts();
    let brought: Vec<(u32, Vec<u8>)> = ["late", "late han"].map(|name| (address_of(name), bytes_of(name))).into();
    assert_eq!(data_of(&rest), brought);
    assert_eq!(at(&first, "late"), [0; 4], "the first file has nothing in its place");
}

#[test]
fn data_that_no_function_refers_to_is_in_no_file() {
    let Parts { first, rest, chinese } = parts();
    assert_eq!(at(&first, "unused"), [0; 6]);
    let unused = address_of("unused");
    for file in [rest, chinese] {
        assert!(data_of(&file).iter().all(|(begins, bytes)| begins + bytes.len() as u32 <= unused));
    }
}

#[test]
fn data_stays_that_a_function_of_the_first_file_can_reach() {
    let Parts { first, .. } = parts();
    for name in ["words", "itself"] {
        assert_eq!(at(&first, name), bytes_of(name));
    }
    assert_eq!(at(&first, "table"), bytes_of("table"), "although the address that is named lies before it");
    assert_eq!(at(&first, "aim"), bytes_of("aim"), "for the table points to it");
    assert_eq!(at(&first, ""), bytes_of(""), "bytes that belong to no symbol");
}

#[test]
fn a_text_of_chinese_comes_with_the_third_file_unless_only_the_second_wants_it() {
    let Parts { first, chinese, .. } = parts();
    assert_eq!(data_of(&chinese), [(address_of("han"), bytes_of("han"))]);
    assert_eq!(at(&first, "han"), [0; 6]);
}

#[test]
fn a_module_without_relocations_is_refused() {
    let mut bare = Encoder::new();
    bare.section(&TypeSection::new());
    assert!(References::read(&bare.finish()).is_err());
}

fn bytes_of(wanted: &str) -> Vec<u8> {
    PIECES.iter().find(|(name, _)| *name == wanted).expect("it is a piece").1.to_vec()
}

/// What a file has in the place of a piece.
fn at(wasm: &[u8], name: &str) -> Vec<u8> {
    let (begins, bytes) = data_of(wasm).into_iter().next().expect("it has data");
    let start = (address_of(name) - begins) as usize;
    bytes[start..start + bytes_of(name).len()].to_vec()
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
fn a_line_of_the_list_is_a_function_or_a_stretch() {
    let text = format!("# words\n{:08x}\n{:08x} 0000000b 12\n", hash_of("apart"), hash_of("start"));
    let list = List::read(&text).expect("it is a list");
    assert!(list.has_function("apart") && !list.has_function("start"));
    assert!(list.has_stretches_of("start") && !list.has_stretches_of("apart"));
    for wrong in ["walk", "0000000a 0000000b", "0000000a 0000000b 12 13", "0000000a walk 12"] {
        assert!(List::read(wrong).is_err(), "{wrong}");
    }
}
